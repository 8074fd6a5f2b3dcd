"""The command line of the benchmark; ``bench/run`` starts it."""

import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from benchmark.client import Wrk
from benchmark.debian import Nginx, Virtuoso, debian_program
from benchmark.documents import DocumentsPart
from benchmark.graph import BASE, ONTOLOGY, Dataset, write_graph
from benchmark.large import LargePart
from benchmark.line_up import LineUp
from benchmark.machine import machine, now
from benchmark.measure import FULL, QUICK, Effort, Measurements
from benchmark.report import as_markdown
from benchmark.sparql import SparqlPart
from benchmark.systems import (
    BENCH,
    HTML,
    JSON_LD,
    TURTLE,
    Hello,
    Kgpub,
    KgpubAnew,
    Naive,
    Oxigraph,
    RdflibEndpoint,
    System,
    Toy,
    install_python_peers,
)
from benchmark.trifid import Trifid

PARTS = ("sparql", "documents", "large", "hostile", "load")
_BY_SPARQL = "/sparql?query={query}"
_BENCH_GRAPH = quote(BASE, safe="")
_START, _END = "<!-- results -->\n", "\n<!-- end of results -->"

#: All systems, in the order in which they are started.
SYSTEMS: tuple[System, ...] = (
    Kgpub("kgpub", "/sparql?", dict.fromkeys((TURTLE, JSON_LD, HTML), "/doc/id/{local}"), ready="/readyz"),
    KgpubAnew("kgpub-anew", "", dict.fromkeys((TURTLE, JSON_LD, HTML), "/doc/id/{local}"), needs="kgpub"),
    Oxigraph("oxigraph", "/query?", dict.fromkeys((TURTLE, JSON_LD), "/query?query={query}")),
    Toy("toy", "/sparql?", dict.fromkeys((TURTLE, JSON_LD, HTML), "/id/{local}")),
    Virtuoso("virtuoso", f"/sparql?default-graph-uri={_BENCH_GRAPH}&",
             {TURTLE: _BY_SPARQL, JSON_LD: _BY_SPARQL, HTML: _BY_SPARQL}),
    Naive("naive", "/sparql?", dict.fromkeys((TURTLE, JSON_LD), "/id/{local}"), is_slow=True),
    RdflibEndpoint("rdflib-endpoint", "/?", is_slow=True),
    Hello("hello", "", dict.fromkeys((TURTLE, JSON_LD, HTML), "/")),
    Nginx("nginx", "", {TURTLE: "/{local}.ttl", HTML: "/{local}.html"}),
    Trifid("trifid", "", dict.fromkeys((TURTLE, JSON_LD, HTML), "/id/{local}"), is_slow=True, needs="oxigraph",
           ready="/healthz"),
)  # fmt: skip
NAMES = tuple(system.name for system in SYSTEMS)


class _Size(click.ParamType[int]):
    """A number, with underscores or commas in it or not."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return int(str(value).replace("_", "").replace(",", ""))
        except ValueError:
            self.fail(f"{value} is no number", param, ctx)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--triples", type=_Size(), default=1_000_000, show_default=True, help="Size of the graph.")
@click.option("--quick", is_flag=True, help="100,000 triples, one round: about three minutes.")
@click.option("--rounds", type=click.IntRange(1), help="How often each system has its turn.")
@click.option("--seconds", type=click.IntRange(1), help="How long one measurement takes.")
@click.option("--only", multiple=True, type=click.Choice(PARTS), help="Parts to measure; without it, all.")
@click.option("--system", "chosen", multiple=True, type=click.Choice(NAMES), help="Systems; without it, all.")
@click.option("--setting", "settings", multiple=True, metavar="TABLE.KEY=VALUE", help="A setting of kgpub.toml.")
@click.option("--readme", is_flag=True, help="Put the tables into bench/README.md.")
@click.option("--report", type=click.Path(path_type=Path), help="Print the tables of a result; measure nothing.")
def main(  # noqa: PLR0913, PLR0917 (one parameter an option)
    triples: int, quick: bool, rounds: int | None, seconds: int | None, only: Sequence[str], chosen: Sequence[str],
    settings: Sequence[str], readme: bool, report: Path | None,
) -> None:  # fmt: skip
    """Compare kgpub with its neighbours on generated data."""
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))  # so that the servers are ended
    if report is not None:
        result = json.loads(report.read_text("utf-8"))
    else:
        effort = QUICK if quick else FULL
        effort = replace(effort, rounds=rounds or effort.rounds, seconds=seconds or effort.seconds)
        size = 100_000 if quick else triples
        file = BENCH / "results" / f"{datetime.now(UTC):%Y-%m-%d-%H%M}-{size}.json"
        result = {}
        for result in _runs(size, effort, only or PARTS, chosen or NAMES, tuple(settings)):
            file.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
        _say(f"written: bench/results/{file.name}")
    text = as_markdown(result)
    click.echo(text)
    if readme:
        _into_readme(text)


def _runs(
    triples: int, effort: Effort, parts: Sequence[str], names: Sequence[str], settings: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """Yield what is known after each part, since a run may be cut."""
    cache = BENCH / ".cache"
    cache.mkdir(exist_ok=True)
    install_python_peers(cache)
    wrk = Wrk(debian_program(cache, "wrk", "wrk"))
    result: dict[str, Any] = {"begun": now(), "machine": machine(), "rounds": effort.rounds, "settings": settings}
    data = _data(cache, triples)
    with tempfile.TemporaryDirectory(dir=cache, prefix="run-") as scratch:
        line_up = LineUp(cache, Path(scratch), data, settings, _say)
        try:
            _say("systems:")
            for system in SYSTEMS:
                if system.name in names:
                    line_up.add(system)
            result |= _about(line_up, data)
            for found in _measured(line_up, Measurements(line_up, wrk, effort, _say), Path(scratch), parts):
                result |= found | {"ended": now()}
                yield result
        finally:
            line_up.stop()


def _measured(
    line_up: LineUp, measurements: Measurements, folder: Path, parts: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield what each part found; first nothing, since loading is measured by then."""
    yield {}
    if "sparql" in parts:
        _say("SPARQL:")
        part = SparqlPart(line_up, measurements, folder, _say)
        yield {"answers": part.check(), "sparql": part.measure()}
    documents = DocumentsPart(line_up, measurements, folder, _say)
    if "documents" in parts:
        _say("documents:")
        documents.write_files()
        yield {"contents": documents.check(), "documents": documents.measure()}
    if "large" in parts:
        _say("large answer:")
        rows = min(1_000_000, line_up.data.triples // 1_000 * 1_000)
        yield {"rows": rows, "large": LargePart(line_up, rows, measurements.effort.rounds, _say).measure()}
    if "hostile" in parts:
        _say("hostile queries:")
        yield {"hostile": documents.beside_hostile_queries()}


def _about(line_up: LineUp, data: Dataset) -> dict[str, Any]:
    entries = line_up.entries.items()
    return {
        "triples": data.triples,
        "skipped": line_up.skipped,
        "versions": {name: entry.system.version(entry.place) for name, entry in entries},
        "idle_mb": {name: round(sum(entry.running.private_mb().values()), 1) for name, entry in entries},
        "load": {
            name: {
                "seconds": round(entry.loaded.seconds, 2),
                "peak_mb": round(entry.loaded.peak_mb, 1),
                "triples_per_second": round(data.triples / entry.loaded.seconds),
            }
            for name, entry in entries if entry.loaded
        },
    }  # fmt: skip


def _data(cache: Path, triples: int) -> Dataset:
    data = write_graph(cache / f"data-{triples}", triples)
    _say(f"data: {data.triples:,} triples, {data.layout.entities:,} things, terms below {ONTOLOGY}")
    return data


def _into_readme(text: str) -> None:
    readme = BENCH / "README.md"
    head, _, rest = readme.read_text("utf-8").partition(_START)
    readme.write_text(f"{head}{_START}\n{text}\n{_END}{rest.partition(_END)[2]}", "utf-8")


def _say(text: str) -> None:
    click.echo(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr)


if __name__ == "__main__":
    main()
