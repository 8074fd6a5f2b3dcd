"""An address has one spelling: with its last slash or without; the other one leads there."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from asking import ask

#: Addresses as they are, with the other spelling of each.
SPELLINGS = (
    ("/sparql", "/sparql/"), ("/queries/", "/queries"), ("/np/", "/np"), ("/browse/classes", "/browse/classes/"),
    ("/queries/who-speaks", "/queries/who-speaks/"), ("/dcat", "/dcat/"), ("/openapi.json", "/openapi.json/"),
    ("/reconcile", "/reconcile/"), ("/static/style.css", "/static/style.css/"), ("/healthz", "/healthz/"),
    ("/sparql/service-description", "/sparql/service-description/"),
)  # fmt: skip


@pytest.mark.parametrize(("right", "other"), SPELLINGS)
@pytest.mark.parametrize("root", ["", "/kg", "/a/b"])
def test_the_other_spelling_leads_to_the_right_one(client: FlaskClient, right: str, other: str, root: str) -> None:
    for method in ("GET", "HEAD"):
        led = ask(client, f"{other}?a=%20b&c=%C3%A9", method=method, root=root)
        assert (led.status_code, led.headers["Location"]) == (308, f"{root}{right}?a=%20b&c=%C3%A9")
        assert ask(client, other, method=method, root=root).headers["Location"] == root + right
    assert ask(client, right, root=root).status_code == 200


def test_a_route_with_any_path_tells_slashes_apart_itself(client: FlaskClient) -> None:
    assert [ask(client, path).status_code for path in ("/ontology/", "/doc/ontology/", "/doc/id/ccr/", "/id/ccr/")] == [
        303, 200, 404, 404
    ]  # fmt: skip
    assert ask(client, "/linkset/ontology/").status_code == 200


def test_every_route_has_one_spelling(app: Flask, client: FlaskClient) -> None:
    seen = 0
    rules = [rule.rule for rule in app.url_map.iter_rules() if "<" not in rule.rule and "GET" in (rule.methods or ())]
    for rule in rules:
        other = rule.rstrip("/") if rule.endswith("/") else f"{rule}/"
        if rule == "/" or other in rules:
            continue
        assert ask(client, other).status_code == 308, rule
        seen += 1
    assert seen > 20


def test_a_query_that_is_posted_is_answered_in_either_spelling(client: FlaskClient) -> None:
    """Not every client sends a body again; a browser refuses a preflight that is led on."""
    form = {"update": "CLEAR ALL"}
    statuses = [client.post(path, data=form).status_code for path in ("/sparql", "/sparql/")]
    assert statuses == [403, 403]
    assert ask(client, "/sparql/", method="OPTIONS").status_code == 200


def test_an_encoded_slash_is_none(client: FlaskClient) -> None:
    for path in ("/sparql%2F", "/queries/who-speaks%2F"):
        assert ask(client, path).status_code != 308


def test_no_address_leads_to_another_host(client: FlaskClient) -> None:
    for path in ("//evil.example/", "//evil.example/sparql/", "/sparql//", "//sparql/"):
        response = client.get("/", environ_overrides={"PATH_INFO": path, "RAW_URI": path})
        assert response.headers.get("Location", "/sparql") == "/sparql"
