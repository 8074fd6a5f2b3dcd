"""What is asserted of blank nodes, on disk: they sort behind the IRIs that lead to them, and there may be many."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from kgpub.nquads import split_line
from kgpub.vocabulary import OWL, TYPE

_TYPE = f"<{TYPE}>"
#: The axioms about several things that OWL 2 writes as a blank node of their own (Mapping to RDF Graphs, table 1).
_AXIOMS = frozenset(f"<{OWL}{name}>" for name in ("AllDisjointClasses", "AllDisjointProperties", "AllDifferent"))


class BlankNodes:
    """The statements of each blank node, to be put beside those that lead to it."""

    def __init__(self, path: Path, lines: Iterable[str], is_quoted: Callable[[str], bool]) -> None:
        """Write the statements of blank nodes among sorted N-Quads lines into a file, those of quoted graphs not."""
        self._path = path
        self._axioms: dict[str, list[str]] = {}
        self._database = sqlite3.connect(path)
        self._database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        self._database.execute("CREATE TABLE blank (node TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID")
        self._database.executemany("INSERT INTO blank VALUES (?, ?)", self._bodies(lines, is_quoted))

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

    def axioms(self, graph: str) -> list[str]:
        """Return a graph's axioms about several terms, which no term leads to: its ontology owns them."""
        return self._axioms.get(graph, [])

    def close(self) -> None:
        """Remove the file."""
        self._database.close()
        self._path.unlink()

    def _bodies(self, lines: Iterable[str], is_quoted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
        about_blanks = (line for line in lines if line.startswith("_:") and not is_quoted(split_line(line).graph_iri))
        for node, run in groupby(about_blanks, lambda line: line.split(" ", 1)[0]):
            body = list(run)
            types = (s for s in map(split_line, body) if s.predicate == _TYPE and s.object in _AXIOMS)
            for graph in {statement.graph_iri for statement in types}:
                own = (line for line in body if split_line(line).graph_iri == graph)
                self._axioms.setdefault(graph, []).extend(own)
            yield node, "\n".join(body)
