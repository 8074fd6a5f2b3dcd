"""Debates: ``/debate/`` lists the issues, ``/debate?issue=`` shows one at a glance."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.debate import DEBATE, Debate, debate_on, issues_of
from kgpub.debate_data import debate_as_csv, debate_as_json, issues_as_csv, issues_as_json
from kgpub.debate_page import debate_page, issues_page
from kgpub.errors import NotDescribed
from kgpub.formats import HTML, JSON, Format
from kgpub.languages import LANGUAGE_PARAMETERS
from kgpub.parameters import parameters, refuse_unknown, single
from kgpub.selection import iri_parameter
from kgpub.site import Site
from kgpub.web.rendering import Renderer
from kgpub.web.view_replies import Replies


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of debates; none where the release has no such view."""
    blueprint = Blueprint("debate", __name__)
    if site.views.has(DEBATE):
        views = _Views(site, renderer)
        blueprint.add_url_rule(f"/{DEBATE}", "debate", views.debate)
        blueprint.add_url_rule(f"/{DEBATE}/", "issues", views.issues)
    return blueprint


class _Views:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer
        self._replies = Replies(site, renderer)

    def debate(self) -> Response:
        """Answer the debate on an issue, on that of most positions where none is named."""
        pairs = parameters(request.query_string)
        refuse_unknown(pairs, ("issue", "format", *LANGUAGE_PARAMETERS))
        named = single(pairs, "issue")
        first = next(iter(issues_of(self._site.views)), "") if named is None else ""
        issue = first if named is None else iri_parameter("issue", named, self._site.names)
        if not issue:
            raise NotDescribed("This release has no position on any issue.")
        debate = debate_on(self._site.views, issue)
        return self._replies.respond(pairs, debate.address, [], lambda fmt: self._debate(debate, fmt))

    def issues(self) -> Response:
        """Answer the list of issues."""
        pairs = parameters(request.query_string)
        refuse_unknown(pairs, ("format", *LANGUAGE_PARAMETERS))
        return self._replies.respond(pairs, f"{DEBATE}/", [], self._issues)

    def _debate(self, debate: Debate, fmt: Format) -> bytes | str:
        if fmt is JSON:
            return debate_as_json(self._site, debate)
        if fmt is not HTML:
            return debate_as_csv(self._site, debate)
        shown = debate_page(self._site, debate, self._renderer.reader)
        return self._replies.page("debate.html", debate.address, debate=shown, is_cut=debate.is_cut)

    def _issues(self, fmt: Format) -> bytes | str:
        issues = issues_of(self._site.views)
        if fmt is JSON:
            return issues_as_json(self._site, issues)
        if fmt is not HTML:
            return issues_as_csv(self._site, issues)
        shown = issues_page(self._site, issues, self._renderer.reader)
        return self._replies.page("debates.html", f"{DEBATE}/", issues=shown)
