"""Folders of processes: removed at the end, or by the next one where nobody could."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kgpub.scratch import Scratch

HOLD = "import sys, time; from pathlib import Path; from kgpub.scratch import Scratch; s = Scratch(Path(sys.argv[1])); "


def age(folder: Path, seconds: float = 3_600) -> None:
    then = folder.stat().st_mtime - seconds
    os.utime(folder, (then, then))


def folder_of_one_that_was_killed(parent: Path) -> Path:
    holder = subprocess.Popen(
        [sys.executable, "-c", f"{HOLD} (s.path / 'large').touch(); print(s.path, flush=True); time.sleep(60)", parent],
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        folder = Path(holder.stdout.readline().strip())
        holder.kill()
    assert folder.parent == parent
    return folder


def test_a_folder_lasts_as_long_as_it_is_used(tmp_path: Path) -> None:
    with Scratch(tmp_path) as folder:
        (folder / "file").touch()
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == []


def test_by_default_it_lies_with_other_temporary_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Scratch() as folder:
        assert folder.parent == tmp_path


def test_the_next_one_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    left = folder_of_one_that_was_killed(tmp_path)
    with Scratch(tmp_path):
        assert left.exists(), "it may be one that is about to be locked"
    age(left)
    with Scratch(tmp_path):
        assert not left.exists()


def test_what_is_in_use_or_somebody_else_s_stays(tmp_path: Path) -> None:
    other = tmp_path / "kgpub-other"
    other.mkdir()
    linked = tmp_path / "kgpub-link"
    linked.symlink_to(other)
    with Scratch(tmp_path) as first:
        age(first)
        age(other)
        with Scratch(tmp_path):
            assert first.exists()
            assert other.exists()
            assert linked.exists()


def test_a_folder_that_its_owner_holds_otherwise_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / "kgpub-theirs"
    theirs.mkdir()
    (theirs / ".held").touch()
    age(theirs)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with Scratch(tmp_path):
        assert theirs.exists()
    monkeypatch.undo()
    with (theirs / ".held").open("wb") as held:
        age(theirs)
        fcntl.flock(held, fcntl.LOCK_EX)
        with Scratch(tmp_path):
            assert theirs.exists()
