"""Keep the answers to queries, for all web processes of a server together.

An answer is kept under the release, the query without its layout, the data set and the formats that the client takes; a
release never changes, so an answer is right for as long as it is kept. What depends on the clock or on chance is not.
"""

import fcntl
import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib.resources import files
from pathlib import Path

from cachetools import LRUCache

from kgpub.engine import Answer, Budget, Engine, Query, Wanted
from kgpub.formats import GRAPH_FORMATS, SOLUTION_FORMATS, Format, named
from kgpub.key_traces import KeyTraces
from kgpub.query_form import is_changing

#: A longer answer is not kept: one such would push out many that are asked for more often.
_LONGEST_BYTES = 2_000_000
#: What took longer is kept at once, the rest when it is asked for again: writing takes as long as a cheap query.
_SLOW_SECONDS = 0.02
_ASKED_BEFORE = 10_000
_BUSY_MS = 20


class ResultCache:
    """Answers on disk, up to a number of bytes; where the disk does not do, there simply are none."""

    def __init__(self, path: Path, release: str, max_bytes: int) -> None:
        """Open the file that the web processes share, creating it where it is not there."""
        self._release = release
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._traces = KeyTraces(path.with_suffix(".traces"))
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        with _alone(path):
            self._database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF")
            self._database.executescript(files("kgpub").joinpath("result_cache.sql").read_text("utf-8"))
        self._database.execute(f"PRAGMA mmap_size={max_bytes}")
        self._database.execute(f"PRAGMA busy_timeout={_BUSY_MS}")

    def key_of(self, query: Query, wanted: Wanted) -> bytes:
        """Return what an answer depends on, as a digest."""
        suffixes = [fmt.suffix if fmt else "" for fmt in (wanted.solutions, wanted.graph)]
        return hashlib.sha256("\n".join((self._release, query.digest, *suffixes)).encode()).digest()

    def get(self, key: bytes) -> tuple[Format, bytes] | None:
        """Return a kept answer."""
        if not self._traces.may_hold(key):
            return None
        row = None
        with self._lock, suppress(sqlite3.Error):
            row = self._database.execute("SELECT format, body FROM answer WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        fmt = named(row[0], SOLUTION_FORMATS) or named(row[0], GRAPH_FORMATS)
        return (fmt, row[1]) if fmt else None

    def put(self, key: bytes, fmt: Format, body: bytes) -> None:
        """Keep an answer; where there is no room, or another process is writing, leave it."""
        with self._lock, suppress(sqlite3.Error), self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute(
                "INSERT OR IGNORE INTO answer (key, format, body) VALUES (?, ?, ?)", (key, fmt.suffix, body)
            )
            self._traces.add(key)
            while self._bytes() > self._max_bytes:
                self._database.execute("DELETE FROM answer WHERE number = (SELECT min(number) FROM answer)")

    def _bytes(self) -> int:
        (total,) = self._database.execute("SELECT bytes FROM total").fetchone()
        return int(total)

    def close(self) -> None:
        """Close the files."""
        self._database.close()
        self._traces.close()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other process opens the file: of two that make it a write-ahead one at once, SQLite refuses one."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class CachedEngine:
    """Answers from the cache what was asked before, and asks an engine the rest."""

    def __init__(self, engine: Engine, cache: ResultCache) -> None:
        self._engine = engine
        self._cache = cache
        self._asked: LRUCache[bytes, bool] = LRUCache(_ASKED_BEFORE)

    def evaluate(self, query: Query, wanted: Wanted, budget: Budget) -> Answer:
        """Answer a query; see ``Engine.evaluate``."""
        if is_changing(query.text):
            return self._engine.evaluate(query, wanted, budget)
        key = self._cache.key_of(query, wanted)
        if (kept := self._cache.get(key)) is not None:
            fmt, body = kept
            return Answer(fmt, iter((body,)), body)
        begun = time.monotonic()
        answer = self._engine.evaluate(query, wanted, budget)
        was_slow = time.monotonic() - begun >= _SLOW_SECONDS
        was_asked = self._asked.get(key, False)
        self._asked[key] = True
        if not (was_slow or was_asked):
            return answer
        if answer.whole is None:
            return replace(answer, chunks=_Kept(answer, partial(self._cache.put, key, answer.format)))
        if len(answer.whole) <= _LONGEST_BYTES:
            self._cache.put(key, answer.format, answer.whole)
        return answer

    def ping(self) -> None:
        """Return when the engine answers; see ``Engine.ping``."""
        self._engine.ping()

    def close(self) -> None:
        """Close the engine and the cache."""
        self._engine.close()
        self._cache.close()


class _Kept(Iterator[bytes]):
    """The chunks of an answer as they come; when the last one has come, they are kept."""

    def __init__(self, answer: Answer, keep: Callable[[bytes], None]) -> None:
        self._chunks = answer.chunks
        self._keep = keep
        self._body: bytearray | None = bytearray()

    def __next__(self) -> bytes:
        try:
            chunk = next(self._chunks)
        except StopIteration:
            if self._body is not None:
                self._keep(bytes(self._body))
                self._body = None
            raise
        if self._body is not None:
            self._body += chunk
            if len(self._body) > _LONGEST_BYTES:
                self._body = None
        return chunk

    def close(self) -> None:
        """Give the answer up."""
        self._body = None
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()
