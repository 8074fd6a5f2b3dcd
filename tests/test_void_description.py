"""The figures of the announcement's VoID description, counted again by SPARQL over what was published."""

import gzip

import pyoxigraph as ox
import pytest

from kgpub.release import Release

SITE = "https://w3id.org/stca-kg/"
PREFIXES = """
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX g: <graph/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX schema: <https://schema.org/>
"""


@pytest.fixture(scope="module")
def content(announcement_release: Release) -> list[ox.NamedNode]:
    """The graphs that the figures are about: the asserted ones without the catalog."""
    graphs = announcement_release.manifest.graphs
    return [ox.NamedNode(graph.iri) for graph in graphs if not graph.quoted and graph.iri != f"{SITE}graph/catalog"]


def said(store: ox.Store, names: str, pattern: str) -> list[tuple[str, ...]]:
    """What the catalog says."""
    query = f"{PREFIXES} SELECT {names} {{ GRAPH g:catalog {{ {pattern} }} }}"
    return values(store.query(query, base_iri=SITE))


def counted(store: ox.Store, query: str, content: list[ox.NamedNode]) -> list[tuple[str, ...]]:
    """What a query finds in the content itself; a triple in several graphs is one."""
    merged = ox.Store()
    for graph in content:
        merged.extend(ox.Quad(*quad.triple) for quad in store.quads_for_pattern(None, None, None, graph))
    return values(merged.query(PREFIXES + query, base_iri=SITE))


def values(solutions: object) -> list[tuple[str, ...]]:
    assert isinstance(solutions, ox.QuerySolutions)
    return sorted(tuple(getattr(value, "value", "") for value in solution) for solution in solutions)


@pytest.mark.parametrize(
    ("figure", "query"),
    [
        ("triples", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        ("distinctSubjects", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        ("entities", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o FILTER(STRSTARTS(STR(?s), STR(<>))) }"),
        ("classes", "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }"),
        ("properties", "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
    ],
)
def test_the_figures_of_the_data_set_are_true(
    announcement: ox.Store, content: list[ox.NamedNode], figure: str, query: str
) -> None:
    assert said(announcement, "?n", f"<dataset> void:{figure} ?n") == counted(announcement, query, content)


def test_distinct_objects_are_those_of_the_download(announcement: ox.Store, announcement_release: Release) -> None:
    """The store rewrites literals, so that two of them may become one there; the download has them as they are."""
    quoted = {graph.iri for graph in announcement_release.manifest.graphs if graph.quoted}
    content = gzip.decompress((announcement_release.dumps / "all.nq.gz").read_bytes())
    quads = [quad for quad in ox.parse(content, ox.RdfFormat.N_QUADS) if isinstance(quad, ox.Quad)]
    objects = {str(quad.object) for quad in quads if getattr(quad.graph_name, "value", "") not in quoted}
    assert said(announcement, "?n", "<dataset> void:distinctObjects ?n") == [(str(len(objects)),)]


def test_every_class_partition_is_true(announcement: ox.Store, content: list[ox.NamedNode]) -> None:
    pattern = (
        "<dataset> void:classPartition [ void:class ?c ; void:entities ?n ; void:triples ?t ; void:properties ?p ]"
    )
    query = """SELECT ?c (COUNT(DISTINCT ?s) AS ?n) (COUNT(*) AS ?t) (COUNT(DISTINCT ?p) AS ?ps)
        { ?s a ?c . ?s ?p ?o } GROUP BY ?c"""
    found = said(announcement, "?c ?n ?t ?p", pattern)
    assert len(found) > 50
    assert found == counted(announcement, query, content)


def test_every_property_partition_is_true(announcement: ox.Store, content: list[ox.NamedNode]) -> None:
    pattern = "<dataset> void:propertyPartition [ void:property ?p ; void:triples ?n ; void:distinctSubjects ?s ]"
    query = "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ss) { ?s ?p ?o } GROUP BY ?p"
    found = said(announcement, "?p ?n ?s", pattern)
    assert len(found) > 100
    assert found == counted(announcement, query, content)


def test_every_cell_of_class_and_property_is_true(announcement: ox.Store, content: list[ox.NamedNode]) -> None:
    pattern = """<dataset> void:classPartition [ void:class ?c ; void:propertyPartition
        [ void:property ?p ; void:triples ?n ; void:distinctSubjects ?s ] ]"""
    query = "SELECT ?c ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ss) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p"
    found = said(announcement, "?c ?p ?n ?s", pattern)
    assert len(found) > 400
    assert found == counted(announcement, query, content)


def test_every_linkset_is_true(announcement: ox.Store, content: list[ox.NamedNode]) -> None:
    pattern = """<dataset> void:subset ?set . ?set a void:Linkset ; void:triples ?n ; void:distinctSubjects ?s ;
        void:subjectsTarget <dataset> ; void:objectsTarget/void:uriSpace ?space"""
    query = """SELECT ?space (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ss) {
        VALUES ?p { schema:sameAs skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch }
        ?s ?p ?o FILTER(!STRSTARTS(STR(?o), STR(<>)))
        BIND(REPLACE(STR(?o), "[^/]+/?$", "") AS ?space) } GROUP BY ?space"""
    found = said(announcement, "?space ?n ?s", pattern)
    assert found == counted(announcement, query, content)


def test_there_is_one_linkset_an_authority_named_by_its_prefix(announcement: ox.Store) -> None:
    """The 159 links of the list that they were taken from, each of them one triple."""
    found = said(announcement, "?set ?n", "<dataset> void:subset ?set . ?set void:triples ?n")
    to_one = [(iri.removeprefix(f"{SITE}dataset/links/"), number) for iri, number in found if "/links/" in iri]
    links = {name: int(number) for name, number in to_one}
    assert links == {"fast": 38, "eurovoc": 34, "unbis": 32, "lcsh": 31, "wd": 15, "gn": 4, "dbr": 3, "eucountry": 2}
    assert sum(links.values()) == 159


def test_linksets_call_the_authorities_by_the_names_of_the_settings(announcement: ox.Store) -> None:
    rdfs = "http://www.w3.org/2000/01/rdf-schema#"
    found = said(announcement, "?label", f"<dataset/links/gn> <{rdfs}label> ?label")
    assert found == [("liens vers : GeoNames",), ("links to GeoNames",)]
    target = said(announcement, "?label", f"<dataset/authority/lcsh> <{rdfs}label> ?label")
    assert ("Library of Congress Subject Headings: http://id.loc.gov/authorities/subjects/",) in target
    assert len(target) == 2


def test_the_parts_of_a_linkset_add_up(announcement: ox.Store) -> None:
    parts = "?set a void:Linkset ; void:triples ?n ; void:propertyPartition ?part . ?part void:triples ?m"
    sums: dict[tuple[str, str], int] = {}
    for linkset, total, _, number in said(announcement, "?set ?n ?part ?m", parts):
        sums[linkset, total] = sums.get((linkset, total), 0) + int(number)
    assert len(sums) == 8
    assert [total for (_, total), added in sums.items() if int(total) != added] == []
