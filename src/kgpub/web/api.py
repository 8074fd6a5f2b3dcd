"""The description of the HTTP interface: ``/api`` to read, ``/openapi.json`` for programs."""

from collections.abc import Iterable

from flask import Blueprint, current_app, request
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from kgpub.api_page import api_page
from kgpub.formats import HTML, JSON, Format
from kgpub.negotiation import choose_or_refuse
from kgpub.openapi_document import DOCUMENT, PAGE, Routes, openapi_document, path_of_rule
from kgpub.parameters import format_by_parameter, parameters
from kgpub.site import Site
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer

#: How the name of a route ends that refuses methods and does nothing else: it is not described.
REFUSED = "refused"

_FORMATS = (HTML, JSON)


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of the description."""
    blueprint = Blueprint("api", __name__)
    views = _Views(site, renderer)
    blueprint.add_url_rule(f"/{PAGE}", "page", views.show)
    blueprint.add_url_rule(f"/{DOCUMENT}", "document", views.document)
    return blueprint


def routed(rules: Iterable[Rule]) -> Routes:
    """Return what an application routes, as OpenAPI writes it: the methods of each path."""
    found: dict[str, frozenset[str]] = {}
    for rule in rules:
        if rule.endpoint.endswith(REFUSED):
            continue
        path = path_of_rule(rule.rule)
        found[path] = found.get(path, frozenset()) | (rule.methods or frozenset())
    return found


class _Views:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer

    def show(self) -> Response:
        """Answer the description as a page, or as OpenAPI."""
        fixed = format_by_parameter(parameters(request.query_string), _FORMATS)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), _FORMATS)
        return self._answer(fmt, is_negotiated=fixed is None)

    def document(self) -> Response:
        """Answer the description as OpenAPI."""
        return self._answer(JSON, is_negotiated=False)

    def _answer(self, fmt: Format, *, is_negotiated: bool) -> Response:
        root = self._renderer.root
        response = self._renderer.response(fmt, is_negotiated=is_negotiated)
        response.headers["Content-Location"] = f"{root}/{PAGE}?format=html" if fmt is HTML else f"{root}/{DOCUMENT}"
        response.set_etag(self._renderer.etag(fmt))
        if not is_fresh(response):
            offered = routed(current_app.url_map.iter_rules())
            if fmt is HTML:
                areas = api_page(self._site, offered, root)
                response.set_data(self._renderer.page("api.html", areas=areas))
            else:
                response.set_data(openapi_document(self._site, offered, root))
        return response
