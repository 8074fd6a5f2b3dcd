"""Read the document index of a release: what the graph says of an IRI, what points at it, what it is called.

No SPARQL is asked here: each answer is a few key look-ups in one read-only SQLite file, the same for a thing with ten
links and one with ten million.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kgpub.errors import ReleaseMissing
from kgpub.label import Label
from kgpub.recent import Recent
from kgpub.release import SUBJECTS_A_PAGE
from kgpub.vocabulary import MEMBERSHIP_PROPERTIES

#: A document about a collection (an ontology, a concept scheme) describes this many members; the rest is paged.
MEMBERS_A_PAGE = 1_000
#: Look-ups of labels go to SQLite in groups of this size.
_IRIS_AT_ONCE = 500
_MMAP_BYTES = 1 << 30
#: Documents' rows kept as they are packed: one request asks for the same one up to four times.
_ROWS_KEPT = 32
#: IRIs whose labels are kept, at most twice as many: nearly every document names some of the same few. About 8 MB.
_LABELLED_KEPT = 4_096

#: A page of a document, and whether there are fragment IRIs under its IRI.
_DOCUMENT = """
SELECT pages, statements, body, EXISTS (SELECT 1 FROM document WHERE iri > ?1 || '#' AND iri < ?1 || '$')
FROM document WHERE iri = ?1 AND page = ?2
"""


@dataclass(frozen=True, slots=True)
class Document:
    """One page of what the graph says of an IRI: canonical N-Quads lines, each in its named graph.

    *statements* counts the lines on all pages, blank nodes' own statements not counted.
    """

    iri: str
    lines: tuple[str, ...]
    page: int = 1
    pages: int = 1
    statements: int = 0


@dataclass(frozen=True, slots=True)
class Incoming:
    """The resources that point at an IRI with one property: one page of them, and how many there are in all."""

    property: str
    subjects: tuple[str, ...]
    total: int
    page: int = 1


class Documents:
    """The document index of one release, safe to use from several threads."""

    def __init__(self, index: Path) -> None:
        """Open the index; raise ``ReleaseMissing`` where there is none."""
        if not index.is_file():
            raise ReleaseMissing(f"{index} is missing; the release is damaged, run `kgpub build` again.")
        # SQLite guards a connection against its threads itself (sqlite3.threadsafety is 3 in every build for CPython).
        address = f"file:{quote(str(index))}?mode=ro&immutable=1"
        self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._database.execute(f"PRAGMA mmap_size = {_MMAP_BYTES}")
        self._has_quoted = self._row("SELECT 1 FROM quoted LIMIT 1") is not None
        self._document = lru_cache(_ROWS_KEPT)(self._read_document)
        self._labelled = Recent[Mapping[str, Label]](_LABELLED_KEPT)

    def first_described(self, iris: Iterable[str]) -> str | None:
        """Return the first of several IRIs that the graph describes, itself or by fragment IRIs under it."""
        for iri in iris:
            if self._is_described(iri):
                return iri
        return None

    def get(self, iri: str, page: int = 1) -> Document | None:
        """Return a page of the document about an IRI, or None where the graph does not describe it."""
        row = self._document(iri, page)
        if row is not None:
            return Document(iri, tuple(_lines_of(row[2])), page, row[0], row[1])
        return Document(iri, ()) if page == 1 and self._is_described(iri) else None

    def has_page(self, iri: str, property_: str | None, page: int) -> bool:
        """Tell whether the document about an IRI, or the list of what points at it with a property, has a page."""
        if property_ is not None:
            query = "SELECT 1 FROM incoming WHERE iri = ? AND property = ? AND page = ?"
            return self._row(query, iri, property_, page) is not None
        return self._is_described(iri) if page == 1 else self._document(iri, page) is not None

    def members(self, iri: str, incoming: Iterable[Incoming]) -> tuple[str, ...]:
        """Return the IRIs whose descriptions belong into the document about *iri*, at most ``MEMBERS_A_PAGE``.

        They are the fragment IRIs under a document's IRI, and of what points at it an ontology's terms and a concept
        scheme's concepts.
        """
        found = dict.fromkeys(self._fragments(iri))
        for links in incoming:
            if links.property in MEMBERSHIP_PROPERTIES:
                found.update(dict.fromkeys(links.subjects))
                for page in range(2, min(-(-links.total // SUBJECTS_A_PAGE), MEMBERS_A_PAGE // SUBJECTS_A_PAGE) + 1):
                    more = self.incoming_page(iri, links.property, page)
                    found.update(dict.fromkeys(more.subjects if more else ()))
        found.pop(iri, None)
        return tuple(found)[:MEMBERS_A_PAGE]

    def incoming(self, iri: str) -> tuple[Incoming, ...]:
        """Return what points at an IRI, by property: the first page of each, most subjects first."""
        rows = self._rows(
            "SELECT property, total, subjects FROM incoming WHERE iri = ? AND page = 1 ORDER BY total DESC, property",
            iri,
        )
        return tuple(Incoming(property_, tuple(_lines_of(body)), total) for property_, total, body in rows)

    def incoming_page(self, iri: str, property_: str, page: int) -> Incoming | None:
        """Return one page of the resources that point at an IRI with a property, or None where it is beyond."""
        row = self._row(
            "SELECT total, subjects FROM incoming WHERE iri = ? AND property = ? AND page = ?", iri, property_, page
        )
        return None if row is None else Incoming(property_, tuple(_lines_of(row[1])), row[0], page)

    def classes(self, limit: int) -> list[tuple[str, int]]:
        """Return the classes with most instances, and how many they have."""
        query = "SELECT iri, instances FROM class ORDER BY instances DESC, iri LIMIT ?"
        return [(iri, instances) for iri, instances in self._rows(query, limit)]

    def labels(self, iris: Iterable[str]) -> dict[str, Mapping[str, Label]]:
        """Return the labels of those of the IRIs that have one, by language."""
        found: dict[str, Mapping[str, Label]] = {}
        unknown = []
        for iri in dict.fromkeys(iris):
            of_one = self._labelled.get(iri)
            if of_one is None:
                unknown.append(iri)
            elif of_one:
                found[iri] = of_one
        for at in range(0, len(unknown), _IRIS_AT_ONCE):
            found.update(self._read_labels(unknown[at : at + _IRIS_AT_ONCE]))
        return found

    def _read_labels(self, iris: list[str]) -> dict[str, dict[str, Label]]:
        read: dict[str, dict[str, Label]] = {iri: {} for iri in iris}
        marks = ",".join("?" * len(iris))
        query = f"SELECT iri, language, property, text FROM label WHERE iri IN ({marks})"  # noqa: S608 (only marks)
        for iri, language, property_, text in self._database.execute(query, iris):
            read[iri][language] = tuple.__new__(Label, (text, language, property_))
        for iri, of_one in read.items():
            self._labelled.keep(iri, of_one)
        return {iri: of_one for iri, of_one in read.items() if of_one}

    def quoted(self, graph: str) -> tuple[str, ...]:
        """Return the statements of a quoted graph; none where there is no such graph."""
        row = self._row("SELECT body FROM quoted WHERE graph = ?", graph) if self._has_quoted else None
        return tuple(_lines_of(row[0])) if row else ()

    def quotations(self, iri: str, limit: int = 100) -> tuple[str, ...]:
        """Return the quoted graphs that speak of an IRI, at most *limit*."""
        if not self._has_quoted:
            return ()
        return tuple(row[0] for row in self._rows("SELECT graph FROM quotation WHERE iri = ? LIMIT ?", iri, limit))

    def _is_described(self, iri: str) -> bool:
        if self._document(iri, 1) is not None or self._fragments(iri, limit=1):
            return True
        return self._has_quoted and self._row("SELECT 1 FROM quoted WHERE graph = ?", iri) is not None

    def _read_document(self, iri: str, page: int) -> tuple[int, int, str | bytes, int] | None:
        row: tuple[int, int, str | bytes, int] | None = self._row(_DOCUMENT, iri, page)
        return row

    def _fragments(self, iri: str, limit: int = MEMBERS_A_PAGE) -> tuple[str, ...]:
        row = self._document(iri, 1)
        if "#" in iri or (row is not None and not row[3]):
            return ()
        query = "SELECT iri FROM document WHERE iri > ? AND iri < ? AND page = 1 LIMIT ?"
        return tuple(row[0] for row in self._rows(query, f"{iri}#", f"{iri}$", limit))

    def _row(self, query: str, *values: str | int) -> Any:
        return self._database.execute(query, values).fetchone()

    def _rows(self, query: str, *values: str | int) -> list[Any]:
        return self._database.execute(query, values).fetchall()


def _lines_of(body: str | bytes) -> list[str]:
    """Return the lines of a body as the index packs it: short ones as text, longer ones deflated."""
    text = body if isinstance(body, str) else zlib.decompress(body).decode()
    return text.split("\n")
