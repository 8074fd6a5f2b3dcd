"""What a SPARQL text is, told by its verb."""

import time

import pytest

from kgpub.errors import QueryMalformed, QueryRefused
from kgpub.query_form import gives_graph, is_update


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


@pytest.mark.parametrize("text", ["PREFIX a:<" * 20_000, "#" * 200_000, " \n" * 100_000 + "x", "BASE<a>" * 30_000])
def test_a_hostile_text_costs_one_pass(text: str) -> None:
    started = time.monotonic()
    with pytest.raises(QueryMalformed):
        gives_graph(text)
    assert time.monotonic() - started < 1
