"""Stored queries over HTTP: their list, their pages, their results as data, and what a reader may not ask."""

import csv
import io
import json
import re
from collections.abc import Iterator

import html5lib
import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from rdflib import RDFS, SH, Graph, URIRef

from kgpub.pool import QueryPool
from kgpub.release import Release
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.web.app import create_app
from projects import BASE, EX, SETTINGS, build_project, release_of

HTML = {"Accept": "text/html"}
THINGS = (
    EX
    + """
ex:a a ex:Thing ; ex:name "A"@en , "Ah"@fr ; ex:size 1 .
ex:b a ex:Thing ; ex:name "<script>B</script>"@en ; ex:size 20 .
"""
)
NAMES = """# title: What is it called?
# title@fr: Comment s'appelle-t-il?
# description: The names of a thing.
# question: 2
# param: thing (IRI) The thing.
# param: language (string) The language of the name.

SELECT ?thing ?name {
  VALUES ?thing { <a> }
  VALUES ?language { "en" }
  ?thing <name> ?name FILTER(LANG(?name) = ?language)
} ORDER BY ?thing ?name
"""
LARGE = """# title: Is anything as large?
# description: Compares sizes.
# question: 1
# param: size (integer) At least so large.

ASK { VALUES ?least { 0 } VALUES ?size { 20 } ?thing <size> ?actual FILTER(?actual >= ?size) }
"""
GRAPH = "# title: Everything\n# description: All of it.\n\nCONSTRUCT { ?s ?p ?o } WHERE { ?s <size> ?o ; ?p ?o }\n"
ENDLESS = """# title: Too much
# description: More than there is time for.

SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r FILTER(?a != ?p) }
"""
ELSEWHERE = """# title: What do others say?
# description: Asks another endpoint.
# federated: http://other.example/sparql

SELECT * { ?s ?p ?o . SERVICE <http://other.example/sparql> { ?o ?q ?r } }
"""
CLOCK = "# title: What time is it?\n# description: Now.\n\nSELECT (NOW() AS ?now) {}\n"
FILES = {
    "data/a.ttl": THINGS, "queries/names.rq": NAMES, "queries/large.rq": LARGE, "queries/graph.rq": GRAPH,
    "queries/endless.rq": ENDLESS, "queries/elsewhere.rq": ELSEWHERE, "queries/clock.rq": CLOCK,
}  # fmt: skip


def client_of(release: Release) -> Iterator[FlaskClient]:
    pool = QueryPool(release.store, release.manifest.publication.base_iri, workers=1, queue=4, memory_mb=512)
    yield create_app(open_site(release, QuerySettings(seconds=1.0, query_kb=8), pool.address)).test_client()
    pool.close()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = SETTINGS + '[publication.prefixes]\nex = ""\n'
    yield from client_of(build_project(tmp_path_factory.mktemp("project"), FILES, settings).release)


def rows(client: FlaskClient, path: str) -> list[list[str]]:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, "text/csv"), response.data
    return list(csv.reader(io.StringIO(response.get_data(as_text=True))))[1:]


# the list -------------------------------------------------------------------------------------------


def test_the_list_names_every_query_questions_first_and_in_order(client: FlaskClient) -> None:
    page = client.get("/queries/", headers=HTML).get_data(as_text=True)
    addresses = re.findall(r'<dt><a href="/queries/([a-z-]+)"', page)
    assert addresses == ["large", "names", "clock", "elsewhere", "endless", "graph"]
    html5lib.HTMLParser(strict=True).parse(page)


def test_the_list_as_json_says_what_each_query_takes(client: FlaskClient) -> None:
    document = client.get("/queries/", headers={"Accept": "application/json"}).get_json()
    names = next(query for query in document["queries"] if query["name"] == "names")
    assert names["iri"] == f"{BASE}queries/names"
    assert names["title"] == {"en": "What is it called?", "fr": "Comment s'appelle-t-il?"}
    assert [(p["name"], p["kind"], p["default"]) for p in names["parameters"]] == [
        ("thing", "IRI", "a"), ("language", "string", "en"),
    ]  # fmt: skip
    elsewhere = next(query for query in document["queries"] if query["name"] == "elsewhere")
    assert elsewhere["federatesWith"] == "http://other.example/sparql"


def test_the_list_in_rdf_is_what_editors_load(client: FlaskClient) -> None:
    """The question that the loaders of the SIB's examples ask."""
    response = client.get("/queries/")
    assert response.mimetype == "text/turtle"
    graph = Graph().parse(data=response.data, format="turtle")
    found = graph.query("""
        PREFIX schema: <https://schema.org/>
        SELECT ?query ?text ?target {
          ?query a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct ?text .
          ?query schema:target ?target
        }""", initNs={"sh": SH, "rdfs": RDFS})  # fmt: skip
    texts = {str(row["query"]): str(row["text"]) for row in found}  # type: ignore[call-overload,index]  # rows
    assert len(texts) == 6
    assert texts[f"{BASE}queries/names"] == client.get("/queries/names.rq").get_data(as_text=True)
    assert {str(row["target"]) for row in found} == {f"{BASE}sparql"}  # type: ignore[call-overload,index]  # rows
    assert (URIRef(f"{BASE}queries/large"), None, URIRef(SH + "SPARQLAskExecutable")) in graph


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "nt", "rdf", "json", "html"])
def test_the_list_s_syntax_can_be_named_and_is_validated_by_its_tag(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/queries/?format={suffix}")
    assert (response.status_code, "Accept," in response.headers.get("Vary", "")) == (200, False)
    tag = response.headers["ETag"]
    assert client.get(f"/queries/?format={suffix}", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/queries/?format=docx").status_code == 406


def test_a_release_without_queries_leaves_the_address_to_its_data(tmp_path_factory: pytest.TempPathFactory) -> None:
    release = release_of(tmp_path_factory.mktemp("none"), "<https://example.org/queries/x> ex:name 'X' .")
    for client in client_of(release):
        assert client.get("/queries/x").status_code == 303
        assert client.get("/queries/").status_code == 404


# one query ------------------------------------------------------------------------------------------


def test_the_page_shows_the_result_the_form_and_the_text(client: FlaskClient) -> None:
    response = client.get("/queries/names?thing=b", headers=HTML)
    page = response.get_data(as_text=True)
    html5lib.HTMLParser(strict=True).parse(page)
    assert response.headers["Content-Language"] == "en"
    assert "&lt;script&gt;B&lt;/script&gt;" in page
    assert "<script>" not in page
    assert re.search(r'<input[^>]* name="thing"[^>]* value="b" placeholder="a"', page)
    assert re.search(r'<input[^>]* name="language"[^>]* value="en"', page)
    assert 'href="/queries/names.csv?thing=b"' in page
    assert "&lt;https://example.org/b&gt;" in page
    assert 'lang="fr">Comment s' in page


def test_values_choose_the_rows_and_those_left_out_or_empty_are_the_defaults(client: FlaskClient) -> None:
    assert rows(client, "/queries/names.csv") == [[f"{BASE}a", "A"]]
    assert rows(client, "/queries/names.csv?thing=&language=fr") == [[f"{BASE}a", "Ah"]]
    for spelling in ("b", "ex:b", "https://example.org/b", "https%3A%2F%2Fexample.org%2Fb"):
        assert rows(client, f"/queries/names.csv?thing={spelling}") == [[f"{BASE}b", "<script>B</script>"]]
    assert [row[0] for row in rows(client, "/queries/names.csv?thing=UNDEF")] == [f"{BASE}a", f"{BASE}b"]


@pytest.mark.parametrize("value", ['"', '" } UNION { ?thing <name> ?name } #', "\\u0022", "en\n}", "}", "'"])
def test_no_value_becomes_part_of_the_query(client: FlaskClient, value: str) -> None:
    response = client.get("/queries/names.csv", query_string={"language": value})
    assert (response.status_code, response.get_data(as_text=True).split()) == (200, ["thing,name"])


@pytest.mark.parametrize(("address", "told"), [
    ("names?color=red", "its parameters are thing, language"), ("graph?x=1", "it has none"),
    ("names?thing=a&thing=b", "'thing' is given 2 times"), ("names?thing=a%3E", "must be an IRI"),
    ("names?language=a%00", "control character"), ("names?thing=%ff", "not UTF-8"), ("large?size=many", "whole number"),
    ("names?color=", "no parameter 'color'"), ("names?format=csv&format=tsv", "'format' is given 2 times"),
])  # fmt: skip
def test_what_is_no_value_is_a_400_that_says_why(client: FlaskClient, address: str, told: str) -> None:
    response = client.get(f"/queries/{address}")
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert told in json.loads(response.data)["detail"]


@pytest.mark.parametrize(("name", "accept", "media_type"), [
    ("names", "*/*", "application/sparql-results+json"), ("names", "text/csv", "text/csv"),
    ("names", "application/sparql-results+xml", "application/sparql-results+xml"),
    ("names", "text/tab-separated-values", "text/tab-separated-values"), ("names", "text/html", "text/html"),
    ("names", "application/sparql-query", "application/sparql-query"),
    ("large", "*/*", "application/sparql-results+json"),
    ("graph", "*/*", "text/turtle"), ("graph", "application/ld+json", "application/ld+json"),
    ("graph", "application/n-triples", "application/n-triples"), ("graph", "text/html", "text/html"),
])  # fmt: skip
def test_the_answer_is_negotiated(client: FlaskClient, name: str, accept: str, media_type: str) -> None:
    response = client.get(f"/queries/{name}", headers={"Accept": accept})
    vary = "Accept, Accept-Language" if media_type == "text/html" else "Accept"
    assert (response.status_code, response.mimetype, response.headers["Vary"]) == (200, media_type, vary)
    by_address = client.get(response.headers["Content-Location"])
    assert (by_address.data, by_address.headers.get("Vary", "Accept-Language")) == (response.data, "Accept-Language")


def test_an_answer_can_be_a_truth_value_or_a_graph(client: FlaskClient) -> None:
    assert client.get("/queries/large").get_json(force=True)["boolean"] is True
    assert client.get("/queries/large.json?size=21").get_json(force=True)["boolean"] is False
    assert len(list(parse(client.get("/queries/graph.nt").data, RdfFormat.N_TRIPLES))) == 2


@pytest.mark.parametrize(("address", "status"), [
    ("names?format=docx", 406), ("names?format=ttl", 406), ("graph?format=csv", 406), ("names.docx", 404),
    ("names.ttl", 404), ("names.", 404), ("nothing", 404), ("names.csv.csv", 404),
])  # fmt: skip
def test_what_a_query_cannot_be_had_as(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(f"/queries/{address}").status_code == status
    assert client.get("/queries/names", headers={"Accept": "text/turtle"}).status_code == 406


def test_a_name_of_none_is_answered_with_those_like_it(client: FlaskClient) -> None:
    response = client.get("/queries/Name")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert "did you mean names" in json.loads(response.data)["detail"]
    assert client.get("/queries/nothing", headers=HTML).mimetype == "text/html"


def test_the_text_is_served_with_the_values_in_it_and_runs_as_it_is(client: FlaskClient) -> None:
    response = client.get("/queries/names.rq?thing=b")
    assert response.mimetype == "application/sparql-query"
    text = response.get_data(as_text=True)
    assert text == NAMES.replace("\nSELECT", f"\nBASE <{BASE}>\nSELECT").replace("<a>", f"<{BASE}b>")
    answer = client.post("/sparql", data=text, content_type="application/sparql-query", headers={"Accept": "text/csv"})
    assert answer.data == client.get("/queries/names.csv?thing=b").data


# caching --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "srj", "html", "rq"])
def test_a_copy_is_validated_before_the_engine_is_asked(client: FlaskClient, suffix: str) -> None:
    tag = client.get(f"/queries/names.{suffix}").headers["ETag"]
    assert client.get(f"/queries/names.{suffix}", headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"/queries/names.{suffix}?thing=b", headers={"If-None-Match": tag}).status_code == 200


def test_the_tag_is_known_without_an_answer(client: FlaskClient) -> None:
    """A query that no budget is enough for is still answered 304, and without delay."""
    tag = client.get("/queries/names.csv").headers["ETag"].replace("W/", "").strip('"').rsplit("-", 1)[0]
    assert client.get("/queries/endless.csv").status_code == 422
    response = client.get("/queries/endless.csv", headers={"If-None-Match": "*"})
    assert response.status_code == 304
    assert tag in response.headers["ETag"]


def test_what_changes_by_itself_is_not_kept(client: FlaskClient) -> None:
    response = client.get("/queries/clock.csv")
    assert (response.headers["Cache-Control"], "ETag" in response.headers) == ("no-cache", False)


def test_head_answers_as_get_does(client: FlaskClient) -> None:
    got, head = client.get("/queries/names.csv"), client.head("/queries/names.csv")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", got.headers["ETag"])
    assert client.post("/queries/names").status_code == 405


# budgets and other endpoints ------------------------------------------------------------------------


def test_a_query_over_budget_is_a_problem_document(client: FlaskClient) -> None:
    response = client.get("/queries/endless.csv")
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    assert "1 s" in json.loads(response.data)["detail"]
    assert client.get("/queries/endless", headers=HTML).status_code == 422


def test_a_client_may_set_a_shorter_deadline_and_no_longer_one(client: FlaskClient) -> None:
    shorter = client.get("/queries/endless.csv?timeout=0.2")
    assert (shorter.status_code, json.loads(shorter.data)["limit"]) == (422, "0.2 s")
    assert json.loads(client.get("/queries/endless.csv?timeout=30").data)["limit"] == "1 s"
    assert client.get("/queries/names.csv?timeout=soon").status_code == 400


def test_a_value_that_makes_the_query_too_long_is_refused(client: FlaskClient) -> None:
    assert client.get("/queries/names.csv", query_string={"language": "x" * 9000}).status_code == 413


def test_a_federated_query_is_shown_and_not_run(client: FlaskClient) -> None:
    page = client.get("/queries/elsewhere", headers=HTML)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "Not run here" in text
    assert "http://other.example/sparql" in text
    assert 'href="/queries/elsewhere.rq"' in text
    assert "elsewhere.csv" not in text
    assert client.get("/queries/elsewhere.rq").status_code == 200
    refused = client.get("/queries/elsewhere.csv")
    assert (refused.status_code, json.loads(refused.data)["title"]) == (403, "Query refused")


# links to the pages ---------------------------------------------------------------------------------


def test_the_home_page_and_the_form_lead_to_the_queries(client: FlaskClient) -> None:
    home = client.get("/", headers=HTML).get_data(as_text=True)
    assert "Questions it answers" in home
    assert home.index('href="/queries/large"') < home.index('href="/queries/names"')
    assert 'href="/queries/">All 6 queries' in home
    assert 'href="/queries/"' in client.get("/sparql", headers=HTML).get_data(as_text=True)
