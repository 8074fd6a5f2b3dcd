"""A real server, read by real clients."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from rdflib import Dataset, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper

from conftest import Server, serving
from kgpub.child_processes import IDLE_MODULE
from kgpub.formats import TURTLE as RDF_TURTLE
from kgpub.observation import Surroundings
from kgpub.preparation import Share
from kgpub.prepared_documents import PreparedDocuments, create
from kgpub.release import Release
from kgpub.server import Handover, prepare
from kgpub.settings import QuerySettings, ServerSettings
from projects import KGPUB, plan_of

BASE = "https://w3id.org/stca-kg/"
HELD = f"SELECT ?claim WHERE {{ ?claim <{BASE}ontology/heldBy> <{BASE}id/ccr> }}"
HOUR_LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"


def get(server: Server, path: str, accept: str = "*/*") -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(server.address + path, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.read(), dict(response.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


def sparql(server: Server, query: str) -> tuple[int, bytes, dict[str, str]]:
    return get(server, f"/sparql?query={quote(query)}")


@pytest.mark.parametrize(
    ("accept", "name"),
    [("application/n-triples", "nt"), ("application/ld+json", "json-ld"), ("application/rdf+xml", "xml")],
)
def test_a_thing_followed_by_redirect_says_the_same_in_every_syntax(server: Server, accept: str, name: str) -> None:
    turtle = Graph().parse(data=get(server, "/id/ccr", "text/turtle")[1], format="turtle")
    assert isomorphic(turtle, Graph().parse(data=get(server, "/id/ccr", accept)[1], format=name))


def test_trig_and_n_quads_say_the_same(server: Server) -> None:
    turtle = Graph().parse(data=get(server, "/id/ccr", "text/turtle")[1], format="turtle")
    for accept, name in (("application/trig", "trig"), ("application/n-quads", "nquads")):
        dataset = Dataset()
        dataset.parse(data=get(server, "/id/ccr", accept)[1], format=name)
        assert isomorphic(turtle, dataset.default_graph)


@pytest.mark.parametrize("return_format", [JSON, XML, CSV, TSV])
@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("way", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper_reads_a_table(server: Server, return_format: str, method: str, way: str) -> None:
    assert f"{BASE}id/claim-s05-c1" in str(wrapped(server, HELD, return_format, method, way))


@pytest.mark.parametrize("return_format", [TURTLE, N3, RDFXML, JSONLD])
def test_sparqlwrapper_reads_a_graph(server: Server, return_format: str) -> None:
    result = wrapped(server, f"DESCRIBE <{BASE}id/ccr>", return_format, "GET", URLENCODED)
    graph = Graph().parse(data=result, format="turtle") if isinstance(result, bytes) else result
    assert len(graph) > 5


def wrapped(server: Server, query: str, return_format: str, method: str, way: str) -> Any:
    client = SPARQLWrapper(f"{server.address}/sparql")
    client.setQuery(query)
    client.setReturnFormat(return_format)
    client.setMethod(method)
    client.setRequestMethod(way)
    result = client.query()
    with result.response:
        converted: Any = result.convert()
    return converted.toxml() if return_format == XML else converted


def test_rdflib_s_sparql_store_reads_the_endpoint(server: Server) -> None:
    graph = Graph(SPARQLStore(f"{server.address}/sparql"))
    claims = {str(row[0]) for row in graph.query(HELD)}  # type: ignore[index]  # a SELECT gives rows
    assert f"{BASE}id/claim-s05-c1" in claims


def test_a_query_that_would_run_for_an_hour_is_stopped_and_others_are_answered(server: Server) -> None:
    outcome: list[tuple[int, float]] = []

    def run_bomb() -> None:
        started = time.monotonic()
        outcome.append((sparql(server, HOUR_LONG)[0], time.monotonic() - started))

    bomb = threading.Thread(target=run_bomb)
    bomb.start()
    slowest = 0.0
    while bomb.is_alive():
        started = time.monotonic()
        assert get(server, "/doc/id/ccr.ttl")[0] == 200
        assert sparql(server, "ASK {}")[0] == 200
        slowest = max(slowest, time.monotonic() - started)
    bomb.join()
    (status, seconds) = outcome[0]
    assert status == 422
    assert seconds < 5
    assert slowest < 1.5


def test_the_path_is_read_as_it_was_sent(server: Server) -> None:
    """``%2F`` is not a slash: as IRIs the two differ."""
    assert get(server, "/doc/id/ccr")[0] == 200
    assert get(server, "/doc/id%2Fccr.ttl")[0] == 200
    for path in ("//id//ccr", "/id//ccr", "/id/ccr/", "/doc//id/ccr"):
        assert get(server, path)[0] == 404, path


def test_a_long_answer_is_streamed_whole(server: Server) -> None:
    status, body, headers = sparql(server, "SELECT ?s ?p ?o { ?s ?p ?o }")
    assert status == 200
    assert "Content-Length" not in headers
    assert body.endswith(b"]}}")


def test_an_answer_that_fails_on_the_way_breaks_the_connection(server: Server) -> None:
    """Three rows a solution make more than the answer's cap, long after the status line."""
    many = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    with pytest.raises((IncompleteRead, ConnectionError)):
        sparql(server, many)
    assert sparql(server, "ASK {}")[0] == 200


def test_a_body_that_is_too_large_is_413_and_a_broken_request_harms_nobody(server: Server) -> None:
    parts = urlsplit(server.address)
    headers = {"Content-Type": "application/sparql-query"}
    with (
        closing(HTTPConnection(str(parts.hostname), parts.port, timeout=20)) as connection,
        suppress(ConnectionError),  # the server may close before it has read what nobody wants
    ):
        connection.request("POST", "/sparql", body=b"q" * 2_000_000, headers=headers)
        assert connection.getresponse().status == 413
    with socket.create_connection((str(parts.hostname), parts.port or 80), timeout=20) as raw:
        raw.sendall(b"GET /\x00\x01 HTTP/9.9\r\nBroken\r\n\r\n")
    assert sparql(server, "ASK {}")[0] == 200


def test_sigterm_ends_the_server_and_all_its_processes(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<http://ex.org/a> <http://ex.org/p> 1 .", "utf-8")
    with serving(("a.ttl",), tmp_path) as running:
        assert get(running, "/a")[0] == 200
        group = children(running.process.pid)
        assert group
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=20) == 0
    assert eventually(lambda: not any(alive(pid) for pid in group))


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # a thread that ended meanwhile
            found += map(int, (task / "children").read_text().split())
    return found + [grandchild for child in found for grandchild in children(child)]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_every_web_process_answers(server: Server) -> None:
    """Each connection goes to one process, which the kernel chooses: of 40, no process gets none."""
    workers = [pid for pid in children(server.process.pid) if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]
    before = {pid: cpu_ticks(pid) for pid in workers}
    assert len(before) == 2
    for _ in range(40):
        for _ in range(10):
            get(server, "/doc/id/claim-s05-c1.html")
    assert all(cpu_ticks(pid) > ticks for pid, ticks in before.items())


def cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


TRIG = """
@prefix : <http://ex.org/data/> .
:a :p "default" . :g { :a :p "named" . :b :q :a . <http://elsewhere.org/x> :p :a . }
"""


def test_files_are_served_exactly_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "d.trig").write_text(TRIG, "utf-8")
    (tmp_path / "empty.ttl").write_text("", "utf-8")
    with serving(("d.trig", "empty.ttl"), tmp_path) as running:
        assert sparql(running, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[1].count(b'"1"') == 1
        assert sparql(running, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")[1].count(b'"3"') == 1
        assert get(running, "/a")[0] == 200
        assert get(running, "/data/a")[0] == 200
        assert get(running, "/resource?iri=http://elsewhere.org/x")[0] == 200


def test_the_named_graphs_of_files_join_the_default_graph_on_request(tmp_path: Path) -> None:
    (tmp_path / "d.trig").write_text(TRIG, "utf-8")
    with serving(("--union-default-graph", "--base", "http://ex.org/", "d.trig"), tmp_path) as running:
        assert sparql(running, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[1].count(b'"4"') == 1
        assert get(running, "/data/a")[0] == 200


def test_an_empty_file_is_an_empty_data_set(tmp_path: Path) -> None:
    (tmp_path / "empty.ttl").write_text("", "utf-8")
    with serving(("empty.ttl",), tmp_path) as running:
        assert b'"boolean":false' in sparql(running, "ASK { ?s ?p ?o }")[1]
        assert get(running, "/", "text/html")[0] == 200


def test_a_build_that_the_shapes_stop_leaves_the_server_serving(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "shapes").mkdir()
    (tmp_path / "kgpub.toml").write_text('[publication]\nbase_iri = "http://ex.org/"\n', "utf-8")
    (tmp_path / "data" / "a.ttl").write_text('<id/a> a <C> ; <name> "a" .', "utf-8")
    shape = "<S> a sh:NodeShape ; sh:targetClass <C> ; sh:property [ sh:path <name> ; sh:minCount 1 ] ."
    (tmp_path / "shapes" / "s.ttl").write_text(f"@prefix sh: <http://www.w3.org/ns/shacl#> . {shape}", "utf-8")
    build = [sys.executable, "-m", "kgpub.cli", "build"]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)
    with serving((), tmp_path) as running:
        before = get(running, "/doc/id/a.nt")
        (tmp_path / "data" / "a.ttl").write_text("<id/a> a <C> .", "utf-8")
        stopped = subprocess.run(build, cwd=tmp_path, check=False, capture_output=True, text=True)
        assert stopped.returncode == 2
        assert "minCount" in stopped.stdout.replace(" ", "") or "Less than 1" in stopped.stdout
        assert get(running, "/doc/id/a.nt")[:2] == before[:2]


def test_rdf_1_2_and_odd_iris_are_served(tmp_path: Path) -> None:
    odd = "<http://ex.org/a%20b/\u00e9?x=(1)> <http://ex.org/p> <<( <urn:isbn:1> <http://ex.org/q> 'o' )>> , _:b . "
    (tmp_path / "odd.ttl").write_text(
        f"{odd} <urn:isbn:1> <http://ex.org/p> <http://ex.org/h#x> . <http://ex.org/h#x> <http://ex.org/p> 1 ."
    )
    with serving(("odd.ttl", "--base", "http://ex.org/"), tmp_path) as running:
        for accept in ("text/turtle", "application/n-triples", "application/trig", "text/html", "text/csv"):
            assert get(running, "/a%20b/%C3%A9?x=(1)", accept)[0] in (200, 404)
            assert get(running, f"/resource?iri={quote('http://ex.org/a%20b/é?x=(1)')}", accept)[0] == 200, accept
            assert get(running, "/resource?iri=urn:isbn:1", accept)[0] == 200, accept
            assert get(running, "/h", accept)[0] == 200, accept
        assert get(running, f"/resource?iri={quote('http://ex.org/a%20b/é?x=(1)')}", "application/ld+json")[0] == 406
        assert get(running, "/resource?iri=http://ex.org/h%23x", "application/ld+json")[0] == 200


def test_in_quad_syntaxes_named_graphs_stay_apart_as_they_do_at_the_endpoint(tmp_path: Path) -> None:
    (tmp_path / "d.trig").write_text(TRIG, "utf-8")
    with serving(("d.trig",), tmp_path) as running:
        dataset = Dataset()
        dataset.parse(data=get(running, "/data/a", "application/trig")[1], format="trig")
        about_a = set(dataset.default_graph.triples((URIRef("http://ex.org/data/a"), None, None)))
        assert [str(value) for _, _, value in about_a] == ["default"]


def test_the_service_description_counts_what_the_endpoint_holds(server: Server) -> None:
    description = Graph().parse(data=get(server, "/sparql", "text/turtle")[1], format="turtle")
    counted = description.value(URIRef(f"{BASE}sparql#default-graph"), URIRef("http://rdfs.org/ns/void#triples"))
    assert f'"{counted}"'.encode() in sparql(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[1]
    graphs = sparql(server, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }")[1]
    names = set(description.objects(None, URIRef("http://www.w3.org/ns/sparql-service-description#name")))
    assert f'"{len(names)}"'.encode() in graphs


@pytest.mark.parametrize("path", ["/sparql/", "/sparql%2F", "/sparql//"])
def test_no_spelling_of_the_endpoint_holds_up_documents(server: Server, path: str) -> None:
    bomb = threading.Thread(target=get, args=(server, f"{path}?query={quote(HOUR_LONG)}"))
    bomb.start()
    slowest = 0.0
    while bomb.is_alive():
        started = time.monotonic()
        assert get(server, "/doc/id/ccr.ttl")[0] == 200
        slowest = max(slowest, time.monotonic() - started)
    assert slowest < 1


def test_a_page_of_a_huge_result_costs_the_web_process_little(server: Server) -> None:
    query = "SELECT ?a ?e { ?a ?b ?c . ?d ?e ?f } LIMIT 3000000"
    started = time.monotonic()
    status, page, _ = get(server, f"/sparql?query={quote(query)}", "text/html")
    assert status == 200
    assert len(page) < 1_000_000
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("victim", ["main", "pool"])
def test_nothing_stays_behind_whatever_is_killed(tmp_path: Path, victim: str) -> None:
    (tmp_path / "a.ttl").write_text("<http://ex.org/a> <http://ex.org/p> 1 .", "utf-8")
    with serving(("a.ttl",), tmp_path) as running:
        group = children(running.process.pid)
        pool = next(pid for pid in group if "kgpub.pool" in Path(f"/proc/{pid}/cmdline").read_text("utf-8"))
        os.kill(running.process.pid if victim == "main" else pool, signal.SIGKILL)
        assert eventually(lambda: not any(alive(pid) for pid in group), 20)
        assert running.process.wait(timeout=20) is not None


def test_a_server_stops_without_a_word_however_often(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<http://ex.org/a> <http://ex.org/p> 1 .", "utf-8")
    for _ in range(5):
        with serving(("a.ttl",), tmp_path, stderr=subprocess.PIPE) as running:
            assert get(running, "/sparql?query=ASK%7B%7D")[0] == 200
            running.process.send_signal(signal.SIGTERM)
            assert running.process.stderr is not None
            with running.process.stderr:
                assert "panicked" not in running.process.stderr.read()


@pytest.mark.parametrize("settings", ["", "[server]\nprepared_mb = 0\n"], ids=["usually", "without room"])
def test_documents_are_prepared_by_idle_processes_that_end_with_the_server(tmp_path: Path, settings: str) -> None:
    plan_of(tmp_path, {"data/a.ttl": "<http://example.org/id/a> <http://example.org/p> 1 ."}, PLACE + settings)
    subprocess.run([*KGPUB, "build"], cwd=tmp_path, check=True, capture_output=True)
    with serving((), tmp_path) as running:
        told = get(running, "/metrics")[1]
        assert (b"kgpub_prepared_documents 0.0" in told) == (not settings)
        assert eventually(lambda: bool(idle(running)), 0.0 if settings else 30.0) == (not settings)
        if not settings:
            makers = min(os.cpu_count() or 1, 4)
            assert eventually(lambda: len(idle(running)) == makers)
            assert f'kgpub_processes{{kind="idle"}} {makers}.0'.encode() in get(running, "/metrics")[1]
        group = idle(running)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=20) == 0
    assert eventually(lambda: not any(alive(pid) for pid in group))


PLACE = '[publication]\nbase_iri = "http://example.org/"\n'


def idle(server: Server) -> list[int]:
    return [pid for pid in children(server.process.pid) if IDLE_MODULE in Path(f"/proc/{pid}/cmdline").read_text()]


def test_what_is_prepared_is_there_for_web_processes_and_a_full_disk_only_ends_it(
    tmp_path: Path, announcement_release: Release, caplog: pytest.LogCaptureFixture
) -> None:
    settings = ServerSettings(prepared_mb=1)
    handover = Handover(announcement_release.folder, Surroundings(settings, QuerySettings(), "", tmp_path))
    create(handover.prepared)
    prepare(handover, Share())
    with closing(PreparedDocuments(handover.prepared)) as prepared:
        assert prepared.get(f"{BASE}id/ccr", RDF_TURTLE) is not None
        assert 1_000_000 <= prepared.progress().bytes < 2_000_000
        assert prepared.progress().is_over
    handover.prepared.write_bytes(b"no database" * 1_000)
    prepare(handover, Share())
    assert "No more documents are prepared" in caplog.text
