"""The argument around a position: what is put forward for and against it, and what it bears on itself.

A relation leads from a premise to a conclusion and is a thing of its own, which says on what basis it stands. The same
argument is a tree to read and a picture; the picture shows no more than the tree.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kgpub.column_diagram import draw_columns
from kgpub.diagram import Arrow, Box, Caption, Drawing
from kgpub.roles import Roles
from kgpub.values import Link, Value
from kgpub.vocabulary import TYPE

#: Reasons of a position that are told, reasons of one of these, and how many there may be in all.
_REASONS_SHOWN, _REASONS_OF_REASONS, _ALL_SHOWN = 20, 5, 50
#: Positions in the picture on either side of the one in the middle.
_DRAWN_BEFORE, _DRAWN_BEHIND = 6, 3
_LINES_OF_A_TITLE = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """A position that bears on another: *way* is ``support``, ``attack`` or ``relates``, *how* the data's word."""

    link: Link
    relation: Link
    way: str
    how: tuple[Value, ...]
    holder: tuple[Value, ...]
    basis: tuple[Value, ...]
    scheme: tuple[Value, ...]
    reasons: tuple["Reason", ...] = ()


@dataclass(frozen=True, slots=True)
class Argument:
    """What bears on a position by way, what it bears on, and the picture; *total* counts all that bears on it."""

    supports: tuple[Reason, ...]
    attacks: tuple[Reason, ...]
    others: tuple[Reason, ...]
    bears_on: tuple[Reason, ...]
    drawing: Drawing | None
    total: int

    @property
    def shown(self) -> int:
        """Return how many of those that bear on the position are told."""
        return len(self.supports) + len(self.attacks) + len(self.others)


def argument_of(roles: Roles, position: str) -> Argument | None:
    """Return the argument around a position, or None where nothing bears on it and it bears on nothing."""
    writer = _Writer(roles)
    relations = roles.things("relations", position)
    reasons = tuple(writer.reasons(relations[:_REASONS_SHOWN], {position}, deep=True))
    behind = roles.things("relations_out", position)[:_REASONS_SHOWN]
    bears_on = tuple(writer.read(behind, "conclusion", {position}))
    if not reasons and not bears_on:
        return None
    by_way = {way: tuple(r for r in reasons if r.way == way) for way in ("support", "attack", "relates")}
    drawing = _drawn(roles.link(position), by_way, bears_on)
    return Argument(by_way["support"], by_way["attack"], by_way["relates"], bears_on, drawing, len(relations))


class _Writer:
    """Reads relations and the positions at their ends."""

    def __init__(self, roles: Roles) -> None:
        self._roles = roles
        self._left = _ALL_SHOWN
        resolve = roles.site.base.resolve
        self._ways = {f"<{resolve(roles.kind.roles[way])}>": way for way in ("support", "attack") if roles.has(way)}

    def reasons(self, relations: Iterable[str], above: set[str], *, deep: bool) -> Iterator[Reason]:
        """Yield the premises of relations; of each its own reasons too, where *deep*."""
        yield from self.read(relations, "premise", above, deep=deep)

    def read(self, relations: Iterable[str], end: str, above: set[str], *, deep: bool = False) -> Iterator[Reason]:
        """Yield what is at one end of relations, positions *above* left out: an argument may run in a circle."""
        for relation in relations:
            for position in self._roles.things(end, relation):
                if position in above or self._left <= 0:
                    continue
                self._left -= 1
                below = self._roles.things("relations", position)[:_REASONS_OF_REASONS] if deep else ()
                own = tuple(self.reasons(below, {*above, position}, deep=False))
                yield self._reason(relation, position, own)

    def _reason(self, relation: str, position: str, reasons: tuple[Reason, ...]) -> Reason:
        roles = self._roles
        way = next((self._ways[cls] for cls in roles.paths.values(relation, TYPE) if cls in self._ways), "relates")
        return Reason(
            link=roles.link(position),
            relation=roles.link(relation),
            way=way,
            how=roles.values("relation_type", relation),
            holder=roles.values("holder", position),
            basis=roles.values("basis", relation),
            scheme=roles.values("scheme", relation),
            reasons=reasons,
        )


def _drawn(middle: Link, by_way: dict[str, tuple[Reason, ...]], bears_on: tuple[Reason, ...]) -> Drawing | None:
    """Return the picture: reasons on the left, the position in the middle, what it bears on on the right."""
    against = by_way["attack"][: _DRAWN_BEFORE // 2]
    before = (*by_way["support"][: _DRAWN_BEFORE - len(against)], *against)
    before += by_way["relates"][: _DRAWN_BEFORE - len(before)]
    left = {reason.link.iri: _box(reason.link, reason.way) for reason in before}
    behind = [reason for reason in bears_on if reason.link.iri not in left][:_DRAWN_BEHIND]
    right = {reason.link.iri: _box(reason.link, "relates") for reason in behind}
    into = {reason.link.iri: Arrow(reason.link.iri, middle.iri, reason.way) for reason in before}
    out = {reason.link.iri: Arrow(middle.iri, reason.link.iri, reason.way) for reason in behind}
    columns = ([*left.values()], [_box(middle, "focus")], [*right.values()])
    return draw_columns(columns, [*into.values(), *out.values()])


def _box(link: Link, kind: str) -> Box:
    return Box(link.iri, kind, Caption(link.text, link.href, language=link.language), title_lines=_LINES_OF_A_TITLE)
