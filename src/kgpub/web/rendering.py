"""Render templates with what every page shows."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from importlib.metadata import version
from importlib.resources import files

from flask import has_request_context, request
from werkzeug.wrappers import Response

from kgpub.bundles import bundled_scripts
from kgpub.formats import SPOKEN_FORMATS, Format
from kgpub.interface import ENGLISH
from kgpub.iris import iri_from_uri, is_iri, uri_of
from kgpub.parameters import parameters, single
from kgpub.reader import Asked, Reader, plain_reader, reader_of
from kgpub.reply import CACHE_CONTROL
from kgpub.signposts import Signposts
from kgpub.site import Site
from kgpub.structured_data import StructuredData
from kgpub.texts import site_title
from kgpub.web.addresses import raw_path
from kgpub.web.templates import environments
from kgpub.web_links import WebLink, header_of

#: A page does not repeat a longer address once for each language.
_ADDRESS_CHARACTERS = 1_000
#: Where a request keeps who asks: views, headers and templates want to know it.
_READER = "kgpub.reader"


class Renderer:
    """The templates of the pages, compiled once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.modified = format_datetime(datetime.fromisoformat(site.release.manifest.created), usegmt=True)
        self.scripts = bundled_scripts()
        self.digest = _templates_digest(self.scripts.values())
        self.signposts = Signposts(site)
        self.structured_data = StructuredData(site)
        self.environments = environments(
            self.plain,
            title_of=partial(site_title, site),
            publication=site.release.manifest.publication,
            manifest=site.release.manifest,
            style_version=self.digest,
            scripts=self.scripts,
            offered_languages=site.languages.offered,
            has_queries=bool(site.queries),
            has_view=site.views.has,
        )

    def share(self, **known: object) -> None:
        """Let all templates know something."""
        for environment in self.environments.values():
            environment.globals.update(known)

    def etag_for(self, fmt: Format, reader: Reader) -> str:
        """Return the validator of a representation: what is in it, in which syntax, by what it is written, for whom."""
        written = f"{self._site.release.manifest.id}.{fmt.suffix}-{self.digest}"
        return f"{written}-{reader.tag}" if fmt in SPOKEN_FORMATS else written

    def etag(self, fmt: Format, *decided: str) -> str:
        """Return the validator of a representation for the reader who asks.

        *decided* is what decides the answer besides: an address, parameters.
        """
        tag = self.etag_for(fmt, self.reader if fmt in SPOKEN_FORMATS else self.plain)
        if not decided:
            return tag
        digest = hashlib.sha256("\n".join(decided).encode("utf-8", "surrogatepass"))
        return f"{tag}-{digest.hexdigest()[:16]}"

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
        """Return who asks, as far as it matters to a page; raise ``BadRequest`` for a language that is none."""
        known: Reader | None = request.environ.get(_READER)
        if known is None:
            pairs = parameters(request.query_string)
            asked = Asked(single(pairs, "lang"), single(pairs, "ui"))
            known = reader_of(self._site, self.root, request.headers.get("Accept-Language"), asked)
            request.environ[_READER] = known
        return known

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
        return self.environments[ENGLISH].get_template(template).render(**values).strip()

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
        found = self.environments[reader.interface].get_template(template)
        return found.render(
            reader=reader, root=reader.root, address=address, title=site_title(self._site, reader), **values
        )


def _address() -> str:
    """Return the address asked for without languages and format, empty where it tells too little or is long."""
    if request.method not in ("GET", "HEAD") or len(request.query_string) > _ADDRESS_CHARACTERS:
        return ""
    parts = request.query_string.decode("latin-1").split("&")
    query = "&".join(part for part in parts if not part.startswith(("lang=", "ui=", "format=")))
    path = f"{request.root_path.rstrip('/')}/{raw_path(request)}"
    return f"{path}?{query}" if query else path


def _templates_digest(scripts: Iterable[str]) -> str:
    """Return what distinguishes what another version or other templates make, for ETags and the style's address."""
    digest = hashlib.sha256("\n".join((version("kgpub"), *scripts)).encode())
    for folder in ("templates", "translations", "static"):
        for file in sorted(files("kgpub").joinpath(folder).iterdir(), key=lambda file: file.name):
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()[:8]
