"""Read the views of a release: pages of rows from one read-only SQLite file."""

from pathlib import Path
from typing import Any

from kgpub.index_file import IndexFile


class Views:
    """The views that a release has, safe to read from several threads."""

    def __init__(self, path: Path) -> None:
        """Open the file; a release that has none has no views."""
        self._file = IndexFile(path) if path.is_file() else None
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'") if self._file else []
        self._names = frozenset(name.partition(".")[0] for (name,) in tables)

    def has(self, view: str) -> bool:
        """Tell whether there is a view of that name."""
        return view in self._names

    def rows(self, query: str, *values: str | int) -> list[Any]:
        """Return all rows that a query gives; none without a file."""
        return self._file.rows(query, *values) if self._file else []

    def number(self, query: str, *values: str | int) -> int:
        """Return the one number that a query gives."""
        ((number,),) = self.rows(query, *values)
        return int(number)
