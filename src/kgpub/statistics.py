"""Count what a release asserts, in one pass over its sorted triples.

Subjects of one sort have the same predicates, again and again. So what predicates tell is counted for each sequence of
them, and taken apart when all are known.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kgpub.nquads import iri_in
from kgpub.vocabulary import TYPE

_TYPE = f"<{TYPE}>"
#: Triples of one subject that are held in memory.
_TRIPLES_AT_ONCE = 10_000
#: Sequences of predicates that are held in memory.
_SEQUENCES_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a release. All but *quads* and *graphs* leave quoted graphs out and count a triple once.

    *resources* are the subjects that have an IRI.
    """

    triples: int
    subjects: int
    resources: int
    classes: dict[str, int]
    properties: dict[str, int]
    quads: int = 0
    graphs: Mapping[str, int] = field(default_factory=dict)


class Tally(Protocol):
    """Counts something more in the same pass."""

    def take(self, subject: str, predicates: Sequence[str], objects: Sequence[str]) -> None:
        """Count asserted triples of one subject; of one that has very many, they come in several parts."""


def count(lines: Iterable[str], tallies: Sequence[Tally] = ()) -> Statistics:
    """Count sorted N-Triples lines, each of which stands there once."""
    totals = _Totals(tallies)
    predicates: list[str] = []
    objects: list[str] = []
    known: dict[str, str] = {}  # so that a predicate is one string wherever it stands
    last = ""
    for line in lines:
        subject, predicate, object_ = line.split(" ", 2)
        if subject != last or len(objects) >= _TRIPLES_AT_ONCE:
            totals.take(last, predicates, objects)
            last, predicates, objects = subject, [], []
        predicates.append(known.get(predicate) or known.setdefault(predicate, predicate))
        objects.append(object_[:-2])
    totals.take(last, predicates, objects)
    return totals.statistics()


def types_in(predicates: Sequence[str], objects: Sequence[str]) -> list[str]:
    """Return the IRIs of the classes that the sorted triples of a subject say it has."""
    if _TYPE not in predicates:
        return []
    at = predicates.index(_TYPE)
    types = objects[at : at + predicates.count(_TYPE)]
    return [iri for cls in types if (iri := iri_in(cls)) is not None]


class _Totals:
    """Counts triples subject by subject."""

    def __init__(self, tallies: Sequence[Tally]) -> None:
        self._tallies = tallies
        self._triples = self._subjects = self._resources = 0
        self._last = ""
        self._classes: Counter[str] = Counter()
        self._properties: Counter[str] = Counter()
        self._sequences: Counter[tuple[str, ...]] = Counter()

    def take(self, subject: str, predicates: Sequence[str], objects: Sequence[str]) -> None:
        if not objects:
            return
        self._triples += len(objects)
        self._subjects += subject != self._last
        self._resources += subject != self._last and subject[0] == "<"
        self._last = subject
        self._sequences[tuple(predicates)] += 1
        if len(self._sequences) >= _SEQUENCES_AT_ONCE:
            self._take_apart()
        for cls in types_in(predicates, objects):
            self._classes[cls] += 1
        for tally in self._tallies:
            tally.take(subject, predicates, objects)

    def _take_apart(self) -> None:
        for predicates, times in self._sequences.items():
            for predicate in predicates:
                self._properties[predicate[1:-1]] += times
        self._sequences.clear()

    def statistics(self) -> Statistics:
        self._take_apart()
        return Statistics(self._triples, self._subjects, self._resources, dict(self._classes), dict(self._properties))
