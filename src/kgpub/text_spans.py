"""Spans of a text that is in no release: offsets and the SHA-256 of what they cover, to be held against a copy."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from kgpub.errors import SourceUnreadable
from kgpub.text_readings import Reading

#: More than any text that is read in one piece: the Bible has 5 MB.
MOST_BYTES = 32 << 20

_BEYOND = "ends after the end of the text"
_OTHER = "covers other text"
_NO_OFFSETS = "has no offsets that go from one place to a later one"
_NO_HASH = "has no SHA-256 of 64 hexadecimal digits"


@dataclass(frozen=True, slots=True)
class Span:
    """A span as a release gives it; its offsets and hash may be anything that somebody wrote there."""

    iri: str
    start: str
    end: str
    sha256: str

    def place(self) -> tuple[int, int, str]:
        """Return what spans are ordered by: where they begin, where they end; those without a place come first."""
        start, end = (int(offset) if offset.isdecimal() else -1 for offset in (self.start, self.end))
        return start, end, self.iri

    def fault(self, reading: Reading) -> str:
        """Return what is wrong with the span in a text; nothing where it matches."""
        if not (self.start.isdecimal() and self.end.isdecimal() and int(self.start) <= int(self.end)):
            return _NO_OFFSETS
        if not re.fullmatch("[0-9A-Fa-f]{64}", self.sha256):
            return _NO_HASH
        if int(self.end) > reading.length:
            return _BEYOND
        covered = reading.span(int(self.start), int(self.end))
        is_same = covered is not None and hashlib.sha256(covered).hexdigest() == self.sha256.lower()
        return "" if is_same else _OTHER


def text_body(file: Path) -> bytes:
    """Return what is in a file.

    Raises ``SourceUnreadable`` where it cannot be read, is empty or is too large to be a text.
    """
    try:
        with file.open("rb") as opened:
            body = opened.read(MOST_BYTES + 1)
    except IsADirectoryError as error:
        raise SourceUnreadable(f"{file} is a folder; name the file that holds the text.") from error
    except OSError as error:
        raise SourceUnreadable(f"{file} cannot be read: {error.strerror}.") from error
    if not body:
        raise SourceUnreadable(f"{file} is empty: there is nothing to compare.")
    if len(body) > MOST_BYTES:
        raise SourceUnreadable(f"{file} is larger than {MOST_BYTES >> 20} MB; name the file that holds the text alone.")
    return body
