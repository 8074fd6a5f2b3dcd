"""Errors in the reader's own terms."""

import json

import pytest
from flask.testing import FlaskClient

from kgpub.engine import Answer, Budget, Query, Wanted
from kgpub.errors import EngineBusy, EngineUnavailable, KgpubError, QueryMalformed, QueryOverBudget
from kgpub.site import Site
from kgpub.web.app import create_app


class FailingEngine:
    """An engine that fails as told."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def evaluate(self, _query: Query, _wanted: Wanted, _budget: Budget) -> Answer:
        raise self.error

    def ping(self) -> None:
        raise self.error

    def close(self) -> None:
        return


def failing(site: Site, error: Exception) -> FlaskClient:
    failing_site = Site(site.release, site.documents, FailingEngine(error), site.budget)
    return create_app(failing_site).test_client()


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [("*/*", "application/problem+json"), ("application/json", "application/problem+json"), ("text/html", "text/html"),
     ("text/plain", "text/plain"), ("text/turtle", "text/turtle"), ("image/png", "text/plain")],
)  # fmt: skip
def test_an_error_is_negotiated_like_everything_else(client: FlaskClient, accept: str, media_type: str) -> None:
    response = client.get("/id/nobody", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (404, media_type)
    assert response.headers["Cache-Control"] == "no-store"
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("error", "status"),
    [(EngineUnavailable("The engine is away."), 502), (EngineBusy(), 503), (KgpubError("Odd."), 500)],
)
def test_a_failing_engine_is_never_404_and_never_stops_a_document(site: Site, error: KgpubError, status: int) -> None:
    client = failing(site, error)
    assert client.get("/sparql?query=ASK%7B%7D").status_code == status
    assert client.get("/readyz").status_code == (500 if status == 500 else 503)
    assert client.get("/doc/id/ccr").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_a_busy_engine_says_when_to_come_back(site: Site) -> None:
    assert failing(site, EngineBusy()).get("/sparql?query=ASK%7B%7D").headers["Retry-After"] == "2"


def test_an_unexpected_error_tells_the_client_nothing_of_the_inside(site: Site) -> None:
    response = failing(site, RuntimeError("/secret/path at 10.0.0.1")).get("/sparql?query=ASK%7B%7D")
    assert response.status_code == 500
    assert b"secret" not in response.data
    assert json.loads(response.data)["detail"].startswith("Something went wrong")


def test_a_query_over_budget_is_told_which_budget(site: Site) -> None:
    response = failing(site, QueryOverBudget("time", "3 s")).get("/sparql?query=ASK%7B%7D")
    document = json.loads(response.data)
    assert (response.status_code, document["budget"], document["limit"]) == (422, "time", "3 s")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_syntax_error_is_shown_with_its_place_however_the_query_came(site: Site, method: str) -> None:
    client = failing(site, QueryMalformed("It is wrong.", 2, 7))
    given = {"query_string" if method == "get" else "data": {"query": "ASK {\n ?a ?b wrong }"}}
    document = json.loads(getattr(client, method)("/sparql", **given).data)
    assert (document["line"], document["column"], document["near"]) == (2, 7, "wrong }")
    as_text = getattr(client, method)("/sparql", headers={"Accept": "text/plain"}, **given).get_data(as_text=True)
    assert as_text.splitlines()[-2:] == [" ?a ?b wrong }", "      ^"]


def test_a_place_outside_the_query_is_told_without_a_mark(site: Site) -> None:
    client = failing(site, QueryMalformed("It is wrong.", 9, 9))
    response = client.get("/sparql?query=ASK%7B%7D", headers={"Accept": "text/plain"})
    assert response.get_data(as_text=True) == "400 Malformed query\nIt is wrong.\n"
    assert "near" not in json.loads(client.get("/sparql?query=ASK%7B%7D").data)


def test_a_method_that_is_not_possible_is_refused_with_a_sentence(client: FlaskClient) -> None:
    response = client.put("/id/ccr", data="x")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert json.loads(response.data)["detail"] == (
        "PUT is not possible here, where nothing can be written over HTTP; allowed are GET, HEAD, OPTIONS."
    )
