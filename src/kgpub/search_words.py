"""The words of a search index: how many things have them, which begin alike, what a misspelt one may stand for."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from kgpub.folding import is_unspaced
from kgpub.search_marks import INDEXED_LETTERS, beginning, quoted, spelt
from kgpub.search_query import all_of, any_of

#: Words that begin alike are read up to this many. The commonest of them are looked for, more where few things have
#: each; fewer in descriptions, where nearly each of them is compared with all entries of the other words.
_BEGINNINGS_READ = 400
_BEGINNINGS_SOUGHT = {"names": range(32, 128), "notes": range(32, 64)}
_ENTRIES_ENOUGH = 1_000
#: Entries of words that begin alike which SQLite may put together before it gives the first.
_ENTRIES_MERGED = 4_000
#: Spellings that are read for one misspelt word, the commonest first, and compared letter by letter.
_SPELLINGS_READ = 150
_COMPARED = 12
_LETTERS_MISSPELT = 3
#: From how many letters on a word may have two mistakes.
_TWO_MISTAKES_FROM = 6
_LAST = "\U0010ffff"

_COUNTS = "SELECT word, names, notes FROM word WHERE word IN ({})"
_INDEXED = "SELECT names FROM beginning WHERE letters = ?"
_IN_NAMES = "SELECT word, names FROM word WHERE word >= ? AND word < ? ORDER BY word LIMIT ?"
_BEGINNINGS = {"names": _IN_NAMES, "notes": _IN_NAMES.replace("names", "notes")}
_SPELLINGS = """
SELECT w.word FROM (SELECT rowid AS id FROM spelling WHERE spelling MATCH ? LIMIT ?) s CROSS JOIN word w ON w.id = s.id
"""


class Count(NamedTuple):
    """How many things have a word in their names, and how many with a description in names and descriptions."""

    names: int
    notes: int


class Slot(NamedTuple):
    """What a word of a query may stand for in a full-text index: a query, and how many entries that has at most.

    *is_complete* is false where it leaves some words out. *parts* are the slots of which it stands for any.
    """

    expression: str
    entries: int
    is_complete: bool = True
    parts: tuple["Slot", ...] = ()


class Words:
    """Looks words up."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def counts(self, words: Iterable[str]) -> Mapping[str, Count]:
        """Return the counts of those of the words that there are."""
        words = list(words)
        rows = self._database.execute(_COUNTS.format(",".join("?" * len(words))), words)
        return {word: Count(names, notes) for word, names, notes in rows}

    def beginning_with(self, letters: str, table: str) -> Slot | None:
        """Return what stands for all words of an index that begin so, None where there are none."""
        if table == "names" and len(letters) <= INDEXED_LETTERS:
            row = self._database.execute(_INDEXED, (letters,)).fetchone()
            return Slot(beginning(letters), row[0]) if row else None
        values = letters, letters + _LAST, _BEGINNINGS_READ
        read = self._database.execute(_BEGINNINGS[table], values).fetchall()
        read.sort(key=itemgetter(1), reverse=True)  # the alphabet decides among equals
        is_whole, at_once = len(read) < _BEGINNINGS_READ, _BEGINNINGS_SOUGHT[table]
        rows = [row for row in read if row[1]]
        entries = sum([row[1] for row in rows])
        if is_whole and entries <= _ENTRIES_MERGED and len(rows) > at_once.start:
            return Slot(beginning(letters), entries)
        sought: list[Slot] = []
        enough = 0
        for word, number in rows[: at_once.stop]:
            if enough < _ENTRIES_ENOUGH or len(sought) < at_once.start:
                sought.append(Slot(quoted(word), number))
                enough += number
        return either(sought, is_complete=is_whole and len(sought) == len(rows)) if sought else None

    def similar(self, word: str, limit: int) -> tuple[str, ...]:
        """Return words that this one may be a misspelling of, the likeliest first.

        They share three letters in a row with the word, at its start, at its end or, where it is long enough for that,
        in any of its parts; those with fewest mistakes come first, of these the commonest.
        """
        if len(word) < _LETTERS_MISSPELT or not word.isalpha() or is_unspaced(word):
            return ()
        mistakes = 2 if len(word) >= _TWO_MISTAKES_FROM else 1
        spelling = spelt(word)
        rows = self._database.execute(_SPELLINGS, (_pieces(spelling, mistakes + 1), _SPELLINGS_READ))
        wanted = trigrams(spelling)
        lengths = range(len(word) - mistakes, len(word) + mistakes + 1)
        known = [
            (-_shared(wanted, spelt(other)), at, other)
            for at, (other,) in enumerate(rows)
            if len(other) in lengths and other != word
        ]
        near = ((distance(word, other), at, other) for _, at, other in sorted(known)[:_COMPARED])
        return tuple(other for number, _, other in sorted(near) if number <= mistakes)[:limit]


def either(slots: Sequence[Slot], *, is_complete: bool = True) -> Slot:
    """Return what stands for any of one or more slots."""
    is_complete = is_complete and all(slot.is_complete for slot in slots)
    entries = sum(slot.entries for slot in slots)
    return Slot(any_of([slot.expression for slot in slots]), entries, is_complete, tuple(slots))


def trigrams(text: str) -> frozenset[str]:
    """Return the sequences of three characters in a text; a shorter text is its own."""
    return frozenset(text[at : at + 3] for at in range(max(len(text) - 2, 1)))


def similarity(some: frozenset[str], others: frozenset[str]) -> float:
    """Return how alike two sets of trigrams are, from 0 to 1 (Dice's coefficient)."""
    return 2 * len(some & others) / (len(some) + len(others))


def distance(word: str, other: str) -> int:
    """Return the mistakes between two words: letters left out, put in, changed or exchanged with the next one.

    A column of the table of distances is a few whole numbers, a bit for each letter: where it rises, where it falls
    (H. Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau edit distances, 2003).
    """
    if not word:
        return len(other)
    letters: dict[str, int] = {}
    for at, letter in enumerate(word):
        letters[letter] = letters.get(letter, 0) | 1 << at
    whole, last = (1 << len(word)) - 1, 1 << len(word) - 1
    mistakes, rises, falls, same, before = len(word), whole, 0, 0, 0
    for letter in other:
        here = letters.get(letter, 0)
        exchanged = (~same & here) << 1 & before
        same = ((here & rises) + rises ^ rises) | here | falls | exchanged
        up, down = falls | ~(same | rises), same & rises
        mistakes += bool(up & last) - bool(down & last)
        up, down = up << 1 | 1, down << 1
        rises, falls, before = (down | ~(same | up)) & whole, up & same & whole, here
    return mistakes


def _shared(wanted: frozenset[str], spelling: str) -> float:
    """Return how many trigrams two spellings share, by their length: quicker than comparing sets, for many of them."""
    return [each in spelling for each in wanted].count(True) / (len(wanted) + len(spelling))


def _pieces(spelling: str, number: int) -> str:
    """Return the query for what has a piece of a spelling: a mistake in one piece leaves the others as they are."""
    size = -(-len(spelling) // number)
    pieces = {spelling[at : at + size] for at in range(0, len(spelling), size)} | {spelling[:3], spelling[-3:]}
    return any_of([f"({all_of(map(quoted, sorted(trigrams(piece))))})" for piece in sorted(pieces) if len(piece) >= 3])  # noqa: PLR2004 (a trigram)
