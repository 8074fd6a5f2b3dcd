"""The words of a search index: how many things have them, which begin alike, what a misspelt one may stand for."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from kgpub.folding import is_unspaced
from kgpub.search_marks import INDEXED_LETTERS, spelt
from kgpub.search_query import all_of, any_of, beginning, quoted

#: Words that begin alike are read up to this many, and the commonest of them looked for.
_BEGINNINGS_READ = 1_000
_BEGINNINGS_SOUGHT = 32
#: Entries of words that begin alike which SQLite may put together before it gives the first.
_ENTRIES_MERGED = 4_000
#: Spellings that are looked at for one misspelt word, the commonest first.
_SPELLINGS_READ = 300
_COMPARED = 24
_LETTERS_MISSPELT = 3
_LAST = "\U0010ffff"
#: From how many letters on a word may have one and two mistakes.
_TWO_MISTAKES_FROM = 6

_COUNTS = "SELECT word, names, notes FROM word WHERE word IN ({})"
_INDEXED = "SELECT names FROM beginning WHERE letters = ?"
_IN_NAMES = """
SELECT word, names FROM (SELECT word, names FROM word WHERE word >= ? AND word < ? LIMIT ?)
WHERE names > 0 ORDER BY names DESC, word
"""
_BEGINNINGS = {"names": _IN_NAMES, "notes": _IN_NAMES.replace("names", "notes")}
_SPELLINGS = """
SELECT w.word FROM (SELECT rowid AS id FROM spelling WHERE spelling MATCH ? LIMIT ?) s CROSS JOIN word w ON w.id = s.id
"""


class Slot(NamedTuple):
    """What a word of a query may stand for in a full-text index: a query, and how many entries that has at most.

    *is_complete* is false where it leaves some words out.
    """

    expression: str
    entries: int
    is_complete: bool = True


class Words:
    """Looks words up."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def whole(self, words: Iterable[str], table: str) -> dict[str, Slot]:
        """Return those of the words that there are in the names of things, or in their *notes*."""
        words = list(words)
        rows = self._database.execute(_COUNTS.format(",".join("?" * len(words))), words)
        counts = {word: names if table == "names" else notes for word, names, notes in rows}
        return {word: Slot(quoted(word), counts[word]) for word in words if counts.get(word)}

    def beginning_with(self, letters: str, table: str) -> Slot | None:
        """Return what stands for all words that begin so, None where there are none."""
        if table == "names" and len(letters) <= INDEXED_LETTERS:
            row = self._database.execute(_INDEXED, (letters,)).fetchone()
            return Slot(beginning(letters), row[0]) if row else None
        values = letters, letters + _LAST, _BEGINNINGS_READ
        rows = self._database.execute(_BEGINNINGS[table], values).fetchall()
        if not rows:
            return None
        entries = sum(row[1] for row in rows)
        is_small = len(rows) < _BEGINNINGS_READ and entries <= _ENTRIES_MERGED
        if is_small and len(rows) > _BEGINNINGS_SOUGHT:
            return Slot(beginning(letters), entries)
        sought = rows[:_BEGINNINGS_SOUGHT]
        is_complete = len(rows) <= _BEGINNINGS_SOUGHT
        return Slot(any_of([quoted(row[0]) for row in sought]), sum(row[1] for row in sought), is_complete)

    def similar(self, word: str, limit: int) -> tuple[str, ...]:
        """Return words that this one may be a misspelling of, the likeliest first.

        They share three letters in a row with the word, at its start, at its end or, where it is long enough for that,
        in any of its parts; fewest mistakes come first, then the commonest.
        """
        if len(word) < _LETTERS_MISSPELT or not word.isalpha() or is_unspaced(word):
            return ()
        found = self._database.execute(_SPELLINGS, (_pieces(spelt(word)), _SPELLINGS_READ))
        known = [other for (other,) in found if abs(len(other) - len(word)) <= _mistakes(word) and other != word]
        wanted = trigrams(spelt(word))
        known.sort(key=lambda other: -similarity(wanted, trigrams(spelt(other))))  # stable: the commonest first
        mistakes = [(distance(word, other), at, other) for at, other in enumerate(known[:_COMPARED])]
        return tuple(other for number, _, other in sorted(mistakes) if number <= _mistakes(word))[:limit]


def trigrams(text: str) -> frozenset[str]:
    """Return the sequences of three characters in a text; a shorter text is its own."""
    return frozenset(text[at : at + 3] for at in range(max(len(text) - 2, 1)))


def similarity(some: frozenset[str], others: frozenset[str]) -> float:
    """Return how alike two sets of trigrams are, from 0 to 1 (Dice's coefficient)."""
    return 2 * len(some & others) / (len(some) + len(others))


def distance(word: str, other: str) -> int:
    """Return the mistakes between two words: letters left out, put in, changed or exchanged with the next one."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(word, 1):
        line = [row]
        for column, its in enumerate(other, 1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != its))
            if row > 1 and column > 1 and letter == other[column - 2] and word[row - 2] == its:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]


def _mistakes(word: str) -> int:
    return 2 if len(word) >= _TWO_MISTAKES_FROM else 1


def _pieces(spelling: str) -> str:
    """Return the query for what has a piece of a spelling: a mistake in one piece leaves the others as they are."""
    number = max(_mistakes(spelling) + (len(spelling) > 2 * 4), 2)
    size = -(-len(spelling) // number)
    pieces = {spelling[at : at + size] for at in range(0, len(spelling), size)} | {spelling[:3], spelling[-3:]}
    return any_of(
        [
            f"({all_of(map(quoted, sorted(trigrams(piece))))})"
            for piece in sorted(pieces)
            if len(piece) >= _LETTERS_MISSPELT
        ]
    )
