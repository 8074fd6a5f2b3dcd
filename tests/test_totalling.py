"""The totals of a release are what SPARQL counts in its store, or are left out."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kgpub.errors import ReleaseMissing
from kgpub.release import Release
from kgpub.totals import TOTALS_FILE, PropertyTotal, Totals, read_totals
from projects import BASE, EX, SETTINGS, build_project, release_of, serve_ad_hoc

QUOTED = SETTINGS + 'quoted_graphs = ["said-*"]\n'
RULE = f"PREFIX ex: <{BASE}> CONSTRUCT {{ ?s a ex:Known }} WHERE {{ ?s ex:p ?o }}"


def totals_of(release: Release) -> Totals:
    return read_totals(release.folder / TOTALS_FILE)


def table(release: Release, query: str) -> dict[str, tuple[int, ...]]:
    """Return the rows of a query by the first column, the others as numbers."""
    solutions = cast("QuerySolutions", Store.read_only(str(release.store)).query(query))
    rows = [tuple(solution) for solution in solutions]
    return {cast("NamedNode", row[0]).value: tuple(int(cast("Literal", n).value) for n in row[1:]) for row in rows}


def assert_counted(release: Release) -> None:
    """Every part that is known says what SPARQL counts."""
    totals = totals_of(release)
    size = "SELECT (1 AS ?one) (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) { ?s ?p ?o }"
    assert table(release, size) == {"1": (totals.triples, totals.subjects)}
    by_class = table(release, "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    assert {iri: (number,) for iri, number in (totals.classes or {}).items()} == by_class
    by_property = "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) { ?s ?p ?o } GROUP BY ?p"
    properties = {iri: (each.triples, each.subjects) for iri, each in (totals.properties or {}).items()}
    assert properties == table(release, by_property)
    assert_graphs_counted(release, totals.graphs)


def assert_graphs_counted(release: Release, graphs: Mapping[str, int] | None) -> None:
    by_graph = table(release, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert {iri: (number,) for iri, number in (graphs or {}).items()} == by_graph


def test_the_announcement_is_counted(announcement_release: Release) -> None:
    assert_counted(announcement_release)


def test_graphs_that_share_triples_quoted_ones_and_blank_nodes_are_counted(tmp_path: Path) -> None:
    files = {
        "data/a.ttl": EX + "ex:a a ex:C, ex:D ; ex:p 1, 2, [ ex:p ex:a ; a ex:C ] . ex:b ex:p ex:a .",
        "data/b.trig": EX + "GRAPH ex:g { ex:a a ex:C ; ex:p 1 . ex:c ex:q 1 } GRAPH <said-1> { ex:x a ex:E ; ex:p 9 }",
    }
    release = build_project(tmp_path, files, QUOTED).release
    assert_counted(release)
    assert BASE + "E" not in (totals_of(release).classes or {})


def test_what_rules_infer_is_counted(tmp_path: Path) -> None:
    files = {"data/a.ttl": EX + "ex:a ex:p 1 . ex:b a ex:Known ; ex:p 2 .", "ontology/known.rq": RULE}
    release = build_project(tmp_path, files, SETTINGS).release
    assert_counted(release)
    assert (totals_of(release).classes or {})[BASE + "Known"] == 2


def test_data_about_the_publisher_s_own_dataset_is_not_counted_twice(tmp_path: Path) -> None:
    ttl = "ex:dataset a <http://www.w3.org/ns/dcat#Dataset> ; ex:p 1 . ex:a ex:p ex:dataset ."
    repeated = f"GRAPH <{BASE}graph/catalog> {{ ex:dataset a <http://www.w3.org/ns/dcat#Dataset> }}"
    release = build_project(tmp_path, {"data/a.ttl": EX + ttl, "data/b.trig": EX + repeated}).release
    assert_counted(release)


def test_two_forms_of_a_value_are_two_triples(tmp_path: Path) -> None:
    release = release_of(tmp_path, "ex:a a ex:C ; ex:p 1.0, 1.00, 1 .")
    assert (totals_of(release).properties or {})[BASE + "p"] == PropertyTotal(3, 1)
    assert_counted(release)


@pytest.mark.parametrize("class_", ["[]", '"text"'])
def test_classes_without_an_iri_leave_no_table_of_classes(tmp_path: Path, class_: str) -> None:
    totals = totals_of(release_of(tmp_path, f"ex:a a ex:C, {class_} ."))
    assert totals.classes is None
    assert totals.properties is not None


def test_a_graph_that_a_blank_node_names_leaves_no_table_of_graphs(tmp_path: Path) -> None:
    release = serve_ad_hoc(tmp_path, {"x.trig": EX + "GRAPH ex:g { ex:a ex:p 1 } GRAPH _:b { ex:a ex:p 2 }"})
    assert totals_of(release).graphs is None


@pytest.mark.parametrize("union", [False, True])
def test_files_served_as_they_are_are_counted_without_subjects_of_properties(tmp_path: Path, *, union: bool) -> None:
    release = serve_ad_hoc(tmp_path, {"x.ttl": EX + "ex:a a ex:C ; ex:p 1, 2 ."}, union=union)
    totals = totals_of(release)
    assert (totals.triples, totals.subjects, totals.classes) == (3, 1, {BASE + "C": 1})
    assert (totals.properties or {})[BASE + "p"] == PropertyTotal(2, None)


def test_where_named_graphs_stay_apart_they_alone_are_counted(tmp_path: Path) -> None:
    release = serve_ad_hoc(tmp_path, {"x.trig": EX + "ex:a a ex:C . GRAPH ex:g { ex:a a ex:C ; ex:p 1 }"})
    assert totals_of(release) == Totals(graphs={BASE + "g": 2})
    assert_graphs_counted(release, totals_of(release).graphs)


def test_very_many_classes_are_left_out(tmp_path: Path) -> None:
    lines = "".join(f"<{BASE}s> a <{BASE}c{n}> .\n" for n in range(10_001))
    totals = totals_of(serve_ad_hoc(tmp_path, {"x.ttl": lines}))
    assert (totals.classes, totals.triples) == (None, 10_001)


@pytest.mark.parametrize("text", [None, "", "[]", "{", '{"properties": 1}', '{"properties": {}, "more": 1}'])
def test_totals_that_are_lost_or_damaged_are_told(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / TOTALS_FILE
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(ReleaseMissing, match="kgpub build"):
        read_totals(path)
