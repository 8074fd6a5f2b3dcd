"""What an operator sees of a real server: its log, its metrics, its health."""

import json
import re
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from conftest import Server, serving
from kgpub.release import Release

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="causes are signals of Linux")

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"
NESTED = "SELECT * WHERE " + "{" * 5_000 + "}" * 5_000
CUT = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
SETTINGS = """
[publication]
base_iri = "https://w3id.org/stca-kg/"
[folders]
releases = "{releases}"
[query]
seconds = 1
workers = 2
slow_seconds = 0.3
answer_mb = 5
[server]
access_log = "access.log"
"""


@dataclass(frozen=True)
class Observed:
    server: Server
    log: Path

    def get(self, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        request = urllib.request.Request(self.server.address + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.read(), {k.lower(): v for k, v in response.headers.items()}
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), {k.lower(): v for k, v in error.headers.items()}

    def ask(self, query: str) -> tuple[int, bytes, dict[str, str]]:
        return self.get(f"/sparql?query={quote(query)}")

    def raw(self, request: bytes, *, read: bool = True) -> bytes:
        parts = urlsplit(self.server.address)
        with socket.create_connection((str(parts.hostname), parts.port or 80), timeout=20) as connection:
            connection.sendall(request)
            if not read:
                time.sleep(0.3)
                return b""
            with suppress(ConnectionError):
                return connection.recv(65_536)
        return b""

    def sample(self, name: str, **labels: str) -> float:
        text = self.get("/metrics")[1].decode()
        samples = (s for family in text_string_to_metric_families(text) for s in family.samples)
        return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())

    def lines(self, **wanted: object) -> list[dict[str, Any]]:
        parsed = [json.loads(line) for line in self.log.read_text("ascii").splitlines()]
        return [line for line in parsed if wanted.items() <= line.items()]

    def line(self, **wanted: object) -> dict[str, Any]:
        assert eventually(lambda: bool(self.lines(**wanted))), wanted
        return self.lines(**wanted)[-1]


@pytest.fixture(scope="module")
def observed(announcement_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observed]:
    folder = tmp_path_factory.mktemp("observed")
    (folder / "kgpub.toml").write_text(SETTINGS.format(releases=announcement_release.folder.parent), "utf-8")
    with serving((), folder) as running:
        yield Observed(running, folder / "access.log")


def eventually(condition: Callable[[], bool], seconds: float = 5) -> bool:
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True


def test_a_request_is_a_line_of_json_with_its_route_and_no_query_text(observed: Observed) -> None:
    status, body, headers = observed.ask("ASK { <urn:secret:1> ?p ?o }")
    line = observed.line(event="request", route="sparql.sparql", bytes=len(body))
    assert (status, line["status"], line["method"], line["path"]) == (200, 200, "GET", "/sparql")
    assert line["format"] == headers["content-type"].partition(";")[0]
    assert line["client"] == "127.0.0.1"
    assert re.fullmatch("[0-9a-f]{16}", line["query"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert line["ms"] > 0
    assert "aborted" not in line
    assert "urn:secret:1" not in observed.log.read_text("ascii")


def test_a_kept_answer_is_a_hit_with_the_same_route_and_digest(observed: Observed) -> None:
    for _ in range(20):  # there are two web processes, each with a cache of its own
        observed.ask("ASK { <urn:kept:1> ?p ?o }")
    hit = observed.line(cache="hit", route="sparql.sparql")
    assert eventually(lambda: len(observed.lines(query=hit["query"], status=200)) == 20)
    assert eventually(lambda: observed.sample("kgpub_cache_lookups_total", result="hit") >= 18)
    assert eventually(lambda: observed.sample("kgpub_queries_total", outcome="answered") >= 1)


def test_no_client_writes_lines_of_its_own(observed: Observed) -> None:
    observed.raw(b"GET /id/%0A%0D%22,%22x\xc3\xa9 HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n")
    line = observed.line(path="/id/%0A%0D%22,%22x\u00c3\u00a9")
    assert line["client"] == "127.0.0.1"
    observed.raw(b"GET /id/" + b"x" * 5_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n")
    assert eventually(lambda: any(len(line.get("path", "")) == 500 for line in observed.lines()))


def test_methods_and_paths_of_strangers_add_no_series(observed: Observed) -> None:
    for n in range(3):
        observed.raw(f"ODD{n} /strange/{n} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    assert eventually(lambda: observed.sample("kgpub_http_requests_total", method="other") == 3)
    text = observed.get("/metrics")[1].decode()
    assert "ODD" not in text
    assert "strange" not in text


def test_counters_grow_by_what_was_asked_of_both_web_processes(observed: Observed) -> None:
    labels = {"route": "dereference.thing", "method": "GET", "status": "303"}
    time.sleep(0.3)  # what was asked before has been counted then
    before = observed.sample("kgpub_http_requests_total", **labels)
    sent_before = observed.sample("kgpub_http_response_bytes_total", route="dereference.document")
    request = b"GET /id/ccr HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    threads = [threading.Thread(target=observed.raw, args=(request,)) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    body = observed.get("/doc/id/ccr.ttl")[1]
    assert eventually(lambda: observed.sample("kgpub_http_requests_total", **labels) == before + 40)
    sent = {"route": "dereference.document"}
    assert eventually(lambda: observed.sample("kgpub_http_response_bytes_total", **sent) == sent_before + len(body))
    counted = observed.sample("kgpub_http_request_duration_seconds_count", route="dereference.thing")
    assert counted == observed.sample("kgpub_http_requests_total", route="dereference.thing")
    assert observed.sample("kgpub_processes", kind="web") == 2


def test_a_query_over_time_is_counted_logged_and_its_worker_s_end_has_a_cause(observed: Observed) -> None:
    ends = observed.sample("kgpub_pool_worker_ends_total", cause="deadline")
    assert observed.ask(BOMB)[0] == 422
    slow = observed.line(event="slow-query", outcome="time-budget")
    assert slow["text"] == BOMB
    assert 0.9 < slow["seconds"] < 2.5
    assert observed.line(event="request", query=slow["query"])["status"] == 422
    assert eventually(lambda: observed.sample("kgpub_pool_worker_ends_total", cause="deadline") == ends + 1)
    assert eventually(lambda: observed.sample("kgpub_queries_total", outcome="time-budget") == 1)


def test_a_client_that_goes_away_is_an_aborted_line_and_a_cause(observed: Observed) -> None:
    ends = observed.sample("kgpub_pool_worker_ends_total", cause="client-gone")
    query = quote(BOMB.replace("?n", "?gone"))
    observed.raw(f"GET /sparql?query={query} HTTP/1.1\r\nHost: h\r\n\r\n".encode(), read=False)
    assert eventually(lambda: observed.sample("kgpub_pool_worker_ends_total", cause="client-gone") == ends + 1)
    line = observed.line(event="request", aborted=True, status=None)
    assert line["route"] == "sparql.sparql"
    assert eventually(lambda: observed.sample("kgpub_queries_open") == 0)
    assert eventually(lambda: observed.sample("kgpub_queries_total", outcome="abandoned") == 1)


def test_a_crash_is_told_from_the_other_causes(observed: Observed) -> None:
    ends = observed.sample("kgpub_pool_worker_ends_total", cause="crash")
    assert observed.ask(NESTED)[0] == 422
    assert eventually(lambda: observed.sample("kgpub_pool_worker_ends_total", cause="crash") == ends + 1)
    assert eventually(lambda: observed.sample("kgpub_queries_total", outcome="query-too-complex") == 1)


def test_an_answer_cut_after_its_status_line_is_aborted(observed: Observed) -> None:
    def cut() -> float:
        """Count the answers that were too long, and those that took too long on a machine that is busy with others."""
        return sum(observed.sample("kgpub_queries_total", outcome=f"{budget}-budget") for budget in ("answer", "time"))

    time.sleep(0.3)  # what was asked before has been counted then
    before = cut()
    with suppress(Exception):
        observed.ask(CUT)
    line = observed.line(event="request", aborted=True, status=200)
    assert line["bytes"] > 100_000
    assert eventually(lambda: cut() == before + 1)


def test_what_the_pool_does_just_now_is_told(observed: Observed) -> None:
    query = BOMB.replace("?n", "?now")
    bombs = [threading.Thread(target=observed.ask, args=(query + f"# {n}",)) for n in range(3)]
    for bomb in bombs:
        bomb.start()
    assert eventually(lambda: observed.sample("kgpub_pool_queries_waiting") == 1, 0.9)
    assert eventually(lambda: observed.sample("kgpub_pool_workers_busy") == observed.sample("kgpub_pool_workers") == 2)
    for bomb in bombs:
        bomb.join()
    assert eventually(lambda: observed.sample("kgpub_pool_workers_busy") == 0)


def test_a_query_s_answer_tells_what_the_engine_took_and_a_kept_one_does_not(observed: Observed) -> None:
    answers = [observed.ask("ASK { <urn:timed:1> ?p ?o }")[2] for _ in range(4)]
    assert re.fullmatch(r"engine;dur=\d+\.\d\d, total;dur=\d+\.\d\d", answers[0]["server-timing"])
    assert not all("server-timing" in headers for headers in answers)


def test_metrics_name_the_release_and_are_hidden_from_who_comes_through_a_proxy(observed: Observed) -> None:
    release = json.loads(observed.get("/healthz")[1])["release"]
    assert observed.sample("kgpub_release_info", release=release) == 1
    assert observed.get("/metrics")[2]["cache-control"] == "no-store"
    assert observed.get("/metrics", **{"X-Forwarded-For": "203.0.113.9"})[0] == 404
    assert observed.get("/metrics", **{"X-Forwarded-For": "127.0.0.1"})[0] == 404


def test_health_is_json_that_no_cache_keeps(observed: Observed) -> None:
    for path, status in (("/healthz", "ok"), ("/readyz", "ready")):
        code, body, headers = observed.get(path)
        assert (code, json.loads(body)["status"], headers["cache-control"]) == (200, status, "no-store")


def test_a_log_that_was_moved_away_begins_anew(observed: Observed) -> None:
    observed.get("/healthz")
    moved = observed.log.rename(observed.log.with_suffix(".1"))
    assert moved.stat().st_size > 0
    assert eventually(lambda: observed.get("/healthz")[0] == 200 and observed.log.is_file())
    assert observed.line(route="health.healthz")["status"] == 200
