"""Speak ASGI for an application that is synchronous: read a request, let it be answered, keep and send the reply.

Only the ASGI side of granian (2.8) tells the path as it was sent, and only there does an answer that fails after its
status line break the connection, so that a client notices (docs/decisions/0002). Requests are answered where they are
and give way to each other where they wait for a query (waiting.py); those that wait by themselves, for a disk or a
remote engine, run in threads of their own number.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from kgpub.account import Account, account_in, note_cache
from kgpub.content_coding import Headers, choose_coding, coded, coded_headers, encoder_of, is_worth_it
from kgpub.errors import EngineBusy, KgpubError
from kgpub.host_field import is_right
from kgpub.reply import Reply, Request, fields_of, is_known, not_modified
from kgpub.response_cache import Kept, Key, ResponseCache, key_of
from kgpub.waiting import PATIENCE_SECONDS, ClientGone, Requests

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Run = Callable[..., Awaitable[Any]]
Answer = Callable[[Scope, Request], Reply]

_BODY_SECONDS = 30
#: A stream that a client does not read for so long is cut: it holds a thread, and often a query worker.
_SEND_SECONDS = 30
_END = object()
_log = logging.getLogger("kgpub")


class AsgiApplication:
    """An ASGI application that lets a synchronous function answer."""

    def __init__(
        self, answer: Answer, cache: ResponseCache, *, body_bytes: int, threads: int, is_slow: Callable[[str], bool]
    ) -> None:
        """Take what answers, the largest body to read, and which paths a thread has to wait for.

        Of those, *threads* are answered at once; one more is turned away.
        """
        self._answer = answer
        self._cache = cache
        self._body_bytes = body_bytes
        self._is_slow = is_slow
        self._threads = threads
        self._in_threads = 0
        self._requests = Requests()
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="query")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3.0, HTTP)."""
        if scope["type"] != "http":
            return
        fields = fields_of(scope["headers"])
        if not is_right(fields.get(b"host"), scope["http_version"]):
            await _refuse(send, 400, "A request names one host in its field Host (RFC 9112, section 3.2).")
            return
        coding = choose_coding(fields.get(b"accept-encoding", b""))
        key = key_of(scope, fields, coding)
        kept = self._cache.get(key) if key is not None else None
        if key is not None:
            note_cache(scope, is_hit=kept is not None)
        if kept is not None:
            await _send_kept(kept, scope["method"], fields, send)
            return
        body = b""
        if b"content-length" in fields or b"transfer-encoding" in fields:  # there is one (RFC 9112, section 6)
            read = await self._body(fields, receive, send)
            if read is None:
                return
            body = read
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        request = Request(scope["method"], path, scope["query_string"], fields, body)
        if not self._is_slow(path):
            run_here = partial(self._requests.run, until_gone=partial(_until_gone, receive))
            await self._respond(scope, request, _Way(send, run_here, coding, key))
        elif self._in_threads >= self._threads:
            busy = EngineBusy()
            await _refuse(send, busy.status, busy.sentence, retry_after_seconds=busy.retry_after_seconds)
        else:
            self._in_threads += 1
            try:
                run_there = partial(self._in_thread, account_in(scope), receive)
                await self._respond(scope, request, _Way(send, run_there, coding, key))
            finally:
                self._in_threads -= 1

    async def _body(self, fields: dict[bytes, bytes], receive: Receive, send: Send) -> bytes | None:
        """Return the request's body; None where it cannot be read, which the client has been told then."""
        length = fields.get(b"content-length", b"")
        if length.isdigit() and int(length) > self._body_bytes:
            await _refuse(send, 413, "The request's body is too large.")
            return None
        try:
            body = await asyncio.wait_for(self._read(receive), _BODY_SECONDS)
        except TimeoutError:
            await _refuse(send, 408, "The request's body did not arrive in time.")
        except ClientGone:
            await _refuse(send, 400, "The request's body broke off.")
        else:
            if body is not None:
                return body
            await _refuse(send, 413, "The request's body is too large.")
        return None

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

    async def _respond(self, scope: Scope, request: Request, way: "_Way") -> None:
        try:
            reply: Reply = await way.run(self._answer, scope, request)
            if reply.body is None:
                await _send_stream(reply, way)
                return
            headers, body = coded(reply.headers, reply.body, way.coding)
            await _send_whole(way.send, reply.status, headers, body)
            if reply.status == HTTPStatus.OK and request.method == "GET":
                self._cache.offer(way.key, headers, body)
        except ClientGone:
            return  # nobody is left to be told
        except TimeoutError:
            _log.warning("%s was cut: the client did not read for %d s", scope["path"], _SEND_SECONDS)
        except KgpubError as error:  # without its last message, granian breaks the connection
            _log.warning("%s was cut: %s", scope["path"], error.sentence)

    async def _in_thread(
        self, account: Account | None, receive: Receive, function: Callable[..., Any], *arguments: object
    ) -> Any:
        """Call a function in a thread; where its client goes away, end what it waits for and raise ``ClientGone``."""
        done = asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)
        await asyncio.wait((done,), timeout=PATIENCE_SECONDS)
        if done.done():
            return done.result()
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait((done, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
        if done.done():
            return done.result()
        if account is not None and account.hang_up is not None:
            account.hang_up()
        await asyncio.wait((done,))
        raise ClientGone("The client hung up.") from done.exception()


@dataclass(frozen=True, slots=True)
class _Way:
    """How a response gets to its client: where it is sent, how the application is run, in which content coding.

    *key* is what the response would be kept under.
    """

    send: Send
    run: Run
    coding: str | None
    key: Key | None


async def _send_kept(kept: Kept, method: str, fields: dict[bytes, bytes], send: Send) -> None:
    """Answer with a response that was made before."""
    if is_known(kept.headers, fields.get(b"if-none-match", b"")):
        await _send_whole(send, HTTPStatus.NOT_MODIFIED, not_modified(kept.headers), b"")
    else:
        await _send_whole(send, HTTPStatus.OK, kept.headers, b"" if method == "HEAD" else kept.body)


async def _send_whole(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send a response in one piece, since each message costs the event loop a turn.

    The server takes it at once, however slowly the client reads (granian 2.8).
    """
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _send_stream(reply: Reply, way: "_Way") -> None:
    """Send a body as it comes; an error while it is made goes up."""
    headers, chunks, encoder = reply.headers, reply.chunks, None
    if is_worth_it(headers, None):
        headers = coded_headers(headers, way.coding)
        encoder = encoder_of(way.coding) if way.coding else None
    await way.send({"type": "http.response.start", "status": reply.status, "headers": headers})
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
