"""Requests that break HTTP, or use more of it than anybody needs."""

# ruff: noqa: E501 (requests stand on a line each)

import gzip
import secrets
from http.client import HTTPConnection

import pytest

from hostile.conftest import Target
from hostile.processes import resident_mb
from hostile.wire import SPARQL_QUERY, Client

FORM = "application/x-www-form-urlencoded"
TEN_MB = b"ASK {} #" + b"x" * 10_000_000
HEAD = b"GET /doc/id/ccr.nt HTTP/1.1\r\nHost: x\r\n"
POST = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {SPARQL_QUERY}\r\n".encode()
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
LAST = b"Connection: close\r\n\r\n"

#: Exact bytes, and how the answer begins; an empty one is a connection that the server just closes.
BROKEN = {
    "NUL in the path": (b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 400"),
    "NUL in a header": (HEAD + b"A: \0\r\n\r\n", b"HTTP/1.1 400"),
    "bytes that are no UTF-8 in the path": (b"GET /id/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 400"),
    "bytes that are no UTF-8 in headers": (HEAD + b"Accept: \xff\r\nAccept-Encoding: \xfe\r\nX: \xfd\r\n" + LAST, b"HTTP/1.1 "),
    "a header without a colon": (b"GET / HTTP/1.1\r\nHost x\r\n\r\n", b"HTTP/1.1 400"),
    "a folded header": (HEAD + b"A: b\r\n c\r\n\r\n", b"HTTP/1.1 400"),
    "two lengths": (POST + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {} ", b"HTTP/1.1 400"),
    "a negative length": (POST + b"Content-Length: -6\r\n\r\nASK {}", b"HTTP/1.1 400"),
    "a length beyond counting": (POST + b"Content-Length: 99999999999999999999999\r\n\r\nASK {}", b"HTTP/1.1 400"),
    "an unknown transfer coding": (POST + b"Transfer-Encoding: gzip\r\n\r\nASK {}", b"HTTP/1.1 400"),
    "a chunk without a size": (CHUNKED + b"ZZ\r\nASK {}\r\n0\r\n\r\n", b"HTTP/1.1 400"),
    "a chunk of a negative size": (CHUNKED + b"-1\r\nASK {}\r\n0\r\n\r\n", b"HTTP/1.1 400"),
    "a chunk beyond counting": (CHUNKED + b"F" * 20 + b"\r\nASK {}\r\n0\r\n\r\n", b"HTTP/1.1 400"),
    "a chunk with a long extension": (CHUNKED + b"6;" + b"a" * 100_000 + b"\r\nASK {}\r\n0\r\n\r\n", b"HTTP/1.1 400"),
    "a body that breaks off": (CHUNKED + b"6\r\nASK {}\r\nZZ\r\n", b"HTTP/1.1 400"),
    "HTTP 0.9": (b"GET /doc/id/ccr.ttl\r\n\r\n", b"HTTP/1.1 400"),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b""),
    "TLS": (bytes.fromhex("16030100a5010000a10303") + b"\0" * 150, b"HTTP/1.1 400"),
    "noise": (bytes(range(256)) * 100, b"HTTP/1.1 400"),
    "a host that is markup": (b'GET / HTTP/1.1\r\nHost: "<script>\r\n' + LAST, b"HTTP/1.1 400"),
    "no host": (b"GET /doc/id/ccr.ttl HTTP/1.1\r\n" + LAST, b"HTTP/1.1 400"),
    "two hosts": (HEAD + b"Host: y\r\n" + LAST, b"HTTP/1.1 400"),
    "a host with a user and a path": (b"GET / HTTP/1.1\r\nHost: a@b/c?d#e\r\n" + LAST, b"HTTP/1.1 400"),
    "a host that is no ASCII": (b"GET / HTTP/1.1\r\nHost: \xc3\xa9\r\n" + LAST, b"HTTP/1.1 400"),
    "no host in HTTP/1.0": (b"GET /doc/id/ccr.ttl HTTP/1.0\r\n" + LAST, b"HTTP/1.0 200"),
    "length and chunks": (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n" + LAST + b"6\r\nASK {}\r\n0\r\n\r\n", b"HTTP/1.1 "),
    "the line end of another header in the path": (b"GET /id/x%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: x\r\n" + LAST, b"HTTP/1.1 404"),
}  # fmt: skip

#: Addresses that are long, deep or lead elsewhere, and the status they have.
ADDRESSES = {
    "a path of 60,000 characters": ("/id/" + "x" * 60_000, 404),
    "a path of 25,000 steps": ("/" + "a/" * 25_000, 404),
    "a path of percent signs": ("/" + "%25" * 15_000, 404),
    "a path up": ("/" + "../" * 5_000, 404),
    "a path up, encoded": ("/dumps/..%2f..%2f..%2f..%2fetc/passwd", 404),
    "a path up, encoded whole": ("/dumps/%2e%2e/manifest.json", 404),
    "NUL in the path": ("/dumps/all.nq.gz%00", 404),
    "NUL in an IRI": ("/resource?iri=http://e.org/%00", 400),
    "no UTF-8 in the path": ("/doc/id/%FF", 404),
    "no UTF-8 in the query": ("/sparql?query=%FF", 400),
    "two slashes": ("//example.org/", 404),
    "an IRI of 60,000 characters": ("/resource?iri=http://e.org/" + "x" * 60_000, 404),
    "a release of 60,000 characters": ("/releases/" + "x" * 60_000 + "/sparql", 404),
    "a query's name of 60,000 characters": ("/queries/" + "x" * 60_000, 404),
    "a page beyond counting": ("/doc/id/ccr.ttl?page=" + "9" * 60_000, 400),
    "a page before the first": ("/doc/id/ccr.ttl?page=-1", 400),
    "60,000 parameters": ("/sparql?" + "&" * 60_000, 400),
    "201 parameters": ("/sparql?query=ASK%7B%7D" + "&a=b" * 201, 400),
    "190 graphs": ("/sparql?query=ASK%7B%7D" + "&default-graph-uri=http://e.org/a" * 190, 200),
    "three queries": ("/sparql?" + "query=ASK%7B%7D&" * 3, 400),
    "a timeout that is no number": ("/sparql?query=ASK%7B%7D&timeout=nan", 400),
    "a timeout without end": ("/sparql?query=ASK%7B%7D&timeout=" + "9" * 50_000, 400),
    "a format of 60,000 characters": ("/sparql?query=ASK%7B%7D&format=" + "x" * 60_000, 406),
    "an address of 10 MB": ("/sparql?query=" + "x" * 10_000_000, 431),
}  # fmt: skip

#: Header fields longer than anybody's, and the statuses that are right.
HEADERS = {
    "Accept": ("/doc/id/ccr", ",".join(f"a/b{n};q=0.{n % 10}" for n in range(4_000)), (406,)),
    "Accept-Encoding": ("/doc/id/ccr.ttl", ",".join(f"c{n};q=0.{n % 10}" for n in range(4_000)), (200,)),
    "Accept-Language": ("/doc/id/ccr.html", ",".join(f"l{n};q=0.{n % 10}" for n in range(4_000)), (200,)),
    "If-None-Match": ("/doc/id/ccr.html", ",".join(f'"{n}"' for n in range(7_000)), (200,)),
    "Range": ("/dumps/all.nq.gz", "bytes=" + ",".join(f"{n}-{n + 1}" for n in range(4_000)), (200, 416)),
    "If-Modified-Since": ("/doc/id/ccr.html", "Mon, " + "9" * 50_000, (200,)),
    "X-Forwarded-For": ("/doc/id/ccr.ttl", "1.2.3.4, " * 6_000, (200,)),
    "Cookie": ("/doc/id/ccr.ttl", "a=b; " * 10_000, (200,)),
}


_NO_DATES = ("Thu, 01 Jan 1970 00:00:00 -99999999999999", "Thu, 01 Jan 99999999999 00:00:00 GMT", "0", "\xff")


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since", "If-Range"])
@pytest.mark.parametrize("date", _NO_DATES)
@pytest.mark.parametrize(
    "path", ["/doc/id/ccr.ttl", "/doc/id/ccr", "/dumps/all.nq.gz", "/feed.atom", "/static/style.css"]
)
def test_a_date_that_is_none_is_ignored(attacker: Client, name: str, date: str, path: str) -> None:
    """RFC 9110, section 13.1.3; some were answered 500. A range stands under a condition that nobody can judge."""
    reply = attacker.request("GET", path, {name: date, "Range": "bytes=0-9"} if name == "If-Range" else {name: date})
    assert reply.status == 200


@pytest.mark.parametrize("value", ["items=0-1", "bytes=0-0,5-5", "bytes", "x"])
def test_a_range_that_is_not_understood_is_ignored(attacker: Client, value: str) -> None:
    """RFC 9110, section 14.2."""
    assert attacker.request("GET", "/dumps/all.nq.gz", {"Range": value}).status == 200
    assert attacker.request("GET", "/dumps/all.nq.gz", {"Range": "bytes=0-9"}).status == 206
    assert attacker.request("GET", "/dumps/all.nq.gz", {"Range": "bytes=999999999-"}).status == 416


@pytest.mark.parametrize("name", BROKEN)
def test_broken_http_is_refused_or_closed(target: Target, attacker: Client, name: str) -> None:
    data, beginning = BROKEN[name]
    answer = Client(target.server.address, attacker.source, timeout_seconds=5).send([data])
    assert answer.startswith(beginning)
    assert not answer.startswith(b"HTTP/1.1 5")
    assert b"\nx-evil" not in answer.lower()
    assert b'"<script>' not in answer


@pytest.mark.parametrize("name", ADDRESSES)
def test_no_address_is_too_much(attacker: Client, name: str) -> None:
    path, status = ADDRESSES[name]
    reply = attacker.get(path)
    assert reply.status == status
    assert b"root:" not in reply.body
    assert reply.seconds < 2


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_is_too_much(attacker: Client, name: str) -> None:
    path, value, statuses = HEADERS[name]
    reply = attacker.request("GET", path, {name: value})
    assert reply.status in statuses
    assert reply.seconds < 2


def test_headers_are_limited_in_number(attacker: Client) -> None:
    assert attacker.request("GET", "/doc/id/ccr.ttl", {f"X-{n}": "x" for n in range(500)}).status == 431


@pytest.mark.parametrize("content_type", [SPARQL_QUERY, FORM, "text/plain"])
@pytest.mark.parametrize("path", ["/sparql", "/doc/id/ccr"])
def test_ten_megabytes_are_not_read(target: Target, attacker: Client, content_type: str, path: str) -> None:
    """0: the server closed before the client had sent it all, and the system threw the answer away."""
    before = resident_mb(target.pid)
    assert attacker.request("POST", path, {"Content-Type": content_type}, TEN_MB).status in (413, 0)
    assert resident_mb(target.pid) - before < 50


def test_a_query_beyond_the_limit_is_told_so(attacker: Client) -> None:
    assert attacker.ask("ASK {} #" + "x" * 300_000).outcome == "413 payload-too-large"


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "br", "zstd", "deflate", "unknown"])
@pytest.mark.parametrize("content_type", [SPARQL_QUERY, FORM])
def test_a_compressed_body_is_never_unpacked(target: Target, attacker: Client, coding: str, content_type: str) -> None:
    before = resident_mb(target.pid)
    bomb = gzip.compress(b"query=ASK {}" + b" " * 50_000_000)
    reply = attacker.request("POST", "/sparql", {"Content-Type": content_type, "Content-Encoding": coding}, bomb)
    assert reply.status in (400, 415)
    assert resident_mb(target.pid) - before < 40


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X" * 5_000])
def test_no_method_writes(attacker: Client, method: str) -> None:
    assert attacker.request(method, "/sparql").status == 405


def test_requests_in_a_row_on_one_connection_are_answered_in_order(attacker: Client) -> None:
    wanted = [f"/doc/id/ccr.{suffix}" for suffix in ("nt", "ttl", "jsonld", "csv")] * 10
    requests = b"".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for path in wanted)
    answer = attacker.send([requests + b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + LAST])
    types = [
        line.split(b";")[0].split(b": ")[1] for line in answer.split(b"\r\n") if line.startswith(b"content-type: ")
    ]
    expected = [b"application/n-triples", b"text/turtle", b"application/ld+json", b"text/csv"] * 10
    assert types == [*expected, b"application/json"]


def test_two_requests_in_one_body_are_one(attacker: Client) -> None:
    """What follows a body's end is another request; what is within is none (request smuggling)."""
    inner = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = attacker.send([POST + b"Content-Length: %d\r\n" % len(inner) + LAST + inner])
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_noise_in_requests_is_not_kept(target: Target, attacker: Client) -> None:
    """A cache whose keys are what strangers send must not keep long ones: these are 45 MB."""
    before = resident_mb(target.pid)
    connection = HTTPConnection(*attacker.place, timeout=20, source_address=(attacker.source, 0))
    for _ in range(1_000):
        noise = secrets.token_hex(4_500)
        headers = {"Accept": f"*/*;x={noise}", "Accept-Language": noise, "Accept-Encoding": noise}
        connection.request("GET", f"/doc/id/ccr.nt?x={noise * 2}", headers=headers)
        response = connection.getresponse()
        response.read()
        assert response.status == 200
    connection.close()
    assert resident_mb(target.pid) - before < 30
