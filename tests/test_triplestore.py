from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgpub.triplestore import Triplestore

LINES = [
    "<a:s> <a:p> <a:o> <a:asserted> .",
    "<a:s> <a:p> <a:o> <a:quoted> .",
    "<a:s> <a:p> <a:o> <a:too> .",
    "<a:s> <a:p> _:c14n0 <a:asserted> .",
    '_:c14n0 <a:p> "in a list, _:b" <a:asserted> .',
    "_:c14n0 <a:p> <a:q> <a:quoted> .",
    "<a:s> <a:p> <a:plain> .",
    "<a:s> <a:p> <a:blank> _:c14n1 .",
]


def in_default_graph(graph: str) -> bool:
    return graph != "a:quoted"


def loaded(folder: Path, in_default_graph: Callable[[str], bool]) -> ox.Store:
    store = ox.Store(folder / "store")
    Triplestore(store).add_lines(folder, sorted(LINES), in_default_graph)
    return store


@pytest.fixture
def store(tmp_path: Path) -> ox.Store:
    return loaded(tmp_path, in_default_graph)


def ask(store: ox.Store, pattern: str) -> bool:
    return bool(store.query(f"ASK {{ {pattern} }}"))


def count(store: ox.Store, pattern: str) -> int:
    solutions = store.query(f"SELECT * {{ {pattern} }}")
    assert isinstance(solutions, ox.QuerySolutions)
    return len(list(solutions))


def test_the_default_graph_holds_a_triple_of_two_graphs_once(store: ox.Store) -> None:
    assert count(store, "<a:s> <a:p> <a:o>") == 1
    assert count(store, "GRAPH ?g { <a:s> <a:p> <a:o> }") == 3


def test_what_is_only_quoted_is_not_in_the_default_graph(store: ox.Store) -> None:
    assert not ask(store, "?s ?p <a:q>")
    assert ask(store, "GRAPH <a:quoted> { ?s ?p <a:q> }")


def test_triples_outside_a_graph_and_in_a_graph_named_by_a_blank_node_are_there(store: ox.Store) -> None:
    assert ask(store, "<a:s> <a:p> <a:plain> , <a:blank>")


def test_a_blank_node_is_the_same_in_all_graphs(store: ox.Store) -> None:
    assert ask(store, 'GRAPH <a:asserted> { <a:s> <a:p> ?b } ?b <a:p> "in a list, _:b" GRAPH <a:quoted> { ?b ?p ?o }')


def test_what_is_added_later_speaks_of_the_same_blank_nodes(store: ox.Store, tmp_path: Path) -> None:
    Triplestore(store).add_lines(tmp_path, ["_:c14n0 <a:p> <a:later> <a:inferred> ."], in_default_graph)
    assert ask(store, '<a:s> <a:p> ?b . ?b <a:p> "in a list, _:b" , <a:later> GRAPH <a:inferred> { ?b ?p <a:later> }')


def test_without_a_merge_the_default_graph_holds_its_own_triples_only(tmp_path: Path) -> None:
    store = loaded(tmp_path, lambda _: False)
    assert count(store, "?s ?p ?o") == 1


def test_what_the_engine_deviates_in_is_asked_in_other_words(store: ox.Store) -> None:
    solutions = Triplestore(store).query(
        "SELECT ?g { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } FILTER(?n = 2) }",
        named_graphs=[ox.NamedNode("a:quoted"), ox.NamedNode("a:too")],
    )
    assert isinstance(solutions, ox.QuerySolutions)
    assert [str(solution["g"]) for solution in solutions] == ["<a:quoted>"]


def test_nothing_but_the_store_is_left_behind(store: ox.Store, tmp_path: Path) -> None:
    assert len(store) > 0
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
