"""The whole graph as files, made at build time."""

from flask import Blueprint, request, send_from_directory
from werkzeug.wrappers import Response

from kgpub.errors import NotDescribed
from kgpub.reply import CACHE_CONTROL
from kgpub.site import Site
from kgpub.web.rendering import Renderer
from kgpub.web_links import header_of


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the route of the downloads."""
    blueprint = Blueprint("downloads", __name__)
    by_name = {dump.name: dump for dump in site.release.manifest.downloads}

    def download(name: str) -> Response:
        dump = by_name.get(name)
        if dump is None:
            raise NotDescribed(f"There is no download '{name}'; there are {', '.join(by_name) or 'none'}.")
        response: Response = send_from_directory(
            site.release.dumps,
            name,
            mimetype="application/gzip" if dump.is_compressed else dump.media_type,
            as_attachment=True,
            etag=dump.sha256,
        )
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.headers["Link"] = header_of(renderer.signposts.below(renderer.root).of_download())
        return response.make_conditional(request)

    blueprint.add_url_rule("/dumps/<name>", "download", download)
    return blueprint
