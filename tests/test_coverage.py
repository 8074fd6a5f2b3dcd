"""``kgpub stats``: what a release holds, counted by hand for a project small enough to do so."""

import json
import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from rdflib import URIRef

import kgpub
from kgpub.coverage import CoverageTable, coverage_tables, tables_as_text
from kgpub.errors import NotDescribed, ParameterInvalid, QueryRefused
from kgpub.release import Release, open_release
from kgpub.vocabulary import LABEL_PROPERTIES
from projects import BASE, EX, SETTINGS, build_project, run_kgpub, write_files

THINGS = (
    EX
    + """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:a a ex:Thing ; skos:prefLabel "A"@en , "Ah"@fr ; rdfs:label "A again"@en ;
  skos:exactMatch <http://one.example/a> , <https://two.example:8080/x?y#z> , ex:b ;
  ex:since "2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .
ex:b a ex:Thing ; rdfs:label "B" ; skos:closeMatch <http://one.example/b> .
ex:c a ex:Other ; ex:note [ rdfs:label "not a thing"@de ] .
"""
)
LABELLED = """# title: What is it called?
# description: Labels.
# param: thing (IRI) The thing.

SELECT ?thing ?label { VALUES ?thing { UNDEF } VALUES ?class { <Thing> }
  ?thing a ?class ; <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?label
"""
SINCE = """# title: Is it that old?
# description: A date.
# param: day (date) The day.
# param: really (boolean) Whether it is.

ASK { VALUES ?really { true } VALUES ?day { "1999-01-01"^^<http://www.w3.org/2001/XMLSchema#date> } <a> <since> ?day FILTER(?really) }
"""  # noqa: E501 (one pattern a line would make it longer)
AWAY = "# title: T\n# description: D\n# federated: http://e.org/\n\nSELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }\n"
FILES = {"data/a.ttl": THINGS, "queries/labels.rq": LABELLED, "queries/since.rq": SINCE, "queries/away.rq": AWAY}
COVERAGE = SETTINGS + 'coverage = ["labels"]\n[publication.prefixes]\nex = ""\n'


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return build_project(tmp_path_factory.mktemp("project"), FILES, COVERAGE).release


def tables(release: Release) -> dict[str, CoverageTable]:
    with kgpub.open(release.folder) as kg:
        return {table.name: table for table in coverage_tables(kg.site)}


def test_labels_are_counted_by_language_with_the_things_that_lack_one(release: Release) -> None:
    """Neither a blank node counts nor what the release says of itself."""
    rows = tables(release)["labels-per-language"].rows
    assert set(rows) == {("any", 2, 1), ("en", 1, 2), ("fr", 1, 2), ("", 1, 2)}


def test_links_are_counted_by_the_host_they_lead_to(release: Release) -> None:
    assert tables(release)["links-to-other-hosts"].rows == (("one.example", 2, 2), ("two.example:8080", 1, 1))


def test_classes_and_sizes_are_counted(release: Release) -> None:
    found = tables(release)
    assert (f"{BASE}Thing", 2) in found["classes"].rows
    assert ("triples", release.manifest.counts.triples) in found["size"].rows


def test_the_queries_that_the_settings_name_come_with_their_titles(release: Release) -> None:
    table = tables(release)["labels"]
    assert (table.title, table.rows) == ("What is it called?", ((f"{BASE}a", "A again"), (f"{BASE}b", "B")))


def test_graphs_that_the_default_graph_does_not_show_are_counted_too(tmp_path: Path) -> None:
    apart = build_project(tmp_path, FILES, COVERAGE.replace("union_default_graph = true\n", "")).release
    assert tables(apart)["links-to-other-hosts"].rows == (("one.example", 2, 2), ("two.example:8080", 1, 1))


def test_the_command_prints_aligned_tables_and_json(release: Release, tmp_path: Path) -> None:
    project = release.folder.parents[1]
    text = run_kgpub("stats", "--project", project, cwd=tmp_path)
    assert (text.returncode, text.stderr) == (0, "")
    assert re.search(r"^ex:Thing +2$", text.stdout, re.MULTILINE)
    assert "What is it called?\n------------------\nthing  label\nex:a   A again\nex:b   B\n" in text.stdout
    document = json.loads(run_kgpub("stats", "--release", release.folder, "--format", "json", cwd=tmp_path).stdout)
    assert document["release"] == release.manifest.id
    labels = next(table for table in document["tables"] if table["name"] == "labels")
    assert labels["rows"][0] == {"thing": f"{BASE}a", "label": "A again"}


def test_without_a_release_the_command_says_what_to_do(tmp_path: Path) -> None:
    write_files(tmp_path, {"kgpub.toml": SETTINGS})
    done = run_kgpub("stats", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (13, "")
    assert "kgpub build" in done.stderr


def test_a_control_character_in_a_label_does_not_reach_the_terminal(release: Release) -> None:
    table = CoverageTable("x", "X", ("label",), (("\x1b[31mred",), (None,)), 2)
    with kgpub.open(release.folder) as kg:
        assert "\x1b" not in tables_as_text(kg.site, iter([table]))


def test_a_query_for_coverage_must_be_a_table_of_this_graph(tmp_path: Path) -> None:
    for name in ("since", "away"):
        release = build_project(tmp_path / name, FILES, COVERAGE.replace('["labels"]', f'["{name}"]')).release
        with pytest.raises(QueryRefused, match=name):
            tables(release)


def test_the_packaged_query_knows_the_label_properties_of_the_software() -> None:
    text = files("kgpub").joinpath("queries/labels-per-language.rq").read_text("utf-8")
    prefixes = dict(re.findall(r"PREFIX (\w+): +<(.*)>", text))
    named = re.search(r"VALUES \?labelProperty \{([^}]*)\}", text)
    assert named is not None
    expanded = [prefixes[prefix] + name for prefix, name in (curie.split(":") for curie in named[1].split())]
    assert sorted(expanded) == sorted(LABEL_PROPERTIES)


# from Python ----------------------------------------------------------------------------------------


def test_stored_queries_run_from_python(release: Release) -> None:
    with kgpub.open(release.folder) as kg:
        assert list(kg.queries) == ["away", "labels", "since"]
        assert kg.queries["labels"].titles[""] == "What is it called?"
        assert len(kg.run("labels")) == 2
        for spelling in (URIRef(f"{BASE}a"), "ex:a", "a"):
            assert [str(row["label"]) for row in kg.run("labels", thing=spelling)] == ["A again"]  # type: ignore[call-overload,index]  # rows
        assert len(kg.run("labels", thing=None)) == 2
        assert kg.run("since", day=date(2020, 1, 1)).askAnswer is True
        assert kg.run("since", day=date(2020, 1, 1), really=False).askAnswer is False


def test_what_cannot_be_run_is_told_before_the_engine_is_asked(release: Release) -> None:
    with kgpub.open(release.folder) as kg:
        with pytest.raises(NotDescribed, match="did you mean labels"):
            kg.run("label")
        with pytest.raises(ParameterInvalid, match="no parameter 'color'"):
            kg.run("labels", color="red")
        with pytest.raises(QueryRefused, match="away"):
            kg.run("away")


# the announcement -----------------------------------------------------------------------------------


def test_every_stored_query_of_the_announcement_runs_with_its_defaults(announcement_release: Release) -> None:
    with kgpub.open(open_release(announcement_release.folder).folder) as kg:
        own = {name: query for name, query in kg.queries.items() if not query.federated}
        assert len(own) >= 30
        for name, query in own.items():
            assert {"", "fr"} <= set(query.titles), name
            kg.run(name)
