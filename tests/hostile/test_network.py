"""Queries and addresses that would make the server fetch something: a listener sees that it does not."""

# ruff: noqa: E501 (queries stand on a line each)

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest

from hostile.wire import Client

REFUSED, MALFORMED = "403 query-refused", "400 malformed-query"
_ANY = "{ ?s ?p ?o }"

#: Queries in which LISTENER stands for http://127.0.0.1:port/, PORT for its port; and the outcomes that are right.
DISGUISES = {
    "SERVICE": (f"SELECT * {{ SERVICE <LISTENER> {_ANY} }}", REFUSED),
    "lower case": (f"select * {{ service <LISTENER> {_ANY} }}", REFUSED),
    "mixed case": (f"SeLeCt * {{ sErViCe <LISTENER> {_ANY} }}", REFUSED),
    "no white space": (f"SELECT*{{SERVICE<LISTENER>{_ANY}}}", REFUSED),
    "a comment in between": (f"SELECT * {{ SERVICE#<x>\n<LISTENER> {_ANY} }}", REFUSED),
    "in what is an IRI": (
        f"PREFIX : <LISTENER> SELECT * {{ BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b)SERVICE:x#>\n{_ANY} }}",
        MALFORMED,
    ),
    "a prefixed name": (f"PREFIX x: <LISTENER> SELECT * {{ SERVICE x:y {_ANY} }}", REFUSED),
    "a relative IRI": (f"BASE <LISTENER> SELECT * {{ SERVICE <y> {_ANY} }}", REFUSED),
    "an escaped IRI": (f"SELECT * {{ SERVICE <\\u0068ttp://127.0.0.1:PORT/> {_ANY} }}", REFUSED),
    "an escaped keyword": (f"SELECT * {{ \\u0053ERVICE <LISTENER> {_ANY} }}", REFUSED),
    "an escaped prefixed name": (f"PREFIX x: <LISTENER> SELECT * {{ SERVICE x:\\u0079 {_ANY} }}", f"{REFUSED}|{MALFORMED}"),
    "a variable from VALUES": (f"SELECT * {{ VALUES ?e {{ <LISTENER> }} SERVICE ?e {_ANY} }}", REFUSED),
    "a variable put together": (f"SELECT * {{ BIND(IRI(CONCAT('http://127.0.0.1:', 'PORT/')) AS ?e) SERVICE ?e {_ANY} }}", REFUSED),
    "a variable in LATERAL": (f"SELECT * {{ BIND(<LISTENER> AS ?e) LATERAL {{ SERVICE ?e {_ANY} }} }}", REFUSED),
    "SILENT": (f"SELECT * {{ SERVICE SILENT <LISTENER> {_ANY} }}", "200"),
    "SILENT, fifty times": ("SELECT * {" + f"SERVICE SILENT <LISTENER> {_ANY} " * 50 + "}", "200"),
    "SERVICE in SERVICE": (f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:1/> {{ SERVICE <LISTENER> {_ANY} }} }}", REFUSED),
    "in a subselect": (f"SELECT * {{ {{ SELECT * {{ {{ SELECT * {{ SERVICE <LISTENER> {_ANY} }} }} }} }} }}", REFUSED),
    "in OPTIONAL": (f"SELECT * {{ OPTIONAL {{ SERVICE <LISTENER> {_ANY} }} }}", REFUSED),
    "in UNION": (f"SELECT * {{ {{}} UNION {{ SERVICE <LISTENER> {_ANY} }} }}", REFUSED),
    "in GRAPH": (f"SELECT * {{ GRAPH ?g {{ SERVICE <LISTENER> {_ANY} }} }}", REFUSED),
    "in MINUS": (f"SELECT * {{ {{}} MINUS {{ SERVICE SILENT <LISTENER> {_ANY} }} }}", "200"),
    "in EXISTS": (f"ASK {{ FILTER EXISTS {{ SERVICE <LISTENER> {_ANY} }} }}", REFUSED),
    "in NOT EXISTS": (f"ASK {{ FILTER NOT EXISTS {{ SERVICE <LISTENER> {_ANY} }} }}", REFUSED),
    "in CONSTRUCT": (f"CONSTRUCT {_ANY} WHERE {{ SERVICE <LISTENER> {_ANY} }}", REFUSED),
    "in CONSTRUCT WHERE": (f"CONSTRUCT WHERE {{ SERVICE <LISTENER> {_ANY} }}", f"{MALFORMED}|{REFUSED}"),
    "in DESCRIBE": (f"DESCRIBE ?s {{ SERVICE <LISTENER> {_ANY} }}", REFUSED),
    "localhost by name": (f"SELECT * {{ SERVICE <http://localhost:PORT/> {_ANY} }}", REFUSED),
    "IPv6": (f"SELECT * {{ SERVICE <http://[::ffff:127.0.0.1]:PORT/> {_ANY} }}", REFUSED),
    "one number as address": (f"SELECT * {{ SERVICE <http://2130706433:PORT/> {_ANY} }}", REFUSED),
    "a user in the address": (f"SELECT * {{ SERVICE <http://a:b@127.0.0.1:PORT/> {_ANY} }}", REFUSED),
    "https": (f"SELECT * {{ SERVICE <https://127.0.0.1:PORT/> {_ANY} }}", REFUSED),
    "a file": (f"SELECT * {{ SERVICE <file:///etc/passwd> {_ANY} }}", REFUSED),
    "FROM": (f"SELECT * FROM <LISTENER> {_ANY}", "200"),
    "FROM NAMED": (f"SELECT * FROM NAMED <LISTENER> {{ GRAPH ?g {_ANY} }}", "200"),
    "FROM a file": (f"SELECT * FROM <file:///etc/passwd> {_ANY}", "200"),
    "GRAPH": (f"SELECT * {{ GRAPH <LISTENER> {_ANY} }}", "200"),
    "DESCRIBE": ("DESCRIBE <LISTENER>", "200"),
    "a function": ("SELECT (<LISTENER>(1) AS ?x) {}", "200"),
    "LOAD": ("LOAD <LISTENER>", REFUSED),
    "LOAD, lower case": ("# x\nload silent <LISTENER> into graph <a:b>", REFUSED),
    "LOAD after a prologue": ("PREFIX x: <LISTENER> LOAD x:y", REFUSED),
    "LOAD after a query": ("SELECT * {} ; LOAD <LISTENER>", MALFORMED),
    "an update that reads": ("INSERT { ?s ?p ?o } WHERE { SERVICE <LISTENER> { ?s ?p ?o } }", REFUSED),
}  # fmt: skip

#: Addresses, the listener's IRI percent-encoded in place of LISTENER; the statuses are none that tells of a fetch.
ADDRESSES = {
    "default-graph-uri": ("/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D&default-graph-uri=LISTENER", 200),
    "named-graph-uri": ("/sparql?query=SELECT%20*%20%7BGRAPH%20%3Fg%20%7B%3Fs%20%3Fp%20%3Fo%7D%7D&named-graph-uri=LISTENER", 200),
    "using-graph-uri": ("/sparql?query=ASK%20%7B%7D&using-graph-uri=LISTENER", 200),
    "update": ("/sparql?update=LOAD%20%3CLISTENER%3E", 403),
    "a graph": ("/graphs?graph=LISTENER", 404),
    "a resource": ("/resource?iri=LISTENER", 404),
    "a path": ("/doc/LISTENER", 404),
}  # fmt: skip


@dataclass
class Listener:
    """Takes connections on every loopback address, and remembers them."""

    port: int
    seen: list[object] = field(default_factory=list)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with socket.create_server(("", 0), backlog=100) as server:
        found = Listener(server.getsockname()[1])

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, address = server.accept()
                    found.seen.append(address)
                    connection.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield found
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_the_listener_would_see_a_connection(listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", listener.port)) as connection:
        assert connection.recv(1) == b""
    assert len(listener.seen) == 1
    listener.seen.clear()


@pytest.mark.parametrize("name", DISGUISES)
def test_no_query_makes_the_server_fetch_anything(attacker: Client, listener: Listener, name: str) -> None:
    query, outcomes = DISGUISES[name]
    query = query.replace("LISTENER", f"http://127.0.0.1:{listener.port}/").replace("PORT", str(listener.port))
    for reply in (attacker.ask(query), attacker.ask_in_address(query)):
        assert reply.outcome in outcomes.split("|")
        assert b"root:" not in reply.body
    assert listener.seen == []


@pytest.mark.parametrize("name", ADDRESSES)
def test_no_address_makes_the_server_fetch_anything(attacker: Client, listener: Listener, name: str) -> None:
    path, status = ADDRESSES[name]
    reply = attacker.get(path.replace("LISTENER", quote(f"http://127.0.0.1:{listener.port}/", safe="")))
    assert reply.status == status
    assert listener.seen == []


@pytest.mark.parametrize("method", ["GET", "CONNECT", "POST"])
def test_the_server_is_no_proxy(attacker: Client, listener: Listener, method: str) -> None:
    elsewhere = f"127.0.0.1:{listener.port}"
    headers = {"Host": elsewhere, "X-Forwarded-Host": elsewhere, "Forwarded": f"host={elsewhere}"}
    address = elsewhere if method == "CONNECT" else f"http://{elsewhere}/"
    assert attacker.request(method, address, headers).status in (200, 400, 404, 405)
    assert listener.seen == []
