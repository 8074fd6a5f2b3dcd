"""Statements taken apart: the terms of canonical N-Quads lines, each as it is written there.

What documents are written from. A parser makes an object of each term and a serializer takes it apart again; the terms
of a canonical line (RDF 1.2 N-Quads, section 4) are what Turtle and JSON-LD need already.
"""

import re
from collections.abc import Iterable

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

#: Subject, predicate, object and graph, the last one empty for the default graph.
Row = tuple[str, str, str, str]

_ROW = re.compile(
    r"(<[^>]*>|_:\S+) (<[^>]*>) "
    r'(<[^>]*>|"[^"\\]*(?:\\.[^"\\]*)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?|_:\S+|<<.*>>)'
    r"(?: (<[^>]*>|_:\S+))? \.(?:\n|\Z)"
)
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def rows_of(lines: Iterable[str]) -> list[Row]:
    """Take canonical N-Quads or N-Triples lines apart, in one pass; raise ``ValueError`` for a line of another kind."""
    lines = list(lines)
    rows = _ROW.findall("\n".join(lines))
    if len(rows) != len(lines):
        raise ValueError("a line is no canonical N-Quads")
    return rows


def row_of(quad: Quad) -> Row:
    """Return a parsed statement as a row."""
    graph = quad.graph_name
    return str(quad.subject), str(quad.predicate), token_of(quad.object), "" if graph == DefaultGraph() else str(graph)


def token_of(term: NamedNode | BlankNode | Literal | Triple) -> str:
    """Return a parsed term as it stands in a row."""
    return f"<<( {term} )>>" if isinstance(term, Triple) else str(term)


def is_iri_token(token: str) -> bool:
    """Tell whether a term is an IRI: no literal, blank node or triple term."""
    return token[0] == "<" and token[1] != "<"


def literal_parts(token: str) -> tuple[str, str, str]:
    """Return the text, the language and the datatype of a literal; the latter two empty where it does not name one.

    A base direction (RDF 1.2) is left out.
    """
    quoted, _, ending = token.rpartition('"')
    text = quoted[1:] if "\\" not in quoted else unescaped(quoted[1:])
    if ending.startswith("@"):
        return text, ending[1:].partition("--")[0], ""
    return text, "", ending[3:-1]


def unescaped(text: str) -> str:
    """Return what stands between the quotes of a literal as the text that it means."""
    return _ESCAPED.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _ESCAPES[escape[3]]


def integer_in(token: str) -> int | None:
    """Return the whole number that a literal is written as, None for anything else and for numbers of no use."""
    text = literal_parts(token)[0] if token[0] == '"' else ""
    return int(text) if _INTEGER.fullmatch(text) else None
