"""What crawlers are told: ``robots.txt`` and sitemaps."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from kgpub.check.addresses import host_of
from kgpub.check.exchange import Ask
from kgpub.check.failures import NotReadable
from kgpub.check.visit import Visit

_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_W3C_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?\Z")
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ENTRIES_AT_MOST = 50_000
_ROBOTS_BYTES = 512_000


def check_robots(visit: Visit, home: str, documents: Iterable[str]) -> list[str]:
    """Look at ``robots.txt``, and return the sitemaps that it names."""
    answer = visit.get(urljoin(home, "/robots.txt"), None)
    if answer is None:
        return []
    if not answer.is_ok:
        visit.findings.add("robots.absent", answer, answer.brief)
        return []
    if answer.media_type != "text/plain" or answer.charset not in (None, "utf-8"):
        visit.findings.add("robots.type", answer, answer.field("content-type") or "no Content-Type")
        return []
    text = answer.body[:_ROBOTS_BYTES].decode("utf-8", "replace")
    robots = RobotFileParser()
    try:
        robots.parse(text.splitlines())
    except ValueError as error:
        visit.findings.add("robots.type", answer, f"a line is not to be read: {error}")
        return []
    for document in documents:
        if not robots.can_fetch("*", document):
            visit.findings.add("robots.blocks", answer, f"{urlsplit(document).path} is disallowed for all")
    return _SITEMAP.findall(text)


def check_sitemaps(visit: Visit, home: str, named: Iterable[str]) -> None:
    """Look at the sitemaps that ``robots.txt`` names, else at the one beside the home page; follow an index."""
    named = list(named)
    if not named:
        answer = visit.get(urljoin(home, "sitemap.xml"), "application/xml, */*;q=0.1")
        if answer is not None and not answer.is_ok:
            visit.findings.add("sitemap.absent", answer, answer.brief)
            return
        named = [urljoin(home, "sitemap.xml")]
    for url in named[: visit.sample]:
        root, entries = _read(visit, url)
        _check_entries(visit, url, entries)
        if root == "sitemapindex":
            for entry in entries[: visit.sample]:
                place = visit.here(entry.get("loc", ""))
                if visit.is_ours(place):
                    _check_pages(visit, place)
        else:
            _check_pages(visit, url)


def _check_pages(visit: Visit, url: str) -> None:
    """Look at a sitemap of pages, and at a few of them from its beginning to its end."""
    _, entries = _read(visit, url)
    _check_entries(visit, url, entries)
    step = max(1, len(entries) // visit.sample)
    for entry in entries[::step][: visit.sample]:
        place = visit.here(entry.get("loc", ""))
        if not visit.is_ours(place):
            continue
        answer = visit.get(place, "text/html, */*;q=0.5")
        if answer is not None and not answer.is_ok:
            visit.findings.add("sitemap.entry", answer, f"{answer.brief}, in {url}")


def _read(visit: Visit, url: str) -> tuple[str, list[Mapping[str, str]]]:
    """Return the root element of a sitemap and its entries; nothing where it cannot be read."""
    answer = visit.get(visit.here(url), "application/xml, */*;q=0.1")
    if answer is None:
        return "", []
    if not answer.is_ok:
        visit.findings.add("sitemap.malformed", answer, answer.brief)
        return "", []
    if answer.is_cut:
        visit.findings.add("rdf.large", answer, f"{len(answer.body):,} bytes were read, and there are more")
        return "", []
    try:
        sitemap = visit.reader.sitemap(answer.body)
    except NotReadable as error:
        visit.findings.add("sitemap.malformed", answer, error.sentence)
        return "", []
    root, entries = sitemap["root"], list(sitemap["entries"])
    if root not in ("urlset", "sitemapindex") or sitemap["namespace"] != _NAMESPACE:
        visit.findings.add("sitemap.malformed", answer, f"<{root}> of the namespace '{sitemap['namespace']}'")
        return "", []
    return root, entries


def _check_entries(visit: Visit, url: str, entries: list[Mapping[str, str]]) -> None:
    about = Ask(visit.here(url), "application/xml, */*;q=0.1")
    if len(entries) > _ENTRIES_AT_MOST:
        visit.findings.add("sitemap.size", about, f"more than {_ENTRIES_AT_MOST:,} entries")
    hosts = {host_of(address) for address in (url, visit.mirror.canonical_of(url), visit.here(url))}
    for entry in entries:
        place, date = entry.get("loc", ""), entry.get("lastmod")
        if not place:
            visit.findings.add("sitemap.malformed", about, "an entry without <loc>")
            return
        if host_of(place) not in hosts:
            visit.findings.add("sitemap.host", about, f"{place}, in {url}")
            return
        if date is not None and not _W3C_DATE.match(date):
            visit.findings.add("sitemap.date", about, f"<lastmod>{date}</lastmod>")
            return
