"""Make the documents of a release before anybody asks for them, with the time that nothing else wants.

A release never changes, so what is made once is right for as long as it is served. Those that most things point at come
first. It ends when all is done, or the room that it was given is full. Several processes share the things out.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import NamedTuple

from kgpub.content_coding import Headers
from kgpub.description import describe, document_path
from kgpub.document_replies import DocumentReplies
from kgpub.errors import KgpubError
from kgpub.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from kgpub.index_file import IndexFile
from kgpub.prepared_documents import DocumentShelf
from kgpub.reply import with_length
from kgpub.site import Site

#: In which formats documents are prepared: first all of them in those that are asked for most.
ROUNDS = ((HTML, TURTLE, JSON_LD), (RDF_XML, N_TRIPLES))
#: Documents that dictionaries are trained on: 670 bytes a page with 300 of them.
_SAMPLES = 300
#: Things after whose documents readers see them, and their size is looked at.
_THINGS_AT_ONCE = 100
_IRIS_AT_ONCE = 1_000
#: A longer document is made when it is asked for: most of that is sending it.
_LONGEST_BYTES = 200_000

_BY_LINKS = "SELECT id, iri FROM thing WHERE id > ? ORDER BY id LIMIT ?"
_ALL = "SELECT iri FROM document WHERE iri > ? AND page = 1 ORDER BY iri LIMIT ?"


class Share(NamedTuple):
    """Which part of the things is meant: each *of*-th, from the one with this *number* on."""

    number: int = 0
    of: int = 1


_WHOLE = Share()


class Preparation:
    """Makes documents and puts them on a shelf, until the file has a number of bytes."""

    def __init__(
        self, site: Site, replies: DocumentReplies, shelf: DocumentShelf, max_bytes: int, share: Share = _WHOLE
    ) -> None:
        self._site = site
        self._search = IndexFile(site.release.search)
        self._replies = replies
        self._shelf = shelf
        self._max_bytes = max_bytes
        self._share = share

    def run(self) -> None:
        """Make them all, or as many as there is room for."""
        for formats in ROUNDS:
            if self._is_full_after(formats):
                break
        self._shelf.show(is_over=True)

    def _is_full_after(self, formats: tuple[Format, ...]) -> bool:
        """Make all documents in some formats until there is no room; tell whether that is so."""
        self._train(formats)
        iris = islice(self._iris(), self._share.number, None, self._share.of)
        while some := list(islice(iris, _THINGS_AT_ONCE)):
            for iri in some:
                self._prepare(iri, formats)
            if self._shelf.show() >= self._max_bytes:
                return True
        return False

    def _train(self, formats: tuple[Format, ...]) -> None:
        """Make the dictionaries from documents all over the graph; each process finds the same ones."""
        samples = [dict(self._documents(iri, formats)) for iri in _sampled(self._search, _SAMPLES)]
        for fmt in formats:
            self._shelf.train(fmt, [made[fmt] for made in samples if fmt in made])

    def _iris(self) -> Iterator[str]:
        """Yield all things, those that most others point at first; what has a name comes twice."""
        return chain(_paged(self._search, _BY_LINKS, 0), _paged(self._site.documents.file, _ALL, ""))

    def _prepare(self, iri: str, formats: tuple[Format, ...]) -> None:
        lacking = tuple(fmt for fmt in formats if not self._shelf.holds(iri, fmt))
        for fmt, (headers, body) in self._documents(iri, lacking):
            self._shelf.put(iri, fmt, headers, body)

    def _documents(self, iri: str, formats: tuple[Format, ...]) -> Iterator[tuple[Format, tuple[Headers, bytes]]]:
        """Yield the documents that are found at a path of their own, in the formats that can say it."""
        site = self._site
        if not formats or not site.base.holds(iri) or "?" in document_path(site, iri):
            return
        description = describe(site, iri)
        if description is None:
            return
        for fmt in formats:
            with suppress(KgpubError):
                reader = self._replies.usual_reader(fmt)
                body = self._replies.body(description, fmt, reader)
                if len(body) <= _LONGEST_BYTES:
                    headers = self._replies.headers(iri, fmt, reader, is_negotiated=True)
                    yield fmt, (with_length(headers, body), body)


def _sampled(search: IndexFile, count: int) -> Iterable[str]:
    (last,) = search.row("SELECT max(id) FROM thing")
    step = max(1, (last or 0) // count)
    return [iri for (iri,) in search.rows("SELECT iri FROM thing WHERE id % ? = 0 LIMIT ?", step, count)]


def _paged(file: IndexFile, query: str, start: str | int) -> Iterator[str]:
    """Yield the IRIs, last in a row, of a query that goes on behind the first value of the row before."""
    rows = file.rows(query, start, _IRIS_AT_ONCE)
    while rows:
        yield from (row[-1] for row in rows)
        rows = file.rows(query, rows[-1][0], _IRIS_AT_ONCE)
