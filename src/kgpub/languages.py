"""Languages: from ``?lang`` and ``Accept-Language`` to the order in which a page's texts are chosen.

Of the texts that say one thing in several languages a page shows the one that comes first in its order, and where none
of them is in it, the one whose tag comes first in the alphabet. So the same request is answered alike every time.

Ranges are matched by lookup (RFC 4647, section 3.4), ``fr-CA`` with ``fr``; and before a reader is given another
language altogether, with what lookup leaves: ``fr`` with ``fr-CA``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from kgpub.errors import BadRequest
from kgpub.publication import is_language_tag

#: The tags of languages, best first; the empty one is that of texts without a tag.
Order = tuple[str, ...]

#: The parameters of addresses that name languages: of texts, and of the words around them.
LANGUAGE_PARAMETERS = ("lang", "ui")

#: A longer tag than any (RFC 5646, section 4.4.1, expects 35 characters).
_LONGEST_TAG = 100
#: One range of ``Accept-Language`` and its weight (RFC 9110, sections 12.4.2 and 12.5.4).
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
#: No client sends more; a hostile one would have thousands of ranges matched with each request.
_CHARACTERS_READ = 500
_RANGES_READ = 12
#: Languages that a page leads to, those of most labels; a reader may ask for any.
_OFFERED_AT_MOST = 12


class Languages:
    """The languages of one release, and the order in which they stand in for each other."""

    def __init__(self, available: Sequence[str], preferred: Iterable[str]) -> None:
        """Take the tags of the labels that there are, those of most labels first, and the site's own order."""
        self._available: Mapping[str, str] = {tag.lower(): tag for tag in available if tag}
        self._preferred = tuple(dict.fromkeys(tag for wanted in preferred for tag in (*self._matching(wanted), wanted)))
        self._negotiated = lru_cache(maxsize=1024)(self._negotiate)
        #: The order for a reader who does not say.
        self.default: Order = self._order(())

    @property
    def offered(self) -> tuple[str, ...]:
        """Return the languages that pages lead to; none where there is no choice."""
        offered = tuple(self._available.values())[:_OFFERED_AT_MOST]
        return offered if len(offered) > 1 else ()

    @property
    def is_choice(self) -> bool:
        """Tell whether there are several languages, so that what a client accepts decides something."""
        return len(self._available) > 1

    def negotiate(self, header: str | None) -> Order:
        """Return the order that an ``Accept-Language`` header asks for; what of it is malformed is ignored."""
        return self._negotiated(header[:_CHARACTERS_READ]) if header else self.default

    def with_first(self, tag: str) -> tuple[Order, str]:
        """Return the order that ``?lang`` asks for, and the language that it found; none where there is none."""
        found = self._matching(tag)
        return self._order(found), next(iter(found), "")

    def _negotiate(self, header: str) -> Order:
        ranges = list(_ranges(header))
        wanted = [tag for tag, quality in sorted(ranges, key=lambda each: -each[1]) if quality > 0]
        refused = {tag for tag, quality in ranges if quality == 0}
        return self._order([tag for each in wanted for tag in self._matching(each)], refused)

    def _order(self, first: Iterable[str], refused: Iterable[str] = ()) -> Order:
        rest = (tag for tag in self._preferred if tag.lower() not in refused)
        return tuple(dict.fromkeys((*first, *rest, "")))

    def _matching(self, range_: str) -> tuple[str, ...]:
        """Return the available tags that a range means, the one that lookup finds first."""
        parts = range_.lower().split("-")
        shorter = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
        found = [tag for tag in shorter if tag in self._available]
        for tag in shorter:
            found += sorted(longer for longer in self._available if longer.startswith(f"{tag}-"))
        return tuple(self._available[tag] for tag in dict.fromkeys(found))


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    """Yield the ranges of a header with their weights, in lower case; those that are malformed are left out."""
    for part in header.split(",")[:_RANGES_READ]:
        found = _RANGE.fullmatch(part)
        if found is not None:
            yield found[1].lower(), float(found[2]) if found[2] else 1.0


def check_tag(tag: str, parameter: str = "lang") -> str:
    """Return the value of a parameter; raise ``BadRequest`` where it can be no language tag."""
    if len(tag) > _LONGEST_TAG or not is_language_tag(tag):
        raise BadRequest(f"The parameter '{parameter}' must be a language tag, such as 'fr' or 'fr-CA' (BCP 47).")
    return tag
