"""How alike two values are, from 0 to 100: texts, numbers and dates."""

import re
from decimal import Decimal, InvalidOperation

from kgpub.folding import fold, words_in
from kgpub.search_words import similarity, trigrams
from kgpub.vocabulary import XSD

#: The same letter for letter; the same but for case, diacritics and blanks; the same words in another order.
EQUAL, FOLDED, REORDERED = 100.0, 98.0, 96.0
#: The same but for what stands in brackets, which tells namesakes apart.
BRACKETED = 92.0
#: From here on two values are taken for the same.
SAME_FROM = 90.0
#: What differs is at most this much alike.
_DIFFERENT_AT_MOST = 90.0
_CHARACTERS_COMPARED = 200

_NUMBERS = frozenset(
    XSD + name
    for name in (
        "integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger",
        "positiveInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
_DATES = frozenset(XSD + name for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"))
_IN_BRACKETS = re.compile(r"\s*[(\[{][^)\]}]*[)\]}]\s*")
_DATE = re.compile(r"(-?\d{4,}(?:-\d\d(?:-\d\d)?)?)(?:T.*|Z|[+-]\d\d:\d\d)?", re.DOTALL)


def likeness(asked: str, text: str) -> float:
    """Return how alike two texts are.

    Of two that differ by more than case, diacritics, punctuation and the order of their words, the sequences of three
    letters that they share are counted (Dice's coefficient).
    """
    asked, text = asked[:_CHARACTERS_COMPARED], text[:_CHARACTERS_COMPARED]
    if asked == text:
        return EQUAL
    one, other = fold(asked), fold(text)
    words, others = words_in(one), words_in(other)
    if one == other or (words and words == others):
        return FOLDED
    if words and sorted(words) == sorted(others):
        return REORDERED
    bare = without_brackets(one)
    if bare and bare == without_brackets(other):
        return BRACKETED
    return round(_DIFFERENT_AT_MOST * similarity(trigrams(one), trigrams(other)), 1)


def without_brackets(text: str) -> str:
    """Return a text without what stands in brackets."""
    return _IN_BRACKETS.sub(" ", text).strip()


def literal_likeness(asked: str, text: str, datatype: str) -> float:
    """Return how alike a text and a literal are: numbers by what they are worth, dates by the part that is given."""
    if asked == text:
        return EQUAL
    if datatype in _NUMBERS:
        return EQUAL if _number(asked) == _number(text) is not None else 0.0
    if datatype in _DATES:
        return _date_likeness(asked, text)
    return likeness(asked, text)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip()[:_CHARACTERS_COMPARED])
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _date_likeness(asked: str, text: str) -> float:
    """Return whether one date is the other or a part of it: a year holds its days."""
    one, other = _DATE.fullmatch(asked.strip()), _DATE.fullmatch(text)
    if one is None or other is None:
        return 0.0
    shorter, longer = sorted((one[1], other[1]), key=len)
    return EQUAL if longer == shorter or longer.startswith(f"{shorter}-") else 0.0
