"""Browsing: ``/browse/`` tells which classes, properties and graphs there are, ``/browse?class=`` lists things."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.browse_page import browse_page
from kgpub.errors import BadRequest
from kgpub.facets import facets_of
from kgpub.formats import DESCRIPTION_CSV, HTML, JSON, LIST_FORMATS, Format
from kgpub.languages import LANGUAGE_PARAMETERS
from kgpub.numbered_pages import page_address, page_links
from kgpub.parameters import Pairs, page_number, parameters, refuse_unknown
from kgpub.release_parts import (
    PartKind,
    PartList,
    overview,
    part_list,
    part_tables,
    parts_as_csv,
    parts_as_description,
    parts_as_json,
)
from kgpub.representation import represent
from kgpub.selection import BROWSE, Selection, read_selection
from kgpub.site import Site
from kgpub.thing_data import as_csv, as_description, as_json
from kgpub.thing_page import ThingPage, thing_page
from kgpub.thing_table import thing_table
from kgpub.web.rendering import Renderer
from kgpub.web.view_replies import Replies


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of browsing."""
    blueprint = Blueprint("browse", __name__)
    views = _Views(site, renderer)
    blueprint.add_url_rule(f"/{BROWSE}", "things", views.things)
    blueprint.add_url_rule(f"/{BROWSE}/", "overview", views.things)
    for kind in PartKind:
        blueprint.add_url_rule(f"/{BROWSE}/{kind.value}", kind.value, views.parts, defaults={"kind": kind})
    return blueprint


class _Views:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._replies = Replies(site, renderer, LIST_FORMATS)

    def things(self) -> Response:
        """Answer a list of things, or the overview where nothing is selected."""
        pairs = parameters(request.query_string)
        selection = read_selection(pairs, self._site.names)
        if selection is None:
            return self._overview(pairs)
        if any(name == "page" for name, _ in pairs):
            raise BadRequest("A list of things has no numbered pages: its page begins 'after' a thing.")
        listed = thing_page(self._site, selection)
        pages = {"first": listed.first, "prev": listed.previous, "next": listed.next, "last": listed.last}
        links = [(relation, other.address) for relation, other in pages.items() if other is not None]
        return self._replies.respond(pairs, selection.address, links, lambda fmt: self._things(listed, fmt))

    def parts(self, kind: PartKind) -> Response:
        """Answer the list of classes, properties or graphs."""
        pairs = parameters(request.query_string)
        refuse_unknown(pairs, ("format", "page", *LANGUAGE_PARAMETERS))
        found = part_list(self._site, kind, page_number(pairs))
        address = page_address(found.address, found.page)
        links = list(page_links(found.address, found.page, found.pages))
        return self._replies.respond(pairs, address, links, lambda fmt: self._parts((found,), address, fmt))

    def _overview(self, pairs: Pairs) -> Response:
        refuse_unknown(pairs, ("format", *LANGUAGE_PARAMETERS))
        address = f"{BROWSE}/"
        return self._replies.respond(pairs, address, [], lambda fmt: self._parts(overview(self._site), address, fmt))

    def _things(self, listed: ThingPage, fmt: Format) -> bytes | str:
        has_facets = fmt in {HTML, JSON}
        table = thing_table(self._site, listed, facets_of(self._site, listed) if has_facets else ())
        if fmt is HTML:
            page = browse_page(self._site, table, self._renderer.reader)
            query = self._query(listed.selection)
            return self._replies.page("browse.html", listed.selection.address, browse=page, query=query)
        if fmt is JSON:
            return as_json(self._site, table)
        if fmt is DESCRIPTION_CSV:
            return as_csv(self._site, table)
        return represent(self._site, as_description(self._site, table), fmt)

    def _parts(self, lists: tuple[PartList, ...], address: str, fmt: Format) -> bytes | str:
        if fmt is HTML:
            tables = part_tables(self._site, lists, self._renderer.reader)
            return self._replies.page("browse_parts.html", address, tables=tables)
        if fmt is JSON:
            return parts_as_json(self._site, lists)
        if fmt is DESCRIPTION_CSV:
            return parts_as_csv(self._site, lists)
        return represent(self._site, parts_as_description(self._site, lists), fmt)

    def _query(self, selection: Selection) -> str:
        """Return the list as a SPARQL query; nothing where the default graph does not hold all graphs."""
        manifest = self._site.release.manifest
        if not manifest.publication.union_default_graph and manifest.graphs:
            return ""
        return self._renderer.text("browse.rq", selection=selection)
