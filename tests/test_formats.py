import pytest

from kgpub.formats import (
    DESCRIPTION_CSV,
    DOCUMENT_FORMATS,
    GRAPH_FORMATS,
    HTML,
    JSON_LD,
    N_TRIPLES,
    PLAIN_TEXT,
    PROBLEM_FORMATS,
    PROBLEM_JSON,
    RDF_XML,
    RESULTS_JSON,
    RESULTS_XML,
    SOLUTION_FORMATS,
    TURTLE,
    Format,
    named,
)


@pytest.mark.parametrize("offered", [DOCUMENT_FORMATS, GRAPH_FORMATS, SOLUTION_FORMATS])
def test_within_an_offer_every_name_means_one_format(offered: tuple[Format, ...]) -> None:
    names = [name for fmt in offered for name in {fmt.suffix, fmt.media_type, *fmt.aliases}]
    assert len(set(names)) == len(names)
    assert all(named(name, offered) is fmt for fmt in offered for name in (fmt.suffix, fmt.media_type, *fmt.aliases))


def test_an_error_in_a_name_that_rdf_has_too_is_the_problem_document_or_text() -> None:
    assert {named(name, PROBLEM_FORMATS) for name in ("json", "application/json")} == {PROBLEM_JSON}
    assert named("text/plain", PROBLEM_FORMATS) is PLAIN_TEXT
    assert all(named(fmt.media_type, PROBLEM_FORMATS) is fmt for fmt in PROBLEM_FORMATS)


@pytest.mark.parametrize(("name", "offered", "fmt"), [
    ("ttl", DOCUMENT_FORMATS, TURTLE), (" Text/Turtle ", DOCUMENT_FORMATS, TURTLE), ("json", GRAPH_FORMATS, JSON_LD),
    ("json", SOLUTION_FORMATS, RESULTS_JSON), ("xml", GRAPH_FORMATS, RDF_XML), ("xml", SOLUTION_FORMATS, RESULTS_XML),
    ("nt", GRAPH_FORMATS, N_TRIPLES), ("csv", DOCUMENT_FORMATS, DESCRIPTION_CSV), ("html", GRAPH_FORMATS, None),
    ("", DOCUMENT_FORMATS, None), ("*/*", DOCUMENT_FORMATS, None),
    ("application/sparql-results xml", SOLUTION_FORMATS, RESULTS_XML),
    ("text/turtle; version=1.2", GRAPH_FORMATS, TURTLE),
])  # fmt: skip
def test_a_name_means_what_is_offered(name: str, offered: tuple[Format, ...], fmt: Format | None) -> None:
    assert named(name, offered) is fmt


def test_only_text_types_name_their_charset() -> None:
    assert HTML.content_type == "text/html; charset=utf-8"
    assert JSON_LD.content_type == "application/ld+json"
