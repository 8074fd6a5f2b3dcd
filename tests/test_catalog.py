import pyoxigraph as ox
import pytest

from kgpub.catalog import Edition, catalog_lines
from kgpub.nquads import split_line
from kgpub.publication import Publication
from kgpub.release import Counts, Download, GraphInfo, Manifest
from kgpub.statistics import Statistics

BASE = "https://example.org/"
PREFIXES = f"""
BASE <{BASE}>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX spdx: <http://spdx.org/rdf/terms#>
"""
CLASSES = [f"{BASE}a/b", f"{BASE}a-b", f"{BASE}A-b", f"{BASE}é", f"{BASE}è", "http://other.org/C"]
MANIFEST = Manifest(
    id="2026-01-01-abc",
    quads_sha256="",
    created="2026-01-01T00:00:00+00:00",
    software="kgpub",
    publication=Publication(BASE, title="A “title”", licence="https://example.com/licence", creator="id/me"),
    counts=Counts(10, 8),
    graphs=(GraphInfo(BASE + "graph/g", 5, quoted=False), GraphInfo(BASE + "prop", 2, quoted=True)),
    downloads=(Download("dumps/all.nq.gz", 7, "ab" * 32, "application/n-quads", {"en": "All", "fr": "Tout"}),),
)
STATISTICS = Statistics(10, 8, 3, {BASE + "graph/g": 5}, dict.fromkeys(CLASSES, 2), {"http://other.org/p": 4})
EDITION = Edition(MANIFEST, STATISTICS)


@pytest.fixture(scope="module")
def catalog() -> ox.Store:
    store = ox.Store()
    store.load("\n".join(catalog_lines(EDITION)).encode(), ox.RdfFormat.N_QUADS, to_graph=None)
    return store


def rows(store: ox.Store, names: str, pattern: str) -> list[tuple[str, ...]]:
    solutions = store.query(f"{PREFIXES} SELECT {names} {{ GRAPH <graph/catalog> {{ {pattern} }} }}")
    assert isinstance(solutions, ox.QuerySolutions)
    return sorted(tuple(getattr(value, "value", "") for value in solution) for solution in solutions)


def test_the_catalog_is_sorted_and_stands_in_its_own_graph() -> None:
    lines = catalog_lines(EDITION)
    assert lines == sorted(set(lines))
    assert {split_line(line).graph_iri for line in lines} == {BASE + "graph/catalog"}


def test_the_data_set_has_its_title_licence_and_figures(catalog: ox.Store) -> None:
    pattern = "<dataset> dct:title ?title ; dct:license ?licence ; dct:creator ?creator ; void:triples ?triples"
    found = rows(catalog, "?title ?licence ?creator ?triples", pattern)
    assert found == [("A “title”", "https://example.com/licence", BASE + "id/me", "8")]


def test_what_the_settings_leave_out_is_left_out(catalog: ox.Store) -> None:
    assert rows(catalog, "?o", "VALUES ?p { dct:publisher dct:description } <dataset> ?p ?o") == []


def test_asserted_graphs_are_listed_and_quoted_ones_not(catalog: ox.Store) -> None:
    assert rows(catalog, "?graph ?n", "?graph dct:isPartOf <dataset> ; void:triples ?n") == [(BASE + "graph/g", "5")]


def test_every_class_has_a_partition_of_its_own(catalog: ox.Store) -> None:
    pattern = "<dataset> void:classPartition ?partition . ?partition void:class ?class ; void:entities 2"
    found = rows(catalog, "?partition ?class", pattern)
    assert sorted(class_ for _, class_ in found) == sorted(CLASSES)
    assert len({partition for partition, _ in found}) == len(CLASSES)


def test_a_download_has_its_size_media_type_and_checksum(catalog: ox.Store) -> None:
    pattern = "<dataset> dcat:distribution ?d . ?d dcat:byteSize ?n ; spdx:checksum/spdx:checksumValue ?sum"
    assert rows(catalog, "?d ?n ?sum", pattern) == [(BASE + "dumps/all.nq.gz", "7", "ab" * 32)]
    (media_type,) = rows(catalog, "?type", "<dumps/all.nq.gz> dcat:mediaType ?type")
    assert media_type[0].endswith("/application/n-quads")
