"""Count what a release holds, in one pass over its sorted statements."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kgpub.nquads import Statement, iri_in, split_end
from kgpub.vocabulary import TYPE

_TYPE = f"<{TYPE}>"


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
    """Counts something more in the same pass: it is given each asserted triple once, those of a subject together."""

    def take(self, triple: Statement) -> None:
        """Count one triple."""


def count(lines: Iterable[str], is_quoted: Callable[[str], bool], tallies: Sequence[Tally] = ()) -> Statistics:
    """Count sorted N-Quads lines; *is_quoted* tells for the IRI of a named graph whether it is quoted."""
    quads = triples = subjects = resources = 0
    graphs = {"": 0}
    quoted: set[str] = set()
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    takes = [tally.take for tally in tallies]
    last_subject = last_predicate = last_object = ""
    for line in lines:
        quads += 1
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
        triples += 1
        if subject != last_subject:
            subjects += 1
            resources += subject[0] == "<"
        last_subject, last_predicate, last_object = subject, predicate, object_
        properties[predicate] += 1
        if predicate == _TYPE and (cls := iri_in(object_)):
            classes[cls] += 1
        if takes:
            statement = Statement._make((subject, predicate, object_, graph))
            for take in takes:
                take(statement)
    by_graph = {token[1:-1]: total for token, total in graphs.items() if token[:1] == "<"}
    by_property = {token[1:-1]: total for token, total in properties.items()}
    return Statistics(quads, triples, subjects, resources, by_graph, dict(classes), by_property)
