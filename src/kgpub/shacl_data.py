"""The data that shapes are held against: in an Oxigraph store, each term as it was written, seen by rdflib as a graph.

What the store would write otherwise is kept under a datatype of ours (``lexical_forms``). rdflib gets the terms that it
asks for, and no more: a million triples take 0.4 GB here and 1.3 GB as objects of rdflib.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import RDF, RDFS, XSD, Graph
from rdflib.plugins.stores.memory import Memory
from rdflib.term import Node

from kgpub.lexical_forms import as_kept, as_written
from kgpub.rdflib_terms import to_oxigraph, to_rdflib, triple_term_as_node

_TYPE = ox.NamedNode(str(RDF.type))
_SUBCLASS = ox.NamedNode(str(RDFS.subClassOf))
_PLAIN = {str(RDF.langString), str(XSD.string)}
_TERMS_KEPT = 200_000
#: At once, all would take twice the memory for a moment.
_QUADS_AT_ONCE = 500_000

#: Terms of the data, as they are in its store.
Terms = AbstractSet[Any]
Pattern = tuple[Node | None, Node | None, Node | None]


class ShaclData:
    """A data graph, the names of its graphs dropped."""

    def __init__(self, quads: Iterable[ox.Quad], folder: Path | None = None) -> None:
        """Take the data; the store lies in a folder if there is one, else in memory."""
        self.store = ox.Store(folder)
        #: The predicates that have a value which the store would write otherwise.
        self.written = set[ox.NamedNode]()
        self._as_kept = lru_cache(_TERMS_KEPT)(as_kept)
        self.node = lru_cache(_TERMS_KEPT)(_node)
        self.instances = cache(self._instances)
        self.predicates = set[ox.NamedNode]()
        left = map(self._triple, quads)
        while some := list(islice(left, _QUADS_AT_ONCE)):
            self.store.bulk_extend(some)
        self._size = len(self.store)

    def _triple(self, quad: ox.Quad) -> ox.Quad:
        object_ = quad.object
        self.predicates.add(quad.predicate)
        if isinstance(object_, ox.Literal):
            if object_.datatype.value not in _PLAIN and (kept := self._as_kept(object_)) != object_:
                object_ = kept
                self.written.add(quad.predicate)
        elif isinstance(object_, ox.Triple):
            object_ = triple_term_as_node(object_)
        return ox.Quad(quad.subject, quad.predicate, object_)

    def __len__(self) -> int:
        return self._size

    def term(self, node: Node) -> Any:
        """Return a term of rdflib as it is in the store."""
        term = to_oxigraph(node)
        return self._as_kept(term) if isinstance(term, ox.Literal) else term

    def close(self) -> None:
        """Let go of the store, whose files can be removed then."""
        del self.store

    def pairs(self, predicate: ox.NamedNode) -> Iterator[tuple[Any, Any]]:
        """Yield the subject and the object of each triple with a predicate."""
        for quad in self.store.quads_for_pattern(None, predicate, None):
            yield quad.subject, quad.object

    def _instances(self, cls: Any) -> frozenset[Any]:
        """Return the SHACL instances of a class: those of its subclasses are its own too."""
        found, classes, left = set[Any](), {cls}, [cls]
        while left:
            here = left.pop()
            found.update(quad.subject for quad in self.store.quads_for_pattern(None, _TYPE, here))
            below = {quad.subject for quad in self.store.quads_for_pattern(None, _SUBCLASS, here)} - classes
            classes |= below
            left += below
        return frozenset(found)


def _node(term: Any) -> Node:
    return to_rdflib(as_written(term))


class ShaclStore(Memory):
    """The data as a store of rdflib, which is read alone."""

    def __init__(self, data: ShaclData) -> None:
        super().__init__()
        self._data = data
        #: The graph that the data is seen as.
        self.graph = Graph(self)

    def triples(self, triple_pattern: Pattern, context: Any = None) -> Iterator[tuple[Any, Any]]:  # type: ignore[override]  # noqa: ARG002 (there is but one)
        """Yield the triples of a pattern, in which None stands for any term."""
        data, node = self._data, self._data.node
        subject, predicate, object_ = (None if term is None else data.term(term) for term in triple_pattern)
        if not isinstance(subject, ox.NamedNode | ox.BlankNode | None) or not isinstance(
            predicate, ox.NamedNode | None
        ):
            return
        found: Iterable[ox.Quad] = data.store.quads_for_pattern(subject, predicate, object_)
        if subject is not None:  # pySHACL tells a blank node by what it has, in this order
            found = sorted(found, key=str)
        for quad in found:
            yield (node(quad.subject), node(quad.predicate), node(quad.object)), iter((self.graph,))

    def __len__(self, context: Any = None) -> int:
        return len(self._data)
