"""The home page and its twin in RDF."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.web.app import create_app
from projects import EX, release_of, serve_ad_hoc


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


def test_the_query_to_begin_with_looks_where_the_data_is(tmp_path: Path) -> None:
    for name, text, graphs in (("x.nq", "<http://e/s> a <http://e/C> <http://e/g> .", True), ("x.ttl", EX, False)):
        files = {name: text.replace(" a ", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ") + "\n"}
        files |= {} if graphs else {"y.ttl": EX + "ex:a a ex:C ."}
        release = serve_ad_hoc(tmp_path / name, files)
        client = create_app(open_site(release, QuerySettings(), "")).test_client()
        for path in ("/", "/sparql"):
            page = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
            assert ("GRAPH ?graph" in page) == graphs, (name, path)


def test_a_class_whose_instances_are_blank_nodes_is_not_listed_without_things(tmp_path: Path) -> None:
    release = release_of(tmp_path, EX + "ex:a a ex:Named ; ex:p [ a ex:Nameless ] .")
    page = create_app(open_site(release, QuerySettings(), "")).test_client().get("/", headers={"Accept": "text/html"})
    assert "instances of Named" in page.get_data(as_text=True)
    assert "instances of Nameless" not in page.get_data(as_text=True)


def test_the_classes_of_the_data_are_listed_and_not_those_of_its_catalog_alone(tmp_path: Path) -> None:
    dcat = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix v: <http://v.org/> .\n"
    files = "ex:file a dcat:Distribution . ex:other a dcat:Distribution . "  # the catalog has some, too
    more = "".join(f"ex:a{n} a v:Common . " for n in range(30)) + "ex:c a v:Rare ; a ex:Own ."
    release = release_of(tmp_path, EX + dcat + files + more)
    page = create_app(open_site(release, QuerySettings(), "")).test_client().get("/", headers={"Accept": "text/html"})
    listed = re.findall(r"instances of (\w+)", page.get_data(as_text=True))
    assert listed == ["Own", "Common", "Distribution", "Rare"]
    assert re.search(r">[3-9]<span class=\"unseen\"> instances of Distribution", page.text)  # as many as their list has
