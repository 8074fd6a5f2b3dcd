"""Turtle and TriG of our own, held against Oxigraph's writer and read by two parsers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Dataset, Literal, NamedNode, Quad, RdfFormat, parse, serialize
from rdflib import Graph
from rdflib.compare import isomorphic

from kgpub.iris import prefixes_of
from kgpub.jsonld import to_jsonld
from kgpub.nquads import line_of
from kgpub.rows import Row, literal_parts, row_of, rows_of
from kgpub.turtle import to_turtle
from kgpub.vocabulary import RDF, XSD

PREFIXES = {"": "http://e/", "ex": "http://ex.org/", "on": "http://ex.org/on#", "rdf": RDF, "xsd": XSD}
#: Oxigraph would try the shorter of two namespaces where a name cannot follow the longer.
FLAT = {name: iri for name, iri in PREFIXES.items() if name != "ex"}
LOCALS = st.text(st.sampled_from("ab1é_-.·\u00d7(~'&,"), max_size=6)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.from_regex(r"[+-]?[0-9]{0,2}\.?[0-9]{0,2}([eE][+-]?[0-9])?|true|1 2|\n", fullmatch=True)
DATATYPES = st.sampled_from(["integer", "decimal", "double", "boolean", "date"])
FIXED_IRIS = st.sampled_from([NamedNode(i) for i in (RDF + "type", "http://ex.org/", "http://ex.org/a.b.", "urn:x:y")])
IRIS = FIXED_IRIS | st.builds(
    lambda start, local: NamedNode(start + local),
    st.sampled_from(["http://ex.org/on#", "http://e/", "http://o/"]),
    LOCALS,
)
LITERALS = (
    st.builds(Literal, TEXTS)
    | st.builds(lambda text: Literal(text, language="en-gb"), TEXTS)
    | st.builds(lambda text, name: Literal(text, datatype=NamedNode(XSD + name)), NUMBERS, DATATYPES)
)
NODES = IRIS | st.sampled_from([BlankNode("c14n0"), BlankNode("c14n1")])
TRIPLES = st.lists(st.builds(Quad, NODES, IRIS, NODES | LITERALS), max_size=8)
QUADS = st.lists(st.builds(Quad, NODES, IRIS, NODES | LITERALS, IRIS), max_size=8)


def rows(quads: list[Quad]) -> list[Row]:
    return rows_of(map(line_of, quads))


def written(quads: list[Quad], prefixes: dict[str, str] = PREFIXES) -> bytes:
    return to_turtle(rows(quads), prefixes_of(prefixes))


def body(turtle: bytes) -> bytes:
    return re.sub(rb"(?m)^@prefix .*\n", b"", turtle).lstrip(b"\n")


@given(TRIPLES)
def test_it_writes_what_oxigraph_writes(quads: list[Quad]) -> None:
    theirs = serialize([quad.triple for quad in quads], format=RdfFormat.TURTLE, prefixes=FLAT)
    assert body(written(quads, FLAT)) == body(theirs or b"")


@given(QUADS)
def test_it_writes_trig_as_oxigraph_does(quads: list[Quad]) -> None:
    theirs = serialize(quads, format=RdfFormat.TRIG, prefixes=FLAT)
    assert body(written(quads, FLAT)) == body(theirs or b"")


@given(TRIPLES)
def test_turtle_reads_back_as_the_same_triples(quads: list[Quad]) -> None:
    read = parse(written(quads), RdfFormat.TURTLE, rename_blank_nodes=False)
    assert list(read) == quads


@given(QUADS)
def test_trig_reads_back_as_the_same_quads(quads: list[Quad]) -> None:
    assert list(parse(written(quads), RdfFormat.TRIG, rename_blank_nodes=False)) == quads


@given(QUADS)
def test_rows_mean_what_the_parser_reads(quads: list[Quad]) -> None:
    assert rows(quads) == [row_of(quad) for quad in quads]
    for row, quad in zip(rows(quads), quads, strict=True):
        if isinstance(quad.object, Literal):
            text, language, datatype = literal_parts(row[2])
            assert (text, language) == (quad.object.value, quad.object.language or "")
            assert datatype in ("", quad.object.datatype.value)


@given(TRIPLES)
def test_json_ld_reads_back_as_the_same_triples(quads: list[Quad]) -> None:
    data = to_jsonld(rows(quads), prefixes_of(PREFIXES))
    read = Dataset(parse(data, RdfFormat.JSON_LD, rename_blank_nodes=False))
    assert read == Dataset(quads)


@pytest.mark.parametrize(
    "local",
    ["a", "1", "-a", "a-", "a.", ".a", "a.b", "a(b)", "a%41", "é", "\u00b7x", "x\u00b7", "\u00d7", "_", "a'b", ""],
)
def test_a_local_name_is_escaped_as_oxigraph_escapes_it(local: str) -> None:
    quad = Quad(NamedNode(f"http://ex.org/{local}"), NamedNode("http://p/p"), Literal("x"))
    theirs = serialize([quad.triple], format=RdfFormat.TURTLE, prefixes={"ex": "http://ex.org/"}) or b""
    assert body(to_turtle(rows([quad]), prefixes_of({"ex": "http://ex.org/"}))) == body(theirs)


def test_rdflib_reads_the_same_graph() -> None:
    lines = [
        '<http://ex.org/a> <http://ex.org/p> "x\\n\\"\\u0001"@fr .',
        "<http://ex.org/a> <http://ex.org/p> _:c14n0 .",
        f"_:c14n0 <{RDF}type> <http://ex.org/on#C> .",
        f'_:c14n0 <http://e/n> "-1.5"^^<{XSD}decimal> .',
    ]
    turtle = Graph().parse(data=to_turtle(rows_of(lines), prefixes_of(PREFIXES)), format="turtle")
    assert isomorphic(turtle, Graph().parse(data="\n".join(lines), format="nt"))
    jsonld = Graph().parse(data=to_jsonld(rows_of(lines), prefixes_of(PREFIXES)), format="json-ld")
    assert isomorphic(turtle, jsonld)


def test_names_are_the_same_in_every_document_and_only_prefixes_in_use_are_declared() -> None:
    deep = "<http://ex.org/a/b> <http://p/p> <http://p/o> ."
    assert to_turtle(rows_of([deep]), prefixes_of(PREFIXES)) == f"{deep}\n".encode()
    with_other = to_turtle(rows_of([deep, "<http://ex.org/a> <http://p/p> <http://p/o> ."]), prefixes_of(PREFIXES))
    assert with_other.startswith(b"@prefix ex: <http://ex.org/> .\n\n<http://ex.org/a/b> ")


def test_a_namespace_may_end_within_a_name() -> None:
    prefixes = prefixes_of({"e": "http://ex.org/e", "ex": "http://ex.org/"})
    line = "<http://ex.org/e1> <http://ex.org/p> <urn:o> ."
    assert b"\ne:1 ex:p <urn:o> .\n" in to_turtle(rows_of([line]), prefixes)


def test_a_triple_term_stays_as_it_is() -> None:
    line = '<http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> "x > ." )>> )>> .'
    turtle = to_turtle(rows_of([line]), prefixes_of(PREFIXES))
    assert list(parse(turtle, RdfFormat.TURTLE)) == list(parse(line, RdfFormat.N_TRIPLES))


def test_nothing_is_an_empty_document() -> None:
    assert to_turtle([], prefixes_of(PREFIXES)) == b""
