"""What the HTML templates show: plain frozen values, made from a description and the index."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import quote

from kgpub.annotation_notes import AnnotatedProperty, annotation_notes
from kgpub.description import Description, kind_address, list_address, representation_address
from kgpub.documents import Incoming, ListKind
from kgpub.formats import DOCUMENT_FORMATS, HTML, Format
from kgpub.iris import with_parameter
from kgpub.lookup import sources_address
from kgpub.numbered_pages import beside, page_address
from kgpub.property_groups import PropertyGroup, property_groups
from kgpub.reader import Reader
from kgpub.rows import Row, is_iri_token, literal_parts, rows_of
from kgpub.site import Site
from kgpub.texts import Text
from kgpub.values import NOTE_PROPERTIES, Link, Linker, Property, Statements, Value
from kgpub.vocabulary import LABEL_PROPERTIES, SKOS, TYPE

_TYPE, _NOTATION = f"<{TYPE}>", f"<{SKOS}notation>"
_LABELS = {f"<{iri}>" for iri in LABEL_PROPERTIES}
_NOTES = {f"<{iri}>": rank for rank, iri in enumerate(NOTE_PROPERTIES)}
_DATA = tuple(fmt for fmt in DOCUMENT_FORMATS if fmt is not HTML)
#: Links per property on a page before the list of its own takes over.
INCOMING_SHOWN = 10
#: Quoted graphs that speak of the thing, on its page.
QUOTATIONS_SHOWN = 50


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

    title: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[tuple[Value, ...], ...], ...]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A term of an ontology or a concept of a scheme, with its definition and the codes that its scheme gives it."""

    link: Link
    note: Value | None
    notations: tuple[str, ...]


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


class Download(NamedTuple):
    """One representation of a document."""

    name: str
    media_type: str
    href: str


class More(NamedTuple):
    """How long a list is of which the page shows the beginning, and where all of it is."""

    total: int
    href: str


@dataclass(frozen=True, slots=True)
class EntityPage:
    """The page about one thing.

    *properties* leave out what the head of the page says already: the types, the title, the description; *groups* are
    the same as the shapes group them.
    """

    iri: str
    address: str
    cite: str
    document_iri: str
    sources: str
    title: Link
    types: tuple[Value, ...]
    description: Value | None
    tables: tuple[Table, ...]
    properties: tuple[Property, ...]
    groups: tuple[PropertyGroup, ...]
    annotations: tuple[AnnotatedProperty, ...]
    members: tuple[MemberGroup, ...]
    incoming: tuple[Listing, ...]
    quoted: tuple[QuotedThing, ...]
    incoming_more: More
    quotations: tuple[Link, ...]
    quotations_more: More
    quoted_total: int
    members_total: int
    graphs: tuple[Link, ...]
    downloads: tuple[Download, ...]
    page: int
    pages: int
    total: int
    previous: str | None
    next: str | None


def entity_page(site: Site, description: Description, tables: tuple[Table, ...], reader: Reader) -> EntityPage:
    """Return the page about the thing that a description describes."""
    own, nested, members = _sorted_out(description)
    linker = Linker(site, description.labels, reader)
    statements = Statements(site, linker, nested)
    title = linker.link(description.iri)
    note = best_note(own, reader)
    types = _types(statements, own)
    rest = [row for row in own if not _is_type(row) and row != note and not _gives_title(row, title, linker)]
    properties = statements.facts(rest)
    form = site.forms.of([value.link.iri for value in types if value.link])
    stated = {row[1][1:-1] for row in own} if description.pages == 1 else None
    address = f"{reader.root}/{site.base.local(description.document_iri)}"
    page, pages = description.page, description.pages
    previous, following = beside(address, page, pages, reader.keep)
    quotations = description.quotations
    return EntityPage(
        iri=description.iri,
        address=page_address(address, page),
        cite=reader.at(f"cite?iri={quote(description.iri, safe='')}"),
        document_iri=page_address(description.document_iri, description.page),
        sources=reader.keep(sources_address(page_address(address, page))),
        title=title,
        types=types,
        description=statements.value(note) if note else None,
        tables=tuple(_compact(table) for table in tables),
        properties=properties,
        groups=property_groups(form, properties, stated, linker, site.recent_links),
        annotations=annotation_notes(own, nested, statements, linker),
        members=tuple(_member_groups(members, linker, statements)),
        incoming=tuple(_listing(links, linker, address) for links in description.incoming),
        quoted=tuple(_quoted(site, description, linker)),
        incoming_more=More(description.ways, reader.keep(kind_address(address, ListKind.WAYS))),
        quotations=tuple(linker.link(graph) for graph in quotations.items[:QUOTATIONS_SHOWN]),
        quotations_more=More(quotations.total, reader.keep(kind_address(address, ListKind.QUOTATIONS))),
        quoted_total=description.quoted.statements,
        members_total=description.members,
        graphs=tuple([linker.term(graph[1:-1]) for graph in dict.fromkeys(row[3] for row in own) if graph[:1] == "<"]),
        downloads=tuple(downloads(address, page)),
        page=page,
        pages=pages,
        total=description.total,
        previous=previous,
        next=following,
    )


def _sorted_out(description: Description) -> tuple[list[Row], dict[str, list[Row]], dict[str, list[Row]]]:
    """Divide the statements: the thing's own, those of blank nodes by node, and those of other subjects by IRI."""
    own: list[Row] = []
    nested: dict[str, list[Row]] = {}
    members: dict[str, list[Row]] = {}
    thing = f"<{description.iri}>"
    for row in description.rows:
        subject = row[0]
        if subject == thing:
            own.append(row)
        elif subject[0] == "_":
            nested.setdefault(subject, []).append(row)
        else:
            members.setdefault(subject[1:-1], []).append(row)
    return own, nested, members


def _is_type(row: Row) -> bool:
    return row[1] == _TYPE and is_iri_token(row[2])


def _types(statements: Statements, rows: Iterable[Row]) -> tuple[Value, ...]:
    values = dict.fromkeys(statements.value(row) for row in rows if _is_type(row))
    return tuple(sorted(values, key=_type_rank))


def _gives_title(row: Row, title: Link, linker: Linker) -> bool:
    """Tell whether a statement says no more than the page's title does."""
    if row[1] not in _LABELS or row[2][0] != '"':
        return False
    label = linker.label(title.iri)
    return label is not None and literal_parts(row[2])[:2] == (label.text, label.language)


def _type_rank(value: Value) -> tuple[bool, bool]:
    """Stated classes before inferred ones, the site's own before others."""
    return value.is_inferred, value.link is not None and not value.link.is_ours


def best_note(rows: Iterable[Row], reader: Reader) -> Row | None:
    """Return the statement that describes a thing best: in the reader's language, by the best property."""
    notes = [row for row in rows if row[1] in _NOTES and row[2][0] == '"']
    return min(notes, key=lambda row: _note_rank(row, reader), default=None)


def _note_rank(row: Row, reader: Reader) -> tuple[int, int, str]:
    language = literal_parts(row[2])[1]
    return reader.rank(language), _NOTES[row[1]], language


def _compact(table: Table) -> Table:
    """Return a table without the columns in which no row has anything."""
    kept = [at for at in range(len(table.columns)) if any(row[at] for row in table.rows)]
    rows = tuple(tuple(row[at] for at in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)


def _member_groups(members: dict[str, list[Row]], linker: Linker, statements: Statements) -> Iterator[MemberGroup]:
    """Group members by class; one with several classes goes where most of the others are."""
    classes = {
        iri: [value[1:-1] for _, predicate, value, _ in rows if predicate == _TYPE and is_iri_token(value)]
        for iri, rows in members.items()
    }
    sizes = Counter(cls for of_one in classes.values() for cls in of_one)
    groups: dict[str, list[Member]] = {}
    for iri, rows in members.items():
        cls = max(classes[iri], key=lambda cls: sizes[cls], default="")
        note = best_note(rows, linker.reader)
        codes = [row[2] for row in rows if row[1] == _NOTATION and row[2][0] == '"']
        notations = tuple(dict.fromkeys(literal_parts(code)[0] for code in codes))
        member = Member(linker.link(iri), statements.value(note) if note else None, notations)
        groups.setdefault(cls, []).append(member)
    for cls, group in groups.items():
        by_name = sorted(group, key=lambda member: member.link.text.lower())
        yield MemberGroup(linker.link(cls) if cls else None, tuple(by_name))


def _listing(links: Incoming, linker: Linker, address: str) -> Listing:
    shown = tuple([linker.link(iri) for iri in links.subjects[:INCOMING_SHOWN]])
    more = linker.reader.keep(list_address(address, links.property)) if len(shown) < links.total else None
    return Listing(linker.term(links.property), shown, links.total, more)


def _quoted(site: Site, description: Description, linker: Linker) -> Iterator[QuotedThing]:
    """Yield what a quoted graph says, by subject; blank nodes stand where they are spoken of."""
    subjects: dict[str, list[Row]] = {}
    spoken_of = set()
    for row in rows_of(description.quoted.lines):
        subjects.setdefault(row[0], []).append(row)
        spoken_of.add(row[2])
    nested = {subject: rows for subject, rows in subjects.items() if subject[0] == "_"}
    statements = Statements(site, linker, nested)
    for subject, rows in subjects.items():
        if subject[0] != "_":
            link = linker.link(subject[1:-1])
            yield QuotedThing(Value(link, link.text), statements.facts(rows))
        elif subject not in spoken_of:
            yield QuotedThing(Value(text=subject), statements.facts(rows, (subject,)))


def downloads_at(address: str, formats: Iterable[Format]) -> tuple[Download, ...]:
    """Return the representations of a list or a view at an address, HTML aside."""
    data = (fmt for fmt in formats if fmt is not HTML)
    return tuple(Download(fmt.name, fmt.media_type, with_parameter(address, f"format={fmt.suffix}")) for fmt in data)


def downloads(address: str, page: int = 1) -> Iterator[Download]:
    """Yield the representations of the document at an address, HTML aside."""
    first = representation_address(address, _DATA[0].suffix, page)
    at = first.rindex(_DATA[0].suffix) if page == 1 else None
    for fmt in _DATA:
        href = first[:at] + fmt.suffix if at is not None else representation_address(address, fmt.suffix, page)
        yield Download(fmt.name, fmt.media_type, href)
