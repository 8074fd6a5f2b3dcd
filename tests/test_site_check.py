"""``kgpub check``: every fault is found where it is planted, and nothing where there is none."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from pyoxigraph import RdfFormat

from conftest import Server
from kgpub.check.client import Client, Manners
from kgpub.check.exchange import Ask
from kgpub.check.findings import has_as_grave
from kgpub.check.inspection import Inspection, Scope, inspect_site
from kgpub.check.matrix import BROWSER, CLIENTS, UNKNOWN
from kgpub.check.reach import reach_from
from kgpub.check.reader import Reader
from kgpub.check.report import as_json, as_text
from kgpub.check.rules import RULES
from planted import Fault, Reply, Sent, clean, planted, rdf
from projects import ROOT, run_kgpub

QUICK = Manners(seconds=5, requests_a_second=100_000)
DOC, THING, SPARQL, VOID = "/doc/a", "/id/a", "/sparql", "/.well-known/void"
PAGES = ("/", DOC)
NUMBERS = count()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with closing(Reader()) as shared:
        yield shared


def inspect(address: str, reader: Reader, sample: int = 1) -> Inspection:
    return inspect_site(address, Scope(sample), QUICK, reader)


def found(seen: Inspection) -> set[str]:
    return {finding.rule.id for finding in seen.findings}


# --- faults: what a site answers instead --------------------------------------------------------------------


def at(*paths: str, method: str | None = None, accept: str | None = None,  # noqa: PLR0913 (what it is narrowed to)
       media_type: str | None = None,
       status: int | None = None, asked: str = "", reply: Reply | None = None, body: bytes | None = None,
       swap: tuple[bytes, bytes] | None = None, **fields: str | None) -> Fault:  # fmt: skip
    """Return a fault: of the answers at some paths that match, this is different."""

    def fault(sent: Sent, came: Reply) -> Reply:
        matches = (
            (not paths or sent.path in paths)
            and (method is None or sent.method == method)
            and (accept is None or sent.accept == accept)
            and (media_type is None or came.media_type == media_type)
            and (status is None or came.status == status)
            and (not asked or asked in sent.fields)
        )
        if not matches:
            return came
        came = reply or came
        came = came if body is None else came.with_body(body)
        came = came if swap is None else came.with_body(came.body.replace(*swap))
        for name, value in fields.items():
            came = came.with_field(name.replace("_", "-"), value)
        return came

    return fault


def both(*faults: Fault) -> Fault:
    def fault(sent: Sent, came: Reply) -> Reply:
        for one in faults:
            came = one(sent, came)
        return came

    return fault


def as_if(path: str, *paths: str, accept: str | None = None, asked: str = "") -> Fault:
    """Answer at some paths as if another one, or another Accept, had been asked for."""

    def fault(sent: Sent, came: Reply) -> Reply:
        if sent.path not in paths or (asked and asked not in sent.accept and asked not in sent.fields):
            return came
        fields = sent.fields if accept is None else sent.fields | {"accept": accept}
        return clean(replace(sent, path=path, fields=fields)).with_field("Access-Control-Allow-Origin", "*")

    return fault


def refuse(asked: str) -> Fault:
    """Refuse an Accept that holds a text, or an absent one."""
    return lambda sent, came: (
        Reply(406, {"Content-Type": "text/plain", "Vary": "Accept"}, b"text/turtle")
        if sent.path == DOC and (asked in sent.accept if asked else not sent.accept)
        else came
    )


def of_queries(text: str, reply: Fault) -> Fault:
    """Change the answers to queries that hold a text."""
    return lambda sent, came: (
        reply(sent, came)
        if sent.path == SPARQL and text in unquote_plus(sent.query + sent.body.decode("utf-8", "replace"))
        else came
    )


def silent_on_itself(sent: Sent, came: Reply) -> Reply:
    fmt = RdfFormat.from_media_type(came.media_type)
    if sent.path != "/" or fmt is None:
        return came
    return came.with_body(rdf("<#dataset> a void:Dataset .", sent.base, fmt)).with_field("Link", None)


def split_thing(sent: Sent, came: Reply) -> Reply:
    suffix = "html" if "html" in sent.accept else "ttl"
    return came.with_field("Location", f"{DOC}.{suffix}") if sent.path == THING else came


def other_etags(sent: Sent, came: Reply) -> Reply:
    return (
        replace(clean(sent), fields=clean(sent).fields | {"ETag": f'"{next(NUMBERS)}"'}) if sent.path == DOC else came
    )


def elsewhere(sent: Sent, came: Reply) -> Reply:
    fields = {name: value.replace(sent.base, "https://data.example/") for name, value in came.fields.items()}
    return replace(came, fields=fields, body=came.body.replace(sent.base.encode(), b"https://data.example/"))


def decoded_twice(sent: Sent, came: Reply) -> Reply:
    if sent.method != "POST" or "form" not in sent.fields.get("content-type", "") or b"SELECT" not in sent.body:
        return came
    return clean(replace(sent, body=unquote_plus(sent.body.decode()).encode()))


def first_query(sent: Sent, came: Reply) -> Reply:
    query = sent.query.rpartition("&query=")[0]
    return clean(replace(sent, query=query)) if query else came


def second_cite_as(sent: Sent, came: Reply) -> Reply:
    return came.with_field("Link", f"{came.fields['Link']}, <{sent.base}b>; rel=cite-as")


def second_canonical(sent: Sent, came: Reply) -> Reply:
    return came.with_field("Link", f"{came.fields.get('Link', '')}, <{sent.base}b>; rel=canonical")


def without_items(sent: Sent, came: Reply) -> Reply:
    return came.with_body(came.body.replace(b'"item"', b'"related"')) if sent.path == "/links/a.json" else came


def credentials(sent: Sent, came: Reply) -> Reply:
    origin = sent.fields.get("origin", "*")
    return came.with_field("Access-Control-Allow-Origin", origin).with_field("Access-Control-Allow-Credentials", "true")


def link(old: str, new: str) -> Fault:
    return lambda _, came: came.with_field("Link", came.fields.get("Link", "").replace(old, new) or None)


def only(fault: Fault, *, paths: tuple[str, ...] = (DOC,), media_type: str = "text/html") -> Fault:
    return lambda sent, came: fault(sent, came) if sent.path in paths and came.media_type == media_type else came


def sitemap(old: bytes, new: bytes) -> Fault:
    return at("/sitemap.xml", swap=(old, new))


NOT_THERE = Reply(404, {"Content-Type": "text/plain"}, b"not there")
BROKEN = Reply(500, {"Content-Type": "text/plain"}, b"broken")
TURTLE, JSON_LD, RDF_XML = "text/turtle", "application/ld+json", "application/rdf+xml"
MANY = b"<url><loc>x</loc></url>" * 50_001

FAULTS: dict[str, Fault] = {
    "reach.unanswered": at(f"{DOC}.ttl", reply=Reply(0)),
    "redirect.circle": both(
        at(THING, reply=Reply(303, {"Location": "/id/b"})), at("/id/b", reply=Reply(303, {"Location": THING}))
    ),
    "thing.status": at(DOC, reply=BROKEN),
    "thing.redirect": at(THING, reply=Reply(302, {"Location": DOC})),
    "thing.conflated": as_if(DOC, THING),
    "thing.undescribed": both(*(at(swap=(b"id/a", b"id/z"), media_type=t) for t in (TURTLE, JSON_LD, RDF_XML))),
    "document.unnamed": silent_on_itself,
    "thing.vary": split_thing,
    "identity.mirror": elsewhere,
    "identity.slash": both(as_if(DOC, f"{DOC}/"), at(swap=(b'"canonical"', b'"x"'), Link=None)),
    "negotiation.no-rdf": as_if(f"{DOC}.html", DOC),
    "negotiation.no-page": as_if(DOC, DOC, accept=TURTLE, asked="text/html"),
    "negotiation.wildcard": at(DOC, accept="*/*", reply=NOT_THERE),
    "negotiation.silent": refuse(""),
    "negotiation.browser": as_if(DOC, DOC, accept=TURTLE, asked=BROWSER),
    "negotiation.several": refuse(f"{UNKNOWN},"),
    "negotiation.quality": as_if(DOC, DOC, accept=TURTLE, asked="q=0.2"),
    "negotiation.zero": as_if(DOC, DOC, accept=TURTLE, asked=";q=0,"),
    "negotiation.parameters": refuse("charset"),
    "negotiation.letters": refuse("TURTLE"),
    "negotiation.range": as_if(DOC, DOC, accept=JSON_LD, asked="text/*"),
    "negotiation.client": as_if(DOC, DOC, accept="text/html", asked=CLIENTS[0][1]),
    "negotiation.refusal": at(DOC, status=406, reply=BROKEN),
    "negotiation.refusal-list": at(DOC, status=406, body=b"no"),
    "negotiation.vary": at(DOC, Vary="Accept-Encoding"),
    "negotiation.private-type": at(DOC, accept="*/*", Content_Type="text/anot+turtle"),
    "negotiation.untyped": at(DOC, accept="*/*", Content_Type=None),
    "location.content": at(DOC, media_type=TURTLE, Content_Location=f"{DOC}.jsonld"),
    "alternate.status": at(f"{DOC}.rdf", reply=NOT_THERE),
    "alternate.type": at(f"{DOC}.rdf", Content_Type="application/xml"),
    "charset.missing": at(DOC, media_type="text/html", swap=(b'<meta charset="utf-8">', b""), Content_Type="text/html"),
    "charset.wrong": at(DOC, media_type="text/html", swap=("é".encode(), "é".encode("latin-1"))),
    "rdf.unreadable": at(DOC, media_type=TURTLE, body=b"<a> <b"),
    "rdf.empty": at(DOC, media_type=JSON_LD, body=b"[]"),
    "rdf.differs": at(DOC, media_type=JSON_LD, swap=(b'"one"', b'"two"')),
    "rdf.spelling": at(DOC, media_type=RDF_XML, swap=(b">7<", b">07<")),
    "rdf.context": at(DOC, media_type=JSON_LD, body=b'{"@context": "https://elsewhere.example/c"}'),
    "rdf.large": at(DOC, media_type=TURTLE, body=b"#" * 5_000_001),
    "validator.missing": at(DOC, ETag=None, Last_Modified=None),
    "etag.syntax": at(DOC, ETag="abc"),
    "etag.shared": at(DOC, ETag='"same"'),
    "etag.unstable": other_etags,
    "etag.ignored": as_if(DOC, DOC, asked="if-none-match"),
    "etag.coding": lambda _, came: came.with_field("ETag", (came.fields.get("ETag") or "").replace("-gz", "") or None),
    "coding.vary": at(DOC, asked="accept-encoding", Vary="Accept"),
    "coding.unasked": at(DOC, media_type=TURTLE, Content_Encoding="br"),
    "not-modified.fields": at(status=304, Vary=None),
    "last-modified.syntax": at(DOC, Last_Modified="2026-11-02"),
    "last-modified.future": at(DOC, Last_Modified="Mon, 02 Nov 2099 10:00:00 GMT"),
    "last-modified.ignored": as_if(DOC, DOC, asked="if-modified-since"),
    "cache.untold": at(DOC, Cache_Control=None),
    "head.differs": at(DOC, method="HEAD", ETag=None),
    "options.unanswered": at(DOC, method="OPTIONS", Allow=None),
    "method.allow": at(method="PROPFIND", Allow=None),
    "method.accepted": at(method="PROPFIND", reply=Reply(200, {"Content-Type": "text/html"}, b"page")),
    "cors.missing": at(DOC, Access_Control_Allow_Origin=None),
    "cors.credentials": credentials,
    "cors.preflight": at(method="OPTIONS", Access_Control_Allow_Headers=None),
    "cors.hidden": at(Access_Control_Expose_Headers="ETag"),
    "missing.status": at(status=404, reply=Reply(200, {"Content-Type": "text/html"}, b"Sorry!")),
    "missing.vary": at(status=404, Vary=None),
    "missing.negotiated": at(status=404, Content_Type="text/html"),
    "link.syntax": at(DOC, Link="</doc/a; rel=describes"),
    "signposting.absent": at("/", Link=None),
    "signposting.incomplete": only(link('"cite-as"', '"x"')),
    "signposting.cite-as": only(second_cite_as),
    "signposting.status": at("/files/a.csv", reply=NOT_THERE),
    "signposting.type": at("/files/a.csv", Content_Type="text/plain"),
    "signposting.untyped": only(link('; type="text/csv"', "")),
    "signposting.back": at("/files/a.csv", Link=None),
    "linkset.type": at("/links/a.json", Content_Type="application/json"),
    "linkset.syntax": at("/links/a.json", body=b'{"linkset": {}}'),
    "linkset.anchor": at("/links/a.json", swap=(b'doc/a"', b'doc/z"')),
    "linkset.lacks": without_items,
    "page.canonical": only(second_canonical),
    "page.alternate": only(both(at(swap=(b'"alternate"', b'"x"')), link('"describedby"', '"x"'))),
    "page.language": at(*PAGES, swap=(b' lang="en"', b"")),
    "page.json-ld": at(*PAGES, media_type="text/html", swap=(b'"@type":', b'"@type')),
    "page.schema": at(*PAGES, media_type="text/html", swap=(b'"Dataset"', b'"Thing"')),
    "page.dataset": at(*PAGES, media_type="text/html", swap=(b'"description":', b'"about":')),
    "void.absent": at(VOID, reply=NOT_THERE),
    "void.dataset": at(VOID, body=b"<urn:example:a> a <urn:example:b> ."),
    "dataset.licence": at("/", VOID, swap=(b"dc/terms/license", b"dc/terms/source")),
    "dataset.download": at("/dump.nt", reply=NOT_THERE),
    "dataset.size": at("/dump.nt", body=b"#"),
    "dataset.type": at("/dump.nt", Content_Type="text/plain"),
    "dataset.example": at(VOID, swap=(b"id/a", b"id/none")),
    "sparql.unanswered": at(SPARQL, reply=BROKEN),
    "sparql.post": at(SPARQL, method="POST", reply=Reply(415)),
    "sparql.form": decoded_twice,
    "sparql.results": as_if(SPARQL, SPARQL, accept="application/sparql-results+json", asked="results+xml"),
    "sparql.unreadable": at(SPARQL, media_type="application/sparql-results+xml", body=b"<sparql>"),
    "sparql.graph": as_if(SPARQL, SPARQL, accept=TURTLE, asked="rdf+xml"),
    "sparql.malformed": of_queries("SELECT * {", at(status=400, reply=BROKEN)),
    "sparql.repeated": first_query,
    "sparql.body": at(SPARQL, status=415, reply=Reply(200, {"Content-Type": "text/plain"}, b"?")),
    "sparql.update": of_queries("INSERT DATA", at(reply=Reply(204))),
    "sparql.description": at(SPARQL, media_type=TURTLE, swap=(b"service-description#endpoint", b"other#endpoint")),
    "sparql.cors": at(SPARQL, Access_Control_Allow_Origin=None),
    "robots.absent": at("/robots.txt", reply=NOT_THERE),
    "robots.type": at("/robots.txt", Content_Type="text/html"),
    "robots.blocks": at("/robots.txt", body=b"User-agent: *\nDisallow: /doc\n"),
    "sitemap.absent": both(at("/robots.txt", body=b"User-agent: *\n"), at("/sitemap.xml", reply=NOT_THERE)),
    "sitemap.malformed": sitemap(b"</urlset>", b""),
    "sitemap.size": sitemap(b"</urlset>", MANY + b"</urlset>"),
    "sitemap.host": sitemap(b"<loc>http://", b"<loc>http://other."),
    "sitemap.entry": sitemap(b"doc/a", b"doc/none"),
    "sitemap.date": sitemap(b"2026-11-02", b"2 November 2026"),
}
#: Where https is needed, or a site that is not on this machine: see below.
ELSEWHERE = {"redirect.private", "redirect.insecure", "identity.scheme"}


def test_every_rule_has_a_fault() -> None:
    assert set(FAULTS) | ELSEWHERE == set(RULES)


@pytest.mark.parametrize("path", ["", "id/a", "doc/a", "sparql"])
def test_nothing_is_found_where_there_is_no_fault(path: str, reader: Reader) -> None:
    with planted() as base:
        seen = inspect(base + path, reader, sample=3)
    assert [(f.rule.id, f.came, f.ask.curl) for f in seen.findings] == []
    assert seen.endpoint == f"{base}sparql"
    assert {f"{base}", f"{base}doc/a" if path == "doc/a" else f"{base}id/a"} <= set(seen.targets)


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_is_found(rule: str, reader: Reader) -> None:
    with planted(FAULTS[rule]) as base:
        seen = inspect(f"{base}id/a", reader)
    assert rule in found(seen)
    finding = next(finding for finding in seen.findings if finding.rule.id == rule)
    assert finding.came
    assert base in finding.ask.curl


def test_a_fault_is_an_exit_code_and_a_note_is_none(reader: Reader) -> None:
    for rule, least in (("robots.absent", "note"), ("etag.coding", "error"), ("coding.vary", "warning")):
        with planted(FAULTS[rule]) as base:
            seen = inspect(f"{base}id/a", reader)
        assert found(seen) == {rule}
        assert has_as_grave(seen.findings, least)
        assert has_as_grave(seen.findings, "warning") == (least != "note")


def test_the_report_shows_the_matrix_first_and_how_to_repeat_each_request(reader: Reader) -> None:
    with planted(FAULTS["negotiation.several"]) as base:
        seen = inspect(f"{base}id/a", reader)
    text = as_text(seen, width=100)
    assert text.index("Content negotiation") < text.index("unknown type first") < text.index("negotiation.several")
    assert f"curl -si -H 'Accept: {UNKNOWN}, text/turtle;q=0.9' {base}doc/a" in text
    assert "RFC 9110, section 12.5.1" in text
    assert text.endswith("1 error\n")
    document = json.loads(as_json(seen))
    assert document["counts"] == {"error": 1, "warning": 0, "note": 0}
    rows = {row["request"]: row["answers"] for row in document["matrix"]}
    assert rows["unknown type first"] == {"/id/a": "406 text/plain", "/": "200 text/turtle"}
    assert document["findings"][0]["curl"].endswith("/doc/a")


def test_what_a_site_sends_cannot_write_on_the_terminal(reader: Reader) -> None:
    with planted(at(DOC, Last_Modified="\x1b[2J\x9b2J[red]")) as base:
        seen = inspect(f"{base}id/a", reader)
    text = as_text(seen, colour=True)
    assert "\x1b[2J" not in text
    assert "\x9b" not in text
    assert "[red]" in text


# --- our own site, and the command ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "limit"), [("", 40), ("/", 3), ("/id/claim-s05-c1", 3), ("/doc/ontology/", 3), ("/sparql", 3)]
)
def test_our_own_site_has_nothing_to_be_found(path: str, limit: int, server: Server, tmp_path: Path) -> None:
    """All but that it is a copy: its IRIs are not where it is served."""
    options = ("--rate", "10000", "--limit", str(limit), "--format", "json")
    done = run_kgpub("check", server.address + path, *options, cwd=tmp_path)
    seen = json.loads(done.stdout)
    assert [(f["id"], f["came"], f["curl"]) for f in seen["findings"] if f["id"] != "identity.mirror"] == []
    assert done.returncode == 0
    assert seen["endpoint"] == f"{server.address}/sparql"
    assert len(seen["documents"]) >= min(limit, 25)
    assert f"{server.address}/sparql" not in seen["documents"], "an endpoint is no document"
    assert len(seen["matrix"]) > 20


def test_the_command_ends_with_1_on_findings_19_without_a_site_64_on_a_wrong_call(tmp_path: Path) -> None:
    with planted(FAULTS["etag.coding"]) as base:
        done = run_kgpub("check", f"{base}id/a", "--limit", "1", "--rate", "10000", cwd=tmp_path)
    assert done.returncode == 1
    assert "etag.coding" in done.stdout
    missing = run_kgpub("check", "http://127.0.0.1:1/", cwd=tmp_path)
    assert (missing.returncode, missing.stdout) == (19, "")
    assert missing.stderr.startswith("kgpub: http://127.0.0.1:1/ is not answered")
    for wrong in (("ftp://ex.org/",), ("http://ex.org/", "--limit", "0"), ()):
        assert run_kgpub("check", *wrong, cwd=tmp_path).returncode == 64


def test_a_note_ends_the_command_with_1_where_that_is_asked_for(tmp_path: Path) -> None:
    with planted(FAULTS["robots.absent"]) as base:
        address = (f"{base}id/a", "--limit", "1", "--rate", "10000")
        assert run_kgpub("check", *address, cwd=tmp_path).returncode == 0
        assert run_kgpub("check", *address, "--fail-on", "note", cwd=tmp_path).returncode == 1


def test_requests_are_sent_at_the_rate_that_is_asked_for() -> None:
    with planted() as base, closing(Client(reach_from(base), Manners(requests_a_second=20))) as client:
        began = time.monotonic()
        for number in range(5):
            client.send(Ask(f"{base}{number}"))
        assert time.monotonic() - began >= 4 / 20


def test_the_documentation_lists_the_rules() -> None:
    text = (ROOT / "docs/reference/check.md").read_text("utf-8")
    listed = re.findall(r"^\| `(.+)` \| (.+) \| (.+) \| (.+) \|$", text.partition("## Rules")[2], re.MULTILINE)
    assert listed == [(rule.id, rule.severity, rule.expected, rule.clause) for rule in RULES.values()]
