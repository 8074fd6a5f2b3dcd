"""The engine in this machine: a client of the query pool."""

import fcntl
import os
import socket
import struct
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from kgpub.channels import Channel, Channels
from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.errors import EngineBusy, KgpubError, QueryCrashed, QueryOverBudget
from kgpub.formats import GRAPH_FORMATS, RESULTS_JSON, SOLUTION_FORMATS, TURTLE
from kgpub.frames import Frame, FrameBuffer, Tag, decode_error, encode_document
from kgpub.glances import Glances
from kgpub.turns import Turns
from kgpub.waiting import wait_readable, wait_writable

#: How long a query waits for a worker before its client is told to come back.
_WAIT_SECONDS = 3.0
#: An idle worker has taken a query up after so long; a shorter budget says nothing of how busy they are.
_TAKING_SECONDS = 0.25
#: How often a query that waits looks whether a worker has taken it up: as exactly is known when its deadline began.
_LOOK_SECONDS = 0.05
#: How long an answer may take beyond the deadline that the worker's own timer enforces.
_GRACE_SECONDS = 1.0
#: A larger buffer is memory that the C library asks the system for, and gives back, each time.
_READ_BYTES = 65_536
#: Formats as the head of an answer names them.
_FORMATS = {fmt.suffix.encode(): fmt for fmt in (*SOLUTION_FORMATS, *GRAPH_FORMATS)}
_PING = Query("ASK {}")
_PING_SECONDS = 2.0


class LocalEngine:
    """Sends each query to the pool that listens at an address, when its turn has come."""

    def __init__(self, address: str, turns: Turns | None = None) -> None:
        """Take the pool's address, and whose turn it is: without that, one for each processor."""
        self._channels = Channels(address)
        self._turns = turns or Turns(os.cpu_count() or 1)
        self._glances = Glances() if self._turns.at_once == 1 else None

    def evaluate(self, query: Query, wanted: Wanted, budget: Budget) -> Answer:
        """Answer a query; see ``Engine.evaluate``."""
        turn = self._turns.take()
        give_back = partial(self._turns.give_back, turn)
        try:
            exchange, head = self._ask(query, wanted, budget, give_back)
        except BaseException:
            give_back()
            raise
        try:
            whole = exchange.whole()
        except BaseException:
            exchange.close()
            raise
        return Answer(_FORMATS[head.payload], exchange if whole is None else iter((whole,)), whole)

    def _ask(
        self, query: Query, wanted: Wanted, budget: Budget, at_end: Callable[[], None]
    ) -> tuple["_Exchange", Frame]:
        """Send a query, and return where the rest of the answer comes from, and its head; raise the error it is."""
        request = _encoded(query, wanted, budget)
        while True:
            exchange = _Exchange(self._channels, budget, at_end, self._glances)
            try:
                exchange.send(request)
                head = exchange.read()
            except _WorkerLeft:
                continue
            except BaseException:
                exchange.close()
                raise
            if head.tag is not Tag.ERROR:
                return exchange, head
            exchange.end()
            raise decode_error(head)

    def ping(self) -> None:
        """Return when a worker answers; see ``Engine.ping``."""
        budget = Budget(_PING_SECONDS, 0, 1_000)
        try:
            self.evaluate(_PING, Wanted(RESULTS_JSON, TURTLE), budget).read()
        except (QueryOverBudget, QueryCrashed) as error:
            raise EngineBusy from error

    def close(self) -> None:
        """Close the connections that are kept."""
        self._channels.close()


class _WorkerLeft(Exception):
    """The worker of a kept connection did not listen any more."""


class _Exchange(Iterator[bytes]):
    """One query and its answer over one connection, under one deadline, which runs from when a worker takes it."""

    def __init__(self, channels: Channels, budget: Budget, at_end: Callable[[], None], glances: Glances | None) -> None:
        self._channels = channels
        self._glances = glances
        self._channel: Channel | None = channels.take()
        self._connection = self._channel.connection
        #: Whether the worker may have left meanwhile, and read nothing.
        self._may_be_left = self._channel.is_used
        self._at_end = at_end
        self._budget = budget
        self._frames = FrameBuffer()
        self._sent = self._not_taken_before = time.monotonic()
        self._taken: float | None = None

    def send(self, request: bytes) -> None:
        """Send a query; raise ``_WorkerLeft`` where nobody reads it."""
        left = memoryview(request)
        channel = self._channel
        assert channel is not None  # noqa: S101 (nothing came to its end yet)
        try:
            while left:
                try:
                    left = left[channel.send(left) :]
                except BlockingIOError:
                    self._wait(wait_writable)
        except OSError as error:
            raise (self._left() if self._may_be_left else EngineBusy()) from error

    def read(self) -> Frame:
        """Return the next frame of the answer; raise ``_WorkerLeft`` where the query was not read."""
        while (frame := self._frames.take()) is None:
            try:
                piece = self._connection.recv(_READ_BYTES)
            except BlockingIOError:
                if self._glances is None or not self._glances.sees(self._connection):
                    self._wait(wait_readable)
                continue
            except ConnectionResetError as error:  # the other side closed, and had something unread
                raise (self._left() if self._may_be_left else self._died()) from error
            except OSError as error:
                raise self._died() from error
            if not piece:
                raise self._died()
            self._may_be_left = False
            self._taken = self._taken or time.monotonic()
            self._frames.add(piece)
        return frame

    def _left(self) -> _WorkerLeft:
        """Give the connection up, and nothing else."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        return _WorkerLeft()

    def whole(self) -> bytes | None:
        """Return the whole answer where all of it has come, else None."""
        return b"".join(self) if self._frames.has_end else None

    def __next__(self) -> bytes:
        if self._channel is None:
            raise StopIteration
        try:
            frame = self.read()
        except BaseException:
            self.close()
            raise
        if frame.tag is Tag.DATA:
            return frame.payload
        self.end()
        raise decode_error(frame) if frame.tag is Tag.ERROR else StopIteration

    def end(self) -> None:
        """Keep the connection: the answer has come to its end."""
        if self._channel is not None:
            self._channels.keep(self._channel)
            self._channel = None
        self._at_end()

    def close(self) -> None:
        """Hang up: a worker that is at this query still is ended by the kernel."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        self._at_end()

    def _wait(self, wait: Callable[[socket.socket, float], None]) -> None:
        """Wait for the worker; while none has taken the query up, look again and again whether one has."""
        now = time.monotonic()
        if self._taken is None and not _unread_bytes(self._connection):
            self._taken = now
        if self._taken is None:
            self._not_taken_before = now
            if now >= self._sent + min(max(self._budget.seconds, _TAKING_SECONDS), _WAIT_SECONDS):
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


def _encoded(query: Query, wanted: Wanted, budget: Budget) -> bytes:
    document = {
        "text": query.text,
        "default_graphs": query.default_graphs,
        "named_graphs": query.named_graphs,
        "solutions": wanted.solutions.suffix if wanted.solutions else None,
        "graph": wanted.graph.suffix if wanted.graph else None,
        "seconds": budget.seconds,
        "answer_bytes": budget.answer_bytes,
    }
    return encode_document(Tag.QUERY, document)


def _unread_bytes(connection: socket.socket) -> int:
    """Return how much of what was sent the other side has not read yet (unix(7), SIOCOUTQ); 0 where none can tell."""
    try:
        return int(struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, b"\0\0\0\0"))[0])
    except OSError:
        return 0
