from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgpub.linesort import LineSorter, SortedFiles, merge, merged_blocks, read_lines, write_lines

ODD = ["a\u2028b", "a\x85b", "a\x0bb", "a\x0cb", "a\x1cb", "a\rb", "a\r", " ", "", "é", "😀", "\ufffd"]
line_texts = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(lines=st.lists(st.sampled_from(ODD) | line_texts, max_size=20), limit=st.integers(1, 5))
def test_lines_come_back_sorted_and_once(tmp_path: Path, lines: list[str], limit: int) -> None:
    with closing(LineSorter(tmp_path, lines_in_memory=limit)) as sorter:
        for line in lines:
            sorter.add(line)
        assert list(sorter) == sorted(set(lines))


def test_a_sorter_can_be_read_twice(tmp_path: Path) -> None:
    with closing(LineSorter(tmp_path, lines_in_memory=3)) as sorter:
        for number in range(10):
            sorter.add(str(number % 7))
        assert list(sorter) == list(sorter) == list("0123456")


def test_a_closed_sorter_leaves_no_file(tmp_path: Path) -> None:
    with closing(LineSorter(tmp_path, lines_in_memory=1)) as sorter:
        sorter.add("a")
        sorter.add("b")
        assert len(list(tmp_path.iterdir())) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("line", ODD)
def test_only_a_line_feed_ends_a_line_of_a_file(tmp_path: Path, line: str) -> None:
    write_lines(tmp_path / "lines", [line, line])
    assert list(read_lines(tmp_path / "lines")) == [line, line]


def test_merging_drops_what_several_runs_hold() -> None:
    assert list(merge([["a", "c"], ["a", "b", "c"], []])) == ["a", "b", "c"]


@settings(deadline=None)
@given(st.lists(st.sets(st.sampled_from("abcdefgh")).map(sorted), max_size=5), st.integers(1, 4))
def test_runs_of_any_length_are_merged_by_blocks(runs: list[list[str]], size: int) -> None:
    blocks = list(merged_blocks(runs, size))
    assert [line for block in blocks for line in block] == sorted({line for run in runs for line in run})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=st.sets(st.text("ab\u00e9", max_size=5), max_size=12), start=st.text("ab\u00e9", max_size=3))
def test_lines_of_sorted_files_are_found_by_their_start(tmp_path: Path, lines: set[str], start: str) -> None:
    ordered = sorted(lines)
    write_lines(tmp_path / "1", ordered[::2])
    write_lines(tmp_path / "2", ordered[1:])
    files = SortedFiles((tmp_path / "1", tmp_path / "2"))
    assert list(files()) == ordered
    assert list(files.starting(start)) == [line for line in ordered if line.startswith(start)]
