"""Content negotiation, row by row."""

import pytest

from kgpub.errors import NotAcceptable
from kgpub.formats import DOCUMENT_FORMATS, SOLUTION_FORMATS
from kgpub.negotiation import choose, choose_or_refuse

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROME = FIREFOX.replace(
    "*/*;q=0.8", "image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
RDFLIB = (
    "application/rdf+xml;q=0.9, application/xhtml+xml;q=0.5, application/trix;q=0.7, text/turtle, "
    "application/n-triples;q=0.8, */*;q=0.1"
)
DOCUMENTS = [
    (None, "ttl"),
    ("", "ttl"),
    ("*/*", "ttl"),
    ("text/*", "ttl"),
    ("application/*", "jsonld"),
    (FIREFOX, "html"),
    (CHROME, "html"),
    (RDFLIB, "ttl"),
    ("text/turtle", "ttl"),
    ("TEXT/TURTLE", "ttl"),
    ("text/turtle;charset=utf-8", "ttl"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
    ("application/n-triples", "nt"),
    ("application/rdf+xml", "rdf"),
    ("application/trig", "trig"),
    ("application/n-quads", "nq"),
    ("text/csv", "csv"),
    ("application/x-unheard-of, text/turtle;q=0.1", "ttl"),
    ("text/turtle;q=0.2, application/ld+json;q=0.7", "jsonld"),
    ("text/turtle;q=0, */*;q=0.5", "jsonld"),
    ("text/*;q=0.3, text/html;q=0.7, application/rdf+xml;q=0.5", "html"),
    ("application/xml", "rdf"),
    ("application/json", "jsonld"),
    ("text/turtle;q=0.5;level=1, text/html;q=0.4", "ttl"),
    (" , text/turtle ,", "ttl"),
    ("application/json, text/javascript, */*; q=0.01", "jsonld"),
    ("application/xml, */*;q=0.1", "rdf"),
]


@pytest.mark.parametrize(("accept", "suffix"), DOCUMENTS)
def test_a_document_is_chosen_by_quality_then_by_our_order(accept: str | None, suffix: str) -> None:
    chosen = choose(accept, DOCUMENT_FORMATS)
    assert chosen is not None
    assert chosen.suffix == suffix


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "text/turtle;q=0",
        "*/*;q=0",
        "application/x-unheard-of",
        "application/ld+json;q=0, application/json",
    ],
)
def test_what_nothing_matches_is_refused_with_the_list(accept: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        choose_or_refuse(accept, DOCUMENT_FORMATS)
    assert "text/turtle" in refused.value.offered


@pytest.mark.parametrize(
    ("accept", "suffix"), [(None, "srj"), ("application/json", "srj"), ("application/xml", "srx"), ("text/csv", "csv")]
)
def test_results_answer_to_the_general_types_too(accept: str | None, suffix: str) -> None:
    chosen = choose(accept, SOLUTION_FORMATS)
    assert chosen is not None
    assert chosen.suffix == suffix


def test_hostile_headers_are_read_without_harm() -> None:
    for accept in ("," * 10_000, "a/b;" * 5_000, "text/turtle;q=nan", "text/turtle;q=1e999", "\x00", "*/*/*", ";;q=1"):
        choose(accept, DOCUMENT_FORMATS)
