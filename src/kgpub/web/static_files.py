"""``/static/``: the style, the icon, the scripts; small and few, they are kept whole."""

import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.errors import NotDescribed
from kgpub.reply import CACHE_CONTROL
from kgpub.web.addresses import sort_methods
from kgpub.web.headers import is_fresh
from kgpub.web.rendering import Renderer

#: What an address leads to whose content would change it (RFC 8246).
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    content_type: str
    etag: str


def routes(renderer: Renderer) -> Blueprint:
    """Return the route of the static files."""
    blueprint = Blueprint("static_files", __name__)
    kept = dict(_read(files("kgpub").joinpath("static"), ""))
    fingerprinted = frozenset(renderer.scripts.values())

    def send(filename: str) -> Response:
        """Answer a file; its address holds for ever if it tells the content, as those in pages do."""
        file = kept.get(filename)
        if file is None:
            raise NotDescribed(f"There is no file '{filename}' here.")
        response = Response(content_type=file.content_type)
        response.set_etag(file.etag)
        is_fixed = filename in fingerprinted or request.args.get("v") == renderer.digest
        response.headers["Cache-Control"] = _FOR_EVER if is_fixed else CACHE_CONTROL
        if not is_fresh(response):
            response.set_data(file.content)
        return response

    blueprint.add_url_rule("/static/<path:filename>", "file", send)
    blueprint.after_request(sort_methods)
    return blueprint


def _read(folder: Traversable, path: str) -> Iterator[tuple[str, _File]]:
    for entry in folder.iterdir():
        name = path + entry.name
        if entry.is_dir():
            yield from _read(entry, f"{name}/")
        else:
            content = entry.read_bytes()
            media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
            charset = "; charset=utf-8" if media_type.startswith("text/") else ""
            yield name, _File(content, media_type + charset, hashlib.sha256(content).hexdigest()[:16])
