"""Rows that are sorted but for their first term, brought into order without comparing them.

They are put apart by that term, and stay in the order in which they came; one term after the other, they are sorted.
"""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path


class RowParts:
    """Takes rows and gives them back by their first term; memory grows with the number of terms, not with the rows.

    Call ``close`` when done.
    """

    def __init__(self, folder: Path, rows_in_memory: int) -> None:
        self._limit = rows_in_memory
        self._size = 0
        self._rows: dict[str, list[str]] = {}
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (until it is closed)
        self._pieces: dict[str, list[tuple[int, int]]] = {}

    def extend(self, rows: Mapping[str, list[str]]) -> None:
        """Take rows by their first term, which no other term begins with; a row must not hold a line's end."""
        for term, more in rows.items():
            self._rows.setdefault(term, []).extend(more)
            self._size += len(more)
        if self._size >= self._limit:
            self._spill()

    def _spill(self) -> None:
        for term, rows in self._rows.items():
            text = "\n".join(rows).encode()
            self._pieces.setdefault(term, []).append((self._file.tell(), len(text)))
            self._file.write(text)
        self._rows, self._size = {}, 0

    def blocks(self) -> Iterator[list[str]]:
        """Yield all rows in the order of their terms, as lists of rows."""
        for term in sorted({*self._pieces, *self._rows}):
            for start, size in self._pieces.get(term, ()):
                self._file.seek(start)
                yield self._file.read(size).decode().split("\n")
            yield self._rows.get(term, [])

    def close(self) -> None:
        """Remove from disk what was put there."""
        self._file.close()
