"""Tokens of hostile SPARQL texts: told as far as a query goes, in one pass."""

import pytest

from kgpub.query_layout import without_layout
from kgpub.sparql_tokens import tokens_of
from processor_time import is_in_proportion

#: Each was tried anew from every place in it.
HOSTILE = ["a.", "a-", "'\\", '"\\', "'\"\\", "'''\\", '"""\\', "<a", "é.", "a.5"]
LONG, SHORT = 60_000, 8_000


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_text_is_cut_in_one_pass(unit: str) -> None:
    """It was twenty seconds of a web process, and of 250,000 characters, minutes of a worker."""
    assert is_in_proportion(tokens_of, unit, LONG)


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_layout_of_a_hostile_text_is_seen_in_one_pass(unit: str) -> None:
    """It was 0.3 seconds of a web process for each query of 8 kB."""
    assert is_in_proportion(without_layout, unit, SHORT)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a.b-c:d", "name"),
        ("a.b-c d", "word mark word mark word word"),
        ("a.b.:c", "word mark word mark name"),
        ("a.5-1", "word number number"),
        ("a-", "word mark"),
        ("'it\\'s' 'x", "string mark"),
        ('\'\' "" """a"b""" \'\'\'', "string string string mark"),
    ],
)
def test_what_a_stretch_holds_is_what_it_held(text: str, kinds: str) -> None:
    assert " ".join(token.kind for token in tokens_of(text)) == kinds


def test_tokens_know_where_they_begin() -> None:
    assert [(token.text, token.start) for token in tokens_of(" a.b- 'x")] == [
        ("a", 1),
        (".", 2),
        ("b", 3),
        ("-", 4),
        ("'", 6),
    ]
