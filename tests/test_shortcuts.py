"""A shortcut gives the reply that the Flask application gives, down to the header field."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest

from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.errors import QueryOverBudget
from kgpub.formats import RESULTS_JSON, TURTLE
from kgpub.preparation import Preparation
from kgpub.prepared_documents import DocumentShelf, PreparedDocuments, create
from kgpub.reply import Reply, Request
from kgpub.shortcuts import Shortcuts
from kgpub.site import Site
from kgpub.web.app import create_app, document_replies, with_shortcuts

FORM, DIRECT = b"application/x-www-form-urlencoded", b"application/sparql-query"
QUERIES = (
    "ASK {}",
    "SELECT * { ?s a ?class FILTER(isIRI(?s)) } ORDER BY ?s ?class LIMIT 3",
    "CONSTRUCT WHERE { ?s a ?class } LIMIT 0",
    "SELECT (NOW() AS ?now) {} LIMIT 0",
    "SELECT",
    "INSERT DATA { <a:a> <a:a> <a:a> }",
    "",
    "\ufeffASK { GRAPH ?g {} } # é %20 + &",
)
ACCEPTED = (
    None,
    "",
    "*/*",
    "text/html",
    "text/html, */*;q=0.1",
    "text/csv",
    "text/turtle;q=0.5, application/xml",
    "a/b",
)
PARAMETERS: tuple[dict[str, str], ...] = (
    {},
    {"format": "json"},
    {"format": "html"},
    {"format": "no such"},
    {"timeout": "5"},
    {"timeout": "soon"},
    {"default-graph-uri": "graph/claims"},
    {"named-graph-uri": "<>"},
    {"update": "CLEAR ALL"},
    {"version": "1.2"},
)


Ways = tuple[Shortcuts, Shortcuts]


def told(reply: Reply) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    body = b"".join(reply.chunks) if reply.body is None else reply.body
    fields = [field for field in reply.headers if field[0] != b"date"]  # Werkzeug adds it to some, the server to all
    return reply.status, sorted(fields), body


def scope_of(request: Request) -> dict[str, Any]:
    return {
        "type": "http", "method": request.method, "path": request.path, "raw_path": request.path.encode(),
        "query_string": request.query_string, "headers": list(request.fields.items()), "http_version": "1.1",
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "scheme": "http",
    }  # fmt: skip


@pytest.fixture(scope="module")
def ways(site: Site) -> Ways:
    """The application with shortcuts, and without."""
    app = create_app(site)
    return with_shortcuts(app, site), Shortcuts(app, {})


@pytest.fixture(scope="module", params=[("prepared", ""), ("made anew", ""), ("prepared", "/kg")], ids="-".join)
def document_ways(site: Site, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Ways:
    """The same, where the documents that most things point at are prepared, or none."""
    app = create_app(site)
    create(path := tmp_path_factory.mktemp("prepared") / "documents.sqlite")
    is_prepared, root = request.param[0] == "prepared", request.param[1]
    if is_prepared:
        with closing(DocumentShelf(path)) as shelf:
            Preparation(site, document_replies(app, site, root), shelf, max_bytes=1).run()
    prepared = PreparedDocuments(path)
    assert (prepared.get(f"{site.base.iri}id/ccr", TURTLE) is None) != is_prepared
    return with_shortcuts(app, site, prepared, root), Shortcuts(app, {}, root)


def assert_same(ways: Ways, request: Request) -> Reply:
    root = ways[0].root
    below = replace(request, path=root + request.path)
    scope = scope_of(below) | ({"root_path": root} if root else {})
    short, long = (way(dict(scope), below) for way in ways)
    assert told(short) == told(long), request
    return short


def fields_with(accept: str | None, **more: bytes) -> dict[bytes, bytes]:
    fields = {name.replace("_", "-").encode(): value for name, value in more.items()}
    return fields if accept is None else {b"accept": accept.encode(), **fields}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_in_the_address_is_answered_alike(ways: Ways, query: str) -> None:
    for accept, more in product(ACCEPTED, PARAMETERS):
        address = urlencode({"query": query, **more}).encode()
        assert_same(ways, Request("GET", "/sparql", address, fields_with(accept), b""))


def test_queries_below_a_path_are_answered_alike_and_those_beside_it_without_shortcuts(site: Site) -> None:
    app = create_app(site)
    below = with_shortcuts(app, site, root="/kg"), Shortcuts(app, {}, "/kg")
    for query, accept in product(QUERIES, (None, "text/html", "text/turtle;q=0.5, application/xml")):
        assert_same(below, Request("GET", "/sparql", urlencode({"query": query}).encode(), fields_with(accept), b""))
    beside = Request("GET", "/sparql", b"query=ASK%20%7B%7D", fields_with("*/*"), b"")
    assert dict(below[0](scope_of(beside), beside).headers)[b"link"].startswith(b"</releases/")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT"])
def test_methods_are_answered_alike(ways: Ways, method: str) -> None:
    assert_same(ways, Request(method, "/sparql", b"query=ASK%20%7B%7D", fields_with("*/*"), b""))
    assert_same(ways, Request(method, "/sparql", b"", fields_with("*/*"), b""))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, b"query=ASK+%7B%7D"), (FORM + b"; charset=utf-8", b"query=ASK+%7B%7D"), (FORM, b"query=%FF"),
        (FORM, b"query=ASK+%7B%7D&query=ASK+%7B%7D"), (FORM, b"update=x"), (FORM, b""), (DIRECT, b"ASK {}"),
        (DIRECT, b"\xff"), (DIRECT, b"x" * 300_000), (b"application/sparql-update", b"CLEAR ALL"),
        (b"text/plain", b"ASK {}"), (DIRECT + b"; charset=utf-16", b"ASK {}"),
    ],
)  # fmt: skip
def test_posted_queries_are_answered_alike(ways: Ways, content_type: bytes, body: bytes) -> None:
    length = str(len(body)).encode()
    fields = fields_with(None, content_type=content_type, content_length=length)
    for address in (b"", b"query=ASK%20%7B%7D", b"format=xml"):
        assert_same(ways, Request("POST", "/sparql", address, fields, body))
    coded = fields | {b"content-encoding": b"gzip"}
    assert_same(ways, Request("POST", "/sparql", b"", coded, body))


def test_conditions_are_answered_alike(ways: Ways) -> None:
    asked = Request("GET", "/sparql", b"query=ASK%20%7B%7D", fields_with("*/*"), b"")
    tag = dict(assert_same(ways, asked).headers)[b"etag"]
    known = Request("GET", "/sparql", asked.query_string, fields_with("*/*", if_none_match=tag), b"")
    assert assert_same(ways, known).status == 304


@pytest.mark.parametrize("path", ["/sparql/", "/sparql/service-description", "/sparqler", "/", "//sparql", "/%73parql"])
def test_other_addresses_are_answered_alike(ways: Ways, path: str) -> None:
    assert_same(ways, Request("GET", path, b"query=ASK%20%7B%7D", fields_with("*/*"), b""))


LOCALS = (
    "id/ccr", "id/ccr.ttl", "id/ccr.html", "id/ccr.unknown", "ontology/", "ontology/Claim", "id/claim-s05-c1.jsonld",
    "id/no%20such", "id/%63cr", "id/ccr/", "", "sparql", "id//ccr", "graph/claims", "code/", ".ttl", "id/ccr.ttl.ttl",
)  # fmt: skip


@pytest.mark.parametrize("local", LOCALS)
def test_documents_are_answered_alike(document_ways: Ways, local: str) -> None:
    accepted = (None, "*/*", "text/html", "text/turtle;q=0.5, application/ld+json", "application/n-quads", "a/b")
    for accept, query in product(accepted, (b"", b"format=nt", b"page=2")):
        assert_same(document_ways, Request("GET", f"/doc/{local}", query, fields_with(accept), b""))


SPOKEN = (b"fr", b"fr-CA, en;q=0.5", b"de, *;q=0.1", b"en;q=0", b"nonsense;;", b"\xe9", b"")


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("local", ["id/ccr", "id/ccr.html", "id/ccr.ttl", "ontology/", "ontology/Claim", "id/nobody"])
def test_languages_are_chosen_alike(document_ways: Ways, local: str, language: bytes) -> None:
    for accept, query in product((None, "text/html", "text/turtle"), (b"", b"lang=fr", b"lang=%3Cb%3E")):
        fields = fields_with(accept, accept_language=language)
        reply = assert_same(document_ways, Request("GET", f"/doc/{local}", query, fields, b""))
        tag = dict(reply.headers).get(b"etag", b"")
        assert_same(document_ways, Request("GET", f"/doc/{local}", query, fields | {b"if-none-match": tag}, b""))
    assert_same(
        document_ways,
        Request("GET", "/sparql", b"query=ASK%20%7B%7D", fields_with("text/html", accept_language=language), b""),
    )


@pytest.mark.parametrize("path", ["/doc", "/doc?", "/docs/id/ccr", "/id/ccr", "//doc/id/ccr", "/doc/%69d/ccr"])
def test_paths_like_those_of_documents_are_answered_alike(document_ways: Ways, path: str) -> None:
    assert_same(document_ways, Request("GET", path, b"", fields_with("text/turtle"), b""))


@pytest.mark.parametrize("accept", ["text/turtle", "text/html"])
@pytest.mark.parametrize("tag", ["{tag}", "W/{tag}", '"other"', '"other", {tag}', "*", ""])
def test_validators_of_documents_are_compared_alike(document_ways: Ways, accept: str, tag: str) -> None:
    plain = Request("GET", "/doc/id/ccr", b"", fields_with(accept), b"")
    own = dict(assert_same(document_ways, plain).headers)[b"etag"].decode()
    fields = fields_with(accept, if_none_match=tag.format(tag=own).encode())
    assert_same(document_ways, Request("GET", "/doc/id/ccr", b"", fields, b""))


class Counting:
    """An engine that gives up, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def evaluate(self, _query: Query, _wanted: Wanted, _budget: Budget) -> Answer:
        self.asked += 1
        raise QueryOverBudget("time", "1 s")

    def ping(self) -> None:
        return

    def close(self) -> None:
        return


class Breaking(Counting):
    """An engine whose answer breaks off."""

    def evaluate(self, _query: Query, _wanted: Wanted, _budget: Budget) -> Answer:
        def chunks() -> Iterator[bytes]:
            yield b"one"
            raise QueryOverBudget("answer", "1 MB")

        return Answer(RESULTS_JSON, chunks())


def site_with(site: Site, engine: Counting) -> Site:
    return Site(site.release, site.documents, engine, site.budget)


def test_a_query_that_fails_is_asked_once(site: Site) -> None:
    engine = Counting()
    failing = site_with(site, engine)
    request = Request("GET", "/sparql", b"query=ASK%20%7B%7D", fields_with("application/json"), b"")
    reply = with_shortcuts(create_app(failing), failing)(scope_of(request), request)
    assert (reply.status, engine.asked) == (422, 1)
    assert b'"budget": "time"' in (reply.body or b"")


def test_an_answer_that_breaks_off_raises_on_the_way(site: Site) -> None:
    breaking = site_with(site, Breaking())
    request = Request("GET", "/sparql", b"query=ASK%20%7B%7D", fields_with("application/json"), b"")
    reply = with_shortcuts(create_app(breaking), breaking)(scope_of(request), request)
    chunks = iter(reply.chunks)
    assert (reply.status, next(chunks)) == (200, b"one")
    with pytest.raises(QueryOverBudget):
        next(chunks)
