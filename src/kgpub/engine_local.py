"""The engine in this machine: a client of the query pool."""

import fcntl
import os
import socket
import struct
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.errors import EngineBusy, EngineUnavailable, KgpubError, QueryCrashed, QueryOverBudget
from kgpub.formats import GRAPH_FORMATS, RESULTS_JSON, SOLUTION_FORMATS, TURTLE, named
from kgpub.frames import Frame, FrameBuffer, Tag, decode_error, encode_document
from kgpub.turns import Turns
from kgpub.waiting import wait_readable, wait_writable

#: How long a query waits for a worker before its client is told to come back.
_WAIT_SECONDS = 3.0
#: How often a query that waits looks whether a worker has taken it up: as exactly is known when its deadline began.
_LOOK_SECONDS = 0.05
#: How long an answer may take beyond the deadline that the worker's own timer enforces.
_GRACE_SECONDS = 1.0
_READ_BYTES = 262_144
#: Where a socket can be made so, that saves a call.
_NON_BLOCKING = getattr(socket, "SOCK_NONBLOCK", 0)
_PING = Query("ASK {}")
_PING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Sends each query to the pool that listens at *address*, when its turn has come."""

    address: str
    turns: Turns = field(default_factory=lambda: Turns(os.cpu_count() or 1))

    def evaluate(self, query: Query, wanted: Wanted, budget: Budget) -> Answer:
        """Answer a query; see ``Engine.evaluate``."""
        turn = self.turns.take()
        give_back = partial(self.turns.give_back, turn)
        try:
            exchange = _Exchange(self._connect(), budget, give_back)
        except BaseException:
            give_back()
            raise
        try:
            exchange.send(query, wanted)
            head = exchange.read()
            if head.tag is Tag.ERROR:
                raise decode_error(head)
            whole = exchange.whole()
        except BaseException:
            exchange.close()
            raise
        suffix = head.document["format"]
        fmt = named(suffix, SOLUTION_FORMATS) or named(suffix, GRAPH_FORMATS)
        assert fmt is not None  # noqa: S101 (the worker chose it from these)
        return Answer(fmt, exchange if whole is None else iter((whole,)), whole)

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
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | _NON_BLOCKING)
        if not _NON_BLOCKING:
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
    """One query and its answer over one connection, under one deadline, which runs from when a worker takes it."""

    def __init__(self, connection: socket.socket, budget: Budget, at_end: Callable[[], None]) -> None:
        self._connection = connection
        self._at_end = at_end
        self._lifeline = -1
        self._budget = budget
        self._frames = FrameBuffer()
        self._sent = self._not_taken_before = time.monotonic()
        self._taken: float | None = None

    def send(self, query: Query, wanted: Wanted) -> None:
        """Send a query to whichever worker is free next."""
        document = {
            "text": query.text,
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "solutions": wanted.solutions.suffix if wanted.solutions else None,
            "graph": wanted.graph.suffix if wanted.graph else None,
            "seconds": self._budget.seconds,
            "answer_bytes": self._budget.answer_bytes,
        }
        left = memoryview(encode_document(Tag.QUERY, document))
        try:
            left = left[self._send_first(left) :]
            while left:
                try:
                    left = left[self._connection.send(left) :]
                except BlockingIOError:
                    self._wait(wait_writable)
        except OSError as error:
            raise EngineBusy from error

    def _send_first(self, data: memoryview) -> int:
        """Send some of a query, and with it the pipe whose closing tells the worker that it is not wanted any more."""
        end, self._lifeline = os.pipe()
        try:
            return socket.send_fds(self._connection, [data], [end])
        finally:
            os.close(end)

    def read(self) -> Frame:
        """Return the next frame of the answer."""
        while (frame := self._frames.take()) is None:
            try:
                piece = self._connection.recv(_READ_BYTES)
            except BlockingIOError:
                self._wait(wait_readable)
                continue
            except OSError as error:
                raise self._died() from error
            if not piece:
                raise self._died()
            self._taken = self._taken or time.monotonic()
            self._frames.add(piece)
        return frame

    def whole(self) -> bytes | None:
        """Return the whole answer where all of it has come, else None."""
        return b"".join(self) if self._frames.has_end else None

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
        """Hang up: a worker that is at this query still is ended by the kernel."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        self._connection.close()
        self._at_end()

    def _wait(self, wait: Callable[[socket.socket, float], None]) -> None:
        """Wait for the worker; while none has taken the query up, look again and again whether one has."""
        now = time.monotonic()
        if self._taken is None and not _unread_bytes(self._connection):
            self._taken = now
        if self._taken is None:
            self._not_taken_before = now
            if now >= self._sent + min(self._budget.seconds, _WAIT_SECONDS):
                raise EngineBusy
            left = _LOOK_SECONDS
        else:
            left = self._taken + self._budget.seconds + _GRACE_SECONDS - now
        if left <= 0:
            raise self._over_time()
        with suppress(TimeoutError):
            wait(self._connection, left)

    def _died(self) -> KgpubError:
        """Tell why the worker ended: its timer at the deadline, or the kernel before it."""
        if self._taken is None and _unread_bytes(self._connection):
            return EngineBusy()
        if time.monotonic() - self._not_taken_before >= self._budget.seconds:
            return self._over_time()
        return QueryCrashed(self._budget.memory_mb)

    def _over_time(self) -> QueryOverBudget:
        return QueryOverBudget("time", f"{self._budget.seconds:g} s")


def _unread_bytes(connection: socket.socket) -> int:
    """Return how much of what was sent the other side has not read yet (unix(7), SIOCOUTQ); 0 where none can tell."""
    try:
        return int(struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, b"\0\0\0\0"))[0])
    except OSError:
        return 0
