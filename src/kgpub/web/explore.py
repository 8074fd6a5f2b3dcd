"""``/explore?iri=``: a thing among its neighbours, as a picture and as lists."""

import hashlib

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.errors import BadRequest
from kgpub.formats import HTML, JSON
from kgpub.iris import is_iri
from kgpub.negotiation import choose_or_refuse
from kgpub.neighbourhood import EXPLORE, neighbourhood, neighbourhood_as_json
from kgpub.parameters import format_by_parameter, page_number, parameters, single
from kgpub.site import Site
from kgpub.web.headers import is_fresh
from kgpub.web.missing import not_described
from kgpub.web.rendering import Renderer

_FORMATS = (JSON, HTML)


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the route of the explorer."""
    blueprint = Blueprint("explore", __name__)

    def explore() -> Response:
        """Answer a page of the links of a thing."""
        pairs = parameters(request.query_string)
        iri = single(pairs, "iri")
        if iri is None or not is_iri(iri):
            raise BadRequest("The parameter 'iri' must be an absolute IRI.")
        if site.documents.first_described([iri]) is None:
            raise not_described(site, iri)
        fixed = format_by_parameter(pairs, _FORMATS)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), _FORMATS)
        found = neighbourhood(site, iri, page_number(pairs), renderer.reader)
        response = renderer.response(fmt, is_negotiated=fixed is None)
        response.headers["Content-Location"] = renderer.located(fmt, f"{found.address}&format={fmt.suffix}")
        digest = hashlib.sha256(renderer.reader.key.encode()).hexdigest()[:8]
        response.set_etag(f"{renderer.etag(fmt)}-{digest}")
        if not is_fresh(response):
            response.set_data(
                neighbourhood_as_json(found)
                if fmt is JSON
                else renderer.page(
                    "explore.html",
                    address=found.address,
                    found=found,
                    query=renderer.text("neighbourhood.rq", things=[iri]),
                )
            )
        return response

    blueprint.add_url_rule(f"/{EXPLORE}", "explore", explore)
    return blueprint
