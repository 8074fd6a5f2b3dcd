"""Documents that are made before anybody asks: what is put on the shelf is what readers find, whole or not at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kgpub.formats import HTML, TURTLE
from kgpub.prepared_documents import DocumentShelf, PreparedDocuments, Progress, create

HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"link", b'</a>; rel="b\tc"'), (b"vary", b"Accept")]


def page(number: int) -> bytes:
    return f"<!doctype html>\n\n<title>Thing {number}</title>{'<p>the same words on every page</p>' * 50}é".encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create(tmp_path / "documents.sqlite")
    return tmp_path / "documents.sqlite"


@pytest.fixture
def shelf(path: Path) -> Iterator[DocumentShelf]:
    with closing(DocumentShelf(path)) as shelf:
        yield shelf


@pytest.mark.parametrize("samples", [0, 1, 200], ids=["no sample", "too few", "enough"])
def test_a_document_is_found_as_it_was_put_there(path: Path, shelf: DocumentShelf, samples: int) -> None:
    shelf.train(HTML, [(HEADERS, page(number)) for number in range(samples)])
    for number in range(300):
        shelf.put(f"http://ex.org/{number}", HTML, HEADERS, page(number))
    shelf.put("http://ex.org/empty", HTML, HEADERS, b"")
    shelf.show()
    with closing(PreparedDocuments(path)) as prepared:
        for number in range(300):
            assert prepared.get(f"http://ex.org/{number}", HTML) == (HEADERS, page(number))
        assert prepared.get("http://ex.org/empty", HTML) == (HEADERS, b"")
        assert prepared.get("http://ex.org/300", HTML) is None
        assert prepared.get("http://ex.org/1", TURTLE) is None


def test_a_dictionary_makes_pages_that_are_alike_small(path: Path, shelf: DocumentShelf) -> None:
    shelf.train(HTML, [(HEADERS, page(number)) for number in range(200)])
    for number in range(2_000):
        shelf.put(f"http://ex.org/{number}", HTML, HEADERS, page(number))
    size = shelf.show()
    assert 0 < size < 2_000 * len(page(1)) / 8
    with closing(PreparedDocuments(path)) as prepared:
        assert prepared.progress() == Progress(2_000, size, is_over=False)


def test_readers_see_documents_when_they_are_shown_and_wait_for_nobody(path: Path, shelf: DocumentShelf) -> None:
    shelf.train(HTML, [])
    with closing(PreparedDocuments(path)) as prepared:
        shelf.put("http://ex.org/1", HTML, HEADERS, page(1))
        assert shelf.holds("http://ex.org/1", HTML)
        assert not shelf.holds("http://ex.org/1", TURTLE)
        assert prepared.get("http://ex.org/1", HTML) is None
        shelf.show()
        shelf.put("http://ex.org/2", HTML, HEADERS, page(2))  # a write is open again
        assert prepared.get("http://ex.org/1", HTML) == (HEADERS, page(1))
        shelf.show(is_over=True)
        assert prepared.progress()[0::2] == (2, True)


def test_what_several_put_there_is_there_once(tmp_path: Path) -> None:
    create(path := tmp_path / "documents.sqlite", makers=2)
    samples = [(HEADERS, page(number)) for number in range(200)]
    with closing(DocumentShelf(path)) as one, closing(DocumentShelf(path)) as other:
        one.train(HTML, samples)
        other.train(HTML, samples[:1])  # what the first has trained is taken
        for number in range(20):
            one.put(f"http://ex.org/{number}", HTML, HEADERS, page(number))
            other.put(f"http://ex.org/{number + 10}", HTML, HEADERS, page(number + 10))
        one.show(is_over=True)
        with closing(PreparedDocuments(path)) as prepared:
            assert prepared.progress()[0::2] == (20, False)
            size = other.show(is_over=True)
            assert prepared.progress() == Progress(30, size, is_over=True)
            for number in range(30):
                assert prepared.get(f"http://ex.org/{number}", HTML) == (HEADERS, page(number))


def test_readers_do_without_where_the_file_is_damaged(path: Path) -> None:
    with closing(PreparedDocuments(path)) as prepared:
        with closing(sqlite3.connect(path)) as other:
            other.executescript("DROP TABLE document")
        assert prepared.get("http://ex.org/1", HTML) is None
