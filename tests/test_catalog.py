"""The catalog: what it says of a small release, and that the announcement's keeps the rules of DCAT-AP 3."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from flask.testing import FlaskClient

from kgpub.catalog import catalog_lines
from kgpub.edition import Edition
from kgpub.figures import Figures
from kgpub.nquads import split_line
from kgpub.publication import (
    Authority,
    CatalogEntry,
    Contact,
    Publication,
    faults,
    publication_from_json,
    publication_to_json,
)
from kgpub.release import Counts, Download, GraphInfo, Manifest, Release
from kgpub.statistics import Statistics
from kgpub.usage import Usage
from projects import release_of

BASE = "https://example.org/"
SITE = "https://w3id.org/stca-kg/"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
VOID = "http://rdfs.org/ns/void#"
PROV = "http://www.w3.org/ns/prov#"
PREFIXES = f"""
BASE <{BASE}>
PREFIX void: <{VOID}>
PREFIX dcat: <{DCAT}>
PREFIX dct: <{DCT}>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
"""
CLASSES = [f"{BASE}a/b", f"{BASE}a-b", f"{BASE}A-b", f"{BASE}é", f"{BASE}è", "http://other.org/C"]
MANIFEST = Manifest(
    id="2026-01-01-abc",
    quads_sha256="",
    created="2026-01-01T00:00:00+00:00",
    software="kgpub 1.2",
    publication=Publication(BASE, title="A “title”", licence="https://example.com/licence", creator="id/me"),
    counts=Counts(10, 8),
    graphs=(GraphInfo(BASE + "graph/g", 5, quoted=False), GraphInfo(BASE + "prop", 2, quoted=True)),
    downloads=(
        Download("dumps/all.nq.gz", 7, "ab" * 32, "application/n-quads", {"en": "All", "fr": "Tout"}),
        Download("dumps/links.x", 8, "cd" * 32, "text/x", {"en": "Links"}, "https://example.com/standard"),
    ),
)
STATISTICS = Statistics(8, 3, 3, dict.fromkeys(CLASSES, 2), {"http://other.org/p": 4}, 10, {BASE + "graph/g": 5})
EDITION = Edition(MANIFEST, Figures(STATISTICS))
ENTRY = CatalogEntry(
    titles={"fr": "Un titre"},
    keywords=({"en": "asylum", "fr": "asile"}, {"en": "claim"}),
    issued="2025-12-31",
    authorities=(Authority("skos", {"en": "SKOS", "fr": "SKOS"}),),
    contact=Contact("The curators", "https://example.com/contact", "us@example.com"),
)


def store_of(edition: Edition) -> ox.Store:
    store = ox.Store()
    store.load("\n".join(catalog_lines(edition)).encode(), ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def catalog() -> ox.Store:
    return store_of(EDITION)


@pytest.fixture(scope="module")
def entered() -> ox.Store:
    return store_of(replace(EDITION, manifest=replace(MANIFEST, publication=Publication(BASE, catalog=ENTRY))))


def rows(store: ox.Store, names: str, pattern: str) -> list[tuple[str, ...]]:
    solutions = store.query(f"{PREFIXES} SELECT {names} {{ GRAPH <graph/catalog> {{ {pattern} }} }}")
    assert isinstance(solutions, ox.QuerySolutions)
    return sorted(tuple(getattr(value, "value", "") for value in solution) for solution in solutions)


# A small release ----------------------------------------------------------------------------------


def test_the_catalog_is_sorted_and_stands_in_its_own_graph() -> None:
    lines = catalog_lines(EDITION)
    assert lines == sorted(set(lines))
    assert {split_line(line).graph_iri for line in lines} == {BASE + "graph/catalog"}


def test_the_catalog_lists_the_data_set_and_the_services(catalog: ox.Store) -> None:
    services = [(f"{BASE}{local}",) for local in ("fragments", "fragments/quads", "sparql")]
    assert rows(catalog, "?s", "<catalog> a dcat:Catalog ; dcat:service ?s") == services
    assert rows(catalog, "?s", "?s a dcat:DataService ; dcat:servesDataset <dataset> ; dcat:endpointURL ?s") == services
    assert rows(catalog, "?d", "<catalog> dcat:dataset ?d") == [(f"{BASE}dataset",), (f"{BASE}dataset/derived/links",)]


def test_what_is_not_the_whole_is_a_data_set_of_its_own(catalog: ox.Store) -> None:
    """Distributions of one data set say the same, so links alone are no distribution of it."""
    assert rows(catalog, "?d", "<dataset> dcat:distribution ?d") == [
        (f"{BASE}dataset/sparql",),
        (f"{BASE}dumps/all.nq.gz",),
    ]
    assert rows(catalog, "?d", "<dataset> void:dataDump ?d") == [(f"{BASE}dumps/all.nq.gz",)]
    derived = """?set a dcat:Dataset ; dct:isPartOf <dataset> ; <http://www.w3.org/ns/prov#wasDerivedFrom> <dataset> ;
        dct:title ?title ; dcat:distribution ?file"""
    assert rows(catalog, "?set ?title ?file", derived) == [
        (f"{BASE}dataset/derived/links", "Links", f"{BASE}dumps/links.x")
    ]


def test_the_data_set_has_its_title_licence_and_figures(catalog: ox.Store) -> None:
    pattern = "<dataset> dct:title ?title ; dct:license ?licence ; dct:creator ?creator ; void:triples ?triples"
    found = rows(catalog, "?title ?licence ?creator ?triples", pattern)
    assert found == [("A “title”", "https://example.com/licence", BASE + "id/me", "8")]


def test_what_the_settings_leave_out_is_left_out(catalog: ox.Store) -> None:
    left_out = "dct:publisher dct:description dct:accessRights dct:language dcat:keyword dcat:theme dcat:contactPoint"
    assert rows(catalog, "?o", f"VALUES ?p {{ {left_out} }} <dataset> ?p ?o") == []


def test_what_the_settings_enter_is_in_it(entered: ox.Store) -> None:
    assert rows(entered, "?t", "<dataset> dct:title ?t") == [("Knowledge graph",), ("Un titre",)]
    assert rows(entered, "?t", "<catalog> dct:title ?t") == [("Catalogue : Un titre",), ("Catalogue: Knowledge graph",)]
    assert rows(entered, "?k", "<dataset> dcat:keyword ?k") == [("asile",), ("asylum",), ("claim",)]
    assert rows(entered, "?first ?last", "<dataset> dct:issued ?first ; dct:modified ?last") == [
        ("2025-12-31", "2026-01-01")
    ]
    contact = "<dataset> dcat:contactPoint ?c . ?c vcard:fn ?name ; vcard:hasURL ?url ; vcard:hasEmail ?mail"
    assert rows(entered, "?c ?name ?url ?mail", contact) == [
        (f"{BASE}dataset/contact", "The curators", "https://example.com/contact", "mailto:us@example.com")
    ]


def test_asserted_graphs_are_listed_and_quoted_ones_not(catalog: ox.Store) -> None:
    assert rows(catalog, "?graph ?n", "?graph dct:isPartOf <dataset> ; void:triples ?n") == [(BASE + "graph/g", "5")]


def test_every_class_has_a_partition_of_its_own(catalog: ox.Store) -> None:
    pattern = "<dataset> void:classPartition ?partition . ?partition void:class ?class ; void:entities 2"
    found = rows(catalog, "?partition ?class", pattern)
    assert sorted(class_ for _, class_ in found) == sorted(CLASSES)
    assert len({partition for partition, _ in found}) == len(CLASSES)


def test_a_vocabulary_below_the_base_is_named_only_if_it_is_described() -> None:
    assert rows(store_of(EDITION), "?v", "<dataset> void:vocabulary ?v") == [("http://other.org/",)]
    described = Edition(MANIFEST, Figures(STATISTICS, Usage(ontologies=(f"{BASE}a/",))))
    found = rows(store_of(described), "?v", "<dataset> void:vocabulary ?v")
    assert found == [("http://other.org/",), (f"{BASE}a/",)]
    assert rows(store_of(described), "?s", "<dataset> dct:conformsTo ?s") == [(f"{BASE}a/",)]


def test_a_download_has_its_size_media_type_and_checksum(catalog: ox.Store) -> None:
    pattern = "?set dcat:distribution ?d . ?d dcat:byteSize ?n ; spdx:checksum/spdx:checksumValue ?sum"
    assert rows(catalog, "?d ?n ?sum", pattern) == [
        (BASE + "dumps/all.nq.gz", "7", "ab" * 32),
        (BASE + "dumps/links.x", "8", "cd" * 32),
    ]
    (types,) = rows(catalog, "?type ?format", "<dumps/all.nq.gz> dcat:mediaType ?type ; dct:format ?format")
    assert types[0].endswith("/application/n-quads")
    assert types[1].endswith("/RDF_N_QUADS")


def test_a_download_names_the_standard_it_keeps_and_no_file_type_that_is_not_listed(catalog: ox.Store) -> None:
    assert rows(catalog, "?s", "<dumps/links.x> dct:conformsTo ?s") == [("https://example.com/standard",)]
    assert rows(catalog, "?f", "<dumps/links.x> dct:format ?f") == []


def test_the_endpoint_is_a_service_behind_a_distribution(catalog: ox.Store) -> None:
    pattern = "<dataset> dcat:distribution ?d . ?d dcat:accessService ?s . ?s dcat:servesDataset <dataset>"
    assert rows(catalog, "?d ?s", pattern) == [(f"{BASE}dataset/sparql", f"{BASE}sparql")]


def test_the_data_set_tells_how_its_fragments_are_asked_for(catalog: ox.Store) -> None:
    hydra = "http://www.w3.org/ns/hydra/core#"
    pattern = f"<dataset> <{hydra}search> ?form . ?form <{hydra}template> ?template"
    template = f"{BASE}fragments{{?subject,predicate,object}}"
    assert rows(catalog, "?form ?template", pattern) == [(f"{BASE}fragments#pattern", template)]
    mapping = f"<fragments#pattern> <{hydra}mapping> [ <{hydra}variable> ?name ; <{hydra}property> ?property ]"
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    assert rows(catalog, "?name ?property", mapping) == [(n, rdf + n) for n in ("object", "predicate", "subject")]


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        (CatalogEntry(issued="2026-13-01"), ("catalog", "issued")),
        (CatalogEntry(titles={"en_GB": "x"}), ("catalog", "titles")),
        (CatalogEntry(keywords=({"e n": "x"},)), ("catalog", "keywords")),
        (CatalogEntry(themes=("a b",)), ("catalog", "themes")),
        (CatalogEntry(access_rights="<x>"), ("catalog", "access_rights")),
        (CatalogEntry(authorities=(Authority("wd", {"en": "x"}),)), ("catalog", "authorities", 0, "prefix")),
        (CatalogEntry(authorities=(Authority("skos", {"e n": "x"}),)), ("catalog", "authorities")),
    ],
)
def test_settings_that_cannot_be_written_as_rdf_are_found(entry: CatalogEntry, place: tuple[str, str]) -> None:
    assert [where for where, _ in faults(Publication(BASE, catalog=entry))] == [place]


def test_an_entry_travels_inside_the_release() -> None:
    publication = Publication(BASE, catalog=ENTRY)
    assert publication_from_json(json.loads(json.dumps(publication_to_json(publication)))) == publication


# The announcement's catalog -----------------------------------------------------------------------


@cache
def rules() -> rdflib.Graph:
    return rdflib.Graph().parse(Path(__file__).with_name("dcat-ap.ttl"))


@pytest.fixture
def described(client: FlaskClient) -> rdflib.Graph:
    """What a harvester reads; of the partitions, which are many and alike, those of one class and one property."""
    graph = rdflib.Graph().parse(data=client.get("/dcat?format=nt").data, format="nt")
    kept = ("/cn-claim", "/cn-claim/property/cn-heldby", "dataset/property/cn-heldby")
    for subject in set(graph.subjects()):
        many = str(subject).startswith((f"{SITE}dataset/class/", f"{SITE}dataset/property/"))
        if many and not str(subject).endswith(kept):
            graph.remove((subject, None, None))
    return graph


def violations(graph: rdflib.Graph) -> list[str]:
    conforms, results, _ = pyshacl.validate(graph, shacl_graph=rules(), advanced=False)
    assert isinstance(results, rdflib.Graph)
    found = [
        " ".join(str(results.value(result, rdflib.SH[part])) for part in ("focusNode", "resultPath", "value"))
        for result in results.subjects(rdflib.RDF.type, rdflib.SH.ValidationResult)
    ]
    assert conforms == (found == [])
    return sorted(found)


def test_the_announcements_catalog_keeps_the_rules_of_dcat_ap(described: rdflib.Graph) -> None:
    assert len(described) > 500
    assert violations(described) == []


@pytest.mark.parametrize(
    ("local", "property_"),
    [
        ("catalog", DCT + "title"),
        ("catalog", DCT + "description"),
        ("catalog", DCT + "publisher"),
        ("dataset", DCT + "title"),
        ("dataset", DCT + "description"),
        ("dataset", DCAT + "theme"),
        ("dataset", VOID + "triples"),
        ("dumps/all.nq.gz", DCAT + "accessURL"),
        ("dumps/all.nq.gz#checksum", "http://spdx.org/rdf/terms#algorithm"),
        ("sparql", DCAT + "endpointURL"),
        ("sparql", DCT + "title"),
        ("id/curator", "http://xmlns.com/foaf/0.1/name"),
        ("dataset/links/eurovoc", VOID + "objectsTarget"),
        ("dataset/build", PROV + "wasAssociatedWith"),
        ("dataset/build", "http://www.w3.org/2000/01/rdf-schema#label"),
    ],
)
def test_the_rules_see_what_is_missing(described: rdflib.Graph, local: str, property_: str) -> None:
    lost = (rdflib.URIRef(SITE + local), rdflib.URIRef(property_), None)
    assert lost in described
    described.remove(lost)
    assert any(found.startswith(f"{SITE}{local} {property_}") for found in violations(described))


def test_all_that_the_catalog_names_below_the_base_is_described(announcement_release: Release) -> None:
    with closing(sqlite3.connect(announcement_release.index)) as index:
        known = {iri for (iri,) in index.execute("SELECT iri FROM document WHERE page = 1")}
        known |= {iri for (iri,) in index.execute("SELECT graph FROM quoted")}
    graph = ox.NamedNode(f"{SITE}graph/catalog")
    quads = list(ox.Store.read_only(str(announcement_release.store)).quads_for_pattern(None, None, None, graph))
    named = {
        term.value
        for quad in quads
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, ox.NamedNode) and term.value.startswith(SITE)
    }
    assert len(named) > 500
    assert named - known == set()


def test_graphs_are_graphs_and_not_pairs_of_graph_and_name(announcement: ox.Store) -> None:
    """An sd:NamedGraph is a graph with a name: the service describes those. Data and catalog speak of the graph."""
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert list(announcement.quads_for_pattern(None, None, ox.NamedNode(f"{sd}NamedGraph"), None)) == []
    a = ox.NamedNode(f"{rdflib.RDF.type}")
    graphs = announcement.quads_for_pattern(None, a, ox.NamedNode(f"{sd}Graph"), ox.DefaultGraph())
    own = [graph for graph in announcement.named_graphs() if "/id/prop-" not in str(graph)]
    assert {quad.subject for quad in graphs} == set(own)


#: Inverse functional properties in use (FOAF); what shares a value of one is one thing.
INVERSE_FUNCTIONAL = ("homepage", "mbox", "mbox_sha1sum", "isPrimaryTopicOf", "logo")


def test_no_two_things_share_a_value_that_only_one_may_have(announcement: ox.Store) -> None:
    shared: dict[tuple[str, str], set[str]] = {}
    for name in INVERSE_FUNCTIONAL:
        predicate = ox.NamedNode(f"http://xmlns.com/foaf/0.1/{name}")
        for quad in announcement.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
            shared.setdefault((name, str(quad.object)), set()).add(str(quad.subject))
    assert len(shared) > 2
    assert {key: things for key, things in shared.items() if len(things) > 1} == {}


def test_the_catalog_describes_nothing_that_is_not_below_the_base(announcement: ox.Store) -> None:
    quads = announcement.quads_for_pattern(None, None, None, ox.NamedNode(f"{SITE}graph/catalog"))
    assert {quad.subject for quad in quads if not str(quad.subject).startswith(f"<{SITE}")} == set()


def test_the_description_of_the_data_set_fits_on_one_page(announcement_release: Release) -> None:
    with closing(sqlite3.connect(announcement_release.index)) as index:
        pages = index.execute("SELECT max(page) FROM document WHERE iri = ?", (f"{SITE}dataset",)).fetchone()
    assert pages == (1,)


def test_the_base_keeps_the_name_that_the_data_gives_it(tmp_path: Path) -> None:
    for name, said, label in (("own", "<> rdfs:label 'Our ontology'@en .", "Our ontology"), ("none", "", "home page")):
        release = release_of(
            tmp_path / name, f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {said} <a> <b> <c> ."
        )
        store = ox.Store.read_only(str(release.store))
        named = f"GRAPH ?graph {{ <{BASE}> rdfs:label ?label }} FILTER(LANG(?label) = 'en')"
        assert rows(store, "?label", named) == [(label,)]
