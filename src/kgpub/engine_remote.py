"""The engine elsewhere: any SPARQL 1.1 Protocol endpoint, asked through SPARQLWrapper.

SPARQLWrapper composes the request; the connection, the deadline and the reading are ours (docs/decisions/0006).
Import this module only where a remote engine is configured: SPARQLWrapper brings rdflib along.
"""

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from SPARQLWrapper import POST, SPARQLWrapper

from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.errors import (
    EngineBusy,
    EngineUnavailable,
    NotAcceptable,
    QueryMalformed,
    QueryOverBudget,
    QueryRefused,
    SettingsInvalid,
)
from kgpub.formats import RESULTS_JSON, TURTLE, Format, named
from kgpub.query_form import format_refused, gives_graph

_PIECE_BYTES = 65_536
_MESSAGE_BYTES = 4_096
_MESSAGE_CHARACTERS = 300
_PING = Query("ASK {}")
_PING_SECONDS = 2.0

#: The keyword can follow a letter in two places only, as in ``?s ?p trueSERVICE <…> {}``, which Oxigraph accepts.
_SERVICE = re.compile(r"(?:(?<![A-Za-z])|(?<=true)|(?<=false))service", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4})")
_PLACE = re.compile(r"\b(\d{1,9})(?::|, column )(\d{1,9})\b")


class RemoteEngine:
    """Sends each query to one SPARQL endpoint, over a connection of its own."""

    def __init__(self, endpoint: str) -> None:
        """Keep the endpoint's address.

        Raises ``SettingsInvalid`` for an address that is not http(s), since no other scheme is ever asked.
        """
        try:
            parts = urlsplit(endpoint)
            self._host, self._port = (parts.hostname or "").encode("idna").decode(), parts.port
        except ValueError as error:
            raise SettingsInvalid("The address of the SPARQL endpoint is not valid.") from error
        if parts.scheme not in ("http", "https") or not self._host:
            raise SettingsInvalid("The address of the SPARQL endpoint must begin with http:// or https://.")
        self._endpoint = endpoint
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None

    def evaluate(self, query: Query, wanted: Wanted, budget: Budget) -> Answer:
        """Answer a query; see ``Engine.evaluate``."""
        fmt = _format(query.text, wanted)
        if _SERVICE.search(query.text) or _SERVICE.search(_unescaped(query.text)):
            raise QueryRefused("SERVICE is not allowed here, nor any other word that begins with it.")
        exchange = _Exchange(self._connection(budget), budget)
        try:
            self._check(exchange.ask(_Request(self._endpoint, query, fmt)), exchange, fmt)
        except BaseException:
            exchange.close()
            raise
        return Answer(fmt, exchange)

    def ping(self) -> None:
        """Return when the endpoint answers; see ``Engine.ping``."""
        try:
            self.evaluate(_PING, Wanted(RESULTS_JSON, TURTLE), Budget(_PING_SECONDS, 0, 1_000)).read()
        except QueryOverBudget as error:
            raise EngineBusy from error
        except (QueryMalformed, NotAcceptable) as error:
            raise EngineUnavailable("The query engine does not answer as a SPARQL endpoint does.") from error

    def close(self) -> None:
        """Do nothing: each query has a connection of its own."""

    def _connection(self, budget: Budget) -> HTTPConnection:
        if self._tls is None:
            return HTTPConnection(self._host, self._port, timeout=budget.seconds)
        return HTTPSConnection(self._host, self._port, timeout=budget.seconds, context=self._tls)

    def _check(self, response: HTTPResponse, exchange: "_Exchange", fmt: Format) -> None:
        """Raise what a response says in place of an answer; a redirect is not followed, wherever it leads."""
        if response.status == 400:  # noqa: PLR2004 (SPARQL 1.1 Protocol, section 2.1.6)
            is_text = response.headers.get_content_type() == "text/plain"
            raise self._malformed(exchange.read(_MESSAGE_BYTES) if is_text else b"")
        if response.status == 406:  # noqa: PLR2004 (RFC 9110, section 15.5.7)
            raise NotAcceptable(f"The query engine cannot write {fmt.name}.")
        if response.status in (429, 503):
            raise EngineBusy
        if response.status != 200:  # noqa: PLR2004 (the only status with an answer)
            raise EngineUnavailable("The query engine failed to answer.")
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        is_utf8 = response.headers.get_content_charset("utf-8") in ("utf-8", "utf8", "us-ascii")
        if named(media_type, (fmt,)) is None or not is_utf8:
            raise EngineUnavailable("The query engine answered in a format that was not asked for.")

    def _malformed(self, message: bytes) -> QueryMalformed:
        """Return the endpoint's complaint: its first line, without control characters and without addresses."""
        lines = message.decode("utf-8", "replace").strip().splitlines()
        if not lines:
            return QueryMalformed("The query is not valid SPARQL.")
        address = rf"\S*(?:{re.escape(self._host)}|\b\d{{1,3}}(?:\.\d{{1,3}}){{3}}\b)\S*"
        line = re.sub(address, "…", lines[0][:_MESSAGE_CHARACTERS], flags=re.IGNORECASE)
        reason = "".join(c for c in line if c.isprintable()).rstrip(". ")
        place = _PLACE.search(reason)
        where = (int(place[1]), int(place[2])) if place else (None, None)
        return QueryMalformed(f"The query is not valid SPARQL: {reason}.", *where)


class _Request(SPARQLWrapper):
    """A query as a form, which SPARQLWrapper composes and never judges.

    ``setQuery`` would guess the kind of the query with patterns that a comment misleads (it then sends an update) and
    that take cubic time on hostile text, so its outcome is set instead: for SPARQLWrapper everything is a query.
    """

    def __init__(self, endpoint: str, query: Query, fmt: Format) -> None:
        super().__init__(endpoint, agent="kgpub")
        self.setMethod(POST)
        self.setOnlyConneg(onlyConneg=True)
        self.queryString = query.text
        self.addCustomHttpHeader("Accept", fmt.media_type)
        self.addCustomHttpHeader("Connection", "close")
        for iri in query.default_graphs or ():
            self.addParameter("default-graph-uri", iri)
        for iri in query.named_graphs or ():
            self.addParameter("named-graph-uri", iri)

    def send(self, connection: HTTPConnection) -> HTTPResponse:
        """Send the request over *connection*, which follows no redirect and reads no file."""
        self._connection = connection
        response: HTTPResponse = self.query().response
        return response

    def _query(self) -> tuple[HTTPResponse, str]:
        request = self._createRequest()
        headers = dict(request.header_items())
        self._connection.request("POST", request.selector, request.data, headers)
        return self._connection.getresponse(), self.returnFormat


class _Exchange(Iterator[bytes]):
    """One query and its answer over one connection, which is cut at the deadline whatever it is doing.

    A socket's own timeout is per read: a server that drips would never meet it, not even in its headers.
    """

    def __init__(self, connection: HTTPConnection, budget: Budget) -> None:
        self._connection = connection
        self._budget = budget
        self._ends = time.monotonic() + budget.seconds
        self._left_bytes = budget.answer_bytes
        self._is_cut = threading.Event()
        self._timer: threading.Timer | None = None
        self._response: HTTPResponse | None = None

    def ask(self, request: _Request) -> HTTPResponse:
        """Send a query and return the response, of which only the head is read."""
        try:
            self._connection.connect()
        except OSError as error:
            raise EngineUnavailable("The query engine cannot be reached.") from error
        self._watch(self._connection.sock)
        try:
            self._response = request.send(self._connection)
        except UnicodeError as error:
            raise QueryMalformed("The query is not valid Unicode.") from error
        except (OSError, HTTPException) as error:
            raise self._failure("The query engine broke off its answer.") from error
        if self._is_over():  # a head that is cut looks like one that ended
            raise self._failure("The query engine broke off its answer.")
        return self._response

    def __next__(self) -> bytes:
        try:
            piece = self.read(_PIECE_BYTES)
            self._left_bytes -= len(piece)
            if self._left_bytes < 0:
                raise QueryOverBudget("answer", f"{self._budget.answer_bytes / 1_000_000:g} MB")
        except BaseException:
            self.close()
            raise
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def read(self, size: int) -> bytes:
        """Return at most *size* bytes of the response's body, none at its end."""
        if self._response is None:
            return b""
        try:
            piece = self._response.read(size)
        except (OSError, HTTPException, ValueError) as error:
            raise self._failure("The query engine broke off its answer.") from error
        if self._is_over() or (not piece and self._response.length):
            raise self._failure("The query engine broke off its answer.")
        return piece

    def close(self) -> None:
        """Hang up, which is how an endpoint learns that nobody waits for its answer."""
        if self._timer is not None:
            self._timer.cancel()
        if self._response is not None:
            self._response.close()
            self._response = None
        self._connection.close()

    def _watch(self, connected: socket.socket) -> None:
        self._timer = threading.Timer(max(0.0, self._ends - time.monotonic()), self._cut, (connected,))
        self._timer.daemon = True
        self._timer.start()

    def _cut(self, connected: socket.socket) -> None:
        self._is_cut.set()
        with contextlib.suppress(OSError):  # it is closed already
            connected.shutdown(socket.SHUT_RDWR)

    def _is_over(self) -> bool:
        return self._is_cut.is_set() or time.monotonic() >= self._ends

    def _failure(self, sentence: str) -> QueryOverBudget | EngineUnavailable:
        if self._is_over():
            return QueryOverBudget("time", f"{self._budget.seconds:g} s")
        return EngineUnavailable(sentence)


def _format(text: str, wanted: Wanted) -> Format:
    """Return the format for this kind of query, which its verb tells; a text without a query's verb is not sent."""
    is_graph = gives_graph(text)
    fmt = wanted.graph if is_graph else wanted.solutions
    if fmt is None:
        raise format_refused(is_graph=is_graph)
    return fmt


def _unescaped(text: str) -> str:
    """Return a text as a parser reads it that decodes its escapes first (SPARQL 1.1, section 19.2)."""
    return _ESCAPE.sub(lambda escape: chr(int(escape[1] or escape[2], 16)), text)
