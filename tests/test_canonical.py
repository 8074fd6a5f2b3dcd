import random
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgpub.canonical import canonical_lines, mentions_blank_node

LIST = "<a:s> <a:p> ( _:x [ <a:q> ( 1 2 ) ] _:y ) . _:x <a:r> _:y . _:y <a:r> _:x ."
RING = " ".join(f"_:n{i} <a:next> _:n{(i + 1) % 6} ." for i in range(6))
QUOTED = "_:a <a:says> <<( _:a <a:knows> _:b )>> . <a:c> <a:says> <<( <a:c> <a:knows> <<( _:b <a:p> 1 )>> )>> ."
NAMED = "GRAPH _:g { _:a <a:p> _:g } GRAPH <a:g> { _:a <a:p> _:b }"


def quads_in(trig: str) -> list[ox.Quad]:
    return list(ox.parse(trig, ox.RdfFormat.TRIG))


def renamed(quads: list[ox.Quad], shuffle: random.Random) -> Iterator[ox.Quad]:
    serialized = ox.serialize(shuffle.sample(quads, len(quads)), format=ox.RdfFormat.N_QUADS)
    assert serialized is not None
    return ox.parse(serialized, ox.RdfFormat.N_QUADS, rename_blank_nodes=True)


@pytest.mark.parametrize("trig", [LIST, RING, QUOTED, NAMED, f"{RING} {QUOTED} {NAMED}"])
@settings(max_examples=20)
@given(shuffle=st.randoms(use_true_random=False))
def test_neither_names_nor_order_of_blank_nodes_matter(trig: str, shuffle: random.Random) -> None:
    quads = quads_in(trig)
    assert sorted(canonical_lines(renamed(quads, shuffle))) == sorted(canonical_lines(quads))


def test_different_graphs_stay_different() -> None:
    triangles = "_:a <a:p> _:b . _:b <a:p> _:c . _:c <a:p> _:a . _:d <a:p> _:e . _:e <a:p> _:f . _:f <a:p> _:d ."
    hexagon = RING.replace("next", "p")
    assert sorted(canonical_lines(quads_in(triangles))) != sorted(canonical_lines(quads_in(hexagon)))


def test_a_quad_without_blank_nodes_plays_no_part_in_the_naming() -> None:
    rest = quads_in('<a:s> <a:p> <a:o> , "_:x" , <<( <a:s> <a:p> "_:x" )>> .')
    alone, together = set(canonical_lines(quads_in(LIST))), set(canonical_lines([*quads_in(LIST), *rest]))
    assert together - alone == {f"{quad} ." for quad in rest}


@pytest.mark.parametrize("trig", [
    "_:a <a:p> 1 .", "<a:s> <a:p> _:a .", "GRAPH _:g { <a:s> <a:p> 1 }",
    "<a:s> <a:p> <<( _:a <a:p> 1 )>> .", "<a:s> <a:p> <<( <a:s> <a:p> <<( <a:s> <a:p> _:b )>> )>> .",
])  # fmt: skip
def test_a_blank_node_is_found_wherever_it_stands(trig: str) -> None:
    assert [mentions_blank_node(quad) for quad in quads_in(trig)] == [True]


@pytest.mark.parametrize("trig", ['<a:s> <a:p> "_:b" .', "<a:s_:b> <a:p> <<( <a:s> <a:p> '_:b' )>> ."])
def test_what_only_looks_like_a_blank_node_is_none(trig: str) -> None:
    assert [mentions_blank_node(quad) for quad in quads_in(trig)] == [False]
