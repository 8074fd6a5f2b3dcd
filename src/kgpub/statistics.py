"""Count what a release holds, in one pass over its sorted statements."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kgpub.nquads import iri_in, split_line
from kgpub.vocabulary import TYPE

_TYPE = f"<{TYPE}>"


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a release. All but *quads* and *graphs* leave quoted graphs out and count a triple once."""

    quads: int
    triples: int
    subjects: int
    graphs: dict[str, int]
    classes: dict[str, int]
    properties: dict[str, int]


def count(lines: Iterable[str], is_quoted: Callable[[str], bool]) -> Statistics:
    """Count sorted N-Quads lines; *is_quoted* tells for the IRI of a named graph whether it is quoted."""
    quads = triples = subjects = 0
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
        subjects += statement.subject != last[0]
        last = triple
        properties[statement.predicate] += 1
        if statement.predicate == _TYPE and (cls := iri_in(statement.object)):
            classes[cls] += 1
    graphs.pop("", None)
    by_iri = {token[1:-1]: total for token, total in properties.items()}
    return Statistics(quads, triples, subjects, dict(graphs), dict(classes), by_iri)
