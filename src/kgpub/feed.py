"""The feed: this release, those that it remembers, and the things that changed (Atom, RFC 4287).

Pages are those of RFC 5005, section 3; what is gone is a tombstone (RFC 6721). The ids are IRIs below the base, so they
stay the same wherever the feed is read.
"""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from kgpub.description import document_path
from kgpub.history import Changed
from kgpub.numbered_pages import count_pages, page_address
from kgpub.reader import plain_reader
from kgpub.release import Changes, PastRelease
from kgpub.site import Site
from kgpub.values import Linker

#: The local name of the feed.
FEED = "feed.atom"
#: Changes on one page.
CHANGES_A_PAGE = 100
_ATOM = "http://www.w3.org/2005/Atom"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_WORDS = {"added": "New", "changed": "Changed"}


def feed_pages(site: Site) -> int:
    """Return how many pages the feed has."""
    return count_pages(site.history.changes_kept, CHANGES_A_PAGE)


def feed(site: Site, page: int, address: str) -> bytes:
    """Return one page of the feed; *address* is that of the home page, without its last slash."""
    root = ET.Element("feed", {"xmlns": _ATOM, "xmlns:at": _TOMBSTONES, "xml:lang": site.publication.language})
    _head(root, site, page, address)
    changes = site.history.changes(page, CHANGES_A_PAGE)
    if page == 1:
        _releases(root, site, address)
    _changes(root, site, changes, address)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode").encode()


def _head(root: ET.Element, site: Site, page: int, address: str) -> None:
    manifest, publication = site.release.manifest, site.publication
    _text(root, "id", site.base.resolve(FEED))
    _text(root, "title", publication.title)
    _text(root, "subtitle", "Releases, and the things that changed from one to the next")
    _text(root, "updated", manifest.created)
    author = ET.SubElement(root, "author")
    agent = site.base.resolve(publication.publisher or publication.creator or "")
    _text(author, "name", _label(site, agent) or publication.title)
    _text(author, "uri", agent)
    if publication.licence:
        licence = site.base.resolve(publication.licence)
        _text(root, "rights", licence)
        _link(root, "license", licence)  # RFC 4946
    software, _, version = manifest.software.partition(" ")
    ET.SubElement(root, "generator", {"version": version}).text = software
    _link(root, "self", page_address(f"{address}/{FEED}", page), "application/atom+xml")
    _link(root, "alternate", f"{address}/", "text/html")
    pages = feed_pages(site)
    for relation, other in (("first", 1), ("previous", page - 1), ("next", page + 1), ("last", pages)):
        if pages > 1 and 1 <= other <= pages:
            _link(root, relation, page_address(f"{address}/{FEED}", other), "application/atom+xml")


def _releases(root: ET.Element, site: Site, address: str) -> None:
    manifest = site.release.manifest
    this = PastRelease(manifest.id, manifest.created, manifest.counts, manifest.changes)
    for release in (this, *manifest.history):
        entry = _entry(root, site.base.resolve(f"releases/{release.id}"), f"Release {release.id}", release.created)
        if release is this:
            _link(entry, "alternate", f"{address}/", "text/html")
        content = ET.SubElement(entry, "content", {"type": "text"})
        content.text = _told(release, site.history.changes_kept if release is this else 0)


def _told(release: PastRelease, named: int) -> str:
    counts = f"{release.counts.triples:,} triples on {release.counts.resources:,} things."
    changes = release.changes
    if changes is None:
        return f"{counts} No release before it is known here."
    total = changes.added + changes.changed + changes.removed
    part = f" The first {named:,} of these are entries of this feed." if 0 < named < total else ""
    return f"{counts} {_counted(changes)}{part}"


def _counted(changes: Changes) -> str:
    return (
        f"Since release {changes.since}: {changes.added:,} things added, {changes.changed:,} changed, "
        f"{changes.removed:,} removed."
    )


def _changes(root: ET.Element, site: Site, changes: Iterable[Changed], address: str) -> None:
    changes = list(changes)
    linker = Linker(site, site.documents.labels(change.iri for change in changes), plain_reader(site))
    manifest = site.release.manifest
    for change in changes:
        path = document_path(site, change.iri)
        iri = site.base.resolve(path)
        if change.kind not in _WORDS:
            gone = ET.SubElement(root, "at:deleted-entry", {"ref": iri, "when": manifest.created})
            _text(gone, "at:comment", f"Nothing is said of <{change.iri}> since release {manifest.id}.")
            continue
        entry = _entry(root, iri, linker.text(change.iri), manifest.created)
        _link(entry, "alternate", f"{address}/{path}", "text/html")
        ET.SubElement(entry, "category", {"term": change.kind})
        _text(entry, "summary", f"{_WORDS[change.kind]} in release {manifest.id}: {change.iri}")


def _entry(root: ET.Element, iri: str, title: str, updated: str) -> ET.Element:
    entry = ET.SubElement(root, "entry")
    _text(entry, "id", iri)
    _text(entry, "title", title)
    _text(entry, "updated", updated)
    return entry


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = "".join(_characters(text))


def _characters(text: str) -> Iterator[str]:
    """Yield the characters of a text, those that XML cannot hold replaced (XML 1.0, production 2)."""
    for character in text:
        code = ord(character)
        is_held = code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF  # noqa: PLR2004 (the production)
        yield character if is_held else "\N{REPLACEMENT CHARACTER}"


def _link(parent: ET.Element, relation: str, address: str, media_type: str = "") -> None:
    attributes = {"rel": relation, "href": address} | ({"type": media_type} if media_type else {})
    ET.SubElement(parent, "link", attributes)


def _label(site: Site, iri: str) -> str:
    label = Linker(site, site.documents.labels((iri,)), plain_reader(site)).label(iri)
    return label.text if label is not None else ""
