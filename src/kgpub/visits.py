"""How queries arrive at a worker: over connections that come to the pool's socket, several in a row over each."""

import select
import socket
import struct
from types import TracebackType
from typing import Self

from kgpub.channels import KEPT_SECONDS
from kgpub.frames import Frame, FrameBuffer
from kgpub.hangup import Lifeline

_READ_BYTES = 65_536
_MICROSECONDS = 1_000_000
_HAS_EXCLUSIVE = hasattr(select, "EPOLLEXCLUSIVE")  # Linux


class Arrivals:
    """The pool's socket, as one worker sees it.

    Of several idle workers, the one that was busy last gets the next connection. Its caches are warm: ten workers that
    took turns answered 900 look-ups a second, these 1,500 (1 M triples, 2 cores). Linux wakes those that wait in
    ``accept`` in turn, but those that wait with ``EPOLLEXCLUSIVE`` last come, first served (epoll_ctl(2) promises no
    order).
    """

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        listener.settimeout(0)
        self._waiting: select.epoll | select.poll
        if _HAS_EXCLUSIVE:
            self._waiting = select.epoll()
            self._waiting.register(listener, select.EPOLLIN | select.EPOLLEXCLUSIVE)
        else:
            self._waiting = select.poll()
            self._waiting.register(listener, select.POLLIN)

    def next(self) -> "Visit":
        """Wait for the next connection."""
        while True:
            self._waiting.poll()
            try:
                return Visit(self._listener.accept()[0], self)
            except BlockingIOError:  # another worker was there first
                continue

    @property
    def has_next(self) -> bool:
        """Tell whether somebody waits."""
        return bool(self._waiting.poll(0))


class Visit:
    """One connection of a web process, and the queries that come over it."""

    def __init__(self, connection: socket.socket, arrivals: Arrivals) -> None:
        self.connection = connection
        self._arrivals = arrivals
        self._lifeline: Lifeline | None = None
        connection.settimeout(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self.connection.close()
        if self._lifeline is not None:
            self._lifeline.close()

    @property
    def lifeline(self) -> Lifeline:
        """Return what ends this process when a query is given up."""
        assert self._lifeline is not None  # noqa: S101 (it came with the first query)
        return self._lifeline

    def receive(self) -> Frame | None:
        """Return the next query; None where none comes soon, or somebody else waits."""
        frames = FrameBuffer()
        piece = self._receive_first() if self._lifeline is None else self._receive_next()
        while piece:
            frames.add(piece)
            if (frame := frames.take()) is not None:
                return frame
            piece = self.connection.recv(_READ_BYTES)
        return None

    def _receive_first(self) -> bytes:
        piece, ends, _, _ = socket.recv_fds(self.connection, _READ_BYTES, 1)
        if not ends:
            return b""
        self._lifeline = Lifeline(ends[0])
        timeout = struct.pack("@ll", 0, int(KEPT_SECONDS * _MICROSECONDS))
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)
        return piece

    def _receive_next(self) -> bytes:
        if self._arrivals.has_next:
            return b""
        try:
            return self.connection.recv(_READ_BYTES)
        except BlockingIOError:
            return b""
