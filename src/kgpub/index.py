"""Write the document index: one SQLite file in which a document or a page is a handful of key look-ups.

The statements come sorted, so the description of a resource is a run of lines; blank nodes sort behind IRIs and are
read first. Memory does not grow with the graph: links and quotations are sorted on disk.
"""

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from functools import cache
from importlib.resources import files
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

from kgpub.blank_nodes import BlankNodes
from kgpub.linesort import LineSorter
from kgpub.nquads import iri_in, split_end
from kgpub.release import SUBJECTS_A_PAGE
from kgpub.rows import unescaped
from kgpub.search_material import Material
from kgpub.things import ThingList
from kgpub.vocabulary import DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, OWL, TYPE

#: Statements on one page of a document; a page is read, parsed and shown as a whole.
STATEMENTS_A_PAGE = 500

_LEADING = {f"<{iri}>" for iri in (TYPE, *LABEL_PROPERTIES, *DESCRIPTION_PROPERTIES)}
_LABEL_RANK = {f"<{iri}>": rank for rank, iri in enumerate(LABEL_PROPERTIES)}
_TYPE = f"<{TYPE}>"
_ONTOLOGY = f"<{OWL}Ontology>"
_ROWS_AT_ONCE = 10_000
#: A shorter body gains less space than unpacking it costs time (18 µs).
_DEFLATED_FROM_CHARACTERS = 512
#: How far zlib's memory level lies below its window where nothing is said (8 and 15).
_WINDOW_OVER_MEMORY = 7

Lines = Callable[[], Iterable[str]]
Row = tuple[object, ...]


def write_index(  # noqa: PLR0913 (what a process of its own is handed)
    path: Path,
    lines: Lines,
    is_quoted: Callable[[str], bool],
    classes: Mapping[str, int],
    *,
    about_blank_nodes: Lines | None = None,
    material: Material | None = None,
    things: ThingList | None = None,
) -> None:
    """Write the index of a release.

    *lines* gives the release's sorted N-Quads lines; *is_quoted* tells for the IRI of a named graph whether its content
    is quoted rather than asserted; *classes* are the classes with their numbers of instances. *about_blank_nodes* gives
    the lines whose subject is a blank node, where there is a faster way to them than through all. *material* is the
    file that search is made from, *things* a list of all that is described; both are written in passing.
    """
    is_quoted = cache(is_quoted)
    with closing(sqlite3.connect(path)) as database, closing(_Sorters(path.parent, material, things)) as sorters:
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192;")
        database.executescript(files("kgpub").joinpath("index.sql").read_text("utf-8"))
        blank_nodes = BlankNodes(path.with_suffix(".blank"), (about_blank_nodes or lines)(), is_quoted)
        with closing(blank_nodes):
            _insert(database, "document", 5, _documents(lines(), blank_nodes, sorters, database, is_quoted))
        _insert(database, "incoming", 5, _incoming(sorters.links))
        _insert(database, "quoted", 3, _quoted(sorters.quoted))
        _insert(database, "quotation", 2, (tuple(line.split("\t")) for line in sorters.quotations))
        _insert(database, "class", 2, classes.items())
        database.commit()
        database.execute("ANALYZE")
        database.commit()


def packed(lines: Iterable[str]) -> str | bytes:
    """Return lines as one body: a short one as text, a longer one deflated.

    Level 1 makes bodies 4 times smaller at a quarter of the default level's time. The window is no larger than the
    body: most are short, and the memory of a full one costs more than the work.
    """
    text = "\n".join(lines)
    if len(text) < _DEFLATED_FROM_CHARACTERS:
        return text
    body = text.encode()
    window = min(len(body).bit_length(), zlib.MAX_WBITS)
    deflater = zlib.compressobj(1, zlib.DEFLATED, window, window - _WINDOW_OVER_MEMORY)
    return deflater.compress(body) + deflater.flush()


class _Sorters:
    """The lines that have to be brought into another order, and the files that are written in passing."""

    def __init__(self, folder: Path, material: Material | None, things: ThingList | None) -> None:
        self.links = LineSorter(folder)
        self.quoted = LineSorter(folder)
        self.quotations = LineSorter(folder)
        self.things = material.writer() if material else None
        self._listed = things
        if things is not None:
            things.open()

    def note(self, iri: str, lines: list[str]) -> None:
        if self._listed is not None:
            self._listed.note(iri, lines)

    def close(self) -> None:
        for sorter in (self.links, self.quoted, self.quotations, self.things, self._listed):
            if sorter is not None:
                sorter.close()


def _documents(
    lines: Iterable[str],
    blank_nodes: BlankNodes,
    sorters: _Sorters,
    database: sqlite3.Connection,
    is_quoted: Callable[[str], bool],
) -> Iterator[Row]:
    label_rows: list[Row] = []
    split, things = _Split(is_quoted, sorters), sorters.things
    texts_of = _LABEL_RANK.keys() | (things.numbers.keys() if things else set())
    for subject, run in groupby(lines, lambda line: line.partition(" ")[0]):
        iri = iri_in(subject)
        asserted, types, texts = [], [], []
        for line, predicate, object_, graph in split.asserted(subject, run):
            asserted.append(line)
            if iri is None:
                continue
            if object_[0] == "<" and (target := iri_in(object_)) is not None:
                sorters.links.add(f"{target}\t{predicate[1:-1]}\t{iri}")
                if predicate == _TYPE:
                    types.append(target)
                    asserted += blank_nodes.axioms(graph[1:-1]) if object_ == _ONTOLOGY else ()
            elif predicate in texts_of and object_[0] == '"':
                texts.append((predicate, object_))
        if iri is not None and asserted:
            label_rows += ((iri, *label) for label in _best_labels(texts))
            if things:
                things.add(iri, types, texts)
            sorters.note(iri, asserted)
            yield from _pages(iri, asserted, blank_nodes)
        if len(label_rows) >= _ROWS_AT_ONCE:
            _insert(database, "label", 4, label_rows)
            label_rows.clear()
    _insert(database, "label", 4, label_rows)


class _Split:
    """Takes the lines about a subject apart and puts aside those that are quoted."""

    def __init__(self, is_quoted: Callable[[str], bool], sorters: _Sorters) -> None:
        self._is_quoted = is_quoted
        self._sorters = sorters
        self._quoted: dict[str, bool] = {"": False}

    def asserted(self, subject: str, lines: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
        """Yield each line that is not, with its predicate, object and graph."""
        quoted = self._quoted
        predicate_at = len(subject) + 1
        for line in lines:
            predicate, _, rest = line[predicate_at:-2].partition(" ")
            object_, graph = split_end(rest, quoted)
            if graph not in quoted:
                quoted[graph] = graph[0] == "<" and self._is_quoted(graph[1:-1])
            if quoted[graph]:
                self._note(line, (subject, object_), graph[1:-1])
            else:
                yield line, predicate, object_, graph

    def _note(self, line: str, ends: tuple[str, str], graph: str) -> None:
        self._sorters.quoted.add(f"{graph}\t{line}")
        for token in ends:
            if (iri := iri_in(token)) is not None:
                self._sorters.quotations.add(f"{iri}\t{graph}")


def _pages(iri: str, asserted: list[str], blank_nodes: BlankNodes) -> Iterator[Row]:
    if len(asserted) > STATEMENTS_A_PAGE:  # what a thing is and what it is called stands on its first page
        asserted = sorted(asserted, key=lambda line: line.split(" ", 2)[1] not in _LEADING)
    pages = [asserted[at : at + STATEMENTS_A_PAGE] for at in range(0, len(asserted), STATEMENTS_A_PAGE)]
    for number, page in enumerate(pages, 1):
        yield iri, number, len(pages), len(asserted), packed(_body(page, blank_nodes))


def _body(page: list[str], blank_nodes: BlankNodes) -> Iterable[str]:
    """Return the lines of a page, each once, and all that is said of the blank nodes they lead to."""
    if not any("_:" in line for line in page):
        return dict.fromkeys(page)
    seen: set[str] = set()
    return dict.fromkeys(found for line in page for found in blank_nodes.closure(line, seen))


def _best_labels(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Return a resource's best label in each language: language, property, text."""
    best: dict[str, tuple[int, str, str]] = {}
    for predicate, literal in texts:
        if predicate in _LABEL_RANK:
            text, _, ending = literal[1:].rpartition('"')
            candidate = (_LABEL_RANK[predicate], text, predicate[1:-1])
            language = ending[1:].partition("--")[0] if ending.startswith("@") else ""
            if language not in best or candidate < best[language]:
                best[language] = candidate
    return ((language, property_, unescaped(text)) for language, (_, text, property_) in best.items())


def _incoming(links: Iterable[str]) -> Iterator[Row]:
    parts = (link.rpartition("\t") for link in links)
    for way, run in groupby(parts, itemgetter(0)):
        target, property_ = way.split("\t")
        subjects = [subject for _, _, subject in run]
        for at in range(0, len(subjects), SUBJECTS_A_PAGE):
            page = subjects[at : at + SUBJECTS_A_PAGE]
            yield target, property_, at // SUBJECTS_A_PAGE + 1, len(subjects), packed(page)


def _quoted(lines: Iterable[str]) -> Iterator[Row]:
    for graph, run in groupby(lines, lambda line: line.split("\t", 1)[0]):
        body = [line.split("\t", 1)[1] for line in run]
        yield graph, len(body), packed(body)


def _insert(database: sqlite3.Connection, table: str, columns: int, rows: Iterable[Row]) -> None:
    insert = f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608 (both parts are ours)
    remaining = iter(rows)
    while batch := list(islice(remaining, _ROWS_AT_ONCE)):
        database.executemany(insert, batch)
