"""What the application answers a request with, before it is compressed, kept and sent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from kgpub.content_coding import Headers
from kgpub.engine import Answer


def as_sent(fields: Iterable[tuple[str, str]]) -> Headers:
    """Return header fields as they are sent: names in lower case, ISO 8859-1."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]


def with_length(headers: Headers, body: bytes) -> Headers:
    """Return headers with the length of their body."""
    return [*headers, (b"content-length", str(len(body)).encode())]


#: Where, in a WSGI environment, the error lies that a query met before Flask was asked to tell it.
FAILURE = "kgpub.failure"

#: A release never changes, but the server may move on to another one, so a cache asks again after five minutes.
CACHE_CONTROL = "public, max-age=300"

_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'"
#: The same for what pages of other sites may show in a frame.
FRAMED_POLICY = _POLICY.replace("frame-ancestors 'self'", "frame-ancestors *")
_EXPOSED = (
    "Accept-Post, Allow, Content-Location, Content-Language, ETag, Last-Modified, Link, Location, Retry-After, "
    "Server-Timing, Vary"
)
#: What a browser's security and a script on another site need.
ALWAYS = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", _EXPOSED),
)
#: The same as they are sent.
ALWAYS_SENT = tuple(as_sent(ALWAYS))
#: Header fields that ask for an answer under a condition (RFC 9110, section 13.1), or for a part of it.
CONDITIONS = frozenset(
    (b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since", b"if-range", b"range")
)

#: What a 304 leaves out: it has no content, and a tag tells more than a time (RFC 9110, section 15.4.5).
_OF_THE_CONTENT = frozenset(
    (b"content-length", b"content-type", b"content-encoding", b"content-language", b"last-modified")
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the server hands it over: the address as it was sent, header fields by their names in lower case."""

    method: str
    path: str
    query_string: bytes
    fields: Mapping[bytes, bytes]
    body: bytes

    def text(self, name: bytes) -> str | None:
        """Return a header field as text, None where there is none."""
        value = self.fields.get(name)
        return None if value is None else value.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, headers (names in lower case) and a body: whole, or in chunks as they come."""

    status: int
    headers: Headers
    body: bytes | None
    chunks: Iterable[bytes] = ()


def fields_of(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return the header fields of a request by name, those of one name joined (RFC 9110, section 5.2)."""
    headers = list(headers)
    fields = dict(headers)
    if len(fields) < len(headers):
        fields = {name: b",".join(value for other, value in headers if other == name) for name in fields}
    return fields


def is_known(headers: Headers, if_none_match: bytes) -> bool:
    """Tell whether a client has a response already, by its tag (RFC 9110, section 13.1.2: weak comparison)."""
    if not if_none_match:
        return False
    etag = next((value for name, value in headers if name == b"etag"), b"")
    known = (tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b","))
    return bool(etag) and (if_none_match.strip() == b"*" or etag.removeprefix(b"W/") in known)


def not_modified(headers: Headers) -> Headers:
    """Return the headers that tell a client to use what it has (RFC 9110, section 15.4.5)."""
    return [(name, value) for name, value in headers if name not in _OF_THE_CONTENT]


class Stream:
    """The chunks of a long answer; the engine is free again when the client goes away."""

    def __init__(self, answer: Answer) -> None:
        """Wait for the first piece, so that an error before it can still be told."""
        self._chunks = chain((next(answer.chunks, b""),), answer.chunks)
        self._rest = answer.chunks

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        """Hang up."""
        close = getattr(self._rest, "close", None)
        if close is not None:
            close()
