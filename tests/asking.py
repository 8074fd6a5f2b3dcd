"""Requests of the application itself, as a server hands them over."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def ask(client: FlaskClient, path: str, accept: str | None = None, method: str = "GET", root: str = "") -> TestResponse:
    """Ask with the address as it was sent, below a mount."""
    fields = {} if accept is None else {"Accept": accept}
    overrides = {"RAW_URI": root + path, "SCRIPT_NAME": root}
    return client.open(path, method=method, headers=fields, environ_overrides=overrides, buffered=True)
