"""Sitemaps: the pages about things, for crawlers, each with the date of its last change (sitemaps.org, protocol 0.9).

All addresses are on the host that serves them, which may be another than that of the IRIs.
"""

from collections.abc import Iterator
from urllib.parse import quote
from xml.sax.saxutils import escape

from kgpub.debate import DEBATE
from kgpub.description import document_path
from kgpub.gazetteer import PLACES
from kgpub.outline import SOURCE
from kgpub.query_list import QUERIES
from kgpub.release import DATASET, VALIDATION
from kgpub.site import Site
from kgpub.timeline import TIMELINE

_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
#: An index may name so many sitemaps, and an address may be so long.
_SITEMAPS_AT_MOST = 50_000
_CHARACTERS_AT_MOST = 2_047
_DIGITS_AT_MOST = 9
#: The name of the sitemap of the pages that are about no thing.
PAGES = "pages"


def sitemap_index(site: Site, address: str) -> str:
    """Return the index of the sitemaps; *address* is that of the home page, without its last slash."""
    created = site.release.manifest.created
    parts: list[tuple[int | str, str]] = [(PAGES, created), *site.history.sitemaps(_SITEMAPS_AT_MOST - 1)]
    entries = (_entry("sitemap", f"{address}/sitemaps/{name}.xml", modified) for name, modified in parts)
    return f'{_HEAD}<sitemapindex xmlns="{_SCHEMA}">\n{"".join(entries)}</sitemapindex>\n'


def has_sitemap(site: Site, name: str) -> bool:
    """Tell whether there is a sitemap of that name."""
    is_number = name.isascii() and name.isdecimal() and len(name) <= _DIGITS_AT_MOST and not name.startswith("0")
    return name == PAGES or (is_number and site.history.has_sitemap(int(name)))


def sitemap(site: Site, name: str, address: str) -> str:
    """Return one sitemap: that of the pages about no thing, or one of those about things by its number."""
    if name == PAGES:
        listed = [(path, site.release.manifest.created) for path in _pages(site)]
    else:
        listed = [(document_path(site, thing.iri), thing.modified) for thing in site.history.things(int(name))]
    entries = (_entry("url", f"{address}/{path}", modified) for path, modified in listed)
    return f'{_HEAD}<urlset xmlns="{_SCHEMA}">\n{"".join(entries)}</urlset>\n'


def _pages(site: Site) -> Iterator[str]:
    """Yield the paths of the pages that are about no thing of the data."""
    yield ""
    yield "api"
    if site.has_catalog:
        yield f"doc/{DATASET}"
    if site.validation is not None:
        yield VALIDATION
    if site.views.has(SOURCE):
        yield f"{SOURCE}/"
    if site.views.has(DEBATE):
        yield f"{DEBATE}/"
    yield from (view for view in (TIMELINE, PLACES) if site.views.has(view))
    if site.queries:
        yield f"{QUERIES}/"
        yield from (f"{QUERIES}/{quote(name)}" for name in site.queries)


def _entry(kind: str, address: str, modified: str) -> str:
    """Return one entry; none for an address that is longer than an entry may hold."""
    if len(address) > _CHARACTERS_AT_MOST:
        return ""
    return f"<{kind}><loc>{escape(address)}</loc><lastmod>{modified}</lastmod></{kind}>\n"
