"""A fragment: the quads that match a pattern, or one of several, a page at a time, and how many they are.

A pattern is one run of rows, and all figures are exact. With a variable in two places, or with bindings for different
variables, rows are passed over: a page may end early then, and the total is an upper bound.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby

from kgpub.patterns import Pattern
from kgpub.quads import Quads, Run
from kgpub.rows import Row

#: Quads on one page.
QUADS_A_PAGE = 100
#: Rows that are read for one page at most.
_ROWS_READ = 5_000

#: The places of a pattern where terms are given.
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FragmentPage:
    """One page: its *rows*, how many rows of the runs stand before it, and before the next one if there is one.

    *total* counts the quads on all pages; if not *is_exact*, there may be fewer.
    """

    rows: tuple[Row, ...]
    total: int
    is_exact: bool
    offset: int
    next_offset: int | None

    @property
    def previous_offset(self) -> int | None:
        """Return where the page before begins; only known where pages are of one size."""
        return max(0, self.offset - QUADS_A_PAGE) if self.offset and self.is_exact else None


@dataclass(frozen=True, slots=True)
class _Part:
    """The matches of one pattern, but for those that a pattern of another shape has shown *before*."""

    run: Run
    repeated: tuple[tuple[int, int], ...]
    before: Mapping[Shape, AbstractSet[tuple[str, ...]]]

    @property
    def is_whole(self) -> bool:
        """Tell whether every row of the run counts."""
        return not self.before and not self.repeated

    def wants(self, row: Row) -> bool:
        """Tell whether a row counts."""
        if any(row[one] != row[other] for one, other in self.repeated):
            return False
        return not any(tuple([row[place] for place in shape]) in terms for shape, terms in self.before.items())


class Fragment:
    """The quads that match one of several patterns, which a single one has become by bindings."""

    def __init__(self, quads: Quads, patterns: Sequence[Pattern]) -> None:
        self._quads = quads
        self._parts: list[_Part] = []
        before: dict[Shape, set[tuple[str, ...]]] = {}
        for shape, alike in groupby(sorted(patterns, key=_shape), _shape):
            terms = set()
            for pattern in alike:
                run = quads.matching(pattern.terms, is_merge=pattern.is_merge)
                self._parts.append(_Part(run, pattern.repeated, dict(before)))
                terms.add(tuple(pattern.terms[place] for place in shape))
            before[shape] = terms
        self._size = sum(part.run.size for part in self._parts)

    def page(self, offset: int) -> FragmentPage | None:
        """Return the page that begins behind so many rows, None where nothing is there; the first one always is."""
        if offset and offset >= self._size:
            return None
        rows, read = self._read(offset)
        end = offset + read
        is_exact = all(part.is_whole for part in self._parts)
        if offset == 0 and end == self._size:
            return FragmentPage(tuple(rows), len(rows), is_exact=True, offset=0, next_offset=None)
        return FragmentPage(tuple(rows), self._size, is_exact, offset, end if end < self._size else None)

    def _read(self, offset: int) -> tuple[list[Row], int]:
        """Return the rows of a page, and how many were read for it."""
        rows: list[Row] = []
        read = 0
        for part in self._parts:
            if offset >= part.run.size:
                offset -= part.run.size
                continue
            for row in self._quads.slice(part.run, offset, _ROWS_READ - read):
                read += 1
                if part.is_whole or part.wants(row):
                    rows.append(row)
                if len(rows) == QUADS_A_PAGE or read == _ROWS_READ:
                    return rows, read
            offset = 0
        return rows, read


def _shape(pattern: Pattern) -> Shape:
    return tuple(sorted(pattern.terms))
