"""The page of a position, a claim or a demand: who holds it and how firmly, the argument around it, its sentence."""

from dataclasses import dataclass
from typing import ClassVar

from kgpub.argument import Argument, argument_of
from kgpub.passage import Passage, passages_of
from kgpub.roles import Roles
from kgpub.stances import STANCES_SHOWN, Stance, Values, stance_of

#: Voices that pass something on, one inside the other.
_VOICES = 6


@dataclass(frozen=True, slots=True)
class PositionPage:
    """What the page shows beyond the statements.

    *voices* are those through which the position reaches the reader, outermost first; *opposite* and *same* are the
    positions on the same proposition with another polarity, and with the same one.
    """

    template: ClassVar[str] = "kind_position.html"
    stance: Stance
    proposition: Values
    addressee: Values
    issue: Values
    voices: Values
    outlines: tuple[Passage, ...]
    argument: Argument | None
    opposite: tuple[Stance, ...]
    same: tuple[Stance, ...]


def position_page(roles: Roles, position: str) -> PositionPage:
    """Return the page of a position."""
    stance = stance_of(roles, position)
    others = [
        other
        for proposition in roles.things("proposition", position)
        for other in roles.paths.follow([proposition], f"^{roles.kind.roles['proposition']}")
        if other != position
    ]
    stances = [stance_of(roles, other) for other in dict.fromkeys(others[:STANCES_SHOWN])]
    return PositionPage(
        stance=stance,
        proposition=roles.values("proposition", position),
        addressee=roles.values("addressee", position),
        issue=roles.values("issue", position),
        voices=_voices(roles, position),
        outlines=passages_of(roles, position),
        argument=argument_of(roles, position) if roles.has("premise") else None,
        opposite=tuple(other for other in stances if other.polarity != stance.polarity),
        same=tuple(other for other in stances if other.polarity == stance.polarity),
    )


def _voices(roles: Roles, position: str) -> Values:
    found: dict[str, None] = {}
    level = roles.things("voices", position)
    for _ in range(_VOICES):  # who passes something on may be said to pass on what passes it on
        found.update(dict.fromkeys(term for attribution in level[:1] for term in roles.terms("voice", attribution)))
        level = roles.things("embeds", level[0]) if level else []
    return roles.shown(found)
