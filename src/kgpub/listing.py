"""The lists that belong to a document, a page at a time: what points at its thing, and what else is too much for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kgpub.description import Description, document_path, label_lines, list_address, paging_lines
from kgpub.documents import ListKind
from kgpub.lookup import Page, address_of_list
from kgpub.numbered_pages import page_address, page_links
from kgpub.pages import Download, downloads
from kgpub.reader import Reader
from kgpub.release import SUBJECTS_A_PAGE
from kgpub.site import Site
from kgpub.values import Link, Linker
from kgpub.vocabulary import HYDRA, TYPE, integer

_INSTANCES = "instances"
_INCOMING = "incoming"
_KINDS = {ListKind.FRAGMENTS: "fragments", ListKind.QUOTATIONS: "quotations"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One item: a thing, or a property with the number of things that point with it, and the address of their list."""

    link: Link
    total: int | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page of a list, for the template; *kind* is that of the list: instances, incoming, fragments, quotations."""

    address: str
    kind: str
    target: Link
    property: Link | None
    entries: tuple[Entry, ...]
    total: int
    first_number: int
    page: int
    pages: int
    downloads: tuple[Download, ...]
    first: str | None
    previous: str | None
    next: str | None
    last: str | None


class _Items(NamedTuple):
    """One page of a list: the IRIs on it, for properties the number of things that point with each, and the whole."""

    iris: tuple[str, ...]
    counts: Mapping[str, int]
    total: int


def list_description(site: Site, page: Page) -> Description:
    """Return one page of a list, which must be there, as a description."""
    items = _items(site, page)
    document = site.base.resolve(document_path(site, page.iri))
    address = address_of_list(document, page)
    pages = -(-items.total // SUBJECTS_A_PAGE)
    labels = site.documents.labels((page.iri, page.property or page.iri, *items.iris))
    said = () if page.property is None else tuple(f"<{iri}> <{page.property}> <{page.iri}> ." for iri in items.iris)
    about = () if page.property is not None else _members(page_address(address, page.number), page, items, document)
    return Description(
        iri=page.iri,
        document_iri=address,
        page=page.number,
        pages=pages,
        statements=said,
        incoming=(),
        labels=labels,
        context=tuple(label_lines(labels, "")),
        about=(*paging_lines(address, page.number, pages, items.total), *about),
    )


def list_page(site: Site, page: Page, reader: Reader) -> ListedPage:
    """Return one page of a list, which must be there, for the template."""
    items = _items(site, page)
    labels = site.documents.labels((page.iri, page.property or page.iri, *items.iris))
    linker = Linker(site, labels, reader)
    document = f"{reader.root}/{document_path(site, page.iri)}"
    address = address_of_list(document, page)
    pages = -(-items.total // SUBJECTS_A_PAGE)
    others = {relation: reader.keep(other) for relation, other in page_links(address, page.number, pages)}
    return ListedPage(
        address=page_address(address, page.number),
        kind=_INSTANCES if page.property == TYPE else _KINDS.get(page.kind or ListKind.WAYS, _INCOMING),
        target=linker.link(page.iri),
        property=linker.link(page.property) if page.property is not None and page.property != TYPE else None,
        entries=tuple(
            Entry(linker.link(iri), items.counts.get(iri), reader.keep(list_address(document, iri)))
            for iri in items.iris
        ),
        total=items.total,
        first_number=(page.number - 1) * SUBJECTS_A_PAGE + 1,
        page=page.number,
        pages=pages,
        downloads=tuple(downloads(address, page.number)),
        first=others.get("first"),
        previous=others.get("prev"),
        next=others.get("next"),
        last=others.get("last"),
    )


def _items(site: Site, page: Page) -> _Items:
    if page.kind is None:
        found = site.documents.incoming_page(page.iri, page.property or "", page.number)
        return _Items(found.subjects, {}, found.total) if found else _Items((), {}, 0)
    listed = site.documents.list_page(page.iri, page.kind, page.number)
    if page.kind is not ListKind.WAYS:
        return _Items(listed.items, {}, listed.total)
    ways = (item.partition("\t") for item in listed.items)
    counts = {property_: int(count) for count, _, property_ in ways}
    return _Items(tuple(counts), counts, listed.total)


def _members(view: str, page: Page, items: _Items, document: str) -> Iterator[str]:
    """Yield what a page of a list holds; of properties, the lists of what points with them, and how long each is."""
    if page.kind is not ListKind.WAYS:
        yield from (f"<{view}> <{HYDRA}member> <{iri}> ." for iri in items.iris)
    for property_, count in items.counts.items():
        listing = list_address(document, property_)
        yield f"<{view}> <{HYDRA}member> <{listing}> ."
        yield f"<{listing}> <{TYPE}> <{HYDRA}Collection> ."
        yield f"<{listing}> <{HYDRA}totalItems> {integer(count)} ."
        yield f"<{listing}> <{HYDRA}memberAssertion> <{listing}#member> ."
        yield f"<{listing}#member> <{HYDRA}property> <{property_}> ."
        yield f"<{listing}#member> <{HYDRA}object> <{page.iri}> ."
