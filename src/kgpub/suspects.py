"""Find the focus nodes that may break a shape, many at a time, so that pySHACL judges these alone: never one too few.

What a constraint asks of single values, such as their datatype, is asked of pySHACL once for each distinct value and
not for each focus node. What it asks of how many values there are is counted. Where neither will do, all are suspects
(SHACL, W3C Recommendation of 2017-07-20, sections 4 and 5).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.errors import ConstraintLoadWarning
from rdflib import SH, Graph, URIRef
from rdflib.term import Node

from kgpub.path_values import PathValues, Selves, Values
from kgpub.shacl_data import ShaclData, Terms
from kgpub.suspect_queries import suspects_of_query

#: Nodes that pySHACL is handed at once.
_NODES_AT_ONCE = 5_000

_Finder = Callable[[Any, Values], Terms]


class Suspects:
    """Finds suspects in a data graph."""

    def __init__(self, data: ShaclData, graph: Graph, executor: object, prefixes: Mapping[str, str]) -> None:
        """Take the data, the same as pySHACL sees it, its own state, and prefixes that queries need not declare."""
        self._data = data
        self._prefixes = prefixes
        self._graph = graph
        self._executor = executor
        self._open = set[Node]()
        self._finders: Mapping[Node, _Finder] = {
            **dict.fromkeys(_OF_SINGLE_VALUES, self._by_values),
            **dict.fromkeys(_OF_PAIRS, self._by_nodes),
            SH.ClassConstraintComponent: self._by_class,
            SH.MinCountConstraintComponent: self._by_least,
            SH.MaxCountConstraintComponent: self._by_most,
            SH.UniqueLangConstraintComponent: self._by_language,
            SH.HasValueConstraintComponent: self._by_given_value,
            SH.NodeConstraintComponent: self._by_shapes_of(SH.node),
            SH.PropertyConstraintComponent: self._by_shapes_of(SH.property),
            SH.AndConstraintComponent: self._by_all_of,
            SH.OrConstraintComponent: self._by_any_of,
            SH.ClosedConstraintComponent: self._by_predicate,
            SH.SPARQLConstraintComponent: self._by_query,
        }

    def among(self, shape: Any, nodes: Terms) -> Terms:
        """Return those of some nodes that may break a shape of pySHACL's."""
        if shape.deactivated or not nodes:
            return frozenset()
        if shape.node in self._open or shape.find_custom_constraints():
            return nodes
        values: Values = Selves(nodes)
        if shape.is_property_shape:
            values = PathValues(self._data, self._graph, shape, nodes)
        self._open.add(shape.node)
        try:
            return self._found(shape, values)
        finally:
            self._open.remove(shape.node)

    def _found(self, shape: Any, values: Values) -> Terms:
        found = set[Any]()
        parameters = {predicate for predicate, _ in shape.sg.predicate_objects(shape.node)}
        for kind in {CONSTRAINT_PARAMETERS_MAP[p] for p in parameters if p in CONSTRAINT_PARAMETERS_MAP}:
            with suppress(ConstraintLoadWarning):  # which pySHACL passes over
                constraint = kind(shape)
                find = self._finders.get(constraint.shacl_constraint_component)
                found |= values.nodes if find is None else find(constraint, values)
        return found

    def _by_values(self, constraint: Any, values: Values) -> Terms:
        """Ask of each value as if it were a focus node with nothing but itself."""
        return values.nodes_with(self._judged(constraint, ((value, (value,)) for value in values.distinct())))

    def _by_nodes(self, constraint: Any, values: Values) -> Terms:
        return self._judged(constraint, ((node, values.of(node)) for node in values.nodes))

    def _judged(self, constraint: Any, focuses: Iterable[tuple[Any, Iterable[Any]]]) -> Terms:
        """Return the focus nodes at which a constraint finds something, of pairs of such a node and its values."""
        found, left, node = set[Any](), iter(focuses), self._data.node
        while some := list(islice(left, _NODES_AT_ONCE)):
            asked = {node(focus): {node(value) for value in values} for focus, values in some}
            _, results = constraint.evaluate(self._executor, self._graph, asked, [constraint.shape, constraint])
            found.update(self._data.term(_focus_of(triples)) for _, _, triples in results)
        return found

    def _by_class(self, constraint: Any, values: Values) -> Terms:
        classes = [self._data.instances(self._data.term(cls)) for cls in constraint.class_rules]
        return values.nodes_with({value for value in values.distinct() if not all(value in cls for cls in classes)})

    def _by_least(self, constraint: Any, values: Values) -> Terms:
        least = int(constraint.min_count)
        counts = values.counts()
        return {node for node in values.nodes if counts.get(node, 0) < least}

    def _by_most(self, constraint: Any, values: Values) -> Terms:
        most = int(constraint.max_count)
        return {node for node, count in values.counts().items() if count > most}

    def _by_language(self, _constraint: Any, values: Values) -> Terms:
        seen = Counter((node, value.language) for node, value in values.pairs() if getattr(value, "language", None))
        return {node for (node, _), count in seen.items() if count > 1}

    def _by_given_value(self, constraint: Any, values: Values) -> Terms:
        having = (values.nodes_with({self._data.term(value)}) for value in constraint.shape.objects(SH.hasValue))
        return set().union(*(values.nodes - nodes for nodes in having))

    def _by_shapes_of(self, parameter: URIRef) -> _Finder:
        def find(constraint: Any, values: Values) -> Terms:
            return self._by_shapes(constraint.shape, constraint.shape.objects(parameter), values, set.union)

        return find

    def _by_all_of(self, constraint: Any, values: Values) -> Terms:
        return self._by_lists(constraint.shape, SH["and"], values, set.union)

    def _by_any_of(self, constraint: Any, values: Values) -> Terms:
        return self._by_lists(constraint.shape, SH["or"], values, set.intersection)

    def _by_lists(self, shape: Any, parameter: URIRef, values: Values, together: Callable[..., set[Any]]) -> Terms:
        lists = (shape.sg.graph.items(first) for first in shape.objects(parameter))
        return {node for members in lists for node in self._by_shapes(shape, members, values, together)}

    def _by_shapes(
        self, shape: Any, members: Iterable[Node], values: Values, together: Callable[..., set[Any]]
    ) -> Terms:
        others = [shape.get_other_shape(member) for member in members]
        if not all(others):
            return values.nodes
        return values.nodes_with(together(*(set(self.among(other, values.distinct())) for other in others)))

    def _by_predicate(self, constraint: Any, values: Values) -> Terms:
        if not constraint.is_closed:
            return frozenset()
        others = map(constraint.shape.get_other_shape, constraint.property_shapes)
        allowed = constraint.ignored_props | {other.path() for other in others if other}
        seen = self._data.predicates - {self._data.term(node) for node in allowed if isinstance(node, URIRef)}
        subjects = {subject for predicate in seen for subject, _ in self._data.pairs(predicate)}
        return values.nodes_with(subjects)

    def _by_query(self, constraint: Any, values: Values) -> Terms:
        queries = [query for query in constraint.sparql_constraints if not query.deactivated]
        return {
            node for query in queries for node in suspects_of_query(self._data, query, values.nodes, self._prefixes)
        }


_OF_SINGLE_VALUES = (
    SH.DatatypeConstraintComponent,
    SH.NodeKindConstraintComponent,
    SH.MinExclusiveConstraintComponent,
    SH.MinInclusiveConstraintComponent,
    SH.MaxExclusiveConstraintComponent,
    SH.MaxInclusiveConstraintComponent,
    SH.MinLengthConstraintComponent,
    SH.MaxLengthConstraintComponent,
    SH.PatternConstraintComponent,
    SH.LanguageInConstraintComponent,
    SH.InConstraintComponent,
)
_OF_PAIRS = (
    SH.EqualsConstraintComponent,
    SH.DisjointConstraintComponent,
    SH.LessThanConstraintComponent,
    SH.LessThanOrEqualsConstraintComponent,
)


def _focus_of(result: Iterable[tuple[Node, Node, Any]]) -> Node:
    """Return the focus node of a result as pySHACL keeps it until it writes its report: with the graph it is of."""
    (kept,) = (value for _, predicate, value in result if predicate == SH.focusNode)
    return kept[1]  # type: ignore[no-any-return]
