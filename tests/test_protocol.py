"""The SPARQL 1.1 Protocol, clause by clause; the W3C's own cases (data-sparql11/protocol) keep their names."""

import http.client
import json
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Triple, parse, parse_query_results
from rdflib import Graph
from rdflib.query import Result
from werkzeug.test import TestResponse

from conftest import Server
from kgpub.formats import GRAPH_FORMATS, SOLUTION_FORMATS, Format
from kgpub.pool import QueryPool
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.site import Site
from kgpub.web.app import create_app
from projects import BASE, serve_ad_hoc

ASK = "ASK {}"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
W3C = "http://kasei.us/2009/09/sparql/data/"
DATA = {n: f"{W3C}data{n}.rdf" for n in range(4)}
DOCUMENT = "http://xmlns.com/foaf/0.1/Document"
SELECT_ONE = "SELECT (1 AS ?value) {}"
CONSTRUCT_ONE = "CONSTRUCT { <s> <p> 1 } WHERE {}"


@pytest.fixture(scope="module")
def w3c_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The graphs of the W3C's cases, each a document that says that it is one."""
    folder = tmp_path_factory.mktemp("w3c")
    lines = [
        f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{DOCUMENT}> <{iri}> ." for iri in DATA.values()
    ]
    release = serve_ad_hoc(folder, {"data.nq": "\n".join(lines) + "\n"}, BASE)
    pool = QueryPool(release.store, BASE, workers=1, queue=8, memory_mb=512)
    yield open_site(release, QuerySettings(seconds=5.0), pool.address)
    pool.close()


@pytest.fixture(scope="module")
def w3c(w3c_site: Site) -> FlaskClient:
    return create_app(w3c_site).test_client()


def truth(response: TestResponse) -> bool:
    assert response.status_code == 200, response.data
    assert response.mimetype == JSON
    answer: bool = json.loads(response.data)["boolean"]
    return answer


def one_value(response: TestResponse) -> str:
    assert response.status_code == 200, response.data
    (row,) = json.loads(response.data)["results"]["bindings"]
    (cell,) = row.values()
    return str(cell["value"])


def problem(response: TestResponse, status: int) -> dict[str, object]:
    assert response.status_code == status, response.data
    assert response.mimetype == "application/problem+json"
    document: dict[str, object] = json.loads(response.data)
    assert document["status"] == status
    return document


# --- the W3C's cases: queries ----------------------------------------------------------------------------


def test_query_get(w3c: FlaskClient) -> None:
    assert truth(w3c.get("/sparql?query=ASK%20%7B%7D"))


def test_query_post_form(w3c: FlaskClient) -> None:
    assert truth(w3c.post("/sparql/", data="query=ASK%20%7B%7D", content_type=FORM))


def test_query_post_direct(w3c: FlaskClient) -> None:
    assert truth(w3c.post("/sparql/", data=ASK, content_type=DIRECT))


def test_query_dataset_default_graph(w3c: FlaskClient) -> None:
    where = urlencode({"default-graph-uri": DATA[1]})
    query = f"ASK {{ <{DATA[1]}> ?p ?o }}"
    assert truth(w3c.post(f"/sparql/?{where}", data=query, content_type=DIRECT))
    assert not truth(w3c.post(f"/sparql/?{where}", data=f"ASK {{ <{DATA[2]}> ?p ?o }}", content_type=DIRECT))


def test_query_dataset_default_graphs_get(w3c: FlaskClient) -> None:
    query = f"ASK {{ <{DATA[1]}> a ?type . <{DATA[2]}> a ?type . }}"
    pairs = [("query", query), ("default-graph-uri", DATA[1]), ("default-graph-uri", DATA[2])]
    assert truth(w3c.get(f"/sparql?{urlencode(pairs)}"))


def test_query_dataset_default_graphs_post(w3c: FlaskClient) -> None:
    where = urlencode([("default-graph-uri", DATA[1]), ("default-graph-uri", DATA[2])])
    query = f"ASK {{ <{DATA[1]}> a ?type . <{DATA[2]}> a ?type . }}"
    assert truth(w3c.post(f"/sparql/?{where}", data=query, content_type=DIRECT))


NAMED = f"ASK {{ GRAPH ?g1 {{ <{DATA[1]}> a ?type }} GRAPH ?g2 {{ <{DATA[2]}> a ?type }} }}"


def test_query_dataset_named_graphs_get(w3c: FlaskClient) -> None:
    pairs = [("query", NAMED), ("named-graph-uri", DATA[1]), ("named-graph-uri", DATA[2])]
    assert truth(w3c.get(f"/sparql?{urlencode(pairs)}"))
    assert not truth(w3c.get(f"/sparql?{urlencode(pairs[:2])}"))


def test_query_dataset_named_graphs_post(w3c: FlaskClient) -> None:
    where = urlencode([("named-graph-uri", DATA[1]), ("named-graph-uri", DATA[2])])
    assert truth(w3c.post(f"/sparql/?{where}", data=NAMED, content_type=DIRECT))


def test_query_dataset_full(w3c: FlaskClient) -> None:
    where = urlencode([("default-graph-uri", DATA[3]), ("named-graph-uri", DATA[1]), ("named-graph-uri", DATA[2])])
    query = "SELECT ?g ?x ?s { ?x ?y ?o  GRAPH ?g { ?s ?p ?o } }"
    rows = json.loads(w3c.post(f"/sparql/?{where}", data=query, content_type=DIRECT).data)["results"]["bindings"]
    found = {(row["g"]["value"], row["x"]["value"], row["s"]["value"]) for row in rows}
    assert found == {(DATA[1], DATA[3], DATA[1]), (DATA[2], DATA[3], DATA[2])}


def test_query_multiple_dataset(w3c: FlaskClient) -> None:
    """The data set of the request wins over that of the query."""
    where = urlencode({"default-graph-uri": DATA[2]})
    query = f"ASK FROM <{DATA[1]}> {{ <{DATA[1]}> ?p ?o }}"
    assert not truth(w3c.post(f"/sparql/?{where}", data=query, content_type=DIRECT))
    query = (
        f"ASK FROM <{DATA[1]}> FROM NAMED <{DATA[1]}> {{ <{DATA[2]}> ?p ?o FILTER NOT EXISTS {{ GRAPH ?g {{ }} }} }}"
    )
    assert truth(w3c.post(f"/sparql/?{where}", data=query, content_type=DIRECT))


@pytest.mark.parametrize(("query", "types"), [
    pytest.param(SELECT_ONE, {JSON, XML, "text/csv", "text/tab-separated-values"}, id="query_content_type_select"),
    pytest.param(ASK, {JSON, XML}, id="query_content_type_ask"),
    pytest.param("DESCRIBE <http://e/>", {"text/turtle", "application/rdf+xml"}, id="query_content_type_describe"),
    pytest.param(CONSTRUCT_ONE, {"text/turtle", "application/rdf+xml"}, id="query_content_type_construct"),
])  # fmt: skip
def test_query_content_type(w3c: FlaskClient, query: str, types: set[str]) -> None:
    response = w3c.post("/sparql/", data=query, content_type=DIRECT)
    assert response.status_code == 200
    assert response.mimetype in types


# --- the W3C's cases: requests that are wrong ------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_bad_query_method(w3c: FlaskClient, method: str) -> None:
    response = w3c.open("/sparql?query=ASK%20%7B%7D", method=method)
    assert "nothing can be written" in str(problem(response, 405)["detail"])
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"


def test_bad_multiple_queries(w3c: FlaskClient) -> None:
    problem(w3c.get("/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D"), 400)


def test_bad_query_wrong_media_type(w3c: FlaskClient) -> None:
    response = w3c.post("/sparql/", data=ASK, content_type="text/plain")
    problem(response, 415)
    assert DIRECT in response.headers["Accept-Post"]


def test_bad_query_missing_form_type(w3c: FlaskClient) -> None:
    problem(w3c.post("/sparql/", data=b"query=ASK%20%7B%7D"), 415)


def test_bad_query_missing_direct_type(w3c: FlaskClient) -> None:
    problem(w3c.post("/sparql/", data=ASK.encode()), 415)


def test_bad_query_non_utf8(w3c: FlaskClient) -> None:
    problem(w3c.post("/sparql/", data=ASK.encode("utf-16"), content_type=f"{DIRECT}; charset=UTF-16"), 415)


def test_bad_query_syntax(w3c: FlaskClient) -> None:
    assert problem(w3c.get("/sparql?query=ASK%20%7B"), 400)["line"] == 1


# --- the W3C's cases: updates, all of them refused -------------------------------------------------------

CLEAR = "CLEAR ALL"


@pytest.mark.parametrize("case", [
    "bad_update_get", "bad_multiple_updates", "bad_update_wrong_media_type", "bad_update_missing_form_type",
    "bad_update_non_utf8", "bad_update_syntax", "bad_update_dataset_conflict", "update_post_form", "update_post_direct",
    "update_dataset_default_graph", "update_dataset_default_graphs", "update_dataset_named_graphs",
    "update_dataset_full", "update_base_uri",
])  # fmt: skip
def test_an_update_never_succeeds(w3c: FlaskClient, case: str) -> None:
    conflict = "WITH <http://example/a> DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }"
    using = "/sparql?" + urlencode({"using-graph-uri": DATA[1]})
    both = urlencode([("using-graph-uri", DATA[1]), ("using-graph-uri", DATA[2])])
    full = urlencode([("using-graph-uri", DATA[1]), ("using-named-graph-uri", DATA[2])])
    using_named = "/sparql?" + urlencode({"using-named-graph-uri": DATA[1]})
    relative = "INSERT DATA { GRAPH <http://example.org/g> { <> a <http://example.org/t> } }"
    response = {
        "bad_update_get": lambda: w3c.get("/sparql?update=CLEAR%20ALL"),
        "bad_multiple_updates": lambda: w3c.post("/sparql", data={"update": [CLEAR, CLEAR]}),
        "bad_update_wrong_media_type": lambda: w3c.post("/sparql", data=CLEAR, content_type="text/plain"),
        "bad_update_missing_form_type": lambda: w3c.post("/sparql", data=b"update=CLEAR%20ALL"),
        "bad_update_non_utf8": lambda: w3c.post("/sparql", data=CLEAR.encode("utf-16"),
                                                content_type=f"{UPDATE}; charset=UTF-16"),
        "bad_update_syntax": lambda: w3c.post("/sparql", data={"update": "CLEAR XYZ"}),
        "bad_update_dataset_conflict": lambda: w3c.post("/sparql", data={"update": conflict, "using-graph-uri": "a:b"}),
        "update_post_form": lambda: w3c.post("/sparql", data={"update": CLEAR}),
        "update_post_direct": lambda: w3c.post("/sparql", data=CLEAR, content_type=UPDATE),
        "update_dataset_default_graph": lambda: w3c.post(using, data=CLEAR, content_type=UPDATE),
        "update_dataset_default_graphs": lambda: w3c.post(f"/sparql?{both}", data=CLEAR, content_type=UPDATE),
        "update_dataset_full": lambda: w3c.post(f"/sparql?{full}", data=CLEAR, content_type=UPDATE),
        "update_dataset_named_graphs": lambda: w3c.post(using_named, data=CLEAR, content_type=UPDATE),
        "update_base_uri": lambda: w3c.post("/sparql", data={"update": relative}),
    }[case]()  # fmt: skip
    assert 400 <= response.status_code < 500
    assert truth(w3c.get("/sparql", query_string={"query": f"ASK {{ GRAPH <{DATA[1]}> {{ ?s a <{DOCUMENT}> }} }}"}))


def test_an_update_is_refused_with_a_sentence(w3c: FlaskClient) -> None:
    for response in (w3c.post("/sparql", data={"update": CLEAR}), w3c.post("/sparql", data=CLEAR, content_type=UPDATE)):
        assert "takes no SPARQL Update" in str(problem(response, 403)["detail"])


# --- 2.1 query operation ---------------------------------------------------------------------------------


def test_2_1_exactly_one_query_and_no_update_beside_it(w3c: FlaskClient) -> None:
    problem(w3c.get("/sparql", query_string={"query": ASK, "update": CLEAR}), 400)
    problem(w3c.post("/sparql", data={"query": ASK, "update": CLEAR}), 400)
    problem(w3c.post("/sparql?query=ASK%7B%7D", data={"query": ASK}), 400)
    problem(w3c.post("/sparql?query=ASK%7B%7D", data=ASK, content_type=DIRECT), 400)


def test_2_1_1_parameters_come_in_any_order_percent_encoded_or_with_plus(w3c: FlaskClient) -> None:
    graph = urlencode({"default-graph-uri": DATA[1]})
    assert truth(w3c.get(f"/sparql?{graph}&query=ASK+%7B+%3Fs+%3Fp+%3Fo+%7D"))
    assert one_value(w3c.get("/sparql?query=SELECT+(%22a%2Bb+c%26d%25%22+AS+%3Fx)+%7B%7D")) == "a+b c&d%"
    assert one_value(w3c.get("/sparql?query=SELECT%20(%22%C3%A9%F0%9F%98%80%22%20AS%20%3Fx)%20%7B%7D")) == "é😀"


def test_2_1_1_a_body_of_a_get_request_means_nothing(w3c: FlaskClient) -> None:
    response = w3c.get("/sparql", query_string={"query": ASK}, data="query=SELEC", content_type=FORM)
    assert truth(response)


def test_2_1_1_a_semicolon_separates_no_parameters(w3c: FlaskClient) -> None:
    assert one_value(w3c.get("/sparql?query=SELECT(%22a;b%22AS?x)%7B%7D")) == "a;b"


def test_2_1_2_and_2_1_3_media_types_are_read_in_any_case_with_parameters(w3c: FlaskClient) -> None:
    for content_type in (f"{FORM}; charset=UTF-8", FORM.upper(), f"{FORM};charset=utf-8"):
        assert truth(w3c.post("/sparql", data="query=ASK%7B%7D", content_type=content_type))
    for content_type in (f'{DIRECT}; charset="utf-8"', "Application/SPARQL-Query", f"{DIRECT}; version=1.2"):
        assert truth(w3c.post("/sparql", data=ASK, content_type=content_type))


def test_2_1_3_a_body_is_the_query_as_it_stands(w3c: FlaskClient) -> None:
    assert one_value(w3c.post("/sparql", data='SELECT ("a+b%20é" AS ?x) {}'.encode(), content_type=DIRECT)) == "a+b%20é"


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (r"\u0053ELECT ?\u0078 { VALUES ?x { 1 } }", "1"),
        (r"SELECT ?x { BIND(<a> AS ?\U00000078) FILTER(ISIRI(?x)) }", f"{BASE}a"),
        (r"PREFIX \u00e9: <http://e/> SELECT (\u00E9:p\u002eq AS ?x) {}", "http://e/p.q"),
        (r"SELECT ('\\u0041 \u0041 \u0022' AS ?x) {} # \u0041", '\\u0041 A "'),
    ],
)
def test_codepoint_escapes_stand_for_their_characters(w3c: FlaskClient, query: str, value: str) -> None:
    """SPARQL 1.1 Query Language, section 19.2."""
    assert one_value(w3c.get("/sparql", query_string={"query": query})) == value


@pytest.mark.parametrize("escape", [r"\u0020", r"\u007D", r"\u0022", r"\ud83d", r"\U00110000", r"\u00"])
def test_a_codepoint_escape_of_what_no_name_has_is_told_where_it_stands(w3c: FlaskClient, escape: str) -> None:
    document = problem(w3c.get("/sparql", query_string={"query": f"ASK {{ ?x{escape} ?p ?o }}"}), 400)
    assert (document["line"], document["column"]) == (1, 9)


def test_a_function_of_chance_is_known_by_its_escaped_name_too(w3c: FlaskClient) -> None:
    response = w3c.get("/sparql", query_string={"query": r"SELECT (R\u0041ND() AS ?x) {}"})
    assert 0 <= float(one_value(response)) < 1
    assert response.headers["Cache-Control"] == "no-cache"


def test_2_1_3_a_utf_8_signature_is_no_part_of_the_query(w3c: FlaskClient) -> None:
    assert truth(w3c.post("/sparql", data=b"\xef\xbb\xbfASK {}", content_type=DIRECT))
    assert truth(w3c.get("/sparql?query=%EF%BB%BFASK%7B%7D"))


@pytest.mark.parametrize("query", ["", " ", "\r\n\t", "# nothing", "ASK {\0}", "\ufeff\ufeffASK {}", "ASK {\ud83d}"])
def test_2_1_7_what_is_no_query_is_400_with_a_place(w3c: FlaskClient, query: str) -> None:
    text = query.encode("utf-8", "surrogatepass")
    response = w3c.post("/sparql", data=text, content_type=DIRECT)
    if "\ud83d" in query:
        assert "not UTF-8" in str(problem(response, 400)["detail"])
    else:
        assert problem(response, 400)["line"] in (1, 2)
    assert response.headers["Cache-Control"] == "no-store"


def test_2_1_7_the_problem_says_what_stands_at_its_place(w3c: FlaskClient) -> None:
    document = problem(w3c.post("/sparql", data="SELECT *\nWHERE { ?s nope:p ?o }", content_type=DIRECT), 400)
    assert document["type"] == "https://w3id.org/kgpub/problem/malformed-query"
    assert document["line"] == 2
    assert "?o }" in str(document["near"])


def test_2_1_7_as_text_the_problem_marks_its_place(w3c: FlaskClient) -> None:
    query = {"query": "SELECT *\nWHERE { ?s nope:p ?o }"}
    response = w3c.get("/sparql", query_string=query, headers={"Accept": "text/plain"})
    assert response.mimetype == "text/plain"
    line, mark = response.get_data(as_text=True).splitlines()[-2:]
    assert line == "WHERE { ?s nope:p ?o }"
    assert mark.strip() == "^"


def test_2_1_7_a_program_that_reads_results_as_json_reads_problems_as_json(w3c: FlaskClient) -> None:
    response = w3c.get("/sparql", query_string={"query": "SELEC"}, headers={"Accept": JSON})
    problem(response, 400)


# --- 2.1.4 specifying an RDF dataset ---------------------------------------------------------------------

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def test_2_1_4_an_empty_parameter_names_no_graph(w3c: FlaskClient) -> None:
    everywhere = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    empty = {"query": everywhere, "default-graph-uri": "", "named-graph-uri": " "}
    assert one_value(w3c.get("/sparql", query_string=empty)) == "4"


def test_2_1_4_a_graph_that_is_not_here_is_empty(w3c: FlaskClient) -> None:
    unknown = {"query": COUNT, "default-graph-uri": "http://example.com/none"}
    assert one_value(w3c.get("/sparql", query_string=unknown)) == "0"


def test_2_1_4_a_relative_graph_is_resolved_as_one_after_from(client: FlaskClient) -> None:
    for graph in ("graph/claims", "./graph/claims", "/stca-kg/graph/claims", "https://w3id.org/stca-kg/graph/claims"):
        named = one_value(client.get("/sparql", query_string={"query": COUNT, "default-graph-uri": graph}))
        assert int(named) > 1000
    query = "SELECT (COUNT(*) AS ?n) FROM <graph/claims> { ?s ?p ?o }"
    assert one_value(client.get("/sparql", query_string={"query": query})) == named


@pytest.mark.parametrize("graph", ["no iri", "http://a/{b}", "http://a/<b>"])
def test_2_1_4_what_is_no_iri_is_400_with_the_parameter(w3c: FlaskClient, graph: str) -> None:
    for name in ("default-graph-uri", "named-graph-uri"):
        assert name in str(problem(w3c.get("/sparql", query_string={"query": ASK, name: graph}), 400)["detail"])


def test_2_1_4_the_default_data_set_has_every_graph_and_no_quoted_one_in_its_default_graph(client: FlaskClient) -> None:
    quoted = "ASK { GRAPH ?g { ?e a <http://semanticweb.cs.vu.nl/2009/11/sem/Event> } }"
    assert truth(client.get("/sparql", query_string={"query": quoted}))
    asserted = "ASK { ?e a <http://semanticweb.cs.vu.nl/2009/11/sem/Event> }"
    assert not truth(client.get("/sparql", query_string={"query": asserted}))


# --- 2.1.5 accepted response formats ---------------------------------------------------------------------

JENA = (
    f"{JSON}, {XML};q=0.9, text/tab-separated-values;q=0.7, text/csv;q=0.5, application/json;q=0.2, "
    "application/xml;q=0.2, */*;q=0.1"
)
JENA_GRAPH = "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3"
RDF4J = (
    f"application/x-binary-rdf-results-table;q=0.8, {JSON};q=0.8, application/json;q=0.8, {XML};q=0.8, "
    "application/xml;q=0.8, text/csv;q=0.8"
)
GRAPHDB = "application/x-sparqlstar-results+json, application/sparql-results+json;q=0.9, */*;q=0.8"
COMUNICA = f"{JSON};q=1.0,{XML};q=0.7"
COMUNICA_1_2 = f"{JSON};version=1.2;q=1.0,{XML};version=1.2;q=0.7"
COMUNICA_LINKS = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,application/xml;q=0.3,text/html;q=0.2"
)
WRAPPER = f"{JSON},application/json,text/javascript,application/javascript"
WRAPPER_TURTLE = "application/turtle,text/turtle"
WRAPPER_N3 = "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3"
AXIOS = "application/json, text/plain, */*"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(("accept", "of_table", "of_graph"), [
    pytest.param(None, JSON, "text/turtle", id="no header"),
    pytest.param("*/*", JSON, "text/turtle", id="curl, urllib"),
    pytest.param("application/*", JSON, "application/n-triples", id="application/*"),
    pytest.param("text/*", "text/csv", "text/turtle", id="text/*"),
    pytest.param(JENA, JSON, "application/ld+json", id="Jena"),
    pytest.param(JENA_GRAPH, JSON, "text/turtle", id="Jena, graphs"),
    pytest.param(RDF4J, JSON, "application/ld+json", id="RDF4J"),
    pytest.param(GRAPHDB, JSON, "text/turtle", id="GraphDB"),
    pytest.param(COMUNICA, JSON, None, id="Comunica"),
    pytest.param(COMUNICA_1_2, JSON, None, id="Comunica, RDF 1.2"),
    pytest.param(COMUNICA_LINKS, XML, "application/n-quads", id="Comunica, traversal"),
    pytest.param(WRAPPER, JSON, "application/ld+json", id="SPARQLWrapper, JSON"),
    pytest.param(WRAPPER_TURTLE, None, "text/turtle", id="SPARQLWrapper, Turtle"),
    pytest.param(WRAPPER_N3, None, "text/turtle", id="SPARQLWrapper, N3"),
    pytest.param("application/ld+json,application/x-json+ld", None, "application/ld+json", id="SPARQLWrapper, JSON-LD"),
    pytest.param(f"{JSON},*/*;q=0.9", JSON, "text/turtle", id="YASGUI, tables"),
    pytest.param("text/turtle,*/*;q=0.9", JSON, "text/turtle", id="YASGUI, graphs"),
    pytest.param(AXIOS, JSON, "text/turtle", id="axios"),
    pytest.param("application/json", JSON, "application/ld+json", id="application/json"),
    pytest.param("application/xml, */*;q=0.1", XML, "application/rdf+xml", id="application/xml"),
    pytest.param("text/xml", XML, "application/rdf+xml", id="text/xml"),
    pytest.param("text/plain", None, "application/n-triples", id="text/plain"),
    pytest.param(f"{JSON};q=0, */*;q=0.5", XML, "text/turtle", id="anything but JSON"),
    pytest.param("text/csv;header=present", "text/csv", None, id="parameters"),
    pytest.param("TEXT/CSV", "text/csv", None, id="capitals"),
    pytest.param(FIREFOX, "text/html", "text/html", id="Firefox"),
    pytest.param("text/turtle, text/html;q=0.5", "text/html", "text/turtle", id="Turtle or a page"),
    pytest.param("image/png", None, None, id="image/png"),
])  # fmt: skip
def test_2_1_5_what_clients_accept_they_get(w3c: FlaskClient, accept: str | None, of_table: str | None,
                                            of_graph: str | None) -> None:  # fmt: skip
    headers = {"Accept": accept} if accept else {}
    for query, expected in ((SELECT_ONE, of_table), (ASK, of_table), (CONSTRUCT_ONE, of_graph)):
        response = w3c.get("/sparql", query_string={"query": query}, headers=headers)
        assert (response.status_code, response.mimetype) == (200, expected) if expected else response.status_code == 406
        assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(("query", "accept", "offered"), [
    (SELECT_ONE, "text/turtle", SOLUTION_FORMATS), (ASK, "application/rdf+xml", SOLUTION_FORMATS),
    (CONSTRUCT_ONE, JSON, GRAPH_FORMATS), (CONSTRUCT_ONE, "text/csv", GRAPH_FORMATS),
])  # fmt: skip
def test_2_1_5_a_refusal_lists_what_there_is(
    w3c: FlaskClient, query: str, accept: str, offered: tuple[Format, ...]
) -> None:
    accepted = {"Accept": f"{accept};q=0.5, application/problem+json"}
    response = w3c.get("/sparql", query_string={"query": query}, headers=accepted)
    assert problem(response, 406)["offered"] == [*(fmt.media_type for fmt in offered), "text/html"]


@pytest.mark.parametrize("parameter", ["format", "output", "results"])
@pytest.mark.parametrize("name", ["xml", "srx", XML, "XML", "application/sparql-results+xml;charset=utf-8"])
def test_2_1_5_the_format_can_be_named(w3c: FlaskClient, parameter: str, name: str) -> None:
    response = w3c.get("/sparql", query_string={"query": ASK, parameter: name}, headers={"Accept": JSON})
    assert response.mimetype == XML
    assert "Vary" not in response.headers


def test_2_1_5_a_plus_sign_that_was_not_escaped_is_read_as_meant(w3c: FlaskClient) -> None:
    assert w3c.get("/sparql?query=ASK%7B%7D&format=application/sparql-results+xml").mimetype == XML


# --- 2.1.6 success responses: every format is read back by another parser --------------------------------

ROWS = r"""
SELECT ?s ?o
WHERE { VALUES (?s ?o) { (<http://e/a> "x, \"y\"\t\nz") (<http://e/b> "é"@fr) (<http://e/c> 1) (<http://e/d> UNDEF) } }
"""
PARSERS = {"srj": "json", "srx": "xml", "csv": "csv", "tsv": "tsv"}


@pytest.mark.parametrize("fmt", SOLUTION_FORMATS, ids=lambda fmt: fmt.suffix)
def test_2_1_6_a_table_in_each_format(w3c: FlaskClient, fmt: Format) -> None:
    response = w3c.get("/sparql", query_string={"query": ROWS}, headers={"Accept": fmt.media_type})
    assert response.headers["Content-Type"] == fmt.content_type
    result = Result.parse(BytesIO(response.data), format=PARSERS[fmt.suffix])
    rows = {(str(row[0]), str(row[1])) for row in result if not isinstance(row, bool)}
    assert {subject[-1] for subject, _ in rows} == set("abcd")
    assert ("http://e/a", 'x, "y"\t\nz') in rows


@pytest.mark.parametrize("fmt", GRAPH_FORMATS, ids=lambda fmt: fmt.suffix)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_2_1_6_a_graph_in_each_format(client: FlaskClient, fmt: Format) -> None:
    query = {"query": "CONSTRUCT WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o }"}
    response = client.get("/sparql", query_string=query, headers={"Accept": fmt.media_type})
    assert response.headers["Content-Type"] == fmt.content_type
    expected = client.get("/sparql", query_string=query, headers={"Accept": "application/n-triples"}).data
    parsed = Graph().parse(data=response.data, format="nt" if fmt.suffix == "nq" else fmt.media_type)
    assert len(parsed) == len(expected.splitlines()) > 100


def test_2_1_6_a_truth_value_in_csv_and_tsv_is_one_word(w3c: FlaskClient) -> None:
    for accept in ("text/csv", "text/tab-separated-values"):
        response = w3c.get("/sparql", query_string={"query": ASK}, headers={"Accept": accept})
        assert response.data.strip() == b"true"


# --- 2.3 determining the base IRI ------------------------------------------------------------------------


def test_2_3_relative_iris_are_resolved_against_the_base_of_the_data(client: FlaskClient) -> None:
    query = "SELECT (STR(<id/ccr>) AS ?x) {}"
    for response in (
        client.get("/sparql", query_string={"query": query}),
        client.post("/sparql", data={"query": query}),
    ):
        assert one_value(response) == "https://w3id.org/stca-kg/id/ccr"


def test_2_3_base_in_the_query_wins(client: FlaskClient) -> None:
    query = "BASE <http://e/x/> BASE <y/> SELECT (STR(<../z>) AS ?x) {}"
    assert one_value(client.get("/sparql", query_string={"query": query})) == "http://e/x/z"


# --- SPARQL 1.2 Protocol ---------------------------------------------------------------------------------


def test_1_2_a_version_is_announced_once_at_most(w3c: FlaskClient) -> None:
    assert truth(w3c.get("/sparql", query_string={"query": ASK, "version": "1.2"}))
    assert truth(w3c.post("/sparql", data={"query": 'VERSION "1.2" ASK {}', "version": "1.2-basic"}))
    problem(w3c.get("/sparql?query=ASK%7B%7D&version=1.1&version=1.2"), 400)


TERMS = 'SELECT (<<( <http://e/a> <http://e/b> "x"@en--ltr )>> AS ?t) ("y"@ar--rtl AS ?l) {}'


@pytest.mark.parametrize(("accept", "results"), [
    (JSON, QueryResultsFormat.JSON), (XML, QueryResultsFormat.XML),
    ("text/tab-separated-values", QueryResultsFormat.TSV),
])  # fmt: skip
def test_1_2_results_hold_triple_terms_and_directions(
    w3c: FlaskClient, accept: str, results: QueryResultsFormat
) -> None:
    response = w3c.get("/sparql", query_string={"query": TERMS}, headers={"Accept": accept})
    read = parse_query_results(response.data, results)
    assert isinstance(read, QuerySolutions)
    (row,) = list(read)
    assert isinstance(row["t"], Triple)
    assert "--rtl" in str(row["l"])


def test_1_2_json_results_name_the_parts_of_a_triple_term(w3c: FlaskClient) -> None:
    row = json.loads(w3c.get("/sparql", query_string={"query": TERMS}).data)["results"]["bindings"][0]
    assert row["t"]["type"] == "triple"
    assert row["t"]["value"]["object"] == {"type": "literal", "value": "x", "xml:lang": "en", "its:dir": "ltr"}
    assert row["l"]["its:dir"] == "rtl"


GRAPH_OF_TERMS = "CONSTRUCT { <http://e/r> <http://e/says> <<( <http://e/a> <http://e/b> 'y'@ar--rtl )>> } WHERE {}"


@pytest.mark.parametrize(("accept", "syntax"), [
    ("text/turtle", RdfFormat.TURTLE), ("application/n-triples", RdfFormat.N_TRIPLES),
    ("application/n-quads", RdfFormat.N_QUADS), ("application/trig", RdfFormat.TRIG),
    ("application/rdf+xml", RdfFormat.RDF_XML), ("text/turtle;version=1.2", RdfFormat.TURTLE),
])  # fmt: skip
def test_1_2_graphs_hold_triple_terms_and_directions(w3c: FlaskClient, accept: str, syntax: RdfFormat) -> None:
    response = w3c.get("/sparql", query_string={"query": GRAPH_OF_TERMS}, headers={"Accept": accept})
    assert response.status_code == 200
    (statement,) = list(parse(response.data, syntax))
    assert isinstance(statement.object, Triple)
    assert "--rtl" in str(statement.object.object)


def test_1_2_json_ld_cannot_hold_triple_terms_and_says_so(w3c: FlaskClient) -> None:
    accept = {"Accept": "application/ld+json;q=0.5, application/problem+json"}
    response = w3c.get("/sparql", query_string={"query": GRAPH_OF_TERMS}, headers=accept)
    assert "cannot write triple terms" in str(problem(response, 406)["detail"])


def test_a_function_of_xml_schema_that_there_is_not_is_the_client_s_mistake(w3c: FlaskClient) -> None:
    function = "<http://www.w3.org/2001/XMLSchema#intger>"
    response = w3c.get("/sparql", query_string={"query": f"SELECT ({function}(1) AS ?x) {{}}"})
    assert function in str(problem(response, 400)["detail"])


def test_a_function_of_another_engine_has_no_value(w3c: FlaskClient) -> None:
    """SPARQL 1.1 Query Language, section 17.3.1: without the extension, its result is an error of the expression."""
    response = w3c.get("/sparql", query_string={"query": "SELECT (<http://e/f>(1) AS ?x) {}"})
    assert response.status_code == 200
    assert json.loads(response.data)["results"]["bindings"] == [{}]


def test_1_2_csv_gives_a_triple_term_as_text(w3c: FlaskClient) -> None:
    response = w3c.get("/sparql", query_string={"query": TERMS}, headers={"Accept": "text/csv"})
    assert response.data.splitlines()[0] == b"t,l"


# --- HTTP: releases, validators, methods -----------------------------------------------------------------


def test_every_answer_and_every_error_names_its_release(client: FlaskClient, site: Site) -> None:
    again = f'</releases/{site.release.manifest.id}/sparql>; rel="via"'
    for query in ({"query": ASK}, {"query": "SELEC"}, {}):
        assert again in client.get("/sparql", query_string=query).headers["Link"]


def test_a_query_can_be_asked_on_the_release_by_name(client: FlaskClient, site: Site) -> None:
    assert truth(client.get(f"/releases/{site.release.manifest.id}/sparql", query_string={"query": ASK}))
    assert site.release.manifest.id in str(
        problem(client.get("/releases/1999-01-01-0/sparql?query=ASK%7B%7D"), 404)["detail"]
    )


def test_a_copy_that_is_still_good_is_told_before_the_engine_is_asked(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?s ?p ?o } LIMIT 3"}
    first = client.get("/sparql", query_string=query)
    tag = first.headers["ETag"]
    assert tag.startswith("W/")
    again = client.get("/sparql", query_string=query, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    for other in (
        {"query": "SELECT * { ?s ?p ?o } LIMIT 4"},
        {**query, "format": "xml"},
        {**query, "default-graph-uri": "graph/claims"},
    ):
        assert client.get("/sparql", query_string=other, headers={"If-None-Match": tag}).status_code == 200


def test_an_answer_that_changes_by_itself_has_no_validator(client: FlaskClient) -> None:
    assert "ETag" not in client.get("/sparql", query_string={"query": "SELECT (NOW() AS ?n) {}"}).headers


def test_options_says_what_can_be_asked(client: FlaskClient) -> None:
    response = client.options("/sparql")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert response.headers["Accept-Post"] == response.headers["Accept-Query"] == f"{FORM}, {DIRECT}"


def test_a_script_on_another_site_may_post_a_query(client: FlaskClient) -> None:
    asked = {"Origin": "https://example.com", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "content-type"}  # fmt: skip
    response = client.options("/sparql", headers=asked)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "content-type" in response.headers["Access-Control-Allow-Headers"].lower()
    assert int(response.headers["Access-Control-Max-Age"]) > 0


def test_a_query_by_the_method_query_is_answered_as_by_post(w3c: FlaskClient) -> None:
    assert truth(w3c.open("/sparql", method="QUERY", data=ASK, content_type=DIRECT))
    problem(w3c.open("/sparql", method="QUERY", data=ASK), 415)


# --- over HTTP itself ------------------------------------------------------------------------------------


def ask(
    server: Server, method: str, target: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=20)
    try:
        connection.request(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def test_over_http_the_three_ways_to_ask_and_query(server: Server) -> None:
    answers = [
        ask(server, "GET", "/sparql?query=ASK%20%7B%7D"),
        ask(server, "POST", "/sparql", b"query=ASK+%7B%7D", Content_Type=FORM),
        ask(server, "POST", "/sparql", b"ASK {}", Content_Type=DIRECT),
        ask(server, "QUERY", "/sparql", b"ASK {}", Content_Type=DIRECT),
        ask(server, "GET", "/sparql?query=ASK%20%7B%7D", b"nonsense", Content_Type="text/plain"),
    ]
    assert [(status, json.loads(body)["boolean"]) for status, _, body in answers] == [(200, True)] * 5


@pytest.mark.parametrize("target", [
    "/sparql?query=ASK%20%7B%7D", "/sparql", "/sparql?query=SELEC", "/sparql/service-description",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D", "/sparql?query=ASK%7B%7D&format=docx", "/graphs?default",
    "/graphs", "/graphs?graph=https://w3id.org/stca-kg/graph/claims",
])  # fmt: skip
def test_over_http_head_is_get_without_a_body(server: Server, target: str) -> None:
    status, headers, body = ask(server, "HEAD", target)
    as_get = ask(server, "GET", target)
    assert body == b""
    assert status == as_get[0]
    for name in ("content-type", "etag", "link", "vary", "cache-control"):
        assert headers.get(name) == as_get[1].get(name)


def test_over_http_options_and_a_method_that_is_not_allowed(server: Server) -> None:
    status, headers, body = ask(server, "OPTIONS", "/sparql", Origin="https://e", Access_Control_Request_Method="POST")
    assert (status, body) == (200, b"")
    assert headers["allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    status, headers, body = ask(server, "PUT", "/sparql", b"ASK {}", Content_Type=DIRECT)
    assert (status, headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST, QUERY")


def test_over_http_a_long_table_arrives_whole(server: Server) -> None:
    status, _, body = ask(server, "GET", "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D", Accept="text/csv")
    assert status == 200
    assert body.count(b"\r\n") > 10_000
    status, _, body = ask(server, "GET", "/graphs?default&format=nt")
    assert status == 200
    assert body.count(b"\n") > 10_000
