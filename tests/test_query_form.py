"""What a SPARQL text is, told by its verb."""

import pytest

from kgpub.errors import NotAcceptable, QueryMalformed, QueryRefused
from kgpub.query_form import asks_elsewhere, foreign_function, form_of, gives_graph, is_update, refusal_of
from processor_time import is_in_proportion


@pytest.mark.parametrize(
    ("text", "is_graph"),
    [
        ("SELECT * {}", False),
        ("ask {}", False),
        ("CONSTRUCT WHERE {}", True),
        ("# insert it\nBASE <http://a/> PREFIX select: <b> #DELETE\n DESCRIBE <c>", True),
        ("PREFIX load: <a>\nPREFIX : <b>\rSELECT(1 AS ?x) {}", False),
        ('VERSION "1.2" ASK {}', False),
    ],
)
def test_the_verb_stands_after_the_prologue(text: str, *, is_graph: bool) -> None:
    assert gives_graph(text) is is_graph
    assert not is_update(text)


@pytest.mark.parametrize("text", ["INSERT DATA {}", "prefix a: <b> with <c> delete {}", "LOAD<a>", "#\nclear all"])
def test_an_update_is_refused(text: str) -> None:
    assert is_update(text)
    with pytest.raises(QueryRefused):
        gives_graph(text)


def test_what_has_no_verb_is_told_where_one_was_expected() -> None:
    with pytest.raises(QueryMalformed) as refused:
        gives_graph("PREFIX a: <b>\n  <x> ?p ?o")
    assert (refused.value.line, refused.value.column) == (2, 3)


@pytest.mark.parametrize("unit", ["PREFIX a:<", "#", " \n", "BASE<a>"])
def test_a_hostile_text_costs_one_pass(unit: str) -> None:
    def refused(text: str) -> None:
        with pytest.raises(QueryMalformed):
            gives_graph(text + "x")

    assert is_in_proportion(refused, unit, 200_000)


@pytest.mark.parametrize(
    ("text", "is_graph"), [("ASK {}", False), ("describe <a>", True), ("CLEAR ALL", None), ("", None)]
)
def test_what_is_no_query_has_no_form(text: str, *, is_graph: bool | None) -> None:
    assert form_of(text) is is_graph


XSD = "http://www.w3.org/2001/XMLSchema#"
GEOF = "http://www.opengis.net/def/function/geosparql/"


def unsupported(function: str) -> str:
    return f"The custom function <{function}> is not supported"


def test_a_function_of_another_engine_is_told_from_a_slip_of_the_pen() -> None:
    assert foreign_function(unsupported("http://e/f")) == "http://e/f"
    assert foreign_function(unsupported(f"{XSD}intger")) is None
    assert foreign_function(unsupported(f"{GEOF}distanse")) is None
    assert foreign_function("disk is full") is None


def test_what_the_engine_cannot_answer_is_told_from_its_failure() -> None:
    unknown = refusal_of(unsupported(f"{XSD}intger"))
    assert isinstance(unknown, QueryMalformed)
    assert f"<{XSD}intger>" in unknown.sentence
    unwritable = refusal_of("JSON-LD does not support RDF 1.2 yet")
    assert isinstance(unwritable, NotAcceptable)
    assert "text/turtle" in unwritable.offered
    assert "application/ld+json" not in unwritable.offered
    assert refusal_of("disk is full") is None


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("ASK { SERVICE <http://x/> { ?s ?p ?o } }", True),
        ("ASK { FILTER EXISTS { service\n<http://x/> { ?s ?p ?o } } }", True),
        ("ASK { SERVICE SILENT <http://x/> { ?s ?p ?o } }", False),
        ("ASK { ?service :service 'SERVICE <http://x/>' } # SERVICE <http://x/>", False),
        ("ASK { <http://x/SERVICE> ?p ?o }", False),
        ("ASK {}", False),
        ("ASK { FILTER(?a<?b&&'>'!='') FILTER EXISTS { SERVICE <a:b> {} } }#'", True),
        ("ASK { FILTER(?a<?b#>'''\n && EXISTS { SERVICE <a:b> {} }) }#'''", True),
        ("PREFIX s: <http://a/'#> ASK { ?s s:service 'SERVICE' }", False),
    ],
)
def test_a_query_that_asks_elsewhere_is_known_by_its_keyword(text: str, *, asks: bool) -> None:
    assert asks_elsewhere(text) is asks
