"""The description of the HTTP interface: it tells of every route, its examples work, and schemathesis finds it true."""

import json
import os
import re
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from conftest import serving
from kgpub.api_areas import api_areas, api_components
from kgpub.api_page import api_page
from kgpub.documents import Documents
from kgpub.engine import Budget
from kgpub.engine_local import LocalEngine
from kgpub.release import Release
from kgpub.site import Site
from kgpub.web.api import routed
from kgpub.web.app import create_app
from kgpub.web.health import metrics_route
from projects import release_of

TESTS = Path(__file__).parent
#: What OpenAPI cannot tell, or what every route has.
UNTOLD = {"HEAD", "OPTIONS", "QUERY"}


@pytest.fixture
def with_metrics(site: Site) -> Flask:
    """The application with every route that it can have."""
    app = create_app(site)
    app.register_blueprint(metrics_route(None, None))  # type: ignore[arg-type]  # it is never asked
    return app


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get("/openapi.json").data)
    return found


def test_every_route_is_described(with_metrics: Flask) -> None:
    described = {(op.method.upper(), op.path) for area in api_areas() for op in area.operation}
    routes = routed(with_metrics.url_map.iter_rules())
    there = {(method, path) for path, methods in routes.items() for method in methods - UNTOLD}
    for method, path in sorted(there - described):
        if with_metrics.test_client().open(path, method=method).status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            continue  # routed so that it is refused, and no thing is looked for there
        pytest.fail(
            f"The route {method} {path} is not described in src/kgpub/openapi/: add to the file of its area\n"
            f'[[operation]]\npath = "{path}"\nmethod = "{method.lower()}"\nsummary = "…"'
        )
    for method, path in sorted(described - there):
        pytest.fail(f"src/kgpub/openapi/ describes {method} {path}, and there is no such route (test_api.py).")


def test_the_document_is_openapi_and_names_what_is_there(document: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert document["info"]["version"]
    assert document["info"]["license"]["name"] == "CC BY 4.0"
    assert "/metrics" not in document["paths"]  # this application has none
    assert {"get", "head", "post"} <= set(document["paths"]["/sparql"])
    assert document["components"]["parameters"]["thing"]["example"].startswith("id/")


def test_a_server_without_queries_and_shapes_does_not_describe_them(tmp_path: Path) -> None:
    release = release_of(tmp_path, "ex:a a ex:P .")
    app = create_app(Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1)))
    paths = json.loads(app.test_client().get("/openapi.json").data)["paths"]
    assert {"/queries/", "/np/", "/validation"}.isdisjoint(paths)
    assert "/doc/{local}" in paths


def test_every_component_is_used(document: dict[str, Any]) -> None:
    unused = {
        (kind, name)
        for kind, named in api_components().items()
        for name in named
        if name not in document["components"].get(kind, {})
    }
    assert unused == {("responses", "metrics")}  # whose route this application has not


def test_the_examples_work_and_head_answers_as_get(site: Site, client: FlaskClient) -> None:
    areas = api_page(site, routed(client.application.url_map.iter_rules()), "")
    operations = [(operation, operation.example) for area in areas for operation in area.operations]
    tried = 0
    for operation, example in operations:
        is_without = operation.method == "POST" or operation.path in {"/doc/", "/linkset/"}
        assert example is not None or is_without, operation.path
        if example is None:
            continue
        with client.get(example) as response, client.head(example) as head:
            status = str(response.status_code)
            assert status in operation.statuses, (example, status)
            assert response.status_code < 400, example
            assert status != "200" or response.mimetype in operation.media_types, (example, response.mimetype)
            varying = {"Content-Length", "Date"}
            assert {k: v for k, v in head.headers if k not in varying} == {
                k: v for k, v in response.headers if k not in varying
            }, example
            assert head.data == b""
        tried += 1
    assert tried > 20


def test_the_page_is_for_readers_and_the_document_for_programs(client: FlaskClient) -> None:
    response = client.get("/api", headers={"Accept": "text/html"})
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.get_data(as_text=True))
    text = " ".join("".join(document.itertext()).split())
    assert "GET /doc/{local}" in text
    assert "application/problem+json" not in text
    as_data = client.get("/api", headers={"Accept": "application/json"})
    assert as_data.data == client.get("/openapi.json").data
    assert as_data.headers["Content-Location"] == "/openapi.json"
    tag = response.headers["ETag"]
    assert client.get("/api", headers={"Accept": "text/html", "If-None-Match": tag}).status_code == 304
    assert client.get("/api", headers={"Accept": "image/png"}).status_code == 406


def test_below_a_path_the_document_names_it(client: FlaskClient) -> None:
    mounted = {"SCRIPT_NAME": "/kg"}
    assert json.loads(client.get("/openapi.json", environ_overrides=mounted).data)["servers"] == [{"url": "/kg"}]
    page = client.get("/api", headers={"Accept": "text/html"}, environ_overrides=mounted).get_data(as_text=True)
    assert 'href="/kg/doc/id/' in page
    assert 'href="/doc' not in page


def test_schemathesis_finds_the_description_true(announcement_release: Release, tmp_path: Path) -> None:
    (tmp_path / "kgpub.toml").write_text(
        '[publication]\nbase_iri = "https://w3id.org/stca-kg/"\n'
        f'[folders]\nreleases = "{announcement_release.folder.parent}"\n',
        "utf-8",
    )
    with serving((), tmp_path) as server:
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(TESTS / "schemathesis.toml"),
                   "run", f"{server.address}/openapi.json", "--no-color", "--workers", "1"]  # fmt: skip
        environment = os.environ | {"SCHEMATHESIS_HOOKS": str(TESTS / "schemathesis_hooks.py"), "PYTHONWARNINGS": ""}
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout[-30_000:] + done.stderr[-2000:]
    (tested,) = re.findall(r"Tested: (\d+)", done.stdout)
    assert int(tested) == sum(len(area.operation) for area in api_areas()) - 1  # all but the document that it reads
