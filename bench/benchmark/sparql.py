"""The SPARQL part: the same answers everywhere, then how fast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmark.answers import Row, rows_of, triples_of
from benchmark.client import Reader, Requests, write_addresses
from benchmark.line_up import LineUp, Say
from benchmark.measure import Measurements, Workload
from benchmark.systems import System
from benchmark.workloads import (
    HEAVY,
    KINDS,
    LIGHT,
    PLACE_OF_LIMIT,
    QueryText,
    instances,
    repeated,
    sample_of,
    zipf_log,
)

RESULTS_JSON = "application/sparql-results+json"
N_TRIPLES = "application/n-triples"
SYSTEMS = ("kgpub", "oxigraph", "toy", "virtuoso", "naive", "rdflib-endpoint")
_DISTINCT = 10_000


@dataclass(frozen=True, slots=True)
class SparqlPart:
    """Checks and measures queries."""

    line_up: LineUp
    measurements: Measurements
    folder: Path
    say: Say

    def check(self) -> dict[str, dict[str, str]]:
        """Return for each kind of query and each system whether its answers are those of the reference: the second."""
        verdicts: dict[str, dict[str, str]] = {}
        for kind in KINDS:
            wanted = self.line_up_effort(kind)
            queries = list(sample_of(instances(kind, self.line_up.data.layout, 20 * wanted), wanted))
            verdicts[kind] = self._compared(queries)
        wrong = [f"{kind}: {name} {said}" for kind, found in verdicts.items() for name, said in found.items() if said]
        self.say("  answers: " + ("; ".join(wrong) or "the same everywhere"))
        return verdicts

    def line_up_effort(self, kind: str) -> int:
        """Return how many queries of a kind are compared."""
        checks = self.measurements.effort.checks
        return checks if kind in LIGHT else max(1, checks // 5)

    def _compared(self, queries: Sequence[QueryText]) -> dict[str, str]:
        names = self.line_up.named(SYSTEMS)
        answers = {name: self._answers(name, queries) for name in names}
        reference = answers["oxigraph" if "oxigraph" in names else names[0]]
        return {name: _difference(reference, given) for name, given in answers.items()}

    def _answers(self, name: str, queries: Sequence[QueryText]) -> "list[list[Row] | set[str] | str]":
        with self.line_up.alone(name) as entry:
            reader = Reader(entry.place.port)
            given = [_answer(reader, entry.system, query) for query in queries]
            reader.close()
        return given

    def measure(self) -> dict[str, Any]:
        """Return the samples of all workloads."""
        return {workload.name: self.measurements.measure(workload) for workload in self._workloads()}

    def _workloads(self) -> "list[Workload]":
        layout = self.line_up.data.layout
        found = [self._workload(kind, [instances(kind, layout, _DISTINCT)]) for kind in KINDS]
        logs = [zipf_log(layout, _DISTINCT, number) for number in range(self.measurements.effort.rounds)]
        found.append(self._workload("zipf log", logs, (8,), is_log=True))
        found += [self._workload(f"{kind} repeated", [[repeated(kind, layout)]]) for kind in HEAVY]
        return found

    def _workload(
        self, name: str, lists: Sequence[Sequence[QueryText]],
        connections: tuple[int, ...] = (1, 8), *, is_log: bool = False,
    ) -> Workload:  # fmt: skip
        requests: dict[str, list[Requests]] = {}
        for index, queries in enumerate(lists):
            encode = cache(partial(quote, safe=""))  # a log has the same query many times, and all systems have it
            encoded = [encode(query.text) for query in queries]
            for system in self._systems(name):
                file = self.folder / f"{name} {index} {system.name}.list".replace(" ", "-")
                write_addresses(file, [system.encoded_query_path(text) for text in encoded])
                # One header for a whole list, so that a log may mix tables and graphs.
                requests.setdefault(system.name, []).append(Requests(file, (f"Accept: {accept_of(queries)}",)))
        return Workload(name, requests, connections, is_log, is_heavy=name in HEAVY)

    def _systems(self, name: str) -> list[System]:
        """Return who is measured: the slow ones by the eight kinds alone, since a repetition makes them no faster."""
        systems = [self.line_up.entries[system].system for system in self.line_up.named(SYSTEMS)]
        return [system for system in systems if name in KINDS or not system.is_slow]


def accept_of(queries: Sequence[QueryText]) -> str:
    """Return the media types to ask for: of tables, of graphs, or of both where the queries are of both kinds."""
    kinds = {query.is_graph for query in queries}
    return ", ".join([*([RESULTS_JSON] if False in kinds else []), *([N_TRIPLES] if True in kinds else [])])


def _answer(reader: Reader, system: System, query: QueryText) -> "list[Row] | set[str] | str":
    text = query.text.replace(PLACE_OF_LIMIT, "9999")
    status, _, body = reader.get(system.query_path(text), {"Accept": accept_of([query])})
    if status != 200:
        return f"status {status}"
    try:
        return triples_of(body) if query.is_graph else rows_of(body)
    except (ValueError, KeyError, SyntaxError) as error:
        return f"unreadable: {error}"


def _difference(reference: Sequence[object], given: Sequence[object]) -> str:
    """Return what is wrong with answers: nothing where they are those of the reference."""
    wrong = [answer for wanted, answer in zip(reference, given, strict=True) if wanted != answer]
    if not wrong:
        return ""
    said = wrong[0] if isinstance(wrong[0], str) else "other rows"
    return f"{len(wrong)} of {len(given)} differ ({said})"


def by_kind(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the samples of the eight kinds alone."""
    return {kind: found[kind] for kind in KINDS if kind in found}
