"""The pool of query workers: one master process that forks workers and replaces those that end.

Workers take queries from one listening socket, so the kernel shares them out, and however many web processes there
are, what hostile queries can take is this pool and no more. The master stays small: it never opens the store, and a
forked worker is ready in about 12 ms.
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread
from types import FrameType

from pyoxigraph import Store

from kgpub.count_rewriting import CountRewriting
from kgpub.errors import EngineUnavailable
from kgpub.evaluation import Rewriting
from kgpub.lexical_forms import LEXICAL_FORMS_FILE, LexicalForms, read_lexical_forms
from kgpub.lexical_rewriting import LexicalRewriting
from kgpub.priorities import Priorities
from kgpub.scratch import Scratch
from kgpub.totals import TOTALS_FILE, Totals, read_totals
from kgpub.triple_order import TripleOrder
from kgpub.worker import Seat, work
from kgpub.worker_ends import WorkerEnds

_START_SECONDS = 20
#: Pause before a worker is replaced that could not even start, so that a damaged store does not busy a core.
_FAILED_START_SECONDS = 0.2
#: How often is looked for queries that last.
_LOOK_SECONDS = 0.05
_SOCKET_NAME = "query.sock"
_ADDRESS_BYTES = 100
_TUNABLES = "GLIBC_TUNABLES"


class QueryPool:
    """A running pool: its socket's address, and the means to end it."""

    def __init__(self, store: Path, base_iri: str, *, workers: int, queue: int, memory_mb: int) -> None:
        """Start *workers* processes over a store, beside which may lie its totals.

        *queue* queries may wait for a worker, each worker may take *memory_mb* in all. Raises ``EngineUnavailable``
        when the pool does not come up or the store cannot be opened.
        """
        self._is_closing = False
        self._folder = _short_folder()
        self.address = str(self._folder.path / _SOCKET_NAME)
        options = [str(store), base_iri, self.address, str(workers), str(queue), str(memory_mb)]
        command = [sys.executable, "-m", "kgpub.pool", *options]
        self._master = subprocess.Popen(
            command, env=_with_allocator(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        if self._master.stdout is None or self._master.stdout.readline() != b"ready\n":
            self.close()
            raise EngineUnavailable("The query workers did not start.")

    @property
    def master_pid(self) -> int:
        """Return the process id of the master."""
        return self._master.pid

    def on_end(self, act: Callable[[], None]) -> None:
        """Act when the master ends without being told to, as when the system runs out of memory."""

        def watch() -> None:
            self._master.wait()
            if not self._is_closing:
                act()

        Thread(target=watch, daemon=True).start()

    def close(self) -> None:
        """End the workers and wait for them."""
        self._is_closing = True
        self._master.terminate()
        try:
            self._master.wait(timeout=_START_SECONDS)
        except subprocess.TimeoutExpired:
            self._master.kill()
            self._master.wait()
        for pipe in (self._master.stdin, self._master.stdout):
            if pipe is not None:
                pipe.close()
        self._folder.close()


def main(arguments: list[str]) -> None:
    """Run the master: listen, fork the workers, replace each one that ends."""
    store, base_iri, address = Path(arguments[0]), arguments[1], arguments[2]
    workers, queue, memory_mb = (int(argument) for argument in arguments[3:6])
    known = store.parent / TOTALS_FILE
    totals = read_totals(known) if known.exists() else Totals()
    forms = store.parent / LEXICAL_FORMS_FILE
    lexical = LexicalRewriting(read_lexical_forms(forms) if forms.exists() else LexicalForms(None))
    rewriting = Rewriting(base_iri, CountRewriting(totals), lexical, TripleOrder(totals))
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address)
    Path(address).chmod(0o600)
    listener.listen(queue)
    _try_out(store)
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, _end_group)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ends, priorities, seats = WorkerEnds(address), Priorities(workers), {}
    for number in range(workers):
        seat = Seat(listener, priorities, number)
        seats[_spawn(seat, store, rewriting, memory_mb)] = seat
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    watcher = _watch(priorities)
    while True:
        pid, status = os.wait()
        if pid == watcher:
            watcher = _watch(priorities)
            continue
        ends.count(status)
        if os.WIFEXITED(status):  # not a query's doing: those end by a signal
            time.sleep(_FAILED_START_SECONDS)
        seat = seats.pop(pid)
        seats[_spawn(seat, store, rewriting, memory_mb)] = seat


def _with_allocator(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which small pieces of memory are reused without looking for room.

    An engine takes and gives back thousands of them for each query; glibc keeps seven of each size at hand, and with
    127 a worker spent 15 % less time on point look-ups and joins (1 M triples). Other C libraries ignore the variable.
    """
    tunables = [given] if (given := environment.get(_TUNABLES)) else []
    return dict(environment) | {_TUNABLES: ":".join(["glibc.malloc.tcache_count=127", *tunables])}


def _try_out(store: Path) -> None:
    """End here if the store cannot be opened; in a process of its own, since its threads would not survive a fork."""
    child = os.fork()
    if child == 0:
        Store.read_only(str(store))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit(1)


def _spawn(seat: Seat, store: Path, rewriting: Rewriting, memory_mb: int) -> int:
    """Return the process id of a new worker."""
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            work(seat, store, rewriting, memory_mb)
        finally:
            os._exit(1)
    return pid


def _end_group(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGKILL)


def _watch(priorities: Priorities) -> int:
    """Lower priorities, and end with the process that started the pool, whose end of our input closes then.

    Return the id of the process that watches.
    """
    watcher = os.fork()
    if watcher == 0:
        with contextlib.suppress(OSError):
            while not select.select([sys.stdin], [], [], _LOOK_SECONDS)[0]:
                priorities.lower()
        _end_group(signal.SIGTERM, None)
    return watcher


def _short_folder() -> Scratch:
    """Return a temporary folder in which a socket's address fits into what the system allows (108 bytes)."""
    try:
        folder = Scratch()
        if len(str(folder.path).encode()) + len(_SOCKET_NAME) < _ADDRESS_BYTES:
            return folder
        folder.close()
        return Scratch(Path("/tmp"))  # noqa: S108 (it makes a folder of its own there)
    except OSError as error:
        raise EngineUnavailable(f"There is no room for a temporary folder: {error.strerror}.") from error


if __name__ == "__main__":
    main(sys.argv[1:])
