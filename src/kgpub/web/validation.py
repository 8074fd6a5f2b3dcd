"""The outcome of the release's validation at ``/validation``: as a page, as the ``sh:ValidationReport``, as JSON."""

from collections.abc import Sequence
from functools import partial

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.errors import BadRequest
from kgpub.formats import GRAPH_FORMATS, HTML, JSON, JSON_LD, TURTLE, Format
from kgpub.iris import is_iri
from kgpub.numbered_pages import check_page, page_address, page_links
from kgpub.parameters import Pairs, page_number, parameters, single
from kgpub.reader import Reader
from kgpub.release import VALIDATION
from kgpub.report import SEVERITIES
from kgpub.representation import serialize_lines
from kgpub.site import Site
from kgpub.validation import Choice, Validation
from kgpub.validation_page import Count, validation_page
from kgpub.validation_report import address_of, pages_of, report_json, report_lines
from kgpub.web.rendering import Renderer
from kgpub.web.view_replies import Replies

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
        self._replies = Replies(site, renderer, _FORMATS)

    def show(self) -> Response:
        """Answer the outcome: all results, or those of a shape, of a severity, on a node; a page at a time."""
        pairs = parameters(request.query_string)
        choice, page = _choice(pairs), page_number(pairs)
        pages = pages_of(self._validation.total(choice))
        check_page("This list of results", page, pages)
        links = list(page_links(address_of(choice), page, pages))
        address = page_address(address_of(choice), page)
        return self._replies.respond(pairs, address, links, lambda fmt: self._body(choice, page, fmt))

    def _body(self, choice: Choice, page: int, fmt: Format) -> bytes | str:
        if fmt is HTML:
            shown = validation_page(self._site, self._validation, choice, page, self._renderer.reader)
            return self._replies.page("validation.html", page_address(address_of(choice), page), page=shown)
        if fmt is JSON:
            return report_json(self._site, self._validation, choice, page, self._renderer.root)
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
