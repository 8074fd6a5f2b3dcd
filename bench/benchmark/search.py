"""Time search over many labels, by kind of question, and what its index adds to a build; ``bench/search`` starts it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click

from benchmark.machine import machine, now
from benchmark.search_labels import BASE, Labels, Questions
from kgpub.index import write_index
from kgpub.linesort import SortedFiles
from kgpub.publication import Publication
from kgpub.search import Found, Hit, Search
from kgpub.search_index import write_search
from kgpub.search_material import Material, searched_properties


@dataclass(frozen=True, slots=True)
class Times:
    """What the questions of one kind took, in milliseconds, and how many things they found on average.

    *busy* is the time of the processor: on a machine that does other things too, the wall's time is theirs as well.
    """

    kind: str
    median: float
    p99: float
    busy_median: float
    busy_p99: float
    found: float


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--labels", "number", default="1_000_000", help="Things, each with one label.")
@click.option("--questions", default=300, help="Questions of each kind.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep the indexes here, and use those that are here.")
@click.option("--limit", "limit_ms", default=5.0, help="Milliseconds that a p99 may take; more is failure.")
def main(number: str, questions: int, folder: Path | None, limit_ms: float) -> None:
    """Write a search index over many labels, ask it, and print what each kind of question took."""
    labels = Labels(int(number.replace("_", "")))
    with TemporaryDirectory() as temporary:
        folder = folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "search.sqlite").exists():
            click.echo(_write(labels, folder))
        rows = _all_times(Search(folder / "search.sqlite"), Questions(labels).by_kind(questions))
    click.echo(as_table(rows))
    click.echo(f"\n{labels.things:,} labels; {now()}; {machine()}")
    slow = [row.kind for row in rows if row.busy_p99 > limit_ms]
    if slow:
        raise click.ClickException(f"p99 above {limit_ms:g} ms: {', '.join(slow)}")


def _write(labels: Labels, folder: Path) -> str:
    """Write the indexes; return what each took of a processor."""
    lines = folder / "lines.nq"
    with lines.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(labels.lines())
    with lines.open("rb") as file:
        triples = sum(1 for _ in file)
    material = Material(folder / "search.things", searched_properties(Publication(BASE)))
    index = folder / "index.sqlite"
    documents = partial(write_index, index, SortedFiles((lines,)), _never, about_blank_nodes=tuple)
    alone = _seconds(documents)
    index.unlink()
    together = _seconds(partial(documents, material=material))
    search = folder / "search.sqlite"
    seconds = _seconds(lambda: write_search(search, material, index))
    return (
        f"{triples:,} triples: document index {alone:.1f} s, with texts put aside {together:.1f} s; search index "
        f"{seconds:.1f} s, {search.stat().st_size / 1e6:.0f} MB"
    )


def _never(_graph: str) -> bool:
    return False


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _all_times(search: Search, kinds: dict[str, list[str]]) -> list[Times]:
    def of_a_class(text: str) -> Found:
        return search.find(text, types=[f"{BASE}Class3"])

    def last_page(text: str) -> Found:
        return search.find(text, offset=480)

    asked: list[tuple[str, str, Callable[[str], Found]]] = [(kind, kind, search.find) for kind in kinds]
    asked += [
        (f"{kind}, one class", kind, of_a_class)
        for kind in ("a rare word", "a common word", "two words never together", "five letters")
    ]
    asked.append(("a common word, the last page", "a common word", last_page))
    times = [_times(name, kinds[kind], ask) for name, kind, ask in asked]
    suggested = ("one letter", "three letters", "five letters", "a misspelt word")
    return times + [_times(f"{kind}, suggested", kinds[kind], search.suggest) for kind in suggested]


def _times(kind: str, asked: Sequence[str], ask: Callable[[str], Found | tuple[Hit, ...]]) -> Times:
    wall, busy, found = [], [], 0
    for text in asked[:20]:
        ask(text)
    for text in asked:
        began, worked = time.perf_counter(), time.thread_time()
        answer = ask(text)
        busy.append((time.thread_time() - worked) * 1_000)
        wall.append((time.perf_counter() - began) * 1_000)
        found += answer.total if isinstance(answer, Found) else len(answer)
    return Times(kind, median(wall), _p99(wall), median(busy), _p99(busy), found / len(asked))


def _p99(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


def as_table(rows: Sequence[Times]) -> str:
    """Return the times as a table in Markdown."""
    head = "| question | p50 ms | p99 ms | processor p50 | p99 | things found |\n|---|---|---|---|---|---|\n"
    return head + "\n".join(
        f"| {row.kind} | {row.median:.2f} | {row.p99:.2f} | {row.busy_median:.2f} | {row.busy_p99:.2f} "
        f"| {row.found:.0f} |"
        for row in rows
    )


if __name__ == "__main__":
    main()
