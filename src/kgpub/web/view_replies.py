"""Replies of the pages that a view or a list has: one canonical address, several representations, known before work."""

import hashlib
from collections.abc import Callable, Sequence

from flask import request
from werkzeug.wrappers import Response

from kgpub.description import with_parameter
from kgpub.errors import BadRequest
from kgpub.formats import DESCRIPTION_CSV, HTML, JSON, TURTLE, Format
from kgpub.iris import uri_of
from kgpub.negotiation import choose_or_refuse
from kgpub.pages import Download
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
        digest = hashlib.sha256(f"{address}{variant}".encode()).hexdigest()[:16]
        response.set_etag(f"{self._renderer.etag(fmt)}-{digest}")
        if not is_fresh(response):
            response.set_data(body(fmt))
        return response

    def _links(self, fmt: Format, address: str, links: Sequence[tuple[str, str]]) -> str:
        """Return the header ``Link``: a list is described by its RDF, and a view has none of its own."""
        if TURTLE in self._formats:
            return self._renderer.links_of_list(fmt, address, links)
        root = self._renderer.root
        others = [(relation, self._renderer.located(fmt, f"{root}/{other}")) for relation, other in links]
        told = [("canonical", self._site.base.resolve(address)), *others]
        return header_of([WebLink(uri_of(href), relation) for relation, href in told])


def view_downloads(address: str) -> tuple[Download, ...]:
    """Return the representations of a view at an address, HTML aside."""
    data = (fmt for fmt in VIEW_FORMATS if fmt is not HTML)
    return tuple(Download(fmt.name, fmt.media_type, with_parameter(address, f"format={fmt.suffix}")) for fmt in data)


def refuse_unknown(pairs: Pairs, known: tuple[str, ...]) -> None:
    """Raise ``BadRequest`` where a parameter is not one of those known."""
    for name, _ in pairs:
        if name not in known:
            raise BadRequest(f"There is no parameter '{name[:100]}' here; there is {' and '.join(known)}.")
