"""A client that may misbehave: exact bytes, addresses of its own, and answers that break off."""

import json
import socket
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlsplit

SPARQL_QUERY = "application/sparql-query"
PROBLEM = "https://w3id.org/kgpub/problem/"
#: All of 127.0.0.0/8 is this machine, so that each attacker can come from an address of its own.
VISITOR, ATTACKER = "127.0.0.1", "127.0.0.66"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: *status* is 0 where there was none, and *is_whole* tells whether the body's end arrived."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0
    is_whole: bool = True

    @property
    def problem(self) -> dict[str, Any]:
        """Return the problem document, empty where the body is none."""
        if "problem+json" not in self.headers.get("content-type", ""):
            return {}
        document: dict[str, Any] = json.loads(self.body)
        return document

    @property
    def outcome(self) -> str:
        """Return status, kind of problem and broken budget: ``422 query-over-budget time``."""
        slug = str(self.problem.get("type", "")).removeprefix(PROBLEM)
        words = (str(self.status), slug, self.problem.get("budget"), None if self.is_whole else "broken off")
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Client:
    """Asks one server, from one address of this machine."""

    address: str
    source: str = VISITOR
    timeout_seconds: float = 20.0

    @property
    def place(self) -> tuple[str, int]:
        """Return host and port."""
        parts = urlsplit(self.address)
        return str(parts.hostname), parts.port or 80

    def connect(self) -> socket.socket:
        """Return an open connection."""
        return socket.create_connection(self.place, self.timeout_seconds, (self.source, 0))

    def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """Send a request on a connection of its own; an answer that breaks off is a reply too."""
        begun = time.monotonic()
        connection = HTTPConnection(*self.place, timeout=self.timeout_seconds, source_address=(self.source, 0))
        try:
            connection.connect()
            with suppress(ConnectionError):  # it may answer before it has read what nobody wants
                connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
        except (OSError, HTTPException):
            connection.close()
            return Reply(0, seconds=time.monotonic() - begun, is_whole=False)
        fields = {name.lower(): value for name, value in response.getheaders()}
        is_whole = True
        try:
            content = response.read()
        except (OSError, HTTPException) as error:
            content, is_whole = getattr(error, "partial", b""), False
        finally:
            connection.close()
        return Reply(response.status, fields, content, time.monotonic() - begun, is_whole)

    def get(self, path: str, accept: str = "*/*") -> Reply:
        """Get a path."""
        return self.request("GET", path, {"Accept": accept})

    def ask(self, query: str, accept: str = "application/sparql-results+json, text/turtle;q=0.9") -> Reply:
        """Post a query directly."""
        headers = {"Accept": accept, "Content-Type": SPARQL_QUERY}
        return self.request("POST", "/sparql", headers, query.encode("utf-8", "surrogatepass"))

    def ask_in_address(self, query: str, **parameters: str) -> Reply:
        """Send a query in the address."""
        rest = "".join(f"&{name.replace('_', '-')}={quote(value, safe='')}" for name, value in parameters.items())
        return self.get(f"/sparql?query={quote(query, safe='')}{rest}")

    def send(self, pieces: Iterable[bytes], pause_seconds: float = 0.0) -> bytes:
        """Send exact bytes, piece by piece, and return what comes until the other side closes or says no more."""
        received = bytearray()
        with self.connect() as connection, suppress(OSError):
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause_seconds)
            while data := connection.recv(65_536):
                received += data
        return bytes(received)
