"""Sort more lines than fit in memory: sorted runs on disk, merged when read."""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

#: About 250 MB of N-Quads lines as Python strings.
LINES_IN_MEMORY = 1_000_000


class LineSorter:
    """Takes lines in any order and gives each distinct one back once, in code point order."""

    def __init__(self, folder: Path, lines_in_memory: int = LINES_IN_MEMORY) -> None:
        self._folder = folder
        self._limit = lines_in_memory
        self._lines: list[str] = []
        self._runs: list[Path] = []

    def add(self, line: str) -> None:
        """Take one line, which must not hold a line's end."""
        self._lines.append(line)
        if len(self._lines) >= self._limit:
            self._spill()

    def _spill(self) -> None:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self._folder, suffix=".run", delete=False) as run:
            write_lines(run.name, sorted(set(self._lines)))
        self._runs.append(Path(run.name))
        self._lines = []

    def __iter__(self) -> Iterator[str]:
        last = sorted(set(self._lines))
        with ExitStack() as stack:
            runs = [(line.rstrip("\n") for line in stack.enter_context(run.open(encoding="utf-8", newline="\n")))
                    for run in self._runs]  # fmt: skip
            yield from merge([*runs, last])

    def close(self) -> None:
        """Remove the runs from disk."""
        for run in self._runs:
            run.unlink(missing_ok=True)
        self._runs, self._lines = [], []


def merge(runs: Iterable[Iterable[str]]) -> Iterator[str]:
    """Merge sorted runs into one, each distinct line once."""
    return (line for line, _ in groupby(heapq.merge(*runs)))


def write_lines(path: Path | str, lines: Iterable[str]) -> None:
    """Write lines to a file."""
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file without their ends; only a line feed ends a line."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line[:-1]
