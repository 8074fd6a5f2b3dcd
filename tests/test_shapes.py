"""The shapes reach every class and property of the announcement's release, and what they report is accounted for."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, RDFS, SH, SKOS
from rdflib.term import Node

from constraints import BASE, PARAMETERS, ROOT, TARGETS, owner, path_of, read, shown, spelled
from kgpub.release import Release

DOCUMENT = ROOT / "docs" / "reference" / "validation.md"
SHAPE_FILES = sorted((ROOT / "shapes").glob("*.ttl"))
#: The build describes the release after validation, in words of its own.
UNJUDGED = BASE + "graph/catalog"
#: Things that are described by nothing but their type.
BARE = {"http://www.w3.org/2002/07/owl#AllDisjointClasses", "http://xmlns.com/foaf/0.1/Image"}


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return read(SHAPE_FILES)


@pytest.fixture(scope="module")
def data(announcement: ox.Store) -> rdflib.Graph:
    """The default graph, as the shapes see it: without what the build adds after validation."""
    graph = rdflib.Graph(bind_namespaces="none")
    named = [g for g in announcement.named_graphs() if "/id/prop-" not in g.value and g.value != UNJUDGED]
    quads = [q for g in named for q in announcement.quads_for_pattern(None, None, None, g)]
    graph.parse(data=ox.serialize([q.triple for q in quads], format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
    return graph


@pytest.fixture(scope="module")
def focus_nodes(data: rdflib.Graph, shapes: rdflib.Graph) -> set[Node]:
    found: set[Node] = set(shapes.objects(None, SH.targetNode))
    for target in shapes.objects(None, SH.targetClass):
        for cls in data.transitive_subjects(RDFS.subClassOf, target):
            found |= set(data.subjects(RDF.type, cls))
    for predicate in shapes.objects(None, SH.targetSubjectsOf):
        found |= set(data.subjects(predicate))
    for predicate in shapes.objects(None, SH.targetObjectsOf):
        found |= set(data.objects(None, predicate))
    return found


# Reach ------------------------------------------------------------------------------------------


def test_every_class_of_the_ontology_with_instances_is_aimed_at_by_a_shape(
    data: rdflib.Graph, shapes: rdflib.Graph
) -> None:
    aims = set(shapes.objects(None, SH.targetClass))
    used = {cls for cls in data.objects(None, RDF.type) if str(cls).startswith(BASE + "ontology/")}
    assert len(used) > 20
    assert {cls for cls in used if not aims & set(data.transitive_objects(cls, RDFS.subClassOf))} == set()


def test_every_described_thing_is_judged_by_a_shape(data: rdflib.Graph, focus_nodes: set[Node]) -> None:
    typed = {(node, cls) for node, cls in data.subject_objects(RDF.type) if str(cls) not in BARE}
    # Shapes without a name are judged with those that hold them.
    named = {(node, cls) for node, cls in typed if isinstance(node, rdflib.URIRef)}
    left = {(shown(node), str(cls)) for node, cls in named if node not in focus_nodes}
    assert left == set()
    ours = {node for node, cls in typed if str(cls).startswith(BASE)}
    assert ours - focus_nodes == set()


def test_every_property_of_the_ontology_that_is_used_is_constrained(data: rdflib.Graph, shapes: rdflib.Graph) -> None:
    constrained = {
        step
        for shape, path in shapes.subject_objects(SH.path)
        if any((shape, SH[parameter], None) in shapes for parameter in PARAMETERS)
        for step in re.findall("<([^>]+)>", spelled(shapes, path))
    }
    used = {str(p).removeprefix(BASE) for p in data.predicates() if str(p).startswith(BASE)}
    assert len(used) > 60
    assert used - constrained == set()


def test_every_iri_that_the_shapes_speak_of_is_spelled_as_in_the_ontology(
    data: rdflib.Graph, shapes: rdflib.Graph
) -> None:
    """A misspelt class or property in a shape would aim at nothing, and be silent."""
    named = {node for triple in shapes for node in triple if isinstance(node, rdflib.URIRef)}
    ours = {node for node in named if str(node).startswith((BASE + "ontology/", BASE + "voc/"))}
    declared = set(data.subjects(RDF.type)) | {rdflib.URIRef(BASE + "ontology/")}
    assert ours - declared == set()


def test_the_codes_that_shapes_list_are_those_of_the_code_lists(data: rdflib.Graph, shapes: rdflib.Graph) -> None:
    """A code that joins a list has to be allowed where codes of that list are."""
    allowed: dict[str, set[Node]] = {}
    for shape, members in shapes.subject_objects(SH["in"]):
        codes = {code for code in shapes.items(members) if (code, SKOS.inScheme, None) in data}
        if codes and (shape, SH.path, None) in shapes:
            allowed.setdefault(path_of(shapes, shape), set()).update(codes)
    lists = {path: {data.value(code, SKOS.inScheme) for code in codes} for path, codes in allowed.items()}
    assert len(lists) > 10
    assert {path for path, schemes in lists.items() if len(schemes) != 1} == set()
    for path, schemes in lists.items():
        codes = {code for scheme in schemes for code in data.subjects(SKOS.inScheme, scheme)}
        assert codes - allowed[path] == set(), path


# Findings ---------------------------------------------------------------------------------------


def findings(release: Release) -> set[tuple[str, str, str]]:
    """Severity, shape with a name, and focus node of each result in the release's report."""
    shapes = read(SHAPE_FILES)
    report = rdflib.Graph().parse(data=release.report.read_bytes(), format="turtle")
    found = set()
    for result in report.objects(None, SH.result):
        source, focus = report.value(result, SH.sourceShape), report.value(result, SH.focusNode)
        severity = str(report.value(result, SH.resultSeverity)).removeprefix(str(SH))
        path = report.value(result, SH.resultPath)
        owners = {source} if isinstance(source, rdflib.URIRef) else owners_of(shapes, severity, path)
        found |= {(severity, shown(holder), shown(focus)) for holder in owners}
    return found


def owners_of(shapes: rdflib.Graph, severity: str, path: Node | None) -> set[Node]:
    """The report names a nameless property shape by a blank node: find its owner by severity and path."""
    found = set(shapes.subjects(SH.severity, SH[severity])) & set(shapes.subjects(SH.path, path))
    return {holder for shape in found for holder in shapes.subjects(SH.property, shape)}


def listed() -> set[tuple[str, str, str]]:
    """The rows of the document's table, one for each severity, shape and focus node."""
    row = r"^\| (Warning|Info) \| `shapes:(\w+)` \| (.+?) \| .{20,} \|$"
    rows = re.findall(row, DOCUMENT.read_text("utf-8"), re.MULTILINE)
    return {
        (severity, f"<shapes/{shape}>", f"<id/{node}>")
        for severity, shape, nodes in rows
        for node in re.findall(r"`id:([\w-]+)`", nodes)
    }


def test_every_finding_on_the_announcement_is_listed_with_its_reason(announcement_release: Release) -> None:
    assert findings(announcement_release) == listed()
    assert 0 < len(listed()) <= 25


# House rules ------------------------------------------------------------------------------------

#: Shapes of terms are read by those who write the ontology: a rule of style, without a name for a page.
STYLE = "terms.ttl"
#: What to do stands behind a colon or a semicolon, or the sentence is an order as a whole.
ADVICE = re.compile("[:;]|^(Give|Say|Name|Donner|Dire|Nommer) ")


def texts(graph: rdflib.Graph, shape: Node, predicate: rdflib.URIRef) -> dict[str, str]:
    found = [text for text in graph.objects(shape, predicate) if isinstance(text, rdflib.Literal)]
    by_language = {text.language or "": str(text) for text in found}
    assert len(by_language) == len(found)
    return by_language


def reported(graph: rdflib.Graph) -> list[Node]:
    """The shapes of a file that give results of their own: members of sh:or and the like need no message."""
    properties = {s for s in graph.subjects(SH.path) if isinstance(s, rdflib.URIRef) or (None, SH.property, s) in graph}
    nodes = {shape for target in TARGETS for shape in graph.subjects(target)}
    return [s for s in properties | nodes if any((s, SH[parameter], None) in graph for parameter in PARAMETERS)]


@pytest.mark.parametrize("path", SHAPE_FILES, ids=lambda p: p.stem)
def test_a_shape_says_in_both_languages_what_is_wrong_and_what_to_do(path: Path) -> None:
    graph = read([path])
    for shape in reported(graph):
        messages = texts(graph, shape, SH.message)
        assert set(messages) == {"en", "fr"}, (owner(graph, shape), path_of(graph, shape))
        assert path.name == STYLE or all(ADVICE.search(message) for message in messages.values()), messages


@pytest.mark.parametrize("path", [p for p in SHAPE_FILES if p.name != STYLE], ids=lambda p: p.stem)
def test_a_property_shape_has_a_name_in_both_languages(path: Path) -> None:
    graph = read([path])
    for shape in reported(graph):
        if (shape, SH.path, None) in graph:
            naming = SH.name if isinstance(shape, rdflib.BNode) else RDFS.label
            assert set(texts(graph, shape, naming)) == {"en", "fr"}, (owner(graph, shape), path_of(graph, shape))


def test_doubts_are_kept_apart_from_violations() -> None:
    for path in SHAPE_FILES:
        severities = set(read([path]).objects(None, SH.severity))
        assert severities == ({SH.Warning, SH.Info} if path.name == "review.ttl" else set()), path.name


def test_the_shapes_need_nothing_but_shacl_core(shapes: rdflib.Graph) -> None:
    beyond = (SH.sparql, SH.rule, SH.target, SH.js, SH.select, SH.ask, SH.expression)
    assert [predicate for predicate in beyond if (None, predicate, None) in shapes] == []


@pytest.mark.parametrize("folder", ["data", "shapes"])
def test_one_apostrophe_for_each_language(folder: str) -> None:
    """French has the typographic apostrophe everywhere, English the straight one in the data."""
    typographic = "\N{RIGHT SINGLE QUOTATION MARK}"
    found = [
        (str(path.relative_to(ROOT)), language, text)
        for path in (ROOT / folder).rglob("*.ttl")
        for text, language in re.findall(r'"((?:[^"\\]|\\.)*)"@(en|fr)\b', path.read_text("utf-8"))
    ]
    assert len(found) > 100
    assert [text for text in found if text[1] == "fr" and "'" in text[2]] == []
    assert folder != "data" or [text for text in found if text[1] == "en" and typographic in text[2]] == []
