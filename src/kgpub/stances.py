"""Who holds a position, how firmly, and where it is said: what pages tell of a position in a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from kgpub.roles import Roles
from kgpub.values import Link, Value

#: Positions that one page tells of at most.
STANCES_SHOWN = 60

Values = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Stance:
    """A position: what each role of it is played by."""

    link: Link
    holder: Values
    polarity: Values
    modality: Values
    certainty: Values
    explicitness: Values
    side: Values
    unit: Values


@dataclass(frozen=True, slots=True)
class StanceGroup:
    """The positions that affirm something, or those that deny it: those with the same *polarity*."""

    polarity: Value | None
    stances: tuple[Stance, ...]


def stance_of(roles: Roles, position: str) -> Stance:
    """Return a position."""
    return Stance(
        link=roles.link(position),
        holder=roles.values("holder", position),
        polarity=roles.values("polarity", position),
        modality=roles.values("modality", position),
        certainty=roles.values("certainty", position),
        explicitness=roles.values("explicitness", position),
        side=roles.values("side", position),
        unit=roles.values("unit", position),
    )


def grouped(stances: Iterable[Stance]) -> tuple[StanceGroup, ...]:
    """Return positions by what their polarity is, the group with most of them first."""
    groups: dict[Value | None, list[Stance]] = {}
    for stance in stances:
        groups.setdefault(stance.polarity[0] if stance.polarity else None, []).append(stance)
    by_size = sorted(groups.items(), key=lambda group: -len(group[1]))
    return tuple(StanceGroup(polarity, tuple(found)) for polarity, found in by_size)
