"""The documents part: things at random and one again and again, quietly and beside hostile queries."""

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat

from benchmark.answers import triples_in
from benchmark.client import Reader, Requests, write_addresses
from benchmark.debian import Nginx
from benchmark.graph import BASE
from benchmark.line_up import Entry, LineUp, Say
from benchmark.measure import Measurements, Workload
from benchmark.systems import HTML, JSON_LD, TURTLE
from benchmark.workloads import fill, random_things

SYSTEMS = ("kgpub", "kgpub-anew", "hello", "nginx", "oxigraph", "toy", "virtuoso", "naive", "trifid")
#: Beside hostile queries: what has both documents and queries, and is quick to start anew.
HOSTILE = ("kgpub", "oxigraph", "toy")
_THINGS = 50_000
_FILES = 1_000
_HOSTILE_QUERIES = 8
_HOSTILE_SECONDS = 600
_SYNTAXES = {TURTLE: RdfFormat.TURTLE, JSON_LD: RdfFormat.JSON_LD}
_RANDOM = {"Turtle": TURTLE, "JSON-LD": JSON_LD, "HTML": HTML}


@dataclass(frozen=True, slots=True)
class DocumentsPart:
    """Checks and measures documents."""

    line_up: LineUp
    measurements: Measurements
    folder: Path
    say: Say

    def write_files(self) -> None:
        """Give nginx kgpub's documents as files."""
        if not {"nginx", "kgpub"} <= self.line_up.entries.keys():
            return
        nginx = self.line_up.entries["nginx"].place
        with self.line_up.alone("kgpub") as entry:
            reader = Reader(entry.place.port)
            for media_type in (TURTLE, HTML):
                for local in self._things()[:_FILES]:
                    _, _, body = reader.get(_path(entry, local, media_type), {"Accept": media_type})
                    Nginx.write_file(nginx, local, media_type, body)
            reader.close()

    def check(self) -> dict[str, dict[str, str]]:
        """Return for each syntax and system what is wrong: a document lacks what the reference says of its thing."""
        verdicts = {label: self._checked(media_type) for label, media_type in _RANDOM.items()}
        wrong = [f"{label}: {name} {said}" for label, found in verdicts.items() for name, said in found.items() if said]
        self.say("  documents: " + ("; ".join(wrong) or "each says what it must"))
        return verdicts

    def _checked(self, media_type: str) -> dict[str, str]:
        things = self._things()[: self.measurements.effort.checks]
        reference = [self._own(local) for local in things]
        return {
            name: self._lacking(name, media_type, things, reference)
            for name in self._with(media_type) if name not in ("hello", "nginx")
        }  # fmt: skip

    def _own(self, local: str) -> set[str]:
        with self.line_up.alone("oxigraph" if "oxigraph" in self.line_up.entries else "kgpub") as entry:
            reader = Reader(entry.place.port)
            path = entry.system.query_path(fill("document", entity=f"{BASE}id/{local}").text)
            _, _, body = reader.get(path, {"Accept": TURTLE})
            reader.close()
        return triples_in(body, RdfFormat.TURTLE)

    def _lacking(self, name: str, media_type: str, things: Sequence[str], reference: Sequence[set[str]]) -> str:
        failed = 0
        with self.line_up.alone(name) as entry:
            reader = Reader(entry.place.port)
            own = f"http://127.0.0.1:{entry.place.port}/".encode()
            for local, wanted in zip(things, reference, strict=True):
                status, _, body = reader.get(_path(entry, local, media_type), {"Accept": media_type})
                body = body.replace(own, BASE.encode())  # Trifid writes its own address for the base
                failed += status != 200 or not _says(body, media_type, wanted)
            reader.close()
        return f"{failed} of {len(things)} lack something" if failed else ""

    def measure(self) -> dict[str, Any]:
        """Return the samples of all workloads."""
        things = self._things()
        loads = [self._workload(f"{label}, random", media_type, things) for label, media_type in _RANDOM.items()]
        loads.append(self._workload("HTML, hot", HTML, things[:1]))
        loads += [load for load in [self._if_none_match(things)] if load]
        return {load.name: self.measurements.measure(load) for load in loads}

    def beside_hostile_queries(self) -> dict[str, Any]:
        """Return the samples of Turtle documents, quiet and while eight queries run that never end."""
        load = self._workload("Turtle, quiet", TURTLE, self._things())
        found: dict[str, Any] = {}
        for name in self.line_up.named(HOSTILE):
            only = Workload(load.name, {name: load.requests[name]}, (8,))
            quiet = self.measurements.measure(only)[name]["c8"]
            with self.line_up.alone(name) as entry:
                attack = subprocess.Popen(self._attack(entry), stdout=subprocess.DEVNULL)
                try:
                    time.sleep(1)
                    loud = [
                        self.measurements.wrk.measure(
                            entry.place.port, load.requests[name][0], 8, self.measurements.effort.seconds, 0
                        ).as_json
                        for _ in range(self.measurements.effort.rounds)
                    ]
                finally:
                    attack.kill()
                    attack.wait()
                    self.line_up.restart(name)
            found[name] = {"quiet": quiet, "hostile": loud}
            self.say(f"  {name}: p99 {quiet[-1]['p99_ms']:.1f} ms, beside hostile queries {loud[-1]['p99_ms']:.1f} ms")
        return found

    def _attack(self, entry: Entry) -> list[str]:
        file = self.folder / f"hostile-{entry.system.name}.list"
        write_addresses(file, [entry.system.query_path(fill("hostile").text)])
        requests = Requests(file, ("Accept: application/sparql-results+json",))
        return self.measurements.wrk.command(entry.place.port, requests, _HOSTILE_QUERIES, _HOSTILE_SECONDS, 0)

    def _if_none_match(self, things: Sequence[str]) -> Workload | None:
        if "kgpub" not in self.line_up.entries:
            return None
        with self.line_up.alone("kgpub") as entry:
            reader = Reader(entry.place.port)
            path = _path(entry, things[0], TURTLE)
            _, headers, _ = reader.get(path, {"Accept": TURTLE})
            tag = headers.get("etag", "")
            status, _, _ = reader.get(path, {"Accept": TURTLE, "If-None-Match": tag})
            reader.close()
        if status != 304:
            self.say(f"  If-None-Match: kgpub answers {status}; not measured")
            return None
        load = self._workload("If-None-Match", TURTLE, things)
        changed = [Requests(r.addresses, (*r.headers, f"If-None-Match: {tag}")) for r in load.requests["kgpub"]]
        kept = {name: load.requests[name] for name in ("hello",) if name in load.requests}
        return Workload(load.name, {"kgpub": changed, **kept})

    def _workload(self, name: str, media_type: str, things: Sequence[str]) -> Workload:
        requests = {}
        for system in self._with(media_type):
            entry = self.line_up.entries[system]
            chosen = things[:_FILES] if system == "nginx" else things
            file = self.folder / f"{name} {system}.list".replace(" ", "-").replace(",", "")
            write_addresses(file, [_path(entry, local, media_type) for local in chosen])
            requests[system] = [Requests(file, (f"Accept: {media_type}",))]
        return Workload(name, requests, (8,))

    def _with(self, media_type: str) -> list[str]:
        names = self.line_up.named(SYSTEMS)
        return [name for name in names if media_type in self.line_up.entries[name].system.documents]

    def _things(self) -> list[str]:
        return random_things(self.line_up.data.layout, _THINGS)


def _path(entry: Entry, local: str, media_type: str) -> str:
    return entry.system.document_path(local, media_type)


def _says(body: bytes, media_type: str, wanted: set[str]) -> bool:
    if media_type == HTML:
        return len(body) > 200
    try:
        return wanted <= triples_in(body, _SYNTAXES[media_type])
    except SyntaxError:
        return False
