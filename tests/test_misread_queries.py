"""Queries that the engine takes, and that are no SPARQL."""

import pytest

from kgpub.misread_queries import misread
from processor_time import is_in_proportion


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("SELECT (SUM(COUNT(?x)) AS ?n) { ?x :p ?y }", 12),
        ("SELECT ?x { ?x :p ?y } GROUP BY ?x HAVING(1 < max(1 + ( min(?y)))) ", 56),
        ("SELECT (GROUP_CONCAT(STR(SAMPLE(?x)); SEPARATOR=')') AS ?n) { ?x :p ?y }", 25),
        ("SELECT (GROUP_CONCAT(CONCAT(')', SAMPLE(?x))) AS ?n) { ?x :p ?y }", 33),
    ],
)
def test_an_aggregate_inside_another_is_found(text: str, at: int) -> None:
    error = misread(text)
    assert error is not None
    assert (error.line, error.column) == (1, at + 1)
    assert "inside another" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (SUM(?x) + COUNT(?y) AS ?n) (MIN(?x) AS ?m) { ?x :p ?y }",
        "SELECT (SUM(IF(EXISTS { SELECT (COUNT(?x) AS ?k) { ?x :p ?y } }, 1, 2)) AS ?n) { ?x :p ?y }",
        "SELECT (GROUP_CONCAT(?x; SEPARATOR='SUM(COUNT(') AS ?n) { ?count :p ?min }",
        "SELECT (SUM(?x) AS ?n) { ?x :p 'MAX(' } # MIN(MAX(?x))",
        "SELECT (SUM(COUNT(?x",
    ],
)
def test_aggregates_beside_one_another_are_none(text: str) -> None:
    assert misread(text) is None


@pytest.mark.parametrize(
    "term",
    ["<<( <<(:s :p :o )>> :q :z )>>", "<<( 'l' :q :z )>>", "<<( 1 :q :z )>>", "<<( :s :p <<( true :q :z )>> )>>"],
)
def test_a_triple_term_of_an_expression_has_a_thing_for_its_subject(term: str) -> None:
    """W3C: tripleterm-subject-03, tripleterm-subject-06."""
    for text in (f"SELECT * {{ BIND({term} AS ?x) }}", f"SELECT (STR((OBJECT({term}))) AS ?x) {{ }}"):
        error = misread(text)
        assert error is not None
        assert "subject of a triple term" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { BIND(<<( :s :q <<( ?a :b 1 )>> )>> AS ?x) FILTER(1 < 2) FILTER(?a <(1)) }",
        "SELECT * { ?x :p <<( <<( ?s :p :o )>> :q :z )>> }",
        "SELECT * { VALUES (?x) { (<<( :a :b 'l' )>>) (<<( :a :b 1 )>>) } }",
        "SELECT * { ?x :p '<<( 1 :q' } # BIND(<<( 1 :q :z )>> AS ?x)",
    ],
)
def test_other_triple_terms_are_the_engines_business(text: str) -> None:
    assert misread(text) is None


@pytest.mark.parametrize("unit", ["SUM(", "SUM(')", "{ COUNT(", "SUM() ", "<<(", "BIND(<<( ", "<<(1)"])
def test_a_hostile_text_is_passed_over_once(unit: str) -> None:
    assert is_in_proportion(lambda text: misread(f"SELECT {text}"), unit, 60_000)


@pytest.mark.parametrize("filtered", ["?x<?a&&?b>?y", "(?x)<?a>3", "?x = 1 && ?x<$a&&$b>?y"])
def test_a_comparison_that_is_an_iri_is_told(filtered: str) -> None:
    """The longest token counts (SPARQL 1.1 Query, section 19.8)."""
    text = f"SELECT * {{ FILTER({filtered}) }}"
    error = misread(text)
    assert error is not None
    assert (error.line, error.column) == (1, text.index("<") + 1)
    assert "write spaces" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o FILTER(?x < ?a && ?b > ?y) }", "SELECT * { ?s<http://e/?a=1>?o }", "ASK { ?s a<x?y> }",
        "SELECT * { FILTER(?x<?a) FILTER(?b>?y) }", "SELECT * { FILTER(?x<?a||?b>?y) }", "ASK { FILTER(?x IN(<?a>)) }",
        "SELECT * { FILTER('a'^^<http://e/?t> = ?x) }",
    ],
)  # fmt: skip
def test_what_is_read_as_it_is_meant_is_left_alone(text: str) -> None:
    assert misread(text) is None
