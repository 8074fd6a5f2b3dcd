"""Write the document index: one SQLite file in which a document or a page is a handful of key look-ups.

The statements come sorted, so the description of a resource is a run of lines; blank nodes sort behind IRIs and are
read first. Memory grows by eight bytes a thing, and with the schema: links and quotations are sorted on disk.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from kgpub.annotations import Annotations
from kgpub.blank_nodes import BlankNodes
from kgpub.bodies import packed
from kgpub.browse_tables import BrowseTables
from kgpub.document_pages import pages_about, pages_of
from kgpub.index_rows import FragmentRows, Row, incoming_rows, insert, list_pages
from kgpub.kinds import Kind
from kgpub.label_choice import LABEL_RANK, best_labels
from kgpub.linesort import LineSorter
from kgpub.nquads import iri_in, split_end, split_line
from kgpub.search_material import Material
from kgpub.thing_tally import Thing, ThingTally
from kgpub.things import ThingList
from kgpub.tombstones import TOMBSTONE_PREDICATES, Tombstone, replacements_in
from kgpub.vocabulary import OWL, TYPE

_TYPE = f"<{TYPE}>"
_ONTOLOGY = f"<{OWL}Ontology>"
_ROWS_AT_ONCE = 10_000

Lines = Callable[[], Iterable[str]]


def write_index(  # noqa: PLR0913 (what a process of its own is handed)
    path: Path,
    lines: Lines,
    is_quoted: Callable[[str], bool],
    language: str = "en",
    *,
    about_blank_nodes: Lines | None = None,
    material: Material | None = None,
    things: ThingList | None = None,
    kinds: Mapping[str, Kind] = MappingProxyType({}),
    gone: Iterable[Tombstone] = (),
) -> None:
    """Write the index of a release.

    *lines* gives the release's sorted N-Quads lines; *is_quoted* tells for the IRI of a named graph whether its content
    is quoted rather than asserted; *language* is the one by whose labels things are put in order. *about_blank_nodes*
    gives the lines whose subject is a blank node, where there is a faster way to them than through all. *material* is
    the file that search is made from, *things* a list of all that is described; both are written in passing.
    *kinds* tells which class of schema.org fits a class, *gone* are the tombstones of an earlier release.
    """
    is_quoted = cache(is_quoted)
    with closing(sqlite3.connect(path)) as database, closing(_Sorters(path.parent, material, things)) as sorters:
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192;")
        database.executescript(files("kgpub").joinpath("index.sql").read_text("utf-8"))
        blank_lines = (about_blank_nodes or lines)()
        with (
            closing(Annotations(path.with_suffix(".annotations"))) as annotations,
            closing(BlankNodes(path.with_suffix(".blank"), blank_lines, is_quoted, annotations)) as blank_nodes,
            closing(ThingTally(path.parent, language)) as tally,
        ):
            writer = _Documents(database, blank_nodes, sorters, tally, is_quoted=is_quoted, kinds=kinds)
            insert(database, "document", 6, writer.rows(lines()))
            browsing = BrowseTables(database, tally)
            incoming_rows(database, sorters.links, browsing.list_of)
            browsing.write()
        insert(database, "gone", 3, map(_gone_row, gone))
        database.execute("DELETE FROM gone WHERE iri IN (SELECT iri FROM document)")  # by the catalog, now as before
        insert(database, "quoted", 5, _quoted(sorters.quoted))
        insert(database, "quotation", 4, _quotations(sorters.quotations))
        database.commit()
        database.execute("ANALYZE")
        database.commit()


class _Sorters:
    """The lines that have to be brought into another order, and the files that are written in passing."""

    def __init__(self, folder: Path, material: Material | None, things: ThingList | None) -> None:
        self.links = LineSorter(folder)
        self.quoted = LineSorter(folder)
        self.quotations = LineSorter(folder)
        self.searched = material.writer() if material else None
        self.described = things
        if things is not None:
            things.open()

    def close(self) -> None:
        for sorter in (self.links, self.quoted, self.quotations, self.searched, self.described):
            if sorter is not None:
                sorter.close()


class _Documents:
    """Writes the documents, and gathers on the way what the other tables are made from."""

    def __init__(  # noqa: PLR0913 (all that a document is made from)
        self,
        database: sqlite3.Connection,
        blank_nodes: BlankNodes,
        sorters: _Sorters,
        tally: ThingTally,
        *,
        is_quoted: Callable[[str], bool],
        kinds: Mapping[str, Kind],
    ) -> None:
        self._blank_nodes = blank_nodes
        self._links = sorters.links
        self._searched = sorters.searched
        self._described = sorters.described
        self._texts_of = LABEL_RANK.keys() | (sorters.searched.numbers.keys() if sorters.searched else set())
        self._tally = tally
        self._database = database
        self._split = _Split(is_quoted, sorters)
        self._fragments = FragmentRows()
        self._kinds = kinds

    def rows(self, lines: Iterable[str]) -> Iterator[Row]:
        """Yield the rows of all documents; those of labels and fragments are written meanwhile."""
        label_rows: list[Row] = []
        for subject, run in _by_subject(lines):
            iri = iri_in(subject)
            stated = self._split.asserted(subject, run)
            if iri is None:
                self._tally.take_blank(zip(stated.predicates, stated.objects, strict=True))
                continue
            if len(label_rows) >= _ROWS_AT_ONCE:
                insert(self._database, "label", 4, label_rows)
                label_rows.clear()
            if (replaced_by := _replaced_by(stated)) is not None:
                label_rows += self._buried(iri, stated, replaced_by)
                continue
            asserted, kind, labels = self._taken(iri, stated)
            if asserted:
                label_rows += ((iri, *label) for label in labels)
                for page in pages_about(asserted, self._blank_nodes):
                    yield iri, page.number, page.pages, page.statements, kind, packed(page.lines)
                insert(self._database, "fragment", 4, self._fragments.take(iri))
        insert(self._database, "label", 4, label_rows)
        insert(self._database, "fragment", 4, self._fragments.rest())

    def _buried(self, iri: str, stated: "_Stated", replaced_by: tuple[str, ...]) -> Iterator[Row]:
        """Note a thing that is gone by what the data says; yield its labels. What it points at shows that it does."""
        insert(self._database, "gone", 3, [_gone_row(Tombstone(iri, "", replaced_by))])
        said = list(zip(stated.predicates, stated.objects, strict=True))
        for predicate, object_ in said:
            if (target := iri_in(object_)) is not None:
                self._links.add(f"{target}\t{predicate[1:-1]}\t{iri}\t")
        texts = [(predicate, object_) for predicate, object_ in said if object_[0] == '"']
        yield from ((iri, *label) for label in best_labels(texts))

    def _taken(self, iri: str, stated: "_Stated") -> tuple[list[str], str, list[tuple[str, str, str]]]:
        """Return the asserted lines about a thing, with the axioms that it owns, its kind, and its labels."""
        asserted = stated.lines
        thing = Thing(self._tally.number, predicates=stated.predicates)
        texts, links = [], []
        texts_of, unlisted = self._texts_of, self._tally.unlisted
        link_end = f"\t{iri}\t{thing.number}"
        for predicate, object_ in zip(stated.predicates, stated.objects, strict=True):
            if object_[0] == '"':
                if predicate not in unlisted:
                    self._tally.take_literal(predicate, object_, thing.number)
                if predicate in texts_of:
                    texts.append((predicate, object_))
            elif object_[0] == "<" and object_[1] != "<":
                links.append(f"{object_[1:-1]}\t{predicate[1:-1]}{link_end}")
                if predicate == _TYPE:
                    thing.types.append(object_)
        self._links.extend(links)
        if _ONTOLOGY in thing.types:
            asserted = [*asserted, *self._axioms(asserted)]
        labels = list(best_labels(texts))
        if asserted:
            self._note(iri, thing, asserted, texts)
            self._tally.take(iri, thing, {language: text for language, _, text in labels})
        return asserted, self._kind(thing.types), labels

    def _kind(self, types: list[str]) -> str:
        found = [kind for cls in types if (kind := self._kinds.get(cls[1:-1])) is not None]
        return min(found).term if found else ""

    def _note(self, iri: str, thing: Thing, asserted: list[str], texts: list[tuple[str, str]]) -> None:
        """Write a thing into the files that are made in passing."""
        if self._searched:
            self._searched.add(iri, [cls[1:-1] for cls in thing.types], texts)
        if self._described:
            self._described.note(iri, asserted, thing.predicates)

    def _axioms(self, asserted: list[str]) -> Iterator[str]:
        """Yield the axioms of the graphs in which a thing is said to be an ontology."""
        for line in asserted:
            said = split_line(line)
            if said.predicate == _TYPE and said.object == _ONTOLOGY:
                yield from self._blank_nodes.axioms(said.graph_iri)


@dataclass(frozen=True, slots=True)
class _Stated:
    """What is asserted of a subject: its lines, and predicates and objects of its triples, each triple once."""

    lines: list[str] = field(default_factory=list)
    predicates: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)


class _Split:
    """Takes the lines about a subject apart and puts aside those that are quoted."""

    def __init__(self, is_quoted: Callable[[str], bool], sorters: _Sorters) -> None:
        self._is_quoted = is_quoted
        self._sorters = sorters
        self._quoted: dict[str, bool] = {"": False}
        self._known: dict[str, str] = {}  # so that a predicate is one string wherever it stands

    def asserted(self, subject: str, lines: Iterable[str]) -> _Stated:
        """Return what is not quoted of the sorted lines of a subject."""
        quoted, known = self._quoted, self._known
        predicate_at = len(subject) + 1
        stated = _Stated()
        last_predicate = last_object = ""
        for line in lines:
            predicate, _, rest = line[predicate_at:-2].partition(" ")
            object_, graph = split_end(rest, quoted)
            if graph not in quoted:
                quoted[graph] = graph[0] == "<" and self._is_quoted(graph[1:-1])
            if quoted[graph]:
                self._note(line, (subject, object_), graph[1:-1])
                continue
            stated.lines.append(line)
            if object_ != last_object or predicate != last_predicate:  # else it was said in another graph already
                last_predicate, last_object = predicate, object_
                stated.predicates.append(known.get(predicate) or known.setdefault(predicate, predicate))
                stated.objects.append(object_)
        return stated

    def _note(self, line: str, ends: tuple[str, str], graph: str) -> None:
        self._sorters.quoted.add(f"{graph}\t{line}")
        for token in ends:
            if (iri := iri_in(token)) is not None and iri != graph:
                self._sorters.quotations.add(f"{iri}\t{graph}")


def _by_subject(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each subject with its lines."""
    start = "\n"  # with which no line starts
    run: list[str] = []
    for line in lines:
        if line.startswith(start):
            run.append(line)
        else:
            if run:
                yield start[:-1], run
            start, run = line[: line.index(" ") + 1], [line]
    if run:
        yield start[:-1], run


def _replaced_by(stated: _Stated) -> tuple[str, ...] | None:
    """Return what replaces a thing, None if it is not gone."""
    if TOMBSTONE_PREDICATES.isdisjoint(stated.predicates) or _TYPE in stated.predicates:
        return None
    return replacements_in(stated.lines)


def _gone_row(tombstone: Tombstone) -> Row:
    return tombstone.iri, tombstone.release, "\n".join(tombstone.replaced_by)


def _quoted(lines: Iterable[str]) -> Iterator[Row]:
    for graph, run in groupby(lines, lambda line: line.split("\t", 1)[0]):
        for page in pages_of(line.split("\t", 1)[1] for line in run):
            yield graph, page.number, page.pages, page.statements, packed(page.lines)


def _quotations(lines: Iterable[str]) -> Iterator[Row]:
    for iri, run in groupby(lines, lambda line: line.split("\t", 1)[0]):
        yield from ((iri, *page) for page in list_pages([line.split("\t", 1)[1] for line in run]))
