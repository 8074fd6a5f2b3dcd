"""One error handler: every error is a problem document (RFC 9457) in the reader's own terms."""

import json
import logging
from collections.abc import Callable, Iterable
from urllib.parse import quote

from flask import g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from kgpub.errors import (
    BadRequest,
    EngineBusy,
    Gone,
    KgpubError,
    NotAcceptable,
    NotDescribed,
    QueryMalformed,
    QueryOverBudget,
    TooManyQueries,
)
from kgpub.formats import ALL_FORMATS, HTML, PLAIN_TEXT, PROBLEM_FORMATS, PROBLEM_JSON, Format, named
from kgpub.iris import uri_of
from kgpub.negotiation import choose
from kgpub.problem_lines import Asked, problem_lines
from kgpub.reader import Reader
from kgpub.representation import serialize_lines
from kgpub.syntax_error import line_at, near
from kgpub.web.addresses import raw_path, sort_methods
from kgpub.web.rendering import Renderer
from kgpub.web_links import WebLink, header_of

#: With a longer query, a representation is told without an address of its own.
_QUERY_AT_MOST = 2_000
_log = logging.getLogger("kgpub")


def remember_query(text: str) -> None:
    """Keep the query of this request, so that an error can show the place that it names."""
    g.query_text = text


def handler(renderer: Renderer) -> Callable[[Exception], Response]:
    """Return the function that turns any exception into a response."""

    def handle(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return _respond(renderer, _from_http(error), dict(error.get_headers()))
        if not isinstance(error, KgpubError):
            _log.error("unexpected error on %s", request.path, exc_info=error)
            error = KgpubError("Something went wrong here; the operator's log knows more.")
        headers = {"Retry-After": str(error.retry_after_seconds)} if isinstance(error, EngineBusy) else {}
        document = _document(error)
        if isinstance(error, NotAcceptable):
            document |= _representations(error.offered, renderer.root)
            headers["Link"] = header_of(WebLink(each["href"], "alternate", each["type"]) for each in _told(document))
        if isinstance(error, Gone):
            headers["Link"] = header_of([WebLink(uri_of(error.iri), "cite-as")])
        asked = error.iri if isinstance(error, Gone | NotDescribed) else ""
        return _respond(renderer, document, headers, asked)

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
    if isinstance(error, Gone):
        document |= {"replacedBy": list(error.replaced_by)} | ({"lastRelease": error.release} if error.release else {})
    return document


def _representations(offered: Iterable[str], root: str) -> dict[str, object]:
    """Return what can be had at the same address, with the address of each (RFC 9110, section 15.5.7)."""
    query = request.query_string.decode("latin-1")
    if request.method not in ("GET", "HEAD") or len(query) > _QUERY_AT_MOST:
        return {}
    others = [part for part in query.split("&") if part and not part.startswith("format=")]
    path = uri_of(f"{root}/{raw_path(request)}")
    names = {fmt.media_type: fmt.suffix for fmt in ALL_FORMATS}
    told = []
    for media_type in offered:
        name = names.get(media_type) or quote(media_type, safe="")
        told.append({"type": media_type, "href": f"{path}?{'&'.join([*others, f'format={name}'])}"})
    return {"representations": told} if told else {}


def _told(document: dict[str, object]) -> list[dict[str, str]]:
    told = document.get("representations", [])
    assert isinstance(told, list)  # noqa: S101 (made above)
    return told


def _place(line: int, column: int) -> dict[str, object]:
    """Return where a query is wrong: line, column in characters from 1, and what stands there."""
    text = near(g.get("query_text", ""), line, column)
    return {"line": line, "column": column} | ({"near": text} if text else {})


def _respond(renderer: Renderer, document: dict[str, object], headers: dict[str, str], asked: str = "") -> Response:
    fmt = _format()
    status = int(str(document["status"]))
    response = Response(_body(renderer, document, fmt, asked), status, content_type=fmt.content_type)
    for name in ("Allow", "Retry-After", "Link"):
        if headers.get(name):
            response.headers[name] = headers[name]
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    if fmt is HTML and _reader(renderer).is_negotiated:
        response.vary.add("Accept-Language")
    return sort_methods(response)


def _format() -> Format:
    """Return the format that a reader understands: by ``Accept``, else by what the address asked for."""
    accept = request.headers.get("Accept", "").strip()
    if accept in ("", "*/*"):
        suffix = request.args.get("format") or request.path.rpartition(".")[2]
        return named(suffix, PROBLEM_FORMATS) or PROBLEM_JSON
    return choose(accept, PROBLEM_FORMATS) or PLAIN_TEXT


def _body(renderer: Renderer, document: dict[str, object], fmt: Format, asked: str) -> str | bytes:
    if fmt is PROBLEM_JSON:
        return json.dumps(document, indent=1, ensure_ascii=False)
    if fmt is HTML:
        is_query = request.path.endswith("/sparql")
        query = g.get("query_text", "") or (request.args.get("query", "") if is_query else "")
        shown = {"problem": document, "query": query, "is_query": is_query}
        return renderer.page_for(_reader(renderer), "problem.html", address="", **shown)
    if fmt is PLAIN_TEXT:
        return _text(document)
    return serialize_lines(problem_lines(document, Asked(asked, renderer.canonical_address())), fmt, renderer.prefixes)


def _reader(renderer: Renderer) -> Reader:
    """Return for whom the page about an error is: who asks, unless it is the languages asked for that are wrong."""
    try:
        return renderer.reader
    except BadRequest:
        return renderer.plain


def _text(document: dict[str, object]) -> str:
    lines = [f"{document['status']} {document['title']}", str(document["detail"])]
    for name in ("nearMisses", "replacedBy"):
        lines += [str(iri) for iri in document.get(name, ())]  # type: ignore[attr-defined]  # a list where it is there
    lines += [f"{each['type']} {each['href']}" for each in _told(document)]
    match document:
        case {"line": int(line), "column": int(column)} if text := line_at(g.get("query_text", ""), line):
            lines += ["", text, " " * (min(column, len(text) + 1) - 1) + "^"]
    return "\n".join(lines) + "\n"
