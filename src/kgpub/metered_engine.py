"""Engines that answer as the one behind them does, and watch: what reaches the engine is counted, timed and limited.

``NotedEngine(cache(MeteredEngine(engine)))``: an answer that a cache in between has costs its client nothing. A
query that no request asks, as a health check, passes.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kgpub.access_log import SlowQuery, digest_of
from kgpub.account import Account, current_account
from kgpub.client_limits import ClientLimits
from kgpub.engine import Answer, Budget, Engine, Query, Wanted
from kgpub.errors import KgpubError, QueryOverBudget, TooManyQueries
from kgpub.log_file import LogFile
from kgpub.metrics import Metrics

_ANSWERED = "answered"
_ABANDONED = "abandoned"
#: In an account: the answer to the query was kept, the response around it was not.
RESULT_HIT = "result-hit"


@dataclass(frozen=True, slots=True)
class Watch:
    """What a query is watched with."""

    release: str
    metrics: Metrics | None
    limits: ClientLimits | None
    slow_log: LogFile | None
    slow_seconds: float


class NotedEngine:
    """Notes which query a request asks, and whether a cache knew the answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def evaluate(self, query: Query, wanted: Wanted, budget: Budget) -> Answer:
        """Answer a query; see ``Engine.evaluate``."""
        account = current_account()
        if account is None:
            return self._engine.evaluate(query, wanted, budget)
        account.digest = digest_of(query.text)
        before = account.engine_seconds
        answer = self._engine.evaluate(query, wanted, budget)
        if account.engine_seconds == before:
            account.cache = RESULT_HIT
        return answer

    def ping(self) -> None:
        """Return when the engine answers; see ``Engine.ping``."""
        self._engine.ping()

    def close(self) -> None:
        """Release what the engine holds."""
        self._engine.close()


class MeteredEngine:
    """Counts, times and limits the queries that an engine is asked."""

    def __init__(self, engine: Engine, watch: Watch) -> None:
        self._engine = engine
        self._watch = watch
        #: Queries whose answer was thrown away unread. To end one takes locks, which a finaliser must not.
        self._left: deque[_Course] = deque()

    def evaluate(self, query: Query, wanted: Wanted, budget: Budget) -> Answer:
        """Answer a query; see ``Engine.evaluate``. Raises ``TooManyQueries`` as well."""
        account = current_account()
        if account is None:
            return self._engine.evaluate(query, wanted, budget)
        while self._left:
            self._left.popleft().end(_ABANDONED)
        course = _Course(query, self._watch, self._admit(account))
        with course.step():
            answer = self._engine.evaluate(query, wanted, budget)
        account.engine_seconds = (account.engine_seconds or 0.0) + course.seconds
        if answer.whole is not None:
            course.end(_ANSWERED)
            return answer
        return replace(answer, chunks=_Chunks(answer.chunks, course, self._left))

    def ping(self) -> None:
        """Return when the engine answers; see ``Engine.ping``."""
        self._engine.ping()

    def close(self) -> None:
        """Release what the engine holds."""
        self._engine.close()

    def _admit(self, account: Account) -> Callable[[], None] | None:
        limits, metrics = self._watch.limits, self._watch.metrics
        if limits is None:
            return None
        try:
            return limits.admit(account.client)
        except TooManyQueries as error:
            if metrics is not None:
                metrics.query_turned_away(error.slug)
            raise


class _Course:
    """One query from its beginning to its end, which comes once."""

    def __init__(self, query: Query, watch: Watch, give_back: Callable[[], None] | None) -> None:
        self._query = query
        self._watch = watch
        self._give_back = give_back
        self.is_at_end = False
        self._step_began = 0.0
        self.seconds = 0.0
        if watch.metrics is not None:
            watch.metrics.query_began()

    def step(self) -> "_Course":
        """Return what times a step of the engine, and notes how the query ends where that raises."""
        return self

    def __enter__(self) -> None:
        self._step_began = time.perf_counter()

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        self.seconds += time.perf_counter() - self._step_began
        if error is not None:
            self.end(_outcome(error))

    def end(self, outcome: str) -> None:
        if self.is_at_end:
            return
        self.is_at_end = True
        watch = self._watch
        if self._give_back is not None:
            self._give_back()
        if watch.metrics is not None:
            watch.metrics.query_ended(outcome, self.seconds)
        if watch.slow_log is not None and self.seconds >= watch.slow_seconds > 0:
            text = self._query.text
            slow = SlowQuery(time.time(), watch.release, digest_of(text), text, self.seconds, outcome)
            watch.slow_log.put(slow.line)


class _Chunks(Iterator[bytes]):
    """The pieces of an answer that is not there at once."""

    def __init__(self, chunks: Iterator[bytes], course: _Course, left: "deque[_Course]") -> None:
        self._chunks = chunks
        self._course = course
        self._left = left

    def __next__(self) -> bytes:
        with self._course.step():
            return next(self._chunks)

    def close(self) -> None:
        """Hang up; at the end of an answer it changes nothing."""
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()
        self._course.end(_ABANDONED)

    def __del__(self) -> None:
        if not self._course.is_at_end:
            self._left.append(self._course)


def _outcome(error: BaseException) -> str:
    """Return how a query ended, in one of a few words."""
    if isinstance(error, StopIteration):
        return _ANSWERED
    if isinstance(error, QueryOverBudget):
        return f"{error.budget}-budget"
    return error.slug if isinstance(error, KgpubError) else _ABANDONED
