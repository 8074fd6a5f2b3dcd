"""Fragments page by page: nothing twice, nothing left out, totals that are so or say that they may be less."""

from collections.abc import Sequence

import pytest

from kgpub.fragment import QUADS_A_PAGE, Fragment, FragmentPage
from kgpub.patterns import Pattern
from kgpub.quad_index import write_quad_index
from kgpub.quad_orders import OBJECT, PREDICATE, SUBJECT
from kgpub.quads import Quads
from kgpub.rows import Row

P = "<x:p>"
#: Each of 300 things knows the next three, and every tenth one itself.
ROWS = [
    (f"<x:{number}>", P, f"<x:{other}>", "")
    for number in range(300)
    for other in [*range(number + 1, number + 4), *([number] if number % 10 == 0 else [])]
]


@pytest.fixture(scope="module")
def quads(tmp_path_factory: pytest.TempPathFactory) -> Quads:
    file = tmp_path_factory.mktemp("fragment") / "quads.sqlite"
    write_quad_index(file, lambda: sorted(f"{s} {p} {o} ." for s, p, o, _ in ROWS), lambda _: True)
    return Quads(file)


def pages(quads: Quads, patterns: Sequence[Pattern]) -> list[FragmentPage]:
    fragment = Fragment(quads, patterns)
    found, offset = [], 0
    while True:
        page = fragment.page(offset)
        assert page is not None
        found.append(page)
        if page.next_offset is None:
            return found
        assert page.next_offset > offset
        offset = page.next_offset


def rows_on(all_pages: Sequence[FragmentPage]) -> list[Row]:
    return [row for page in all_pages for row in page.rows]


def test_the_pages_of_a_pattern_hold_each_quad_once(quads: Quads) -> None:
    all_pages = pages(quads, [Pattern({PREDICATE: P}, is_merge=True)])
    assert {len(page.rows) for page in all_pages[:-1]} == {QUADS_A_PAGE}
    assert sorted(rows_on(all_pages)) == sorted(ROWS)
    assert {(page.total, page.is_exact) for page in all_pages} == {(len(ROWS), True)}
    assert [page.previous_offset for page in all_pages][:3] == [None, 0, QUADS_A_PAGE]


def test_a_fragment_that_fills_its_last_page_has_no_empty_one_behind(quads: Quads) -> None:
    fragment = Fragment(quads, [Pattern({PREDICATE: P}, is_merge=True)])
    last = fragment.page(len(ROWS) - QUADS_A_PAGE)
    assert last is not None
    assert (len(last.rows), last.next_offset) == (QUADS_A_PAGE, None)
    assert fragment.page(len(ROWS)) is None
    assert fragment.page(10**14) is None


def test_a_fragment_without_matches_has_one_page_that_says_so(quads: Quads) -> None:
    for patterns in ([Pattern({PREDICATE: "<x:none>"}, is_merge=True)], []):
        page = Fragment(quads, patterns).page(0)
        assert page == FragmentPage((), 0, is_exact=True, offset=0, next_offset=None)


def test_a_variable_in_two_places_passes_rows_over(quads: Quads) -> None:
    itself = Pattern({PREDICATE: P}, {SUBJECT: "x", OBJECT: "x"}, is_merge=True)
    all_pages = pages(quads, [itself])
    assert sorted(rows_on(all_pages)) == sorted(row for row in ROWS if row[0] == row[2])
    assert all_pages[0].total >= 30
    assert all_pages[0].total == 30 or not all_pages[0].is_exact


def test_one_page_reads_a_bounded_number_of_rows(quads: Quads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgpub.fragment._ROWS_READ", 50)
    itself = Pattern({PREDICATE: P}, {SUBJECT: "x", OBJECT: "x"}, is_merge=True)
    all_pages = pages(quads, [itself])
    assert len(all_pages) == -(-len(ROWS) // 50)
    assert sorted(rows_on(all_pages)) == sorted(row for row in ROWS if row[0] == row[2])
    assert {(page.total, page.is_exact) for page in all_pages} == {(len(ROWS), False)}
    assert all(page.previous_offset is None for page in all_pages)


def test_bound_patterns_follow_each_other_over_pages(quads: Quads) -> None:
    subjects = [f"<x:{number}>" for number in range(60)]
    all_pages = pages(quads, [Pattern({SUBJECT: subject}, is_merge=True) for subject in subjects])
    expected = [row for row in ROWS if row[0] in subjects]
    assert len(all_pages) == 2
    assert sorted(rows_on(all_pages)) == sorted(expected)
    assert {(page.total, page.is_exact) for page in all_pages} == {(len(expected), True)}


def test_what_two_patterns_share_is_shown_once(quads: Quads) -> None:
    shared = [Pattern({SUBJECT: "<x:5>"}, is_merge=True), Pattern({OBJECT: "<x:6>"}, is_merge=True)]
    rows = rows_on(pages(quads, shared))
    assert sorted(rows) == sorted({row for row in ROWS if row[0] == "<x:5>" or row[2] == "<x:6>"})


def test_a_repeated_variable_and_a_bound_one_are_each_other_s_complement(quads: Quads) -> None:
    itself = Pattern({PREDICATE: P}, {SUBJECT: "x", OBJECT: "x"}, is_merge=True)
    bindings = [Pattern({SUBJECT: f"<x:{n}>", PREDICATE: P, OBJECT: f"<x:{n}>"}, is_merge=True) for n in (10, 11, 20)]
    assert sorted(rows_on(pages(quads, [itself, *bindings]))) == sorted(row for row in ROWS if row[0] == row[2])
    assert sorted(rows_on(pages(quads, bindings))) == sorted(
        row for row in ROWS if row[0] == row[2] in ("<x:10>", "<x:20>")
    )


def test_a_fragment_of_many_patterns_that_share_quads_is_read_in_bounded_time(quads: Quads) -> None:
    """Each row is compared with shapes of patterns, not with the patterns."""
    mixed = [Pattern({place: f"<x:{n}>"}, is_merge=True) for n in range(50) for place in (SUBJECT, OBJECT)]
    expected = {row for row in ROWS if int(row[0][3:-1]) < 50 or int(row[2][3:-1]) < 50}
    assert sorted(rows_on(pages(quads, mixed))) == sorted(expected)
