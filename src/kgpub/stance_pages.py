"""The pages of what positions are about: a proposition, and an event that is reported."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from kgpub.roles import Roles
from kgpub.rows import Row, rows_of
from kgpub.stances import STANCES_SHOWN, Stance, StanceGroup, Values, grouped, stance_of

#: Quoted graphs about an event that are read for its place.
_GRAPHS_READ = 20


@dataclass(frozen=True, slots=True)
class PropositionPage:
    """Who affirms a proposition and who denies it."""

    template: ClassVar[str] = "kind_proposition.html"
    groups: tuple[StanceGroup, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A position on an event: *places* are where it puts the event."""

    stance: Stance
    places: Values


@dataclass(frozen=True, slots=True)
class EventPage:
    """Who speaks of an event, how firmly, where it is said and where it is put."""

    template: ClassVar[str] = "kind_event.html"
    sort: Values
    reports: tuple[Report, ...]
    total: int
    places: Values
    same_as: Values


def proposition_page(roles: Roles, proposition: str) -> PropositionPage:
    """Return the page of a proposition."""
    positions = roles.things("positions", proposition)[:STANCES_SHOWN]
    return PropositionPage(grouped(stance_of(roles, position) for position in positions))


def event_page(roles: Roles, event: str) -> EventPage:
    """Return the page of a reported event."""
    reports = roles.things("reports", event)
    places = dict(_quoted_places(roles, event))
    return EventPage(
        sort=roles.values("sort", event),
        reports=tuple(_report(roles, position, places) for position in reports[:STANCES_SHOWN]),
        total=len(reports),
        places=roles.shown(dict.fromkeys(place for found in places.values() for place in found)),
        same_as=roles.values("same_as", event),
    )


def _report(roles: Roles, position: str, places: dict[str, list[str]]) -> Report:
    """Return a report; a place counts for it where its own proposition, or a quoted graph it names, gives it."""
    named = {row[2] for row in roles.paths.rows(position)}
    own = (place for graph, found in places.items() if graph in named for place in found)
    return Report(stance_of(roles, position), roles.shown(dict.fromkeys(own)))


def _quoted_places(roles: Roles, event: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the quoted graphs that place an event, with the places: what is said of it is in there alone."""
    if not roles.has("place"):
        return
    property_ = f"<{roles.site.base.resolve(roles.kind.roles['place'])}>"
    documents = roles.site.documents
    for graph in documents.quotations(event[1:-1]).items[:_GRAPHS_READ]:
        rows: list[Row] = rows_of(documents.quoted(graph).lines)
        found = [value for subject, predicate, value, _ in rows if (subject, predicate) == (event, property_)]
        if found:
            yield f"<{graph}>", found
