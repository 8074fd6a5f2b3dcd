import logging
from collections.abc import Iterator

import pytest
import rdflib
from pyoxigraph import Literal, Quad, RdfFormat, parse, serialize
from rdflib.compare import isomorphic

from kgpub.errors import ShapesInvalid
from kgpub.report import CheckedShape, Message, Report, as_turtle
from kgpub.shacl import validate
from kgpub.shacl_results import path_text

PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"
AGE_IS_ONE = "sh:property [ sh:path ex:age ; sh:in ( 1 ) ]"
AGE_IS_INTEGER = "sh:property [ sh:path ex:age ; sh:datatype xsd:integer ]"


def turtle(text: str) -> Iterator[Quad]:
    for quad in parse(PREFIXES + text, RdfFormat.TURTLE):
        assert isinstance(quad, Quad)
        yield quad


def judged(data: str, constraint: str, more: str = "") -> Report:
    return validate(turtle(data), turtle(f"ex:Shape a sh:NodeShape ; sh:targetClass ex:P ; {constraint} . {more}"))


def refused(constraint: str, more: str = "") -> str:
    with pytest.raises(ShapesInvalid) as raised:
        judged('ex:ada a ex:P ; ex:name "Ada" .', constraint, more)
    return str(raised.value)


def with_query(query: str) -> str:
    return f'sh:sparql [ sh:prefixes ex: ; sh:select """{query}""" ]'


DECLARATION = 'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .'


def test_data_that_keeps_the_rules_conforms() -> None:
    report = judged("ex:ada a ex:P ; ex:age 36 .", AGE_IS_INTEGER)
    assert (report.conforms, report.violations, report.findings) == (True, 0, ())


@pytest.mark.parametrize(("severity", "violations"), [("Violation", 1), ("Warning", 0), ("Info", 0)])
def test_only_a_violation_counts_as_one_but_any_finding_breaks_conformance(severity: str, violations: int) -> None:
    report = judged("ex:ada a ex:P .", f"sh:property [ sh:path ex:age ; sh:minCount 1 ; sh:severity sh:{severity} ]")
    assert (report.conforms, report.violations, report.counts) == (False, violations, {severity: 1})


def test_a_severity_of_the_shapes_own_is_reported_by_its_iri() -> None:
    report = judged("ex:ada a ex:P .", "sh:severity ex:Grave ; sh:nodeKind sh:Literal")
    assert (report.violations, report.counts) == (0, {"<https://example.org/Grave>": 1})


def test_a_finding_of_a_nameless_property_shape_names_the_shape_around_it() -> None:
    (finding,) = judged('ex:ada a ex:P ; ex:age "old" .', AGE_IS_INTEGER).findings
    assert (finding.shape, finding.focus_node) == ("<https://example.org/Shape>", "<https://example.org/ada>")
    assert (finding.path, finding.value) == ("<https://example.org/age>", '"old"')
    assert finding.component == "<http://www.w3.org/ns/shacl#DatatypeConstraintComponent>"
    assert finding.messages == (Message("Value is not Literal with datatype xsd:integer"),)


def test_a_finding_has_its_messages_in_every_language_and_in_none() -> None:
    said = 'sh:property [ sh:path ex:age ; sh:minCount 1 ; sh:message "An age.", "Un âge."@fr, "An age!"@en ]'
    (finding,) = judged("ex:ada a ex:P .", said).findings
    assert finding.messages == (Message("An age."), Message("An age!", "en"), Message("Un âge.", "fr"))


def test_the_report_counts_the_shapes_and_the_nodes_that_they_were_checked_on() -> None:
    data = """
    ex:ada a ex:P ; ex:knows ex:eve . ex:eve a ex:Q . ex:Q rdfs:subClassOf ex:P . ex:loc a ex:Own .
    ex:bob ex:knows ex:ada .
    """.replace("rdfs:", "<http://www.w3.org/2000/01/rdf-schema#>").replace("#>subClassOf", "#subClassOf>")
    more = """
    ex:Known a sh:NodeShape ; sh:targetObjectsOf ex:knows ; sh:targetNode ex:nobody .
    ex:Knows a sh:NodeShape ; sh:targetSubjectsOf ex:knows .
    ex:Own a sh:NodeShape, <http://www.w3.org/2000/01/rdf-schema#Class> .
    ex:Off a sh:NodeShape ; sh:targetNode ex:ada ; sh:deactivated true .
    ex:Untargeted a sh:NodeShape ; sh:nodeKind sh:IRI .
    """
    report = judged(data, "sh:nodeKind sh:IRI", more)
    expected = {"Known": 3, "Knows": 2, "Own": 1, "Shape": 2}
    assert report.shapes == tuple(CheckedShape(f"<https://example.org/{name}>", n) for name, n in expected.items())
    assert report.focus_nodes == 5  # ada, eve, nobody, bob, loc


def test_an_ill_typed_literal_violates_its_own_datatype() -> None:
    (finding,) = judged('ex:ada a ex:P ; ex:age "abc"^^xsd:integer .', AGE_IS_INTEGER).findings
    assert finding.value == f'"abc"^^{INTEGER}'


def test_a_literal_is_reported_as_it_was_written() -> None:
    data = 'ex:ada a ex:P ; ex:age "01"^^xsd:integer .'
    assert judged(data, AGE_IS_INTEGER).conforms
    (finding,) = judged(data, AGE_IS_ONE).findings
    assert finding.value == f'"01"^^{INTEGER}'


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("( ex:a ex:b )", "a/b"),
        ("[ sh:inversePath ex:a ]", "^a"),
        ("[ sh:alternativePath ( ex:a ex:b ) ]", "a|b"),
        ("[ sh:zeroOrMorePath ex:a ]", "a*"),
        ("[ sh:oneOrMorePath [ sh:alternativePath ( ex:a [ sh:inversePath ex:b ] ) ] ]", "(a|^b)+"),
        ("( [ sh:alternativePath ( ex:a ex:b ) ] [ sh:inversePath [ sh:zeroOrOnePath ex:c ] ] )", "(a|b)/^c?"),
        ("[ sh:alternativePath ( ( ex:a ex:b ) ex:c ) ]", "a/b|c"),
    ],
)
def test_a_path_is_shown_as_sparql_writes_it(path: str, shown: str) -> None:
    (finding,) = judged("ex:ada a ex:P .", f"sh:property [ sh:path {path} ; sh:minCount 9 ]").findings
    assert finding.path is not None
    assert finding.path.replace("<https://example.org/", "").replace(">", "") == shown


def test_a_focus_node_may_be_a_literal_or_a_blank_node_which_keeps_its_label() -> None:
    data = list(turtle("_:someone ex:of ex:ada ."))
    shapes = 'ex:Shape a sh:NodeShape ; sh:targetNode "01"^^xsd:integer ; sh:targetSubjectsOf ex:of ; sh:class ex:C .'
    report = validate(data, turtle(shapes))
    assert {finding.focus_node for finding in report.findings} == {f'"01"^^{INTEGER}', str(data[0].subject)}


def test_findings_of_another_shape_stand_below_the_one_that_led_there() -> None:
    more = "ex:Name a sh:NodeShape ; sh:property [ sh:path ex:given ; sh:minCount 1 ] ."
    (finding,) = judged(
        "ex:ada a ex:P ; ex:name ex:n .", "sh:property [ sh:path ex:name ; sh:node ex:Name ]", more
    ).findings
    (detail,) = finding.details
    assert (detail.shape, detail.focus_node) == ("<https://example.org/Name>", "<https://example.org/n>")


def test_a_query_of_a_shape_finds_what_it_selects() -> None:
    query = with_query("SELECT $this ?value { $this ex:age ?value FILTER(?value > 120) }")
    report = judged("ex:ada a ex:P ; ex:age 36 . ex:eve a ex:P ; ex:age 930 .", query, DECLARATION)
    assert [finding.value for finding in report.findings] == [f'"930"^^{INTEGER}']


def test_a_query_of_a_shape_may_ask_the_shapes_graph() -> None:
    query = with_query(
        "SELECT $this { GRAPH $shapesGraph { $currentShape ex:least ?least } $this ex:age ?a FILTER(?a < ?least) }"
    )
    report = judged("ex:ada a ex:P ; ex:age 36 . ex:eve a ex:P ; ex:age 9 .", f"{query} ; ex:least 18", DECLARATION)
    assert [finding.focus_node for finding in report.findings] == ["<https://example.org/eve>"]
    assert b"GRAPH $shapesGraph {" in as_turtle(report)


def test_a_query_that_is_no_constraint_s_is_not_judged() -> None:
    assert judged("ex:ada a ex:P .", "sh:nodeKind sh:IRI", 'ex:test sh:select "SELEKT" .').conforms


def test_a_custom_constraint_component_works() -> None:
    component = """ex:Longest a sh:ConstraintComponent ; sh:parameter [ sh:path ex:longest ] ;
        sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER(STRLEN(STR($value)) <= $longest) }" ] ."""
    shape = "sh:property [ sh:path ex:name ; ex:longest 3 ]"
    assert judged('ex:ada a ex:P ; ex:name "Augusta" .', shape, component).violations == 1
    assert judged('ex:ada a ex:P ; ex:name "Ada" .', shape, component).conforms


def test_nothing_in_the_data_or_in_the_shapes_is_nothing_found() -> None:
    assert judged("", AGE_IS_INTEGER).conforms
    assert validate(turtle("ex:ada a ex:P ."), ()).conforms
    assert validate((), ()).conforms


def test_one_iterable_may_be_data_and_shapes_at_once() -> None:
    both = turtle("ex:Shape sh:targetNode ex:ada ; sh:class ex:P . ex:ada a ex:Q .")
    assert validate(both, both).violations == 1


def test_the_same_statement_in_two_graphs_is_one_value() -> None:
    trig = PREFIXES + "GRAPH ex:g1 { ex:ada a ex:P ; ex:age 36 } GRAPH ex:g2 { ex:ada ex:age 36 }"
    data = [quad for quad in parse(trig, RdfFormat.TRIG) if isinstance(quad, Quad)]
    shapes = "ex:Shape a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ex:age ; sh:maxCount 1 ] ."
    assert validate(data, turtle(shapes)).conforms


def test_a_statement_about_a_statement_counts_as_one_value() -> None:
    assert judged(
        "ex:ada a ex:P ; ex:says <<( ex:a ex:b ex:c )>> .", "sh:property [ sh:path ex:says ; sh:minCount 1 ]"
    ).conforms


def test_a_path_that_is_a_list_is_a_sequence_whatever_it_is_besides() -> None:
    path = "[ rdf:first ex:a ; rdf:rest [ rdf:first ex:b ; rdf:rest () ] ; sh:inversePath ( ex:c ) ]"
    (finding,) = judged("ex:ada a ex:P .", f"sh:property [ sh:path {path} ; sh:minCount 1 ]").findings
    assert finding.path == "<https://example.org/a>/<https://example.org/b>"


def test_shapes_and_paths_may_lie_inside_one_another() -> None:
    path = f"{'[ sh:zeroOrOnePath ' * 6} ex:knows {']' * 6}"
    inner = f"sh:property [ sh:path {path} ; sh:minCount 3 ]"
    report = judged("ex:ada a ex:P ; ex:knows ex:eve .", f"{'sh:node [ ' * 20} {inner} {']' * 20}")
    assert report.violations == 1


def test_each_result_has_its_path_for_itself_and_the_whole_of_it() -> None:
    path = "[ sh:alternativePath ( [ sh:alternativePath ( [ sh:inversePath ( ex:a ex:b ) ] ex:c ) ] ex:d ) ]"
    data, shape = list(turtle("ex:ada a ex:P . ex:eve a ex:P .")), f"ex:S sh:path {path} ; sh:minCount 1 ."
    shapes = list(turtle(f"{shape} ex:S a sh:PropertyShape ; sh:targetClass ex:P ."))
    report = validate(data, shapes)
    (shown,) = {
        (finding.path or "").replace("<https://example.org/", "").replace(">", "") for finding in report.findings
    }
    assert shown == "(^(a/b)|c)|d"
    written = rdflib.Graph().parse(data=as_turtle(report), format="turtle")
    paths = list(written.objects(None, rdflib.SH.resultPath))
    assert len(set(paths)) == 2
    assert {path_text(written, path) for path in paths} == {finding.path for finding in report.findings}
    assert as_turtle(report) == as_turtle(validate(data, shapes))


@pytest.mark.parametrize(
    ("constraint", "reason"),
    [
        ('sh:property [ sh:path ex:name ; sh:minCount "x" ]', 'sh:minCount "x": Value is not Literal'),
        ("sh:property [ sh:minCount 1 ]", "sh:path: Less than 1 values"),
        ("sh:nodeKind ex:Person", "sh:nodeKind <https://example.org/Person>"),
        ("sh:in ex:noList", "sh:in <https://example.org/noList>"),
        (with_query("SELEKT $this { }"), "has a query that is not SPARQL: see line 1, “SELEKT $this { }”."),
        (with_query("SELECT $this { $this ex:name 1 }"), "sh:prefixes declares no prefix ex."),
        (with_query("SELECT $this { SERVICE <http://127.0.0.1/> { ?a ?b $this } }"), "with SERVICE or FROM"),
        (
            "sh:entailment <http://www.w3.org/ns/entailment/RDFS>",
            "entailment regime <http://www.w3.org/ns/entailment/RDFS>",
        ),
        (with_query("SELECT $this FROM <http://127.0.0.1/> { $this ?p ?o }"), "with SERVICE or FROM"),
    ],
)
def test_shapes_that_are_no_shacl_are_refused_by_name(constraint: str, reason: str) -> None:
    sentence = refused(constraint)
    assert "<https://example.org/Shape>" in sentence
    assert reason in sentence
    assert sentence.count("\n") == 0


@pytest.mark.parametrize(
    ("constraint", "reason"),
    [
        ('sh:property [ sh:path ex:name ; sh:pattern "(" ]', "The sh:pattern “(” is no regular expression"),
        ("sh:property [ sh:path ex:name ; sh:qualifiedValueShape [ sh:class ex:C ] ]", "sh:qualifiedMinCount"),
        (
            with_query("SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }"),
            "shape <https://example.org/Shape> has a query that cannot be used: A SPARQL Constraint must",
        ),
        (f"{'sh:not [ ' * 160} sh:nodeKind sh:IRI {']' * 160}", "too deep inside one another"),
        ("sh:property [ sh:path _:loop ; sh:minCount 1 ] . _:loop sh:inversePath _:loop", "The shapes cannot be used"),
    ],
)
def test_shapes_that_cannot_be_used_are_refused_in_a_sentence(constraint: str, reason: str) -> None:
    sentence = refused(constraint)
    assert reason in sentence
    assert sentence.count("\n") == 0


def test_the_shapes_are_checked_even_where_no_data_asks_for_them() -> None:
    with pytest.raises(ShapesInvalid):
        validate((), turtle(f"ex:Shape sh:targetNode ex:ada ; {with_query('SELEKT')} ."))


def test_the_turtle_is_the_w3c_report_and_reads_the_same_everywhere() -> None:
    written = as_turtle(judged('ex:ada a ex:P ; ex:age "01"^^xsd:integer , "x"@en .', AGE_IS_ONE))
    n_triples = serialize(parse(written, RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES)
    assert n_triples is not None
    graph = rdflib.Graph().parse(data=written, format="turtle")
    assert isomorphic(graph, rdflib.Graph().parse(data=n_triples, format="nt"))
    (root,) = graph.subjects(rdflib.RDF.type, rdflib.SH.ValidationReport)
    assert graph.value(root, rdflib.SH.conforms) == rdflib.Literal(lexical_or_value=False)
    assert len(list(graph.objects(root, rdflib.SH.result))) == 2


def test_the_turtle_keeps_lexical_forms() -> None:
    written = as_turtle(judged('ex:ada a ex:P ; ex:age "01"^^xsd:integer .', AGE_IS_ONE))
    values = [quad.object.value for quad in parse(written, RdfFormat.TURTLE) if isinstance(quad.object, Literal)]
    assert "01" in values


def test_the_same_graphs_give_the_same_bytes() -> None:
    data = list(turtle("ex:ada a ex:P . ex:eve a ex:P . ex:bob a ex:P ; ex:age 2 ."))
    shapes = list(turtle("ex:Shape sh:targetClass ex:P ; sh:property ex:Age . ex:Age sh:path ex:age ; sh:minCount 1 ."))
    assert validate(data, shapes) == validate(data[::-1], shapes[::-1])


def test_a_flag_of_one_is_not_true() -> None:
    one = 'sh:property [ sh:path ex:name ; sh:uniqueLang "1"^^xsd:boolean ]'
    assert judged('ex:ada a ex:P ; ex:name "a"@en , "b"@en .', one).conforms


def test_a_report_in_the_data_is_not_mistaken_for_the_report() -> None:
    data = "_:old a sh:ValidationReport , ex:P ; sh:conforms true ."
    assert [f.focus_node[:2] for f in judged(data, "sh:nodeKind sh:IRI").findings] == ["_:"]


def test_neither_pyshacl_nor_rdflib_is_heard(capfd: pytest.CaptureFixture[str]) -> None:
    judged('ex:ada a ex:P ; ex:age "abc"^^xsd:integer ; ex:name "x"^^xsd:boolean .', AGE_IS_INTEGER)
    refused('sh:property [ sh:path ex:name ; sh:minCount "x" ]')
    assert capfd.readouterr() == ("", "")
    assert not logging.getLogger("rdflib.term").disabled
