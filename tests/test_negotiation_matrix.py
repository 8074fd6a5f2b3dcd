"""The negotiation matrix: every address of the site that is to be had in several forms, asked in every manner.

The table below names each route of the application; a route that is missing fails a test.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Dataset, Graph, URIRef
from rdflib.namespace import DCTERMS
from werkzeug.test import TestResponse

from asking import ask
from kgpub.formats import (
    CITATION_FORMATS,
    DESCRIPTION_CSV,
    DOCUMENT_FORMATS,
    GRAPH_FORMATS,
    HTML,
    JSON,
    JSON_LD,
    LINKSET_FORMATS,
    LIST_FORMATS,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    SOLUTION_FORMATS,
    SUGGESTIONS,
    TRIG,
    TURTLE,
    Format,
)
from kgpub.query_page import SPARQL_TEXT
from kgpub.site import Site
from kgpub.web.view_replies import VIEW_FORMATS

BASE = "https://w3id.org/stca-kg/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SELECT, CONSTRUCT = quote("SELECT (1 AS ?one) {}"), quote("CONSTRUCT { <a:a> <a:a> 1 } {}")


@dataclass(frozen=True)
class Resource:
    """An address, and the forms that it is to be had in, the first one for a client that does not say."""

    path: str
    formats: tuple[Format, ...]
    route: str

    def __str__(self) -> str:
        return self.path


RESOURCES = (
    Resource("/", (HTML, *(f for f in DOCUMENT_FORMATS if f is not HTML)), "home.home"),
    Resource("/doc/id/ccr", DOCUMENT_FORMATS, "dereference.document"),
    Resource("/doc/", DOCUMENT_FORMATS, "dereference.document_of_base"),
    Resource(f"/doc?iri={quote(BASE, safe='')}id%2Fccr", DOCUMENT_FORMATS, "dereference.document_by_iri"),
    Resource(
        f"/doc/id/ccr?incoming={quote(BASE, safe='')}ontology%2FheldBy", DOCUMENT_FORMATS, "dereference.document"
    ),
    Resource("/dcat", tuple(f for f in DOCUMENT_FORMATS if f is not HTML), "well_known.dcat"),
    Resource(f"/graphs?graph={quote(BASE, safe='')}graph%2Fmeta", GRAPH_FORMATS, "graphs.graphs"),
    Resource(
        "/queries/", (TURTLE, JSON, JSON_LD, HTML, N_TRIPLES, RDF_XML, TRIG, N_QUADS), "queries.list"
    ),
    Resource("/queries/who-speaks", (*SOLUTION_FORMATS, HTML, SPARQL_TEXT), "queries.query"),
    Resource("/np/", (TURTLE, JSON_LD, HTML, N_TRIPLES, RDF_XML), "nanopublication.list"),
    Resource("/np/{code}", (TRIG, JSON_LD, HTML, N_QUADS), "nanopublication.nanopublication"),
    Resource(f"/sparql?query={SELECT}", (*SOLUTION_FORMATS, HTML), "sparql.sparql"),
    Resource(f"/sparql?query={CONSTRUCT}", (*GRAPH_FORMATS, HTML), "sparql.sparql"),
    Resource("/sparql", (*GRAPH_FORMATS, HTML), "sparql.sparql"),
    Resource("/sparql/service-description", GRAPH_FORMATS, "sparql.description"),
    Resource(f"/releases/{{release}}/sparql?query={SELECT}", (*SOLUTION_FORMATS, HTML), "sparql.release"),
    Resource("/validation", (TURTLE, JSON, JSON_LD, HTML, N_TRIPLES, RDF_XML, TRIG, N_QUADS), "validation.validation"),
    Resource(
        "/lookup?uri=http%3A%2F%2Fwww.wikidata.org%2Fentity%2FQ16",
        (JSON, TURTLE, HTML, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS, DESCRIPTION_CSV),
        "counterparts.lookup",
    ),
    Resource(
        "/search?q=council", (JSON, TURTLE, HTML, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS), "search.search"
    ),
    Resource("/suggest?q=coun", (JSON, SUGGESTIONS), "search.suggest"),
    Resource("/browse/", LIST_FORMATS, "browse.overview"),
    Resource("/browse/classes", LIST_FORMATS, "browse.classes"),
    Resource("/browse/properties", LIST_FORMATS, "browse.properties"),
    Resource("/browse/graphs", LIST_FORMATS, "browse.graphs"),
    Resource(f"/browse?class={quote(BASE, safe='')}ontology%2FDemand", LIST_FORMATS, "browse.things"),
    Resource("/source/", VIEW_FORMATS, "source.outline"),
    Resource("/source/unit-s05", VIEW_FORMATS, "source.unit"),
    Resource("/debate", VIEW_FORMATS, "debate.debate"),
    Resource("/debate/", VIEW_FORMATS, "debate.issues"),
    Resource("/timeline", VIEW_FORMATS, "timeline.timeline"),
    Resource("/places", VIEW_FORMATS, "places.places"),
    Resource(f"/explore?iri={quote(BASE, safe='')}id%2Fccr", (JSON, HTML), "explore.explore"),
    Resource(f"/cite?iri={quote(BASE, safe='')}id%2Fccr", CITATION_FORMATS, "cite.cite"),
    Resource("/api", (HTML, JSON), "api.page"),
    Resource(
        "/fragments?predicate=http%3A%2F%2Fwww.w3.org%2F2000%2F01%2Frdf-schema%23isDefinedBy",
        (TURTLE, TRIG, N_QUADS, JSON_LD, HTML, N_TRIPLES, RDF_XML),
        "fragments.fragments",
    ),
    Resource("/fragments/quads?subject=urn%3Anothing", (TRIG, N_QUADS, JSON_LD, HTML), "fragments.fragments_quads"),
    Resource("/linkset/id/ccr", LINKSET_FORMATS, "linkset.linkset"),
    Resource("/linkset/", LINKSET_FORMATS, "linkset.linkset_of_base"),
    Resource(f"/linkset?iri={quote(BASE, safe='')}id%2Fccr", LINKSET_FORMATS, "linkset.linkset_by_iri"),
)  # fmt: skip
#: Routes that lead elsewhere (303), each with a path: what they lead to is negotiated.
LEADING = {
    "dereference.thing": "/id/ccr",
    "dereference.resource": f"/resource?iri={quote(BASE, safe='')}id%2Fccr",
    "well_known.void": "/void",
    "well_known.well_known_void": "/.well-known/void",
}
#: Routes with one form.
OF_ONE_FORM = {
    "static_files.file": "files",
    "downloads.download": "files",
    "context.context": "a JSON-LD context is JSON-LD",
    "api.document": "OpenAPI is JSON",
    "crawlers.robots": "of one form by its specification",
    "crawlers.sitemap_index": "of one form by its specification",
    "crawlers.sitemap": "of one form by its specification",
    "feed.feed": "Atom",
    "fragments.genid": "leads to the document that holds a blank node",
    "health.healthz": "for machines",
    "health.readyz": "for machines",
    "sparql.terms": "for the workbench, JSON",
    "search.description": "of one form by its specification",
}


@pytest.fixture(params=RESOURCES, ids=str)
def resource(request: pytest.FixtureRequest, site: Site) -> Resource:
    found: Resource = request.param
    assert site.nanopublications is not None
    code = site.nanopublications.page(1, 1)[0][0]
    path = found.path.replace("{code}", code).replace("{release}", site.release.manifest.id)
    return Resource(path, found.formats, found.route)


def with_parameter(path: str, parameter: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{parameter}"


def type_of(response: TestResponse) -> str:
    return str(response.mimetype)


def varies(response: TestResponse) -> bool:
    return "accept" in {name.strip().lower() for name in response.headers.get("Vary", "").split(",")}


def manners(wanted: Format, others: tuple[Format, ...]) -> Iterator[str]:
    """Yield the ways to ask for a form by ``Accept``."""
    exact = wanted.media_type
    other = next((fmt.media_type for fmt in others if fmt is not wanted), "text/x-none")
    yield exact
    yield exact.upper()
    yield f"application/x-unheard-of, {exact};q=0.1"
    yield f"{exact};charset=utf-8;q=0.9, {other};q=0.2"
    yield f"{other};q=0.3, image/*, {exact} ; q=0.8 , */*;q=0.1"
    yield f'{exact};profile="urn:x:y, z;q=0"'
    yield f"{other};q=0, {exact}"
    yield f" , {exact} ,"


def test_the_table_names_every_route(app: Flask) -> None:
    named = {each.route for each in RESOURCES} | set(LEADING) | set(OF_ONE_FORM)
    # The reconciliation service speaks JSON, but for its preview, by its specification.
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("reconcile.")}
    assert routes == named


def test_each_form_is_had_in_every_manner_of_asking(client: FlaskClient, resource: Resource) -> None:
    for fmt in resource.formats:
        for accept in manners(fmt, resource.formats):
            response = ask(client, resource.path, accept)
            assert (response.status_code, type_of(response)) == (200, fmt.media_type), accept
            assert varies(response), accept


def test_who_does_not_say_gets_the_first_form(client: FlaskClient, resource: Resource) -> None:
    for accept in (None, "", "*/*", "*/*;q=0.1", "application/x-unheard-of, */*;q=0.01", "*"):
        response = ask(client, resource.path, accept)
        assert (response.status_code, type_of(response)) == (200, resource.formats[0].media_type), accept


def test_a_browser_gets_a_page_where_there_is_one(client: FlaskClient, resource: Resource) -> None:
    response = ask(client, resource.path, BROWSER)
    if resource.path == "/dcat":
        assert (response.status_code, response.headers["Location"]) == (303, "/doc/dataset")
    elif HTML in resource.formats:
        assert (type_of(response), response.headers["Content-Language"]) == ("text/html", "en")
    else:
        assert response.status_code == 200


def test_a_parameter_or_a_fixed_address_decides_whatever_accept_says(client: FlaskClient, resource: Resource) -> None:
    for fmt in resource.formats:
        negotiated = ask(client, resource.path, fmt.media_type)
        if "query=" not in resource.path:  # an answer to a query is told by the query, however long that is
            located = negotiated.headers["Content-Location"]
            fixed = ask(client, located, "image/png")
            assert (fixed.status_code, type_of(fixed)) == (200, fmt.media_type)
            assert fixed.data == negotiated.data
            assert fixed.headers["Content-Location"] == located
            assert not varies(fixed)
        for name in (fmt.suffix, quote(fmt.media_type, safe="")):
            chosen = ask(client, with_parameter(resource.path, f"format={name}"), BROWSER)
            assert (type_of(chosen), varies(chosen)) == (fmt.media_type, False), name


def test_each_form_has_a_validator_of_its_own(client: FlaskClient, resource: Resource) -> None:
    tags = {}
    for fmt in resource.formats:
        tag = tags[fmt] = ask(client, resource.path, fmt.media_type).headers["ETag"]
        fields = {"Accept": fmt.media_type, "If-None-Match": tag}
        known = client.get(resource.path, headers=fields, environ_overrides={"RAW_URI": resource.path}, buffered=True)
        assert (known.status_code, known.data) == (304, b"")
        assert varies(known), "a cache has to know it of a 304 too (RFC 9110, section 15.4.5)"
        for other in (f for f in resource.formats if f is not fmt):
            fields = {"Accept": other.media_type, "If-None-Match": tag}
            assert client.get(resource.path, headers=fields, buffered=True).status_code == 200, "it is not that form"
            break
    assert len(set(tags.values())) == len(resource.formats)


def test_head_tells_what_get_tells(client: FlaskClient, resource: Resource) -> None:
    for fmt in resource.formats:
        got, headed = (ask(client, resource.path, fmt.media_type, method) for method in ("GET", "HEAD"))
        assert headed.data == b""
        is_whole = "Content-Length" in got.headers and "Content-Length" in headed.headers
        left_out = {"Date"} if is_whole else {"Date", "Content-Length"}  # an answer may be sent as it comes
        told, known = ({k: v for k, v in each.headers if k not in left_out} for each in (headed, got))
        assert told == known


def test_every_address_lists_its_methods(client: FlaskClient, resource: Resource) -> None:
    options = ask(client, resource.path, method="OPTIONS")
    allowed = {name.strip() for name in options.headers["Allow"].split(",")}
    assert {"GET", "HEAD", "OPTIONS"} <= allowed
    refused = ask(client, resource.path, method="DELETE")
    assert refused.status_code == 405
    assert {name.strip() for name in refused.headers["Allow"].split(",")} == allowed


def refused(client: FlaskClient, path: str, reader: str) -> TestResponse:
    """Ask for a form that there is not, as a reader of something else."""
    response = ask(client, with_parameter(path, "format=no-such"), reader)
    assert response.status_code == 406, path
    assert varies(response)
    assert response.headers["Cache-Control"] == "no-store"
    return response


def test_406_lists_the_forms_to_readers_of_json_and_each_is_there(client: FlaskClient, resource: Resource) -> None:
    for response in (
        refused(client, resource.path, "application/json"),
        ask(client, resource.path, "image/png, application/problem+json"),
    ):
        assert (response.status_code, type_of(response)) == (406, "application/problem+json")
        document = json.loads(response.data)
        offered = {each["type"]: each["href"] for each in document["representations"]}
        wanted = {fmt.media_type for fmt in resource.formats} | ({"text/html"} if resource.path == "/dcat" else set())
        assert set(document["offered"]) == wanted
        assert set(offered) >= wanted - {"application/sparql-query"}
        for media_type, href in offered.items():
            found = ask(client, href, "image/png")
            assert found.status_code in (200, 303), href
            assert found.status_code == 303 or type_of(found) == media_type
        assert {part.partition(">")[0] for part in response.headers["Link"].split(", <")} >= {
            href.lstrip("<") for href in offered.values()
        } - {response.headers["Link"][1:].partition(">")[0]}


def test_406_lists_the_forms_to_every_other_reader_too(client: FlaskClient, resource: Resource) -> None:
    text = refused(client, resource.path, "text/plain")
    page = refused(client, resource.path, "text/html")
    assert (type_of(text), type_of(page)) == ("text/plain", "text/html")
    links = html5lib.parse(page.data, treebuilder="etree", namespaceHTMLElements=False).iter("a")
    linked = {link.get("type") for link in links}
    for fmt in resource.formats:
        if fmt is not SPARQL_TEXT:
            assert fmt.media_type in text.get_data(as_text=True)
            assert fmt.media_type in linked
    for fmt in GRAPH_FORMATS:
        response = refused(client, resource.path, fmt.media_type)
        assert type_of(response) == fmt.media_type
    graph = Graph().parse(data=refused(client, resource.path, "text/turtle").data, format="turtle")
    formats = {str(graph.value(form, DCTERMS.format)) for form in graph.objects(None, DCTERMS.hasFormat)}
    assert f"https://www.iana.org/assignments/media-types/{resource.formats[0].media_type}" in formats


@pytest.mark.parametrize("path", LEADING.values())
def test_what_leads_elsewhere_does_so_for_every_reader(client: FlaskClient, path: str) -> None:
    for accept in (None, "", "text/turtle", BROWSER, "image/png"):
        response = ask(client, path, accept)
        assert (response.status_code, varies(response)) == (303, True)
        headed = ask(client, path, accept, "HEAD")
        assert headed.headers["Location"] == response.headers["Location"]


ERRORS = (
    ("/id/nobody", 404), ("/doc/id/nobody", 404), ("/doc/id/nobody.ttl", 404),
    ("/resource?iri=http%3A%2F%2Fexample.org%2Fx", 404), ("/doc?iri=x", 400), ("/linkset/id/nobody", 404),
    ("/graphs?graph=urn%3Ax", 404), ("/queries/no-such", 404), ("/np/RAx", 404), ("/dumps/none", 404),
    ("/releases/other/sparql", 404), ("/static/none", 404),
)  # fmt: skip


@pytest.mark.parametrize(("path", "status"), ERRORS)
@pytest.mark.parametrize(
    ("accept", "media_type"),
    [("application/json", "application/problem+json"), ("application/problem+json", "application/problem+json"),
     (BROWSER, "text/html"), ("text/plain", "text/plain"), ("image/png", "text/plain"), ("*/*;q=0", "text/plain"),
     ("text/csv, text/turtle;q=0.5", "text/turtle"), ("application/ld+json", "application/ld+json"),
     ("application/rdf+xml", "application/rdf+xml"), ("application/n-quads", "application/n-quads"),
     ("application/trig", "application/trig"), ("application/n-triples", "application/n-triples"),
     ("text/html;q=0.2, application/json;q=0.4, */*;q=0.1", "application/problem+json")],
)  # fmt: skip
def test_errors_are_negotiated_as_data_is(
    client: FlaskClient, path: str, status: int, accept: str, media_type: str
) -> None:
    response = ask(client, path, accept)
    assert (response.status_code, type_of(response)) == (status, media_type)
    assert varies(response)
    assert ask(client, path, accept, "HEAD").headers["Content-Length"] == response.headers["Content-Length"]


def test_an_error_in_rdf_says_the_same_as_in_json(client: FlaskClient) -> None:
    document = ask(client, "/id/CCR", "application/json").get_json()
    for fmt, name in ((TURTLE, "turtle"), (RDF_XML, "xml"), (JSON_LD, "json-ld"), (N_TRIPLES, "nt")):
        graph = Graph().parse(data=ask(client, "/id/CCR", fmt.media_type).data, format=name)
        http = "http://www.w3.org/2011/http#"
        (response,) = graph.subjects(URIRef(f"{http}statusCodeValue"))
        assert int(str(graph.value(response, URIRef(f"{http}statusCodeValue")))) == document["status"]
        assert str(graph.value(response, DCTERMS.description)) == document["detail"]
        near = URIRef("http://www.w3.org/2000/01/rdf-schema#seeAlso")
        assert [str(o) for o in graph.objects(URIRef(f"{BASE}id/CCR"), near)] == document["nearMisses"]


@pytest.mark.parametrize("fmt", GRAPH_FORMATS, ids=str)
def test_an_error_is_told_in_rdf_whatever_characters_it_quotes(client: FlaskClient, fmt: Format) -> None:
    for path in ("/browse?%00%04%ef%bf%be%0b=x", "/id/%04%EF%BF%BE", "/resource?iri=http%3A%2F%2Fa%2F%EF%BF%BF"):
        response = ask(client, path, fmt.media_type)
        assert (response.status_code in {400, 404}, type_of(response)) == (True, fmt.media_type), path
        name = {TRIG: "trig", N_QUADS: "nquads", JSON_LD: "json-ld", RDF_XML: "xml"}.get(fmt, "turtle")
        assert len(Dataset().parse(data=response.data, format=name)) >= 3


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/doc/id/nobody.ttl", "text/turtle"), ("/doc/id/nobody?format=html", "text/html"),
     ("/doc/id/nobody.jsonld", "application/ld+json"), ("/doc/id/nobody.csv", "application/problem+json"),
     ("/doc/id/nobody", "application/problem+json"), ("/graphs?graph=urn%3Ax&format=rdf", "application/rdf+xml")],
)  # fmt: skip
def test_who_does_not_say_gets_an_error_in_the_form_that_the_address_names(
    client: FlaskClient, path: str, media_type: str
) -> None:
    for accept in (None, "*/*"):
        assert type_of(ask(client, path, accept)) == media_type


def test_two_clients_of_one_cache_never_get_each_others_form(client: FlaskClient) -> None:
    """A shared cache that minds ``Vary`` keeps forms apart; one that has seen 406 keeps that to itself."""
    kept: dict[tuple[str, str], bytes] = {}
    for accept in ("text/turtle", "text/html", "image/png", "application/ld+json") * 2:
        response = ask(client, "/doc/id/ccr", accept)
        assert varies(response)
        if "no-store" not in response.headers["Cache-Control"]:
            assert kept.setdefault(("/doc/id/ccr", accept), response.data) == response.data
    assert len(set(kept.values())) == 3
