"""Write the outcome of a validation into one SQLite file, from which a server reads it a page at a time.

The results become resources below the address at which a server tells the outcome: ``validation#result-1``.
"""

import json
import sqlite3
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse

from kgpub.iris import Base
from kgpub.nquads import line_of
from kgpub.release import REPORT, RESULT
from kgpub.report import Finding, Report, as_object
from kgpub.vocabulary import SH, TYPE

#: Statements by their blank node.
_Statements = Mapping[BlankNode, list[Any]]


def write_validation(path: Path, report: Report, base: Base) -> None:
    """Write the outcome of a validation."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        database.executescript(files("kgpub").joinpath("validation.sql").read_text("utf-8"))
        outcome = (report.conforms, len(report.shapes), report.focus_nodes, len(report.findings))
        database.execute("INSERT INTO outcome VALUES (?, ?, ?, ?)", outcome)
        database.executemany("INSERT INTO shape VALUES (?, ?, ?)", _shapes(report))
        tally = Counter((finding.shape, finding.severity) for finding in report.findings)
        database.executemany("INSERT INTO tally VALUES (?, ?, ?)", ((*of, number) for of, number in tally.items()))
        graphs = _Graphs(report, base)
        rows = (
            (number, finding.shape, finding.severity, finding.focus_node, _body(finding), graphs.of(number, finding))
            for number, finding in enumerate(report.findings, 1)
        )
        database.executemany("INSERT INTO result VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.commit()


def _shapes(report: Report) -> Iterator[tuple[str, int | None, int]]:
    found = Counter(finding.shape for finding in report.findings)
    checked = dict(report.shapes)
    for shape in sorted({*found, *checked}):
        yield shape, checked.get(shape), found[shape]


def _body(finding: Finding) -> bytes:
    return zlib.compress(json.dumps(as_object(finding), ensure_ascii=False).encode(), 1)


class _Graphs:
    """The statements about each result, taken from the report as it was written."""

    def __init__(self, report: Report, base: Base) -> None:
        self._base = base
        self._said: _Statements = defaultdict(list)
        for quad in parse(report.turtle, RdfFormat.TURTLE, lenient=True):
            if isinstance(quad.subject, BlankNode):
                self._said[quad.subject].append(quad.triple)
        self._results = iter(self._in_order(_root(self._said)))

    def of(self, number: int, finding: Finding) -> bytes:
        """Return the lines about one of the top results; they are asked for in the report's order."""
        names: dict[BlankNode, NamedNode] = {}
        self._name(finding, f"{self._base.resolve(RESULT)}{number}", names)
        report = NamedNode(self._base.resolve(REPORT))
        result = next(iter(names.values()))
        lines = [line_of(Quad(report, NamedNode(f"{SH}result"), result)), *self._lines(names)]
        return zlib.compress("\n".join(lines).encode(), 1)

    def _in_order(self, root: BlankNode) -> Iterator[BlankNode]:
        """Yield the blank nodes of the results in the order in which the report numbers them."""
        stem, number = root.value.removesuffix("0"), 1
        while (node := BlankNode(f"{stem}{number}")) in self._said:
            yield node
            number += 1

    def _name(self, finding: Finding, iri: str, names: dict[BlankNode, NamedNode]) -> None:
        names[next(self._results)] = NamedNode(iri)
        for number, detail in enumerate(finding.details, 1):
            self._name(detail, f"{iri}-{number}", names)

    def _lines(self, names: Mapping[BlankNode, NamedNode]) -> Iterator[str]:
        """Yield what is said of results that have names now, and of the blank nodes that this leads to."""
        waiting, seen = list(names), set(names)
        while waiting:
            for triple in self._said.get(waiting.pop(0), ()):
                yield line_of(Quad(_named(triple.subject, names), triple.predicate, _named(triple.object, names)))
                if isinstance(triple.object, BlankNode) and triple.object not in seen:
                    seen.add(triple.object)
                    waiting.append(triple.object)


def _named(term: Any, names: Mapping[BlankNode, NamedNode]) -> Any:
    return names.get(term, term) if isinstance(term, BlankNode) else term


def _root(said: _Statements) -> BlankNode:
    """Return the node of the report: it is the first, and the results follow it in their order."""
    is_report = (NamedNode(TYPE), NamedNode(f"{SH}ValidationReport"))
    reports = (node for node, triples in said.items() if any(_ends(triple) == is_report for triple in triples))
    return next(reports)


def _ends(triple: Triple) -> tuple[object, object]:
    return triple.predicate, triple.object
