import hashlib
import json
from pathlib import Path

import pytest

from kgpub.errors import ReleaseMissing
from kgpub.release import MANIFEST, Release, file_sha256, open_release
from projects import EX, release_of


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release_of(tmp_path_factory.mktemp("project"), "ex:a ex:p 1 .")


def test_a_release_is_opened_by_its_folder_or_by_the_folder_of_releases(release: Release) -> None:
    assert open_release(release.folder) == open_release(release.folder.parent) == release


def test_a_reader_keeps_the_release_it_opened(tmp_path: Path) -> None:
    old = release_of(tmp_path, "ex:a ex:p 1 .")
    opened = open_release(tmp_path / "releases")
    new = release_of(tmp_path, "ex:a ex:p 2 .")
    assert opened.folder == old.folder != new.folder
    assert opened.index.is_file()
    assert open_release(tmp_path / "releases").folder == new.folder


def test_the_manifest_says_what_the_release_was_made_from(release: Release) -> None:
    (source,) = release.manifest.sources
    content = (EX + "ex:a ex:p 1 .").encode()
    assert (source.path, source.bytes, source.sha256) == (
        "data/things.ttl",
        len(content),
        hashlib.sha256(content).hexdigest(),
    )


def test_the_manifest_comes_back_as_it_was_written(release: Release) -> None:
    assert (release.folder / MANIFEST).read_text("utf-8") == release.manifest.to_json()


@pytest.mark.parametrize("manifest", [None, "", "[]", "{}", '{"layout": 0}', "no json"])
def test_what_is_no_release_of_this_version_is_told(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / MANIFEST).write_text(manifest, "utf-8")
    with pytest.raises(ReleaseMissing, match="run `kgpub build`"):
        open_release(tmp_path)


def test_a_later_layout_is_told(tmp_path: Path, release: Release) -> None:
    document = json.loads(release.manifest.to_json()) | {"layout": release.manifest.layout + 1}
    (tmp_path / MANIFEST).write_text(json.dumps(document), "utf-8")
    with pytest.raises(ReleaseMissing, match="another version"):
        open_release(tmp_path)


def test_a_checksum_is_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    assert file_sha256(tmp_path / "file") == hashlib.sha256(b"content").hexdigest()
