"""schema.org in pages: what it says, that nothing breaks out of it, that a JSON-LD processor reads it."""

import json
import re
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient
from pyld import jsonld
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, RDF

from kgpub.documents import Documents
from kgpub.engine import Budget
from kgpub.engine_local import LocalEngine
from kgpub.release import Release
from kgpub.site import Site
from kgpub.web.app import create_app
from kgpub.web.markup import data_block
from projects import BASE, SETTINGS, build_project, release_of

OURS = "https://w3id.org/stca-kg/"
#: schema.org's published context sets the vocabulary and types some properties as addresses; this is enough to read.
SCHEMA_CONTEXT = {
    "@context": {
        "@vocab": "https://schema.org/",
        **{name: {"@type": "@id"} for name in ("url", "sameAs", "license", "contentUrl", "mainEntityOfPage")},
    }
}


def block_of(page: bytes) -> dict[str, Any]:
    """Return the one block of data that a browser's parser finds in a page."""
    tree = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    (script,) = [each for each in tree.iter("script") if "src" not in each.attrib]
    assert script.get("type") == "application/ld+json"
    block: dict[str, Any] = json.loads(script.text or "")
    return block


def block_at(client: FlaskClient, path: str) -> dict[str, Any]:
    return block_of(client.get(path, headers={"Accept": "text/html"}).data)


def as_graph(block: dict[str, Any]) -> Graph:
    """Read a block as a JSON-LD processor does."""

    def loader(address: str, _options: dict[str, Any]) -> dict[str, Any]:
        assert address.startswith("https://schema.org"), "nothing else is fetched"
        return {"contextUrl": None, "documentUrl": address, "document": SCHEMA_CONTEXT}

    quads = jsonld.to_rdf(block, {"format": "application/n-quads", "documentLoader": loader})
    return Graph().parse(data=quads, format="nt")


def client_of(release: Release) -> FlaskClient:
    return create_app(Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1))).test_client()


# --- the data set ----------------------------------------------------------------------------------------


def test_the_data_set_has_what_google_asks_for_and_recommends(client: FlaskClient, site: Site) -> None:
    block = block_at(client, "/")
    assert (block["@context"], block["@type"], block["@id"]) == ("https://schema.org/", "Dataset", f"{OURS}dataset")
    assert block["name"] == site.publication.title
    assert 50 <= len(block["description"]) <= 5_000
    assert block["license"] == site.publication.licence
    assert block["creator"] == {
        "@type": "Organization", "@id": f"{OURS}id/curator", "name": "kgpub contributors",
        "alternateName": [{"@value": "Collaborateurs de kgpub", "@language": "fr"}],
    }  # fmt: skip
    assert (block["identifier"], block["url"]) == (f"{OURS}dataset", OURS)
    assert block["version"] == site.release.manifest.id
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", block["dateModified"])
    assert block["isAccessibleForFree"] is True
    assert {"asylum", "droit d’asile"} & set(block["keywords"])  # noqa: RUF001 (an apostrophe)
    assert len(block["keywords"]) == len(set(block["keywords"]))
    measured = {each["name"]: each["value"] for each in block["variableMeasured"]}
    assert measured["Claim"] == 65
    assert "Entente" in block["alternateName"][0]["@value"]


def test_the_data_set_s_document_leads_to_the_home_page_where_all_is_said(client: FlaskClient) -> None:
    block = block_at(client, "/doc/dataset")
    assert (block["@type"], block["@id"], block["url"]) == ("Dataset", f"{OURS}dataset", OURS)
    assert "subjectOf" not in block


def test_its_files_are_those_of_the_catalog(client: FlaskClient) -> None:
    block = block_at(client, "/")
    catalog = Graph().parse(data=client.get("/dcat", headers={"Accept": "text/turtle"}).data, format="turtle")
    files = {each["contentUrl"]: each for each in block["distribution"]}
    whole = {str(o) for o in catalog.objects(URIRef(f"{OURS}dataset"), DCAT.distribution)} - {f"{OURS}dataset/sparql"}
    assert set(files) == whole
    for address, file in files.items():
        assert file["contentSize"] == f"{catalog.value(URIRef(address), DCAT.byteSize)} B"
        assert file["encodingFormat"][1] == "application/gzip"
        assert len(file["sha256"]) == 64
    for part in block["hasPart"]:
        assert (URIRef(part["@id"]), RDF.type, DCAT.Dataset) in catalog
        assert (URIRef(part["@id"]), DCAT.distribution, URIRef(part["distribution"][0]["contentUrl"])) in catalog


def test_a_data_set_of_few_words_is_described_all_the_same(tmp_path: Path) -> None:
    release = release_of(tmp_path, "ex:a a ex:Thing .", SETTINGS + 'title = "Bridges"\ndescription = "Short."\n')
    block = block_at(client_of(release), "/")
    assert block["description"].startswith("Short.: 1 RDF triples")
    assert len(block["description"]) >= 50
    assert not {"license", "creator", "publisher", "spatialCoverage", "keywords"} & set(block), "nothing is empty"


def test_of_a_long_description_there_is_the_beginning(tmp_path: Path) -> None:
    release = release_of(
        tmp_path, f'ex:a <http://www.w3.org/2000/01/rdf-schema#comment> "{"word " * 2_000}" .', SETTINGS
    )
    description = block_at(client_of(release), "/doc/a")["description"]
    assert description.endswith("word …")
    assert 4_900 < len(description) <= 5_000


def test_files_without_a_project_claim_no_data_set(tmp_path: Path) -> None:
    from projects import serve_ad_hoc  # noqa: PLC0415 (one test's)

    client = client_of(serve_ad_hoc(tmp_path, {"a.ttl": f'<{BASE}a> <{BASE}p> "1" .'}))
    page = client.get("/", headers={"Accept": "text/html"}).data
    assert b'ld+json">{' not in page
    assert block_at(client, "/doc/a")["@type"] == "Thing"


# --- things ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "kind"),
    [("id/ccr", "NGO"), ("id/claim-s05-c1", "Claim"), ("id/stca", "Legislation"), ("id/canada", "Country"),
     ("id/source", "NewsArticle"), ("id/gov-canada", "GovernmentOrganization"), ("id/issue-withdrawal", "Question"),
     ("ontology/Claim", "DefinedTerm"), ("ontology/", "DefinedTermSet"), ("voc/denies", "DefinedTerm"),
     ("id/curator", "Organization"), ("id/case-2007-fc-1262", "CreativeWork"), ("id/e07", "Thing"),
     ("dumps/all.nq.gz", "DataDownload"), ("dataset/build", "Action")],
)  # fmt: skip
def test_a_thing_has_the_class_that_fits(client: FlaskClient, local: str, kind: str) -> None:
    assert block_at(client, f"/doc/{local}")["@type"] == kind


def test_a_claim_says_who_claims_what_and_where(client: FlaskClient) -> None:
    block = block_at(client, "/doc/id/claim-s05-c1")
    assert block["@id"] == f"{OURS}id/claim-s05-c1"
    assert block["mainEntityOfPage"] == f"{OURS}doc/id/claim-s05-c1"
    assert block["author"] == {"@type": "NGO", "@id": f"{OURS}id/ccr", "name": "Canadian Council for Refugees"}
    assert block["appearance"]["@type"] == "NewsArticle"
    assert block["subjectOf"]["@id"] == f"{OURS}dataset"
    assert {each["@type"] for each in block["about"]} == {"DefinedTerm", "Question"}


def test_a_term_says_in_which_set_it_is(client: FlaskClient) -> None:
    block = block_at(client, "/doc/ontology/Claim")
    assert block["inDefinedTermSet"]["@id"] == f"{OURS}ontology/"
    assert block["alternateName"][0]["@language"] == "fr"


def test_a_processor_reads_every_kind_of_block(client: FlaskClient) -> None:
    for path in ("/", "/doc/id/ccr", "/doc/id/claim-s05-c1", "/doc/ontology/Claim", "/doc/id/canada"):
        block = block_at(client, path)
        graph = as_graph(block)
        subject = URIRef(block["@id"])
        assert graph.value(subject, RDF.type) == URIRef(f"https://schema.org/{block['@type']}")
        assert str(graph.value(subject, URIRef("https://schema.org/name"))) == block["name"]
        assert all(str(p).startswith("https://schema.org/") or p == RDF.type for p in graph.predicates())


MAPPED = """
[publication.schema_org]
classes = { "Bridge" = "BridgeStructure", "http://xmlns.com/foaf/0.1/Person" = "Patient", "Odd" = "Thing" }
properties = { "spans" = "containedInPlace" }
"""


def test_settings_come_before_the_ontology_and_that_before_common_vocabularies(tmp_path: Path) -> None:
    turtle = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix schema: <https://schema.org/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
    ex:Bridge rdfs:subClassOf schema:Place . ex:Arch rdfs:subClassOf ex:Vault . ex:Vault rdfs:subClassOf ex:Bridge .
    ex:Fair rdfs:subClassOf ex:Gathering . ex:Gathering skos:closeMatch schema:Event .
    ex:Loop rdfs:subClassOf ex:Ring . ex:Ring rdfs:subClassOf ex:Loop .
    ex:Club rdfs:subClassOf foaf:Organization .
    ex:bridge a ex:Bridge ; ex:spans ex:river . ex:arch a ex:Arch , skos:Concept . ex:fair a ex:Fair .
    ex:mayor a foaf:Person . ex:loop a ex:Loop . ex:club a ex:Club , schema:SportsClub . ex:odd a ex:Odd .
    ex:river a <http://schema.org/RiverBodyOfWater> . ex:other a ex:Club ."""
    release = release_of(tmp_path, turtle, SETTINGS + MAPPED)
    documents = Documents(release.index)
    names = ["bridge", "arch", "fair", "mayor", "loop", "club", "other", "odd", "river", "Bridge", "nothing"]
    kinds = {name: documents.kind(BASE + name) for name in names}
    assert kinds == {
        "bridge": "BridgeStructure", "arch": "BridgeStructure", "fair": "Event",
        "mayor": "Patient", "loop": "", "club": "SportsClub", "other": "Organization", "odd": "Thing",
        "river": "RiverBodyOfWater", "Bridge": "", "nothing": "",
    }  # fmt: skip
    block = block_at(client_of(release), "/doc/bridge")
    assert block["containedInPlace"] == {"@type": "RiverBodyOfWater", "@id": f"{BASE}river", "name": "river"}


def test_what_is_quoted_says_nothing_about_classes(tmp_path: Path) -> None:
    files = {
        "data/a.trig": f"""@prefix ex: <{BASE}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix schema: <https://schema.org/> .
        {{ ex:a a ex:C . }} ex:q {{ ex:C rdfs:subClassOf schema:Event . ex:a a schema:Person . }}""",
    }
    release = build_project(tmp_path, files, SETTINGS + 'quoted_graphs = ["q"]\n').release
    assert Documents(release.index).kind(f"{BASE}a") == ""


# --- nothing breaks out ----------------------------------------------------------------------------------

HOSTILE = "</script><script>alert(1)</script><!--\u2028\u2029&amp;\"'\\ \x85 ]]>"


def test_no_text_breaks_out_of_the_block() -> None:
    written = str(data_block({"name": HOSTILE, HOSTILE: [HOSTILE]}))
    inside = written.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not re.search("[<>&\u2028\u2029]", inside)
    assert json.loads(inside) == {"name": HOSTILE, HOSTILE: [HOSTILE]}
    assert block_of(f"<!DOCTYPE html><meta charset=utf-8><title>x</title>{written}<p>y".encode())["name"] == HOSTILE


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Release:
    text = HOSTILE.replace("\\", "\\\\").replace('"', '\\"')
    literal = f'"{text}"'
    turtle = f"""@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix schema: <https://schema.org/> .
    ex:evil a schema:Person ; rdfs:label {literal} ; rdfs:comment {literal} ; schema:jobTitle {literal} ;
        schema:knows <{BASE}x\u2028'> , <javascript:alert(1)> .
    <{BASE}x\u2028'> rdfs:label {literal} ."""
    escaped = text.encode("ascii", "backslashreplace").decode().replace("\\x85", "\\u0085")
    settings = f'title = "{escaped}"\ndescription = "{escaped}"\n'
    return release_of(tmp_path_factory.mktemp("hostile"), turtle, SETTINGS + settings)


def test_hostile_data_stays_data(hostile: Release) -> None:
    client = client_of(hostile)
    block = block_at(client, "/doc/evil")
    assert (block["name"], block["description"], block["jobTitle"]) == (HOSTILE, HOSTILE, HOSTILE)
    assert block_at(client, "/")["name"] == HOSTILE
    for path in ("/doc/evil", "/"):
        page = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
        assert page.count("<script") == page.count("</script>") == page.count("<script type=") == 2  # ours
        assert "<!--" not in page
