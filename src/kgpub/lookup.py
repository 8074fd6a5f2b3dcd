"""Find what a path below ``/doc/`` means, and the headers of its document, apart from any web framework.

``GET /id/x`` answers 303 to ``/doc/id/x``: the thing is not the document (W3C, "Cool URIs for the Semantic Web").
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from kgpub.description import document_path, kind_address, list_address, representation_address
from kgpub.documents import ListKind
from kgpub.formats import DOCUMENT_FORMATS, HTML, Format
from kgpub.iris import with_parameter
from kgpub.reader import Reader
from kgpub.release import SUBJECTS_A_PAGE
from kgpub.reply import CACHE_CONTROL
from kgpub.signposts import Signposts, paging_links
from kgpub.site import Site
from kgpub.web_links import header_of

_SUFFIXES = {fmt.suffix: fmt for fmt in DOCUMENT_FORMATS}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document, of the list of what points at its thing with a property, or of another of its lists.

    *tells_sources* asks for the page that tells where each statement comes from instead.
    """

    iri: str
    number: int = 1
    property: str | None = None
    kind: ListKind | None = None
    tells_sources: bool = False


class Lookup:
    """Looks addresses up in one release."""

    def __init__(self, site: Site, tag_of: Callable[[Format, Reader], str], signposts: Signposts) -> None:
        """Take the release, what returns the validator of a representation for a reader, and the links of documents."""
        self._site = site
        self._signposts = signposts
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

    def document(self, path: str, suffixes: Mapping[str, Format] = _SUFFIXES) -> tuple[str, Format | None] | None:
        """Return the IRI whose document a path below ``/doc/`` is, and the format if its suffix names one."""
        iri = self.described(self.candidates(path))
        if iri is not None:
            return iri, None
        stem, _, suffix = path.rpartition(".")
        fmt = suffixes.get(suffix)
        if fmt is not None:
            iri = self.described(self._candidates_of_stem(stem))
            if iri is not None:
                return iri, fmt
        return None

    def meant(self, path: str, suffixes: Mapping[str, Format] = _SUFFIXES) -> Iterator[str]:
        """Yield all IRIs whose document a path below ``/doc/`` may be, described or not."""
        yield from self.candidates(path)
        stem, _, suffix = path.rpartition(".")
        if suffix in suffixes:
            yield from self._candidates_of_stem(stem)

    def _candidates_of_stem(self, stem: str) -> Iterator[str]:
        yield from self.candidates(stem)
        yield from self.candidates(f"{stem}/")

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
        signposts = self._signposts.below(root)
        if page.property is None and page.kind is None:
            link = signposts.header(page.iri, address, page.number)
        else:
            address = address_of_list(address, page)
            link = header_of(signposts.listing(page.iri, address, page.number))
        if pages > 1:
            link += f", {header_of(paging_links(address, page.number, pages, reader.keep))}"
        location = representation_address(address, fmt.suffix, page.number)
        headers = [
            ("Content-Type", fmt.content_type),
            ("Content-Location", reader.keep(sources_address(location) if page.tells_sources else location)),
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


def address_of_list(document: str, page: Page) -> str:
    """Return the address of a list from that of its document."""
    if page.kind is not None:
        return kind_address(document, page.kind)
    return list_address(document, page.property or "")


def sources_address(address: str) -> str:
    """Return the address of the page that tells where each statement of a document comes from."""
    return with_parameter(address, "provenance")
