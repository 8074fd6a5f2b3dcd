"""What crawlers look for: ``/robots.txt`` (RFC 9309) and sitemaps."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint
from werkzeug.wrappers import Response

from kgpub.api_areas import api_areas
from kgpub.errors import NotDescribed
from kgpub.formats import PLAIN_TEXT, XML, Format
from kgpub.site import Site
from kgpub.sitemap import has_sitemap, sitemap, sitemap_index
from kgpub.web.headers import is_fresh
from kgpub.web.public_address import public_address
from kgpub.web.rendering import Renderer


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes for crawlers."""
    blueprint = Blueprint("crawlers", __name__)
    views = _Views(site, renderer)
    blueprint.add_url_rule("/robots.txt", "robots", views.robots)
    blueprint.add_url_rule("/sitemap.xml", "sitemap_index", views.sitemap_index)
    blueprint.add_url_rule("/sitemaps/<name>.xml", "sitemap", views.sitemap)
    return blueprint


class _Views:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer

    def robots(self) -> Response:
        """Answer what crawlers are to leave alone: queries, searches, and lists without end."""
        return self._answer(PLAIN_TEXT, self._robots)

    def sitemap_index(self) -> Response:
        """Answer the list of all sitemaps."""
        return self._answer(XML, partial(sitemap_index, self._site))

    def sitemap(self, name: str) -> Response:
        """Answer one sitemap."""
        if not has_sitemap(self._site, name):
            raise NotDescribed(f"There is no sitemap '{name}'; /sitemap.xml lists all.")
        return self._answer(XML, partial(sitemap, self._site, name))

    def _answer(self, fmt: Format, make: Callable[[str], str]) -> Response:
        """Answer what is made from the address of the home page."""
        address = public_address(self._site, self._renderer.root)
        response = Response(content_type=fmt.content_type)
        address.describe(response, fmt, self._renderer)
        if not is_fresh(response):
            response.set_data(make(address.url))
        return response

    def _robots(self, address: str) -> str:
        kept_away = (f"Disallow: {self._renderer.root}{path}" for area in api_areas() for path in area.disallow)
        return "\n".join(["User-agent: *", *dict.fromkeys(kept_away), "", f"Sitemap: {address}/sitemap.xml", ""])
