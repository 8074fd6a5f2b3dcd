"""Processes that the server's main process starts, and that never outlive it."""

import multiprocessing
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from multiprocessing.process import BaseProcess
from threading import Lock, Thread, Timer
from types import TracebackType
from typing import IO, Self

#: What the command line of a process names that an ``IdleProcess`` is.
IDLE_MODULE = "kgpub.child_processes"
_LOWEST_PRIORITY = 19


def end_with_parent() -> None:
    """End this process when the one that started it is gone, however that ended: it might hold a port for ever."""
    Thread(target=_end_after, args=(multiprocessing.parent_process(),), daemon=True).start()


def _end_after(parent: BaseProcess | None) -> None:
    if parent is not None:
        parent.join()
        os._exit(1)


class IdleProcess(AbstractContextManager["IdleProcess"]):
    """Does some work in a process of its own, when the processors have nothing else to do."""

    def __init__(self, work: Callable[[], None], after_seconds: float) -> None:
        """Take the work, which can be pickled, and how long to wait before it begins."""
        self._work = work
        self._process: subprocess.Popen[bytes] | None = None
        self._timer = Timer(after_seconds, self._start)
        self._timer.daemon = True
        self._lock = Lock()
        self._is_over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End the work, done or not."""
        self._timer.cancel()
        with self._lock:
            self._is_over = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        """Start the process and wait for its end, so that the system need not remember it."""
        with self._lock:
            if self._is_over:
                return
            self._process = process = subprocess.Popen([sys.executable, "-m", IDLE_MODULE], stdin=subprocess.PIPE)
            with suppress(BrokenPipeError):
                _input_of(process).write(pickle.dumps(self._work))
                _input_of(process).flush()
        with suppress(BrokenPipeError), process:  # its input is closed then
            process.wait()


def _input_of(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert process.stdin is not None  # noqa: S101 (it was asked for)
    return process.stdin


def main() -> None:
    """Do the work that the parent has sent; its end of our input closes when it is gone."""
    work = pickle.load(sys.stdin.buffer)  # noqa: S301 (the parent wrote it)
    Thread(target=_end_with_input, daemon=True).start()
    _yield_to_everybody()
    work()
    os._exit(0)  # the thread still reads


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _yield_to_everybody() -> None:
    """Let this process run only when the processors have nothing else to do, or as little as the system allows.

    Linux has a class for that (sched(7), ``SCHED_IDLE``).
    """
    os.nice(_LOWEST_PRIORITY)
    if hasattr(os, "SCHED_IDLE"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


if __name__ == "__main__":
    main()
