"""Read what a release knows of time: its things with the dates of their last change, and what it changed."""

import sqlite3
import zlib
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote


class Dated(NamedTuple):
    """A thing and when it last changed: a day or a time, as W3C writes it."""

    iri: str
    modified: str


class Changed(NamedTuple):
    """A thing that is ``added``, ``changed`` or ``removed`` since the release before."""

    iri: str
    kind: str


class History:
    """The history file of one release, safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        # SQLite guards a connection against its threads itself (sqlite3.threadsafety is 3 in every build for CPython).
        address = f"file:{quote(str(file))}?mode=ro&immutable=1"
        self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
        self.changes_kept: int = self._rows("SELECT count(*) FROM change")[0][0]

    def sitemaps(self, limit: int) -> list[tuple[int, str]]:
        """Return the numbers of the sitemaps, each with the latest date in it, at most *limit*."""
        return self._rows("SELECT number, modified FROM sitemap ORDER BY number LIMIT ?", limit)

    def has_sitemap(self, number: int) -> bool:
        """Tell whether there is a sitemap of a number."""
        return bool(self._rows("SELECT 1 FROM sitemap WHERE number = ?", number))

    def things(self, sitemap: int) -> list[Dated]:
        """Return the things of a sitemap that there is."""
        ((body,),) = self._rows("SELECT body FROM sitemap WHERE number = ?", sitemap)
        lines = zlib.decompress(body).decode().split("\n")
        return [Dated(*line.rsplit("\t", 1)) for line in lines]

    def changes(self, page: int, size: int) -> list[Changed]:
        """Return one page of the changes that are kept by name."""
        query = "SELECT iri, kind FROM change WHERE number > ? AND number <= ? ORDER BY number"
        return [Changed(*row) for row in self._rows(query, (page - 1) * size, page * size)]

    def _rows(self, query: str, *values: int) -> list[Any]:
        return self._database.execute(query, values).fetchall()
