"""The source, read closely: ``/source/`` is its outline, ``/source/<unit>`` one unit of it."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.errors import NotDescribed
from kgpub.formats import HTML, JSON, Format
from kgpub.languages import LANGUAGE_PARAMETERS
from kgpub.numbered_pages import page_links
from kgpub.outline import SOURCE, OutlinePage, Unit, outline_page, outline_unit, read_choice
from kgpub.parameters import parameters, refuse_unknown
from kgpub.site import Site
from kgpub.source_data import outline_as_json, unit_as_json, units_as_csv
from kgpub.source_page import shown_unit, source_page, text_state, unit_address, unit_section
from kgpub.web.rendering import Renderer
from kgpub.web.view_replies import Replies


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of the source; none where the release has no such view."""
    blueprint = Blueprint("source", __name__)
    if site.views.has(SOURCE):
        views = _Views(site, renderer)
        blueprint.add_url_rule(f"/{SOURCE}/", "outline", views.outline)
        blueprint.add_url_rule(f"/{SOURCE}/<unit>", "unit", views.unit)
    return blueprint


class _Views:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._replies = Replies(site, renderer)
        # The text is read and checked now; it tells pages of one operator from those of another.
        self._variant = site.checked_text.digest if site.checked_text is not None else ""

    def outline(self) -> Response:
        """Answer the outline, or what of it is chosen."""
        pairs = parameters(request.query_string)
        choice = read_choice(pairs, self._site.names)
        page = outline_page(self._site.views, choice)
        links = list(page_links(choice.list_address, choice.page, page.pages))
        return self._replies.respond(pairs, choice.address, links, lambda fmt: self._outline(page, fmt), self._variant)

    def unit(self, unit: str) -> Response:
        """Answer one unit."""
        pairs = parameters(request.query_string)
        refuse_unknown(pairs, ("format", *LANGUAGE_PARAMETERS))
        found = outline_unit(self._site.views, unit)
        if found is None:
            raise NotDescribed(f"The source has no unit '{unit[:100]}'; /{SOURCE}/ lists all.")
        shown, before, after = found
        links = [(name, unit_address(other)) for name, other in (("prev", before), ("next", after)) if other]
        address = unit_address(shown.name)
        return self._replies.respond(
            pairs, address, links, lambda fmt: self._unit(shown, before, after, fmt), self._variant
        )

    def _outline(self, page: OutlinePage, fmt: Format) -> bytes | str:
        if fmt is JSON:
            return outline_as_json(self._site, page)
        if fmt is not HTML:
            return units_as_csv(self._site, page.units)
        shown = source_page(self._site, page, self._renderer.reader)
        checked = self._site.checked_text
        return self._replies.page("source.html", page.choice.address, outline=page, source=shown, checked=checked)

    def _unit(self, unit: Unit, before: str, after: str, fmt: Format) -> bytes | str:
        address = unit_address(unit.name)
        if fmt is JSON:
            return unit_as_json(self._site, unit, address)
        if fmt is not HTML:
            return units_as_csv(self._site, (unit,))
        reader = self._renderer.reader
        return self._replies.page(
            "source_unit.html",
            address,
            shown=shown_unit(self._site, unit, reader),
            section=unit_section(self._site, unit, reader),
            previous=reader.at(unit_address(before)) if before else None,
            next=reader.at(unit_address(after)) if after else None,
            state=text_state(self._site),
            checked=self._site.checked_text,
        )
