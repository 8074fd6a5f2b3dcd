"""Content negotiation: from an Accept header to one of the formats on offer (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from kgpub.errors import NotAcceptable
from kgpub.formats import Format

#: No client sends more; a hostile one would have the ranges of 60 kB sorted with each request.
_CHARACTERS_READ = 4_096
_EXACT, _SUBTYPE_FREE, _ANY = 3, 2, 1


@dataclass(frozen=True, slots=True)
class Range:
    """One media range of an Accept header, its parameters dropped."""

    main: str
    sub: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """Return how narrowly this range matches a media type; 0 where it does not."""
        main, _, sub = media_type.partition("/")
        if self.main == "*" and self.sub == "*":
            return _ANY
        if self.main != main:
            return 0
        return _SUBTYPE_FREE if self.sub == "*" else _EXACT * (self.sub == sub)


def parse_accept(header: str | None) -> tuple[Range, ...]:
    """Return the media ranges of an Accept header; none where it is absent or empty.

    Parameters are dropped: a client that asks for ``text/turtle;charset=utf-8`` or for a JSON-LD profile is served by
    the type, as Werkzeug's own matching would not.
    """
    if header is None:
        return ()
    ranges = []
    for value, quality in parse_accept_header(header[:_CHARACTERS_READ], MIMEAccept):
        main, _, sub = value.partition(";")[0].strip().lower().partition("/")
        ranges.append(Range(main, sub or "*", quality))
    return tuple(ranges)


def choose(header: str | None, offered: Sequence[Format]) -> Format | None:
    """Return the offered format the client likes best, or None where it accepts none.

    The first one on offer answers a client that does not say, and wins between equals.
    """
    return _choose(header[:_CHARACTERS_READ] if header else None, tuple(offered))


@lru_cache(maxsize=1024)  # clients send few different headers, and reading one took a third of a query's time
def _choose(header: str | None, offered: tuple[Format, ...]) -> Format | None:
    ranges = parse_accept(header)
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda fmt: _quality(fmt, ranges))
    return best if _quality(best, ranges) > 0 else None


def choose_or_refuse(header: str | None, offered: Sequence[Format]) -> Format:
    """Return the offered format the client likes best; raise ``NotAcceptable`` where it accepts none."""
    fmt = choose(header, offered)
    if fmt is None:
        types = tuple(f.media_type for f in offered)
        raise NotAcceptable(f"Nothing here has the media type you accept; it can be had as {', '.join(types)}.", types)
    return fmt


def _quality(fmt: Format, ranges: Sequence[Range]) -> float:
    """Return the quality of the narrowest range that matches; an alias counts a little less than the type itself.

    An alias that is named counts more than a wildcard: ``application/xml, */*;q=0.1`` asks for XML.
    """
    if any(r.specificity(fmt.media_type) == _EXACT for r in ranges):
        return _quality_of_type(fmt.media_type, ranges)
    aliases = (alias for alias in fmt.aliases if "/" in alias)
    by_alias = 0.999 * max((_quality_of_type(alias, ranges, exactly=True) for alias in aliases), default=0.0)
    return max(_quality_of_type(fmt.media_type, ranges), by_alias)


def _quality_of_type(media_type: str, ranges: Sequence[Range], *, exactly: bool = False) -> float:
    matches = [(r.specificity(media_type), r.quality) for r in ranges]
    narrowest = max((m for m in matches if m[0] >= (_EXACT if exactly else _ANY)), default=(0, 0.0))
    return narrowest[1]
