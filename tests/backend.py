"""Servers that answer by a script: the endpoints that fail, drip, redirect and lie."""

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from kgpub.engine_remote import RemoteEngine

TRUTH = b'{"head":{},"boolean":true}'
JSON_TYPE = "Content-Type: application/sparql-results+json"


@dataclass
class Backend:
    """A server that answers every request with the same script, and keeps what it was sent."""

    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    hang_ups: int = 0
    reads: bool = True
    stopped: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket, script: "Script") -> None:
        threads = []
        while not self.stopped.is_set():
            with suppress(TimeoutError):
                threads.append(threading.Thread(target=self.answer, args=(listener.accept()[0], script)))
                threads[-1].start()
        for thread in threads:
            thread.join()

    def answer(self, connection: socket.socket, script: "Script") -> None:
        self.connections += 1
        with suppress(OSError), connection:
            connection.settimeout(5)
            is_kept = self.reads or script(connection, self.stopped)
            while is_kept and (request := self.read_request(connection)):
                self.requests.append(request)
                is_kept = bool(script(connection, self.stopped))
        self.hang_ups += 1

    def read_request(self, connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            while not self.stopped.is_set() and not has_news(connection):
                pass
            if self.stopped.is_set() or not (piece := connection.recv(65_536)):
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        while len(body) < length:
            body += connection.recv(65_536)
        return head + b"\r\n\r\n" + body


#: Answers a request, and tells whether the connection stays open.
Script = Callable[[socket.socket, threading.Event], object]


def has_news(connection: socket.socket) -> bool:
    return bool(select.select([connection], [], [], 0.05)[0])


@contextmanager
def backend(script: Script, *, reads: bool = True) -> Iterator[Backend]:
    """Run a server of this machine; without *reads* the script reads the requests itself."""
    running = Backend(reads=reads)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        listener.settimeout(0.05)
        running.url = f"http://127.0.0.1:{listener.getsockname()[1]}/secret/query"
        thread = threading.Thread(target=running.serve, args=(listener, script))
        thread.start()
        try:
            yield running
        finally:
            running.stopped.set()
            thread.join()


@contextmanager
def engine_for(script: Script) -> Iterator[tuple[RemoteEngine, Backend]]:
    with backend(script) as running, closing(RemoteEngine(running.url)) as engine:
        yield engine, running


def respond(status: str, *headers: str, body: bytes = b"") -> Script:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""])
    return lambda connection, _: connection.sendall(head.encode() + body)


TRUE = respond("200 OK", JSON_TYPE, body=TRUTH)


def keep(script: Script) -> Script:
    """Do the same over and over on one connection."""

    def kept(connection: socket.socket, stopped: threading.Event) -> bool:
        script(connection, stopped)
        return True

    return kept


def chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> Script:
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + end
    head = f"HTTP/1.1 200 OK\r\n{JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n"
    return lambda connection, _: connection.sendall(head.encode() + body)


def drip(before: bytes, drop: bytes) -> Script:
    """Send *before*, then a drop at a time: no single read ever waits long."""

    def script(connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(before)
        while not stopped.wait(0.02):
            connection.sendall(drop)

    return script
