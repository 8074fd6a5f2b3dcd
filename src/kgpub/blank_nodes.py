"""What is asserted of blank nodes, on disk: they sort behind the IRIs that lead to them, and there may be many."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from kgpub.annotations import Annotations
from kgpub.nquads import split_line
from kgpub.vocabulary import OWL, TYPE

_TYPE = f"<{TYPE}>"
#: The axioms about several things that OWL 2 writes as a blank node of their own (Mapping to RDF Graphs, table 1).
_AXIOMS = frozenset(f"<{OWL}{name}>" for name in ("AllDisjointClasses", "AllDisjointProperties", "AllDifferent"))


class BlankNodes:
    """The statements of each blank node, to be put beside those that lead to it."""

    def __init__(
        self,
        path: Path,
        lines: Iterable[str],
        is_quoted: Callable[[str], bool],
        annotations: Annotations | None = None,
    ) -> None:
        """Write the statements of blank nodes among sorted N-Quads lines into a file, those of quoted graphs not.

        With *annotations*, which are filled in passing, a statement leads to the blank nodes that annotate it too.
        """
        self._path = path
        self._annotations = annotations
        self._axioms: dict[str, list[str]] = {}
        self._database = sqlite3.connect(path)
        self._database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        self._database.execute("CREATE TABLE blank (node TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID")
        self._database.executemany("INSERT INTO blank VALUES (?, ?)", self._bodies(lines, is_quoted))
        if annotations is not None and not annotations.settle():
            self._annotations = None

    def leading(self, lines: list[str]) -> list[str]:
        """Return those of some lines about one subject that may lead to blank nodes."""
        if self._annotations is not None and lines and self._annotations.concern(lines[0].split(" ", 1)[0]):
            return lines
        return [line for line in lines if line.find("_:", 1) > 0]

    def closure(self, line: str, seen: set[str]) -> list[str]:
        """Return a line, and after it all that is said of the blank nodes it leads to (its concise description).

        *seen* are the nodes whose statements were returned before; new ones are added to it.
        """
        found, waiting = [line], self.leading([line])
        while waiting:
            for node in self._next(waiting.pop(), seen):
                seen.add(node)
                said = self._database.execute("SELECT body FROM blank WHERE node = ?", (node,)).fetchone()
                more = said[0].split("\n") if said else []
                found += more
                waiting += self.leading(more)
        return found

    def _next(self, line: str, seen: set[str]) -> list[str]:
        """Return the blank nodes that a statement leads to by itself: its object, those that annotate it."""
        statement = split_line(line)
        nodes = [statement.object] if statement.object.startswith("_:") else []
        if self._annotations is not None:
            nodes = list(dict.fromkeys((*nodes, *self._annotations.of(statement))))
        return [node for node in nodes if node not in seen]

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
            text = "\n".join(body)
            if self._annotations is not None:
                self._annotations.take(node, text)
            yield node, text
