"""The engine in this machine: a client of the query pool."""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.errors import EngineBusy, EngineUnavailable, QueryCrashed, QueryOverBudget
from kgpub.formats import GRAPH_FORMATS, RESULTS_JSON, SOLUTION_FORMATS, TURTLE, named
from kgpub.frames import Frame, Tag, decode_error, encode_document, read_frame

#: How long a query waits for a worker before its client is told to come back.
_WAIT_SECONDS = 3.0
#: How long an answer may take beyond the deadline that the worker's own timer enforces.
_GRACE_SECONDS = 1.0
_PING = Query("ASK {}")
_PING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Sends each query to the pool that listens at *address*."""

    address: str

    def evaluate(self, query: Query, wanted: Wanted, budget: Budget) -> Answer:
        """Answer a query; see ``Engine.evaluate``."""
        exchange = _Exchange(self._connect(), budget)
        try:
            head = exchange.ask(query, wanted)
            if head.tag is Tag.ERROR:
                raise decode_error(head)
        except BaseException:
            exchange.close()
            raise
        suffix = head.document["format"]
        fmt = named(suffix, SOLUTION_FORMATS) or named(suffix, GRAPH_FORMATS)
        assert fmt is not None  # noqa: S101 (the worker chose it from these)
        return Answer(fmt, exchange)

    def ping(self) -> None:
        """Return when a worker answers; see ``Engine.ping``."""
        budget = Budget(_PING_SECONDS, 0, 1_000)
        try:
            self.evaluate(_PING, Wanted(RESULTS_JSON, TURTLE), budget).read()
        except (QueryOverBudget, QueryCrashed) as error:
            raise EngineBusy from error

    def close(self) -> None:
        """Do nothing: each query has a connection of its own."""

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(0)
        try:
            connection.connect(self.address)
        except BlockingIOError as error:  # the listener's queue is full
            connection.close()
            raise EngineBusy from error
        except OSError as error:
            connection.close()
            raise EngineUnavailable("The query workers cannot be reached.") from error
        return connection


class _Exchange(Iterator[bytes]):
    """One query and its answer over one connection, under one deadline."""

    def __init__(self, connection: socket.socket, budget: Budget) -> None:
        self._connection = connection
        self._budget = budget
        self._started = time.monotonic()
        self._ends = self._started + min(budget.seconds, _WAIT_SECONDS)

    def ask(self, query: Query, wanted: Wanted) -> Frame:
        """Send a query and return the first frame of its answer; the deadline runs from when a worker takes it."""
        document = {
            "text": query.text,
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "solutions": wanted.solutions.suffix if wanted.solutions else None,
            "graph": wanted.graph.suffix if wanted.graph else None,
            "seconds": self._budget.seconds,
            "answer_bytes": self._budget.answer_bytes,
        }
        self._connection.settimeout(self._left())
        try:
            self._connection.sendall(encode_document(Tag.QUERY, document))
            self._started = self.read().document["at"]
            self._ends = self._started + self._budget.seconds + _GRACE_SECONDS
        except (OSError, QueryOverBudget, QueryCrashed) as error:  # no worker took it up
            raise EngineBusy from error
        return self.read()

    def read(self) -> Frame:
        return read_frame(self._read_exactly)

    def __next__(self) -> bytes:
        if self._connection.fileno() < 0:
            raise StopIteration
        try:
            frame = self.read()
        except BaseException:
            self.close()
            raise
        if frame.tag is Tag.DATA:
            return frame.payload
        self.close()
        raise decode_error(frame) if frame.tag is Tag.ERROR else StopIteration

    def close(self) -> None:
        self._connection.close()

    def _read_exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._connection.settimeout(self._left())
            try:
                piece = self._connection.recv(size - len(data))
            except TimeoutError as error:
                raise self._over_time() from error
            except OSError as error:
                raise self._died() from error
            if not piece:
                raise self._died()
            data += piece
        return bytes(data)

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise self._over_time()
        return left

    def _died(self) -> QueryOverBudget | QueryCrashed:
        """Tell why the worker ended: its timer at the deadline, or the kernel before it."""
        if time.monotonic() - self._started >= self._budget.seconds:
            return self._over_time()
        return QueryCrashed(self._budget.memory_mb)

    def _over_time(self) -> QueryOverBudget:
        return QueryOverBudget("time", f"{self._budget.seconds:g} s")
