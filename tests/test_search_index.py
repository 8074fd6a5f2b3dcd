"""The search index: what is put into it, in which order, and that it is the same every time."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kgpub.label import Label
from kgpub.publication import Publication, SearchedProperties
from kgpub.search import Search
from kgpub.search_index import TEXT_CHARACTERS
from searching import COMMENT, index_of, search_of, thing

LINES = [
    *thing("a", "Alpha", "alt:First", "note:It begins.", types=["Letter"], links=2),
    *thing("b", "Beta@en", "Bêta@fr", types=["Letter", "Greek"], links=5),
    *thing("c", "note:Nameless"),
    "<a:d> <a:p> <a:b> .",
]


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_the_most_linked_thing_is_number_one(tmp_path: Path) -> None:
    path = index_of(tmp_path, LINES) / "search.sqlite"
    first = rows(path, "SELECT id, iri, degree FROM thing ORDER BY id LIMIT 3")
    assert first == [(1, "a:b", 6), (2, "a:a", 2), (3, "a:c", 0)]


def test_two_builds_write_the_same_bytes_and_leave_nothing_else(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("1", "2")]
    for folder in folders:
        folder.mkdir()
        index_of(folder, LINES)
        assert {found.name for found in folder.iterdir()} == {"index.sqlite", "search.sqlite"}
    first, second = ((folder / "search.sqlite").read_bytes() for folder in folders)
    assert first == second


def test_what_is_only_quoted_is_not_found(tmp_path: Path) -> None:
    search = search_of(tmp_path, ['<a:s> <http://www.w3.org/2000/01/rdf-schema#label> "said" <a:quoted> .', *LINES])
    assert search.find("said").total == 0
    assert search.find("alpha").total == 1


def test_a_label_in_several_graphs_counts_once(tmp_path: Path) -> None:
    label = '<a:s> <http://www.w3.org/2000/01/rdf-schema#label> "once"'
    path = index_of(tmp_path, [f"{label} <a:g> .", f"{label} <a:h> .", f"{label} ."]) / "search.sqlite"
    assert [texts.count("once") for (texts,) in rows(path, "SELECT texts FROM thing")] == [1]  # type: ignore[attr-defined]  # a text


def test_properties_of_the_settings_are_searched_first(tmp_path: Path) -> None:
    searched = SearchedProperties(labels=("heading",), alternatives=("a:short",), descriptions=("a:abstract",))
    lines = [
        '<a:s> <https://example.org/heading> "Own heading" .', '<a:s> <a:short> "OH" .', '<a:s> <a:abstract> "Long" .',
        '<a:s> <http://www.w3.org/2000/01/rdf-schema#label> "Usual label" .',
    ]  # fmt: skip
    search = search_of(tmp_path, lines, Publication("https://example.org/", search=searched))
    (hit,) = search.find("long").hits
    assert (hit.label.text, hit.matched.property, hit.match.name) == ("Own heading", "a:abstract", "NOTES")
    assert search.find("OH").hits[0].match.name == "EXACT"


def test_a_notation_is_another_name(tmp_path: Path) -> None:
    notation = "http://www.w3.org/2004/02/skos/core#notation"
    codes = [f'<a:s> <{notation}> "A.1.2" .', f'<a:s> <{notation}> "590"^^<a:dewey> .', f"<a:s> <{notation}> <a:b> ."]
    search = search_of(tmp_path, [*thing("s", "Birds"), *thing("t", "a list of 1 or 2", links=3), *codes])
    for code in ("A.1.2", "a.1.2", "590"):
        hit = search.find(code).hits[0]
        assert (hit.iri, hit.label.text, hit.matched.property) == ("a:s", "Birds", notation)


@pytest.mark.parametrize("asked", ["alice smith", "Alice_Sm", "alice"])
def test_what_nothing_names_is_found_by_the_end_of_its_iri(tmp_path: Path, asked: str) -> None:
    described = f'<http://e/Alice_Smith> <{COMMENT}> "of some town" .'
    search = search_of(tmp_path, ["<http://e/Alice_Smith> <a:knows> <http://e/Bob> .", described, *thing("b", "Bobby")])
    (hit,) = search.find(asked).hits
    assert (hit.iri, hit.label, hit.matched) == ("http://e/Alice_Smith", hit.matched, Label("Alice_Smith", "", ""))
    assert search.find("town").hits[0].label.text == "Alice_Smith"


def test_what_has_a_name_is_not_found_by_its_iri_nor_is_anything_by_a_number_or_a_digest(tmp_path: Path) -> None:
    others = [f"<http://e/{end}> <a:p> 1 ." for end in ("2026-00017", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")]
    search = search_of(tmp_path, [*thing("named", "Carol"), *others])
    for asked in ("named", "2026", "f81d4fae", "dec"):
        assert not search.find(asked).hits, asked


def test_a_long_text_is_cut_and_says_so(tmp_path: Path) -> None:
    text = "begin " + "x\\ny " * 1000 + "finish"
    search = search_of(tmp_path, [f'<a:s> <http://www.w3.org/2000/01/rdf-schema#comment> "{text}"@en .'])
    (hit,) = search.find("begin").hits
    assert len(hit.matched.text) == TEXT_CHARACTERS
    assert hit.matched.text.endswith("…")
    assert hit.matched.language == "en"
    assert search.find("finish").total == 0


def test_nothing_to_find_is_an_index_too(tmp_path: Path) -> None:
    search = search_of(tmp_path, [])
    assert search.find("anything").total == 0
    assert search.suggest("a") == ()


def test_no_query_of_a_search_scans_a_table(tmp_path: Path) -> None:
    """Each reads by number, by key, by a range of an index with a limit, or by a full-text index with a limit."""
    path = index_of(tmp_path, LINES) / "search.sqlite"
    search = Search(path)
    asked: list[str] = []
    search._database.set_trace_callback(asked.append)  # noqa: SLF001 (nothing else tells what SQLite was asked)
    for text in ("alpha", "alpha first", "begins al", "alfa", "alpha zzz", "al", "ALPHA", "gree alph"):
        search.find(text)
        search.find(text, types=["a:Letter"])
        search.suggest(text)
    queries = {query for query in asked if not query.startswith("--")}
    assert len(queries) > 20
    for query in queries:
        for *_, step in rows(path, f"EXPLAIN QUERY PLAN {query}"):
            assert re.match("SCAN (thing|kind|class|name|word|beginning|t|w)( |$)", str(step)) is None, query
        assert "MATCH" not in query or "LIMIT" in query
