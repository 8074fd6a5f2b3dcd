"""Which things a search finds, in their order: from the most exact match to the least, the best linked first in each.

Nothing is ranked: things are numbered by how much they are linked, full-text queries give them by number, and each is
read no further than ``FOUND_AT_MOST``. A query that would make SQLite walk over many entries looks among the best
linked things only.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, product
from typing import NamedTuple

from kgpub.search_bitmaps import Bitmaps
from kgpub.search_entries import Entries
from kgpub.search_marks import CLASS, START, digest_of_key, digest_of_text, quoted
from kgpub.search_query import Asked, Match
from kgpub.search_words import Count, Slot, Words, either

#: Things that one search finds.
FOUND_AT_MOST = 500
#: As many entries are read and compared with the classes that are wanted; of longer lists SQLite finds those itself.
_READ_AND_COMPARED = 1_000
#: Words that are taken for misspelt: unknown ones, and those that fewer things have.
_WORDS_CORRECTED = 3
_RARE = 5
#: Words that each may stand for, ways to correct a query that are tried, and that are followed.
_SIMILAR_WORDS = 3
_CORRECTIONS_TRIED = 2
_CORRECTIONS = 2

_EQUAL = "SELECT thing, written = ?2 FROM name WHERE key = ?1 LIMIT ?3"


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
        self.matches.update(dict.fromkeys([number for number in numbers if number not in self.matches], match))


class Wanted(NamedTuple):
    """The classes of which a thing must have one, by number, and what tells which things have."""

    classes: tuple[int, ...]
    among: Callable[[Sequence[int]], list[int]]


class Finder:
    """Finds candidates in one search index."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._bitmaps = Bitmaps(database)
        self._words = Words(database)

    def candidates(self, asked: Asked, wanted: Wanted | None = None, *, is_typing: bool = False) -> Candidates:
        """Return what a text finds; *is_typing* looks at names alone."""
        entries = Entries(self._database, self._bitmaps)
        return _Round(self._database, self._words, entries, wanted).run(asked, is_typing=is_typing)


class _Round:
    """One search."""

    def __init__(self, database: sqlite3.Connection, words: Words, entries: Entries, wanted: Wanted | None) -> None:
        self._database = database
        self._words = words
        self._entries = entries
        self._wanted = wanted

    def run(self, asked: Asked, *, is_typing: bool) -> Candidates:
        found = Candidates()
        if not asked.key:
            return found
        counts = self._words.counts([*asked.words, *(START + word for word in asked.words[:1])])
        self._add_equal(found, asked)
        self._add_names(found, asked, counts)
        if not is_typing:
            self._add_notes(found, asked, counts)
        if not any(match < Match.NOTES for match in found.matches.values()):
            self._add_spellings(found, asked, counts)
        if not found.matches:
            self._add_some(found, asked, counts)
        return found

    def _add_equal(self, found: Candidates, asked: Asked) -> None:
        values = digest_of_key(asked.key), digest_of_text(asked.text), FOUND_AT_MOST + 1
        rows = self._database.execute(_EQUAL, values).fetchall()
        for match, things in (
            (Match.EXACT, [thing for thing, is_exact in rows if is_exact]),
            (Match.FOLDED, [thing for thing, _ in rows]),
        ):
            found.add(things if self._wanted is None else self._wanted.among(things), match)

    def _add_names(
        self, found: Candidates, asked: Asked, counts: Mapping[str, Count], *, is_any_enough: bool = False
    ) -> None:
        """Add what has all words in its names, where they start a name, then anywhere; or see whether anything has."""
        if not asked.words or any(word not in counts or not counts[word].names for word in asked.words[:-1]):
            return
        others = [Slot(quoted(word), counts[word].names) for word in asked.words[:-1]]
        lasts = self._last(asked, asked.words[-1], counts)
        if not lasts:
            return
        widest, is_complete = self._read("names", [*others, lasts[-1]])
        found.is_complete &= is_complete
        if not widest or is_any_enough:
            found.add(widest, Match.WORDS)
            return
        first = START + asked.words[0]
        if others:
            start = Slot(quoted(first), counts[first].names if first in counts else 0)
            queries = [(Match.START, [start, *others[1:], lasts[-1]])] * (first in counts)
        else:
            queries = [(Match.START, [slot]) for slot in self._last(asked, first, counts)]
            queries += [(Match.WORDS, [slot]) for slot in lasts[:-1]]
        for match, slots in queries:
            if not found.is_full:
                found.add(self._read("names", slots)[0], match)
        found.add(widest, Match.WORDS)

    def _last(self, asked: Asked, word: str, counts: Mapping[str, Count]) -> list[Slot]:
        """Return what the last word stands for: itself, and the words that begin with it."""
        whole = [Slot(quoted(word), counts[word].names)] if word in counts and counts[word].names else []
        begun = None if asked.is_finished else self._words.beginning_with(word, "names")
        if begun is None:
            return whole
        return [begun] if [begun.expression] == [slot.expression for slot in whole] else [*whole, begun]

    def _add_notes(self, found: Candidates, asked: Asked, counts: Mapping[str, Count]) -> None:
        """Add what has all words in its names and descriptions together."""
        *before, last = asked.words or ("",)
        if found.is_full or not last or any(word not in counts or not counts[word].notes for word in before):
            return
        slots = [Slot(quoted(word), counts[word].notes) for word in before]
        if len(slots) > 1 and not self._read("notes", slots)[0]:
            return
        begun = None if asked.is_finished else self._words.beginning_with(last, "notes")
        if begun is None and last in counts and counts[last].notes:
            begun = Slot(quoted(last), counts[last].notes)
        if begun is not None:
            self._add(found, Match.NOTES, "notes", [*slots, begun])

    def _add_spellings(self, found: Candidates, asked: Asked, counts: Mapping[str, Count]) -> None:
        """Add what the text finds without the mistakes that it seems to have, the likeliest ones first."""
        for corrected in islice(self._corrected(asked, counts), _CORRECTIONS_TRIED):
            other = Candidates()
            self._add_equal(other, corrected)
            more = self._words.counts([*corrected.words, START + corrected.words[0]])
            self._add_names(other, corrected, more, is_any_enough=found.is_full)
            if other.matches:
                found.add(other.matches, Match.SPELLING)
                found.corrections.append(corrected)
                found.is_complete &= other.is_complete
            if len(found.corrections) >= _CORRECTIONS:
                return

    def _corrected(self, asked: Asked, counts: Mapping[str, Count]) -> Iterator[Asked]:
        """Yield the text with its unknown and rare words replaced by similar ones, the likeliest first."""
        known = {word: counts[word].names if word in counts else 0 for word in asked.words}
        doubtful = sorted((word for word in asked.words if known[word] < _RARE), key=known.__getitem__)
        choices = []
        for word in asked.words:
            similar = self._words.similar(word, _SIMILAR_WORDS) if word in doubtful[:_WORDS_CORRECTED] else ()
            choices.append(list(enumerate([*([word] if known[word] or not similar else []), *similar])))
        for way in sorted(product(*choices), key=lambda way: sum(rank for rank, _ in way)):
            words = tuple(word for _, word in way)
            if words != asked.words:
                text = " ".join(words)
                yield Asked(text, text, words)

    def _add_some(self, found: Candidates, asked: Asked, counts: Mapping[str, Count]) -> None:
        """Add what has some of several words in its names: as many of the rarest as lead to anything."""
        known = [
            Slot(quoted(word), counts[word].names) for word in asked.words if word in counts and counts[word].names
        ]
        known.sort(key=lambda slot: slot.entries)
        all_but_one = min(len(known), len(asked.words) - 1)
        for number in sorted({all_but_one, all_but_one // 2, 1}, reverse=True):
            if not found.matches and 0 < number <= all_but_one:
                self._add(found, Match.SOME, "names", known[:number])

    def _add(self, found: Candidates, match: Match, table: str, slots: Sequence[Slot]) -> None:
        numbers, is_complete = self._read(table, slots)
        found.add(numbers, match)
        found.is_complete &= is_complete

    def _read(self, table: str, slots: Sequence[Slot]) -> tuple[list[int], bool]:
        """Return the first things that all slots match, and whether these are all."""
        only = self._only if self._wanted else None
        if self._wanted is None:
            return self._entries.first(table, slots, FOUND_AT_MOST + 1)
        if only is not None and min(slot.entries for slot in slots) > _READ_AND_COMPARED:
            return self._entries.first(table, [*slots, only], FOUND_AT_MOST + 1)
        numbers, is_complete = self._entries.first(table, slots, _READ_AND_COMPARED)
        return self._wanted.among(numbers), is_complete

    @cached_property
    def _only(self) -> Slot | None:
        """Return what stands for the things of the classes that are wanted."""
        marks = [f"{CLASS}{number}" for number in self._wanted.classes] if self._wanted else []
        counts = self._words.counts(marks)
        slots = [Slot(quoted(mark), counts[mark].names) for mark in marks if mark in counts]
        return either(slots) if slots else None
