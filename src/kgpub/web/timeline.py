"""The timeline: ``/timeline``, things in the order of their dates."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.formats import HTML, JSON, Format
from kgpub.numbered_pages import page_links
from kgpub.parameters import parameters
from kgpub.site import Site
from kgpub.timeline import TIMELINE, Timeline, read_period, timeline_of
from kgpub.timeline_page import timeline_as_csv, timeline_as_json, timeline_page
from kgpub.web.rendering import Renderer
from kgpub.web.view_replies import Replies


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the route of the timeline; none where the release has no such view."""
    blueprint = Blueprint("timeline", __name__)
    if site.views.has(TIMELINE):
        blueprint.add_url_rule(f"/{TIMELINE}", "timeline", _Views(site, renderer).timeline)
    return blueprint


class _Views:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._replies = Replies(site, renderer)

    def timeline(self) -> Response:
        """Answer a page of the timeline."""
        pairs = parameters(request.query_string)
        found = timeline_of(self._site.views, read_period(pairs, self._site.names))
        period = found.period
        links = list(page_links(period.list_address, period.page, found.pages))
        return self._replies.respond(pairs, period.address, links, lambda fmt: self._body(found, fmt))

    def _body(self, found: Timeline, fmt: Format) -> bytes | str:
        if fmt is JSON:
            return timeline_as_json(self._site, found)
        if fmt is not HTML:
            return timeline_as_csv(self._site, found)
        shown = timeline_page(self._site, found, self._renderer.reader)
        return self._replies.page("timeline.html", found.period.address, timeline=shown, found=found)
