import os
import stat
from pathlib import Path

import pytest

from kgpub.errors import BuildRunning, NotWritable
from kgpub.publish import point_current_at, publish, staging


def published(releases: Path, release_id: str) -> Path:
    with staging(releases) as folder:
        (folder / "file").write_text(release_id, "utf-8")
        return publish(folder, release_id)


def leftovers(releases: Path) -> list[str]:
    return [path.name for path in releases.iterdir() if path.name.startswith(".staging-")]


def test_a_published_folder_is_whole_and_current(tmp_path: Path) -> None:
    target = published(tmp_path / "releases", "1")
    assert target == tmp_path / "releases" / "1"
    assert (tmp_path / "releases" / "current" / "file").read_text("utf-8") == "1"
    assert (tmp_path / "releases" / "current").readlink() == Path("1")
    assert leftovers(tmp_path / "releases") == []


def test_others_may_read_a_release(tmp_path: Path) -> None:
    assert stat.S_IMODE(published(tmp_path, "1").stat().st_mode) == 0o755


def test_a_newer_release_leaves_the_older_one_as_it_was(tmp_path: Path) -> None:
    published(tmp_path, "1")
    published(tmp_path, "2")
    assert {path.name for path in tmp_path.iterdir()} == {".lock", "1", "2", "current"}
    assert (tmp_path / "1" / "file").read_text("utf-8") == "1"
    assert (tmp_path / "current").resolve() == tmp_path / "2"


def test_what_is_not_published_is_removed(tmp_path: Path) -> None:
    with staging(tmp_path) as folder:
        (folder / "file").touch()
    assert leftovers(tmp_path) == []


def test_what_a_killed_build_left_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".staging-killed" / "store").mkdir(parents=True)
    (tmp_path / ".staging-current").symlink_to("nowhere")
    published(tmp_path, "1")
    assert leftovers(tmp_path) == []


def test_a_damaged_release_makes_way_for_its_rebuilt_self(tmp_path: Path) -> None:
    (tmp_path / "1" / "store").mkdir(parents=True)
    assert (published(tmp_path, "1") / "file").is_file()
    published(tmp_path, "2")
    assert leftovers(tmp_path) == []


def test_two_builds_at_once_are_refused(tmp_path: Path) -> None:
    with staging(tmp_path), pytest.raises(BuildRunning, match="Another build"), staging(tmp_path):
        pytest.fail("two builds at once")
    published(tmp_path, "1")


def test_current_can_go_back_to_an_older_release(tmp_path: Path) -> None:
    older = published(tmp_path, "1")
    published(tmp_path, "2")
    point_current_at(older)
    assert (tmp_path / "current").resolve() == older


@pytest.mark.parametrize("below", ["", "/deeper"])
def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path, below: str) -> None:
    (tmp_path / "releases").touch()
    with pytest.raises(NotWritable, match="releases"), staging(Path(f"{tmp_path}/releases{below}")):
        pytest.fail("built in a file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("prepared", [False, True])
def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path, *, prepared: bool) -> None:
    if prepared:
        (tmp_path / ".lock").touch()
    tmp_path.chmod(0o555)
    with pytest.raises(NotWritable, match="cannot be written to: Permission denied"), staging(tmp_path):
        pytest.fail("built in a read-only folder")
