"""Nanopublications at their own addresses: each an information resource, so it is answered 200 where its name points.

The names of its four graphs are fragments of its own and need no answer of theirs.
"""

import json

from flask import Blueprint, request
from pyoxigraph import RdfFormat, serialize
from werkzeug.wrappers import Response

from kgpub.errors import NotDescribed
from kgpub.formats import HTML, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from kgpub.iris import uri_of
from kgpub.nanopublication_index import Nanopublication, Nanopublications
from kgpub.nanopublication_names import NANOPUBLICATIONS, is_artifact_code
from kgpub.nanopublication_pages import list_lines, list_page, nanopublication_page, page_count
from kgpub.negotiation import choose_or_refuse
from kgpub.nquads import quads_of
from kgpub.numbered_pages import check_page, page_address, page_links
from kgpub.pages import Download
from kgpub.parameters import agreed_format, page_number, parameters
from kgpub.representation import serialize_lines
from kgpub.site import Site
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer
from kgpub.web.view_replies import Replies

#: Graphs apart from each other: syntaxes of triples would merge what is asserted with what is said of it.
_FORMATS = (TRIG, JSON_LD, HTML, N_QUADS)
_LIST_FORMATS = (TURTLE, JSON_LD, HTML, N_TRIPLES, RDF_XML)
#: What a name that is a hash of the content means cannot change (RFC 8246).
_IMMUTABLE = "public, max-age=31536000, immutable"


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of nanopublications; none where the release holds none, so that IRIs may lie there."""
    blueprint = Blueprint("nanopublication", __name__)
    if site.nanopublications is not None:
        views = _Views(site, renderer, site.nanopublications)
        blueprint.add_url_rule(f"/{NANOPUBLICATIONS}", "list", views.show_list)
        blueprint.add_url_rule(f"/{NANOPUBLICATIONS}<name>", "nanopublication", views.answer)
    renderer.share(nanopublication_about=site.nanopublication_about)
    return blueprint


class _Views:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer, nanopublications: Nanopublications) -> None:
        self._site = site
        self._renderer = renderer
        self._nanopublications = nanopublications
        self._replies = Replies(site, renderer, _LIST_FORMATS)

    def answer(self, name: str) -> Response:
        """Answer a nanopublication, negotiated, or one representation of it: ``/np/RA….trig``."""
        code, _, fragment = name.partition("#")
        if fragment:  # the name of a graph, percent-encoded by a client that takes it for a path
            return Response(status=303, headers={"Location": f"{self._address(code)}#{fragment}"})
        code, _, suffix = name.partition(".")
        nanopublication = self._find(code)
        by_suffix = self._by_suffix(code, suffix) if suffix else None
        fixed = agreed_format(by_suffix, parameters(request.query_string), _FORMATS)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), _FORMATS)
        response = self._renderer.response(fmt, is_negotiated=fixed is None)
        response.headers["Content-Location"] = self._renderer.located(fmt, f"{self._address(code)}.{fmt.suffix}")
        response.headers["Link"] = f'<{uri_of(nanopublication.thing)}>; rel="describes"'
        response.set_data(self._body(nanopublication, fmt))
        if fmt is not HTML:
            response.headers["Cache-Control"] = _IMMUTABLE
        response.add_etag()
        is_fresh(response)
        return response

    def show_list(self) -> Response:
        """Answer the list of all nanopublications, a page at a time."""
        pairs = parameters(request.query_string)
        page, pages = page_number(pairs), page_count(self._nanopublications)
        check_page("The list of nanopublications", page, pages)
        links = list(page_links(NANOPUBLICATIONS, page, pages))
        address = page_address(NANOPUBLICATIONS, page)
        return self._replies.respond(pairs, address, links, lambda fmt: self._list(page, fmt))

    def _find(self, code: str) -> Nanopublication:
        if not is_artifact_code(code):
            raise NotDescribed(f"'{code}' names no nanopublication: their names are 'RA' and 43 characters of a hash.")
        found = self._nanopublications.get(code)
        if found is None:
            raise NotDescribed(
                f"This release holds no nanopublication {code}. What it was about may have changed, and its "
                f"nanopublication with it: {self._site.base.resolve(NANOPUBLICATIONS)} lists those there are."
            )
        return found

    def _by_suffix(self, code: str, suffix: str) -> Format:
        fmt = next((f for f in _FORMATS if f.suffix == suffix), None)
        if fmt is None:
            known = ", ".join(f.suffix for f in _FORMATS)
            raise NotDescribed(f"Nanopublication {code} has no representation '{suffix}'; there are {known}.")
        return fmt

    def _address(self, code: str) -> str:
        return f"{self._renderer.root}/{NANOPUBLICATIONS}{code}"

    def _body(self, nanopublication: Nanopublication, fmt: Format) -> bytes | str:
        if fmt is HTML:
            page = nanopublication_page(self._site, nanopublication, self._renderer.reader)
            return self._renderer.page(
                "nanopublication.html",
                address=self._address(page.code),
                nanopublication=page,
                downloads=self._downloads(page.code),
            )
        if fmt is JSON_LD:
            data = serialize(quads_of(nanopublication.lines), format=RdfFormat.JSON_LD) or b""
            return json.dumps(json.loads(data), ensure_ascii=False, indent=1)
        own = {"sub": f"{self._site.base.resolve(NANOPUBLICATIONS)}{nanopublication.code}#"}
        return serialize_lines(nanopublication.lines, fmt, {**self._site.prefixes} | own)

    def _downloads(self, code: str) -> list[Download]:
        rdf = (fmt for fmt in _FORMATS if fmt is not HTML)
        return [Download(fmt.name, fmt.media_type, f"{self._address(code)}.{fmt.suffix}") for fmt in rdf]

    def _list(self, page: int, fmt: Format) -> bytes | str:
        if fmt is not HTML:
            lines = list_lines(self._site, self._nanopublications, page)
            return serialize_lines(lines, fmt, self._site.prefixes)
        listed = list_page(self._site, self._nanopublications, page, self._renderer.reader)
        return self._replies.page("nanopublications.html", page_address(NANOPUBLICATIONS, page), listing=listed)
