"""Requests of the application itself, as a server hands them over."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kgpub.documents import Documents
from kgpub.engine import Budget
from kgpub.engine_local import LocalEngine
from kgpub.release import Release
from kgpub.site import Site
from kgpub.web.app import create_app


def ask(client: FlaskClient, path: str, accept: str | None = None, method: str = "GET", root: str = "") -> TestResponse:
    """Ask with the address as it was sent, below a mount."""
    fields = {} if accept is None else {"Accept": accept}
    overrides = {"RAW_URI": root + path, "SCRIPT_NAME": root}
    return client.open(path, method=method, headers=fields, environ_overrides=overrides, buffered=True)


def client_of(release: Release, address: str = "") -> FlaskClient:
    """Return a client of the application of a release, served at an address; there is no engine."""
    site = Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1), address=address)
    return create_app(site).test_client()
