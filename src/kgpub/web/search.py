"""``/search``, ``/suggest`` and the description of both for browsers: never SPARQL, never the query pool."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.description import document_path
from kgpub.errors import BadRequest
from kgpub.formats import GRAPH_FORMATS, HTML, JSON, JSON_LD, OPENSEARCH, SUGGESTIONS, TURTLE, Format
from kgpub.negotiation import choose_or_refuse
from kgpub.numbered_pages import check_page
from kgpub.opensearch import opensearch_description
from kgpub.parameters import format_by_parameter, parameters
from kgpub.reply import CACHE_CONTROL
from kgpub.representation import serialize_lines
from kgpub.search_answers import (
    as_json,
    as_lines,
    pages_of,
    search_page,
    suggestions_as_json,
    suggestions_for_browsers,
)
from kgpub.search_request import (
    DESCRIPTION,
    HITS_A_PAGE,
    SEARCH,
    SUGGEST,
    SearchRequest,
    named_thing,
    read_request,
    suggestions_wanted,
)
from kgpub.site import Site
from kgpub.web.addresses import sort_methods
from kgpub.web.headers import is_fresh
from kgpub.web.public_address import public_address
from kgpub.web.rendering import Renderer

_FORMATS = (JSON, TURTLE, HTML, JSON_LD, *(fmt for fmt in GRAPH_FORMATS if fmt not in {TURTLE, JSON_LD}))
_SUGGESTED = (JSON, SUGGESTIONS)


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of the search."""
    blueprint = Blueprint("search", __name__)
    views = _Search(site, renderer)
    blueprint.add_url_rule(f"/{SEARCH}", "search", views.find)
    blueprint.add_url_rule(f"/{SUGGEST}", "suggest", views.suggest)
    blueprint.add_url_rule(f"/{DESCRIPTION}", "description", views.describe)
    blueprint.after_request(sort_methods)
    return blueprint


class _Search:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer

    def find(self) -> Response:
        """Answer a page of what a text finds; the IRI of a thing leads a reader of pages to its document."""
        pairs = parameters(request.query_string)
        fixed = format_by_parameter(pairs, _FORMATS)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), _FORMATS)
        asked = read_request(pairs, self._site.names)
        if not asked.text and fmt is not HTML:
            raise BadRequest("The parameter 'q' is missing: the text to search for.")
        if fmt is HTML and (iri := named_thing(self._site, asked.text)) is not None:
            return self._see(iri, is_negotiated=fixed is None)
        response = self._response(fmt, asked, is_negotiated=fixed is None)
        response.headers["Content-Location"] = f"{self._renderer.root}/{asked.address(format=fmt.suffix)}"
        if not is_fresh(response):
            response.set_data(self._body(fmt, asked))
        return response

    def _body(self, fmt: Format, asked: SearchRequest) -> bytes | str:
        reader = self._renderer.reader if fmt is HTML else self._renderer.plain
        root = reader.root
        offset = (asked.page - 1) * HITS_A_PAGE
        language = asked.language or (reader.language if fmt is HTML else "")
        found = self._site.search.find(asked.text, types=asked.types, offset=offset, language=language)
        check_page("This search", asked.page, pages_of(found))
        page = search_page(self._site, asked, found, reader)
        if fmt is HTML:
            formats = [(each, f"{root}/{asked.address(format=each.suffix)}") for each in _FORMATS]
            return self._renderer.page("search.html", page=page, sought=asked.text, formats=formats)
        if fmt is JSON:
            return as_json(self._site, page, root)
        return serialize_lines(as_lines(self._site, page), fmt, self._site.prefixes)

    def suggest(self) -> Response:
        """Answer what somebody may be about to type."""
        pairs = parameters(request.query_string)
        fixed = format_by_parameter(pairs, _SUGGESTED)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), _SUGGESTED)
        asked = read_request(pairs, self._site.names)
        limit = suggestions_wanted(pairs)
        address = public_address(self._site, self._renderer.root)
        response = self._response(fmt, asked, str(limit), address.url, is_negotiated=fixed is None)
        own = asked.query(limit=str(limit), format=fmt.suffix)
        response.headers["Content-Location"] = f"{self._renderer.root}/{SUGGEST}?{own}"
        if fmt is SUGGESTIONS and not address.is_set:
            response.headers["Cache-Control"] = CACHE_CONTROL.removeprefix("public, ")  # as PublicAddress has it
        if not is_fresh(response):
            hits = self._site.search.suggest(asked.text, types=asked.types, limit=limit, language=asked.language)
            root = self._renderer.root
            response.set_data(
                suggestions_as_json(self._site, asked.text, hits, root)
                if fmt is JSON
                else suggestions_for_browsers(self._site, asked.text, hits, root, address.url)
            )
        return response

    def describe(self) -> Response:
        """Answer the OpenSearch description."""
        address = public_address(self._site, self._renderer.root)
        response = self._renderer.response(OPENSEARCH, is_negotiated=False)
        address.describe(response, OPENSEARCH, self._renderer)
        if not is_fresh(response):
            response.set_data(opensearch_description(self._site.publication, address.url))
        return response

    def _see(self, iri: str, *, is_negotiated: bool) -> Response:
        response = Response(status=303)
        response.headers["Location"] = self._renderer.reader.at(document_path(self._site, iri))
        response.headers["Cache-Control"] = CACHE_CONTROL
        if is_negotiated:
            response.vary.add("Accept")
        return response

    def _response(self, fmt: Format, asked: SearchRequest, *more: str, is_negotiated: bool) -> Response:
        """Return a response that no crawler lists, with a validator that tells what was asked."""
        response = self._renderer.response(fmt, is_negotiated=is_negotiated)
        response.headers["X-Robots-Tag"] = "noindex"
        response.set_etag(self._renderer.etag(fmt, asked.address(), *more))
        return response
