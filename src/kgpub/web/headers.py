"""The headers that every response has, and the validators of those that can be cached."""

from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

#: A release never changes, but the server may move on to another one, so a cache asks again after five minutes.
CACHE_CONTROL = "public, max-age=300"

_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'"
_EXPOSED = "Content-Location, Content-Language, ETag, Last-Modified, Link, Location, Retry-After, Vary"


def is_fresh(response: Response) -> bool:
    """Turn a response into 304 if the client's copy is still good (RFC 9110, section 13.2.2), and tell so.

    Its validators must be set; its body need not be made. Tags are compared weakly: a proxy that compresses weakens
    them.
    """
    return response.make_conditional(request).status_code == HTTPStatus.NOT_MODIFIED


def add_headers(response: Response) -> Response:
    """Add what a browser's security and a script on another site need."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS":
        headers.pop("Content-Type", None)
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
        headers["Access-Control-Max-Age"] = "86400"
    return response
