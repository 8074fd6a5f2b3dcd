"""A build as a whole: the same from the same sources, and all of it or nothing."""

import gzip
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store

from kgpub.build import GateClosed, build
from kgpub.documents import Documents
from kgpub.errors import BuildRunning, IriOutsideBase, RdfSyntaxError, RuleInvalid
from kgpub.plan import project_plan
from kgpub.progress import Silence
from kgpub.publish import staging
from kgpub.release import Release, open_release
from kgpub.settings import read_settings
from kgpub.tasks import processors
from projects import (
    BASE,
    EX,
    KGPUB,
    ROOT,
    SETTINGS,
    build_project,
    lines_about,
    plan_of,
    release_of,
    run_kgpub,
    write_files,
)

RULE = "CONSTRUCT { ?a <linked> ?b } { ?a <p> ?b }"
SHAPES = (
    EX
    + """
ex:Shape a sh:NodeShape ; sh:targetSubjectsOf ex:name ; sh:property [ sh:path ex:name ; sh:maxLength 9 ],
    [ sh:path ex:name ; sh:maxLength 3 ; sh:severity sh:Warning ] .
"""
)
THINGS = (
    EX
    + """
ex:a ex:name "A thing"@en , "Ein Ding"@de-CH ; ex:p ex:b , [ ex:p ( 1 [ ex:q ex:a ] ) ] ; ex:size 1.00 .
ex:b ex:p ex:c , _:x . _:x ex:p _:y . _:y ex:p _:x .
"""
)
FILES = {"data/things.ttl": THINGS, "data/claims/x.nt": f"<{BASE}c> <{BASE}p> <{BASE}a> .", "shapes/s.ttl": SHAPES,
         "ontology/rules/linked.rq": RULE}  # fmt: skip
TOO_LONG = {**FILES, "data/things.ttl": THINGS + 'ex:d ex:name "much too long" .'}


def rows(release: Release, query: str) -> list[tuple[str, ...]]:
    solutions = Store.read_only(str(release.store)).query(query, base_iri=BASE)
    assert isinstance(solutions, QuerySolutions)
    return sorted(tuple(str(value) for value in solution) for solution in solutions)


def content_of(release: Release) -> dict[str, object]:
    """All of a release that its sources decide: everything but the time of the build and the store's files."""
    with closing(sqlite3.connect(release.index)) as index:
        table = list(index.iterdump())
    quads = sorted(str(quad) for quad in Store.read_only(str(release.store)))
    dumps = {path.name: path.read_bytes() for path in release.dumps.iterdir()}
    manifest = replace(release.manifest, created="")
    return {"index": table, "store": quads, "dumps": dumps, "report": release.report.read_bytes(), "manifest": manifest}


def state_of(releases: Path) -> dict[str, object]:
    return {str(path.relative_to(releases)): path.read_bytes() if path.is_file() else None
            for path in releases.rglob("*") if path.name != ".lock"}  # fmt: skip


# The same sources, the same release ---------------------------------------------------------------


def test_two_builds_give_the_same_release_to_the_byte(tmp_path: Path) -> None:
    for folder, seed in (("1", "1"), ("2", "77")):
        write_files(tmp_path / folder, {**FILES, "kgpub.toml": SETTINGS})
        environment = os.environ | {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "86400"}
        run_kgpub("build", cwd=tmp_path / folder, env=environment)
    one, two = (open_release(tmp_path / folder / "releases") for folder in ("1", "2"))
    assert one.manifest.id == two.manifest.id
    assert one.manifest.quads_sha256 == two.manifest.quads_sha256
    assert content_of(one) == content_of(two)


def test_order_and_names_of_blank_nodes_do_not_change_the_digest(tmp_path: Path) -> None:
    one = release_of(tmp_path / "1", "ex:a ex:p [ ex:q _:x ] , 1 . _:x ex:q ex:a .")
    two = release_of(tmp_path / "2", "_:z1 ex:q ex:a . _:z2 ex:q _:z1 . ex:a ex:p 1 . ex:a ex:p _:z2 .")
    assert one.manifest.quads_sha256 == two.manifest.quads_sha256


def test_other_data_and_other_settings_give_another_release(tmp_path: Path) -> None:
    ids = [release_of(tmp_path, f"ex:a ex:p {number} .").manifest.id for number in (1, 2)]
    ids.append(release_of(tmp_path, "ex:a ex:p 2 .", SETTINGS + 'title = "T"\n').manifest.id)
    assert len(set(ids)) == 3


def test_unchanged_sources_are_not_built_again(tmp_path: Path) -> None:
    first = build_project(tmp_path, FILES)
    before = state_of(tmp_path / "releases")
    second = build_project(tmp_path, FILES)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.release == first.release
    assert state_of(tmp_path / "releases") == before


def test_going_back_to_earlier_sources_makes_the_earlier_release_current(tmp_path: Path) -> None:
    first = release_of(tmp_path, "ex:a ex:p 1 .")
    release_of(tmp_path, "ex:a ex:p 2 .")
    assert release_of(tmp_path, "ex:a ex:p 1 .") == first
    assert open_release(tmp_path / "releases") == first


@pytest.mark.parametrize(
    "lost",
    ["index.sqlite", "search.sqlite", "history.sqlite", "totals.json", "lexical-forms.json", "manifest.json", "store"],
)
def test_a_damaged_release_is_built_again(tmp_path: Path, lost: str) -> None:
    release = release_of(tmp_path, "ex:a ex:p 1 .")
    path = release.folder / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert lines_about(release_of(tmp_path, "ex:a ex:p 1 ."), "a") != ()
    assert path.exists()


def test_the_time_of_a_build_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    manifest = release_of(tmp_path, "ex:a ex:p 1 .").manifest
    assert manifest.created == "1970-01-02T00:00:00+00:00"
    assert manifest.id.startswith("1970-01-02-")


def test_several_processes_build_the_same_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    files = {**FILES, "data/more.trig": EX + "GRAPH <said-1> { ex:a ex:p _:x } GRAPH _:g { ex:e ex:p 5 . _:g ex:p 6 }"}
    plans = [plan_of(tmp_path / str(count), files, SETTINGS + 'quoted_graphs = ["said-*"]\n') for count in (1, 3)]
    alone, together = (build(plan, Silence(), count).release for plan, count in zip(plans, (1, 3), strict=True))
    assert content_of(alone) == content_of(together)


# What a release holds -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    quoted = (
        f"{EX}GRAPH <said-1> {{ ex:a ex:p ex:nowhere }} GRAPH <claims> {{ ex:a ex:p ex:b }} GRAPH _:g {{ ex:e ex:p 5 }}"
    )
    files = {**FILES, "data/said.trig": quoted}
    return build_project(tmp_path_factory.mktemp("project"), files, SETTINGS + 'quoted_graphs = ["said-*"]\n').release


@pytest.mark.parametrize("literal", ['"1.00"^^<http://www.w3.org/2001/XMLSchema#decimal>',
                                     '"2020-01-01T00:00:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
                                     '"é\\u000B\u2028 _:b <x> \\"\\n"'])  # fmt: skip
def test_documents_and_dumps_say_what_the_sources_say(tmp_path: Path, literal: str) -> None:
    release = release_of(tmp_path, f"ex:a ex:p {literal} .")
    line = f"<{BASE}a> <{BASE}p> {literal} <{BASE}graph/things> ."
    assert lines_about(release, "a") == (line,)
    assert gzip.decompress((release.dumps / "all.nq.gz").read_bytes()).decode() == line + "\n"


def test_the_digest_is_that_of_the_quads_in_the_dump(release: Release) -> None:
    lines = gzip.decompress((release.dumps / "all.nq.gz").read_bytes())
    assert subprocess.check_output(["sha256sum"], input=lines).split()[0].decode() == release.manifest.quads_sha256  # noqa: S607
    assert lines.count(b"\n") == release.manifest.counts.quads


def test_a_triple_of_two_graphs_stands_once_in_the_default_graph(release: Release) -> None:
    assert len(rows(release, "SELECT * { <a> <p> <b> }")) == 1
    assert rows(release, "SELECT ?g { GRAPH ?g { <a> <p> <b> } }") == [(f"<{BASE}claims>",), (f"<{BASE}graph/things>",)]


def test_what_is_quoted_is_seen_only_in_its_graph(release: Release) -> None:
    assert rows(release, "SELECT * { ?s ?p <nowhere> }") == []
    assert rows(release, "SELECT ?g { GRAPH ?g { ?s ?p <nowhere> } }") == [(f"<{BASE}said-1>",)]
    assert not any("nowhere" in line for line in lines_about(release, "a"))
    assert b"nowhere" not in gzip.decompress((release.dumps / "asserted.ttl.gz").read_bytes())
    assert b"nowhere" in gzip.decompress((release.dumps / "all.nq.gz").read_bytes())


def test_rules_fill_their_own_graph_from_what_is_asserted(release: Release) -> None:
    found = rows(release, "SELECT ?b { GRAPH <graph/inferred> { <a> <linked> ?b } FILTER(isIRI(?b)) } ")
    assert found == [(f"<{BASE}b>",)]
    assert f"<{BASE}a> <{BASE}linked> <{BASE}b> <{BASE}graph/inferred> ." in lines_about(release, "a")


def test_a_blank_node_is_the_same_in_the_default_graph_its_own_and_the_inferred_one(release: Release) -> None:
    pattern = "GRAPH <graph/inferred> { <a> <linked> ?x } <a> <p> ?x GRAPH <graph/things> { ?x <p> ?list }"
    assert len(rows(release, f"SELECT ?x {{ {pattern} FILTER(isBlank(?x)) }}")) == 1


def test_a_document_holds_lists_and_nested_blank_nodes_to_their_end(release: Release) -> None:
    lines = lines_about(release, "a")
    assert any(f"<{BASE}q> <{BASE}a>" in line for line in lines)
    assert sum("#rest>" in line for line in lines) == 2
    assert sum("_:c14n" in line for line in lines_about(release, "b")) >= 3


def test_a_graph_named_by_a_blank_node_is_published_and_not_listed(release: Release) -> None:
    assert rows(release, "SELECT ?n { GRAPH ?g { <e> <p> ?n } FILTER(isBlank(?g)) }") != []
    assert {graph.iri for graph in release.manifest.graphs} == {
        BASE + name
        for name in (
            "claims",
            "graph/catalog",
            "graph/claims",
            "graph/inferred",
            "graph/shapes",
            "graph/things",
            "said-1",
        )
    }


def test_the_catalog_describes_the_release_and_is_in_its_data(release: Release) -> None:
    ((triples,),) = rows(release, "SELECT ?n { <dataset> <http://rdfs.org/ns/void#triples> ?n }")
    assert triples.startswith(f'"{release.manifest.counts.triples}"')
    assert Documents(release.index).get(BASE + "dataset") is not None


def test_warnings_stand_in_the_report_and_close_no_gate(release: Release) -> None:
    assert release.manifest.validated
    assert b"sh:Warning" in release.report.read_bytes()


def test_1200_statements_and_250_links_are_paged(tmp_path: Path) -> None:
    many = "".join(f"ex:many ex:p {number} . ex:s{number} ex:links ex:many .\n" for number in range(1200))
    documents = Documents(release_of(tmp_path, many).index)
    document = documents.get(BASE + "many")
    assert document is not None
    assert (document.pages, document.statements) == (3, 1200)
    assert documents.incoming(BASE + "many")[0].total == 1200


def test_a_base_given_makes_a_release_whose_iris_all_start_so(tmp_path: Path) -> None:
    done = run_kgpub(
        "build", "--project", ROOT, "--base", "http://localhost:8000/", "--releases", tmp_path, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    dump = gzip.decompress((open_release(tmp_path).dumps / "all.nq.gz").read_bytes()).decode()
    assert "<https://w3id.org/stca-kg/" not in dump
    assert "<http://localhost:8000/id/ccr>" in dump


# All of it or nothing -----------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Path]:
    """A project with a release; whatever a test does, that one stays current."""
    release = build_project(tmp_path, FILES).release
    before = state_of(tmp_path / "releases")
    yield tmp_path
    assert open_release(tmp_path / "releases") == release
    assert state_of(tmp_path / "releases") == before


def test_a_violation_closes_the_gate(served: Path) -> None:
    with pytest.raises(GateClosed) as closed:
        build_project(served, TOO_LONG)
    assert closed.value.report.findings[0].focus_node == f"<{BASE}d>"
    assert closed.value.sentence == "The data has 1 SHACL violation; nothing was published."


def test_what_rules_give_passes_the_gate_too(served: Path) -> None:
    rule = 'CONSTRUCT { ?a <name> "inferred too long" } { ?a <p> <b> }'
    with pytest.raises(GateClosed):
        build_project(served, {**FILES, "ontology/rules/linked.rq": rule})


def test_a_rule_that_makes_blank_nodes_is_refused(served: Path) -> None:
    with pytest.raises(RuleInvalid, match=r"linked\.rq: the rule makes a blank node"):
        build_project(served, {**FILES, "ontology/rules/linked.rq": "CONSTRUCT { ?a <q> [] } { ?a <p> ?b }"})


def test_an_iri_outside_the_base_is_refused(served: Path) -> None:
    with pytest.raises(IriOutsideBase, match=r"things\.ttl, line "):
        build_project(served, {**FILES, "data/things.ttl": THINGS + "<http://other.org/x> ex:p 1 ."})


def test_a_second_build_at_the_same_time_is_refused(served: Path) -> None:
    plan = plan_of(served, TOO_LONG)
    with staging(served / "releases"), pytest.raises(BuildRunning):
        build(plan, Silence())


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_build_publishes_nothing_and_the_next_one_works(tmp_path: Path, signal_number: signal.Signals) -> None:
    _skip_if_ignored(signal_number)
    old = release_of(tmp_path, "ex:a ex:p 1 .")
    write_files(tmp_path, {"data/things.ttl": EX + "".join(f"ex:a{number} ex:p ex:b .\n" for number in range(60_000))})
    _kill_in_the_middle(tmp_path, signal_number)
    assert open_release(tmp_path / "releases") == old
    assert (list((tmp_path / "releases").glob(".staging-*")) == []) == (signal_number != signal.SIGKILL)
    new = release_of(tmp_path, "ex:a ex:p 2 .")
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == sorted(
        [".lock", "current", old.manifest.id, new.manifest.id]
    )


def _skip_if_ignored(signal_number: signal.Signals) -> None:
    if signal.getsignal(signal_number) is signal.SIG_IGN:
        pytest.skip("who started the tests ignores the signal, and so does all that they start")


def _kill_in_the_middle(project: Path, signal_number: signal.Signals) -> None:
    with subprocess.Popen([*KGPUB, "build"], cwd=project, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 30
        while not list((project / "releases").glob(".staging-*/store")) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal_number)
        assert process.wait(30) in (-signal_number, 128 + signal_number)


def test_of_errors_in_several_processes_that_of_the_first_source_is_told(served: Path) -> None:
    broken = {**FILES, "data/a.ttl": EX + "ex:a ex:p .", "data/z.ttl": EX + "ex:z", "data/y.nt": ""}
    with pytest.raises(RdfSyntaxError, match=r"a\.ttl, line 3"):
        build(plan_of(served, broken), Silence(), processes=4)
    for name in ("a.ttl", "z.ttl", "y.nt"):
        (served / "data" / name).unlink()


def test_a_violation_closes_the_gate_while_other_processes_work(served: Path) -> None:
    with pytest.raises(GateClosed):
        build(plan_of(served, TOO_LONG), Silence(), processes=2)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A project with a release, and sources that have changed since and are worked on in several processes."""
    release_of(tmp_path, "ex:a ex:p 1 .")
    text = "x" * 1_000
    lines = (f'<{BASE}a{number}> <{BASE}p> "{text}" .\n' for number in range(17_000))
    write_files(tmp_path, {"data/things.ttl": EX + "ex:a ex:p 2 .", "data/large.nt": "".join(lines)})
    return tmp_path


def children_of(process: int) -> set[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return {child for word in text.split() for child in (int(word), *children_of(int(word)))}


@pytest.mark.skipif(sys.platform != "linux" or processors() == 1, reason="there is one process, or /proc is not there")
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_build_leaves_no_process_behind(large: Path, signal_number: signal.Signals) -> None:
    _skip_if_ignored(signal_number)
    old = open_release(large / "releases")
    with subprocess.Popen([*KGPUB, "build"], cwd=large, stderr=subprocess.DEVNULL) as process:
        while not (children := children_of(process.pid)) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal_number)
        assert process.wait(30) in (-signal_number, 128 + signal_number)
    deadline = time.monotonic() + 10
    while (left := [child for child in children if Path(f"/proc/{child}").exists()]) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert children
    assert left == []
    assert open_release(large / "releases") == old


@pytest.mark.skipif(sys.platform != "linux" or processors() == 1, reason="there is one process, or /proc is not there")
def test_a_build_that_loses_a_process_publishes_nothing(large: Path) -> None:
    old = open_release(large / "releases")
    with subprocess.Popen([*KGPUB, "build"], cwd=large, stderr=subprocess.PIPE, text=True) as process:
        while not (children := children_of(process.pid)) and process.poll() is None:
            time.sleep(0.01)
        os.kill(min(children), signal.SIGKILL)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "ended from outside (exit status -9)" in said.splitlines()[-1]
    assert open_release(large / "releases") == old
    assert list((large / "releases").glob(".staging-*")) == []


def test_a_full_disk_is_told_by_whichever_process_meets_it(large: Path) -> None:
    limited = ["sh", "-c", 'ulimit -f 8192; exec "$@"', "sh", *KGPUB, "build"]
    done = subprocess.run(limited, cwd=large, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "kgpub: The disk is full: nothing was published; make room and build again."
    assert list((large / "releases").glob(".staging-*")) == []


@pytest.mark.parametrize("kilobytes", [8, 64, 256])
def test_a_full_disk_publishes_nothing(tmp_path: Path, kilobytes: int) -> None:
    old = release_of(tmp_path, "ex:a ex:p 1 .")
    write_files(tmp_path, {"data/things.ttl": EX + "".join(f"ex:a{number} ex:p ex:b .\n" for number in range(3_000))})
    limited = ["sh", "-c", f'ulimit -f {2 * kilobytes}; exec "$@"', "sh", *KGPUB, "build"]
    done = subprocess.run(limited, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "kgpub: The disk is full: nothing was published; make room and build again."
    assert done.returncode == 11
    assert open_release(tmp_path / "releases") == old
    assert list((tmp_path / "releases").glob(".staging-*")) == []


def test_the_announcement_is_built_from_its_own_settings() -> None:
    plan = project_plan(read_settings(ROOT / "kgpub.toml"))
    assert plan.is_quoted("https://w3id.org/stca-kg/id/prop-withdraw")
    assert len(plan.rules) > 0
