"""What is said anew, otherwise or no more between two releases, told from their document indices.

Documents are compared as they lie there, by SQLite; only those that differ are looked at. The names of blank nodes and
the catalog's statements differ from release to release and count for nothing.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from kgpub.bodies import lines_of

_BLANK_NODE = re.compile(r"_:c14n\d+")
_OTHERWISE = """
SELECT DISTINCT new.iri FROM main.document AS new LEFT JOIN before.document AS old USING (iri, page)
WHERE old.body IS NOT new.body OR old.pages IS NOT new.pages ORDER BY new.iri
"""
_GONE = """
SELECT old.iri FROM before.document AS old LEFT JOIN main.document AS new USING (iri, page)
WHERE old.page = 1 AND new.iri IS NULL ORDER BY old.iri
"""
_BODIES = "SELECT body FROM {}.document WHERE iri = ? ORDER BY page"


class Change(NamedTuple):
    """A thing whose document is not what it was: *kind* is ``added``, ``changed`` or ``removed``."""

    iri: str
    kind: str


def changes_between(old_index: Path, new_index: Path, catalog_graph: str) -> Iterator[Change]:
    """Yield what changed from one document index to another: in the order of IRIs, then what is gone."""
    with closing(sqlite3.connect(_address(new_index), uri=True)) as database:
        database.execute("ATTACH DATABASE ? AS before", (_address(old_index),))
        compared = _Compared(database, f" <{catalog_graph}> .")
        for query in (_OTHERWISE, _GONE):
            for (iri,) in database.execute(query):
                if (kind := compared.kind(iri)) is not None:
                    yield Change(iri, kind)


def _address(index: Path) -> str:
    return f"file:{quote(str(index))}?mode=ro&immutable=1"


class _Compared:
    """Two indices, one attached to the other."""

    def __init__(self, database: sqlite3.Connection, left_out: str) -> None:
        self._database = database
        self._left_out = left_out

    def kind(self, iri: str) -> str | None:
        """Return how a thing changed, None where it did not."""
        old, new = self._content("before", iri), self._content("main", iri)
        if old == new:
            return None
        if not old[0]:
            return "added"
        return "changed" if new[0] else "removed"

    def _content(self, name: str, iri: str) -> tuple[int, int]:
        """Return how many statements there are about a thing, and a digest of them, whatever their order."""
        size = total = 0
        for (body,) in self._database.execute(_BODIES.format(name), (iri,)):
            for line in lines_of(body):
                if not line.endswith(self._left_out):
                    digest = hashlib.blake2b(_BLANK_NODE.sub("_:", line).encode(), digest_size=16).digest()
                    total += int.from_bytes(digest)
                    size += 1
        return size, total
