"""One error handler: every error is a problem document (RFC 9457) in the reader's own terms."""

import json
import logging
from collections.abc import Callable

from flask import g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from kgpub.errors import (
    EngineBusy,
    KgpubError,
    NotAcceptable,
    NotDescribed,
    QueryMalformed,
    QueryOverBudget,
    TooManyQueries,
)
from kgpub.formats import HTML, PROBLEM_FORMATS, PROBLEM_JSON, Format
from kgpub.negotiation import choose
from kgpub.syntax_error import line_at, near
from kgpub.web.addresses import sort_methods
from kgpub.web.rendering import Renderer

_log = logging.getLogger("kgpub")


def remember_query(text: str) -> None:
    """Keep the query of this request, so that an error can show the place that it names."""
    g.query_text = text


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
    """Return an error of HTTP itself, whose type says no more than its status (RFC 9457, section 4.2.1)."""
    detail = error.description or error.name
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        method = request.method[:20]
        detail = f"{method} is not possible here, where nothing can be written over HTTP; allowed are {allowed}."
    return {"title": error.name, "status": error.code, "detail": detail, "type": "about:blank"}


def _document(error: KgpubError) -> dict[str, object]:
    document: dict[str, object] = {
        "type": f"https://w3id.org/kgpub/problem/{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": error.sentence,
    }
    if isinstance(error, QueryMalformed) and error.line is not None:
        document |= _place(error.line, error.column or 1)
    if isinstance(error, QueryOverBudget):
        document |= {"budget": error.budget, "limit": error.limit}
    if isinstance(error, TooManyQueries):
        document["limit"] = error.limit
    if isinstance(error, NotAcceptable) and error.offered:
        document["offered"] = list(error.offered)
    if isinstance(error, NotDescribed) and error.near_misses:
        document["nearMisses"] = list(error.near_misses)
    return document


def _place(line: int, column: int) -> dict[str, object]:
    """Return where a query is wrong: line, column in characters from 1, and what stands there."""
    text = near(g.get("query_text", ""), line, column)
    return {"line": line, "column": column} | ({"near": text} if text else {})


def _respond(renderer: Renderer, document: dict[str, object], status: int, headers: dict[str, str]) -> Response:
    fmt = choose(request.headers.get("Accept"), PROBLEM_FORMATS) or PROBLEM_FORMATS[-1]
    response = Response(_body(renderer, document, fmt), status, content_type=fmt.content_type)
    for name in ("Allow", "Retry-After"):
        if name in headers:
            response.headers[name] = headers[name]
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return sort_methods(response)


def _body(renderer: Renderer, document: dict[str, object], fmt: Format) -> str:
    if fmt is PROBLEM_JSON:
        return json.dumps(document, indent=1, ensure_ascii=False)
    if fmt is HTML:
        asked = g.get("query_text", "")
        return renderer.page_for(renderer.plain, "problem.html", address="", problem=document, asked=asked)
    lines = [f"{document['status']} {document['title']}", str(document["detail"])]
    lines += [str(iri) for iri in document.get("nearMisses", ())]  # type: ignore[attr-defined]  # a list where it is there
    match document:
        case {"line": int(line), "column": int(column)} if text := line_at(g.get("query_text", ""), line):
            lines += ["", text, " " * (min(column, len(text) + 1) - 1) + "^"]
    return "\n".join(lines) + "\n"
