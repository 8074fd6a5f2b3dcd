"""The log: whole lines of JSON, whoever writes beside it and whoever does not read."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kgpub.access_log import AnsweredRequest, SlowQuery, digest_of
from kgpub.errors import NotWritable
from kgpub.log_file import Line, LogFile

LINES = 2_000
TO_STANDARD_ERROR = f"""
from kgpub.log_file import LogFile
log = LogFile("-")
for number in range({LINES}):
    log.put(lambda number=number: dict(number=number, filled="x" * (number % 300)))
log.close()
"""


def line_of(number: int) -> Callable[[], Line]:
    return lambda: {"number": number, "filled": "x" * (number % 300)}


def request_(**changes: object) -> AnsweredRequest:
    plain = AnsweredRequest(
        0.0, "r", "none", "GET", b"/", b"", 200, b"text/plain", 0.0, 0, "", "", "203.0.113.9", is_aborted=False
    )
    return plain._replace(**changes)  # type: ignore[arg-type]  # each test gives what it is about


def write_many(path: Path) -> None:
    log = LogFile(str(path))
    for number in range(LINES):
        log.put(line_of(number))
        if number % 100 == 0:
            time.sleep(0.02)
    log.close()


def test_lines_of_several_processes_do_not_tear_in_a_file(tmp_path: Path) -> None:
    start = multiprocessing.get_context("spawn").Process
    writers = [start(target=write_many, args=(tmp_path / "log",)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    numbers = [json.loads(line)["number"] for line in (tmp_path / "log").read_text("ascii").splitlines()]
    assert sorted(numbers) == sorted([*range(LINES)] * 3)


def test_what_comes_while_the_last_lines_are_written_is_written_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = LogFile(str(tmp_path / "log"))
    really_write = os.write

    def write_slowly(descriptor: int, data: bytes) -> int:
        monkeypatch.setattr(os, "write", really_write)
        log.put(line_of(2))
        log._is_closing = True  # noqa: SLF001 (as ``close`` does at this very moment)
        return really_write(descriptor, data)

    monkeypatch.setattr(os, "write", write_slowly)
    log.put(line_of(1))
    log._thread.join(5)  # noqa: SLF001
    assert [json.loads(line)["number"] for line in (tmp_path / "log").read_text("ascii").splitlines()] == [1, 2]


def test_lines_of_several_processes_do_not_tear_in_a_pipe() -> None:
    reading, writing = os.pipe()
    writers = [subprocess.Popen([sys.executable, "-c", TO_STANDARD_ERROR], stderr=writing) for _ in range(2)]
    os.close(writing)
    with os.fdopen(reading, "r", encoding="ascii") as pipe:
        numbers = [json.loads(line)["number"] for line in pipe]
    assert [writer.wait(timeout=20) for writer in writers] == [0, 0]
    assert sorted(numbers) == sorted([*range(LINES)] * 2)


def test_where_nobody_reads_nobody_waits_and_losses_are_counted(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    log = LogFile(str(tmp_path / "pipe"))
    began = time.monotonic()
    for number in range(40_000):
        log.put(line_of(number))
    assert time.monotonic() - began < 5
    assert log.lost_lines > 10_000
    os.close(reading)  # now a write fails, and the thread ends
    log.close()


def test_a_log_that_cannot_be_written_is_an_error_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="missing/log"):
        LogFile(str(tmp_path / "missing" / "log"))


def test_the_longest_line_fits_into_one_write() -> None:
    hostile = request_(raw_path=b'\xff"\n' * 30_000, method="\x00" * 5_000)
    assert len(json.dumps(hostile.line())) < 4_000
    slow = SlowQuery(0.0, "r" * 50, "d" * 16, "\U0001f600\n" * 100_000, 12.3456, "answered")
    assert len(json.dumps(slow.line())) < 4_000
    assert slow.line()["characters"] == 200_000


def test_what_is_nought_is_said_and_what_is_unknown_left_out() -> None:
    line = request_(status=0, is_aborted=True).line()
    assert (line["status"], line["bytes"], line["ms"], line["aborted"]) == (None, 0, 0.0, True)
    assert {"cache", "query"}.isdisjoint(line)


def test_a_kept_answer_s_query_is_named_as_the_engine_s_is() -> None:
    line = request_(query_string=b"timeout=1&query=ASK+%7B+%3Fs+%3Fp+%22%C3%A9%22+%7D", cache="hit").line()
    assert line["query"] == digest_of('ASK { ?s ?p "\u00e9" }')
    assert "query" not in request_(query_string=b"noquery=", cache="hit").line()
