"""The description of the data set in one document, at the addresses where harvesters look for it.

``/dcat`` answers it (DCAT 3, VoID, PROV); ``/void`` and ``/.well-known/void`` lead there (VoID, section 7.2).
"""

from collections.abc import Iterable, Iterator

from flask import Blueprint, request
from pyoxigraph import NamedNode, Quad
from werkzeug.wrappers import Response

from kgpub.description import Description, label_lines
from kgpub.errors import NotDescribed
from kgpub.formats import DOCUMENT_FORMATS, HTML, Format
from kgpub.iris import with_parameter
from kgpub.negotiation import choose_or_refuse
from kgpub.nquads import iri_in, line_of, split_line
from kgpub.parameters import document_format, parameters
from kgpub.release import CATALOG, CATALOG_GRAPH, DATASET
from kgpub.reply import CACHE_CONTROL
from kgpub.representation import represent
from kgpub.site import Site
from kgpub.vocabulary import FOAF, RDF, VOID
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer
from kgpub.web_links import WebLink, header_of

_ADDRESS = "dcat"
#: Of a catalog of more resources than this, the rest is to be had one by one: every IRI in it dereferences.
_RESOURCES_AT_MOST = 5_000


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of the data set's description."""
    blueprint = Blueprint("well_known", __name__)
    description = _DatasetDescription(site, renderer)
    blueprint.add_url_rule(f"/{_ADDRESS}", "dcat", description.show)
    blueprint.add_url_rule("/void", "void", description.lead)
    blueprint.add_url_rule("/.well-known/void", "well_known_void", description.lead)
    return blueprint


class _DatasetDescription:
    """The views, with what they need; each syntax is written once."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._made: dict[Format, bytes] = {}

    def show(self) -> Response:
        """Answer the whole description; a reader of pages is led to that of the catalog."""
        if not self._site.has_catalog:
            raise NotDescribed("This data set has no description: it was published without a project.")
        asked_for = document_format(parameters(request.query_string))
        fmt = asked_for or choose_or_refuse(request.headers.get("Accept"), DOCUMENT_FORMATS)
        if fmt is HTML:
            return self._see(f"doc/{DATASET}")
        response = self._renderer.response(fmt, is_negotiated=asked_for is None)
        response.headers["Content-Location"] = (
            f"{self._renderer.root}/{with_parameter(_ADDRESS, f'format={fmt.suffix}')}"
        )
        response.headers["Link"] = header_of([WebLink(f"{self._renderer.root}/", "describes", HTML.media_type)])
        response.set_etag(self._renderer.etag(fmt))
        if not is_fresh(response):
            response.set_data(self._body(fmt))
        return response

    def lead(self) -> Response:
        """Answer where the description is."""
        fmt = document_format(parameters(request.query_string))
        return self._see(with_parameter(_ADDRESS, f"format={fmt.suffix}") if fmt else _ADDRESS)

    def _see(self, address: str) -> Response:
        response = Response(status=303)
        response.headers["Location"] = f"{self._renderer.root}/{address}"
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.vary.add("Accept")
        return response

    def _body(self, fmt: Format) -> bytes:
        if fmt not in self._made:
            self._made[fmt] = represent(self._site, self._description(), fmt)
        return self._made[fmt]

    def _description(self) -> Description:
        base = self._site.base
        address, dataset = base.resolve(_ADDRESS), base.resolve(DATASET)
        about = (
            line_of(Quad(NamedNode(address), NamedNode(RDF + "type"), NamedNode(VOID + "DatasetDescription"))),
            line_of(Quad(NamedNode(address), NamedNode(FOAF + "primaryTopic"), NamedNode(dataset))),
        )
        lines = tuple(self._catalog_lines())
        labels = self._site.documents.labels(_named(lines))
        return Description(dataset, address, 1, 1, lines, (), labels, tuple(label_lines(labels, dataset)), about)

    def _catalog_lines(self) -> Iterator[str]:
        """Yield what the catalog's graph says of all that can be reached in it, and who publishes the data set."""
        site = self._site
        waiting = [site.base.resolve(name) for name in (CATALOG, DATASET)]
        seen = set(waiting)
        graph = f" <{site.base.resolve(CATALOG_GRAPH)}> ."
        agents = {site.base.resolve(iri) for iri in (site.publication.publisher, site.publication.creator) if iri}
        while waiting and len(seen) <= _RESOURCES_AT_MOST:
            about = waiting.pop(0)
            for line in self._lines_about(about):
                if about in agents:
                    yield line
                elif line.endswith(graph):
                    yield line
                    iri = iri_in(split_line(line).object)
                    if iri is not None and iri not in seen and site.base.holds(iri):
                        seen.add(iri)
                        waiting.append(iri)

    def _lines_about(self, iri: str) -> Iterator[str]:
        page, pages = 1, 1
        while page <= pages:
            document = self._site.documents.get(iri, page)
            if document is None:
                return
            yield from document.lines
            page, pages = page + 1, document.pages


def _named(lines: Iterable[str]) -> Iterator[str]:
    """Yield the IRIs that lines hold."""
    for line in lines:
        yield from (iri for token in split_line(line)[:3] if (iri := iri_in(token)) is not None)
