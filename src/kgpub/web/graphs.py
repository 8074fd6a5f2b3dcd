"""The graph store: reading graphs by name (SPARQL 1.1 Graph Store HTTP Protocol, W3C, 21 March 2013, section 5.2).

``/graphs?default`` and ``/graphs?graph=<IRI>`` identify a graph indirectly (section 4.2); a graph whose IRI lies below
the base is dereferenced like anything else, which is direct identification (section 4.1).
"""

from datetime import datetime
from email.utils import format_datetime
from importlib.resources import files
from urllib.parse import quote, urljoin

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.description import document_path
from kgpub.engine import Query, Wanted
from kgpub.errors import BadRequest, NotDescribed
from kgpub.formats import GRAPH_FORMATS, Format
from kgpub.iris import is_iri
from kgpub.negotiation import choose_or_refuse
from kgpub.parameters import Pairs, graph_format, parameters, single
from kgpub.reply import CACHE_CONTROL
from kgpub.service_description import quoted_graph_class
from kgpub.site import Site
from kgpub.web.addresses import add_link, sort_methods
from kgpub.web.answers import fill
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the route of the graph store."""
    blueprint = Blueprint("graphs", __name__)
    store = _GraphStore(site, renderer)
    blueprint.add_url_rule("/graphs", "graphs", store.read)
    blueprint.after_request(store.finish)
    return blueprint


class _GraphStore:
    """The view, with what it needs."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._text = files("kgpub").joinpath("queries/graph.rq").read_text("utf-8")
        self._graphs = frozenset(graph.iri for graph in site.release.manifest.graphs)
        self._modified = format_datetime(datetime.fromisoformat(site.release.manifest.created), usegmt=True)

    def read(self) -> Response:
        """Answer with one graph, in the RDF syntax that the client accepts or that ``format`` names."""
        pairs = parameters(request.query_string)
        graph = self._identified(pairs)
        name = single(pairs, "format")
        fmt = graph_format(name) if name else choose_or_refuse(request.headers.get("Accept"), GRAPH_FORMATS)
        response = Response(content_type=fmt.content_type)
        self._describe(response, graph, fmt, is_negotiated=name is None)
        if not is_fresh(response):
            query = Query(self._text) if graph is None else Query(self._text, (graph,), ())
            fill(response, self._site.engine.evaluate(query, Wanted(None, fmt), self._site.budget))
        return response

    def finish(self, response: Response) -> Response:
        """Name the release that answered; errors are finished too."""
        manifest = self._site.release.manifest
        add_link(response, f"{self._renderer.root}/releases/{manifest.id}/sparql", "via", f"release {manifest.id}")
        return sort_methods(response)

    def _identified(self, pairs: Pairs) -> str | None:
        """Return the IRI of the graph that a request identifies, None for the default graph.

        Raises ``BadRequest`` for none, several, or one that is not absolute (section 4.2); ``NotDescribed`` for one
        that is not here (section 5.1).
        """
        chosen = [(key, value) for key, value in pairs if key in ("default", "graph")]
        if len(chosen) != 1:
            raise BadRequest("A graph is identified by either '?default' or '?graph=' and its IRI, and once.")
        key, iri = chosen[0]
        if key == "default":
            return None
        if not is_iri(iri):
            here = urljoin(self._site.base.iri, iri)
            hint = f" Is <{here}> what you mean?" if here in self._graphs else ""
            raise BadRequest(f"The parameter 'graph' must be an absolute IRI.{hint}")
        if iri not in self._graphs:
            raise NotDescribed(f"There is no graph <{iri}> here; /sparql/service-description lists the graphs.")
        return iri

    def _describe(self, response: Response, graph: str | None, fmt: Format, *, is_negotiated: bool) -> None:
        """Set the headers, the validator among them: weak, because an engine may give triples in another order."""
        root = self._renderer.root
        identified = "default" if graph is None else f"graph={quote(graph, safe='')}"
        response.headers["Content-Location"] = f"{root}/graphs?{identified}&format={fmt.suffix}"
        response.headers["Cache-Control"] = CACHE_CONTROL if self._site.has_fixed_answers else "no-cache"
        response.headers["Last-Modified"] = self._modified
        response.set_etag(self._renderer.etag(fmt, identified), weak=True)
        if is_negotiated:
            response.vary.add("Accept")
        if graph is None:
            return
        if self._site.documents.first_described([graph]) is not None:
            add_link(response, f"{root}/{document_path(self._site, graph)}", "describedby")
        if graph in self._site.quoted_graphs:
            add_link(response, quoted_graph_class(self._site), "type", "quoted, not asserted")
