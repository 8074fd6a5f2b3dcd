"""Highlighting: which parts of a text are what was asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgpub.highlight import SHOWN_CHARACTERS, highlighted
from kgpub.search_query import read_query


def marked(text: str, query: str) -> str:
    return "".join(
        f"[{piece.text}]" if piece.is_match else piece.text for piece in highlighted(text, read_query(query))
    )


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Conseil canadien pour les réfugiés", "refugies CANADIEN", "Conseil [canadien] pour les [réfugiés]"),
        ("re\u0301fugie\u0301s", "refugies", "[re\u0301fugie\u0301s]"),
        ("Artists and art", "art", "[Art]ists and [art]"),
        ("Start", "art", "Start"),
        ("Straßenbahn", "strassen", "[Straßen]bahn"),
        ("東京都庁", "都庁", "東京[都庁]"),
        ("a <b>&amp;</b>", "b", "a <[b]>&amp;</[b]>"),
        ("nothing here", "zzz", "nothing here"),
        ("C++", "++", "C++"),
    ],
)
def test_words_are_marked_where_they_begin(text: str, query: str, expected: str) -> None:
    assert marked(text, query) == expected


def test_a_long_text_is_cut_around_its_first_match() -> None:
    text = "lorem ipsum " * 50 + "the needle " + "dolor sit " * 50
    shown = marked(text, "needle")
    assert "[needle]" in shown
    assert shown.startswith("… ")
    assert shown.endswith("…")
    assert len(shown) < SHOWN_CHARACTERS + 10


@given(st.text(max_size=400), st.text(max_size=40))
def test_nothing_of_a_short_text_is_lost(text: str, query: str) -> None:
    shown = "".join(piece.text for piece in highlighted(text, read_query(query)))
    if len(text) <= SHOWN_CHARACTERS:
        assert shown == " ".join(text.split())
