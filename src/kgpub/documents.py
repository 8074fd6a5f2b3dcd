"""Read the document index of a release: what the graph says of an IRI, what points at it, what it is called.

No SPARQL is asked here: each answer is a few key look-ups in one read-only SQLite file, the same for a thing with ten
links and one with ten million.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, cast

from kgpub.bodies import lines_of
from kgpub.index_file import IndexFile
from kgpub.label import Label
from kgpub.recent import Recent
from kgpub.release import MEMBERS_A_PAGE, SUBJECTS_A_PAGE, WAYS_SHOWN
from kgpub.vocabulary import DCTERMS, MEMBERSHIP_PROPERTIES

#: Look-ups of labels go to SQLite in groups of this size.
_IRIS_AT_ONCE = 500
#: Documents' rows kept as they are packed: one request asks for the same one up to four times.
_ROWS_KEPT = 32
#: IRIs whose labels are kept, at most twice as many: nearly every document names some of the same few. About 8 MB.
_LABELLED_KEPT = 4_096

#: A page of a document, and whether there are fragment IRIs under its IRI.
_DOCUMENT = """
SELECT pages, statements, body, kind, EXISTS (SELECT 1 FROM document WHERE iri >= ?1 || '#' AND iri < ?1 || '$')
FROM document WHERE iri = ?1 AND page = ?2
"""

_Row = tuple[int, int, str | bytes, str, int]


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


class ListKind(Enum):
    """A list that belongs to a document, besides those of what points at its thing with one property.

    The value is its name in addresses: the properties that things point with, the fragment IRIs under the thing's, and
    the quoted graphs that speak of it.
    """

    WAYS = "incoming-properties"
    FRAGMENTS = "fragments"
    QUOTATIONS = "quotations"


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list, and how many items there are in all."""

    items: tuple[str, ...] = ()
    total: int = 0
    page: int = 1


@dataclass(frozen=True, slots=True)
class Quoted:
    """One page of a quoted graph; *statements* counts those on all pages."""

    lines: tuple[str, ...] = ()
    pages: int = 0
    statements: int = 0


class Gone(NamedTuple):
    """A thing that is not described any more: the last release that did, empty if unknown, and what replaces it."""

    release: str
    replaced_by: tuple[str, ...]


NOTHING_QUOTED = Quoted()
EMPTY_LIST = ListPage()


_LISTS = {
    ListKind.WAYS: "SELECT properties, total FROM ways WHERE iri = ? AND page = ?",
    ListKind.FRAGMENTS: "SELECT iris, total FROM fragment WHERE iri = ? AND page = ?",
    ListKind.QUOTATIONS: "SELECT graphs, total FROM quotation WHERE iri = ? AND page = ?",
}


class Documents:
    """The document index of one release, safe to use from several threads."""

    def __init__(self, index: Path) -> None:
        """Open the index; raise ``ReleaseMissing`` where there is none."""
        self.file = IndexFile(index)
        self._row, self._rows = self.file.row, self.file.rows
        self._has_quoted = self._row("SELECT 1 FROM quoted LIMIT 1") is not None
        self._has_outside_labels = self._row("SELECT 1 FROM outside_label LIMIT 1") is not None
        self._document = lru_cache(_ROWS_KEPT)(self._read_document)
        self._labelled = Recent[Mapping[str, Label]](_LABELLED_KEPT)

    def first_described(self, iris: Iterable[str]) -> str | None:
        """Return the first of several IRIs that the graph describes, itself or by fragment IRIs under it."""
        return next(filter(self._is_described, iris), None)

    def get(self, iri: str, page: int = 1) -> Document | None:
        """Return a page of the document about an IRI, or None where the graph does not describe it.

        Its *pages* are those of the thing's own statements; a graph that it names may have more (``quoted``).
        """
        row = self._document(iri, page)
        if row is not None:
            return Document(iri, tuple(lines_of(row[2])), page, row[0], row[1])
        if page == 1:
            return Document(iri, ()) if self._is_described(iri) else None
        first = self._document(iri, 1)
        pages, statements = (first[0], first[1]) if first else (1, 0)
        return Document(iri, (), page, pages, statements) if self.quoted(iri, page).lines else None

    def pages(self, iri: str) -> int:
        """Return how many pages the document about an IRI has; 0 where the graph does not describe it."""
        first = self._document(iri, 1)
        own = first[0] if first else int(self._is_described(iri))
        return max(own, self.quoted(iri).pages) if self._has_quoted else own

    def kind(self, iri: str) -> str:
        """Return the class of schema.org that fits a thing best, empty where none is known."""
        row = self._row("SELECT kind FROM document WHERE iri = ? AND page = 1", iri)
        return row[0] if row is not None else ""

    def kind_of_document(self, iri: str) -> str:
        """Return the same for a thing whose document is asked for: it is in what is read for that anyway."""
        row = self._document(iri, 1)
        return row[3] if row is not None else ""

    def gone(self, iri: str) -> Gone | None:
        """Return what is known of a thing that is not described any more, None for any other IRI.

        What is described may say itself that it replaces the thing.
        """
        row = self._row("SELECT release, replaced_by FROM gone WHERE iri = ?", iri)
        if row is None:
            return None
        replacing = self.incoming_page(iri, DCTERMS + "replaces", 1)
        replaced_by = (*row[1].split(), *(replacing.subjects if replacing else ()))
        return Gone(row[0], tuple(dict.fromkeys(replaced_by)))

    def members(self, iri: str) -> tuple[str, ...]:
        """Return the IRIs whose descriptions belong into the document about *iri*, at most ``MEMBERS_A_PAGE``.

        They are the fragment IRIs under it, or beside it where it ends with ``#`` as many an ontology's does, and of
        what points at it an ontology's terms and a concept scheme's concepts.
        """
        pointing = (subject for property_ in MEMBERSHIP_PROPERTIES for subject in self.subjects(iri, property_))
        found = dict.fromkeys((*self._fragments(iri), *pointing))
        found.pop(iri, None)
        return tuple(found)[:MEMBERS_A_PAGE]

    def subjects(self, iri: str, property_: str) -> Iterator[str]:
        """Yield the first of the resources that point at an IRI with a property, at most ``MEMBERS_A_PAGE``."""
        for page in range(1, MEMBERS_A_PAGE // SUBJECTS_A_PAGE + 1):
            if (links := self.incoming_page(iri, property_, page)) is None:
                return
            yield from links.subjects

    def incoming(self, iri: str) -> tuple[Incoming, ...]:
        """Return what points at an IRI, by property: the first page of each, most subjects first.

        Of more than ``WAYS_SHOWN`` properties, those with most subjects; ``list_page`` has all.
        """
        query = "SELECT property, subjects, total FROM incoming WHERE iri = ? AND page = 1 LIMIT ?"
        rows = self._rows(query, iri, WAYS_SHOWN + 1)
        if len(rows) > WAYS_SHOWN:
            ways = self.list_page(iri, ListKind.WAYS, 1).items[:WAYS_SHOWN]
            found = (self.incoming_page(iri, way.partition("\t")[2], 1) for way in ways)
            return tuple(links for links in found if links)
        rows.sort(key=lambda row: (-row[2], row[0]))
        return tuple([Incoming(property_, tuple(lines_of(body)), total) for property_, body, total in rows])

    def incoming_page(self, iri: str, property_: str, page: int) -> Incoming | None:
        """Return one page of the resources that point at an IRI with a property, or None where it is beyond."""
        query = "SELECT subjects, total FROM incoming WHERE iri = ? AND page = ? AND property = ?"
        row = self._row(query, iri, page, property_)
        return None if row is None else Incoming(property_, tuple(lines_of(row[0])), row[1], page)

    def incoming_totals(self, iri: str) -> dict[str, int]:
        """Return how many things point at an IRI with each of the first ``WAYS_SHOWN`` properties."""
        query = "SELECT property, total FROM incoming WHERE iri = ? AND page = 1 LIMIT ?"
        return dict(self._rows(query, iri, WAYS_SHOWN))

    def list_page(self, iri: str, kind: ListKind, page: int) -> ListPage:
        """Return one page of a list of a document; an empty one where it is beyond.

        Properties come with the number of things that point here with them, a tabulator between the two. There is a
        list of fragments only where they are more than a document describes.
        """
        row = self._row(_LISTS[kind], iri, page)
        if row is not None:
            return ListPage(tuple(lines_of(row[0])), row[1], page)
        if kind is ListKind.WAYS and page == 1:
            ways = tuple([f"{links.total}\t{links.property}" for links in self.incoming(iri)])
            return ListPage(ways, len(ways))
        return ListPage(page=page)

    def ways(self, iri: str, incoming: tuple[Incoming, ...]) -> int:
        """Return with how many properties an IRI is pointed at; *incoming* is what ``incoming`` returned for it."""
        return self.list_page(iri, ListKind.WAYS, 1).total if len(incoming) == WAYS_SHOWN else len(incoming)

    def classes(self, limit: int) -> list[tuple[str, int]]:
        """Return the classes that most nodes are stated to have, and how many these are."""
        query = "SELECT iri, instances FROM class WHERE instances > 0 ORDER BY instances DESC, iri LIMIT ?"
        return [(iri, instances) for iri, instances in self._rows(query, limit)]

    def languages(self) -> tuple[str, ...]:
        """Return the languages of the data's labels, those of most labels first; '' for labels without one."""
        return tuple(row[0] for row in self._rows("SELECT tag FROM language ORDER BY labels DESC, tag"))

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
        read = self._labels_in("SELECT iri, text, language, property, '' FROM label", iris)
        lacking = [iri for iri in iris if iri not in read] if self._has_outside_labels else []
        if lacking:
            read |= self._labels_in("SELECT iri, text, language, property, source FROM outside_label", lacking)
        for iri in iris:
            self._labelled.keep(iri, read.get(iri, {}))
        return read

    def _labels_in(self, selected: str, iris: list[str]) -> dict[str, dict[str, Label]]:
        read: dict[str, dict[str, Label]] = {}
        query = f"{selected} WHERE iri IN ({','.join('?' * len(iris))})"
        for row in self._rows(query, *iris):
            read.setdefault(row[0], {})[row[2]] = tuple.__new__(Label, row[1:])
        return read

    def quoted(self, graph: str, page: int = 1) -> Quoted:
        """Return a page of the statements of a quoted graph; an empty one where there is none."""
        if not self._has_quoted:
            return NOTHING_QUOTED
        row = self._row("SELECT body, pages, statements FROM quoted WHERE graph = ? AND page = ?", graph, page)
        if row is None and page > 1:
            return replace(self.quoted(graph), lines=())
        return Quoted(tuple(lines_of(row[0])), row[1], row[2]) if row else NOTHING_QUOTED

    def quotations(self, iri: str) -> ListPage:
        """Return the first of the quoted graphs that speak of an IRI."""
        return self.list_page(iri, ListKind.QUOTATIONS, 1) if self._has_quoted else EMPTY_LIST

    def fragments(self, iri: str) -> ListPage:
        """Return the first of the fragment IRIs under an IRI, where they are more than its document describes."""
        row = self._document(iri, 1)
        return EMPTY_LIST if row is not None and not row[4] else self.list_page(iri, ListKind.FRAGMENTS, 1)

    def _is_described(self, iri: str) -> bool:
        if self._document(iri, 1) is not None or self._fragments(iri, limit=1):
            return True
        return self._has_quoted and self._row("SELECT 1 FROM quoted WHERE graph = ? AND page = 1", iri) is not None

    def _read_document(self, iri: str, page: int) -> _Row | None:
        return cast("_Row | None", self._row(_DOCUMENT, iri, page))

    def _fragments(self, iri: str, limit: int = MEMBERS_A_PAGE) -> tuple[str, ...]:
        document = iri.removesuffix("#")
        row = self._document(iri, 1)
        if "#" in document or (document == iri and row is not None and not row[4]):
            return ()
        query = "SELECT iri FROM document WHERE iri >= ? AND iri < ? AND page = 1 LIMIT ?"
        return tuple(row[0] for row in self._rows(query, f"{document}#", f"{document}$", limit))
