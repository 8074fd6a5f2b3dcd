"""Connections to an endpoint: kept where that is safe, and never at the price of a wrong answer."""

import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from backend import JSON_TYPE, TRUE, TRUTH, Backend, Script, backend, chunked, engine_for, keep, respond
from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.engine_remote import RemoteEngine
from kgpub.errors import EngineUnavailable, KgpubError, QueryMalformed, QueryOverBudget
from kgpub.formats import RESULTS_JSON, TURTLE

WANTED = Wanted(RESULTS_JSON, TURTLE)
SECOND = Budget(5, 64, 1_000_000)
LONG = b" " * 300_000


def ask(engine: RemoteEngine, budget: Budget = SECOND) -> bytes:
    return engine.evaluate(Query("ASK {}"), WANTED, budget).read()


def answering(*scripts: Script) -> Script:
    """Follow one script after the other, over however many connections; the last one for ever."""
    left = list(scripts)

    def script(connection: socket.socket, stopped: threading.Event) -> object:
        return (left.pop(0) if len(left) > 1 else left[0])(connection, stopped)

    return script


def then_silence(script: Script, seconds: float = 0.1) -> Script:
    """Close the connection a while after the answer, as a server does with an idle one."""

    def silent(connection: socket.socket, stopped: threading.Event) -> None:
        script(connection, stopped)
        stopped.wait(seconds)

    return silent


def hang_up(connection: socket.socket, _: threading.Event) -> None:
    connection.close()


def long(end: bytes = b"") -> Script:
    """Begin an answer that is longer than what is read at once, and wait for the client to leave."""
    head = f"HTTP/1.1 200 OK\r\n{JSON_TYPE}\r\nContent-Length: 9000000\r\n\r\n".encode()

    def script(connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(head + LONG + end)
        while not stopped.is_set() and connection.recv(1):
            pass

    return script


def until(condition: Callable[[], bool], seconds: float = 2) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return condition()


@pytest.mark.parametrize(
    "script", [TRUE, chunked(TRUTH[:9], TRUTH[9:]), respond("200 OK", JSON_TYPE, "Connection: keep-alive", body=TRUTH)]
)
def test_one_connection_carries_many_queries(script: Script) -> None:
    with engine_for(keep(script)) as (engine, running):
        assert [ask(engine) for _ in range(20)] == [TRUTH] * 20
    assert (running.connections, len(running.requests)) == (1, 20)


def test_a_malformed_query_leaves_the_connection_open() -> None:
    refusal = respond("400 Bad Request", "Content-Type: text/plain", body=b"no")
    with engine_for(answering(keep(refusal), keep(TRUE))) as (engine, running):
        with pytest.raises(QueryMalformed):
            ask(engine)
        assert ask(engine) == TRUTH
    assert running.connections == 1


@pytest.mark.parametrize("header", ["Connection: close", "connection: Close"])
def test_a_server_that_announces_its_end_is_asked_anew(header: str) -> None:
    with engine_for(keep(respond("200 OK", JSON_TYPE, header, body=TRUTH))) as (engine, running):
        assert ask(engine) == ask(engine) == TRUTH
    assert running.connections == 2


def test_an_answer_of_http_1_0_ends_with_its_connection() -> None:
    old = f"HTTP/1.0 200 OK\r\n{JSON_TYPE}\r\n\r\n".encode() + TRUTH

    def script(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(old)

    with engine_for(script) as (engine, running):
        assert ask(engine) == ask(engine) == TRUTH
    assert running.connections == 2


def test_a_connection_that_was_closed_while_idle_is_replaced() -> None:
    with engine_for(then_silence(TRUE, 0)) as (engine, running):
        for _ in range(3):
            assert ask(engine) == TRUTH
            assert until(lambda: running.hang_ups == running.connections)
    assert running.connections == 3


def test_a_connection_that_is_closed_under_a_query_is_replaced_once() -> None:
    with engine_for(answering(keep(TRUE), hang_up, TRUE)) as (engine, running):
        assert ask(engine) == ask(engine) == TRUTH
    assert (running.connections, len(running.requests)) == (2, 3)


def test_a_query_is_sent_twice_at_most() -> None:
    with engine_for(answering(keep(TRUE), hang_up)) as (engine, running):
        assert ask(engine) == TRUTH
        with pytest.raises(EngineUnavailable):
            ask(engine)
    assert len(running.requests) == 3


def test_a_query_on_a_new_connection_is_sent_once() -> None:
    with engine_for(hang_up) as (engine, running), pytest.raises(EngineUnavailable):
        ask(engine)
    assert len(running.requests) == 1


def test_a_query_whose_answer_began_is_not_sent_again() -> None:
    def reset(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 2")
        time.sleep(0.1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with engine_for(answering(keep(TRUE), reset)) as (engine, running):
        assert ask(engine) == TRUTH
        with pytest.raises(EngineUnavailable):
            ask(engine)
    assert len(running.requests) == 2


@pytest.mark.parametrize("more", [b"HTTP/1.1 408 Request Timeout\r\n\r\n", b"\r\n", b"HTTP/1.1 200 OK\r\n\r\nlies"])
def test_what_comes_between_queries_answers_none(more: bytes) -> None:
    def script(connection: socket.socket, _: threading.Event) -> bool:
        TRUE(connection, _)
        time.sleep(0.02)
        connection.sendall(more)
        return True

    with engine_for(script) as (engine, running):
        assert ask(engine) == TRUTH
        time.sleep(0.1)
        assert ask(engine) == TRUTH
    assert running.connections == 2


def test_a_half_closed_connection_is_not_used_again() -> None:
    def script(connection: socket.socket, stopped: threading.Event) -> None:
        TRUE(connection, stopped)
        connection.shutdown(socket.SHUT_WR)
        stopped.wait(1)

    with engine_for(script) as (engine, running):
        assert ask(engine) == TRUTH
        time.sleep(0.05)
        assert ask(engine) == TRUTH
    assert running.connections == 2


def test_an_answer_that_was_not_read_to_its_end_ends_its_connection() -> None:
    with engine_for(answering(long(), keep(TRUE))) as (engine, running):
        with pytest.raises(QueryOverBudget, match="answer budget"):
            ask(engine, Budget(5, 64, 1_000))
        assert until(lambda: running.hang_ups == 1)
        assert ask(engine) == TRUTH


def test_an_answer_that_nobody_reads_on_hangs_up_at_the_deadline() -> None:
    with engine_for(long()) as (engine, running):
        answer = engine.evaluate(Query("ASK {}"), WANTED, Budget(0.3, 64, 9_000_000))
        next(answer.chunks)
        assert until(lambda: running.hang_ups == 1)
        with pytest.raises(QueryOverBudget, match="time budget"):
            answer.read()


def test_another_thread_may_end_what_one_waits_for() -> None:
    with engine_for(long()) as (engine, running), ThreadPoolExecutor(1) as executor:
        answer = engine.evaluate(Query("ASK {}"), WANTED, Budget(9, 64, 9_000_000))
        reading = executor.submit(answer.read)
        time.sleep(0.1)
        started = time.monotonic()
        close(answer)
        with pytest.raises(EngineUnavailable, match="broke off"):
            reading.result(5)
        assert until(lambda: running.hang_ups == 1)
        assert time.monotonic() - started < 1


def close(answer: Answer) -> None:
    end = getattr(answer.chunks, "close")  # noqa: B009 (an Iterator need not have it)
    end()


def test_an_answer_that_was_given_up_has_no_end() -> None:
    with engine_for(long()) as (engine, _):
        answer = engine.evaluate(Query("ASK {}"), WANTED, Budget(9, 64, 9_000_000))
        close(answer)
        with pytest.raises(EngineUnavailable):
            answer.read()


def test_threads_never_share_a_connection() -> None:
    def script(connection: socket.socket, stopped: threading.Event) -> bool:
        stopped.wait(0.01)
        TRUE(connection, stopped)
        return True

    with engine_for(script) as (engine, running), ThreadPoolExecutor(8) as executor:
        assert list(executor.map(lambda _: ask(engine), range(100))) == [TRUTH] * 100
    assert 1 < running.connections <= 8


def test_connections_that_are_idle_are_few() -> None:
    barrier = threading.Barrier(24)

    def script(connection: socket.socket, stopped: threading.Event) -> bool:
        barrier.wait(5)
        TRUE(connection, stopped)
        return True

    with engine_for(script) as (engine, running), ThreadPoolExecutor(24) as executor:
        assert list(executor.map(lambda _: ask(engine), range(24))) == [TRUTH] * 24
        assert until(lambda: running.connections - running.hang_ups == 16)
        engine.close()
        assert until(lambda: running.hang_ups == 24)


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_no_descriptor_is_left_behind() -> None:
    refusal = respond("400 Bad Request", "Content-Type: text/plain", body=b"no")
    failure = respond("500 Internal Server Error", body=LONG)
    mixed = [keep(TRUE), hang_up, keep(refusal), failure, TRUE, keep(chunked(b"{", end=b"zz\r\n")), long()]
    budget = Budget(5, 64, 1_000)
    with backend(answering(*mixed * 100)) as running:
        before = open_descriptors()
        with closing(RemoteEngine(running.url)) as engine:
            for _ in range(500):
                with suppress(KgpubError):
                    ask(engine, budget)
        assert until(lambda: open_descriptors() <= before)
    assert len(running.requests) >= 500


def test_the_deadline_is_one_for_everything() -> None:
    def slow(connection: socket.socket, stopped: threading.Event) -> None:
        stopped.wait(0.2)
        connection.sendall(f"HTTP/1.1 200 OK\r\n{JSON_TYPE}\r\n".encode())
        stopped.wait(0.2)
        connection.sendall(b"Content-Length: 9\r\n\r\n")
        stopped.wait(0.2)
        connection.sendall(b"{")
        stopped.wait(2)

    started = time.monotonic()
    with engine_for(slow) as (engine, _):
        with pytest.raises(QueryOverBudget, match="time budget"):
            ask(engine, Budget(0.5, 64, 1_000))
        assert 0.5 <= time.monotonic() - started < 1.5


def test_a_host_that_swallows_connections_is_out_of_reach_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, socket.socket() as first:
        first.connect(listener.getsockname())
        with socket.socket() as second, suppress(OSError):
            second.settimeout(0)
            second.connect(listener.getsockname())
            started = time.monotonic()
            engine = RemoteEngine(f"http://127.0.0.1:{listener.getsockname()[1]}/")
            with pytest.raises(KgpubError):
                ask(engine, Budget(0.3, 64, 1_000))
            assert time.monotonic() - started < 1.5


# --- TLS -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and a certificate for 127.0.0.1 that it signed itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(file)]
    name = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    made = subprocess.run([openssl, "req", "-x509", *key, *name], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + made.stdout)
    return file


def secured(script: Script, certificate: Path) -> Script:
    """Answer over TLS, request after request."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def over_tls(connection: socket.socket, stopped: threading.Event) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            while Backend(stopped=stopped).read_request(secure):
                script(secure, stopped)

    return over_tls


@pytest.fixture
def secure_backend(certificate: Path) -> Iterator[Backend]:
    with backend(secured(TRUE, certificate), reads=False) as running:
        running.url = running.url.replace("http:", "https:")
        yield running


def test_tls_is_kept_too(secure_backend: Backend, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with closing(RemoteEngine(secure_backend.url)) as engine:
        assert [ask(engine) for _ in range(5)] == [TRUTH] * 5
    assert secure_backend.connections == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(secure_backend: Backend) -> None:
    with (
        closing(RemoteEngine(secure_backend.url)) as engine,
        pytest.raises(EngineUnavailable, match=r"^The query engine cannot be reached\.$"),
    ):
        ask(engine)
