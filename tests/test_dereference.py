"""From the IRI of a thing to its document, over the application itself."""

import html
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from flask.testing import FlaskClient

from asking import client_of
from kgpub.site import Site
from projects import BASE, release_of

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    "local", ["id/ccr", "ontology/Claim", "ontology/", "voc/denies", "shapes/PositionShape", "graph/claims"]
)
def test_a_thing_is_answered_303_to_its_document(client: FlaskClient, local: str) -> None:
    response = client.get(f"/{local}")
    assert (response.status_code, response.headers["Location"]) == (303, f"/doc/{local}")
    assert response.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    ("accept", "content_type", "located"),
    [
        (None, "text/turtle; charset=utf-8", "/doc/id/ccr.ttl"),
        ("application/ld+json", "application/ld+json", "/doc/id/ccr.jsonld"),
        ("application/n-triples", "application/n-triples", "/doc/id/ccr.nt"),
        ("application/rdf+xml", "application/rdf+xml", "/doc/id/ccr.rdf"),
        ("application/trig", "application/trig", "/doc/id/ccr.trig"),
        ("application/n-quads", "application/n-quads", "/doc/id/ccr.nq"),
        ("text/csv", "text/csv; charset=utf-8", "/doc/id/ccr.csv"),
        (BROWSER, "text/html; charset=utf-8", "/doc/id/ccr.html"),
    ],
)
def test_a_document_is_negotiated_and_says_where_it_lies(
    client: FlaskClient, accept: str | None, content_type: str, located: str
) -> None:
    response = client.get("/doc/id/ccr", headers={"Accept": accept} if accept else {})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Content-Location"] == located
    is_page = located.endswith(".html")
    assert response.headers["Vary"] == ("Accept, Accept-Language" if is_page else "Accept")
    by_suffix = client.get(located)
    assert by_suffix.data == response.data
    assert by_suffix.headers.get("Vary") == ("Accept-Language" if is_page else None)


def test_format_chooses_whatever_accept_says(client: FlaskClient) -> None:
    response = client.get("/doc/id/ccr?format=nt", headers={"Accept": BROWSER})
    assert response.headers["Content-Type"] == "application/n-triples"


def test_the_validator_is_strong_differs_by_format_and_answers_304(client: FlaskClient) -> None:
    first = client.get("/doc/id/ccr.ttl")
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    assert client.get("/doc/id/ccr.nt").headers["ETag"] != tag
    again = client.get("/doc/id/ccr.ttl", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


def test_head_is_get_without_a_body(client: FlaskClient) -> None:
    got, headed = client.get("/doc/id/ccr"), client.head("/doc/id/ccr")
    assert headed.data == b""
    assert {k: v for k, v in headed.headers.items() if k != "Date"} == {
        k: v for k, v in got.headers.items() if k != "Date"
    }


def test_what_has_no_acceptable_form_is_406_with_the_list(client: FlaskClient) -> None:
    response = client.get("/doc/id/ccr", headers={"Accept": "image/png, application/json;q=0"})
    assert response.status_code == 406
    assert b"text/turtle" in response.data
    assert client.get("/doc/id/ccr?format=docx").status_code == 406


def test_an_unknown_thing_is_404_with_near_misses(client: FlaskClient) -> None:
    response = client.get("/id/CCR", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response.get_json()["nearMisses"] == ["https://w3id.org/stca-kg/id/ccr"]
    assert client.get("/ontology", headers={"Accept": "application/json"}).get_json()["nearMisses"] == [
        "https://w3id.org/stca-kg/ontology/"
    ]


def test_an_unsafe_method_is_405_with_the_allowed_ones(client: FlaskClient) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = client.open("/doc/id/ccr", method=method)
        assert response.status_code == 405
        assert {"GET", "HEAD", "OPTIONS"} == {name.strip() for name in response.headers["Allow"].split(",")}


def test_any_described_iri_is_found_by_parameter(client: FlaskClient) -> None:
    response = client.get("/resource?iri=https%3A%2F%2Fw3id.org%2Fstca-kg%2Fid%2Fccr")
    assert (response.status_code, response.headers["Location"]) == (303, "/doc/id/ccr")
    assert client.get("/resource?iri=http://example.org/nothing").status_code == 404
    assert client.get("/resource?iri=not%20an%20iri").status_code == 400
    assert client.get("/resource?iri=http://a&iri=http://b").status_code == 400


def test_a_path_below_the_base_s_own_path_means_the_same(client: FlaskClient) -> None:
    assert client.get("/stca-kg/id/ccr").headers["Location"] == "/doc/id/ccr"


def test_scripts_of_other_sites_may_read_everything(client: FlaskClient) -> None:
    for path in ("/id/ccr", "/doc/id/ccr", "/id/nobody", "/sparql?query=ASK%7B%7D"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    preflight = client.options(
        "/sparql", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]


def test_every_response_tells_browsers_what_it_is_not(client: FlaskClient) -> None:
    for path in ("/", "/doc/id/ccr.html", "/id/nobody", "/sparql"):
        headers = client.get(path, headers={"Accept": "text/html"}).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "'unsafe-inline'" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/doc/id/ccr.ttl", "/linkset/id/ccr.json", "/queries/who-speaks.csv", "/np/{np}.trig"]
)
def test_a_path_and_a_parameter_that_name_two_formats_are_400(client: FlaskClient, site: Site, path: str) -> None:
    assert site.nanopublications is not None
    path = path.replace("{np}", site.nanopublications.page(1, 1)[0][0])
    suffix = path.rpartition(".")[2]
    other = {"ttl": "nt", "json": "txt", "csv": "tsv", "trig": "nq"}[suffix]
    refused = client.get(f"{path}?format={other}")
    assert refused.status_code == 400
    assert f"'.{suffix}'" in refused.get_data(as_text=True)
    if suffix != "csv":  # that one needs a worker
        assert client.get(f"{path}?format={suffix}").data == client.get(path).data
    assert client.get(f"{path}?format=no-such").status_code == 406


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e3", "٣", "99999999999999999999"])
def test_a_page_number_that_is_none_is_400(client: FlaskClient, page: str) -> None:
    assert client.get("/doc/id/ccr.ttl", query_string={"page": page}).status_code == 400


def test_a_page_that_is_not_there_is_404(client: FlaskClient) -> None:
    assert client.get("/doc/id/ccr.ttl?page=9").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/doc/../../../etc/passwd",
        "/doc/id/ccr%00",
        "/%FF%FE",
        "/doc/" + "a" * 5_000,
        "/id/%3Cscript%3E",
        "/doc/id/ccr.ttl.ttl",
        "/dumps/../manifest.json",
        "/dumps/%2e%2e%2fmanifest.json",
        "/static/../../settings.py",
    ],
)
def test_probing_paths_are_404_and_echo_no_markup(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert b"<script>" not in response.data


def test_the_list_of_what_points_at_a_thing_is_paged_in_every_format(client: FlaskClient) -> None:
    query = {"incoming": "https://w3id.org/stca-kg/ontology/denotes"}
    turtle = client.get("/doc/id/stca", query_string=query)
    assert turtle.status_code == 200
    assert b"hydra:totalItems" in turtle.data
    assert client.get(turtle.headers["Content-Location"]).data == turtle.data
    assert client.get("/doc/id/stca", query_string=query | {"page": "99"}).status_code == 404


def test_a_tag_that_a_proxy_weakened_is_still_good(client: FlaskClient) -> None:
    tag = client.get("/doc/id/ccr.ttl").headers["ETag"]
    assert client.get("/doc/id/ccr.ttl", headers={"If-None-Match": f"W/{tag}"}).status_code == 304
    date = client.get("/doc/id/ccr.ttl").headers["Last-Modified"]
    assert client.get("/doc/id/ccr.ttl", headers={"If-Modified-Since": date}).status_code == 304


def test_a_tag_confirms_nothing_that_is_not_there(client: FlaskClient) -> None:
    tag = client.get("/doc/id/ccr.ttl").headers["ETag"]
    for path in (
        "/doc/id/ccr.ttl?page=99",
        "/doc/id/ccr.ttl?incoming=urn:x",
        "/doc?iri=urn:x&incoming=urn:y&format=ttl",
    ):
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 404, path


def test_parameters_that_mean_nothing_do_not_hide_a_thing(client: FlaskClient) -> None:
    assert client.get("/id/ccr?utm_source=x").headers["Location"] == "/doc/id/ccr"
    assert client.get("/id/ccr?format=nt").headers["Location"] == "/doc/id/ccr.nt"


def test_a_list_of_what_points_at_a_thing_is_a_table_too(client: FlaskClient) -> None:
    query = {"incoming": "https://w3id.org/stca-kg/ontology/heldBy", "format": "csv"}
    rows = client.get("/doc/id/ccr", query_string=query).get_data(as_text=True).splitlines()
    assert any(row.startswith("https://w3id.org/stca-kg/id/claim-s05-c1,") for row in rows)


def test_a_quoted_graph_is_announced_in_every_syntax(client: FlaskClient) -> None:
    turtle = client.get("/doc/id/prop-withdraw.ttl").get_data(as_text=True)
    assert "doc/id/prop-withdraw.trig" in turtle
    assert "nobody asserts" in turtle


@pytest.mark.parametrize("name", ["o#A", "o%23A", "o?A", "o%3FA", "a/../b", "é", "a b".replace(" ", "%20")])
def test_a_page_links_a_thing_by_an_address_that_leads_to_it(tmp_path: Path, name: str) -> None:
    pages = client_of(release_of(tmp_path, f"ex:here ex:p <{BASE}{name}> . <{BASE}{name}> ex:q 1 ."))
    page = pages.get("/doc/here", headers={"Accept": BROWSER}).text
    linked = {urlsplit(html.unescape(href)) for href in re.findall(r'<dd.*?href="([^"]+)"', page, re.DOTALL)}
    (address,) = {link for link in linked if link.path.startswith("/") and "/doc/" not in link.path}
    led = pages.get(address._replace(fragment="").geturl(), headers={"Accept": "application/n-triples"})
    document = pages.get(led.headers["Location"], headers={"Accept": "application/n-triples"}).text
    assert f"<{BASE}{name}> <{BASE}q> " in document
    assert f"> <http://xmlns.com/foaf/0.1/primaryTopic> <{BASE}{name}> ." in document
    assert address.path == "/resource" or unquote(address.path) == f"/{unquote(name)}"
    assert address.path == "/resource" or "%23" not in address.path or name == "o%23A"
