"""Linked data: from the IRI of a thing to the document about it, and from there to one of its representations.

``GET /id/x`` answers 303 to ``/doc/id/x``: the thing is not the document (W3C, "Cool URIs for the Semantic Web").
"""

from collections.abc import Iterable

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.description import Description, describe, document_path, representation_address
from kgpub.documents import ListKind
from kgpub.errors import BadRequest, NotDescribed
from kgpub.formats import DOCUMENT_FORMATS, HTML, Format
from kgpub.iris import is_iri
from kgpub.kind_page import kind_page
from kgpub.listing import list_description, list_page
from kgpub.lookup import Lookup, Page
from kgpub.negotiation import choose_or_refuse
from kgpub.ontology_page import ontology_page
from kgpub.pages import entity_page
from kgpub.parameters import Pairs, agreed_format, document_format, one_of, page_number, parameters, single
from kgpub.reader import Reader
from kgpub.reply import CACHE_CONTROL
from kgpub.representation import represent
from kgpub.sections import tables_of
from kgpub.signposts import paging_links
from kgpub.site import Site
from kgpub.statement_sources import sources_page
from kgpub.view_links import view_links
from kgpub.vocabulary import OWL
from kgpub.web.addresses import raw_path
from kgpub.web.headers import is_fresh
from kgpub.web.missing import not_described
from kgpub.web.rendering import Renderer


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes that look an IRI up."""
    blueprint = Blueprint("dereference", __name__)
    views = _Views(site, renderer)
    blueprint.add_url_rule("/resource", "resource", views.resource)
    blueprint.add_url_rule("/doc", "document_by_iri", views.document_by_iri)
    blueprint.add_url_rule("/doc/", "document_of_base", views.document)
    blueprint.add_url_rule("/doc/<path:_local>", "document", views.document)
    blueprint.add_url_rule("/<path:_local>", "thing", views.thing)
    return blueprint


def page_about(site: Site, renderer: Renderer, reader: Reader, description: Description) -> str:
    """Return the page that shows a description to a reader."""
    tables = tables_of(site, description, reader)
    entity = entity_page(site, description, tables, reader)
    kind = kind_page(site, description, reader)
    special = ontology_page(site, description, reader) if kind is None else None
    template = special.template if special else "entity.html"
    address = f"{reader.root}/{site.base.local(description.document_iri)}"
    number, pages = description.page, description.pages
    signposts = renderer.signposts.below(reader.root)
    links = [
        *signposts.document(description.iri, address, number, in_header=True),
        *paging_links(address, number, pages, reader.keep),
    ]
    block = renderer.structured_data.of_thing(description) if number == 1 else None
    shown = {"entity": entity, "kind": kind, "special": special, "links": links, "structured_data": block}
    views = view_links(site, description.iri, reader)
    return renderer.page_for(reader, template, address=entity.address, views=views, **shown)


class _Views:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._lookup = Lookup(site, renderer.etag_for, renderer.signposts)

    def thing(self, _local: str = "") -> Response:
        """Answer the IRI of a thing: 303 to its document."""
        path = raw_path(request)
        query = request.query_string.decode("latin-1")
        with_query = self._lookup.candidates(f"{path}?{query}") if query else ()  # an IRI may have a query of its own
        return self._see_document((*with_query, *self._lookup.candidates(path)), self._site.base.iri + path)

    def resource(self) -> Response:
        """Answer ``/resource?iri=``: 303 to the document about any IRI that the data describes."""
        pairs = parameters(request.query_string)
        iri = single(pairs, "iri")
        iri = single(pairs, "uri") if iri is None else iri
        if iri is None:
            return self.thing()
        if not is_iri(iri):
            raise BadRequest("The parameter 'iri' is not an absolute IRI.")
        return self._see_document((iri,), iri)

    def document_by_iri(self) -> Response:
        """Answer ``/doc?iri=``: the document about an IRI that is not below the base, or has a fragment."""
        pairs = parameters(request.query_string)
        iri = single(pairs, "iri")
        if iri is None or not is_iri(iri):
            raise BadRequest("The parameter 'iri' must be an absolute IRI.")
        is_listing = single(pairs, "incoming") or single(
            pairs, "list"
        )  # of what points at an IRI, described here or not
        if not is_listing and self._site.documents.first_described([iri]) is None:
            raise not_described(self._site, iri)
        return self._respond(iri, document_format(pairs), pairs)

    def document(self, _local: str = "") -> Response:
        """Answer ``/doc/…``, negotiated, and ``/doc/….ttl``, one representation."""
        pairs = parameters(request.query_string)
        path = raw_path(request).removeprefix("doc/")
        found = self._lookup.document(path)
        if found is None:
            candidates = self._lookup.candidates(f"doc/{path}")
            return self._see_document(candidates, self._site.base.iri + path, self._lookup.meant(path))
        iri, fixed = found
        return self._respond(iri, agreed_format(fixed, pairs, DOCUMENT_FORMATS), pairs)

    def _see_document(self, candidates: Iterable[str], asked: str, others: Iterable[str] = ()) -> Response:
        """Lead to the document about the first candidate that is described; *others* may be gone, as they all may."""
        candidates = list(candidates)
        iri = self._ontology_in_version(candidates) or self._site.documents.first_described(candidates)
        if iri is None:
            raise not_described(self._site, asked, *candidates, *others)
        response = Response(status=303)
        fmt = document_format(parameters(request.query_string))
        address = self._address(iri)
        address = representation_address(address, fmt.suffix) if fmt else address
        response.headers["Location"] = self._renderer.located(fmt or HTML, address)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.vary.add("Accept")
        return response

    def _ontology_in_version(self, candidates: list[str]) -> str | None:
        """Return the ontology whose version IRI was asked for, if it was one.

        What lies under a version IRI is the ontology in that version (OWL 2 Structural Specification, section 3.2), not
        a description of the version; that one stays at ``/doc/…``.
        """
        pages = (self._site.documents.incoming_page(iri, OWL + "versionIRI", 1) for iri in candidates)
        ontologies = [ontology for page in pages if page for ontology in page.subjects]
        return self._site.documents.first_described(ontologies)

    def _address(self, iri: str) -> str:
        """Return the path of the document about an IRI on this server."""
        return f"{self._renderer.root}/{document_path(self._site, iri)}"

    def _respond(self, iri: str, fixed: Format | None, pairs: Pairs) -> Response:
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), DOCUMENT_FORMATS)
        tells_sources = fmt is HTML and single(pairs, "provenance") is not None
        page = Page(iri, page_number(pairs), single(pairs, "incoming"), _list_kind(pairs), tells_sources)
        asked = self._renderer.reader
        reader = asked if fmt is HTML else self._renderer.plain
        pages = self._lookup.pages(page)
        if page.number > pages:
            raise NotDescribed(f"{_told(page)} has no page {page.number}.")
        headers = self._lookup.headers(page, pages, fmt, reader, is_negotiated=fixed is None)
        response = Response(headers=headers)
        if is_fresh(response):
            return response
        response.set_data(self._make(page, fmt, reader))
        return response

    def _make(self, page: Page, fmt: Format, reader: Reader) -> bytes | str:
        if page.property is not None or page.kind is not None:
            return self._listing(page, fmt, reader)
        description = describe(self._site, page.iri, page.number)
        if description is None:
            raise not_described(self._site, page.iri)
        if fmt is not HTML:
            return represent(self._site, description, fmt)
        if page.tells_sources:
            sources = sources_page(self._site, description, self._address(page.iri), reader)
            return self._renderer.page("statement_sources.html", sources=sources)
        return page_about(self._site, self._renderer, reader, description)

    def _listing(self, page: Page, fmt: Format, reader: Reader) -> bytes | str:
        if fmt is not HTML:
            return represent(self._site, list_description(self._site, page), fmt)
        shown = list_page(self._site, page, reader)
        return self._renderer.page("incoming.html", address=shown.address, listing=shown)


def _list_kind(pairs: Pairs) -> ListKind | None:
    """Return the list that the parameter ``list`` names, None where there is no such parameter."""
    name = one_of(pairs, "list", tuple(kind.value for kind in ListKind))
    return ListKind(name) if name else None


def _told(page: Page) -> str:
    """Return what a page is one of, as the beginning of a sentence."""
    if page.property is not None:
        return f"What points at <{page.iri}> with <{page.property}>"
    if page.kind is not None:
        return f"The list '{page.kind.value}' of <{page.iri}>"
    return f"The document about <{page.iri}>"
