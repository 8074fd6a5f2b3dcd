"""A text in pieces, those that were asked for told apart, cut to what two lines hold."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kgpub.folding import fold, is_unspaced
from kgpub.search_query import Asked

#: Characters of a longer text that are shown, and how many of them stand before the first match.
SHOWN_CHARACTERS = 240
_BEFORE = 80
#: Characters of a text in which matches are looked for.
_SEARCHED = 2_000
#: Characters whose folded forms are kept; less than 1 MB.
_FOLDED_KEPT = 4_096


class Piece(NamedTuple):
    """A part of a text, and whether it is what was asked for."""

    text: str
    is_match: bool = False


def highlighted(text: str, asked: Asked) -> tuple[Piece, ...]:
    """Return a text in pieces; a long one is cut around its first match, with an ellipsis for what is left out."""
    text = " ".join(text[: _SEARCHED + 1].split())
    spans = list(_spans(text[:_SEARCHED], asked))
    start = 0
    if len(text) > SHOWN_CHARACTERS and spans and spans[0][1] > SHOWN_CHARACTERS:
        start = text.find(" ", max(spans[0][0] - _BEFORE, 0), spans[0][0]) + 1 or spans[0][0]
    end = len(text) if len(text) - start <= SHOWN_CHARACTERS else start + SHOWN_CHARACTERS
    pieces = [Piece("… ")] if start else []
    at = start
    for begin, stop in spans:
        if begin >= at and stop <= end:
            pieces += [Piece(text[at:begin]), Piece(text[begin:stop], is_match=True)]
            at = stop
    pieces.append(Piece(text[at:end]))
    if end < len(text):
        pieces.append(Piece("…"))
    return tuple(piece for piece in pieces if piece.text)


def _spans(text: str, asked: Asked) -> Iterator[tuple[int, int]]:
    """Yield where matches begin and end, in their order."""
    pattern = _pattern(asked)
    if pattern is None:
        return
    folded, origin = [], []
    for at, character in enumerate(text):
        form = character.lower() if character.isascii() else _folded(character)
        folded.append(form)
        origin += [at] * len(form)
    origin.append(len(text))
    for found in pattern.finditer("".join(folded)):
        last = origin[found.end() - 1]
        stop = next((at for at in range(last + 1, len(text)) if folded[at]), len(text))
        yield origin[found.start()], stop


@lru_cache(_FOLDED_KEPT)
def _folded(character: str) -> str:
    return fold(character) if not character.isspace() else " "


def _pattern(asked: Asked) -> re.Pattern[str] | None:
    """Return what finds words at their beginnings, and characters of a script without blanks anywhere."""
    words = sorted(asked.words, key=len, reverse=True)
    spaced = "|".join(re.escape(word) for word in words if not is_unspaced(word))
    unspaced = "|".join(re.escape(word) for word in words if is_unspaced(word))
    parts = [rf"(?<![^\W_])(?:{spaced})"] if spaced else []
    parts += [f"(?:{unspaced})+"] if unspaced else []
    return re.compile("|".join(parts)) if parts else None
