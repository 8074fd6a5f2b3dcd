"""The engine elsewhere: any SPARQL 1.1 Protocol endpoint, asked through SPARQLWrapper.

SPARQLWrapper composes the request; the connections, the deadline and the reading are ours (docs/decisions/0006).
Import this module only where a remote engine is configured: SPARQLWrapper brings rdflib along.
"""

import re
import ssl
from http.client import HTTPResponse
from urllib.parse import urlsplit
from urllib.request import Request

from SPARQLWrapper import POST, SPARQLWrapper

from kgpub.account import current_account
from kgpub.connections import Connections, Place
from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.errors import (
    AnswerIncomplete,
    EngineBusy,
    EngineUnavailable,
    KgpubError,
    NotAcceptable,
    QueryMalformed,
    QueryOverBudget,
    QueryRefused,
    SettingsInvalid,
)
from kgpub.exchange import Exchange
from kgpub.formats import N_QUADS, N_TRIPLES, RESULTS_JSON, RESULTS_TSV, TRIG, TURTLE, Format, named
from kgpub.query_form import format_refused, gives_graph
from kgpub.results_tsv import TsvRows

_MESSAGE_BYTES = 4_096
_MESSAGE_CHARACTERS = 300
_PING = Query("ASK {}")
_PING_SECONDS = 2.0
_RETRY_AFTER_SECONDS = 120

#: What is asked for in place of a format: an endpoint need not know datasets to write a graph, which reads the same in
#: both; and what some call TSV is none.
_ASKED_AS = {TRIG: TURTLE, N_QUADS: N_TRIPLES, RESULTS_TSV: RESULTS_JSON}

#: Virtuoso answers 200 and a part when its time-out or its greatest number of rows is met; these headers alone tell.
_PARTIAL_HEADERS = ("X-SQL-State", "X-SPARQL-MaxRows")
#: What Virtuoso says, with status 500, of a query that it stopped, or that it thinks too dear to begin.
_STOPPED = re.compile(rb"Virtuoso (?:S1T00 |42000 Error The estimated execution time )")

#: The keyword can follow a letter in two places only, as in ``?s ?p trueSERVICE <…> {}``, which Oxigraph accepts.
_SERVICE = re.compile(r"(?:(?<![A-Za-z])|(?<=true)|(?<=false))service", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4})")
#: Virtuoso drops them, so that a comment which one ends goes on, and the query may be another than the one judged here.
_LONE_RETURN = re.compile(r"\r(?!\n)")
_PLACE = re.compile(r"\b(?:line )?(\d{1,9})(?::|, column )(\d{1,9})\b|\bline (\d{1,9})\b")
_NUMERIC_ADDRESS = r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]|\blocalhost\b"


class RemoteEngine:
    """Sends each query to one SPARQL endpoint, over connections that it keeps."""

    def __init__(self, endpoint: str) -> None:
        """Keep the endpoint's address.

        Raises ``SettingsInvalid`` for an address that is not http(s), since no other scheme is ever asked.
        """
        self._endpoint = endpoint
        place = _place(endpoint)
        self._connections = Connections(place)
        port = rf"|:{place.port}\b" if place.port else ""
        self._address = re.compile(rf"\S*(?:{re.escape(place.host)}|{_NUMERIC_ADDRESS}{port})\S*", re.IGNORECASE)

    def evaluate(self, query: Query, wanted: Wanted, budget: Budget) -> Answer:
        """Answer a query; see ``Engine.evaluate``."""
        fmt = _format(query.text, wanted)
        if _SERVICE.search(query.text) or _SERVICE.search(_unescaped(query.text)):
            raise QueryRefused("SERVICE is not allowed here, nor any other word that begins with it.")
        asked = _ASKED_AS.get(fmt, fmt)
        request = _Form(self._endpoint, query, asked).composed()
        exchange = Exchange(self._connections, budget)
        account = current_account()
        if account is not None:
            account.hang_up = exchange.close
        try:
            self._check(exchange.ask(request), exchange, asked)
            whole = exchange.whole()
        except BaseException:
            exchange.close()
            raise
        if fmt is RESULTS_TSV and whole is not None:
            whole = b"".join(TsvRows(iter((whole,))))
        if whole is not None:
            return Answer(fmt, iter((whole,)), whole)
        return Answer(fmt, TsvRows(exchange) if fmt is RESULTS_TSV else exchange)

    def ping(self) -> None:
        """Return when the endpoint answers; see ``Engine.ping``."""
        try:
            self.evaluate(_PING, Wanted(RESULTS_JSON, TURTLE), Budget(_PING_SECONDS, 0, 1_000)).read()
        except QueryOverBudget as error:
            raise EngineBusy from error
        except (QueryMalformed, NotAcceptable) as error:
            raise EngineUnavailable("The query engine does not answer as a SPARQL endpoint does.") from error

    def close(self) -> None:
        """Close the connections that are idle; the others close when their answers end."""
        self._connections.close()

    def _check(self, response: HTTPResponse, exchange: Exchange, fmt: Format) -> None:
        """Raise what a response says in place of an answer; a redirect is not followed, wherever it leads."""
        if response.status == 400:  # noqa: PLR2004 (SPARQL 1.1 Protocol, section 2.1.6)
            is_text = response.headers.get_content_type() == "text/plain"
            raise self._malformed(exchange.read(_MESSAGE_BYTES) if is_text else b"")
        if response.status != 200:  # noqa: PLR2004 (the only status with an answer)
            raise _failure(response, exchange, fmt)
        if any(header in response.headers for header in _PARTIAL_HEADERS):
            raise AnswerIncomplete
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        is_utf8 = response.headers.get_content_charset("utf-8") in ("utf-8", "utf8", "us-ascii")
        is_plain = response.headers.get("Content-Encoding", "identity").strip().lower() == "identity"
        if named(media_type, (fmt,)) is None or not is_utf8 or not is_plain:
            raise EngineUnavailable("The query engine answered in a format that was not asked for.")

    def _malformed(self, message: bytes) -> QueryMalformed:
        """Return the endpoint's complaint: its first line, without control characters and without addresses."""
        lines = message.decode("utf-8", "replace").strip().splitlines()
        if not lines:
            return QueryMalformed("The query is not valid SPARQL.")
        line = self._address.sub("…", lines[0][:_MESSAGE_CHARACTERS])
        reason = "".join(c for c in line if c.isprintable()).rstrip(". ")
        place = _PLACE.search(reason)
        where = [int(number) if number else None for number in (place[1] or place[3], place[2])] if place else []
        return QueryMalformed(f"The query is not valid SPARQL: {reason}.", *where)


class _Form(SPARQLWrapper):
    """A query as a form, which SPARQLWrapper composes and never judges.

    ``setQuery`` would guess the kind of the query with patterns that a comment misleads (it then sends an update) and
    that take cubic time on hostile text, so its outcome is set instead: for SPARQLWrapper everything is a query.
    """

    def __init__(self, endpoint: str, query: Query, fmt: Format) -> None:
        super().__init__(endpoint, agent="kgpub")
        self.setMethod(POST)
        self.setOnlyConneg(onlyConneg=True)
        self.queryString = _LONE_RETURN.sub("\n", query.text)
        self.addCustomHttpHeader("Accept", fmt.media_type)
        for iri in query.default_graphs or ():
            self.addParameter("default-graph-uri", iri)
        for iri in query.named_graphs or ():
            self.addParameter("named-graph-uri", iri)

    def composed(self) -> Request:
        """Return the request; raise ``QueryMalformed`` for a text that no bytes can write."""
        try:
            request: Request = self._createRequest()
        except UnicodeError as error:
            raise QueryMalformed("The query is not valid Unicode.") from error
        return request


def _failure(response: HTTPResponse, exchange: Exchange, fmt: Format) -> KgpubError:
    """Return what a status says that is neither an answer nor a complaint about the query."""
    if response.status == 406:  # noqa: PLR2004 (RFC 9110, section 15.5.7)
        return NotAcceptable(f"The query engine cannot write {fmt.name}.")
    if response.status == 500 and _STOPPED.match(exchange.read(_MESSAGE_BYTES)):  # noqa: PLR2004 (any failure)
        return AnswerIncomplete()
    if response.status not in (429, 503):
        return EngineUnavailable("The query engine failed to answer.")
    busy = EngineBusy()
    seconds = response.headers.get("Retry-After", "")
    if re.fullmatch("[0-9]{1,9}", seconds):
        busy.retry_after_seconds = min(max(int(seconds), 1), _RETRY_AFTER_SECONDS)
    return busy


def _place(endpoint: str) -> Place:
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError as error:
        raise SettingsInvalid("The address of the SPARQL endpoint is not valid.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise SettingsInvalid("The address of the SPARQL endpoint must begin with http:// or https://.")
    return Place(host, port, ssl.create_default_context() if parts.scheme == "https" else None)


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
