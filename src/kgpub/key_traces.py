"""Which keys a shared cache may hold: a byte for each of four million numbers, in a file that processes map.

A key that left no trace is not there, and nobody has to look: a look-up in SQLite that finds nothing takes 20 µs, this
half of one. Keys that share a number, and what was thrown away, cost a look-up that finds nothing.
"""

import mmap
from pathlib import Path

_NUMBER_BYTES, _NUMBER_BITS = 4, 22


class KeyTraces:
    """The traces of keys, which are digests: their first bytes are as good as random."""

    def __init__(self, path: Path) -> None:
        """Map the file, creating it where it is not there."""
        with path.open("ab") as file:
            file.truncate(1 << _NUMBER_BITS)
        with path.open("r+b") as file:
            self._traces = mmap.mmap(file.fileno(), 1 << _NUMBER_BITS)

    def add(self, key: bytes) -> None:
        """Note that a key may be there from now on."""
        self._traces[_number(key)] = 1

    def may_hold(self, key: bytes) -> bool:
        """Tell whether a key may be there."""
        return self._traces[_number(key)] != 0

    def close(self) -> None:
        """Give the mapping back."""
        self._traces.close()


def _number(key: bytes) -> int:
    return int.from_bytes(key[:_NUMBER_BYTES]) >> (8 * _NUMBER_BYTES - _NUMBER_BITS)
