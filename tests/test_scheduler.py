"""Tests that share what was built for them run in one process."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from conftest import pytest_xdist_make_scheduler
from scheduler import LONGEST, group_of, place_of

TESTS = Path(__file__).parent


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [("tests/test_a.py::test_x[b/c::d]", "test_a.py"), ("tests/hostile/test_a.py::test_x", "hostile"),
     ("test_a.py::test_x", "test_a.py"), ("hostile/test_b.py::test_x[1@2]", "hostile")],
)  # fmt: skip
def test_a_file_or_a_folder_is_a_group(nodeid: str, group: str) -> None:
    assert group_of(nodeid) == group


def test_every_group_that_takes_long_is_there_and_starts_before_the_others() -> None:
    assert [name for name in LONGEST if not (TESTS / name).exists()] == []
    assert (
        place_of(f"tests/{LONGEST[0]}::test_x") < place_of(f"tests/{LONGEST[1]}::test_x") < place_of("tests/test_a.py")
    )


class Process:
    """A process that is given tests, as pytest-xdist sees it."""

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.given: list[int] = []
        self.shutting_down = False

    def send_runtest_some(self, indices: list[int]) -> None:
        self.given += indices

    def shutdown(self) -> None:
        self.shutting_down = True


def test_a_group_runs_in_one_process_and_groups_in_several() -> None:
    files = ("tests/hostile/test_a.py", "tests/hostile/test_b.py", "tests/test_api.py", "tests/test_c.py")
    tests = [f"{file}::test_{number}[a/b]" for file in files for number in range(5)]
    option = SimpleNamespace(loadscopereorder=True)
    config = SimpleNamespace(option=option, getvalue={"tx": ["2*popen"]}.get)
    made = pytest_xdist_make_scheduler(config, None)
    processes = [Process("gw0"), Process("gw1")]
    for process in processes:
        made.add_node(process)
        made.add_node_collection(process, tests)
    made.schedule()
    for index in range(10, 15):  # the second one is done with its first group
        made.mark_test_complete(processes[1], index)
    assert [process.given for process in processes] == [list(range(10)), list(range(10, 20))]
