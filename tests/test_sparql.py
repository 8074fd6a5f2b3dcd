"""The SPARQL 1.1 Protocol, clause by clause, over the application itself."""

import json

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from werkzeug.test import TestResponse

ASK = "ASK {}"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
CLAIMS = "https://w3id.org/stca-kg/graph/claims"


def count(response: TestResponse) -> int:
    return int(json.loads(response.data)["results"]["bindings"][0]["n"]["value"])


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def test_query_via_get(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": ASK})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/sparql-results+json"
    assert response.get_json(force=True)["boolean"] is True


def test_query_via_url_encoded_post(client: FlaskClient) -> None:
    assert client.post("/sparql", data={"query": ASK}).get_json(force=True)["boolean"] is True


def test_query_via_post_directly(client: FlaskClient) -> None:
    for content_type in (DIRECT, f"{DIRECT}; charset=UTF-8"):
        response = client.post("/sparql", data=ASK, content_type=content_type)
        assert response.get_json(force=True)["boolean"] is True


def test_head_answers_as_get_does(client: FlaskClient) -> None:
    response = client.head("/sparql", query_string={"query": ASK})
    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", "application/sparql-results+json", "application/sparql-results+json"),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "text/csv", "text/csv"),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "text/tab-separated-values", "text/tab-separated-values"),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "application/sparql-results+xml;q=0.5, text/csv;q=0.9", "text/csv"),
        (ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "*/*", "text/turtle"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "application/rdf+xml", "application/rdf+xml"),
        ("DESCRIBE <id/ccr>", "application/ld+json", "application/ld+json"),
        ("DESCRIBE <id/ccr>", "application/n-triples", "application/n-triples"),
    ],
)
def test_the_result_s_syntax_is_negotiated(client: FlaskClient, query: str, accept: str, media_type: str) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert "Accept" in response.headers["Vary"]


def test_the_syntax_can_be_named_in_the_address(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": ASK, "format": "xml"}, headers={"Accept": "text/html"})
    assert response.mimetype == "application/sparql-results+xml"
    assert client.get("/sparql", query_string={"query": ASK, "format": "docx"}).status_code == 406


def test_a_table_is_not_had_as_turtle(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": ASK}, headers={"Accept": "text/turtle"})
    assert response.status_code == 406
    assert b"application/sparql-results+json" in response.data


def test_default_graph_uri_chooses_the_default_graph(client: FlaskClient) -> None:
    everything = count(client.get("/sparql", query_string={"query": COUNT}))
    claims = count(client.get("/sparql", query_string={"query": COUNT, "default-graph-uri": CLAIMS}))
    assert 0 < claims < everything


def test_default_graph_uri_in_a_form_and_with_a_direct_post(client: FlaskClient) -> None:
    by_get = count(client.get("/sparql", query_string={"query": COUNT, "default-graph-uri": CLAIMS}))
    by_form = count(client.post("/sparql", data={"query": COUNT, "default-graph-uri": CLAIMS}))
    direct = client.post("/sparql", query_string={"default-graph-uri": CLAIMS}, data=COUNT, content_type=DIRECT)
    assert by_get == by_form == count(direct)


def test_named_graph_uri_alone_leaves_the_default_graph_empty(client: FlaskClient) -> None:
    named = {"named-graph-uri": CLAIMS}
    assert count(client.get("/sparql", query_string={"query": COUNT} | named)) == 0
    graphs = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(client.get("/sparql", query_string={"query": graphs} | named)) == 1


def test_the_protocol_s_data_set_wins_over_the_query_s(client: FlaskClient) -> None:
    source = "https://w3id.org/stca-kg/graph/source"
    query = f"SELECT (COUNT(*) AS ?n) FROM <{source}> {{ ?s ?p ?o }}"
    from_protocol = count(client.get("/sparql", query_string={"query": query, "default-graph-uri": CLAIMS}))
    assert from_protocol == count(client.get("/sparql", query_string={"query": COUNT, "default-graph-uri": CLAIMS}))


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_bad_query_method(client: FlaskClient, method: str) -> None:
    assert client.open("/sparql", method=method, query_string={"query": ASK}).status_code == 405


def test_bad_multiple_queries(client: FlaskClient) -> None:
    assert client.get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D").status_code == 400
    assert client.post("/sparql", data="query=ASK%7B%7D&query=ASK%7B%7D", content_type=FORM).status_code == 400


def test_bad_query_wrong_media_type(client: FlaskClient) -> None:
    for content_type in ("text/plain", "application/json", "multipart/form-data; boundary=x"):
        assert client.post("/sparql", data=ASK, content_type=content_type).status_code == 415


def test_bad_query_missing_form_type(client: FlaskClient) -> None:
    assert client.post("/sparql", data="query=ASK%20%7B%7D").status_code == 415


def test_bad_query_missing_parameter(client: FlaskClient) -> None:
    assert client.post("/sparql", data="other=1", content_type=FORM).status_code == 400


def test_bad_query_non_utf8(client: FlaskClient) -> None:
    assert (
        client.post("/sparql", data=ASK.encode("utf-16"), content_type=f"{DIRECT}; charset=utf-16").status_code == 415
    )
    assert client.post("/sparql", data=b"ASK { ?s ?p '\xff' }", content_type=DIRECT).status_code == 400
    assert client.get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20'%FF'%7D").status_code == 400


def test_bad_query_syntax_names_line_and_column(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT *\nWHERE { ?s ?p }"})
    problem = json.loads(response.data)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (problem["line"], problem["status"]) == (2, 400)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a:b> <a:c> 1 }",
        "PREFIX x: <a:b>\nDELETE WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1/>",
        "DROP ALL",
    ],
)
def test_updates_are_refused_however_they_come(client: FlaskClient, update: str) -> None:
    before = count(client.get("/sparql", query_string={"query": COUNT}))
    responses = [
        client.post("/sparql", data={"update": update}),
        client.post("/sparql", data=update, content_type="application/sparql-update"),
        client.post("/sparql", data=update, content_type=DIRECT),
        client.get("/sparql", query_string={"update": update}),
        client.get("/sparql", query_string={"query": update}),
    ]
    assert [response.status_code for response in responses] == [403] * 5
    assert count(client.get("/sparql", query_string={"query": COUNT})) == before


def test_a_percent_encoded_iri_arrives_as_it_was_sent(client: FlaskClient) -> None:
    query = "SELECT ?x { BIND(<http://e/a%20b%2Bc+d> AS ?x) }"
    responses = [
        client.get("/sparql", query_string={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", data=query, content_type=DIRECT),
    ]
    for response in responses:
        assert json.loads(response.data)["results"]["bindings"][0]["x"]["value"] == "http://e/a%20b%2Bc+d"


def test_a_query_that_is_too_long_is_413(client: FlaskClient) -> None:
    assert client.post("/sparql", data="#" * 300_000, content_type=DIRECT).status_code == 413


def test_without_a_query_the_endpoint_describes_itself(client: FlaskClient) -> None:
    for path in ("/sparql", "/sparql/service-description"):
        response = client.get(path, headers={"Accept": "application/rdf+xml"})
        service = Graph().parse(data=response.data, format="xml")
        assert bool(service.query("ASK { ?s a <http://www.w3.org/ns/sparql-service-description#Service> }").askAnswer)


def test_the_description_never_claims_a_union_default_graph(client: FlaskClient) -> None:
    assert b"UnionDefaultGraph" not in client.get("/sparql", headers={"Accept": "text/turtle"}).data


def test_the_client_may_lower_the_deadline_and_not_raise_it(client: FlaskClient) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
    response = client.get("/sparql", query_string={"query": slow, "timeout": "0.2"})
    assert response.status_code == 422
    assert "0.2 s" in json.loads(response.data)["detail"]
    for timeout in ("0", "-1", "nan", "inf", "soon"):
        assert client.get("/sparql", query_string={"query": ASK, "timeout": timeout}).status_code == 400


def test_nothing_quoted_is_in_the_default_graph(client: FlaskClient) -> None:
    ask = "ASK { ?e a <http://semanticweb.cs.vu.nl/2009/11/sem/Event> }"
    assert client.get("/sparql", query_string={"query": ask}).get_json(force=True)["boolean"] is False
    quoted = "ASK { GRAPH ?g { ?e a <http://semanticweb.cs.vu.nl/2009/11/sem/Event> } }"
    assert client.get("/sparql", query_string={"query": quoted}).get_json(force=True)["boolean"] is True


def test_prefixes_that_are_not_declared_are_an_error(client: FlaskClient) -> None:
    assert client.get("/sparql", query_string={"query": "ASK { ?s rdf:type ?o }"}).status_code == 400


def test_a_browser_gets_a_page_with_or_without_a_query(client: FlaskClient) -> None:
    for query in ({}, {"query": "SELECT * { ?s ?p ?o } LIMIT 2"}, {"query": ASK}, {"query": "DESCRIBE <id/ccr>"}):
        response = client.get("/sparql", query_string=query, headers={"Accept": "text/html"})
        assert response.mimetype == "text/html"
        assert b"<textarea" in response.data


def test_a_form_s_address_counts_too(client: FlaskClient) -> None:
    by_form = client.post("/sparql", query_string={"default-graph-uri": CLAIMS}, data={"query": COUNT})
    assert count(by_form) == count(client.get("/sparql", query_string={"query": COUNT, "default-graph-uri": CLAIMS}))
    assert client.post("/sparql", query_string={"query": ASK}, data={"query": ASK}).status_code == 400
    assert client.post("/sparql", query_string={"query": ASK}, data=ASK, content_type=DIRECT).status_code == 400


def test_characters_that_xml_cannot_hold_are_refused_and_line_ends_kept(client: FlaskClient) -> None:
    xml = {"Accept": "application/sparql-results+xml"}
    bell = client.get("/sparql", query_string={"query": 'SELECT ("a\\u0007b" AS ?x) {}'}, headers=xml)
    assert bell.status_code == 406
    returned = client.get("/sparql", query_string={"query": 'SELECT ("a\\rb" AS ?x) {}'}, headers=xml)
    assert b"a&#xD;b" in returned.data


def test_an_answer_that_changes_by_itself_is_not_kept(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT (RAND() AS ?r) {}"})
    assert response.headers["Cache-Control"] == "no-cache"


def test_an_editor_is_told_what_it_can_complete(client: FlaskClient) -> None:
    answer = client.get("/sparql/terms.json")
    terms = answer.get_json()
    assert terms["prefixes"]["cn"] == "https://w3id.org/stca-kg/ontology/"
    demand = {"iri": "https://w3id.org/stca-kg/ontology/Demand", "name": "cn:Demand", "label": "Demand", "things": 11}
    assert demand in terms["classes"]
    assert "cn:heldBy" in [term["name"] for term in terms["properties"]]
    things = [term["things"] for term in terms["classes"]]
    assert things == sorted(things, reverse=True)
    assert client.get("/sparql/terms.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_an_editor_is_told_the_properties_of_a_class(client: FlaskClient) -> None:
    terms = client.get("/sparql/terms.json?class=cn:Demand").get_json()
    things = {term["name"]: term["things"] for term in terms["properties"]}
    assert things["cn:heldBy"] == 11
    assert "cn:relationType" not in things
    assert 0 in things.values()  # what a shape names and no demand has
    assert list(things.values()) == sorted(things.values(), reverse=True)
    assert terms["classes"] == []
    iri = "https%3A%2F%2Fw3id.org%2Fstca-kg%2Fontology%2FDemand"
    assert client.get(f"/sparql/terms.json?class={iri}").get_json() == terms
    assert client.get("/sparql/terms.json?class=cn:NoSuchClass").get_json()["properties"] == []
    for wrong in ("class=Demand", "class=", "class=cn:Demand&class=cn:Claim"):
        assert client.get(f"/sparql/terms.json?{wrong}").status_code == 400
