"""``/reconcile``: the W3C Reconciliation API, version 0.2 and the draft of 1.0, at one address.

Without a word from the client the manifest is that of 0.2, as OpenRefine reads it. A client of 1.0 says so by ``Accept:
application/reconciliation.v1+json`` (the community group's proposal), or goes to ``/reconcile/1.0-draft``. What differs
otherwise has routes of its own: 0.2 asks by parameters, 1.0 posts JSON to ``/match`` and ``/extend``.
"""

from typing import Any

from flask import Blueprint, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from kgpub.data_extension import DataExtension, Table, read_extension
from kgpub.entity_names import EntityNames
from kgpub.errors import BadRequest, NotDescribed, UnsupportedMediaType
from kgpub.formats import HTML, JSON, Format, Kind
from kgpub.negotiation import choose
from kgpub.parameters import Pairs, json_document, parameters, single, whole_number
from kgpub.preview import preview_of
from kgpub.reconciliation import Candidate, Reconciler
from kgpub.reconciliation_json import keyed_results, keyed_table, listed_results, listed_table, named
from kgpub.reconciliation_manifest import DRAFT_PATH, PATH, keyed_manifest, listed_manifest
from kgpub.reconciliation_query import Query, QueryReader
from kgpub.reply import FRAMED_POLICY
from kgpub.schema_terms import SchemaTerms
from kgpub.site import Site
from kgpub.waiting import give_way
from kgpub.web.api import REFUSED
from kgpub.web.headers import is_fresh
from kgpub.web.reconcile_replies import ServiceReplies
from kgpub.web.reconcile_suggest import Suggestions
from kgpub.web.rendering import Renderer

_VERSION_1 = Format("json", "application/reconciliation.v1+json", "Reconciliation API 1.0", Kind.PAGE)
_FORM = "application/x-www-form-urlencoded"
_PROPOSALS, _PROPOSALS_AT_MOST = 50, 200
#: A manifest holds the address that its client used: no cache may give it to another one.
_OWN_COPY = "private, max-age=300"

Json = Any


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the routes of the reconciliation service."""
    blueprint = Blueprint("reconcile", __name__)
    replies, terms = ServiceReplies(site, renderer), SchemaTerms(site)
    service, suggest = _Service(site, renderer, replies, terms), Suggestions(site, replies, terms)
    blueprint.add_url_rule(f"/{PATH}", "service", service.keyed, methods=["GET", "POST"])
    blueprint.add_url_rule(f"/{PATH}/about", "about", service.about)
    blueprint.add_url_rule(f"/{DRAFT_PATH}", "draft", service.listed)
    posted = {"match": service.match, "extend": service.extend}
    got = {
        "extend/propose": service.propose,
        "suggest/entity": suggest.things,
        "suggest/type": suggest.classes,
        "suggest/property": suggest.properties,
        "preview": service.preview,
    }
    for endpoint in (PATH, DRAFT_PATH):
        for step, view in got.items():
            blueprint.add_url_rule(f"/{endpoint}/{step}", _name(endpoint, step), view)
        for step, view in posted.items():
            path, name = f"/{endpoint}/{step}", _name(endpoint, step)
            blueprint.add_url_rule(path, name, view, methods=["POST"], provide_automatic_options=False)
            blueprint.add_url_rule(
                path, f"{name}-{REFUSED}", _refuse, methods=["GET", "OPTIONS"], provide_automatic_options=False
            )
    return blueprint


def _name(endpoint: str, step: str) -> str:
    return f"{endpoint}/{step}".replace("/", "-").replace(".", "-")


def _refuse() -> Response:
    """Refuse what is no POST; without this route it would be asked of a thing with this address."""
    if request.method == "OPTIONS":
        return Response(headers={"Allow": "OPTIONS, POST"})
    raise MethodNotAllowed(["OPTIONS", "POST"])


class _Service:
    """The views, with what they need."""

    def __init__(self, site: Site, renderer: Renderer, replies: ServiceReplies, terms: SchemaTerms) -> None:
        self._site = site
        self._renderer = renderer
        self._replies = replies
        self._terms = terms
        self._reader = QueryReader(site.names)

    def keyed(self) -> Response:
        """Answer version 0.2: the manifest, a batch of queries, or a data extension query."""
        pairs = parameters(request.query_string)
        if request.method == "POST":
            if request.mimetype != _FORM:
                raise UnsupportedMediaType(f"Queries are posted here as {_FORM}; JSON is posted to {PATH}/match.")
            pairs += parameters(request.get_data(cache=False))
        queries, extend = single(pairs, "queries"), single(pairs, "extend")
        if queries is not None:
            batch = self._reader.keyed_batch(json_document(queries))
            return self._replies.computed(pairs, lambda: keyed_results(self._matched(batch)))
        if extend is not None:
            document = json_document(extend)
            return self._replies.computed(pairs, lambda: keyed_table(self._table(document)))
        if request.method == "POST":
            raise BadRequest("The form has neither 'queries' nor 'extend'; one of them is needed.")
        return self._manifest(pairs)

    def _manifest(self, pairs: Pairs) -> Response:
        if choose(request.headers.get("Accept"), (JSON, _VERSION_1)) is _VERSION_1:
            response = self.listed()
            response.headers["Content-Type"] = _VERSION_1.content_type
        else:
            manifest = keyed_manifest(*self._manifest_arguments())
            response = self._replies.sent(manifest, _OWN_COPY, single(pairs, "callback"))
        response.vary.add("Accept")
        return response

    def listed(self) -> Response:
        """Answer the manifest of version 1.0."""
        return self._replies.sent(listed_manifest(*self._manifest_arguments()), _OWN_COPY)

    def about(self) -> Response:
        """Answer the page about the service."""
        response = self._renderer.response(HTML, is_negotiated=False)
        response.headers["Cache-Control"] = _OWN_COPY
        site, terms, names, server = self._manifest_arguments()
        manifest = keyed_manifest(site, terms, names, server)
        response.set_data(
            self._renderer.page(
                "reconcile.html", service=manifest, endpoint=f"{server}/{PATH}", draft=f"{server}/{DRAFT_PATH}"
            )
        )
        return response

    def _manifest_arguments(self) -> tuple[Site, SchemaTerms, EntityNames, str]:
        return self._site, self._terms, self._replies.names(), request.url_root.rstrip("/")

    def match(self) -> Response:
        """Answer a batch of queries of version 1.0."""
        batch = self._reader.listed_batch(_posted())
        results = self._matched({str(at): query for at, query in enumerate(batch)})
        return self._replies.sent(listed_results(results.values()), "no-store")

    def extend(self) -> Response:
        """Answer a data extension query of version 1.0."""
        return self._replies.sent(listed_table(self._table(_posted())), "no-store")

    def propose(self) -> Response:
        """Answer which properties the instances of a class have, the commonest first."""
        pairs = parameters(request.query_string)
        limit = whole_number(pairs, "limit", _PROPOSALS, _PROPOSALS_AT_MOST)
        class_ = single(pairs, "type") or ""

        def proposed() -> Json:
            properties = self._terms.properties_of(self._reader.iri(class_))[:limit]
            named_properties = self._replies.names().of(properties).items()
            listed = [named(iri, name, is_old=False) for iri, name in named_properties]
            return {"type": class_, "limit": limit, "properties": listed}

        return self._replies.computed(pairs, proposed)

    def preview(self) -> Response:
        """Answer a small page about a thing, which pages of other sites may show in a frame."""
        identifier = single(parameters(request.query_string), "id") or ""
        names = self._replies.names()
        shown = preview_of(self._site, names, self._reader.iri(identifier), self._renderer.reader)
        if shown is None:
            raise NotDescribed("Nothing is described here under the identifier that the parameter 'id' gives.")
        response = self._renderer.response(HTML, is_negotiated=False)
        response.headers["Content-Security-Policy"] = FRAMED_POLICY
        self._replies.validate(response, HTML, names)
        if not is_fresh(response):
            response.set_data(self._renderer.page("preview.html", preview=shown))
        return response

    def _matched(self, batch: dict[str, Query]) -> dict[str, tuple[Candidate, ...]]:
        reconciler = Reconciler(self._site, self._replies.names())
        results = {}
        for key, query in batch.items():
            give_way()  # a batch takes as long as many requests
            results[key] = reconciler.candidates(query)
        return results

    def _table(self, document: Json) -> Table:
        extension = read_extension(document, self._reader.iri)
        return DataExtension(self._site, self._replies.names(), give_way).table(extension, self._reader.iri)


def _posted() -> Json:
    """Return the JSON document of a request's body; raise ``UnsupportedMediaType`` for a body of another type."""
    if request.mimetype not in {JSON.media_type, _VERSION_1.media_type}:
        raise UnsupportedMediaType(f"The body must be {JSON.media_type}.")
    return json_document(request.get_data(cache=False))
