"""Describe the SPARQL endpoint in RDF (SPARQL 1.1 Service Description, W3C, 21 March 2013).

Only what is true is claimed: no ``sd:feature`` at all, and never ``sd:UnionDefaultGraph``, even where the default graph
is the merge of the asserted graphs, because a quoted graph is no part of it.
"""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from kgpub.description import paging_lines
from kgpub.nquads import line_of
from kgpub.numbered_pages import count_pages
from kgpub.release import DATASET, GraphInfo
from kgpub.site import Site
from kgpub.vocabulary import DCAT, DCTERMS, FORMATS, RDF, RDFS, SD, VOID, integer

#: Named graphs on one page of the description.
GRAPHS_A_PAGE = 1_000

_RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "N-Quads", "TriG", "JSON-LD", "RDF_XML",
)  # fmt: skip
_SIMPLE_ENTAILMENT = "http://www.w3.org/ns/entailment/Simple"
_LANGUAGES = ("SPARQL10Query", "SPARQL11Query")
#: Beyond SPARQL 1.1, the engine here (pyoxigraph 0.5.13) has SPARQL 1.2 and most functions of GeoSPARQL 1.1.
_LANGUAGES_HERE = ("SPARQL12Query",)
_GEO = "http://www.opengis.net/def/function/geosparql/"
_GEO_FUNCTIONS = (
    "asGeoJSON", "centroid", "convexHull", "coordinateDimension", "difference", "dimension", "distance",
    "ehContains", "ehCoveredBy", "ehCovers", "ehDisjoint", "ehEquals", "ehInside", "ehMeet", "ehOverlap",
    "envelope", "getSRID", "intersection", "isEmpty", "isSimple", "length", "perimeter",
    "rcc8dc", "rcc8ec", "rcc8eq", "rcc8ntpp", "rcc8ntppi", "rcc8po", "rcc8tpp", "rcc8tppi", "relate",
    "sfContains", "sfCrosses", "sfDisjoint", "sfEquals", "sfIntersects", "sfOverlaps", "sfTouches", "sfWithin",
    "spatialDimension", "symDifference", "union",
)  # fmt: skip

Triple = tuple[str, str, NamedNode | Literal]


def service_description(site: Site, page: int = 1) -> tuple[str, ...]:
    """Return one page of the description as N-Triples lines.

    The service itself stands on the first page. Of named graphs a page holds a thousand, the asserted ones before the
    quoted ones; more pages are linked with Hydra, which tells how many graphs there are.
    """
    graphs = _ordered(site)
    numbered = list(enumerate(graphs, 1))[(page - 1) * GRAPHS_A_PAGE : page * GRAPHS_A_PAGE]
    triples = [*(_service(site) if page == 1 else ())]
    for number, graph in numbered:
        triples += _named_graph(site, number, graph)
    lines = [line_of(Quad(NamedNode(s), NamedNode(p), o)) for s, p, o in triples]
    if (pages := pages_of(site)) > 1:
        lines += paging_lines(site.base.resolve("sparql/service-description"), page, pages, len(graphs))
    return tuple(lines)


def pages_of(site: Site) -> int:
    """Return how many pages the description has."""
    return count_pages(len(site.release.manifest.graphs), GRAPHS_A_PAGE)


def quoted_graph_class(site: Site) -> str:
    """Return the IRI of the class of the graphs whose content is quoted; the first page describes it."""
    return f"{site.base.resolve('sparql')}#QuotedGraph"


def _ordered(site: Site) -> list[GraphInfo]:
    return sorted(site.release.manifest.graphs, key=lambda graph: (graph.quoted, graph.iri))


def _service(site: Site) -> Iterator[Triple]:
    endpoint = site.base.resolve("sparql")
    dataset, default = f"{endpoint}#dataset", f"{endpoint}#default-graph"
    is_here = site.has_fixed_answers
    yield endpoint, RDF + "type", NamedNode(SD + "Service")
    yield endpoint, SD + "endpoint", NamedNode(endpoint)
    for language in (*_LANGUAGES, *(_LANGUAGES_HERE if is_here else ())):
        yield endpoint, SD + "supportedLanguage", NamedNode(SD + language)
    for name in _RESULT_FORMATS:
        yield endpoint, SD + "resultFormat", NamedNode(FORMATS + name)
    if is_here:
        yield endpoint, SD + "defaultEntailmentRegime", NamedNode(_SIMPLE_ENTAILMENT)
        for name in _GEO_FUNCTIONS:
            yield endpoint, SD + "extensionFunction", NamedNode(_GEO + name)
            yield _GEO + name, RDF + "type", NamedNode(SD + "Function")
    yield endpoint, SD + "defaultDataset", NamedNode(dataset)
    yield dataset, RDF + "type", NamedNode(SD + "Dataset")
    yield dataset, DCAT + "version", Literal(site.release.manifest.id)
    yield dataset, SD + "defaultGraph", NamedNode(default)
    yield default, RDF + "type", NamedNode(SD + "Graph")
    yield default, VOID + "triples", integer(site.release.manifest.counts.default_graph)
    yield from _quotation(site)
    yield from _catalog(site, endpoint, dataset)


def _quotation(site: Site) -> Iterator[Triple]:
    """Yield the class of quoted graphs, in the two languages in which a release describes itself."""
    cls = quoted_graph_class(site)
    yield cls, RDF + "type", NamedNode(RDFS + "Class")
    yield cls, RDFS + "subClassOf", NamedNode(SD + "Graph")
    yield cls, RDFS + "label", Literal("quoted graph", language="en")
    yield cls, RDFS + "label", Literal("graphe cité", language="fr")
    english = "A graph whose triples are quoted, not asserted: it is no part of the default graph."
    french = "Un graphe dont les triplets sont cités et non affirmés : il ne fait pas partie du graphe par défaut."
    yield cls, RDFS + "comment", Literal(english, language="en")
    yield cls, RDFS + "comment", Literal(french, language="fr")


def _catalog(site: Site, endpoint: str, dataset: str) -> Iterator[Triple]:
    """Yield where the data set is described (DCAT, VoID), if it is."""
    if site.has_catalog:
        described = site.base.resolve(DATASET)
        yield endpoint, DCAT + "servesDataset", NamedNode(described)
        yield dataset, DCTERMS + "isVersionOf", NamedNode(described)
        yield endpoint, RDFS + "seeAlso", NamedNode(site.base.resolve("dcat"))
        yield endpoint, RDFS + "seeAlso", NamedNode(site.base.resolve(".well-known/void"))


def _named_graph(site: Site, number: int, graph: GraphInfo) -> Iterator[Triple]:
    endpoint = site.base.resolve("sparql")
    node = f"{endpoint}#graph-{number}"
    content = f"{node}-content"
    yield f"{endpoint}#dataset", SD + "namedGraph", NamedNode(node)
    yield node, RDF + "type", NamedNode(SD + "NamedGraph")
    yield node, SD + "name", NamedNode(graph.iri)
    yield node, SD + "graph", NamedNode(content)
    yield content, RDF + "type", NamedNode(SD + "Graph")
    if graph.quoted:
        yield content, RDF + "type", NamedNode(quoted_graph_class(site))
    yield content, VOID + "triples", integer(graph.triples)
