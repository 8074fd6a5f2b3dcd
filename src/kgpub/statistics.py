"""Count what a release holds, in one pass over its sorted statements."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kgpub.nquads import Statement, iri_in, split_line
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
    graphs: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    last: tuple[str, ...] = ("", "", "")
    for line in lines:
        statement = split_line(line)
        quads += 1
        graph = statement.graph_iri
        graphs[graph] += 1
        triple = statement[:3]
        if triple == last or (graph and is_quoted(graph)):
            continue
        triples += 1
        if statement.subject != last[0]:
            subjects += 1
            resources += statement.subject[0] == "<"
        last = triple
        properties[statement.predicate] += 1
        if statement.predicate == _TYPE and (cls := iri_in(statement.object)):
            classes[cls] += 1
        for tally in tallies:
            tally.take(statement)
    graphs.pop("", None)
    by_iri = {token[1:-1]: total for token, total in properties.items()}
    return Statistics(quads, triples, subjects, resources, dict(graphs), dict(classes), by_iri)
