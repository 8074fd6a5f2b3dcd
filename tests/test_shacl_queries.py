"""The queries of shapes: each solution is a result; pySHACL alone loses some, and messages of others."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.sparql.sparql_based_constraint_components import BoundShapeValidatorComponent
from rdflib import SH

from kgpub.errors import ShapesInvalid
from kgpub.report import Finding, Message
from kgpub.shacl import validate
from kgpub.shacl_queries import queries_asked

PREFIXES = """
@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARED = "ex: sh:declare [ sh:prefix 'ex' ; sh:namespace 'https://example.org/'^^xsd:anyURI ] ."
BACKSLASH = r"""'C:\\dir \\g<9>'"""
ASK = ("sh:validator", "sh:ask", "ASK { FILTER(STRLEN(STR($value)) <= $most) }")
LONGER = "SELECT DISTINCT $this ?value { $this $PATH ?value FILTER(STRLEN(?value) > $most) }"
SELECT = ("sh:propertyValidator", "sh:select", LONGER)


def turtle(text: str) -> Iterator[ox.Quad]:
    for quad in ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE):
        assert isinstance(quad, ox.Quad)
        yield quad


def found(data: str, constraint: str, more: str = "") -> tuple[Finding, ...]:
    shape = f"ex:S a sh:NodeShape ; sh:targetNode ex:n ; {constraint} . {DECLARED} {more}"
    return validate(turtle(f"ex:n {data} ."), turtle(shape)).findings


def asked(select: str, messages: str = "'M'") -> str:
    return f'sh:sparql [ sh:prefixes ex: ; sh:message {messages} ; sh:select """{select}""" ]'


def component(kind: str, ask_or_select: str, query: str) -> str:
    message = "sh:message 'longer than {$most}: {?value}'@en"
    return f"""ex:Long a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] ;
        {kind} [ sh:prefixes ex: ; {message} ; {ask_or_select} \"\"\"{query}\"\"\" ] ."""


@pytest.mark.parametrize("validator", [ASK, SELECT])
def test_a_component_finds_each_value_and_says_so_once(validator: tuple[str, str, str]) -> None:
    findings = found("ex:p 'abcd', 'ab', 'abcdef'", "sh:property [ sh:path ex:p ; ex:most 3 ]", component(*validator))
    assert [(finding.value, finding.messages) for finding in findings] == [
        (f'"{value}"', (Message(f"longer than 3: {value}", "en"),)) for value in ("abcd", "abcdef")
    ]
    assert {finding.component for finding in findings} == {"<https://example.org/Long>"}


def test_a_component_on_a_node_finds_values_by_itself() -> None:
    query = LONGER.replace("$PATH", "ex:p")
    findings = found("ex:p 'abcd'", "ex:most 3", component("sh:nodeValidator", "sh:select", query))
    assert [finding.value for finding in findings] == ['"abcd"']


def test_each_value_of_a_parameter_is_a_constraint() -> None:
    findings = found("ex:p 'abcd', 'abcdefg'", "sh:property [ sh:path ex:p ; ex:most 3, 6 ]", component(*ASK))
    assert sorted(message.text for finding in findings for message in finding.messages) == [
        "longer than 3: abcd", "longer than 3: abcdefg", "longer than 6: abcdefg",
    ]  # fmt: skip


@pytest.mark.parametrize(("value", "holds"), [("0", True), ("''", True), ("false", True), ("7", False)])
def test_a_value_that_is_nothing_in_python_is_a_value(value: str, holds: bool) -> None:  # noqa: FBT001
    validator = component("sh:validator", "sh:ask", "ASK { FILTER(BOUND($value) && STR($value) != '7') }")
    assert (found(f"ex:p {value}", "sh:property [ sh:path ex:p ; ex:most 3 ]", validator) == ()) == holds


def test_messages_are_filled_in_every_language_whatever_the_value() -> None:
    query = asked("SELECT $this ?value { $this ex:p ?value }", "'bad {?value}, {$this}'@en , 'mal {?value} {?no}'@fr")
    (finding,) = found(f"ex:p {BACKSLASH}", query)
    text = r"C:\dir \g<9>"
    assert finding.messages == (
        Message(f"bad {text}, https://example.org/n", "en"),
        Message(f"mal {text} {{?no}}", "fr"),
    )


def test_a_parameter_may_hold_a_backslash() -> None:
    validator = component("sh:validator", "sh:ask", "ASK { FILTER(REGEX($value, $most)) }")
    (finding,) = found("ex:p 'a', '12'", r"sh:property [ sh:path ex:p ; ex:most '^\\d+$' ]", validator)
    assert finding.messages == (Message(r"longer than ^\d+$: a", "en"),)


def test_a_query_gives_its_message_path_and_value_itself() -> None:
    query = "SELECT $this (ex:q AS ?path) ?value (CONCAT('dyn ', ?value) AS ?message) { $this ex:p ?value }"
    (finding,) = found("ex:p 'a'", asked(query))
    assert (finding.path, finding.value) == ("<https://example.org/q>", '"a"')
    assert finding.messages == (Message("dyn a"),)


def test_a_query_without_a_value_judges_the_node_and_on_a_path_no_value() -> None:
    query = asked("SELECT $this { $this ex:p ?v }")
    assert [finding.value for finding in found("ex:p 1, 2", query)] == ["<https://example.org/n>"]
    assert [finding.value for finding in found("ex:p 1", f"sh:property [ sh:path ex:p ; {query} ]")] == [None]


def test_a_query_that_reports_a_failure_fails_the_validation() -> None:
    query = asked("SELECT $this ?failure { $this ex:p ?failure }")
    assert len(found("ex:p false", query)) == 1
    with pytest.raises(ShapesInvalid, match=r"a query of theirs reports a failure at <https://example\.org/n>\.$"):
        found("ex:p true", query)


def test_pyshacl_is_left_as_it_was() -> None:
    before = dict(CONSTRAINT_PARAMETERS_MAP), BoundShapeValidatorComponent.evaluate
    with queries_asked():
        assert CONSTRAINT_PARAMETERS_MAP[SH.sparql] is not before[0][SH.sparql]
    assert before == (CONSTRAINT_PARAMETERS_MAP, BoundShapeValidatorComponent.evaluate)
