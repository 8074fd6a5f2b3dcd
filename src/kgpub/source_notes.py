"""Note which source files describe which thing, where the named graph of a statement does not tell: several fill it.

The notes are a file of their own, ``sources.sqlite``; a release of which each graph has one file has none.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

from kgpub.linesort import LineSorter, merge, new_run, read_lines, write_lines
from kgpub.nquads import split_line
from kgpub.plan import Plan
from kgpub.release import SOURCES_FILE
from kgpub.sources import Source, syntax_of

#: Files of one thing in one graph that are noted.
_FILES_NOTED = 100
_TABLE = "CREATE TABLE source (iri TEXT, graph TEXT, files TEXT, PRIMARY KEY (iri, graph)) WITHOUT ROWID"


class SourceNotes:
    """Takes the lines of sources, and notes the things that they describe."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        """Take the plan, in whose order files are numbered, and a folder for what does not fit into memory."""
        files = Counter(source.graph for source in plan.sources)
        self._shared = {graph for graph, number in files.items() if number > 1}
        self._numbers = {source.name: number for number, source in enumerate(plan.sources)}
        self._folder = folder
        self._sorter = LineSorter(folder)

    def take(self, source: Source, lines: Sequence[bytes]) -> None:
        """Note what sorted canonical lines of a source describe."""
        number = self._numbers[source.name]
        if syntax_of(source.path).supports_datasets:
            for line in lines:
                said = split_line(line[:-1].decode())
                self._note(said.subject, said.graph_iri, number)
                if said.graph_iri != source.graph:
                    self._note(f"<{said.graph_iri}>", said.graph_iri, number)
        elif source.graph in self._shared:
            start = b"\n"  # with which no line starts
            for line in lines:
                if not line.startswith(start):
                    start = line[: line.index(b" ") + 1]
                    self._note(start[:-1].decode(), source.graph or "", number)

    def _note(self, subject: str, graph: str, number: int) -> None:
        if subject[0] == "<":
            self._sorter.add(f"{subject[1:-1]}\t{graph}\t{number}")

    def written(self) -> Path:
        """Return a file of the notes, sorted."""
        run = new_run(self._folder)
        write_lines(run, self._sorter)
        self._sorter.close()
        return run


def write_source_notes(folder: Path, notes: Sequence[Path]) -> None:
    """Write the notes into the folder of a release, and remove the files they were in."""
    if any(path.stat().st_size for path in notes):
        with closing(sqlite3.connect(folder / SOURCES_FILE)) as database:
            database.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLE}")
            database.executemany("INSERT INTO source VALUES (?, ?, ?)", _rows(merge(map(read_lines, notes))))
            database.commit()
    for path in notes:
        path.unlink()


def _rows(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for (iri, graph), run in groupby((line.split("\t") for line in lines), lambda parts: (parts[0], parts[1])):
        numbers = sorted(int(parts[2]) for parts in run)
        yield iri, graph, " ".join(map(str, numbers[:_FILES_NOTED]))
