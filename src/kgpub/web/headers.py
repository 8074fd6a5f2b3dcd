"""The headers that every response has, and the validators of those that can be cached."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.wrappers import Response

from kgpub.reply import ALWAYS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ASKED = (
    "Accept, Accept-Language, Authorization, Cache-Control, Content-Type, If-Modified-Since, If-None-Match, "
    "X-Requested-With"
)
_POLICY = "Content-Security-Policy"
_BUT_POLICY = tuple((name, value) for name, value in ALWAYS if name != _POLICY)
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")


def is_fresh(response: Response) -> bool:
    """Turn a response into 304 if the client's copy is still good (RFC 9110, section 13.2.2), and tell so.

    Its validators must be set; its body need not be made. Tags are compared weakly: a proxy that compresses weakens
    them.
    """
    if not any(condition in request.environ for condition in _CONDITIONS):
        return False
    return response.make_conditional(request).status_code == HTTPStatus.NOT_MODIFIED


def with_headers(application: "WSGIApplication") -> "WSGIApplication":
    """Let an application send the headers that every response has.

    They are added to the list that goes out: setting each on a response object took a sixth of a query's time. A
    response that has a security policy of its own keeps it: of two, both would hold (CSP 3, section 8.1).
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            has_policy = any(name == _POLICY for name, _ in headers)
            return start_response(status, [*headers, *(_BUT_POLICY if has_policy else ALWAYS)], *error)

        return application(environ, start)

    return answer


def answer_preflight(response: Response) -> Response:
    """Add what a browser asks before it lets a script on another site send a request (Fetch standard, CORS)."""
    if request.method == "OPTIONS":
        headers = response.headers
        headers.pop("Content-Type", None)
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = _ASKED
        headers["Access-Control-Max-Age"] = "86400"
    return response
