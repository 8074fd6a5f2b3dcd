"""The links of documents as sets of their own (RFC 9264): ``/linkset/id/x`` for ``/doc/id/x``, as JSON or as text."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.description import document_path, representation_address
from kgpub.errors import BadRequest
from kgpub.formats import LINKSET_FORMATS, LINKSET_JSON, Format
from kgpub.iris import is_iri
from kgpub.lookup import Lookup
from kgpub.negotiation import choose_or_refuse
from kgpub.parameters import Pairs, agreed_format, parameters, single
from kgpub.signposts import LINKSETS, linkset_address
from kgpub.site import Site
from kgpub.web.addresses import add_link, raw_path
from kgpub.web.headers import is_fresh
from kgpub.web.missing import not_described
from kgpub.web.rendering import Renderer
from kgpub.web_links import json_of, text_of

_SUFFIXES = {fmt.suffix: fmt for fmt in LINKSET_FORMATS}


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of the sets of links."""
    blueprint = Blueprint("linkset", __name__)
    views = _Views(site, renderer)
    blueprint.add_url_rule(f"/{LINKSETS}", "linkset_by_iri", views.by_iri)
    blueprint.add_url_rule(f"/{LINKSETS}/", "linkset_of_base", views.by_path)
    blueprint.add_url_rule(f"/{LINKSETS}/<path:_local>", "linkset", views.by_path)
    return blueprint


class _Views:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._lookup = Lookup(site, renderer.etag_for, renderer.signposts)

    def by_path(self, _local: str = "") -> Response:
        """Answer the links of the document whose path follows ``/linkset/``."""
        path = raw_path(request).removeprefix(f"{LINKSETS}/")
        found = self._lookup.document(path, _SUFFIXES)
        if found is None:
            raise not_described(self._site, self._site.base.iri + path, *self._lookup.meant(path, _SUFFIXES))
        return self._respond(*found, parameters(request.query_string))

    def by_iri(self) -> Response:
        """Answer the links of the document about an IRI that no path tells."""
        pairs = parameters(request.query_string)
        iri = single(pairs, "iri")
        if iri is None or not is_iri(iri):
            raise BadRequest("The parameter 'iri' must be an absolute IRI.")
        if self._lookup.described([iri]) is None:
            raise not_described(self._site, iri)
        return self._respond(iri, None, pairs)

    def _respond(self, iri: str, by_suffix: Format | None, pairs: Pairs) -> Response:
        root = self._renderer.root
        fixed = agreed_format(by_suffix, pairs, LINKSET_FORMATS)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), LINKSET_FORMATS)
        response = self._renderer.response(fmt, is_negotiated=fixed is None)
        document = f"{root}/{document_path(self._site, iri)}"
        own = linkset_address(root, document)
        response.headers["Content-Location"] = representation_address(own, fmt.suffix)
        add_link(response, document, "describes")
        response.set_etag(self._renderer.etag(fmt))
        if not is_fresh(response):
            links = self._renderer.signposts.below(root).linkset(iri)
            response.set_data(json_of(links) if fmt is LINKSET_JSON else text_of(links))
        return response
