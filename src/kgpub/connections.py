"""Connections to one server: kept open between requests, and under one deadline from name to last byte.

``http.client`` reads the responses. Its time-out is per read, so that a server which drips never meets it; here each
step may take what is left until the deadline (docs/decisions/0006).
"""

import contextlib
import io
import select
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_BUFFER_BYTES = 65_536
#: More than this many are not kept: a burst is over some time.
_KEPT_CONNECTIONS = 16
#: After that long a firewall may have forgotten a connection, and a request over it would wait for its deadline.
_IDLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens; *tls* is None for http."""

    host: str
    port: int | None
    tls: ssl.SSLContext | None


class Connection(HTTPConnection):
    """One connection, which never opens itself anew and is closed by ``hang_up`` alone."""

    auto_open = 0

    def __init__(self, place: Place, ends: float) -> None:
        """Connect until *ends*, a time of ``time.monotonic``.

        Raises ``OSError`` where the server cannot be reached by then, ``UnicodeError`` where its name is none.
        """
        self.default_port = 443 if place.tls else 80
        super().__init__(place.host, place.port)
        self._line = _Line(_connected(self.host, self.port, place.tls, ends))
        self.is_reused = False
        self.idle_since = 0.0
        self.begin(ends)

    def begin(self, ends: float) -> None:
        """Begin an exchange that ends at a time of ``time.monotonic``, whatever has come by then."""
        self._line.ends = ends
        self._line.has_received = False
        self.sock = cast("socket.socket", self._line)

    @property
    def has_received(self) -> bool:
        """Tell whether anything came since the exchange began."""
        return self._line.has_received

    def is_open(self) -> bool:
        """Tell whether an idle connection can be used: nothing has come, not even its end."""
        is_young = time.monotonic() - self.idle_since < _IDLE_SECONDS
        return is_young and not self._line.has_news()

    def cut(self) -> None:
        """End what another thread is reading or sending."""
        self._line.cut()

    def hang_up(self) -> None:
        """Close the connection, which is how a server learns that nobody waits for its answer."""
        self._line.hang_up()


class Connections:
    """The connections to one place that are open and idle; threads share it."""

    def __init__(self, place: Place) -> None:
        """Connect to nothing yet."""
        self._place = place
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._is_closed = False

    def take(self, ends: float) -> Connection:
        """Return the connection that was used last and is still open, or a new one; see ``Connection``."""
        while (kept := self._pop()) is not None:
            if kept.is_open():
                kept.is_reused = True
                kept.begin(ends)
                return kept
            kept.hang_up()
        return self.new(ends)

    def new(self, ends: float) -> Connection:
        """Return a new connection; see ``Connection``."""
        return Connection(self._place, ends)

    def give_back(self, connection: Connection) -> None:
        """Keep a connection whose last response was read to its end."""
        connection.idle_since = time.monotonic()
        with self._lock:
            if not self._is_closed and len(self._idle) < _KEPT_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.hang_up()

    def close(self) -> None:
        """Close what is idle, and keep nothing from now on."""
        with self._lock:
            self._is_closed = True
        while (kept := self._pop()) is not None:
            kept.hang_up()

    def _pop(self) -> Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None


class _Line:
    """A socket as far as ``http.client`` uses one, each step of which ends at the deadline."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self.ends = 0.0
        self.has_received = False

    def sendall(self, data: "ReadableBuffer") -> None:
        self._socket.settimeout(_left(self.ends))
        self._socket.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self), _BUFFER_BYTES)

    def close(self) -> None:
        """Do nothing: ``http.client`` closes while a response is still to be read."""

    def receive_into(self, buffer: "WriteableBuffer") -> int:
        self._socket.settimeout(_left(self.ends))
        size = self._socket.recv_into(buffer)
        self.has_received |= size > 0
        return size

    def has_news(self) -> bool:
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))

    def cut(self) -> None:
        with contextlib.suppress(OSError):  # it is closed already
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # TLS's own would take the reader's state away

    def hang_up(self) -> None:
        self._socket.close()


class _Reading(io.RawIOBase):
    """What comes over a line; closing it leaves the line open."""

    def __init__(self, line: _Line) -> None:
        super().__init__()
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        return self._line.receive_into(buffer)


def _connected(host: str, port: int, tls: ssl.SSLContext | None, ends: float) -> socket.socket:
    """Return a socket to the first address that answers; the system alone decides how long a name takes."""
    failure: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        connecting = socket.socket(family, kind, protocol)
        try:
            connecting.settimeout(_left(ends))
            connecting.connect(address)
            connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connecting.settimeout(_left(ends))
            return tls.wrap_socket(connecting, server_hostname=host) if tls else connecting
        except OSError as error:
            connecting.close()
            failure = error
    raise failure or OSError("the name has no address")


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
