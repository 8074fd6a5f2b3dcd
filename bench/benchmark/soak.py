"""The soak: good and hostile load on one server for minutes, and whether it grows; ``bench/soak`` starts it."""

import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmark.machine import machine, now
from benchmark.soak_load import Load, Tally
from hostile.processes import census
from hostile.wire import Client

_BENCH = Path(__file__).parents[1]
_ROOT = _BENCH.parent
_SAMPLE_SECONDS = 5
_START_SECONDS = 60
_SETTINGS = """\
[publication]
base_iri = "https://w3id.org/stca-kg/"
[folders]
releases = "{releases}"
[query]
workers = 2
seconds = 2
memory_mb = 256
answer_mb = 5
[server]
port = {port}
concurrent_queries = 1
"""
#: How much more the last fifth may have than the second: what a median of a busy machine may differ by.
_TOLERANCE = {"resident_mb": 40.0, "descriptors": 25, "threads": 4, "processes": 1}
_P99_SECONDS = {"document": 0.5, "page": 1.0}


@dataclass(frozen=True, slots=True)
class Sample:
    """What the server had taken at one moment."""

    seconds: float
    resident_mb: float
    descriptors: int
    threads: int
    processes: int


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--minutes", type=click.FloatRange(0.5), default=10.0, show_default=True, help="How long.")
@click.option("--port", type=click.IntRange(1, 65535), default=8790, show_default=True, help="A free port.")
def main(minutes: float, port: int) -> None:
    """Serve the announcement to good and hostile clients; exit with 1 where the server grows or gives wrong answers."""
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))  # so that the server is ended
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        result = _soak(Path(folder), port, minutes * 60)
    path = _BENCH / "results" / f"soak-{datetime.now(UTC):%Y-%m-%d-%H%M}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    click.echo(_as_text(result))
    click.echo(f"written: {path.relative_to(_ROOT)}")
    sys.exit(1 if result["faults"] else 0)


def _soak(folder: Path, port: int, seconds: float) -> dict[str, Any]:
    about = {"begun": now(), "machine": machine(), "seconds": seconds}
    queries = [path.read_text("utf-8") for path in sorted((_ROOT / "queries").glob("*.rq"))]
    with _server(folder, port) as server:
        tally, is_over = Tally(), threading.Event()
        load = Load(f"http://127.0.0.1:{port}", tally, is_over, [query for query in queries if "$" not in query])
        threads = load.threads()
        for thread in threads:
            thread.start()
        samples = list(_samples(server, seconds))
        is_over.set()
        for thread in threads:
            thread.join()
        time.sleep(_SAMPLE_SECONDS)
        last = _sample(server, time.monotonic() - seconds)
        answers = Client(load.address).ask("ASK {}").status
    found = about | {"samples": [asdict(sample) for sample in samples], "afterwards": asdict(last)}
    found |= {"answers": dict(sorted(tally.answers.items())), "p99_ms": _p99(tally)}
    log = (folder / "log").read_text("utf-8", "replace")
    return found | {"growth": _growth(samples), "faults": [*_faults(samples, tally, log, answers)]}


@contextmanager
def _server(folder: Path, port: int) -> "Iterator[subprocess.Popen[bytes]]":
    """Build the announcement into a folder and serve it."""
    kgpub = [sys.executable, "-m", "kgpub.cli"]
    build = [*kgpub, "build", "--project", str(_ROOT), "--releases", str(folder / "releases")]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    (folder / "kgpub.toml").write_text(_SETTINGS.format(releases=(folder / "releases").as_posix(), port=port), "utf-8")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*kgpub, "serve"], cwd=folder, stdout=log, stderr=log)
    try:
        _wait_for(server, Client(f"http://127.0.0.1:{port}"))
        yield server
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(server: "subprocess.Popen[bytes]", client: Client) -> None:
    ends = time.monotonic() + _START_SECONDS
    while client.get("/readyz").status != 200:
        if server.poll() is not None or time.monotonic() > ends:
            raise click.ClickException("The server did not start.")
        time.sleep(0.2)


def _samples(server: "subprocess.Popen[bytes]", seconds: float) -> Iterator[Sample]:
    begun = time.monotonic()
    while (elapsed := time.monotonic() - begun) < seconds:
        yield _sample(server, begun)
        time.sleep(min(_SAMPLE_SECONDS, max(0.0, seconds - elapsed)))


def _sample(server: "subprocess.Popen[bytes]", begun: float) -> Sample:
    had = census(server.pid)
    return Sample(
        round(time.monotonic() - begun, 1), round(had.resident_mb, 1), had.descriptors, had.threads, had.processes
    )


def _growth(samples: Sequence[Sample]) -> dict[str, dict[str, float]]:
    """Return the medians of the second and the last fifth; the first is warming up."""
    fifth = max(1, len(samples) // 5)
    second, last = samples[fifth : 2 * fifth], samples[-fifth:]
    return {
        name: {
            "second": median(getattr(sample, name) for sample in second),
            "last": median(getattr(sample, name) for sample in last),
            "most": max(getattr(sample, name) for sample in samples),
        }
        for name in _TOLERANCE
    }


def _faults(samples: Sequence[Sample], tally: Tally, log: str, answers: int) -> Iterator[str]:
    """Yield what must not be."""
    for name, of in _growth(samples).items():
        if of["last"] > of["second"] + _TOLERANCE[name]:
            yield f"{name} grew from {of['second']:g} to {of['last']:g}"
    for answer, times in tally.unexpected.items():
        yield f"unexpected: {answer}, {times} times"
    for kind, most in _P99_SECONDS.items():
        if (took := _p99(tally).get(kind, 0.0)) > most * 1000:
            yield f"{kind}: 99th percentile of {took:g} ms, more than {most * 1000:g}"
    if found := re.findall(r"unexpected error|Traceback|panicked", log):
        yield f"the log tells of {len(found)} surprises"
    if answers != 200:
        yield f"afterwards a query was answered {answers}"


def _p99(tally: Tally) -> dict[str, float]:
    return {kind: round(sorted(took)[int(len(took) * 0.99)] * 1000, 1) for kind, took in sorted(tally.seconds.items())}


def _as_text(result: dict[str, Any]) -> str:
    """Return a result as Markdown."""
    names = {"resident_mb": "memory, MB", "descriptors": "descriptors", "threads": "threads", "processes": "processes"}
    lines = [f"Soak of {result['seconds'] / 60:g} minutes, {result['begun']}", ""]
    lines += ["| | second fifth | last fifth | most | afterwards |", "|---|---|---|---|---|"]
    for name, label in names.items():
        of = result["growth"][name]
        afterwards = result["afterwards"][name]
        lines.append(f"| {label} | {of['second']:g} | {of['last']:g} | {of['most']:g} | {afterwards:g} |")
    lines += ["", "| answers | |", "|---|---|"]
    lines += [f"| {name} | {times:,} |" for name, times in result["answers"].items()]
    lines += ["", "p99: " + ", ".join(f"{kind} {took:g} ms" for kind, took in result["p99_ms"].items())]
    return "\n".join([*lines, "", *(result["faults"] or ["No growth, nothing unexpected."])])


if __name__ == "__main__":
    main()
