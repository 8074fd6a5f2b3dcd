"""A history: what happened when, gathered along paths, in the order of time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kgpub.page_kinds import Moment
from kgpub.roles import Roles
from kgpub.rows import is_iri_token, literal_parts
from kgpub.values import Link, Value

#: Moments that a page tells at most.
MOMENTS_SHOWN = 60
_DATE = re.compile(r"(?P<sign>-?)(?P<year>\d{4,9})(?!\d)(-(?P<month>\d\d)(-(?P<day>\d\d))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Happening:
    """One moment: *date* as it is written, *day* as far as it names one; what happened, to which other thing, by whom.

    *property* is the one that gives the date, *thing* None where it is the thing itself.
    """

    date: str
    day: str
    property: Link
    thing: Link | None
    what: tuple[Value, ...]
    who: tuple[Value, ...]


def history_of(roles: Roles, thing: str) -> tuple[Happening, ...]:
    """Return the history of a thing as the settings tell where its moments are, the oldest first."""
    found = [entry for moment in roles.kind.history for entry in _happenings(roles, thing, moment)]
    found.sort(key=lambda entry: entry[0])
    return tuple(happening for _, happening in found[:MOMENTS_SHOWN])


def _happenings(roles: Roles, thing: str, moment: Moment) -> Iterator[tuple[tuple[int, int, int], Happening]]:
    property_ = roles.property(moment.date)
    for other in filter(is_iri_token, roles.paths.follow([thing], moment.path)):
        for term in roles.paths.values(other, property_.iri):
            date = literal_parts(term)[0] if term[0] == '"' else ""
            found = _DATE.match(date)
            if found is not None:
                yield (
                    _key(found),
                    Happening(
                        date=date,
                        day=found[0],
                        property=property_,
                        thing=roles.link(other) if other != thing else None,
                        what=roles.shown(roles.paths.follow([other], moment.what)) if moment.what else (),
                        who=roles.shown(roles.paths.follow([other], moment.who)) if moment.who else (),
                    ),
                )


def _key(found: re.Match[str]) -> tuple[int, int, int]:
    year = int(found["sign"] + found["year"])
    return year, int(found["month"] or 0), int(found["day"] or 0)
