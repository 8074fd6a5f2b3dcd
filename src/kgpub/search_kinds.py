"""Of which classes the things of a search index are, in memory: four bytes a thing."""

import json
import sqlite3
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

#: Kinds whose classes are kept, classes whose names are: nearly all things are of few kinds. Less than 1 MB.
_KINDS_KEPT = 1_024

_CLASSES = "SELECT classes FROM kind WHERE id = ?"
_NAME = "SELECT iri FROM class WHERE id = ?"
_NUMBERS = "SELECT id FROM class WHERE iri IN (SELECT value FROM json_each(?))"


class Kinds:
    """Tells the classes of things; things of the same classes are of one kind.

    *numbers_of_kinds* has the number of its kind for each thing but for the one numbered 0, which there is not.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.numbers_of_kinds = array("I", database.execute("SELECT numbers FROM kinds").fetchone()[0])
        if sys.byteorder == "big":
            self.numbers_of_kinds.byteswap()
        self.classes_of_kind = lru_cache(_KINDS_KEPT)(self._read_classes)
        self._name = lru_cache(_KINDS_KEPT)(self._read_name)

    def classes_of(self, thing: int) -> tuple[int, ...]:
        """Return the numbers of a thing's classes."""
        return self.classes_of_kind(self.numbers_of_kinds[thing - 1])

    def counts(self, things: Iterable[int]) -> tuple[tuple[str, int], ...]:
        """Return how many things are of each class, the commonest first."""
        kinds = self.numbers_of_kinds
        counts: Counter[int] = Counter()
        for kind, number in Counter([kinds[thing - 1] for thing in things]).items():
            for class_ in self.classes_of_kind(kind):
                counts[class_] += number
        names = self.names(counts)
        return tuple(sorted(((names[class_], n) for class_, n in counts.items()), key=lambda item: (-item[1], item[0])))

    def names(self, classes: Iterable[int]) -> dict[int, str]:
        """Return the IRIs of classes."""
        return {class_: self._name(class_) for class_ in classes}

    def numbers(self, classes: Sequence[str]) -> tuple[int, ...]:
        """Return the numbers of those of the classes that there are."""
        return tuple(number for (number,) in self._database.execute(_NUMBERS, (json.dumps(classes),)))

    def things_of(self, classes: Iterable[int]) -> "ThingsOf":
        """Return the things that are of one of some classes."""
        return ThingsOf(self, frozenset(classes))

    def _read_name(self, class_: int) -> str:
        (iri,) = self._database.execute(_NAME, (class_,)).fetchone()
        return str(iri)

    def _read_classes(self, kind: int) -> tuple[int, ...]:
        (classes,) = self._database.execute(_CLASSES, (kind,)).fetchone()
        return tuple(map(int, classes.split()))


class ThingsOf:
    """The things that are of one of some classes."""

    def __init__(self, kinds: Kinds, classes: frozenset[int]) -> None:
        self._kinds = kinds
        self._classes = classes
        self._known: dict[int, bool] = {}

    def among(self, things: Sequence[int]) -> list[int]:
        """Return those of some things that are."""
        kind_of = self._kinds.numbers_of_kinds
        kinds = [kind_of[thing - 1] for thing in things]
        wanted = {kind for kind in set(kinds) if self._has(kind)}
        return [thing for thing, kind in zip(things, kinds, strict=True) if kind in wanted]

    def _has(self, kind: int) -> bool:
        if kind not in self._known:
            self._known[kind] = not self._classes.isdisjoint(self._kinds.classes_of_kind(kind))
        return self._known[kind]
