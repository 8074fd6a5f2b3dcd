"""What the page of a list of things shows."""

from collections.abc import Iterator
from dataclasses import dataclass

from kgpub.reader import Reader
from kgpub.rows import is_iri_token, literal_parts
from kgpub.selection import BROWSE
from kgpub.site import Site
from kgpub.thing_table import ThingTable
from kgpub.values import Link, Linker, Value

#: Values in one cell, and of one facet before the rest folds away.
VALUES_IN_CELL, VALUES_OPEN = 5, 8


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to narrow by, the number of things that have it, and their list."""

    value: Value
    things: int
    href: str


@dataclass(frozen=True, slots=True)
class FacetBox:
    """A property, the values that stand open, those that fold away; *is_cut* if there are more than these."""

    property: Link
    shown: tuple[Choice, ...]
    folded: tuple[Choice, ...]
    is_cut: bool
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the list without it."""

    property: Link
    value: Value
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing, a cell of values for each column, and of each cell how many more there are."""

    thing: Link
    cells: tuple[tuple[tuple[Value, ...], int], ...]


@dataclass(frozen=True, slots=True)
class BrowsePage:
    """The page of a list; an address of a page that there is not is None."""

    title: Link | None
    chips: tuple[Chip, ...]
    facets: tuple[FacetBox, ...]
    columns: tuple[Link, ...]
    rows: tuple[Row, ...]
    total: int
    is_exact: bool
    first_number: int | None
    first: str | None
    previous: str | None
    next: str | None
    last: str | None
    is_indexed: bool


def browse_page(site: Site, table: ThingTable, reader: Reader) -> BrowsePage:
    """Return the page of a table of things."""
    return _Writer(site, table, reader).page()


class _Writer:
    """Writes links and values for one request."""

    def __init__(self, site: Site, table: ThingTable, reader: Reader) -> None:
        self._site = site
        self._table = table
        self._reader = reader
        self._linker = Linker(site, table.labels, reader)

    def page(self) -> BrowsePage:
        table, listed = self._table, self._table.listed
        selection = listed.selection
        pages = {
            name: self._reader.at(other.address) if other else None
            for name, other in (
                ("first", listed.first), ("previous", listed.previous), ("next", listed.next), ("last", listed.last)
            )
        }  # fmt: skip
        return BrowsePage(
            title=self._linker.link(selection.cls) if selection.cls else None,
            chips=tuple(self._chips()),
            facets=tuple(self._facets()),
            columns=tuple(self._linker.link(property_) for property_ in table.columns),
            rows=tuple(self._rows()),
            total=listed.total,
            is_exact=listed.found.is_exact,
            first_number=listed.first_number,
            is_indexed=len(selection.filters) < 2 and not selection.after,  # noqa: PLR2004 (the first level)
            **pages,
        )

    def _chips(self) -> Iterator[Chip]:
        selection = self._table.listed.selection
        for condition in selection.filters:
            without = selection.without(condition)
            address = without.address if without.cls or without.filters else f"{BROWSE}/"
            link = self._linker.link(condition.predicate)
            yield Chip(link, self._value(condition.value), self._reader.at(address))

    def _facets(self) -> Iterator[FacetBox]:
        for facet in self._table.facets:
            choices = tuple(
                Choice(self._value(found.value), found.things, self._reader.at(found.selection.address))
                for found in facet.values
            )
            yield FacetBox(
                self._linker.link(facet.property),
                choices[:VALUES_OPEN],
                choices[VALUES_OPEN:],
                is_cut=not facet.is_complete,
                is_exact=facet.is_exact,
            )

    def _rows(self) -> Iterator[Row]:
        for row in self._table.rows:
            cells = []
            for property_ in self._table.columns:
                values = row.values[property_]
                shown = tuple(self._value(value) for value in values[:VALUES_IN_CELL])
                cells.append((shown, len(values) - len(shown)))
            yield Row(self._linker.link(row.iri), tuple(cells))

    def _value(self, value: str) -> Value:
        if is_iri_token(value):
            link = self._linker.link(value[1:-1])
            return Value(link, link.text)
        if value[0] != '"':
            return Value(text=value.replace("..", " to ") if value.strip(".") == value else value)
        text, language, datatype = literal_parts(value)
        link_of_type = self._linker.term(datatype) if datatype else None
        return Value(None, text, language, link_of_type)
