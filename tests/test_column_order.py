"""The columns of SELECT *, in the order of their first mention."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QuerySolutions, Store

from kgpub.column_order import in_order


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT * { ?s ?p ?o }", "s p o"),
        ("PREFIX a: <b:c> # SELECT *\nselect distinct\t* where { ?x a:z ?b . $a a:y ?x }", "x b a"),
        ("SELECT REDUCED # all\n* { ?b <a:p> ?a OPTIONAL { ?b <a:q> ?A } BIND(1 AS ?_1) }", "b a A _1"),
        ("SELECT *WHERE { ?z a ?c }", "z c"),
        ("SELECT DISTINCT*FROM <urn:g> { ?z a ?c }", "z c"),
        ("SELECT * { ?s <a:p> ?मूल्य ; <a:q> ?b }", "s मूल्य b"),
        ("SELECT*{ ?é <a:p> ?b FILTER NOT EXISTS { ?a <a:p> ?é } }", "é b"),
        ("SELECT * { { SELECT (COUNT(*) AS ?z) ?y { ?y <a:p> ?o } GROUP BY ?y } ?y <a:q> ?a }", "z y a"),
        ("SELECT * { ?bb <a:p> ?b . ?a <a:p> ?bb } VALUES ?c { 1 }", "bb b a c"),
    ],
)
def test_columns_stand_as_they_are_named(text: str, columns: str) -> None:
    solutions = Store().query(text)
    assert isinstance(solutions, QuerySolutions)
    ordered = in_order(text, [variable.value for variable in solutions.variables])
    assert ordered is not None
    solutions = Store().query(ordered)
    assert isinstance(solutions, QuerySolutions)
    assert " ".join(variable.value for variable in solutions.variables) == columns


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?p ?o { ?s ?p ?o }", "SELECT * { ?a <a:p> ?b }", "SELECT * {}", "ASK { ?s ?p ?o }",
        "SELECT (1 AS ?x) {}", "SELECT ?o { ?o <a:p> 1 { SELECT * { ?z <a:p> ?a } } }", "DESCRIBE * { ?z <a:p> ?a }",
        "CONSTRUCT WHERE { ?z <a:p> ?a }",
    ],
)  # fmt: skip
def test_other_queries_are_left_alone(text: str) -> None:
    results = Store().query(text)
    names = [variable.value for variable in results.variables] if isinstance(results, QuerySolutions) else []
    assert in_order(text, names) is None


@given(st.text(alphabet="SELECT*?a# \n{}<>'", max_size=30), st.lists(st.sampled_from("abc"), unique=True))
def test_any_text_has_an_answer(text: str, names: list[str]) -> None:
    in_order(f"SELECT * {text}", names)
