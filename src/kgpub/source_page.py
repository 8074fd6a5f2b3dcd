"""What the pages of a source show: its outline, unit by unit, with the text where its operator has it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from kgpub.marked_text import Piece, Stretch, pieces_of
from kgpub.numbered_pages import beside
from kgpub.outline import CHOSEN_BY, SOURCE, Choice, OutlinePage, Said, Unit
from kgpub.reader import Reader
from kgpub.site import Site
from kgpub.source_data import iris_of
from kgpub.values import Link, Linker

#: What is told of how a claim is held, in this order.
_HOW = ("polarity", "modality", "certainty", "explicitness")


@dataclass(frozen=True, slots=True)
class ShownLevel:
    """Who speaks at one level of an attribution, and in what manner."""

    level: int
    agent: Link
    manner: Link | None


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim, its number in its unit, who holds it, how, and through whom it comes, outermost first."""

    number: int
    link: Link
    holders: tuple[Link, ...]
    kinds: tuple[Link, ...]
    how: tuple[tuple[str, tuple[Link, ...]], ...]
    sides: tuple[Link, ...]
    issues: tuple[Link, ...]
    chain: tuple[ShownLevel, ...]


@dataclass(frozen=True, slots=True)
class ShownUnit:
    """A unit: its page, the thing itself, its words in pieces where they are at hand, what it puts forward."""

    href: str
    link: Link
    unit: Unit
    pieces: tuple[Piece, ...]
    links: dict[str, Link]
    claims: tuple[ShownClaim, ...]
    reason: Link | None


@dataclass(frozen=True, slots=True)
class Part:
    """Units that stand together: *link* is their section, *paragraphs* are theirs."""

    link: Link | None
    paragraphs: tuple[tuple[ShownUnit, ...], ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose by, as a parameter has it."""

    value: str
    link: Link
    claims: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SourcePage:
    """The page of an outline. *text* is what became of the operator's text: none, match, part, other."""

    parts: tuple[Part, ...]
    sources: tuple[Link, ...]
    options: dict[str, tuple[Option, ...]]
    chips: tuple[tuple[str, Link, str], ...]
    text: str
    previous: str | None
    next: str | None


def source_page(site: Site, page: OutlinePage, reader: Reader) -> SourcePage:
    """Return the page of an outline."""
    offered = [iri for values in page.offered.values() for iri, _ in values]
    writer = _Writer(site, reader, [*iris_of(page.units), *offered, *page.choice.values.values()])
    choice = page.choice
    chips = tuple(
        (name, writer.link(iri), reader.at(_without(choice, name).address)) for name, iri in choice.values.items()
    )
    previous, following = beside(choice.list_address, choice.page, page.pages, reader.at)
    return SourcePage(
        tuple(writer.parts(page.units)),
        tuple(writer.link(text) for text in dict.fromkeys(unit.text for unit in page.units if unit.text)),
        {name: tuple(writer.options(page, name)) for name in CHOSEN_BY},
        chips,
        text_state(site),
        previous,
        following,
    )


def shown_unit(site: Site, unit: Unit, reader: Reader) -> ShownUnit:
    """Return one unit, with links to what its words name."""
    return _Writer(site, reader, list(iris_of([unit]))).unit(unit, has_names=True)


def unit_section(site: Site, unit: Unit, reader: Reader) -> Link | None:
    """Return the section that a unit is in, None where there is none."""
    return _Writer(site, reader, [unit.section]).link(unit.section) if unit.section else None


def text_state(site: Site) -> str:
    """Return what became of the operator's text: none, match, part, other."""
    text = site.checked_text
    if text is None:
        return "none"
    if text.is_match:
        return "match"
    return "part" if text.units else "other"


def unit_address(name: str) -> str:
    """Return the canonical address of a unit's page, relative to the root."""
    return f"{SOURCE}/{name}"


def _without(choice: Choice, name: str) -> Choice:
    return Choice({other: iri for other, iri in choice.values.items() if other != name})


class _Writer:
    """Writes links for one request."""

    def __init__(self, site: Site, reader: Reader, iris: Iterable[str]) -> None:
        self._site = site
        self._reader = reader
        wanted = dict.fromkeys(filter(None, iris))
        self._linker = Linker(site, site.documents.labels(wanted), reader)

    def link(self, iri: str) -> Link:
        return self._linker.link(iri)

    def links(self, iris: Iterable[str]) -> tuple[Link, ...]:
        return tuple(self._linker.link(iri) for iri in iris)

    def parts(self, units: Iterable[Unit]) -> Iterator[Part]:
        for (_, section), group in groupby(units, key=lambda unit: (unit.text, unit.section)):
            paragraphs = groupby(group, key=lambda unit: unit.paragraph or unit.iri)
            shown = tuple(tuple(self.unit(unit) for unit in paragraph) for _, paragraph in paragraphs)
            yield Part(self.link(section) if section else None, shown)

    def unit(self, unit: Unit, *, has_names: bool = False) -> ShownUnit:
        numbers = {said.claim: number for number, said in enumerate(unit.said, 1)}
        pieces = self._pieces(unit, numbers, has_names=has_names)
        return ShownUnit(
            self._reader.at(unit_address(unit.name)),
            self.link(unit.iri),
            unit,
            pieces,
            {piece.about: self.link(piece.about) for piece in pieces if piece.about},
            tuple(self._claim(number, said) for number, said in enumerate(unit.said, 1)),
            self.link(unit.reason) if unit.reason else None,
        )

    def _pieces(self, unit: Unit, numbers: dict[str, int], *, has_names: bool) -> tuple[Piece, ...]:
        """Return the words of a unit; what is not shown beneath it is not marked either."""
        text = self._site.checked_text
        passage = text.passage(unit.iri, unit.start, unit.end) if text is not None else ""
        if not passage:
            return ()
        stretches = [
            Stretch(each.start - unit.start, each.end - unit.start, each.role, numbers.get(each.about, 0), each.about)
            for each in unit.marked
            if (has_names if each.role == "mention" else each.about in numbers)
        ]
        return pieces_of(passage, stretches)

    def _claim(self, number: int, said: Said) -> ShownClaim:
        values = said.values
        return ShownClaim(
            number,
            self.link(said.claim),
            self.links(values["holder"]),
            self.links(values["kind"]),
            tuple((name, self.links(values[name])) for name in _HOW if values[name]),
            self.links(values["side"]),
            self.links(values["issue"]),
            tuple(
                ShownLevel(each.level, self.link(each.agent), self.link(each.manner) if each.manner else None)
                for each in said.chain
            ),
        )

    def options(self, page: OutlinePage, name: str) -> Iterator[Option]:
        chosen = page.choice.values.get(name)
        offered = dict(page.offered[name])
        if chosen is not None and chosen not in offered:
            offered[chosen] = 0
        for iri, claims in offered.items():
            yield Option(self._site.curie(iri) or iri, self.link(iri), claims, iri == chosen)
