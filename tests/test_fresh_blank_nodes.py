"""``BNODE("a")`` is one blank node in a solution and another in the next (SPARQL 1.1 Query, section 17.4.2.9)."""

import pytest
from pyoxigraph import BlankNode, QuerySolutions, QueryTriples

from kgpub.column_order import in_order
from kgpub.fresh_blank_nodes import with_fresh_nodes
from processor_time import is_in_proportion
from trig_store import PREFIX, store_of

STORE = store_of(':a :p "x" , "two words" , "" . :b :p "x" .')


def solutions(text: str) -> list[dict[str, object]]:
    results = STORE.query(PREFIX + with_fresh_nodes(text))
    assert isinstance(results, QuerySolutions)
    names = [variable.value for variable in results.variables]
    return [dict(zip(names, row, strict=True)) for row in results]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s ?o (BNODE(?o) AS ?x) (BNODE(CONCAT(?o, '')) AS ?y) (BNODE('other') AS ?z) { ?s :p ?o }",
        "SELECT ?s ?o ?x ?y ?z { ?s :p ?o BIND(BNODE(?o) AS ?x) BIND(BNODE(?o) AS ?y) BIND(bnode('other') AS ?z) }",
        "SELECT ?s ?x ?y (BNODE('other') AS ?z) { { ?s :p ?o BIND(BNODE(?o) AS ?x) } BIND(?x AS ?y) }",
    ],
)
def test_a_node_is_the_solutions_own(text: str) -> None:
    found = solutions(text)
    assert len(found) == 4
    for name in ("y", "z"):
        nodes = [row[name] for row in found]
        assert all(isinstance(node, BlankNode) for node in nodes)
        assert len(set(nodes)) == 4
    assert all(row["x"] == row["y"] != row["z"] for row in found)


def test_what_is_joined_later_makes_other_solutions() -> None:
    found = solutions("SELECT * { BIND(BNODE('a') AS ?x) ?s :p ?o BIND(BNODE('a') AS ?y) BIND(BNODE('a') AS ?z) }")
    assert len({row["x"] for row in found}) == 1
    assert len({row["y"] for row in found}) == 4
    assert all(row["y"] == row["z"] for row in found)


def test_a_subquery_may_be_all_of_a_group() -> None:
    found = solutions("SELECT ?o (BNODE('a') AS ?x) { SELECT ?o { ?s :p ?o } }")
    assert len({row["x"] for row in found}) == 4


def test_what_is_no_string_gives_no_node() -> None:
    assert solutions("SELECT (BNODE(1) AS ?x) (BNODE('a'@en) AS ?y) (BNODE(?o) AS ?z) { }") == [
        {"x": None, "y": None, "z": None}
    ]


def test_in_a_graph_each_solution_has_its_nodes() -> None:
    results = STORE.query(PREFIX + with_fresh_nodes("CONSTRUCT { ?n :of ?s } { ?s :p ?o BIND(BNODE('n') AS ?n) }"))
    assert isinstance(results, QueryTriples)
    assert len({triple.subject for triple in results}) == 4


SENT = "SELECT * { ?s :p ?o BIND(BNODE(?o) AS ?n) }"


def test_no_reader_sees_the_keys() -> None:
    text = with_fresh_nodes(SENT)
    results = STORE.query(PREFIX + text)
    assert isinstance(results, QuerySolutions)
    ordered = in_order(text, [variable.value for variable in results.variables], SENT)
    assert ordered is not None
    results = STORE.query(PREFIX + ordered)
    assert isinstance(results, QuerySolutions)
    assert [variable.value for variable in results.variables] == ["s", "o", "n"]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (BNODE() AS ?x) { }",
        "SELECT ?s (BNODE('a') AS ?x) { ?s :p ?o } GROUP BY ?s",
        "SELECT (COUNT(*) AS ?n) (BNODE('a') AS ?x) { ?s :p ?o }",
        "SELECT * { ?s :p ?o FILTER(ISBLANK(BNODE('a'))) }",
        "SELECT * { ?s :p 'BNODE(1)' } # BIND(BNODE('a') AS ?b)",
        "SELECT (BNODE('a' AS ?x { }",
        "SELECT (COUNT(*) AS ?c) { SELECT DISTINCT * { VALUES ?v {1 1} BIND(IF(?v=2,BNODE('a'),1) AS ?n) } }",
        "SELECT (COUNT(DISTINCT *) AS ?c) { VALUES ?v {1 1} BIND(IF(?v=2,BNODE('a'),1) AS ?n) }",
        "SELECT * { BIND(BNODE('a') AS ?kgpub_solution_0) }",
    ],
)
def test_other_queries_stay_as_they_are(text: str) -> None:
    assert with_fresh_nodes(text) == text


@pytest.mark.parametrize("unit", ["BNODE(1 ", "BIND(BNODE('a') AS ?x) ", "{ (", "SELECT (BNODE(1))"])
def test_a_hostile_text_is_passed_over_once(unit: str) -> None:
    assert is_in_proportion(lambda text: with_fresh_nodes(f"SELECT * {{ {text}"), unit, 60_000)
