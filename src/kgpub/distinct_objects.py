"""Count the distinct objects of triples, more than fit in memory, without putting them in order.

Objects that are the same have the same hash, so they come into the same of several files; each file alone fits in
memory, as a set.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

#: About 100 MB of objects with their predicates as Python strings.
_PAIRS_IN_MEMORY = 400_000
_FILES = 128


class DistinctObjects:
    """Takes objects with their predicates. Call ``close`` when done."""

    def __init__(self, folder: Path, pairs_in_memory: int = _PAIRS_IN_MEMORY) -> None:
        self._folder = folder
        self._limit = pairs_in_memory
        self._pairs: set[str] = set()
        self._stack = ExitStack()
        self._files: list[IO[bytes]] = []

    def extend(self, pairs: Iterable[str]) -> None:
        """Take pairs: an object, a blank, and the predicate of its triple, as terms of N-Triples."""
        self._pairs.update(pairs)
        if len(self._pairs) >= self._limit:
            self._spill()

    def _spill(self) -> None:
        if not self._files:
            opened = (tempfile.TemporaryFile(dir=self._folder) for _ in range(_FILES))  # noqa: SIM115 (the stack closes them)
            self._files = [self._stack.enter_context(file) for file in opened]
        parts: list[list[str]] = [[] for _ in self._files]
        for pair in self._pairs:
            parts[hash(pair[: pair.rindex(" ")]) % _FILES].append(pair)
        self._pairs = set()
        for file, part in zip(self._files, parts, strict=True):
            file.write("".join([f"{pair}\n" for pair in part]).encode())

    def count(self) -> tuple[int, Counter[str]]:
        """Return how many distinct objects there are, and how many each predicate has."""
        total = 0
        by_predicate: Counter[str] = Counter()
        for pairs in self._sets():
            parts = [pair.rpartition(" ") for pair in pairs]
            total += len({object_ for object_, _, _ in parts})
            by_predicate.update([predicate for _, _, predicate in parts])
        return total, by_predicate

    def _sets(self) -> Iterator[set[str]]:
        """Yield all pairs, in sets none of which has an object of another."""
        if not self._files:
            yield self._pairs
            return
        self._spill()
        for file in self._files:
            file.seek(0)
            yield set(file.read().decode().split("\n")[:-1])

    def close(self) -> None:
        """Remove from disk what was put there."""
        self._stack.close()
