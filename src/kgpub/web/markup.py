"""Links and literals, of which a page has hundreds: texts filled into patterns that a macro writes once.

Calling a macro for each link took most of a page's time. What a link looks like still stands in one place, the
template: its macro is called once for each shape of link, with marks where the texts go, and what it writes is kept.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Protocol

from markupsafe import Markup, escape

#: Shapes of which patterns are kept: a link has 16 at most, a list of downloads one for each kind of document.
_SHAPES_KEPT = 64
#: A longer literal gets a box that scrolls.
_LONG_CHARACTERS = 1_500
#: What could end a block of data inside a page or begin a comment there, and line ends that JSON has and scripts not.
_IN_DATA = re.compile("[<>&\u2028\u2029]")
_SPECIAL = re.compile("[&<>\"']")

_NOTHING = Markup()

Macro = Callable[..., object]


class Download(Protocol):
    """One representation of a page."""

    name: str
    media_type: str
    href: str


class Link(Protocol):
    """What a link shows."""

    href: str
    text: str
    iri: str
    is_ours: bool
    name: str
    language: str
    shown: str
    in_full: str


class Value(Protocol):
    """What a value shows: a link, a literal, or something that holds values itself."""

    link: Link | None
    text: str
    language: str
    datatype: Link | None
    properties: Sequence[object]
    items: Sequence[object]
    triple: Sequence[object]
    is_inferred: bool


class Patterns:
    """Filters that write links, values and lists of downloads by their macros, whose patterns are format strings."""

    def __init__(self, macro: Callable[[str], Macro], untagged: str = "") -> None:
        """Take what finds a macro; it is asked when the first link is written.

        *untagged* is the language that markup tells of literals that name none, empty if there is none to tell.
        """
        self._macro = macro
        self._untagged = untagged
        self._link_pattern = lru_cache(_SHAPES_KEPT)(self._write_link)
        self._literal_pattern = lru_cache(_SHAPES_KEPT)(self._write_literal)
        self._list_pattern = lru_cache(_SHAPES_KEPT)(self._write_list)

    def anchor(self, link: Link) -> Markup:
        """Return a link with its text."""
        return self._filled(link, link.text if link.text != link.name else link.shown)

    def _anchor_in_full(self, link: Link) -> Markup:
        """Return a link as a value: a foreign IRI without label is its own text."""
        return self._filled(link, link.text if link.text != link.name else link.in_full)

    def one(self, value: Value, with_datatype: bool = True) -> Markup:  # noqa: FBT001, FBT002 (templates give it so)
        """Return a value: a link, a literal with its language or datatype, or what holds values itself."""
        if value.link is not None:
            written = self._anchor_in_full(value.link)
        elif value.properties or value.items or value.triple:
            written = Markup(self._macro("nested")(value))  # noqa: S704 (the macro escapes)
        else:
            datatype = value.datatype if with_datatype else None
            is_long = len(value.text) > _LONG_CHARACTERS
            pattern = self._literal_pattern(is_long, value.language != "", datatype is not None)
            iri, name = (datatype.iri, datatype.name) if datatype is not None else ("", "")
            written = _formatted(pattern, (value.text, value.language, iri, name))
        return written + self._inferred if value.is_inferred else written

    def alternates(self, downloads: Sequence[Download]) -> Markup:
        """Return the links in a page's head to its representations."""
        return self._listed("alternates", downloads)

    def formats(self, downloads: Sequence[Download]) -> Markup:
        """Return the list of a page's representations."""
        return self._listed("formats", downloads)

    def _filled(self, link: Link, text: str) -> Markup:
        href, iri, language = link.href, link.iri, link.language
        pattern = self._link_pattern(href != "", link.is_ours, language != "", link.text != iri)
        return _formatted(pattern, (href, iri, language, text))

    def _listed(self, macro: str, downloads: Sequence[Download]) -> Markup:
        pattern = self._list_pattern(macro, tuple([(each.name, each.media_type) for each in downloads]))
        return _formatted(pattern, [each.href for each in downloads])

    def _write_link(self, has_address: bool, is_ours: bool, has_language: bool, has_title: bool) -> str:  # noqa: FBT001
        link = SimpleNamespace(
            href="{0}" if has_address else "",
            iri="{1}",
            language="{2}" if has_language else "",
            text="{3}" if has_title else "{1}",
            is_ours=is_ours,
        )
        return str(self._macro("link_to")(link, "{3}"))

    @cached_property
    def _inferred(self) -> Markup:
        return Markup(self._macro("inferred")())  # noqa: S704 (it is a constant)

    def _write_literal(self, is_long: bool, has_language: bool, has_datatype: bool) -> str:  # noqa: FBT001
        datatype = SimpleNamespace(iri="{2}", name="{3}") if has_datatype else None
        language = "{1}" if has_language else ""
        untagged = "" if has_language or has_datatype else self._untagged
        value = SimpleNamespace(
            text="{0}", is_long=is_long, language=language, lang=language or untagged, datatype=datatype
        )
        return str(self._macro("literal")(value))

    def _write_list(self, macro: str, kinds: tuple[tuple[str, str], ...]) -> str:
        marked = [
            {"name": name, "media_type": media_type, "href": f"{{{at}}}"} for at, (name, media_type) in enumerate(kinds)
        ]
        return str(self._macro(macro)(marked))


def lang(language: str) -> Markup:
    """Return the attribute that tells the language of a text, nothing where there is none to tell."""
    return Markup(f' lang="{escape(language)}"') if language else _NOTHING  # noqa: S704 (escaped)


def data_block(document: object) -> Markup:
    """Return a JSON-LD document as a block of data in a page (HTML, section 4.12.1: no script, so no policy stops it).

    Whatever texts hold, it ends where it should: in JSON, an escape means the character itself.
    """
    text = _IN_DATA.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(document, ensure_ascii=False))
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 (nothing in it is markup)


def _formatted(pattern: str, texts: Sequence[str]) -> Markup:
    if _SPECIAL.search("".join(texts)):
        texts = [str(escape(text)) for text in texts]
    return Markup(pattern.format(*texts))  # noqa: S704 (the macro's markup, and texts without special characters)
