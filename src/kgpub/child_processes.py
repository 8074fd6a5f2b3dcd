"""Processes that the server's main process starts, and that never outlive it."""

import multiprocessing
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock, Thread, Timer
from types import TracebackType
from typing import Self

#: What Linux shows of a process that an ``IdleProcess`` is (proc(5), ``comm``).
IDLE_NAME = "kgpub-idle"
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
        self._process = multiprocessing.get_context("spawn").Process(target=_work, args=(work,), daemon=True)
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
        with self._lock:
            self._is_over = True
        self._timer.cancel()
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()

    def _start(self) -> None:
        with self._lock:
            if not self._is_over:
                self._process.start()


def _work(work: Callable[[], None]) -> None:
    with suppress(OSError):
        Path("/proc/self/comm").write_text(IDLE_NAME, "ascii")
    end_with_parent()
    yield_to_everybody()
    work()


def yield_to_everybody() -> None:
    """Let this process run only when the processors have nothing else to do, or as little as the system allows.

    Linux has a class for that (sched(7), ``SCHED_IDLE``).
    """
    os.nice(_LOWEST_PRIORITY)
    if hasattr(os, "SCHED_IDLE"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
