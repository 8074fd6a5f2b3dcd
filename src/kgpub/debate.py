"""Debates: the positions on an issue, and which supports or attacks which."""

from collections.abc import Mapping
from dataclasses import dataclass

from kgpub.errors import NotDescribed
from kgpub.iris import parameter_of, with_parameter
from kgpub.view_tables import STANCES
from kgpub.views import Views

DEBATE = "debate"
#: Positions and arguments that one page reads at most, and issues in the list of all.
POSITIONS_AT_MOST, ARGUMENTS_AT_MOST, ISSUES_AT_MOST = 400, 1_000, 1_000
#: How positions stand to an issue, in the order in which pages show them.
SIDES = ("for", "against", "context")
_ISSUES = f"""
SELECT issue, stance, count(DISTINCT position), (SELECT count(DISTINCT position) FROM "debate.positions" WHERE issue = p.issue) AS size
FROM "debate.positions" p GROUP BY issue, stance ORDER BY size DESC, issue LIMIT {3 * ISSUES_AT_MOST}
"""  # noqa: S608, E501 (our own number)


@dataclass(frozen=True, slots=True)
class Position:
    """A position on an issue; *stance* is for, against or context, *values* those of each column about it."""

    iri: str
    stance: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Argument:
    """One position supports or attacks another; *basis* tells whether that is stated in the source or inferred."""

    premise: str
    conclusion: str
    effect: str
    basis: str
    scheme: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Debate:
    """An issue with its positions and the arguments for and against them.

    A premise that is itself no position on the issue is in *others*. *totals* count positions by stance; *is_cut* tells
    that there are more positions or arguments than these.
    """

    issue: str
    positions: tuple[Position, ...]
    others: tuple[str, ...]
    arguments: tuple[Argument, ...]
    totals: Mapping[str, int]
    is_cut: bool = False

    @property
    def address(self) -> str:
        """Return the canonical address of the debate, relative to the root."""
        return debate_address(self.issue)

    def of_stance(self, stance: str) -> tuple[Position, ...]:
        """Return the positions that stand so to the issue."""
        return tuple(position for position in self.positions if position.stance == stance)


def debate_address(issue: str) -> str:
    """Return the canonical address of the debate on an issue, relative to the root."""
    return with_parameter(DEBATE, parameter_of("issue", issue))


def issues_of(views: Views) -> dict[str, dict[str, int]]:
    """Return the issues, those of most positions first, each with the number of its positions by stance."""
    found: dict[str, dict[str, int]] = {}
    for issue, stance, positions, _ in views.rows(_ISSUES):
        found.setdefault(issue, dict.fromkeys(SIDES, 0))[stance] = positions
    return found


def debate_on(views: Views, issue: str) -> Debate:
    """Return the debate on an issue; raise ``NotDescribed`` where there is none."""
    totals = issues_of_one(views, issue)
    if not any(totals.values()):
        raise NotDescribed(f"There is no debate on <{issue}>; /{DEBATE}/ lists the issues that there are.")
    positions = _positions(views, issue)
    arguments = _arguments(views, issue)
    known = {position.iri for position in positions}
    others = dict.fromkeys(argument.premise for argument in arguments if argument.premise not in known)
    is_cut = len(known) < sum(totals.values()) or len(arguments) > ARGUMENTS_AT_MOST
    return Debate(issue, positions, tuple(others), arguments[:ARGUMENTS_AT_MOST], totals, is_cut)


def issues_of_one(views: Views, issue: str) -> dict[str, int]:
    """Return how many positions on an issue stand how to it."""
    query = 'SELECT stance, count(DISTINCT position) FROM "debate.positions" WHERE issue = ? GROUP BY stance'
    return dict.fromkeys(SIDES, 0) | dict(views.rows(query, issue))


def _positions(views: Views, issue: str) -> tuple[Position, ...]:
    columns = ", ".join(f'"{name}"' for name in STANCES)
    query = (
        f'SELECT position, stance, {columns} FROM "debate.positions" WHERE issue = ? '  # noqa: S608 (ours)
        f"ORDER BY position LIMIT {4 * POSITIONS_AT_MOST}"
    )
    found: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
    for position, stance, *row in views.rows(query, issue):
        kept = found.setdefault((position, stance), {name: {} for name in STANCES})
        for name, value in zip(STANCES, row, strict=True):
            if value is not None:
                kept[name][value] = None
    positions = (
        Position(iri, stance, {name: tuple(values) for name, values in kept.items()})
        for (iri, stance), kept in list(found.items())[:POSITIONS_AT_MOST]
    )
    return tuple(sorted(positions, key=lambda position: (SIDES.index(position.stance), position.iri)))


def _arguments(views: Views, issue: str) -> tuple[Argument, ...]:
    query = (
        'SELECT premise, conclusion, effect, basis, scheme, relation FROM "debate.arguments" '  # noqa: S608 (ours)
        'WHERE conclusion IN (SELECT position FROM "debate.positions" WHERE issue = ?) '
        f"ORDER BY conclusion, effect DESC, basis DESC, premise LIMIT {ARGUMENTS_AT_MOST + 1}"
    )
    return tuple(
        Argument(premise, conclusion, effect, basis, scheme or "", relation or "")
        for premise, conclusion, effect, basis, scheme, relation in views.rows(query, issue)
    )
