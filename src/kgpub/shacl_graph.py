"""The graphs that pySHACL is given: terms as they were written, and each query of a shape parsed once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from inspect import signature
from typing import Any

import pyoxigraph as ox
import rdflib
from pyparsing import ParseException
from pyshacl.errors import ValidationFailure
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from rdflib import OWL, RDF, RDFS, SH, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.store import Store
from rdflib.term import Node

from kgpub.errors import ShapesInvalid
from kgpub.rdflib_terms import shown, to_rdflib

#: Prefixes that pySHACL declares for every query.
PYSHACL_PREFIXES = {"rdf": URIRef(str(RDF)), "rdfs": URIRef(str(RDFS)), "owl": URIRef(str(OWL))}
#: What leads to a query that SHACL-SPARQL asks (sections 5.1 and 6.2.3); a query elsewhere is not ours to judge.
_QUERIED = (SH.sparql, SH.validator, SH.nodeValidator, SH.propertyValidator)
#: The name of the shapes graph in queries.
_SHAPES = URIRef("urn:x-kgpub:shapes")
#: pySHACL refuses ``$shapesGraph`` (0.40.1); with an escape, it is the same variable (SPARQL 1.1, section 19.2).
_SHAPES_VARIABLE = re.compile(r"[$?](?=shapesGraph\b)")
_ESCAPED_VARIABLE = re.compile(r"\\u00(24|3F)(?=shapesGraph\b)")


class ShaclGraph(rdflib.Graph):
    """An rdflib graph that parses each query once: pySHACL asks a constraint's query anew for each focus node."""

    def __init__(self, store: Store | str = "default", prefixes: Mapping[str, URIRef] | None = None) -> None:
        super().__init__(store, bind_namespaces="core")
        self._prefixes = prefixes or {}
        self._parsed: dict[str, Query] = {}
        self._shapes = rdflib.Graph()

    def show_to_queries(self, shapes: rdflib.Graph) -> None:
        """Let queries find a shapes graph as ``GRAPH $shapesGraph`` (section 5.3.1)."""
        self._shapes = shapes

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Result:
        """Answer a query; one that is not SPARQL, or would leave this graph, raises ``ShapesInvalid``."""
        sees_shapes = isinstance(query_object, str) and _ESCAPED_VARIABLE.search(query_object)
        if isinstance(query_object, str):
            if query_object not in self._parsed:
                self._parsed[query_object] = _parse(query_object, self._prefixes, "A shape")
            query_object = self._parsed[query_object]
        if not sees_shapes:
            return super().query(query_object, *args, **kwargs)
        asked = signature(rdflib.Graph.query).bind(self._with_shapes, query_object, *args, **kwargs)
        asked.arguments["initBindings"] = {**(asked.arguments.get("initBindings") or {}), "shapesGraph": _SHAPES}
        return rdflib.Graph.query(*asked.args, **asked.kwargs)

    @cached_property
    def _with_shapes(self) -> rdflib.Dataset:
        dataset = rdflib.Dataset()
        for triple in self:
            dataset.default_graph.add(triple)
        shapes = dataset.graph(_SHAPES)
        for subject, predicate, value in self._shapes:
            shapes.add((subject, predicate, as_written(value)))
        return dataset


def graph_of(quads: Iterable[ox.Quad]) -> ShaclGraph:
    """Return a graph in memory."""
    graph = ShaclGraph()
    for quad in quads:
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return graph


def declared_prefixes(shapes: rdflib.Graph) -> dict[str, URIRef]:
    """Return the prefixes that a shapes graph declares with ``sh:declare``."""
    return {
        str(shapes.value(declaration, SH.prefix)): URIRef(str(shapes.value(declaration, SH.namespace)))
        for declaration in shapes.objects(None, SH.declare)
    }


def check_queries(shapes: rdflib.Graph, declared: Mapping[str, URIRef]) -> None:
    """Parse the queries before any focus node asks for them: pySHACL would see a broken one only then."""
    for node, _, text in _queries(shapes):
        prefixes = declared if (node, SH.prefixes, None) in shapes else {}
        query = re.sub(r"[$?]PATH\b", "rdf:value", text)
        _parse(query, {**PYSHACL_PREFIXES, **prefixes}, name_of(shapes, node))


def _queries(shapes: rdflib.Graph) -> Iterator[tuple[Node, Node, str]]:
    nodes = {node for predicate in _QUERIED for node in shapes.objects(None, predicate)}
    for predicate in (SH.select, SH.ask):
        yield from [(node, predicate, str(text)) for node, text in shapes.subject_objects(predicate) if node in nodes]


def owner_of_refused(shapes: rdflib.Graph, reason: str) -> str | None:
    """Return what the shape is called whose query pySHACL refuses for a reason; it does not tell which one it was."""
    for node, predicate, text in _queries(shapes):
        checked: Any = SPARQLQueryHelper(None, node, text)  # type: ignore[no-untyped-call]
        try:
            checked.check_invalid_sparql(text, valuenode=node if predicate == SH.ask else None)
        except ValidationFailure as failure:
            if failure.message == reason:
                return name_of(shapes, node)
    return None


def escape_shapes_variable(shapes: rdflib.Graph) -> None:
    """Write ``$shapesGraph`` with an escape in the queries of shapes, so that pySHACL lets them pass."""
    for node, predicate, text in _queries(shapes):
        if _SHAPES_VARIABLE.search(text):
            escaped = _SHAPES_VARIABLE.sub(lambda found: f"\\u{ord(found[0]):04X}", text)
            shapes.set((node, predicate, Literal(escaped)))


def as_written(term: Node) -> Node:
    """Return a term, where it is such a query, as its author wrote it."""
    if not (isinstance(term, Literal) and _ESCAPED_VARIABLE.search(term)):
        return term
    return Literal(_ESCAPED_VARIABLE.sub(lambda found: chr(int(found[1], 16)), term))


def _parse(text: str, prefixes: Mapping[str, URIRef], owner: str) -> Query:
    try:
        query = prepareQuery(text, initNs=prefixes)
    except ParseException as error:
        where = f"line {error.lineno}, “{error.line.strip()}”"
        raise ShapesInvalid(f"{owner} has a query that is not SPARQL: see {where}.") from error
    except Exception as error:  # rdflib raises the bare class for an undeclared prefix
        reason = cleaned(str(error)).replace("Unknown namespace prefix : ", "sh:prefixes declares no prefix ")
        raise ShapesInvalid(f"{owner} has a query that cannot be used: {reason}.") from error
    parts: list[str] = []
    traverse(query.algebra, visitPre=lambda part: parts.append(getattr(part, "name", "")))
    if "ServiceGraphPattern" in parts or query.algebra.datasetClause:
        raise ShapesInvalid(f"{owner} has a query with SERVICE or FROM; a shape sees the data graph and nothing else.")
    return query


def cleaned(message: str) -> str:
    """Return the first sentences of a message, without the specification's address and without its full stop."""
    return " ".join(re.split(r"\s(?:For reference, see|See) ", message)[0].split()).rstrip(".!")


def name_of(shapes: rdflib.Graph, node: Node) -> str:
    """Return what a shape is called in a sentence, a nameless one by the shape around it."""
    named = nearest_iri(shapes, node)
    return f"{'The' if named == node else 'A part of the'} shape {shown(named)}"


def nearest_iri(graph: rdflib.Graph, node: Node | None) -> Node | None:
    """Return the first node with an IRI on the way up from a blank node, or the node itself where none has one."""
    seen, level = {node}, [node]
    while level:
        named = sorted(found for found in level if isinstance(found, URIRef))
        if named:
            return named[0]
        level = [above for below in level for above in graph.subjects(None, below) if above not in seen]
        seen.update(level)
    return node
