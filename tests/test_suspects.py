"""Judging suspects alone finds what judging all finds, and suspects are few."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyshacl.shape import Shape

from kgpub.shacl import validate
from kgpub.suspects import Suspects

PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARED = 'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .'
NODES = ["ex:a", "ex:b", "ex:c", "_:d", "_:e"]
CLASSES = ["ex:C", "ex:D"]
LITERALS = [
    *('"x"', '"xyz"', '"x"@en', '"y"@en', '"x"@fr', "1", '"01"^^xsd:integer', '"1.0"^^xsd:decimal', "7", "true"),
    *('"broken"^^xsd:integer', '"2020-01-01"^^xsd:date', '"2021-02-30"^^xsd:date', '"x"^^ex:type'),
]
PREDICATES = ["ex:p", "ex:q"]
PATHS = [
    *PREDICATES,
    *("[ sh:inversePath ex:p ]", "( ex:p ex:q )", "[ sh:alternativePath ( ex:p ex:q ) ]", "[ sh:zeroOrMorePath ex:p ]"),
    *("[ sh:oneOrMorePath ex:q ]", "[ sh:zeroOrOnePath ex:p ]", "( [ sh:inversePath ex:q ] ex:p )"),
]
OF_VALUES = [
    *("sh:datatype xsd:integer", "sh:datatype xsd:date", "sh:nodeKind sh:IRI", "sh:nodeKind sh:BlankNodeOrLiteral"),
    *(
        "sh:minInclusive 2",
        "sh:maxExclusive 5.0",
        "sh:minLength 2",
        "sh:maxLength 2",
        'sh:pattern "^x"',
        "sh:class ex:C",
    ),
    *('sh:languageIn ( "en" )', 'sh:in ( ex:a 1 "x" )', "sh:hasValue 1", "sh:hasValue ex:a", "sh:disjoint ex:q"),
    *("sh:equals ex:q", "sh:closed true ; sh:ignoredProperties ( ex:p )"),
]
OF_PROPERTIES = [
    "sh:minCount 1",
    "sh:minCount 2",
    "sh:maxCount 1",
    "sh:maxCount 0",
    "sh:uniqueLang true",
    "sh:lessThan ex:q",
]
QUERIES = [
    "SELECT $this { $this ex:p ?v }",
    "SELECT $this ?value { $this ex:p ?value FILTER(?value = 7 || isBlank(?value)) }",
    "SELECT $this { FILTER NOT EXISTS { $this ex:q ?v } }",
    "SELECT $this ?value { OPTIONAL { $this ex:q ?value } FILTER(!BOUND(?value)) }",
    "SELECT $this ?value { $this ex:p|^ex:q ?value . BIND(STR(?value) AS ?s) FILTER(isLiteral(?value) && ?s = 'x') }",
    "SELECT $this { { $this ex:p ?v } UNION { ?v ex:q $this } }",
    "SELECT $this (COUNT(?v) AS ?n) { $this ex:p ?v } GROUP BY $this HAVING (COUNT(?v) > 1)",
    "SELECT $this { { FILTER($this = ex:a) } FILTER(true) }",
    "SELECT $this { ?any ex:p 7 FILTER(isIRI($this)) }",
]


LONG_PATH = "sh:property [ sh:path ( ex:q ex:p ) ; sh:minCount 1 ]"


def quads(text: str) -> Iterator[ox.Quad]:
    for quad in ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE):
        assert isinstance(quad, ox.Quad)
        yield quad


@st.composite
def data(draw: st.DrawFn) -> str:
    """Return a small graph: a few nodes, most of a class, with values of two properties."""
    node, value = st.sampled_from(NODES), st.sampled_from([*NODES, *LITERALS])
    typed = draw(st.lists(st.tuples(node, st.just("a"), st.sampled_from(CLASSES)), max_size=6))
    said = draw(st.lists(st.tuples(node, st.sampled_from(PREDICATES), value), max_size=14))
    below = draw(st.sampled_from(["", "ex:D rdfs:subClassOf ex:C ."]))
    return " ".join([f"{' '.join(triple)} ." for triple in (*typed, *said)] + [below])


constraints = st.recursive(
    st.sampled_from(OF_VALUES)
    | st.sampled_from(QUERIES).map(lambda q: f'sh:sparql [ sh:prefixes ex: ; sh:select "{q}" ]'),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(PATHS), st.lists(inner | st.sampled_from(OF_PROPERTIES), min_size=1, max_size=3)).map(
            lambda drawn: f"sh:property [ sh:path {drawn[0]} ; {' ; '.join(dict.fromkeys(drawn[1]))} ]"
        ),
        inner.map(lambda one: f"sh:node [ {one} ]"),
        inner.map(lambda one: f"sh:not [ {one} ]"),
        st.tuples(st.sampled_from(["and", "or", "xone"]), inner, inner).map(
            lambda drawn: f"sh:{drawn[0]} ( [ {drawn[1]} ] [ {drawn[2]} ] )"
        ),
        st.tuples(st.sampled_from(PATHS), inner).map(
            lambda drawn: (
                f"sh:property [ sh:path {drawn[0]} ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ {drawn[1]} ] ]"
            )
        ),
    ),
    max_leaves=5,
)
TARGETS = [
    "sh:targetClass ex:C",
    "sh:targetSubjectsOf ex:p",
    "sh:targetObjectsOf ex:q",
    "sh:targetNode ex:a , 1 , ex:gone",
]


def judged(text: str, shapes: str) -> object:
    """Return the findings, or the error that a validation ends with."""
    try:
        return validate(quads(text), quads(shapes)).findings
    except Exception as error:  # noqa: BLE001 (whatever it is, it has to be the same)
        return repr(error)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(data(), st.sampled_from(TARGETS), st.lists(constraints, min_size=1, max_size=2))
def test_what_is_found_is_what_judging_every_node_finds(text: str, target: str, chosen: list[str]) -> None:
    shapes = f"{DECLARED} ex:S a sh:NodeShape ; {target} ; {' ; '.join(dict.fromkeys(chosen))} ."
    found = judged(text, shapes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Suspects, "among", lambda _self, _shape, nodes: nodes)
        assert found == judged(text, shapes)


CONFORMING = "".join(f"ex:n{i} a ex:C ; ex:p {i % 5} ; ex:q ex:n{i // 2} . " for i in range(300))


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("sh:property [ sh:path ex:p ; sh:datatype xsd:integer ; sh:minCount 1 ; sh:maxInclusive 9 ]", "ex:p 10"),
        ("sh:property [ sh:path ex:q ; sh:class ex:C ; sh:nodeKind sh:IRI ; sh:maxCount 1 ]", "ex:q ex:outside"),
        ("sh:property [ sh:path ( ex:q ex:p ) ; sh:minCount 1 ]", "ex:p 1"),
        ("sh:property [ sh:path ex:q ; sh:node [ sh:property [ sh:path ex:p ; sh:maxCount 1 ] ] ]", "ex:q ex:two"),
        ("sh:or ( [ sh:class ex:D ] [ sh:property [ sh:path ex:p ; sh:minCount 1 ] ] )", "ex:q ex:n1"),
        (
            "sh:closed true ; sh:ignoredProperties ( ex:p ex:q <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> )",
            "ex:r 1",
        ),
        ('sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this { $this ex:p ?p FILTER(?p > 8) }" ]', "ex:p 9"),
        ('sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this { FILTER NOT EXISTS { $this ex:q ?q } }" ]', "ex:p 1"),
    ],
)
def test_of_many_nodes_those_alone_are_judged_that_may_be_wrong(constraint: str, wrong: str) -> None:
    judged_nodes: list[int] = []
    among = Suspects.among

    def noted(self: Suspects, shape: Any, nodes: Any) -> Any:
        found = among(self, shape, nodes)
        if not self._open:
            judged_nodes.append(len(found))
        return found

    data = f"{CONFORMING} ex:two ex:p 1 , 2 . ex:bad a ex:C ; {wrong} ."
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Suspects, "among", noted)
        report = validate(quads(data), quads(f"{DECLARED} ex:S a sh:NodeShape ; sh:targetClass ex:C ; {constraint} ."))
    assert {finding.focus_node for finding in report.findings} == {"<https://example.org/bad>"}
    assert max(judged_nodes) <= 2


def test_data_on_disk_is_judged_alike(tmp_path: Path) -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:maxExclusive 4 ] ."
    read = list(quads(shapes))
    assert validate(quads(CONFORMING), read, tmp_path) == validate(quads(CONFORMING), read)


def test_values_are_judged_as_they_were_written() -> None:
    data = 'ex:a a ex:C ; ex:p "01"^^xsd:integer , 1 , "1.50"^^xsd:decimal . ex:b a ex:C ; ex:p 1 .'
    query = "SELECT $this ?value { $this ex:p ?value FILTER(STR(?value) = '01') }"
    shapes = f"""{DECLARED} ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] ;
      sh:sparql [ sh:prefixes ex: ; sh:select "{query}" ] ."""
    report = validate(quads(data), quads(shapes))
    assert [(finding.focus_node[-2], finding.value) for finding in report.findings] == [
        ("a", f'"01"^^<{"http://www.w3.org/2001/XMLSchema#"}integer>'),
        ("a", None),
    ]


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Let what is in a cycle lie."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize(
    "constraint", [*(f'sh:sparql [ sh:prefixes ex: ; sh:select "{query}" ]' for query in QUERIES), LONG_PATH]
)
def test_no_solutions_lie_about_for_the_collector_of_another_thread(constraint: str) -> None:
    validate(quads(CONFORMING), quads(f"{DECLARED} ex:S a sh:NodeShape ; sh:targetClass ex:C ; {constraint} ."))
    assert not [left for left in gc.get_objects() if isinstance(left, ox.QuerySolutions)]


def test_pyshacl_is_left_as_it_was() -> None:
    before = Shape.validate
    validate(quads(CONFORMING), quads("ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:nodeKind sh:IRI ."))
    assert Shape.validate is before
