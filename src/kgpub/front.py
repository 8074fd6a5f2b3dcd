"""What the home page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kgpub.kind_page import classes_of, configured_kind
from kgpub.pages import best_note
from kgpub.quad_orders import GRAPH, OBJECT, PREDICATE
from kgpub.query_list import ListedQuery, leading_questions
from kgpub.reader import Reader
from kgpub.release import CATALOG_GRAPH, Download, GraphInfo
from kgpub.release_parts import Part, PartKind, part_list
from kgpub.roles import Roles
from kgpub.rows import rows_of
from kgpub.selection import Selection
from kgpub.site import Site
from kgpub.stances import Stance, Values, stance_of
from kgpub.texts import Text, setting_for, site_description, text_for
from kgpub.validation_page import Count, counts_in_all
from kgpub.values import Link, Linker, Statements, Value
from kgpub.vocabulary import TYPE

#: Classes that the home page lists.
_CLASSES_SHOWN = 12
#: Named graphs that it lists.
_GRAPHS_SHOWN = 20
#: Questions that it lists.
_QUESTIONS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Group:
    """A titled group of links."""

    title: Text
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class, the number of its things, those of sub-classes counted, and the address of their list."""

    link: Link
    things: int
    href: str


@dataclass(frozen=True, slots=True)
class Dump:
    """A download."""

    name: str
    title: Text
    href: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Example:
    """One thing that shows what the data is like: *stance* and *proposition* are there where it is a position."""

    link: Link
    note: Value | None
    stance: Stance | None = None
    proposition: Values = ()


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The home page: of classes, graphs and queries it shows some, and how many there are."""

    description: Text
    example: Example | None
    groups: tuple[Group, ...]
    classes: tuple[ClassCount, ...]
    classes_total: int
    graphs: tuple[tuple[Link, GraphInfo], ...]
    graphs_total: int
    quoted_graphs: int
    dumps: tuple[Dump, ...]
    example_query: str
    questions: tuple[ListedQuery, ...]
    queries_total: int
    validation: tuple[Count, ...]


def front_page(site: Site, reader: Reader) -> FrontPage:
    """Return the home page of a release."""
    featured = [(f.title, [site.base.resolve(name) for name in f.resources]) for f in site.publication.featured]
    classes = part_list(site, PartKind.CLASSES)
    shown = _classes_of_data(site, classes.parts)[:_CLASSES_SHOWN]
    asserted = [graph for graph in site.release.manifest.graphs if not graph.quoted]
    graphs = [graph for graph in asserted if graph.iri]
    named = [
        *(iri for _, iris in featured for iri in iris),
        *(part.iri for part in shown),
        *(graph.iri for graph in graphs[:_GRAPHS_SHOWN]),
    ]
    linker = Linker(site, site.documents.labels(named), reader)
    return FrontPage(
        description=site_description(site, reader),
        example=_example(site, reader),
        groups=tuple(
            Group(setting_for(site, reader, title), tuple(linker.link(iri) for iri in iris)) for title, iris in featured
        ),
        classes=tuple(
            ClassCount(linker.link(part.iri), part.things or 0, reader.at(Selection(part.iri).address))
            for part in shown
        ),
        classes_total=classes.total,
        graphs=tuple((linker.link(graph.iri), graph) for graph in graphs[:_GRAPHS_SHOWN]),
        graphs_total=len(graphs),
        quoted_graphs=len(site.release.manifest.graphs) - len(asserted),
        dumps=tuple(_dump(dump, reader) for dump in site.release.manifest.downloads),
        example_query=example_query(site),
        questions=leading_questions(site, reader, _QUESTIONS_SHOWN),
        queries_total=len(site.queries),
        validation=counts_in_all(site, reader),
    )


def _classes_of_data(site: Site, classes: Iterable[Part]) -> list[Part]:
    """Return the classes of what the data describes, its own first; those that only the catalog uses are left out.

    A class whose instances are all blank nodes has no list that could be looked at.
    """
    catalog = site.base.resolve(CATALOG_GRAPH)
    pattern = {PREDICATE: f"<{TYPE}>", GRAPH: f"<{catalog}>"}
    has_catalog = any(graph.iri == catalog for graph in site.release.manifest.graphs)
    things = {}
    for part in classes:
        in_catalog = site.quads.matching({**pattern, OBJECT: f"<{part.iri}>"}).size if has_catalog else 0
        things[part] = (part.things or 0) - in_catalog
    shown = [part for part, number in things.items() if number > 0]
    return sorted(shown, key=lambda part: (not site.base.holds(part.iri), -things[part]))


def _example(site: Site, reader: Reader) -> Example | None:
    """Return the thing that the settings name, None where they name none or the release does not describe it."""
    iri = site.base.resolve(site.publication.example)
    document = site.documents.get(iri) if site.publication.example else None
    if document is None:
        return None
    rows = rows_of(document.lines)
    linker = Linker(site, site.documents.labels((iri,)), reader)
    found = best_note(rows, reader)
    note = Statements(site, linker, {}).value(found) if found else None
    kind = configured_kind(site, classes_of(iri, rows))
    if kind is None or kind.kind != "position":
        return Example(linker.link(iri), note)
    roles = Roles(site, kind, reader)
    thing = f"<{iri}>"
    return Example(linker.link(iri), note, stance_of(roles, thing), roles.values("proposition", thing))


def example_query(site: Site) -> str:
    """Return the query that the form holds before the reader writes one: of named graphs, where all is in these."""
    has_default = site.release.manifest.counts.default_graph > 0
    return _query("classes" if has_default else "classes-in-graphs")


@cache
def _query(name: str) -> str:
    return files("kgpub").joinpath(f"queries/{name}.rq").read_text("utf-8").strip()


def _dump(file: Download, reader: Reader) -> Dump:
    title = text_for(reader, file.titles)
    return Dump(file.name, title, f"{reader.root}/{file.path}", file.bytes, file.sha256)
