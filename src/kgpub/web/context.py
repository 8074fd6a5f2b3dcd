"""The JSON-LD context of the release, at ``/context.jsonld``."""

from functools import cache

from flask import Blueprint
from werkzeug.wrappers import Response

from kgpub.formats import JSON_LD
from kgpub.jsonld_context import context_of
from kgpub.site import Site
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer

ADDRESS = "context.jsonld"


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the route of the context, which is made once."""
    blueprint = Blueprint("context", __name__)
    made = cache(lambda: context_of(site))

    def show() -> Response:
        response = renderer.response(JSON_LD, is_negotiated=False)
        response.set_etag(renderer.etag(JSON_LD))
        if not is_fresh(response):
            response.set_data(made())
        return response

    blueprint.add_url_rule(f"/{ADDRESS}", "context", show)
    return blueprint
