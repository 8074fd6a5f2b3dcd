"""Read the quads of a release by pattern: where their run begins, how long it is, any page of it.

No SPARQL is asked here: each answer is a few key look-ups in one read-only SQLite file, the same for the first page of
ten quads and the millionth page of a hundred million.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kgpub.bodies import lines_of
from kgpub.errors import ReleaseMissing
from kgpub.quad_orders import BEHIND_SEPARATOR, GRAPH, SEPARATOR, SHOWN, Order, Scope, endings, order_for
from kgpub.rows import Row

_MMAP_BYTES = 1 << 30
#: Blocks kept as they are read, about 30 kB each: a page and the ends of its run are often in the same one.
_BLOCKS_KEPT = 64

_BEGINNING = "SELECT key, number FROM start WHERE key <= ? ORDER BY key DESC LIMIT 1"
_BLOCK = "SELECT {0}, body FROM block WHERE number = ?"
#: Of several blocks with as many rows of a scope before them, all but the last hold none.
_BLOCK_WITH = "SELECT number FROM block WHERE {0} <= ? ORDER BY {0} DESC, number DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Run:
    """The quads that match a pattern: how many, and where they are."""

    order: Order
    scope: Scope
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class _Block:
    """Those rows of a block that are in a scope, and how many of that scope come before."""

    before: int
    rows: list[str]


class Quads:
    """The quads of one release, safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        """Open the file; raise ``ReleaseMissing`` where there is none."""
        if not file.is_file():
            raise ReleaseMissing(f"{file} is missing; the release is damaged, run `kgpub build` again.")
        # SQLite guards a connection against its threads itself (sqlite3.threadsafety is 3 in every build for CPython).
        address = f"file:{quote(str(file))}?mode=ro&immutable=1"
        self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._database.execute(f"PRAGMA mmap_size = {_MMAP_BYTES}")
        self._largest_graph = self._value("SELECT graph FROM largest_graph")
        self._endings = endings(self._largest_graph)
        self._block = lru_cache(_BLOCKS_KEPT)(self._read_block)

    def matching(self, terms: Mapping[int, str], *, is_merge: bool = False) -> Run:
        """Return the quads that have certain terms, by the places where these stand.

        *is_merge* asks for the triples of the default graph in place of quads: then no graph may be given.
        """
        scope = Scope.MERGE if is_merge else Scope.ALL
        if self._largest_graph and terms.get(GRAPH) == self._largest_graph:
            scope = Scope.LARGEST_GRAPH
            terms = {place: term for place, term in terms.items() if place != GRAPH}
        order = order_for(terms.keys())
        start = order.letter + "".join([terms[place] + SEPARATOR for place in order.terms[: len(terms)]])
        end = start[:-1] + BEHIND_SEPARATOR if terms else chr(ord(order.letter) + 1)
        first = self._place(start, scope)
        return Run(order, scope, first, self._place(end, scope) - first)

    def slice(self, run: Run, offset: int, limit: int) -> Iterator[Row]:
        """Yield a part of a run: at most *limit* quads behind the first *offset*."""
        place = run.start + offset
        end = min(run.start + run.size, place + limit)
        while place < end:
            block = self._block(self._value(_BLOCK_WITH.format(run.scope.value), place), run.scope)
            skipped = place - block.before
            part = block.rows[skipped : skipped + end - place]
            yield from (_in_turn(row, run) for row in part)
            place += len(part)

    def _place(self, text: str, scope: Scope) -> int:
        """Return how many rows of a scope stand before the first that does not come before a text."""
        found = self._database.execute(_BEGINNING, (text,)).fetchone()
        if found is None:
            return 0
        key, number = found
        block = self._block(number, scope)
        at = bisect_left(block.rows, text[1:]) if key[0] == text[0] else len(block.rows)
        return block.before + at

    def _read_block(self, number: int, scope: Scope) -> _Block:
        before, body = self._database.execute(_BLOCK.format(scope.value), (number,)).fetchone()
        rows = lines_of(body)
        if scope is Scope.MERGE:
            rows = [row for row in rows if row[-1] == SHOWN]
        elif scope is Scope.LARGEST_GRAPH:
            rows = [row for row in rows if row.endswith(self._endings)]
        return _Block(before, rows)

    def _value(self, query: str, *values: int) -> Any:
        return self._database.execute(query, values).fetchone()[0]


def _in_turn(row: str, run: Run) -> Row:
    """Return a row's terms as a quad has them."""
    terms = row.split(SEPARATOR)
    quad = dict(zip(run.order.terms, terms, strict=False))
    graph = "" if run.scope is Scope.MERGE else quad[GRAPH]
    return quad[0], quad[1], quad[2], graph
