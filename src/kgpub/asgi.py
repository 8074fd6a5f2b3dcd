"""Run the WSGI application on an ASGI server.

Flask is WSGI, but only the ASGI side of granian (2.8) tells the path as it was sent, and only there does an answer that
fails after its status line break the connection, so that a client notices (docs/decisions/0002). Requests run where
they are and give way to each other where they wait for a query (waiting.py); those that wait by themselves, for a disk
or a remote engine, run in threads of their own number.
"""

import asyncio
import io
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Flask

from kgpub.account import ACCOUNT, note_cache, note_route
from kgpub.content_coding import (
    Headers,
    choose_coding,
    coded,
    coded_headers,
    encoder_of,
    is_worth_it,
    without_codings,
)
from kgpub.errors import EngineBusy, KgpubError
from kgpub.response_cache import Kept, Key, ResponseCache, key_of
from kgpub.waiting import ClientGone, run

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Run = Callable[..., Awaitable[Any]]

_BODY_SECONDS = 30
#: A stream that a client does not read for so long is cut: it holds a thread, and often a query worker.
_SEND_SECONDS = 30
#: A larger body is sent in pieces, even where its length is known.
_WHOLE_BYTES = 1_000_000
_END = object()
_log = logging.getLogger("kgpub")


class AsgiApplication:
    """An ASGI application that answers with a Flask one."""

    def __init__(
        self, app: Flask, cache: ResponseCache, *, body_bytes: int, threads: int, is_slow: Callable[[str], bool]
    ) -> None:
        """Take the application, the largest body to read, and which paths a thread has to wait for.

        Of those, *threads* are answered at once; one more is turned away.
        """
        self._app = app
        self._cache = cache
        self._body_bytes = body_bytes
        self._is_slow = is_slow
        self._threads = threads
        self._in_threads = 0
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="query")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3.0, HTTP)."""
        if scope["type"] != "http":
            return
        coding = choose_coding(_header(scope, b"accept-encoding"))
        key = key_of(scope, coding)
        kept = self._cache.get(key) if key is not None else None
        if key is not None:
            note_cache(scope, is_hit=kept is not None)
        if kept is not None:
            await _send_kept(kept, scope, send)
            return
        if _announced_bytes(scope) > self._body_bytes:
            await _refuse(send, 413, "The request's body is too large.")
            return
        try:
            body = await asyncio.wait_for(self._read(receive), _BODY_SECONDS) if _has_body(scope) else b""
        except TimeoutError:
            await _refuse(send, 408, "The request's body did not arrive in time.")
            return
        except ClientGone:
            await _refuse(send, 400, "The request's body broke off.")
            return
        if body is None:
            await _refuse(send, 413, "The request's body is too large.")
        elif not self._is_slow(scope["path"]):
            await self._respond(
                scope, body, _Way(send, partial(run, until_gone=partial(_until_gone, receive)), coding, key)
            )
        elif self._in_threads >= self._threads:
            busy = EngineBusy()
            await _refuse(send, busy.status, busy.sentence, retry_after_seconds=busy.retry_after_seconds)
        else:
            self._in_threads += 1
            try:
                await self._respond(scope, body, _Way(send, self._in_thread, coding, key))
            finally:
                self._in_threads -= 1

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the request's body, or None where it is too large."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone("The client hung up.")
            body += message.get("body", b"")
            if len(body) > self._body_bytes:
                return None
            if not message.get("more_body"):
                return bytes(body)

    async def _respond(self, scope: Scope, body: bytes, way: "_Way") -> None:
        try:
            head, chunks = await way.run(self._answer, environ(scope, body))
            if not head.is_whole:
                await _send_stream(head, chunks, way)
                return
            headers, whole = coded(head.headers, await _joined(chunks, way.run), way.coding)
            await _send_whole(way.send, head.status, headers, whole)
            if head.status == HTTPStatus.OK and scope["method"] == "GET":
                self._cache.offer(way.key, headers, whole)
        except ClientGone:
            return  # nobody is left to be told
        except TimeoutError:
            _log.warning("%s was cut: the client did not read for %d s", scope["path"], _SEND_SECONDS)
        except KgpubError as error:  # without its last message, granian breaks the connection
            _log.warning("%s was cut: %s", scope["path"], error.sentence)

    def _answer(self, environment: dict[str, Any]) -> "tuple[_Head, Iterable[bytes]]":
        head = _Head()
        chunks = self._app.wsgi_app(environment, head.start)
        note_route(environment)
        return head, chunks

    async def _in_thread(self, function: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)


@dataclass(frozen=True, slots=True)
class _Way:
    """How a response gets to its client: where it is sent, how the application is run, in which content coding.

    *key* is what the response would be kept under.
    """

    send: Send
    run: Run
    coding: str | None
    key: Key | None


class _Head:
    """The status and the headers of a response."""

    def __init__(self) -> None:
        self.status = 500
        self.is_whole = False
        self.headers: list[tuple[bytes, bytes]] = []

    def start(self, status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
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
    return environment


def _environ_key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _header(scope: Scope, wanted: bytes) -> bytes:
    """Return a header field of a request, empty where there is none."""
    return b",".join(value for name, value in scope["headers"] if name == wanted)


def _announced_bytes(scope: Scope) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdigit() else 0


def _has_body(scope: Scope) -> bool:
    """Tell whether a request announces a body (RFC 9112, section 6); waiting for one that is not there costs 50 µs."""
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


async def _send_kept(kept: Kept, scope: Scope, send: Send) -> None:
    """Answer with a response that was made before."""
    if kept.is_known_to(_header(scope, b"if-none-match")):
        await _send_whole(send, HTTPStatus.NOT_MODIFIED, kept.headers_of_304, b"")
    else:
        await _send_whole(send, HTTPStatus.OK, kept.headers, b"" if scope["method"] == "HEAD" else kept.body)


async def _joined(chunks: Iterable[bytes], run: Run) -> bytes:
    """Return a body that is all there already."""
    try:
        return b"".join(chunks)
    finally:
        await _close(chunks, run)


async def _send_whole(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send a response in one piece, since each message costs the event loop a turn."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    async with asyncio.timeout(_SEND_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": False})


async def _send_stream(head: "_Head", chunks: Iterable[bytes], way: "_Way") -> None:
    """Send a body as it comes; an error while it is made goes up."""
    headers, encoder = head.headers, None
    if is_worth_it(headers, None):
        headers = coded_headers(headers, way.coding)
        encoder = encoder_of(way.coding) if way.coding else None
    await way.send({"type": "http.response.start", "status": head.status, "headers": headers})
    iterator: Iterator[bytes] = iter(chunks)
    try:
        while (chunk := await way.run(next, iterator, _END)) is not _END:
            if chunk:
                async with asyncio.timeout(_SEND_SECONDS):
                    data = encoder.feed(chunk) if encoder else chunk
                    await way.send({"type": "http.response.body", "body": data, "more_body": True})
        await way.send({"type": "http.response.body", "body": encoder.end() if encoder else b"", "more_body": False})
    finally:
        await _close(chunks, way.run)


async def _close(chunks: Iterable[bytes], run: Run) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        await run(close)


async def _refuse(send: Send, status: int, sentence: str, retry_after_seconds: int | None = None) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"access-control-allow-origin", b"*")]
    if retry_after_seconds is not None:
        headers.append((b"retry-after", str(retry_after_seconds).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{sentence}\n".encode()})


async def _until_gone(receive: Receive) -> None:
    """Return when the client has gone away (ASGI 3.0: after the body, nothing else is received)."""
    while (await receive())["type"] != "http.disconnect":
        pass
