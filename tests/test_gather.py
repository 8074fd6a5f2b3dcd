from pathlib import Path

import pytest

from kgpub.adhoc import adhoc_plan
from kgpub.errors import IriOutsideBase, SourceEmpty
from kgpub.gather import gather
from kgpub.tasks import Crew
from projects import BASE, EX, SETTINGS, plan_of, write_files

BLANK = "ex:a ex:p [ ex:q ( 1 [] ) ] , [ ex:q ( [] 1 ) ] ."


def gathered(folder: Path, files: dict[str, str], settings: str = SETTINGS) -> list[str]:
    plan = plan_of(folder, files, settings)
    with Crew() as crew:
        statements = gather(plan, folder, crew)
    assert list(folder.glob("*.run")) == []
    return list(statements.lines())


def test_statements_come_sorted_and_once_each_in_its_graph(tmp_path: Path) -> None:
    lines = gathered(
        tmp_path, {"data/a.ttl": EX + "ex:b ex:p 1 , 1 . ex:a ex:p 1 .", "ontology/x.ttl": EX + "ex:b ex:p 1 ."}
    )
    assert lines == sorted(set(lines))
    assert [line.rsplit("/", 1)[1] for line in lines] == ["a> .", "a> .", "ontology> ."]


def test_the_order_of_files_and_statements_and_the_names_of_blank_nodes_do_not_matter(tmp_path: Path) -> None:
    one = gathered(tmp_path / "1", {"data/g/1.ttl": EX + BLANK, "data/g/2.ttl": EX + "_:a ex:p _:b . _:b ex:p _:a ."})
    two = gathered(tmp_path / "2", {"data/g/1.ttl": EX + "_:y ex:p _:x . _:x ex:p _:y .", "data/g/2.ttl": EX + BLANK})
    assert one == two


def test_blank_nodes_with_the_same_name_in_two_files_are_two(tmp_path: Path) -> None:
    files = {"data/g/1.ttl": EX + "ex:a ex:p _:x .", "data/g/2.ttl": EX + "ex:b ex:p _:x ."}
    assert len({line.split(" ")[2] for line in gathered(tmp_path, files)}) == 2


@pytest.mark.parametrize("empty", ["", "# a comment\n", EX])
def test_an_empty_source_of_a_project_is_refused(tmp_path: Path, empty: str) -> None:
    with pytest.raises(SourceEmpty, match=r"empty\.ttl holds no statement"):
        gathered(tmp_path, {"data/a.ttl": EX + "ex:a ex:p 1 .", "data/empty.ttl": empty})


def test_a_project_without_a_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceEmpty, match="no RDF file"):
        gathered(tmp_path, {"data/readme.md": ""})


def test_what_is_described_outside_the_base_is_refused_with_its_line(tmp_path: Path) -> None:
    text = f'{EX}ex:a ex:p "\u2028\x0b\x85" .\n<http://other.org/x> ex:p 1 .\n'
    with pytest.raises(IriOutsideBase) as error:
        gathered(tmp_path, {"data/a.ttl": text})
    assert error.value.sentence.startswith(f"{tmp_path / 'data/a.ttl'}, line 4: <http://other.org/x> is described but")


def test_all_that_is_described_elsewhere_is_told_at_once_as_a_setting(tmp_path: Path) -> None:
    described = (
        "http://other.org/voc#A",
        "http://other.org/voc#B",
        "http://one.org",
        "urn:isbn:1",
        "http://ok.org/a/b",
    )
    files = {
        "data/a.ttl": EX + "".join(f"<{iri}> ex:p 1 .\n" for iri in described),
        "data/b.trig": EX + "<said-1> { <http://quoted.org/x> ex:p 1 } <http://ok.org/a> ex:p 1 . [] ex:p 1 .",
        "data/c.nt": "nonsense",
    }
    with pytest.raises(IriOutsideBase) as error:
        gathered(tmp_path, files, SETTINGS + 'described_elsewhere = ["http://fine.org/"]\nquoted_graphs = ["said-*"]\n')
    told = error.value.sentence.partition("elsewhere: ")[2]
    assert told == (
        'described_elsewhere = ["http://fine.org/", "http://other.org/voc#", "http://one.org", "urn:isbn:", '
        '"http://ok.org/"].'
    )


@pytest.mark.parametrize(("turtle", "settings"), [
    ("ex:a ex:p <http://other.org/x> .", SETTINGS),
    ("<http://other.org/x> ex:p 1 .", SETTINGS + 'described_elsewhere = ["http://other.org/"]\n'),
    ("[] ex:p 1 .", SETTINGS),
])  # fmt: skip
def test_foreign_iris_may_be_pointed_at_and_described_where_the_settings_say_so(
    tmp_path: Path, turtle: str, settings: str
) -> None:
    assert len(gathered(tmp_path, {"data/a.ttl": EX + turtle}, settings)) == 1


def test_quoted_graphs_may_speak_of_anything(tmp_path: Path) -> None:
    files = {"data/a.trig": f"{EX}GRAPH <prop-1> {{ <http://other.org/x> ex:p 1 }}"}
    assert gathered(tmp_path, files, SETTINGS + 'quoted_graphs = ["prop-*"]\n')[0].endswith(f"<{BASE}prop-1> .")


def test_files_served_ad_hoc_may_be_empty_and_describe_anything(tmp_path: Path) -> None:
    write_files(tmp_path, {"empty.ttl": "", "a.nt": "<http://other.org/x> <a:p> _:x .\n<urn:x> <a:p> <a:o> ."})
    plan = adhoc_plan([tmp_path / "empty.ttl", tmp_path / "a.nt"], tmp_path, BASE, union_default_graph=False)
    with Crew() as crew:
        assert len(list(gather(plan, tmp_path, crew).lines())) == 2
