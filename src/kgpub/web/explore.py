"""``/explore?iri=``: a thing among its neighbours, as a picture and as lists."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.documents import Document
from kgpub.errors import BadRequest, NotDescribed
from kgpub.formats import HTML, SPOKEN_JSON, Format
from kgpub.iris import is_iri
from kgpub.neighbourhood import EXPLORE, explore_address, neighbourhood, neighbourhood_as_json
from kgpub.numbered_pages import page_links
from kgpub.parameters import page_number, parameters, single
from kgpub.site import Site
from kgpub.web.missing import not_described
from kgpub.web.rendering import Renderer
from kgpub.web.view_replies import Replies


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the route of the explorer."""
    blueprint = Blueprint("explore", __name__)
    blueprint.add_url_rule(f"/{EXPLORE}", "explore", _Views(site, renderer).explore)
    return blueprint


class _Views:
    """The view, with what it needs."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._replies = Replies(site, renderer, (SPOKEN_JSON, HTML))

    def explore(self) -> Response:
        """Answer a page of the links of a thing."""
        pairs = parameters(request.query_string)
        iri = single(pairs, "iri")
        if iri is None or not is_iri(iri):
            raise BadRequest("The parameter 'iri' must be an absolute IRI.")
        if self._site.documents.first_described([iri]) is None:
            raise not_described(self._site, iri)
        page = page_number(pairs)
        document = self._site.documents.get(iri, page)
        if document is None:
            raise NotDescribed(f"The links of <{iri}> have no page {page}.", iri)
        links = list(page_links(explore_address(iri), page, document.pages))
        return self._replies.respond(pairs, explore_address(iri, page), links, lambda fmt: self._body(document, fmt))

    def _body(self, document: Document, fmt: Format) -> bytes | str:
        found = neighbourhood(self._site, document, self._renderer.reader)
        if fmt is SPOKEN_JSON:
            return neighbourhood_as_json(found)
        query = self._renderer.text("neighbourhood.rq", things=[document.iri])
        return self._replies.page(
            "explore.html", explore_address(document.iri, document.page), found=found, query=query
        )
