"""What the HTML templates show: plain frozen values, made from a description and the index."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kgpub.description import Description, with_parameter
from kgpub.documents import Incoming, Label
from kgpub.formats import DOCUMENT_FORMATS, HTML
from kgpub.iris import path_of
from kgpub.site import Site
from kgpub.vocabulary import DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, TYPE, XSD

#: Values of one property that stand on a page at once; the rest folds away.
VALUES_OPEN = 12
#: Links per property on a page before the list of its own takes over.
INCOMING_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an IRI: to our own page where we have one, its name, and the IRI in full."""

    href: str
    text: str
    iri: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property: a link, a literal, or a blank node with its own properties."""

    link: Link | None = None
    text: str = ""
    language: str = ""
    datatype: Link | None = None
    properties: tuple["Property", ...] = ()
    graph: Link | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """A property and its values on one thing."""

    link: Link
    values: tuple[Value, ...]


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


@dataclass(frozen=True, slots=True)
class Download:
    """One representation of a document."""

    name: str
    media_type: str
    href: str


@dataclass(frozen=True, slots=True)
class EntityPage:
    """The page about one thing."""

    iri: str
    title: str
    short_name: str
    types: tuple[Link, ...]
    description: Value | None
    tables: tuple[Table, ...]
    properties: tuple[Property, ...]
    members: tuple[Link, ...]
    incoming: tuple[Listing, ...]
    quoted: tuple[tuple[Link, Property], ...]
    quotations: tuple[Link, ...]
    downloads: tuple[Download, ...]
    page: int
    pages: int
    previous: str | None
    next: str | None


class Linker:
    """Turns IRIs into links, with the labels of one description and the addresses of one request."""

    def __init__(self, site: Site, labels: dict[str, dict[str, Label]], root: str) -> None:
        """Take the labels to use, and the path below which this server is mounted (empty, or ``/kg``)."""
        self._site = site
        self._labels = labels
        self._root = root

    def text(self, iri: str) -> str:
        """Return what to call an IRI: its label in the site's language, in English, in any, or a short name."""
        by_language = self._labels.get(iri)
        if not by_language:
            return self._site.short_name(iri)
        wanted = (self._site.publication.language, "en", "", *sorted(by_language))
        return next(by_language[language].text for language in wanted if language in by_language)

    def href(self, iri: str) -> str:
        """Return where a link to an IRI leads: to this server if the IRI is below the base, else to the IRI."""
        if self._site.base.holds(iri):
            return f"{self._root}/{path_of(self._site.base.local(iri))}"
        return iri

    def link(self, iri: str) -> Link:
        """Return a link to an IRI. One of another scheme than http and https is shown, not followed."""
        is_ours = self._site.base.holds(iri)
        href = self.href(iri) if is_ours or iri.startswith(("http://", "https://")) else ""
        return Link(href, self.text(iri), iri, is_ours)

    def foreign(self, iri: str) -> str:
        """Return the address of our own page about an IRI that is not below the base."""
        return f"{self._root}/resource?iri={quote(iri, safe='')}"


def entity_page(site: Site, description: Description, tables: tuple[Table, ...], root: str) -> EntityPage:
    """Return the page about the thing that a description describes."""
    linker = Linker(site, description.labels, root)
    own, nested, members = _sorted_out(description)
    properties = tuple(_properties(own, nested, linker))
    address = f"{root}/{site.base.local(description.document_iri)}"
    return EntityPage(
        iri=description.iri,
        title=linker.text(description.iri),
        short_name=site.short_name(description.iri),
        types=tuple(linker.link(q.object.value) for q in own if q.predicate.value == TYPE and _is_iri(q.object)),
        description=_first_text(own, site.publication.language),
        tables=tables,
        properties=properties,
        members=tuple(linker.link(iri) for iri in members),
        incoming=tuple(_listing(links, linker, address) for links in description.incoming),
        quoted=tuple(_quoted(description, linker)),
        quotations=tuple(linker.link(graph) for graph in description.quotations if graph != description.iri),
        downloads=tuple(_downloads(address)),
        page=description.page,
        pages=description.pages,
        previous=_page_address(address, description.page - 1) if description.page > 1 else None,
        next=_page_address(address, description.page + 1) if description.page < description.pages else None,
    )


def _is_iri(term: object) -> bool:
    return isinstance(term, NamedNode)


def _sorted_out(description: Description) -> tuple[list[Quad], dict[str, list[Quad]], list[str]]:
    """Divide the statements: the thing's own, those of blank nodes by node, and the IRIs of other subjects."""
    own: list[Quad] = []
    nested: dict[str, list[Quad]] = {}
    members: dict[str, None] = {}
    for quad in parse("\n".join(description.statements), RdfFormat.N_QUADS):
        assert isinstance(quad, Quad)  # noqa: S101 (N-Quads gives quads)
        if isinstance(quad.subject, BlankNode):
            nested.setdefault(quad.subject.value, []).append(quad)
        elif quad.subject == NamedNode(description.iri):
            own.append(quad)
        else:
            members[str(quad.subject)[1:-1]] = None
    return own, nested, list(members)


def _properties(quads: Iterable[Quad], nested: dict[str, list[Quad]], linker: Linker) -> Iterator[Property]:
    by_property: dict[str, list[Quad]] = {}
    for quad in quads:
        by_property.setdefault(quad.predicate.value, []).append(quad)
    for iri in sorted(by_property, key=lambda iri: _property_rank(iri, linker)):
        values = tuple(_value(quad, nested, linker) for quad in by_property[iri])
        yield Property(linker.link(iri), tuple(dict.fromkeys(values)))


def _property_rank(iri: str, linker: Linker) -> tuple[int, str]:
    """Types, names and descriptions first, the rest by name."""
    leading = (TYPE, *LABEL_PROPERTIES, *DESCRIPTION_PROPERTIES)
    return (leading.index(iri) if iri in leading else len(leading), linker.text(iri).lower())


def _value(quad: Quad, nested: dict[str, list[Quad]], linker: Linker) -> Value:
    term = quad.object
    graph = linker.link(quad.graph_name.value) if isinstance(quad.graph_name, NamedNode) else None
    if isinstance(term, NamedNode):
        return Value(link=linker.link(term.value), text=linker.text(term.value), graph=graph)
    if isinstance(term, Literal):
        return _literal(term, linker, graph)
    if isinstance(term, Triple):
        return Value(text=str(term), graph=graph)
    inner = nested.get(term.value, [])
    without_itself = {node: quads for node, quads in nested.items() if node != term.value}
    return Value(text=f"_:{term.value}", properties=tuple(_properties(inner, without_itself, linker)), graph=graph)


def _literal(term: Literal, linker: Linker, graph: Link | None) -> Value:
    is_plain = term.language is not None or term.datatype.value == f"{XSD}string"
    datatype = None if is_plain else linker.link(term.datatype.value)
    return Value(text=term.value, language=term.language or "", datatype=datatype, graph=graph)


def _first_text(quads: Iterable[Quad], language: str) -> Value | None:
    found = [
        (DESCRIPTION_PROPERTIES.index(q.predicate.value), q.object.language != language, q.object)
        for q in quads
        if q.predicate.value in DESCRIPTION_PROPERTIES and isinstance(q.object, Literal)
    ]
    if not found:
        return None
    _, _, best = min(found, key=lambda item: item[:2])
    return Value(text=best.value, language=best.language or "")


def _listing(links: Incoming, linker: Linker, address: str) -> Listing:
    shown = tuple(linker.link(iri) for iri in links.subjects[:INCOMING_SHOWN])
    more = None
    if len(shown) < links.total:
        more = with_parameter(address, f"incoming={quote(links.property, safe='')}")
    return Listing(linker.link(links.property), shown, links.total, more)


def _quoted(description: Description, linker: Linker) -> Iterator[tuple[Link, Property]]:
    """Yield the statements of a quoted graph, each as its subject and a property with one value."""
    for quad in parse("\n".join(description.quoted), RdfFormat.N_QUADS):
        if isinstance(quad, Quad) and isinstance(quad.subject, NamedNode):
            value = _value(quad, {}, linker)
            yield linker.link(quad.subject.value), Property(linker.link(quad.predicate.value), (value,))


def _downloads(address: str) -> Iterator[Download]:
    for fmt in DOCUMENT_FORMATS:
        if fmt is not HTML:
            href = f"{address}&format={fmt.suffix}" if "?" in address else f"{address.rstrip('/')}.{fmt.suffix}"
            yield Download(fmt.name, fmt.media_type, href)


def _page_address(address: str, page: int) -> str:
    return address if page == 1 else with_parameter(address, f"page={page}")
