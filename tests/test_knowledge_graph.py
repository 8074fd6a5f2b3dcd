"""A release, asked from Python."""

import gc
from pathlib import Path

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import SKOS

import kgpub
from kgpub.errors import NotDescribed, QueryMalformed, QueryOverBudget, ReleaseMissing
from kgpub.release import Release

CCR = "https://w3id.org/stca-kg/id/ccr"


def test_a_select_gives_rows(announcement_release: Release) -> None:
    with kgpub.open(announcement_release.folder) as kg:
        rows = list(
            kg.query(
                "SELECT ?n { <id/ccr> <http://www.w3.org/2004/02/skos/core#prefLabel> ?n FILTER(LANG(?n) = 'en') }"
            )
        )
    assert rows[0]["n"] == Literal("Canadian Council for Refugees", lang="en")  # type: ignore[index,call-overload]  # a row


def test_an_ask_gives_a_truth_value_and_a_construct_a_graph(announcement_release: Release) -> None:
    with kgpub.open(announcement_release.folder) as kg:
        assert kg.query("ASK { ?s ?p ?o }").askAnswer is True
        graph = kg.query("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3").graph
    assert graph is not None
    assert len(graph) == 3


def test_a_description_is_an_rdflib_graph(announcement_release: Release) -> None:
    with kgpub.open(announcement_release.folder.parent) as kg:
        graph = kg.describe(CCR)
        with pytest.raises(NotDescribed, match="nobody"):
            kg.describe("https://w3id.org/stca-kg/id/nobody")
    assert (URIRef(CCR), SKOS.prefLabel, Literal("Canadian Council for Refugees", lang="en")) in graph


def test_a_broken_or_endless_query_costs_an_exception(announcement_release: Release) -> None:
    with kgpub.open(announcement_release.folder, seconds=0.3) as kg:
        with pytest.raises(QueryMalformed):
            kg.query("SELECT nothing")
        with pytest.raises(QueryOverBudget):
            kg.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }")
        assert kg.query("ASK {}").askAnswer is True


def test_a_forgotten_graph_ends_its_process(announcement_release: Release) -> None:
    kg = kgpub.open(announcement_release.folder)
    end = kg._end  # noqa: SLF001 (what is tested is that nobody has to call it)
    del kg
    gc.collect()
    assert not end.alive


def test_what_is_no_release_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReleaseMissing, match="kgpub build"):
        kgpub.open(tmp_path)
