"""Make a nanopublication of each instance of a class: what is stated of it, where that comes from, who publishes it.

The guidelines are those at nanopub.net. The same statements give the same nanopublication, to the last character of
its name, in every release: neither the time nor anything derived by rules goes into it.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, groupby
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat

from kgpub.blank_nodes import BlankNodes
from kgpub.canonical import canonical_lines
from kgpub.content import Content
from kgpub.dump import compressed
from kgpub.errors import ExportQueryInvalid, KgpubError, SettingsInvalid
from kgpub.linesort import LineSorter, merge
from kgpub.nanopublication_names import (
    ASSERTION,
    HEAD,
    NANOPUBLICATIONS,
    NANOPUBLICATIONS_FILE,
    PROVENANCE,
    PUBLICATION_INFO,
)
from kgpub.nquads import CANONICAL_PREFIX, Statement, quads_of, split_line, triple_line
from kgpub.publication import all_prefixes
from kgpub.release import DATASET, INFERRED_GRAPH, Download, download
from kgpub.turtle_pieces import piece, prefix_lines
from kgpub.vocabulary import DCTERMS, LABEL_PROPERTIES, NP, NPX, PROV, RDFS, TYPE, XSD

#: The project's own query, below its folder of queries: ?source is what ?thing was read from.
SOURCES_QUERY = "nanopublications/sources.rq"

#: What holds of each part of a graph where it holds of the graph.
_HANDED_DOWN = tuple(
    PROV + name for name in ("wasDerivedFrom", "hadPrimarySource", "wasGeneratedBy", "wasAttributedTo")
)
_GUIDELINES = "http://nanopub.org/guidelines/working_draft/"
#: Stands in for the graph of what the project's query gives; no statement of a release has it.
_FROM_QUERY = "_:sources"

Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Nanopublication:
    """A nanopublication: the *thing* it is about, the last part of its trusty URI, its N-Quads lines, head first."""

    iri: str
    code: str
    thing: str
    lines: tuple[str, ...]


def write_nanopublications(content: Content, folder: Path) -> Download | None:
    """Write ``nanopublications.trig.gz``, and beside the folder the file from which they are served."""
    made = nanopublications(content, folder) if content.publication.exports.nanopublications else iter(())
    first = next(made, None)
    if first is None:
        return None
    path = folder / "nanopublications.trig.gz"
    prefixes = all_prefixes(content.publication)
    with compressed(path) as file, closing(_database(folder.parent / NANOPUBLICATIONS_FILE)) as database:
        file.write(prefix_lines(prefixes))
        for number, one in enumerate(chain([first], made), 1):
            own = {"this": one.iri, "sub": f"{one.iri}#"}
            file.write(b"\n" + prefix_lines(own) + piece([*quads_of(one.lines)], RdfFormat.TRIG, prefixes | own))
            row = number, one.code, one.thing, zlib.compress("\n".join(one.lines).encode())
            database.execute("INSERT INTO nanopublication VALUES (?, ?, ?, ?)", row)
        database.commit()
    titles = {"en": "Nanopublications, as TriG", "fr": "Nanopublications, en TriG"}
    return download(path, "application/trig", titles, _GUIDELINES)


def _database(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
    database.executescript(files("kgpub").joinpath("nanopublications.sql").read_text("utf-8"))
    return database


def nanopublications(content: Content, workspace: Path) -> Iterator[Nanopublication]:
    """Yield the nanopublications that the settings ask for, in the order of what they are about.

    *workspace* is a folder for what memory should not hold. A thing of which only rules say anything has none. Raises
    ``ExportQueryInvalid`` for a query of sources that is none, ``SettingsInvalid`` for a statement that RDF 1.1 lacks.
    """
    maker = _Maker(content)
    is_quoted = cache(content.is_quoted)
    blank_nodes = BlankNodes(workspace / "nanopublications.blank", content.lines(), is_quoted)
    with closing(LineSorter(workspace)) as sources, closing(blank_nodes):
        for line in _sources(content):
            sources.add(line)
        for subject, run in groupby(merge([content.lines(), sources]), lambda line: line.split(" ", 1)[0]):
            asserted = [line for line in run if not is_quoted(split_line(line).graph_iri)]
            if subject.startswith("<") and maker.is_wanted(subject, asserted):
                seen: set[str] = set()
                said = (split_line(found) for line in asserted for found in blank_nodes.closure(line, seen))
                if (made := maker.make(subject[1:-1], list(said))) is not None:
                    yield made


def _sources(content: Content) -> Iterator[str]:
    """Yield what the project's own query says that things were read from, as lines in a graph that stands for it."""
    path = dict(content.plan.query_files()).get(SOURCES_QUERY)
    if path is None:
        return
    try:
        results = content.select(path.read_text("utf-8"))
    except SyntaxError as error:
        raise ExportQueryInvalid(f"{SOURCES_QUERY}: {error.msg}.") from error
    except TypeError as error:
        raise ExportQueryInvalid(f"{SOURCES_QUERY}: the query must be a SELECT query.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ExportQueryInvalid(f"{SOURCES_QUERY} cannot be read as UTF-8 text.") from error
    if set(results.columns) != {"thing", "source"}:
        del results  # pyoxigraph lets no other thread drop it, and the traceback of an error keeps this frame
        raise ExportQueryInvalid(f"{SOURCES_QUERY}: the query must give the columns ?thing and ?source.")
    for row in results.rows:
        told = dict(zip(results.columns, row, strict=True))
        if isinstance(told["thing"], NamedNode) and isinstance(told["source"], NamedNode):
            yield f"{told['thing']} <{PROV}wasDerivedFrom> {told['source']} {_FROM_QUERY} ."


class _Maker:
    """Puts nanopublications together, with what all of a release share."""

    def __init__(self, content: Content) -> None:
        from kgpub.trusty import artifact_code  # noqa: PLC0415 (0.8 s, for builds with nanopublications alone)

        self._artifact_code = artifact_code
        self._content = content
        self._folder = content.base.resolve(NANOPUBLICATIONS)
        self._class = content.base.resolve(content.publication.exports.nanopublications)
        self._inferred = f"<{content.base.resolve(INFERRED_GRAPH)}>"
        self._handed_down = cache(self._provenance_of)

    def is_wanted(self, subject: str, lines: Iterable[str]) -> bool:
        """Tell whether a thing is asserted to be of the class."""
        start = f"{subject} <{TYPE}> <{self._class}> "
        return any(line.startswith(start) for line in lines)

    def make(self, thing: str, said: list[Statement]) -> Nanopublication | None:
        """Return the nanopublication of a thing, or None where nothing but rules says anything of it."""
        stated = [s for s in said if s.graph not in (self._inferred, _FROM_QUERY)]
        if not stated:
            return None
        for statement in stated:
            _check(thing, statement)
        provenance = {(s.predicate, s.object) for s in said if s.graph == _FROM_QUERY}
        for graph in {s.graph_iri for s in stated if s.subject == f"<{thing}>"}:
            provenance |= self._handed_down(graph)
        triples = sorted({triple_line(s) for s in stated})
        draft = f"{self._folder}draft"
        code = self._artifact_code(quads_of(self._lines(draft, thing, triples, provenance)), draft)
        iri = self._folder + code
        lines = tuple(self._lines(iri, thing, triples, provenance))
        if self._artifact_code(quads_of(lines), iri) != code:
            raise KgpubError(f"The nanopublication of <{thing}> cannot be verified; please report this.")
        return Nanopublication(iri, code, thing, lines)

    def _provenance_of(self, graph: str) -> set[tuple[str, str]]:
        """Return what is said of the origin of a graph, and so holds of what stands in it."""
        found = set()
        for property_ in _HANDED_DOWN if graph else ():
            for quad in self._content.store.quads(NamedNode(graph), NamedNode(property_)):
                is_quoted = isinstance(quad.graph_name, NamedNode) and self._content.is_quoted(quad.graph_name.value)
                if isinstance(quad.object, NamedNode) and not is_quoted:
                    found.add((f"<{property_}>", str(quad.object)))
        return found

    def _lines(self, iri: str, thing: str, triples: list[str], provenance: set[tuple[str, str]]) -> Iterator[str]:
        """Yield the lines of a nanopublication under a name of its own, a draft's or the final one."""
        assertion = _skolemized(triples, iri)
        parts: dict[str, Iterable[Triple]] = {
            HEAD: _head(iri),
            ASSERTION: assertion,
            PROVENANCE: self._provenance(f"<{iri}#{ASSERTION}>", provenance),
            PUBLICATION_INFO: self._publication_info(f"<{iri}>", thing, assertion),
        }
        for part, statements in parts.items():
            yield from sorted(f"{' '.join(statement)} <{iri}#{part}> ." for statement in statements)

    def _provenance(self, assertion: str, found: set[tuple[str, str]]) -> Iterator[Triple]:
        yield from ((assertion, property_, value) for property_, value in found)
        base, creator = self._content.base, self._content.publication.creator
        if creator and not any(property_ == f"<{PROV}wasAttributedTo>" for property_, _ in found):
            yield assertion, f"<{PROV}wasAttributedTo>", f"<{base.resolve(creator)}>"
        elif not found:
            yield assertion, f"<{PROV}wasDerivedFrom>", f"<{base.resolve(DATASET)}>"

    def _publication_info(self, this: str, thing: str, assertion: list[Triple]) -> Iterator[Triple]:
        publication, base = self._content.publication, self._content.base
        yield this, f"<{DCTERMS}created>", f'"{publication.exports.created}"^^<{XSD}date>'
        yield this, f"<{DCTERMS}isPartOf>", f"<{base.resolve(DATASET)}>"
        yield this, f"<{NPX}introduces>", f"<{thing}>"
        for property_, value in (("creator", publication.creator), ("license", publication.licence)):
            if value:
                yield this, f"<{DCTERMS}{property_}>", f"<{base.resolve(value)}>"
        own = [(property_, value) for subject, property_, value in assertion if subject == f"<{thing}>"]
        by_property = ([value for name, value in own if name == f"<{label}>"] for label in LABEL_PROPERTIES)
        for value in next((values for values in by_property if values), ()):
            yield this, f"<{RDFS}label>", value


def _head(iri: str) -> Iterator[Triple]:
    yield f"<{iri}>", f"<{TYPE}>", f"<{NP}Nanopublication>"
    for name, part in (("Assertion", ASSERTION), ("Provenance", PROVENANCE), ("PublicationInfo", PUBLICATION_INFO)):
        yield f"<{iri}>", f"<{NP}has{name}>", f"<{iri}#{part}>"


def _check(thing: str, statement: Statement) -> None:
    """Refuse what is new in RDF 1.2: a trusty URI could not tell it from something else."""
    _, _, language = statement.object.rpartition('"@')
    if statement.object.startswith("<<(") or (statement.object.startswith('"') and "--" in language):
        raise SettingsInvalid(
            f"<{thing}> cannot be a nanopublication: {statement.object} is RDF 1.2, which trusty URIs do not cover; "
            "leave the statement out, or 'nanopublications' in [publication.exports]."
        )


def _skolemized(lines: list[str], iri: str) -> list[Triple]:
    """Return the triples of N-Triples lines, an IRI of the nanopublication's own in place of each blank node.

    The names depend on the lines alone: those that blank nodes have in the release change with other things in it.
    """
    if any("_:" in line for line in lines):
        lines = list(canonical_lines(quads_of(lines)))
    return [tuple(_skolem(term, iri) for term in split_line(line)[:3]) for line in lines]  # type: ignore[misc]  # three


def _skolem(term: str, iri: str) -> str:
    name = f"_:{CANONICAL_PREFIX}"
    return f"<{iri}#_{term.removeprefix(name)}>" if term.startswith(name) else term
