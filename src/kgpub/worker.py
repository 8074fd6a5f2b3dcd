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
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from kgpub.errors import KgpubError, QueryOverBudget, QueryRefused
from kgpub.evaluation import Evaluation, Results, Rewriting, failed
from kgpub.formats import GRAPH_FORMATS, RDF_XML, RESULTS_XML, SOLUTION_FORMATS, Format, named
from kgpub.frames import Tag, encode, encode_error
from kgpub.hangup import Lifeline
from kgpub.lexical_output import as_written
from kgpub.misread_queries import misread
from kgpub.priorities import Priorities
from kgpub.query_form import asks_elsewhere, format_refused, service_refused
from kgpub.rdf_xml import well_formed, writable
from kgpub.sandbox import deny_network_and_programs, limit_memory
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


@dataclass(frozen=True, slots=True)
class Seat:
    """A worker's place in its pool: the socket where queries arrive, and its number among the others."""

    listener: socket.socket
    priorities: Priorities
    number: int


def work(seat: Seat, folder: Path, rewriting: Rewriting, memory_mb: int) -> None:
    """Answer queries that arrive at the pool's socket until this process is ended.

    The order of the first lines is the security argument: the store opens its files, then memory is capped, then
    sockets and programs are denied, and only then is a query read.
    """
    evaluation = Evaluation(Store.read_only(str(folder)), rewriting)
    limit_memory(memory_mb)
    is_isolated = deny_network_and_programs()
    seat.priorities.take_seat(seat.number)
    arrivals = Arrivals(seat.listener)
    while True:
        with arrivals.next() as visit, suppress(OSError):  # the client may go away: nobody is left to tell
            while (frame := visit.receive()) is not None:
                seat.priorities.begin(seat.number)
                try:
                    _answer(visit, frame.document, evaluation, is_isolated=is_isolated)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    seat.priorities.end(seat.number)


def _answer(visit: Visit, request: dict[str, Any], evaluation: Evaluation, *, is_isolated: bool) -> None:
    signal.setitimer(signal.ITIMER_REAL, max(request["seconds"], _SHORTEST_SECONDS))
    out = _Out(visit.connection, request["answer_bytes"], visit.lifeline)
    try:
        if not is_isolated and "service" in request["text"].lower():
            raise QueryRefused("SERVICE is not allowed here, and this system cannot rule it out otherwise.")
        if asks_elsewhere(request["text"]):
            raise service_refused()
        if (mistake := misread(request["text"])) is not None:
            raise mistake
        visit.lifeline.watch()  # it may have waited for its turn, and nobody want it any more
        results = evaluation.results(request)
        fmt = _format(results, request)
        out.begin(fmt)
        try:
            _serialize(results, fmt, out)
        except (RuntimeError, OSError) as error:
            raise failed(error, request["text"]) from error
        out.end()
    except KgpubError as error:
        out.fail(error)


def _format(results: Results, request: dict[str, Any]) -> Format:
    """Return the format for this kind of result; only here is known which kind the query was."""
    is_graph = isinstance(results, QueryTriples)
    name = request["graph"] if is_graph else request["solutions"]
    offered = GRAPH_FORMATS if is_graph else SOLUTION_FORMATS
    fmt = named(name, offered) if name else None
    if fmt is None:
        raise format_refused(is_graph=is_graph)
    return fmt


def _serialize(results: Results, fmt: Format, out: "_Out") -> None:
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
