"""The SPARQL endpoint: pages and answers (protocol.py reads the requests)."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.editor_terms import editor_terms, terms_of_class
from kgpub.errors import NotDescribed, UnsupportedMediaType
from kgpub.formats import GRAPH_FORMATS, HTML, JSON
from kgpub.front import example_query
from kgpub.negotiation import choose_or_refuse
from kgpub.numbered_pages import check_page, page_address
from kgpub.parameters import Pairs, format_of_name, graph_format, page_number, parameters, single
from kgpub.protocol import FORM, METHODS, SPARQL_QUERY, Protocol, Sent, named_format, refuse_update
from kgpub.reply import FAILURE
from kgpub.representation import serialize_lines
from kgpub.results import result_page
from kgpub.selection import iri_parameter
from kgpub.service_description import pages_of, service_description
from kgpub.site import Site
from kgpub.web.addresses import add_link, sort_methods
from kgpub.web.answers import fill
from kgpub.web.headers import is_fresh
from kgpub.web.problem import remember_query
from kgpub.web.rendering import Renderer

#: What the endpoint tells of itself.
_WITHOUT_QUERY = (*GRAPH_FORMATS, HTML)


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of the endpoint."""
    blueprint = Blueprint("sparql", __name__)
    endpoint = _Endpoint(site, renderer)
    blueprint.add_url_rule("/sparql", "sparql", endpoint.answer, methods=METHODS)
    blueprint.add_url_rule("/sparql/service-description", "description", endpoint.describe)
    blueprint.add_url_rule("/sparql/terms.json", "terms", endpoint.terms)
    blueprint.add_url_rule("/releases/<release>/sparql", "release", endpoint.answer_of_release, methods=METHODS)
    blueprint.after_request(endpoint.finish)
    return blueprint


class _Endpoint:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._protocol = Protocol(site, renderer.etag_for)

    def answer(self) -> Response:
        """Answer a query; without one, describe the endpoint or show the form."""
        query, pairs = self._protocol.read(_sent())
        if query is None:
            return self._without_query(pairs)
        remember_query(query.text)
        operation = self._protocol.operation(query, pairs, request.headers.get("Accept"))
        fmt = operation.format
        response = Response(content_type=fmt.content_type if fmt else None)
        reader = self._renderer.reader if operation.choice.is_page else self._renderer.plain
        response.headers.extend(self._protocol.headers(operation, reader))
        if is_fresh(response):
            return response
        if (failure := request.environ.get(FAILURE)) is not None:  # asked already, before Flask
            raise failure
        budget = self._site.budget.lowered_to(operation.seconds)
        answer = self._site.engine.evaluate(query, operation.choice.wanted, budget)
        if operation.choice.is_page:
            result = result_page(self._site, answer, reader)
            page = self._renderer.page("sparql.html", query=query.text, graphs=_graphs(), result=result)
            response.set_data(page)
        else:
            response.content_type = answer.format.content_type
            fill(response, answer)
        return response

    def answer_of_release(self, release: str) -> Response:
        """Answer as the endpoint of one release; raise ``NotDescribed`` for any other than the one served."""
        if release != self._site.release.manifest.id:
            raise NotDescribed(f"The release '{release}' is not served here; '{self._site.release.manifest.id}' is.")
        return self.answer()

    def terms(self) -> Response:
        """Answer what a query editor completes; with ``class``, for things of one class."""
        class_ = single(parameters(request.query_string), "class")
        iri = iri_parameter("class", class_, self._site.names) if class_ is not None else ""
        response = self._renderer.response(JSON, is_negotiated=False)
        response.set_etag(self._renderer.etag(JSON))
        if not is_fresh(response):
            response.set_data(terms_of_class(self._site, iri) if iri else editor_terms(self._site))
        return response

    def describe(self) -> Response:
        """Answer with the service description, in the RDF syntax that the client accepts."""
        pairs = parameters(request.query_string)
        name = named_format(pairs)
        fmt = graph_format(name) if name else choose_or_refuse(request.headers.get("Accept"), GRAPH_FORMATS)
        page, pages = page_number(pairs), pages_of(self._site)
        check_page("The service description", page, pages)
        response = self._renderer.response(fmt, is_negotiated=name is None)
        address = f"{self._renderer.root}/sparql/service-description"
        response.headers["Content-Location"] = page_address(f"{address}?format={fmt.suffix}", page)
        response.set_etag(self._renderer.etag(fmt))
        if page < pages:
            add_link(response, page_address(address, page + 1), "next")
        if not is_fresh(response):
            response.set_data(serialize_lines(service_description(self._site, page), fmt, self._site.prefixes))
        return response

    def finish(self, response: Response) -> Response:
        """Name the release that answered, and on request what can be posted; errors are finished too.

        Source: W3C Linked Data Platform, section 7.1 (``Accept-Post``); the draft of the method QUERY
        (``Accept-Query``).
        """
        present, via = response.headers.get("Link"), self._protocol.via(self._renderer.root)
        response.headers["Link"] = f"{present}, {via}" if present else via
        if request.method == "OPTIONS" or response.status_code == UnsupportedMediaType.status:
            response.headers["Accept-Post"] = response.headers["Accept-Query"] = f"{FORM}, {SPARQL_QUERY}"
        return sort_methods(response)

    def _without_query(self, pairs: Pairs) -> Response:
        refuse_update(pairs)
        name = named_format(pairs)
        accept = request.headers.get("Accept")
        fmt = format_of_name(name, _WITHOUT_QUERY) if name else choose_or_refuse(accept, _WITHOUT_QUERY)
        if fmt is not HTML:
            return self.describe()
        response = self._renderer.response(HTML, is_negotiated=name is None)
        response.headers["Content-Location"] = f"{self._renderer.root}/sparql?format=html"
        response.set_etag(self._renderer.etag(HTML))
        if not is_fresh(response):
            example = example_query(self._site)
            page = self._renderer.page("sparql.html", query="", graphs=_graphs(), result=None, example_query=example)
            response.set_data(page)
        return response


def _graphs() -> list[tuple[str, str]]:
    """Return the parameters that name the data set, which links and forms of the page keep."""
    named = ("default-graph-uri", "named-graph-uri")
    return [(name, value) for name, value in request.args.items(multi=True) if name in named]


def _sent() -> Sent:
    headers = request.headers
    return Sent(
        request.method,
        request.query_string,
        headers.get("Accept"),
        headers.get("Content-Type"),
        headers.get("Content-Encoding"),
        request.stream.read,
    )
