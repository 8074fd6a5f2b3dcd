"""Keep whole responses, so that what is asked for often costs a look-up.

A release never changes while it is served, so a response that may be cached anywhere may be cached here: the key is all
that an answer can depend on (address, negotiated headers), and nothing has to be thrown away but for room.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache

from kgpub.content_coding import Headers
from kgpub.reply import CONDITIONS

Key = tuple[object, ...]

#: Header fields that choose between the representations of a resource (RFC 9110, section 12.5).
_NEGOTIATED = (b"accept", b"accept-language")
#: Conditions and parts that only the application judges.
_LEFT_TO_THE_APPLICATION = (CONDITIONS | {b"authorization"}) - {b"if-none-match"}
#: What is asked with more is not asked for often, and keys take room too.
_LONGEST_KEY_BYTES = 4_096
#: What a kept response takes beside its body: its key, its headers.
_OVERHEAD_BYTES = 6_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole response with status 200."""

    headers: Headers
    body: bytes


class ResponseCache:
    """Responses that were asked for lately, up to a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._kept: LRUCache[Key, Kept] = LRUCache(max_bytes, lambda kept: len(kept.body) + _OVERHEAD_BYTES)
        self._longest_bytes = max_bytes // 16

    def get(self, key: Key) -> Kept | None:
        """Return a kept response."""
        return self._kept.get(key)

    def offer(self, key: Key | None, headers: Headers, body: bytes) -> None:
        """Keep a response with status 200, if it has a key, says itself that anybody may, and is not too long."""
        if key is not None and len(body) <= self._longest_bytes and b"public" in _value(headers, b"cache-control"):
            self._kept[key] = Kept(headers, body)


def key_of(scope: dict[str, Any], fields: Mapping[bytes, bytes], coding: str | None) -> Key | None:
    """Return what the answer to a request depends on; None where the application has to look at it.

    *fields* are the request's header fields, *coding* is the content coding that the client prefers. A request with a
    very long address or header has no key.
    """
    if scope["method"] not in ("GET", "HEAD") or not _LEFT_TO_THE_APPLICATION.isdisjoint(fields):
        return None
    accept, language = (fields.get(name, b"") for name in _NEGOTIATED)
    path, query = scope.get("raw_path") or scope["path"], scope["query_string"]
    host = fields.get(b"host", b"")
    if len(path) + len(query) + len(accept) + len(language) + len(host) > _LONGEST_KEY_BYTES:
        return None
    return (scope.get("scheme"), host, scope.get("root_path"), path, query, coding, accept, language)


def _value(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> bytes:
    return next((value for name, value in headers if name == wanted), b"")
