"""A table that came as SPARQL JSON, written as SPARQL TSV while it comes.

Every endpoint writes JSON. What some call TSV is not (Virtuoso's holds no terms), and a truth value has no TSV in
SPARQL 1.1 Query Results CSV and TSV Formats, section 4: here it is the word that Oxigraph writes.
"""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolution, QuerySolutions, parse_query_results

from kgpub.errors import EngineUnavailable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PIECE_BYTES = 65_536


class TsvRows(Iterator[bytes]):
    """The same result as TSV, in pieces of some rows."""

    def __init__(self, json: Iterator[bytes]) -> None:
        """Take the pieces of a result in SPARQL JSON."""
        self._json = json
        self._lines = _lines(io.BufferedReader(_Pieces(json), _PIECE_BYTES))

    def __next__(self) -> bytes:
        """Return the next piece; raise ``EngineUnavailable`` where what came is no result."""
        piece = bytearray()
        try:
            for line in self._lines:
                piece += line
                if len(piece) >= _PIECE_BYTES:
                    break
        except SyntaxError as error:
            self.close()
            raise EngineUnavailable("The query engine answered in a format that was not asked for.") from error
        if not piece:
            self.close()
            raise StopIteration
        return bytes(piece)

    def close(self) -> None:
        """Give up the rest, where that is possible."""
        close = getattr(self._json, "close", None)
        if close is not None:
            close()


def _lines(file: io.BufferedReader) -> Iterator[bytes]:
    result = parse_query_results(file, QueryResultsFormat.JSON)
    if isinstance(result, QueryBoolean):
        yield b"true" if result else b"false"
    elif isinstance(result, QuerySolutions):
        yield "\t".join(str(variable) for variable in result.variables).encode() + b"\n"
        yield from map(_line, result)


def _line(row: QuerySolution) -> bytes:
    return "\t".join("" if term is None else str(term) for term in row).encode() + b"\n"


class _Pieces(io.RawIOBase):
    """Pieces as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._piece:
            self._piece = memoryview(next(self._pieces, b""))
        target = memoryview(buffer).cast("B")
        size = min(len(target), len(self._piece))
        target[:size] = self._piece[:size]
        self._piece = self._piece[size:]
        return size
