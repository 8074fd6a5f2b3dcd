"""What is asserted of blank nodes, on disk: they sort behind the IRIs that lead to them, and there may be many."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from kgpub.nquads import split_line


class BlankNodes:
    """The statements of each blank node, to be put beside those that lead to it."""

    def __init__(self, path: Path, lines: Iterable[str], is_quoted: Callable[[str], bool]) -> None:
        """Write the statements of blank nodes among sorted N-Quads lines into a file, those of quoted graphs not."""
        self._path = path
        self._database = sqlite3.connect(path)
        self._database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        self._database.execute("CREATE TABLE blank (node TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID")
        self._database.executemany("INSERT INTO blank VALUES (?, ?)", _bodies(lines, is_quoted))

    def closure(self, line: str, seen: set[str]) -> list[str]:
        """Return a line, and after it all that is said of the blank nodes it leads to (its concise description).

        *seen* are the nodes whose statements were returned before; new ones are added to it.
        """
        found, waiting = [line], [line] if "_:" in line else []
        while waiting:
            node = split_line(waiting.pop()).object
            if not node.startswith("_:") or node in seen:
                continue
            seen.add(node)
            said = self._database.execute("SELECT body FROM blank WHERE node = ?", (node,)).fetchone()
            more = said[0].split("\n") if said else []
            found += more
            waiting += more
        return found

    def close(self) -> None:
        """Remove the file."""
        self._database.close()
        self._path.unlink()


def _bodies(lines: Iterable[str], is_quoted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    about_blanks = (line for line in lines if line.startswith("_:") and not is_quoted(split_line(line).graph_iri))
    return ((node, "\n".join(run)) for node, run in groupby(about_blanks, lambda line: line.split(" ", 1)[0]))
