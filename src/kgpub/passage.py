"""Where in a source a passage stands: what it is part of, and what stands before and behind it."""

from dataclasses import dataclass
from math import inf

from kgpub.roles import Roles
from kgpub.rows import integer_in
from kgpub.values import Link

#: Wholes above a passage, and neighbours on either side of it.
_WHOLES, _NEIGHBOURS = 8, 2


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage, the wholes that it is part of, outermost first, and its neighbours in the nearest of them."""

    unit: Link
    wholes: tuple[Link, ...]
    before: tuple[Link, ...]
    behind: tuple[Link, ...]


def passages_of(roles: Roles, position: str) -> tuple[Passage, ...]:
    """Return the places at which a position is put forward."""
    return tuple(_passage(roles, unit) for unit in roles.things("unit", position)[:3])


def _passage(roles: Roles, unit: str) -> Passage:
    wholes: list[str] = []
    above = roles.things("outline", unit)
    while above and above[0] not in (unit, *wholes) and len(wholes) < _WHOLES:
        wholes.append(above[0])
        above = roles.things("outline", above[0])
    parts = _parts(roles, wholes[0], unit) if wholes else [unit]
    at = parts.index(unit)
    return Passage(
        roles.link(unit),
        tuple(roles.link(whole) for whole in reversed(wholes)),
        tuple(roles.link(part) for part in parts[max(0, at - _NEIGHBOURS) : at]),
        tuple(roles.link(part) for part in parts[at + 1 : at + 1 + _NEIGHBOURS]),
    )


def _parts(roles: Roles, whole: str, unit: str) -> list[str]:
    """Return the parts of a whole in their order, the passage among them: the way up, walked down."""
    path = roles.kind.roles["outline"]
    found = roles.paths.follow([whole], _inverse(path))
    parts = found if unit in found else [*found, unit]
    return sorted(parts, key=lambda part: _order(roles, part)) if roles.has("order") else parts


def _inverse(path: str) -> str:
    """Return a path walked from its end: its steps in reverse, each the other way round."""
    steps = [step.strip() for step in path.split(">")]
    return " > ".join(step.removeprefix("^") if step.startswith("^") else f"^{step}" for step in reversed(steps))


def _order(roles: Roles, part: str) -> float:
    numbers = [integer_in(term) for term in roles.terms("order", part)]
    return next((number for number in numbers if number is not None), inf)
