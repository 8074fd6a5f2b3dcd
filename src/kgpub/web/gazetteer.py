"""Places: ``/places`` lists those in no other, ``/places?place=`` shows one with what is there."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.formats import HTML, JSON, Format
from kgpub.gazetteer import PLACES, Gazetteer, gazetteer_of, read_region
from kgpub.gazetteer_page import gazetteer_as_csv, gazetteer_as_json, gazetteer_page
from kgpub.numbered_pages import page_links
from kgpub.parameters import parameters
from kgpub.site import Site
from kgpub.web.rendering import Renderer
from kgpub.web.view_replies import Replies


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the route of places; none where the release has no such view."""
    blueprint = Blueprint("places", __name__)
    if site.views.has(PLACES):
        blueprint.add_url_rule(f"/{PLACES}", "places", _Views(site, renderer).places)
    return blueprint


class _Views:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._replies = Replies(site, renderer)

    def places(self) -> Response:
        """Answer a page of places, or one place."""
        pairs = parameters(request.query_string)
        found = gazetteer_of(self._site.views, read_region(pairs, self._site.names))
        region = found.region
        links = list(page_links(region.list_address, region.page, found.pages))
        return self._replies.respond(pairs, region.address, links, lambda fmt: self._body(found, fmt))

    def _body(self, found: Gazetteer, fmt: Format) -> bytes | str:
        if fmt is JSON:
            return gazetteer_as_json(self._site, found)
        if fmt is not HTML:
            return gazetteer_as_csv(self._site, found)
        shown = gazetteer_page(self._site, found, self._renderer.reader)
        return self._replies.page("places.html", found.region.address, gazetteer=shown, found=found)
