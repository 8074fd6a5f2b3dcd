"""``GRAPH ?g { … }`` is asked for each graph by itself (SPARQL 1.1 Query, sections 13.3 and 18.6)."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgpub.graph_scopes import per_graph, without_missing_graphs
from processor_time import is_in_proportion
from trig_store import PREFIX, E, rows_of, store_of, table

STORE = store_of("""
    :g1 { :a :p :b , 1 . :a :q :g1 . :c :q :g2 . :c :p :a }
    :g2 { :a :p :b . :d :q "x" , "y" . :b :p :c }
    :g3 { :z :r :z }
    :a :p :zz .
""")
GRAPHS = [f"<{E}g{number}>" for number in (1, 2, 3)]
XSD_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def number(value: int) -> str:
    return f'"{value}"^^<{XSD_INTEGER}>'


@pytest.mark.parametrize(
    ("group", "rows"),
    [
        (  # W3C: agg-empty-group-count-graph
            "SELECT (COUNT(*) AS ?n) { ?s :q ?o }",
            [{"g": "g1", "n": number(2)}, {"g": "g2", "n": number(2)}, {"g": "g3", "n": number(0)}],
        ),
        ("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1", [{"g": "g1", "s": "a"}, {"g": "g2", "s": "a"},
                                                        {"g": "g3", "s": "z"}]),
        ("SELECT DISTINCT ?s { ?s :p :b }", [{"g": "g1", "s": "a"}, {"g": "g2", "s": "a"}]),
        ("VALUES (?g ?t) { (UNDEF :x) (:g1 :y) }",  # W3C: bindings#graph
         [{"g": "g1", "t": "x"}, {"g": "g2", "t": "x"}, {"g": "g3", "t": "x"}, {"g": "g1", "t": "y"}]),
        ("BIND(1 AS ?x) FILTER(?x > 1)", []),
        ("FILTER(BOUND(?g))", []),  # W3C: graph-variable-scope
        ("FILTER(!BOUND($g))", [{"g": "g1"}, {"g": "g2"}, {"g": "g3"}]),
        ("?s :r ?o OPTIONAL { ?s :q ?g }", [{"g": "g3", "s": "z", "o": "z"}]),
        ("?s :p :a OPTIONAL { ?s :q ?g }", []),  # W3C: graph-optional; it binds ?g to another graph
        ("?s :p :b MINUS { ?x :q ?y }", [{"g": "g1", "s": "a"}, {"g": "g2", "s": "a"}]),  # W3C: graph-minus
        ("{ ?s :r ?o } UNION { BIND(:u AS ?s) }",
         [{"g": "g3", "s": "z", "o": "z"}, *({"g": g, "s": "u"} for g in ("g1", "g2", "g3"))]),
        ("?s :q ?g", [{"g": "g1", "s": "a"}]),
    ],
)  # fmt: skip
def test_a_group_has_its_solutions_in_each_graph(group: str, rows: list[dict[str, str]]) -> None:
    assert rows_of(STORE, per_graph(f"SELECT * {{ GRAPH ?g {{ {group} }} }}", lambda: GRAPHS)) == table(*rows)


NODES = st.sampled_from(["?s", "?o", ":a", ":b", ":c", "_:n"])
TRIPLES = st.tuples(NODES, st.sampled_from([":p", ":q", ":p*", ":p/:q?"]), st.sampled_from(["?o", "?x", "?g", ":b"]))
GROUPS = st.recursive(
    TRIPLES.map(lambda triple: " ".join(triple) + " ."),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map(lambda two: f"{two[0]} OPTIONAL {{ {two[1]} }}"),
        st.tuples(inner, inner).map(lambda two: f"{two[0]} MINUS {{ {two[1]} }}"),
        st.tuples(inner, inner).map(lambda two: f"{{ {two[0]} }} UNION {{ {two[1]} }}"),
        st.tuples(inner, inner).map(lambda two: f"{two[0]} FILTER NOT EXISTS {{ {two[1]} }}"),
        inner.map(lambda one: f"{one} FILTER(?o != ?s || BOUND(?g))"),
        inner.map(lambda one: f"VALUES ?x {{ :a :b }} {one}"),
        inner.map(lambda one: f"BIND(:a AS ?k) {one}"),
        inner.map(lambda one: f"{{ SELECT ?s (COUNT(*) AS ?n) {{ {one} }} GROUP BY ?s }}"),
        inner.map(lambda one: f"{{ SELECT DISTINCT ?o {{ {one} }} }}"),
    ),
    max_leaves=4,
)


@settings(deadline=None, max_examples=200)
@given(GROUPS)
def test_the_solutions_are_those_that_the_specification_defines(group: str) -> None:
    """Section 18.6: the union, over the graphs, of the group's solutions there, joined with the variable's value."""
    expected: Counter[frozenset[tuple[str, str]]] = Counter()
    try:
        for graph in GRAPHS:
            for row, times in rows_of(STORE, f"SELECT * {{ GRAPH {graph} {{ {group} }} }}").items():
                if dict(row).get("g", graph) == graph:
                    expected[row | {("g", graph)}] += times
    except SyntaxError:  # a blank node in two groups, or a name for two things
        return
    assert rows_of(STORE, per_graph(f"SELECT * {{ GRAPH ?g {{ {group} }} }}", lambda: GRAPHS)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH ?g { } }",
        "SELECT * { GRAPH $g { ?g :p ?o ; :q [ :r ?g ] . FILTER(?o > 1) OPTIONAL { ?o :q ?x } } }",
        "SELECT * { GRAPH ?g { FILTER NOT EXISTS { ?s :q 1 } BIND(1 AS ?x) { ?s :p ?o } UNION { ?o :q ?s . } } }",
        "SELECT * { GRAPH ?g { VALUES ?s { :a } VALUES (?o ?x) { (1 2) } ?s :p ?o } }",
        "SELECT * { GRAPH :g1 { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }",
        "SELECT * { ?s :p 'GRAPH ?g { SELECT * { } }' } # GRAPH ?g { SELECT * { } }",
        "SELECT * { GRAPH ?g { SELECT ",
    ],
)
def test_what_the_engine_does_right_stays_as_it_is(text: str) -> None:
    assert per_graph(text, lambda: GRAPHS) == text


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT * { GRAPH :none { VALUES ?x { 1 } } }", []),  # W3C: graph-from-named-3
        ("SELECT * { GRAPH :none { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }", []),
        ("SELECT * { GRAPH :g3 { BIND(:x AS ?x) } OPTIONAL { GRAPH :none { BIND(:y AS ?y) } } }", [{"x": "x"}]),
        ("SELECT * { GRAPH :none { BIND(:x AS ?x) GRAPH :none { } } }", []),
    ],
)
def test_a_graph_that_is_not_there_has_no_solution(text: str, rows: list[dict[str, str]]) -> None:
    assert rows_of(STORE, without_missing_graphs(text, lambda name: name != ":none")) == table(*rows)


def test_graphs_inside_graphs_are_told_apart() -> None:
    inner = "GRAPH ?h { SELECT (COUNT(*) AS ?n) { _:m :p ?y } }"
    text = per_graph(f"SELECT * {{ GRAPH ?g {{ SELECT * {{ _:n :r ?x {inner} }} }} }}", lambda: GRAPHS)
    assert rows_of(STORE, text) == table(
        {"g": "g3", "x": "z", "h": "g1", "n": number(3)},
        {"g": "g3", "x": "z", "h": "g2", "n": number(2)},
        {"g": "g3", "x": "z", "h": "g3", "n": number(0)},
    )


def test_without_a_graph_there_is_no_solution_and_an_error_is_one() -> None:
    assert rows_of(STORE, per_graph("SELECT * { GRAPH ?g { VALUES ?x { 1 } } }", list)) == Counter()
    with pytest.raises(SyntaxError):
        STORE.query(per_graph("SELECT * { GRAPH ?g { SELECT utter nonsense } }", list))


def test_a_blank_node_of_two_groups_is_no_sparql() -> None:
    text = "SELECT * { _:b <a:p> ?y GRAPH ?g { _:b <a:p> ?x MINUS { ?q <a:m> 1 } } }"
    assert per_graph(text, lambda: GRAPHS) == text


def test_a_graph_that_a_blank_node_names_cannot_be_asked_by_name() -> None:
    text = "SELECT * { GRAPH ?g { SELECT * { ?s ?p ?o } } }"
    assert per_graph(text, lambda: ["_:g", *GRAPHS]) == text


def test_many_graphs_are_asked_in_a_moment() -> None:
    """One union of 5,000 branches takes the engine more than a minute."""
    many = store_of("".join(f":g{at} {{ :s :p {at} }}" for at in range(4_000)))
    graphs = [str(graph) for graph in many.named_graphs()]
    text = per_graph("SELECT * { GRAPH ?g { SELECT (MAX(?o) AS ?n) { _:s :p ?o } } }", lambda: graphs)
    assert rows_of(many, text) == table(*({"g": f"g{at}", "n": number(at)} for at in range(4_000)))


def test_a_union_that_would_be_too_long_is_not_made() -> None:
    text = "SELECT * { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }"
    many = [f"<{E}{at}>" for at in range(5_001)]
    assert per_graph(text, lambda: many) == text
    deep = "GRAPH ?g { SELECT * { " * 12 + "} }" * 12
    assert len(per_graph(f"{PREFIX}SELECT * {{ {deep} }}", lambda: many[:20])) < 1_000_001


@pytest.mark.parametrize("unit", ["GRAPH ?g { ", "GRAPH ?g{SELECT*{", "GRAPH ?g {}", "{", "GRAPH ?g { {} UNION "])
@pytest.mark.parametrize("end", ["", "}"])
def test_a_hostile_text_is_passed_over_a_few_times(unit: str, end: str) -> None:
    assert is_in_proportion(lambda text: without_missing_graphs(text, bool), unit.replace("?g", "<g>"), 80_000)
    assert is_in_proportion(lambda text: per_graph(f"GRAPH ?g {{ {text}{end * len(text)}", list), unit, 80_000)
