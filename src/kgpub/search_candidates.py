"""Which things a search finds, in their order: from the most exact match to the least, the best linked first in each.

Nothing is ranked: things are numbered by how much they are linked, full-text queries give them by number, and each is
read no further than ``FOUND_AT_MOST``. A query that would make SQLite compare many entries to find few looks among the
best linked things only.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import islice, product

from kgpub.search_marks import BEST, CLASS, MOST_LINKED, START
from kgpub.search_query import Asked, all_of, any_of, quoted
from kgpub.search_words import Slot, Words

#: Things that one search finds.
FOUND_AT_MOST = 1_000
#: Entries that one full-text query may walk over; 12 ns each.
_ENTRIES_WALKED = 150_000
#: Entries of a long list that are walked over for each one of a short list.
_ENTRIES_OF_A_LEAP = 500
#: Words of a query that are taken for misspelt, and words that each may stand for.
_WORDS_CORRECTED = 3
_CORRECTIONS = 3
#: Ways to correct a query that are tried.
_CORRECTIONS_TRIED = 8

_EQUAL = """
SELECT n.thing, t.text = ?2 FROM name n CROSS JOIN text t ON t.thing = n.thing AND t.number = n.number
WHERE n.key = ?1 LIMIT ?3
"""
_MATCHING = {
    "names": "SELECT rowid FROM names WHERE names MATCH ? LIMIT ?",
    "notes": "SELECT rowid FROM notes WHERE notes MATCH ? LIMIT ?",
}


class Match(IntEnum):
    """How a thing was found, the most exact first."""

    EXACT = 0
    FOLDED = 1
    START = 2
    WORDS = 3
    NOTES = 4
    SPELLING = 5


@dataclass
class Candidates:
    """Things by number, in their order, each with how it was found first.

    *corrections* are the texts that a misspelt one was taken for.
    """

    matches: dict[int, Match] = field(default_factory=dict)
    is_complete: bool = True
    corrections: list[Asked] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Tell whether no more are looked for."""
        return len(self.matches) > FOUND_AT_MOST

    def add(self, numbers: Iterable[int], match: Match) -> None:
        """Take things that are not there yet."""
        for number in numbers:
            self.matches.setdefault(number, match)


class Finder:
    """Finds candidates in one search index."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.words = Words(database)
        self._has_more = database.execute("SELECT 1 FROM thing WHERE id > ?", (MOST_LINKED,)).fetchone() is not None

    def candidates(self, asked: Asked, classes: Sequence[int] = (), *, is_typing: bool = False) -> Candidates:
        """Return what a text finds, of some classes where any are given; *is_typing* looks at names alone."""
        found = Candidates()
        only = self._only(classes)
        self._add_equal(found, asked)
        if not asked.words or (classes and only is None):
            return found
        filters = [only] if only else []
        self._add_names(found, asked, filters)
        if not found.is_full and not is_typing:
            self._add_notes(found, asked, filters)
        if not any(match < Match.NOTES for match in found.matches.values()):
            self._add_spellings(found, asked, filters)
        return found

    def _only(self, classes: Sequence[int]) -> Slot | None:
        """Return what stands for the things of one of the classes."""
        return _any(list(self.words.whole([f"{CLASS}{number}" for number in classes], "names").values()))

    def _add_equal(self, found: Candidates, asked: Asked) -> None:
        rows = self._database.execute(_EQUAL, (asked.key, asked.text, FOUND_AT_MOST + 1)).fetchall()
        found.add((number for number, is_exact in rows if is_exact), Match.EXACT)
        found.add((number for number, _ in rows), Match.FOLDED)

    def _add_names(self, found: Candidates, asked: Asked, filters: list[Slot]) -> None:
        """Add what has all words in its names: where they start a name, then anywhere; whole words first."""
        starting, anywhere = self._name_queries(asked)
        if not anywhere:
            return
        widest, is_complete = self._read("names", [*anywhere[-1], *filters])
        found.is_complete &= is_complete
        if not widest:
            return
        for match, queries in ((Match.START, starting), (Match.WORDS, anywhere[:-1])):
            for slots in queries:
                if not found.is_full:
                    found.add(self._read("names", [*slots, *filters])[0], match)
        found.add(widest, Match.WORDS)

    def _name_queries(self, asked: Asked) -> tuple[list[list[Slot]], list[list[Slot]]]:
        """Return the queries for names that start with the words and that have them, the last word whole and begun."""
        first, last = START + asked.words[0], asked.words[-1]
        whole = self.words.whole([*asked.words, first], "names")
        if any(word not in whole for word in asked.words[:-1]):
            return [], []
        others = [whole[word] for word in asked.words[:-1]]
        finished, unfinished = whole.get(last), self._begun(asked, last)
        anywhere = [[*others, slot] for slot in (finished, unfinished) if slot]
        if others:
            start = whole.get(first)
            return [[start, *query[1:]] for query in anywhere if start], anywhere
        return [[slot] for slot in (whole.get(first), self._begun(asked, first)) if slot], anywhere

    def _begun(self, asked: Asked, word: str, table: str = "names") -> Slot | None:
        return None if asked.is_finished else self.words.beginning_with(word, table)

    def _add_notes(self, found: Candidates, asked: Asked, filters: list[Slot]) -> None:
        """Add what has all words in its names and descriptions together."""
        whole = self.words.whole(asked.words, "notes")
        slots = [whole.get(word) for word in asked.words[:-1]]
        slots.append(self._begun(asked, asked.words[-1], "notes") or whole.get(asked.words[-1]))
        self._add(found, Match.NOTES, "notes", slots, filters)

    def _add_spellings(self, found: Candidates, asked: Asked, filters: list[Slot]) -> None:
        """Add what the text finds without the mistakes that it seems to have, the likeliest ones first."""
        tried = islice(self._corrected(asked), _CORRECTIONS_TRIED)
        for corrected in tried:
            other = Candidates()
            self._add_equal(other, corrected)
            self._add_names(other, corrected, filters)
            if other.matches:
                found.add(other.matches, Match.SPELLING)
                found.corrections.append(corrected)
                found.is_complete &= other.is_complete
            if len(found.corrections) >= _CORRECTIONS:
                return

    def _corrected(self, asked: Asked) -> Iterator[Asked]:
        """Yield the text with its rarest words replaced by similar ones, the likeliest first."""
        whole = self.words.whole(asked.words, "names")
        doubtful = sorted(asked.words, key=lambda word: whole[word].entries if word in whole else 0)[:_WORDS_CORRECTED]
        choices = []
        for word in asked.words:
            similar = self.words.similar(word, _CORRECTIONS) if word in doubtful else ()
            choices.append(list(enumerate(([word] if word in whole or not similar else []) + [*similar])))
        for way in sorted(product(*choices), key=lambda way: sum(rank for rank, _ in way)):
            words = tuple(word for _, word in way)
            if words != asked.words:
                text = " ".join(words)
                yield Asked(text, text, words)

    def _add(
        self, found: Candidates, match: Match, table: str, slots: Sequence[Slot | None], filters: list[Slot]
    ) -> None:
        known = [slot for slot in slots if slot]
        if len(known) == len(slots):
            numbers, is_complete = self._read(table, [*known, *filters])
            found.add(numbers, match)
            found.is_complete &= is_complete

    def _read(self, table: str, slots: Sequence[Slot]) -> tuple[list[int], bool]:
        """Return the first things that all slots match, and whether these are all."""
        expressions = [slot.expression for slot in slots]
        is_wide = self._has_more and _walked(slots) > _ENTRIES_WALKED
        if is_wide:
            expressions.append(quoted(BEST))
        rows = self._database.execute(_MATCHING[table], (all_of(expressions), FOUND_AT_MOST + 1)).fetchall()
        is_complete = not is_wide and len(rows) <= FOUND_AT_MOST and all(slot.is_complete for slot in slots)
        return [row[0] for row in rows], is_complete


def _walked(slots: Sequence[Slot]) -> int:
    """Return how many entries a query may walk over before it ends; one list alone gives its first ones at once."""
    if len(slots) == 1:
        return 0
    fewest = min(slot.entries for slot in slots)
    return sum(min(slot.entries, fewest * _ENTRIES_OF_A_LEAP) for slot in slots)


def _any(slots: Sequence[Slot]) -> Slot | None:
    if not slots:
        return None
    return Slot(any_of([slot.expression for slot in slots]), sum(slot.entries for slot in slots))
