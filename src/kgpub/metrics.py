"""What is counted, in Prometheus' text format: of requests, of queries, of the pool, of the processes.

Each web process counts in files of its own below one folder (prometheus_client's multiprocess mode), so whichever is
asked tells of all. A request leaves a note of what is to be counted, and notes are counted together five times a
second: a count in such a file costs a microsecond, and a request has a dozen. The labels' values come from closed
lists: no request adds one.
"""

import asyncio
import os
from collections import Counter as Tally
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from kgpub.server_state import ServerState

#: prometheus_client reads this variable when it is imported, so it must be set before a web process starts.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

_COUNT_SECONDS = 0.2
_REQUEST_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_METHODS = frozenset(("GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "PATCH", "DELETE"))
_OTHER = "other"
_OPEN_QUERIES = "kgpub_queries_open"
_STATUSES = frozenset(int(status) for status in HTTPStatus)
_OUTCOMES = frozenset(
    (
        "answered", "abandoned", "time-budget", "answer-budget", "memory-budget", "rows-budget", "malformed-query",
        "query-refused", "query-too-complex", "query-over-budget", "engine-busy", "engine-unavailable",
        "not-acceptable", "too-many-queries", "internal-error",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _OfRoute:
    """The series of one route, method and status."""

    requests: Counter
    seconds: Histogram
    sent_bytes: Counter


class Metrics:
    """The counters of one web process, and the text that tells those of all."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Begin to count. Where the variable names no folder, *registry* knows this process alone."""
        if os.environ.get(FOLDER_VARIABLE):
            # By default each count asks the system for the process's number: a twentieth of a query's time.
            pid = os.getpid()
            values.ValueClass = values.MultiProcessValue(process_identifier=lambda: pid)  # type: ignore[no-untyped-call]
        labels = ("route", "method", "status")
        self._registry = registry
        self._requests = Counter(
            "kgpub_http_requests", "Requests that were answered, or given up.", labels, registry=registry
        )
        self._seconds = Histogram(
            "kgpub_http_request_duration_seconds", "From a request's arrival to the end of its answer.", ("route",),
            buckets=_REQUEST_SECONDS, registry=registry,
        )  # fmt: skip
        self._bytes = Counter("kgpub_http_response_bytes", "Bytes of bodies sent.", ("route",), registry=registry)
        self._aborted = Counter(
            "kgpub_http_aborted", "Answers that were cut, or whose client went away.", ("route",), registry=registry
        )
        self._open_requests = Gauge(
            "kgpub_http_requests_open", "Requests being answered.", multiprocess_mode="livesum", registry=registry
        )
        self._cache = Counter(
            "kgpub_cache_lookups", "Requests for what may be kept, by what was.", ("result",), registry=registry
        )
        self._queries = Counter(
            "kgpub_queries", "Queries that reached the engine, or a client's limit.", ("outcome",), registry=registry
        )
        self._query_seconds = Histogram(
            "kgpub_query_duration_seconds", "What the engine took for a query, its wait for a worker included.",
            buckets=_REQUEST_SECONDS, registry=registry,
        )  # fmt: skip
        self._open_queries = Gauge(
            _OPEN_QUERIES, "Queries at the engine.", multiprocess_mode="livesum", registry=registry
        )
        self._lost_lines = Gauge(
            "kgpub_log_lines_lost", "Lines of the log that could not be written.", multiprocess_mode="sum",
            registry=registry,
        )  # fmt: skip
        self._of_routes: dict[tuple[str, str, int], _OfRoute] = {}
        self._open = 0
        self._ended: deque[tuple[str, str, int, float, int]] = deque()
        self._found: deque[str] = deque()
        #: What queries came to and their seconds; None where one began. Threads leave notes here too.
        self._of_queries: deque[tuple[str, float] | None] = deque()
        self._is_due = False

    def request_began(self) -> None:
        """Note a request that is to be answered."""
        self._open += 1
        self._count_soon()

    def request_ended(self, route: str, method: str, status: int, seconds: float, sent_bytes: int) -> None:
        """Note a request that was answered; *route* must be one of the application's own names."""
        self._open -= 1
        self._ended.append((route, method, status, seconds, sent_bytes))
        self._count_soon()

    def _count_soon(self) -> None:
        if self._is_due:
            return
        try:
            asyncio.get_running_loop().call_later(_COUNT_SECONDS, self.count)
        except RuntimeError:  # no event loop: notes wait until somebody asks for the text
            return
        self._is_due = True

    def aborted(self, route: str) -> None:
        """Count an answer whose end was not sent."""
        self._aborted.labels(route).inc()

    def cache_asked(self, result: str) -> None:
        """Note a look-up: ``hit`` of a whole response, ``result-hit`` of the answer to a query, or ``miss``."""
        self._found.append(result)

    def query_began(self) -> None:
        """Note a query that is sent to the engine."""
        self._of_queries.append(None)

    def query_ended(self, outcome: str, seconds: float) -> None:
        """Note a query that is at its end."""
        self._of_queries.append((outcome, seconds))

    def query_turned_away(self, outcome: str) -> None:
        """Count a query that a limit kept from the engine."""
        self._queries.labels(outcome if outcome in _OUTCOMES else _OTHER).inc()

    def lines_lost(self, lines: int) -> None:
        """Tell how many lines of the log this process could not write."""
        self._lost_lines.set(lines)

    def count(self) -> None:
        """Count what was noted."""
        self._is_due = False
        self._open_requests.set(self._open)
        requests, sent = Tally[_OfRoute](), Tally[_OfRoute]()
        while self._ended:
            route, method, status, seconds, sent_bytes = self._ended.popleft()
            series = self._of_routes.get((route, method, status)) or self._of_route(route, method, status)
            series.seconds.observe(seconds)
            requests[series] += 1
            sent[series] += sent_bytes
        for series, number in requests.items():
            series.requests.inc(number)
            series.sent_bytes.inc(sent[series])
        found = Tally[str]()
        while self._found:
            found[self._found.popleft()] += 1
        for result, number in found.items():
            self._cache.labels(result).inc(number)
        self._count_queries()

    def _count_queries(self) -> None:
        more, outcomes = 0, Tally[str]()
        while self._of_queries:
            ended = self._of_queries.popleft()
            if ended is None:
                more += 1
                continue
            more -= 1
            outcome, seconds = ended
            outcomes[outcome if outcome in _OUTCOMES else _OTHER] += 1
            self._query_seconds.observe(seconds)
        for outcome, number in outcomes.items():
            self._queries.labels(outcome).inc(number)
        self._open_queries.inc(more)

    def _of_route(self, route: str, method: str, status: int) -> _OfRoute:
        """Return the series of a request; what nobody has heard of shares one."""
        method = method if method in _METHODS else _OTHER
        status = status if status in _STATUSES else 0
        series = self._of_routes.get((route, method, status))
        if series is None:
            series = self._of_routes[route, method, status] = _OfRoute(
                self._requests.labels(route, method, str(status) if status else "none"),
                self._seconds.labels(route),
                self._bytes.labels(route),
            )
        return series

    def text(self, state: ServerState) -> bytes:
        """Return everything that is counted, in all web processes, in Prometheus' text format (version 0.0.4)."""
        self.count()
        folder = os.environ.get(FOLDER_VARIABLE)
        registry = self._registry
        if folder:
            forget_ended_processes(Path(folder))
            registry = CollectorRegistry()
            MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        open_queries = registry.get_sample_value(_OPEN_QUERIES) or 0.0
        of_state = CollectorRegistry()
        of_state.register(_Families(tuple(state.families(int(open_queries)))))
        return generate_latest(registry) + generate_latest(of_state)


class _Families(Collector):
    """Families that were made already."""

    def __init__(self, families: tuple[Metric, ...]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def forget_ended_processes(folder: Path) -> None:
    """Remove what ended processes were doing just now; what they have counted stays."""
    for pid in {path.stem.rpartition("_")[2] for path in folder.glob("gauge_live*.db")}:
        if not _is_alive(int(pid)):
            mark_process_dead(int(pid), str(folder))  # type: ignore[no-untyped-call]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is somebody else's now
        return False
    return True
