"""The lines of the log: one for each request, one for each slow query. Queries stand in the latter alone."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import parse_qsl

from kgpub.log_file import Line

#: With every character escaped, a line stays below what a pipe takes at once.
_PATH_CHARACTERS = 500
_METHOD_CHARACTERS = 20
_QUERY_ESCAPED_CHARACTERS = 3_000
_DIGEST_CHARACTERS = 16


class AnsweredRequest(NamedTuple):
    """What the log tells of a request.

    A tuple, since one is made for every request: a frozen dataclass takes three times as long.
    """

    at: float
    release: str
    route: str
    method: str
    raw_path: bytes
    query_string: bytes
    status: int
    content_type: bytes
    seconds: float
    sent_bytes: int
    cache: str
    digest: str
    client: str
    is_aborted: bool

    def line(self) -> Line:
        """Return the line; what is not known of a request is not in it."""
        line: Line = {
            "time": timestamp(self.at),
            "event": "request",
            "release": self.release,
            "client": self.client,
            "method": self.method[:_METHOD_CHARACTERS],
            "route": self.route,
            "path": self.raw_path[:_PATH_CHARACTERS].decode("latin-1"),
            "status": self.status or None,
            "format": self.content_type.partition(b";")[0].decode("latin-1"),
            "ms": round(self.seconds * 1000, 3),
            "bytes": self.sent_bytes,
            "cache": self.cache,
            "query": self.digest or _digest_in(self.query_string),
            "aborted": self.is_aborted,
        }
        return {key: value for key, value in line.items() if value != "" and value is not False}


@dataclass(frozen=True, slots=True)
class SlowQuery:
    """What the log tells of a slow query."""

    at: float
    release: str
    digest: str
    text: str
    seconds: float
    outcome: str

    def line(self) -> Line:
        """Return the line, the query's text cut where it is long."""
        text = self.text[:_QUERY_ESCAPED_CHARACTERS]
        while len(json.dumps(text)) > _QUERY_ESCAPED_CHARACTERS:
            text = text[: len(text) // 2]
        return {
            "time": timestamp(self.at),
            "event": "slow-query",
            "release": self.release,
            "query": self.digest,
            "seconds": round(self.seconds, 3),
            "outcome": self.outcome,
            "characters": len(self.text),
            "text": text,
        }


def digest_of(query: str) -> str:
    """Return a name for a query's text, by which lines of the log are found again: the start of its SHA-256."""
    return hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_CHARACTERS]


def _digest_in(query_string: bytes) -> str:
    """Return the digest of the query in an address: that of a kept response was never read."""
    if b"query=" not in query_string:
        return ""
    pairs = parse_qsl(query_string.decode("latin-1"), max_num_fields=1_000_000)
    text = next((value for key, value in pairs if key == "query"), "").removeprefix("\ufeff")
    return digest_of(text) if text else ""


def timestamp(seconds: float) -> str:
    """Return a time as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
