"""Typed links: those of ``Link`` header fields (RFC 8288), which are also the text form of a linkset (RFC 9264)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kgpub.check.addresses import joined

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\*?")
_SPACE = re.compile(r"\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_UNQUOTED = re.compile(r"[^\s;,]*")


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where it leads, in which relations, from where (its context), and what it tells of the target."""

    target: str
    relations: tuple[str, ...]
    anchor: str
    parameters: tuple[tuple[str, str], ...] = ()

    def told(self, name: str) -> str | None:
        """Return a target attribute: the first of its name (RFC 8288, section 3.4.1)."""
        return next((value for other, value in self.parameters if other == name), None)

    @property
    def media_type(self) -> str | None:
        """Return the media type that the target is said to have, without parameters."""
        told = self.told("type")
        return None if told is None else told.partition(";")[0].strip().lower()


def parse_links(text: str, base: str) -> tuple[Link, ...]:
    """Return the links that a ``Link`` field holds; raise ``ValueError`` with the place where it breaks its syntax."""
    return tuple(_Links(text, base).all())


class _Links:
    """A text of links, read from its beginning."""

    def __init__(self, text: str, base: str) -> None:
        self._text = text
        self._base = base
        self._at = 0

    def all(self) -> Iterator[Link]:
        self._skip_commas()
        while self._at < len(self._text):
            yield self._link()
            before = self._at
            self._skip_commas()
            if self._at < len(self._text) and "," not in self._text[before : self._at]:
                raise self._wrong("a comma")

    def _link(self) -> Link:
        end = self._text.find(">", self._at)
        if self._text[self._at] != "<" or end < 0:
            raise self._wrong("a target between < and >")
        target = self._text[self._at + 1 : end].strip()
        self._at = end + 1
        parameters = tuple(self._parameters())
        relations = next((value for name, value in parameters if name == "rel"), "")
        anchor = next((value for name, value in parameters if name == "anchor"), "")
        if not relations.strip():
            raise self._wrong("a parameter rel")
        others = tuple((name, value) for name, value in parameters if name not in ("rel", "anchor"))
        base = self._base
        return Link(joined(base, target), tuple(relations.lower().split()), joined(base, anchor), others)

    def _parameters(self) -> Iterator[tuple[str, str]]:
        while self._comes(";"):
            self._skip()
            name = _TOKEN.match(self._text, self._at)
            if name is None:  # "; ;" and a last ";" are allowed
                continue
            self._at = name.end()
            yield name[0].lower(), self._value()

    def _value(self) -> str:
        if not self._comes("="):
            return ""
        self._skip()
        quoted = _QUOTED.match(self._text, self._at)
        if quoted is not None:
            self._at = quoted.end()
            return re.sub(r"\\(.)", r"\1", quoted[1])
        if self._text[self._at : self._at + 1] == '"':
            raise self._wrong("the end of a quoted value")
        plain = _UNQUOTED.match(self._text, self._at)
        self._at = plain.end() if plain else self._at
        return plain[0] if plain else ""

    def _comes(self, character: str) -> bool:
        self._skip()
        if self._text[self._at : self._at + 1] != character:
            return False
        self._at += 1
        return True

    def _skip(self) -> None:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at

    def _skip_commas(self) -> None:
        self._skip()
        while self._comes(","):
            self._skip()

    def _wrong(self, expected: str) -> ValueError:
        near = self._text[self._at : self._at + 30]
        return ValueError(f"at character {self._at + 1}, near '{near}', {expected} is missing")
