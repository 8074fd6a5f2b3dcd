"""The constraints of the shapes by name, and a quick judge of small examples."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib import RDF, RDFS, SH, SKOS
from rdflib.term import Node

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/stca-kg/"
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
#: Parameters of SHACL Core whose constraints give results of their own; sh:property only leads on.
PARAMETERS = (
    *("class", "datatype", "nodeKind", "minCount", "maxCount", "minLength", "maxLength", "pattern", "languageIn"),
    *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "uniqueLang", "equals", "disjoint", "lessThan"),
    *("lessThanOrEquals", "not", "and", "or", "xone", "node", "qualifiedMinCount", "qualifiedMaxCount", "closed"),
    *("hasValue", "in"),
)
VIOLATED = re.compile(r"(<[^>]+>)(?: (\S+))? \((sh:\w+)\)")


@dataclass(frozen=True, order=True)
class Constraint:
    """One constraint, as the first line of an example names it: shape with a name, path if any, component."""

    shape: str
    path: str
    component: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.shape, self.path, f"({self.component})") if part)


def expected(example: Path) -> list[Constraint]:
    """Return the constraints that the first line of an example says it violates."""
    first = example.read_text("utf-8").splitlines()[0]
    return [Constraint(*groups) for groups in VIOLATED.findall(first)] if first.startswith("# violates: ") else []


def read(paths: Iterable[Path]) -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
    for path in paths:
        lines = ox.serialize(ox.parse(path=path, base_iri=BASE), format=ox.RdfFormat.N_TRIPLES)
        graph.parse(data=lines or b"", format="nt")
    return graph


def constraints(shapes: rdflib.Graph) -> Iterator[Constraint]:
    """Yield every constraint that can give a result: of shapes with a target and those sh:property leads to."""
    reached = {shape for target in TARGETS for shape in shapes.subjects(target)}
    waiting = list(reached)
    while waiting:
        shape = waiting.pop()
        below = set(shapes.objects(shape, SH.property)) - reached
        reached |= below
        waiting.extend(below)
    for shape in reached:
        for parameter in PARAMETERS:
            for value in shapes.objects(shape, SH[parameter]):
                if str(value) != "false":
                    component = f"sh:{parameter[0].upper()}{parameter[1:]}ConstraintComponent"
                    yield Constraint(owner(shapes, shape), path_of(shapes, shape), component)


def owner(shapes: rdflib.Graph, shape: Node | None) -> str:
    """Name a shape, or the nearest one with a name that holds it."""
    while shape is not None and not isinstance(shape, rdflib.URIRef):
        shape = shapes.value(None, SH.property, shape)
    return shown(shape)


def path_of(shapes: rdflib.Graph, shape: Node) -> str:
    path = shapes.value(shape, SH.path)
    return "" if path is None else spelled(shapes, path)


def spelled(shapes: rdflib.Graph, path: Node) -> str:
    """Spell a path as SPARQL does."""
    if isinstance(path, rdflib.URIRef):
        return shown(path)
    inverse, choices = shapes.value(path, SH.inversePath), shapes.value(path, SH.alternativePath)
    if inverse is not None:
        return "^" + spelled(shapes, inverse)
    if choices is not None:
        return "(" + "|".join(spelled(shapes, choice) for choice in shapes.items(choices)) + ")"
    return "/".join(spelled(shapes, step) for step in shapes.items(path))


def shown(node: Node | None) -> str:
    return f"<{str(node).removeprefix(BASE)}>"


@dataclass(frozen=True)
class Result:
    constraint: Constraint
    severity: str
    focus_node: str


class Judge:
    """Validates small graphs; the shapes are read once, and of the ontology only what shapes ask for comes along."""

    def __init__(self, shapes: rdflib.Graph, ontology: rdflib.Graph) -> None:
        self.shapes = shapes
        self._prepared = ShapesGraph(shapes)
        assert self._prepared.shapes  # reads them all, also those without a target
        self._targets = [(shape, goal) for target in TARGETS for shape, goal in shapes.subject_objects(target)]
        self._ontology = ontology
        self._classes = list(ontology.triples((None, RDFS.subClassOf, None)))

    def results(self, example: Path) -> list[Result]:
        data = read([example])
        used = {node for node in data.objects() if (node, None, None) not in data}
        for triple in self._classes:
            data.add(triple)
        for predicate in (RDF.type, SKOS.inScheme, RDFS.isDefinedBy):
            for node in used:
                for value in self._ontology.objects(node, predicate):
                    data.add((node, predicate, value))
        aims: set[Node | None] = {*data.objects(None, RDF.type), *data.predicates()}
        aims |= {above for aim in list(aims) for above in data.transitive_objects(aim, RDFS.subClassOf)}
        # Shapes that aim at nothing here are left out: it saves most of the time.
        options = {"use_shapes": sorted({str(shape) for shape, goal in self._targets if goal in aims})}
        validator = Validator(DataGraph.from_rdflib(data), shacl_graph=rdflib.Graph(), options=options)
        validator.shacl_graph = self._prepared
        _, report, _ = validator.run()  # type: ignore[no-untyped-call]
        assert isinstance(report, rdflib.Graph)
        (root,) = report.subjects(RDF.type, SH.ValidationReport)
        results = [self._result(report, node) for node in report.objects(root, SH.result)]
        # Terms and codes that an example only uses are judged with the release, where they are described.
        elsewhere = {shown(node) for node in used if (node, RDF.type, None) in data}
        return [result for result in results if result.focus_node not in elsewhere]

    def _result(self, report: rdflib.Graph, node: Node) -> Result:
        shape = report.value(node, SH.sourceShape)
        assert shape is not None
        component = str(report.value(node, SH.sourceConstraintComponent)).replace(str(SH), "sh:")
        constraint = Constraint(owner(self.shapes, shape), path_of(self.shapes, shape), component)
        severity = str(report.value(node, SH.resultSeverity)).removeprefix(str(SH))
        return Result(constraint, severity, shown(report.value(node, SH.focusNode)))
