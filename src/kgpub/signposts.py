"""The links by which programs find their way: what to cite, what describes it, its licence, the set it is part of.

Source: FAIR Signposting Profile (signposting.org/FAIR), levels 1 and 2. A document's links stand in its headers and in
its page, those of its representations too in a set of links (RFC 9264). What a release decides is put together once: a
document adds its own IRI and address.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

from kgpub.description import document_path, representation_address
from kgpub.formats import DOCUMENT_FORMATS, HTML, JSON_LD, LINKSET_FORMATS, RDF_XML, TRIG, TURTLE, Format
from kgpub.iris import uri_of, with_parameter
from kgpub.numbered_pages import page_links
from kgpub.release import DATASET, Download
from kgpub.schema_org import COLLECTION, PAGE
from kgpub.site import Site
from kgpub.vocabulary import SCHEMA, SD
from kgpub.web_links import LinkSet, WebLink, header_of

#: Where sets of links are, as ``doc`` is where documents are.
LINKSETS = "linkset"
#: With a longer address, representations stand in the set of links alone: a client need not take any header.
_ADDRESS_AT_MOST = 400
_DATA = tuple(fmt for fmt in DOCUMENT_FORMATS if fmt is not HTML)
#: Of the same description in seven syntaxes, those that headers tell as ``describedby``; each is an ``alternate``.
_METADATA = (TURTLE, JSON_LD, RDF_XML)
#: More items than these stand in the set of links alone.
_ITEMS_IN_HEADERS = 20
#: Paths below which a server is mounted; there is one.
_ROOTS_KEPT = 4
#: What stands in a pattern for the part of a document's address that is its own: no URI holds it.
_OWN = "\N{NULL}"


class Signposts:
    """The links of everything that a release publishes."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.below = lru_cache(_ROOTS_KEPT)(self._below)

    def _below(self, root: str) -> "SignpostsBelow":
        return SignpostsBelow(self._site, root)


class SignpostsBelow:
    """The same where the server is mounted below a path."""

    def __init__(self, site: Site, root: str) -> None:
        self._site = site
        self._root = root
        self._dataset = site.base.resolve(DATASET)
        self._common = tuple(self._of_the_release())
        self._collection = (WebLink(f"{root}/", "collection", HTML.media_type),) if site.has_catalog else ()
        self._of_kind = {"": header_of(self._kinds(""))}
        self._documents = f"{root}/doc"
        of_any = f"{self._documents}{_OWN}"
        shown = self._representations(of_any, 1, _METADATA)
        pattern = [*shown, *self._linksets(of_any), *self._common, *self._collection]
        self._pieces = header_of(pattern).split(_OWN)
        self._cited = header_of(_identity(_OWN)).split(_OWN)

    def header(self, iri: str, address: str, page: int) -> str:
        """Return the links of a page of a document as a header, but for those to its other pages.

        *address* is that of the document.
        """
        is_plain = page == 1 and len(address) <= _ADDRESS_AT_MOST and "?" not in address and address[-1] != "/"
        if not is_plain or iri == self._dataset:
            return header_of(self.document(iri, address, page, in_header=True))
        kind = self._site.documents.kind_of_document(iri)
        told = self._of_kind.get(kind)
        if told is None:
            told = self._of_kind[kind] = header_of(self._kinds(kind))
        cited, own = uri_of(iri).join(self._cited), address.removeprefix(self._documents)
        if (nanopublication := self._nanopublication(iri)) is not None:
            cited = f"{cited}, {header_of((nanopublication,))}"
        return f"{cited}, {told}, {own.join(self._pieces)}"

    def document(self, iri: str, address: str, page: int = 1, *, in_header: bool = False) -> list[WebLink]:
        """Return the same one by one; those of a header leave out what would make it long."""
        links = [*_identity(uri_of(iri)), *filter(None, [self._nanopublication(iri)])]
        links += self._kinds(self._site.documents.kind_of_document(iri))
        if not in_header:
            links += self._representations(address, page)
        elif len(address) <= _ADDRESS_AT_MOST:
            links += self._representations(address, page, _METADATA)
        links += [*self._linksets(address), *self._common]
        return [*links, *(self._items(in_header=in_header) if iri == self._dataset else self._collection)]

    def listing(self, iri: str, address: str, page: int) -> list[WebLink]:
        """Return the links of a list of what points at a thing; *address* is that of the list."""
        representations = self._representations(address, page, ()) if len(address) <= _ADDRESS_AT_MOST else ()
        described = WebLink(uri_of(iri), "describes")
        return [described, *representations, *self._common, *self._collection]

    def collection(self, local: str) -> list[WebLink]:
        """Return the links of a page of a list, such as that of all queries; *local* is its address below the root."""
        canonical = uri_of(self._site.base.resolve(local))
        links = [WebLink(canonical, "canonical"), WebLink(SCHEMA + COLLECTION, "type")]
        if len(canonical) <= _ADDRESS_AT_MOST:
            data = [(with_parameter(f"{self._root}/{local}", f"format={fmt.suffix}"), fmt) for fmt in _METADATA]
            links += _identity(canonical)
            links += (WebLink(uri_of(href), "describedby", fmt.media_type) for href, fmt in data)
        return [*links, *self._common, *self._collection]

    def home(self, *, in_header: bool = False) -> list[WebLink]:
        """Return the links of the home page: those of the data set, where the release describes it."""
        if not self._site.has_catalog:
            return [*self._kinds(""), *self._common]
        address = self._dataset_address
        return [
            *_identity(uri_of(self._dataset)),
            *self._kinds(self._site.documents.kind(self._dataset)),
            *(self._representations(address, 1, _METADATA) if in_header else self._representations(address, 1)),
            WebLink(f"{self._root}/dcat", "describedby", TURTLE.media_type),
            *self._linksets(address),
            *self._common,
            *self._items(in_header=in_header),
        ]

    def of_download(self) -> list[WebLink]:
        """Return the links of a file of the data set: every one has the same."""
        links = [WebLink(f"{SCHEMA}DataDownload", "type"), *self._common]
        return [*links, *self._collection, *self._linksets(self._dataset_address)] if self._collection else links

    def linkset(self, iri: str) -> LinkSet:
        """Return the links of a document, of its representations, and for the data set of all that is in it."""
        address = f"{self._root}/{document_path(self._site, iri)}"
        paging = paging_links(address, 1, self._site.documents.pages(iri))
        links = {address: [*self.document(iri, address), *paging]}
        landing = address
        if iri == self._dataset:
            landing = f"{self._root}/"
            links[landing] = self.home()
            links[f"{self._root}/dcat"] = [WebLink(landing, "describes"), *self._common]
            links |= {self._file(file): self.of_download() for file in self._site.release.manifest.downloads}
        about = [WebLink(landing, "describes", HTML.media_type), *self._common]
        for fmt in DOCUMENT_FORMATS:
            links[representation_address(address, fmt.suffix)] = about if fmt is not HTML else links[address]
        return links

    @property
    def _dataset_address(self) -> str:
        return f"{self._root}/{document_path(self._site, self._dataset)}"

    def _of_the_release(self) -> Iterator[WebLink]:
        publication, base = self._site.publication, self._site.base
        if publication.licence:
            yield WebLink(uri_of(base.resolve(publication.licence)), "license")
        if publication.creator:
            yield WebLink(uri_of(base.resolve(publication.creator)), "author")
        yield WebLink(f"{self._root}/sparql", f"{SD}endpoint")

    def _nanopublication(self, iri: str) -> WebLink | None:
        name = self._site.nanopublication_about(iri)
        return WebLink(f"{self._root}/{name}", "describedby", TRIG.media_type) if name else None

    def _kinds(self, kind: str) -> Iterator[WebLink]:
        yield WebLink(SCHEMA + PAGE, "type")
        if kind:
            yield WebLink(SCHEMA + kind, "type")

    def _representations(self, address: str, page: int, metadata: tuple[Format, ...] = _DATA) -> Iterator[WebLink]:
        """Yield a link to each representation, one relation each: there are checkers that know of no two in one."""
        for fmt in DOCUMENT_FORMATS:
            target = representation_address(address, fmt.suffix, page)
            yield WebLink(target, "alternate", fmt.media_type)
            if fmt in metadata:
                yield WebLink(target, "describedby", fmt.media_type)

    def _linksets(self, address: str) -> Iterator[WebLink]:
        own = linkset_address(self._root, address)
        for fmt in LINKSET_FORMATS:
            yield WebLink(representation_address(own, fmt.suffix), "linkset", fmt.media_type)

    def _items(self, *, in_header: bool) -> Iterator[WebLink]:
        files = self._site.release.manifest.downloads
        for file in files[:_ITEMS_IN_HEADERS] if in_header else files:
            media_type = "application/gzip" if file.is_compressed else file.media_type
            yield WebLink(self._file(file), "item", media_type)

    def _file(self, file: Download) -> str:
        return f"{self._root}/{file.path}"


def linkset_address(root: str, address: str) -> str:
    """Return the address of the links of a document: ``/linkset/id/x`` for ``/doc/id/x``."""
    return f"{root}/{LINKSETS}{address.removeprefix(root).removeprefix('/doc')}"


def _identity(uri: str) -> Iterator[WebLink]:
    yield WebLink(uri, "cite-as")
    yield WebLink(uri, "describes")


def paging_links(address: str, page: int, pages: int, keep: Callable[[str], str] = str) -> Iterator[WebLink]:
    """Return the links of a page to others; *keep* returns an address in the language that was asked for."""
    return (WebLink(uri_of(keep(href)), relation) for relation, href in page_links(address, page, pages))
