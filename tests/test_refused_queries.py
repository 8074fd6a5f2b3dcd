"""Queries that the engine refuses and that are SPARQL (SPARQL 1.1 Query, sections 16.1.2 and 19.8)."""

import pytest
from pyoxigraph import QueryTriples

from kgpub.refused_queries import spelled_otherwise
from processor_time import is_in_proportion
from trig_store import PREFIX, E, rows_of, store_of, table

STORE = store_of(":a :p 1 , 2 . :b :p 3 .")
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("SELECT (COUNT(?x) AS ?n) (?n + 1 AS ?m) (?m * ?n AS ?k) { ?x :p ?y }", {"n": 3, "m": 4, "k": 12}),
        ("SELECT (MAX(?y) AS ?n) (1 - $n AS ?m) { ?x :p ?y }", {"n": 3, "m": -2}),
        ("SELECT (COUNT(?x) # all of them\n AS ?n) (?n * 3 AS ?m) { ?x :p ?y }", {"n": 3, "m": 9}),
        ("SELECT (SUM(?n) AS ?k) { SELECT ?x (COUNT(?y) AS ?n) (-?n AS ?m) { ?x :p ?y } GROUP BY ?x }", {"k": 3}),
    ],
)
def test_an_expression_uses_the_name_of_another(text: str, row: dict[str, int]) -> None:
    with pytest.raises(SyntaxError):
        STORE.query(PREFIX + text)
    *_, other = spelled_otherwise(text)
    assert rows_of(STORE, other) == table({name: f'"{n}"^^<{XSD}integer>' for name, n in row.items()})


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?n (COUNT(?x) AS ?m) { ?x :p ?y }",
        "SELECT (COUNT(?x) AS ?n) { ?x :p ?n }",
        "SELECT (RAND() + COUNT(?x) AS ?n) (?n + 1 AS ?m) { ?x :p ?y }",
        "SELECT (STR(?y) AS ?n) (COUNT(?n) AS ?m) { ?x :p ?y } GROUP BY ?y",
        "SELECT (COUNT(?x",
        "SELECT () () (?x) {",
        "SELECT" + "".join(f" (?a{n} + ?a{n} AS ?a{n + 1})" for n in range(40)) + "{ }",
    ],
)
def test_where_no_name_is_used_nothing_is_spelled_out(text: str) -> None:
    assert list(spelled_otherwise(text)) == []


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("ASK { ?s ?p ?o } GROUP BY ?s HAVING (COUNT(*) > 1)", True),
        ("ASK FROM :none WHERE { ?s ?p ?o } GROUP BY ?s", False),
        (
            "ASK { ?s ?p ?o } GROUP BY (STR(?s) AS ?x) ?p HAVING (?x = 'http://e/b') VALUES (?y ?z) { (1 2) } # end",
            True,
        ),
    ],
)
def test_a_question_may_be_about_groups(text: str, *, is_so: bool) -> None:
    (other,) = spelled_otherwise(text)
    assert rows_of(STORE, other) == (table({}) if is_so else table())


def test_a_graph_may_be_made_of_groups() -> None:
    """W3C: values-construct-group-by."""
    text = "CONSTRUCT { ?s :rank ?rank } WHERE { ?s :p ?o } GROUP BY ?s VALUES (?s ?rank) { (:a 1) (:d 4) }"
    *_, other = spelled_otherwise(PREFIX + text)
    results = STORE.query(other)
    assert isinstance(results, QueryTriples)
    assert [str(triple) for triple in results] == [f'<{E}a> <{E}rank> "1"^^<{XSD}integer>']


def test_truth_values_are_keywords_in_any_case() -> None:
    text = "SELECT (TRUE && !False AS ?x) { ?s :p ?o FILTER(?o = 3) } # TRUE"
    (other,) = spelled_otherwise(text)
    assert other == "SELECT (true && !false AS ?x) { ?s :p ?o FILTER(?o = 3) } # TRUE"
    assert rows_of(STORE, other) == table({"x": f'"true"^^<{XSD}boolean>'})
    assert list(spelled_otherwise("SELECT * { ?TRUE :p 'TRUE' , :TRUE , true")) == []


@pytest.mark.parametrize(
    "unit", ["SELECT (", "SELECT (?a AS ?b) ", "(?a AS ?a) ", "TRUE ", "{ (TRUE", "ASK {} GROUP BY (1 "]
)
def test_a_hostile_text_is_passed_over_once(unit: str) -> None:
    assert is_in_proportion(lambda text: list(spelled_otherwise(f"SELECT {text}")), unit, 60_000)
