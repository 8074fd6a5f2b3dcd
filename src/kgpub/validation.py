"""Read the outcome of a release's validation: counts, and results a page at a time.

As with documents, each answer is a few look-ups in a read-only SQLite file.
"""

import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from kgpub.report import in_order_of_gravity

#: Results on one page.
RESULTS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """A validation in numbers: shapes that chose nodes, the nodes, each once, the results, these by severity too.

    *conforms* is SHACL's word: false with any result, whatever its severity.
    """

    conforms: bool
    shapes: int
    focus_nodes: int
    results: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ShapeOutcome:
    """What came of one shape; *focus_nodes* is None for one that others lead to."""

    shape: str
    focus_nodes: int | None
    results: int
    counts: Mapping[str, int]


class Choice(NamedTuple):
    """Which results are asked for: those of a shape, of a severity, on a focus node; None stands for all."""

    shape: str | None = None
    severity: str | None = None
    focus_node: str | None = None

    @property
    def is_all(self) -> bool:
        """Tell whether nothing is chosen."""
        return self == Choice()


class Result(NamedTuple):
    """One result: as ``kgpub validate --format json`` writes it, and its N-Triples lines."""

    number: int
    body: Mapping[str, Any]
    lines: tuple[str, ...]


class Validation:
    """The outcome of one validation, safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        # SQLite guards a connection against its threads itself (sqlite3.threadsafety is 3 in every build for CPython).
        address = f"file:{quote(str(file))}?mode=ro&immutable=1"
        self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
        conforms, shapes, focus_nodes, results = self._rows("SELECT * FROM outcome")[0]
        counts = self._rows("SELECT severity, sum(results) FROM tally GROUP BY severity")
        self.outcome = Outcome(bool(conforms), shapes, focus_nodes, results, in_order_of_gravity(counts))

    def shapes(self, limit: int) -> list[ShapeOutcome]:
        """Return the shapes, those with most results first, at most *limit*."""
        counts: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        rows = self._rows(
            "SELECT shape, focus_nodes, results FROM shape ORDER BY results DESC, focus_nodes DESC, shape LIMIT ?",
            limit,
        )
        for shape, severity, results in self._rows("SELECT shape, severity, results FROM tally"):
            counts[shape].append((severity, results))
        return [ShapeOutcome(shape, nodes, n, in_order_of_gravity(counts[shape])) for shape, nodes, n in rows]

    def of_shape(self, shape: str) -> ShapeOutcome | None:
        """Return what came of a shape, None where it played no part."""
        rows = self._rows("SELECT focus_nodes, results FROM shape WHERE shape = ?", shape)
        if not rows:
            return None
        counts = self._rows("SELECT severity, results FROM tally WHERE shape = ?", shape)
        focus_nodes, results = rows[0]
        return ShapeOutcome(shape, focus_nodes, results, in_order_of_gravity(counts))

    def total(self, choice: Choice) -> int:
        """Return how many results there are of a choice."""
        where, values = _condition(choice)
        total: int = self._rows(f"SELECT count(*) FROM result{where}", *values)[0][0]  # noqa: S608 (names of ours)
        return total

    def results(self, choice: Choice, page: int, size: int = RESULTS_A_PAGE) -> list[Result]:
        """Return one page of the results of a choice, gravest first."""
        where, values = _condition(choice)
        query = f"SELECT number, body, graph FROM result{where} ORDER BY number LIMIT ? OFFSET ?"  # noqa: S608 (the same)
        rows = self._rows(query, *values, size, (page - 1) * size)
        return [Result(number, json.loads(zlib.decompress(body)), _lines(graph)) for number, body, graph in rows]

    def on_node(self, focus_node: str) -> Mapping[str, int]:
        """Return how many results there are on a focus node, by severity."""
        query = "SELECT severity, count(*) FROM result WHERE focus_node = ? GROUP BY severity"
        return in_order_of_gravity(self._rows(query, focus_node))

    def _rows(self, query: str, *values: str | int) -> list[Any]:
        return self._database.execute(query, values).fetchall()


def _condition(choice: Choice) -> tuple[str, list[str]]:
    """Return the WHERE of a choice, and its values."""
    chosen = {name: value for name, value in choice._asdict().items() if value is not None}
    where = " AND ".join(f"{name} = ?" for name in chosen)
    return " WHERE " + where if where else "", list(chosen.values())


def _lines(graph: bytes) -> tuple[str, ...]:
    return tuple(zlib.decompress(graph).decode().split("\n"))
