"""Suggestions for an IRI that nothing is described under."""

import pytest

from kgpub.near_misses import near_misses
from kgpub.site import Site

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
    ],
)
def test_a_slash_case_encoding_or_fragment_apart_is_suggested(site: Site, asked: str, meant: str) -> None:
    assert BASE + meant in near_misses(site, BASE + asked)


def test_the_other_scheme_is_suggested(site: Site) -> None:
    assert near_misses(site, f"{BASE}id/ccr".replace("https:", "http:")) == (f"{BASE}id/ccr",)


def test_nothing_is_suggested_where_nothing_is_near_or_the_iri_is_endless(site: Site) -> None:
    assert near_misses(site, f"{BASE}id/entirely-else") == ()
    assert near_misses(site, BASE + "A" * 100_000) == ()
