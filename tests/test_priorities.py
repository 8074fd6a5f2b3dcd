"""Who yields the processor, and who has it back."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from kgpub.priorities import Priorities

NOBODY = 65_534


def as_worker(priorities: Priorities, act: Callable[[], None]) -> int:
    """Let a forked process be worker 0, and return its status."""
    pid = os.fork()
    if pid == 0:
        priorities.take_seat(0)
        act()
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


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
        assert niceness() == 10
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


def test_a_worker_that_is_gone_harms_nobody() -> None:
    priorities = Priorities(1)
    assert as_worker(priorities, lambda: priorities.begin(0)) == 0
    time.sleep(0.15)
    priorities.lower()
