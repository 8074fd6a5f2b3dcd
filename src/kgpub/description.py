"""The RDF of a document: what the graph says of a thing, what it names is called, and the document itself."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from pyoxigraph import Literal, NamedNode, Quad

from kgpub.documents import Document, Incoming, Label
from kgpub.iris import path_of
from kgpub.nquads import iri_in, line_of, split_line, triple_line
from kgpub.release import DATASET
from kgpub.site import Site
from kgpub.vocabulary import DCAT, DCTERMS, FOAF, HYDRA, LABEL_PROPERTIES, NPX, RDF, RDFS, TYPE, integer

#: Resources that point at the thing, per property, in the RDF of its document.
BACKLINKS_SHOWN = 25

_TO_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f\ufffe\uffff]')
_FIRST = {f"<{iri}>": rank for rank, iri in enumerate((TYPE, *LABEL_PROPERTIES))}


@dataclass(frozen=True, slots=True)
class Description:
    """Everything that the representations of one document are made from.

    *statements* are N-Quads lines in the graphs they stand in, *context* and *about* N-Triples lines that the document
    adds: labels and backlinks, and the document's own metadata; *quoted* are lines of a quoted graph.
    """

    iri: str
    document_iri: str
    page: int
    pages: int
    statements: tuple[str, ...]
    incoming: tuple[Incoming, ...]
    labels: dict[str, dict[str, Label]] = field(repr=False)
    context: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    quotations: tuple[str, ...] = ()

    def triples(self) -> tuple[str, ...]:
        """Return the N-Triples lines of the whole document, each once, the thing's own first."""
        own = (triple_line(split_line(line)) for line in self.statements)
        return tuple(dict.fromkeys((*own, *self.context, *self.about)))


def document_path(site: Site, iri: str) -> str:
    """Return the path of the document about a thing: ``doc/…`` if it is below the base, else ``doc?iri=…``.

    An IRI that is not told by a request's path has its document by parameter too: one with a fragment, a query or dot
    segments, and one whose path another IRI is written as.
    """
    local = site.base.local(iri) if site.base.holds(iri) else "?"
    is_path = not set("#?") & set(local) and not {".", ".."} & set(unquote(local).split("/"))
    path = path_of(local)
    is_plain = path == local and "%" not in path
    if is_path and (is_plain or site.documents.first_described(site.base.candidates(path)) == iri):
        return f"doc/{path}"
    return f"doc?iri={quote(iri, safe='')}"


def describe(site: Site, iri: str, page: int = 1) -> Description | None:
    """Return the description of an IRI, or None where the graph does not describe it or has no such page."""
    document = site.documents.get(iri, page)
    if document is None:
        return None
    incoming = site.documents.incoming(iri) if page == 1 else ()
    statements = [*_ordered(document.lines)]
    for member in site.documents.members(iri, incoming):
        part = site.documents.get(member)
        statements += _ordered(part.lines) if part else ()
    quoted = site.documents.quoted(iri)
    quotations = site.documents.quotations(iri)
    named = dict.fromkeys(_named(iri, statements, incoming))
    labels = site.documents.labels((*named, *_named(iri, quoted, ()), *quotations))
    own_address = site.base.resolve(document_path(site, iri))
    return Description(
        iri,
        own_address,
        page,
        document.pages,
        tuple(statements),
        incoming,
        labels,
        (*_backlinks(iri, incoming), *label_lines({n: labels[n] for n in named if n in labels}, iri)),
        (*_about(site, document, own_address, incoming), *_about_quoted(own_address, quoted)),
        quoted,
        quotations,
    )


def _ordered(lines: Iterable[str]) -> list[str]:
    """Put the types and labels of a thing in front: a reader wants to know first what it is."""
    return sorted(lines, key=lambda line: (line.startswith("_:"), _FIRST.get(line.split(" ", 2)[1], len(_FIRST))))


def _named(iri: str, statements: Iterable[str], incoming: tuple[Incoming, ...]) -> Iterator[str]:
    yield iri
    for line in statements:
        statement = split_line(line)
        for token in statement[:3]:
            if (named := iri_in(token)) is not None:
                yield named
    for links in incoming:
        yield links.property
        yield from links.subjects[:BACKLINKS_SHOWN]


def _backlinks(iri: str, incoming: tuple[Incoming, ...]) -> Iterator[str]:
    for links in incoming:
        for subject in links.subjects[:BACKLINKS_SHOWN]:
            yield f"<{subject}> <{links.property}> <{iri}> ."


def label_lines(labels: dict[str, dict[str, Label]], iri: str) -> Iterator[str]:
    """Yield the labels of all but the thing itself as N-Triples lines, with the properties that give them."""
    for named, by_language in labels.items():
        if named != iri:
            for label in by_language.values():
                language = f"@{label.language}" if label.language else ""
                yield f'<{named}> <{label.property}> "{_escaped(label.text)}"{language} .'


def _escaped(text: str) -> str:
    """Return a text as it stands between the quotes of N-Triples; most need nothing done."""
    return str(Literal(text))[1:-1] if _TO_ESCAPE.search(text) else text


def _about(site: Site, document: Document, address: str, incoming: tuple[Incoming, ...]) -> Iterator[str]:
    publication = site.publication
    page = page_address(address, document.page)
    yield _line(page, RDF + "type", NamedNode(FOAF + "Document"))
    yield _line(page, FOAF + "primaryTopic", NamedNode(document.iri))
    yield _line(page, DCAT + "version", Literal(site.release.manifest.id))
    if site.has_catalog:
        yield _line(page, DCTERMS + "isPartOf", NamedNode(site.base.resolve(DATASET)))
    if publication.licence:
        yield _line(page, DCTERMS + "license", NamedNode(site.base.resolve(publication.licence)))
    if (nanopublication := site.nanopublication_about(document.iri)) is not None:
        yield _line(site.base.resolve(nanopublication), NPX + "introduces", NamedNode(document.iri))
    if document.pages > 1:
        yield from paging_lines(address, document.page, document.pages, document.statements)
    for links in incoming:
        if len(links.subjects[:BACKLINKS_SHOWN]) < links.total:
            listing = list_address(address, links.property)
            yield _line(page, RDFS + "seeAlso", NamedNode(listing))
            yield _line(listing, RDF + "type", NamedNode(HYDRA + "Collection"))
            yield _line(listing, HYDRA + "totalItems", integer(links.total))


def _about_quoted(address: str, quoted: tuple[str, ...]) -> Iterator[str]:
    """Say in every syntax that there is a quoted graph, and where: triples cannot hold it without asserting it."""
    if quoted:
        told = f"A quoted graph of {len(quoted)} triples, which nobody asserts here: see its TriG or N-Quads."
        yield _line(address, RDFS + "comment", Literal(told, language="en"))
        yield _line(address, DCTERMS + "hasFormat", NamedNode(representation_address(address, "trig")))


def paging_lines(address: str, number: int, pages: int, total: int) -> Iterator[str]:
    """Yield what tells a client that a document is one page of several, and where the others are (Hydra)."""
    page = page_address(address, number)
    yield _line(address, RDF + "type", NamedNode(HYDRA + "Collection"))
    yield _line(address, HYDRA + "totalItems", integer(total))
    yield _line(address, HYDRA + "view", NamedNode(page))
    yield _line(page, RDF + "type", NamedNode(HYDRA + "PartialCollectionView"))
    for name, other in (("first", 1), ("previous", number - 1), ("next", number + 1), ("last", pages)):
        if 1 <= other <= pages:
            yield _line(page, HYDRA + name, NamedNode(page_address(address, other)))


def page_address(address: str, page: int) -> str:
    """Return the address of one page of a document or a list; the first has none of its own."""
    return address if page == 1 else with_parameter(address, f"page={page}")


def representation_address(address: str, suffix: str, page: int = 1) -> str:
    """Return the address of one representation of a document: ``/doc/x.ttl``, or ``/doc?iri=…&format=ttl``."""
    if "?" in address or address.endswith("/doc/"):  # "/doc.ttl" would be the document about <doc>
        return page_address(with_parameter(address, f"format={suffix}"), page)
    return page_address(f"{address.rstrip('/')}.{suffix}", page)


def list_address(address: str, property_: str) -> str:
    """Return the address of the list of what points at a thing with a property, from that of its document."""
    return with_parameter(address, f"incoming={quote(property_, safe='')}")


def with_parameter(address: str, parameter: str) -> str:
    """Return an address with one more parameter in its query."""
    return f"{address}{'&' if '?' in address else '?'}{parameter}"


def _line(subject: str, property_: str, value: NamedNode | Literal) -> str:
    return line_of(Quad(NamedNode(subject), NamedNode(property_), value))
