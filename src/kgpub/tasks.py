"""Pieces of a build's work, each in a process of its own where that pays.

A process is a fresh interpreter (``python -m kgpub.tasks``), so nothing is forked while threads run, and whoever calls
a build needs no ``if __name__ == "__main__"``. It reads one pickled call from its standard input and answers on its
standard output. Its standard input stays open: when this side goes, however it goes, the kernel ends the process (see
fcntl(2), ``O_ASYNC``). A process group of its own keeps the terminal's Ctrl-C for this side, which then ends it.
"""

import fcntl
import gc
import os
import pickle
import select
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import IO, Any, Generic, ParamSpec, Protocol, Self, TypeVar

from kgpub.errors import ProcessLost

P = ParamSpec("P")
T = TypeVar("T")
Result_co = TypeVar("Result_co", covariant=True)

#: Loading a store makes and frees many small pieces of memory. On large pages, all of one heap, which keeps what is
#: freed rather than give it back and ask for it anew, that costs up to a quarter less time, and no more memory.
_MALLOC = ":".join(
    f"glibc.malloc.{name}={value}"
    for name, value in (("hugetlb", 1), ("arena_max", 1), ("trim_threshold", 1 << 32), ("mmap_threshold", 1 << 25))
)
#: Nice values (nice(1)) of what is started beside the work that takes longest: that which takes nearly as long gets two
#: thirds of what the longest gets where they share a processor, that which gives way a third. A build takes a tenth
#: less time by the clock, since at its end nothing is left for one processor alone.
_SECOND = 2
_GIVING_WAY = 5
#: New objects after which a process looks for garbage in cycles. What it takes apart by the million has none, and to
#: look as often as Python does by itself takes five per cent of the time.
_OBJECTS_BETWEEN_COLLECTIONS = 100_000


class Task(Protocol[Result_co]):
    """Work that was started."""

    def result(self) -> Result_co:
        """Wait for its end and return what it returned; raise what it raised."""
        ...


class Crew:
    """Starts work in processes of its own, or, where there is but one, does it here and at once.

    Use it as a context manager: on leaving, whatever still runs is ended.
    """

    def __init__(self, processes: int = 1) -> None:
        self._processes = processes
        self._running: list[_Process[Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in self._running:
            process.end()

    @property
    def works_beside(self) -> bool:
        """Tell whether work goes on while this process does something else."""
        return self._processes > 1

    def start(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Task[T]:
        """Start a function of a module; what it takes, returns and raises must be such that ``pickle`` copies it."""
        return self._start(partial(work, *args, **kwargs), priority=0)

    def start_second(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Task[T]:
        """Start a function as ``start`` does, but let what takes longest go first."""
        return self._start(partial(work, *args, **kwargs), priority=_SECOND)

    def start_giving_way(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Task[T]:
        """Start a function as ``start`` does, but let the others go first."""
        return self._start(partial(work, *args, **kwargs), priority=_GIVING_WAY)

    def _start(self, call: Callable[[], T], priority: int) -> Task[T]:
        if not self.works_beside:
            return _Done(call())
        process = _Process(call, priority)
        self._running.append(process)
        return process

    def shares(self, items: Sequence[T], sizes: Sequence[int]) -> list[tuple[T, ...]]:
        """Divide items among the processes, in their order, so that shares are about as large as each other."""
        total = sum(sizes) or 1
        shares: list[list[T]] = [[] for _ in range(self._processes)]
        before = 0
        for item, size in zip(items, sizes, strict=True):
            middle = before + size / 2
            shares[min(int(middle / total * self._processes), self._processes - 1)].append(item)
            before += size
        return [tuple(share) for share in shares if share]


def processors() -> int:
    """Return on how many processors this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Done(Generic[T]):
    def __init__(self, value: T) -> None:
        self._value = value

    def result(self) -> T:
        return self._value


class _Process(Generic[T]):
    def __init__(self, call: Callable[[], T], priority: int) -> None:
        environment = {"GLIBC_TUNABLES": _MALLOC} | os.environ
        command = [sys.executable, "-P", "-m", "kgpub.tasks"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, process_group=0
        )
        os.setpriority(os.PRIO_PROCESS, self._process.pid, os.getpriority(os.PRIO_PROCESS, 0) + priority)
        self._answer: bytes | None = None
        with suppress(BrokenPipeError):  # it has ended already, which the wait for its answer tells
            _send(self._process.stdin, call)

    def result(self) -> T:
        """Wait for the answer."""
        if self._answer is None:
            self._answer = self._process.stdout.read() if self._process.stdout else b""
            self.end()
        if not self._answer:
            raise ProcessLost(
                f"A process of the build was ended from outside (exit status {self._process.returncode}), perhaps for "
                "want of memory; nothing was published."
            )
        value, error = pickle.loads(self._answer)  # noqa: S301 (from our own process)
        if error is not None:
            raise _raised(*error)
        return value  # type: ignore[no-any-return]

    def end(self) -> None:
        """End the process if it still runs."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def _raised(kind: type[BaseException], args: tuple[object, ...], state: dict[str, object], trace: str) -> BaseException:
    """Return an error as it was raised elsewhere; its class may take other arguments than it keeps."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    error.add_note(trace)
    return error


# --- the other side --------------------------------------------------------------------------------------


def main() -> None:
    """Read one call, do it, and write what it returned or raised."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints does not disturb the answer
    try:
        call = pickle.load(sys.stdin.buffer)  # noqa: S301 (from our own process)
    except EOFError:
        sys.exit("The build that started this process is gone.")
    _end_with_caller()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    sys.excepthook = partial(_answer_error, answers)
    _send(answers, (call(), None))


def _end_with_caller() -> None:
    """Let the kernel end this process when the one that started it is gone."""
    calls = sys.stdin.fileno()
    if sys.platform == "linux":
        fcntl.fcntl(calls, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(calls, fcntl.F_SETFL, fcntl.fcntl(calls, fcntl.F_GETFL) | os.O_ASYNC)
    waiting = select.poll()
    waiting.register(calls, 0)
    if waiting.poll(0):
        sys.exit(1)


def _answer_error(
    answers: IO[bytes], kind: type[BaseException], error: BaseException, at: TracebackType | None
) -> None:
    trace = "".join(traceback.format_exception(kind, error, at))
    args = error.__reduce__()[1]
    _send(answers, (None, (kind, args, error.__dict__, trace)))


def _send(pipe: IO[bytes] | None, message: object) -> None:
    if pipe is not None:
        pipe.write(pickle.dumps(message))
        pipe.flush()


if __name__ == "__main__":
    main()
