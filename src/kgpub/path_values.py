"""The values that focus nodes have at the end of a path, for many nodes at a time (SHACL 2017-07-20, section 2.3)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

from pyshacl.helper.expression_helper import value_nodes_from_path
from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node

from kgpub.shacl_data import ShaclData, Terms
from kgpub.shacl_results import path_text

#: What tells in the text of a path that a step may come again; it stands in no IRI here.
_REPEATED = re.compile(r"[>)][*+?]")


class Values(Protocol):
    """What values some focus nodes have."""

    @property
    def nodes(self) -> Terms:
        """Return the focus nodes."""
        ...

    def pairs(self) -> Iterable[tuple[Any, Any]]:
        """Yield each focus node with each of its values."""
        ...

    def of(self, node: Any) -> Terms:
        """Return the values of one focus node."""
        ...

    def distinct(self) -> Terms:
        """Return all values, each once."""
        ...

    def nodes_with(self, values: Terms) -> Terms:
        """Return the focus nodes that have one of some values."""
        ...

    def counts(self) -> Mapping[Any, int]:
        """Return how many values each focus node has, those without any left out."""
        ...


class Selves:
    """Focus nodes that are their own values, as those of a node shape are."""

    def __init__(self, nodes: Terms) -> None:
        self.nodes = nodes

    def pairs(self) -> Iterable[tuple[Any, Any]]:
        """See ``Values``."""
        return ((node, node) for node in self.nodes)

    def of(self, node: Any) -> Terms:
        """See ``Values``."""
        return {node}

    def distinct(self) -> Terms:
        """See ``Values``."""
        return self.nodes

    def nodes_with(self, values: Terms) -> Terms:
        """See ``Values``."""
        return self.nodes & values

    def counts(self) -> Mapping[Any, int]:
        """See ``Values``."""
        return dict.fromkeys(self.nodes, 1)


class PathValues:
    """The values of focus nodes along a path."""

    def __init__(self, data: ShaclData, graph: Graph, shape: Any, nodes: Terms) -> None:
        """Take the data, the same as pySHACL sees it, a property shape of pySHACL's, and the focus nodes."""
        self.nodes = nodes
        self._data = data
        self._graph = graph
        self._shapes = shape.sg
        self._path = shape.path()
        self._inverse = _inverted(self._shapes.graph, self._path)

    def pairs(self) -> Iterable[tuple[Any, Any]]:
        """See ``Values``."""
        nodes = self.nodes
        if isinstance(self._path, URIRef):
            return (pair for pair in self._data.pairs(self._data.term(self._path)) if pair[0] in nodes)
        if self._inverse is not None:
            found = self._data.pairs(self._data.term(self._inverse))
            return ((object_, subject) for subject, object_ in found if object_ in nodes)
        return self._led_to

    def of(self, node: Any) -> Terms:
        """See ``Values``."""
        return self._by_node.get(node, frozenset())

    def distinct(self) -> Terms:
        """See ``Values``."""
        return self._distinct

    def nodes_with(self, values: Terms) -> Terms:
        """See ``Values``."""
        return {node for node, value in self.pairs() if value in values} if values else frozenset()

    def counts(self) -> Mapping[Any, int]:
        """See ``Values``."""
        return self._counts

    @cached_property
    def _distinct(self) -> Terms:
        return {value for _, value in self.pairs()}

    @cached_property
    def _counts(self) -> Mapping[Any, int]:
        return Counter(node for node, _ in self.pairs())

    @cached_property
    def _by_node(self) -> Mapping[Any, Terms]:
        found = defaultdict[Any, set[Any]](set)
        for node, value in self.pairs():
            found[node].add(value)
        return found

    @cached_property
    def _led_to(self) -> list[tuple[Any, Any]]:
        """Follow a path of several steps: for all nodes at once, or one after the other where it may go on and on."""
        text = path_text(self._shapes.graph, self._path)
        if _REPEATED.search(text):
            return [(node, value) for node in self.nodes for value in self._followed(node)]
        solutions: Any = self._data.store.query(f"SELECT DISTINCT ?focus ?value {{ ?focus {text} ?value }}")
        return [(one["focus"], one["value"]) for one in solutions if one["focus"] in self.nodes]

    def _followed(self, node: Any) -> Iterator[Any]:
        found = value_nodes_from_path(self._shapes, self._data.node(node), self._path, self._graph)
        return map(self._data.term, found)


def _inverted(shapes: Graph, path: Node) -> URIRef | None:
    """Return the predicate whose inverse a path is; None of any other path."""
    inverse = None if (path, RDF.first, None) in shapes else shapes.value(path, SH.inversePath)
    return inverse if isinstance(inverse, URIRef) else None
