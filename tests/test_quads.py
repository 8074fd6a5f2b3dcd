"""Quads in several orders: every pattern against what a look at every quad finds."""

import random
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from itertools import combinations
from pathlib import Path

import pytest

from kgpub.errors import ReleaseMissing
from kgpub.quad_index import ROWS_A_BLOCK, write_quad_index
from kgpub.quad_orders import GRAPH, OBJECT, ORDERS, PREDICATE, SUBJECT, order_for
from kgpub.quads import Quads
from kgpub.rows import Row, rows_of

PLACES = (SUBJECT, PREDICATE, OBJECT, GRAPH)
QUOTED = "<http://e/quoted"
#: Terms that begin alike, end in what other terms go on with, or hold what separates terms elsewhere.
SUBJECTS = [
    "<http://e/a>",
    "<http://e/a/b>",
    "<http://e/ab>",
    "<http://e/é>",
    "<http://e/\U0001f600>",
    "_:c14n1",
    "_:c14n10",
]
PREDICATES = ["<http://e/p>", "<http://e/p1>", "<http://e/q>"]
OBJECTS = [
    *SUBJECTS, '"a"', '"a b"', '"a"@en', '"a"@en-ca', '"a"^^<http://e/t>', '"tab\\tand\\n"', '"\\"a\\" <http://e/g> ."',
    '""', '"\\u0001"', f'"{"long " * 500}"', f'"{"long " * 500}er"',
]  # fmt: skip
GRAPHS = ["", "<http://e/g>", "<http://e/g2>", f"{QUOTED}>", f"{QUOTED}/2>", "_:c14n7"]


def in_union(graph: str) -> bool:
    return not graph.startswith(QUOTED[1:])


def lines_of(rows: Iterable[Row]) -> list[str]:
    return sorted(f"{' '.join(row).rstrip()} ." for row in rows)


def written(
    folder: Path, lines: Sequence[str], in_default_graph: Callable[[str], bool] = in_union, largest_graph: str = ""
) -> Quads:
    write_quad_index(folder / "quads.sqlite", lambda: lines, in_default_graph, largest_graph)
    return Quads(folder / "quads.sqlite")


def random_rows(number: int, seed: int = 1) -> set[Row]:
    choose = random.Random(seed).choice  # noqa: S311 (test data)
    return {(choose(SUBJECTS), choose(PREDICATES), choose(OBJECTS), choose(GRAPHS)) for _ in range(number)}


def found(quads: Quads, terms: Mapping[int, str], *, is_merge: bool = False) -> list[Row]:
    run = quads.matching(terms, is_merge=is_merge)
    rows = list(quads.slice(run, 0, run.size))
    assert len(rows) == run.size
    return rows


def matching(rows: Iterable[Row], terms: Mapping[int, str]) -> set[Row]:
    return {row for row in rows if all(row[place] == term for place, term in terms.items())}


def patterns(rows: Iterable[Row], places: Sequence[int]) -> Iterable[dict[int, str]]:
    """Yield every choice of places with the terms of some quads, and with a term that is nowhere."""
    nowhere = ("<http://e/a>", "<http://e/p2>", '"a"@e', "<http://e/g3>")
    some = [*random.Random(2).sample(sorted(rows), 25), nowhere]  # noqa: S311 (test data)
    for size in range(len(places) + 1):
        for chosen in combinations(places, size):
            yield from ({place: row[place] for place in chosen} for row in some)


def test_there_is_an_order_for_each_choice_of_terms() -> None:
    for size in range(5):
        for chosen in combinations(PLACES, size):
            order = order_for(set(chosen))
            assert set(order.terms[:size]) == set(chosen)
    assert [order.letter for order in ORDERS] == sorted(order.letter for order in ORDERS)


@pytest.mark.parametrize("largest_graph", ["", *GRAPHS[1:]])
def test_quads_are_found_by_any_of_their_terms(tmp_path: Path, largest_graph: str) -> None:
    rows = random_rows(900)
    assert len(rows) > 4 * ROWS_A_BLOCK
    quads = written(tmp_path, lines_of(rows), largest_graph=largest_graph)
    for terms in patterns(rows, PLACES):
        if terms.get(GRAPH) == "":
            continue  # the default graph is asked as such
        result = found(quads, terms)
        assert len(result) == len(set(result))
        assert set(result) == matching(rows, terms), terms


def test_a_graph_that_is_spoken_of_is_not_taken_for_its_quads(tmp_path: Path) -> None:
    """Where rows are told by how they end, a graph's name may stand elsewhere in them."""
    graph, other, term = "<http://e/g>", "<http://e/g2>", "<http://e/a>"
    rows = [
        (graph, graph, graph, other),
        (graph, graph, graph, graph),
        (term, term, graph, other),
        (term, graph, term, other),
    ]
    quads = written(tmp_path, lines_of(rows), largest_graph=graph)
    assert found(quads, {GRAPH: graph}) == [rows[1]]
    for place in PLACES[:3]:
        assert found(quads, {GRAPH: graph, place: graph}) == [rows[1]]
        assert found(quads, {GRAPH: graph, place: term}) == []
    assert len(found(quads, {GRAPH: other})) == 3


def test_the_largest_graph_is_not_written_twice(tmp_path: Path) -> None:
    rows = lines_of((f"<http://e/{number:05}>", PREDICATES[0], '"x"', GRAPHS[1]) for number in range(10 * ROWS_A_BLOCK))
    small = (("<http://e/z>", PREDICATES[0], '"z"', GRAPHS[2]),)
    quads = written(tmp_path, sorted([*rows, *lines_of(small)]), largest_graph=GRAPHS[1])
    with closing(sqlite3.connect(tmp_path / "quads.sqlite")) as database:
        (blocks,) = database.execute("SELECT count(*) FROM block").fetchone()
    assert blocks == 3 * 11 + 3
    run = quads.matching({GRAPH: GRAPHS[1], PREDICATE: PREDICATES[0]})
    assert run.size == 10 * ROWS_A_BLOCK
    assert [row[0] for row in quads.slice(run, 1_000, 3)] == [
        f"<http://e/{number:05}>" for number in (1_000, 1_001, 1_002)
    ]


@pytest.mark.parametrize("is_union", [True, False])
def test_the_default_graph_has_each_triple_once_and_nothing_quoted(tmp_path: Path, *, is_union: bool) -> None:
    rows = random_rows(900)
    quads = written(tmp_path, lines_of(rows), in_union if is_union else lambda _: False)
    merged = {(*row[:3], "") for row in rows if row[3] == "" or (is_union and not row[3].startswith(QUOTED))}
    for terms in patterns(rows, PLACES[:3]):
        result = found(quads, terms, is_merge=True)
        assert len(result) == len(set(result))
        assert set(result) == matching(merged, terms), terms


def test_any_part_of_a_run_is_read_by_itself(tmp_path: Path) -> None:
    rows = random_rows(900)
    quads = written(tmp_path, lines_of(rows))
    for is_merge in (False, True):
        run = quads.matching({}, is_merge=is_merge)
        whole = list(quads.slice(run, 0, run.size))
        assert run.size > ROWS_A_BLOCK
        for offset in range(0, run.size + 2, 7):
            assert list(quads.slice(run, offset, 10)) == whole[offset : offset + 10]


def test_long_stretches_of_quoted_rows_are_not_read(tmp_path: Path) -> None:
    quoted = [(f"<http://e/{number:05}>", PREDICATES[0], '"x"', f"{QUOTED}>") for number in range(20 * ROWS_A_BLOCK)]
    asserted = [
        ("<http://e/00000>", PREDICATES[0], '"y"', GRAPHS[1]),
        ("<http://e/z>", PREDICATES[0], '"z"', GRAPHS[1]),
    ]
    quads = written(tmp_path, lines_of([*quoted, *asserted]))
    blocks = []
    quads._database.set_trace_callback(lambda sql: blocks.append(sql) if "body" in sql else None)  # noqa: SLF001 (is what is tested)
    assert len(found(quads, {PREDICATE: PREDICATES[0]}, is_merge=True)) == 2
    assert len(blocks) <= 4


def test_a_release_without_quads_or_without_graphs_has_empty_runs(tmp_path: Path) -> None:
    for name, rows in (("empty", []), ("triples", [("<http://e/a>", "<http://e/p>", '"a"', "")])):
        (tmp_path / name).mkdir()
        quads = written(tmp_path / name, lines_of(rows))
        assert found(quads, {}) == rows
        for place in PLACES:
            assert found(quads, {place: "<http://e/none>"}) == []
        assert found(quads, {}, is_merge=True) == rows


def test_where_a_block_begins_is_told_by_few_characters(tmp_path: Path) -> None:
    """A key that held the whole row would hold every long literal twice."""
    rows = [("<http://e/a>", "<http://e/p>", f'"{number:05}{"x" * 3_000}"', "") for number in range(3 * ROWS_A_BLOCK)]
    written(tmp_path, lines_of(rows))
    with closing(sqlite3.connect(tmp_path / "quads.sqlite")) as database:
        assert database.execute("SELECT max(length(key)) FROM start").fetchone()[0] < 100


def test_long_rows_come_few_to_a_block(tmp_path: Path) -> None:
    """A reader keeps blocks: texts of 50 kB must not fill its memory."""
    rows = [("<http://e/a>", "<http://e/p>", f'"{number:05}{"x" * 50_000}"', "") for number in range(40)]
    quads = written(tmp_path, lines_of(rows))
    assert found(quads, {}) == rows
    with closing(sqlite3.connect(tmp_path / "quads.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM block").fetchone()[0] == 3 * 20


def test_the_file_is_the_same_for_the_same_quads(tmp_path: Path) -> None:
    lines = lines_of(random_rows(500))
    for name in "ab":
        write_quad_index(tmp_path / name, lambda: lines, in_union, GRAPHS[1])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_lines_and_rows_are_the_same_terms(tmp_path: Path) -> None:
    rows = random_rows(300)
    assert set(rows_of(lines_of(rows))) == set(found(written(tmp_path, lines_of(rows)), {}))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReleaseMissing, match="kgpub build"):
        Quads(tmp_path / "quads.sqlite")
