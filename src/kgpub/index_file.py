"""The file of a release's document index, opened for reading."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kgpub.errors import ReleaseMissing

_MMAP_BYTES = 1 << 30


class IndexFile:
    """A read-only SQLite file, safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Open the file; raise ``ReleaseMissing`` where there is none."""
        self.path = path
        if not path.is_file():
            raise ReleaseMissing(f"{path} is missing; the release is damaged, run `kgpub build` again.")
        # SQLite guards a connection against its threads itself (sqlite3.threadsafety is 3 in every build for CPython).
        address = f"file:{quote(str(path))}?mode=ro&immutable=1"
        self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._database.execute(f"PRAGMA mmap_size = {_MMAP_BYTES}")

    def row(self, query: str, *values: str | int) -> Any:
        """Return the first row that a query gives, None where it gives none."""
        return self._database.execute(query, values).fetchone()

    def rows(self, query: str, *values: str | int) -> list[Any]:
        """Return all rows that a query gives."""
        return self._database.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file, where it is not kept open as long as the process lives."""
        self._database.close()
