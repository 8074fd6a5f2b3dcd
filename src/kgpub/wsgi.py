"""Ask a WSGI application (PEP 3333) for the reply to an ASGI request."""

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from kgpub.account import ACCOUNT, note_route
from kgpub.content_coding import without_codings
from kgpub.errors import KgpubError
from kgpub.preconditions import leave_out_what_means_nothing
from kgpub.reply import FAILURE, Reply, as_sent

Scope = dict[str, Any]

#: A larger body is sent in pieces, even where its length is known.
_WHOLE_BYTES = 1_000_000


def reply_of(app: Flask, scope: Scope, body: bytes, failure: KgpubError | None) -> Reply:
    """Return the application's reply; *failure* is what a query met that was asked before, for it to tell."""
    environment = environ(scope, body)
    if failure is not None:
        environment[FAILURE] = failure
    head = _Head()
    chunks = app.wsgi_app(environment, head.start)
    note_route(environment)
    if not head.is_whole:
        return Reply(head.status, head.headers, None, chunks)
    return Reply(head.status, head.headers, _joined(chunks))


def _joined(chunks: Iterable[bytes]) -> bytes:
    """Return a body that is all there already."""
    try:
        return b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


class _Head:
    """The status and the headers of a response."""

    def __init__(self) -> None:
        self.status = 500
        self.is_whole = False
        self.headers: list[tuple[bytes, bytes]] = []

    def start(self, status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        self.status = int(status.split(" ", 1)[0])
        self.headers = as_sent(headers)
        length = dict(self.headers).get(b"content-length", b"")
        self.is_whole = length.isdigit() and int(length) <= _WHOLE_BYTES
        return _no_write


def _no_write(_data: bytes) -> object:
    raise NotImplementedError("Flask returns its bodies; it never calls write()")


def environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """Return the WSGI environment of a request (PEP 3333), with the address as it was sent in ``RAW_URI``."""
    query = scope["query_string"].decode("latin-1")
    raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    root = scope.get("root_path", "")
    environment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root,
        "PATH_INFO": scope["path"].removeprefix(root).encode().decode("latin-1"),
        "RAW_URI": f"{raw_path}?{query}" if query else raw_path,
        "QUERY_STRING": query,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        ACCOUNT: scope.get(ACCOUNT),
    }
    for name, value in scope["headers"]:
        key = _environ_key(name.decode("latin-1"))
        text = (without_codings(value) if name == b"if-none-match" else value).decode("latin-1")
        environment[key] = f"{environment[key]},{text}" if key in environment else text
    leave_out_what_means_nothing(environment)
    return environment


def _environ_key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
