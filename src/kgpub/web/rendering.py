"""Render templates with what every page shows."""

import hashlib
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files

from flask import request
from jinja2 import Environment
from werkzeug.wrappers import Response

from kgpub.formats import HTML, Format
from kgpub.iris import licence_name
from kgpub.reply import CACHE_CONTROL
from kgpub.site import Site
from kgpub.web.markup import Macro, Patterns

#: Properties whose markup is kept; less than 1 MB.
_HEADINGS_KEPT = 1_024


class Renderer:
    """The templates of the pages, compiled once."""

    def __init__(self, site: Site, environment: Environment) -> None:
        self._site = site
        self._environment = environment
        self.modified = format_datetime(datetime.fromisoformat(site.release.manifest.created), usegmt=True)
        self.digest = _templates_digest()
        environment.globals["style_version"] = self.digest
        environment.filters["licence_name"] = licence_name
        patterns = Patterns(self._macro)
        for written in (patterns.anchor, patterns.one, patterns.alternates, patterns.formats):
            environment.filters[written.__name__] = written
        environment.filters["heading"] = lru_cache(_HEADINGS_KEPT)(self._heading)
        environment.filters["thousands"] = lambda number: f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")

    def _macro(self, name: str) -> Macro:
        macro: Macro = getattr(self._environment.get_template("_macros.html").module, name)
        return macro

    def _heading(self, link: object) -> object:
        """Return the head of a row about a property: the same on nearly every page."""
        return self._macro("heading")(link)

    def etag(self, fmt: Format) -> str:
        """Return the validator of a representation: what is in it, in which syntax, and by what it is written."""
        return f"{self._site.release.manifest.id}.{fmt.suffix}-{self.digest}"

    def response(self, fmt: Format, *, is_negotiated: bool) -> Response:
        """Return a response in a format, its body still to be made; *is_negotiated* if ``Accept`` chose the format."""
        response = Response(content_type=fmt.content_type)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.headers["Last-Modified"] = self.modified
        if fmt is HTML:
            response.content_language.add(self._site.publication.language)
        if is_negotiated:
            response.vary.add("Accept")
        return response

    @property
    def root(self) -> str:
        """Return the path below which this server is mounted: empty, or ``/kg``."""
        return request.root_path.rstrip("/")

    def page(self, template: str, **values: object) -> str:
        """Return a page as HTML."""
        return self.page_below(self.root, template, **values)

    def text(self, template: str, **values: object) -> str:
        """Return a text that is no page; what it is given is in the text's own syntax already."""
        return self._environment.get_template(template).render(**values).strip()

    def page_below(self, root: str, template: str, **values: object) -> str:
        """Return a page as HTML whose links stay below a path."""
        manifest = self._site.release.manifest
        return self._environment.get_template(template).render(
            root=root, publication=manifest.publication, manifest=manifest, **values
        )


def _templates_digest() -> str:
    """Return what distinguishes what another version or other templates make, for ETags and the style's address."""
    digest = hashlib.sha256(version("kgpub").encode())
    for folder in ("templates", "static"):
        for file in sorted(files("kgpub").joinpath(folder).iterdir(), key=lambda file: file.name):
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()[:8]
