"""Suggestions for an IRI that nothing is described under."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kgpub.documents import Documents
from kgpub.engine import Budget
from kgpub.engine_local import LocalEngine
from kgpub.near_misses import near_misses
from kgpub.site import Site
from kgpub.web.app import create_app
from projects import BASE as EXAMPLE
from projects import SETTINGS, release_of

BASE = "https://w3id.org/stca-kg/"


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("id/CCR", "id/ccr"),
        ("id/ccr/", "id/ccr"),
        ("ontology", "ontology/"),
        ("id/%63cr", "id/ccr"),
        ("id/ccr#this", "id/ccr"),
        ("ccr", "id/ccr"),
        ("id//ccr", "id/ccr"),
        ("id/ccr.ttl", "id/ccr"),
        ("id/ccr.html", "id/ccr"),
        ("ID/CCR/", "id/ccr"),
        ("id/%43CR", "id/ccr"),
        ("ontology/claim", "ontology/Claim"),
        ("ontology/HeldBy", "ontology/heldBy"),
        ("ONTOLOGY", "ontology/"),
        ("id/cccr", "id/ccr"),
        ("id/crc", "id/ccr"),
        ("id/ccr-", "id/ccr"),
        ("ontology/Cliam", "ontology/Claim"),
    ],
)
def test_a_slash_case_encoding_or_fragment_apart_is_suggested(site: Site, asked: str, meant: str) -> None:
    assert BASE + meant in near_misses(site, BASE + asked)


def test_the_other_scheme_is_suggested(site: Site) -> None:
    assert near_misses(site, f"{BASE}id/ccr".replace("https:", "http:")) == (f"{BASE}id/ccr",)


def test_nothing_is_suggested_where_nothing_is_near_or_the_iri_is_endless(site: Site) -> None:
    assert near_misses(site, f"{BASE}id/entirely-else") == ()
    assert near_misses(site, BASE + "A" * 100_000) == ()


SPELLINGS = (
    ("caf\u00e9", "cafe\u0301"), ("caf\u00e9", "caf%C3%A9"), ("cafe\u0301", "caf\u00e9"), ("a%20b", "a%2520b"),
    ("\u00c5ngstr\u00f6m", "\u212bngstr\u00f6m"), ("x", "x#"), ("Q42", "q42"), ("a(b)", "a%28b%29"),
)  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Site:
    names = {described for described, _ in SPELLINGS}
    turtle = "".join(f"<{EXAMPLE}{name}> a ex:Thing .\n" for name in sorted(names))
    turtle += "<http://elsewhere.example/Thing> a ex:Thing ."
    settings = SETTINGS + 'described_elsewhere = ["http://elsewhere.example/"]\n'
    release = release_of(tmp_path_factory.mktemp("odd"), turtle, settings)
    return Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1))


@pytest.mark.parametrize(("described", "asked"), SPELLINGS)
def test_encoding_normalisation_and_both_at_once_are_suggested(odd: Site, described: str, asked: str) -> None:
    assert EXAMPLE + described in near_misses(odd, EXAMPLE + asked)


@pytest.mark.parametrize("asked", ["https://elsewhere.example/Thing", "http://elsewhere.example/thing"])
def test_a_foreign_iri_is_suggested_too(odd: Site, asked: str) -> None:
    assert near_misses(odd, asked) == ("http://elsewhere.example/Thing",)


def test_no_iri_costs_more_than_so_many_look_ups(odd: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def count(iris: list[str]) -> None:
        asked.extend(iris)

    monkeypatch.setattr(odd.documents, "first_described", count)
    for hostile in ("%41" * 600, "\u00e9/" * 500, "A//b#c" * 300, "a.ttl.ttl.html/" * 100):
        asked.clear()
        assert near_misses(odd, EXAMPLE + hostile) == ()
        assert 0 < len(asked) <= 200


# --- /resource -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("iri", "document"),
    [(f"{BASE}id/ccr", "/doc/id/ccr"), (f"{BASE}ontology/", "/doc/ontology/"), (BASE, "/doc/")],
)
def test_resource_leads_to_the_document_about_an_iri(client: FlaskClient, iri: str, document: str) -> None:
    for name in ("iri", "uri"):
        response = client.get("/resource", query_string={name: iri})
        assert (response.status_code, response.headers["Location"]) == (303, document)
    response = client.get("/resource", query_string={"iri": iri, "format": "ttl"})
    assert client.get(response.headers["Location"]).mimetype == "text/turtle"


def test_resource_finds_what_is_described_elsewhere_and_what_has_a_fragment(tmp_path: Path) -> None:
    turtle = "<http://elsewhere.example/x?y=z#\u00e9> ex:p 1 . <#frag> ex:p 2 . <doc#part> ex:p 3 ."
    release = release_of(tmp_path, turtle, SETTINGS + 'described_elsewhere = ["http://elsewhere.example/"]\n')
    site = Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1))
    client = create_app(site).test_client()
    for iri in ("http://elsewhere.example/x?y=z#\u00e9", f"{EXAMPLE}#frag", f"{EXAMPLE}doc#part", f"{EXAMPLE}doc"):
        led = client.get("/resource", query_string={"iri": iri})
        assert led.status_code == 303, iri
        found = client.get(led.headers["Location"], headers={"Accept": "text/turtle"})
        assert (found.status_code, b"frag" in found.data or b"part" in found.data or b"?y=z" in found.data) == (
            200,
            True,
        )


def test_resource_says_what_is_near_to_what_is_not_there(client: FlaskClient) -> None:
    response = client.get("/resource", query_string={"iri": f"{BASE}id/CCR"}, headers={"Accept": "application/json"})
    assert (response.status_code, response.get_json()["nearMisses"]) == (404, [f"{BASE}id/ccr"])
    page = client.get("/resource", query_string={"iri": f"{BASE}id/CCR"}, headers={"Accept": "text/html"})
    assert b"/resource?iri=https%3A//w3id.org/stca-kg/id/ccr" in page.data
    unknown = client.get("/resource", query_string={"iri": "urn:x:y"}, headers={"Accept": "application/json"})
    assert (unknown.status_code, "nearMisses" in unknown.get_json()) == (404, False)


@pytest.mark.parametrize("iri", ["", "relative", "no iri", "http://a/<b>", "http://a/\x00", "//host/path"])
def test_resource_refuses_what_is_no_absolute_iri(client: FlaskClient, iri: str) -> None:
    assert client.get("/resource", query_string={"iri": iri}).status_code == 400
