"""A process that works when nobody else does, and that never outlives the one that started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kgpub.child_processes import IDLE_MODULE, IdleProcess

#: Where the processes find the work that they are to do.
TESTS = os.pathsep.join((str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")))
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def tell(path: Path, seconds: float) -> None:
    """Write down what this process is, then stay for a while."""
    policy = os.sched_getscheduler(0)
    path.with_suffix(".new").write_text(f"{os.getpid()} {policy}", "utf-8")
    path.with_suffix(".new").rename(path)
    time.sleep(seconds)


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a process tells what it is, which finds its work."""
    monkeypatch.setenv("PYTHONPATH", TESTS)
    return tmp_path / "told"


@linux
def test_it_runs_in_the_idle_class_under_its_name_and_ends_with_its_block(told: Path) -> None:
    with IdleProcess(partial(tell, told, 60.0), 0.0):
        assert eventually(told.exists)
        pid, policy = told.read_text("utf-8").split()
        assert int(policy) == os.SCHED_IDLE
        assert IDLE_MODULE in Path(f"/proc/{pid}/cmdline").read_text("utf-8")
        assert not is_gone(int(pid))
    assert is_gone(int(pid))


@linux
def test_a_process_that_has_done_its_work_is_gone_while_the_block_goes_on(told: Path) -> None:
    with IdleProcess(partial(tell, told, 0.0), 0.0):
        assert eventually(told.exists)
        pid = told.read_text("utf-8").split()[0]
        assert eventually(lambda: not Path(f"/proc/{pid}").exists())


def test_a_block_that_is_left_soon_starts_nothing(told: Path) -> None:
    with IdleProcess(partial(tell, told, 0.0), 0.3):
        pass
    time.sleep(0.6)
    assert not told.exists()


@linux
def test_it_ends_when_its_parent_is_killed(told: Path) -> None:
    script = (
        "import time; from functools import partial; from pathlib import Path\n"
        "from kgpub.child_processes import IdleProcess; from test_child_processes import tell\n"
        f"with IdleProcess(partial(tell, Path({str(told)!r}), 60.0), 0.0): time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as parent:
        assert eventually(told.exists)
        pid = int(told.read_text("utf-8").split()[0])
        parent.send_signal(signal.SIGKILL)
    assert eventually(lambda: is_gone(pid))
