"""Clients that hold what others want: connections, workers, answers. Those that drip are judged at the end."""

import time

from hostile.conftest import Target, Watch
from hostile.processes import census, eventually
from hostile.slow import never_reads
from hostile.wire import SPARQL_QUERY, Client

_QUERY = b"SELECT * { ?a ?b ?c . ?d ?e ?f }"
_HEAD = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {SPARQL_QUERY}\r\n"
_LONG_ANSWER = f"{_HEAD}Content-Length: {len(_QUERY)}\r\n\r\n".encode() + _QUERY


def test_four_hundred_idle_connections_keep_nobody_out(attacker: Client, visitor: Client) -> None:
    idle = [attacker.connect() for _ in range(400)]
    for connection in idle[::2]:
        connection.sendall(b"GET /sparql HTTP/1.1\r\nHost: ")
    reply = visitor.get("/doc/id/ccr.ttl")
    for connection in idle:
        connection.close()
    assert reply.status == 200
    assert reply.seconds < 1


def test_clients_that_never_read_an_answer_hold_no_worker_beyond_its_deadline(
    target: Target, watch: Watch, visitor: Client
) -> None:
    """A worker whose answer nobody takes is ended by its timer."""
    with watch.pool_taken():
        held = [never_reads(Client(target.server.address, f"127.0.6.{n}"), _LONG_ANSWER) for n in range(1, 5)]
        time.sleep(2.5)  # two turns of two workers
        reply = visitor.ask(f"ASK {{}} # {time.monotonic()}")
    for connection in held:
        connection.close()
    assert reply.status == 200
    assert reply.seconds < 1


def test_clients_that_never_read_documents_hold_nothing(attacker: Client, visitor: Client) -> None:
    request = (
        b"GET /dumps/all.nq.gz HTTP/1.1\r\nHost: x\r\n\r\n" + b"GET /doc/ontology/ HTTP/1.1\r\nHost: x\r\n\r\n" * 20
    )
    held = [never_reads(attacker, request) for _ in range(40)]
    replies = [visitor.get("/doc/id/ccr.ttl"), visitor.get("/dumps/all.nq.gz"), visitor.ask("ASK {}")]
    for connection in held:
        connection.close()
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert max(reply.seconds for reply in replies) < 1


def test_clients_that_ask_on_and_never_read_are_let_go(target: Target, attacker: Client) -> None:
    """They hold what they asked for until they are let go, and there is room for so many connections only."""
    request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 80
    before = census(target.pid).descriptors
    held = [never_reads(attacker, request) for _ in range(60)]
    assert eventually(lambda: census(target.pid).descriptors - before >= 50)
    assert eventually(lambda: census(target.pid).descriptors - before < 30, seconds=45)
    for connection in held:
        connection.close()


def test_clients_that_go_in_the_middle_of_a_request_are_forgotten(attacker: Client, visitor: Client) -> None:
    for end in range(0, len(_LONG_ANSWER), 3):
        with attacker.connect() as connection:
            connection.sendall(_LONG_ANSWER[:end])
    reply = visitor.ask(f"ASK {{}} # {time.monotonic()}")
    assert reply.status == 200
    assert reply.seconds < 1
