"""A text that somebody searches for, read: what it is compared with, and the full-text queries that it means.

Words come out of any text with nothing in them that SQLite's full-text syntax knows, and they are quoted all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from kgpub.folding import fold, is_unspaced, words_in

#: Characters of a text that are read: longer ones are no names.
QUERY_CHARACTERS = 1_000
#: Words of a text that are looked for.
WORDS_AT_MOST = 10


class Match(IntEnum):
    """How a thing was found, the most exact first."""

    EXACT = 0
    FOLDED = 1
    START = 2
    WORDS = 3
    NOTES = 4
    SPELLING = 5
    SOME = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that is searched for: as it was given, as it is compared, and its first words, each once."""

    text: str
    key: str
    words: tuple[str, ...]

    @property
    def is_finished(self) -> bool:
        """Tell whether the last word stands for itself alone, not for those that begin with it."""
        return not self.words or (is_unspaced(self.words[-1]) and len(self.words[-1]) > 1)


def read_query(text: str) -> Asked:
    """Read any text: half surrogates, which no label holds, go; what is too long is cut."""
    text = text[:QUERY_CHARACTERS].encode("utf-8", "ignore").decode().strip()
    folded = fold(text)
    words = dict.fromkeys(words_in(folded, is_query=True))
    return Asked(text, folded, tuple(words)[:WORDS_AT_MOST])


def all_of(parts: Iterable[str]) -> str:
    """Return what matches where all parts match."""
    return " AND ".join(parts)


def any_of(parts: Sequence[str]) -> str:
    """Return what matches where one of the parts matches."""
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"
