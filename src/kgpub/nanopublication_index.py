"""Read the nanopublications of a release: by the code in their name, by what they are about, a page at a time.

As with documents, each answer is a key look-up in a read-only SQLite file; no SPARQL is asked.
"""

import sqlite3
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Nanopublication:
    """One nanopublication: the code in its name, what it is about, its N-Quads lines, head first."""

    code: str
    thing: str
    lines: tuple[str, ...]


class Nanopublications:
    """The nanopublications of one release, safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        # SQLite guards a connection against its threads itself (sqlite3.threadsafety is 3 in every build for CPython).
        address = f"file:{quote(str(file))}?mode=ro&immutable=1"
        self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
        self.total: int = self._row("SELECT count(*) FROM nanopublication")[0]

    def get(self, code: str) -> Nanopublication | None:
        """Return a nanopublication by the code in its name, or None where there is none."""
        row = self._row("SELECT thing, body FROM nanopublication WHERE code = ?", code)
        return Nanopublication(code, row[0], tuple(zlib.decompress(row[1]).decode().split("\n"))) if row else None

    def code_of(self, thing: str) -> str | None:
        """Return the code of the nanopublication about a thing, or None where there is none."""
        row = self._row("SELECT code FROM nanopublication WHERE thing = ?", thing)
        return row[0] if row else None

    def page(self, number: int, size: int) -> tuple[tuple[str, str], ...]:
        """Return the codes on one page of all nanopublications, each with what it is about."""
        query = "SELECT code, thing FROM nanopublication WHERE number > ? AND number <= ? ORDER BY number"
        return tuple(self._database.execute(query, ((number - 1) * size, number * size)))

    def _row(self, query: str, *values: str) -> Any:
        return self._database.execute(query, values).fetchone()
