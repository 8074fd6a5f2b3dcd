"""Eight bombs at once: from eight clients, from one, and from clients that do not wait for the end."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from hostile.bombs import EXPLOSIONS, NESTINGS, TIME, TOO_COMPLEX, Bomb
from hostile.conftest import Target, Watch, percentile_99
from hostile.wire import Client, Reply

EIGHT = 8
P99_SECONDS = 0.5
BUSY, TOO_MANY = "503 engine-busy", "429 too-many-queries"
BY_NAME = {bomb.name: bomb for bomb in (*NESTINGS, *EXPLOSIONS)}


def attack(target: Target, bomb: Bomb, sources: list[str]) -> list[Reply]:
    with ThreadPoolExecutor(len(sources)) as threads:
        return list(threads.map(lambda source: Client(target.server.address, source).ask(bomb.query), sources))


def recovers_within_a_second(visitor: Client) -> bool:
    begun = time.monotonic()
    return visitor.ask(f"ASK {{}} # {begun}").status == 200 and time.monotonic() - begun < 1.0


@pytest.mark.parametrize("name", ["a cross product, counted", "a cross product, sorted", "CONCAT doubles", "braces"])
def test_eight_clients_with_a_bomb_each(target: Target, watch: Watch, visitor: Client, name: str) -> None:
    """Some are stopped, the others are told to come back; documents do not notice."""
    first = len(watch.document_seconds)
    with watch.pool_taken():
        replies = attack(target, BY_NAME[name], [f"127.0.2.{number}" for number in range(1, EIGHT + 1)])
    assert {reply.outcome for reply in replies} <= {TIME, TOO_COMPLEX, BUSY}
    assert all("retry-after" in reply.headers for reply in replies if reply.status == 503)
    assert recovers_within_a_second(visitor)
    assert percentile_99(watch.document_seconds[first:] or [0.0]) < P99_SECONDS


def test_one_client_with_eight_bombs_gets_one_worker(target: Target, visitor: Client) -> None:
    """The others' cheap queries go on: bystanders are not told to look away here."""
    replies = attack(target, BY_NAME["a cross product, counted"], ["127.0.3.1"] * EIGHT)
    outcomes = Counter(reply.outcome for reply in replies)
    assert outcomes == {TIME: 1, TOO_MANY: EIGHT - 1}
    assert all("retry-after" in reply.headers for reply in replies if reply.status == 429)
    assert recovers_within_a_second(visitor)


def test_eight_clients_that_hang_up_free_the_workers_at_once(target: Target, watch: Watch, visitor: Client) -> None:
    body = BY_NAME["a cross product, counted"].query.encode()
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    request = f"{head}Content-Length: {len(body)}\r\n\r\n"
    with watch.pool_taken():
        connections = [Client(target.server.address, f"127.0.4.{number}").connect() for number in range(1, EIGHT + 1)]
        for connection in connections:
            connection.sendall(request.encode() + body)
        time.sleep(0.3)  # two have a worker now
        for connection in connections:
            connection.close()
        assert recovers_within_a_second(visitor)


def test_clients_that_hang_up_while_the_answer_streams_free_the_workers(
    target: Target, watch: Watch, visitor: Client
) -> None:
    query = b"SELECT * { ?a ?b ?c . ?d ?e ?f }"
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    with watch.pool_taken():
        for number in range(1, 5):
            with Client(target.server.address, f"127.0.5.{number}").connect() as connection:
                connection.sendall(head + b"Content-Length: %d\r\n\r\n%b" % (len(query), query))
                assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        assert recovers_within_a_second(visitor)
