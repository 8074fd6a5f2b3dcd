"""The remote engine before servers that fail, drip, redirect and lie; the contract itself is in test_engine."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from engines import free_port
from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.engine_remote import RemoteEngine
from kgpub.errors import (
    EngineBusy,
    EngineUnavailable,
    KgpubError,
    NotAcceptable,
    QueryMalformed,
    QueryOverBudget,
    QueryRefused,
    SettingsInvalid,
)
from kgpub.formats import N_TRIPLES, RESULTS_CSV, RESULTS_JSON, TURTLE

WANTED = Wanted(RESULTS_JSON, TURTLE)
TRUTH = b'{"head":{},"boolean":true}'
JSON_TYPE = "Content-Type: application/sparql-results+json"


@dataclass
class Backend:
    """A server that answers every request with the same script, and keeps what it was sent."""

    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket, script: "Script") -> None:
        while not self.stopped.is_set():
            with suppress(OSError), listener.accept()[0] as connection:
                connection.settimeout(5)
                self.requests.append(read_request(connection))
                script(connection, self.stopped)


Script = Callable[[socket.socket, threading.Event], None]


def read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


@contextmanager
def backend(script: Script) -> Iterator[Backend]:
    running = Backend()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        running.url = f"http://127.0.0.1:{listener.getsockname()[1]}/secret/query"
        thread = threading.Thread(target=running.serve, args=(listener, script))
        thread.start()
        try:
            yield running
        finally:
            running.stopped.set()
            thread.join()


def respond(status: str, *headers: str, body: bytes = b"") -> Script:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""])
    return lambda connection, _: connection.sendall(head.encode() + body)


def drip(before: bytes, drop: bytes) -> Script:
    """Send *before*, then a drop at a time: no single read ever waits long."""

    def script(connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(before)
        while not stopped.wait(0.02):
            connection.sendall(drop)

    return script


def ask(script: Script, text: str = "ASK {}", wanted: Wanted = WANTED, seconds: float = 5) -> bytes:
    with backend(script) as running:
        return RemoteEngine(running.url).evaluate(Query(text), wanted, Budget(seconds, 64, 100_000)).read()


def test_the_request_is_a_form_with_the_query_as_it_is() -> None:
    query = Query("ASK { <é%C3> ?p '+&' }", ("http://e/g?a=b&c",), ("http://e/h", "http://e/ö"))
    with backend(respond("200 OK", JSON_TYPE, body=TRUTH)) as running:
        assert RemoteEngine(running.url + "?db=1").evaluate(query, WANTED, Budget(5, 64, 1_000)).read() == TRUTH
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
    with backend(respond("200 OK", JSON_TYPE, body=TRUTH)) as running, pytest.raises((QueryRefused, QueryMalformed)):
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


def test_a_long_complaint_is_cut() -> None:
    with pytest.raises(QueryMalformed) as caught:
        ask(respond("400 Bad Request", "Content-Type: text/plain", body=b"x" * 9_000))
    assert len(caught.value.sentence) < 350


@pytest.mark.parametrize(
    "status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 x"]
)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_redirect_is_not_followed(status: str, scheme: str) -> None:
    with backend(respond("200 OK", JSON_TYPE, body=TRUTH)) as other:
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


def test_an_answer_that_is_dropped_before_it_is_read_hangs_up() -> None:
    hung_up = threading.Event()

    def script(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\n\r\n")
        with suppress(ConnectionError):
            connection.recv(1)
        hung_up.set()

    with backend(script) as running:
        answer = RemoteEngine(running.url).evaluate(Query("DESCRIBE <a:a>"), Wanted(None, N_TRIPLES), Budget(9, 64, 99))
        close(answer)
        assert hung_up.wait(2)


def close(answer: Answer) -> None:
    hang_up = getattr(answer.chunks, "close")  # noqa: B009 (an Iterator need not have it)
    hang_up()


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    assert ask(respond("200 OK", JSON_TYPE, body=TRUTH)) == TRUTH
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
    with backend(respond("400 Bad Request")) as running, pytest.raises(EngineUnavailable):
        RemoteEngine(running.url).ping()
