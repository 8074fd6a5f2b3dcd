"""The graph store (SPARQL 1.1 Graph Store HTTP Protocol), clause by clause, as far as it reads."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from rdflib import Dataset, Graph, URIRef
from rdflib.compare import isomorphic
from werkzeug.test import TestResponse

from kgpub.formats import GRAPH_FORMATS, Format
from kgpub.pool import QueryPool
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.site import Site
from kgpub.web.app import create_app
from projects import BASE, build_project

SETTINGS = f"""
[publication]
base_iri = "{BASE}"
union_default_graph = true
quoted_graphs = ["id/prop-*"]
"""
ASSERTED = f"""
<{BASE}id/a> <{BASE}p> _:b .
_:b <{BASE}q> "é \\"1\\""@en .
<{BASE}id/a> <{BASE}p> 7 .
"""
QUOTED = f"{BASE}id/prop-one"
TRIG = f"""
<{QUOTED}> {{ <{BASE}id/a> <{BASE}says> "quoted" . }}
<http://other.example/graph> {{ <{BASE}id/a> <{BASE}p> "elsewhere" . }}
<{BASE}graph/données> {{ <{BASE}id/a> <{BASE}p> "accent" . }}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A release with an asserted graph of a file, one named outside the base, and a quoted one."""
    folder = tmp_path_factory.mktemp("graphs")
    release = build_project(folder, {"data/things.ttl": ASSERTED, "data/named.trig": TRIG}, SETTINGS).release
    pool = QueryPool(release.store, BASE, workers=1, queue=8, memory_mb=512)
    yield open_site(release, QuerySettings(seconds=5.0), pool.address)
    pool.close()


@pytest.fixture(scope="module")
def store(small: Site) -> FlaskClient:
    return create_app(small).test_client()


def graph_in(response: TestResponse) -> Graph:
    assert response.status_code == 200, response.data
    return Graph().parse(data=response.data, format=response.mimetype)


def get(client: FlaskClient, iri: str, **headers: str) -> TestResponse:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    response = client.get(f"/graphs?graph={quote(iri, safe='')}", headers=sent)
    assert response.data is not None  # read to its end, which frees the worker
    return response


# --- 4 graph identification ------------------------------------------------------------------------------


def test_4_1_a_graph_s_own_iri_leads_to_the_document_about_it(client: FlaskClient) -> None:
    response = client.get("/graph/claims")
    assert (response.status_code, response.headers["Location"]) == (303, "/doc/graph/claims")


@pytest.mark.parametrize("iri", [f"{BASE}graph/things", "http://other.example/graph", QUOTED, f"{BASE}graph/données"])
def test_4_2_a_graph_is_identified_by_its_iri(store: FlaskClient, small: Site, iri: str) -> None:
    (expected,) = (graph.triples for graph in small.release.manifest.graphs if graph.iri == iri)
    assert len(graph_in(get(store, iri))) == expected > 0


def test_4_2_the_default_graph_holds_what_is_asserted(store: FlaskClient) -> None:
    for address in ("/graphs?default", "/graphs?default=", "/graphs/?default"):
        told = {str(value) for value in graph_in(store.get(address, follow_redirects=True)).objects()}
        assert {"elsewhere", "accent", "7"} <= told
        assert "quoted" not in told


@pytest.mark.parametrize("query", [
    "", "?", "?default&default", "?default&graph=http%3A%2F%2Fe%2F", "?graph=http%3A%2F%2Fe%2F&graph=http%3A%2F%2Fe%2F",
    "?query=ASK", "?graph", "?graph=", "?graph=no%20iri", "?graph=http%3A%2F%2Fe%2F%3Cb%3E",
])  # fmt: skip
def test_4_2_a_request_identifies_one_graph(store: FlaskClient, query: str) -> None:
    response = store.get(f"/graphs{query}")
    assert response.status_code == 400
    assert "graph" in json.loads(response.data)["detail"]


def test_4_2_a_relative_iri_is_400_with_the_absolute_one(store: FlaskClient) -> None:
    response = store.get("/graphs?graph=graph/things")
    assert response.status_code == 400
    assert f"<{BASE}graph/things>" in json.loads(response.data)["detail"]


# --- 5.1 status codes ------------------------------------------------------------------------------------


def test_5_1_a_graph_that_is_not_here_is_404(store: FlaskClient) -> None:
    response = get(store, "http://example.com/none")
    assert response.status_code == 404
    assert "<http://example.com/none>" in json.loads(response.data)["detail"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_5_1_what_would_write_is_405_with_a_sentence(store: FlaskClient, method: str) -> None:
    before = len(graph_in(store.get("/graphs?default")))
    response = store.open("/graphs?default", method=method, data="<a:a> <a:b> 1 .", content_type="text/turtle")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert "nothing can be written" in json.loads(response.data)["detail"]
    assert len(graph_in(store.get("/graphs?default"))) == before


def test_options_says_what_can_be_asked(store: FlaskClient) -> None:
    response = store.options("/graphs")
    assert response.headers["Allow"] == response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


# --- 5.2 HTTP GET ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", GRAPH_FORMATS, ids=lambda fmt: fmt.suffix)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_5_2_a_graph_is_had_in_each_syntax_with_its_blank_nodes(store: FlaskClient, fmt: Format) -> None:
    expected = Graph().parse(data=ASSERTED, format="turtle")
    for response in (get(store, f"{BASE}graph/things", Accept=fmt.media_type),
                     store.get(f"/graphs?graph={BASE}graph/things&format={fmt.suffix}")):  # fmt: skip
        assert response.headers["Content-Type"] == fmt.content_type
        assert response.headers["Content-Location"].endswith(f"&format={fmt.suffix}")
        read = Dataset()
        read.parse(data=response.data, format=fmt.media_type)
        assert isomorphic(read.default_graph, expected)


def test_5_2_without_accept_it_is_turtle(store: FlaskClient) -> None:
    assert store.get("/graphs?default").mimetype == "text/turtle"


def test_5_2_what_cannot_be_had_is_406_with_the_list(store: FlaskClient) -> None:
    response = store.get("/graphs?default", headers={"Accept": "image/png, application/json;q=0"})
    assert response.status_code == 406
    assert b"text/turtle" in response.data
    assert store.get("/graphs?default&format=docx").status_code == 406


def test_5_2_the_address_of_the_content_gives_the_content(store: FlaskClient) -> None:
    for first in (store.get("/graphs?default"), get(store, f"{BASE}graph/données", Accept="application/n-triples")):
        again = store.get(first.headers["Content-Location"], headers={"Accept": "text/html"})
        assert (again.status_code, again.mimetype) == (200, first.mimetype)
        assert isomorphic(graph_in(again), graph_in(first))


def test_5_2_it_can_be_kept_and_asked_for_again(store: FlaskClient) -> None:
    first = get(store, QUOTED)
    assert "max-age" in first.headers["Cache-Control"]
    tag = first.headers["ETag"]
    again = get(store, QUOTED, If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")
    assert store.get("/graphs?default", headers={"If-None-Match": tag}).status_code == 200
    assert get(store, QUOTED, If_None_Match=tag, Accept="application/n-triples").status_code == 200


def test_a_quoted_graph_is_marked_as_such(store: FlaskClient) -> None:
    mark = f'<{BASE}sparql#QuotedGraph>; rel="type"'
    assert mark in get(store, QUOTED).headers["Link"]
    for response in (get(store, f"{BASE}graph/things"), store.get("/graphs?default")):
        assert mark not in response.headers["Link"]


def test_a_graph_links_the_document_about_it_and_the_release(client: FlaskClient, site: Site) -> None:
    response = get(client, "https://w3id.org/stca-kg/graph/claims")
    assert '</doc/graph/claims>; rel="describedby"' in response.headers["Link"]
    assert f'</releases/{site.release.manifest.id}/sparql>; rel="via"' in response.headers["Link"]


def test_a_large_graph_comes_whole(client: FlaskClient, site: Site) -> None:
    response = client.get("/graphs?default", headers={"Accept": "application/n-triples"})
    assert len(response.data.splitlines()) == site.release.manifest.counts.default_graph


# --- 5.6 HTTP HEAD ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/graphs?default", "/graphs", "/graphs?graph=http%3A%2F%2Fe%2F"])
def test_5_6_head_is_get_without_a_body(store: FlaskClient, address: str) -> None:
    head, whole = store.head(address), store.get(address)
    assert (head.status_code, head.data) == (whole.status_code, b"")
    assert head.headers.get("ETag") == whole.headers.get("ETag")


def test_the_statements_of_a_quoted_graph_are_read_by_its_name(store: FlaskClient) -> None:
    told = graph_in(get(store, QUOTED))
    assert (URIRef(f"{BASE}id/a"), URIRef(f"{BASE}says"), None) in told
