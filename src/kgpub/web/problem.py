"""One error handler: every error is a problem document (RFC 9457) in the reader's own terms."""

import json
import logging
from collections.abc import Callable

from flask import request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from kgpub.errors import EngineBusy, KgpubError, NotAcceptable, NotDescribed, QueryMalformed
from kgpub.formats import HTML, PROBLEM_FORMATS, PROBLEM_JSON, Format
from kgpub.negotiation import choose
from kgpub.web.rendering import Renderer

_log = logging.getLogger("kgpub")


def handler(renderer: Renderer) -> Callable[[Exception], Response]:
    """Return the function that turns any exception into a response."""

    def handle(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return _respond(renderer, _from_http(error), error.code or 500, dict(error.get_headers()))
        if not isinstance(error, KgpubError):
            _log.error("unexpected error on %s", request.path, exc_info=error)
            error = KgpubError("Something went wrong here; the operator's log knows more.")
        headers = {"Retry-After": str(error.retry_after_seconds)} if isinstance(error, EngineBusy) else {}
        return _respond(renderer, _document(error), error.status, headers)

    return handle


def _from_http(error: HTTPException) -> dict[str, object]:
    return {"title": error.name, "status": error.code, "detail": error.description or error.name, "type": "about:blank"}


def _document(error: KgpubError) -> dict[str, object]:
    document: dict[str, object] = {
        "type": f"https://w3id.org/kgpub/problem/{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": error.sentence,
    }
    if isinstance(error, QueryMalformed) and error.line is not None:
        document |= {"line": error.line, "column": error.column}
    if isinstance(error, NotAcceptable) and error.offered:
        document["offered"] = list(error.offered)
    if isinstance(error, NotDescribed) and error.near_misses:
        document["nearMisses"] = list(error.near_misses)
    return document


def _respond(renderer: Renderer, document: dict[str, object], status: int, headers: dict[str, str]) -> Response:
    fmt = choose(request.headers.get("Accept"), PROBLEM_FORMATS) or PROBLEM_FORMATS[-1]
    response = Response(_body(renderer, document, fmt), status, content_type=fmt.content_type)
    for name in ("Allow", "Retry-After"):
        if name in headers:
            response.headers[name] = headers[name]
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _body(renderer: Renderer, document: dict[str, object], fmt: Format) -> str:
    if fmt is PROBLEM_JSON:
        return json.dumps(document, indent=1, ensure_ascii=False)
    if fmt is HTML:
        return renderer.page("problem.html", problem=document)
    lines = [f"{document['status']} {document['title']}", str(document["detail"])]
    lines += [str(iri) for iri in document.get("nearMisses", ())]  # type: ignore[attr-defined]  # a list where it is there
    return "\n".join(lines) + "\n"
