"""The remote engine before servers that fail, drip, redirect and lie; the contract itself is in test_engine."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from backend import JSON_TYPE, TRUE, TRUTH, Script, backend, drip, engine_for, respond
from conftest import serving
from engines import free_port
from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.engine_remote import RemoteEngine
from kgpub.errors import (
    AnswerIncomplete,
    EngineBusy,
    EngineUnavailable,
    KgpubError,
    NotAcceptable,
    QueryMalformed,
    QueryOverBudget,
    QueryRefused,
    SettingsInvalid,
)
from kgpub.formats import (
    N_QUADS,
    N_TRIPLES,
    RESULTS_CSV,
    RESULTS_JSON,
    RESULTS_TSV,
    TRIG,
    TURTLE,
)
from kgpub.release import Release

WANTED = Wanted(RESULTS_JSON, TURTLE)


def ask(script: Script, text: str = "ASK {}", wanted: Wanted = WANTED, seconds: float = 5) -> bytes:
    with engine_for(script) as (engine, _):
        return engine.evaluate(Query(text), wanted, Budget(seconds, 64, 100_000)).read()


def test_the_request_is_a_form_with_the_query_as_it_is() -> None:
    query = Query("ASK { <é%C3> ?p '+&' }", ("http://e/g?a=b&c",), ("http://e/h", "http://e/ö"))
    with backend(TRUE) as running, closing(RemoteEngine(running.url + "?db=1")) as engine:
        assert engine.evaluate(query, WANTED, Budget(5, 64, 1_000)).read() == TRUTH
    head, _, body = running.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /secret/query?db=1 HTTP/1.1\r\n")
    assert b"\r\nAccept: application/sparql-results+json\r\n" in head + b"\r\n"
    assert b"\r\nContent-type: application/x-www-form-urlencoded\r\n" in head + b"\r\n"
    assert body == (
        b"default-graph-uri=http%3A//e/g%3Fa%3Db%26c&named-graph-uri=http%3A//e/h&named-graph-uri=http%3A//e/%C3%B6"
        b"&query=ASK+%7B+%3C%C3%A9%25C3%3E+%3Fp+%27%2B%26%27+%7D"
    )


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a:a> <a:b> 1 }", "ASK { SERVICE <a:a> {} }", "DROP", "define x ASK {}"]
)
def test_what_is_refused_is_never_sent(text: str) -> None:
    with backend(TRUE) as running, pytest.raises((QueryRefused, QueryMalformed)):
        RemoteEngine(running.url).evaluate(Query(text), WANTED, Budget(5, 64, 1_000))
    assert running.requests == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("400 Bad Request", QueryMalformed),
        ("401 Unauthorized", EngineUnavailable),
        ("404 Not Found", EngineUnavailable),
        ("406 Not Acceptable", NotAcceptable),
        ("429 Too Many Requests", EngineBusy),
        ("500 Internal Server Error", EngineUnavailable),
        ("502 Bad Gateway", EngineUnavailable),
        ("503 Service Unavailable", EngineBusy),
        ("204 No Content", EngineUnavailable),
    ],
)
def test_each_status_has_its_error(status: str, error: type[KgpubError]) -> None:
    with pytest.raises(error) as caught:
        ask(respond(status, "Content-Type: text/html", body=b"<p>at 127.0.0.1 in /srv/secret"))
    assert "127" not in caught.value.sentence
    assert "secret" not in caught.value.sentence


def test_the_complaint_about_a_query_is_cleaned() -> None:
    complaint = (
        b"error at 3:7: no \x1b[1mprefix (http://127.0.0.1:7878/query, 10.0.0.7)\nat Parser.java:12\n" + b"x" * 9_000
    )
    with pytest.raises(QueryMalformed) as caught:
        ask(respond("400 Bad Request", "Content-Type: text/plain", body=complaint))
    assert caught.value.sentence == "The query is not valid SPARQL: error at 3:7: no [1mprefix … …."
    assert (caught.value.line, caught.value.column) == (3, 7)


def test_a_complaint_does_not_tell_the_port() -> None:
    def script(connection: socket.socket, stopped: threading.Event) -> None:
        body = f"line 4, column 5: upstream:{connection.getsockname()[1]} says no".encode()
        respond("400 Bad Request", "Content-Type: text/plain", body=body)(connection, stopped)

    with pytest.raises(QueryMalformed, match=r": line 4, column 5: … says no\.$"):
        ask(script)


def test_a_long_complaint_is_cut() -> None:
    with pytest.raises(QueryMalformed) as caught:
        ask(respond("400 Bad Request", "Content-Type: text/plain", body=b"x" * 9_000))
    assert len(caught.value.sentence) < 350


@pytest.mark.parametrize(
    "status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 x"]
)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_redirect_is_not_followed(status: str, scheme: str) -> None:
    with backend(TRUE) as other:
        target = other.url if scheme == "http" else "file:///etc/passwd"
        with pytest.raises(EngineUnavailable):
            ask(respond(status, f"Location: {target}"))
    assert other.requests == []


@pytest.mark.parametrize(
    "content_type", ["text/html", "", "text/turtle", "application/sparql-results+json; charset=utf-16"]
)
def test_an_answer_of_another_type_is_no_answer(content_type: str) -> None:
    with pytest.raises(EngineUnavailable, match="format"):
        ask(respond("200 OK", f"Content-Type: {content_type}", body=TRUTH))


@pytest.mark.parametrize("content_type", ["application/json", "Application/SPARQL-results+JSON ; charset=UTF-8"])
def test_an_answer_may_come_under_another_name_of_its_type(content_type: str) -> None:
    assert ask(respond("200 OK", f"Content-Type: {content_type}", body=TRUTH)) == TRUTH


@pytest.mark.parametrize(
    ("before", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"HTTP/1.1 200 OK\r\n" + JSON_TYPE.encode() + b"\r\nContent-Length: 999999\r\n\r\n", b"{"),
        (b"HTTP/1.1 200 OK\r\n" + JSON_TYPE.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n{\r\n"),
        (b"HTTP/1.1 200 OK\r\n" + JSON_TYPE.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
        (b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 999999\r\n\r\n", b"x"),
    ],
    ids=["status", "header", "body", "chunks", "chunk size", "complaint"],
)
def test_a_server_that_drips_meets_the_deadline(before: bytes, drop: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(QueryOverBudget, match="time budget"):
        ask(drip(before, drop), seconds=0.3)
    assert time.monotonic() - started < 0.3 + 1.5


@pytest.mark.parametrize(
    "cut",
    [
        b"",
        b"HTTP/1.1 2",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + JSON_TYPE.encode() + b"\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\n" + JSON_TYPE.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\n" + JSON_TYPE.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        b"HTTP/1.1 200 OK\r\n" + JSON_TYPE.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_an_answer_that_breaks_off_is_never_taken_for_complete(cut: bytes) -> None:
    with pytest.raises(EngineUnavailable):
        ask(lambda connection, _: connection.sendall(cut))


def test_an_answer_over_its_size_is_not_read_to_its_end() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n"

    def script(connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(endless)
        while not stopped.is_set():
            connection.sendall(b"x" * 10_000)

    with pytest.raises(QueryOverBudget, match=r"answer budget of 0\.1 MB"):
        ask(script, "SELECT * {}", Wanted(RESULTS_CSV, None))


def test_an_answer_that_is_given_up_hangs_up() -> None:
    hung_up = threading.Event()

    def script(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\n\r\n" + b" " * 70_000)
        with suppress(ConnectionError):
            connection.recv(1)
        hung_up.set()

    with engine_for(script) as (engine, _):
        answer = engine.evaluate(Query("DESCRIBE <a:a>"), Wanted(None, N_TRIPLES), Budget(9, 64, 99_000))
        close(answer)
        assert hung_up.wait(2)


def close(answer: Answer) -> None:
    hang_up = getattr(answer.chunks, "close")  # noqa: B009 (an Iterator need not have it)
    hang_up()


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    assert ask(TRUE) == TRUTH
    deadline = time.monotonic() + 2
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.005)
    assert threading.active_count() == before


@pytest.mark.parametrize(
    "text", ["PREFIX " * 20_000 + ":<" * 20_000, "#" * 200_000, "PREFIX a:<b>" * 20_000, " \n" * 100_000]
)
def test_a_hostile_prologue_costs_one_pass(text: str) -> None:
    started = time.monotonic()
    with pytest.raises(QueryMalformed):
        RemoteEngine(f"http://127.0.0.1:{free_port()}/").evaluate(Query(text), WANTED, Budget(1, 64, 99))
    assert time.monotonic() - started < 0.5


@pytest.mark.parametrize(
    "endpoint", ["", "file:///etc/passwd", "ftp://e/", "http://", "http://e:port/", "http://[x/", "//e/"]
)
def test_only_addresses_of_http_are_taken(endpoint: str) -> None:
    with pytest.raises(SettingsInvalid):
        RemoteEngine(endpoint)


def test_a_host_without_an_address_is_out_of_reach() -> None:
    with pytest.raises(EngineUnavailable, match=r"^The query engine cannot be reached\.$"):
        RemoteEngine("http://nowhere.invalid/query").ping()


def test_a_server_that_is_no_endpoint_does_not_answer_a_ping() -> None:
    with engine_for(respond("400 Bad Request")) as (engine, _), pytest.raises(EngineUnavailable):
        engine.ping()


# --- what endpoints do besides ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Retry-After: 7", 7),
        ("Retry-After: 0", 1),
        ("Retry-After: 99999999", 120),
        ("Retry-After: Fri, 31 Dec 1999 23:59:59 GMT", 2),
        ("Retry-After: -1", 2),
        ("X: y", 2),
    ],
)
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_busy_endpoint_says_when_to_come_back(status: str, header: str, seconds: int) -> None:
    with pytest.raises(EngineBusy) as caught:
        ask(respond(status, header))
    assert caught.value.retry_after_seconds == seconds


@pytest.mark.parametrize("header", ["X-SQL-State: S1TAT", "X-SPARQL-MaxRows: 10000"])
def test_a_part_of_an_answer_is_no_answer(header: str) -> None:
    with pytest.raises(AnswerIncomplete, match="limit of its own"):
        ask(respond("200 OK", JSON_TYPE, header, body=TRUTH))


@pytest.mark.parametrize("reason", ["S1T00 Error SR171", "42000 Error The estimated execution time 9 (sec) exceeds"])
def test_a_query_that_the_endpoint_stops_is_over_its_limit(reason: str) -> None:
    with pytest.raises(AnswerIncomplete):
        ask(respond("500 SPARQL Request Failed", "Content-Type: text/plain", body=f"Virtuoso {reason}".encode()))


def test_an_answer_in_a_coding_that_was_not_asked_for_is_no_answer() -> None:
    script = respond("200 OK", JSON_TYPE, "Content-Encoding: gzip", body=gzip.compress(TRUTH))
    with engine_for(script) as (engine, running), pytest.raises(EngineUnavailable, match="format"):
        engine.evaluate(Query("ASK {}"), WANTED, Budget(5, 64, 1_000))
    assert b"\r\nAccept-Encoding: identity\r\n" in running.requests[0]


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200,
        b"HTTP/1.1 200 " + b"O" * 100_000 + b"\r\n",
    ],
    ids=["long", "many", "status"],
)
def test_a_head_that_is_too_large_is_no_answer(head: bytes) -> None:
    with pytest.raises(EngineUnavailable):
        ask(lambda connection, _: connection.sendall(head + b"Content-Length: 0\r\n\r\n"))


def test_a_server_that_only_says_continue_meets_the_deadline() -> None:
    with pytest.raises(QueryOverBudget, match="time budget"):
        ask(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50), seconds=0.3)


@pytest.mark.parametrize(
    ("wanted", "asked"), [(Wanted(None, TRIG), b"text/turtle"), (Wanted(None, N_QUADS), b"application/n-triples")]
)
def test_a_graph_is_asked_for_in_a_syntax_without_graphs(wanted: Wanted, asked: bytes) -> None:
    answered = b"<a:a> <a:b> <a:c> .\n"
    with engine_for(respond("200 OK", "Content-Type: " + asked.decode(), body=answered)) as (engine, running):
        answer = engine.evaluate(Query("CONSTRUCT WHERE { ?s ?p ?o }"), wanted, Budget(5, 64, 1_000))
        assert (answer.format, answer.read()) == (wanted.graph, answered)
    assert b"\r\nAccept: " + asked + b"\r\n" in running.requests[0]


def test_a_comment_ends_where_any_endpoint_ends_it() -> None:
    with engine_for(TRUE) as (engine, running):
        engine.evaluate(Query("# one\r ASK {} # two\r\n# three\r"), WANTED, Budget(5, 64, 1_000)).read()
    assert running.requests[0].endswith(b"query=%23+one%0A+ASK+%7B%7D+%23+two%0D%0A%23+three%0A")


# --- TSV -------------------------------------------------------------------------------------------------


def test_a_table_in_tsv_is_made_from_json() -> None:
    cell = {"type": "literal", "value": "a\tb\nc", "xml:lang": "en"}
    old = {"type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#integer", "value": "1"}
    rows = [{"x": {"type": "uri", "value": "http://e/"}, "y": cell}, {"y": old}, {"x": {"type": "bnode", "value": "b"}}]
    body = json.dumps({"head": {"link": [], "vars": ["x", "y"]}, "results": {"bindings": rows}}).encode()
    told = ask(respond("200 OK", JSON_TYPE, body=body), "SELECT * {}", Wanted(RESULTS_TSV, None))
    one = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert told.decode() == f'?x\t?y\n<http://e/>\t"a\\tb\\nc"@en\n\t{one}\n_:b\t\n'


def test_a_truth_value_in_tsv_is_made_from_json() -> None:
    assert ask(TRUE, wanted=Wanted(RESULTS_TSV, None)) == b"true"


def test_a_long_table_in_tsv_comes_in_pieces() -> None:
    rows = [{"x": {"type": "literal", "value": f"{n}"}} for n in range(5_000)]
    body = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}).encode()
    with engine_for(respond("200 OK", JSON_TYPE, body=body)) as (engine, _):
        answer = engine.evaluate(Query("SELECT * {}"), Wanted(RESULTS_TSV, None), Budget(5, 64, 1_000_000))
        assert answer.read().count(b"\n") == 5_001


@pytest.mark.parametrize("rows", [1, 5_000])
@pytest.mark.parametrize("end", [b"]}}garbage", b"]", b", nonsense"])
def test_a_table_that_is_no_json_is_no_answer(rows: int, end: bytes) -> None:
    cells = ",".join(['{"x":{"type":"literal","value":"y"}}'] * rows).encode()
    body = b'{"head":{"vars":["x"]},"results":{"bindings":[' + cells + end
    with engine_for(respond("200 OK", JSON_TYPE, body=body)) as (engine, _), pytest.raises(EngineUnavailable):
        engine.evaluate(Query("SELECT * {}"), Wanted(RESULTS_TSV, None), Budget(5, 64, 1_000_000)).read()


# --- the client ------------------------------------------------------------------------------------------


def silent(_connection: socket.socket, stopped: threading.Event) -> bool:
    return not stopped.wait(0.01)


def hesitant(connection: socket.socket, stopped: threading.Event) -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\n{JSON_TYPE}\r\nContent-Length: 1000\r\n\r\n".encode())
    drip(b"{", b" ")(connection, stopped)


@pytest.mark.parametrize("script", [silent, hesitant], ids=["before the answer", "in the answer"])
def test_a_client_that_goes_away_ends_the_wait_for_the_endpoint(
    tmp_path: Path, announcement_release: Release, script: Script
) -> None:
    settings = '[publication]\nbase_iri = "https://w3id.org/stca-kg/"\n[folders]\nreleases = "{}"\n'
    settings += '[query]\nengine = "remote"\nsparql_endpoint = "{}"\nseconds = 30\n'
    with backend(script) as running:
        text = settings.format(announcement_release.folder.parent, running.url)
        (tmp_path / "kgpub.toml").write_text(text, "utf-8")
        with serving((), tmp_path) as server:
            place = urlsplit(server.address)
            with socket.create_connection((place.hostname, place.port)) as client:
                client.sendall(b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n")
                assert eventually(lambda: len(running.requests) == 1)
                time.sleep(0.2)
                assert running.hang_ups == 0
            assert eventually(lambda: running.hang_ups == 1)


def eventually(condition: Callable[[], bool], seconds: float = 3.0) -> bool:
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
    return condition()


# --- the endpoint's address ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        respond("400 Bad Request", "Content-Type: text/plain", body=b"at http://127.0.0.1:%d/secret/query, [::1]:80"),
        respond("400 Bad Request", "Content-Type: text/plain", body=b"localhost:7 refused"),
        respond("401 Unauthorized", 'WWW-Authenticate: Basic realm="secret"'),
        respond("406 Not Acceptable", body=b"secret"),
        respond("500 Internal Server Error", "Content-Type: text/plain", body=b"secret"),
        respond("503 Service Unavailable", "Via: 1.1 secret", body=b"secret"),
        respond("302 Found", "Location: http://secret/"),
        respond("200 OK", "Content-Type: text/html", body=b"secret"),
        respond("200 OK", JSON_TYPE, "X-SQL-Message: secret", "X-SQL-State: S1TAT"),
        lambda connection, _: connection.sendall(b"HTTP/1.1 secret\r\n\r\n"),
        lambda connection, _: connection.close(),
        drip(b"", b"x"),
    ],
)
def test_no_error_tells_where_the_endpoint_is(script: Script) -> None:
    with pytest.raises(KgpubError) as caught:
        ask(script, seconds=0.2)
    assert not any(word in caught.value.sentence for word in ("127.0", "secret", "localhost", "::1", "http:"))
