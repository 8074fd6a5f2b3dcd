"""What a search finds as pages show it, as JSON, as a Hydra collection, and as suggestions for a search box."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from kgpub.description import paging_lines
from kgpub.highlight import Piece, highlighted
from kgpub.label import Label
from kgpub.nquads import line_of
from kgpub.numbered_pages import count_pages, page_address
from kgpub.reader import Reader, plain_reader
from kgpub.search import Found, Hit
from kgpub.search_query import Match, read_query
from kgpub.search_request import HITS_A_PAGE, SearchRequest
from kgpub.site import Site
from kgpub.values import Link, Linker
from kgpub.vocabulary import FOAF, HYDRA, TYPE

#: Classes that a page offers to choose from, the commonest ones.
_FILTERS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A thing that was found: its label in pieces, the text that matched in pieces where that is another one."""

    hit: Hit
    link: Link
    label: tuple[Piece, ...]
    matched: tuple[Piece, ...]
    types: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A class that the things found have, how many of them, and the address of the search with or without it."""

    link: Link
    count: int
    is_chosen: bool
    href: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A text that may have been meant, and the address of its search."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found."""

    request: SearchRequest
    found: Found
    hits: tuple[ShownHit, ...]
    filters: tuple[Filter, ...]
    corrections: tuple[Correction, ...]
    pages: int
    previous: str
    next: str

    @property
    def first_number(self) -> int:
        """Return the number of the first hit of the page."""
        return (self.request.page - 1) * HITS_A_PAGE + 1


def pages_of(found: Found) -> int:
    """Return how many pages there are, at least one."""
    return count_pages(found.total, HITS_A_PAGE)


def search_page(site: Site, request: SearchRequest, found: Found, reader: Reader) -> SearchPage:
    """Return a page of what was found for a reader."""
    root = reader.root
    linker = Linker(site, {}, reader)
    pages = pages_of(found)
    corrections = tuple(
        Correction(text, f"{root}/{SearchRequest(text, request.types, 1, request.language).address()}")
        for text in found.corrections
    )
    return SearchPage(
        request,
        found,
        tuple(_shown(linker, request, found, hit) for hit in found.hits),
        _filters(site, linker, request, found, root),
        corrections,
        pages,
        f"{root}/{request.at_page(request.page - 1).address()}" if request.page > 1 else "",
        f"{root}/{request.at_page(request.page + 1).address()}" if request.page < pages else "",
    )


def _shown(linker: Linker, request: SearchRequest, found: Found, hit: Hit) -> ShownHit:
    is_misspelt = hit.match is Match.SPELLING and found.corrections
    asked = read_query(found.corrections[0] if is_misspelt else request.text)
    matched = highlighted(hit.matched.text, asked) if hit.matched != hit.label else ()
    types = tuple(linker.term(type_) for type_ in hit.types)
    return ShownHit(hit, linker.link(hit.iri), highlighted(hit.label.text, asked), matched, types)


def _filters(site: Site, linker: Linker, request: SearchRequest, found: Found, root: str) -> tuple[Filter, ...]:
    """Return the classes to choose from: of all that the text finds, whatever is chosen already."""
    counts = found.type_counts if not request.types else site.search.find(request.text, limit=0).type_counts
    of_chosen = dict(counts)
    shown = dict(counts[:_FILTERS_SHOWN]) | {type_: of_chosen.get(type_, 0) for type_ in request.types}
    filters = []
    for type_, count in shown.items():
        is_chosen = type_ in request.types
        types = [t for t in request.types if t != type_] if is_chosen else [*request.types, type_]
        filters.append(Filter(linker.term(type_), count, is_chosen, f"{root}/{request.of_types(types).address()}"))
    return tuple(filters)


# --- data --------------------------------------------------------------------------------------------


def as_json(site: Site, page: SearchPage, root: str) -> bytes:
    """Return a page of what was found as JSON."""
    linker = Linker(site, {}, plain_reader(site, root))
    found = page.found
    document = {
        "release": site.release.manifest.id,
        "query": page.request.text,
        "total": found.total,
        "isTotalExact": found.is_total_exact,
        "page": page.request.page,
        "pages": page.pages,
        "hits": [_hit(linker, hit) for hit in found.hits],
        "types": [
            {"iri": type_, "label": linker.term(type_).text, "count": number} for type_, number in found.type_counts
        ],
        "corrections": [{"text": one.text, "href": one.href} for one in page.corrections],
        "previous": page.previous or None,
        "next": page.next or None,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def suggestions_as_json(site: Site, text: str, hits: Sequence[Hit], root: str) -> bytes:
    """Return suggestions as JSON, each with what a search box shows of it."""
    linker = Linker(site, {}, plain_reader(site, root))
    document = {"query": text, "suggestions": [_hit(linker, hit) for hit in hits]}
    return json.dumps(document, ensure_ascii=False).encode()


def suggestions_for_browsers(site: Site, text: str, hits: Sequence[Hit], root: str, address: str) -> bytes:
    """Return suggestions as browsers read them (OpenSearch Suggestions 1.1): labels, what these are, where they lead.

    *address* is the absolute one of the home page: addresses of things are absolute here.
    """
    linker = Linker(site, {}, plain_reader(site, root))
    links = [linker.link(hit.iri).href for hit in hits]
    return json.dumps(
        [
            text,
            [hit.label.text for hit in hits],
            [", ".join(linker.term(type_).text for type_ in hit.types[:2]) for hit in hits],
            [f"{address}{link.removeprefix(root)}" if link.startswith(f"{root}/") else link for link in links],
        ],
        ensure_ascii=False,
    ).encode()


def _hit(linker: Linker, hit: Hit) -> dict[str, Any]:
    return {
        "iri": hit.iri,
        "href": linker.link(hit.iri).href,
        "label": _text(hit.label),
        "matched": _text(hit.matched),
        "match": hit.match.name.lower(),
        "score": hit.score,
        "degree": hit.degree,
        "types": [{"iri": type_, "label": linker.term(type_).text} for type_ in hit.types],
    }


def _text(label: Label) -> dict[str, str]:
    return {"text": label.text, "language": label.language, "property": label.property}


def as_lines(site: Site, page: SearchPage) -> list[str]:
    """Return a page of what was found as N-Triples lines: a Hydra collection, its members with labels and classes."""
    address = site.base.resolve(page.request.at_page(1).address())
    found = page.found
    lines = [
        *paging_lines(address, page.request.page, page.pages, found.total if found.is_total_exact else None),
        line_of(_quad(page_address(address, page.request.page), TYPE, NamedNode(f"{FOAF}Document"))),
        *(f"<{address}> {said}" for said in site.imprint),
        *(line for hit in found.hits for line in _member_lines(address, hit)),
    ]
    return list(dict.fromkeys(lines))


def _member_lines(address: str, hit: Hit) -> Iterable[str]:
    yield line_of(_quad(address, f"{HYDRA}member", NamedNode(hit.iri)))
    for label in dict.fromkeys((hit.label, hit.matched)):
        if label.property:  # the end of an IRI is no label that the data gives
            yield line_of(_quad(hit.iri, label.property, Literal(label.text, language=label.language or None)))
    for type_ in hit.types:
        yield line_of(_quad(hit.iri, TYPE, NamedNode(type_)))


def _quad(subject: str, property_: str, value: NamedNode | Literal) -> Quad:
    return Quad(NamedNode(subject), NamedNode(property_), value)
