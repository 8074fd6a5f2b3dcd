"""Which source files a release was made from, by named graph and by thing."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from kgpub.index_file import IndexFile
from kgpub.release import FileInfo


class SourceFiles:
    """The files of one release; what is known of a thing are a few look-ups."""

    def __init__(self, notes: Path, files: Sequence[FileInfo]) -> None:
        """Take the build's notes, which may be missing, and the files in the order of the manifest."""
        self._notes = IndexFile(notes) if notes.is_file() else None
        self._files = files

    @cached_property
    def of_graphs(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names of the files whose place gives them a named graph, by graph."""
        found: dict[str, tuple[str, ...]] = {}
        for file in self._files:
            found[file.graph] = (*found.get(file.graph, ()), file.path)
        return found

    def of(self, iri: str, graph: str) -> tuple[str, ...]:
        """Return the files that describe a thing in a graph; where that is not noted, all that fill the graph."""
        query = "SELECT files FROM source WHERE iri = ? AND graph = ?"
        row = self._notes.row(query, iri, graph) if self._notes else None
        return tuple(self._files[int(at)].path for at in row[0].split()) if row else self.of_graphs.get(graph, ())

    def of_graph(self, graph: str) -> tuple[str, ...]:
        """Return the files that fill a graph, by their places or, of a graph inside a file, as noted."""
        return self.of_graphs.get(graph) or self.of(graph, graph)
