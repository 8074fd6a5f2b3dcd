"""The bridge between ASGI and Flask."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, request

from kgpub.asgi import AsgiApplication
from kgpub.response_cache import ResponseCache
from kgpub.shortcuts import Shortcuts
from kgpub.wsgi import environ

Messages = list[dict[str, Any]]
HOST = (b"host", b"example.org")


def scope(path: str = "/", method: str = "GET", **more: object) -> dict[str, Any]:
    return {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [HOST],
        "http_version": "1.1", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "scheme": "http", **more,
    }  # fmt: skip


def app() -> Flask:
    flask = Flask("test")

    @flask.get("/stream")
    def stream() -> Response:
        return Response(iter([b"one", b"", b"two"]))

    @flask.get("/broken")
    def broken() -> Response:
        def chunks() -> Iterator[bytes]:
            yield b"one"
            raise RuntimeError("broken on the way")

        return Response(chunks())

    @flask.post("/echo")
    def echo() -> bytes:
        return request.get_data()

    return flask


def ask(asked: dict[str, Any], *body: bytes, body_bytes: int = 100) -> Messages:
    sent: Messages = []
    asked["headers"] += [(b"content-length", b"1")] if body else []
    waiting = [
        {"type": "http.request", "body": part, "more_body": at < len(body)} for at, part in enumerate(body or (b"",), 1)
    ]

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    bridge = AsgiApplication(
        Shortcuts(app(), {}),
        ResponseCache(100_000),
        body_bytes=body_bytes,
        threads=1,
        is_slow=lambda path: path == "/stream",
    )
    try:
        asyncio.run(bridge(asked, receive, send))
    except RuntimeError as error:
        sent.append({"type": "raised", "error": str(error)})
    return sent


def test_chunks_are_sent_as_they_come_and_the_end_is_told() -> None:
    sent = ask(scope("/stream"))
    assert [m.get("body") for m in sent[1:]] == [b"one", b"two", b""]
    assert sent[-1]["more_body"] is False


def test_an_error_on_the_way_is_never_a_complete_body() -> None:
    sent = ask(scope("/broken"))
    assert sent[-1] == {"type": "raised", "error": "broken on the way"}
    assert not any(message.get("more_body") is False for message in sent)


def test_a_body_is_read_in_parts_up_to_the_limit() -> None:
    assert ask(scope("/echo", "POST"), b"ab", b"cd")[1]["body"] == b"abcd"
    assert ask(scope("/echo", "POST"), b"a" * 60, b"b" * 60)[0]["status"] == 413


@pytest.mark.parametrize("raw", [b"/a%2Fb", b"/a%20b", b"/%C3%A9"])
def test_the_path_as_sent_is_in_the_environment(raw: bytes) -> None:
    assert environ(scope(raw_path=raw, query_string=b"q=%41"), b"")["RAW_URI"] == f"{raw.decode()}?q=%41"


def test_repeated_headers_are_joined_and_a_proxy_header_is_not_trusted() -> None:
    headers = [(b"accept", b"text/turtle"), (b"accept", b"*/*;q=0.1"), (b"content-type", b"text/plain")]
    environment = environ(scope(headers=headers), b"")
    assert environment["HTTP_ACCEPT"] == "text/turtle,*/*;q=0.1"
    assert environment["CONTENT_TYPE"] == "text/plain"


def test_a_response_that_anybody_may_keep_is_made_once() -> None:
    flask, made = Flask("test"), []

    @flask.get("/kept")
    def kept() -> Response:
        made.append(True)
        response = Response(b"body", headers={"Cache-Control": "public, max-age=300"})
        response.set_etag("tag")
        return response

    bridge = AsgiApplication(
        Shortcuts(flask, {}), ResponseCache(100_000), body_bytes=1, threads=1, is_slow=lambda _: False
    )
    asked = [
        scope("/kept"),
        scope("/kept"),
        scope("/kept", "HEAD"),
        scope("/kept", headers=[HOST, (b"if-none-match", b'"tag"')]),
    ]
    answers = []
    for request_ in asked:
        sent: Messages = []

        async def send(message: dict[str, Any], sent: Messages = sent) -> None:
            sent.append(message)

        asyncio.run(bridge(request_, receive_nothing, send))
        answers.append((sent[0]["status"], sent[1]["body"]))
    assert answers == [(200, b"body"), (200, b"body"), (200, b""), (304, b"")]
    assert len(made) == 1


async def receive_nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}
