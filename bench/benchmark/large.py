"""The large answer: how fast it comes, how soon it begins, and what memory it takes on the server."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

from benchmark.client import Transfer, transfer
from benchmark.line_up import Entry, LineUp, Say
from benchmark.processes import Running
from benchmark.sparql import N_TRIPLES, RESULTS_JSON
from benchmark.workloads import fill

SYSTEMS = ("kgpub", "oxigraph", "toy", "virtuoso")
ANSWERS = (("SELECT JSON", "all", RESULTS_JSON), ("CONSTRUCT N-Triples", "all-construct", N_TRIPLES))
_POLL_SECONDS = 0.02
_ENGINE = b"kgpub.pool"


@dataclass(frozen=True, slots=True)
class LargePart:
    """Measures answers of so many rows."""

    line_up: LineUp
    rows: int
    transfers: int
    say: Say

    def measure(self) -> dict[str, Any]:
        """Return what each answer took on each system."""
        return {label: self._measured(label, kind, accept) for label, kind, accept in ANSWERS}

    def _measured(self, label: str, kind: str, accept: str) -> dict[str, list[dict[str, float]]]:
        found: dict[str, list[dict[str, float]]] = {}
        for repeat in range(self.transfers):
            for name in self.line_up.named(SYSTEMS):
                # One row less each time, so that no answer is there already.
                query = fill(kind, limit=str(self.rows - repeat)).text
                with self.line_up.alone(name) as entry:
                    found.setdefault(name, []).append(_taken(entry, query, accept))
        for name, taken in found.items():
            last = taken[-1]
            self.say(
                f"  {label}: {name} {last['mb_per_second']:.1f} MB/s, first byte {last['first_byte_ms']:.0f} ms, "
                f"web +{last['web_grew_mb']:.0f} MB, engine +{last['engine_grew_mb']:.0f} MB"
                + ("" if last["is_complete"] else ", INCOMPLETE")
            )
        return found


def _taken(entry: Entry, query: str, accept: str) -> dict[str, float]:
    watch = _Watch(entry.running)
    taken: Transfer = watch.during(lambda: transfer(entry.place.port, entry.system.query_path(query), accept))
    web, engine = watch.grew_mb()
    return {
        "mb_per_second": round(taken.body_bytes / 1e6 / taken.seconds, 2),
        "megabytes": round(taken.body_bytes / 1e6, 1),
        "first_byte_ms": round(taken.first_byte_ms, 2),
        "web_grew_mb": round(web, 1),
        "engine_grew_mb": round(engine, 1),
        "is_complete": taken.is_complete,
    }


class _Watch:
    """Weighs the processes of a server many times while something happens."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._before = running.private_mb()
        self._most = dict(self._before)
        self._is_over = Event()

    def during(self, act: Callable[[], Transfer]) -> Transfer:
        """Do something, and weigh meanwhile."""
        thread = Thread(target=self._weigh, daemon=True)
        thread.start()
        try:
            return act()
        finally:
            self._is_over.set()
            thread.join()

    def grew_mb(self) -> tuple[float, float]:
        """Return by how much processes grew at most: those that serve, and kgpub's query pool."""
        grew = {pid: most - self._before.get(pid, 0) for pid, most in self._most.items()}
        engine = sum(mb for pid, mb in grew.items() if _is_engine(pid))
        return sum(grew.values()) - engine, engine

    def _weigh(self) -> None:
        while not self._is_over.is_set():
            for pid, mb in self._running.private_mb().items():
                self._most[pid] = max(mb, self._most.get(pid, 0))
            time.sleep(_POLL_SECONDS)


def _is_engine(pid: int) -> bool:
    try:
        return _ENGINE in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
