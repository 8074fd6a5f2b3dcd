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
