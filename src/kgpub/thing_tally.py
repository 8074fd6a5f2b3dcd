"""Take all things of a release, one by one, for the tables that browsing is made from."""

from array import array
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgpub.facet_values import LITERALS_LISTED, choosable
from kgpub.iris import last_segment
from kgpub.linesort import LineSorter
from kgpub.places import best_name, name_key
from kgpub.vocabulary import TYPE

_TYPE = f"<{TYPE}>"

#: A predicate and an object, as terms of N-Quads.
Stated = tuple[str, str]
#: The classes that a thing is stated to have, as terms.
Kind = tuple[str, ...]
#: Sequences of predicates that are held in memory.
_SEQUENCES_AT_ONCE = 10_000


@dataclass(slots=True)
class Thing:
    """What a tally wants to know of a thing: its number, its classes, and the predicate of each triple."""

    number: int
    types: list[str] = field(default_factory=list)
    predicates: list[str] = field(default_factory=list)


class ThingTally:
    """Numbers things as they come; keeps eight bytes of each, and figures of each set of classes that things have.

    Call ``close`` when done.
    """

    def __init__(self, folder: Path, language: str) -> None:
        self._language = language
        self._names = LineSorter(folder)
        self._literals = LineSorter(folder)
        self._listed: dict[str, set[str]] = {}
        self._too_many: set[str] = set()
        self._numbers_of_kinds: dict[Kind, int] = {}
        #: The number of the kind of each thing.
        self.kinds = array("I")
        #: How many things of a kind have which predicates: mostly the same ones, again and again.
        self._sequences: Counter[tuple[int, tuple[str, ...]]] = Counter()
        self._having: list[Counter[str]] = []
        self._triples: Counter[str] = Counter()
        #: How many nodes have each class.
        self.instances: Counter[str] = Counter()

    @property
    def number(self) -> int:
        """Return the number that the next thing gets."""
        return len(self.kinds)

    def take(self, iri: str, thing: Thing, labels: Mapping[str, str]) -> None:
        """Take one thing, the next by its number, and its labels by language."""
        kind = self._numbers_of_kinds.setdefault(tuple(thing.types), len(self._having))
        if kind == len(self._having):
            self._having.append(Counter())
        self.kinds.append(kind)
        for cls in thing.types:
            self.instances[cls] += 1
        self._sequences[kind, tuple(thing.predicates)] += 1
        if len(self._sequences) >= _SEQUENCES_AT_ONCE:
            self._take_apart()
        self._names.add(f"{name_key(best_name(labels, self._language) or last_segment(iri))}\t{iri}\t{thing.number}")

    def _take_apart(self) -> None:
        for (kind, predicates), times in self._sequences.items():
            for predicate, number in Counter(predicates).items():
                self._triples[predicate] += number * times
                self._having[kind][predicate] += times
        self._sequences.clear()

    @property
    def having(self) -> Sequence[Mapping[str, int]]:
        """Return by kind: how many of its things have each property."""
        self._take_apart()
        return self._having

    @property
    def triples(self) -> Mapping[str, int]:
        """Return how many triples have each property."""
        self._take_apart()
        return self._triples

    @property
    def unlisted(self) -> Container[str]:
        """Return the predicates whose literals need not be taken any more: they have too many."""
        return self._too_many

    def take_literal(self, predicate: str, literal: str, number: int) -> None:
        """Take the literal of a thing, if it is of a property that has few."""
        if predicate in self._too_many:
            return
        value = choosable(literal)
        listed = self._listed.setdefault(predicate, set())
        if value is None or (value not in listed and len(listed) == LITERALS_LISTED):
            self._too_many.add(predicate)
            listed.clear()
            return
        listed.add(value)
        self._literals.add(f"{predicate}\t{value}\t{number}")

    def take_blank(self, stated: Iterable[Stated]) -> None:
        """Take what is asserted of a blank node: it counts, and is no thing that could be listed."""
        for predicate, value in dict.fromkeys(stated):
            self._triples[predicate] += 1
            if predicate == _TYPE and value[0] == "<":
                self.instances[value] += 1

    @property
    def stated_kinds(self) -> Iterable[Kind]:
        """Return the kinds in the order of their numbers."""
        return self._numbers_of_kinds

    def by_name(self) -> Iterator[tuple[str, int]]:
        """Yield the IRI and the number of each thing, in the order of their names."""
        for line in self._names:
            _, iri, number = line.split("\t")
            yield iri, int(number)

    def is_listed(self, predicate: str) -> bool:
        """Tell whether a property has literals, and so few that things can be chosen by them."""
        return predicate in self._listed and predicate not in self._too_many

    def literals(self) -> Iterator[tuple[str, str, int]]:
        """Yield sorted predicates, listed literals and numbers of things."""
        for line in self._literals:
            predicate, value, number = line.split("\t")
            if predicate not in self._too_many:
                yield predicate, value, int(number)

    def close(self) -> None:
        """Remove from disk what was sorted there."""
        self._names.close()
        self._literals.close()
