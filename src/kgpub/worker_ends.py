"""Why query workers ended: counted by the pool's master, read by web processes.

The kernel ends a worker, and the signal tells why: its timer at the deadline, the client's hanging up, an allocation
beyond its memory, a stack that is too small for a query's nesting, a priority that it cannot have back.
"""

import json
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_NAME = "ends.json"
_CAUSES: dict[int, str] = {
    signal.SIGALRM: "deadline",
    signal.SIGIO: "client-gone",
    signal.SIGABRT: "memory",
    signal.SIGKILL: "killed",
    signal.SIGTERM: "yielded",
    signal.SIGSEGV: "crash",
    signal.SIGBUS: "crash",
}
_OTHER_SIGNAL = "crash"
_EXIT = "exit"
CAUSES = (*dict.fromkeys(_CAUSES.values()), _EXIT)


class WorkerEnds:
    """The master's count, kept in a file beside the pool's socket."""

    def __init__(self, address: str) -> None:
        """Begin to count, for the pool that listens at *address*."""
        self._path = Path(address).with_name(_NAME)
        self._counts = dict.fromkeys(CAUSES, 0)
        self._write()

    def count(self, status: int) -> None:
        """Count a worker that ended with a status (wait(2))."""
        cause = _CAUSES.get(os.WTERMSIG(status), _OTHER_SIGNAL) if os.WIFSIGNALED(status) else _EXIT
        self._counts[cause] += 1
        self._write()

    def _write(self) -> None:
        """Replace the file in one step: a reader finds all of it, always. Where a disk is full, the pool goes on."""
        fresh = self._path.with_suffix(".new")
        with suppress(OSError):
            fresh.write_text(json.dumps(self._counts), "ascii")
            fresh.replace(self._path)


def read_worker_ends(address: str) -> Mapping[str, int]:
    """Return how many workers of a pool ended for which cause; nothing where there is no pool."""
    try:
        counts: dict[str, int] = json.loads(Path(address).with_name(_NAME).read_text("ascii"))
    except OSError:
        return {}
    return counts
