"""Work in processes of its own: its answer, its errors, and its end."""

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kgpub.errors import ProcessLost, RdfSyntaxError
from kgpub.tasks import Crew, Task

SELF = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from test_tasks import *; "


def double(number: int) -> int:
    sys.stdout.write("what is printed is no answer")
    return 2 * number


def fail_to_parse(path: str) -> None:
    raise RdfSyntaxError(path, 3, 4, "no RDF")


def fail_to_write() -> None:
    raise OSError(errno.ENOSPC, "No space left on device", "file")


def fail_to_insert() -> None:
    sqlite3.connect(":memory:").execute("INSERT INTO missing VALUES (1)")


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


def sleep(note: Path) -> None:
    note.write_text(str(os.getpid()))
    time.sleep(60)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def started(crew: Crew, note: Path) -> tuple[Task[None], int]:
    task = crew.start(sleep, note)
    return task, process_in(note)


def process_in(note: Path) -> int:
    deadline = time.monotonic() + 30
    while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return int(note.read_text())


def is_gone(process: int) -> bool:
    deadline = time.monotonic() + 10
    while Path(f"/proc/{process}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return not Path(f"/proc/{process}").exists()


@pytest.mark.parametrize("processes", [1, 2])
def test_work_is_done_here_or_beside_with_the_same_answer(processes: int) -> None:
    with Crew(processes) as crew:
        assert [task.result() for task in [crew.start(double, number) for number in (1, 2, 3)]] == [2, 4, 6]


def test_an_answer_can_be_asked_for_again() -> None:
    with Crew(2) as crew:
        task = crew.start(double, 4)
        assert (task.result(), task.result()) == (8, 8)


def test_work_that_gives_way_runs_at_a_lower_priority_and_answers_alike() -> None:
    with Crew(2) as crew:
        first, second, third = crew.start(priority), crew.start_second(priority), crew.start_giving_way(priority)
        assert third.result() > second.result() > first.result() == priority()


def test_an_error_arrives_as_it_was_raised() -> None:
    with Crew(2) as crew, pytest.raises(RdfSyntaxError) as error:
        crew.start(fail_to_parse, "a.ttl").result()
    assert error.value.sentence == "a.ttl, line 3, column 4: no RDF."


def test_a_full_disk_is_still_told_by_its_number() -> None:
    with Crew(2) as crew, pytest.raises(OSError, match="No space left") as error:
        crew.start(fail_to_write).result()
    assert (error.value.errno, error.value.filename) == (errno.ENOSPC, "file")


def test_an_error_of_sqlite_keeps_its_code() -> None:
    with Crew(2) as crew, pytest.raises(sqlite3.OperationalError, match="no such table") as error:
        crew.start(fail_to_insert).result()
    assert error.value.sqlite_errorcode == sqlite3.SQLITE_ERROR


def test_a_killed_process_is_told(tmp_path: Path) -> None:
    with Crew(2) as crew:
        task, process = started(crew, tmp_path / "note")
        os.kill(process, signal.SIGKILL)
        with pytest.raises(ProcessLost, match="ended from outside"):
            task.result()


def test_leaving_a_crew_ends_its_processes(tmp_path: Path) -> None:
    with Crew(2) as crew:
        _, process = started(crew, tmp_path / "note")
    assert is_gone(process)


@pytest.mark.skipif(sys.platform != "linux", reason="only there the kernel tells")
def test_a_process_ends_with_the_one_that_started_it_however_that_ends(tmp_path: Path) -> None:
    note = tmp_path / "note"
    code = SELF + f"crew = Crew(2); crew.start(sleep, Path({str(note)!r})).result()"
    with subprocess.Popen([sys.executable, "-c", code]) as caller:
        process = process_in(note)
        caller.kill()
    assert is_gone(process)


def test_shares_keep_the_order_and_are_about_as_large_as_each_other() -> None:
    assert Crew(2).shares("abcd", [1, 1, 1, 1]) == [("a", "b"), ("c", "d")]
    assert Crew(2).shares("abc", [1, 1, 9]) == [("a", "b"), ("c",)]
    assert Crew(3).shares("ab", [0, 0]) == [("a", "b")]
    assert Crew(2).shares("", []) == []
