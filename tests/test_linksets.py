"""Links to authorities, told apart by the namespaces of what they lead to."""

import pytest

from kgpub.linksets import Linkset, LinkTally, namespace_of
from kgpub.statistics import count
from kgpub.vocabulary import OWL, SCHEMA, SKOS

BASE = "https://example.org/"
EXACT, CLOSE, SAME = SKOS + "exactMatch", SKOS + "closeMatch", SCHEMA + "sameAs"


def linksets(*links: tuple[str, str, str], known: tuple[str, ...] = ()) -> dict[str, Linkset]:
    tally = LinkTally(BASE, known)
    count(sorted(f"<{BASE}{s}> <{p}> {o} ." for s, p, o in links), (tally,))
    return tally.linksets()


@pytest.mark.parametrize(
    ("iri", "namespace"),
    [
        ("http://eurovoc.europa.eu/5100", "http://eurovoc.europa.eu/"),
        ("https://sws.geonames.org/6251999/", "https://sws.geonames.org/"),
        ("http://id.loc.gov/authorities/subjects/sh85112299", "http://id.loc.gov/authorities/subjects/"),
        ("http://ex.org/terms#a", "http://ex.org/terms#"),
        ("urn:isbn:123", "urn:isbn:"),
        ("http://ex.org/", "http://ex.org/"),
        ("http://ex.org", "http://ex.org"),
    ],
)
def test_a_namespace_is_an_iri_without_its_last_step(iri: str, namespace: str) -> None:
    assert namespace_of(iri) == namespace


def test_authorities_of_one_host_stay_apart() -> None:
    found = linksets(("a", EXACT, "<http://id.loc.gov/subjects/1>"), ("a", EXACT, "<http://id.loc.gov/names/2>"))
    assert found == {
        "http://id.loc.gov/subjects/": Linkset({EXACT: 1}, 1),
        "http://id.loc.gov/names/": Linkset({EXACT: 1}, 1),
    }


def test_links_are_counted_by_property_and_subjects_once() -> None:
    found = linksets(
        ("a", EXACT, "<http://x.org/1>"),
        ("a", CLOSE, "<http://x.org/2>"),
        ("a", CLOSE, "<http://x.org/3>"),
        ("b", SAME, "<http://x.org/1>"),
    )
    assert found == {"http://x.org/": Linkset({EXACT: 1, CLOSE: 2, SAME: 1}, 2)}
    assert found["http://x.org/"].triples == 4


def test_a_known_namespace_goes_before_the_last_step() -> None:
    found = linksets(("a", OWL + "sameAs", "<http://x.org/a/b/1>"), known=("http://x.org/", "http://x.org/a/"))
    assert list(found) == ["http://x.org/a/"]


def test_what_is_no_link_to_another_data_set_is_not_counted() -> None:
    seen = linksets(
        ("a", EXACT, f"<{BASE}b>"), ("a", EXACT, '"http://x.org/1"'), ("a", OWL + "imports", "<http://x.org/1>")
    )
    assert seen == {}


def test_more_namespaces_than_anybody_lists_are_told_apart_by_host() -> None:
    links = [(f"s{n:04d}", EXACT, f"<http://h{n % 3}.org/{n}/x>") for n in range(1_200)]
    found = linksets(*links)
    assert sum(linkset.triples for linkset in found.values()) == 1_200
    assert len(found) == 1_003
    assert found["http://h0.org/"].triples == 66
