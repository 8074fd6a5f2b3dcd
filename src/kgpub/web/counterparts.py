"""``/lookup``: which of our things is this IRI from elsewhere? Asked by parameter, or of a list by POST."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.counterpart_answers import ADDRESS, address_of, as_csv, as_json, lines_of, shown
from kgpub.counterparts import IRI_CHARACTERS_AT_MOST, counterparts_of
from kgpub.errors import BadRequest, UnsupportedMediaType
from kgpub.formats import DESCRIPTION_CSV, GRAPH_FORMATS, HTML, JSON, JSON_LD, TURTLE, Format
from kgpub.iris import is_iri, with_parameter
from kgpub.negotiation import choose_or_refuse
from kgpub.parameters import Pairs, format_by_parameter, json_document, parameters
from kgpub.representation import serialize_lines
from kgpub.site import Site
from kgpub.waiting import give_way
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer

#: What one request may ask for; a longer list is asked for in parts.
IRIS_AT_MOST = 100
_FORMATS = (JSON, TURTLE, HTML, JSON_LD, *(f for f in GRAPH_FORMATS if f not in {TURTLE, JSON_LD}), DESCRIPTION_CSV)
_LIST_TYPES = "application/json, text/uri-list, application/x-www-form-urlencoded"


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the route of the look-up."""
    blueprint = Blueprint("counterparts", __name__)
    views = _Lookup(site, renderer)
    blueprint.add_url_rule(f"/{ADDRESS}", "lookup", views.look_up, methods=["GET", "POST"])
    return blueprint


class _Lookup:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer

    def look_up(self) -> Response:
        """Answer which of our things some IRIs mean."""
        pairs = parameters(request.query_string)
        fixed = format_by_parameter(pairs, _FORMATS)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), _FORMATS)
        asked = _checked([*_given(pairs), *(_posted() if request.method == "POST" else ())])
        if not asked and fmt is not HTML:
            raise BadRequest("The parameter 'uri' is missing: the IRI to look up, once or several times.")
        response = self._renderer.response(fmt, is_negotiated=fixed is None)
        if request.method == "POST":
            response.headers["Cache-Control"] = "no-store"
        else:
            address = with_parameter(address_of(asked), f"format={fmt.suffix}")
            response.headers["Content-Location"] = self._renderer.located(fmt, f"{self._renderer.root}/{address}")
            response.set_etag(self._renderer.etag(fmt, *asked))
        if not is_fresh(response):
            response.set_data(self._body(fmt, asked))
        return response

    def _body(self, fmt: Format, asked: list[str]) -> bytes | str:
        results = []
        for iri in asked:
            give_way()  # a list takes as long as many requests
            results.append(counterparts_of(self._site, iri))
        if fmt in GRAPH_FORMATS:
            return serialize_lines(lines_of(self._site, results), fmt, self._site.prefixes)
        answers = shown(self._site, results, self._renderer.reader if fmt is HTML else self._renderer.plain)
        if fmt is JSON:
            return as_json(self._site, answers)
        if fmt is DESCRIPTION_CSV:
            return as_csv(answers)
        address = f"{self._renderer.root}/{address_of(asked)}"
        return self._renderer.page("lookup.html", results=answers, asked=asked, address=address, formats=_FORMATS)


def _given(pairs: Pairs) -> list[str]:
    return [value for name, value in pairs if name in {"uri", "iri"} and value]


def _posted() -> list[str]:
    """Return the IRIs that a request's body holds."""
    body = request.get_data(cache=False)
    match request.mimetype:
        case "application/x-www-form-urlencoded":
            return _given(parameters(body))
        case "application/json":
            return _in_json(body)
        case "text/uri-list":
            lines = _text(body).splitlines()
            return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    raise UnsupportedMediaType(f"A list of IRIs is read as one of {_LIST_TYPES}.")


def _in_json(body: bytes) -> list[str]:
    document = json_document(body)
    if not isinstance(document, list) or not all(isinstance(item, str) for item in document):
        raise BadRequest('The body must be a JSON array of IRIs, such as ["http://www.wikidata.org/entity/Q16"].')
    return document


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadRequest("The body is not UTF-8.") from error


def _checked(asked: list[str]) -> list[str]:
    """Return the IRIs, each once; raise ``BadRequest`` for too many, or for what is none."""
    if len(asked) > IRIS_AT_MOST:
        raise BadRequest(f"There are {len(asked)} IRIs; {IRIS_AT_MOST} is the limit, so ask for them in parts.")
    distinct = list(dict.fromkeys(asked))
    for at, iri in enumerate(distinct, 1):
        if len(iri) > IRI_CHARACTERS_AT_MOST or not is_iri(iri):
            raise BadRequest(
                f"IRI number {at} is not an absolute IRI, or longer than {IRI_CHARACTERS_AT_MOST} characters."
            )
    return distinct
