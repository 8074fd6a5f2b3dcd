"""Connections to query workers are kept for a moment, and what a worker does not read any more is sent anew."""

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines import EX, product, write_store
from kgpub.channels import KEPT_SECONDS, Channel, Channels
from kgpub.engine import Budget, Query, Wanted
from kgpub.engine_local import LocalEngine
from kgpub.errors import QueryMalformed, QueryOverBudget
from kgpub.formats import RESULTS_JSON, TURTLE
from kgpub.pool import QueryPool

BUDGET = Budget(5.0, 256, 1_000_000)
TABLE = Wanted(RESULTS_JSON, TURTLE)


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    store = write_store(tmp_path_factory.mktemp("channels") / "store")
    running = QueryPool(store, EX, workers=1, queue=8, memory_mb=256)
    yield running
    running.close()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Channel]:
    channels: list[Channel] = []
    original = Channel.__init__

    def noted(self: Channel, address: str) -> None:
        original(self, address)
        channels.append(self)

    monkeypatch.setattr(Channel, "__init__", noted)
    return channels


def ask(engine: LocalEngine, text: str = "ASK {}", budget: Budget = BUDGET) -> bytes:
    return engine.evaluate(Query(text), TABLE, budget).read()


def test_queries_in_a_row_go_over_one_connection(
    pool: QueryPool, made: list[Channel], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = LocalEngine(pool.address)
    monkeypatch.setattr("kgpub.channels.KEPT_SECONDS", 60.0)  # ours; the worker's own wait is short
    for _ in range(50):
        assert b"true" in ask(engine)
    assert len(made) < 50


def test_what_a_worker_does_not_read_any_more_is_sent_anew(
    pool: QueryPool, made: list[Channel], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = LocalEngine(pool.address)
    monkeypatch.setattr("kgpub.channels.KEPT_SECONDS", 60.0)
    for _ in range(5):
        assert b"true" in ask(engine)
        time.sleep(3 * KEPT_SECONDS)
    assert len(made) == 5


def test_a_connection_that_was_kept_too_long_is_not_used(pool: QueryPool, made: list[Channel]) -> None:
    engine = LocalEngine(pool.address)
    ask(engine)
    time.sleep(2 * KEPT_SECONDS)
    ask(engine)
    assert len(made) == 2
    assert made[0].connection.fileno() < 0


def test_a_worker_whose_connection_is_kept_answers_others(pool: QueryPool) -> None:
    first, second = LocalEngine(pool.address), LocalEngine(pool.address)
    began = time.monotonic()
    for _ in range(20):
        assert b"true" in ask(first)
        assert b"true" in ask(second)
    assert time.monotonic() - began < 40 * (KEPT_SECONDS + 0.05)


def test_an_error_leaves_the_connection_as_it_was(pool: QueryPool) -> None:
    engine = LocalEngine(pool.address)
    for _ in range(3):
        with pytest.raises(QueryMalformed):
            ask(engine, "SELECT")
        assert b"true" in ask(engine)


def test_a_deadline_on_a_kept_connection_ends_that_query_alone(pool: QueryPool) -> None:
    engine = LocalEngine(pool.address)
    ask(engine)
    with pytest.raises(QueryOverBudget):
        ask(engine, f"SELECT (COUNT(*) AS ?n) WHERE {{ {product(12)} }}", Budget(0.2, 256, 1_000_000))
    assert b"true" in ask(engine)


def test_the_deadline_of_a_query_does_not_end_the_next_one(pool: QueryPool) -> None:
    engine = LocalEngine(pool.address)
    began = time.monotonic()
    while time.monotonic() - began < 0.3:
        assert b"true" in ask(engine, budget=Budget(0.1, 256, 1_000_000))


def test_closing_leaves_no_descriptor(pool: QueryPool) -> None:
    gc.collect()  # or what other tests left open may be closed meanwhile
    before = len(list(Path("/dev/fd").iterdir()))
    channels = Channels(pool.address)
    for _ in range(4):
        channels.keep(Channel(pool.address))
    channels.close()
    assert len(list(Path("/dev/fd").iterdir())) == before
