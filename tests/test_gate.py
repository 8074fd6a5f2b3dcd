from pathlib import Path

import pytest

from kgpub.errors import RdfSyntaxError, SettingsInvalid, ShapesInvalid, SourceUnreadable
from kgpub.gate import validate_files, validate_project
from kgpub.report import Report, as_text
from kgpub.settings import read_settings
from projects import BASE, EX, SETTINGS, write_files

SHAPES = EX + "ex:Named a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."
GOOD, BAD = EX + 'ex:a a ex:Thing ; ex:name "A" .', EX + "ex:b a ex:Thing ."


def judged(folder: Path, data: str, name: str = "data.ttl") -> Report:
    write_files(folder, {name: data, "shapes.ttl": SHAPES})
    return validate_files([folder / name], [folder / "shapes.ttl"], None)


def project(folder: Path, files: dict[str, str], settings: str = SETTINGS) -> Report:
    return validate_project(read_settings(write_files(folder, {"kgpub.toml": settings, **files}) / "kgpub.toml"))


def test_files_are_judged_by_shapes(tmp_path: Path) -> None:
    assert judged(tmp_path, GOOD).conforms
    assert [finding.focus_node for finding in judged(tmp_path, GOOD + BAD).findings] == [f"<{BASE}b>"]


def test_the_graphs_that_files_hold_count_for_nothing(tmp_path: Path) -> None:
    assert judged(tmp_path, f'{EX}GRAPH ex:g {{ ex:a a ex:Thing }} ex:a ex:name "A" .', "data.trig").conforms


def test_several_files_and_folders_are_one_graph(tmp_path: Path) -> None:
    write_files(tmp_path, {"d/1.ttl": EX + "ex:a a ex:Thing .", "2.ttl": EX + 'ex:a ex:name "A" .', "s/s.ttl": SHAPES})
    assert validate_files([tmp_path / "d", tmp_path / "2.ttl"], [tmp_path / "s"], None).conforms


def test_a_file_that_is_data_and_shapes_is_one_graph(tmp_path: Path) -> None:
    both = EX + "_:x ex:p 1 . ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:in ( _:x ) ."
    write_files(tmp_path, {"both.ttl": both})
    assert validate_files([tmp_path / "both.ttl"], [tmp_path / "both.ttl"], None).conforms


def test_relative_iris_resolve_against_the_base_given(tmp_path: Path) -> None:
    write_files(tmp_path, {"data.ttl": "<b> a <Thing> .", "shapes.ttl": SHAPES})
    report = validate_files([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"], BASE)
    assert [finding.focus_node for finding in report.findings] == [f"<{BASE}b>"]


@pytest.mark.parametrize(("data", "shapes", "missing"), [([], ["s.ttl"], "--data"), (["d.ttl"], [], "--shapes")])
def test_data_and_shapes_are_both_needed(data: list[str], shapes: list[str], missing: str) -> None:
    with pytest.raises(SourceUnreadable, match=f"^{missing} is missing"):
        validate_files([Path(name) for name in data], [Path(name) for name in shapes], None)


def test_a_base_that_is_no_iri_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"^--base"):
        validate_files([tmp_path], [tmp_path], "nonsense")


def test_data_that_does_not_parse_is_told(tmp_path: Path) -> None:
    with pytest.raises(RdfSyntaxError, match=r"data\.ttl, line 1"):
        judged(tmp_path, "no")


def test_a_project_is_judged_by_its_own_shapes(tmp_path: Path) -> None:
    assert project(tmp_path / "1", {"data/a.ttl": GOOD, "shapes/s.ttl": SHAPES}).conforms
    assert project(tmp_path / "2", {"data/b.ttl": BAD, "shapes/s.ttl": SHAPES}).violations == 1


def test_what_a_project_only_quotes_is_not_judged(tmp_path: Path) -> None:
    files = {"data/q.trig": f"{EX}GRAPH <said-1> {{ ex:b a ex:Thing }}", "shapes/s.ttl": SHAPES}
    assert project(tmp_path, files, SETTINGS + 'quoted_graphs = ["said-*"]\n').conforms
    assert not project(tmp_path, files).conforms


def test_a_project_is_judged_with_what_its_rules_give_as_a_build_judges_it(tmp_path: Path) -> None:
    rule = "CONSTRUCT { ?x a <Thing> } { ?x <kind> ?kind }"
    files = {"data/b.ttl": EX + "ex:b ex:kind [ ex:p 1 ] .", "ontology/r.rq": rule, "shapes/s.ttl": SHAPES}
    assert project(tmp_path, files).violations == 1


def test_an_iri_of_turtle_s_that_no_other_specification_has_is_judged_and_shown(tmp_path: Path) -> None:
    odd = "ex:a\U000e01ef"  # PN_CHARS_BASE of Turtle has it, ucschar of RFC 3987 has not
    report = project(tmp_path, {"data/a.ttl": f"{EX} {odd} a ex:Thing .", "shapes/s.ttl": SHAPES})
    assert [finding.focus_node for finding in report.findings] == [f"<{BASE}{odd[3:]}>"]
    assert odd[3:] in as_text(report)


def test_a_project_without_shapes_has_no_gate_to_run(tmp_path: Path) -> None:
    with pytest.raises(ShapesInvalid, match="no shapes"):
        project(tmp_path, {"data/a.ttl": GOOD})
