"""Sort more lines than fit in memory: sorted runs on disk, merged when read.

Lines are merged by blocks: what a few runs have that comes before the end of the first block is sorted as one list,
which Python's sort does faster than any comparison line by line, because it finds the runs in it.
"""

import mmap
import tempfile
from bisect import bisect_right
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from operator import eq
from pathlib import Path
from typing import TypeVar

#: About 100 MB of N-Quads lines as Python strings.
LINES_IN_MEMORY = 400_000
#: Lines that a merge holds, of all runs together.
_LINES_AT_ONCE = 60_000

#: Lines that are written, and characters that are read, at once: to take each by itself takes three times as long.
_LINES_WRITTEN, _CHARACTERS_READ = 10_000, 1 << 20

Line = TypeVar("Line", str, bytes)


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

    def extend(self, lines: Iterable[str]) -> None:
        """Take several lines."""
        self._lines += lines
        if len(self._lines) >= self._limit:
            self._spill()

    def _spill(self) -> None:
        run = new_run(self._folder)
        self._runs.append(run)
        write_lines(run, distinct(self._lines))
        self._lines = []

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self.blocks())

    def blocks(self) -> Iterator[list[str]]:
        """Yield what iterating yields, as lists of lines."""
        with ExitStack() as stack:
            runs = [stack.enter_context(closing(read_lines(run))) for run in self._runs]
            yield from merged_blocks([*runs, distinct(self._lines)])

    def close(self) -> None:
        """Remove the runs from disk."""
        for run in self._runs:
            run.unlink(missing_ok=True)
        self._runs, self._lines = [], []


def new_run(folder: Path) -> Path:
    """Create an empty file for a sorted run."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".run", delete=False) as run:
        return Path(run.name)


def merge(runs: Iterable[Iterable[Line]]) -> Iterator[Line]:
    """Merge sorted runs, each with distinct lines, into one, each distinct line once."""
    return chain.from_iterable(merged_blocks(runs))


def merged_blocks(runs: Iterable[Iterable[Line]], lines_at_once: int = _LINES_AT_ONCE) -> Iterator[list[Line]]:
    """Merge sorted runs, each with distinct lines, into one that comes as lists of lines, each distinct line once."""
    lanes = [iter(run) for run in runs]
    size = lines_at_once // max(len(lanes), 1) + 1
    waiting = [list(islice(lane, size)) for lane in lanes]
    last: list[Line] = []
    while any(waiting):
        bound = min(lines[-1] for lines in waiting if lines)
        block: list[Line] = []
        parts = 0
        for at, lines in enumerate(waiting):
            end = bisect_right(lines, bound)
            if end:
                block += lines[:end]
                parts += 1
                waiting[at] = lines[end:] or list(islice(lanes[at], size))
        merged = block if parts == 1 else distinct(block)
        yield merged[1:] if merged[:1] == last else merged
        last = [bound]


def distinct(lines: list[Line]) -> list[Line]:
    """Return lines sorted, each once."""
    ordered = sorted(lines)
    if not any(map(eq, ordered, islice(ordered, 1, None))):  # mostly, and found out in a third of the time
        return ordered
    return [line for line, following in zip_longest(ordered, islice(ordered, 1, None)) if line != following]


def write_lines(path: Path | str, lines: Iterable[str]) -> None:
    """Write lines to a file."""
    left = iter(lines)
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        while some := list(islice(left, _LINES_WRITTEN)):
            file.write("\n".join(some) + "\n")


def read_lines(path: Path) -> Generator[str]:
    """Yield the lines of a file without their ends; only a line feed ends a line."""
    with path.open(encoding="utf-8", newline="\n") as file:
        while text := file.read(_CHARACTERS_READ):
            yield from (text + file.readline()).removesuffix("\n").split("\n")


@dataclass(frozen=True, slots=True)
class SortedFiles:
    """Several sorted files that are read as one, each distinct line once."""

    paths: tuple[Path, ...]

    def __call__(self) -> Iterator[str]:
        """Yield the lines."""
        return merge(read_lines(path) for path in self.paths)

    def starting(self, start: str) -> Iterator[str]:
        """Yield the lines that start with a text, without reading those before them."""
        return merge(_lines_starting(path, start) for path in self.paths)


def _lines_starting(path: Path, start: str) -> Iterator[str]:
    prefix = start.encode()
    with path.open("rb") as file:
        file.seek(_offset_of(path, prefix))
        for line in file:
            if not line.startswith(prefix):
                return
            yield line[:-1].decode()


def _offset_of(path: Path, prefix: bytes) -> int:
    """Return where in a sorted file the first line stands that does not come before a prefix."""
    if not path.stat().st_size:
        return 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        low, high = 0, len(lines)
        while low < high:
            start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = lines.find(b"\n", start) + 1 or len(lines)
            if lines[start:end] < prefix:
                low = end
            else:
                high = start
        return low
