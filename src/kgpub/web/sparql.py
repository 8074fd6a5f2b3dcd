"""The SPARQL endpoint: the query operation of the SPARQL 1.1 Protocol (W3C, 21 March 2013, section 2.1)."""

import re
from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Response

from kgpub.engine import Query, Wanted
from kgpub.errors import BadRequest, NotAcceptable, PayloadTooLarge, UnsupportedMediaType
from kgpub.formats import GRAPH_FORMATS, HTML, N_TRIPLES, RESULTS_TSV, SOLUTION_FORMATS, named
from kgpub.front import example_query
from kgpub.negotiation import choose, choose_or_refuse
from kgpub.query_form import update_refused
from kgpub.representation import serialize_lines
from kgpub.results import result_page
from kgpub.service_description import service_description
from kgpub.site import Site
from kgpub.web.addresses import parameters, single
from kgpub.web.answers import fill
from kgpub.web.headers import CACHE_CONTROL
from kgpub.web.rendering import Renderer

FORM = "application/x-www-form-urlencoded"
SPARQL_QUERY = "application/sparql-query"
SPARQL_UPDATE = "application/sparql-update"

#: What makes an answer differ from one time to the next; found in a name it does no harm.
_VOLATILE = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)

Pairs = list[tuple[str, str]]


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of the endpoint."""
    blueprint = Blueprint("sparql", __name__)
    endpoint = _Endpoint(site, renderer)
    blueprint.add_url_rule("/sparql", "sparql", endpoint.answer, methods=["GET", "POST"])
    blueprint.add_url_rule("/sparql/service-description", "description", endpoint.describe)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Request:
    """A query request, whichever of the protocol's three ways it came."""

    query: Query | None
    pairs: Pairs


class _Endpoint:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer

    def answer(self) -> Response:
        """Answer a query; without one, describe the endpoint or show the form."""
        asked = self._read()
        if asked.query is None:
            return self._without_query(asked.pairs)
        name = _named_format(asked.pairs)
        fmt = choose(request.headers.get("Accept"), (*SOLUTION_FORMATS, HTML))
        if (name is None and fmt is HTML) or name == HTML.suffix:
            return self._page(asked.query, asked.pairs)
        return self._respond(asked.query, _wanted(name), asked.pairs)

    def describe(self) -> Response:
        """Answer with the service description, in the RDF syntax that the client accepts."""
        fmt = choose_or_refuse(request.headers.get("Accept"), GRAPH_FORMATS)
        response = Response(serialize_lines(service_description(self._site), fmt, self._site.prefixes),
                            content_type=fmt.content_type)  # fmt: skip
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.vary.add("Accept")
        return response

    def _read(self) -> _Request:
        """Read a request; section 2.1.1 (GET), 2.1.2 (POST, form) and 2.1.3 (POST, direct)."""
        in_address = parameters(request.query_string)
        if request.method != "POST":
            return _Request(_query(in_address, single(in_address, "query")), in_address)
        media_type, options = parse_options_header(request.headers.get("Content-Type"))
        if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaType("SPARQL queries are read as UTF-8 only.")
        if media_type == FORM:
            in_both = in_address + parameters(self._body())
            text = single(in_both, "query")
            if text is None:
                _refuse_update(in_both)
                raise BadRequest("The form has no parameter 'query'.")
            return _Request(_query(in_both, text), in_both)
        if media_type == SPARQL_QUERY:
            if single(in_address, "query") is not None:
                raise BadRequest("There is a query in the address and another one in the body.")
            return _Request(_query(in_address, self._text()), in_address)
        if media_type == SPARQL_UPDATE:
            raise update_refused()
        raise UnsupportedMediaType(f"A query is posted as {FORM} or {SPARQL_QUERY}.")

    def _body(self) -> bytes:
        limit_bytes = self._site.query_bytes
        body = request.stream.read(limit_bytes + 1)
        if len(body) > limit_bytes:
            raise PayloadTooLarge(f"A query may be {limit_bytes // 1024} KiB long at most.")
        return body

    def _text(self) -> str:
        try:
            return self._body().decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest("The query is not UTF-8.") from error

    def _without_query(self, pairs: Pairs) -> Response:
        _refuse_update(pairs)
        fmt = choose(request.headers.get("Accept"), (*GRAPH_FORMATS, HTML))
        if fmt is not HTML:
            return self.describe()
        page = self._renderer.page("sparql.html", query="", result=None, example_query=example_query())
        response = Response(page, content_type=HTML.content_type)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.vary.add("Accept")
        return response

    def _respond(self, query: Query, wanted: Wanted, pairs: Pairs) -> Response:
        answer = self._site.engine.evaluate(query, wanted, self._site.budget.lowered_to(_seconds(pairs)))
        response = Response(content_type=answer.format.content_type)
        fill(response, answer)
        response.headers["Cache-Control"] = "no-cache" if _VOLATILE.search(query.text) else CACHE_CONTROL
        response.vary.add("Accept")
        return response

    def _page(self, query: Query, pairs: Pairs) -> Response:
        wanted = Wanted(RESULTS_TSV, N_TRIPLES)
        answer = self._site.engine.evaluate(query, wanted, self._site.budget.lowered_to(_seconds(pairs)))
        result = result_page(self._site, answer, self._renderer.root)
        response = Response(
            self._renderer.page("sparql.html", query=query.text, result=result), content_type=HTML.content_type
        )
        response.vary.add("Accept")
        return response


def _query(pairs: Pairs, text: str | None) -> Query | None:
    """Return the query with the data set that the protocol's parameters choose (section 2.1.4)."""
    if text is None:
        return None
    default = tuple(value for key, value in pairs if key == "default-graph-uri")
    graphs = tuple(value for key, value in pairs if key == "named-graph-uri")
    return Query(text, default, graphs) if default or graphs else Query(text)


def _refuse_update(pairs: Pairs) -> None:
    if single(pairs, "update") is not None:
        raise update_refused()


def _named_format(pairs: Pairs) -> str | None:
    """Return the format that the request names, under any of the names that clients use for it.

    SPARQLWrapper (2.0) sends several at once, each in two spellings; the first that is known counts.
    """
    given = [value for key, value in pairs if key in ("format", "output", "results")]
    offered = (*SOLUTION_FORMATS, *GRAPH_FORMATS, HTML)
    return next((value for value in given if named(value, offered)), given[0] if given else None)


def _wanted(name: str | None) -> Wanted:
    if name is not None:
        wanted = Wanted(named(name, SOLUTION_FORMATS), named(name, GRAPH_FORMATS))
    else:
        accept = request.headers.get("Accept")
        wanted = Wanted(choose(accept, SOLUTION_FORMATS), choose(accept, GRAPH_FORMATS))
    if wanted.solutions is None and wanted.graph is None:
        types = tuple(fmt.media_type for fmt in (*SOLUTION_FORMATS, *GRAPH_FORMATS))
        raise NotAcceptable(f"No result has the format you accept; there are {', '.join(types)}.", types)
    return wanted


def _seconds(pairs: Pairs) -> float | None:
    """Return the client's own deadline, which may only be shorter than ours."""
    value = single(pairs, "timeout")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise BadRequest("The parameter 'timeout' must be a number of seconds greater than zero.")
    return seconds
