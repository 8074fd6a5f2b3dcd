"""Let queries that last yield the processor: to short queries, to documents, to everything.

A worker cannot do that itself while its engine evaluates. It notes in shared memory when it begins with a query, and
another process lowers the priority of those that are at one for long. What is quick comes first then, however many
endless queries there are.
"""

import mmap
import os
import signal
import time
from contextlib import suppress

#: A query that has taken longer yields.
_LONG_SECONDS = 0.1
_LOWERED = 10
_TIME_BYTES = 8


class Priorities:
    """Which process each worker of a pool is, and when it began; in memory that they share once they are forked."""

    def __init__(self, workers: int) -> None:
        """Make room for so many workers."""
        self._usual = os.getpriority(os.PRIO_PROCESS, 0)
        self._pids = memoryview(mmap.mmap(-1, workers * _TIME_BYTES)).cast("q")
        self._begun = memoryview(mmap.mmap(-1, workers * _TIME_BYTES)).cast("d")

    def take_seat(self, worker: int) -> None:
        """Note that this process is a worker, and idle."""
        self._begun[worker] = 0.0
        self._pids[worker] = os.getpid()

    def begin(self, worker: int) -> None:
        """Note that a worker begins with a query."""
        self._begun[worker] = time.monotonic()

    def end(self, worker: int) -> None:
        """Note that this process, a worker, is idle; have its priority back, or end it where that is forbidden."""
        self._begun[worker] = 0.0
        if os.getpriority(os.PRIO_PROCESS, 0) == self._usual:
            return
        try:
            os.setpriority(os.PRIO_PROCESS, 0, self._usual)
        except PermissionError:
            os.kill(os.getpid(), signal.SIGTERM)

    def lower(self) -> None:
        """Lower the priority of those that are at a query for long."""
        long_ago = time.monotonic() - _LONG_SECONDS
        for pid, begun in zip(self._pids, self._begun, strict=True):
            if 0.0 < begun < long_ago:
                with suppress(ProcessLookupError, PermissionError):
                    os.setpriority(os.PRIO_PROCESS, pid, _LOWERED)
