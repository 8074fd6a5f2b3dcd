"""The W3C's test suites of Turtle, TriG, N-Triples, N-Quads and RDF/XML: read as a build reads them (0042)."""

import gzip
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kgpub import reading
from kgpub.adhoc import adhoc_plan
from kgpub.build import build
from kgpub.canonical import canonical_lines
from kgpub.errors import RdfSyntaxError
from kgpub.formats import JSON_LD, TRIG, TURTLE
from kgpub.nquads import line_of, quads_of, split_line
from kgpub.plan import project_plan
from kgpub.progress import Silence
from kgpub.representation import serialize_lines
from kgpub.settings import read_settings
from kgpub.sources import RDF_FORMATS, Source, read_quads
from kgpub.turtle_pieces import piece, prefix_lines
from projects import BASE, SETTINGS, run_kgpub, write_files
from w3c_suites import Case, Suite, read_cases, require_suites

require_suites()

SUITES = (
    Suite("turtle", "http://www.w3.org/2013/TurtleTests/"),
    Suite("trig", "http://www.w3.org/2013/TriGTests/"),
    Suite("ntriples", "http://www.w3.org/2013/NTriplesTests/"),
    Suite("nquads", "http://www.w3.org/2013/NQuadsTests/"),
    Suite("rdf-xml", "http://www.w3.org/2013/RDFXMLTests/"),
    Suite("rdf-xml-non-normative", "http://www.w3.org/2013/RDFXMLTests/"),
)
CASES = [case for suite in SUITES for case in read_cases(suite, "manifest.ttl")]
NEGATIVE = [case for case in CASES if any("Negative" in kind for kind in case.kinds)]
POSITIVE = [case for case in CASES if case not in NEGATIVE]
EVALUATED = [case for case in POSITIVE if case.values("result")]

XML_LITERAL = "the engine (0.5.13) writes all namespaces into an XML literal, as the suite had it from 2025 to 2026"
EMPTY_LITERAL = "the engine (0.5.13) refuses an empty XML literal"
DEVIATIONS = {
    "rdf-xml/xml-canon-test001": XML_LITERAL,
    "rdf-xml-non-normative/rdfms-xml-literal-namespaces-test001": XML_LITERAL,
    "rdf-xml-non-normative/rdfms-xml-literal-namespaces-test002": XML_LITERAL,
    "rdf-xml-non-normative/rdfms-empty-property-elements-test003": EMPTY_LITERAL,
    "rdf-xml-non-normative/rdfms-empty-property-elements-test009": EMPTY_LITERAL,
}
READABLE = [case for case in POSITIVE if DEVIATIONS.get(str(case)) != EMPTY_LITERAL]
#: Turtle has it in names (PN_CHARS_BASE), RFC 3987 in no IRI: the engine reads it in Turtle alone.
IN_TURTLE_ONLY = re.compile("\U000e01ef|\\\\U000E01EF".encode())
PREFIXES = {"ex": "http://example/", "a": "http://a.example/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}


def quads_read(case: Case) -> list[ox.Quad]:
    (path,) = case.paths("action")
    return list(read_quads(Source(path, path.name, None), case.manifest.suite.iri(path)))


def quads_expected(case: Case) -> Iterable[ox.Quad]:
    (path,) = case.paths("result")
    return parsed(path.read_bytes(), RDF_FORMATS[path.suffix])


def lines(quads: Iterable[ox.Quad]) -> list[str]:
    return sorted(set(canonical_lines(quads)))


def test_the_suites_are_there_as_a_whole() -> None:
    counts = Counter(str(case).split("/", maxsplit=1)[0] for case in CASES)
    assert counts == {
        "turtle": 291, "trig": 335, "ntriples": 68, "nquads": 85, "rdf-xml": 162, "rdf-xml-non-normative": 7,
    }  # fmt: skip


@pytest.mark.parametrize("case", EVALUATED, ids=str)
def test_a_file_gives_the_expected_statements(case: Case, request: pytest.FixtureRequest) -> None:
    if reason := DEVIATIONS.get(str(case)):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    assert lines(quads_read(case)) == lines(quads_expected(case))


@pytest.mark.parametrize("case", READABLE, ids=str)
def test_what_is_read_is_the_same_in_every_syntax_that_is_written(case: Case) -> None:
    read = lines(quads_read(case))
    assert lines(parsed(serialize_lines(read, TRIG, PREFIXES), ox.RdfFormat.TRIG)) == read
    pieces = b"".join(piece([quad], ox.RdfFormat.TRIG, PREFIXES) + b"\n" for quad in quads_of(read))
    assert lines(parsed(prefix_lines(PREFIXES) + pieces, ox.RdfFormat.TRIG)) == read
    triples = lines(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads_of(read))
    assert lines(parsed(serialize_lines(triples, TURTLE, PREFIXES), ox.RdfFormat.TURTLE)) == triples
    assert lines(parsed(serialize_lines(triples, JSON_LD, PREFIXES), ox.RdfFormat.JSON_LD)) == triples


def parsed(data: bytes, syntax: ox.RdfFormat) -> Iterable[ox.Quad]:
    quads = ox.parse(data, syntax, lenient=bool(IN_TURTLE_ONLY.search(data)))
    return (quad if isinstance(quad, ox.Quad) else ox.Quad(*quad) for quad in quads)


@pytest.mark.parametrize("case", NEGATIVE, ids=str)
def test_what_is_no_rdf_is_refused_with_file_and_line(case: Case) -> None:
    (path,) = case.paths("action")
    with pytest.raises(RdfSyntaxError) as refusal:
        quads_read(case)
    place = r", line \d+" if path.suffix == ".rdf" else r", line \d+, column \d+"
    assert re.match(re.escape(str(path)) + place + ": .+", refusal.value.sentence, re.DOTALL)
    assert refusal.value.exit_code == 3


def test_read_in_small_pieces_the_files_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = adhoc_plan([case.paths("action")[0] for case in READABLE], tmp_path, BASE, union_default_graph=False)
    write_files(tmp_path, {"whole/x": "", "small/x": ""})
    whole = reading.read_sources(plan, plan.sources, tmp_path / "whole")
    monkeypatch.setattr(reading, "_QUADS_AT_ONCE", 1)
    monkeypatch.setattr(reading, "_BYTES_OF_A_RUN", 1)
    small = reading.read_sources(plan, plan.sources, tmp_path / "small")
    assert len(whole.runs) == 1
    assert len(small.runs) > len(READABLE) / 2
    assert {line for run in small.runs for line in run.read_bytes().splitlines()} == set(
        whole.runs[0].read_bytes().splitlines()
    )
    assert blank(small) == blank(whole)


def blank(read: reading.Read) -> list[str]:
    return lines(ox.parse(path=read.blank, format=ox.RdfFormat.N_QUADS, lenient=True))


def test_all_files_together_make_a_release_whose_downloads_hold_all(tmp_path: Path) -> None:
    for number, case in enumerate(READABLE):
        (path,) = case.paths("action")
        (tmp_path / "data" / case.manifest.suite.folder).mkdir(parents=True, exist_ok=True)
        if quads_read(case):
            shutil.copy(path, tmp_path / "data" / case.manifest.suite.folder / f"{number}{path.suffix}")
    elsewhere = json.dumps(
        ["http:", "https:", "urn:", "file:", "scheme:", "g:", "tag:", "z:", "x:", "ftp:", "news:", "tel:"]
    )
    settings = write_files(tmp_path, {"kgpub.toml": SETTINGS + f"described_elsewhere = {elsewhere}\n"}) / "kgpub.toml"
    plan = project_plan(read_settings(settings))
    dumps = build(plan, Silence()).release.folder / "dumps"
    expected = set(lines(quad for source in plan.sources for quad in read_quads(source, plan.base.iri)))
    assert expected <= set(gzip.decompress((dumps / "all.nq.gz").read_bytes()).decode().splitlines())
    turtle = gzip.decompress((dumps / "asserted.ttl.gz").read_bytes())
    triples = {split_line(line)[:3] for line in expected}
    assert triples <= {split_line(line)[:3] for line in map(line_of, parsed(turtle, ox.RdfFormat.TURTLE))}
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) > len(triples) * 0.9  # it takes "01" for "1"


@pytest.mark.parametrize("name", ["turtle/turtle-syntax-bad-struct-09", "rdf-xml/rdfms-rdf-id-error005"])
def test_the_command_line_refuses_what_is_no_rdf_and_publishes_nothing(name: str, tmp_path: Path) -> None:
    (case,) = (case for case in NEGATIVE if str(case) == name)
    (path,) = case.paths("action")
    write_files(tmp_path, {"kgpub.toml": SETTINGS, f"data/bad{path.suffix}": path.read_bytes()})
    done = run_kgpub("build", cwd=tmp_path)
    assert done.returncode == 3
    assert re.search(rf"kgpub: data/bad{path.suffix}, line \d+.*: ", done.stderr)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "releases" / "current").exists()
