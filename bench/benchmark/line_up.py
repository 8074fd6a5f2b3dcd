"""All systems of a run: installed, loaded, started, frozen; and asked one at a time."""

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.client import Reader
from benchmark.graph import Dataset
from benchmark.processes import Finished, Running
from benchmark.systems import Place, System, Unavailable, free_port

#: What a system may take to start: those that load when they start need a minute for a million triples.
_START_SECONDS, _TRIPLES_A_SECOND = 120, 10_000

Say = Callable[[str], None]


@dataclass(slots=True)
class Entry:
    """A system that runs: where, as which processes, and how its data was loaded."""

    system: System
    place: Place
    running: Running
    loaded: Finished | None
    start_seconds: float


@dataclass(slots=True)
class LineUp:
    """The systems of a run, by name, and why others are not in it."""

    cache: Path
    folder: Path
    data: Dataset
    settings: tuple[str, ...]
    say: Say
    entries: dict[str, Entry] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def add(self, system: System) -> None:
        """Install, load and start a system; one for which that does not work is skipped, with a reason."""
        place = Place(self.cache, self.folder, free_port(), self.settings)
        try:
            if system.needs and system.needs not in self.entries:
                raise Unavailable(f"it needs {system.needs}, which is not there")
            system.install(place)
            with self._awake(system.needs):
                loaded = system.load(place, self.data)
            self.entries[system.name] = self._started(system, place, loaded)
        except (Unavailable, subprocess.CalledProcessError, OSError) as error:
            self.skipped[system.name] = f"{error}".replace(str(self.cache), "…")
            self.say(f"  {system.name}: skipped: {self.skipped[system.name]}")
            return
        took = f"loaded in {loaded.seconds:.1f} s, " if loaded else ""
        self.say(f"  {system.name}: {took}started in {self.entries[system.name].start_seconds:.1f} s")

    def restart(self, name: str) -> None:
        """Start a system anew, whatever it is busy with."""
        entry = self.entries[name]
        entry.running.kill()
        self.entries[name] = self._started(entry.system, entry.place, entry.loaded, is_again=True)

    @contextmanager
    def alone(self, name: str) -> Iterator[Entry]:
        """Let one system run, with what it needs; all others are frozen."""
        entry = self.entries[name]
        with self._awake(entry.system.needs), entry.running.awake():
            yield entry

    def stop(self) -> None:
        """End all."""
        for entry in self.entries.values():
            entry.running.stop()

    def named(self, names: Sequence[str]) -> list[str]:
        """Return those of the names that are in the line-up."""
        return [name for name in names if name in self.entries]

    @contextmanager
    def _awake(self, needed: str) -> Iterator[None]:
        if not needed:
            yield
            return
        with self.entries[needed].running.awake():
            yield

    def _started(self, system: System, place: Place, loaded: Finished | None, *, is_again: bool = False) -> Entry:
        begun = time.monotonic()
        if system.sparql:
            (self.folder / f"{system.name}.endpoint").write_text(
                f"http://127.0.0.1:{place.port}{system.sparql.rstrip('?')}", "utf-8"
            )
        command = system.command(place, self.data)
        running = Running(command, place.log(system.name), system.environment(place), self.folder)
        try:
            with self._awake(system.needs):
                _await_answer(running, system, place, _START_SECONDS + self.data.triples / _TRIPLES_A_SECOND)
            if not is_again:
                system.await_readiness(place)
            running.settle()
        except BaseException:
            running.kill()
            raise
        running.freeze()
        return Entry(system, place, running, loaded, time.monotonic() - begun)


def _await_answer(running: Running, system: System, place: Place, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not _answers(place.port, system.ready):
        if running.has_ended or time.monotonic() > ends:
            raise Unavailable(f"it did not start; see {place.log(system.name).name}")
        time.sleep(0.1)


def _answers(port: int, path: str) -> bool:
    reader = Reader(port)
    status, _, _ = reader.get(path, {})
    reader.close()
    return status > 0
