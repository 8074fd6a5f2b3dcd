"""Read the things of a release: in the order of their names, by class, by value, and what may be chosen of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kgpub.bodies import lines_of
from kgpub.documents import Documents
from kgpub.iris import last_segment
from kgpub.places import THINGS_A_ROW, best_name, name_key

#: A list of places as the index has it: themselves, or the number of a long list.
Places = bytes | int
#: A place in the order of names, that of an IRI after that of its name.
_Position = tuple[str, str]


class ClassFigures(NamedTuple):
    """How many nodes a class is stated of, and how many things have it, those of sub-classes counted."""

    instances: int
    things: int
    places: Places = b""


class PropertyFigures(NamedTuple):
    """How many triples and things have a property; whether things can be chosen by its literals."""

    triples: int
    things: int
    is_listed: bool


class Listed(NamedTuple):
    """A value, and the things that have it."""

    value: str
    things: int
    places: Places


@dataclass(frozen=True, slots=True)
class FacetFigures:
    """How the things of a class have a property: how many, with how many values, the commonest with their numbers."""

    property: str
    things: int
    values: int
    commonest: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """One page of all classes or properties, most used first: two figures of each, and its IRI."""

    rows: tuple[tuple[int, int, str], ...]
    total: int


class Things:
    """The tables for browsing of one release; every answer is a few key look-ups."""

    def __init__(self, documents: Documents, language: str) -> None:
        """Take the index, and the language by whose labels its things are in order."""
        self._documents = documents
        self._language = language
        self._row, self._rows = documents.file.row, documents.file.rows

    @cached_property
    def total(self) -> int:
        """Return how many things there are."""
        last = self._row("SELECT row, iris FROM thing ORDER BY row DESC LIMIT 1")
        return last[0] * THINGS_A_ROW + len(lines_of(last[1])) if last else 0

    def iris(self, places: Iterable[int]) -> tuple[str, ...]:
        """Return the IRIs of the things at some places."""
        read: dict[int, list[str]] = {}
        found = []
        for place in places:
            row, at = divmod(place, THINGS_A_ROW)
            if row not in read:
                read[row] = lines_of(self._row("SELECT iris FROM thing WHERE row = ?", row)[0])
            found.append(read[row][at])
        return tuple(found)

    def place_after(self, iri: str) -> int:
        """Return the place that follows a thing in the order of names, or that of the first thing which would."""
        wanted = self._position(iri)
        low, high = 0, self.total
        while low < high:
            middle = (low + high) // 2
            if self._position(*self.iris([middle])) <= wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def class_figures(self, iri: str) -> ClassFigures | None:
        """Return the figures of a class; None where nothing is stated to have it or one below it."""
        row = self._row("SELECT instances, things, places FROM class WHERE iri = ?", iri)
        return ClassFigures(*row) if row else None

    def property_figures(self, iri: str) -> PropertyFigures | None:
        """Return the figures of a property; None of one that is not used."""
        row = self._row("SELECT triples, things, is_listed FROM property WHERE iri = ?", iri)
        return PropertyFigures(row[0], row[1], bool(row[2])) if row else None

    def listed(self, property_: str, value: str) -> Listed:
        """Return who has a value, an IRI in angle brackets or a literal as in N-Triples, of a property."""
        if value[0] == "<":
            query = "SELECT total, places FROM incoming WHERE iri = ? AND page = 1 AND property = ?"
            row = self._row(query, value[1:-1], property_)
        else:
            row = self._row("SELECT things, places FROM literal WHERE property = ? AND value = ?", property_, value)
        return Listed(value, *row) if row else Listed(value, 0, b"")

    def literals(self, property_: str) -> list[Listed]:
        """Return the literals of a property with those who have them; they are few."""
        rows = self._rows("SELECT value, things, places FROM literal WHERE property = ?", property_)
        return [Listed(*row) for row in rows]

    def facets(self, class_: str, limit: int) -> tuple[FacetFigures, ...]:
        """Return the properties of the things of a class ('' for all things), those that most things have first."""
        query = 'SELECT property, things, "values", commonest FROM facet WHERE class = ? ORDER BY position LIMIT ?'
        rows = self._rows(query, class_, limit)
        return tuple(FacetFigures(property_, n, values, _counted(body)) for property_, n, values, body in rows)

    def ranking(self, kind: str, page: int) -> Ranking | None:
        """Return a page of all classes (``class``) or properties (``property``); None where it is beyond."""
        row = self._row("SELECT total, lines FROM ranking WHERE kind = ? AND page = ?", kind, page)
        if row is None:
            return Ranking((), 0) if page == 1 else None
        parts = (line.split("\t") for line in lines_of(row[1]))
        return Ranking(tuple((int(first), int(second), iri) for first, second, iri in parts), row[0])

    def bits(self, list_: int, chunk: int) -> bytes | None:
        """Return a chunk of a long list, as it is packed; None where the list has nothing there."""
        row = self._row("SELECT bits FROM place WHERE list = ? AND chunk = ?", list_, chunk)
        return row[0] if row else None

    def _position(self, iri: str) -> _Position:
        labels = self._documents.labels((iri,)).get(iri, {})
        texts: Mapping[str, str] = {language: label.text for language, label in labels.items()}
        return name_key(best_name(texts, self._language) or last_segment(iri)), iri


def _counted(body: str | bytes) -> tuple[tuple[int, str], ...]:
    parts = (line.partition("\t") for line in lines_of(body) if line)
    return tuple((int(count), value) for count, _, value in parts)
