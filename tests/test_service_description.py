"""What the endpoint says of itself; the W3C's cases (data-sparql11/service-description) keep their names."""

import json
from dataclasses import replace
from urllib.request import urlopen

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from conftest import Server
from kgpub.formats import GRAPH_FORMATS, Format
from kgpub.release import GraphInfo
from kgpub.service_description import GRAPHS_A_PAGE, pages_of, quoted_graph_class, service_description
from kgpub.site import Site
from kgpub.web.app import create_app

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
ENDPOINT = URIRef("https://w3id.org/stca-kg/sparql")
POLYGON = '"POLYGON((0 0,2 0,2 2,0 2,0 0))"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
POINT = '"POINT(1 1)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
METRE = "<http://www.opengis.net/def/uom/OGC/1.0/metre>"
#: What functions take beside one polygon; most of those named here take two.
FURTHER = {
    **dict.fromkeys(("length", "perimeter"), f", {METRE}"),
    **dict.fromkeys(("relate",), f', {POLYGON}, "T********"'),
    **dict.fromkeys(
        ("asGeoJSON", "centroid", "convexHull", "coordinateDimension", "dimension", "envelope", "getSRID", "isEmpty",
         "isSimple", "spatialDimension"), ""),
}  # fmt: skip


def described(site: Site, page: int = 1) -> Graph:
    return Graph().parse(data="\n".join(service_description(site, page)), format="nt")


@pytest.fixture
def service(site: Site) -> Graph:
    return described(site)


@pytest.mark.parametrize("fmt", GRAPH_FORMATS, ids=lambda fmt: fmt.suffix)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_returns_rdf(client: FlaskClient, service: Graph, fmt: Format) -> None:
    for response in (
        client.get("/sparql", headers={"Accept": fmt.media_type}),
        client.get("/sparql/service-description", headers={"Accept": fmt.media_type}),
        client.get(f"/sparql?format={fmt.suffix}"),
    ):
        assert response.headers["Content-Type"] == fmt.content_type
        syntax = "nt" if fmt.suffix == "nq" else fmt.media_type
        assert isomorphic(Graph().parse(data=response.data, format=syntax), service)


def test_has_endpoint_triple(service: Graph) -> None:
    assert list(service.triples((None, SD.endpoint, None))) == [(ENDPOINT, SD.endpoint, ENDPOINT)]
    assert (ENDPOINT, RDF.type, SD.Service) in service


def test_conforms_to_schema(service: Graph) -> None:
    """Every term of the vocabulary is one that it has, and links what its domain and range say."""
    properties = {
        SD.endpoint, SD.supportedLanguage, SD.resultFormat, SD.defaultEntailmentRegime, SD.extensionFunction,
        SD.defaultDataset, SD.defaultGraph, SD.namedGraph, SD.name, SD.graph,
    }  # fmt: skip
    used = {term for triple in service for term in triple[1:] if str(term).startswith(str(SD))}
    classes = {SD.Service, SD.Dataset, SD.Graph, SD.NamedGraph, SD.Function}
    languages = {SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL12Query}
    assert used <= properties | classes | languages
    for subject, value in service.subject_objects(SD.namedGraph):
        assert (subject, RDF.type, SD.Dataset) in service
        assert (value, RDF.type, SD.NamedGraph) in service
        assert len(list(service.objects(value, SD.name))) == 1
        (content,) = service.objects(value, SD.graph)
        assert (content, RDF.type, SD.Graph) in service
    assert len(list(service.objects(None, SD.defaultGraph))) == 1


def test_every_graph_is_named_with_its_size_and_quoted_ones_are_marked(service: Graph, site: Site) -> None:
    quoted = URIRef(quoted_graph_class(site))
    told = {
        (
            str(service.value(node, SD.name)),
            int(str(service.value(content, VOID.triples))),
            (content, RDF.type, quoted) in service,
        )
        for node, content in service.subject_objects(SD.graph)
    }
    assert told == {(graph.iri, graph.triples, graph.quoted) for graph in site.release.manifest.graphs}
    (default,) = service.objects(None, SD.defaultGraph)
    assert int(str(service.value(default, VOID.triples))) == site.release.manifest.counts.default_graph
    labels = [label for label in service.objects(quoted, RDFS.label) if isinstance(label, Literal)]
    assert {label.language for label in labels} == {"en", "fr"}


def test_the_sizes_are_those_that_the_endpoint_counts(client: FlaskClient, site: Site) -> None:
    query = {"query": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"}
    rows = json.loads(client.get("/sparql", query_string=query).data)["results"]["bindings"]
    counted = {row["g"]["value"]: int(row["n"]["value"]) for row in rows}
    assert counted == {graph.iri: graph.triples for graph in site.release.manifest.graphs}


def test_only_true_features_are_claimed(service: Graph) -> None:
    assert list(service.objects(None, SD.feature)) == []


def test_each_result_format_is_one_that_is_answered(client: FlaskClient, service: Graph) -> None:
    names = {str(iri).rsplit("/", 1)[-1] for iri in service.objects(ENDPOINT, SD.resultFormat)}
    assert names == {
        "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples",
        "N-Quads", "TriG", "JSON-LD", "RDF_XML",
    }  # fmt: skip
    for fmt in GRAPH_FORMATS:
        assert client.get(f"/sparql?query=DESCRIBE%20%3Cid/ccr%3E&format={fmt.suffix}").status_code == 200


def test_each_extension_function_gives_a_value(client: FlaskClient, service: Graph) -> None:
    functions = list(service.objects(ENDPOINT, SD.extensionFunction))
    assert len(functions) > 30
    for function in functions:
        name = str(function).rsplit("/", 1)[-1]
        arguments = f"{POINT}, {POINT}, {METRE}" if name == "distance" else POLYGON + FURTHER.get(name, f", {POLYGON}")
        query = {"query": f"SELECT (<{function}>({arguments}) AS ?x) {{}}"}
        rows = json.loads(client.get("/sparql", query_string=query).data)["results"]["bindings"]
        assert "x" in rows[0], name


def test_a_remote_engine_is_not_said_to_have_what_only_ours_has(site: Site) -> None:
    remote = described(replace(site, has_fixed_answers=False))
    assert list(remote.objects(ENDPOINT, SD.extensionFunction)) == []
    assert SD.SPARQL12Query not in set(remote.objects(ENDPOINT, SD.supportedLanguage))


def test_a_server_says_what_its_own_engine_has(server: Server) -> None:
    """Its engine stands behind a cache and a meter; what it is was once asked of the object in front."""
    with urlopen(f"{server.address.rstrip('/')}/sparql/service-description?format=nt") as response:
        told = Graph().parse(data=response.read(), format="nt")
    assert len(set(told.objects(ENDPOINT, SD.extensionFunction))) > 30
    assert SD.SPARQL12Query in set(told.objects(ENDPOINT, SD.supportedLanguage))


def test_many_quoted_graphs_come_page_by_page_and_none_is_left_out(site: Site) -> None:
    manifest = site.release.manifest
    many = tuple(
        GraphInfo(f"https://w3id.org/stca-kg/id/prop-{n:06}", 3, quoted=True) for n in range(2 * GRAPHS_A_PAGE)
    )
    release = replace(site.release, manifest=replace(manifest, graphs=(*many, *manifest.graphs)))
    large = replace(site, release=release)
    assert pages_of(large) == 3
    told = [name for page in (1, 2, 3) for name in described(large, page).objects(None, SD.name)]
    assert len(told) == len(set(told)) == len(release.manifest.graphs)
    first = {str(name) for name in described(large).objects(None, SD.name)}
    assert {graph.iri for graph in manifest.graphs if not graph.quoted} <= first
    client = create_app(large).test_client()
    response = client.get("/sparql/service-description", headers={"Accept": "application/n-triples"})
    assert '</sparql/service-description?page=2>; rel="next"' in response.headers["Link"]
    assert f'"{len(release.manifest.graphs)}"'.encode() in response.data
    assert client.get("/sparql/service-description?page=3").status_code == 200
    assert client.get("/sparql/service-description?page=4").status_code == 404


def test_the_data_set_s_description_is_linked(service: Graph) -> None:
    assert (
        ENDPOINT,
        URIRef("http://www.w3.org/ns/dcat#servesDataset"),
        URIRef("https://w3id.org/stca-kg/dataset"),
    ) in service


def test_a_copy_that_is_still_good_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/sparql/service-description").headers["ETag"]
    assert client.get("/sparql/service-description", headers={"If-None-Match": tag}).status_code == 304


def test_what_is_no_syntax_of_rdf_is_406(client: FlaskClient) -> None:
    assert client.get("/sparql/service-description", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/sparql?format=csv").status_code == 406


def test_every_line_is_canonical(site: Site) -> None:
    assert all(len(list(parse(f"{line}\n", RdfFormat.N_TRIPLES))) == 1 for line in service_description(site))
