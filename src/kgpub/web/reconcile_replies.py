"""What the replies of the reconciliation service have in common: languages, validators, JSON and JSONP."""

import json
from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from kgpub.entity_names import EntityNames
from kgpub.formats import JSON, Format
from kgpub.jsonp import MEDIA_TYPE, checked_callback, wrapped
from kgpub.parameters import Pairs, single
from kgpub.site import Site
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer

Json = Any


class ServiceReplies:
    """Makes replies to the request at hand."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer

    def names(self) -> EntityNames:
        """Return what things are called in the languages that the client accepts."""
        return EntityNames(self._site, self._renderer.reader.languages)

    def computed(self, pairs: Pairs, compute: Callable[[], Json]) -> Response:
        """Reply with what is computed; to a GET, the validator is known before."""
        if request.method == "POST":
            return self.sent(compute(), "no-store")
        callback = single(pairs, "callback")
        if callback is not None:
            checked_callback(callback)
        response = self._renderer.response(JSON, is_negotiated=False)
        self.validate(response, JSON, self.names())
        if not is_fresh(response):
            _fill(response, compute(), callback)
        return response

    def sent(self, document: Json, cache_control: str, callback: str | None = None) -> Response:
        """Reply with a document that only the one who asks may keep, if anybody."""
        response = self._renderer.response(JSON, is_negotiated=False)
        response.headers["Cache-Control"] = cache_control
        response.vary.add("Accept-Language")
        _fill(response, document, None if callback is None else checked_callback(callback))
        return response

    def validate(self, response: Response, fmt: Format, names: EntityNames) -> None:
        """Set the validator of a response: it tells the address and the languages."""
        query = request.query_string.decode("latin-1")
        response.set_etag(self._renderer.etag(fmt, request.path, query, *names.languages))
        response.vary.add("Accept-Language")


def _fill(response: Response, document: Json, callback: str | None) -> None:
    if callback is None:
        response.set_data(json.dumps(document, ensure_ascii=False))
    else:
        response.set_data(wrapped(document, callback))
        response.headers["Content-Type"] = MEDIA_TYPE
