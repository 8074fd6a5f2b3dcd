"""Put the Flask application together: routes, headers, one error handler."""

from functools import partial

from flask import Flask
from werkzeug.exceptions import HTTPException

from kgpub.document_replies import DocumentReplies
from kgpub.document_shortcut import DocumentShortcut
from kgpub.errors import KgpubError
from kgpub.lookup import Lookup
from kgpub.prepared_documents import PreparedDocuments
from kgpub.query_shortcut import QueryShortcut
from kgpub.shortcuts import Shortcuts
from kgpub.site import Site
from kgpub.web import (
    api,
    browse,
    cite,
    context,
    counterparts,
    crawlers,
    debate,
    dereference,
    downloads,
    explore,
    feed,
    fragments,
    gazetteer,
    graphs,
    headers,
    health,
    home,
    linkset,
    nanopublication,
    problem,
    queries,
    reconcile,
    search,
    source,
    sparql,
    static_files,
    timeline,
    validation,
    well_known,
)
from kgpub.web.dereference import page_about
from kgpub.web.rendering import Renderer
from kgpub.web.slashes import lead_to_one_spelling

_RENDERER = "kgpub.renderer"


def create_app(site: Site) -> Flask:
    """Return the WSGI application that serves one release.

    Everything it needs is in *site*; the application holds no other state.
    """
    app = Flask("kgpub", static_folder=None, template_folder=None)
    app.url_map.merge_slashes = False  # "id//x" and "id/x" are different IRIs
    lead_to_one_spelling(app)
    renderer = app.extensions[_RENDERER] = Renderer(site)
    areas = (
        home,
        browse,
        sparql,
        graphs,
        queries,
        downloads,
        well_known,
        validation,
        nanopublication,
        counterparts,
        reconcile,
        search,
        feed,
        crawlers,
        api,
        fragments,
        cite,
        context,
        linkset,
        source,
        debate,
        timeline,
        gazetteer,
        explore,
        dereference,
    )
    for blueprint in areas:
        app.register_blueprint(blueprint.routes(site, renderer))
    app.register_blueprint(static_files.routes(renderer))
    app.register_blueprint(health.routes(site))
    handle = problem.handler(renderer)
    app.register_error_handler(KgpubError, handle)
    app.register_error_handler(HTTPException, handle)
    app.register_error_handler(Exception, handle)
    app.after_request(headers.answer_preflight)
    app.wsgi_app = headers.with_headers(app.wsgi_app)  # type: ignore[assignment,method-assign]  # Flask's own documented way
    return app


def with_shortcuts(app: Flask, site: Site, prepared: PreparedDocuments | None = None, root: str = "") -> Shortcuts:
    """Return what answers as the application of a release does, and quicker where most is asked, below a root."""
    renderer: Renderer = app.extensions[_RENDERER]
    documents = DocumentShortcut(site, _lookup(renderer, site), document_replies(app, site, root), prepared)
    return Shortcuts(app, {"sparql": QueryShortcut(site, renderer.etag_for, root), "doc": documents}, root)


def document_replies(app: Flask, site: Site, root: str = "") -> DocumentReplies:
    """Return what makes documents as the application of a release does, mounted at a root."""
    renderer: Renderer = app.extensions[_RENDERER]
    return DocumentReplies(site, _lookup(renderer, site), partial(page_about, site, renderer), root)


def _lookup(renderer: Renderer, site: Site) -> Lookup:
    return Lookup(site, renderer.etag_for, renderer.signposts)
