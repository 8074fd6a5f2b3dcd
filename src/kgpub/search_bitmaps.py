"""The things that have the commonest words, as bits: all of several words are found by comparing whole numbers.

SQLite walks over 150,000 entries in 2 ms; 131,072 things are two bitmaps of 16 kB, compared in 20 µs.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from itertools import accumulate
from operator import or_
from typing import NamedTuple

from kgpub.search_marks import BITMAP_BYTES, BITMAP_SHIFT, MOST_LINKED, unpacked

#: Bitmaps of 16 kB that are kept as bytes, and as many as whole numbers.
_KEPT = 1_024
#: Bitmaps that one intersection reads: eleven words of 1,000,000 things need 88.
BITMAPS_READ = 160
_MASK = (1 << BITMAP_SHIFT) - 1
_COMMON = "SELECT indexed, expression, first FROM common"
_PARTS = "SELECT (MAX(id) >> ?) + 1 FROM thing"
_BITS = "SELECT bits FROM bitmap WHERE id = ?"
#: What marks the bytes that have bits.
_MARK = b"\1"
_MARKED = b"\0" + _MARK * 255
_BITS_OF = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


class Bits(NamedTuple):
    """Some things: those of any of the bitmaps that begin in these rows, and others by number."""

    firsts: tuple[int, ...]
    others: Sequence[int] = ()


class Bitmaps:
    """Compares bitmaps."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._firsts = {(table, expression): first for table, expression, first in database.execute(_COMMON)}
        self.parts: int = database.execute(_PARTS, (BITMAP_SHIFT,)).fetchone()[0] or 0
        self.has_more = database.execute("SELECT 1 FROM thing WHERE id > ?", (MOST_LINKED,)).fetchone() is not None
        self._bitmap = lru_cache(_KEPT)(self._read)
        self._number = lru_cache(_KEPT)(self._read_number)

    def first(self, table: str, expression: str) -> int | None:
        """Return the row in which the bitmap of an expression begins, None where it has none."""
        return self._firsts.get((table, expression))

    def among(self, things: Sequence[int], some: Bits) -> list[int]:
        """Return those of some things that are in a set."""
        others = frozenset(some.others)
        bits = {part: self._of_any(some.firsts, part) for part in {thing >> BITMAP_SHIFT for thing in things}}
        return [
            thing
            for thing in things
            if bits[thing >> BITMAP_SHIFT][(thing & _MASK) >> 3] >> (thing & 7) & 1 or thing in others
        ]

    def common(self, sets: Sequence[Bits], limit: int) -> tuple[list[int], bool]:
        """Return the first things that are in all sets, in their order, and whether all parts were looked at.

        It goes fastest with the smallest set in front.
        """
        parts = min(self.parts, BITMAPS_READ // sum(len(some.firsts) for some in sets))
        others = [_by_part(some.others) for some in sets]
        things: list[int] = []
        for part in range(parts):
            found = -1
            for some, its_others in zip(sets, others, strict=True):
                found &= reduce(or_, [self._number(first + part) for first in some.firsts], its_others.get(part, 0))
                if not found:
                    break
            things += _numbers(found, part, limit - len(things))
            if len(things) >= limit:
                break
        return things[:limit], parts == self.parts

    def _of_any(self, firsts: Sequence[int], part: int) -> bytes:
        if len(firsts) == 1:
            return self._bitmap(firsts[0] + part)
        return reduce(or_, [self._number(first + part) for first in firsts]).to_bytes(BITMAP_BYTES, "little")

    def _read_number(self, row: int) -> int:
        return int.from_bytes(self._read(row), "little")

    def _read(self, row: int) -> bytes:
        return unpacked(self._database.execute(_BITS, (row,)).fetchone()[0])


def _by_part(things: Iterable[int]) -> dict[int, int]:
    parts: dict[int, bytearray] = {}
    for thing in things:
        part = thing >> BITMAP_SHIFT
        if part not in parts:
            parts[part] = bytearray(BITMAP_BYTES)
        parts[part][(thing & _MASK) >> 3] |= 1 << (thing & 7)
    return {part: int.from_bytes(bits, "little") for part, bits in parts.items()}


def _numbers(bits: int, part: int, limit: int) -> list[int]:
    """Return the first things that bits stand for, *limit* or a few more; C skips empty bytes."""
    if not bits:
        return []
    written = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    *gaps, _ = written.translate(_MARKED).split(_MARK, limit)
    places = [place + number for number, place in enumerate(accumulate(map(len, gaps)))]
    first = part << BITMAP_SHIFT
    return [first + place * 8 + bit for place in places for bit in _BITS_OF[written[place]]]
