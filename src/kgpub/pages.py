"""What the HTML templates show: plain frozen values, made from a description and the index."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from kgpub.description import Description, list_address, page_address, representation_address
from kgpub.documents import Incoming
from kgpub.formats import DOCUMENT_FORMATS, HTML
from kgpub.site import Site
from kgpub.values import NOTE_PROPERTIES, Link, Linker, Property, Statements, Value
from kgpub.vocabulary import LABEL_PROPERTIES, TYPE

#: Links per property on a page before the list of its own takes over.
INCOMING_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the things that point here with a property, and how many there are."""

    property: Link
    subjects: tuple[Link, ...]
    total: int
    more: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """One section of a kind of page: titled columns, a row for each thing found, a cell for each fact about it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[Value, ...], ...], ...]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A term of an ontology or a concept of a scheme, with its definition."""

    link: Link
    note: Value | None


@dataclass(frozen=True, slots=True)
class MemberGroup:
    """The members that are of one class."""

    title: Link | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class QuotedThing:
    """What a quoted graph says of one thing."""

    subject: Value
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Download:
    """One representation of a document."""

    name: str
    media_type: str
    href: str


@dataclass(frozen=True, slots=True)
class EntityPage:
    """The page about one thing.

    *properties* leave out what the head of the page says already: the types, the title, the description.
    """

    iri: str
    title: Link
    types: tuple[Value, ...]
    description: Value | None
    tables: tuple[Table, ...]
    properties: tuple[Property, ...]
    members: tuple[MemberGroup, ...]
    incoming: tuple[Listing, ...]
    quoted: tuple[QuotedThing, ...]
    quotations: tuple[Link, ...]
    graphs: tuple[Link, ...]
    downloads: tuple[Download, ...]
    page: int
    pages: int
    total: int
    previous: str | None
    next: str | None


def entity_page(site: Site, description: Description, tables: tuple[Table, ...], root: str) -> EntityPage:
    """Return the page about the thing that a description describes."""
    own, nested, members = _sorted_out(description)
    graphs = _graphs(own)
    linker = Linker(site, site.documents.labels(graphs) | description.labels, root)
    statements = Statements(site, linker, nested)
    title = linker.link(description.iri)
    note = _best_note(own, site.publication.language)
    types = [quad for quad in own if quad.predicate.value == TYPE and isinstance(quad.object, NamedNode)]
    rest = [quad for quad in own if quad not in types and quad != note and not _gives_title(quad, title, linker)]
    address = f"{root}/{site.base.local(description.document_iri)}"
    page, pages = description.page, description.pages
    return EntityPage(
        iri=description.iri,
        title=title,
        types=tuple(sorted(dict.fromkeys(statements.value(quad) for quad in types), key=_type_rank)),
        description=statements.term(note.object) if note else None,
        tables=tuple(_compact(table) for table in tables),
        properties=statements.properties(rest),
        members=tuple(_member_groups(site, members, linker, statements)),
        incoming=tuple(_listing(links, linker, address) for links in description.incoming),
        quoted=tuple(_quoted(site, description, linker)),
        quotations=tuple(linker.link(graph) for graph in description.quotations if graph != description.iri),
        graphs=tuple(linker.link(iri) for iri in graphs),
        downloads=tuple(downloads(address, page)),
        page=page,
        pages=pages,
        total=_total(site, description),
        previous=page_address(address, page - 1) if page > 1 else None,
        next=page_address(address, page + 1) if page < pages else None,
    )


def _sorted_out(description: Description) -> tuple[list[Quad], dict[str, list[Quad]], dict[str, list[Quad]]]:
    """Divide the statements: the thing's own, those of blank nodes by node, and those of other subjects by IRI."""
    own: list[Quad] = []
    nested: dict[str, list[Quad]] = {}
    members: dict[str, list[Quad]] = {}
    for quad in _parsed(description.statements):
        if isinstance(quad.subject, BlankNode):
            nested.setdefault(quad.subject.value, []).append(quad)
        elif isinstance(quad.subject, NamedNode):
            others = members.setdefault(quad.subject.value, []) if quad.subject.value != description.iri else own
            others.append(quad)
    return own, nested, members


def _parsed(lines: Iterable[str]) -> Iterator[Quad]:
    for quad in parse("\n".join(lines), RdfFormat.N_QUADS):
        assert isinstance(quad, Quad)  # noqa: S101 (N-Quads gives quads)
        yield quad


def _gives_title(quad: Quad, title: Link, linker: Linker) -> bool:
    """Tell whether a statement says no more than the page's title does."""
    label = linker.label(title.iri)
    if label is None or quad.predicate.value not in LABEL_PROPERTIES or not isinstance(quad.object, Literal):
        return False
    return quad.object.value == label.text and (quad.object.language or "") == label.language


def _type_rank(value: Value) -> tuple[bool, bool]:
    """Stated classes before inferred ones, the site's own before others."""
    return value.is_inferred, value.link is not None and not value.link.is_ours


def _best_note(quads: Iterable[Quad], language: str) -> Quad | None:
    """Return the statement that describes a thing best: in the site's language, by the best property."""
    notes = [q for q in quads if q.predicate.value in NOTE_PROPERTIES and isinstance(q.object, Literal)]
    return min(notes, key=lambda quad: _note_rank(quad, language), default=None)


def _note_rank(quad: Quad, language: str) -> tuple[bool, int]:
    assert isinstance(quad.object, Literal)  # noqa: S101 (only literals are notes)
    return quad.object.language not in (language, None), NOTE_PROPERTIES.index(quad.predicate.value)


def _compact(table: Table) -> Table:
    """Return a table without the columns in which no row has anything."""
    kept = [at for at in range(len(table.columns)) if any(row[at] for row in table.rows)]
    rows = tuple(tuple(row[at] for at in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)


def _member_groups(
    site: Site, members: dict[str, list[Quad]], linker: Linker, statements: Statements
) -> Iterator[MemberGroup]:
    """Group members by class; one with several classes goes where most of the others are."""
    classes = {
        iri: [q.object.value for q in quads if q.predicate.value == TYPE and isinstance(q.object, NamedNode)]
        for iri, quads in members.items()
    }
    sizes = Counter(cls for of_one in classes.values() for cls in of_one)
    groups: dict[str, list[Member]] = {}
    for iri, quads in members.items():
        cls = max(classes[iri], key=lambda cls: sizes[cls], default="")
        note = _best_note(quads, site.publication.language)
        groups.setdefault(cls, []).append(Member(linker.link(iri), statements.term(note.object) if note else None))
    for cls, group in groups.items():
        by_name = sorted(group, key=lambda member: member.link.text.lower())
        yield MemberGroup(linker.link(cls) if cls else None, tuple(by_name))


def _listing(links: Incoming, linker: Linker, address: str) -> Listing:
    shown = tuple(linker.link(iri) for iri in links.subjects[:INCOMING_SHOWN])
    more = None
    if len(shown) < links.total:
        more = list_address(address, links.property)
    return Listing(linker.link(links.property), shown, links.total, more)


def _quoted(site: Site, description: Description, linker: Linker) -> Iterator[QuotedThing]:
    """Yield what a quoted graph says, by subject; blank nodes stand where they are spoken of."""
    subjects: dict[NamedNode | BlankNode, list[Quad]] = {}
    nested: dict[str, list[Quad]] = {}
    spoken_of = set()
    for quad in _parsed(description.quoted):
        if isinstance(quad.subject, BlankNode):
            nested.setdefault(quad.subject.value, []).append(quad)
        if isinstance(quad.object, BlankNode):
            spoken_of.add(quad.object)
        if isinstance(quad.subject, NamedNode | BlankNode):
            subjects.setdefault(quad.subject, []).append(quad)
    statements = Statements(site, linker, nested)
    for subject, quads in subjects.items():
        if isinstance(subject, NamedNode):
            yield QuotedThing(statements.term(subject), statements.properties(quads))
        elif subject not in spoken_of:
            yield QuotedThing(Value(text=f"_:{subject.value}"), statements.properties(quads, (subject.value,)))


def _graphs(quads: Iterable[Quad]) -> dict[str, None]:
    return dict.fromkeys(q.graph_name.value for q in quads if isinstance(q.graph_name, NamedNode))


def _total(site: Site, description: Description) -> int:
    document = site.documents.get(description.iri, description.page)
    return document.statements if document else 0


def downloads(address: str, page: int = 1) -> Iterator[Download]:
    """Yield the representations of the document at an address, HTML aside."""
    for fmt in DOCUMENT_FORMATS:
        if fmt is not HTML:
            yield Download(fmt.name, fmt.media_type, representation_address(address, fmt.suffix, page))
