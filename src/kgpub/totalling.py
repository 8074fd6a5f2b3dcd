"""Count the totals of a release: what was counted of its data, and what its catalog adds to that."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad
from pyoxigraph import Triple as TripleTerm

from kgpub.figures import Figures
from kgpub.nquads import quads_of
from kgpub.plan import Plan
from kgpub.release import CATALOG_GRAPH
from kgpub.totals import TOTALS_FILE, PropertyTotal, Totals
from kgpub.triplestore import Triplestore
from kgpub.vocabulary import TYPE

_DEFAULT_GRAPH = DefaultGraph()
#: A part with more entries is left out: each query worker would hold it, and no query of that length is written.
_MOST_ENTRIES = 10_000

_Value = TypeVar("_Value")


def write_totals(folder: Path, plan: Plan, figures: Figures, catalog: Iterable[str], store: Triplestore) -> Totals:
    """Write the totals of a store, as they will be once the lines of its catalog are added, and return them.

    Where the store holds another number of quads than was counted, what that can touch is left out.
    """
    sums = _Sums(figures, store)
    is_shown = plan.publication.union_default_graph or not figures.statistics.graphs
    graphs = sum(1 for _ in store.store.named_graphs())
    is_exact = len(store) == sums.size(is_shown=is_shown) and graphs == len(sums.graphs)
    own = plan.base.resolve(CATALOG_GRAPH)
    for quad in quads_of(catalog):
        sums.add(quad, own, is_shown=plan.in_default_graph(own))
    totals = sums.totals() if is_shown else Totals(graphs=_bounded(dict(sums.graphs)))
    totals = totals if is_exact else Totals(classes=totals.classes)
    (folder / TOTALS_FILE).write_text(totals.to_json(), "utf-8")
    return totals


class _Sums:
    """Adds statements to figures."""

    def __init__(self, figures: Figures, store: Triplestore) -> None:
        statistics, usage = figures.statistics, figures.usage
        self._store = store
        self._seen: set[object] = set()
        self._outside = statistics.quads - sum(statistics.graphs.values())
        self._subjects = statistics.subjects
        self._classes = Counter(statistics.classes)
        self._triples = Counter(statistics.properties)
        self._property_subjects = Counter(usage.property_subjects) if usage.property_subjects else None
        self.graphs = Counter(statistics.graphs)

    def size(self, *, is_shown: bool) -> int:
        """Return how many quads a store has for these; *is_shown*: the default graph shows what the graphs hold."""
        return self.graphs.total() + (self._triples.total() if is_shown else self._outside)

    def add(self, quad: Quad, graph: str, *, is_shown: bool) -> None:
        """Count a statement of a named graph, where it is new there; the same in the default graph if it shows it."""
        self.graphs[graph] += quad not in self._store
        if not is_shown or Quad(quad.subject, quad.predicate, quad.object) in self._store:
            return
        predicate = quad.predicate.value
        self._triples[predicate] += 1
        if predicate == TYPE and isinstance(quad.object, NamedNode):
            self._classes[quad.object.value] += 1
        if self._property_subjects is not None:
            self._property_subjects[predicate] += self._is_first(quad.subject, quad.predicate)
        self._subjects += self._is_first(quad.subject, None)

    def _is_first(self, subject: NamedNode | BlankNode | TripleTerm, predicate: NamedNode | None) -> bool:
        """Tell whether nothing, or nothing with a predicate, was said of a subject so far."""
        if (subject, predicate) in self._seen:
            return False
        self._seen.add((subject, predicate))
        return next(self._store.quads(subject, predicate, _DEFAULT_GRAPH), None) is None

    def totals(self) -> Totals:
        """Return what was counted; classes only where all of them have IRIs."""
        subjects = self._property_subjects
        properties = {
            iri: PropertyTotal(triples, None if subjects is None else subjects[iri])
            for iri, triples in self._triples.items()
        }
        has_iris = self._classes.total() == self._triples[TYPE]
        return Totals(
            self._triples.total(),
            self._subjects,
            _bounded(dict(self._classes)) if has_iris else None,
            _bounded(properties),
            _bounded(dict(self.graphs)),
        )


def _bounded(part: Mapping[str, _Value]) -> Mapping[str, _Value] | None:
    return part if len(part) <= _MOST_ENTRIES else None
