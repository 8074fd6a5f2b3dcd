import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import SH, Graph, Literal

from kgpub.release import open_release
from projects import BASE, EX, KGPUB, SETTINGS, run_kgpub, write_files

SHAPES = EX + "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."
FILES = {
    "kgpub.toml": SETTINGS, "data/a.ttl": EX + 'ex:a a ex:Thing ; ex:name "A" .', "shapes/s.ttl": SHAPES,
    "bad.ttl": EX + "ex:b a ex:Thing . ex:c a ex:Thing .",
}  # fmt: skip
BAD = ("--data", "bad.ttl", "--shapes", "shapes")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_files(tmp_path, FILES)


# build --------------------------------------------------------------------------------------------


def test_a_build_says_what_it_made_and_a_second_one_that_nothing_changed(project: Path) -> None:
    first, second = (run_kgpub("build", cwd=project) for _ in range(2))
    release = open_release(project / "releases").manifest.id
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout.startswith(f"built: release {release}, ")
    assert second.stdout == first.stdout.replace("built", "unchanged")


def test_files_that_are_not_read_are_told(project: Path) -> None:
    write_files(
        project, {f"data/{name}": "x" for name in ("b.n3", "c.ttl.bz2", "d.JSON", "readme.md", "e.csv.zip", ".f.n3")}
    )
    told = run_kgpub("build", cwd=project).stdout.splitlines()[-1]
    assert told == "Not read, by their suffixes: data/b.n3, data/c.ttl.bz2, data/d.JSON."
    write_files(project, {f"ontology/{number}.trix": "x" for number in range(4)})
    assert run_kgpub("build", cwd=project).stdout.splitlines()[-1].endswith("ontology/1.trix and 2 more.")


def test_elsewhere_than_on_a_terminal_progress_is_plain_lines(project: Path) -> None:
    done = run_kgpub("build", cwd=project)
    steps = [line.split("  ")[0] for line in done.stderr.splitlines()]
    assert steps[:3] == ["reading 2 sources", "loading the store", "applying 0 rules"]
    assert steps[3:] == ["validating", "making downloads", "describing", "indexing",
                         "comparing with the release before", "publishing"]  # fmt: skip
    assert done.stderr.isascii()
    assert "\x1b" not in done.stderr


def test_on_a_terminal_progress_is_live(project: Path) -> None:
    try:
        reader, writer = pty.openpty()
    except OSError:  # a container may have none
        pytest.skip("there are no pseudo-terminals here")
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(
        [*KGPUB, "build"], cwd=project, stdout=subprocess.PIPE, stderr=writer, check=True, env=environment
    )
    os.close(writer)
    assert b"\x1b[" in os.read(reader, 100_000)
    os.close(reader)
    assert done.stdout.startswith(b"built: ")


def test_a_violation_is_reported_by_shape_and_focus_node(project: Path) -> None:
    write_files(project, {"data/bad.ttl": FILES["bad.ttl"]})
    done = run_kgpub("build", cwd=project)
    assert done.returncode == 2
    lines = [line for line in done.stdout.splitlines() if not line.startswith("    ")]
    assert lines == ["2 violations in 1 shape", "", f"<{BASE}S>", f"  <{BASE}b>", f"  <{BASE}c>"]


def test_releases_can_be_written_elsewhere_and_the_project_be_elsewhere(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert run_kgpub("build", "--project", project, "--releases", "out", cwd=other).returncode == 0
    assert open_release(other / "out").manifest.publication.base_iri == BASE
    assert not (project / "releases").exists()


# validate -----------------------------------------------------------------------------------------


def test_data_that_conforms_ends_with_0(project: Path) -> None:
    done = run_kgpub("validate", "--data", "data", "--shapes", "shapes/s.ttl", cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (0, "No findings: the data conforms to the shapes.\n", "")


def test_without_files_the_project_is_validated(project: Path) -> None:
    assert run_kgpub("validate", cwd=project).returncode == 0
    write_files(project, {"data/bad.ttl": FILES["bad.ttl"]})
    assert run_kgpub("validate", "--project", project, cwd=project.parent).returncode == 1


def test_a_severity_decides_what_fails(project: Path) -> None:
    warning = "[] a sh:NodeShape ; sh:targetClass ex:W ; sh:severity sh:Warning ; sh:nodeKind sh:Literal ."
    write_files(project, {"shapes/w.ttl": EX + warning, "data/w.ttl": EX + "ex:w a ex:W ."})
    files = ("--data", "data", "--shapes", "shapes/w.ttl")
    ends = {
        options: run_kgpub("validate", *options, cwd=project).returncode
        for options in (files, (), (*files, "--fail-on", "violation"), ("--fail-on", "warning"))
    }
    assert list(ends.values()) == [1, 0, 0, 1]


def test_violations_end_with_1_and_a_text_for_people(project: Path) -> None:
    done = run_kgpub("validate", *BAD, cwd=project)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("2 violations in 1 shape\n")


def test_violations_as_json_are_json(project: Path) -> None:
    done = run_kgpub("validate", *BAD, "--format", "json", cwd=project)
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert [finding["focusNode"] for finding in document["findings"]] == [f"<{BASE}b>", f"<{BASE}c>"]


def test_violations_as_turtle_are_a_validation_report(project: Path) -> None:
    done = run_kgpub("validate", *BAD, "--format", "turtle", cwd=project)
    graph = Graph().parse(data=done.stdout, format="turtle")
    assert done.returncode == 1
    assert [*graph.objects(None, SH.conforms)] == [Literal(lexical_or_value=False)]
    assert {str(node) for node in graph.objects(None, SH.focusNode)} == {f"{BASE}b", f"{BASE}c"}
    assert len(list(parse(done.stdout, RdfFormat.TURTLE))) == len(graph)


# usage --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "exit_code"), [
    (["validate", "--nope"], 2), (["validate", "--format", "xml"], 2), (["validate", "--data"], 2),
    (["build", "--nope"], 64), (["build", "extra"], 64), (["serve", "--port", "99999"], 64), (["nope"], 64),
])  # fmt: skip
def test_a_command_used_wrongly_shows_its_usage(tmp_path: Path, arguments: list[str], exit_code: int) -> None:
    done = run_kgpub(*arguments, cwd=tmp_path)
    assert done.returncode == exit_code
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [[], ["build"], ["validate"], ["serve"]])
def test_help_explains_every_option(tmp_path: Path, command: list[str]) -> None:
    done = run_kgpub(*command, "--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    options = [line.split() for line in done.stdout.splitlines() if line.startswith("  -")]
    assert options
    assert all(len(words) > 2 for words in options)


def test_the_version_is_shown(tmp_path: Path) -> None:
    assert run_kgpub("--version", cwd=tmp_path).stdout.startswith("kgpub, version 0.")


def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*KGPUB, "validate", *BAD], cwd=project, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_what_nobody_foresaw_is_one_line_with_its_own_exit_code(project: Path) -> None:
    done = run_kgpub("build", cwd=project, env=os.environ | {"SOURCE_DATE_EPOCH": "9" * 20})
    assert done.returncode == 70
    assert done.stderr.splitlines()[-1].startswith("kgpub: Unexpected ")
    assert "Traceback" not in done.stderr
    assert not (project / "releases" / "current").exists()


def test_without_a_command_the_help_is_shown(tmp_path: Path) -> None:
    done = run_kgpub(cwd=tmp_path)
    assert done.returncode == 64
    assert "Commands:" in done.stderr
