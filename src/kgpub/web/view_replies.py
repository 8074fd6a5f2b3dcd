"""Replies of the pages that a view or a list has: one canonical address, several representations, known before work."""

from collections.abc import Callable, Sequence

from flask import request
from werkzeug.wrappers import Response

from kgpub.formats import DESCRIPTION_CSV, HTML, JSON, TURTLE, Format
from kgpub.iris import uri_of, with_parameter
from kgpub.negotiation import choose_or_refuse
from kgpub.pages import downloads_at
from kgpub.parameters import Pairs, format_by_parameter
from kgpub.site import Site
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer
from kgpub.web_links import WebLink, header_of

#: What a view can be had as; the things in it have their RDF at their own addresses.
VIEW_FORMATS = (JSON, HTML, DESCRIPTION_CSV)


class Replies:
    """Answers requests for what has a canonical address, relative to the root."""

    def __init__(self, site: Site, renderer: Renderer, formats: tuple[Format, ...] = VIEW_FORMATS) -> None:
        self._site = site
        self._renderer = renderer
        self._formats = formats

    def respond(
        self,
        pairs: Pairs,
        address: str,
        links: Sequence[tuple[str, str]],
        body: Callable[[Format], bytes | str],
        variant: str = "",
    ) -> Response:
        """Answer one representation; *links* are relations to other addresses.

        *variant* tells apart what else decides the answer, beside the release, the address and the reader.
        """
        fixed = format_by_parameter(pairs, self._formats)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), self._formats)
        root = self._renderer.root
        response = self._renderer.response(fmt, is_negotiated=fixed is None)
        located = f"{root}/{with_parameter(address, f'format={fmt.suffix}')}"
        response.headers["Content-Location"] = self._renderer.located(fmt, located)
        response.headers["Link"] = self._links(fmt, address, links)
        response.set_etag(self._renderer.etag(fmt, address, variant))
        if not is_fresh(response):
            response.set_data(body(fmt))
        return response

    def page(self, template: str, address: str, **shown: object) -> str:
        """Return the page at an address as HTML, with what every such page names: itself and its other forms."""
        here = f"{self._renderer.root}/{address}"
        canonical, downloads = self._site.base.resolve(address), downloads_at(here, self._formats)
        return self._renderer.page(template, address=here, canonical=canonical, downloads=downloads, **shown)

    def _links(self, fmt: Format, address: str, links: Sequence[tuple[str, str]]) -> str:
        """Return the header ``Link``: a list is described by its RDF, and a view has none of its own."""
        if TURTLE in self._formats:
            return self._renderer.links_of_list(fmt, address, links)
        root = self._renderer.root
        others = [(relation, self._renderer.located(fmt, f"{root}/{other}")) for relation, other in links]
        told = [("canonical", self._site.base.resolve(address)), *others]
        return header_of([WebLink(uri_of(href), relation) for relation, href in told])
