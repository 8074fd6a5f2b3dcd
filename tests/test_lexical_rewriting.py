"""Queries of a store that keeps literals as they were written, held against what values and terms say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from kgpub.lexical_forms import WRITTEN, LexicalForms, as_kept, as_written
from kgpub.lexical_rewriting import LexicalRewriting
from kgpub.sparql_tokens import prefixes_in, tokens_of
from kgpub.triplestore import Triplestore
from kgpub.vocabulary import XSD
from processor_time import is_in_proportion

#: No durations: the engine (pyoxigraph 0.5.13) adds one to a date where a function gives them, and else does not.
PREFIXES = f"PREFIX ex: <http://e/> PREFIX xsd: <{XSD}> "
FORMS = [
    ("01", "integer"), ("1", "integer"), ("+1", "integer"), ("1.0", "decimal"), ("1.50", "decimal"), ("1.5", "decimal"),
    ("1e0", "double"), ("15.0E-1", "double"), ("2", "int"), ("2", "integer"), ("7", "unsignedByte"), ("1", "boolean"),
    ("true", "boolean"), ("false", "boolean"), ("2026-11-23T08:00:00.000Z", "dateTime"), ("0", "boolean"),
    ("2026-11-23T08:00:00Z", "dateTime"), ("2026-11-23T09:00:00+01:00", "dateTime"), ("2026-11-23+00:00", "date"),
    ("2026-11-23Z", "date"), ("x", "integer"), ("1", "string"), ("", "string"),
]  # fmt: skip


def data() -> list[Quad]:
    literals = [Literal(text, datatype=NamedNode(XSD + name)) for text, name in FORMS]
    others: list[Literal | NamedNode] = [
        Literal("1", language="en"),
        NamedNode("http://e/thing"),
        NamedNode("http://e/1"),
    ]
    terms = [*literals, *others]
    quads = []
    for number, term in enumerate(terms):
        thing = NamedNode(f"http://e/s{number}")
        quads.append(Quad(thing, NamedNode("http://e/p"), term))
        quads.append(Quad(thing, NamedNode("http://e/q"), terms[(number * 7 + 3) % len(terms)]))
    return quads


@pytest.fixture(scope="module")
def as_values() -> Store:
    """A store that keeps values."""
    store = Store()
    store.extend(data())
    return store


@pytest.fixture(scope="module")
def written() -> Triplestore:
    """The same as it was written."""
    store = Triplestore(Store())
    store.add_quads(data())
    return store


def rows(results: Any) -> list[tuple[Any, ...]]:
    assert isinstance(results, QuerySolutions)
    return [tuple(map(as_written, row)) for row in results]


def shown(results: Any) -> list[str]:
    return sorted(" ".join(str(term).replace(XSD, "") for term in row) for row in rows(results))


# --- terms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("SELECT ?x { ex:s0 ex:p ?x }", ['"01"^^<integer>']),
        ("SELECT ?s { ?s ex:p 01 }", ["<http://e/s0>"]),
        ("SELECT ?s { ?s ex:p '1.50'^^xsd:decimal }", ["<http://e/s4>"]),
        ("SELECT ?s { VALUES ?x { 1.50 +1 } ?s ex:p ?x }", ["<http://e/s2>", "<http://e/s4>"]),
        ("SELECT ?s { ?s ex:p ?x FILTER(sameTerm(?x, 1.0)) }", ["<http://e/s3>"]),
        ("SELECT (STR(?x) AS ?t) { ex:s4 ex:p ?x }", ['"1.50"']),
        ("SELECT (DATATYPE(?x) AS ?t) { ex:s8 ex:p ?x }", ["<int>"]),
        ("SELECT (DATATYPE(?x + 1) AS ?t) { ex:s8 ex:p ?x }", ["<integer>"]),
        ("SELECT ?s { ?s ex:p ?x FILTER(DATATYPE(?x) = xsd:unsignedByte) }", ["<http://e/s10>"]),
        ("SELECT DISTINCT ?x { VALUES ?s { ex:s0 ex:s1 ex:s2 } ?s ex:p ?x }",
         ['"+1"^^<integer>', '"01"^^<integer>', '"1"^^<integer>']),
        ("SELECT (COUNT(DISTINCT ?x) AS ?n) { VALUES ?s { ex:s0 ex:s1 ex:s2 } ?s ex:p ?x }", ['"3"^^<integer>']),
        ("SELECT ?x (COUNT(*) AS ?n) { VALUES ?s { ex:s0 ex:s1 } ?s ex:p ?x } GROUP BY ?x",
         ['"01"^^<integer> "1"^^<integer>', '"1"^^<integer> "1"^^<integer>']),
        ("SELECT (1.50 AS ?x) ('5'^^xsd:byte AS ?y) {}", ['"1.50"^^<decimal> "5"^^<byte>']),
        ("SELECT (IF(?x = 1, ?x, 0) AS ?y) { ex:s0 ex:p ?x }", ['"01"^^<integer>']),
        ("SELECT (STR(01) AS ?t) (DATATYPE('1'^^xsd:int) AS ?d) {}", ['"01" <int>']),
        ("SELECT ?s { ?s ex:p '1'^^<relative> }", []),
        ("SELECT (MAX(?x) AS ?m) (MIN(?x) AS ?n) { VALUES ?s { ex:s0 ex:s4 ex:s8 } ?s ex:p ?x }",
         ['"2"^^<int> "01"^^<integer>']),
        ("SELECT ?s { { SELECT (MAX(DISTINCT ?x) AS ?m) { VALUES ?t { ex:s0 ex:s4 } ?t ex:p ?x } } ?s ex:p ?m }",
         ["<http://e/s4>"]),
        ("SELECT (MAX(?x) AS ?m) { ex:nobody ex:p ?x }", ["None"]),
        ("SELECT (SAMPLE(?x) * 2 AS ?m) (MAX(?x) + MIN(?x) AS ?n) { ex:s4 ex:p ?x }",
         ['"3"^^<decimal> "3"^^<decimal>']),
        ("SELECT ?s { VALUES ?s { ex:s0 ex:s8 } ?s ex:p ?x } GROUP BY ?s HAVING(SAMPLE(?x) > 1 && max(?x) = 2)",
         ["<http://e/s8>"]),
        ("SELECT (OBJECT(?t) + 1 AS ?m) { BIND(<<( ex:s ex:p 01 )>> AS ?t) }", ['"2"^^<integer>']),
    ],
)  # fmt: skip
def test_terms_are_what_was_written(written: Triplestore, query: str, answer: list[str]) -> None:
    assert shown(written.query(PREFIXES + query, base_iri="http://e/")) == answer


def test_an_order_is_that_of_the_values(written: Triplestore) -> None:
    query = "SELECT ?x { VALUES ?s { ex:s4 ex:s0 ex:s8 ex:s9 ex:s6 } ?s ex:p ?x } ORDER BY DESC(?x) STR(?x)"
    found = [term.value for (term,) in rows(written.query(PREFIXES + query))]
    assert found == ["2", "2", "1.50", "01", "1e0"]


def test_a_query_that_meets_no_such_literal_is_asked_as_it_is() -> None:
    rewriting = LexicalRewriting(LexicalForms(frozenset({"http://e/q"})))
    assert rewriting.rewritten(PREFIXES + "SELECT * { ?s ex:p ?x FILTER(?x > 5) } ORDER BY ?x") is None
    assert rewriting.rewritten("SELECT * { ?s <http://e/q> ?x } LIMIT 5") is None
    assert rewriting.rewritten(PREFIXES + "SELECT * { ?s ex:q ?x FILTER(?x > 5) }") is not None
    assert rewriting.rewritten(PREFIXES + "SELECT * { ?s ?p ?x FILTER(?x > 5) }") is not None
    assert rewriting.rewritten(PREFIXES + "SELECT * { ?s ex:p ?x, 01 FILTER(?x > 5) }") is not None
    assert LexicalRewriting(LexicalForms()).rewritten("SELECT * { ?s ?p ?x FILTER(?x > 5.5) } ORDER BY ?x") is None


def test_without_such_literals_in_the_store_one_in_a_query_finds_no_other(as_values: Store) -> None:
    rewritten = LexicalRewriting(LexicalForms()).rewritten(PREFIXES + "ASK { ?s ex:p 02 }")
    assert rewritten is not None
    assert WRITTEN in rewritten
    assert not as_values.query(rewritten)


@pytest.mark.parametrize(
    ("predicate", "value", "pattern"),
    [
        ("price", "10.0", "me: ?p ?x"), ("price", "10.0", "?s ?p ?x"), ("unit/price", "10.0", "?s ex:unit\\/price ?x"),
        ("मूल्य", "10.0", "?s ex:मूल्य ?x"), ("cafe\u0301", "10.0", "?s ex:cafe\u0301 ?x"), ("w", "10.0", "?s ex:z? ?x"),
        ("w", "10.0", "?s (ex:z|ex:k)* ?x"), ("w", "-1.50", "VALUES ?x { -1.50 } ?s ex:w ?x"),
        ("w", "1.e1", "?s ex:w 1.e1, ?x"), ("w", "-2E0", "?s ex:w ?x, -2E0"),
    ],
)  # fmt: skip
def test_however_it_is_written_a_query_meets_what_it_means(predicate: str, value: str, pattern: str) -> None:
    datatype = XSD + ("double" if "e" in value.lower() else "decimal")
    store = Triplestore(Store(), LexicalForms(frozenset({f"http://e/{predicate}"})))
    literal = Literal(value, datatype=NamedNode(datatype))
    store.store.add(as_kept(Quad(NamedNode("http://e/me"), NamedNode(f"http://e/{predicate}"), literal)))
    tests = f"FILTER(?x > -50 && DATATYPE(?x) = <{datatype}>)"
    found = store.query(f"PREFIX me: <http://e/me> {PREFIXES} SELECT ?x {{ {pattern} {tests} }}")
    assert shown(found) == [str(literal).replace(XSD, "")]


def test_the_members_of_collections_are_met() -> None:
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    store = Triplestore(Store(), LexicalForms(frozenset({rdf + "first"})))
    nodes = [NamedNode("http://e/l0"), NamedNode("http://e/l1"), NamedNode(rdf + "nil")]
    store.store.add(Quad(NamedNode("http://e/a"), NamedNode("http://e/coords"), nodes[0]))
    for at, text in enumerate(("1.50", "2.0")):
        number = Literal(text, datatype=NamedNode(XSD + "decimal"))
        store.store.add(as_kept(Quad(nodes[at], NamedNode(rdf + "first"), number)))
        store.store.add(Quad(nodes[at], NamedNode(rdf + "rest"), nodes[at + 1]))
    assert shown(store.query(PREFIXES + "SELECT ?s { ?s ex:coords ( ?a ?b ) FILTER(?a > 1) }")) == ["<http://e/a>"]


def test_many_conditions_are_no_longer_than_a_function_for_each(written: Triplestore) -> None:
    chain = " || ".join(f"?x = {number}.5" for number in range(1_000))
    rewritten = LexicalRewriting(LexicalForms(None)).rewritten(f"SELECT ?s {{ ?s ?p ?x FILTER({chain}) }}")
    assert rewritten is not None
    assert len(rewritten) < 50_000
    assert "<http://e/s4>" in shown(written.query(PREFIXES + f"SELECT ?s {{ ?s ex:p ?x FILTER({chain}) }}"))


@pytest.mark.parametrize(
    "text", ["", "01", "'1'^^", "'1'^^xsd:int", '"\\x"^^<a:b>', "FILTER(?x ^^", "ORDER BY (", "'1'^^<\x00>"]
)
def test_what_is_no_query_is_none_afterwards(written: Triplestore, text: str) -> None:
    with pytest.raises(SyntaxError):
        written.query(text)


# --- values: held against a store that has nothing else ---------------------------------------------------------

NUMBERS = st.sampled_from(
    ["?x", "?y", "1", "2.5", "01", "'1'^^xsd:int", "?u", "'2026-11-23T08:00:00Z'^^xsd:dateTime", "true"]
)
TERMS = st.sampled_from(["?x", "?y", "<http://e/1>", "'1'", "'1'@en", "STR(?x)", "LANG(?y)"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def made(template: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.tuples(*parts).map(lambda found: template.format(*found))

    return st.one_of(
        made("({0} {1} {2})", inner, st.sampled_from(["+", "-", "*", "/", "=", "!=", "<", ">=", "&&", "||"]), inner),
        made("{0} = {1}", inner, TERMS), made("{1} != {0}", inner, TERMS), made("!({0})", inner), made("(-{0})", inner),
        made("({0})", inner), made("IF({0}, {1}, {2})", inner, inner, inner), made("COALESCE({0}, {1})", inner, inner),
        made("({0} IN ({1}, {2}))", inner, inner, TERMS), made("({0} NOT IN ({1}))", inner, inner),
        made("{1}({0})", inner, st.sampled_from(["ABS", "CEIL", "xsd:integer", "xsd:double", "xsd:boolean", "YEAR",
                                                  "isNUMERIC", "isLITERAL", "HOURS", "ROUND", "BOUND"]).filter(len)),
    )  # fmt: skip


EXPRESSIONS = st.recursive(NUMBERS, _larger, max_leaves=8)


def _asked(store: Any, query: str) -> list[str] | str:
    try:
        return sorted(str(row[0]) for row in store.query(PREFIXES + query))
    except SyntaxError:
        return "no SPARQL"


@given(EXPRESSIONS)
@settings(max_examples=600, deadline=None)
def test_what_is_said_of_values_holds_whatever_they_are_written_like(
    as_values: Store, written: Triplestore, expression: str
) -> None:
    for query in (
        f"SELECT ?s {{ ?s ex:p ?x ; ex:q ?y FILTER({expression}) }}",
        f"SELECT (SUM(COALESCE({expression}, 1000)) AS ?n) {{ ?s ex:p ?x ; ex:q ?y }}",
        f"SELECT ?s {{ ?s ex:p ?x ; ex:q ?y BIND({expression} AS ?z) FILTER(?z > 1 || ?z) }}",
    ):
        assert _asked(written, query) == _asked(as_values, query), query


# --- at a glance ------------------------------------------------------------------------------------------------

FOLDERS = (Path(__file__).parents[1] / "queries", Path(__file__).parent / ".w3c")
IN_PLACE_OF_VARIABLES = [
    "?s  ?p\n?o", "?s ?p 5", "<a:b> ?p ex:c", "[] ?p []", "[?p 1]", "?s a ex:C;?p true", "?s ?p # here\n?o", "?s?p?o",
    "?s ex:p ?o", "?s ex:p ?o ; ex:q ?r . ?r ex:p 5", "?s !ex:no ?o", "?s <p> ?o", "?s e:z ?o", "GRAPH ?g {?s ?p ?o}",
    "?s ^ex:p* ?o OPTIONAL { ?o ex:r ?x }", "<< ?s ?p ?o >> ex:r 1", "?s ex:r <<( ?s ?p ?o )>>", "(1 ?x) ?p ?o",
    "?s # ?o\n?p ?o", "'a' ?p ?o", "_:b ?p ?o", "?s ex:q\\u0071 ?o", "?s ex:qq ?o", "?s ex:q? ?o",
    "?s ex:q* ?o", "?s ex:q {| ?p ?o |}", "me: ?p ?o", "ex:x- ?p ?o", "?s e\u0301x:q ?o ; ?p ?z", "?मूल्य ?p ?o",
    "?s ex:a ( ?o 1 )", "?s ex:unit\\/zz ?o",
]  # fmt: skip


def _queries() -> Iterator[str]:
    for pattern in IN_PLACE_OF_VARIABLES:
        prefixes = PREFIXES + ("PREFIX e: <http://e/z>" if " e:z" in pattern else "")
        yield f"{prefixes} SELECT ?s ?o {{ {pattern} FILTER(?o > 1) }} ORDER BY ?s"
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.rq")):
            yield path.read_text("utf-8", errors="replace")


def test_a_glance_at_a_query_never_misses_what_its_tokens_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    predicates = {"http://e/zz", "http://e/qq", "http://www.w3.org/ns/dcat#byteSize"}
    told = 0
    for text in _queries():
        tokens = tokens_of(text)
        names = [token.text.partition(":") for token in tokens if token.kind == "name" and token.text[-1] != ":"]
        prefixes = prefixes_in(tokens)
        some = {prefixes[prefix] + local for prefix, _, local in names[::3] if prefix in prefixes}
        rewriting = LexicalRewriting(LexicalForms(frozenset(predicates | (some if "http://e/" not in text else set()))))
        monkeypatch.setattr("kgpub.lexical_rewriting._MOST_AT_A_GLANCE", 50)
        at_a_glance = rewriting.rewritten(text)
        monkeypatch.setattr("kgpub.lexical_rewriting._MOST_AT_A_GLANCE", 0)
        assert at_a_glance == rewriting.rewritten(text), text
        told += at_a_glance is None
    assert told > 5


@pytest.mark.parametrize(
    "unit",
    [
        "#a",
        "<a",
        "?a ",
        "PREFIX ",
        '"a',
        "'\"",
        "(",
        "1e",
        "AS ",
        "<<(",
        "'1'^^",
        "^^",
        "?x+",
        "DATATYPE(",
        "{",
        ";?a ",
        "1 ",
    ],
)
@pytest.mark.parametrize("opening", ["", "SELECT * { ?s ?p ?o FILTER(", "PREFIX a:<b:c> SELECT * { ?s a:p ?o FILTER("])
def test_a_hostile_text_is_rewritten_in_one_pass(opening: str, unit: str) -> None:
    rewriting = LexicalRewriting(LexicalForms(frozenset({"http://e/p"})))
    assert is_in_proportion(lambda text: rewriting.rewritten(opening + text + ">"), unit, 40_000)
