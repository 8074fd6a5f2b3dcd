"""Bitmaps of a search index: what they hold, and that comparing them is comparing sets."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgpub.search_bitmaps import BITMAPS_READ, Bitmaps, Bits
from kgpub.search_marks import BITMAP_BYTES, BITMAP_SHIFT, packed, quoted, unpacked
from searching import index_of, thing

PART = 1 << BITMAP_SHIFT
SETS = {
    "dense": frozenset(range(1, 3 * PART, 61)),
    "sparse": frozenset(range(1, 3 * PART, 7_001)),
    "late": frozenset({2 * PART, 2 * PART + 8, 3 * PART - 1}),
    "none": frozenset[int](),
}


def bitmaps_of(sets: dict[str, frozenset[int]], things: int) -> Bitmaps:
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.executescript((Path(__file__).parents[1] / "src/kgpub/search.sql").read_text("utf-8"))
    database.execute("INSERT INTO thing VALUES (?, '', 0, '')", (things,))
    parts = (things >> BITMAP_SHIFT) + 1
    for at, (name, numbers) in enumerate(sets.items()):
        bits = bytearray(parts * BITMAP_BYTES)
        for number in numbers:
            bits[number >> 3] |= 1 << (number & 7)
        first = at * parts + 1
        database.execute("INSERT INTO common VALUES ('names', ?, ?)", (quoted(name), first))
        pieces = (packed(bytes(bits[part * BITMAP_BYTES :][:BITMAP_BYTES])) for part in range(parts))
        database.executemany("INSERT INTO bitmap VALUES (?, ?)", enumerate(pieces, first))
    return Bitmaps(database)


@pytest.fixture(scope="module")
def bitmaps() -> Bitmaps:
    return bitmaps_of(SETS, 3 * PART - 1)


def bits_of(bitmaps: Bitmaps, names: Iterable[str], others: Iterable[int] = ()) -> Bits:
    firsts = [bitmaps.first("names", quoted(name)) for name in names]
    return Bits(tuple(first for first in firsts if first is not None), sorted(others))


some_names = st.lists(st.sampled_from(sorted(SETS)), min_size=1, max_size=2, unique=True)
few_things = st.frozensets(st.integers(1, 3 * PART - 1), max_size=9)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(some_names, few_things), min_size=1, max_size=3), st.sampled_from([1, 5, 501, 10**9]))
def test_what_is_in_all_sets_is_found_in_order(
    bitmaps: Bitmaps, asked: list[tuple[list[str], frozenset[int]]], limit: int
) -> None:
    wanted = frozenset.intersection(
        *(frozenset().union(*(SETS[name] for name in names), more) for names, more in asked)
    )
    found, is_complete = bitmaps.common([bits_of(bitmaps, names, more) for names, more in asked], limit)
    assert found == sorted(wanted)[:limit]
    assert is_complete is True


@settings(max_examples=50, deadline=None)
@given(few_things, some_names, few_things)
def test_what_of_few_things_is_in_a_set_is_found(
    bitmaps: Bitmaps, things: frozenset[int], names: list[str], others: frozenset[int]
) -> None:
    wanted = things & frozenset().union(*(SETS[name] for name in names), others)
    assert bitmaps.among(sorted(things), bits_of(bitmaps, names, others)) == sorted(wanted)


def test_no_more_than_a_number_of_bitmaps_is_read_and_it_is_said() -> None:
    parts = BITMAPS_READ // 2 + 1
    numbers = frozenset({5, (parts - 2) * PART + 5, (parts - 1) * PART + 5})
    large = bitmaps_of({"one": numbers, "two": numbers}, parts * PART - 1)
    sets = [bits_of(large, ["one"]), bits_of(large, ["two"])]
    assert large.common(sets, 501) == (sorted(numbers)[:2], False)
    assert large.common(sets[:1], 501) == (sorted(numbers), True)


@pytest.mark.parametrize("step", [2, 9, 100, 5_000])
def test_a_bitmap_is_packed_where_that_is_worth_it_and_comes_back_the_same(step: int) -> None:
    bits = sum(1 << at for at in range(0, PART, step)).to_bytes(BITMAP_BYTES, "little")
    assert unpacked(packed(bits)) == bits
    assert len(packed(bits)) <= BITMAP_BYTES


def test_an_index_of_few_things_has_no_bitmaps(tmp_path: Path) -> None:
    path = index_of(tmp_path, thing("a", "Alpha")) / "search.sqlite"
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT (SELECT COUNT(*) FROM common), (SELECT COUNT(*) FROM bitmap)").fetchone() == (
            0,
            0,
        )
