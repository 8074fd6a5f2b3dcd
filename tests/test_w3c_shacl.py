"""The W3C's SHACL test suite: every report is the expected one, to the triple (0042)."""

import json
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse
from rdflib import RDF, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import graph_diff, isomorphic
from rdflib.term import Node

from kgpub.errors import ShapesInvalid
from kgpub.gate import validate_files
from kgpub.rdflib_terms import to_rdflib
from kgpub.report import Report, as_json, as_text, as_turtle
from projects import run_kgpub
from w3c_suites import FOLDER, Case, Suite, read_cases, require_suites

require_suites()

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
SUITE = Suite("shacl", (FOLDER / "shacl").as_uri() + "/")
CASES = read_cases(SUITE, "manifest.ttl")
REFUSED = [case for case in CASES if SHT.Failure.toPython() in case.values("result")]
JUDGED = [case for case in CASES if case not in REFUSED]

#: What a result is made of, and what is compared where the expected report has it (data-shapes-test-suite, section 3).
RESULT = (SH.focusNode, SH.value, SH.resultPath, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape)
IF_EXPECTED = (SH.resultMessage, SH.sourceConstraint)
PATH = {SH.inversePath, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath, RDF.first, RDF.rest}


def files(case: Case) -> tuple[Path, Path]:
    (data,), (shapes,) = case.paths("action", "dataGraph"), case.paths("action", "shapesGraph")
    return data, shapes


def judged(case: Case) -> Report:
    data, shapes = files(case)
    return validate_files([data], [shapes], None)


def graph(turtle: bytes, base_iri: str | None = None) -> Graph:
    """Return a graph with literals as they are written, which rdflib's own parser would not leave."""
    read = Graph()
    for quad in parse(turtle, RdfFormat.TURTLE, base_iri=base_iri):
        assert isinstance(quad, Quad)
        read.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return read


def expected(case: Case) -> tuple[Graph, Node]:
    manifest = graph(case.manifest.path.read_bytes(), SUITE.iri(case.manifest.path))
    (report,) = manifest.objects(URIRef(case.iri), MF.result)
    return manifest, report


def compared(source: Graph, report: Node, properties: tuple[URIRef, ...]) -> Graph:
    """Return of a report what is compared: whether the data conforms, and the results."""
    kept = Graph()
    kept.add((report, SH.conforms, Literal(str(source.value(report, SH.conforms)))))
    for result in source.objects(report, SH.result):
        kept.add((report, SH.result, result))
        for property_ in properties:
            for value in source.objects(result, property_):
                kept.add((result, property_, value))
                if property_ == SH.resultPath:
                    keep_path(source, value, kept)
    return kept


def keep_path(source: Graph, node: Node, kept: Graph) -> None:
    for predicate, value in source.predicate_objects(node) if isinstance(node, BNode) else ():
        if predicate in PATH:
            kept.add((node, predicate, value))
            keep_path(source, value, kept)


def differences(case: Case, written: bytes) -> str:
    """Return how a report differs from the expected one, up to the names of blank nodes; '' where it does not."""
    (wanted, root), found = expected(case), graph(written)
    used = {predicate for result in wanted.objects(root, SH.result) for predicate in wanted.predicates(result)}
    properties = (*RESULT, *(property_ for property_ in IF_EXPECTED if property_ in used))
    (report,) = found.subjects(RDF.type, SH.ValidationReport)
    pair = compared(wanted, root, properties), compared(found, report, properties)
    if isomorphic(*pair):
        return ""
    _, missing, surplus = graph_diff(*pair)
    return f"missing:\n{missing.serialize(format='turtle')}\nsurplus:\n{surplus.serialize(format='turtle')}"


def test_the_suite_is_there_as_a_whole() -> None:
    assert Counter(str(case).split("/")[1] for case in CASES) == {"core": 98, "sparql": 23}
    assert len(REFUSED) == 7


@pytest.mark.parametrize("case", JUDGED, ids=str)
def test_the_report_is_the_expected_one_in_every_format(case: Case) -> None:
    report = judged(case)
    assert differences(case, as_turtle(report)) == ""
    wanted, root = expected(case)
    results = list(wanted.objects(root, SH.result))
    told = json.loads(as_json(report))
    assert told["conforms"] == (str(wanted.value(root, SH.conforms)) == "true")
    components = Counter(str(wanted.value(result, SH.sourceConstraintComponent)) for result in results)
    assert Counter(finding["component"][1:-1] for finding in told["findings"]) == components
    assert ("No findings" in as_text(report)) == (not results)


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_shacl_forbids_is_refused_in_a_sentence_that_names_the_shape(case: Case) -> None:
    with pytest.raises(ShapesInvalid) as refusal:
        judged(case)
    assert f"{str(case).split('/', 1)[1]}.test#" in refusal.value.sentence
    assert " has a query " in refusal.value.sentence
    assert refusal.value.sentence.count("\n") == 0


@pytest.mark.parametrize(
    ("name", "exit_code"),
    [("core/path/path-complex-001", 1), ("core/property/uniqueLang-002", 0)],
)
def test_the_command_line_writes_the_expected_report(name: str, exit_code: int, tmp_path: Path) -> None:
    (case,) = (case for case in CASES if str(case) == f"shacl/{name}")
    data, shapes = files(case)
    done = run_kgpub("validate", "--data", data, "--shapes", shapes, "--format", "turtle", cwd=tmp_path)
    assert done.returncode == exit_code, done.stderr
    assert differences(case, done.stdout.encode()) == ""


def test_the_command_line_refuses_what_shacl_forbids(tmp_path: Path) -> None:
    data, shapes = files(REFUSED[0])
    done = run_kgpub("validate", "--data", data, "--shapes", shapes, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("kgpub: ")
    assert "Traceback" not in done.stderr
