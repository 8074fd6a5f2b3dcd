"""Labels of other vocabularies' terms: where they come from, where they are shown; the data does not say them."""

import csv
import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import RDFS, SKOS, Graph, URIRef

from kgpub.build import build
from kgpub.documents import Documents
from kgpub.errors import RdfSyntaxError
from kgpub.outside_labels import label_sources, read_labels, unlabelled
from kgpub.plan import Plan
from kgpub.progress import Silence
from kgpub.publication import Publication
from kgpub.release import Release
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.sources import Source
from kgpub.vocabulary import DCAT, DCTERMS, FOAF, PROV, RDF, SCHEMA
from kgpub.web.app import create_app
from projects import EX, build_project, plan_of, run_kgpub, serve_ad_hoc

LABEL = str(RDFS.label)
SETTINGS = """[publication]
base_iri = "https://example.org/"
union_default_graph = true
described_elsewhere = ["http://xmlns.com/foaf/0.1/"]
"""
DATA = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix v: <https://vocabulary.example/> .
ex:a a foaf:Agent , v:Thing ; rdfs:label "A"@en ; foaf:knows ex:b ; dcterms:creator ex:b ; v:made ex:b ;
  v:near <https://elsewhere.example/x> ; dcat:keyword "word"@en .
ex:b rdfs:label "B"@fr .
foaf:knows rdfs:label "is acquainted with"@en .
"""
OWN = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://vocabulary.example/Thing> rdfs:label "thing"@en , "chose"@fr ; skos:prefLabel "Thing"@en .
<http://purl.org/dc/terms/creator> rdfs:label "made by"@en , "fait par"@fr .
<http://xmlns.com/foaf/0.1/knows> rdfs:label "connaît"@fr .
<https://elsewhere.example/x> rdfs:label "somewhere else" ; rdfs:comment "not a label" ; skos:altLabel "nor this" .
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    files = {"data/a.ttl": EX + DATA, "labels/mine/own.ttl": OWN}
    return build_project(tmp_path_factory.mktemp("labelled"), files, SETTINGS).release


@pytest.fixture(scope="module")
def served(release: Release) -> FlaskClient:
    return create_app(open_site(release, QuerySettings(), "")).test_client()


def labels_of(release: Release, iri: str) -> dict[str, tuple[str, str]]:
    found = Documents(release.index).labels([iri]).get(iri, {})
    return {language: (label.text, label.source) for language, label in found.items()}


def test_terms_have_the_labels_that_their_vocabularies_publish(release: Release) -> None:
    assert labels_of(release, FOAF + "Agent") == {"": ("Agent", "vocabularies/foaf.ttl")}
    source = "vocabularies/dcat.ttl"
    assert labels_of(release, DCAT + "keyword") == {"en": ("keyword", source), "fr": ("mot-clés", source)}


def test_the_data_s_own_label_wins_in_every_language(release: Release) -> None:
    assert labels_of(release, FOAF + "knows") == {"en": ("is acquainted with", "")}


def test_a_project_s_files_win_over_those_that_come_with_kgpub_and_add_languages(release: Release) -> None:
    source = "labels/mine/own.ttl"
    assert labels_of(release, DCTERMS + "creator") == {"en": ("made by", source), "fr": ("fait par", source)}
    assert labels_of(release, "https://elsewhere.example/x") == {"": ("somewhere else", source)}


def test_of_a_file_s_labels_the_best_property_s_counts(release: Release) -> None:
    assert labels_of(release, "https://vocabulary.example/Thing")["en"][0] == "Thing"
    (label,) = (label for label in Documents(release.index).labels(["https://vocabulary.example/Thing"]).values())
    assert label["en"].property == str(SKOS.prefLabel)


def test_pages_show_them_with_the_prefixed_name(served: FlaskClient) -> None:
    english = served.get("/doc/a.html").text
    assert re.search(
        r'<a href="http://purl.org/dc/terms/creator"[^>]*>made by</a> <code>dcterms:creator</code>', english
    )
    assert re.search(r'<a href="http://xmlns.com/foaf/0.1/Agent"[^>]*>Agent</a>', english)
    french = served.get("/doc/a.html?lang=fr&ui=en").text
    assert 'lang="fr" dir="auto">fait par</a>' in french


@pytest.mark.parametrize(("suffix", "syntax"), [("ttl", "turtle"), ("jsonld", "json-ld"), ("nt", "nt"), ("rdf", "xml")])
def test_the_rdf_of_documents_says_only_what_the_data_says(served: FlaskClient, suffix: str, syntax: str) -> None:
    graph = Graph().parse(data=served.get(f"/doc/a.{suffix}").data, format=syntax)
    labelled = set(graph.subjects(RDFS.label)) | set(graph.subjects(SKOS.prefLabel))
    assert {URIRef("https://example.org/a"), URIRef(FOAF + "knows")} <= labelled
    outside = {FOAF + "Agent", DCTERMS + "creator", "https://elsewhere.example/x", DCAT + "keyword"}
    assert {str(iri) for iri in labelled} & outside == set()


def test_the_catalog_and_the_release_s_files_are_as_without_them(tmp_path: Path, release: Release) -> None:
    bare = build_project(tmp_path, {"data/a.ttl": EX + DATA}, SETTINGS).release
    assert bare.manifest.quads_sha256 == release.manifest.quads_sha256
    assert bare.manifest.counts == release.manifest.counts
    assert bare.manifest.id != release.manifest.id


def test_a_table_is_for_people_and_shows_them(served: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(served.get("/doc/a.csv").text)))
    assert {row["property"]: row["property_label"] for row in rows}[DCTERMS + "creator"] == "made by"
    assert {row["value_label"] for row in rows if row["value"] == "https://elsewhere.example/x"} == {"somewhere else"}


def test_labels_from_outside_are_no_languages_of_the_data(tmp_path: Path) -> None:
    english = 'ex:a <http://www.w3.org/2000/01/rdf-schema#label> "A"@en .'
    release = build_project(tmp_path, {"data/a.ttl": EX + english, "labels/own.ttl": OWN}).release
    response = create_app(open_site(release, QuerySettings(), "")).test_client().get("/doc/a.html?lang=fr")
    assert "Vary" not in response.headers
    assert "hreflang" not in response.text


def test_a_build_tells_how_many_terms_have_no_label_and_a_command_which(tmp_path: Path) -> None:
    plan_of(tmp_path, {"data/a.ttl": EX + DATA, "labels/own.ttl": OWN}, SETTINGS)
    built = run_kgpub("build", cwd=tmp_path)
    assert built.stdout.splitlines()[-1] == "2 terms of other vocabularies have no label; `kgpub labels` lists them"
    listed = run_kgpub("labels", cwd=tmp_path)
    assert listed.stdout.splitlines() == [
        "1\tproperty\thttps://vocabulary.example/made",
        "1\tproperty\thttps://vocabulary.example/near",
    ]
    assert listed.returncode == 0


def test_whatever_is_pointed_at_without_a_label_can_be_listed_too(tmp_path: Path) -> None:
    files = {"data/a.ttl": EX + "ex:a ex:p <urn:x:1> , <urn:x:2> , ex:b , ex:c . ex:b ex:q <urn:x:2> ."}
    release = build_project(tmp_path, files).release
    others = [(term.iri, term.kind, term.uses) for term in unlabelled(release, with_others=True)]
    assert ("urn:x:2", "resource", 2) in others
    assert others.index(("urn:x:2", "resource", 2)) < others.index(("urn:x:1", "resource", 1))
    assert [iri for iri, _, _ in others if iri.startswith("https://example.org/")] == []
    assert [term for term in unlabelled(release) if term.kind == "resource"] == []


def test_files_served_without_a_project_have_them_too(tmp_path: Path) -> None:
    release = serve_ad_hoc(tmp_path, {"a.ttl": "<http://a.example/x> <http://purl.org/dc/terms/creator> <urn:y> ."})
    assert labels_of(release, DCTERMS + "creator")["en"][0] == "Creator"


def test_a_label_file_that_cannot_be_read_stops_the_build(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"data/a.ttl": EX + DATA, "labels/own.ttl": "<a> <b> 'broken'"}, SETTINGS)
    with pytest.raises(RdfSyntaxError, match=r"own\.ttl"):
        build(plan, Silence())


def test_another_folder_may_hold_them(tmp_path: Path) -> None:
    settings = SETTINGS + '[folders]\nlabels = "names"\n'
    release = build_project(tmp_path, {"data/a.ttl": EX + DATA, "names/own.ttl": OWN}, settings).release
    assert labels_of(release, "https://elsewhere.example/x")[""][0] == "somewhere else"


PACKAGED = label_sources(Plan(Publication("https://example.org/"), Path(), ()))


@pytest.mark.parametrize("source", PACKAGED, ids=lambda source: source.path.stem)
def test_a_packaged_file_says_its_source_and_licence_and_is_sorted_readable_turtle(source: Source) -> None:
    text = source.path.read_text("utf-8")
    head = text.partition("\n\n")[0]
    assert head.startswith("# Labels of ")
    assert re.search("# Sources?[:,]", head)
    assert re.search("[Ll]icence", head)
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "@"))]
    assert lines == sorted(lines)
    assert all(
        re.fullmatch(r'[a-z0-9]+:[\w-]+ rdfs:label "[^"]+"(@\w+(-\w+)*)?(, "[^"]+"(@[\w-]+)?)* \.', line)
        for line in lines
    )
    graph = Graph().parse(data=text, format="turtle")
    assert len(graph) >= len(lines) > 0
    assert set(graph.predicates()) == {RDFS.label}
    assert all(str(label) == str(label).strip() != "" for label in graph.objects())


def test_the_packaged_labels_cover_what_kgpub_writes_itself() -> None:
    found = read_labels(PACKAGED)
    for iri in (RDF + "type", LABEL, DCTERMS + "title", PROV + "Entity", SCHEMA + "name", DCAT + "Dataset"):
        assert {language for subject, language in found if subject == iri} & {"", "en"}, iri


def test_every_term_that_the_announcement_uses_has_a_label(announcement_release: Release) -> None:
    assert list(unlabelled(announcement_release)) == []
