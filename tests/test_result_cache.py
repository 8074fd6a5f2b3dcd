"""Answers that are kept: by what key, for how long, in how much room, and for every web process."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.errors import QueryOverBudget
from kgpub.formats import RESULTS_CSV, RESULTS_JSON, TURTLE
from kgpub.query_layout import without_layout
from kgpub.result_cache import CachedEngine, ResultCache

JSON = Wanted(RESULTS_JSON, TURTLE)
BUDGET = Budget(1, 1, 1)


@dataclass
class Counting:
    """An engine that counts; its answers are long or short, and break where they are told to."""

    chunks: tuple[bytes, ...] = (b"one", b"two")
    is_long: bool = False
    breaks: bool = False
    asked: list[str] = field(default_factory=list)

    def evaluate(self, query: Query, wanted: Wanted, budget: Budget) -> Answer:  # noqa: ARG002 (the protocol has them)
        self.asked.append(query.text)
        if self.is_long:
            return Answer(RESULTS_JSON, self._stream())
        whole = b"".join(self.chunks)
        return Answer(RESULTS_JSON, iter((whole,)), whole)

    def _stream(self) -> Iterator[bytes]:
        yield from self.chunks
        if self.breaks:
            raise QueryOverBudget("time", "1 s")

    def ping(self) -> None:
        """Answer."""

    def close(self) -> None:
        """Hold nothing."""


def cached(folder: Path, engine: Counting, release: str = "r1", max_bytes: int = 100_000) -> CachedEngine:
    return CachedEngine(engine, ResultCache(folder / "cache", release, max_bytes))


def ask(engine: CachedEngine, text: str, wanted: Wanted = JSON) -> bytes:
    return engine.evaluate(Query(text), wanted, BUDGET).read()


@pytest.mark.parametrize("is_long", [False, True], ids=["short", "long"])
def test_what_is_asked_again_is_kept_and_answered_without_the_engine(tmp_path: Path, *, is_long: bool) -> None:
    engine = Counting(is_long=is_long)
    cache = cached(tmp_path, engine)
    assert [ask(cache, "ASK {}") for _ in range(5)] == [b"onetwo"] * 5
    assert len(engine.asked) == 2


def test_another_process_finds_it_too(tmp_path: Path) -> None:
    first, second = Counting(), Counting(chunks=(b"never",))
    one, other = cached(tmp_path, first), cached(tmp_path, second)
    ask(one, "ASK {}")
    ask(one, "ASK {}")
    assert ask(other, "ASK  {}") == b"onetwo"
    assert second.asked == []


def test_web_processes_that_start_at_once_share_one_cache(tmp_path: Path) -> None:
    together = threading.Barrier(4)

    def open_there(folder: Path) -> ResultCache:
        together.wait(10)
        return ResultCache(folder / "cache", "r", 1_000)

    with ThreadPoolExecutor(4) as starting:
        for number in range(50):
            folder = tmp_path / str(number)
            folder.mkdir()
            for cache in list(starting.map(open_there, [folder] * 4)):
                cache.close()


def test_release_data_set_format_and_query_make_the_key(tmp_path: Path) -> None:
    cache, later = (ResultCache(tmp_path / "cache", release, 1_000) for release in ("r1", "r2"))
    query = Query("ASK {}")
    keys = {
        cache.key_of(query, JSON),
        later.key_of(query, JSON),
        cache.key_of(Query("ASK { }"), JSON),
        cache.key_of(query, Wanted(RESULTS_CSV, TURTLE)),
        cache.key_of(query, Wanted(RESULTS_JSON, None)),
        cache.key_of(Query("ASK {}", ("a:g",)), JSON),
        cache.key_of(Query("ASK {}", (), ("a:g",)), JSON),
    }
    assert len(keys) == 7
    assert cache.key_of(Query("ASK\n  {}\n"), JSON) == cache.key_of(query, JSON)


@pytest.mark.parametrize("function", ["NOW()", "rand()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_by_itself_is_never_kept(tmp_path: Path, function: str) -> None:
    engine = Counting()
    cache = cached(tmp_path, engine)
    for _ in range(4):
        ask(cache, f"SELECT ({function} AS ?x) {{}}")
    assert len(engine.asked) == 4


def test_an_answer_that_breaks_is_not_kept(tmp_path: Path) -> None:
    engine = Counting(is_long=True, breaks=True)
    cache = cached(tmp_path, engine)
    for _ in range(3):
        with pytest.raises(QueryOverBudget):
            ask(cache, "ASK {}")
    assert len(engine.asked) == 3


def test_an_answer_that_is_given_up_is_not_kept(tmp_path: Path) -> None:
    engine = Counting(is_long=True)
    cache = cached(tmp_path, engine)
    for _ in range(3):
        answer = cache.evaluate(Query("ASK {}"), JSON, BUDGET)
        next(answer.chunks)
        if hasattr(answer.chunks, "close"):
            answer.chunks.close()
    assert len(engine.asked) == 3


def test_the_oldest_make_room(tmp_path: Path) -> None:
    engine = Counting(chunks=(b"x" * 10_000,))
    cache = cached(tmp_path, engine)
    for number in range(30):
        ask(cache, f"ASK {{ {number} }}")
        ask(cache, f"ASK {{ {number} }}")
    with sqlite3.connect(tmp_path / "cache") as database:
        assert database.execute("SELECT bytes FROM total").fetchone() == (100_000,)
        assert database.execute("SELECT sum(length(body)), count(*) FROM answer").fetchone() == (100_000, 10)
    engine.asked.clear()
    ask(cache, "ASK { 29 }")
    assert engine.asked == []
    ask(cache, "ASK { 0 }")
    assert len(engine.asked) == 1


@pytest.mark.parametrize("is_long", [False, True], ids=["at once", "in pieces"])
def test_a_very_long_answer_is_not_kept(tmp_path: Path, *, is_long: bool) -> None:
    engine = Counting(chunks=(b"x" * 1_500_000,) * 2, is_long=is_long)
    cache = cached(tmp_path, engine, max_bytes=10_000_000)
    for _ in range(3):
        assert len(ask(cache, "ASK {}")) == 3_000_000
    assert len(engine.asked) == 3


def test_a_cache_that_is_broken_costs_nothing_but_itself(tmp_path: Path) -> None:
    engine = Counting()
    cache = cached(tmp_path, engine)
    with sqlite3.connect(tmp_path / "cache") as database:
        database.execute("DROP TABLE answer")
    assert [ask(cache, "ASK {}") for _ in range(3)] == [b"onetwo"] * 3


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("SELECT *\n\t{ ?s  ?p ?o }\n", "SELECT * { ?s ?p ?o }"),
        ("ASK { ?s ?p 'a  b' } # c", "ASK { ?s ?p 'a  b' }"),
        ("ASK{<http://a/#b>   ?p '''x\n y'''}", "ASK{<http://a/#b> ?p '''x\n y'''}"),
        ("ASK { # a } \n }", "ASK { }"),
        ("ASK { <http://x/a\u00a0b> ?p\u2003 }", "ASK { <http://x/a\u00a0b> ?p\u2003 }"),
        ("ASK { <http://x/\u2003> ?p 'a' \u00a0}", "ASK { <http://x/\u2003> ?p 'a' \u00a0}"),
        ("ASK { FILTER(1 ! = 2 || '' != '') }", "ASK { FILTER(1 ! = 2 || '' != '') }"),
    ],
)
def test_layout_and_comments_make_no_difference_and_all_else_does(text: str, bare: str) -> None:
    assert without_layout(text) == bare


@pytest.mark.parametrize("text", ["ASK { a:b\\#c   ?p ?o }", "ASK { ?s ?p \\u0022a  b\\u0022 }  #", "ASK { \\'  ' }"])
def test_a_text_with_an_escape_outside_of_strings_is_left_as_it_is(text: str) -> None:
    assert without_layout(text) == text


@pytest.mark.parametrize("text", [
    "SELECT ?s { FILTER(?a<?b&&'>'='>') BIND('x  y' AS ?s) }",
    "ASK { FILTER(?a<?b#>'''\n && 'x  y' = \"'''  \") }",
])  # fmt: skip
def test_a_text_with_a_comparison_that_looks_like_an_iri_is_left_as_it_is(text: str) -> None:
    """Two such queries that differ within a string had one tag, and one answer."""
    assert without_layout(text) == text


def test_a_long_text_with_strings_is_left_as_it_is() -> None:
    text = "ASK { ?s ?p '" + "a  " * 5_000 + "' }"
    assert without_layout(text) == text
