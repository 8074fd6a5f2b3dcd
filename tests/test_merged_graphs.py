"""Several graphs make a default graph in which a triple stands once (SPARQL 1.1 Query, section 13.2)."""

import pytest
from pyoxigraph import NamedNode

from kgpub import merged_graphs
from kgpub.lexical_forms import LexicalForms
from kgpub.lexical_rewriting import LexicalRewriting
from kgpub.merged_graphs import MergedGraphs
from kgpub.standard_rewriting import StandardRewriting, with_data_set
from trig_store import PREFIX, E, rows_of, store_of, table

PLAIN = LexicalRewriting(LexicalForms())
STORE = store_of(":g1 { :a :p :b , _:n . :c :p :d } :g2 { :a :p :b , _:n } :g3 { :e :p :f } :a :p :b .")
ONE, TWO, THREE = (NamedNode(f"{E}g{number}") for number in (1, 2, 3))


def count(text: str, **options: object) -> int:
    chosen = with_data_set(PREFIX + text, {"base_iri": E, **options})
    store, chosen = StandardRewriting(STORE, PLAIN).store_for(chosen)
    return sum(rows_of(store, text, **chosen).values())


def test_a_triple_of_two_graphs_comes_once() -> None:
    assert count("SELECT * FROM :g1 FROM <g2> { ?s ?p ?o }") == 3
    assert count("SELECT * { ?s ?p ?o }", default_graph=[ONE, TWO, THREE], named_graphs=[]) == 4
    assert count("SELECT * FROM :g1 FROM :g3 { ?s ?p ?o }") == 4
    assert count("SELECT * FROM :g1 { ?s ?p ?o }") == 3
    assert count("SELECT * { ?s ?p ?o }") == 1


def test_named_graphs_are_those_of_the_data_set() -> None:
    asked = "{ GRAPH ?g { ?s ?p ?o } }"
    assert count(f"SELECT * FROM :g1 FROM :g2 FROM NAMED :g3 {asked}") == 1
    assert count(f"SELECT * FROM :g1 FROM :g2 {asked}") == 0
    assert count(f"SELECT * {asked}", default_graph=[ONE, TWO], named_graphs=[TWO]) == 2
    assert count(f"SELECT * {asked}", default_graph=[ONE, TWO]) == 6


def test_a_graph_is_in_a_data_set_once() -> None:
    assert count("SELECT * FROM :g1 FROM <g1> { ?s ?p ?o }") == 3
    assert count("SELECT * FROM NAMED <g1> from named :g1 { GRAPH ?g { ?s ?p ?o } }") == 3


def test_what_needs_no_merge_has_none() -> None:
    merged = MergedGraphs(STORE)
    assert merged.of([ONE], [TWO]) is None
    assert merged.of([ONE, ONE], []) is None
    assert merged.of([ONE, THREE], []) is None
    assert merged.of([TWO, ONE], []) is merged.of([ONE, TWO], []) is not None


def test_large_graphs_are_not_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merged_graphs, "MOST_TRIPLES", 4)
    assert MergedGraphs(STORE).of([ONE, TWO], []) is None
    monkeypatch.setattr(merged_graphs, "MOST_TRIPLES", 5)
    assert MergedGraphs(STORE).of([ONE, TWO], [ONE]) is not None
    assert MergedGraphs(STORE).of([ONE, TWO], [ONE, TWO, THREE]) is None


def test_a_query_that_is_none_is_left_to_the_engine() -> None:
    chosen = with_data_set("SELECT * FROM no:prefix FROM <a b> { }", {"base_iri": E})
    store, options = StandardRewriting(STORE, PLAIN).store_for(chosen)
    assert (store, options) == (STORE, {"base_iri": E})
    assert rows_of(STORE, "ASK { }") == table({})
