"""All things that point at one thing with one property, a page at a time."""

from dataclasses import dataclass

from kgpub.description import Description, document_path, label_lines, list_address, page_address, paging_lines
from kgpub.pages import Download, downloads
from kgpub.release import SUBJECTS_A_PAGE
from kgpub.site import Site
from kgpub.values import Link, Linker


@dataclass(frozen=True, slots=True)
class IncomingPage:
    """One page of the list, for the template."""

    target: Link
    property: Link
    subjects: tuple[Link, ...]
    total: int
    first_number: int
    page: int
    pages: int
    downloads: tuple[Download, ...]
    previous: str | None
    next: str | None


def list_incoming(site: Site, iri: str, property_: str, page: int) -> Description | None:
    """Return one page of what points at an IRI as a description, or None where there is no such page."""
    found = site.documents.incoming_page(iri, property_, page)
    if found is None:
        return None
    pages = -(-found.total // SUBJECTS_A_PAGE)
    address = list_address(site.base.resolve(document_path(site, iri)), property_)
    labels = site.documents.labels((iri, property_, *found.subjects))
    links = tuple(f"<{subject}> <{property_}> <{iri}> ." for subject in found.subjects)
    return Description(
        iri=iri,
        document_iri=address,
        page=page,
        pages=pages,
        statements=links,
        incoming=(found,),
        labels=labels,
        context=tuple(label_lines(labels, "")),
        about=tuple(paging_lines(address, page, pages, found.total)),
    )


def incoming_page(site: Site, listing: Description, root: str) -> IncomingPage:
    """Return the HTML page of such a list."""
    (found,) = listing.incoming
    linker = Linker(site, listing.labels, root)
    address = f"{root}/{site.base.local(listing.document_iri)}"
    return IncomingPage(
        target=linker.link(listing.iri),
        property=linker.link(found.property),
        subjects=tuple(linker.link(subject) for subject in found.subjects),
        total=found.total,
        first_number=(found.page - 1) * SUBJECTS_A_PAGE + 1,
        page=found.page,
        pages=listing.pages,
        downloads=tuple(downloads(address, found.page)),
        previous=page_address(address, found.page - 1) if found.page > 1 else None,
        next=page_address(address, found.page + 1) if found.page < listing.pages else None,
    )
