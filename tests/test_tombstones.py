"""What is gone is answered 410 for ever: build, remove a thing, build again, serve."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, XSD

from kgpub import tombstones
from kgpub.build import Built
from kgpub.documents import Documents, Gone
from kgpub.engine import Budget
from kgpub.engine_local import LocalEngine
from kgpub.release import CURRENT, Release
from kgpub.site import Site
from kgpub.tombstones import replacements_in
from kgpub.web.app import create_app
from projects import BASE, EX, SETTINGS, build_project

GRAPHS = (("text/turtle", "turtle"), ("application/ld+json", "json-ld"), ("application/rdf+xml", "xml"),
          ("application/n-triples", "nt"))  # fmt: skip
PREFIXES = "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix dcterms: <http://purl.org/dc/terms/> .\n"

Rebuild = Callable[..., Built]


@pytest.fixture
def rebuild(tmp_path: Path) -> Rebuild:
    """Build the project again with other data, into the same folder of releases."""

    def build(turtle: str, base_iri: str = BASE, settings: str = "") -> Built:
        text = SETTINGS.replace(BASE, base_iri) + settings
        return build_project(tmp_path, {"data/things.ttl": (PREFIXES + EX + turtle).replace(BASE, base_iri)}, text)

    return build


def client_of(release: Release) -> FlaskClient:
    return create_app(Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1))).test_client()


def gone(built: Built, name: str, base_iri: str = BASE) -> Gone | None:
    return Documents(built.release.index).gone(base_iri + name)


ONE, TWO, THREE = "ex:a a ex:C .", "ex:b a ex:C .", "ex:c a ex:C ."


# --- builds ----------------------------------------------------------------------------------------------


def test_what_an_earlier_release_described_is_remembered_for_ever(rebuild: Rebuild) -> None:
    first = rebuild(ONE + TWO + THREE)
    assert (gone(first, "b"), first.release.manifest.counts.gone) == (None, 0)
    second = rebuild(ONE + THREE)
    assert gone(second, "b") == Gone(first.release.manifest.id, ())
    third = rebuild(ONE)
    assert gone(third, "b") == Gone(first.release.manifest.id, ())
    assert gone(third, "c") == Gone(second.release.manifest.id, ())
    assert gone(third, "a") is None
    assert third.release.manifest.counts.gone == 2
    assert sorted(path.name for path in third.release.folder.iterdir()) == sorted(
        path.name for path in first.release.folder.iterdir()
    )


def test_a_thing_that_comes_back_is_there_again(rebuild: Rebuild) -> None:
    rebuild(ONE + TWO)
    rebuild(ONE)
    again = rebuild(ONE + TWO)
    assert gone(again, "b") is None
    assert client_of(again.release).get("/b").status_code == 303


def test_the_same_data_with_the_same_past_is_the_same_release(rebuild: Rebuild) -> None:
    first = rebuild(ONE + TWO)
    second = rebuild(ONE)
    assert not rebuild(ONE).is_new
    back = rebuild(ONE + TWO)
    assert back.release.manifest.id == first.release.manifest.id, "nothing is gone then, as at first"
    other = rebuild(ONE)
    assert other.release.manifest.id == second.release.manifest.id


def test_a_past_in_which_something_went_makes_another_release_of_the_same_data(
    rebuild: Rebuild, tmp_path: Path
) -> None:
    rebuild(ONE + TWO)
    with_past = rebuild(ONE).release.manifest
    alone = build_project(tmp_path / "fresh", {"data/things.ttl": PREFIXES + EX + ONE}).release.manifest
    assert with_past.quads_sha256 == alone.quads_sha256
    assert with_past.id != alone.id, "they answer <b> differently"


def test_going_back_remembers_what_was_there_between(rebuild: Rebuild) -> None:
    first = rebuild(ONE)
    second = rebuild(ONE + TWO)
    third = rebuild(ONE)
    assert third.release.manifest.id != first.release.manifest.id
    assert gone(third, "b") == Gone(second.release.manifest.id, ())


def test_a_rename_that_the_data_tells_is_a_replacement(rebuild: Rebuild) -> None:
    rebuild(ONE + TWO)
    told = rebuild(ONE + "ex:new a ex:C ; dcterms:replaces ex:b .")
    found = gone(told, "b")
    assert found is not None
    assert found.replaced_by == (f"{BASE}new",)


def test_another_base_remembers_the_same_names(rebuild: Rebuild) -> None:
    rebuild(ONE + TWO)
    local = "http://localhost:8000/"
    there = rebuild(ONE + "ex:z a ex:C .", base_iri=local)
    assert gone(there, "b", local) is not None
    assert gone(there, "a", local) is None
    back = rebuild(ONE)
    assert gone(back, "b") is not None
    assert gone(back, "z") is not None


def test_names_of_which_one_begins_another_are_told_apart(rebuild: Rebuild) -> None:
    names = ("a", "a/", "a/b", "a-b", "a#b", "ab", "a%20b", "é", "é/é", "日本", "\U0001f600")
    rebuild("".join(f"<{BASE}{name}> a ex:C .\n" for name in names))
    for kept in range(0, len(names), 3):
        built = rebuild("".join(f"<{BASE}{name}> a ex:C .\n" for name in names[kept : kept + 2]))
        assert [name for name in names if gone(built, name) is None] == list(names[kept : kept + 2])


def test_the_catalog_of_a_release_leaves_no_tombstones_but_data_beside_it_does(rebuild: Rebuild) -> None:
    rebuild("ex:a a ex:C , ex:D ; ex:p 1 . <source/own> a ex:C . <dataset> ex:note 'mine' .")
    built = rebuild("ex:b a ex:E .")
    with closing(sqlite3.connect(built.release.index)) as index:
        rows = {iri.removeprefix(BASE) for (iri,) in index.execute("SELECT iri FROM gone")}
    assert rows == {"a", "source/own"}


def test_only_so_many_are_remembered_the_latest(rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tombstones, "TOMBSTONES_AT_MOST", 2)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    rebuild(ONE + TWO + THREE + "ex:d a ex:C .")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    rebuild(ONE + TWO + THREE)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    built = rebuild(ONE)
    assert (gone(built, "d"), built.release.manifest.counts.gone) == (None, 2)
    assert gone(built, "b") is not None
    assert gone(built, "c") is not None


def test_a_release_of_the_layout_before_and_a_damaged_one_stop_no_build(rebuild: Rebuild, tmp_path: Path) -> None:
    current = rebuild(ONE + TWO).release.folder
    with closing(sqlite3.connect(current / "index.sqlite")) as index:
        index.execute("DROP TABLE gone")
        index.commit()
    manifest = json.loads((current / "manifest.json").read_text())
    (current / "manifest.json").write_text(json.dumps(manifest | {"layout": 2}))
    assert gone(rebuild(ONE), "b") is not None
    (tmp_path / "releases" / CURRENT / "index.sqlite").write_bytes(b"no database")
    assert gone(rebuild(THREE), "b") is None, "nobody could have read it"


# --- tombstones in the data ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('<a:a> <{owl}deprecated> "true"^^<{xsd}boolean> .', ()),
        ('<a:a> <{owl}deprecated> "1"^^<{xsd}boolean> <a:g> .', ()),
        ('<a:a> <{owl}deprecated> "false"^^<{xsd}boolean> .', None),
        ("<a:a> <{dct}isReplacedBy> <a:b> <a:g> .", ("a:b",)),
        ('<a:a> <{dct}isReplacedBy> "a:b" .', None),
        ('<a:a> <a:p> "<{dct}isReplacedBy> <a:b>" .', None),
    ],
)
def test_statements_that_are_a_tombstone(said: str, expected: tuple[str, ...] | None) -> None:
    line = said.format(owl=str(OWL), xsd=str(XSD), dct=str(DCTERMS))
    assert replacements_in([line, '<a:a> <a:label> "old" .']) == expected


TOMBSTONES = """ex:old owl:deprecated true ; dcterms:isReplacedBy ex:a , ex:b ; dcterms:title "The old one" .
ex:Term a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy ex:C . ex:a dcterms:relation ex:old .
"""


def test_a_tombstone_in_the_data_is_gone_and_a_deprecated_term_is_not(rebuild: Rebuild) -> None:
    built = rebuild(ONE + TWO + TOMBSTONES)
    client = client_of(built.release)
    assert gone(built, "old") == Gone("", (f"{BASE}a", f"{BASE}b"))
    assert [client.get(path).status_code for path in ("/old", "/doc/old", "/doc/old.ttl", "/Term")] == [
        410, 410, 410, 303
    ]  # fmt: skip
    assert "The old one" in client.get("/doc/a", headers={"Accept": "text/html"}).get_data(as_text=True)
    later = rebuild(ONE + TWO)
    assert gone(later, "old") == Gone(built.release.manifest.id, (f"{BASE}a", f"{BASE}b")), "for ever"


# --- served ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("served")
    before, after = ONE + TWO, ONE + "ex:new a ex:C ; dcterms:replaces ex:b ."
    (_, built) = (build_project(folder, {"data/things.ttl": PREFIXES + EX + each}) for each in (before, after))
    return client_of(built.release)


WAYS = (
    "/b", "/doc/b", "/doc/b.ttl", "/doc/b.html", "/doc/b?format=nt", "/doc/b?page=2", "/linkset/b", "/linkset/b.json",
    "/resource?iri=https%3A%2F%2Fexample.org%2Fb", "/doc?iri=https%3A%2F%2Fexample.org%2Fb", "/%62",
)  # fmt: skip


@pytest.mark.parametrize("path", WAYS)
def test_every_way_to_what_is_gone_is_410(client: FlaskClient, path: str) -> None:
    for method in ("GET", "HEAD"):
        response = client.open(path, method=method, environ_overrides={"RAW_URI": path})
        assert response.status_code == 410
        is_page = response.mimetype == "text/html"
        assert response.headers["Vary"] == ("Accept, Accept-Language" if is_page else "Accept")
        assert response.headers["Link"] == f'<{BASE}b>; rel="cite-as"'


def test_as_json_it_says_what_replaces_it_and_which_release_was_the_last(client: FlaskClient) -> None:
    document = client.get("/b", headers={"Accept": "application/json"}).get_json()
    assert document["type"].endswith("/gone")
    assert (document["status"], document["replacedBy"]) == (410, [f"{BASE}new"])
    assert document["lastRelease"][:4].isdigit()
    assert f"<{BASE}new>" in document["detail"]


@pytest.mark.parametrize(("media_type", "name"), GRAPHS)
def test_in_rdf_it_says_so_in_the_terms_of_the_data(client: FlaskClient, media_type: str, name: str) -> None:
    response = client.get("/doc/b", headers={"Accept": media_type})
    assert (response.status_code, response.mimetype) == (410, media_type)
    graph = Graph().parse(data=response.data, format=name)
    assert set(graph.objects(URIRef(f"{BASE}b"), DCTERMS.isReplacedBy)) == {URIRef(f"{BASE}new")}
    assert (URIRef(f"{BASE}b"), OWL.deprecated, Literal(True)) in graph  # noqa: FBT003 (an RDF literal)


def test_as_a_page_it_leads_on(client: FlaskClient) -> None:
    response = client.get("/b", headers={"Accept": "text/html"})
    page = html5lib.parse(response.data, treebuilder="etree", namespaceHTMLElements=False)
    assert (response.status_code, next(page.iter("h1")).text) == (410, "Gone")
    (link,) = [a.get("href") for a in page.iter("a") if (a.text or "") == f"{BASE}new"]
    assert client.get(link).headers["Location"] == "/doc/new"


def test_as_text_it_is_a_few_lines(client: FlaskClient) -> None:
    lines = client.get("/b", headers={"Accept": "text/plain"}).get_data(as_text=True).splitlines()
    assert (lines[0], lines[-1]) == ("410 Gone", f"{BASE}new")


def test_what_was_never_there_is_404_and_what_points_at_a_gone_thing_is_listed(client: FlaskClient) -> None:
    assert client.get("/never").status_code == 404
    assert client.get("/doc/never.ttl").status_code == 404
    query = {"iri": f"{BASE}b", "incoming": "http://purl.org/dc/terms/replaces", "format": "ttl"}
    assert b"new" in client.get("/doc", query_string=query).data
