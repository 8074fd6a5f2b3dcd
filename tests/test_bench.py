"""The benchmark's generator, its comparison of answers and its report; nothing is started or measured here."""

import importlib
import json
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pyoxigraph import RdfFormat, Store

BENCH = Path(__file__).parents[1] / "bench"
TRIPLES = 12_000


@pytest.fixture
def benchmark_part(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)

    def part(name: str) -> ModuleType:
        return importlib.import_module(f"benchmark.{name}")

    return part


def test_the_same_size_gives_the_same_bytes(benchmark_part: Any, tmp_path: Path) -> None:
    write_graph = benchmark_part("graph").write_graph
    first, second = (write_graph(tmp_path / name, TRIPLES) for name in ("a", "b"))
    assert [file.read_bytes() for file in first.files] == [file.read_bytes() for file in second.files]


def test_the_graph_has_about_the_size_asked_for_and_says_nothing_twice(benchmark_part: Any, tmp_path: Path) -> None:
    data = benchmark_part("graph").write_graph(tmp_path, TRIPLES)
    store = store_of(data)
    assert len(store) == data.triples
    assert abs(data.triples - TRIPLES) < TRIPLES / 10


def test_few_things_are_linked_often_and_most_seldom(benchmark_part: Any, tmp_path: Path) -> None:
    store = store_of(benchmark_part("graph").write_graph(tmp_path, TRIPLES))
    cited = "SELECT (COUNT(*) AS ?n) { ?work <https://bench.example/ontology/cites> ?x } GROUP BY ?x ORDER BY DESC(?n)"
    degrees = [int(row["n"].value) for row in store.query(cited)]  # type: ignore[union-attr]
    assert degrees[0] > 10 * degrees[len(degrees) // 2]


def test_every_kind_of_query_has_distinct_instances_and_answers(benchmark_part: Any, tmp_path: Path) -> None:
    workloads = benchmark_part("workloads")
    data = benchmark_part("graph").write_graph(tmp_path, TRIPLES)
    store = store_of(data)
    for kind in workloads.KINDS:
        queries = workloads.instances(kind, data.layout, 200)
        assert len({query.text for query in queries}) == 200, kind
        assert all("${" not in query.text for query in queries), kind
        assert any(list(store.query(query.limited("9999"))) for query in queries), kind  # type: ignore[arg-type]


def test_a_log_repeats_its_commonest_query_and_another_log_none_of_it(benchmark_part: Any) -> None:
    workloads = benchmark_part("workloads")
    layout = benchmark_part("graph").layout_for(TRIPLES)
    logs = [workloads.zipf_log(layout, 600, number) for number in range(2)]
    counts = Counter(query.text for query in logs[0])
    commonest = counts.most_common(1)[0][1]
    assert commonest > len(logs[0]) / 20
    assert not counts.keys() & {query.text for query in logs[1]}


def test_answers_are_equal_however_numbers_and_strings_are_spelled(benchmark_part: Any) -> None:
    rows_of = benchmark_part("answers").rows_of
    xsd = "http://www.w3.org/2001/XMLSchema#"
    ours = results({"n": literal("42", xsd + "integer"), "s": literal("a", xsd + "string")})
    theirs = results({"s": literal("a") | {"type": "typed-literal"}, "n": literal("42.0", xsd + "decimal")})
    assert rows_of(ours) == rows_of(theirs)
    assert rows_of(ours) != rows_of(results({"n": literal("43", xsd + "integer"), "s": literal("a")}))
    assert rows_of(results({"s": literal("a")})) != rows_of(results({"s": literal("a")}, {"s": literal("a")}))


def test_what_wrk_counts_as_failures_is_no_rate(benchmark_part: Any) -> None:
    failures = {"connect": 1, "read": 0, "write": 0, "status": 60, "timeout": 2}
    line = {"requests": 100, "seconds": 2.0, "bytes": 1, "p50_ms": 1.0, "p99_ms": 2.0, "failures": failures}
    sample = benchmark_part("client").sample_of("Running 1s test\n\nRESULT " + json.dumps(line) + "\n")
    assert (sample.rate, sample.failures) == (20.0, 63)


def test_a_ratio_is_the_median_over_rounds(benchmark_part: Any) -> None:
    ratio = benchmark_part("report").ratio
    ours, theirs = ([{"rate": rate} for rate in rates] for rates in ((100, 300, 80), (100, 100, 100)))
    assert ratio(ours, theirs) == 1.0
    assert ratio(ours, [{"rate": 0.0}]) == 0.0


def test_the_report_shows_ratios_failures_wrong_answers_and_who_was_skipped(benchmark_part: Any) -> None:
    text = benchmark_part("report").as_markdown(result())
    assert "| distinct queries, requests/s, geometric mean ÷ oxigraph | 0.50 | ≥ 0.6 | **no** |" in text
    assert "0.20 / 500 | 0.10 / 1,000, 7 failed ✗ |" in text
    assert "- point: oxigraph: 1 of 20 differ (other rows)." in text
    assert "- virtuoso was skipped: this is no Debian." in text


def result() -> dict[str, Any]:
    def samples(rate: float, p50_ms: float, failures: int) -> dict[str, Any]:
        sample = {"rate": rate, "p50_ms": p50_ms, "p99_ms": 2 * p50_ms, "failures": failures}
        return {"c1": [sample | {"failures": 0}], "c8": [sample]}

    return {
        "begun": "2026-11-22T00:00:00Z",
        "rounds": 1,
        "triples": TRIPLES,
        "machine": {"cpu": "x", "cores": 2, "memory_gb": 1, "kernel": "6", "load_average_before": 0},
        "skipped": {"virtuoso": "this is no Debian"},
        "answers": {"point": {"kgpub": "", "oxigraph": "1 of 20 differ (other rows)"}},
        "sparql": {"point": {"kgpub": samples(500, 0.2, 0), "oxigraph": samples(1000, 0.1, 7)}},
    }


def store_of(data: Any) -> Store:
    store = Store()
    for file in data.files:
        store.bulk_load(path=str(file), format=RdfFormat.N_TRIPLES)
    return store


def literal(value: str, datatype: str = "") -> dict[str, str]:
    return {"type": "literal", "value": value} | ({"datatype": datatype} if datatype else {})


def results(*rows: dict[str, dict[str, str]]) -> bytes:
    return json.dumps({"head": {"vars": []}, "results": {"bindings": list(rows)}}).encode()
