"""Render templates with what every page shows."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files

from flask import has_request_context, request
from jinja2 import Environment
from werkzeug.wrappers import Response

from kgpub.bundles import bundled_scripts
from kgpub.description import with_parameter
from kgpub.formats import SPOKEN_FORMATS, Format
from kgpub.iris import iri_from_uri, is_iri, licence_name, uri_of
from kgpub.parameters import parameters, single
from kgpub.reader import INTERFACE_LANGUAGE, Reader, plain_reader, reader_of
from kgpub.reply import CACHE_CONTROL
from kgpub.signposts import Signposts
from kgpub.site import Site
from kgpub.structured_data import StructuredData
from kgpub.texts import site_title
from kgpub.web.addresses import raw_path
from kgpub.web.markup import Macro, Patterns, data_block
from kgpub.web_links import WebLink, header_of

#: Properties whose markup is kept; less than 1 MB.
_HEADINGS_KEPT = 1_024
#: A page does not repeat a longer address once for each language.
_ADDRESS_CHARACTERS = 1_000


class Renderer:
    """The templates of the pages, compiled once."""

    def __init__(self, site: Site, environment: Environment) -> None:
        self._site = site
        self._environment = environment
        self.modified = format_datetime(datetime.fromisoformat(site.release.manifest.created), usegmt=True)
        self.scripts = bundled_scripts()
        self.digest = _templates_digest(self.scripts.values())
        self.signposts = Signposts(site)
        self.structured_data = StructuredData(site)
        environment.globals["style_version"] = self.digest
        environment.globals["interface_language"] = INTERFACE_LANGUAGE
        environment.globals["offered_languages"] = site.languages.offered
        environment.filters["in_language"] = lambda address, tag: with_parameter(address, f"lang={tag}")
        environment.globals["scripts"] = self.scripts
        environment.filters["licence_name"] = licence_name
        environment.filters["data_block"] = data_block
        patterns = Patterns(self._macro, self.plain.told(""))
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

    def etag_for(self, fmt: Format, reader: Reader) -> str:
        """Return the validator of a representation: what is in it, in which syntax, by what it is written, for whom."""
        written = f"{self._site.release.manifest.id}.{fmt.suffix}-{self.digest}"
        return f"{written}-{reader.tag}" if fmt in SPOKEN_FORMATS else written

    def etag(self, fmt: Format) -> str:
        """Return the validator of a representation for the reader who asks."""
        return self.etag_for(fmt, self.reader if fmt in SPOKEN_FORMATS else self.plain)

    def response(self, fmt: Format, *, is_negotiated: bool) -> Response:
        """Return a response in a format, its body still to be made; *is_negotiated* if ``Accept`` chose the format."""
        response = Response(content_type=fmt.content_type)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.headers["Last-Modified"] = self.modified
        asked = self.reader  # a language that is none is refused whatever the format
        is_spoken = fmt in SPOKEN_FORMATS
        reader = asked if is_spoken else self.plain
        if is_spoken:
            response.content_language.add(reader.language)
        if vary := reader.vary(by_format=is_negotiated, is_spoken=is_spoken):
            response.headers["Vary"] = vary
        return response

    @property
    def root(self) -> str:
        """Return the path below which this server is mounted: empty, or ``/kg``."""
        return request.root_path.rstrip("/")

    @property
    def reader(self) -> Reader:
        """Return who asks, as far as it matters to a page; raise ``BadRequest`` for a ``?lang`` that is no language."""
        tag = single(parameters(request.query_string), "lang")
        return reader_of(self._site, self.root, request.headers.get("Accept-Language"), tag)

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Return the prefixes that names are shortened with."""
        return self._site.prefixes

    def links_of_list(self, fmt: Format, local: str, others: Iterable[tuple[str, str]] = ()) -> str:
        """Return the header ``Link`` of a page of a list in a format.

        *local* is its address below the root, *others* are the relations of other pages with theirs.
        """
        links = self.signposts.below(self.root).collection(local)
        addresses = ((relation, self.located(fmt, f"{self.root}/{other}")) for relation, other in others)
        return header_of([*links, *(WebLink(uri_of(address), relation) for relation, address in addresses)])

    def canonical_address(self) -> str:
        """Return the canonical address of what a request is for, in whatever format: below the base."""
        address = self._site.base.iri + uri_of(iri_from_uri(raw_path(request)))
        query = request.query_string.decode("latin-1").split("&")
        if others := "&".join(part for part in query if part and not part.startswith("format=")):
            address = f"{address}?{others}"
        return address if is_iri(address) else self._site.base.iri

    def text(self, template: str, **values: object) -> str:
        """Return a text that is no page; what it is given is in the text's own syntax already."""
        return self._environment.get_template(template).render(**values).strip()

    @property
    def plain(self) -> Reader:
        """Return a reader who does not say in which language to answer."""
        return plain_reader(self._site, self.root if has_request_context() else "")

    def located(self, fmt: Format, address: str) -> str:
        """Return the address of a representation for the reader who asks: a page keeps the language asked for."""
        asked = self.reader
        return asked.keep(address) if fmt in SPOKEN_FORMATS else address

    def page(self, template: str, *, address: str | None = None, **values: object) -> str:
        """Return a page as HTML for the reader who asks; *address* is its own, where it is not the one asked for."""
        return self.page_for(self.reader, template, address=_address() if address is None else address, **values)

    def page_for(self, reader: Reader, template: str, *, address: str, **values: object) -> str:
        """Return a page as HTML; *address* is its own, as it is for any reader, or empty."""
        manifest = self._site.release.manifest
        return self._environment.get_template(template).render(
            reader=reader,
            root=reader.root,
            address=address,
            title=site_title(self._site, reader),
            publication=manifest.publication,
            manifest=manifest,
            **values,
        )


def _address() -> str:
    """Return the address that was asked for without language and format, empty where it tells too little or is long."""
    if request.method not in ("GET", "HEAD") or len(request.query_string) > _ADDRESS_CHARACTERS:
        return ""
    parts = request.query_string.decode("latin-1").split("&")
    query = "&".join(part for part in parts if not part.startswith(("lang=", "format=")))
    path = f"{request.root_path.rstrip('/')}/{raw_path(request)}"
    return f"{path}?{query}" if query else path


def _templates_digest(scripts: Iterable[str]) -> str:
    """Return what distinguishes what another version or other templates make, for ETags and the style's address."""
    digest = hashlib.sha256("\n".join((version("kgpub"), *scripts)).encode())
    for folder in ("templates", "static"):
        for file in sorted(files("kgpub").joinpath(folder).iterdir(), key=lambda file: file.name):
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()[:8]
