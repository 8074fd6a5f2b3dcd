import gzip
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store

from kgpub.adhoc import DEFAULT_BASE, adhoc_plan, infer_base
from kgpub.documents import Documents
from kgpub.errors import RdfSyntaxError, SettingsInvalid
from kgpub.release import Release
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from projects import BASE, EX, SETTINGS, build_project, serve_ad_hoc, write_files

TRIG = "@prefix e: <http://e/> . e:s e:p 1 . GRAPH e:g { e:s e:p 2 } GRAPH _:b { e:s e:p 3 }"


def values(release: Release, pattern: str) -> list[str]:
    solutions = Store.read_only(str(release.store)).query(f"SELECT ?v {{ {pattern} }} ORDER BY ?v")
    assert isinstance(solutions, QuerySolutions)
    return [getattr(solution["v"], "value", "") for solution in solutions]


@pytest.mark.parametrize(("iris", "base"), [
    (["http://e.org/id/a", "http://e.org/id/b#c"], "http://e.org/id/"),
    (["http://e.org/id/a", "http://e.org/voc/b"], "http://e.org/"),
    (["http://e.org/a/b/c", "http://e.org/a/b/", "http://e.org/a/bc"], "http://e.org/a/"),
    (["http://e.org/o#A", "http://e.org/o#B"], "http://e.org/"),
    (["http://e.org/a/b/only"], "http://e.org/a/b/"),
    (["http://e.org"], "http://e.org/"),
    (["http://e.org?q=/a/", "http://e.org#/a/b"], "http://e.org/"),
    (["http://e.org/a/x", "https://e.org/b/x", "https://e.org/b/y"], "https://e.org/b/"),
    (["http://a.org/x/1", "http://b.org/y/1", "http://b.org/y/2"], "http://b.org/y/"),
    (["http://e.org:8080/a/b"], "http://e.org:8080/a/"),
    (["urn:x", "mailto:a@b.c", "file:///a/b", "http:/odd"], DEFAULT_BASE),
    (["http://e℀.org/a/b"], "http://e℀.org/a/"),
    (["http://[v1.x]/a/b"], "http://[v1.x]/a/"),
    ([], DEFAULT_BASE),
])  # fmt: skip
def test_the_base_is_the_folder_that_the_described_share(iris: list[str], base: str) -> None:
    assert infer_base(iris) == base
    assert infer_base(reversed(iris)) == base


def test_relative_iris_resolve_against_the_base_that_is_given_or_else_the_default(tmp_path: Path) -> None:
    path = write_files(tmp_path, {"x.ttl": "<a> <b> <c> ."}) / "x.ttl"
    assert adhoc_plan([path], tmp_path, None, union_default_graph=False).publication.base_iri == DEFAULT_BASE
    release = serve_ad_hoc(tmp_path, {"x.ttl": "<a> <b> <c> ."}, BASE)
    assert Documents(release.index).get(BASE + "a") is not None


@pytest.mark.parametrize("base", ["nonsense", "", "http://e.org", "urn:x/", "http://e.org/ /"])
def test_a_base_that_is_none_is_refused(tmp_path: Path, base: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"^--base: "):
        adhoc_plan([tmp_path], tmp_path, base, union_default_graph=False)


def test_the_default_graph_and_named_graphs_stay_apart(tmp_path: Path) -> None:
    release = serve_ad_hoc(tmp_path, {"x.trig": TRIG})
    assert values(release, "?s ?p ?v") == ["1"]
    assert values(release, "GRAPH ?g { ?s ?p ?v }") == ["2", "3"]
    assert [graph.iri for graph in release.manifest.graphs] == ["http://e/g"]


def test_the_union_of_graphs_is_the_user_s_choice(tmp_path: Path) -> None:
    release = serve_ad_hoc(tmp_path, {"x.trig": TRIG}, union=True)
    assert values(release, "?s ?p ?v") == ["1", "2", "3"]
    assert values(release, "GRAPH ?g { ?s ?p ?v }") == ["2", "3"]


@pytest.mark.parametrize("name", ["x.ttl", "x.nt", "x.trig", "x.jsonld", "x.rdf"])
def test_an_empty_file_is_an_empty_data_set(tmp_path: Path, name: str) -> None:
    release = serve_ad_hoc(tmp_path, {name: ""})
    assert release.manifest.counts.quads == 0
    assert release.manifest.publication.base_iri == DEFAULT_BASE


def test_a_data_set_is_published_without_gate_catalog_and_dumps(tmp_path: Path) -> None:
    release = serve_ad_hoc(tmp_path, {"x.ttl": EX + "ex:a ex:p 1 ."})
    manifest = release.manifest
    assert (manifest.counts.quads, manifest.validated, manifest.downloads) == (1, False, ())
    files = {path.name for path in release.folder.iterdir()}
    databases = {"history.sqlite", "index.sqlite", "quads.sqlite", "search.sqlite"}
    assert files == {"manifest.json", "totals.json", "lexical-forms.json", "store", *databases}


def test_the_dump_of_a_project_can_be_served_though_its_shapes_are_in_it(tmp_path: Path) -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:said ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."
    quoted = f"{EX}GRAPH <said-1> {{ ex:x ex:said 1 }}"
    settings = SETTINGS + 'quoted_graphs = ["said-*"]\n'
    project = build_project(tmp_path / "1", {"data/x.trig": quoted, "shapes/s.ttl": EX + shapes}, settings).release
    dump = gzip.decompress((project.dumps / "all.nq.gz").read_bytes())
    release = serve_ad_hoc(tmp_path / "2", {"all.nq": dump}, BASE, union=True)
    assert release.manifest.counts.quads >= project.manifest.counts.quads - 1


def test_several_files_and_folders_are_one_data_set(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "folder/x.ttl": EX + "ex:a ex:p 1 .",
            "folder/y.nt": f'<{BASE}a> <{BASE}p> "2" .',
            "z.ttl": EX + "ex:b ex:p 3 .",
        },
    )
    plan = adhoc_plan([tmp_path / "folder", tmp_path / "z.ttl"], tmp_path / "r", None, union_default_graph=False)
    assert [source.name for source in plan.sources] == ["x.ttl", "y.nt", "z.ttl"]
    assert plan.publication.title == "folder, z.ttl"


def test_names_are_shortened_with_the_prefixes_that_the_files_declare(tmp_path: Path) -> None:
    xml = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="https://x.org/x#" '
        'xmlns:v="https://x.org/other#" xmlns="https://x.org/"><Thing rdf:about="https://example.org/x"/></rdf:RDF>'
    )
    turtle = "@prefix v: <https://v.org/v#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix : <n#> ."
    unfit = "@prefix urn: <https://u.org/> . @prefix w: <https://w.org/w> . @prefix ü: <https://w.org/> ."
    late = "@prefix late: <https://late.org/> ."
    files = {
        "1.ttl": f"{turtle} {unfit} :a v:p 1 ; dct:title 'A' . {late} late:x v:p 2 .",
        "2.rdf": xml,
        "3.nt": f'<{BASE}a> <{BASE}p> "2" .',
    }
    release = serve_ad_hoc(tmp_path, files, BASE)
    assert release.manifest.publication.prefixes == {
        "": f"{BASE}n#",
        "v": "https://v.org/v#",
        "dct": "http://purl.org/dc/terms/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "x": "https://x.org/x#",
    }


def test_the_current_folder_has_a_title(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"x.ttl": EX}))
    assert adhoc_plan([Path()], tmp_path / "r", None, union_default_graph=False).publication.title == tmp_path.name


def test_a_syntax_error_is_told_before_anything_is_built(tmp_path: Path) -> None:
    with pytest.raises(RdfSyntaxError, match=r"x\.ttl, line 1"):
        serve_ad_hoc(tmp_path, {"x.ttl": "no"})
    assert not (tmp_path / "releases").exists()


def test_a_thing_called_dataset_is_a_catalog_where_it_is_said_to_be_one(tmp_path: Path) -> None:
    prefixes = f"{EX}@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix void: <http://rdfs.org/ns/void#> .\n"
    types = {"ex:Property": False, "dcat:Dataset": True, "void:Dataset": True, "dcat:DatasetSeries": False}
    for type_, has_catalog in types.items():
        files = {"x.ttl": f"{prefixes} ex:dataset a {type_} ; ex:p ex:a ."}
        release = serve_ad_hoc(tmp_path / type_.replace(":", "-"), files, BASE)
        assert open_site(release, QuerySettings(), "").has_catalog == has_catalog, type_
