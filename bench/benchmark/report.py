"""Results as Markdown tables, and the ratios that count."""

from collections.abc import Iterator, Mapping, Sequence
from math import exp, log
from statistics import median
from typing import Any

from benchmark.workloads import KINDS

US = "kgpub"
Samples = Mapping[str, Sequence[Mapping[str, float]]]

#: What is to be reached: label, how it is found, the least ratio.
_SPARQL_TARGETS = (("oxigraph", 0.6), ("virtuoso", 1.5), ("rdflib-endpoint", 20.0))


def as_markdown(result: Mapping[str, Any]) -> str:
    """Return a whole result as Markdown."""
    return "\n\n".join(part for part in (_head(result), *_tables(result), _targets(result), _notes(result)) if part)


def ratio(ours: Sequence[Mapping[str, float]], theirs: Sequence[Mapping[str, float]], key: str = "rate") -> float:
    """Return the median of our figure over theirs, round by round; 0 where there is nothing to compare.

    A round in which they finished nothing tells nothing; where that is so in all, there is no ratio.
    """
    pairs = [(a[key], b[key]) for a, b in zip(ours, theirs, strict=False) if b[key] > 0]
    return median(a / b for a, b in pairs) if pairs else 0.0


def geometric_mean(values: Sequence[float]) -> float:
    """Return the geometric mean of those values that are positive."""
    positive = [value for value in values if value > 0]
    return exp(sum(map(log, positive)) / len(positive)) if positive else 0.0


def targets(result: Mapping[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Yield each ratio that is to be reached: what, what it is, what it has to be at least."""
    sparql, documents = result.get("sparql", {}), result.get("documents", {})
    for peer, least in _SPARQL_TARGETS:
        values = [_of(sparql.get(kind, {}), peer) for kind in KINDS]
        if any(values):
            yield f"distinct queries, requests/s, geometric mean ÷ {peer}", geometric_mean(values), least
    if value := _of(sparql.get("zipf log", {}), "oxigraph"):
        yield "Zipf log, requests/s ÷ oxigraph", value, 1.2
    for load, floor in (("Turtle, random", 0.6), ("JSON-LD, random", 0.6), ("HTML, random", 0.35), ("HTML, hot", 0.8),
                        ("If-None-Match", 0.8)):  # fmt: skip
        if value := _of(documents.get(load, {}), "hello"):
            yield f"{load} ÷ hello", value, floor
    for load, peer, least in (("Turtle, random", "trifid", 60.0), ("HTML, random", "trifid", 30.0),
                              ("HTML, random", "virtuoso", 2.0)):  # fmt: skip
        if value := _of(documents.get(load, {}), peer):
            yield f"{load} ÷ {peer}", value, least
    yield from _large_targets(result)


def _large_targets(result: Mapping[str, Any]) -> Iterator[tuple[str, float, float]]:
    large = result.get("large", {}).get("SELECT JSON", {})
    if US in large and "oxigraph" in large:
        yield "large answer, MB/s ÷ oxigraph", ratio(large[US], large["oxigraph"], "mb_per_second"), 0.9
        yield "20 ms ÷ first byte of a large answer", 20 / median(x["first_byte_ms"] for x in large[US]), 1.0
        grew = max(median(x["web_grew_mb"] for x in large[US]), 0.1)
        yield "30 MB ÷ growth of web processes by a large answer", 30 / grew, 1.0
    if hostile := result.get("hostile", {}).get(US):
        slower = ratio(hostile["hostile"], hostile["quiet"], "p99_ms")
        yield "3 × quiet p99 ÷ p99 of a document beside 8 hostile queries", 3 / slower if slower else 0.0, 1.0
    if load := result.get("load", {}).get(US):
        yield "kgpub build, triples/s ÷ 60,000", load["triples_per_second"] / 60_000, 1.0


def _of(samples: Mapping[str, Samples], peer: str) -> float:
    ours, theirs = samples.get(US, {}).get("c8"), samples.get(peer, {}).get("c8")
    return ratio(ours, theirs) if ours and theirs else 0.0


def _head(result: Mapping[str, Any]) -> str:
    machine = result["machine"]
    return (
        f"{result['triples']:,} triples; {result['begun']}; {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['memory_gb']} GB, Linux {machine['kernel']}; {result['rounds']} rounds. "
        f"Load average of the machine before: {machine['load_average_before']}."
    )


def _tables(result: Mapping[str, Any]) -> Iterator[str]:
    if sparql := result.get("sparql"):
        yield _table("SPARQL: p50 ms with 1 connection / requests/s with 8", sparql, _wrong(result, "answers"))
    if documents := result.get("documents"):
        yield _table("Documents: requests/s with 8 connections (p99 ms)", documents, _wrong(result, "contents"))
    if large := result.get("large"):
        yield _large_table(large, result["rows"])
    if hostile := result.get("hostile"):
        rows = [
            [name, *(f"{_middle(found[key], 'p99_ms'):.1f}" for key in ("quiet", "hostile")),
             *(f"{_middle(found[key], 'rate'):,.0f}" for key in ("quiet", "hostile")),
             str(int(sum(sample["failures"] for sample in found["hostile"])))]
            for name, found in hostile.items()
        ]  # fmt: skip
        head = ["system", "p99 quiet, ms", "p99 beside, ms", "requests/s quiet", "beside", "failures"]
        yield "**Documents beside 8 hostile queries**\n\n" + _grid(head, rows)
    if load := result.get("load"):
        head = ["system", "seconds", "triples/s", "peak MB"]
        rows = [
            [name, f"{x['seconds']:.1f}", f"{x['triples_per_second']:,.0f}", f"{x['peak_mb']:,.0f}"]
            for name, x in load.items()
        ]
        yield "**Loading**\n\n" + _grid(head, rows)


def _table(title: str, loads: Mapping[str, Mapping[str, Samples]], wrong: Mapping[tuple[str, str], str]) -> str:
    names = list(dict.fromkeys(name for found in loads.values() for name in found))
    rows = [
        [load, *(_cell(found.get(name)) + (" ✗" if wrong.get((load, name)) else "") for name in names)]
        for load, found in loads.items()
    ]
    return f"**{title}**\n\n" + _grid(["", *names], rows)


def _cell(samples: Samples | None) -> str:
    if not samples:
        return "–"
    many = samples["c8"]
    rate = _number(_middle(many, "rate"))
    failures = sum(sample["failures"] for found in samples.values() for sample in found)
    failed = f", {failures:g} failed" if failures else ""
    if "c1" in samples:
        return f"{_middle(samples['c1'], 'p50_ms'):.2f} / {rate}{failed}"
    return f"{rate} ({_middle(many, 'p99_ms'):.1f}){failed}"


def _large_table(large: Mapping[str, Any], rows: int) -> str:
    lines = [
        [label, name, f"{_middle(taken, 'mb_per_second'):.1f}", f"{_middle(taken, 'first_byte_ms'):.0f}",
         f"{_middle(taken, 'web_grew_mb'):.0f}", f"{_middle(taken, 'engine_grew_mb'):.0f}",
         "yes" if all(x["is_complete"] for x in taken) else "no"]
        for label, found in large.items() for name, taken in found.items()
    ]  # fmt: skip
    head = ["answer", "system", "MB/s", "first byte, ms", "grew, MB", "query pool grew, MB", "complete"]
    return f"**One answer of {rows:,} rows**\n\n" + _grid(head, lines)


def _targets(result: Mapping[str, Any]) -> str:
    rows = [[what, f"{value:.2f}", f"≥ {least:g}", "yes" if value >= least else "**no**"]
            for what, value, least in targets(result)]  # fmt: skip
    return "**Ratios to reach** (medians over rounds)\n\n" + _grid(["ratio", "is", "must be", "reached"], rows)


def _notes(result: Mapping[str, Any]) -> str:
    notes = [f"- {name} was skipped: {reason}." for name, reason in result.get("skipped", {}).items()]
    for part in ("answers", "contents"):
        notes += [f"- {load}: {name}: {said}." for (load, name), said in _wrong(result, part).items()]
    notes += [f"- {name}: {version}" for name, version in result.get("versions", {}).items() if version]
    return "\n".join(notes)


def _wrong(result: Mapping[str, Any], part: str) -> dict[tuple[str, str], str]:
    suffix = ", random" if part == "contents" else ""
    return {
        (load + suffix, name): said
        for load, found in result.get(part, {}).items() for name, said in found.items() if said
    }  # fmt: skip


def _middle(samples: Sequence[Mapping[str, float]], key: str) -> float:
    return median(sample[key] for sample in samples)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)
