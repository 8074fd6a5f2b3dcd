from pathlib import Path

import pytest

from kgpub.errors import SourceUnreadable
from kgpub.plan import Plan
from kgpub.publication import Publication
from projects import BASE, SETTINGS, plan_of

FILES = {
    "data/a.ttl": "", "data/claims/b.ttl": "", "ontology/o.ttl": "", "ontology/rules/r.rq": "", "shapes/s.ttl": "",
    "data/not-a-rule.rq": "", "README.md": "",
}  # fmt: skip


def test_a_project_s_folders_give_its_sources_and_rules(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, FILES)
    assert [(source.name, source.graph) for source in plan.sources] == [
        ("data/a.ttl", BASE + "graph/a"),
        ("data/claims/b.ttl", BASE + "graph/claims"),
        ("ontology/o.ttl", BASE + "graph/ontology"),
        ("shapes/s.ttl", BASE + "graph/shapes"),
    ]
    assert plan.rules == (tmp_path / "ontology/rules/r.rq",)
    assert plan.releases == tmp_path / "releases"


def test_folders_can_be_elsewhere(tmp_path: Path) -> None:
    settings = SETTINGS + '[folders]\ndata = "rdf"\nreleases = "out"\n'
    plan = plan_of(tmp_path, {"rdf/x.ttl": "", "data/y.ttl": ""}, settings)
    assert [source.name for source in plan.sources] == ["data/x.ttl"]
    assert plan.releases == tmp_path / "out"


def test_a_folder_that_the_settings_name_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="dta is no folder"):
        plan_of(tmp_path, FILES, SETTINGS + '[folders]\ndata = "dta"\n')


@pytest.mark.parametrize(("graph", "quoted"), [
    (BASE + "id/prop-1", True), (BASE + "id/prop-", True), ("http://other.org/said", True),
    (BASE + "id/claim-1", False), ("http://other.org/id/prop-1", False), (BASE + "graph/claims", False), ("", False),
])  # fmt: skip
def test_patterns_of_quoted_graphs_stand_below_the_base_or_are_iris(graph: str, quoted: bool) -> None:  # noqa: FBT001
    publication = Publication(BASE, quoted_graphs=("id/prop-*", "http://other.org/s*"), union_default_graph=True)
    plan = Plan(publication, Path(), ())
    assert plan.is_quoted(graph) is quoted
    assert plan.in_default_graph(graph) is not quoted


def test_without_the_union_no_named_graph_is_in_the_default_graph() -> None:
    assert not Plan(Publication(BASE), Path(), ()).in_default_graph(BASE + "graph/claims")
