"""The RDF of a document: what the graph says of a thing, what it names is called, and the document itself."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from kgpub.documents import EMPTY_LIST, NOTHING_QUOTED, Documents, Incoming, ListKind, ListPage, Quoted
from kgpub.iris import is_path, path_of, with_parameter
from kgpub.label import Label
from kgpub.nquads import line_of
from kgpub.numbered_pages import page_address
from kgpub.rows import Row, is_iri_token, rows_of
from kgpub.site import Site
from kgpub.vocabulary import (
    DCTERMS,
    FOAF,
    HYDRA,
    LABEL_PROPERTIES,
    MEMBERSHIP_PROPERTIES,
    NPX,
    RDF,
    RDFS,
    TYPE,
    integer,
)

#: Resources that point at the thing, per property, in the RDF of its document.
BACKLINKS_SHOWN = 25
#: Statements in one document, those about its members too, before further members are left to their own documents.
_LINES_AT_MOST = 10_000

_TO_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f\ufffe\uffff]')
#: A local name that any client sends as it is: nothing to encode, no dot that it would resolve.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_/:@!$&'()*+,;=~-]*")
_TYPE = f"<{TYPE}>"
#: The ends of the addresses of what is about the base itself.
_OF_BASE = ("/doc/", "/linkset/")
_FIRST = {f"<{iri}>": rank for rank, iri in enumerate((TYPE, *LABEL_PROPERTIES))}

Labels = Mapping[str, Mapping[str, Label]]


@dataclass(frozen=True)
class Description:
    """Everything that the representations of one document are made from.

    *statements* are N-Quads lines in the graphs they stand in, *context* and *about* N-Triples lines that the document
    adds: labels and backlinks, and the document's own metadata; *context_rows* are such lines, taken apart. *quoted*
    is a page of a quoted graph, *quotations* are the first graphs that speak of the thing. *total* counts the
    statements on all pages, *ways* the properties that point here, *members* the things that belong into the document.
    """

    iri: str
    document_iri: str
    page: int
    pages: int
    statements: tuple[str, ...]
    incoming: tuple[Incoming, ...]
    labels: Labels = field(repr=False)
    context: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    quoted: Quoted = NOTHING_QUOTED
    quotations: ListPage = EMPTY_LIST
    total: int = 0
    ways: int = 0
    members: int = 0
    context_rows: tuple[Row, ...] = ()

    @cached_property
    def rows(self) -> list[Row]:
        """Return the statements, taken apart once for all that is made from them."""
        return rows_of(self.statements)

    def triples(self) -> tuple[str, ...]:
        """Return the N-Triples lines of the whole document, each once, the thing's own first."""
        return tuple([f"{subject} {predicate} {value} ." for subject, predicate, value, _ in self.triple_rows()])

    def triple_rows(self) -> Iterable[Row]:
        """Return the triples of the whole document, each once, the thing's own first."""
        own = [(subject, predicate, value, "") for subject, predicate, value, _ in self.rows]
        return dict.fromkeys((*own, *rows_of(self.context), *self.context_rows, *rows_of(self.about)))


def document_path(site: Site, iri: str) -> str:
    """Return the path of the document about a thing: ``doc/…`` if it is below the base, else ``doc?iri=…``.

    An IRI that is not told by a request's path has its document by parameter too: one with a fragment, a query or dot
    segments, and one whose path another IRI is written as.
    """
    local = site.base.local(iri) if site.base.holds(iri) else "?"
    if _PLAIN_PATH.fullmatch(local):
        return f"doc/{local}"
    path = path_of(local)
    is_plain = path == local and "%" not in path
    if is_path(local) and (is_plain or site.documents.first_described(site.base.candidates(path)) == iri):
        return f"doc/{path}"
    return f"doc?iri={quote(iri, safe='')}"


def describe(site: Site, iri: str, page: int = 1) -> Description | None:
    """Return the description of an IRI, or None where the graph does not describe it or has no such page."""
    documents = site.documents
    document = documents.get(iri, page)
    if document is None:
        return None
    incoming = documents.incoming(iri) if page == 1 else ()
    stated = _ordered(document.lines)
    members = documents.members(iri) if page == 1 else ()
    for member in members:
        part = documents.get(member)
        stated += _ordered(part.lines) if part else ()
        if len(stated) > _LINES_AT_MOST:
            break
    rows = [row for row, _ in stated]
    quoted = documents.quoted(iri, page)
    quotations = documents.quotations(iri) if page == 1 else EMPTY_LIST
    named = _named(iri, rows, incoming)
    labels = documents.labels((*named, *_named(iri, rows_of(quoted.lines), ()), *quotations.items))
    own_address = site.base.resolve(document_path(site, iri))
    lists = _lists(documents, iri, incoming, quotations) if page == 1 else {}
    pages = max(document.pages, quoted.pages)
    description = Description(
        iri,
        own_address,
        page,
        pages,
        tuple([line for _, line in stated]),
        incoming,
        labels,
        (),
        (
            *_about(site, iri, own_address, page),
            *(paging_lines(own_address, page, pages, document.statements or quoted.statements) if pages > 1 else ()),
            *_about_lists(own_address, page, incoming, lists),
            *_about_quoted(own_address, quoted.statements),
        ),
        quoted,
        quotations,
        document.statements,
        lists.get(ListKind.WAYS, len(incoming)),
        lists.get(ListKind.FRAGMENTS, _members_in(members, incoming)),
        tuple(_context(iri, incoming, named, labels)),
    )
    description.__dict__["rows"] = rows  # taken apart already
    return description


def _lists(documents: Documents, iri: str, incoming: tuple[Incoming, ...], quotations: ListPage) -> dict[ListKind, int]:
    """Return the lists in which there is more than the document tells, with their lengths."""
    ways, fragments = documents.ways(iri, incoming), documents.fragments(iri).total
    there = {
        ListKind.WAYS: ways if ways > len(incoming) else 0,
        ListKind.FRAGMENTS: fragments,
        ListKind.QUOTATIONS: quotations.total,
    }
    return {kind: total for kind, total in there.items() if total}


def _members_in(members: tuple[str, ...], incoming: tuple[Incoming, ...]) -> int:
    totals = (links.total for links in incoming if links.property in MEMBERSHIP_PROPERTIES)
    return max(len(members), *totals, 0)


def _ordered(lines: Sequence[str]) -> list[tuple[Row, str]]:
    """Put the types and labels of a thing in front: a reader wants to know first what it is.

    Blank nodes follow, each with all that is said of it in one piece.
    """
    by_subject: dict[str, list[tuple[Row, str]]] = {}
    for row, line in zip(rows_of(lines), lines, strict=True):
        by_subject.setdefault(row[0], []).append((row, line))
    subjects = sorted(by_subject, key=_is_blank)
    return [stated for subject in subjects for stated in sorted(by_subject[subject], key=_rank)]


def _is_blank(subject: str) -> bool:
    return subject[0] == "_"


def _rank(stated: tuple[Row, str]) -> int:
    return _FIRST.get(stated[0][1], len(_FIRST))


def _named(iri: str, rows: Iterable[Row], incoming: tuple[Incoming, ...]) -> dict[str, None]:
    """Return the IRIs that a document speaks of, the thing's own first."""
    tokens = {f"<{iri}>": None}
    for subject, predicate, value, _ in rows:
        tokens[subject] = tokens[predicate] = tokens[value] = None
    named = {token[1:-1]: None for token in tokens if is_iri_token(token)}
    for links in incoming:
        named[links.property] = None
        named |= dict.fromkeys(links.subjects[:BACKLINKS_SHOWN])
    return named


def _context(iri: str, incoming: tuple[Incoming, ...], named: Iterable[str], labels: Labels) -> Iterator[Row]:
    """Yield what points at a thing, and what all that its document names is called."""
    thing = f"<{iri}>"
    for links in incoming:
        property_ = f"<{links.property}>"
        for subject in links.subjects[:BACKLINKS_SHOWN]:
            yield f"<{subject}>", property_, thing, ""
    for name in named:
        if name != iri and name in labels:
            yield from _label_rows(name, labels[name])


def _label_rows(iri: str, by_language: Mapping[str, Label]) -> list[Row]:
    """Return the labels that the data gives an IRI; those from elsewhere are none of its statements."""
    thing = f"<{iri}>"
    return [
        (thing, f"<{property_}>", f'"{_escaped(text)}"@{language}' if language else f'"{_escaped(text)}"', "")
        for text, language, property_, source in by_language.values()
        if not source
    ]


def label_lines(labels: Labels, iri: str) -> Iterator[str]:
    """Yield the labels of all but the thing itself as N-Triples lines, by IRI, with the properties that give them."""
    for named in sorted(labels):
        if named != iri:
            for subject, property_, text, _ in _label_rows(named, labels[named]):
                yield f"{subject} {property_} {text} ."


def _escaped(text: str) -> str:
    """Return a text as it stands between the quotes of N-Triples; most need nothing done."""
    return str(Literal(text))[1:-1] if _TO_ESCAPE.search(text) else text


def _about(site: Site, iri: str, address: str, number: int) -> Iterator[str]:
    page = page_address(address, number)
    yield f"<{page}> <{TYPE}> <{FOAF}Document> ."
    yield f"<{page}> <{FOAF}primaryTopic> <{iri}> ."
    yield from (f"<{page}> {said}" for said in site.imprint)
    if (nanopublication := site.nanopublication_about(iri)) is not None:
        yield f"<{site.base.resolve(nanopublication)}> <{NPX}introduces> <{iri}> ."


def _about_lists(
    address: str, number: int, incoming: tuple[Incoming, ...], lists: Mapping[ListKind, int]
) -> Iterator[str]:
    """Say what the document leaves out, how much there is in all, and where."""
    cut = {list_address(address, links.property): links.total for links in incoming if links.total > BACKLINKS_SHOWN}
    more = {kind_address(address, kind): total for kind, total in lists.items()}
    for listing, total in (cut | more).items():
        yield _line(page_address(address, number), RDFS + "seeAlso", NamedNode(listing))
        yield _line(listing, RDF + "type", NamedNode(HYDRA + "Collection"))
        yield _line(listing, HYDRA + "totalItems", integer(total))


def _about_quoted(address: str, statements: int) -> Iterator[str]:
    """Say in every syntax that there is a quoted graph, and where: triples cannot hold it without asserting it."""
    if statements:
        told = f"A quoted graph of {statements} triples, which nobody asserts here: see its TriG or N-Quads."
        yield _line(address, RDFS + "comment", Literal(told, language="en"))
        yield _line(address, DCTERMS + "hasFormat", NamedNode(representation_address(address, "trig")))


def paging_lines(address: str, number: int, pages: int, total: int | None) -> Iterator[str]:
    """Yield what tells a client that a document is one page of several, and where the others are (Hydra).

    *total* is None where nobody knows how many there are in all.
    """
    page = page_address(address, number)
    yield _line(address, RDF + "type", NamedNode(HYDRA + "Collection"))
    if total is not None:
        yield _line(address, HYDRA + "totalItems", integer(total))
    yield _line(address, HYDRA + "view", NamedNode(page))
    yield _line(page, RDF + "type", NamedNode(HYDRA + "PartialCollectionView"))
    for name, other in (("first", 1), ("previous", number - 1), ("next", number + 1), ("last", pages)):
        if 1 <= other <= pages:
            yield _line(page, HYDRA + name, NamedNode(page_address(address, other)))


def representation_address(address: str, suffix: str, page: int = 1) -> str:
    """Return the address of one representation of a document: ``/doc/x.ttl``, or ``/doc?iri=…&format=ttl``."""
    if "?" in address or address.endswith(_OF_BASE):  # "/doc.ttl" would be the document about <doc>
        return page_address(with_parameter(address, f"format={suffix}"), page)
    return page_address(f"{address.rstrip('/')}.{suffix}", page)


def list_address(address: str, property_: str) -> str:
    """Return the address of the list of what points at a thing with a property, from that of its document."""
    return with_parameter(address, f"incoming={quote(property_, safe='')}")


def kind_address(address: str, kind: ListKind) -> str:
    """Return the address of another list that belongs to a document, from that of the document."""
    return with_parameter(address, f"list={kind.value}")


def _line(subject: str, property_: str, value: NamedNode | Literal) -> str:
    return line_of(Quad(NamedNode(subject), NamedNode(property_), value))
