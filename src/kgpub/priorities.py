"""Let queries that last yield the processor: to short queries, to documents, to everything.

A worker cannot do that itself while its engine evaluates. It notes in shared memory when it begins with a query, and
another process lowers the priority of those that are at one for long. What is quick comes first then, however many
endless queries there are; and of long queries, the youngest.
"""

import mmap
import os
import signal
import time
from contextlib import suppress

from kgpub.time_slices import set_slice

#: A query that has taken longer yields.
_LONG_SECONDS = 0.1
#: By how much, the youngest first: one that will end passes those that will not, and all together keep to a fair rest.
_STEPS = (4, 10, 15)
_LOWEST = 19
#: A process that wakes up, as a web process does for each request, interrupts at once one whose slice is longer. It
#: lets any other run until the kernel's clock ticks, up to 4 ms for each request, whatever their priorities are.
_LONG_SLICE_MS = 20
_USUAL_SLICE_MS = 0
_TIME_BYTES = 8


class Priorities:
    """Which process each worker of a pool is, and when it began; in memory that they share once they are forked."""

    def __init__(self, workers: int) -> None:
        """Make room for so many workers."""
        self._usual = os.getpriority(os.PRIO_PROCESS, 0)
        self._pids = memoryview(mmap.mmap(-1, workers * _TIME_BYTES)).cast("q")
        self._begun = memoryview(mmap.mmap(-1, workers * _TIME_BYTES)).cast("d")
        self._lowered: dict[tuple[int, float], int] = {}

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
        set_slice(0, _USUAL_SLICE_MS)

    def lower(self) -> None:
        """Lower the priority of those that are at a query for long; nothing is raised before its query ends."""
        long_ago = time.monotonic() - _LONG_SECONDS
        queries = zip(self._pids, self._begun, strict=True)
        youngest_first = sorted((query for query in queries if 0.0 < query[1] < long_ago), key=lambda query: -query[1])
        before, self._lowered = self._lowered, {}
        for rank, query in enumerate(youngest_first):
            step = max(_STEPS[min(rank, len(_STEPS) - 1)], before.get(query, 0))
            if step != before.get(query):
                with suppress(ProcessLookupError, PermissionError):
                    set_slice(query[0], _LONG_SLICE_MS)
                    os.setpriority(os.PRIO_PROCESS, query[0], min(self._usual + step, _LOWEST))
            self._lowered[query] = step
