"""``/lookup``: which of our things an IRI from elsewhere means, and how closely."""

import csv
import io

import html5lib
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import FOAF, OWL, RDFS, SKOS

from kgpub.counterparts import Counterpart, counterparts_of
from kgpub.documents import Documents
from kgpub.engine import Budget
from kgpub.engine_local import LocalEngine
from kgpub.iris import spellings
from kgpub.site import Site
from kgpub.web.app import create_app
from projects import BASE, SETTINGS, release_of

SSSOM = "https://w3id.org/sssom/"
Q16 = "http://www.wikidata.org/entity/Q16"
FORMATS = {"json", "ttl", "html", "jsonld", "nt", "rdf", "trig", "nq", "csv"}
TURTLE = f"""
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sssom: <{SSSOM}> .
ex:a rdfs:label "A" ; owl:sameAs <http://x.org/a> ; skos:closeMatch <http://x.org/b/> ; rdfs:seeAlso <http://x.org/c> .
ex:b rdfs:label "B" ; skos:broadMatch <http://x.org/a> ; skos:exactMatch <http://x.org/S%C3%A3o> .
<http://x.org/d> skos:broadMatch ex:a ; owl:sameAs <http://x.org/undescribed> .
ex:m1 a sssom:Mapping ; sssom:subject_id ex:a ; sssom:predicate_id owl:sameAs ; sssom:object_id <http://x.org/a> .
ex:m2 a sssom:Mapping ; sssom:subject_id ex:b ;
    sssom:predicate_id skos:relatedMatch ; sssom:object_id <http://x.org/e> .
ex:m3 a sssom:Mapping ; sssom:subject_id ex:b ; sssom:predicate_id skos:exactMatch ; sssom:object_id <http://x.org/f> ;
    sssom:predicate_modifier sssom:NegatedPredicate .
ex:m4 a owl:Axiom ; owl:annotatedSource <http://x.org/g> ; owl:annotatedProperty skos:narrowMatch ;
    owl:annotatedTarget ex:b .
""" + "".join(f"ex:hub{n} skos:closeMatch <http://x.org/hub> .\n" for n in range(130))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    release = release_of(
        tmp_path_factory.mktemp("small"), TURTLE, SETTINGS + 'described_elsewhere = ["http://x.org/"]\n'
    )
    return Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1))


def found(site: Site, asked: str) -> list[tuple[str, str]]:
    pairs = ((one.thing.removeprefix(BASE), one.relation) for one in counterparts_of(site, asked).found)
    return [(thing, relation.rpartition("#")[2]) for thing, relation in pairs]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("http://x.org/a", [("a", "sameAs"), ("b", "broadMatch")]),
        ("https://x.org/a", [("a", "sameAs"), ("b", "broadMatch")]),
        ("https://X.ORG/a/", [("a", "sameAs"), ("b", "broadMatch")]),
        ("http://x.org/b", [("a", "closeMatch")]),
        ("http://x.org/São", [("b", "exactMatch")]),
        ("http://x.org/S%c3%a3o", [("b", "exactMatch")]),
        ("http://x.org/d", [("http://x.org/d", ""), ("a", "narrowMatch")]),
        ("http://x.org/e", [("b", "relatedMatch")]),
        ("http://x.org/g", [("b", "broadMatch")]),
        (f"{BASE}a", [("a", ""), ("http://x.org/d", "broadMatch")]),
        ("http://x.org/c", []),
        ("http://x.org/f", []),
        ("http://x.org/A", []),
        ("http://x.org/undescribed", [("http://x.org/d", "sameAs")]),
    ],
    ids=["stated", "https", "host and slash", "slash missing", "unencoded", "encoded otherwise", "stated there",
         "recorded", "recorded there", "our own", "no link",
         "recorded as no match", "another path", "of a foreign thing"],
)  # fmt: skip
def test_what_is_linked_with_an_iri_is_found_with_its_relation(
    small: Site, asked: str, expected: list[tuple[str, str]]
) -> None:
    assert found(small, asked) == expected


def test_a_statement_and_its_record_are_one_counterpart(small: Site) -> None:
    first = counterparts_of(small, "http://x.org/a").found[0]
    same = str(OWL.sameAs)
    statement = f"<{BASE}a> <{same}> <http://x.org/a> ."
    assert first == Counterpart(f"{BASE}a", same, "http://x.org/a", statement, f"{BASE}m1")
    assert first.is_identity
    assert not counterparts_of(small, "http://x.org/b").found[0].is_identity


def test_of_a_hub_a_part_is_read_and_the_rest_has_an_address(small: Site) -> None:
    result = counterparts_of(small, "http://x.org/hub")
    assert len(result.found) == 25
    (more,) = result.more
    response = create_app(small).test_client().get(f"/{more}&format=nt")
    assert response.get_data(as_text=True).count("closeMatch> <http://x.org/hub>") == 100


def test_spellings_are_iris_each_once_and_few() -> None:
    for iri in ("http://x.org/a b%20c/é%C3%A9'(x)", "urn:isbn:1", "https://x.org", "http://x.org/?q=/", "http://x/%"):
        ways = spellings(iri)
        assert len(set(ways)) == len(ways) <= 24
        assert all(" " not in way for way in ways)


# --- over HTTP ---------------------------------------------------------------------------------------------


def test_json_tells_the_relation_and_answers_who_accepts_anything(client: FlaskClient) -> None:
    response = client.get("/lookup", query_string={"uri": "https://www.wikidata.org/entity/Q16"})
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.json is not None
    (result,) = response.json["results"]
    assert result["uri"] == "https://www.wikidata.org/entity/Q16"
    assert result["isComplete"] is True
    (thing,) = [one for one in result["things"] if one["iri"].endswith("id/canada-state")]
    assert thing["relation"] == "https://schema.org/sameAs"
    assert thing["uri"] == Q16
    assert thing["record"] == "https://w3id.org/stca-kg/id/mapping-canada-state-wikidata-q16"
    assert (thing["href"], thing["isIdentity"]) == ("/id/canada-state", True)


def test_rdf_says_what_the_data_says_and_no_more(client: FlaskClient, small: Site) -> None:
    graph = Graph().parse(data=client.get("/lookup", query_string={"uri": Q16, "format": "ttl"}).data, format="turtle")
    canada, wikidata = URIRef("https://w3id.org/stca-kg/id/canada-state"), URIRef(Q16)
    assert (canada, URIRef("https://schema.org/sameAs"), wikidata) in graph
    assert (None, URIRef(f"{SSSOM}object_id"), wikidata) in graph
    assert (None, FOAF.topic, canada) in graph
    assert list(graph.objects(canada, RDFS.label)) or list(graph.objects(canada, SKOS.prefLabel))
    recorded_only = create_app(small).test_client().get("/lookup?uri=http://x.org/e&format=nt")
    graph = Graph().parse(data=recorded_only.data, format="nt")
    assert (URIRef(f"{BASE}m2"), URIRef(f"{SSSOM}predicate_id"), SKOS.relatedMatch) in graph
    assert (None, SKOS.relatedMatch, None) not in graph
    assert (URIRef(f"{BASE}b"), RDFS.label, Literal("B")) in graph


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_each_format_has_its_address_and_its_tag(client: FlaskClient, suffix: str) -> None:
    asked = {"uri": Q16, "format": suffix}
    response = client.get("/lookup", query_string=asked)
    assert response.status_code == 200
    tag, located = response.headers["ETag"], response.headers["Content-Location"]
    assert not tag.startswith("W/")
    assert client.get(located).data == response.data
    assert client.get("/lookup", query_string=asked, headers={"If-None-Match": tag}).status_code == 304
    other = client.get("/lookup", query_string=asked | {"uri": f"{Q16}x"})
    assert other.headers["ETag"] != tag
    assert client.head(located).headers["ETag"] == tag


def test_a_table_has_a_row_for_what_is_found_and_for_what_is_not(client: FlaskClient) -> None:
    response = client.get("/lookup", query_string={"uri": [Q16, "http://nowhere.org/"], "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))
    assert {(row["asked"], bool(row["thing"])) for row in rows} == {(Q16, True), ("http://nowhere.org/", False)}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (f'["{Q16}", "http://nowhere.org/"]', "application/json"),
        (f"# two\r\n{Q16}\r\n\r\nhttp://nowhere.org/\r\n", "text/uri-list"),
        (f"uri={Q16}&uri=http://nowhere.org/", "application/x-www-form-urlencoded"),
    ],
)
def test_a_list_is_posted_in_three_ways(client: FlaskClient, body: str, content_type: str) -> None:
    response = client.post("/lookup", data=body, content_type=content_type)
    assert response.json is not None
    assert [(r["uri"], bool(r["things"])) for r in response.json["results"]] == [
        (Q16, True),
        ("http://nowhere.org/", False),
    ]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("[1]", "application/json", 400),
        ("[" * 200_000, "application/json", 400),
        ('{"uri": "x:y"}', "application/json", 400),
        (b'["\xff"]', "application/json", 400),
        ("no iri", "text/uri-list", 400),
        ("<x:a>", "text/uri-list", 400),
        ("x:a", "text/html", 415),
        ("\n".join(f"x:{n}" for n in range(101)), "text/uri-list", 400),
        ("x:y\n" * 101, "text/uri-list", 400),
        ("x:" + "a" * 2_000, "text/uri-list", 400),
        ("", "text/uri-list", 400),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_a_sentence(
    client: FlaskClient, body: str, content_type: str, status: int
) -> None:
    response = client.post("/lookup", data=body, content_type=content_type)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.json is not None
    assert response.json["detail"].endswith(".")


def test_without_an_iri_a_reader_gets_the_form_and_a_program_an_error(client: FlaskClient) -> None:
    assert client.get("/lookup").status_code == 400
    page = client.get("/lookup", headers={"Accept": "text/html"})
    assert page.status_code == 200
    tree = html5lib.parse(page.data, namespaceHTMLElements=False)
    assert [field.get("name") for field in tree.findall(".//main//input")] == ["uri"]


def test_the_page_escapes_what_was_asked_and_stays_below_its_path(client: FlaskClient) -> None:
    asked = "http://x.org/'onmouseover=alert(1)&amp;%22%3Cscript%3E"
    response = client.get(
        "/lookup",
        query_string={"uri": [asked, Q16]},
        headers={"Accept": "text/html"},
        environ_overrides={"SCRIPT_NAME": "/kg"},
    )
    tree = html5lib.parse(response.data, namespaceHTMLElements=False)
    assert [h.text for h in tree.iter("code") if h.text and h.text.startswith("http://x.org")] == [asked]
    assert [script.text for script in tree.iter("script") if script.text] == []
    links = [a.get("href") for a in tree.iter("a")]
    assert "/kg/id/canada-state" in links
    assert not [link for link in links if link and link.startswith("/") and not link.startswith("/kg/")]


def test_other_methods_are_refused_and_those_there_are_told(client: FlaskClient) -> None:
    assert client.put("/lookup").status_code == 405
    assert set(client.options("/lookup").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert client.get("/lookup?uri=x:a", headers={"Accept": "image/png"}).status_code == 406
