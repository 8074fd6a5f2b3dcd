"""The SPARQL endpoint: the query operation of the SPARQL 1.1 Protocol (W3C, 21 March 2013, section 2.1).

What the SPARQL 1.2 Protocol (Working Draft) adds is read too: the parameter ``version``, once, and that of the media
type. The HTTP method QUERY (a safe POST) is read as POST is.
"""

import hashlib
from dataclasses import dataclass
from urllib.parse import urljoin

from flask import Blueprint, request
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Response

from kgpub.engine import Query, Wanted
from kgpub.errors import BadRequest, NotAcceptable, NotDescribed, PayloadTooLarge, QueryMalformed, UnsupportedMediaType
from kgpub.formats import GRAPH_FORMATS, HTML, N_TRIPLES, RESULTS_TSV, SOLUTION_FORMATS, Format, named
from kgpub.front import example_query
from kgpub.iris import is_absolute, is_iri
from kgpub.negotiation import choose, choose_or_refuse
from kgpub.query_form import form_of, is_changing, update_refused
from kgpub.representation import serialize_lines
from kgpub.results import result_page
from kgpub.service_description import pages_of, service_description
from kgpub.site import Site
from kgpub.web.addresses import Pairs, add_link, graph_format, page_number, parameters, single, sort_methods
from kgpub.web.answers import fill
from kgpub.web.headers import CACHE_CONTROL, is_fresh
from kgpub.web.problem import remember_query
from kgpub.web.rendering import Renderer

FORM = "application/x-www-form-urlencoded"
SPARQL_QUERY = "application/sparql-query"
SPARQL_UPDATE = "application/sparql-update"
METHODS = ("GET", "POST", "QUERY")


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of the endpoint."""
    blueprint = Blueprint("sparql", __name__)
    endpoint = _Endpoint(site, renderer)
    blueprint.add_url_rule("/sparql", "sparql", endpoint.answer, methods=METHODS)
    blueprint.add_url_rule("/sparql/service-description", "description", endpoint.describe)
    blueprint.add_url_rule("/releases/<release>/sparql", "release", endpoint.answer_of_release, methods=METHODS)
    blueprint.after_request(endpoint.finish)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Request:
    """A query request, whichever of the protocol's three ways it came."""

    query: Query | None
    pairs: Pairs


@dataclass(frozen=True, slots=True)
class _Choice:
    """How to answer: as a page, or in one of the wanted formats; *is_negotiated* unless the request names one."""

    wanted: Wanted
    is_page: bool
    is_negotiated: bool


class _Endpoint:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer

    def answer(self) -> Response:
        """Answer a query; without one, describe the endpoint or show the form."""
        asked = self._read()
        single(asked.pairs, "version")  # an announcement (SPARQL 1.2 Protocol): the engine reads 1.2 in any case
        if asked.query is None:
            return self._without_query(asked.pairs)
        choice = _choose(asked.query, asked.pairs)
        response = self._response(asked.query, choice)
        if is_fresh(response):
            return response
        budget = self._site.budget.lowered_to(_seconds(asked.pairs))
        answer = self._site.engine.evaluate(asked.query, choice.wanted, budget)
        if choice.is_page:
            result = result_page(self._site, answer, self._renderer.root)
            response.set_data(self._renderer.page("sparql.html", query=asked.query.text, result=result))
        else:
            response.content_type = answer.format.content_type
            fill(response, answer)
        return response

    def answer_of_release(self, release: str) -> Response:
        """Answer as the endpoint of one release; raise ``NotDescribed`` for any other than the one served."""
        if release != self._site.release.manifest.id:
            raise NotDescribed(f"The release '{release}' is not served here; '{self._site.release.manifest.id}' is.")
        return self.answer()

    def describe(self) -> Response:
        """Answer with the service description, in the RDF syntax that the client accepts."""
        pairs = parameters(request.query_string)
        name = _named_format(pairs)
        fmt = graph_format(name) if name else choose_or_refuse(request.headers.get("Accept"), GRAPH_FORMATS)
        page, pages = page_number(pairs), pages_of(self._site)
        if page > pages:
            raise NotDescribed(f"The service description has no page {page}; there are {pages}.")
        response = Response(content_type=fmt.content_type)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.set_etag(self._renderer.etag(fmt))
        if name is None:
            response.vary.add("Accept")
        if page < pages:
            add_link(response, f"{self._renderer.root}/sparql/service-description?page={page + 1}", "next")
        if not is_fresh(response):
            response.set_data(serialize_lines(service_description(self._site, page), fmt, self._site.prefixes))
        return response

    def finish(self, response: Response) -> Response:
        """Name the release that answered, and on request what can be posted; errors are finished too.

        Source: RFC 4287, section 7.1.3.2 (``via``: where the information comes from); W3C Linked Data Platform,
        section 7.1 (``Accept-Post``); the draft of the method QUERY (``Accept-Query``).
        """
        manifest = self._site.release.manifest
        add_link(response, f"{self._renderer.root}/releases/{manifest.id}/sparql", "via", f"release {manifest.id}")
        if request.method == "OPTIONS" or response.status_code == UnsupportedMediaType.status:
            response.headers["Accept-Post"] = response.headers["Accept-Query"] = f"{FORM}, {SPARQL_QUERY}"
        return sort_methods(response)

    def _read(self) -> _Request:
        """Read a request; section 2.1.1 (GET), 2.1.2 (POST, form) and 2.1.3 (POST, direct)."""
        in_address = parameters(request.query_string)
        if request.method not in ("POST", "QUERY"):  # whatever body a GET has, means nothing (RFC 9110, section 9.3.1)
            return _Request(self._query(in_address, single(in_address, "query")), in_address)
        content_type, options = parse_options_header(request.headers.get("Content-Type"))
        media_type = content_type.lower()
        if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaType("SPARQL queries are read as UTF-8 only.")
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":  # RFC 9110, section 8.4
            raise UnsupportedMediaType("A query is sent as it is, without a content coding.")
        if media_type == FORM:
            in_both = in_address + parameters(self._body())
            text = single(in_both, "query")
            if text is None:
                _refuse_update(in_both)
                raise BadRequest("The form has no parameter 'query'.")
            return _Request(self._query(in_both, text), in_both)
        if media_type == SPARQL_QUERY:
            if single(in_address, "query") is not None:
                raise BadRequest("There is a query in the address and another one in the body.")
            return _Request(self._query(in_address, self._text()), in_address)
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

    def _query(self, pairs: Pairs, text: str | None) -> Query | None:
        """Return the query with the data set that the protocol's parameters choose (section 2.1.4)."""
        if text is None:
            return None
        if single(pairs, "update") is not None:
            raise BadRequest("There is a query and an update; a request has one of them.")
        text = text.removeprefix("\ufeff")  # the signature that some editors put before UTF-8
        remember_query(text)
        if not text.strip():
            raise QueryMalformed("The query is empty.", 1, 1)
        default = self._graphs(pairs, "default-graph-uri")
        graphs = self._graphs(pairs, "named-graph-uri")
        return Query(text, default, graphs) if default or graphs else Query(text)

    def _graphs(self, pairs: Pairs, name: str) -> tuple[str, ...]:
        """Return the graphs that a parameter names; a relative one is resolved as one after FROM would be.

        An empty value is what a form sends whose field was left empty, and names none.
        """
        values = [value.strip() for key, value in pairs if key == name and value.strip()]
        iris = [value if is_absolute(value) else urljoin(self._site.base.iri, value) for value in values]
        for value, iri in zip(values, iris, strict=True):
            if not is_iri(iri):
                raise BadRequest(f"The parameter '{name}' holds '{value[:200]}', which is no IRI.")
        return tuple(iris)

    def _without_query(self, pairs: Pairs) -> Response:
        _refuse_update(pairs)
        name = _named_format(pairs)
        fmt = choose(request.headers.get("Accept"), (*GRAPH_FORMATS, HTML))
        if (name or (fmt.suffix if fmt else None)) != HTML.suffix:
            return self.describe()
        page = self._renderer.page("sparql.html", query="", result=None, example_query=example_query())
        response = Response(page, content_type=HTML.content_type)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.content_language.add(self._site.publication.language)
        response.vary.add("Accept")
        return response

    def _response(self, query: Query, choice: _Choice) -> Response:
        """Return an empty response with its headers, the validator among them, before the engine is asked.

        The tag is weak: where a query does not say in which order, an engine may change it.
        """
        fmt = HTML if choice.is_page else _format(query, choice.wanted)
        response = Response(content_type=fmt.content_type if fmt else None)
        is_volatile = is_changing(query.text) or not self._site.has_fixed_answers
        response.headers["Cache-Control"] = "no-cache" if is_volatile else CACHE_CONTROL
        if fmt is not None and not is_volatile:
            asked = repr((query, self._renderer.root if choice.is_page else ""))
            digest = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:16]
            response.set_etag(f"{self._renderer.etag(fmt)}-{digest}", weak=True)
        if choice.is_page:
            response.content_language.add(self._site.publication.language)
        if choice.is_negotiated:
            response.vary.add("Accept")
        return response


def _refuse_update(pairs: Pairs) -> None:
    if single(pairs, "update") is not None:
        raise update_refused()


def _named_format(pairs: Pairs) -> str | None:
    """Return the format that the request names, under any of the names that clients use for it.

    SPARQLWrapper (2.0) sends several at once, each in two spellings; the first that is known counts.
    """
    given = [value for key, value in pairs if key in ("format", "output", "results") and value]
    offered = (*SOLUTION_FORMATS, *GRAPH_FORMATS, HTML)
    return next((value for value in given if named(value, offered)), given[0] if given else None)


def _choose(query: Query, pairs: Pairs) -> _Choice:
    """Return how to answer: by the format that the request names, or by what the client accepts.

    The query's verb tells which formats there are, so that a page is sent only to whom it is dearer than all data.
    """
    name, accept = _named_format(pairs), request.headers.get("Accept")
    page = Wanted(RESULTS_TSV, N_TRIPLES)
    if name is not None and named(name, (HTML,)):
        return _Choice(page, is_page=True, is_negotiated=False)
    if name is not None:
        wanted = Wanted(named(name, SOLUTION_FORMATS), named(name, GRAPH_FORMATS))
    else:
        offered = {True: GRAPH_FORMATS, False: SOLUTION_FORMATS, None: (*SOLUTION_FORMATS, *GRAPH_FORMATS)}
        if choose(accept, (*offered[form_of(query.text)], HTML)) is HTML:
            return _Choice(page, is_page=True, is_negotiated=True)
        wanted = Wanted(choose(accept, SOLUTION_FORMATS), choose(accept, GRAPH_FORMATS))
    if wanted.solutions is None and wanted.graph is None:
        types = tuple(fmt.media_type for fmt in (*SOLUTION_FORMATS, *GRAPH_FORMATS, HTML))
        raise NotAcceptable(f"No result has the format you accept; there are {', '.join(types)}.", types)
    return _Choice(wanted, is_page=False, is_negotiated=name is None)


def _format(query: Query, wanted: Wanted) -> Format | None:
    is_graph = form_of(query.text)
    return None if is_graph is None else wanted.graph if is_graph else wanted.solutions


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
