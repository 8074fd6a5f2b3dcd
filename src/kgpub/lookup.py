"""Find what a path below ``/doc/`` means, and the headers of its document, apart from any web framework.

``GET /id/x`` answers 303 to ``/doc/id/x``: the thing is not the document (W3C, "Cool URIs for the Semantic Web").
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from kgpub.description import document_path, kind_address, list_address, page_address, representation_address
from kgpub.documents import ListKind
from kgpub.formats import DOCUMENT_FORMATS, HTML, Format
from kgpub.iris import uri_of
from kgpub.reader import Reader
from kgpub.release import SUBJECTS_A_PAGE
from kgpub.reply import CACHE_CONTROL
from kgpub.site import Site

_SUFFIXES = {fmt.suffix: fmt for fmt in DOCUMENT_FORMATS}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document, of the list of what points at its thing with a property, or of another of its lists."""

    iri: str
    number: int = 1
    property: str | None = None
    kind: ListKind | None = None


class Lookup:
    """Looks addresses up in one release."""

    def __init__(self, site: Site, tag_of: Callable[[Format, Reader], str]) -> None:
        """Take the release, and what returns the validator of a representation for a reader."""
        self._site = site
        self._tag_of = tag_of
        self._mounted = urlsplit(site.base.iri).path.removeprefix("/")
        self._modified = format_datetime(datetime.fromisoformat(site.release.manifest.created), usegmt=True)

    def candidates(self, path: str) -> Iterator[str]:
        """Yield the IRIs that a path may mean: below the base, or at the root of the base's host."""
        base = self._site.base
        yield from base.candidates(path)
        if self._mounted and path.startswith(self._mounted):
            yield from base.candidates(path.removeprefix(self._mounted))

    def described(self, candidates: Iterable[str]) -> str | None:
        """Return the first of several IRIs that the graph describes."""
        return self._site.documents.first_described(candidates)

    def document(self, path: str) -> tuple[str, Format | None] | None:
        """Return the IRI whose document a path below ``/doc/`` is, and the format if its suffix names one."""
        iri = self.described(self.candidates(path))
        if iri is not None:
            return iri, None
        stem, _, suffix = path.rpartition(".")
        fmt = _SUFFIXES.get(suffix)
        if fmt is not None:
            iri = self.described((*self.candidates(stem), *self.candidates(f"{stem}/")))
            if iri is not None:
                return iri, fmt
        return None

    def pages(self, page: Page) -> int:
        """Return how many pages there are of what a page is one of; 0 where there is no such thing."""
        documents = self._site.documents
        if page.property is not None:
            incoming = documents.incoming_page(page.iri, page.property, 1)
            return -(-incoming.total // SUBJECTS_A_PAGE) if incoming else 0
        if page.kind is not None:
            return -(-documents.list_page(page.iri, page.kind, 1).total // SUBJECTS_A_PAGE)
        return documents.pages(page.iri)

    def headers(
        self, page: Page, pages: int, fmt: Format, reader: Reader, *, is_negotiated: bool
    ) -> list[tuple[str, str]]:
        """Return the headers of a representation, its validator among them, before it is made.

        *pages* is how many there are; *is_negotiated* tells that ``Accept`` chose the format. Languages are chosen for
        pages alone: data holds all.
        """
        root = reader.root
        address = f"{root}/{document_path(self._site, page.iri)}"
        if page.property is not None:
            address = list_address(address, page.property)
        elif page.kind is not None:
            address = kind_address(address, page.kind)
        link = f'<{uri_of(page.iri)}>; rel="describes"'
        if (nanopublication := self._site.nanopublication_about(page.iri)) is not None:
            link += f', <{root}/{nanopublication}>; rel="describedby"'
        link += "".join(
            f', <{uri_of(reader.keep(href))}>; rel="{rel}"' for rel, href in page_links(address, page.number, pages)
        )
        headers = [
            ("Content-Type", fmt.content_type),
            ("Content-Location", reader.keep(representation_address(address, fmt.suffix, page.number))),
            ("Cache-Control", CACHE_CONTROL),
            ("Last-Modified", self._modified),
            ("Link", link),
            ("ETag", f'"{self._tag_of(fmt, reader)}"'),
        ]
        if fmt is HTML:
            headers.append(("Content-Language", reader.language))
        if vary := reader.vary(by_format=is_negotiated, is_spoken=fmt is HTML):
            headers.append(("Vary", vary))
        return headers


def page_links(address: str, number: int, pages: int) -> Iterator[tuple[str, str]]:
    """Yield the relations of a page to others of the same list (RFC 8288), with their addresses."""
    others = {"first": 1, "prev": number - 1, "next": number + 1, "last": pages} if pages > 1 else {}
    for relation, other in others.items():
        if 1 <= other <= pages:
            yield relation, page_address(address, other)
