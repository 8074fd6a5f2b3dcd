"""Answers in a form in which equal ones are equal, however a server spells them."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")}
_DIGITS = 9

Row = tuple[tuple[str, str], ...]


def rows_of(body: bytes) -> list[Row]:
    """Return the rows of SPARQL results in JSON, sorted: numbers by value, plain strings without their datatype.

    Order is left out: where a query asks for one, ties may still fall differently.
    """
    bindings = json.loads(body)["results"]["bindings"]
    return sorted(tuple(sorted((name, _term(term)) for name, term in row.items())) for row in bindings)


def triples_of(body: bytes) -> set[str]:
    """Return the triples of an N-Triples document."""
    return triples_in(body, RdfFormat.N_TRIPLES)


def triples_in(body: bytes, syntax: RdfFormat) -> set[str]:
    """Return the triples of a document, graphs left out."""
    spelled = set()
    for quad in parse(body, syntax, base_iri="http://localhost/"):
        spelled.add(f"{quad.subject} {quad.predicate} {_spelled(quad.object)}")
    return spelled


def _term(term: Mapping[str, Any]) -> str:
    if term["type"] in ("uri", "bnode"):
        return f"<{term['value']}>"
    return _literal(term["value"], term.get("xml:lang", ""), term.get("datatype", ""))


def _spelled(term: NamedNode | BlankNode | Literal | Triple) -> str:
    if isinstance(term, Literal):
        return _literal(term.value, term.language or "", term.datatype.value)
    return str(term)


def _literal(value: str, language: str, datatype: str) -> str:
    if language:
        return f'"{value}"@{language.lower()}'
    if datatype in _NUMBERS:
        return _number(value)
    return f'"{value}"' if datatype in ("", _XSD + "string") else f'"{value}"^^{datatype}'


def _number(value: str) -> str:
    try:
        return f"{round(Decimal(value), _DIGITS).normalize():f}"
    except InvalidOperation:
        return value
