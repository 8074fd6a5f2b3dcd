"""JSON-LD, read back by rdflib's parser."""

import json

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from kgpub.errors import NotAcceptable
from kgpub.iris import prefixes_of
from kgpub.jsonld import to_jsonld, to_jsonld_dataset
from kgpub.rows import Row, row_of

PREFIXES = prefixes_of(
    {"ex": "http://ex.org/", "xsd": "http://www.w3.org/2001/XMLSchema#", "bad": "http://ex.org/no-delimiter"}
)


def rows(turtle: str) -> list[Row]:
    return [row_of(quad) for quad in parse(f"@prefix : <http://ex.org/> . {turtle}", RdfFormat.TURTLE)]


def same(turtle: str) -> bool:
    written = Graph().parse(data=to_jsonld(rows(turtle), PREFIXES), format="json-ld")
    return isomorphic(written, Graph().parse(data=f"@prefix : <http://ex.org/> . {turtle}", format="turtle"))


def test_every_kind_of_term_comes_back() -> None:
    assert same(':a a :C , :D ; :p "x", "y"@fr, "é\\n\\"q\\"", "2"^^<http://ex.org/dt> , <urn:a:b> , [ :q :a ] .')


def test_a_prefix_that_is_a_scheme_too_does_not_change_what_iris_say() -> None:
    prefixes = prefixes_of({"doi": "https://doi.org/", "ex": "http://ex.org/", "ftp": "http://ftp.org/"})
    text = "<http://ex.org/a> <http://ex.org/p> <doi:10.1>, <https://doi.org/x>, <ftp://f.org/>, <http://ftp.org/f> ."
    data = [row_of(quad) for quad in parse(text, RdfFormat.TURTLE)]
    for written in (to_jsonld(data, prefixes), to_jsonld_dataset(data, prefixes)):
        assert isomorphic(Graph().parse(data=written, format="json-ld"), Graph().parse(data=text, format="turtle"))
        assert set(json.loads(written)["@context"]) == {"ex", "ftp"}
    without = [row for row in data if row[2] != "<doi:10.1>"]
    assert set(json.loads(to_jsonld(without, prefixes))["@context"]) == {"doi", "ex", "ftp"}


def test_lexical_forms_are_kept() -> None:
    document = json.loads(to_jsonld(rows(":a :p 1.00 , 01 , true , 1e0 ."), PREFIXES))
    assert {value["@value"] for value in document["@graph"][0]["ex:p"]} == {"1.00", "01", "true", "1e0"}


def test_lists_and_nested_blank_nodes_come_back() -> None:
    assert same(":a :p ( 1 [ :q ( ) ] :b ) . _:x :p _:x .")


def test_an_iri_that_is_the_namespace_itself_is_written_in_full() -> None:
    assert same(":a :p <http://ex.org/> , <http://ex.org//double> , <http://ex.org/no-delimiterX> .")


def test_the_context_names_only_the_prefixes_in_use() -> None:
    assert set(json.loads(to_jsonld(rows(":a :p :b ."), PREFIXES))["@context"]) == {"ex"}


def test_a_triple_term_is_refused_with_a_sentence() -> None:
    with pytest.raises(NotAcceptable, match="triple term"):
        to_jsonld(rows(":a :p <<( :s :q :o )>> ."), PREFIXES)


def test_graphs_come_back_where_they_are_written() -> None:
    trig = """@prefix : <http://ex.org/> . :a :p :b , "x"@en .
    :g { :a :p :c ; a :C . :b :q 7 } <http://ex.org/no-delimiter> { :a :p :b }"""
    quads = [row_of(quad) for quad in parse(trig, RdfFormat.TRIG)]
    document = to_jsonld_dataset(sorted(quads, key=lambda row: row[3]), PREFIXES)
    written, expected = Dataset(), Dataset()
    written.parse(data=document, format="json-ld")
    expected.parse(data=trig, format="trig")
    assert set(written.quads()) == set(expected.quads())
    assert len(set(written.quads())) == 6
