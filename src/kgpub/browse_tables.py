"""Write the tables that browsing is made from: things in order, who has which value, classes and their facets."""

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappush, heapreplace
from itertools import groupby
from operator import itemgetter

from kgpub.bodies import lines_of, packed
from kgpub.index_rows import Row, insert, list_pages
from kgpub.places import (
    PLACES_A_CHUNK,
    THINGS_A_ROW,
    bits_of,
    chunks_of,
    offsets_in,
    packed_places,
    unpacked_places,
)
from kgpub.release import SUBJECTS_A_PAGE
from kgpub.thing_tally import ThingTally
from kgpub.vocabulary import RDFS, TYPE

#: Values of a property that are kept for each class, the commonest.
COMMONEST_KEPT = 30
#: The class of all things, in the table of facets.
ALL_THINGS = ""

_SUB_CLASS_OF = f"<{RDFS}subClassOf>"


class BrowseTables:
    """Takes which things have which value, in any order, and writes the tables when all are taken."""

    def __init__(self, database: sqlite3.Connection, tally: ThingTally) -> None:
        """Put the things in the order of their names, and find out the classes above those they have."""
        self._database = database
        self._tally = tally
        self._places = array("I", bytes(4 * tally.number))
        self._lists = 0
        self._long: list[Row] = []
        self._of_class: dict[str, bytes | int] = {}
        self._ancestors: dict[str, frozenset[str]] = {}
        self._classes = [self._classes_of(kind) for kind in tally.stated_kinds]
        self._cells: dict[tuple[str, str], _Cell] = {}
        self._alone: dict[tuple[int, str], tuple[int, list[str]]] = {}
        insert(database, "thing", 2, self._things())

    def list_of(self, property_: str, value: str, numbers: Sequence[int]) -> bytes | int:
        """Take the things that have a value; return their places, or the number of the list that has them."""
        kinds = self._tally.kinds
        if len(numbers) == 1:
            key = kinds[numbers[0]], property_
            count, some = self._alone.get(key, (0, []))
            if count < COMMONEST_KEPT:
                some.append(value)
            self._alone[key] = count + 1, some
        else:
            for cls, count in self._by_class(Counter([kinds[number] for number in numbers])).items():
                self._cell(cls, property_).offer(count, value)
        places = self._packed([self._places[number] for number in numbers])
        if property_ == TYPE:
            self._of_class[value] = places
        return places

    def write(self) -> None:
        """Write what is left, once all links are taken."""
        insert(self._database, "literal", 4, self._literals())
        things = self._by_class(Counter(self._tally.kinds))
        insert(self._database, "class", 4, self._class_rows(things))
        insert(self._database, "property", 4, self._property_rows())
        insert(self._database, "ranking", 4, self._rankings(things))
        insert(self._database, "facet", 6, self._facets())
        insert(self._database, "place", 3, self._long)

    # --- things and lists ---------------------------------------------------------------------------------

    def _things(self) -> Iterator[Row]:
        for row, run in groupby(enumerate(self._tally.by_name()), lambda item: item[0] // THINGS_A_ROW):
            iris = []
            for place, (iri, number) in run:
                self._places[number] = place
                iris.append(iri)
            yield row, packed(iris)

    def _packed(self, places: Sequence[int]) -> bytes | int:
        if len(places) <= SUBJECTS_A_PAGE:
            return packed_places(places)
        self._lists += 1
        self._long += ((self._lists, chunk, bits) for chunk, bits in chunks_of(places))
        if len(self._long) > SUBJECTS_A_PAGE:
            insert(self._database, "place", 3, self._long)
            self._long.clear()
        return self._lists

    def _unpacked(self, places: bytes | int) -> Iterable[int]:
        """Return the places of a list that was written before."""
        if isinstance(places, bytes):
            return unpacked_places(places)
        insert(self._database, "place", 3, self._long)
        self._long.clear()
        rows = self._database.execute("SELECT chunk, bits FROM place WHERE list = ?", (places,))
        return (chunk * PLACES_A_CHUNK + at for chunk, bits in rows for at in offsets_in(bits_of(bits)))

    def _literals(self) -> Iterator[Row]:
        for (predicate, value), run in groupby(self._tally.literals(), itemgetter(0, 1)):
            numbers = [number for _, _, number in run]
            yield predicate[1:-1], value, len(numbers), self.list_of(predicate[1:-1], value, numbers)

    # --- classes ------------------------------------------------------------------------------------------

    def _classes_of(self, kind: tuple[str, ...]) -> tuple[str, ...]:
        """Return the classes that a thing has by those it is stated to have, and that of all things."""
        found = {ALL_THINGS}
        for cls in kind:
            found |= self._with_ancestors(cls)
        return tuple(found)

    def _with_ancestors(self, cls: str) -> frozenset[str]:
        known = self._ancestors.get(cls)
        if known is not None:
            return known
        found, waiting = {cls}, [cls]
        while waiting:
            new = self._superclasses(waiting.pop()) - found
            found |= new
            waiting += new
        self._ancestors[cls] = frozenset(found)
        return self._ancestors[cls]

    def _superclasses(self, cls: str) -> set[str]:
        beginning = f"{cls} {_SUB_CLASS_OF} <"
        bodies = self._database.execute("SELECT body FROM document WHERE iri = ?", (cls[1:-1],))
        lines = (line for (body,) in bodies for line in lines_of(body) if line.startswith(beginning))
        return {line.split(" ", 3)[2] for line in lines}

    def _by_class(self, kinds: Counter[int]) -> dict[str, int]:
        counts: dict[str, int] = {}
        for kind, count in kinds.items():
            for cls in self._classes[kind]:
                counts[cls] = counts.get(cls, 0) + count
        return counts

    def _class_rows(self, things: dict[str, int]) -> Iterator[Row]:
        below: dict[str, list[str]] = {}
        for cls, ancestors in self._ancestors.items():
            for ancestor in ancestors:
                below.setdefault(ancestor, []).append(cls)
        for cls in sorted({*below, *self._tally.instances}):
            own = [self._of_class[sub] for sub in below.get(cls, ()) if sub in self._of_class]
            places = own[0] if len(own) == 1 else self._packed(self._union(own))
            yield cls[1:-1], self._tally.instances[cls], things.get(cls, 0), places

    def _union(self, lists: Iterable[bytes | int]) -> Sequence[int]:
        return tuple({place for places in lists for place in self._unpacked(places)})

    def _property_rows(self) -> Iterator[Row]:
        having = self._having()
        for predicate, triples in self._tally.triples.items():
            things = having.get((ALL_THINGS, predicate), 0)
            yield predicate[1:-1], triples, things, int(self._tally.is_listed(predicate))

    def _rankings(self, things: dict[str, int]) -> Iterator[Row]:
        classes = {*self._tally.instances, *things} - {ALL_THINGS}
        by_things = sorted((-things.get(cls, 0), cls, self._tally.instances[cls]) for cls in classes)
        lines = [f"{-count}\t{instances}\t{cls[1:-1]}" for count, cls, instances in by_things]
        yield from (("class", *page) for page in list_pages(lines))
        having = self._having()
        by_triples = sorted((-triples, predicate) for predicate, triples in self._tally.triples.items())
        lines = [f"{-triples}\t{having.get((ALL_THINGS, p), 0)}\t{p[1:-1]}" for triples, p in by_triples]
        yield from (("property", *page) for page in list_pages(lines))

    # --- facets -------------------------------------------------------------------------------------------

    def _having(self) -> dict[tuple[str, str], int]:
        """Return how many things of each class have each property."""
        counts: dict[tuple[str, str], int] = {}
        for kind, predicates in enumerate(self._tally.having):
            for cls in self._classes[kind]:
                for predicate, count in predicates.items():
                    counts[cls, predicate] = counts.get((cls, predicate), 0) + count
        return counts

    def _cell(self, cls: str, property_: str) -> "_Cell":
        cell = self._cells.get((cls, property_))
        if cell is None:
            cell = self._cells[cls, property_] = _Cell()
        return cell

    def _facets(self) -> Iterator[Row]:
        for (kind, property_), (count, values) in self._alone.items():
            for cls in self._classes[kind]:
                self._cell(cls, property_).offer_alone(count, values)
        by_class = sorted((cls, -things, predicate) for (cls, predicate), things in self._having().items())
        for cls, run in groupby(by_class, itemgetter(0)):
            for position, (_, things, predicate) in enumerate(run):
                cell = self._cells.get((cls, predicate[1:-1])) or _Cell()
                commonest = packed(f"{count}\t{value}" for count, value in cell.commonest())
                yield cls[1:-1], position, predicate[1:-1], -things, cell.values, commonest


class _Cell:
    """The values of a property among the things of a class: how many, and the commonest."""

    def __init__(self) -> None:
        self.values = 0
        self._heap: list[tuple[int, int, str]] = []

    def offer(self, count: int, value: str) -> None:
        """Take a value that so many things have; of two that are as common, the earlier stays."""
        self.values += 1
        if len(self._heap) < COMMONEST_KEPT:
            heappush(self._heap, (count, -self.values, value))
        elif count > self._heap[0][0]:
            heapreplace(self._heap, (count, -self.values, value))

    def offer_alone(self, count: int, values: Iterable[str]) -> None:
        """Take so many values that one thing has each, with some of them."""
        before = self.values
        for value in values:
            if len(self._heap) < COMMONEST_KEPT:
                self.offer(1, value)
        self.values = before + count

    def commonest(self) -> list[tuple[int, str]]:
        """Return the commonest values; none of many that are not shared, since they tell nothing."""
        if self.values > COMMONEST_KEPT and max(count for count, _, _ in self._heap) == 1:
            return []
        return sorted(((count, value) for count, _, value in self._heap), key=lambda item: (-item[0], item[1]))
