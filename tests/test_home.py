"""The home page and its twin in RDF."""

import pytest
from flask.testing import FlaskClient
from rdflib import Graph


def test_a_browser_gets_the_page_and_a_client_of_rdf_the_data_set(client: FlaskClient) -> None:
    assert client.get("/", headers={"Accept": "text/html"}).mimetype == "text/html"
    response = client.get("/", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=response.data, format="turtle")
    assert graph.query("ASK { <https://w3id.org/stca-kg/dataset> a <http://www.w3.org/ns/dcat#Dataset> }").askAnswer
    assert response.headers["Content-Location"] == "/doc/dataset.ttl"
    assert client.get("/doc/dataset.ttl").data == response.data


def test_the_page_names_the_main_things(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept": "text/html"}).get_data(as_text=True)
    for named in ("Canadian Council for Refugees", "Government of Canada", "Safe Third Country Agreement",
                  "creativecommons.org/licenses/by/4.0", "<textarea", "/dumps/all.nq.gz"):  # fmt: skip
        assert named in page, named


def test_the_page_is_validated_by_its_tag(client: FlaskClient) -> None:
    tag = client.get("/", headers={"Accept": "text/html"}).headers["ETag"]
    assert client.get("/", headers={"Accept": "text/html", "If-None-Match": tag}).status_code == 304
    assert client.get("/", headers={"Accept": "text/turtle"}).headers["ETag"] != tag


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_the_health_checks_answer(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_the_downloads_are_there_with_their_checksums(client: FlaskClient) -> None:
    with client.get("/dumps/all.nq.gz") as response:
        assert (response.status_code, response.mimetype) == (200, "application/gzip")
        tag = response.headers["ETag"]
    with client.get("/dumps/all.nq.gz", headers={"If-None-Match": tag}) as again:
        assert again.status_code == 304
    assert client.get("/dumps/nothing.gz").status_code == 404
