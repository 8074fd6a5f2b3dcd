"""Fragments: the triples of the default graph, or the quads of all graphs, that match a pattern, a page at a time.

Triple Pattern Fragments at ``/fragments``, Quad Pattern Fragments at ``/fragments/quads`` (Hydra W3C Community Group);
with ``values`` both are restricted by bindings (brTPF). Nothing here waits for the query pool.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.bindings import bindings_of
from kgpub.errors import BadRequest, NotDescribed
from kgpub.formats import HTML, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from kgpub.fragment import Fragment, FragmentPage
from kgpub.fragment_controls import FragmentAddress, control_rows, page_links
from kgpub.fragment_page import fragment_table
from kgpub.genids import GENID_FOLDER
from kgpub.iris import with_parameter
from kgpub.jsonld import to_jsonld_dataset
from kgpub.languages import LANGUAGE_PARAMETERS
from kgpub.negotiation import choose_or_refuse
from kgpub.pages import downloads_at
from kgpub.parameters import Pairs, format_by_parameter, parameters, single
from kgpub.pattern_terms import TermReader
from kgpub.patterns import Pattern, bound_patterns, quad_pattern, triple_pattern
from kgpub.quad_orders import GRAPH, OBJECT, SUBJECT
from kgpub.representation import serialize_lines
from kgpub.rows import Row
from kgpub.site import Site
from kgpub.turtle import to_turtle
from kgpub.web.addresses import add_link, origin
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer

#: What can hold the controls in a graph of their own.
_DATASET_FORMATS = (TRIG, N_QUADS, JSON_LD)
_TRIPLE_FORMATS = (TURTLE, TRIG, N_QUADS, JSON_LD, HTML, N_TRIPLES, RDF_XML)
_QUAD_FORMATS = (TRIG, N_QUADS, JSON_LD, HTML)
#: Parameters that do not say which fragment is asked for.
_NOT_OF_THE_FRAGMENT = ("offset", "format", *LANGUAGE_PARAMETERS)
_OFFSET_DIGITS = 15
#: What a query may hold unescaped (RFC 3986, section 3.4), and escapes.
_QUERY_SAFE = "/?:@!$&'()*+,;=-._~%"


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of fragments."""
    blueprint = Blueprint("fragments", __name__)
    for path, has_graphs in (("fragments", False), ("fragments/quads", True)):
        fragments = _Fragments(site, renderer, path, has_graphs=has_graphs)
        blueprint.add_url_rule(f"/{path}", path.replace("/", "_"), fragments.show)
    blueprint.add_url_rule(f"/{GENID_FOLDER}/<release>/<node>", "genid", _Genid(site, renderer).lead)
    return blueprint


class _Fragments:
    """The view of one kind of fragments, with what it needs."""

    def __init__(self, site: Site, renderer: Renderer, path: str, *, has_graphs: bool) -> None:
        self._site = site
        self._renderer = renderer
        self._path = path
        self._has_graphs = has_graphs
        self._formats = _QUAD_FORMATS if has_graphs else _TRIPLE_FORMATS
        self._reader = TermReader(site.prefixes, site.genids)
        self._modified = format_datetime(datetime.fromisoformat(site.release.manifest.created), usegmt=True)

    def show(self) -> Response:
        """Answer one page of a fragment."""
        pairs = parameters(request.query_string)
        offset = _offset(pairs)
        patterns = self._patterns(pairs)
        fixed = format_by_parameter(pairs, self._formats)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), self._formats)
        local = FragmentAddress(f"{self._renderer.root}/{self._path}", _of_the_fragment(), offset, self._has_graphs)
        address = replace(local, collection=origin(request) + local.collection)
        response = self._renderer.response(fmt, is_negotiated=fixed is None)
        address_of_format = with_parameter(local.page, f"format={fmt.suffix}")
        response.headers["Content-Location"] = self._renderer.located(fmt, address_of_format)
        response.headers["Last-Modified"] = self._modified
        response.set_etag(self._renderer.etag(fmt, address.page))
        if is_fresh(response):
            return response
        page = Fragment(self._site.quads, patterns).page(offset)
        if page is None:
            raise NotDescribed(f"This fragment has no page behind row {offset}; its first one says where the next is.")
        page = replace(page, rows=tuple(self._with_genids(page.rows)))
        for relation, other in page_links(local, page):
            add_link(response, other, relation.replace("previous", "prev"))
        response.set_data(self._page(local, page, pairs) if fmt is HTML else self._data(address, page, fmt))
        return response

    def _patterns(self, pairs: Pairs) -> list[Pattern]:
        """Return the patterns one of which is to match."""
        pattern = (quad_pattern if self._has_graphs else triple_pattern)(pairs, self._reader)
        values = single(pairs, "values")
        if not values:
            return [pattern]
        return list(bound_patterns(pattern, bindings_of(values, self._site.genids)))

    def _with_genids(self, rows: Iterable[Row]) -> Iterable[Row]:
        """Yield rows with IRIs for their blank nodes."""
        token = self._site.genids.iri_token
        return ((token(s), p, token(o), token(g)) for s, p, o, g in rows)

    def _data(self, address: FragmentAddress, page: FragmentPage, fmt: Format) -> bytes:
        graph = f"<{address.metadata_graph}>" if fmt in _DATASET_FORMATS else ""
        rows = [*sorted(page.rows, key=lambda row: row[3]), *control_rows(self._site, address, page, graph)]
        if fmt in (TURTLE, TRIG):
            return to_turtle(rows, self._site.names_of_iris)
        if fmt is JSON_LD:
            return to_jsonld_dataset(rows, self._site.names_of_iris)
        return serialize_lines([_line(row) for row in rows], fmt, self._site.prefixes)

    def _page(self, address: FragmentAddress, page: FragmentPage, pairs: Pairs) -> str:
        return self._renderer.page(
            "fragments.html",
            address=address.page,
            table=fragment_table(self._site, address, page, pairs, self._renderer.reader),
            downloads=downloads_at(address.page, self._formats),
            path=self._path,
            has_graphs=self._has_graphs,
        )


class _Genid:
    """The view of the IRIs that blank nodes have."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer

    def lead(self, release: str, node: str) -> Response:
        """Answer the IRI of a blank node: 303 to what is said of it."""
        served = self._site.release.manifest.id
        if release != served:
            raise NotDescribed(f"This is a blank node of release {release}; what is served is release {served}.")
        if not self._is_there(node):
            raise NotDescribed(f"Release {served} has no blank node '{node[:100]}'.")
        iri = quote(f"{self._site.genids.folder_iri}{node}", safe="")
        response = Response(status=303)
        response.headers["Location"] = f"{self._renderer.root}/fragments?subject={iri}"
        return response

    def _is_there(self, node: str) -> bool:
        token = self._site.genids.token(f"{self._site.genids.folder_iri}{node}")
        quads = self._site.quads
        return token.startswith("_:") and any(quads.matching({place: token}).size for place in (SUBJECT, OBJECT, GRAPH))


def _offset(pairs: Pairs) -> int:
    value = single(pairs, "offset") or "0"
    if not (value.isascii() and value.isdecimal() and len(value) <= _OFFSET_DIGITS):
        raise BadRequest("The parameter 'offset' must be a whole number.")
    return int(value)


def _of_the_fragment() -> str:
    """Return the parameters of the request as they were sent, without those of the page and of its representation.

    A client looks for statements about the address that it asked, so its own spelling is kept; what no address holds
    is escaped.
    """
    sent = quote(request.query_string, safe=_QUERY_SAFE)
    return "&".join(part for part in sent.split("&") if part.partition("=")[0] not in _NOT_OF_THE_FRAGMENT)


def _line(row: Row) -> str:
    return f"{' '.join(row).rstrip()} ."
