"""A real client of linked data asks a real server: fragments, documents, the endpoint. All say the same."""

import json
import socket
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from comunica_client import Comunica, Solution, endpoint_answer, start_comunica
from conftest import Server, serving
from projects import build_project

PREFIXES = """
PREFIX cn: <https://w3id.org/stca-kg/ontology/>
PREFIX g: <https://w3id.org/stca-kg/graph/>
PREFIX id: <https://w3id.org/stca-kg/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
JOIN = """SELECT ?holder ?label WHERE {
  ?demand a cn:Demand ; cn:heldBy ?holder ; rdfs:label ?label FILTER(LANG(?label) = "en")
}"""
QUERIES = {
    "a join of three patterns": JOIN,
    "optional": "SELECT ?demand ?whom WHERE { ?demand a cn:Demand OPTIONAL { ?demand cn:addressedTo ?whom } }",
    "several pages": "SELECT ?thing ?label WHERE { ?thing rdfs:label ?label }",
    "a literal in the pattern": 'SELECT ?thing ?property WHERE { ?thing ?property "Canadian Council for Refugees"@en }',
    "subject and object": "SELECT ?property WHERE { id:claim-s05-c1 ?property id:ccr }",
    "union, minus, counts": """SELECT ?class (COUNT(?thing) AS ?things) WHERE {
      { ?thing a cn:Demand } UNION { ?thing a cn:Claim } ?thing a ?class MINUS { ?thing cn:addressedTo ?whom }
    } GROUP BY ?class""",
}
GRAPHS = {
    "one graph": "SELECT ?s ?o WHERE { GRAPH g:claims { ?s cn:heldBy ?o } }",
    "any graph": "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s a cn:Demand } }",
    "quoted graphs": "SELECT ?g ?s ?p ?o WHERE { ?claim cn:proposition ?g GRAPH ?g { ?s ?p ?o } }",
    "a named graph and the default graph": """SELECT ?s ?label WHERE {
      GRAPH g:claims { ?s a cn:Demand } ?s rdfs:label ?label
    }""",
}


@pytest.fixture(scope="module")
def comunica() -> Iterator[Comunica]:
    running = start_comunica()
    yield running
    for pipe in (running.process.stdin, running.process.stdout):
        assert pipe is not None
        pipe.close()
    assert running.process.wait(timeout=30) == 0


def from_endpoint(server: Server, query: str) -> Counter[Solution]:
    """Return our endpoint's own answer."""
    request = urllib.request.Request(
        f"{server.address}/sparql?query={quote(PREFIXES + query)}",
        headers={"Accept": "application/sparql-results+json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = endpoint_answer(json.load(response))
    assert answer, "a query without an answer compares nothing"
    return answer


@pytest.mark.parametrize("name", QUERIES)
def test_triple_pattern_fragments_answer_what_the_endpoint_answers(
    comunica: Comunica, server: Server, name: str
) -> None:
    asked = comunica.ask(PREFIXES + QUERIES[name], f"{server.address}/fragments")
    assert asked.solutions == from_endpoint(server, QUERIES[name])
    assert all(f" {server.address}/fragments" in request for request in asked.requests)
    if name == "several pages":
        assert sum("offset=" in request for request in asked.requests) > 10


@pytest.mark.parametrize(("kind", "path"), [("qpf", "fragments"), ("qpf", "fragments/quads"), ("brtpf", "fragments")])
def test_a_named_kind_of_source_answers_too(comunica: Comunica, server: Server, kind: str, path: str) -> None:
    asked = comunica.ask(PREFIXES + JOIN, {"type": kind, "value": f"{server.address}/{path}"})
    assert asked.solutions == from_endpoint(server, JOIN)
    assert any("values=" in request for request in asked.requests) == (kind == "brtpf")


def test_bindings_save_most_requests(comunica: Comunica, server: Server) -> None:
    query = "SELECT ?demand ?label WHERE { ?demand a cn:Demand . ?demand rdfs:label ?label }"
    plain, restricted = (
        comunica.ask(PREFIXES + query, {"type": kind, "value": f"{server.address}/fragments"})
        for kind in ("qpf", "brtpf")
    )
    assert plain.solutions == restricted.solutions == from_endpoint(server, query)
    assert len(restricted.requests) < len(plain.requests) / 2


def test_blank_nodes_are_iris_in_fragments(comunica: Comunica, server: Server) -> None:
    query = "SELECT ?node ?class WHERE { ?node a ?class FILTER(isBlank(?node) || CONTAINS(STR(?node), '/genid/')) }"
    by_fragments = comunica.ask(PREFIXES + query, f"{server.address}/fragments").solutions
    by_endpoint = from_endpoint(server, query)
    assert by_fragments.total() == by_endpoint.total()
    assert {kind for row in by_fragments for name, kind, *_ in row if name == "node"} == {"NamedNode"}
    assert {kind for row in by_endpoint for name, kind, *_ in row if name == "node"} == {"BlankNode"}


@pytest.mark.parametrize("name", GRAPHS)
def test_quad_pattern_fragments_tell_graphs_apart(comunica: Comunica, server: Server, name: str) -> None:
    asked = comunica.ask(PREFIXES + GRAPHS[name], f"{server.address}/fragments/quads")
    assert asked.solutions == from_endpoint(server, GRAPHS[name])


def test_what_is_quoted_is_not_found_among_triples(comunica: Comunica, server: Server) -> None:
    quoted = from_endpoint(server, GRAPHS["quoted graphs"])
    some_row = dict((name, value) for name, _, value, _, _ in next(iter(quoted)))  # noqa: C402 (a row of five)
    query = f"SELECT ?o WHERE {{ <{some_row['s']}> <{some_row['p']}> ?o }}"
    for path in ("fragments", "fragments/quads"):
        plain = comunica.ask(PREFIXES + query, f"{server.address}/{path}").solutions
        assert (
            plain == comunica.ask(PREFIXES + query, {"type": "sparql", "value": f"{server.address}/sparql"}).solutions
        )


def test_the_endpoint_is_a_source(comunica: Comunica, server: Server) -> None:
    for source in (f"{server.address}/sparql", {"type": "sparql", "value": f"{server.address}/sparql"}):
        assert comunica.ask(PREFIXES + JOIN, source).solutions == from_endpoint(server, JOIN)


def test_two_documents_are_joined(comunica: Comunica, server: Server) -> None:
    query = """SELECT ?holder ?name WHERE {
      id:claim-s05-c1 cn:heldBy ?holder . ?holder skos:prefLabel|rdfs:label ?name FILTER(LANG(?name) = "fr")
    }"""
    documents = [f"{server.address}/doc/id/{name}" for name in ("claim-s05-c1", "ccr")]
    asked = comunica.ask(PREFIXES + query, *documents)
    assert set(asked.solutions) == set(from_endpoint(server, query))
    assert {request.partition(" ")[2] for request in asked.requests} == set(documents)


def test_fragments_and_a_document_are_joined(comunica: Comunica, server: Server) -> None:
    query = "SELECT ?demand ?class WHERE { ?demand a cn:Demand ; cn:heldBy ?holder . ?holder a ?class }"
    sources = (f"{server.address}/fragments", f"{server.address}/doc/id/ccr")
    assert set(comunica.ask(PREFIXES + query, *sources).solutions) == set(from_endpoint(server, query))


def test_things_are_dereferenced_by_their_own_iris(comunica: Comunica, tmp_path: Path) -> None:
    """Where the base is where the server is, an IRI is the address of what is said of it, with a 303 on the way."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{probe.getsockname()[1]}/"
    turtle = """
    <id/anna> <v/knows> <id/bob> ; <v/name> "Anna" .
    <id/bob> <v/knows> <id/carl> ; <v/name> "Bob" ; <v/home> [ <v/town> "Montréal" ] .
    <id/carl> <v/name> "Carl" .
    """
    settings = f'[publication]\nbase_iri = "{base}"\nunion_default_graph = true\n'
    build_project(tmp_path, {"data/people.ttl": turtle}, settings)
    query = f"""PREFIX v: <{base}v/> SELECT ?name ?town WHERE {{
      <{base}id/anna> v:knows ?friend . ?friend v:name ?name ; v:home/v:town ?town
    }}"""
    with serving(("--port", base.strip("/").rpartition(":")[2]), tmp_path):
        things = [f"{base}id/anna", f"{base}id/bob"]
        asked = comunica.ask(query, *things)
        assert {value for row in asked.solutions for _, _, value, _, _ in row} == {"Bob", "Montréal"}
        by_fragments = comunica.ask(query, f"{base}fragments")
        assert by_fragments.solutions == asked.solutions
