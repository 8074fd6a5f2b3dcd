"""The SHACL gate: the judgement of pySHACL, with every term handed over and back as it was written."""

import contextlib
import functools
import io
import logging
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

import pyoxigraph as ox
import pyshacl
import rdflib
from pyparsing import ParseException
from pyshacl.entrypoints import meta_validate
from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from rdflib import OWL, RDF, RDFS, SH, XSD, BNode, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

from kgpub.errors import ShapesInvalid
from kgpub.rdflib_terms import shown, to_oxigraph, to_rdflib
from kgpub.report import CheckedShape, Finding, Message, Report
from kgpub.shape_targets import Targets

#: How pySHACL is run: the W3C's SHACL Core and SHACL-SPARQL, nothing inferred, nothing fetched.
_OPTIONS: dict[str, Any] = {"inference": "none", "advanced": False, "js": False, "do_owl_imports": False}
_PYSHACL_PREFIXES = {"rdf": URIRef(str(RDF)), "rdfs": URIRef(str(RDFS)), "owl": URIRef(str(OWL))}
_TURTLE_PREFIXES = {"rdf": str(RDF), "sh": str(SH), "xsd": str(XSD)}

#: How tightly a path of each kind binds in SPARQL (SPARQL 1.1, section 9.1).
_ALTERNATIVE, _SEQUENCE, _INVERSE, _REPEATED, _STEP = range(5)
_REPETITIONS: dict[Node, str] = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def validate(data: Iterable[ox.Quad], shapes: Iterable[ox.Quad]) -> Report:
    """Judge a data graph by a shapes graph; the names of graphs count for nothing, on either side.

    Both may be the same iterable. ``owl:imports`` and ``sh:shapesGraph`` are not followed, and no query of a shape
    reaches another graph or service. Raises ``ShapesInvalid`` where the shapes are no valid SHACL (checked first,
    whatever the data) or ask for what pySHACL cannot do.
    """
    if data is shapes:
        data = shapes = list(data)
    with _silence():
        shapes_graph = _Graph(shapes)
        prefixes = _declared_prefixes(shapes_graph)
        _check_queries(shapes_graph, prefixes)
        _check_shapes(shapes_graph)
        _tell_true(shapes_graph)
        data_graph = _Graph(data, prefixes)
        results = _judge(data_graph, shapes_graph)
        checked, focus_nodes = _checked(shapes_graph, data_graph)
        return replace(_Reader(results, shapes_graph).report(), shapes=checked, focus_nodes=focus_nodes)


def _checked(shapes: "_Graph", data: "_Graph") -> tuple[tuple[CheckedShape, ...], int]:
    """Return the shapes that were checked, each with its number of focus nodes, and how many these are together."""
    targets, sizes, together = Targets(shapes), [], set[Node]()
    for shape in targets.shapes():
        nodes = targets.focus_nodes(shape, data)
        together |= nodes
        sizes.append(CheckedShape(shown(shape), len(nodes)))
    return tuple(sorted(sizes)), len(together)


class _Graph(rdflib.Graph):
    """An rdflib graph that parses each query once: pySHACL asks a constraint's query anew for each focus node."""

    def __init__(self, quads: Iterable[ox.Quad], prefixes: dict[str, URIRef] | None = None) -> None:
        super().__init__(bind_namespaces="core")
        self._prefixes = prefixes or {}
        self._parsed: dict[str, Query] = {}
        known: dict[Any, Node] = {}
        for quad in quads:
            for term in (quad.subject, quad.predicate, quad.object):
                if term not in known:
                    known[term] = to_rdflib(term)
            self.add((known[quad.subject], known[quad.predicate], known[quad.object]))

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Result:
        """Answer a query; one that is not SPARQL, or would leave this graph, raises ``ShapesInvalid``."""
        if isinstance(query_object, str):
            if query_object not in self._parsed:
                self._parsed[query_object] = _parse(query_object, self._prefixes, "A shape")
            query_object = self._parsed[query_object]
        return super().query(query_object, *args, **kwargs)


def _declared_prefixes(shapes: _Graph) -> dict[str, URIRef]:
    return {
        str(shapes.value(declaration, SH.prefix)): URIRef(str(shapes.value(declaration, SH.namespace)))
        for declaration in shapes.objects(None, SH.declare)
    }


def _check_queries(shapes: _Graph, declared: dict[str, URIRef]) -> None:
    """Parse the queries before any focus node asks for them: pySHACL would see a broken one only then."""
    for predicate in (SH.select, SH.ask):
        for node, text in shapes.subject_objects(predicate):
            prefixes = declared if (node, SH.prefixes, None) in shapes else {}
            query = re.sub(r"[$?]PATH\b", "rdf:value", str(text))
            _parse(query, _PYSHACL_PREFIXES | prefixes, _name(shapes, node))


def _parse(text: str, prefixes: dict[str, URIRef], owner: str) -> Query:
    try:
        query = prepareQuery(text, initNs=prefixes)
    except ParseException as error:
        where = f"line {error.lineno}, “{error.line.strip()}”"
        raise ShapesInvalid(f"{owner} has a query that is not SPARQL: see {where}.") from error
    except Exception as error:  # rdflib raises the bare class for an undeclared prefix
        reason = _cleaned(str(error)).replace("Unknown namespace prefix : ", "sh:prefixes declares no prefix ")
        raise ShapesInvalid(f"{owner} has a query that cannot be used: {reason}.") from error
    parts: list[str] = []
    traverse(query.algebra, visitPre=lambda part: parts.append(getattr(part, "name", "")))
    if "ServiceGraphPattern" in parts or query.algebra.datasetClause:
        raise ShapesInvalid(f"{owner} has a query with SERVICE or FROM; a shape sees the data graph and nothing else.")
    return query


def _tell_true(shapes: _Graph) -> None:
    """Take ``"1"`` for not true, as SHACL does where it asks for the literal ``true``; pySHACL takes its value."""
    for predicate in (SH.uniqueLang, SH.closed, SH.qualifiedValueShapesDisjoint):
        for shape in list(shapes.subjects(predicate, Literal("1", datatype=XSD.boolean, normalize=False))):
            shapes.set((shape, predicate, Literal(lexical_or_value=False)))


def _check_shapes(shapes: _Graph) -> None:
    try:
        conforms, results, _ = meta_validate(shapes, **_OPTIONS)
    except ReportableRuntimeError as error:
        raise ShapesInvalid(f"The shapes cannot be checked: {_cleaned(error.message)}.") from error
    if conforms:
        return
    findings = _Reader(results, shapes).report().findings
    # A shape that breaks a rule is also found guilty as a whole; the finding with a path says which rule.
    worst = min(findings, key=lambda finding: (finding.path is None, finding.value is None, finding.rank))
    subject = _name(shapes, next(node for node in shapes.all_nodes() if shown(node) == worst.focus_node))
    about = " ".join(part for part in (worst.path, worst.value) if part and part != worst.focus_node)
    reason = _cleaned("; ".join(message.text for message in worst.messages))
    rule = re.sub(f"<{SH}(\\w+)>", r"sh:\1", f"{about}: {reason}").removeprefix(": ")
    raise ShapesInvalid(f"{subject} is not valid SHACL: {rule}.")


def _name(shapes: rdflib.Graph, node: Node) -> str:
    named = _nearest_iri(shapes, node)
    return f"{'The' if named == node else 'A part of the'} shape {shown(named)}"


def _nearest_iri(graph: rdflib.Graph, node: Node | None) -> Node | None:
    """Return the first node with an IRI on the way up from a blank node, or the node itself where none has one."""
    seen, level = {node}, [node]
    while level:
        named = sorted(found for found in level if isinstance(found, URIRef))
        if named:
            return named[0]
        level = [above for below in level for above in graph.subjects(None, below) if above not in seen]
        seen.update(level)
    return node


def _judge(data: _Graph, shapes: _Graph) -> rdflib.Graph:
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # pySHACL prints values that it cannot compare
            _, results, _ = pyshacl.validate(data, shacl_graph=shapes, **_OPTIONS)
    except re.error as error:
        raise ShapesInvalid(f"The sh:pattern “{error.pattern!s}” is no regular expression: {error.msg}.") from error
    except (ReportableRuntimeError, NotImplementedError) as error:
        raise ShapesInvalid(f"The shapes cannot be used: {_cleaned(str(error))}.") from error
    except RecursionError as error:
        raise ShapesInvalid("The shapes cannot be used: a shape or a path contains itself.") from error
    if isinstance(results, ValidationFailure):
        raise ShapesInvalid(f"The shapes cannot be used: {_cleaned(results.message)}.")
    return cast("rdflib.Graph", results)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep quiet what pySHACL and rdflib log and warn of on the way: the report says it all."""
    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl-validate")]
    for logger in loggers:
        logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger in loggers:
            logger.disabled = False


def _cleaned(message: str) -> str:
    """Return the first sentences of a message, without the specification's address and without its full stop."""
    return " ".join(re.split(r"\s(?:For reference, see|See) ", message)[0].split()).rstrip(".!")


# --- the report ------------------------------------------------------------------------------------------


class _Reader:
    """Reads the graph that pySHACL reports in."""

    def __init__(self, results: rdflib.Graph, shapes: rdflib.Graph) -> None:
        self._results = results
        self._named = functools.cache(lambda shape: shown(_nearest_iri(shapes, shape)))

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
            path=None if path is None else _path(self._results, path)[0],
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
            self._results, key=lambda t: (place.get(t[0], len(place)), *map(str, t[:2]), place.get(t[2], 0), str(t[2]))
        )
        rows = ([terms.get(term) or to_oxigraph(term) for term in triple] for triple in ordered)
        triples = (ox.Triple(*row) for row in rows)
        return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_TURTLE_PREFIXES) or b""


def _message(said: Node) -> Message:
    return Message(str(said), getattr(said, "language", None) or "")


def _by_language(message: Message) -> tuple[str, str]:
    return message.language, message.text


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
