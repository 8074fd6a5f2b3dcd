"""Counters of a rate limit that several web processes share: a storage for the library ``limits``.

Its own storages are either of one process (and without bound), or servers of their own. This one is a table of fixed
size in a file in memory: however many addresses ask, it does not grow. A counter is looked for in one row; where the
row is full, the smallest one makes room, so those who ask most are remembered best.
"""

import fcntl
import hashlib
import mmap
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from limits.storage import Storage

_SECRET_BYTES = 16
_COUNTER = struct.Struct("=QdI4x")
_WAYS = 8
_ROWS = 4_096
_ROW_BYTES = _WAYS * _COUNTER.size


class RateCounters(Storage):
    """The table, as one web process sees it (limits: "Custom storage backends")."""

    STORAGE_SCHEME = None

    def __init__(self, path: Path) -> None:
        """Open the table, or make it where there is none."""
        super().__init__()
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._in_process = Lock()
        size = _SECRET_BYTES + _ROWS * _ROW_BYTES
        with self._locked():
            if os.fstat(self._descriptor).st_size < size:
                os.ftruncate(self._descriptor, size)
                os.pwrite(self._descriptor, os.urandom(_SECRET_BYTES), 0)
        self._table = mmap.mmap(self._descriptor, size)
        self._secret = self._table[:_SECRET_BYTES]

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return the class of what can go wrong here."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter, which begins anew when its time is over, and return it."""
        digest, row = self._place(key)
        now = time.time()
        with self._locked():
            at, found = self._find(digest, row, now)
            _, ends, count = found or (digest, now + expiry, 0)
            count = min(count + amount, 0xFFFF_FFFF)
            _COUNTER.pack_into(self._table, at, digest, ends, count)
        return count

    def get(self, key: str) -> int:
        """Return a counter."""
        found = self._read(key)
        return found[2] if found else 0

    def get_expiry(self, key: str) -> float:
        """Return when a counter begins anew, in seconds since the epoch."""
        found = self._read(key)
        return found[1] if found else time.time()

    def check(self) -> bool:
        """Tell that the table is there."""
        return True

    def reset(self) -> int | None:
        """Set all counters to zero."""
        with self._locked():
            self._table[_SECRET_BYTES:] = bytes(_ROWS * _ROW_BYTES)
        return None

    def clear(self, key: str) -> None:
        """Set a counter to zero."""
        digest, row = self._place(key)
        with self._locked():
            at, found = self._find(digest, row, time.time())
            if found:
                _COUNTER.pack_into(self._table, at, 0, 0.0, 0)

    def _read(self, key: str) -> tuple[int, float, int] | None:
        digest, row = self._place(key)
        with self._locked():
            return self._find(digest, row, time.time())[1]

    def _place(self, key: str) -> tuple[int, int]:
        """Return a counter's name and the place of its row; the secret keeps anybody from choosing a row."""
        digest = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8, key=self._secret).digest(), "big") or 1
        return digest, _SECRET_BYTES + digest % _ROWS * _ROW_BYTES

    def _find(self, digest: int, row: int, now: float) -> tuple[int, tuple[int, float, int] | None]:
        """Return a counter and its place, or the place that a new one gets: a free one, or that of the smallest."""
        places: list[tuple[int, int]] = []
        for at in range(row, row + _ROW_BYTES, _COUNTER.size):
            counter: tuple[int, float, int] = _COUNTER.unpack_from(self._table, at)
            is_current = counter[1] > now
            if counter[0] == digest and is_current:
                return at, counter
            places.append((counter[2] if is_current else 0, at))
        return min(places)[1], None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._in_process:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
