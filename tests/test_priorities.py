"""Who yields the processor, and who has it back."""

import ctypes
import os
import platform
import signal
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kgpub.priorities import Priorities
from kgpub.time_slices import set_slice

NOBODY = 65_534
SCHED_GETATTR = {"x86_64": 315, "aarch64": 275}


def as_worker(priorities: Priorities, act: Callable[[], None]) -> int:
    """Let a forked process be worker 0, and return its status."""
    pid = os.fork()
    if pid == 0:
        try:
            priorities.take_seat(0)
            act()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1]


@contextmanager
def at_a_query_without_end(priorities: Priorities, worker: int) -> Iterator[int]:
    """Let a forked process be a worker that is at a query already when it is returned."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        priorities.take_seat(worker)
        priorities.begin(worker)
        os.write(writer, b".")
        signal.pause()
    os.read(reader, 1)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reader)
        os.close(writer)


def niceness(pid: int = 0) -> int:
    return os.getpriority(os.PRIO_PROCESS, pid)


def slice_ms(pid: int = 0) -> float:
    """Return how long a process may run at a stretch (sched_getattr(2)); 0 where the kernel does not tell."""
    found = ctypes.create_string_buffer(48)
    ctypes.CDLL(None).syscall(SCHED_GETATTR.get(platform.machine(), -1), pid, found, len(found), 0)
    return float(struct.unpack_from("=Q", found, 24)[0]) / 1e6


def outlast(priorities: Priorities) -> None:
    """Be at a query for so long that it yields, as another process decides."""
    priorities.begin(0)
    time.sleep(0.15)
    priorities.lower()


def test_a_short_query_keeps_its_priority() -> None:
    priorities, usual = Priorities(1), niceness()

    def act() -> None:
        priorities.begin(0)
        priorities.lower()
        assert niceness() == usual
        priorities.end(0)
        time.sleep(0.15)
        priorities.lower()  # idle for long
        assert niceness() == usual

    assert as_worker(priorities, act) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may raise a priority")
def test_a_long_query_yields_and_the_superuser_s_worker_has_its_priority_back() -> None:
    priorities, usual = Priorities(1), niceness()

    def act() -> None:
        outlast(priorities)
        assert niceness() == usual + 4
        priorities.end(0)
        assert niceness() == usual

    assert as_worker(priorities, act) == 0


def test_a_worker_that_may_not_have_its_priority_back_ends() -> None:
    priorities = Priorities(1)

    def act() -> None:
        if os.geteuid() == 0:
            os.setuid(NOBODY)
        outlast(priorities)
        priorities.end(0)

    status = as_worker(priorities, act)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGTERM


def test_a_long_query_is_interrupted_at_once_by_what_wakes_up_and_a_short_one_is_not() -> None:
    priorities, usual = Priorities(2), slice_ms()
    if usual == 0:
        pytest.skip("this kernel (before 6.12) has one slice for all")
    with at_a_query_without_end(priorities, 0) as long:
        time.sleep(0.15)
        with at_a_query_without_end(priorities, 1) as short:
            priorities.lower()
            assert slice_ms(long) == 20
            assert slice_ms(short) == usual


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser's worker goes on")
def test_a_worker_has_its_slice_back() -> None:
    priorities, usual = Priorities(1), slice_ms()

    def act() -> None:
        outlast(priorities)
        priorities.end(0)
        assert slice_ms() == usual

    assert as_worker(priorities, act) == 0


def test_an_ordinary_user_may_choose_a_slice() -> None:
    priorities, usual = Priorities(1), slice_ms()

    def act() -> None:
        if os.geteuid() == 0:
            os.setuid(NOBODY)
        set_slice(0, 100)
        assert slice_ms() == (100 if usual else 0)
        set_slice(0, 0)
        assert slice_ms() == usual

    assert as_worker(priorities, act) == 0


def test_of_long_queries_the_youngest_comes_first() -> None:
    priorities, usual = Priorities(3), niceness()
    least, middle, most = (min(usual + step, 19) for step in (4, 10, 15))
    with at_a_query_without_end(priorities, 1) as oldest, at_a_query_without_end(priorities, 0) as second:
        time.sleep(0.15)
        priorities.lower()
        assert (niceness(oldest), niceness(second)) == (middle, least)
        with at_a_query_without_end(priorities, 2) as youngest:
            time.sleep(0.15)
            priorities.lower()
            assert [niceness(pid) for pid in (oldest, second, youngest)] == [most, middle, least]
        priorities.end(2)
        priorities.lower()  # the others cannot have theirs back, unless the superuser's
        assert [niceness(pid) for pid in (oldest, second)] == [most, middle]


def test_a_server_of_low_priority_is_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgpub.priorities.set_slice", lambda _pid, _milliseconds: None)
    monkeypatch.setattr(os, "setpriority", lambda _kind, _pid, wanted: asked.append(wanted))
    monkeypatch.setattr(os, "getpriority", lambda _kind, _pid: 18)
    asked: list[int] = []
    priorities = Priorities(1)
    priorities.take_seat(0)
    priorities.begin(0)
    time.sleep(0.15)
    priorities.lower()
    assert asked == [19]


def test_a_worker_that_is_gone_harms_nobody() -> None:
    priorities = Priorities(1)
    assert as_worker(priorities, lambda: priorities.begin(0)) == 0
    time.sleep(0.15)
    priorities.lower()
