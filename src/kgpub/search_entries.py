"""The entries that several words of a search index have in common, read whichever way is quickest.

SQLite walks over the lists of all words at once, 12 ns an entry; or over those of the rare words only, whose things are
then compared with the bitmaps of the common ones; or there are bitmaps for all of them and SQLite is not asked.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kgpub.search_bitmaps import BITMAPS_READ, Bitmaps, Bits
from kgpub.search_marks import BEST, quoted
from kgpub.search_query import all_of, any_of
from kgpub.search_words import Slot

#: Entries that one full-text query may walk over; 12 ns each.
_ENTRIES_WALKED = 150_000
#: Entries of a long list that are walked over for each one of a short list.
_ENTRIES_OF_A_LEAP = 500
#: Entries that are read to be compared with bitmaps, or, of the words of which any may stand, to be put to one.
_ENTRIES_READ, _ENTRIES_ADDED = 4_096, 1_000
#: To read an entry, and a bitmap, takes as long as to walk over so many entries; of words of which any may stand SQLite
#: looks at each for every entry, which takes longer by one entry for so many of them.
_READING, _BITMAP, _WORDS_AT_ONCE = 20, 2_000, 20
_MATCHING = {
    "names": "SELECT rowid FROM names WHERE names MATCH ? LIMIT ?",
    "notes": "SELECT rowid FROM notes WHERE notes MATCH ? LIMIT ?",
}


class _Common(NamedTuple):
    """A slot of whose words some have bitmaps, and those that have none."""

    slot: Slot
    firsts: tuple[int, ...]
    others: tuple[Slot, ...]


class Entries:
    """Reads the entries that one search asks for, each list once."""

    def __init__(self, database: sqlite3.Connection, bitmaps: Bitmaps) -> None:
        self._database = database
        self._bitmaps = bitmaps
        self._known: dict[tuple[str, str], list[int]] = {}

    def first(self, table: str, slots: Sequence[Slot], limit: int) -> tuple[list[int], bool]:
        """Return the first things that all slots match, and whether these are all.

        Where that would take too long, it looks among the most linked things alone.
        """
        numbers, is_complete = self._compared(table, slots, limit) or self._walked(table, slots, limit)
        return numbers, is_complete and len(numbers) < limit and all(slot.is_complete for slot in slots)

    def _walked(self, table: str, slots: Sequence[Slot], limit: int) -> tuple[list[int], bool]:
        expressions = [slot.expression for slot in slots]
        is_wide = self._bitmaps.has_more and _walked(slots) > _ENTRIES_WALKED
        if is_wide:
            expressions.append(quoted(BEST))
        return self._matching(table, all_of(expressions), limit), not is_wide

    def _compared(self, table: str, slots: Sequence[Slot], limit: int) -> tuple[list[int], bool] | None:
        """Return what bitmaps tell, None where there are none or SQLite is quicker."""
        rare, commons = [], []
        for slot in slots:
            common = self._common(table, slot)
            if common is None:
                rare.append(slot)
            else:
                commons.append(common)
        if not commons or not self._is_worth_it(slots, rare, commons):
            return None
        commons.sort(key=lambda common: common.slot.entries)
        if not rare:
            return self._bitmaps.common([self._bits(table, common) for common in commons], limit)
        numbers = self._listed(table, rare, all_of)
        for common in commons:
            if numbers:
                numbers = self._bitmaps.among(numbers, self._bits(table, common))
        return numbers[:limit], True

    def _bits(self, table: str, common: _Common) -> Bits:
        return Bits(common.firsts, self._listed(table, common.others, any_of))

    def _common(self, table: str, slot: Slot) -> _Common | None:
        found = [(self._bitmaps.first(table, each.expression), each) for each in slot.parts or (slot,)]
        firsts = tuple(first for first, _ in found if first is not None)
        return _Common(slot, firsts, tuple(each for first, each in found if first is None)) if firsts else None

    def _is_worth_it(self, slots: Sequence[Slot], rare: Sequence[Slot], commons: Sequence[_Common]) -> bool:
        """Tell whether it is quicker to compare bitmaps with each other, and with the entries that have none."""
        added = [sum(other.entries for other in common.others) for common in commons]
        fewest = min((slot.entries for slot in rare), default=0)
        if max(added) > _ENTRIES_ADDED or fewest > _ENTRIES_READ:
            return False
        parts = min(self._bitmaps.parts, BITMAPS_READ // len(commons))
        takes = fewest * _READING + len(commons) * parts * _BITMAP + _takes(rare)
        for common, entries in zip(commons, added, strict=True):
            takes += entries * (_READING + len(common.others) // _WORDS_AT_ONCE)
        return takes < _takes(slots) or _walked(slots) > _ENTRIES_WALKED

    def _listed(self, table: str, slots: Sequence[Slot], together: Callable[[Sequence[str]], str]) -> list[int]:
        """Return the things of slots without bitmaps."""
        if not slots:
            return []
        expression = together([slot.expression for slot in slots])
        known = self._known.get((table, expression))
        if known is None:
            known = self._known[table, expression] = self._matching(table, expression, _ENTRIES_READ)
        return known

    def _matching(self, table: str, expression: str, limit: int) -> list[int]:
        return [number for (number,) in self._database.execute(_MATCHING[table], (expression, limit))]


def _takes(slots: Sequence[Slot]) -> int:
    """Return how long a query takes at most: as long as to walk over so many entries of single words."""
    return _walked(slots) * max((1 + len(slot.parts) // _WORDS_AT_ONCE for slot in slots), default=0)


def _walked(slots: Sequence[Slot]) -> int:
    """Return how many entries a query may walk over before it ends; one list alone gives its first ones at once."""
    if len(slots) <= 1:
        return 0
    fewest = min(slot.entries for slot in slots)
    return sum(min(slot.entries, fewest * _ENTRIES_OF_A_LEAP) for slot in slots)
