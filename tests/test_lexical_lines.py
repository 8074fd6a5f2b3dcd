"""Lines on their way into the store, held against the terms in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from kgpub.lexical_forms import WRITTEN, LexicalForms, as_kept
from kgpub.lexical_lines import LexicalLines
from kgpub.nquads import line_of
from kgpub.vocabulary import XSD

S, P, Q, G = (NamedNode(f"http://e/{name}") for name in "spqg")
TEXTS = st.one_of(
    st.sampled_from(
        [
            "1",
            "01",
            "1.50",
            "true",
            "2026-01-01",
            '1"2',
            '\\"',
            "\\",
            f'"^^<{XSD}integer>',
            f'"^^<{XSD}é"^^<{XSD}',
            "x\n1",
            ' "',
            "é",
        ]
    ),
    st.text(max_size=8),
)
LITERALS = st.one_of(
    st.builds(
        lambda text, name: Literal(text, datatype=NamedNode(XSD + name)),
        TEXTS, st.sampled_from(["integer", "decimal", "int", "date", "boolean", "string", "token"]),
    ),
    TEXTS.map(Literal),
    st.builds(lambda text: Literal(text, language="en"), TEXTS),
    st.builds(lambda text: Literal(text, datatype=NamedNode("http://e/mine")), TEXTS),
)  # fmt: skip
OBJECTS = st.one_of(LITERALS, st.builds(lambda literal: Triple(S, P, literal), LITERALS), st.just(Q))
QUADS = st.builds(lambda predicate, object_: Quad(S, predicate, object_, G), st.sampled_from([P, Q]), OBJECTS)


@given(st.lists(QUADS, max_size=6))
@settings(max_examples=500, deadline=None)
def test_lines_become_what_their_terms_become(quads: list[Quad]) -> None:
    lexical = LexicalLines()
    block = "".join(f"{line_of(quad)}\n" for quad in quads).encode()
    assert lexical.as_kept(block).decode() == "".join(f"{line_of(as_kept(quad))}\n" for quad in quads)
    changed = {quad for quad in quads if as_kept(quad) != quad}
    if any(isinstance(quad.object, Triple) for quad in changed):
        assert lexical.forms == LexicalForms(None)
    else:
        assert lexical.forms == LexicalForms(frozenset(quad.predicate.value for quad in changed))


def test_lines_without_such_datatypes_are_the_same_object() -> None:
    block = b'<a:s> <a:p> "1" .\n' * 3
    assert LexicalLines().as_kept(block) is block


def test_what_was_met_and_forgotten_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgpub.lexical_lines._FORMS_REMEMBERED", 1)
    lexical = LexicalLines()
    for number in (1, 2, 1, 3, 2):
        line = f'<a:s> <a:p> "{number}"^^<{XSD}integer> .\n<a:s> <a:p> "0{number}"^^<{XSD}integer> .\n'
        assert lexical.as_kept(line.encode()).count(WRITTEN.encode()) == 1
