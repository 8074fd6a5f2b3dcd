"""Where queries ask for values: each such variable is marked with « »."""

import pytest

from kgpub.sparql_tokens import tokens_of
from kgpub.value_places import places_in

MARKED = [
    "SELECT ?x { ?s ?p ?x FILTER(«?x» > 5) }",
    "SELECT ?x { ?s ?p ?x FILTER(?x = <a:b>) FILTER(?x != ex:c) FILTER(«?x» = 'a' || ?x != <b>) }",
    "SELECT ?x { ?s ?p ?x FILTER(«?x» = 'a'^^ex:t && «?x» = ex:f(«?y») && 5 < «?x») }",
    "SELECT (?x AS ?y) (STR(?x) AS ?t) («?x» + 1 AS ?z) (-«?x» AS ?m) («?a» -1 AS ?n) { }",
    "SELECT DISTINCT (?x AS ?y) (COUNT(DISTINCT ?x) AS ?n) (SUM(DISTINCT «?x») AS ?s) (SAMPLE(?x) AS ?a) { }",
    "SELECT (GROUP_CONCAT(?x; SEPARATOR = ',') AS ?c) (MAX(?x) AS ?m) { } GROUP BY ?k (?x AS ?l) HAVING(«?k» > 1)",
    "SELECT * { } ORDER BY «?a» DESC(«?b») STR(?c) ex:f(«?d») LIMIT 5",
    "SELECT * { FILTER(IF(«?x», «?y», «?z») = STR(?x)) BIND(IF(«?x» > 1, ?y, ?z) AS ?w) BIND(COALESCE(?x, ?y) AS ?v) }",
    "SELECT * { FILTER(COALESCE(«?x», «?y») < 3) BIND(((«?x») + 1) AS ?y) FILTER(!«?x») FILTER(«?x») }",
    "SELECT * { FILTER(IF(«?a», «?b», «?c») > 1) FILTER(IF(«?a», «?b», «?c»)) }",
    "SELECT * { FILTER(«?x» IN (1, «?y», STR(?z)) && «?x» NOT IN (2)) FILTER(BOUND(?x) && sameTerm(?x, ?y)) }",
    "SELECT * { FILTER NOT EXISTS { ?x ?p ?y FILTER(«?y» = 1) ?a (ex:p*/ex:q+) ?b } FILTER(YEAR(«?d») = 2026) }",
    "SELECT * { FILTER regex(?x, 'a') ?x (<a>|^<b>)* ?y . ?y ex:l (?a ?b 1) FILTER xsd:boolean(«?z») }",
    "SELECT * { BIND(<<( ?s ?p ?o )>> AS ?t) << ?s ?p ?o >> ?q ?r VALUES (?a ?b) { (1 2) } FILTER(isNUMERIC(«?x»)) }",
    "SELECT * { { SELECT ?x { } GROUP BY ?x ORDER BY «?x» } ?x ?y ?z BIND(«?x» * «?y» AS ?w) ?x ?y ?z }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o . FILTER(LANG(?o) = 'en' && (STRLEN(?o)) > «?n») }",
    "DESCRIBE ?x { ?x ex:p ?y FILTER(«?y» >= «?z» && ABS(«?y») != 3 && DATATYPE(?y) = xsd:int) }",
]  # fmt: skip


@pytest.mark.parametrize("marked", MARKED)
def test_values_are_asked_for_where_the_language_does(marked: str) -> None:
    tokens = tokens_of(marked.replace("«", "").replace("»", ""))
    text = marked.replace("«", "").replace("»", "")
    for at in reversed(places_in(tokens).values):
        text = f"{text[: tokens[at].start]}«{tokens[at].text}»{text[tokens[at].end :]}"
    assert text == marked


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("SELECT * { ?s ?p 1, 'a'^^ex:t, 2.5 } LIMIT 5 OFFSET 6", "1 'a' 2.5"),
        (
            "SELECT (1 AS ?x) (2 + 3 AS ?y) (STR(4) AS ?z) { VALUES ?v { 5 } FILTER(?a > 6 && sameTerm(?a, 7)) }",
            "1 4 5 7",
        ),
        ("SELECT * { BIND(('5'^^ex:t + 1) AS ?x) BIND(?y -1 AS ?z) FILTER(?x IN (2)) FILTER('6'^^ex:t = ?x) }", ""),
        ("CONSTRUCT { ?s ?p 1 } { } ORDER BY (?x + 2)", "1"),
    ],
)
def test_literals_stand_for_themselves_where_no_value_is_asked_for(text: str, terms: str) -> None:
    tokens = tokens_of(text)
    assert " ".join(tokens[at].text for at in places_in(tokens).terms) == terms


@pytest.mark.parametrize(
    ("pattern", "is_open"),
    [
        ("?s ex:p ?o", False), ("?s a ex:C ; ex:p ?o , ?q . ?t ex:q 5 OPTIONAL { ?s ex:r ?o }", False),
        ("?s ?p ?o", True), ("ex:s ?p 5", True), ("?s a ex:C ; ?p [ ]", True), ("[ ?p ?o ] ex:q 1", True),
        ("?s !ex:p ?o", True), ("GRAPH ?g { ?s ex:p ?o }", False), ("?s ex:p ?o FILTER(!BOUND(?o))", False),
        ("?t ex:is <<( ?s ?p ?o )>>", True), ("?s ex:p ?o {| ?q ?r |}", True), ("?s ex:p? ?o", True),
        ("?s ex:p/ex:q* ?o", True), ("?s ex:p+ ?o", False), ("?s ex:p ?o FILTER(?o * 2 > 1)", False),
    ],
)  # fmt: skip
def test_a_variable_may_stand_for_a_predicate(pattern: str, *, is_open: bool) -> None:
    assert places_in(tokens_of(f"SELECT ?a ?b ?c {{ {pattern} }} ORDER BY ?a ?b ?c")).is_open is is_open


@pytest.mark.parametrize(
    "text", ["", ")", "}}}", "((((", "FILTER(", "DATATYPE(", "?x", "= ?x (", "'a'^^", "SELECT (?x", "<<("]
)
def test_what_is_no_query_has_places_that_mean_nothing(text: str) -> None:
    places_in(tokens_of(text))


def test_depth_is_no_matter() -> None:
    places_in(tokens_of("SELECT * { FILTER(" + "(" * 50_000 + "?x" + ")" * 50_000 + ") }"))
