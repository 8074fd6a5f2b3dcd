"""Merge the graphs of a default graph, where a triple stands in more than one (SPARQL 1.1 Query, section 13.2).

The engine (pyoxigraph 0.5.13) gives such a triple once for each graph: ``FROM <a> FROM <b>`` counts it twice. Graphs
that share none are asked as they are; of others, a small default graph is made anew, in memory.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

#: Larger graphs are not merged.
MOST_TRIPLES = 100_000


class MergedGraphs:
    """Merges graphs of a store that does not change, and keeps the last merge."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: tuple[object, Store | None] = (None, None)

    def of(self, default: Sequence[NamedNode], named: Sequence[NamedNode]) -> Store | None:
        """Return a store whose default graph is the merge of graphs, with some named ones; None where none is needed.

        None as well where there are more triples than can be merged while somebody waits.
        """
        asked = frozenset(default), frozenset(named)
        if len(asked[0]) > 1 and self._last[0] != asked:
            self._last = asked, self._merge(*asked)
        return self._last[1] if len(asked[0]) > 1 else None

    def _merge(self, default: frozenset[NamedNode], named: frozenset[NamedNode]) -> Store | None:
        triples = list(islice(self._triples(default), MOST_TRIPLES + 1))
        if len(triples) > MOST_TRIPLES:
            return None
        merged = Store()
        merged.extend(triples)
        if len(merged) == len(triples):
            return None
        quads = list(islice(self._quads(named), MOST_TRIPLES + 1))
        merged.extend(quads)
        return merged if len(quads) <= MOST_TRIPLES else None

    def _triples(self, graphs: frozenset[NamedNode]) -> Iterator[Quad]:
        for quad in self._quads(graphs):
            yield Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())

    def _quads(self, graphs: frozenset[NamedNode]) -> Iterator[Quad]:
        for graph in sorted(graphs, key=str):
            yield from self._store.quads_for_pattern(None, None, None, graph)
