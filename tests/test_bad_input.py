"""Whatever is wrong, the command line says it in one sentence with an exit code of its own, and publishes nothing."""

import gzip
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from kgpub import errors
from kgpub.errors import KgpubError
from kgpub.publish import staging
from projects import EX, SETTINGS, run_kgpub, write_files

GOOD: dict[str, str | bytes] = {"kgpub.toml": SETTINGS, "data/a.ttl": EX + "ex:a ex:p ex:b ."}
SHAPES = EX + "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."
NO_SHAPES = EX + "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:minCount 'many' ] ."


class Case(NamedTuple):
    """Files put beside those of a good project, the command, and how it ends."""

    files: Mapping[str, str | bytes]
    exit_code: int
    told: str
    arguments: tuple[str, ...] = ("build",)


BUILD = {
    "a violation": Case({"shapes/s.ttl": SHAPES}, 2, "The data has 1 SHACL violation; nothing was published."),
    "Turtle that is wrong": Case({"data/x.ttl": EX + "ex:a ex:p .\n"}, 3, "data/x.ttl, line 3, column 11: "),
    "control characters": Case({"data/x.ttl": "\x1b[31m"}, 3, "data/x.ttl, line 1, column 1: ' '"),
    "RDF/XML that breaks off": Case({"data/x.rdf": "<a>\n<b>\n</a>"}, 3, "data/x.rdf, line "),
    "a context on the web": Case({"data/x.jsonld": '{"@context": "http://127.0.0.1/"}'}, 3, "fetches nothing"),
    "a broken gzip file": Case({"data/x.nt.gz": b"no gzip"}, 4, "data/x.nt.gz cannot be read: "),
    "a missing folder": Case({"kgpub.toml": SETTINGS + '[folders]\ndata = "dta"\n'}, 4, "dta is no folder"),
    "no project": Case({}, 4, "none/kgpub.toml cannot be read", ("build", "--project", "none")),
    "Latin-1": Case({"data/x.ttl": "\n# é\n<http://é/>".encode("latin-1")}, 5, "data/x.ttl, line 3, column "),
    "UTF-16": Case({"data/x.nt": EX.encode("utf-16")}, 5, "data/x.nt, line 1, column 1: "),
    "a packed file in UTF-16": Case({"data/x.nt.gz": gzip.compress("é".encode("utf-16"))}, 5, "data/x.nt.gz, line 1"),
    "an empty source": Case({"data/x.ttl": ""}, 6, "data/x.ttl holds no statement; fill it or remove it."),
    "invalid shapes": Case({"shapes/s.ttl": NO_SHAPES}, 7, "is not valid SHACL"),
    "an unknown key": Case({"kgpub.toml": SETTINGS + "titel = 1\n"}, 8, "kgpub.toml, line 4: unknown key 'titel'"),
    "no TOML": Case({"kgpub.toml": SETTINGS + "=\n"}, 8, "line 4"),
    "a base that is none": Case({}, 8, "--base: 'nonsense' must be", ("build", "--base", "nonsense")),
    "an IRI outside the base": Case({"data/x.ttl": EX + "<http://o.org/> ex:p 1 ."}, 9, "data/x.ttl, line 3: "),
    "a rule that is wrong": Case({"ontology/r.rq": "CONSTRUCT {"}, 10, "ontology/r.rq: "),
    "a rule with blank nodes": Case({"ontology/r.rq": "CONSTRUCT { ?s ?p [] } { ?s ?p ?o }"}, 10, "ontology/r.rq: "),
    "a file for a folder": Case({"file": ""}, 15, "file cannot be written to", ("build", "--releases", "file")),
}
SERVE = {
    "a missing file": Case({}, 4, "none.ttl cannot be read: No such file", ("serve", "none.ttl")),
    "a file of another kind": Case({"notes.md": ""}, 4, "notes.md: no RDF syntax", ("serve", "notes.md")),
    "a folder without RDF": Case({"f/notes.md": ""}, 4, "f holds no RDF file", ("serve", "f")),
    "a file that is wrong": Case({"x.ttl": "\n<a"}, 3, "x.ttl, line 2, column ", ("serve", "x.ttl")),
    "a base for files": Case({}, 8, "--base: 'http://x' must be", ("serve", "--base", "http://x", "data/a.ttl")),
    "no release yet": Case({}, 13, "run `kgpub build`", ("serve",)),
}
VALIDATE = {
    "no shapes": Case({}, 2, "--shapes is missing", ("validate", "--data", "data/a.ttl")),
    "no shapes in the project": Case({}, 2, "has no shapes", ("validate",)),
    "missing data": Case(
        {}, 2, "none.ttl cannot be read", ("validate", "--data", "none.ttl", "--shapes", "data/a.ttl")
    ),
    "wrong data": Case({"x.nt": "no"}, 2, "x.nt, line 1", ("validate", "--data", "x.nt", "--shapes", "data/a.ttl")),
    "wrong shapes": Case(
        {"s.ttl": NO_SHAPES}, 2, "not valid SHACL", ("validate", "--data", "s.ttl", "--shapes", "s.ttl")
    ),
    "a base for validation": Case(
        {}, 2, "--base: 'x'", ("validate", "--data", "data/a.ttl", "--shapes", "data/a.ttl", "--base", "x")
    ),
}
CASES = BUILD | SERVE | VALIDATE


def expect(folder: Path, case: Case) -> None:
    done = run_kgpub(*case.arguments, cwd=folder)
    told = [line for line in done.stderr.splitlines() if line.startswith("kgpub: ")]
    assert told == done.stderr.splitlines()[-1:]
    assert case.told in told[0]
    assert done.returncode == case.exit_code
    assert "Traceback" not in done.stderr
    assert not (folder / "releases" / "current").exists()


def test_no_case_has_the_name_of_another() -> None:
    assert len(CASES) == len(BUILD) + len(SERVE) + len(VALIDATE)


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_told_in_a_sentence(tmp_path: Path, name: str) -> None:
    expect(write_files(tmp_path, {**GOOD, **CASES[name].files}), CASES[name])


def test_a_link_that_leads_nowhere_is_a_missing_file(tmp_path: Path) -> None:
    write_files(tmp_path, GOOD)
    (tmp_path / "data" / "lost.ttl").symlink_to("nowhere.ttl")
    expect(tmp_path, Case({}, 4, "data/lost.ttl cannot be read: No such file or directory."))


def test_a_project_without_sources_is_told(tmp_path: Path) -> None:
    expect(write_files(tmp_path, {"kgpub.toml": SETTINGS}), Case({}, 6, "The project has no RDF file"))


def test_a_running_build_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, GOOD)
    with staging(tmp_path / "releases"):
        expect(tmp_path, Case({}, 14, "Another build is writing to releases; wait for it to end."))


@contextmanager
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, GOOD)
    with listening() as port:
        expect(tmp_path, Case({}, 12, f"port {port} cannot be used", ("serve", "--port", str(port), "data/a.ttl")))


def test_every_error_of_the_command_line_has_an_exit_code_of_its_own() -> None:
    classes = [cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, KgpubError)]
    codes = [cls.exit_code for cls in classes if "exit_code" in vars(cls)]
    assert len(set(codes)) == len(codes)
    assert {*range(2, 20)} == {*codes} - {1}
