"""Nanopublications over HTTP: at their own names, in every syntax that keeps their graphs apart."""

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from nanopub.nanopub import Nanopub
from rdflib import ConjunctiveGraph, Graph, URIRef

from asking import client_of
from kgpub.site import Site
from projects import BASE, SETTINGS, release_of

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
POSITION = "https://w3id.org/stca-kg/id/claim-s05-c1"
IMMUTABLE = "public, max-age=31536000, immutable"
EXPORTS = f'{SETTINGS}[publication.exports]\nnanopublications = "Position"\ncreated = "2026-11-22"\n'


@pytest.fixture
def code(site: Site) -> str:
    assert site.nanopublications is not None
    found = site.nanopublications.code_of(POSITION)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("accept", "content_type", "suffix"),
    [
        (None, "application/trig", "trig"),
        ("*/*", "application/trig", "trig"),
        ("application/trig", "application/trig", "trig"),
        ("application/n-quads", "application/n-quads", "nq"),
        ("application/ld+json", "application/ld+json", "jsonld"),
        ("text/turtle, application/ld+json;q=0.5", "application/ld+json", "jsonld"),
        (BROWSER, "text/html; charset=utf-8", "html"),
    ],
)
def test_its_name_answers_directly_in_what_the_client_accepts(
    client: FlaskClient, code: str, accept: str | None, content_type: str, suffix: str
) -> None:
    response = client.get(f"/np/{code}", headers={"Accept": accept} if accept else {})
    assert (response.status_code, response.headers["Content-Type"]) == (200, content_type)
    assert response.headers["Content-Location"] == f"/np/{code}.{suffix}"
    assert response.headers["Vary"] == ("Accept, Accept-Language" if suffix == "html" else "Accept")
    assert response.headers["Link"] == f'<{POSITION}>; rel="describes"'
    by_suffix = client.get(f"/np/{code}.{suffix}")
    assert by_suffix.data == response.data
    assert by_suffix.headers.get("Vary") == ("Accept-Language" if suffix == "html" else None)
    assert client.get(f"/np/{code}?format={suffix}").data == response.data


def test_every_syntax_says_the_same_and_other_readers_find_it_valid(client: FlaskClient, code: str) -> None:
    lines = set(client.get(f"/np/{code}.nq").get_data(as_text=True).splitlines())
    for suffix, ours, theirs in (("trig", ox.RdfFormat.TRIG, "trig"), ("jsonld", ox.RdfFormat.JSON_LD, "json-ld")):
        data = client.get(f"/np/{code}.{suffix}").data
        assert {f"{quad} ." for quad in ox.parse(data, ours)} == lines
        graph = ConjunctiveGraph()
        graph.parse(data=data, format=theirs)
        nanopublication = Nanopub(rdf=graph)
        assert nanopublication.is_valid
        assert nanopublication.has_valid_trusty


def test_data_never_changes_and_a_page_may(client: FlaskClient, code: str) -> None:
    for suffix in ("trig", "nq", "jsonld"):
        assert client.get(f"/np/{code}.{suffix}").headers["Cache-Control"] == IMMUTABLE
    assert "immutable" not in client.get(f"/np/{code}.html").headers["Cache-Control"]


def test_the_validator_is_strong_and_answers_304(client: FlaskClient, code: str) -> None:
    tags = {suffix: client.get(f"/np/{code}.{suffix}").headers["ETag"] for suffix in ("trig", "nq", "jsonld", "html")}
    assert len(set(tags.values())) == 4
    assert not any(tag.startswith("W/") for tag in tags.values())
    again = client.get(f"/np/{code}.nq", headers={"If-None-Match": tags["nq"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tags["nq"])


def test_head_is_get_without_a_body(client: FlaskClient, code: str) -> None:
    got, headed = client.get(f"/np/{code}"), client.head(f"/np/{code}")
    assert headed.data == b""
    assert {k: v for k, v in headed.headers.items() if k != "Date"} == {
        k: v for k, v in got.headers.items() if k != "Date"
    }


def test_triples_alone_are_406_with_the_list(client: FlaskClient, code: str) -> None:
    response = client.get(f"/np/{code}", headers={"Accept": "text/turtle, application/json;q=0"})
    assert response.status_code == 406
    assert b"application/trig" in response.data
    assert client.get(f"/np/{code}?format=ttl").status_code == 406


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("RA" + "x" * 43, "holds no nanopublication"),
        ("claim", "names no nanopublication"),
        ("RA%20%00", "names no nanopublication"),
        ("x" * 4000, "names no nanopublication"),
    ],
)
def test_what_names_none_is_404_with_a_sentence(client: FlaskClient, name: str, told: str) -> None:
    response = client.get(f"/np/{name}", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert told in response.get_json()["detail"]


def test_a_syntax_that_is_none_is_404_with_those_there_are(client: FlaskClient, code: str) -> None:
    response = client.get(f"/np/{code}.rdf", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert "trig, jsonld, html, nq" in response.get_json()["detail"]


def test_the_page_shows_four_parts_where_the_names_of_the_graphs_point(client: FlaskClient, code: str) -> None:
    page = client.get(f"/np/{code}.html").get_data(as_text=True)
    graphs = re.findall(rf"/{code}#(\w+)> \.$", client.get(f"/np/{code}.nq").get_data(as_text=True), re.MULTILINE)
    assert (
        set(graphs) == set(re.findall(r'<section id="(\w+)"', page)) == {"Head", "assertion", "provenance", "pubinfo"}
    )
    for shown in ("Canadian Council for Refugees", "denies", "Modelling of the announcement", "2026-11-22"):
        assert shown in page, shown
    followed = client.get(f"/np/{code}%23assertion")
    assert (followed.status_code, followed.headers["Location"]) == (303, f"/np/{code}#assertion")


def test_the_page_about_a_position_and_its_data_lead_to_the_nanopublication(client: FlaskClient, code: str) -> None:
    assert f'href="/np/{code}"' in client.get("/doc/id/claim-s05-c1.html").get_data(as_text=True)
    assert f'</np/{code}>; rel="describedby"' in client.get("/doc/id/claim-s05-c1.ttl").headers["Link"]
    for other in ("html", "ttl"):
        response = client.get(f"/doc/id/ccr.{other}")
        assert "/np/" not in response.headers["Link"]
        assert 'href="/np/' not in response.get_data(as_text=True)


def test_the_list_names_all(client: FlaskClient) -> None:
    page = client.get("/np/", headers={"Accept": BROWSER}).get_data(as_text=True)
    assert len(re.findall(r'<li><a href="/np/RA', page)) == 76
    response = client.get("/np/", headers={"Accept": "text/turtle"})
    assert response.headers["Content-Location"] == "/np/?format=ttl"
    graph = Graph().parse(data=response.data, format="turtle")
    introduced = set(graph.objects(None, URIRef("http://purl.org/nanopub/x/introduces")))
    assert len(introduced) == 76
    assert URIRef(POSITION) in introduced
    tag = response.headers["ETag"]
    assert client.get("/np/?format=ttl", headers={"If-None-Match": tag}).status_code == 304
    assert json.loads(client.get("/np/?format=jsonld").data)["@graph"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client of a release with 101 nanopublications, one more than a page of the list holds."""
    turtle = "".join(f'ex:p{number:03} a ex:Position ; ex:text "{number}" .\n' for number in range(101))
    return client_of(release_of(tmp_path_factory.mktemp("large"), turtle, EXPORTS))


def test_a_long_list_is_paged(large: FlaskClient) -> None:
    members = URIRef("http://www.w3.org/ns/hydra/core#member")
    found: list[object] = []
    for page, length in ((1, 100), (2, 1)):
        graph = Graph().parse(data=large.get(f"/np/?page={page}").data, format="turtle")
        on_page = set(graph.objects(None, members))
        assert len(on_page) == length
        found += on_page
    assert len(set(found)) == 101
    second = large.get("/np/?page=2", headers={"Accept": BROWSER}).get_data(as_text=True)
    assert 'rel="prev"' in second
    assert "101 to 101" in second
    assert large.get("/np/?page=3").status_code == 404
    assert large.get("/np/?page=x").status_code == 400


def test_a_release_without_any_keeps_the_addresses_free(tmp_path: Path) -> None:
    client = client_of(release_of(tmp_path, '<np/thing> ex:text "mine" . <np/> ex:text "too" .'))
    assert client.get("/np/thing").headers["Location"] == "/doc/np/thing"
    assert client.get("/np/").headers["Location"] == "/doc/np/"
    assert BASE in client.get("/doc/np/thing.ttl").get_data(as_text=True)
