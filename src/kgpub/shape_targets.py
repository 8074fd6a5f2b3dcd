"""Which nodes a shape is for: its targets (SHACL, W3C Recommendation of 2017-07-20, section 2.1.3)."""

from functools import cache
from typing import Any

from rdflib import RDF, RDFS, SH, Graph, Literal
from rdflib.term import Node

from kgpub.shacl_data import ShaclData

_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
_SHAPES = (SH.NodeShape, SH.PropertyShape)


class Targets:
    """The targets of the shapes in a shapes graph, and what they choose in a data graph."""

    def __init__(self, shapes: Graph, data: ShaclData) -> None:
        self._shapes = shapes
        self._data = data
        self.focus_nodes = cache(self._focus_nodes)  # they are looked at, and in the end counted
        self._kinds = {RDFS.Class, *shapes.transitive_subjects(RDFS.subClassOf, RDFS.Class)}

    def shapes(self) -> set[Node]:
        """Return the shapes that choose focus nodes themselves, those that are deactivated left out."""
        shapes = self._shapes
        found = {shape for target in _TARGETS for shape in shapes.subjects(target)}
        found.update(shape for kind in _SHAPES for shape in shapes.subjects(RDF.type, kind) if self._is_class(shape))
        return {shape for shape in found if (shape, SH.deactivated, Literal(lexical_or_value=True)) not in shapes}

    def _focus_nodes(self, shape: Node) -> set[Any]:
        """Return the focus nodes that a shape's targets choose, as they are in the data."""
        shapes, data, term = self._shapes, self._data, self._data.term
        classes = [*shapes.objects(shape, SH.targetClass), *([shape] if self._is_class(shape) else [])]
        found = {term(node) for node in shapes.objects(shape, SH.targetNode)}
        found.update(*(data.instances(term(cls)) for cls in classes))
        for property_ in shapes.objects(shape, SH.targetSubjectsOf):
            found.update(subject for subject, _ in data.pairs(term(property_)))
        for property_ in shapes.objects(shape, SH.targetObjectsOf):
            found.update(object_ for _, object_ in data.pairs(term(property_)))
        return found

    def _is_class(self, shape: Node) -> bool:
        """Tell whether a shape is a class too, which makes its instances its targets (section 2.1.3.3)."""
        return any(kind in self._kinds for kind in self._shapes.objects(shape, RDF.type))
