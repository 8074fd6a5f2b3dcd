"""The published JSON-LD context, held against an independent processor."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyld import jsonld
from rdflib import Graph
from rdflib.compare import isomorphic

from kgpub.documents import Documents
from kgpub.engine import Budget
from kgpub.engine_local import LocalEngine
from kgpub.jsonld_context import context_of
from kgpub.site import Site
from projects import BASE, SETTINGS, release_of

ADDRESS = "https://w3id.org/stca-kg/context.jsonld"
#: Documents of each kind: a position, an agent, a class, a code, a graph, a paged one, one with blank nodes.
DOCUMENTS = ("id/claim-s05-c1", "id/ccr", "ontology/Claim", "voc/denies", "graph/claims", "shapes/PositionShape")


@pytest.fixture
def published(client: FlaskClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/context.jsonld").get_json(force=True)
    return document


def from_turtle(client: FlaskClient, local: str) -> Graph:
    return Graph().parse(data=client.get(f"/doc/{local}.ttl").data, format="turtle")


def from_quads(quads: str) -> Graph:
    return Graph().parse(data=quads, format="nt")


def refuse(address: str, _options: dict[str, Any]) -> dict[str, Any]:
    raise AssertionError(f"{address} was fetched")


def test_it_is_had_in_whatever_way_a_processor_asks(client: FlaskClient) -> None:
    for accept in ("application/ld+json, application/json", "*/*", "text/html"):
        response = client.get("/context.jsonld", headers={"Accept": accept})
        assert (response.status_code, response.mimetype) == (200, "application/ld+json")
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    tag = response.headers["ETag"]
    assert client.get("/context.jsonld", headers={"If-None-Match": tag}).status_code == 304
    assert client.post("/context.jsonld").status_code == 405


@pytest.mark.parametrize("local", DOCUMENTS)
def test_a_document_needs_no_other_to_be_read(client: FlaskClient, local: str) -> None:
    document = client.get(f"/doc/{local}.jsonld").get_json(force=True)
    quads = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": refuse})
    assert isomorphic(from_quads(quads), from_turtle(client, local))


@pytest.mark.parametrize("local", DOCUMENTS)
def test_compacted_with_the_published_context_a_document_says_the_same(
    client: FlaskClient, published: dict[str, Any], local: str
) -> None:
    fetched = []

    def loader(address: str, _options: dict[str, Any]) -> dict[str, Any]:
        fetched.append(address)
        return {"contextUrl": None, "documentUrl": address, "document": published}

    document = client.get(f"/doc/{local}.jsonld").get_json(force=True)
    compacted = jsonld.compact(document, ADDRESS, {"documentLoader": loader})
    assert compacted["@context"] == ADDRESS
    quads = jsonld.to_rdf(compacted, {"format": "application/n-quads", "documentLoader": loader})
    assert isomorphic(from_quads(quads), from_turtle(client, local))
    assert set(fetched) == {ADDRESS}


def test_with_it_a_position_reads_as_json_does(client: FlaskClient, published: dict[str, Any]) -> None:
    document = client.get("/doc/id/claim-s05-c1.jsonld").get_json(force=True)
    frame = {**published, "@id": "https://w3id.org/stca-kg/id/claim-s05-c1", "@embed": "@never"}
    framed = jsonld.frame(document, frame, {"documentLoader": refuse})
    assert framed["heldBy"] == "id:ccr"
    assert "Claim" in framed["@type"]
    assert framed["polarity"].startswith("cnv:")


def test_it_holds_the_prefixes_and_every_term_of_the_ontology(published: dict[str, Any], site: Site) -> None:
    context = published["@context"]
    assert {name: context[name] for name in ("cn", "id", "skos")} == {
        "cn": "https://w3id.org/stca-kg/ontology/", "id": "https://w3id.org/stca-kg/id/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
    }  # fmt: skip
    terms = {value if isinstance(value, str) else value["@id"] for name, value in context.items() if name[0] != "@"}
    page = site.documents.incoming_page("http://www.w3.org/2002/07/owl#ObjectProperty",
                                        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", 1)  # fmt: skip
    assert page is not None
    assert {iri for iri in page.subjects if iri.startswith(site.base.iri)} <= terms
    assert context["heldBy"] == {"@id": "https://w3id.org/stca-kg/ontology/heldBy", "@type": "@id"}


def test_odd_prefixes_and_names_do_no_harm(tmp_path: Path) -> None:
    settings = (
        SETTINGS + '[publication.prefixes]\n"" = "empty/"\nhttp = "x/"\npart = "http://e.org/part"\nheld = "y/"\n'
    )
    turtle = """@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    ex:held a owl:ObjectProperty . <https://example.org/a/count> a owl:DatatypeProperty ; rdfs:range xsd:integer .
    <https://example.org/b/count> a owl:DatatypeProperty . ex:urn a owl:Class . <https://example.org/x.y> a owl:Class .
    ex:both a owl:DatatypeProperty ; rdfs:range xsd:date , xsd:dateTime . ex:text a owl:DatatypeProperty ;
    rdfs:range xsd:string ."""
    release = release_of(tmp_path, turtle, settings)
    site = Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1))
    context = json.loads(context_of(site))["@context"]
    assert "" not in context
    assert "http" not in context
    assert "urn" not in context
    assert "x.y" not in context
    assert context["part"] == {"@id": "http://e.org/part", "@prefix": True}
    assert context["held"] == f"{BASE}y/", "a prefix wins over a term"
    assert context["count"] == {"@id": f"{BASE}a/count", "@type": "http://www.w3.org/2001/XMLSchema#integer"}
    assert (context["both"], context["text"]) == (f"{BASE}both", f"{BASE}text")
    note = {"@context": context, "@id": "urn:x:1", "count": "3", "part:x": "y"}
    (expanded,) = jsonld.expand(note, {"documentLoader": refuse})
    assert expanded["@id"] == "urn:x:1"
    assert expanded["http://e.org/partx"] == [{"@value": "y"}]
