"""Describe the SPARQL endpoint in RDF (SPARQL 1.1 Service Description)."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from kgpub.nquads import line_of
from kgpub.site import Site
from kgpub.vocabulary import DCTERMS, FORMATS, RDF, SD, VOID, integer

_RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "N-Quads", "TriG", "JSON-LD", "RDF_XML",
)  # fmt: skip


def service_description(site: Site) -> tuple[str, ...]:
    """Return the description as N-Triples lines; the graphs whose content is quoted are marked as such.

    ``sd:UnionDefaultGraph`` is never claimed, even where the default graph is the merge of the asserted graphs: a
    quoted graph is no part of it.
    """
    return tuple(f"{line_of(quad)}" for quad in _quads(site))


def _quads(site: Site) -> Iterator[Quad]:
    endpoint = site.base.resolve("sparql")
    dataset, default = f"{endpoint}#dataset", f"{endpoint}#default-graph"
    yield _quad(endpoint, RDF + "type", NamedNode(SD + "Service"))
    yield _quad(endpoint, SD + "endpoint", NamedNode(endpoint))
    for language in ("SPARQL10Query", "SPARQL11Query"):
        yield _quad(endpoint, SD + "supportedLanguage", NamedNode(SD + language))
    for name in _RESULT_FORMATS:
        yield _quad(endpoint, SD + "resultFormat", NamedNode(FORMATS + name))
    yield _quad(endpoint, SD + "defaultDataset", NamedNode(dataset))
    yield _quad(dataset, RDF + "type", NamedNode(SD + "Dataset"))
    yield _quad(dataset, SD + "defaultGraph", NamedNode(default))
    yield _quad(default, RDF + "type", NamedNode(SD + "Graph"))
    yield _quad(default, VOID + "triples", integer(site.release.manifest.counts.default_graph))
    for number, graph in enumerate(site.release.manifest.graphs, 1):
        node = f"{endpoint}#graph-{number}"
        yield _quad(dataset, SD + "namedGraph", NamedNode(node))
        yield _quad(node, RDF + "type", NamedNode(SD + "NamedGraph"))
        yield _quad(node, SD + "name", NamedNode(graph.iri))
        yield _quad(node, SD + "graph", NamedNode(f"{node}-content"))
        yield _quad(f"{node}-content", RDF + "type", NamedNode(SD + "Graph"))
        yield _quad(f"{node}-content", VOID + "triples", integer(graph.triples))
        if graph.quoted:
            quoted = Literal("quoted, not asserted: no part of the default graph", language="en")
            yield _quad(f"{node}-content", DCTERMS + "description", quoted)


def _quad(subject: str, property_: str, value: NamedNode | Literal) -> Quad:
    return Quad(NamedNode(subject), NamedNode(property_), value)
