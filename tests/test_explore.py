"""The neighbourhood of a thing: JSON, lists, and the query that gives the same."""

import html5lib
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, URIRef
from werkzeug.test import TestResponse

CCR = "https://w3id.org/stca-kg/id/ccr"
HELD_BY = "https://w3id.org/stca-kg/ontology/heldBy"
PAGE = {"Accept": "text/html"}


def explored(client: FlaskClient, iri: str, accept: str = "application/json") -> TestResponse:
    return client.get("/explore", query_string={"iri": iri}, headers={"Accept": accept})


def test_links_in_both_directions_are_those_of_the_document(client: FlaskClient) -> None:
    found = explored(client, CCR).get_json()
    graph = Graph().parse(data=client.get("/doc/id/ccr.nt").data, format="nt")
    stated = {
        (str(p), str(o)) for p, o in graph.predicate_objects(URIRef(CCR)) if isinstance(o, URIRef) and p != RDF.type
    }
    assert {(way["property"]["iri"], one["iri"]) for way in found["out"] for one in way["neighbours"]} == stated
    (held,) = [way for way in found["in"] if way["property"]["iri"] == HELD_BY]
    assert held["property"]["label"] == "held by"
    assert len(held["neighbours"]) == min(held["total"], 25)
    assert all((URIRef(one["iri"]), URIRef(HELD_BY), URIRef(CCR)) in graph for one in held["neighbours"])
    assert found["label"] == "Canadian Council for Refugees"
    assert held["neighbours"][0]["explore"].startswith("/explore?iri=https%3A%2F%2Fw3id.org%2F")


def test_the_page_lists_what_the_json_has_and_links_stay_below_the_mount(client: FlaskClient) -> None:
    found = explored(client, CCR).get_json()
    answer = client.get("/explore", query_string={"iri": CCR}, headers=PAGE, environ_overrides={"SCRIPT_NAME": "/kg"})
    page = html5lib.parse(answer.data, namespaceHTMLElements=False)
    links = [a.get("href") for a in page.iter("a")]
    for way in (*found["out"], *found["in"]):
        for one in way["neighbours"]:
            assert one["explore"] is None or f"/kg{one['explore']}" in links
    assert not [link for link in links if link and link.startswith("/") and not link.startswith("/kg/")]


def test_the_query_of_a_page_gives_its_links(client: FlaskClient) -> None:
    page = html5lib.parse(explored(client, CCR, "text/html").data, namespaceHTMLElements=False)
    (address,) = [a.get("href") for a in page.iter("a") if a.get("class") == "made-by"]
    given = Graph().parse(data=client.get(address, headers={"Accept": "text/turtle"}).data, format="turtle")
    for way in explored(client, CCR).get_json()["in"]:
        for one in way["neighbours"]:
            assert (URIRef(one["iri"]), URIRef(way["property"]["iri"]), URIRef(CCR)) in given


@pytest.mark.parametrize(
    ("query", "status"),
    [({}, 400), ({"iri": "x"}, 400), ({"iri": 'http://x/"><script>'}, 400), ({"iri": CCR, "format": "ttl"}, 406),
     ({"iri": "http://example.org/nothing"}, 404), ({"iri": CCR, "page": "99"}, 404)],
)  # fmt: skip
def test_what_cannot_be_explored_is_told(client: FlaskClient, query: dict[str, str], status: int) -> None:
    assert client.get("/explore", query_string=query).status_code == status


def test_a_neighbourhood_is_known_by_its_tag(client: FlaskClient) -> None:
    answer = explored(client, CCR)
    assert answer.headers["Vary"] == "Accept, Accept-Language"
    again = client.get("/explore", query_string={"iri": CCR}, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.head("/explore", query_string={"iri": CCR}).headers["ETag"] == answer.headers["ETag"]
    assert client.post("/explore").headers["Allow"] == "GET, HEAD, OPTIONS"


def test_labels_are_in_the_language_of_the_reader_and_caches_are_told(client: FlaskClient) -> None:
    query = {"iri": CCR, "format": "json"}
    english = client.get("/explore", query_string=query, headers={"Accept-Language": "en"})
    french = client.get("/explore", query_string=query, headers={"Accept-Language": "fr"})
    asked = client.get("/explore", query_string={**query, "lang": "fr"})
    assert french.get_json()["label"] == asked.get_json()["label"] != english.get_json()["label"]
    assert "Accept-Language" in french.headers["Vary"]
    assert french.headers["Content-Language"] == "fr"
    assert french.headers["ETag"] != english.headers["ETag"]
    assert "lang=fr" in asked.headers["Content-Location"]
