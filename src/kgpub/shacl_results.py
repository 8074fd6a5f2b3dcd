"""Read what pySHACL reports: findings, and the report itself as the W3C defines it."""

import functools
from collections.abc import Iterator
from itertools import count
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib import RDF, SH, XSD, BNode, URIRef
from rdflib.term import Node

from kgpub.rdflib_terms import shown, to_oxigraph
from kgpub.report import Finding, Message, Report
from kgpub.shacl_graph import as_written, nearest_iri

_TURTLE_PREFIXES = {"rdf": str(RDF), "sh": str(SH), "xsd": str(XSD)}

#: How tightly a path of each kind binds in SPARQL (SPARQL 1.1, section 9.1).
_ALTERNATIVE, _SEQUENCE, _INVERSE, _REPEATED, _STEP = range(5)
_REPETITIONS: dict[Node, str] = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}

_Triple = tuple[Node, Node, Node]


class Results:
    """The graph that pySHACL reports in."""

    def __init__(self, results: rdflib.Graph, shapes: rdflib.Graph) -> None:
        self._results = results
        self._shapes = shapes
        self._named = functools.cache(lambda shape: shown(nearest_iri(shapes, shape)))

    def report(self) -> Report:
        """Return the report with its findings, and its Turtle, in a stable order."""
        # Data that describes reports may be quoted in this one, but nothing refers to this one.
        reports = self._results.subjects(RDF.type, SH.ValidationReport)
        root = next(node for node in reports if (None, None, node) not in self._results)
        conforms = str(self._results.value(root, SH.conforms)) == "true"
        turtle = self._turtle([root, *self._below(root, SH.result)])
        return Report(conforms, tuple(finding for _, finding in self._findings(root, SH.result)), turtle)

    def _findings(self, owner: Node, predicate: URIRef) -> list[tuple[Node, Finding]]:
        found = [(node, self._finding(node)) for node in self._results.objects(owner, predicate)]
        return sorted(found, key=lambda pair: pair[1].rank)

    def _finding(self, node: Node) -> Finding:
        said = self._results.value
        path, value = said(node, SH.resultPath), said(node, SH.value)
        severity = shown(said(node, SH.resultSeverity))
        return Finding(
            shape=self._named(said(node, SH.sourceShape)),
            focus_node=shown(said(node, SH.focusNode)),
            path=None if path is None else path_text(self._graph_of(path), path),
            value=None if value is None else shown(value),
            component=shown(said(node, SH.sourceConstraintComponent)),
            severity=severity.removeprefix(f"<{SH}").removesuffix(">") if severity.startswith(f"<{SH}") else severity,
            messages=tuple(sorted(map(_message, self._results.objects(node, SH.resultMessage)), key=_by_language)),
            details=tuple(detail for _, detail in self._findings(node, SH.detail)),
        )

    def _below(self, owner: Node, predicate: URIRef) -> Iterator[Node]:
        for node, _ in self._findings(owner, predicate):
            yield node
            yield from self._below(node, SH.detail)

    def _turtle(self, results: list[Node]) -> bytes:
        """Serialize the graph: the report, its results in their order, then what these refer to."""
        place = {node: number for number, node in enumerate(results)}
        stem = "result"
        while any(node.startswith(stem) for node in self._results.all_nodes() if isinstance(node, BNode)):
            stem += "-"
        terms: dict[Node, Any] = {node: ox.BlankNode(f"{stem}{number}") for node, number in place.items()}
        ordered = sorted(
            self._below_all(results, f"{stem}-path"),
            key=lambda t: (place.get(t[0], len(place)), *map(str, t[:2]), place.get(t[2], 0), str(t[2])),
        )
        rows = ([terms.get(term) or to_oxigraph(as_written(term)) for term in triple] for triple in ordered)
        triples = (ox.Triple(*row) for row in rows)
        return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_TURTLE_PREFIXES) or b""

    def _below_all(self, results: list[Node], stem: str) -> Iterator[_Triple]:
        """Yield what is said of results and, from there on, of all that they lead to.

        Each result gets its path for itself: pySHACL lets them share one, but the W3C's reports do not.
        """
        of_results, numbers = set(results), count()
        seen, left = set[Node](), list(results)
        while left:
            node = left.pop()
            if node in seen:
                continue
            seen.add(node)
            for predicate, value in self._results.predicate_objects(node):
                if predicate == SH.resultPath and node in of_results:
                    copied, triples = _copied(self._graph_of(value), value, stem, numbers)
                    yield node, predicate, copied
                    yield from triples
                else:
                    yield node, predicate, value
                    left.append(value)

    def _graph_of(self, path: Node) -> rdflib.Graph:
        """Return the graph that has a whole path: pySHACL copies none that is deep (0.40.1)."""
        return self._shapes if (path, None, None) in self._shapes else self._results


def _copied(graph: rdflib.Graph, path: Node, stem: str, numbers: Iterator[int]) -> tuple[Node, list[_Triple]]:
    """Return a copy of a path, and the triples that it consists of."""
    if not isinstance(path, BNode):
        return path, []
    copy, triples = BNode(f"{stem}{next(numbers)}"), list[_Triple]()
    for predicate, value in sorted(graph.predicate_objects(path)):
        part, more = _copied(graph, value, stem, numbers)
        triples += [(copy, predicate, part), *more]
    return copy, triples


def _message(said: Node) -> Message:
    return Message(str(said), getattr(said, "language", None) or "")


def _by_language(message: Message) -> tuple[str, str]:
    return message.language, message.text


def path_text(graph: rdflib.Graph, path: Node) -> str:
    """Return a property path of a graph in the syntax of SPARQL."""
    return _path(graph, path)[0]


def _path(graph: rdflib.Graph, node: Node) -> tuple[str, int]:
    """Return a property path in the syntax of SPARQL, and how tightly it binds."""

    def part(inner: Node, tightness: int) -> str:
        text, own = _path(graph, inner)
        return text if own >= tightness else f"({text})"

    if (node, RDF.first, None) in graph:
        return "/".join(part(step, _INVERSE) for step in graph.items(node)), _SEQUENCE
    for predicate, value in graph.predicate_objects(node) if isinstance(node, BNode) else ():
        if predicate == SH.alternativePath:
            return "|".join(part(choice, _SEQUENCE) for choice in graph.items(value)), _ALTERNATIVE
        if predicate == SH.inversePath:
            return f"^{part(value, _REPEATED)}", _INVERSE
        if predicate in _REPETITIONS:
            return part(value, _STEP) + _REPETITIONS[predicate], _REPEATED
    return shown(node), _STEP
