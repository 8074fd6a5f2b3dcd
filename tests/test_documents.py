import threading
from pathlib import Path

import pytest

from kgpub.documents import Documents
from kgpub.errors import ReleaseMissing
from kgpub.index import write_index


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    folder = tmp_path / "odd ?#% folder"
    folder.mkdir()
    lines = sorted(f"<a:{number}> <a:p> <a:o> ." for number in range(50))
    write_index(folder / "index.sqlite", lambda: lines, lambda _: False)
    return Documents(folder / "index.sqlite")


def test_a_missing_index_is_a_damaged_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseMissing, match="damaged"):
        Documents(tmp_path / "index.sqlite")


def test_an_index_in_a_folder_with_an_odd_name_is_read(documents: Documents) -> None:
    document = documents.get("a:7")
    assert document is not None
    assert document.lines == ("<a:7> <a:p> <a:o> .",)


def test_several_threads_read_at_once(documents: Documents) -> None:
    found: list[object] = []
    readers = [threading.Thread(target=lambda: found.append(documents.get("a:7"))) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert found == [documents.get("a:7")] * 8


def test_nothing_is_found_under_what_is_no_iri_of_the_data(documents: Documents) -> None:
    assert documents.first_described(["", "a:", "a:7#", "a:7'", "a:%"]) is None
