"""A query worker: a process that answers one query at a time over one store, inside a sandbox.

The deadline is the kernel's interval timer, whose signal ends the process: pyoxigraph (0.5.13) can neither time out
nor be cancelled, and a Python signal handler would not run while it evaluates. The pool starts a fresh worker.
"""

import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
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

from kgpub.column_order import in_order
from kgpub.count_rewriting import CountRewriting
from kgpub.errors import EngineUnavailable, KgpubError, QueryMalformed, QueryOverBudget, QueryRefused
from kgpub.formats import GRAPH_FORMATS, RDF_XML, RESULTS_XML, SOLUTION_FORMATS, Format, named
from kgpub.frames import Tag, encode, encode_error
from kgpub.hangup import Lifeline
from kgpub.lexical_functions import AGGREGATES, FUNCTIONS
from kgpub.lexical_output import as_written
from kgpub.lexical_rewriting import LexicalRewriting
from kgpub.priorities import Priorities
from kgpub.query_form import (
    asks_elsewhere,
    foreign_function,
    format_refused,
    is_update,
    refusal_of,
    service_refused,
    update_refused,
)
from kgpub.rdf_xml import well_formed, writable
from kgpub.sandbox import deny_network_and_programs, limit_memory
from kgpub.syntax_error import comparison_that_is_an_iri, malformed
from kgpub.visits import Arrivals, Visit

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
_HEADS = {fmt: encode(Tag.HEAD, fmt.suffix.encode()) for fmt in (*SOLUTION_FORMATS, *GRAPH_FORMATS)}
#: An answer leaves in pieces of this size: large enough that framing costs nothing, small enough to start early.
_PIECE_BYTES = 65_536
#: Nor does one wait for longer to get large, so that the first rows of a slow query are seen early.
_LONGEST_SECONDS = 0.01
#: A timer that is set to zero never rings.
_SHORTEST_SECONDS = 0.001
#: The engine tells one at a time, and reads the query anew for the next one.
_MOST_FOREIGN_FUNCTIONS = 16


@dataclass(frozen=True, slots=True)
class Seat:
    """A worker's place in its pool: the socket where queries arrive, and its number among the others."""

    listener: socket.socket
    priorities: Priorities
    number: int


@dataclass(frozen=True, slots=True)
class DataSet:
    """What a worker asks: the folder of a store, its base IRI, and what queries are rewritten by."""

    store: Path
    base_iri: str
    counts: CountRewriting
    lexical: LexicalRewriting


def work(seat: Seat, data: DataSet, memory_mb: int) -> None:
    """Answer queries that arrive at the pool's socket until this process is ended.

    The order of the first lines is the security argument: the store opens its files, then memory is capped, then
    sockets and programs are denied, and only then is a query read.
    """
    store = Store.read_only(str(data.store))
    limit_memory(memory_mb)
    is_isolated = deny_network_and_programs()
    seat.priorities.take_seat(seat.number)
    arrivals = Arrivals(seat.listener)
    while True:
        with arrivals.next() as visit, suppress(OSError):  # the client may go away: nobody is left to tell
            while (frame := visit.receive()) is not None:
                seat.priorities.begin(seat.number)
                try:
                    _answer(visit, frame.document, store, data, is_isolated=is_isolated)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    seat.priorities.end(seat.number)


def _answer(visit: Visit, request: dict[str, Any], store: Store, data: DataSet, *, is_isolated: bool) -> None:
    signal.setitimer(signal.ITIMER_REAL, max(request["seconds"], _SHORTEST_SECONDS))
    out = _Out(visit.connection, request["answer_bytes"], visit.lifeline)
    try:
        if not is_isolated and "service" in request["text"].lower():
            raise QueryRefused("SERVICE is not allowed here, and this system cannot rule it out otherwise.")
        if asks_elsewhere(request["text"]):
            raise service_refused()
        if (misread := comparison_that_is_an_iri(request["text"])) is not None:
            raise misread
        visit.lifeline.watch()  # it may have waited for its turn, and nobody want it any more
        results = _evaluate(store, request, data)
        fmt = _format(results, request)
        out.begin(fmt)
        try:
            _serialize(results, fmt, out)
        except (RuntimeError, OSError) as error:
            raise _failed(error, request["text"]) from error
        out.end()
    except KgpubError as error:
        out.fail(error)


def _evaluate(store: Store, request: dict[str, Any], data: DataSet) -> QuerySolutions | QueryBoolean | QueryTriples:
    text = request["text"]
    try:
        options = _options(request, data)
        asked = _asked(text, data, is_whole=options.keys() == {"base_iri"})
        if asked != text:
            with suppress(SyntaxError):  # told below, of the text as it was sent
                return _in_order(asked, store, options)
        return _in_order(text, store, options)
    except SyntaxError as error:
        raise (update_refused() if is_update(text) else malformed(error.msg, text)) from error
    except UnicodeEncodeError as error:
        raise QueryMalformed("The query holds half a surrogate pair, which is no character.") from error
    except ValueError as error:
        raise QueryMalformed(f"A graph's IRI is not valid: {error}.") from error
    except (OSError, RuntimeError) as error:
        raise _failed(error, text) from error


def _in_order(text: str, store: Store, options: dict[str, Any]) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Ask the store, and once more where the columns of ``SELECT *`` are not in order: nothing is evaluated before."""
    results = _queried(store, text, **options)
    if not isinstance(results, QuerySolutions):
        return results
    ordered = in_order(text, [variable.value for variable in results.variables])
    return results if ordered is None else _queried(store, ordered, **options)


def _options(request: dict[str, Any], data: DataSet) -> dict[str, Any]:
    chosen = {"default_graph": request["default_graphs"], "named_graphs": request["named_graphs"]}
    graphs = {name: [NamedNode(iri) for iri in iris] for name, iris in chosen.items() if iris is not None}
    return {"base_iri": data.base_iri, **graphs}


def _asked(text: str, data: DataSet, *, is_whole: bool) -> str:
    """Return what to ask the store in place of a query; counts are known of the whole data set alone."""
    asked = data.lexical.rewritten(text) or text
    return (data.counts.rewritten(asked) if is_whole else None) or asked


def _queried(store: Store, text: str, **options: Any) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Ask the store; functions that it does not know have no value, as an expression in error has none."""
    functions = dict(FUNCTIONS)
    while True:
        try:
            return store.query(text, custom_functions=functions, custom_aggregate_functions=dict(AGGREGATES), **options)
        except RuntimeError as error:
            function = foreign_function(str(error))
            if function is None or len(functions) - len(FUNCTIONS) == _MOST_FOREIGN_FUNCTIONS:
                raise
            functions[NamedNode(function)] = _no_value


def _no_value(*_arguments: object) -> None:
    return None


def _failed(error: Exception, text: str) -> KgpubError:
    """Translate a failed evaluation. A read-only store only fails on its disk; what else can fail is SERVICE."""
    if isinstance(error, ConnectionError):
        raise error
    if (refusal := refusal_of(str(error))) is not None:
        return refusal
    if "service" in text.lower():
        return service_refused()
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
    """The file that a serializer writes to: sends pieces, and stops the query at its byte cap.

    A short answer leaves in one piece, head and end with it: each piece costs both sides a turn.
    """

    def __init__(self, connection: socket.socket, cap_bytes: int, lifeline: Lifeline) -> None:
        self._connection = connection
        self._lifeline = lifeline
        self._left_bytes = cap_bytes
        self._cap_bytes = cap_bytes
        self._format = RESULTS_XML
        self._framed = b""
        self._pending = bytearray()
        self._due = 0.0

    def begin(self, fmt: Format) -> None:
        self._format = fmt
        self._framed = _HEADS[fmt]
        self._due = time.monotonic() + _LONGEST_SECONDS

    def write(self, data: bytes) -> int:
        self._left_bytes -= len(data)
        if self._left_bytes < 0:
            raise QueryOverBudget("answer", f"{self._cap_bytes / 1_000_000:g} MB")
        self._pending += well_formed(data) if self._format in (RDF_XML, RESULTS_XML) else data
        if len(self._pending) >= _PIECE_BYTES or time.monotonic() >= self._due:
            self._send()
            self._due = time.monotonic() + _LONGEST_SECONDS
        return len(data)

    def flush(self) -> None:
        """Do nothing: when a piece leaves is decided by its size and its age."""

    def end(self) -> None:
        self._lifeline.rest()
        self._send(encode(Tag.END))

    def fail(self, error: KgpubError) -> None:
        """Send an error in place of what has not left yet."""
        self._lifeline.rest()
        self._framed = b""
        self._pending.clear()
        self._send(encode_error(error))

    def _send(self, last: bytes = b"") -> None:
        piece = as_written(self._pending, self._format, is_last=bool(last))
        self._connection.sendall(self._framed + (encode(Tag.DATA, piece) if piece else b"") + last)
        self._framed = b""
