"""A query worker: a process that answers one query at a time over one store, inside a sandbox.

The deadline is the kernel's interval timer, whose signal ends the process: pyoxigraph (0.5.13) can neither time out
nor be cancelled, and a Python signal handler would not run while it evaluates. The pool starts a fresh worker.
"""

import re
import signal
import socket
import time
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from kgpub.errors import EngineUnavailable, KgpubError, QueryMalformed, QueryOverBudget, QueryRefused
from kgpub.formats import GRAPH_FORMATS, RDF_XML, RESULTS_XML, SOLUTION_FORMATS, Format, named
from kgpub.frames import Tag, encode, encode_document, encode_error, read_frame
from kgpub.query_form import format_refused, is_update, update_refused
from kgpub.rdf_xml import well_formed, writable
from kgpub.sandbox import deny_network_and_programs, limit_memory

_RESULTS = {
    "srj": QueryResultsFormat.JSON,
    "srx": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_GRAPHS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}
#: An answer leaves in pieces of this size: large enough that framing costs nothing, small enough to start early.
_PIECE_BYTES = 65_536
#: A timer that is set to zero never rings.
_SHORTEST_SECONDS = 0.001


def work(listener: socket.socket, store_path: Path, memory_mb: int, base_iri: str) -> None:
    """Answer queries that arrive at *listener* until this process is ended.

    The order of the first lines is the security argument: the store opens its files, then memory is capped, then
    sockets and programs are denied, and only then is a query read.
    """
    store = Store.read_only(str(store_path))
    limit_memory(memory_mb)
    is_isolated = deny_network_and_programs()
    while True:
        connection, _ = listener.accept()
        with connection:
            try:
                _answer(connection, store, base_iri, is_isolated=is_isolated)
            except OSError:  # the client went away: nobody is left to tell
                continue
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(connection: socket.socket, store: Store, base_iri: str, *, is_isolated: bool) -> None:
    request = read_frame(lambda size: _receive(connection, size)).document
    if _is_abandoned(connection):
        return
    begun = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, max(request["seconds"], _SHORTEST_SECONDS))
    connection.sendall(encode_document(Tag.BEGUN, {"at": begun}))
    try:
        if not is_isolated and "service" in request["text"].lower():
            raise QueryRefused("SERVICE is not allowed here, and this system cannot rule it out otherwise.")
        results = _evaluate(store, request, base_iri)
        fmt = _format(results, request)
        connection.sendall(encode_document(Tag.HEAD, {"format": fmt.suffix}))
        out = _Out(connection, request["answer_bytes"], is_xml=fmt in (RDF_XML, RESULTS_XML))
        try:
            _serialize(results, fmt, out)
        except (RuntimeError, OSError) as error:
            raise _failed(error, request["text"]) from error
        out.close()
    except KgpubError as error:
        connection.sendall(encode_error(error))


def _evaluate(store: Store, request: dict[str, Any], base_iri: str) -> QuerySolutions | QueryBoolean | QueryTriples:
    default, graphs = request["default_graphs"], request["named_graphs"]
    try:
        return store.query(
            request["text"],
            base_iri=base_iri,
            default_graph=None if default is None else [NamedNode(iri) for iri in default],
            named_graphs=None if graphs is None else [NamedNode(iri) for iri in graphs],
        )
    except SyntaxError as error:
        raise _malformed(error, request["text"]) from error
    except UnicodeEncodeError as error:
        raise QueryMalformed("The query holds half a surrogate pair, which is no character.") from error
    except ValueError as error:
        raise QueryMalformed(f"A graph's IRI is not valid: {error}.") from error
    except (OSError, RuntimeError) as error:
        raise _failed(error, request["text"]) from error


def _malformed(error: SyntaxError, text: str) -> KgpubError:
    where = re.match(r"error at (\d+):(\d+): (.*)", error.msg, re.DOTALL)
    if is_update(text):
        return update_refused()
    if where is None:
        return QueryMalformed(f"The query is not valid SPARQL: {error.msg}.")
    line, column, reason = int(where[1]), int(where[2]), _readable(where[3])
    return QueryMalformed(f"The query is not valid SPARQL: line {line}, column {column}: {reason}.", line, column)


def _readable(reason: str) -> str:
    """Leave out what only the parser's author can read: character classes in the list of what was expected."""
    head, found, expected = reason.partition("expected ")
    tokens = expected.removeprefix("one of ").replace("\n", " ").split(", ")
    readable = [token for token in tokens if not re.search(r"\[['_]|\.\.=|\| '|'\]", token)]
    told = next((token for token in readable if " " in token), None)
    if told or not found:  # a sentence, as "Prefix not found", says more than what else could stand there
        return f"{head}{told}" if told else reason
    return f"{head}expected {', '.join(readable)}" if readable else f"{head}unexpected text"


def _failed(error: Exception, text: str) -> KgpubError:
    """Translate a failed evaluation. A read-only store only fails on its disk; what else can fail is SERVICE."""
    if isinstance(error, ConnectionError):
        raise error
    if "service" in text.lower():
        return QueryRefused("SERVICE is not allowed here: this endpoint asks no other one.")
    return EngineUnavailable("The query could not be evaluated.")


def _format(results: QuerySolutions | QueryBoolean | QueryTriples, request: dict[str, Any]) -> Format:
    """Return the format for this kind of result; only here is known which kind the query was."""
    is_graph = isinstance(results, QueryTriples)
    name = request["graph"] if is_graph else request["solutions"]
    offered = GRAPH_FORMATS if is_graph else SOLUTION_FORMATS
    fmt = named(name, offered) if name else None
    if fmt is None:
        raise format_refused(is_graph=is_graph)
    return fmt


def _serialize(results: QuerySolutions | QueryBoolean | QueryTriples, fmt: Format, out: "_Out") -> None:
    file = cast("IO[bytes]", out)  # of a file, a serializer uses write() and flush() alone
    if not isinstance(results, QueryTriples):
        results.serialize(file, _RESULTS[fmt.suffix])
    elif fmt is RDF_XML:
        serialize(writable(results), file, RdfFormat.RDF_XML)
    else:
        results.serialize(file, _GRAPHS[fmt.suffix])


class _Out:
    """The file that a serializer writes to: sends pieces, and stops the query at its byte cap."""

    def __init__(self, connection: socket.socket, cap_bytes: int, *, is_xml: bool) -> None:
        self._connection = connection
        self._is_xml = is_xml
        self._left_bytes = cap_bytes
        self._cap_bytes = cap_bytes
        self._pending = bytearray()

    def write(self, data: bytes) -> int:
        self._left_bytes -= len(data)
        if self._left_bytes < 0:
            raise QueryOverBudget("answer", f"{self._cap_bytes / 1_000_000:g} MB")
        self._pending += well_formed(data) if self._is_xml else data
        if len(self._pending) >= _PIECE_BYTES:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._pending:
            self._connection.sendall(encode(Tag.DATA, bytes(self._pending)))
            self._pending.clear()

    def close(self) -> None:
        self.flush()
        self._connection.sendall(encode(Tag.END))


def _is_abandoned(connection: socket.socket) -> bool:
    """Tell whether the client hung up while its query waited: answering it would keep others waiting."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False


def _receive(connection: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return bytes(data)
