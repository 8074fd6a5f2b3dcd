"""Queries that explode, one after the other; bystanders are served meanwhile (see test_what_remains)."""

import pytest

from hostile.bombs import CURIOSITIES, EXPLOSIONS, NESTINGS, NONSENSE, Bomb
from hostile.conftest import DEADLINE_SECONDS
from hostile.wire import Client

#: How much longer than its deadline a query may take on a busy machine, connection and replacement included.
GRACE_SECONDS = 1.5


@pytest.mark.parametrize("bomb", NESTINGS, ids=lambda bomb: bomb.name)
def test_depth_ends_one_query_and_nothing_else(attacker: Client, bomb: Bomb) -> None:
    reply = attacker.ask(bomb.query)
    assert reply.outcome in bomb.outcomes
    assert reply.seconds < DEADLINE_SECONDS + GRACE_SECONDS


@pytest.mark.parametrize("bomb", EXPLOSIONS, ids=lambda bomb: bomb.name)
def test_an_explosion_stops_at_a_budget(attacker: Client, bomb: Bomb) -> None:
    reply = attacker.ask(bomb.query)
    assert reply.outcome in bomb.outcomes
    assert reply.seconds < DEADLINE_SECONDS + GRACE_SECONDS
    if reply.problem:
        assert reply.problem["detail"].endswith((" budget of 1 s.", " budget of 256 MB."))


@pytest.mark.parametrize("accept", ["text/html", "text/csv", "application/sparql-results+xml", "application/ld+json"])
@pytest.mark.parametrize("bomb", [NESTINGS[0], EXPLOSIONS[4]], ids=lambda bomb: bomb.name)
def test_an_explosion_is_told_in_every_format(attacker: Client, bomb: Bomb, accept: str) -> None:
    reply = attacker.ask(bomb.query, f"{accept}, application/sparql-results+json;q=0.1")
    assert reply.status == 422
    assert b"budget" in reply.body or b"Query too complex" in reply.body


@pytest.mark.parametrize("name", CURIOSITIES)
def test_a_curious_query_is_answered(attacker: Client, name: str) -> None:
    query, expected = CURIOSITIES[name]
    reply = attacker.ask(query)
    assert reply.outcome == "200"
    assert expected in reply.body


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_malformed_however_much_of_it(attacker: Client, name: str) -> None:
    reply = attacker.ask(NONSENSE[name])
    assert reply.outcome == "400 malformed-query"
    assert len(reply.body) < 2_000


@pytest.mark.parametrize("depth", [100, 400, 2_000])
@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/rdf+xml", "text/html"])
def test_a_deep_graph_is_written_or_refused_in_every_syntax(attacker: Client, depth: int, accept: str) -> None:
    template = "[<a:b> " * depth + "1" + "]" * depth
    reply = attacker.ask(f"CONSTRUCT {{ <a:x> <a:y> {template} }} WHERE {{}}", accept)
    assert reply.status in (200, 422)
    assert reply.is_whole


@pytest.mark.parametrize("depth", [20, 100, 400])
@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", "text/html"])
def test_a_deep_term_is_shown_or_refused(attacker: Client, depth: int, accept: str) -> None:
    term = "TRIPLE(<a:b>, <a:c>, " * depth + "1" + ")" * depth
    reply = attacker.ask(f"SELECT ({term} AS ?term) {{}}", accept)
    assert reply.status in (200, 406, 422)
    assert reply.is_whole
