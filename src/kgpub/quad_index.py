"""Write the quads of a release in the orders in which patterns are runs: one SQLite file of compressed blocks.

Only one order takes real sorting, that by objects. Put apart by predicates, its rows are the next order already; the
rows of the graphs but the largest are few. Memory grows with the number of predicates, not with the graph.
"""

import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import ExitStack, closing
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path

from kgpub.bodies import packed
from kgpub.linesort import LineSorter
from kgpub.nquads import split_end
from kgpub.quad_orders import (
    GOSP,
    GPOS,
    GRAPH,
    GSPO,
    NOT_SHOWN,
    OSPG,
    POSG,
    SHOWN,
    SPOG,
    Order,
    Scope,
    endings,
)
from kgpub.row_parts import RowParts

#: A page of a hundred rows reads two blocks at most; smaller ones compress worse.
ROWS_A_BLOCK = 128
_CHARACTERS_A_BLOCK = 65_536
#: Rows that a sorter holds; up to three work at a time.
_ROWS_IN_MEMORY = 200_000
_LINES_AT_ONCE = 10_000

Lines = Callable[[], Iterable[str]]


def write_quad_index(
    path: Path, lines: Lines, in_default_graph: Callable[[str], bool], largest_graph: str = ""
) -> None:
    """Write the quads of a release.

    *lines* gives the release's sorted N-Quads lines; *in_default_graph* tells for the IRI of a named graph whether the
    default graph shows its statements too. *largest_graph* is the term of the graph that has the most quads.
    """
    with closing(sqlite3.connect(path)) as database, ExitStack() as stack:
        ospg, gspo, gosp, gpos = (_sorter(path.parent, stack) for _ in range(4))
        posg = stack.enter_context(closing(RowParts(path.parent, _ROWS_IN_MEMORY)))
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192;")
        database.executescript(files("kgpub").joinpath("quads.sql").read_text("utf-8"))
        database.execute("INSERT INTO largest_graph VALUES (?)", (largest_graph,))
        writer = _Writer(database, largest_graph)
        unordered = {"", largest_graph}
        writer.write(SPOG, _subjects_first(lines(), in_default_graph, unordered, ospg, gspo))
        writer.write(OSPG, _objects_first(ospg, unordered, posg, gosp))
        writer.write(POSG, _predicates_first(posg, unordered, gpos))
        for order, rows in ((GSPO, gspo), (GOSP, gosp), (GPOS, gpos)):
            writer.write(order, rows.blocks())
        database.executescript("".join(f"CREATE INDEX by_{one.value} ON block ({one.value});" for one in Scope))
        database.commit()


def _sorter(folder: Path, stack: ExitStack) -> LineSorter:
    return stack.enter_context(closing(LineSorter(folder, _ROWS_IN_MEMORY)))


def _subjects_first(
    lines: Iterable[str],
    in_default_graph: Callable[[str], bool],
    unordered: Container[str],
    ospg: LineSorter,
    gspo: LineSorter,
) -> Iterator[list[str]]:
    """Yield the rows of sorted lines, whose order is the same, and give them to the sorters of two other orders."""
    shown: dict[str, bool] = {"": True}
    last = ""
    left = iter(lines)
    while some := list(islice(left, _LINES_AT_ONCE)):
        rows, by_object, by_graph = [], [], []
        for line in some:
            subject, predicate, rest = line[:-2].split(" ", 2)
            object_, graph = split_end(rest, shown)
            if graph not in shown:
                shown[graph] = in_default_graph(graph[1:-1] if graph[0] == "<" else "")
            triple = f"{subject}\t{predicate}\t{object_}"
            if shown[graph] and triple != last:
                end, last = f"{graph}\t{SHOWN}", triple
            else:
                end = f"{graph}\t{NOT_SHOWN}"
            rows.append(f"{triple}\t{end}")
            by_object.append(f"{object_}\t{subject}\t{predicate}\t{end}")
            if graph not in unordered:
                by_graph.append(f"{graph}\t{triple}\t{NOT_SHOWN}")
        ospg.extend(by_object)
        gspo.extend(by_graph)
        yield rows


def _objects_first(
    ospg: LineSorter, unordered: Container[str], posg: RowParts, gosp: LineSorter
) -> Iterator[list[str]]:
    for block in ospg.blocks():
        by_predicate: dict[str, list[str]] = {}
        by_graph = []
        for row in block:
            object_, subject, predicate, end = row.split("\t", 3)
            turned = f"{predicate}\t{object_}\t{subject}\t{end}"
            if predicate in by_predicate:
                by_predicate[predicate].append(turned)
            else:
                by_predicate[predicate] = [turned]
            graph = end[:-2]
            if graph not in unordered:
                by_graph.append(f"{graph}\t{object_}\t{subject}\t{predicate}\t{NOT_SHOWN}")
        posg.extend(by_predicate)
        gosp.extend(by_graph)
        yield block


def _predicates_first(posg: RowParts, unordered: Iterable[str], gpos: LineSorter) -> Iterator[list[str]]:
    left_out = tuple(chain.from_iterable(map(endings, unordered)))
    for block in posg.blocks():
        rows = [row.rsplit("\t", 2) for row in block if not row.endswith(left_out)]
        gpos.extend([f"{graph}\t{triple}\t{NOT_SHOWN}" for triple, graph, _ in rows])
        yield block


class _Writer:
    """Writes one order after the other into numbered blocks."""

    def __init__(self, database: sqlite3.Connection, largest_graph: str) -> None:
        self._database = database
        self._endings_of_largest = endings(largest_graph) if largest_graph else ()
        self._number = 0
        self._rows = 0
        self._triples = 0
        self._largest = 0

    def write(self, order: Order, rows: Iterable[list[str]]) -> None:
        """Write the rows of one order, which come sorted, some at a time."""
        last = ""
        endings_counted = self._endings_of_largest if order.terms[-1] == GRAPH else ()
        for block in _blocks(chain.from_iterable(rows)):
            self._start(order, last, block[0])
            before = self._number, self._rows, self._triples, self._largest
            self._database.execute("INSERT INTO block VALUES (?, ?, ?, ?, ?)", (*before, packed(block)))
            self._number += 1
            self._rows += len(block)
            self._triples += [row[-1] for row in block].count(SHOWN)
            self._largest += [row.endswith(endings_counted) for row in block].count(True)
            last = block[-1]

    def _start(self, order: Order, last: str, first: str) -> None:
        between = first[: _shared_characters(last, first) + 1] if last else ""
        self._database.execute("INSERT INTO start VALUES (?, ?)", (order.letter + between, self._number))


def _blocks(rows: Iterable[str]) -> Iterator[list[str]]:
    """Yield rows in blocks: so many, or fewer where they are long, since a reader keeps blocks in memory."""
    left = iter(rows)
    while block := list(islice(left, ROWS_A_BLOCK)):
        if len("".join(block)) <= _CHARACTERS_A_BLOCK:  # which takes less time than to add up
            yield block
        else:
            yield from _short_blocks(block)


def _short_blocks(rows: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    room = _CHARACTERS_A_BLOCK
    for row in rows:
        block.append(row)
        room -= len(row)
        if room <= 0:
            yield block
            block, room = [], _CHARACTERS_A_BLOCK
    if block:
        yield block


def _shared_characters(one: str, other: str) -> int:
    """Return how many characters two different texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if other.startswith(one[:middle]):
            low = middle
        else:
            high = middle - 1
    return low
