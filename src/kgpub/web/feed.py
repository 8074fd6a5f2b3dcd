"""The feed at ``/feed.atom``."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.feed import FEED, feed, feed_pages
from kgpub.formats import ATOM
from kgpub.numbered_pages import check_page
from kgpub.parameters import page_number, parameters
from kgpub.site import Site
from kgpub.web.headers import is_fresh
from kgpub.web.public_address import public_address
from kgpub.web.rendering import Renderer


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the route of the feed."""
    blueprint = Blueprint("feed", __name__)

    def show() -> Response:
        page = page_number(parameters(request.query_string))
        check_page("The feed", page, feed_pages(site))
        address = public_address(site, renderer.root)
        response = Response(content_type=ATOM.content_type)
        address.describe(response, ATOM, renderer)
        if not is_fresh(response):
            response.set_data(feed(site, page, address.url))
        return response

    blueprint.add_url_rule(f"/{FEED}", "feed", show)
    return blueprint
