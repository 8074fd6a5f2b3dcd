"""A path without length leads from a term to itself, whatever the graph says (SPARQL 1.1 Query, section 18.4)."""

from typing import Any

import pytest
from pyoxigraph import NamedNode, Store

from kgpub.lexical_forms import LexicalForms
from kgpub.lexical_rewriting import LexicalRewriting
from kgpub.standard_rewriting import StandardRewriting, with_data_set
from kgpub.zero_length_paths import with_zero_length
from processor_time import is_in_proportion
from trig_store import PREFIX, E, rows_of, store_of, table

STORE = store_of(':a :p :b . :b :p "x"@en . :g1 { :c :p :d } :g2 { :e :p :c }')
PLAIN = LexicalRewriting(LexicalForms())
ZERO = '"0"^^<http://www.w3.org/2001/XMLSchema#integer>'


def asked(text: str, store: Store = STORE, **options: Any) -> str:
    chosen = with_data_set(PREFIX + text, {"base_iri": E, **options})
    return StandardRewriting(store, PLAIN).rewritten(PREFIX + text, chosen).removeprefix(PREFIX)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT * { :z :p* ?x }", [{"x": "z"}]),  # W3C: zero_or_more_set_start
        ("SELECT * { ?x :p* :z }", [{"x": "z"}]),  # W3C: zero_or_more_set_end
        ("SELECT * { :z :p? ?x . }", [{"x": "z"}]),  # W3C: zero_or_one_set_start
        ("SELECT * { ?x :p? :z OPTIONAL { ?x :p ?y } }", [{"x": "z"}]),  # W3C: zero_or_one_set_end
        ("ASK { :z :p* :z }", [{}]),
        ("ASK { :z :p+ :z }", []),
        ("ASK { :z :p* :y }", []),
        ("SELECT * { ?x (:p?|:q*) :z }", [{"x": "z"}, {"x": "z"}]),
        ("SELECT * { ?x (:p?|:q*)+ :z }", [{"x": "z"}]),
        ("SELECT * { ?x :p*/(^:q?/:r*) :z }", [{"x": "z"}]),
        ("SELECT * { ?x :p*/:q :z }", []),
        ("SELECT * { ?x (!(:p|^:q))* :z . ?x !:p* :z . ?x !^a? :z }", [{"x": "z"}]),
        ("SELECT * { ?x :p* 'x' }", [{"x": '"x"'}]),
        ("SELECT * { ?x :p* 'x'@en }", [{"x": '"x"@en'}, {"x": "b"}, {"x": "a"}]),
        ("SELECT * { ?x <p>* 0 }", [{"x": ZERO}]),
        ("SELECT * { ?x a* '0'^^<http://www.w3.org/2001/XMLSchema#integer> }", [{"x": ZERO}]),
        ("SELECT * { <a> <p>* ?x }", [{"x": "a"}, {"x": "b"}, {"x": '"x"@en'}]),
        ("SELECT * { :a :p ?b FILTER(?b != :z) :z :p* ?x }", [{"b": "b", "x": "z"}]),
        ("SELECT * { GRAPH :g1 { :c :p* ?x . ?y :p* :e } }", [{"x": "c", "y": "e"}, {"x": "d", "y": "e"}]),
        ("SELECT * { :c :p* ?x GRAPH :g1 { :c :p* ?x } }", [{"x": "c"}]),
        ("SELECT * FROM :g1 { :a :p* ?x }", [{"x": "a"}]),
        ("SELECT * FROM NAMED :g1 { :a :p* ?x }", [{"x": "a"}]),
        ("SELECT * { GRAPH ?g { ?x :p* :e } }", [{"g": "g1", "x": "e"}, {"g": "g2", "x": "e"}]),
        ("SELECT * { GRAPH ?g { :z :p? ?x } }", [{"g": "g1", "x": "z"}, {"g": "g2", "x": "z"}]),
        ("SELECT * { GRAPH ?g { ?x :p* :d . ?x :p ?y } }", [{"g": "g1", "x": "c", "y": "d"}]),
        ("SELECT * { GRAPH :none { :z :p* ?x } }", []),
        ("ASK FROM :g1 { GRAPH :g2 { :z :p* :z } }", []),
        ("SELECT * FROM NAMED :none { GRAPH :none { :z :p* ?x } }", [{"x": "z"}]),
        ("SELECT * FROM :g1 { GRAPH ?g { :z :p* ?x } }", []),
    ],
)
def test_a_term_leads_to_itself(text: str, rows: list[dict[str, str]]) -> None:
    assert rows_of(STORE, asked(text), base_iri=E) == table(*rows)


def test_the_data_set_may_be_chosen_beside_the_query() -> None:
    options: dict[str, Any] = {"default_graph": [NamedNode(f"{E}g1")], "named_graphs": []}
    text = "SELECT * { :a :p* ?x }"
    assert rows_of(STORE, asked(text, **options), **options) == table({"x": "a"})


def test_literals_are_held_as_they_are_kept() -> None:
    kept = "http://www.w3.org/2001/XMLSchema#integer"
    store = store_of(f':a :p "01"^^<urn:x-kgpub:written:{kept}> .')
    assert asked("SELECT * { ?x :p* 01 }", store) == "SELECT * { ?x :p* 01 }"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (?x*2 AS ?y) { ?x :p ?z }",
        "SELECT * { ?x :p* ?y . ?x :p/:q* ?z }",
        "SELECT * { :z :p* ?x ; :q ?y }",
        "SELECT * { :z :p* ?x , ?y }",
        "SELECT * { :z :p* [] . :z :p* _:b }",
        "SELECT * { :z :p*",
        "SELECT * { :z (:p* ?x }",
        "SELECT * { :z :p*/ ?x }",
        "SELECT * { undeclared:z :p* ?x }",
    ],
)
def test_what_the_engine_does_right_stays_as_it_is(text: str) -> None:
    assert asked(text) == text


@pytest.mark.parametrize("unit", ["(", ":z :p* ?x . ", ":z (((:p*)*)* ?x . ", ":p*/", "!(", ". :z !(", ":z :p*|", "^"])
def test_a_hostile_text_is_passed_over_once(unit: str) -> None:
    assert is_in_proportion(lambda text: with_zero_length(f"{{ :z {text}", lambda _term, _graph: True), unit, 60_000)
