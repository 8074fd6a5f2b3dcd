"""The pages of an organisation and of an agreement: what there is to know at a glance, and what happened when."""

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from kgpub.moments import Happening, history_of
from kgpub.page_kinds import KINDS
from kgpub.roles import Roles
from kgpub.stances import Values
from kgpub.values import Value


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """*facts* are the roles with their values; *sides* tell how many of its positions are on which side."""

    template: ClassVar[str] = "kind_organisation.html"
    facts: dict[str, Values]
    positions: int
    sides: tuple[tuple[Value, int], ...]
    history: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """*facts* are the roles with their values."""

    template: ClassVar[str] = "kind_agreement.html"
    facts: dict[str, Values]
    history: tuple[Happening, ...]


def organisation_page(roles: Roles, organisation: str) -> OrganisationPage:
    """Return the page of an organisation."""
    positions = roles.things("positions", organisation)
    sides = Counter(side for position in positions for side in roles.terms("side", position))
    return OrganisationPage(
        facts=_facts(roles, organisation),
        positions=len(positions),
        sides=tuple((roles.shown([side])[0], number) for side, number in sides.most_common()),
        history=history_of(roles, organisation),
    )


def agreement_page(roles: Roles, agreement: str) -> AgreementPage:
    """Return the page of an agreement."""
    return AgreementPage(_facts(roles, agreement), history_of(roles, agreement))


def _facts(roles: Roles, thing: str) -> dict[str, Values]:
    names = KINDS[roles.kind.kind][1] - {"positions", "side"}
    return {name: roles.values(name, thing) for name in sorted(names)}
