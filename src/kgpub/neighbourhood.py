"""A thing among its neighbours: the links from it and to it, by property, from its document; never SPARQL."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from kgpub.documents import Document
from kgpub.numbered_pages import beside, page_address
from kgpub.reader import Reader
from kgpub.rows import is_iri_token, rows_of
from kgpub.site import Site
from kgpub.values import Link, Linker
from kgpub.vocabulary import TYPE

EXPLORE = "explore"
#: Neighbours that are shown with one property; the document and its lists have all.
_NEIGHBOURS_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A thing that is linked, and the address of its own neighbourhood, empty for what is described elsewhere."""

    link: Link
    href: str


@dataclass(frozen=True, slots=True)
class Way:
    """The neighbours with one property, the first of them, and how many there are: on this page, if it leads out."""

    property: Link
    neighbours: tuple[Neighbour, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """One page of the links of a thing; links to it are on the first."""

    thing: Link
    types: tuple[Link, ...]
    out: tuple[Way, ...]
    into: tuple[Way, ...]
    page: int
    pages: int
    previous: str | None
    next: str | None


def explore_address(iri: str, page: int = 1) -> str:
    """Return the canonical address of a page of the links of a thing, relative to the root."""
    return page_address(f"{EXPLORE}?iri={quote(iri, safe='')}", page)


def neighbourhood(site: Site, document: Document, reader: Reader) -> Neighbourhood:
    """Return the links of a thing that are on one page of its document."""
    iri, page = document.iri, document.page
    out: dict[str, dict[str, None]] = {}
    for subject, property_, value, _ in rows_of(document.lines):
        if subject == f"<{iri}>" and is_iri_token(value):
            out.setdefault(property_[1:-1], {})[value[1:-1]] = None
    types = tuple(out.pop(TYPE, {}))
    incoming = site.documents.incoming(iri) if page == 1 else ()
    into = {way.property: (way.subjects, way.total) for way in incoming if way.property != TYPE}
    shown = {property_: tuple(things)[:_NEIGHBOURS_SHOWN] for property_, things in out.items()}
    named = [iri, *types, *shown, *into]
    named += [
        thing
        for things in (*shown.values(), *(some[:_NEIGHBOURS_SHOWN] for some, _ in into.values()))
        for thing in things
    ]
    linker = Linker(site, site.documents.labels(named), reader)
    previous, following = beside(explore_address(iri), page, document.pages, reader.at)
    return Neighbourhood(
        thing=linker.link(iri),
        types=tuple(linker.link(type_) for type_ in types),
        out=tuple(_way(linker, property_, things, len(out[property_])) for property_, things in shown.items()),
        into=tuple(_way(linker, property_, things, total) for property_, (things, total) in into.items()),
        page=page,
        pages=document.pages,
        previous=previous,
        next=following,
    )


def _way(linker: Linker, property_: str, things: Iterable[str], total: int) -> Way:
    links = [linker.link(thing) for thing in things][:_NEIGHBOURS_SHOWN]
    return Way(linker.link(property_), tuple(Neighbour(link, _explored(linker.reader, link)) for link in links), total)


def _explored(reader: Reader, link: Link) -> str:
    return reader.at(explore_address(link.iri)) if link.is_ours else ""


def neighbourhood_as_json(found: Neighbourhood) -> bytes:
    """Return a neighbourhood as JSON; docs/reference/explore.md describes its members."""
    document = {
        **_thing(found.thing),
        "types": [_thing(type_) for type_ in found.types],
        "page": found.page,
        "pages": found.pages,
        "next": found.next,
        "out": [_as_json(way) for way in found.out],
        "in": [_as_json(way) for way in found.into],
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _as_json(way: Way) -> dict[str, object]:
    neighbours = [{**_thing(one.link), "explore": one.href or None} for one in way.neighbours]
    return {"property": _thing(way.property), "total": way.total, "neighbours": neighbours}


def _thing(link: Link) -> dict[str, str | None]:
    return {"iri": link.iri, "label": link.text, "name": link.name, "href": link.href}
