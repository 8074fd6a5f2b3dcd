"""Every syntax of a document, read by somebody else's parser."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from kgpub.description import describe
from kgpub.documents import Documents
from kgpub.errors import NotAcceptable
from kgpub.formats import DESCRIPTION_CSV, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from kgpub.listing import list_description
from kgpub.lookup import Page
from kgpub.representation import represent, serialize_lines
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.site import Site
from projects import EX, serve_ad_hoc

THINGS = [
    *("id/ccr", "id/stca", "id/claim-s05-c1", "id/span-1015-1164", "id/prop-withdraw"),
    *("ontology/Claim", "ontology/", "voc/polarity", "shapes/PositionShape", "graph/claims", "dataset"),
]


def written(site: Site, local: str, fmt: Format) -> bytes:
    description = describe(site, site.base.resolve(local))
    assert description is not None
    return represent(site, description, fmt)


@pytest.mark.parametrize("local", THINGS)
def test_every_triple_syntax_says_the_same(site: Site, local: str) -> None:
    turtle = Graph().parse(data=written(site, local, TURTLE), format="turtle")
    assert len(turtle) > 5
    for fmt, name in ((N_TRIPLES, "nt"), (JSON_LD, "json-ld"), (RDF_XML, "xml")):
        assert isomorphic(turtle, Graph().parse(data=written(site, local, fmt), format=name)), fmt.name


@pytest.mark.parametrize("local", THINGS)
def test_the_default_graph_of_every_quad_syntax_says_the_same_too(site: Site, local: str) -> None:
    turtle = Graph().parse(data=written(site, local, TURTLE), format="turtle")
    for fmt, name in ((TRIG, "trig"), (N_QUADS, "nquads")):
        dataset = Dataset()
        dataset.parse(data=written(site, local, fmt), format=name)
        assert isomorphic(turtle, dataset.default_graph), fmt.name


def test_a_quoted_graph_is_quoted_in_trig_and_absent_from_turtle(site: Site) -> None:
    event_type = "http://semanticweb.cs.vu.nl/2009/11/sem/eventType"
    assert event_type not in written(site, "id/prop-withdraw", N_TRIPLES).decode()
    quoted = [line for line in written(site, "id/prop-withdraw", N_QUADS).decode().splitlines() if event_type in line]
    assert quoted
    assert all(line.endswith("<https://w3id.org/stca-kg/id/prop-withdraw> .") for line in quoted)


def test_the_same_document_is_the_same_bytes_every_time(site: Site) -> None:
    for fmt in (TURTLE, JSON_LD, RDF_XML, TRIG, N_QUADS, N_TRIPLES):
        assert len({written(site, "id/ccr", fmt) for _ in range(5)}) == 1, fmt.name


def test_a_predicate_without_xml_name_is_refused_in_rdf_xml_alone() -> None:
    lines = ['<http://e/s> <http://e/1> "x" .']
    with pytest.raises(NotAcceptable, match="XML name"):
        serialize_lines(lines, RDF_XML, {})
    assert len(Graph().parse(data=serialize_lines(lines, TURTLE, {}), format="turtle")) == 1


def test_a_type_without_xml_name_is_written_in_rdf_xml_all_the_same() -> None:
    lines = [
        "<http://e/s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/1> .",
        '<http://e/s> <http://e/p> "x" .',
    ]
    assert len(Graph().parse(data=serialize_lines(lines, RDF_XML, {}), format="xml")) == 2
    with pytest.raises(NotAcceptable, match="nothing else is said"):
        serialize_lines(lines[:1], RDF_XML, {})


def test_line_ends_survive_rdf_xml() -> None:
    lines = ['<http://e/s> <http://e/p> "a\\r\\nb\\rc" .']
    graph = Graph().parse(data=serialize_lines(lines, RDF_XML, {}), format="xml")
    assert [str(value) for value in graph.objects()] == ["a\r\nb\rc"]
    with pytest.raises(NotAcceptable, match="U\\+0007"):
        serialize_lines(['<http://e/s> <http://e/p> "a\\u0007" .'], RDF_XML, {})


def test_the_table_has_a_row_for_each_statement_of_the_thing(site: Site) -> None:
    rows = list(csv.DictReader(written(site, "id/claim-s05-c1", DESCRIPTION_CSV).decode().splitlines()))
    held_by = [row for row in rows if row["property"] == "https://w3id.org/stca-kg/ontology/heldBy"]
    assert [row["value_label"] for row in held_by] == ["Canadian Council for Refugees"]


def test_only_prefixes_in_use_are_declared(site: Site) -> None:
    header = [line for line in written(site, "id/ccr", TURTLE).decode().splitlines() if line.startswith("@prefix")]
    assert header == sorted(header)
    assert not any(line.startswith("@prefix eli:") for line in header)


def test_a_document_is_the_same_bytes_whatever_was_asked_before(site: Site) -> None:
    asked_first = {fmt: written(fresh(site), "id/ccr", fmt) for fmt in (TURTLE, JSON_LD, N_QUADS)}
    warm = fresh(site)
    for local in THINGS:
        written(warm, local, TURTLE)
    assert {fmt: written(warm, "id/ccr", fmt) for fmt in asked_first} == asked_first


def test_a_list_is_the_same_bytes_whatever_was_asked_before(site: Site) -> None:
    iri, type_ = site.base.resolve("ontology/Claim"), "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    found = []
    for locals_ in ((), THINGS):
        asked = fresh(site)
        for local in locals_:
            written(asked, local, TURTLE)
        listing = list_description(asked, Page(iri, 1, type_))
        found.append(represent(asked, listing, N_TRIPLES))
    assert found[0] == found[1]


def fresh(site: Site) -> Site:
    """A site that has not read anything yet."""
    return replace(site, documents=Documents(site.release.index))


def test_without_named_graphs_every_syntax_says_the_same(tmp_path: Path) -> None:
    turtle = EX + "ex:a ex:p ex:b , [ ex:q 1 ] . ex:b rdfs:label 'B' . ex:c ex:p ex:a ; rdfs:label 'C' ."
    rdfs = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    site = open_site(serve_ad_hoc(tmp_path, {"x.ttl": rdfs + turtle}), QuerySettings(), "")
    expected = Graph().parse(data=written(site, "a", TURTLE), format="turtle")
    assert len(expected) == 9
    for fmt, name in ((TRIG, "trig"), (N_QUADS, "nquads")):
        dataset = Dataset()
        dataset.parse(data=written(site, "a", fmt), format=name)
        assert isomorphic(expected, dataset.default_graph), fmt.name
        assert [graph.identifier for graph in dataset.graphs() if len(graph)] == [dataset.default_graph.identifier]
    lines = written(site, "a", N_QUADS).splitlines()
    assert len(lines) == len(set(lines))


def test_without_a_merge_the_default_graph_has_what_the_document_adds(tmp_path: Path) -> None:
    graph = "http://example.org/g"
    labels = "ex:b <http://www.w3.org/2000/01/rdf-schema#label> 'B' . ex:c ex:p ex:a ."
    trig = f"{EX} <{graph}> {{ ex:a ex:p ex:b , [ ex:q 1 ] . {labels} }}"
    site = open_site(serve_ad_hoc(tmp_path, {"x.trig": trig}), QuerySettings(), "")
    expected = Graph().parse(data=written(site, "a", TURTLE), format="turtle")
    for fmt, name in ((TRIG, "trig"), (N_QUADS, "nquads")):
        dataset = Dataset()
        dataset.parse(data=written(site, "a", fmt), format=name)
        together = Graph()
        for part in (dataset.default_graph, dataset.graph(graph)):
            together += part
        assert isomorphic(expected, together), fmt.name
        assert len(dataset.default_graph) + len(dataset.graph(graph)) == len(expected)
        assert len(dataset.graph(graph)) == 3
