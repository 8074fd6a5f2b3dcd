"""How many queries each client has at the engine, over all web processes: a small table that they share.

The table is a file in memory (mmap), guarded by a lock of the kernel, which lets go of it when its holder ends. A
lease names the process that took it, so one that ended without giving its leases back holds nobody up.
"""

import fcntl
import mmap
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

_HEADER = struct.Struct("=Q")
_LEASE = struct.Struct("=QQ")
#: More queries than the pool and its queue can hold; one that finds no room here is not counted.
_LEASES = 4_096


class Leases:
    """The table, as one web process sees it."""

    def __init__(self, path: Path) -> None:
        """Open the table, or make it where there is none."""
        size = _HEADER.size + _LEASES * _LEASE.size
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._descriptor, size)
        self._table = mmap.mmap(self._descriptor, size)
        self._in_process = Lock()

    def take(self, client: int, limit: int) -> bool:
        """Take a lease for a client, unless it has as many as it may."""
        with self._locked() as leases:
            if _held(leases, client) >= limit:
                leases[:] = [lease for lease in leases if _is_alive(lease[1])]
            if _held(leases, client) >= limit:
                return False
            leases.append((client, os.getpid()))
            return True

    def give_back(self, client: int) -> None:
        """Give a lease back; one that was not counted is no loss."""
        lease = (client, os.getpid())
        with self._locked() as leases:
            if lease in leases:
                leases.remove(lease)

    @contextmanager
    def _locked(self) -> Iterator[list[tuple[int, int]]]:
        """Lend the leases to whoever changes them."""
        with self._in_process:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            try:
                count = _HEADER.unpack_from(self._table)[0]
                end = _HEADER.size + count * _LEASE.size
                leases: list[tuple[int, int]] = list(_LEASE.iter_unpack(self._table[_HEADER.size : end]))
                yield leases
                written = b"".join(_LEASE.pack(*lease) for lease in leases[:_LEASES])
                self._table[_HEADER.size : _HEADER.size + len(written)] = written
                _HEADER.pack_into(self._table, 0, len(written) // _LEASE.size)
            finally:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)


def _held(leases: list[tuple[int, int]], client: int) -> int:
    return sum(lease[0] == client for lease in leases)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
