"""The home page: what this is, how much of it there is, and where to begin; as RDF, the data set's description."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.description import describe
from kgpub.errors import NotAcceptable
from kgpub.formats import DOCUMENT_FORMATS, HTML, Format
from kgpub.front import front_page
from kgpub.negotiation import choose_or_refuse
from kgpub.parameters import document_format, parameters
from kgpub.release import DATASET
from kgpub.representation import represent
from kgpub.site import Site
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer
from kgpub.web_links import header_of


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of the home page."""
    blueprint = Blueprint("home", __name__)
    home = _Home(site, renderer)
    blueprint.add_url_rule("/", "home", home.show)
    return blueprint


class _Home:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer

    def show(self) -> Response:
        """Answer the home page, or the description of the data set."""
        asked_for = document_format(parameters(request.query_string))
        fmt = asked_for or choose_or_refuse(request.headers.get("Accept"), (HTML, *DOCUMENT_FORMATS))
        response = self._renderer.response(fmt, is_negotiated=asked_for is None)
        own = "?format=html" if fmt is HTML else f"doc/{DATASET}.{fmt.suffix}"
        response.headers["Content-Location"] = self._renderer.located(fmt, f"{self._renderer.root}/{own}")
        response.headers["Link"] = header_of(self._renderer.signposts.below(self._renderer.root).home(in_header=True))
        response.set_etag(self._renderer.etag(fmt))
        if is_fresh(response):
            return response
        response.set_data(self._body(fmt))
        return response

    def _body(self, fmt: Format) -> bytes | str:
        if fmt is HTML:
            return self._page()
        description = describe(self._site, self._site.base.resolve(DATASET))
        if description is None:
            raise NotAcceptable("This data set has no description in RDF: it was published without a project.")
        return represent(self._site, description, fmt)

    def _page(self) -> str:
        root = self._renderer.root
        links = self._renderer.signposts.below(root).home(in_header=True)
        block = self._renderer.structured_data.of_dataset() if self._site.has_catalog else None
        front = front_page(self._site, self._renderer.reader)
        return self._renderer.page("home.html", address=f"{root}/", front=front, links=links, structured_data=block)
