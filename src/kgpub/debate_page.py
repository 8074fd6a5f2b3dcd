"""What the pages of debates show: who stands where, on what evidence, as picture and as tables."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kgpub.argument_tree import Captions, Column, columns_of, trees
from kgpub.debate import SIDES, Argument, Debate, Position, debate_address
from kgpub.reader import Reader
from kgpub.site import Site
from kgpub.values import Link, Linker

#: What is told of how a position is held, in this order.
HOW = ("polarity", "modality", "certainty", "explicitness")


@dataclass(frozen=True, slots=True)
class Reason:
    """A position that supports or attacks another, who holds it, by which scheme, stated or inferred."""

    link: Link
    holders: tuple[Link, ...]
    basis: str
    scheme: Link | None


@dataclass(frozen=True, slots=True)
class ShownPosition:
    """A position with who holds it, how, on what evidence, and what is held against it."""

    link: Link
    holders: tuple[Link, ...]
    how: tuple[tuple[Link, ...], ...]
    sides: tuple[Link, ...]
    supports: tuple[Reason, ...]
    attacks: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """All positions that stand alike to the issue: who holds how many, and how many arguments support them."""

    stance: str
    total: int
    holders: tuple[tuple[Link, int], ...]
    stated: int
    inferred: int
    positions: tuple[ShownPosition, ...]


@dataclass(frozen=True, slots=True)
class DebatePage:
    """The page of a debate."""

    issue: Link
    sides: tuple[Side, ...]
    picture: tuple[Column, ...]
    most: int


@dataclass(frozen=True, slots=True)
class ListedIssue:
    """An issue in the list of all."""

    link: Link
    href: str
    totals: dict[str, int]


def issues_page(site: Site, issues: dict[str, dict[str, int]], reader: Reader) -> tuple[ListedIssue, ...]:
    """Return the list of issues."""
    linker = Linker(site, site.documents.labels(issues), reader)
    return tuple(
        ListedIssue(linker.link(issue), reader.at(debate_address(issue)), totals) for issue, totals in issues.items()
    )


def debate_page(site: Site, debate: Debate, reader: Reader) -> DebatePage:
    """Return the page of a debate."""
    return _Writer(site, debate, reader).page()


def iris_of(debate: Debate) -> Iterator[str]:
    """Yield the things that a debate speaks of."""
    yield debate.issue
    yield from debate.others
    for position in debate.positions:
        yield position.iri
        for values in position.values.values():
            yield from values
    for argument in debate.arguments:
        yield from filter(None, (argument.scheme, argument.relation))


class _Writer:
    """Writes links for one request."""

    def __init__(self, site: Site, debate: Debate, reader: Reader) -> None:
        self._debate = debate
        self._linker = Linker(site, site.documents.labels(dict.fromkeys(iris_of(debate))), reader)
        self._positions = {position.iri: position for position in debate.positions}
        self._by_conclusion: dict[str, list[Argument]] = {}
        for argument in debate.arguments:
            self._by_conclusion.setdefault(argument.conclusion, []).append(argument)

    def page(self) -> DebatePage:
        sides = tuple(self._side(stance) for stance in SIDES if self._debate.totals[stance])
        most = max((count for side in sides for _, count in side.holders), default=1)
        picture = columns_of(self._debate, self._captions)
        return DebatePage(self._linker.link(self._debate.issue), sides, picture, most)

    def _links(self, iris: Iterable[str]) -> tuple[Link, ...]:
        return tuple(self._linker.link(iri) for iri in iris)

    def _side(self, stance: str) -> Side:
        positions = self._debate.of_stance(stance)
        held = Counter(holder for position in positions for holder in position.values["holder"])
        own = {position.iri for position in positions}
        supports = [each for each in self._debate.arguments if each.conclusion in own and each.effect == "supports"]
        in_order = {node.iri: at for at, node in reversed(list(enumerate(trees(self._debate, stance))))}
        return Side(
            stance,
            self._debate.totals[stance],
            tuple((self._linker.link(holder), count) for holder, count in held.most_common()),
            len({(each.premise, each.conclusion) for each in supports if each.basis == "stated"}),
            len({(each.premise, each.conclusion) for each in supports if each.basis == "inferred"}),
            tuple(
                self._position(position)
                for position in sorted(positions, key=lambda each: (in_order.get(each.iri, len(in_order)), each.iri))
            ),
        )

    def _position(self, position: Position) -> ShownPosition:
        reasons = self._by_conclusion.get(position.iri, ())
        return ShownPosition(
            self._linker.link(position.iri),
            self._links(position.values["holder"]),
            tuple(self._links(position.values[name]) for name in HOW if position.values[name]),
            self._links(position.values["side"]),
            tuple(self._reason(each) for each in reasons if each.effect == "supports"),
            tuple(self._reason(each) for each in reasons if each.effect == "attacks"),
        )

    def _reason(self, argument: Argument) -> Reason:
        position = self._positions.get(argument.premise)
        return Reason(
            self._linker.link(argument.premise),
            self._links(position.values["holder"]) if position is not None else (),
            argument.basis,
            self._linker.link(argument.scheme) if argument.scheme else None,
        )

    def _captions(self, iri: str) -> Captions:
        """Return what a box says: the position, who holds it, how."""
        link = self._linker.link(iri)
        position = self._positions.get(iri)
        if position is None:
            return Captions(link.text, "", link.href, link.language)
        told = (", ".join(each.text for each in self._links(position.values[name])) for name in ("holder", *HOW[1:3]))
        return Captions(link.text, " · ".join(filter(None, told)), link.href, link.language)
