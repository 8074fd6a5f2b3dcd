"""The ways in which one file can be read as a text, the plain one first.

Offsets count the characters of one text. A copy of it may have come with other line ends, a byte order mark, another
encoding or another normal form, and offsets may have been counted in other units: each of these is one step away from
the plain reading.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product

#: More steps at once are no simple difference.
_MOST_STEPS = 2


@dataclass(frozen=True, slots=True)
class _Encoding:
    """How a text lies in bytes, and what is done to read it so; nothing where that is the plain way."""

    codec: str
    step: str = ""

    def decoded(self, body: bytes) -> str | None:
        try:
            return body.decode(self.codec)
        except UnicodeError:
            return None


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of a text, and what is done by it; nothing where the text stays as it is."""

    apply: Callable[[str], str] = str
    step: str = ""


@dataclass(frozen=True, slots=True)
class _Unit:
    """What offsets count: the code units of an encoding, each so many bytes long."""

    codec: str
    bytes: int
    step: str = ""


_ENCODINGS = (
    _Encoding("utf-8"),
    _Encoding("utf-16", "reading it as UTF-16"),
    _Encoding("cp1252", "reading it as Windows-1252"),
    _Encoding("latin-1", "reading it as ISO 8859-1"),
)
_BYTE_ORDER_MARK = (_Change(), _Change(lambda text: text.removeprefix("\ufeff"), "removing its byte order mark"))
_LINE_ENDS = (
    _Change(),
    _Change(lambda text: text.replace("\r\n", "\n").replace("\r", "\n"), "converting its line endings to LF"),
    _Change(lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"), "converting its line endings to CRLF"),
)
_NORMAL_FORM = (
    _Change(),
    _Change(lambda text: unicodedata.normalize("NFC", text), "normalising it to Unicode NFC"),
    _Change(lambda text: unicodedata.normalize("NFD", text), "normalising it to Unicode NFD"),
)
_EDGES = (
    _Change(),
    _Change(str.lstrip, "removing the white space at its start"),
    _Change(lambda text: text + "\n", "adding a line ending at its end"),
)
_UNITS = (
    _Unit("utf-32-le", 4),
    _Unit("utf-8", 1, "counting offsets in UTF-8 bytes"),
    _Unit("utf-16-le", 2, "counting offsets in UTF-16 code units"),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text laid out in units of one size, and the steps that led to it: none for code points of UTF-8."""

    steps: tuple[str, ...]
    length: int
    _unit: _Unit = field(repr=False)
    _units: bytes = field(repr=False)

    def span(self, start: int, end: int) -> bytes | None:
        """Return the UTF-8 bytes from one offset to another; None where an offset falls inside a character."""
        size = self._unit.bytes
        try:
            return self._units[start * size : end * size].decode(self._unit.codec).encode()
        except UnicodeError:
            return None


def readings(body: bytes) -> Iterator[Reading]:
    """Yield every different reading of a file, those of fewer steps first: the plain one first, if it is UTF-8."""
    seen = set()
    for encoding, *changes, unit in _ways():
        text = encoding.decoded(body)
        if text is None:
            continue
        for change in changes:
            text = change.apply(text)
        units = text.encode(unit.codec)
        # Not by hash(): texts whose characters lie alike in memory, of 1 and of 2 bytes each, have the same.
        if (key := (unit, hashlib.sha256(units).digest())) not in seen:
            seen.add(key)
            steps = tuple(filter(None, (encoding.step, *(change.step for change in changes), unit.step)))
            yield Reading(steps, len(units) // unit.bytes, unit, units)


def _ways() -> list[tuple[_Encoding, _Change, _Change, _Change, _Change, _Unit]]:
    """Return the combinations of simple differences, those of fewer steps first."""
    ways = product(_ENCODINGS, _BYTE_ORDER_MARK, _LINE_ENDS, _NORMAL_FORM, _EDGES, _UNITS)
    counted = [(sum(bool(part.step) for part in way), way) for way in ways]
    simple = [(steps, way) for steps, way in counted if steps <= _MOST_STEPS]
    return [way for _, way in sorted(simple, key=lambda item: item[0])]
