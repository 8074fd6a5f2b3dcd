"""The description of the data set in one document, where harvesters look for it."""

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCAT, FOAF, PROV, RDF, VOID

SITE = Namespace("https://w3id.org/stca-kg/")


def test_dcat_is_the_catalog_the_data_set_and_all_that_they_lead_to(client: FlaskClient) -> None:
    response = client.get("/dcat", headers={"Accept": "text/turtle"})
    assert (response.status_code, response.mimetype) == (200, "text/turtle")
    graph = Graph().parse(data=response.data, format="turtle")
    for described in ("catalog", "dataset", "sparql", "dumps/all.nq.gz", "dataset/build", "software/kgpub",
                      "dataset/links/eurovoc", "source/data/meta.ttl", "id/curator"):  # fmt: skip
        assert (SITE[described], RDF.type, None) in graph, described
    assert (SITE["dcat"], FOAF.primaryTopic, SITE["dataset"]) in graph
    assert (SITE["dcat"], RDF.type, VOID.DatasetDescription) in graph
    for property_ in (DCAT.distribution, PROV.wasGeneratedBy, VOID.classPartition, VOID.subset):
        assert set(graph.objects(SITE["dataset"], property_)) <= set(graph.subjects()), property_


def test_every_thing_in_it_has_a_name(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/dcat?format=nt").data, format="nt")
    label = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
    nameless = {s for s in graph.subjects(RDF.type) if (s, label, None) not in graph} - {
        SITE["dcat"],
        SITE["id/curator"],
    }
    assert nameless == set()


@pytest.mark.parametrize("path", ["/void", "/.well-known/void"])
def test_void_leads_there(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (303, "/dcat")
    assert client.get(f"{path}?format=jsonld").headers["Location"] == "/dcat?format=jsonld"


def test_a_reader_is_led_to_the_page_of_the_data_set(client: FlaskClient) -> None:
    response = client.get("/dcat", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["Location"]) == (303, "/doc/dataset")


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf", "trig", "nq", "csv"])
def test_each_syntax_has_its_address_and_tag(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/dcat?format={suffix}")
    assert response.status_code == 200
    assert response.headers["Content-Location"] == f"/dcat?format={suffix}"
    again = client.get(f"/dcat?format={suffix}", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_a_server_below_a_path_leads_below_it(client: FlaskClient) -> None:
    response = client.get("/void", environ_overrides={"SCRIPT_NAME": "/kg"})
    assert response.headers["Location"] == "/kg/dcat"


@pytest.mark.parametrize(
    ("path", "located"),
    [("/", "/doc/dataset.ttl"), ("/dcat", "/dcat?format=ttl"), ("/sparql", "/sparql/service-description?format=ttl"),
     ("/sparql/service-description", "/sparql/service-description?format=ttl")],
)  # fmt: skip
def test_each_description_says_where_and_from_when_it_is(client: FlaskClient, path: str, located: str) -> None:
    response = client.get(path, headers={"Accept": "text/turtle"})
    assert response.headers["Content-Location"] == located
    assert response.headers["Vary"] == "Accept"
    assert response.last_modified is not None
    named = client.get(located)
    assert named.data == response.data
    assert "Vary" not in named.headers
    again = client.get(path, headers={"Accept": "text/turtle", "If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_form_for_queries_is_validated_by_its_tag(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/html"})
    asked = {"Accept": "text/html", "If-None-Match": response.headers["ETag"]}
    assert client.get("/sparql", headers=asked).status_code == 304


def test_the_home_page_leads_programs_to_the_descriptions(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept": "text/html"}).get_data(as_text=True)
    for address in ("/dcat?format=ttl", "/openapi.json", "/feed.atom", "/doc/dataset.jsonld"):
        assert f'href="{address}"' in page, address
        assert client.get(address).status_code == 200
