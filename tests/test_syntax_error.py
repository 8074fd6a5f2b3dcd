"""Where a query leaves the language, and what it is told: twenty typical mistakes and more."""

import random
import re
from pathlib import Path

import pytest
from pyoxigraph import Store

from kgpub.sparql_tokens import tokens_of
from kgpub.syntax_error import line_at, malformed, mistake_in, near
from processor_time import is_in_proportion

ROOT = Path(__file__).parents[1]

#: A query with its mistake at the mark «, and words that the sentence has.
MISTAKES = [
    ("SELECT * WHERE { ?s ?p «}", "found '}', expected an object"),
    ("SELECT * WHERE { ?s «}", "expected a predicate"),
    ("SELECT * WHERE {\n  ?s ?p ?o«", "the query ends here; expected '}'"),
    ("SELECT * WHERE { ?s ?p ?o }«}", "expected the end of the query"),
    ("SELECT * WHERE { ?s «rdf:type ?o }", "prefix 'rdf:' is not declared; write PREFIX rdf: <http://www.w3.org/1999"),
    ("SELECT * WHERE { ?s «nope:type ?o }", "the prefix 'nope:' is not declared."),
    ("SELECT ?a«, ?b WHERE { ?a ?p ?b }", "separated by spaces, without commas"),
    ("SELECT «COUNT(*) WHERE { ?a ?p ?b }", "(COUNT(…) AS ?name)"),
    ("SELECT (COUNT(?a) AS «n) WHERE { ?a ?p ?b }", "expected a variable, '?n'"),
    ("SELECT (?x + 1«) { ?x ?p ?o }", "expected AS and a variable"),
    ("«SELEC * WHERE { ?a ?p ?b }", "is SELECT what you mean?"),
    ("SELECT * «WHER { ?a ?p ?b }", "is WHERE what you mean?"),
    ("SELECT «WHERE { ?a ?p ?b }", "expected a variable"),
    ("«SELECT ?a ?b { ?a ?p ?b } GROUP BY ?a", "neither in GROUP BY nor inside an aggregate"),
    ('SELECT * { ?a ?p «"x }', "the string that begins here is not closed"),
    ('SELECT * { ?a ?p «"x\ny" }', "three quotation marks"),
    ("SELECT * { ?a ?p «<a b> }", "the IRI that begins here is not closed"),
    ("SELECT * { ?x ?p «“a” }", "typographic quotation mark “"),
    ("SELECT * { ?a ?p ?b FILTER «?b > 3 }", "expected a condition in parentheses"),
    ("SELECT * { ?a ?p ?b FILTER(?b > 3 «}", "expected ')'"),
    ("SELECT * { ?a ?p ?b FILTER NOT «EXIST { } }", "is EXISTS what you mean?"),
    ("SELECT * { OPTIONAL «?a ?p ?b }", "expected '{'"),
    ("SELECT * { ?a ?p ?b } «UNION { ?a ?p ?c }", "within the braces of WHERE"),
    ("SELECT * { ?a ?p ?b . «. }", "two full stops"),
    ("SELECT * { ?a ?p ?b } LIMIT «x", "expected a whole number"),
    ("SELECT * { GRAPH «{ ?s ?p ?o } }", "expected a variable or an IRI"),
    ("CONSTRUCT { ?s ?p «} WHERE { ?s ?p ?o }", "expected an object"),
    ("«@prefix a: <b:> . ASK {}", "PREFIX without '@'"),
    ("PREFIX «a <b:> ASK {}", "expected a prefix that ends in ':'"),
    ("SELECT *\r\n{ ?s ?p 'é😀' «?x }", "found '?x', expected '}'"),
    ("ASK {«\0}", "U+0000"),
    ("ASK { ?s <a:p>+«* ?o }", "expected an object"),
    ("«", "the query ends here; expected BASE"),
]


def refused(query: str) -> str:
    """Return what the engine says of a query."""
    with pytest.raises(SyntaxError) as caught:
        Store().query(query, base_iri="http://example.org/")
    return caught.value.msg


@pytest.mark.parametrize(("marked", "told"), MISTAKES)
def test_a_mistake_is_told_at_its_place(marked: str, told: str) -> None:
    before, _, after = marked.partition("«")
    query = before + after
    error = malformed(refused(query), query)
    assert told in error.sentence
    assert (error.line, error.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert f"line {error.line}, column {error.column}: " in error.sentence
    assert error.sentence[-1] in ".?"


@pytest.mark.parametrize("query", [
    "SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }", "SELECT * { VALUES (?x ?y) { (1) } }",
    "ASK { _:a ?p ?o . { _:a ?q ?r } }", "SELECT * { ?x ?p ?o FILTER(regex(?x)) }",
])  # fmt: skip
def test_what_keeps_to_the_grammar_and_means_nothing_is_told_so(query: str) -> None:
    assert mistake_in(query) is None
    assert "keeps to the grammar and is not allowed" in malformed(refused(query), query).sentence


def test_no_sentence_shows_the_inside_of_a_parser() -> None:
    for marked, _ in MISTAKES:
        query = marked.replace("«", "")
        assert not re.search(r"\.\.=|\\u\{|\['|\[_\]|LATERAL, SERVICE|\n", malformed(refused(query), query).sentence)


@pytest.mark.parametrize("file", sorted((ROOT / "queries").rglob("*.rq")), ids=lambda file: file.stem)
def test_a_query_of_ours_keeps_to_the_grammar(file: Path) -> None:
    text = file.read_text("utf-8")
    assert mistake_in(text) is None, mistake_in(text)


@pytest.mark.parametrize("query", [
    'VERSION "1.2" ASK { <<( ?s ?p ?o )>> ?q <<( <a:a> <a:b> "x"@ar--rtl )>> }',
    "ASK { << ?s ?p ?o >> ?q ?r . ?a ?b ?c ~ _:r {| ?d ?e ; a ?f |} . ?a ?b ?c ~ {| ?d ?e |} }",
    "SELECT ?x (SUM(DISTINCT ?y) AS ?n) { ?x (<a:p>/^<a:q>|!(a|^<a:r>))* ?y } GROUP BY ?x HAVING (SUM(?y) > 1)",
    "SELECT ?x { } ORDER BY DESC(?x) ?x LIMIT 1 OFFSET 2",
    "SELECT * { { SELECT ?x { ?x ?p [ ?q ( 1 2.0 -3e1 true 'a'@en '''b''' ) ; ] } } } VALUES ?x { UNDEF }",
    "SELECT * { ?x ?y ?z MINUS { ?x ?y ?z } }",
    "SELECT (IF(?a < ?b && !(?c IN (1, 2)), ?d-1, COALESCE(?e, -?f)) AS ?x) { } VALUES (?a ?b) { (1 2) (UNDEF 'x') }",
    "CONSTRUCT WHERE { ?s ?p ?o . } LIMIT 1", "DESCRIBE ?x <a:a> FROM NAMED <a:g> { ?x a [] }", "DESCRIBE <a:a>",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { } } LATERAL { ?s ?q ?r } SERVICE SILENT <a:a> { } }",
    "SELECT (GROUP_CONCAT(?x ; SEPARATOR = ', ') AS ?y) (COUNT(*) AS ?n) (STR(<a:f>) AS ?z) { _:b_1 ?x [] . () ?y () }",
    "ASK { ?s ?p ?o ; ?q ?r , ?t ; ; . FILTER regex(str(?o), 'a', 'i') BIND(?o AS ?u) { } UNION { } }",
])  # fmt: skip
def test_what_the_engine_reads_keeps_to_the_grammar(query: str) -> None:
    Store().query(query, base_iri="http://example.org/")
    assert mistake_in(query) is None


@pytest.mark.parametrize(("opening", "unit"), [
    ("ASK ", "{"), ("SELECT (", "("), ("ASK { ?s ?p ", "[ ?p "), ("", "<"), ("", '"'), ("ASK { ?s ?p 1 FILTER(", "!"),
    ("SELECT ", "?x "), ("", "_:"), ("", "é"),
])  # fmt: skip
def test_a_hostile_text_costs_little(opening: str, unit: str) -> None:
    assert is_in_proportion(lambda text: mistake_in(opening + text), unit, 80_000)


def test_what_is_right_is_never_blamed_and_a_mistake_never_told_behind_the_engine_s_place() -> None:
    """Tokens of our queries are left out or put elsewhere at random; the engine says what is still SPARQL."""
    chance, store = random.Random(7), Store()  # noqa: S311 (no secret)
    texts = [file.read_text("utf-8") for file in sorted((ROOT / "queries").rglob("*.rq"))]
    refusals = 0
    for _ in range(400):
        text = chance.choice(texts)
        left_out, put_in = chance.choices(tokens_of(text), k=2)
        query = text[: left_out.start] + chance.choice(["", f"{put_in.text} "]) + text[left_out.end :]
        try:
            store.query(query, base_iri="http://example.org/")
        except SyntaxError as error:
            refusals += 1
            told, place = malformed(error.msg, query), re.match(r"error at (\d+):(\d+)", error.msg)
            assert place is not None
            assert (told.line or 0, told.column or 0) <= (int(place[1]), int(place[2]))
        except RuntimeError:  # an IRI that is called as a function now
            continue
        else:
            assert mistake_in(query) is None, query
    assert refusals > 200


def test_a_very_long_text_gets_the_engine_s_place() -> None:
    query = "ASK { " + "?s ?p 1 . " * 20_000 + " ?s ?p }"
    assert malformed("error at 1:200014: expected one of LATERAL, SERVICE, [_]", query).column == 200_014


def test_lines_and_what_is_near_are_cut_out_safely() -> None:
    text = "SELECT *\r\nWHERE\t{ ?s }"
    assert line_at(text, 1) == "SELECT *"
    assert line_at(text, 2) == "WHERE { ?s }"
    assert [line_at(text, line) for line in (0, 3, 99)] == ["", "", ""]
    assert near(text, 2, 7) == "{ ?s }"
    assert near("x" * 100, 1, 1) == "x" * 40
    assert near(text, 2, 99) == ""
