"""N-Quads lines: the form in which statements travel through a build.

A build never holds a large graph as objects. Its currency is the canonical N-Quads line (RDF 1.2 N-Quads,
section 4), which sorts, hashes and compresses as it is; sorted, the statements of one subject stand together.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import Quad, RdfFormat, parse


class Statement(NamedTuple):
    """One line, taken apart; every term as it is written there, *graph* empty for the default graph."""

    subject: str
    predicate: str
    object: str
    graph: str


def line_of(quad: Quad) -> str:
    """Return a quad as its canonical N-Quads line, without the line's end."""
    return f"{quad} ."


def split_line(line: str) -> Statement:
    """Take a canonical N-Quads line apart.

    The last term is a graph if it is an IRI that does not end a literal: no IRI holds a quotation mark or a
    blank, and in canonical form one blank stands between two terms.
    """
    subject, predicate, rest = line.split(" ", 2)
    parts = rest.rsplit(" ", 2)
    if len(parts) == 3 and _is_graph(parts[1]):  # noqa: PLR2004 (object, graph, full stop)
        return Statement(subject, predicate, parts[0], parts[1])
    return Statement(subject, predicate, rest[:-2], "")


def _is_graph(token: str) -> bool:
    return (token[0] == "<" and token[-1] == ">" and '"' not in token) or token.startswith("_:")


def triple_line(statement: Statement) -> str:
    """Return the N-Triples line of a statement, its graph dropped."""
    return f"{statement.subject} {statement.predicate} {statement.object} ."


def quads_of(lines: Iterable[str]) -> Iterable[Quad]:
    """Parse canonical lines back into quads."""
    return (quad if isinstance(quad, Quad) else Quad(*quad) for quad in parse("\n".join(lines), RdfFormat.N_QUADS))


def iri_in(token: str) -> str | None:
    """Return the IRI that a token is, or None where it is a literal, a blank node or a triple term."""
    return token[1:-1] if token[0] == "<" and not token.startswith("<<") else None
