"""Measurements that take turns: each system is alone while it is measured, and each round goes through all of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from benchmark.client import Requests, Sample, Wrk
from benchmark.line_up import LineUp, Say

#: A list is passed a few times in one measurement; each measurement begins beyond the passes of the last.
_PASSES = 25


@dataclass(frozen=True, slots=True)
class Effort:
    """How long and how often things are measured."""

    rounds: int
    seconds: int
    slow_seconds: int
    log_seconds: int
    warm_up_seconds: int
    checks: int


FULL = Effort(rounds=3, seconds=3, slow_seconds=8, log_seconds=30, warm_up_seconds=1, checks=20)
QUICK = Effort(rounds=1, seconds=1, slow_seconds=2, log_seconds=6, warm_up_seconds=0, checks=3)


@dataclass(frozen=True, slots=True)
class Workload:
    """What is sent to each system, as one list of requests for each round, or one for all of them.

    *is_log* where repetition is the point: nothing may warm a cache before, and it lasts until most of it was asked.
    *is_heavy* where a request takes so long that few fit into a measurement.
    """

    name: str
    requests: Mapping[str, Sequence[Requests]]
    connections: tuple[int, ...] = (1, 8)
    is_log: bool = False
    is_heavy: bool = False


@dataclass(slots=True)
class Measurements:
    """Measures workloads on a line-up; *turns* numbers the measurements, so that no two ask the same."""

    line_up: LineUp
    wrk: Wrk
    effort: Effort
    say: Say
    turns: Iterator[int] = field(default_factory=lambda: count(0, _PASSES))

    def measure(self, workload: Workload) -> dict[str, dict[str, list[dict[str, float]]]]:
        """Return for each system and number of connections the samples of all rounds."""
        names = self.line_up.named(list(workload.requests))
        found: dict[str, dict[str, list[dict[str, float]]]] = {name: {} for name in names}
        for round_ in range(self.effort.rounds):
            for name in names if round_ % 2 == 0 else reversed(names):
                if round_ and self.line_up.entries[name].system.is_slow:
                    continue  # twenty times slower does not become clearer
                for connections, sample in self._one(workload, name, round_):
                    found[name].setdefault(f"c{connections}", []).append(sample.as_json)
        self.say(f"  {workload.name}: " + ", ".join(f"{name} {_shown(found[name])}" for name in names))
        return found

    def _one(self, workload: Workload, name: str, round_: int) -> Iterator[tuple[int, Sample]]:
        lists = workload.requests[name]
        requests = lists[round_ % len(lists)]
        with self.line_up.alone(name) as entry:
            effort, port = self.effort, entry.place.port
            is_slow = entry.system.is_slow or workload.is_heavy
            seconds = effort.log_seconds if workload.is_log else effort.slow_seconds if is_slow else effort.seconds
            if effort.warm_up_seconds and not workload.is_log and not entry.system.is_slow:
                self.wrk.measure(port, requests, 8, effort.warm_up_seconds, next(self.turns))
            for connections in workload.connections if effort.rounds > 1 or not entry.system.is_slow else (8,):
                yield connections, self.wrk.measure(port, requests, connections, seconds, next(self.turns))


def _shown(samples: Mapping[str, Sequence[Mapping[str, float]]]) -> str:
    last = samples.get("c8") or next(iter(samples.values()))
    failed = f" ({last[-1]['failures']:g} failed)" if last[-1]["failures"] else ""
    return f"{last[-1]['rate']:,.0f}/s{failed}"
