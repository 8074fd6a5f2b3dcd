"""One spelling of each address: with its last slash or without, as its route has it; the other leads there."""

from urllib.parse import quote

from flask import Flask, request
from werkzeug.wrappers import Response

from kgpub.reply import CACHE_CONTROL
from kgpub.web.addresses import raw_path

#: A request of another method may have a body, which not every client sends again; a preflight must not be led on.
_LED = ("GET", "HEAD")
#: Routes that take any path tell slashes apart themselves: two IRIs may differ by one.
_ANY_PATH = "<path:_local>"


def lead_to_one_spelling(app: Flask) -> None:
    """Let an application lead readers from the other spelling of an address (308, RFC 9110, section 15.4.9)."""
    app.url_map.strict_slashes = False  # Flask's own redirect would name a host, and take a form's body for lost
    app.before_request(_lead)


def _lead() -> Response | None:
    rule = request.url_rule
    if rule is None or request.method not in _LED or _ANY_PATH in rule.rule:
        return None
    path, sent = request.path, raw_path(request)
    if path.endswith("/") == rule.rule.endswith("/") or path.endswith("/") != sent.endswith("/"):  # %2F is no slash
        return None
    other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    query = request.query_string.decode("latin-1")
    location = f"{request.root_path.rstrip('/')}{quote(other)}"
    fields = {"Location": f"{location}?{query}" if query else location, "Cache-Control": CACHE_CONTROL}
    return Response(status=308, headers=fields)
