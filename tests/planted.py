"""A small linked-data site on a port of this machine that does all right, but for one fault, if one is planted."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
    serialize,
)
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

MODIFIED = "Mon, 02 Nov 2026 10:00:00 GMT"
RDF = {"ttl": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD, "rdf": RdfFormat.RDF_XML, "trig": RdfFormat.TRIG}
TYPES = {
    "ttl": "text/turtle", "jsonld": "application/ld+json", "rdf": "application/rdf+xml",
    "trig": "application/trig", "html": "text/html",
}  # fmt: skip
RESULTS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
PREFIXES = """@prefix void: <http://rdfs.org/ns/void#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATASET = """<#dataset> a void:Dataset, dcat:Dataset ; dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
  void:exampleResource <id/a> ; void:sparqlEndpoint <sparql> ; void:dataDump <dump.nt> ; dcat:distribution <#dump> .
<#dump> dcat:downloadURL <dump.nt> ; dcat:byteSize "%d"^^xsd:nonNegativeInteger ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/application/n-triples> .
<> a foaf:Document ; foaf:primaryTopic <#dataset> ."""
THING = """<id/a> a foaf:Person ; rdfs:label "A"@en ; foaf:age 7 ; foaf:knows _:one, _:two .
_:one rdfs:label "one" . _:two rdfs:label "two" .
<doc/a> foaf:primaryTopic <id/a> ."""
DUMP = b"<urn:example:a> <urn:example:b> <urn:example:c> .\n"
CITE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Sent:
    """A request; names of fields are in lower case."""

    method: str
    path: str
    query: str
    fields: dict[str, str]
    body: bytes
    base: str

    @property
    def accept(self) -> str:
        return self.fields.get("accept", "")


@dataclass(frozen=True)
class Reply:
    """A response; a status of 0 hangs up."""

    status: int = 200
    fields: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def with_field(self, name: str, value: str | None) -> "Reply":
        kept = {other: v for other, v in self.fields.items() if other != name}
        return replace(self, fields=kept if value is None else kept | {name: value})

    def with_body(self, body: bytes) -> "Reply":
        return replace(self, body=body)

    @property
    def media_type(self) -> str:
        return self.fields.get("Content-Type", "").partition(";")[0]


Fault = Callable[[Sent, Reply], Reply]


def chosen(accept: str, types: list[str]) -> str | None:
    """Return the type that a client likes best; the first where it does not say."""
    if not accept:
        return types[0]
    ranges = [(value.partition(";")[0].strip().lower(), quality) for value, quality in parse_accept_header(accept)]
    best: str | None = MIMEAccept(ranges).best_match(types)
    return best


def rdf(turtle: str, base: str, fmt: RdfFormat) -> bytes:
    quads = parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE, base_iri=base)
    triples = [quad.triple for quad in quads] if fmt != RdfFormat.TRIG else list(quads)
    return serialize(triples, format=fmt) or b""


def page(sent: Sent, address: str, links: str) -> bytes:
    """Return a page, with the links of its address."""
    alternates = "".join(
        f'<link rel="alternate" type="{TYPES[s]}" href="{sent.base}{suffixed(address, s)}">' for s in RDF
    )
    schema = json.dumps(
        {"@context": "https://schema.org/", "@type": "Dataset", "name": "All", "description": "All of it"}
    )
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>é</title>{alternates}'
        f'<link rel="canonical" href="{sent.base}{address}">{links}'
        f'<script type="application/ld+json">{schema}</script></head>'
        f'<body><a href="{sent.base}id/a">A</a></body></html>'
    ).encode()


def suffixed(address: str, suffix: str) -> str:
    return f"{address or 'index'}.{suffix}"


def typed_links(sent: Sent) -> dict[str, list[tuple[str, str]]]:
    """Return the typed links of the page about the thing, by relation: addresses with media types."""
    return {
        "cite-as": [(f"{sent.base}id/a", "")],
        "type": [("https://schema.org/AboutPage", ""), ("https://schema.org/Person", "")],
        "describedby": [(f"{sent.base}doc/a.ttl", "text/turtle")],
        "item": [(f"{sent.base}files/a.csv", "text/csv")],
        "license": [(CITE, "")],
    }


def link_field(links: dict[str, list[tuple[str, str]]]) -> str:
    return ", ".join(
        f'<{target}>; rel="{relation}"' + (f'; type="{media_type}"' if media_type else "")
        for relation, targets in links.items()
        for target, media_type in targets
    )


def document(sent: Sent, address: str, suffix: str | None, turtle: str) -> Reply:
    """Return a document in the syntax that a suffix or ``Accept`` names."""
    types = list(TYPES.values())
    media_type = TYPES[suffix] if suffix else chosen(sent.accept, types)
    if media_type is None:
        return Reply(406, {"Content-Type": "text/plain", "Vary": "Accept"}, ", ".join(types).encode())
    name = next(name for name, value in TYPES.items() if value == media_type)
    body = page(sent, address, "") if name == "html" else rdf(turtle, sent.base, RDF[name])
    fields = {
        "Content-Type": f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type,
        "Content-Location": f"/{suffixed(address, name)}",
        "Cache-Control": "max-age=60",
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:8]}-{name}"',
        "Last-Modified": MODIFIED,
        "Vary": "Accept-Encoding" if suffix else "Accept, Accept-Encoding",
        "Link": f'<{sent.base}{address}>; rel="describes"',
    }
    if name == "html" and address == "doc/a":
        linkset = f', <{sent.base}links/a.json>; rel="linkset"; type="application/linkset+json"'
        fields["Link"] = link_field(typed_links(sent)) + linkset
    elif name == "html":
        fields["Link"] = link_field(
            {
                "cite-as": [(sent.base, "")],
                "type": [("https://schema.org/Dataset", "")],
                "describedby": [(f"{sent.base}index.ttl", "text/turtle")],
            }
        )
    return Reply(200, fields, body)


def linkset(sent: Sent) -> bytes:
    targets = {
        relation: [{"href": target} | ({"type": media_type} if media_type else {}) for target, media_type in targets]
        for relation, targets in typed_links(sent).items()
    }
    return json.dumps({"linkset": [{"anchor": f"{sent.base}doc/a", **targets}]}).encode()


def sparql(sent: Sent) -> Reply:  # noqa: PLR0911 (one a case of the protocol)
    """Answer a query over nothing."""
    content_type = sent.fields.get("content-type", "").partition(";")[0]
    pairs = parse_qs(sent.query, keep_blank_values=True)
    if sent.method == "POST" and content_type == "application/x-www-form-urlencoded":
        pairs = parse_qs(sent.body.decode(), keep_blank_values=True)
    queries = pairs.get("query", [])
    if sent.method == "POST" and content_type == "application/sparql-query":
        queries = [sent.body.decode()]
    elif sent.method == "POST" and content_type != "application/x-www-form-urlencoded":
        return Reply(415, {"Content-Type": "text/plain"}, b"unknown type")
    if "update" in pairs:
        return Reply(403, {"Content-Type": "text/plain"}, b"no updates")
    if not queries:
        description = f"<#service> a sd:Service ; sd:endpoint <{sent.base}sparql> ."
        return Reply(200, {"Content-Type": "text/turtle"}, rdf(description, f"{sent.base}sparql", RdfFormat.TURTLE))
    if len(queries) > 1:
        return Reply(400, {"Content-Type": "text/plain"}, b"two queries")
    try:
        answer = Store().query(queries[0])
    except SyntaxError as error:
        return Reply(400, {"Content-Type": "text/plain"}, str(error).encode())
    if isinstance(answer, QueryTriples):
        media_type = chosen(sent.accept, ["text/turtle", "application/rdf+xml"]) or "text/turtle"
        fmt = RdfFormat.from_media_type(media_type)
        return Reply(200, {"Content-Type": media_type}, answer.serialize(format=fmt) or b"")
    assert isinstance(answer, QuerySolutions | QueryBoolean)
    offered = list(RESULTS)[: 2 if isinstance(answer, QueryBoolean) else 4]
    media_type = chosen(sent.accept, offered) or offered[0]
    return Reply(200, {"Content-Type": media_type}, answer.serialize(format=RESULTS[media_type]) or b"")


def sitemap(sent: Sent) -> Reply:
    text = (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<url><loc>{sent.base}doc/a</loc><lastmod>2026-11-02</lastmod></url></urlset>"
    )
    return Reply(200, {"Content-Type": "application/xml"}, text.encode())


def clean(sent: Sent) -> Reply:  # noqa: PLR0911 (one a kind of address)
    """Answer as one should."""
    path = sent.path.removeprefix("/")
    stem, _, suffix = path.rpartition(".")
    dataset = DATASET % len(DUMP)
    files = {
        "dump.nt": Reply(200, {"Content-Type": "application/n-triples"}, DUMP),
        "files/a.csv": Reply(
            200, {"Content-Type": "text/csv", "Link": f'<{sent.base}doc/a>; rel="collection"'}, b"a,b\n1,2\n"
        ),
        "links/a.json": Reply(200, {"Content-Type": "application/linkset+json"}, linkset(sent)),
        "robots.txt": Reply(
            200,
            {"Content-Type": "text/plain; charset=utf-8"},
            f"User-agent: *\nDisallow: /sparql\nSitemap: {sent.base}sitemap.xml\n".encode(),
        ),
        "id/a": Reply(303, {"Location": "/doc/a"}),
    }
    if path == "sparql":
        return sparql(sent)
    if path == "sitemap.xml":
        return sitemap(sent)
    if path == ".well-known/void":
        return Reply(200, {"Content-Type": "text/turtle"}, rdf(dataset, sent.base, RdfFormat.TURTLE))
    if path in files:
        return files[path]
    if path in ("", "doc/a"):
        return document(sent, path, None, dataset if not path else THING)
    if stem in ("index", "doc/a") and suffix in TYPES:
        address = stem.removeprefix("index")
        return document(sent, address, suffix, THING if address else dataset)
    is_page = chosen(sent.accept, ["application/problem+json", "text/html"]) == "text/html"
    body = b'<!DOCTYPE html><html lang="en"><meta charset="utf-8">nothing here' if is_page else b'{"status": 404}'
    return Reply(404, {"Content-Type": "text/html" if is_page else "application/problem+json", "Vary": "Accept"}, body)


def with_method(sent: Sent) -> Reply:
    """Answer any method, conditions and codings."""
    if sent.method == "OPTIONS":
        allowed = {"Allow": "GET, HEAD, OPTIONS", "Access-Control-Allow-Headers": "If-None-Match"}
        return Reply(204, allowed)
    if sent.method not in ("GET", "HEAD") and not (sent.method == "POST" and sent.path == "/sparql"):
        return Reply(405, {"Allow": "GET, HEAD, OPTIONS"})
    reply = clean(sent)
    is_known = sent.fields.get("if-none-match") == reply.fields.get("ETag", "?")
    if is_known or sent.fields.get("if-modified-since") == reply.fields.get("Last-Modified", "?"):
        return Reply(304, {name: value for name, value in reply.fields.items() if not name.startswith("Content-T")})
    if sent.fields.get("accept-encoding") == "gzip" and "ETag" in reply.fields:
        coded = reply.with_field("Content-Encoding", "gzip").with_field("ETag", reply.fields["ETag"][:-1] + '-gz"')
        return coded.with_body(gzip.compress(reply.body))
    return reply


@contextmanager
def planted(fault: Fault | None = None) -> Iterator[str]:
    """Serve the site, with a fault or without, and give its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65_536
        disable_nagle_algorithm = True

        def answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fields = {name.lower(): value for name, value in self.headers.items()}
            sent = Sent(self.command, parts.path, parts.query, fields, body, base)
            reply = with_method(sent).with_field("Access-Control-Allow-Origin", "*")
            reply = reply.with_field("Access-Control-Expose-Headers", "Link, ETag")
            if fault is not None:
                reply = fault(sent, reply)
            self.reply(reply)

        def reply(self, reply: Reply) -> None:
            if reply.status == 0:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.fields.items():
                self.send_header(name, value)
            if reply.status not in (204, 304):
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD" and reply.status not in (204, 304):
                self.wfile.write(reply.body)

        do_GET = do_HEAD = do_POST = do_OPTIONS = do_PROPFIND = answer  # noqa: N815 (names of the library)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    base = f"http://127.0.0.1:{server.server_port}/"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield base
    finally:
        server.shutdown()
        server.server_close()
