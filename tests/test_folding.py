"""Folding: what a text equals when case, diacritics and compatibility do not count, and the words in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgpub.folding import WORD_CHARACTERS, fold, words_in


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Montréal", "MONTREAL"),
        ("Straße", "STRASSE"),
        ("\u0130stanbul", "istanbul"),
        ("Diyarbak\u0131r", "DIYARBAKIR"),
        ("Łódź", "Lodz"),
        ("Ærø", "aero"),
        ("e\u0301te\u0301", "été"),
        ("\ufb01ancée", "fiancee"),
        ("Ελλάς", "ΕΛΛΑΣ"),
        ("Ёлка", "елка"),
        ("\uff21\uff22\uff23", "abc"),
        ("\uff76\uff9e", "ガ"),
        ("العَرَبِيَّة", "العربيه"),
        ("שָׁלוֹם", "שלום"),
        ("  a\tb\u00a0c ", "A B C"),
        ("\u202bMontréal\u202c", "montreal"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
    ],
)
def test_two_spellings_of_one_text_are_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("がき", "かき"), ("हिन्दी", "हन्द"), ("ไม่", "ไม"), ("C++", "C#")])
def test_marks_that_make_another_letter_stay(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Government of Canada (2007)", ["government", "of", "canada", "2007"]),
        ("O'Brien_x", ["o", "brien", "x"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("東京都 Tokyo", ["東京", "京都", "都", "tokyo"]),
        ("ภาษา", ["ภา", "าษ", "ษา", "า"]),
        ("한국 도시", ["한국", "도시"]),
        ("I 😀 it", ["i", "😀", "it"]),
        ("...", []),
        ("\x00a\x00", ["a"]),
    ],
)
def test_a_text_has_these_words(text: str, words: list[str]) -> None:
    assert words_in(fold(text)) == words


def test_a_query_needs_the_last_character_only_where_it_is_alone() -> None:
    assert words_in("東京都", is_query=True) == ["東京", "京都"]
    assert words_in("都", is_query=True) == ["都"]


def test_a_very_long_word_is_cut() -> None:
    assert words_in("a" * 500) == ["a" * WORD_CHARACTERS]
    assert words_in("é" * 500) == ["é" * WORD_CHARACTERS]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_words_hold_nothing_that_full_text_syntax_knows(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded or not folded.isascii()
    for word in words_in(folded):
        assert word
        assert not set(word) & set('"*^(){}:+-=#$\x00 \t\n')
