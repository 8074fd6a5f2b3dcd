"""Every constraint of the shapes can fail: an example for each, which breaks it and nothing else."""

from collections import Counter
from pathlib import Path

import pytest
import rdflib

from constraints import ROOT, Judge, constraints, expected, read

EXAMPLES = ROOT / "tests" / "examples"


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return read(sorted((ROOT / "shapes").glob("*.ttl")))


@pytest.fixture(scope="module")
def judge(shapes: rdflib.Graph) -> Judge:
    return Judge(shapes, read(sorted((ROOT / "ontology").rglob("*.ttl"))))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/*.ttl")), ids=lambda p: p.stem)
def test_an_example_violates_what_its_first_line_says_and_nothing_else(judge: Judge, path: Path) -> None:
    """A valid example violates nothing, an invalid one what it names, once; warnings beside that do not count."""
    named = expected(path)
    assert bool(named) == (path.parent.name == "invalid")
    results = judge.results(path)
    found = [r.constraint for r in results if r.severity == "Violation" or r.constraint in named]
    assert sorted(found) == sorted(named)


def test_every_constraint_has_an_example_that_violates_it(shapes: rdflib.Graph) -> None:
    shown = {constraint for path in EXAMPLES.glob("invalid/*.ttl") for constraint in expected(path)}
    assert set(constraints(shapes)) - shown == set()


def test_no_two_constraints_have_the_same_name(shapes: rdflib.Graph) -> None:
    counted = Counter(constraints(shapes))
    assert len(counted) > 300
    assert {str(constraint) for constraint, times in counted.items() if times > 1} == set()


def test_a_constraint_without_an_example_would_be_noticed() -> None:
    shapes = rdflib.Graph().parse(
        data="""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .
            ex:Shape sh:targetClass ex:C ; sh:closed true ; sh:property [
                sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 ; sh:uniqueLang false ;
                sh:property [ sh:path ( ex:p ex:q ) ; sh:or ( [ sh:minCount 2 ] ) ] ] .
            ex:Idle sh:closed true .""",
        format="turtle",
    )
    assert {str(constraint) for constraint in constraints(shapes)} == {
        "<https://example.org/Shape> (sh:ClosedConstraintComponent)",
        "<https://example.org/Shape> ^<https://example.org/p> (sh:MinCountConstraintComponent)",
        "<https://example.org/Shape> <https://example.org/p>/<https://example.org/q> (sh:OrConstraintComponent)",
    }
