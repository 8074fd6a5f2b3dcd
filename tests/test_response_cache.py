"""Whole responses that are kept: for whom, for how long, and how many."""

from typing import Any

import pytest

from kgpub.content_coding import Headers
from kgpub.reply import fields_of
from kgpub.response_cache import Kept, Key, ResponseCache, key_of

PUBLIC: Headers = [(b"content-type", b"text/plain"), (b"cache-control", b"public, max-age=300"), (b"etag", b'"a"')]


def scope(path: str = "/x", method: str = "GET", query: bytes = b"", **headers: str) -> dict[str, Any]:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"method": method, "path": path, "raw_path": path.encode(), "query_string": query, "headers": given}


def key(request_: dict[str, Any], coding: str | None = None) -> Key | None:
    return key_of(request_, fields_of(request_["headers"]), coding)


def test_a_response_is_kept_if_anybody_may_keep_it() -> None:
    cache = ResponseCache(100_000)
    for name, headers in (("public", PUBLIC), ("private", [(b"cache-control", b"no-cache")]), ("silent", [])):
        cache.offer((name,), list(headers), b"body")
    assert cache.get(("public",)) == Kept(PUBLIC, b"body")
    assert cache.get(("private",)) is None
    assert cache.get(("silent",)) is None


def test_room_is_bounded_by_bytes_and_what_is_asked_for_stays() -> None:
    cache = ResponseCache(100_000)
    for number in range(1_000):
        cache.offer((number,), PUBLIC, b"x" * 1_000)
        cache.get((0,))
    kept = [number for number in range(1_000) if cache.get((number,))]
    assert 0 in kept
    assert 10 < len(kept) < 20
    cache.offer(("long",), PUBLIC, b"x" * 50_000)
    assert cache.get(("long",)) is None


@pytest.mark.parametrize(
    "other",
    [
        scope("/y"), scope(query=b"q=1"), scope(accept="text/turtle"), scope(accept_language="fr"),
        scope() | {"root_path": "/kg"}, scope(host="other.example"), scope() | {"scheme": "https"},
    ],
    ids=["path", "query", "accept", "language", "mount", "host", "scheme"],
)  # fmt: skip
def test_what_chooses_a_representation_is_in_the_key(other: dict[str, Any]) -> None:
    assert key(other) != key(scope())


def test_what_chooses_nothing_is_not_in_the_key() -> None:
    plain = key(scope())
    assert key(scope(user_agent="a", cookie="b")) == plain
    assert key(scope(method="HEAD", accept_encoding="nonsense")) == plain
    assert key(scope(), "gzip") != plain


def test_the_path_counts_as_it_was_sent() -> None:
    assert key(scope() | {"raw_path": b"/a%2Fb", "path": "/a/b"}) != key(scope("/a/b"))


@pytest.mark.parametrize("long", [scope("/" + "x" * 5_000), scope(query=b"x" * 5_000), scope(accept="x" * 5_000)])
def test_what_is_very_long_has_no_key_since_keys_take_room(long: dict[str, Any]) -> None:
    assert key(long) is None


@pytest.mark.parametrize("request_", [scope(method="POST"), scope(range="bytes=0-1"), scope(if_modified_since="x")])
def test_what_needs_the_application_has_no_key(request_: dict[str, Any]) -> None:
    assert key(request_) is None
