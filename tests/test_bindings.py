"""The parameter ``values`` of brTPF, as SPARQL writes VALUES."""

import pytest

from kgpub.bindings import BINDINGS_AT_MOST, bindings_of
from kgpub.errors import BadRequest
from kgpub.genids import genids_of

GENIDS = genids_of("http://e/", "r")


@pytest.mark.parametrize(("text", "expected"), [
    ("(?a) { (<x:b>) }", ({"a": "<x:b>"},)),
    ('(?a ?b){(<x:b> UNDEF)(UNDEF "é\\n\\"\\u0041"@EN)}', ({"a": "<x:b>"}, {"b": '"é\\n\\"A"@en'})),
    ('($a) { ("1"^^<x:t>) (\'1\'^^<http://www.w3.org/2001/XMLSchema#string>) }', ({"a": '"1"^^<x:t>'}, {"a": '"1"'})),
    ("(?a) { (<http://e/.well-known/genid/r/c14n1>) }", ({"a": "_:c14n1"},)),
    ("(?a) { }", ()),
    ("() { () }", ({},)),
])  # fmt: skip
def test_bindings_are_read(text: str, expected: tuple[dict[str, str], ...]) -> None:
    assert bindings_of(text, GENIDS) == expected


@pytest.mark.parametrize("text", [
    "", "x", "?a { <x:b> }", "(?a) { (<x:b>)", "(?a) { (<x:b>) } }", "(?a) { (<x:b> <x:c>) }", "(?a) { (a:b) }",
    "(?a) { (1) }", "(?a) { (true) }", "(?a) { (?b) }", "(a) { (<x:b>) }", "(?a) { (<b>) }", '(?a) { ("b"^^x) }',
    '(?a) { ("b"^^) }', "(?a", "(?a) { (<x:b>) } UNION { ?s ?p ?o }", '(?a) { ("b) }', "(?a) { (_:b) }",
    "(?a) { (<< <x:a> <x:b> <x:c> >>) }",
])  # fmt: skip
def test_what_is_no_values_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadRequest, match="'values' must be variables and rows of terms"):
        bindings_of(text, GENIDS)


def test_bindings_are_limited_in_number_and_length() -> None:
    many = f"(?a) {{ {'(<x:b>) ' * (BINDINGS_AT_MOST + 1)} }}"
    with pytest.raises(BadRequest, match=f"more than {BINDINGS_AT_MOST}"):
        bindings_of(many, GENIDS)
    with pytest.raises(BadRequest, match="longer than"):
        bindings_of(" " * 70_000, GENIDS)
    with pytest.raises(BadRequest, match="NUL"):
        bindings_of('(?a) { ("\\u0000") }', GENIDS)
