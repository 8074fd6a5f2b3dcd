"""Under which address readers reach this server, where only an absolute one will do: sitemaps, robots.txt, feeds.

Links are relative to the server everywhere else, and IRIs are those of the data.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response

from kgpub.formats import Format
from kgpub.reply import CACHE_CONTROL
from kgpub.site import Site
from kgpub.web.rendering import Renderer


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """The address of the home page without its last slash; *is_set* if the settings name it."""

    url: str
    is_set: bool

    def describe(self, response: Response, fmt: Format, renderer: Renderer) -> None:
        """Set what tells caches about a response that holds the address.

        One whose address comes from the request is not kept: there would be one for each host that somebody makes up.
        """
        response.headers["Cache-Control"] = CACHE_CONTROL if self.is_set else CACHE_CONTROL.removeprefix("public, ")
        response.set_etag(renderer.etag(fmt, self.url))


def public_address(site: Site, root: str) -> PublicAddress:
    """Return the address by which a request reached this server.

    The settings name it, or it is the base of the IRIs where that is on the host that was asked; else it is what the
    request says.
    """
    if site.address:
        return PublicAddress(site.address.rstrip("/"), is_set=True)
    host = request.host
    if not host or host == urlsplit(site.base.iri).netloc:
        return PublicAddress(site.base.iri.rstrip("/"), is_set=False)
    return PublicAddress(f"{request.scheme}://{host}{root}", is_set=False)
