"""Linked data: from the IRI of a thing to the document about it, and from there to one of its representations.

``GET /id/x`` answers 303 to ``/doc/id/x``: the thing is not the document (W3C, "Cool URIs for the Semantic Web").
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.description import describe, document_path, list_address, representation_address
from kgpub.errors import BadRequest, NotDescribed
from kgpub.formats import DOCUMENT_FORMATS, HTML, Format
from kgpub.iris import is_iri, uri_of
from kgpub.listing import incoming_page, list_incoming
from kgpub.near_misses import near_misses
from kgpub.negotiation import choose_or_refuse
from kgpub.ontology_page import ontology_page
from kgpub.pages import entity_page
from kgpub.parameters import document_format, page_number, parameters, single
from kgpub.reply import CACHE_CONTROL
from kgpub.representation import represent
from kgpub.sections import tables_of
from kgpub.site import Site
from kgpub.vocabulary import OWL
from kgpub.web.addresses import raw_path
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes that look an IRI up."""
    blueprint = Blueprint("dereference", __name__)
    lookup = _Lookup(site, renderer)
    blueprint.add_url_rule("/resource", "resource", lookup.resource)
    blueprint.add_url_rule("/doc", "document_by_iri", lookup.document_by_iri)
    blueprint.add_url_rule("/doc/", "document_of_base", lookup.document)
    blueprint.add_url_rule("/doc/<path:_local>", "document", lookup.document)
    blueprint.add_url_rule("/<path:_local>", "thing", lookup.thing)
    return blueprint


class _Lookup:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._modified = format_datetime(datetime.fromisoformat(site.release.manifest.created), usegmt=True)

    def thing(self, _local: str = "") -> Response:
        """Answer the IRI of a thing: 303 to its document."""
        path = raw_path(request)
        query = request.query_string.decode("latin-1")
        with_query = self._candidates(f"{path}?{query}") if query else ()  # an IRI may have a query of its own
        return self._see_document((*with_query, *self._candidates(path)), self._site.base.iri + path)

    def resource(self) -> Response:
        """Answer ``/resource?iri=``: 303 to the document about any IRI that the data describes."""
        pairs = parameters(request.query_string)
        iri = single(pairs, "iri") or single(pairs, "uri")
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
        is_listing = single(pairs, "incoming") is not None  # of what points at an IRI, described here or not
        if not is_listing and self._site.documents.first_described([iri]) is None:
            raise self._not_described(iri)
        return self._respond(iri, document_format(pairs), pairs)

    def document(self, _local: str = "") -> Response:
        """Answer ``/doc/…``, negotiated, and ``/doc/….ttl``, one representation."""
        pairs = parameters(request.query_string)
        path = raw_path(request).removeprefix("doc/")
        iri = self._site.documents.first_described(self._candidates(path))
        if iri is not None:
            return self._respond(iri, document_format(pairs), pairs)
        stem, _, suffix = path.rpartition(".")
        fmt = next((f for f in DOCUMENT_FORMATS if f.suffix == suffix), None)
        if fmt is not None:
            spellings = (*self._candidates(stem), *self._candidates(f"{stem}/"))
            iri = self._site.documents.first_described(spellings)
            if iri is not None:
                return self._respond(iri, fmt, pairs)
        return self._see_document(self._candidates(f"doc/{path}"), self._site.base.iri + path)

    def _candidates(self, path: str) -> Iterator[str]:
        """Yield the IRIs that a path may mean: below the base, or at the root of the base's host."""
        base = self._site.base
        mounted = urlsplit(base.iri).path.removeprefix("/")
        yield from base.candidates(path)
        if mounted and path.startswith(mounted):
            yield from base.candidates(path.removeprefix(mounted))

    def _see_document(self, candidates: Iterable[str], asked: str) -> Response:
        candidates = list(candidates)
        iri = self._ontology_in_version(candidates) or self._site.documents.first_described(candidates)
        if iri is None:
            raise self._not_described(asked)
        response = Response(status=303)
        fmt = document_format(parameters(request.query_string))
        address = self._address(iri)
        response.headers["Location"] = representation_address(address, fmt.suffix) if fmt else address
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

    def _not_described(self, iri: str) -> NotDescribed:
        near = near_misses(self._site, iri)
        return NotDescribed(f"Nothing is described under <{iri}>.", near)

    def _respond(self, iri: str, fixed: Format | None, pairs: list[tuple[str, str]]) -> Response:
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), DOCUMENT_FORMATS)
        page, property_ = page_number(pairs), single(pairs, "incoming")
        response = Response(content_type=fmt.content_type)
        address = self._address(iri) if property_ is None else list_address(self._address(iri), property_)
        response.headers["Content-Location"] = representation_address(address, fmt.suffix, page)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.headers["Last-Modified"] = self._modified
        response.headers["Link"] = f'<{uri_of(iri)}>; rel="describes"'
        if (nanopublication := self._site.nanopublication_about(iri)) is not None:
            response.headers["Link"] += f', <{self._renderer.root}/{nanopublication}>; rel="describedby"'
        if fmt is HTML:
            response.content_language.add(self._site.publication.language)
        if fixed is None:
            response.vary.add("Accept")
        response.set_etag(self._renderer.etag(fmt))
        if not self._site.documents.has_page(iri, property_, page):
            what = f"The document about <{iri}>" if property_ is None else f"What points at <{iri}> with <{property_}>"
            raise NotDescribed(f"{what} has no page {page}.")
        if is_fresh(response):
            return response
        response.set_data(self._make(iri, fmt, page, property_))
        return response

    def _make(self, iri: str, fmt: Format, page: int, property_: str | None) -> bytes | str:
        if property_ is not None:
            return self._incoming(iri, property_, fmt, page)
        description = describe(self._site, iri, page)
        if description is None:
            raise self._not_described(iri)
        if fmt is not HTML:
            return represent(self._site, description, fmt)
        root = self._renderer.root
        tables = tables_of(self._site, description, root)
        entity = entity_page(self._site, description, tables, root)
        special = ontology_page(self._site, description, root)
        return self._renderer.page(special.template if special else "entity.html", entity=entity, special=special)

    def _incoming(self, iri: str, property_: str, fmt: Format, page: int) -> bytes | str:
        listing = list_incoming(self._site, iri, property_, page)
        if listing is None:
            raise self._not_described(iri)
        if fmt is not HTML:
            return represent(self._site, listing, fmt)
        return self._renderer.page("incoming.html", listing=incoming_page(self._site, listing, self._renderer.root))
