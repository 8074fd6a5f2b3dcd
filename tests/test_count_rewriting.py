"""A rewritten query has the answer of the query as it was sent, over any graph; what cannot be told is left alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, QueryBoolean, QuerySolutions, RdfFormat, Store

from kgpub.count_rewriting import CountRewriting
from kgpub.engine import Budget, Query, Wanted
from kgpub.engine_local import LocalEngine
from kgpub.errors import QueryMalformed
from kgpub.formats import RESULTS_CSV, TURTLE
from kgpub.pool import QueryPool
from kgpub.release import Release
from kgpub.totals import TOTALS_FILE, PropertyTotal, Totals, read_totals
from projects import BASE, EX, build_project

RDFS = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "

TOLD = [
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "select (count(*) as ?n) where { ?s ?p ?o . }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "SELECT DISTINCT ?p { ?s ?p ?o }",
    "SELECT DISTINCT ?p { [] ?p [] } ORDER BY ?p LIMIT 3",
    "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT $s) AS ?m) { $s ?p ?o } GROUP BY ?p",
    "SELECT ?p { ?s ?p ?o } GROUP BY ?p HAVING (COUNT(?o) > 20)",
    "SELECT ?p (COUNT(?o) AS ?n) { ?s ?p ?o FILTER(STRSTARTS(STR(?p), 'http://www.w3.org/')) } GROUP BY ?p",
    "SELECT (COUNT(?p) AS ?n) { ?s ?p ?o FILTER isIRI(?p) . FILTER(?p != <a:b>) }",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c",
    "SELECT ?c (COUNT(?s) + 1 AS ?n) (2 * COUNT(DISTINCT ?s) AS ?m) { ?s a ?c } GROUP BY ?c ORDER BY COUNT(?s) ?c",
    "SELECT ?space (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY (REPLACE(STR(?c), '[^/#]*$', '') AS ?space)",
    "SELECT DISTINCT ?c { ?s a ?c }",
    "SELECT (MIN(?c) AS ?first) (COUNT(*) AS ?n) { ?s a ?c }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a [] }",
    "# all\nSELECT (COUNT(?s) AS ?n) { # those\n ?s a <http://www.w3.org/2002/07/owl#Class> }",
    "SELECT (COUNT(?s) AS ?n) { ?s a <urn:no:class> }",
    "SELECT (COUNT(?s) AS ?n) { ?s a <urn:no:class> } GROUP BY ?s2",
    "SELECT (COUNT(*) AS ?n) { ?s <urn:no:property> ?o }",
    RDFS + "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) { ?s rdfs:label ?o }",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o . } } GROUP BY ?g ORDER BY ?n ?g OFFSET 2 LIMIT 5",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT (COUNT(?s) AS ?n) { GRAPH <urn:no:graph> { ?s ?p ?o } }",
    RDFS + "SELECT ?c ?n ?l { { SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c } OPTIONAL { ?c rdfs:label ?l } }",
    "SELECT * { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } { SELECT (COUNT(*) AS ?m) { GRAPH ?g { ?s ?p ?o } } } }",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c VALUES ?c { <http://www.w3.org/2002/07/owl#Class> <a:b> }",
    "CONSTRUCT { ?c <urn:n> ?n } { SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c }",
    "ASK { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } FILTER(?n > 1000) }",
]

LEFT_ALONE = [
    "SELECT ?c { ?s a ?c }",
    "SELECT REDUCED ?c { ?s a ?c }",
    "SELECT DISTINCT * { ?s a ?c }",
    "SELECT DISTINCT ?s { ?s a ?c }",
    "SELECT ?s (COUNT(?c) AS ?n) { ?s a ?c } GROUP BY ?s",
    "SELECT ?c (COUNT(?s) AS ?n) (SAMPLE(?s) AS ?one) { ?s a ?c } GROUP BY ?c",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c FILTER(isIRI(?s)) } GROUP BY ?c",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c . ?c ?p ?o } GROUP BY ?c",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c FILTER(true) ?c a ?d } GROUP BY ?c",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c FILTER EXISTS { ?c ?p ?o } } GROUP BY ?c",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(?c != <a:b>) }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) (COUNT(DISTINCT ?c) AS ?m) { ?s a ?c }",
    "SELECT ?x (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY (STR(?c) AS ?x)",
    "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT *) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(STR(?c)) AS ?n) { ?s a ?c }",
    "SELECT (COUNT(?other) AS ?n) { ?s a ?c }",
    "SELECT (COUNT(?kgpub_solutions) AS ?n) { ?s a ?kgpub_solutions }",
    "SELECT (GROUP_CONCAT(STR(?c)) AS ?all) (COUNT(*) AS ?n) { ?s a ?c }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?s }",
    "SELECT (COUNT(*) AS ?n) { ?s a/<urn:p> ?c }",
    "SELECT (COUNT(*) AS ?n) { <urn:s> ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p 'text' }",
    "SELECT (COUNT(*) AS ?n) { ?s a ?c } LIMIT 1 # { ?s ?p ?o }\nVALUES ?s { <a:b> }",
    "SELECT (COUNT(*) AS ?n) FROM <a:b> { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } }",
    "SELECT ?g ?p (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ?p",
    "SELECT ?n { GRAPH ?g { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } } }",
    "SELECT ?n { SERVICE <a:b> { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } } }",
    "SELECT (COUNT(*) AS ?n) { OPTIONAL { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { ?s a <relative> }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(RAND() < 0.1) }",
    "SELECT DISTINCT ?p (UUID() AS ?x) { ?s ?p ?o }",
]


@pytest.fixture(scope="module")
def counts(announcement_release: Release) -> CountRewriting:
    return CountRewriting(read_totals(announcement_release.folder / TOTALS_FILE))


def answer(store: Store, text: str) -> Counter[str]:
    """Return an answer as a bag."""
    found = store.query(text, base_iri=BASE)
    return Counter([str(bool(found))] if isinstance(found, QueryBoolean) else map(str, found))


def numbers(store: Store, query: str) -> dict[str, tuple[int, ...]]:
    """Return the rows of a query by the first column, the others as numbers."""
    rows = [tuple(row) for row in cast("QuerySolutions", store.query(query))]
    return {str(getattr(row[0], "value", "")): tuple(int(cast("Literal", n).value) for n in row[1:]) for row in rows}


@pytest.mark.parametrize("text", TOLD)
def test_the_answer_is_the_same(announcement: Store, counts: CountRewriting, text: str) -> None:
    rewritten = counts.rewritten(text)
    assert rewritten is not None
    assert "COUNT(?s)" not in rewritten
    assert answer(announcement, rewritten) == answer(announcement, text)


def test_a_sorted_answer_keeps_its_order(announcement: Store, counts: CountRewriting) -> None:
    text = "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n) ?c LIMIT 20"
    sent, rewritten = (
        list(map(str, cast("QuerySolutions", announcement.query(each))))
        for each in (text, counts.rewritten(text) or "")
    )
    assert sent == rewritten
    assert len(sent) == 20


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_the_totals_do_not_tell_is_left_alone(counts: CountRewriting, text: str) -> None:
    assert counts.rewritten(text) is None


@pytest.mark.parametrize("text", TOLD)
def test_without_totals_nothing_is_rewritten(text: str) -> None:
    assert CountRewriting(Totals()).rewritten(text) is None


def test_a_long_text_and_a_large_table_are_left_alone() -> None:
    counts = CountRewriting(Totals(triples=2_000, classes={f"{BASE}c{n}": 1 for n in range(1_001)}))
    text = "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c"
    assert counts.rewritten(text) is None
    assert counts.rewritten("SELECT (COUNT(?s) AS ?n) { ?s a ?c }") is not None
    assert counts.rewritten("SELECT (COUNT(?s) AS ?n) { ?s a ?c }" + " " * 10_000) is None
    one = "{ SELECT (COUNT(?s) AS ?n) { ?s a ?c } } "
    assert counts.rewritten(f"SELECT * {{ {one * 9} }}") is not None
    assert counts.rewritten(f"SELECT * {{ {one * 10} }}") is None


# --- any graph, any query of the kind ------------------------------------------------------------------------

TERMS = ["<a:a>", "<a:b>", "<a:c>", "_:x", '"t"', '"t"@en']
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
STATEMENTS = st.tuples(
    st.sampled_from(TERMS[:4]), st.sampled_from([TYPE, "<a:p>", "<a:q>"]), st.sampled_from(TERMS),
    st.sampled_from(["<a:g>", "<a:h>"]),
)  # fmt: skip
PATTERNS = ["?s ?p ?o", "?s a ?o", "?s a <a:a>", "?s <a:p> ?o", "[] ?p ?o", f"?s {TYPE} ?o", "GRAPH ?g { ?s ?p ?o }"]
FILTERS = ["", "", "FILTER(?p != <a:p>)", "FILTER(isIRI(?o))", "FILTER(?s = <a:a>)", "FILTER(BOUND(?g))"]
VARIABLES = ["?s", "?p", "?o", "?g"]
COUNTED = [f"COUNT({what})" for what in ("*", *VARIABLES, *(f"DISTINCT {name}" for name in VARIABLES))]
SOME = st.lists(st.sampled_from(VARIABLES), max_size=2, unique=True)


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Draw a query over a lone pattern; some are not valid."""
    expressions = draw(st.lists(st.sampled_from([*COUNTED, "MAX(?o)", "MIN(?p)"]), max_size=3))
    plain = draw(SOME)
    groups = draw(st.one_of(st.just(plain), SOME))
    having = draw(st.sampled_from(["", "", "HAVING (COUNT(?s) > 1)", "HAVING (COUNT(*) < 3)"]))
    head = " ".join([*plain, *(f"({expression} AS ?x{at})" for at, expression in enumerate(expressions))])
    group = f"GROUP BY {' '.join(groups)}" if groups else ""
    distinct = draw(st.sampled_from(["", "DISTINCT"]))
    pattern, condition = draw(st.sampled_from(PATTERNS)), draw(st.sampled_from(FILTERS))
    return f"SELECT {distinct} {head} {{ {pattern} {condition} }} {group} {having}"


def counted(store: Store) -> Totals:
    """Count with SPARQL what a build would have counted."""
    by = "SELECT ?k (COUNT(?s) AS ?n) (COUNT(DISTINCT ?s) AS ?m) {{ {} }} GROUP BY ?k"
    size = numbers(store, "SELECT (1 AS ?k) (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) { ?s ?p ?o }")["1"]
    classes, properties, graphs = (
        numbers(store, by.format(pattern)) for pattern in ("?s a ?k", "?s ?k ?o", "GRAPH ?k { ?s ?p ?o }")
    )
    has_iris = not store.query("ASK { ?s a ?class FILTER(!isIRI(?class)) }")
    return Totals(
        size[0],
        size[1],
        {k: n for k, (n, _) in classes.items()} if has_iris else None,
        {k: PropertyTotal(n, m) for k, (n, m) in properties.items()},
        {k: n for k, (n, _) in graphs.items()},
    )


@settings(max_examples=400, deadline=None)
@given(statements=st.lists(STATEMENTS, max_size=20), text=queries())
def test_over_any_graph_the_answer_is_the_same(statements: list[tuple[str, str, str, str]], text: str) -> None:
    store = Store()
    lines = [f"{s} {p} {o} {g} .\n{s} {p} {o} ." for s, p, o, g in statements]
    store.load("\n".join(lines).encode(), format=RdfFormat.N_QUADS)
    rewritten = CountRewriting(counted(store)).rewritten(text)
    if rewritten is None:
        event("left alone")
        return
    try:
        expected = answer(store, text)
    except SyntaxError:
        event("not valid")
        with pytest.raises(SyntaxError):
            answer(store, rewritten)
        return
    event("rewritten")
    assert answer(store, rewritten) == expected


# --- where queries are answered ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    """A pool over a small release, whose totals say that there are a thousand instances of a class."""
    files = {"data/a.ttl": EX + "ex:a a ex:C . ex:b a ex:C ."}
    folder = build_project(tmp_path_factory.mktemp("counts"), files).release.folder
    path = folder / TOTALS_FILE
    path.write_text(replace(read_totals(path), classes={f"{BASE}C": 1_000}).to_json(), "utf-8")
    pool = QueryPool(folder / "store", BASE, workers=1, queue=8, memory_mb=256)
    yield LocalEngine(pool.address)
    pool.close()


def ask(engine: LocalEngine, query: Query) -> str:
    return engine.evaluate(query, Wanted(RESULTS_CSV, TURTLE), Budget(10, 256, 1_000_000)).read().decode()


def test_a_worker_answers_from_the_totals_of_its_store(engine: LocalEngine) -> None:
    assert ask(engine, Query(f"SELECT (COUNT(?s) AS ?n) {{ ?s a <{BASE}C> }}")) == "n\r\n1000\r\n"


@pytest.mark.parametrize(("default", "named", "number"), [(["graph/a"], [], 2), ([], ["graph/a"], 0)])
def test_another_data_set_is_counted(engine: LocalEngine, default: list[str], named: list[str], number: int) -> None:
    graphs = (tuple(BASE + local for local in graphs) for graphs in (default, named))
    assert ask(engine, Query(f"SELECT (COUNT(?s) AS ?n) {{ ?s a <{BASE}C> }}", *graphs)) == f"n\r\n{number}\r\n"


def test_half_a_character_in_a_filter_is_told_and_the_worker_goes_on(engine: LocalEngine) -> None:
    with pytest.raises(QueryMalformed, match="half a surrogate pair"):
        ask(engine, Query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(STR(?p) != '\ud800') }"))


def test_a_mistake_is_told_where_it_stands_in_the_query_as_sent(engine: LocalEngine) -> None:
    with pytest.raises(QueryMalformed, match="line 2, column 7: "):
        ask(engine, Query("SELECT (COUNT(?s) AS ?n) { ?s a ?c }\nLIMIT x"))
