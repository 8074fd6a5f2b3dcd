"""Results of SPARQL queries, read by the rules of their formats and without the engine, and compared.

Two results are the same up to the names of blank nodes. Numbers are compared by datatype and value: how an engine
writes the number that an expression gives, ``2.0`` or ``2``, SPARQL leaves open.
"""

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree import ElementTree as ET

from rdflib import RDF, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

_SRX = "{http://www.w3.org/2005/sparql-results#}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
_BLANK = "_:"
_EXACT = (str(XSD.integer), str(XSD.decimal))
_FLOATING = (str(XSD.float), str(XSD.double))

#: An IRI as it is, a blank node with ``_:`` before its name, a literal as text, datatype and language.
Term = str | tuple[str, str, str]
Row = Mapping[str, Term]


@dataclass(frozen=True)
class Table:
    """Solutions: the variables, and the rows, whose order counts where *is_ordered*."""

    variables: frozenset[str]
    rows: tuple[Row, ...]
    is_ordered: bool = False


#: What a query gives: solutions, a truth value, or a graph.
Result = Table | bool | Graph


def is_same(got: Result, expected: Result, *, is_lax: bool = False) -> bool:
    """Tell whether two results are the same; with *is_lax* (REDUCED) rows that come several times may come once."""
    if isinstance(got, Graph) and isinstance(expected, Graph):
        return isomorphic(_by_value(got), _by_value(expected))
    if not isinstance(got, Table) or not isinstance(expected, Table):
        return type(got) is type(expected) and got == expected
    if got.variables != expected.variables:
        return False
    if is_lax:
        kept = [_key(row) for row in expected.rows]
        return set(kept) == {_key(row) for row in got.rows} and not Counter(map(_key, got.rows)) - Counter(kept)
    return _are_same_rows(got.rows, expected.rows, is_ordered=expected.is_ordered)


def _are_same_rows(got: tuple[Row, ...], expected: tuple[Row, ...], *, is_ordered: bool) -> bool:
    keys = [[_key(row) for row in rows] for rows in (got, expected)]
    if is_ordered and keys[0] != keys[1]:
        return False
    if Counter(keys[0]) != Counter(keys[1]):
        return False
    has_blank = any(_is_blank(term) for row in expected for term in row.values())
    return not has_blank or isomorphic(
        _as_graph(got, is_ordered=is_ordered), _as_graph(expected, is_ordered=is_ordered)
    )


def as_csv(result: Table) -> Counter[frozenset[tuple[str, str]]]:
    """Return what CSV can hold of a table: texts by variable, blank nodes without their names."""
    return Counter(
        frozenset((name, _csv_text(row.get(name, ("", "", "")))) for name in result.variables) for row in result.rows
    )


# --- reading -----------------------------------------------------------------------------------------------


def read_result(body: bytes, syntax: str) -> Result:
    """Read a result as a client got it: as ``srj``, ``srx``, ``csv``, ``tsv``, or a graph in a syntax of rdflib's."""
    readers = {"srj": _read_json, "srx": _read_xml, "csv": _read_csv, "tsv": _read_tsv}
    return readers[syntax](body) if syntax in readers else Graph().parse(data=body, format=syntax)


def read_result_graph(graph: Graph) -> Result:
    """Return the result that a graph describes in the vocabulary of the W3C's tests, or the graph itself."""
    found = next(graph.subjects(RDF.type, _RS.ResultSet), None)
    if found is None:
        return graph
    truth = graph.value(found, _RS.boolean)
    if truth is not None:
        return str(truth) == "true"
    solutions = list(graph.objects(found, _RS.solution))
    places = {node: graph.value(node, _RS["index"]) for node in solutions}
    is_ordered = bool(solutions) and None not in places.values()
    if is_ordered:
        solutions.sort(key=lambda node: int(str(places[node])))
    rows = tuple(_described_row(graph, node) for node in solutions)
    return Table(frozenset(map(str, graph.objects(found, _RS.resultVariable))), rows, is_ordered)


def _described_row(graph: Graph, solution: Node) -> Row:
    bindings = graph.objects(solution, _RS.binding)
    return {str(graph.value(one, _RS.variable)): _term(graph.value(one, _RS.value)) for one in bindings}


def _read_json(body: bytes) -> Table | bool:
    document = json.loads(body)
    if "boolean" in document:
        return bool(document["boolean"])
    rows = [{name: _json_term(term) for name, term in row.items()} for row in document["results"]["bindings"]]
    return Table(frozenset(document["head"]["vars"]), tuple(rows))


def _json_term(term: Mapping[str, Any]) -> Term:
    if term["type"] in ("literal", "typed-literal"):  # the second one as in the note of 2007
        return _literal(term["value"], term.get("datatype"), term.get("xml:lang"))
    return _BLANK + term["value"] if term["type"] == "bnode" else str(term["value"])


def _read_xml(body: bytes) -> Table | bool:
    root = ET.fromstring(body)  # noqa: S314 (from our own server, and from the W3C's files)
    truth = root.find(f"{_SRX}boolean")
    if truth is not None:
        return (truth.text or "").strip() == "true"
    names = (variable.attrib["name"] for variable in root.iter(f"{_SRX}variable"))
    rows = [
        {binding.attrib["name"]: _xml_term(binding[0]) for binding in row if len(binding)}
        for row in root.iter(f"{_SRX}result")
    ]
    return Table(frozenset(names), tuple(rows))


def _xml_term(element: ET.Element) -> Term:
    text = element.text or ""
    if element.tag == f"{_SRX}literal":
        return _literal(text, element.get("datatype"), element.get(_XML_LANG))
    return _BLANK + text if element.tag == f"{_SRX}bnode" else text


def _read_csv(body: bytes) -> Table | bool:
    if body in (b"true", b"false"):
        return body == b"true"
    head, *lines = csv.reader(io.StringIO(body.decode(), newline=""))
    rows = [dict(zip(head, map(_csv_term, line or [""]), strict=True)) for line in lines] if head else [{}] * len(lines)
    return Table(frozenset(head), tuple(rows))


def _csv_term(text: str) -> Term:
    return text if text.startswith(_BLANK) else (text, "", "")


def _read_tsv(body: bytes) -> Table | bool:
    if body in (b"true", b"false"):
        return body == b"true"
    head, *lines = body.decode().removesuffix("\n").split("\n")
    names = [name.strip()[1:] for name in head.split("\t")] if head else []
    cells = {
        (at, name): cell
        for at, line in enumerate(lines)
        for name, cell in zip(names, line.split("\t") if names else [], strict=True)
        if cell
    }
    turtle = "\n".join(f"<row:{at}> <cell:{name}> {cell} ." for (at, name), cell in cells.items())
    graph = Graph().parse(data=turtle, format="turtle")
    rows: list[dict[str, Term]] = [{} for _ in lines]
    for row, name, term in graph:
        rows[int(str(row)[4:])][str(name)[5:]] = _term(term)
    assert len(graph) == len(cells), "a cell holds more than one term"
    return Table(frozenset(names), tuple(rows))


def _term(node: object) -> Term:
    if isinstance(node, Literal):
        return _literal(str(node), node.datatype, node.language)
    assert isinstance(node, URIRef | BNode)
    return _BLANK + str(node) if isinstance(node, BNode) else str(node)


def _literal(text: str, datatype: str | None, language: str | None) -> Term:
    if language:
        return text, "", language.lower()
    is_plain = datatype is None or str(datatype) == str(XSD.string)  # to rdflib, an IRI equals no text
    return text, "" if is_plain else str(datatype), ""


# --- comparing ---------------------------------------------------------------------------------------------


def _is_blank(term: Term) -> bool:
    return isinstance(term, str) and term.startswith(_BLANK)


def _value(term: Term) -> Term:
    """Return a term with a number's shortest spelling, and blank nodes all alike."""
    if isinstance(term, str):
        return _BLANK if _is_blank(term) else term
    text, datatype, language = term
    return _number(text, datatype), datatype, language


def _number(text: str, datatype: str) -> str:
    try:
        if datatype in _EXACT:
            return str(Decimal(text).normalize())
        return str(float(text)) if datatype in _FLOATING else text
    except (InvalidOperation, ValueError):
        return text


def _csv_text(term: Term) -> str:
    text = term[0] if isinstance(term, tuple) else _value(term)
    assert isinstance(text, str)
    return _number(text, _FLOATING[0])


def _key(row: Row) -> frozenset[tuple[str, Term]]:
    return frozenset((name, _value(term)) for name, term in row.items())


def _as_graph(rows: Iterable[Row], *, is_ordered: bool) -> Graph:
    """Return a graph that says how often each row comes, or at which places."""
    places = defaultdict(list)
    for at, row in enumerate(rows):
        cells = frozenset((name, term if _is_blank(term) else _value(term)) for name, term in row.items())
        places[cells].append(at if is_ordered else 0)
    graph = Graph()
    for cells, found_at in places.items():
        node = BNode()
        graph.add((node, RDF.type, Literal(repr(found_at))))
        for name, term in cells:
            value = BNode(str(term)) if _is_blank(term) else Literal(repr(term))
            graph.add((node, URIRef(f"cell:{name}"), value))
    return graph


def _by_value(graph: Graph) -> Graph:
    """Return a graph whose numbers have their shortest spelling."""
    copy = Graph()
    for subject, predicate, value in graph:
        is_literal = isinstance(value, Literal)
        copy.add((subject, predicate, Literal(repr(_value(_term(value)))) if is_literal else value))
    return copy
