"""Patterns as addresses have them: terms read, patterns bound and compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from kgpub.errors import BadRequest
from kgpub.genids import genids_of
from kgpub.pattern_terms import TermReader, Variable
from kgpub.patterns import Pattern, bound_patterns, quad_pattern, triple_pattern
from kgpub.quad_orders import GRAPH, OBJECT, PREDICATE, SUBJECT

GENIDS = genids_of("http://e/", "2026-11-22-abc")
READER = TermReader({"ex": "http://e/", "foaf": "http://xmlns.com/foaf/0.1/"}, GENIDS)
NODE = "http://e/.well-known/genid/2026-11-22-abc/c14n5"
XSD = "http://www.w3.org/2001/XMLSchema#"


# --- terms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "token"), [
    ("http://e/a", "<http://e/a>"),
    ("<http://e/a>", "<http://e/a>"),
    ("http://e/é?x=1&y#z", "<http://e/é?x=1&y#z>"),
    ("urn:isbn:1", "<urn:isbn:1>"),
    ("ex:a/b", "<http://e/a/b>"),
    ("<ex:a>", "<ex:a>"),
    ("foaf:", "<http://xmlns.com/foaf/0.1/>"),
    ('"a"', '"a"'),
    ('""', '""'),
    ('"a"@EN-ca', '"a"@en-ca'),
    ('"a"@en--ltr', '"a"@en--ltr'),
    (f'"7"^^{XSD}integer', f'"7"^^<{XSD}integer>'),
    (f'"7"^^<{XSD}integer>', f'"7"^^<{XSD}integer>'),
    ('"7"^^ex:t', '"7"^^<http://e/t>'),
    (f'"a"^^{XSD}string', '"a"'),
    ('"he said "hi""@en', '"he said \\"hi\\""@en'),
    ('"a"@en"', '"a\\"@en"'),
    ('"back\\slash\\n"', '"back\\\\slash\\\\n"'),
    ('"two\nlines\t"', '"two\\nlines\\t"'),
    (NODE, "_:c14n5"),
    (f"<{NODE}>", "_:c14n5"),
])  # fmt: skip
def test_terms_are_read_as_hydra_s_explicit_representation_has_them(text: str, token: str) -> None:
    assert READER.read("object", text) == token


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_literal_is_read_as_the_index_has_it(text: str) -> None:
    assert READER.read("object", f'"{text}"') == str(Literal(text))
    assert READER.read("object", f'"{text}"@en') == str(Literal(text, language="en"))


@pytest.mark.parametrize(("text", "name"), [("", ""), ("?", ""), ("?x", "x"), ("$y", "y")])
def test_variables_stand_for_anything(text: str, name: str) -> None:
    assert READER.read("subject", text) == Variable(name)


@pytest.mark.parametrize(("parameter", "text", "says"), [
    ("subject", '"a"', "literal"),
    ("predicate", '"a"@en', "literal"),
    ("graph", '"a"', "literal"),
    ("object", '"a', "begins as a literal"),
    ("object", '"', "begins as a literal"),
    ("object", '"a"@', "begins as a literal"),
    ("object", '"a"@e n', "begins as a literal"),
    ("object", '"a"en', "begins as a literal"),
    ("object", '"a"^^', "begins as a literal"),
    ("object", '"a"^^x y', "datatype"),
    ("object", '"a"^^<http://e/> . } #>', "datatype"),
    ("object", '"\0"', "NUL"),
    ("object", "\0", "full IRI"),
    ("object", "http://e/\0", "full IRI"),
    ("subject", "a", "full IRI"),
    ("subject", "/a", "full IRI"),
    ("subject", "http://e/a b", "full IRI"),
    ("subject", "http://e/a> <http://e/b", "full IRI"),
    ("subject", "<http://e/a", "full IRI"),
    ("subject", "<<http://e/a http://e/b http://e/c>>", "full IRI"),
    ("subject", "?a b", "full IRI"),
    ("subject", "http://e/\t\n", "full IRI"),
    ("subject", "http://e/{a}|\\", "full IRI"),
    ("subject", "_:c14n5", "blank node"),
    ("object", '"' + "x" * 40_000 + '"', "longer than"),
    ("graph", "@other", "full IRI"),
])  # fmt: skip
def test_what_is_no_term_is_refused_with_a_sentence(parameter: str, text: str, says: str) -> None:
    with pytest.raises(BadRequest, match=says) as refused:
        READER.read(parameter, text)
    assert parameter in refused.value.sentence
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    "node", ["http://e/.well-known/genid/other/c14n5", f"{NODE}/x", f"{NODE[:-6]}", f"{NODE}\u00e9"]
)
def test_only_blank_nodes_of_this_release_are_meant_by_its_iris(node: str) -> None:
    assert READER.read("object", node) == f"<{node}>"


def test_a_blank_node_s_iri_and_its_token_are_each_other_s() -> None:
    assert GENIDS.iri_token("_:c14n5") == f"<{NODE}>"
    assert GENIDS.token(NODE) == "_:c14n5"
    for other in ("<http://e/a>", '"_:c14n5"', ""):
        assert GENIDS.iri_token(other) == other


# --- patterns --------------------------------------------------------------------------------------------


def test_a_triple_pattern_is_one_of_the_default_graph() -> None:
    pattern = triple_pattern([("subject", "ex:a"), ("object", "?o"), ("other", "x")], READER)
    assert pattern == Pattern({SUBJECT: "<http://e/a>"}, {PREDICATE: "", OBJECT: "o"}, is_merge=True)


def test_a_triple_pattern_takes_no_graph() -> None:
    with pytest.raises(BadRequest, match="/fragments/quads"):
        triple_pattern([("graph", "ex:g")], READER)


@pytest.mark.parametrize("name", ["urn:ldf:defaultGraph", "@default"])
def test_the_default_graph_has_two_names(name: str) -> None:
    pattern = quad_pattern([("graph", name)], READER)
    assert pattern.is_merge
    assert GRAPH not in pattern.terms


def test_a_parameter_is_given_once() -> None:
    with pytest.raises(BadRequest, match="2 times"):
        quad_pattern([("graph", "ex:g"), ("graph", "ex:h")], READER)


def test_a_variable_in_two_places_stands_for_one_term() -> None:
    pattern = quad_pattern([("subject", "?x"), ("object", "?x"), ("graph", "?")], READER)
    assert pattern.matches(("<x:a>", "<x:p>", "<x:a>", ""))
    assert not pattern.matches(("<x:a>", "<x:p>", "<x:b>", ""))


def test_nameless_variables_are_not_the_same() -> None:
    assert quad_pattern([("subject", "?"), ("object", "?")], READER).repeated == ()


def test_bindings_fill_variables_and_leave_out_what_cannot_be() -> None:
    pattern = triple_pattern([("subject", "?s"), ("object", "?o")], READER)
    bindings = [{"s": "<x:a>"}, {"s": '"literal"'}, {"o": '"b"', "other": "<x:c>"}, {"s": "<x:a>"}]
    assert list(bound_patterns(pattern, bindings)) == [
        Pattern({SUBJECT: "<x:a>"}, {PREDICATE: "", OBJECT: "o"}, is_merge=True),
        Pattern({OBJECT: '"b"'}, {SUBJECT: "s", PREDICATE: ""}, is_merge=True),
    ]


def test_a_binding_that_says_less_covers_one_that_says_more() -> None:
    pattern = triple_pattern([("subject", "?s"), ("object", "?o")], READER)
    bindings = [{"s": "<x:a>", "o": "<x:b>"}, {"s": "<x:a>"}]
    assert [made.terms for made in bound_patterns(pattern, bindings)] == [{SUBJECT: "<x:a>"}]
