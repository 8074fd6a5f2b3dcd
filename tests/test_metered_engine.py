"""What is counted of queries, however they end."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from kgpub.account import Account, answer_for
from kgpub.client_limits import ClientLimits
from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.errors import EngineBusy, QueryCrashed, QueryMalformed, QueryOverBudget, TooManyQueries
from kgpub.formats import RESULTS_JSON
from kgpub.metered_engine import MeteredEngine, NotedEngine, Watch
from kgpub.metrics import Metrics
from kgpub.settings import ServerSettings
from kgpub.waiting import ClientGone

ASK, WANTED, BUDGET = Query("ASK {}"), Wanted(RESULTS_JSON, None), Budget(1, 1, 1)


class Scripted:
    """An engine that answers as it is told."""

    def __init__(self, answer: Callable[[], Answer]) -> None:
        self._answer = answer

    def evaluate(self, _query: Query, _wanted: Wanted, _budget: Budget) -> Answer:
        return self._answer()

    def ping(self) -> None:
        return

    def close(self) -> None:
        return


def pieces(error: BaseException | None = None) -> Iterator[bytes]:
    yield b"one"
    if error is not None:
        raise error
    yield b"two"


def streamed(error: BaseException | None = None) -> Callable[[], Answer]:
    return lambda: Answer(RESULTS_JSON, pieces(error))


def whole() -> Answer:
    return Answer(RESULTS_JSON, iter((b"all",)), b"all")


class Bench:
    """One metered engine, and what it counted."""

    def __init__(self, answer: Callable[[], Answer], limits: ClientLimits | None = None) -> None:
        self.registry = CollectorRegistry()
        self.account = Account("203.0.113.9")
        self.metrics = Metrics(self.registry)
        watch = Watch("r", self.metrics, limits, None, 0)
        self.metered = MeteredEngine(Scripted(answer), watch)

    def ask(self, engine: MeteredEngine | NotedEngine | None = None) -> Answer:
        answer_for(self.account)
        try:
            return (engine or self.metered).evaluate(ASK, WANTED, BUDGET)
        finally:
            answer_for(None)

    def ended(self, outcome: str) -> float:
        self.metrics.count()
        return self.registry.get_sample_value("kgpub_queries_total", {"outcome": outcome}) or 0

    @property
    def open(self) -> float:
        self.metrics.count()
        return self.registry.get_sample_value("kgpub_queries_open") or 0


def raising(error: BaseException) -> Callable[[], Answer]:
    def answer() -> Answer:
        raise error

    return answer


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (QueryOverBudget("time", "1 s"), "time-budget"),
        (QueryOverBudget("answer", "1 MB"), "answer-budget"),
        (QueryOverBudget("phase of the moon", "full"), "other"),
        (QueryCrashed(1), "query-too-complex"),
        (QueryMalformed("Odd."), "malformed-query"),
        (EngineBusy(), "engine-busy"),
        (ClientGone(), "abandoned"),
    ],
)
def test_an_error_is_the_outcome_before_the_answer_and_within_it(error: BaseException, outcome: str) -> None:
    before = Bench(raising(error))
    with pytest.raises(type(error)):
        before.ask()
    within = Bench(streamed(error))
    with pytest.raises(type(error)):
        list(within.ask().chunks)
    for bench in (before, within):
        assert (bench.ended(outcome), bench.open) == (1, 0)


def test_an_answer_read_to_its_end_was_answered_once_whoever_closes_it() -> None:
    bench = Bench(streamed())
    answer = bench.ask()
    assert bench.open == 1
    assert list(answer.chunks) == [b"one", b"two"]
    answer.chunks.close()  # type: ignore[attr-defined]  # those of a stream can be closed
    assert (bench.ended("answered"), bench.ended("abandoned"), bench.open) == (1, 0, 0)
    assert bench.account.engine_seconds is not None


def test_an_answer_that_nobody_reads_is_abandoned_closed_or_not() -> None:
    bench = Bench(streamed())
    bench.ask().chunks.close()  # type: ignore[attr-defined]  # those of a stream can be closed
    assert (bench.ended("abandoned"), bench.open) == (1, 0)
    bench.ask()
    gc.collect()
    assert bench.open == 1
    bench.ask().read()
    assert (bench.ended("abandoned"), bench.ended("answered"), bench.open) == (2, 1, 0)


def test_every_end_makes_room_for_the_client_s_next_query(tmp_path: Path) -> None:
    limits = ClientLimits(tmp_path, ServerSettings(concurrent_queries=1))
    bench = Bench(streamed(), limits)
    answer = bench.ask()
    with pytest.raises(TooManyQueries):
        bench.ask()
    answer.read()
    bench.ask().read()
    assert (bench.ended("too-many-queries"), bench.ended("answered"), bench.open) == (1, 2, 0)
    failing = Bench(raising(EngineBusy()), limits)
    for _ in range(2):
        with pytest.raises(EngineBusy, match="busy"):
            failing.ask()


def test_what_a_cache_before_the_engine_knows_is_no_query_and_noted_as_kept(tmp_path: Path) -> None:
    bench = Bench(whole, ClientLimits(tmp_path, ServerSettings(queries_per_minute=1)))
    bench.ask(NotedEngine(bench.metered))
    assert (bench.account.cache, len(bench.account.digest)) == ("", 16)
    bench.account = Account("203.0.113.9")
    for _ in range(3):
        bench.ask(NotedEngine(Scripted(whole)))
    assert (bench.account.cache, bench.account.engine_seconds) == ("result-hit", None)
    assert bench.ended("answered") == 1


def test_a_query_that_no_request_asks_passes_unwatched() -> None:
    bench = Bench(whole)
    assert NotedEngine(bench.metered).evaluate(ASK, WANTED, BUDGET).read() == b"all"
    assert bench.ended("answered") == 0
