"""What shapes say that the gate does not take up."""

from pathlib import Path

import pyshacl
import pytest
import rdflib

from kgpub.shacl_terms import note_on_files
from kgpub.vocabulary import SH
from projects import EX, SETTINGS, run_kgpub, write_files

TOLD = "Not looked at, being neither SHACL Core nor SHACL-SPARQL: "
#: The properties of shacl.ttl that the advanced features and SHACL-JS add, as their documents (2017-06-08) define them.
ADDED = {
    "annotationProperty", "annotationValue", "annotationVarName", "condition", "construct", "expression", "filterShape",
    "intersection", "js", "jsFunctionName", "jsLibrary", "jsLibraryURL", "nodes", "object", "predicate",
    "resultAnnotation", "returnType", "rule", "subject", "target", "union", "update",
}  # fmt: skip
PARTS = {"subject", "predicate", "object", "condition", "construct", "jsLibrary", "jsLibraryURL"}


def note(folder: Path, shapes: str) -> str:
    return note_on_files([write_files(folder, {"s.ttl": EX + shapes}) / "s.ttl"], None)


def test_every_property_of_core_and_sparql_is_taken_up_and_none_of_the_others(tmp_path: Path) -> None:
    vocabulary = rdflib.Graph().parse(Path(pyshacl.__file__).parent / "assets" / "shacl.ttl")
    found = vocabulary.subjects(rdflib.RDF.type, rdflib.RDF.Property)
    names = {str(iri).removeprefix(SH) for iri in found if str(iri).startswith(SH)}
    assert names >= ADDED | {"minCount", "select"}
    assert note(tmp_path, "".join(f"ex:s sh:{name} ex:o .\n" for name in names - ADDED)) == ""
    for name in ADDED - PARTS:
        assert note(tmp_path, f"ex:s sh:{name} ex:o .") == f"{TOLD}sh:{name} (1)."


def test_what_is_left_aside_is_counted_and_its_parts_are_not(tmp_path: Path) -> None:
    rule = "sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:p ; sh:object 1 ]"
    shapes = f"ex:S a sh:NodeShape ; {rule} ; sh:property [ sh:path ex:p ; sh:minCont 1 ] . ex:T {rule} ."
    assert note(tmp_path, shapes) == f"{TOLD}sh:minCont (1), sh:rule (2)."


@pytest.mark.parametrize("arguments", [("build",), ("validate",), ("validate", "--data", "data", "--shapes", "shapes")])
def test_the_command_line_tells_it(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    for name, shape, told in (("1", "sh:js [ ]", f"{TOLD}sh:js (1)."), ("2", "sh:nodeKind sh:IRI", "")):
        shapes = EX + f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; {shape} ."
        files = {"kgpub.toml": SETTINGS, "data/a.ttl": EX + "ex:a ex:p 1 .", "shapes/s.ttl": shapes}
        done = run_kgpub(*arguments, cwd=write_files(tmp_path / name, files))
        assert done.returncode == 0, done.stderr
        where, other = (done.stdout, done.stderr) if arguments == ("build",) else (done.stderr, done.stdout)
        assert where.splitlines()[-1:] == [told] if told else "Not looked at" not in where
        assert "Not looked at" not in other
