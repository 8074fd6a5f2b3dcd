"""The stored queries: their list, and each one with its result, its parameters taken from the address."""

from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.engine import Answer, Query, Wanted
from kgpub.errors import NotDescribed, PayloadTooLarge, QueryRefused
from kgpub.formats import GRAPH_FORMATS, HTML, JSON, JSON_LD, N_TRIPLES, RESULTS_TSV, TURTLE, Format, named
from kgpub.negotiation import choose_or_refuse
from kgpub.parameters import Pairs, agreed_format, deadline_seconds, format_by_parameter, parameters, single
from kgpub.query_list import QUERIES, queries_as_json, query_groups, query_lines
from kgpub.query_page import SPARQL_TEXT, BoundQuery, query_page, result_formats
from kgpub.representation import serialize_lines
from kgpub.results import ResultPage, result_page
from kgpub.site import Site
from kgpub.stored_query import RESERVED, StoredQuery, find_query
from kgpub.web.answers import fill
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer

_LIST_FORMATS = (TURTLE, JSON, JSON_LD, HTML, *(f for f in GRAPH_FORMATS if f not in {TURTLE, JSON_LD}))


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of the stored queries; none where the release holds no query, so that IRIs may lie there."""
    blueprint = Blueprint("queries", __name__)
    if site.queries:
        views = _Queries(site, renderer)
        blueprint.add_url_rule(f"/{QUERIES}/", "list", views.show_list)
        blueprint.add_url_rule(f"/{QUERIES}/<name>", "query", views.answer)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query with the values of a request, and the format to answer in."""

    bound: BoundQuery
    fmt: Format
    is_negotiated: bool
    seconds: float | None


class _Queries:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer

    def show_list(self) -> Response:
        """Answer the list of all queries: as a page, as JSON, or in RDF."""
        fixed = format_by_parameter(parameters(request.query_string), _LIST_FORMATS)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), _LIST_FORMATS)
        response = self._renderer.response(fmt, is_negotiated=fixed is None)
        address = f"{self._renderer.root}/{QUERIES}/?format={fmt.suffix}"
        response.headers["Content-Location"] = self._renderer.located(fmt, address)
        response.headers["Link"] = self._renderer.links_of_list(fmt, f"{QUERIES}/")
        response.set_etag(self._renderer.etag(fmt))
        if not is_fresh(response):
            response.set_data(self._list(fmt))
        return response

    def _list(self, fmt: Format) -> bytes | str:
        if fmt is HTML:
            address = f"{self._renderer.root}/{QUERIES}/"
            groups = query_groups(self._site, self._renderer.reader)
            return self._renderer.page("queries.html", address=address, groups=groups)
        if fmt is JSON:
            return queries_as_json(self._site, self._renderer.root)
        return serialize_lines(query_lines(self._site), fmt, self._site.prefixes)

    def answer(self, name: str) -> Response:
        """Answer one query: its page, its result in a format, or its text."""
        asked = self._read(name)
        query, fmt = asked.bound.query, asked.fmt
        if query.federated and fmt not in {HTML, SPARQL_TEXT}:
            raise _refused(query)
        response = self._renderer.response(fmt, is_negotiated=asked.is_negotiated)
        address = f"{self._renderer.root}/{asked.bound.address(fmt.suffix)}"
        response.headers["Content-Location"] = self._renderer.located(fmt, address)
        response.headers["Link"] = (
            f'<{self._renderer.root}/{QUERIES}/?format=ttl>; rel="describedby"; type="text/turtle"'
        )
        if fmt is not SPARQL_TEXT and (query.is_changing or not self._site.has_fixed_answers):
            response.headers["Cache-Control"] = "no-cache"
            del response.headers["Last-Modified"]
        else:
            self._validate(response, asked)
            if is_fresh(response):
                return response
        self._write(response, asked)
        return response

    def _read(self, name: str) -> _Asked:
        """Read a request: the name, with or without the suffix of a format, and the values of parameters."""
        pairs = parameters(request.query_string)
        stem, dot, suffix = name.partition(".")
        query = find_query(self._site.queries, stem)
        offered = (*result_formats(query), HTML, SPARQL_TEXT)
        by_suffix = named(suffix, offered) if dot else None
        if dot and by_suffix is None:
            known = ", ".join(f.suffix for f in offered)
            raise NotDescribed(f"The query '{stem}' has no representation '{suffix}'; there are {known}.")
        fixed = agreed_format(by_suffix, pairs, offered)
        values = _values(query, pairs)
        text = query.bind(values, self._site.names)
        if len(text.encode()) > self._site.query_bytes:
            raise PayloadTooLarge(f"With these values the query is longer than {self._site.query_bytes // 1024} KiB.")
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), offered)
        return _Asked(BoundQuery(query, values, text), fmt, fixed is None, deadline_seconds(pairs))

    def _validate(self, response: Response, asked: _Asked) -> None:
        """Set the validators, known before the engine is asked.

        The tag of a result is weak: where a query does not say in which order, an engine may change it.
        """
        response.set_etag(self._renderer.etag(asked.fmt, asked.bound.text), weak=asked.fmt is not SPARQL_TEXT)

    def _write(self, response: Response, asked: _Asked) -> None:
        if asked.fmt is SPARQL_TEXT:
            response.set_data(asked.bound.text)
        elif asked.fmt is HTML:
            response.set_data(self._page(asked))
        else:
            wanted = Wanted(None, asked.fmt) if asked.bound.query.gives_graph else Wanted(asked.fmt, None)
            fill(response, self._evaluate(asked, wanted))

    def _page(self, asked: _Asked) -> str:
        page = query_page(self._site, asked.bound, self._result(asked), self._renderer.reader)
        address = f"{self._renderer.root}/{asked.bound.address()}"
        return self._renderer.page("stored_query.html", address=address, page=page)

    def _result(self, asked: _Asked) -> ResultPage | None:
        if asked.bound.query.federated:
            return None
        answer = self._evaluate(asked, Wanted(RESULTS_TSV, N_TRIPLES))
        return result_page(self._site, answer, self._renderer.reader)

    def _evaluate(self, asked: _Asked, wanted: Wanted) -> Answer:
        return self._site.engine.evaluate(Query(asked.bound.text), wanted, self._site.budget.lowered_to(asked.seconds))


def _values(query: StoredQuery, pairs: Pairs) -> dict[str, str]:
    """Return the values that a request gives; an empty one of a parameter, as forms send it, is its default."""
    known = {parameter.name for parameter in query.parameters}
    given = {key: single(pairs, key) or "" for key, _ in pairs if key not in RESERVED}
    return {key: value for key, value in given.items() if value or key not in known}


def _refused(query: StoredQuery) -> QueryRefused:
    return QueryRefused(
        f"The query '{query.name}' asks <{query.federated}> too, which this server does not do for its readers; its "
        f"text is at {QUERIES}/{query.name}.rq, to run on an engine that allows SERVICE."
    )
