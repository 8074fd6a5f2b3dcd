"""What the pages of nanopublications show, and the list of them in RDF."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from kgpub.description import label_lines, paging_lines
from kgpub.nanopublication_index import Nanopublication, Nanopublications
from kgpub.nanopublication_names import ASSERTION, HEAD, NANOPUBLICATIONS, PROVENANCE, PUBLICATION_INFO
from kgpub.nquads import iri_in, quads_of, split_line
from kgpub.numbered_pages import beside, count_pages, page_address
from kgpub.pages import QuotedThing
from kgpub.reader import Reader
from kgpub.site import Site
from kgpub.values import Link, Linker, Statements, Value
from kgpub.vocabulary import DCTERMS, HYDRA, NP, NPX, TYPE, integer

NANOPUBLICATIONS_A_PAGE = 100

_READING_ORDER = (ASSERTION, PROVENANCE, PUBLICATION_INFO, HEAD)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the four graphs: the fragment that names it, and what it says by subject."""

    name: str
    things: tuple[QuotedThing, ...]


@dataclass(frozen=True, slots=True)
class NanopublicationPage:
    """The page of one nanopublication."""

    iri: str
    code: str
    thing: Link
    created: str
    creators: tuple[Value, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of the list: what each nanopublication is about, and its address."""

    entries: tuple[tuple[Link, str, str], ...]
    total: int
    first_number: int
    page: int
    pages: int
    previous: str | None
    next: str | None


def nanopublication_page(site: Site, nanopublication: Nanopublication, reader: Reader) -> NanopublicationPage:
    """Return the page of a nanopublication."""
    named = {iri for line in nanopublication.lines for token in split_line(line)[:3] if (iri := iri_in(token))}
    linker = Linker(site, site.documents.labels(named), reader)
    statements = Statements(site, linker, {})
    iri = site.base.resolve(NANOPUBLICATIONS + nanopublication.code)
    by_part: dict[str, list[Quad]] = {part: [] for part in _READING_ORDER}
    for quad in quads_of(nanopublication.lines):
        if isinstance(quad.graph_name, NamedNode):
            by_part[quad.graph_name.value.removeprefix(f"{iri}#")].append(quad)
    about = {q.predicate.value: q.object for q in by_part[PUBLICATION_INFO]}
    creators = [q.object for q in by_part[PUBLICATION_INFO] if q.predicate.value == DCTERMS + "creator"]
    return NanopublicationPage(
        iri=iri,
        code=nanopublication.code,
        thing=linker.link(nanopublication.thing),
        created=str(getattr(about.get(DCTERMS + "created"), "value", "")),
        creators=tuple(statements.term(creator) for creator in creators),
        parts=tuple(Part(name, tuple(_things(by_part[name], statements))) for name in _READING_ORDER),
    )


def _things(quads: Iterable[Quad], statements: Statements) -> Iterator[QuotedThing]:
    by_subject: dict[NamedNode, list[Quad]] = {}
    for quad in quads:
        if isinstance(quad.subject, NamedNode):
            by_subject.setdefault(quad.subject, []).append(quad)
    for subject, own in by_subject.items():
        yield QuotedThing(statements.term(subject), statements.properties(own))


def page_count(nanopublications: Nanopublications) -> int:
    """Return how many pages the list has."""
    return count_pages(nanopublications.total, NANOPUBLICATIONS_A_PAGE)


def list_page(site: Site, nanopublications: Nanopublications, page: int, reader: Reader) -> ListPage:
    """Return one page of the list of all nanopublications."""
    found = nanopublications.page(page, NANOPUBLICATIONS_A_PAGE)
    linker = Linker(site, site.documents.labels(thing for _, thing in found), reader)
    address, pages = f"{reader.root}/{NANOPUBLICATIONS}", page_count(nanopublications)
    previous, following = beside(address, page, pages, reader.keep)
    return ListPage(
        entries=tuple((linker.link(thing), code, reader.keep(address + code)) for code, thing in found),
        total=nanopublications.total,
        first_number=(page - 1) * NANOPUBLICATIONS_A_PAGE + 1,
        page=page,
        pages=pages,
        previous=previous,
        next=following,
    )


def list_lines(site: Site, nanopublications: Nanopublications, page: int) -> Iterator[str]:
    """Yield one page of the list as N-Triples lines: a Hydra collection, and what each member introduces."""
    found = nanopublications.page(page, NANOPUBLICATIONS_A_PAGE)
    address, pages = site.base.resolve(NANOPUBLICATIONS), page_count(nanopublications)
    if pages > 1:
        yield from paging_lines(address, page, pages, nanopublications.total)
    else:
        yield f"<{address}> <{TYPE}> <{HYDRA}Collection> ."
        yield f"<{address}> <{HYDRA}totalItems> {integer(nanopublications.total)} ."
    yield from (f"<{page_address(address, page)}> <{HYDRA}member> <{address}{code}> ." for code, _ in found)
    for code, thing in found:
        yield f"<{address}{code}> <{TYPE}> <{NP}Nanopublication> ."
        yield f"<{address}{code}> <{NPX}introduces> <{thing}> ."
    yield from label_lines(site.documents.labels(thing for _, thing in found), "")
