"""A hostile site does not hurt who checks it: limits of the client, of the parsers, of where it may be sent."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from kgpub.check.client import Client, Manners
from kgpub.check.exchange import Answer, Ask
from kgpub.check.failures import NotReached, NotReadable
from kgpub.check.findings import Findings
from kgpub.check.identity import check_identity
from kgpub.check.inspection import Scope, inspect_site
from kgpub.check.reach import Reach, is_public, reach_from
from kgpub.check.reader import Reader
from kgpub.check.target import Target
from kgpub.check.visit import Visit
from kgpub.errors import SiteUnreachable
from planted import Reply, Sent, planted

QUICK = Manners(seconds=1, body_bytes=100_000, requests_a_second=100_000, redirects=5)
PUBLIC = Reach(("http", "site.example", 80), is_near=False)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with closing(Reader(seconds=3)) as shared:
        yield shared


@contextmanager
def wire(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server that answers each connection byte by byte, as it likes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with suppress(OSError), connection:
                    connection.recv(65_536)
                    answer(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


def client_for(address: str) -> Client:
    return Client(reach_from(address), QUICK)


def refused(address: str) -> NotReached:
    with closing(client_for(address)) as client, pytest.raises(NotReached) as caught:
        client.follow(Ask(address))
    return caught.value


def test_a_body_is_read_up_to_a_number_of_bytes() -> None:
    with planted(lambda _, came: came.with_body(b"x" * 200_000)) as base, closing(client_for(base)) as client:
        answer = client.send(Ask(base))
    assert (len(answer.body), answer.is_cut) == (100_000, True)


def test_an_endless_body_is_read_up_to_a_number_of_bytes() -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"ffff\r\n" + b"x" * 65_535 + b"\r\n")

    with wire(endless) as address, closing(client_for(address)) as client:
        assert client.send(Ask(address)).is_cut


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"])
def test_an_answer_that_drips_is_given_up_in_time(begun: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(begun)
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.1)

    with wire(drip) as address:
        began = time.monotonic()
        assert "not whole within 1 s" in str(refused(address))
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "sent",
    [
        b"not HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 500,
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"",
    ],
)
def test_what_is_no_http_is_said_to_be_no_answer(sent: bytes) -> None:
    with wire(lambda connection: connection.sendall(sent)) as address:
        assert "is not answered" in str(refused(address))


def test_redirects_end_after_a_number_and_in_circles_at_once() -> None:
    numbers = iter(range(1_000))
    with planted(lambda *_: Reply(302, {"Location": f"/{next(numbers)}"})) as base:
        assert refused(base).rule == "redirect.circle"
        assert next(numbers) < 10
    with planted(lambda *_: Reply(302, {"Location": "/"})) as base:
        assert "in a circle" in str(refused(base))


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://x/", "gopher://x/", "http://user:secret@x/", "http://[", "x" * 9_000]
)  # fmt: skip
def test_a_redirect_to_what_is_no_address_of_the_web_is_not_followed(location: str) -> None:
    with planted(lambda *_: Reply(302, {"Location": location})) as base:
        assert refused(base).rule == "reach.unanswered"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1", "fe80::1%1",
     "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1"],
)  # fmt: skip
def test_a_public_site_leads_to_no_private_address(address: str) -> None:
    assert not is_public(address)
    host = f"[{address.partition('%')[0]}]" if ":" in address else address
    with pytest.raises(NotReached) as caught:
        PUBLIC.machine(f"http://{host}/")
    assert caught.value.rule == "redirect.private"


def test_public_addresses_are_public() -> None:
    assert all(is_public(address) for address in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"))


def test_a_port_of_another_protocol_is_not_asked() -> None:
    with pytest.raises(NotReached, match="port 25"):
        PUBLIC.machine("http://93.184.215.14:25/")


def test_links_to_other_hosts_are_not_followed(reader: Reader) -> None:
    asked: list[str] = []
    with wire(lambda _: asked.append("asked")) as other:
        links = (
            f'<{other}>; rel="describedby"; type="text/turtle", <{other}x>; rel="cite-as", <{other}l>; rel="linkset"'
        )
        with planted(lambda _, came: came.with_field("Link", links)) as base:
            seen = inspect_site(f"{base}id/a", Scope(1), QUICK, reader)
            assert asked == []
            assert "reach.unanswered" not in {finding.rule.id for finding in seen.findings}
            inspect_site(f"{base}id/a", Scope(1, elsewhere=True), QUICK, reader)
            assert asked


@pytest.mark.parametrize(
    "address", ["http://[", "http://a:b/", "//[::1", "mailto:a", "\x00", "x" * 20_000, "http://\udc80/"]
)
def test_what_is_no_address_breaks_nothing(address: str, reader: Reader) -> None:
    def everywhere(sent: Sent, came: Reply) -> Reply:
        if sent.path == "/links/a.json":
            return came.with_body(json.dumps({"linkset": [{"anchor": address, "item": [{"href": address}]}]}).encode())
        if came.media_type == "text/html":
            head = "".join(
                f'<link rel="{r}" type="text/turtle" href="{address}">' for r in ("canonical", "alternate", "item")
            )
            return came.with_body(f'<base href="{address}">{head}<a href="{address}">x</a>'.encode("utf-8", "replace"))
        text = address.encode("latin-1", "replace").decode("latin-1").replace("\x00", "")
        if sent.path == "/id/b":
            return Reply(303, {"Location": text})
        if sent.path == "/robots.txt":
            return came.with_body(f"User-agent: *\nDisallow: {text}\nSitemap: {text}\n".encode())
        if sent.path == "/sitemap.xml":
            return came.with_body(came.body.replace(b"<loc>", b"<loc>" + text.encode()))
        return came.with_field("Content-Location", text).with_field("Link", f'<{text}>; rel="item describes"')

    with planted(everywhere) as base:
        assert inspect_site(f"{base}id/a", Scope(2), QUICK, reader).findings


def test_a_site_that_does_not_answer_is_an_error_and_no_finding(reader: Reader) -> None:
    with pytest.raises(SiteUnreachable, match="not answered"):
        inspect_site("http://127.0.0.1:1/", Scope(), QUICK, reader)
    with pytest.raises(SiteUnreachable, match="not found"):
        inspect_site("http://nothing.invalid/", Scope(), QUICK, reader)


XML = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">%s</rdf:RDF>'
LAUGHS = b"<!DOCTYPE x [<!ENTITY a '%s'>%s]>" % (
    b"x" * 1_000, b"".join(b"<!ENTITY %c '%s'>" % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(8)),
)  # fmt: skip
BOMBS = {
    "nested elements": ("application/rdf+xml", XML % (b"<rdf:Description><e:p>" * 50_000)),
    "nested triple terms": ("text/turtle", b"<a:b> <a:c> " + b"<<( <a:a> <a:b> " * 200_000 + b"1" + b")>>" * 200_000),
    "entities": ("application/rdf+xml", LAUGHS + XML % b"<rdf:Description><e:p>&i;</e:p></rdf:Description>"),
    "nested objects": ("application/ld+json", b'{"http://a/b":' * 200_000 + b"1" + b"}" * 200_000),
    "many statements": ("application/n-triples", b"".join(b"<a:b> <a:c> <a:%d> .\n" % n for n in range(210_000))),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_document_that_explodes_is_unreadable_and_the_next_is_read(bomb: str, reader: Reader) -> None:
    media_type, body = BOMBS[bomb]
    with pytest.raises(NotReadable):
        reader.rdf(body, media_type, "http://ex.org/")
    assert len(reader.rdf(b"<a:b> <a:c> 1 .", "text/turtle", "http://ex.org/").statements) == 1


def test_pages_and_sitemaps_that_explode_are_unreadable() -> None:
    with closing(Reader(seconds=2)) as reader:
        with pytest.raises(NotReadable):
            reader.html(b"<div>" * 30_000 + b"<p>" * 100_000, "utf-8", "http://ex.org/")
        with pytest.raises(NotReadable):
            reader.sitemap(LAUGHS + b"<urlset>&i;</urlset>")
        assert reader.html(b"<html lang=fr>", "utf-8", "http://ex.org/").language == "fr"


# --- what needs https: a client that answers from a table -----------------------------------------------------


class TableClient(Client):
    """A client that finds its answers in a table."""

    def __init__(self, table: dict[str, tuple[int, str]]) -> None:
        super().__init__(PUBLIC, QUICK)
        self._table = table

    def send(self, ask: Ask) -> Answer:
        status, location = self._table[ask.url]
        return Answer(ask, status, (("location", location),) if location else (("content-type", "text/html"),), b"x")


def rules_found(table: dict[str, tuple[int, str]], asked: str, reader: Reader) -> set[str]:
    visit = Visit(TableClient(table), reader, hosts={urlsplit(asked).netloc}, findings=Findings())
    chain = visit.follow(asked)
    assert chain is not None
    check_identity(visit, Target(asked, chain, chain.url, {}))
    return {finding.rule.id for finding in visit.findings}


def test_a_redirect_from_https_to_http_is_found(reader: Reader) -> None:
    table = {"https://ex.org/": (302, "http://ex.org/"), "http://ex.org/": (200, "")}
    assert rules_found(table, "https://ex.org/", reader) == {"redirect.insecure"}


def test_http_beside_https_is_found(reader: Reader) -> None:
    table = {"https://ex.org/": (200, ""), "http://ex.org/": (200, "")}
    assert rules_found(table, "https://ex.org/", reader) == {"identity.scheme"}
    assert rules_found(table | {"http://ex.org/": (301, "https://ex.org/")}, "https://ex.org/", reader) == set()
