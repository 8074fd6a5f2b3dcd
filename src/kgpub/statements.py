"""The statements of a release in the making, sorted, on disk."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kgpub.linesort import SortedFiles, merged_blocks

_GRAPH_STARTS = (b"<", b"_:")
#: Blanks that a line of a triple has in front of its last term; that of a quad has more.
_BLANKS_OF_A_TRIPLE = 2


@dataclass(frozen=True, slots=True)
class Statements:
    """All statements, and what is asserted.

    *quads* is a file of sorted canonical N-Quads lines, *triples* one of the N-Triples lines of the graphs that are not
    quoted, sorted and each once; *size* is the number of quads, *graphs* that of each named graph, *sha256* the digest
    of the file of quads.
    """

    quads: Path
    triples: Path
    size: int
    graphs: Mapping[str, int]
    sha256: str

    @property
    def lines(self) -> SortedFiles:
        """Return the lines of all statements."""
        return SortedFiles((self.quads,))

    @property
    def largest_graph(self) -> str:
        """Return the named graph that has the most quads, as a term; empty where there is none."""
        return f"<{max(self.graphs, key=lambda iri: (self.graphs[iri], iri))}>" if self.graphs else ""

    def remove(self) -> None:
        """Remove the files."""
        self.quads.unlink()
        self.triples.unlink()


def write_statements(
    folder: Path, name: str, runs: Iterable[Iterable[bytes]], is_quoted: Callable[[str], bool]
) -> Statements:
    """Merge sorted runs of lines, each with its end, into files of a folder whose names start with *name*."""
    quads, triples = folder / f"{name}.nq", folder / f"{name}.nt"
    digest = hashlib.sha256()
    split = _Split(is_quoted)
    size = 0
    with quads.open("wb") as quads_file, triples.open("wb") as triples_file:
        for block in merged_blocks(runs):
            text = b"".join(block)
            digest.update(text)
            quads_file.write(text)
            triples_file.write(split.asserted(block))
            size += len(block)
    return Statements(quads, triples, size, split.graphs, digest.hexdigest())


class _Split:
    """Takes the graph off lines, counts what each graph has, and leaves out what is quoted."""

    def __init__(self, is_quoted: Callable[[str], bool]) -> None:
        self._is_quoted = is_quoted
        self._counts: dict[bytes, int] = {}
        self._quoted: set[bytes] = set()
        self._last = b""

    @property
    def graphs(self) -> dict[str, int]:
        return {graph[1:-1].decode(): count for graph, count in self._counts.items() if graph.startswith(b"<")}

    def asserted(self, lines: list[bytes]) -> bytes:
        counts, quoted, last = self._counts, self._quoted, self._last
        triples = []
        for line in lines:
            triple, _, graph = line[:-3].rpartition(b" ")
            if triple.count(b" ") < _BLANKS_OF_A_TRIPLE or not (graph in counts or self._is_graph(graph)):
                triple = line[:-3]
            else:
                counts[graph] += 1
                if graph in quoted:
                    continue
            if triple != last:
                triples.append(triple)
                last = triple
        self._last = last
        triples.append(b"")
        return b" .\n".join(triples)

    def _is_graph(self, token: bytes) -> bool:
        if not token.startswith(_GRAPH_STARTS) or b'"' in token:
            return False
        self._counts[token] = 0
        if token.startswith(b"<") and self._is_quoted(token[1:-1].decode()):
            self._quoted.add(token)
        return True
