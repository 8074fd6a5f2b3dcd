"""The outcome of a release's validation, as a page and as data."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient
from rdflib import DCTERMS, RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from kgpub.documents import Documents
from kgpub.engine import Budget
from kgpub.engine_local import LocalEngine
from kgpub.iris import Base
from kgpub.release import Release
from kgpub.report import CheckedShape, Finding, Message, Report
from kgpub.site import Site
from kgpub.validation import Choice, Validation
from kgpub.validation_index import write_validation
from kgpub.web.app import create_app
from projects import BASE, EX, build_project, release_of

BROWSER = {"Accept": "text/html"}
STCA = "https://w3id.org/stca-kg/"
DATA = "\n".join(f'ex:p{n} a ex:P ; ex:name "p{n}" .' for n in range(230)) + "\nex:bad a ex:P ; ex:knows ex:p1 ."
SHAPES = """
ex:shapes/Named a sh:NodeShape ; sh:targetClass ex:P ; sh:severity sh:Info ; sh:property [
  sh:path ex:email ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "No address."@en, "Sans adresse."@fr ] .
ex:shapes/Knows a sh:NodeShape ; sh:targetSubjectsOf ex:knows ; sh:severity sh:Info ; sh:node ex:shapes/Odd ;
  sh:message "<b>odd</b>" .
ex:shapes/Odd a sh:NodeShape ; sh:property [ sh:path ( ex:a [ sh:inversePath ex:b ] ) ; sh:minCount 1 ] .
ex:shapes/Fine a sh:NodeShape ; sh:targetClass ex:P ; sh:nodeKind sh:IRI .
""".replace("ex:shapes/", "ex:shapes\\/")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    files = {"data/d.ttl": EX + DATA, "shapes/s.ttl": EX + SHAPES}
    return build_project(tmp_path_factory.mktemp("validated"), files).release


def client_of(release: Release) -> FlaskClient:
    site = Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1))
    return create_app(site).test_client()


@pytest.fixture
def pages(release: Release) -> FlaskClient:
    return client_of(release)


def graph_of(client: FlaskClient, address: str, suffix: str = "ttl") -> Graph:
    names = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}
    response = client.get(address)
    assert response.status_code == 200, address
    return Graph().parse(data=response.data, format=names.get(suffix, suffix))


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address, headers=BROWSER)
    assert response.status_code == 200
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.get_data(as_text=True))
    return " ".join("".join(document.itertext()).split())


def test_the_page_tells_the_outcome_by_shape(pages: FlaskClient) -> None:
    text = text_of(pages, "/validation")
    for said in ("3 shapes", "231 nodes checked", "232 results", "false sh:conforms", "231 warnings", "1 note",
                 "Checked on 231 nodes", "No address.", "Sans adresse.", "<b>odd</b>", "All 231"):  # fmt: skip
        number, _, what = said.partition(" ")
        assert said in text or f"{what} {number}" in text or f"{what}{number}" in text, said
    assert "Shapes that found nothing 1" in text


def test_a_release_whose_shapes_find_nothing_says_so(tmp_path: Path) -> None:
    files = {"data/d.ttl": EX + "ex:a a ex:P .", "shapes/s.ttl": EX + SHAPES.split("ex:shapes\\/Knows", maxsplit=1)[0]}
    files["shapes/s.ttl"] = files["shapes/s.ttl"].replace("sh:minCount 1", "sh:minCount 0")
    client = client_of(build_project(tmp_path, files).release)
    assert "Every check passed" in text_of(client, "/validation")
    assert json.loads(client.get("/validation?format=json").data)["conforms"] is True


def test_results_are_chosen_by_shape_severity_and_node_and_paged(pages: FlaskClient) -> None:
    first = text_of(pages, f"/validation?shape={BASE}shapes/Named")
    assert "231 in all; 1 to 100 on this page" in first
    last = json.loads(pages.get(f"/validation?shape={BASE}shapes/Named&page=3&format=json").data)
    assert (last["total"], last["pages"], len(last["findings"]), last["next"]) == (231, 3, 31, None)
    (note,) = json.loads(pages.get("/validation?severity=Info&format=json").data)["findings"]
    assert note["focusNode"] == f"<{BASE}bad>"
    assert note["details"][0]["path"] == f"<{BASE}a>/^<{BASE}b>"
    on_node = json.loads(pages.get(f"/validation?focus={BASE}bad&format=json").data)
    assert [found["severity"] for found in on_node["findings"]] == ["Warning", "Info"]
    assert "0 in all" in text_of(pages, "/validation?severity=Violation")


def test_the_pages_together_are_the_report_that_the_build_wrote(pages: FlaskClient, release: Release) -> None:
    lines = b"".join(pages.get(f"/validation?page={page}&format=nt").data for page in (1, 2, 3))
    together = Graph().parse(data=lines, format="nt")  # at once: blank nodes keep their names from page to page
    report = URIRef(f"{BASE}validation#report")
    written = Graph().parse(release.report)
    assert len(set(together.objects(report, SH.result))) == 232
    assert isomorphic(nameless(together), written)


def nameless(graph: Graph) -> Graph:
    """Return the report without its pages, and with blank nodes where a SHACL processor writes them."""
    nodes = {node: BNode() for node in graph.all_nodes() if str(node).startswith(f"{BASE}validation#")}
    stripped = Graph()
    for s, p, o in graph:
        if str(s).partition("?")[0] != f"{BASE}validation" and p != DCTERMS.isPartOf:
            stripped.add((nodes.get(s, s), p, nodes.get(o, o)))
    return stripped


def test_every_page_says_where_the_others_are(pages: FlaskClient) -> None:
    hydra = "http://www.w3.org/ns/hydra/core#"
    graph = graph_of(pages, f"/validation?shape={BASE}shapes/Named&page=2&format=ttl")
    address = f"{BASE}validation?shape=https%3A%2F%2Fexample.org%2Fshapes%2FNamed"
    assert (URIRef(address), URIRef(f"{hydra}totalItems"), Literal(231)) in graph
    assert (URIRef(f"{address}&page=2"), URIRef(f"{hydra}next"), URIRef(f"{address}&page=3")) in graph
    assert pages.get(f"/validation?shape={BASE}shapes/Named&page=4").status_code == 404


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf", "trig", "nq"])
def test_every_syntax_says_the_same(pages: FlaskClient, suffix: str) -> None:
    expected = graph_of(pages, "/validation?severity=Info&format=nt", "nt")
    if suffix in ("trig", "nq"):
        found = Graph()
        response = pages.get(f"/validation?severity=Info&format={suffix}")
        found.parse(data=response.data, format="nt" if suffix == "nq" else "turtle")
    else:
        found = graph_of(pages, f"/validation?severity=Info&format={suffix}", suffix)
    assert isomorphic(found, expected)
    assert (None, RDF.type, SH.ValidationReport) in found


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [("text/turtle", "text/turtle"), ("application/json", "application/json"), ("text/html", "text/html"),
     ("application/ld+json", "application/ld+json"), ("*/*", "text/turtle")],
)  # fmt: skip
def test_it_is_negotiated_and_validated_by_its_tag(pages: FlaskClient, accept: str, media_type: str) -> None:
    response = pages.get("/validation", headers={"Accept": accept})
    by_language = ["Accept-Language"] if media_type == "text/html" else []
    assert (response.mimetype, response.headers["Vary"]) == (media_type, ", ".join(["Accept", *by_language]))
    named = pages.get(response.headers["Content-Location"])
    assert named.data == response.data
    assert named.headers.getlist("Vary") == by_language
    again = pages.get("/validation", headers={"Accept": accept, "If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("query", "status"),
    [("shape=nothing", 400), ("severity=Bad", 400), ("focus=a%20b", 400), ("page=0", 400),
     ("page=2&severity=Info", 404), ("format=csv", 406), ("shape=a:b&shape=a:c", 400),
     (f"severity={BASE}Own", 200), ("focus=_:c14n0", 200)],
)  # fmt: skip
def test_parameters_are_checked(pages: FlaskClient, query: str, status: int) -> None:
    assert pages.get(f"/validation?{query}").status_code == status


def test_a_release_without_shapes_has_no_such_page(tmp_path: Path) -> None:
    client = client_of(release_of(tmp_path, "ex:a a ex:P ."))
    assert client.get("/validation").status_code == 404
    assert b"/validation" not in client.get("/", headers=BROWSER).data


def test_the_page_of_a_thing_with_results_leads_to_them(client: FlaskClient) -> None:
    page = client.get("/doc/id/claim-s23-c3", headers=BROWSER).get_data(as_text=True)
    address = f"/validation?severity=Warning&amp;focus={STCA.replace(':', '%3A').replace('/', '%2F')}id%2Fclaim-s23-c3"
    assert f'href="{address}">1 warning' in page
    assert client.get(address.replace("&amp;", "&")).status_code == 200
    assert "/validation?" not in client.get("/doc/id/ccr", headers=BROWSER).get_data(as_text=True)


def test_home_page_and_catalog_lead_to_the_report(client: FlaskClient) -> None:
    page = client.get("/", headers=BROWSER).get_data(as_text=True)
    assert '<a href="/validation">0 violations, 15 warnings, 4 notes</a>' in page
    assert '<a href="/validation">validated against its SHACL shapes</a>' in page
    graph = graph_of(client, "/dcat?format=ttl")
    dataset, dqv = URIRef(f"{STCA}dataset"), "http://www.w3.org/ns/dqv#"
    assert (dataset, URIRef("http://purl.org/dc/terms/conformsTo"), URIRef(f"{STCA}graph/shapes")) in graph
    values = {
        str(measurement).rpartition("/")[2]: int(str(graph.value(measurement, URIRef(f"{dqv}value"))))
        for measurement in graph.objects(dataset, URIRef(f"{dqv}hasQualityMeasurement"))
    }
    assert values == {"violations": 0, "warnings": 15, "notes": 4}
    assert (URIRef(f"{STCA}validation#report"), RDF.type, SH.ValidationReport) in graph


def test_a_server_below_a_path_links_below_it(pages: FlaskClient) -> None:
    page = pages.get("/validation", headers=BROWSER, environ_overrides={"SCRIPT_NAME": "/kg"})
    text = page.get_data(as_text=True)
    assert 'href="/kg/validation?severity=Info"' in text
    assert 'href="/validation' not in text
    assert page.headers["Content-Location"] == "/kg/validation?format=html"


def findings(number: int) -> Iterator[Finding]:
    for at in range(number):
        yield Finding(
            f"<{BASE}S{at % 9}>", f"<{BASE}p{at:06}>", None, None, f"<{SH}MinCountConstraintComponent>",
            "Warning", (Message("Missing.", "en"),),
        )  # fmt: skip


def test_twenty_thousand_results_are_paged_as_quickly_as_ten(tmp_path: Path) -> None:
    found = sorted(findings(20_000), key=lambda finding: finding.rank)
    results = [f"_:r{n + 1} a <{SH}ValidationResult> ." for n in range(20_000)]
    turtle = "\n".join((f"_:r0 a <{SH}ValidationReport> .", *results)).encode()
    report = Report(False, tuple(found), turtle, (CheckedShape(f"<{BASE}S1>", 7),), 7)  # noqa: FBT003 (not conforming)
    write_validation(tmp_path / "validation.sqlite", report, Base(BASE))
    validation = Validation(tmp_path / "validation.sqlite")
    began = time.perf_counter()
    page = validation.results(Choice(shape=f"<{BASE}S8>"), 22)
    assert validation.total(Choice(shape=f"<{BASE}S8>")) == 2_222
    assert [result.body["focusNode"] for result in page][-1] == f"<{BASE}p019799>"
    assert validation.on_node(f"<{BASE}p000017>") == {"Warning": 1}
    assert time.perf_counter() - began < 0.1
    with closing(validation._database):  # noqa: SLF001 (so that no warning tells of it)
        pass
