"""The blank nodes that annotate statements, on disk: a document holds those that annotate its own."""

import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from kgpub.annotated import annotated_in
from kgpub.linesort import LineSorter
from kgpub.nquads import Statement, split_line

#: One of these is in what is said of each node that annotates; to look for them costs next to nothing.
_REIFIER, _AXIOM, _REIFICATION = "reifies> <<(", "#annotatedSource> ", "-ns#subject> "
#: Subjects of which is kept whether statements of theirs are annotated.
_SUBJECTS_KEPT = 4_096


class Annotations:
    """The blank nodes that annotate a statement, found by it: first all are taken, then asked for."""

    def __init__(self, path: Path) -> None:
        """Keep them in a file, which is only there where there are any."""
        self._path = path
        self._taken = LineSorter(path.parent)
        self._is_empty = True
        self._database: sqlite3.Connection | None = None
        self._probed = lru_cache(_SUBJECTS_KEPT)(self._probe)

    def take(self, node: str, body: str) -> None:
        """Note which statements a blank node annotates, by the lines of all that is asserted of it."""
        if _REIFIER in body or _AXIOM in body or _REIFICATION in body:
            said = map(split_line, body.split("\n"))
            found = [f"{key}\t{node}" for key in annotated_in((fact.predicate, fact.object) for fact in said)]
            self._taken.extend(found)
            self._is_empty = self._is_empty and not found

    def settle(self) -> bool:
        """Write what was taken, in order, so that it can be asked for; tell whether there is anything."""
        if not self._is_empty:
            self._database = sqlite3.connect(self._path)
            self._database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
            self._database.execute(
                "CREATE TABLE annotation (statement TEXT, node TEXT, PRIMARY KEY (statement, node)) WITHOUT ROWID"
            )
            self._database.executemany("INSERT INTO annotation VALUES (?, ?)", _rows(self._taken))
        self._taken.close()
        return not self._is_empty

    def concern(self, subject: str) -> bool:
        """Tell whether any statement with this subject is annotated."""
        return self._database is not None and self._probed(subject)

    def of(self, statement: Statement) -> list[str]:
        """Return the blank nodes that annotate a statement, in whichever graph it stands."""
        if self._database is None or not self._probed(statement.subject):
            return []
        key = f"{statement.subject} {statement.predicate} {statement.object}"
        rows = self._database.execute("SELECT node FROM annotation WHERE statement = ? ORDER BY node", (key,))
        return [node for (node,) in rows]

    def close(self) -> None:
        """Remove the file."""
        self._taken.close()
        if self._database is not None:
            self._database.close()
            self._path.unlink()

    def _probe(self, subject: str) -> bool:
        assert self._database is not None  # noqa: S101 (asked before)
        query = "SELECT 1 FROM annotation WHERE statement > ? AND statement < ? LIMIT 1"
        return self._database.execute(query, (f"{subject} ", f"{subject}!")).fetchone() is not None


def _rows(lines: Iterable[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(line.split("\t")) for line in lines)
