"""Count what a release holds, in one pass over its sorted statements."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kgpub.nquads import iri_in, split_end
from kgpub.vocabulary import TYPE

_TYPE = f"<{TYPE}>"
#: Triples of one subject that are held in memory.
_TRIPLES_AT_ONCE = 10_000

#: A predicate and an object, as terms of N-Quads.
Stated = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a release. All but *quads* and *graphs* leave quoted graphs out and count a triple once.

    *resources* are the subjects that have an IRI.
    """

    quads: int
    triples: int
    subjects: int
    resources: int
    graphs: dict[str, int]
    classes: dict[str, int]
    properties: dict[str, int]


class Tally(Protocol):
    """Counts something more in the same pass."""

    def take(self, subject: str, stated: Sequence[Stated]) -> None:
        """Count asserted triples of one subject; of one that has very many, they come in several parts."""


def count(lines: Iterable[str], is_quoted: Callable[[str], bool], tallies: Sequence[Tally] = ()) -> Statistics:
    """Count sorted N-Quads lines; *is_quoted* tells for the IRI of a named graph whether it is quoted."""
    graphs = {"": 0}
    quoted: set[str] = set()
    totals = _Totals(tallies)
    stated: list[Stated] = []
    last_subject = last_predicate = last_object = ""
    for line in lines:
        subject, predicate, rest = line[:-2].split(" ", 2)
        object_, graph = split_end(rest, graphs)
        if graph not in graphs:
            graphs[graph] = 0
            if graph[0] == "<" and is_quoted(graph[1:-1]):
                quoted.add(graph)
        graphs[graph] += 1
        is_same = object_ == last_object and predicate == last_predicate and subject == last_subject
        if is_same or graph in quoted:
            continue
        if subject != last_subject or len(stated) >= _TRIPLES_AT_ONCE:
            totals.take(last_subject, stated)
            stated = []
        last_subject, last_predicate, last_object = subject, predicate, object_
        stated.append((predicate, object_))
    totals.take(last_subject, stated)
    return totals.statistics(graphs)


class _Totals:
    """Counts triples subject by subject."""

    def __init__(self, tallies: Sequence[Tally]) -> None:
        self._tallies = tallies
        self._triples = self._subjects = self._resources = 0
        self._last = ""
        self._classes: Counter[str] = Counter()
        self._properties: Counter[str] = Counter()

    def take(self, subject: str, stated: Sequence[Stated]) -> None:
        if not stated:
            return
        self._triples += len(stated)
        self._subjects += subject != self._last
        self._resources += subject != self._last and subject[0] == "<"
        self._last = subject
        self._properties.update([predicate for predicate, _ in stated])
        self._classes.update([cls for predicate, o in stated if predicate == _TYPE and (cls := iri_in(o))])
        for tally in self._tallies:
            tally.take(subject, stated)

    def statistics(self, graphs: Mapping[str, int]) -> Statistics:
        quads = sum(graphs.values())
        by_graph = {token[1:-1]: total for token, total in graphs.items() if token[:1] == "<"}
        by_property = {token[1:-1]: total for token, total in self._properties.items()}
        classes = dict(self._classes)
        return Statistics(quads, self._triples, self._subjects, self._resources, by_graph, classes, by_property)
