"""One request and its response: within a budget, over a connection that is kept where that is possible."""

import ssl
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from urllib.request import Request

from kgpub.connections import Connection, Connections
from kgpub.engine import Budget
from kgpub.errors import EngineUnavailable, KgpubError, QueryOverBudget

_PIECE_BYTES = 65_536
#: A connection that was closed while it was idle fails this soon; one that fails later had a query to fail on.
_STALE_SECONDS = 1.0


class Exchange(Iterator[bytes]):
    """A query and the body of its answer, piece by piece.

    ``close`` may be called from another thread than the one that reads, which then meets an error.
    """

    def __init__(self, connections: Connections, budget: Budget) -> None:
        """Begin the budget's time."""
        self._connections = connections
        self._budget = budget
        self._ends = time.monotonic() + budget.seconds
        self._left_bytes = budget.answer_bytes
        self._connection: Connection | None = None
        self._response: HTTPResponse | None = None
        self._first = b""
        self._is_complete = False
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def ask(self, request: Request) -> HTTPResponse:
        """Send a query and return the response, of which only the head is read.

        Raises ``EngineUnavailable`` where no head comes, ``QueryOverBudget`` where none comes in time.
        """
        try:
            self._connection = self._connections.take(self._ends)
        except OSError as error:
            raise EngineUnavailable("The query engine cannot be reached.") from error
        try:
            self._response = self._sent(request, self._connection)
        except (OSError, HTTPException) as error:
            raise self._broken_off() from error
        return self._response

    def whole(self) -> bytes | None:
        """Wait for the first piece of the body and return it where it is all there is, else None."""
        first = next(self, b"")
        if self._is_complete:
            return first
        self._first = first
        return None

    def __next__(self) -> bytes:
        """Return the next piece of the body; raise ``QueryOverBudget`` where it is too much or too late."""
        if self._first:
            first, self._first = self._first, b""
            return first
        try:
            piece = self.read(_PIECE_BYTES)
            self._left_bytes -= len(piece)
            if self._left_bytes < 0:
                raise QueryOverBudget("answer", f"{self._budget.answer_bytes / 1_000_000:g} MB")
        except BaseException:
            self.close()
            raise
        if not piece:
            raise StopIteration
        if self._timer is None and not self._is_complete:
            self._watch()
        return piece

    def read(self, size: int) -> bytes:
        """Return at most *size* bytes of the response's body, none at its end; the connection is free then."""
        response = self._response
        if self._is_complete or response is None:
            return self._nothing()
        try:
            piece = response.read(size)
        except (OSError, HTTPException, ValueError) as error:
            raise self._broken_off() from error
        is_cut = not piece and bool(response.length)
        if is_cut or (response.isclosed() and not self._complete(response)):
            raise self._broken_off()
        return piece

    def close(self) -> None:
        """Hang up, unless the answer was read to its end."""
        with self._lock:
            connection, self._connection = self._connection, None
            response, self._response = self._response, None
        if self._timer is not None:
            self._timer.cancel()
        if connection is None:
            return
        connection.cut()
        if response is not None:
            response.close()
        connection.hang_up()

    def _sent(self, request: Request, connection: Connection) -> HTTPResponse:
        """Send a query, and send it again where the connection turns out to have been closed while it was idle.

        It is a query, never an update, so that nothing is done twice (RFC 9110, section 9.2.2).
        """
        started = time.monotonic()
        try:
            return _response(request, connection)
        except (ConnectionError, ssl.SSLError):
            is_stale = connection.is_reused and time.monotonic() - started < _STALE_SECONDS
            if not is_stale or connection.has_received:
                raise
        connection.hang_up()
        self._connection = self._connections.new(self._ends)
        return _response(request, self._connection)

    def _nothing(self) -> bytes:
        """Return the end of an answer that was read; one that was given up, or cut at the deadline, has no end."""
        if not self._is_complete:
            raise self._broken_off()
        return b""

    def _complete(self, response: HTTPResponse) -> bool:
        """Free the connection after the last byte; tell whether that came before another thread hung up."""
        with self._lock:
            connection, self._connection = self._connection, None
            self._is_complete = connection is not None
        if self._timer is not None:
            self._timer.cancel()
        if connection is None:
            return False
        if response.will_close:
            connection.hang_up()
        else:
            self._connections.give_back(connection)
        return True

    def _watch(self) -> None:
        """Hang up at the deadline even where nobody reads on; a short answer never needs that."""
        self._timer = threading.Timer(max(0.0, self._ends - time.monotonic()), self.close)
        self._timer.daemon = True
        self._timer.start()

    def _broken_off(self) -> KgpubError:
        if time.monotonic() >= self._ends:
            return QueryOverBudget("time", f"{self._budget.seconds:g} s")
        return EngineUnavailable("The query engine broke off its answer.")


def _response(request: Request, connection: Connection) -> HTTPResponse:
    connection.request("POST", request.selector, request.data, dict(request.header_items()))
    return connection.getresponse()
