"""The outcome of the release's validation at ``/validation``: as a page, as the ``sh:ValidationReport``, as JSON."""

from collections.abc import Sequence
from functools import partial

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.errors import BadRequest
from kgpub.formats import GRAPH_FORMATS, HTML, JSON, JSON_LD, TURTLE, Format
from kgpub.iris import is_iri, with_parameter
from kgpub.negotiation import choose_or_refuse
from kgpub.numbered_pages import check_page, page_address
from kgpub.pages import downloads_at
from kgpub.parameters import Pairs, format_by_parameter, page_number, parameters, single
from kgpub.reader import Reader
from kgpub.release import VALIDATION
from kgpub.report import SEVERITIES
from kgpub.representation import serialize_lines
from kgpub.site import Site
from kgpub.validation import Choice, Validation
from kgpub.validation_page import Count, validation_page
from kgpub.validation_report import address_of, pages_of, report_json, report_lines
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer

_FORMATS = (TURTLE, JSON, JSON_LD, HTML, *(f for f in GRAPH_FORMATS if f not in {TURTLE, JSON_LD}))


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the route of the outcome; none where nothing was validated, so that an IRI may lie there."""
    blueprint = Blueprint("validation", __name__)
    if site.validation is not None:
        view = _View(site, renderer, site.validation)
        blueprint.add_url_rule(f"/{VALIDATION}", "validation", view.show)
    renderer.share(results_on_node=partial(results_on_node, site))
    return blueprint


class _View:
    """The view, with what it needs."""

    def __init__(self, site: Site, renderer: Renderer, validation: Validation) -> None:
        self._site = site
        self._renderer = renderer
        self._validation = validation

    def show(self) -> Response:
        """Answer the outcome: all results, or those of a shape, of a severity, on a node; a page at a time."""
        pairs = parameters(request.query_string)
        choice, page = _choice(pairs), page_number(pairs)
        fixed = format_by_parameter(pairs, _FORMATS)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), _FORMATS)
        check_page("This list of results", page, pages_of(self._validation.total(choice)))
        response = self._renderer.response(fmt, is_negotiated=fixed is None)
        address = page_address(f"{self._renderer.root}/{address_of(choice)}", page)
        located = with_parameter(address, f"format={fmt.suffix}")
        response.headers["Content-Location"] = self._renderer.located(fmt, located)
        response.set_etag(self._renderer.etag(fmt))
        if not is_fresh(response):
            response.set_data(self._body(choice, page, fmt))
        return response

    def _body(self, choice: Choice, page: int, fmt: Format) -> bytes | str:
        root = self._renderer.root
        if fmt is HTML:
            shown = validation_page(self._site, self._validation, choice, page, self._renderer.reader)
            address = page_address(f"{root}/{address_of(choice)}", page)
            return self._renderer.page(
                "validation.html", address=address, page=shown, downloads=downloads_at(address, _FORMATS)
            )
        if fmt is JSON:
            return report_json(self._site, self._validation, choice, page, root)
        lines = report_lines(self._site, self._validation, choice, page)
        return serialize_lines(lines, fmt, self._site.prefixes)


def _choice(pairs: Pairs) -> Choice:
    """Return which results a request is for; raise ``BadRequest`` for a value that none can have."""
    severity = single(pairs, "severity")
    if severity is not None and severity not in SEVERITIES:
        severity = _iri_token("severity", severity, f"{', '.join(SEVERITIES)}, or the IRI of a shape's own severity")
    shape, focus = (
        None if value is None else value if value.startswith("_:") else _iri_token(name, value, "an absolute IRI")
        for name, value in (("shape", single(pairs, "shape")), ("focus", single(pairs, "focus")))
    )
    return Choice(shape, severity, focus)


def _iri_token(name: str, value: str, kind: str) -> str:
    if not is_iri(value):
        raise BadRequest(f"The parameter '{name}' must be {kind}.")
    return f"<{value}>"


def results_on_node(site: Site, iri: str, reader: Reader) -> Sequence[Count]:
    """Return how many results of each severity there are on a thing, each with where they are."""
    counts = site.validation.on_node(f"<{iri}>") if site.validation is not None else {}
    return [
        Count(severity, number, reader.at(address_of(Choice(None, severity, f"<{iri}>"))), severity)
        for severity, number in counts.items()
    ]
