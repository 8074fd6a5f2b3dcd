"""Clients that take all the time they get."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from hostile.wire import SPARQL_QUERY, Client

_POST = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {SPARQL_QUERY}\r\n".encode()
_STEP_SECONDS = 0.5
_DRIPS = 200


@dataclass(frozen=True, slots=True)
class Ending:
    """How the server ended a connection: what it said, and after how long."""

    seconds: float
    answer: bytes


def _never() -> Iterable[bytes]:
    return ()


def _header_drips() -> Iterable[bytes]:
    return (b"X-Slow-%d: a\r\n" % n for n in range(_DRIPS))


def _body_drips() -> Iterable[bytes]:
    return (b"#" for _ in range(_DRIPS))


def _chunk_drips() -> Iterable[bytes]:
    return (b"1\r\n#\r\n" for _ in range(_DRIPS))


#: By name: what is sent at once, and what drips afterwards.
HABITS: dict[str, tuple[bytes, Callable[[], Iterable[bytes]]]] = {
    "half a request line": (b"GET /spar", _never),
    "headers that never end": (b"GET /sparql HTTP/1.1\r\nHost: x\r\n", _header_drips),
    "half a body": (_POST + b"Content-Length: 1000\r\n\r\nSELECT", _never),
    "no body": (_POST + b"Content-Length: 1000\r\n\r\n", _never),
    "a body that drips": (_POST + b"Content-Length: 100000\r\n\r\nASK {}", _body_drips),
    "chunks that drip": (_POST + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n", _chunk_drips),
}


class SlowClients:
    """All habits at once, ten connections each."""

    def __init__(self, client: Client, copies: int = 10) -> None:
        self._client = client
        self._is_over = threading.Event()
        self._endings: dict[str, list[Ending]] = {name: [] for name in HABITS}
        self._threads = [
            threading.Thread(target=self._run, args=(name,), daemon=True) for name in HABITS for _ in range(copies)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Give up."""
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def endings(self, name: str, within_seconds: float) -> list[Ending]:
        """Return how the connections of one habit were ended, and wait for those that were not yet."""
        ends = time.monotonic() + within_seconds
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))
        return self._endings[name]

    def _run(self, name: str) -> None:
        first, drips = HABITS[name]
        begun = time.monotonic()
        rest = iter(drips())
        with suppress(OSError), self._client.connect() as connection:
            connection.settimeout(_STEP_SECONDS)
            connection.sendall(first)
            answer = bytearray()
            while not self._is_over.is_set():
                try:
                    data = connection.recv(4096)
                except TimeoutError:
                    connection.sendall(next(rest, b""))
                    continue
                except ConnectionError:
                    data = b""
                answer += data
                if not data or b"\r\n\r\n" in answer:
                    break
            self._endings[name].append(Ending(time.monotonic() - begun, bytes(answer)))
            return
        self._endings[name].append(Ending(time.monotonic() - begun, b""))


def never_reads(client: Client, request: bytes) -> socket.socket:
    """Send a request on a connection with little room, and return the connection, from which nothing is read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    connection.settimeout(client.timeout_seconds)
    connection.bind((client.source, 0))
    connection.connect(client.place)
    connection.sendall(request)
    return connection
