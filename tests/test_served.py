"""What is served: files as they are, and a word where nothing is in them; a server runs in test_server."""

from pathlib import Path

import pytest

from kgpub.release import open_release
from kgpub.served import release_to_serve, settings_to_serve


@pytest.mark.parametrize(
    ("name", "text", "is_told"),
    [("a.jsonld", '{"name": "A"}', True), ("a.ttl", "# nothing", True), ("a.ttl", "<a:s> <a:p> <a:o> .", False)],
)
def test_files_that_state_nothing_are_served_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, *, is_told: bool
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    settings = settings_to_serve(tmp_path, [tmp_path / name])
    folder = release_to_serve(settings, [tmp_path / name], tmp_path / "releases", None, union=False)
    assert open_release(folder).manifest.counts.quads == (not is_told)
    told = " ".join(capsys.readouterr().err.split())
    assert ("Nothing is stated in" in told) is is_told
