"""How a release came to be, as its catalog tells."""

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgpub.nquads import split_line
from kgpub.release import Release
from projects import BASE, EX, SETTINGS, build_project, lines_about

FILES = {
    "data/g/a file.ttl": EX + "ex:a ex:p ex:b .",
    "ontology/rules/linked.rq": "CONSTRUCT { ?a <linked> ?b } { ?a <p> ?b }",
    "shapes/s.ttl": EX
    + "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:none ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] .",
}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "86400")
        return build_project(tmp_path_factory.mktemp("project"), FILES, SETTINGS).release


def said(release: Release, local: str) -> dict[str, list[str]]:
    """What is said of a thing, by the last step of the property."""
    found: dict[str, list[str]] = {}
    for line in lines_about(release, local):
        statement = split_line(line)
        found.setdefault(statement.predicate[1:-1].replace("#", "/").rpartition("/")[2], []).append(statement.object)
    return found


def test_the_data_set_was_generated_by_the_build_and_the_build_used_the_files(release: Release) -> None:
    assert said(release, "dataset")["wasGeneratedBy"] == [f"<{BASE}dataset/build>"]
    build = said(release, "dataset/build")
    assert build["used"] == [f"<{BASE}source/data/g/a%20file.ttl>", f"<{BASE}source/shapes/s.ttl>"]
    assert build["wasAssociatedWith"] == [f"<{BASE}software/kgpub>"]
    assert build["hasPart"] == [f"<{BASE}dataset/inference>", f"<{BASE}dataset/validation>"]


def test_the_time_is_that_of_the_manifest(release: Release) -> None:
    assert said(release, "dataset/build")["endedAtTime"] == [
        '"1970-01-02T00:00:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
    ]


def test_a_file_has_its_name_size_and_checksum(release: Release) -> None:
    content = FILES["data/g/a file.ttl"].encode()
    file = said(release, "source/data/g/a%20file.ttl")
    assert file["label"] == ['"fichier data/g/a file.ttl"@fr', '"file data/g/a file.ttl"@en']
    assert file["contentSize"] == [f'"{len(content)} B"']
    assert file["sha256"] == [f'"{hashlib.sha256(content).hexdigest()}"']


def test_what_rules_gave_was_generated_by_their_application(release: Release) -> None:
    assert said(release, "graph/inferred")["wasGeneratedBy"] == [f"<{BASE}dataset/inference>"]
    used = said(release, "dataset/inference")["used"]
    assert f"<{BASE}source/rules/linked.rq>" in used
    assert f"<{BASE}graph/g>" in used
    assert f"<{BASE}graph/inferred>" not in used


def test_the_report_was_generated_by_the_validation(release: Release) -> None:
    assert said(release, "validation#report")["wasGeneratedBy"] == [f"<{BASE}dataset/validation>"]
    assert f"<{BASE}graph/shapes>" in said(release, "dataset/validation")["used"]


def test_what_did_not_happen_is_not_told(tmp_path: Path) -> None:
    release = build_project(tmp_path, {"data/x.ttl": EX + "ex:a ex:p ex:b ."}, SETTINGS).release
    store = ox.Store.read_only(str(release.store))
    for local in ("dataset/validation", "validation#report", "dataset/inference"):
        about = store.quads_for_pattern(ox.NamedNode(BASE + local), None, None, None)
        assert list(about) == [], local
    assert "hasPart" not in said(release, "dataset/build")


def test_two_builds_at_one_time_tell_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    catalogs = []
    for name in ("1", "2"):
        built = build_project(tmp_path / name, FILES, SETTINGS).release
        graph = ox.NamedNode(f"{BASE}graph/catalog")
        store = ox.Store.read_only(str(built.store))
        catalogs.append(sorted(str(quad) for quad in store.quads_for_pattern(None, None, None, graph)))
    assert catalogs[0] == catalogs[1]
