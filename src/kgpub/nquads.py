"""N-Quads lines: the form in which statements travel through a build.

A build never holds a large graph as objects. Its currency is the canonical N-Quads line (RDF 1.2 N-Quads,
section 4), which sorts, hashes and compresses as it is; sorted, the statements of one subject stand together.
"""

from collections.abc import Container, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from pyoxigraph import BlankNode, Quad, RdfFormat, Triple, parse

#: What the canonical names of blank nodes start with (RDFC-1.0, section 4.3); no other blank node of a store's does.
CANONICAL_PREFIX = "c14n"
_LINES_AT_ONCE = 10_000


class Statement(NamedTuple):
    """One line, taken apart; every term as it is written there, *graph* empty for the default graph."""

    subject: str
    predicate: str
    object: str
    graph: str

    @property
    def graph_iri(self) -> str:
        """Return the IRI of the named graph; empty where there is none, or a blank node names it."""
        return self.graph[1:-1] if self.graph[:1] == "<" else ""


def line_of(quad: Quad) -> str:
    """Return a quad as its canonical N-Quads line, without the line's end."""
    return f"{quad} ."


def split_line(line: str) -> Statement:
    """Take a canonical N-Quads line apart."""
    subject, predicate, rest = line[:-2].split(" ", 2)
    return Statement._make((subject, predicate, *split_end(rest)))


def split_end(rest: str, graphs: Container[str] = ()) -> tuple[str, str]:
    """Take apart what a line has behind its predicate: the object, and the graph, empty for the default graph.

    The last term is a graph if it is an IRI or a blank node that does not end a literal: neither holds a quotation
    mark or a blank, and in canonical form one blank stands between two terms. Terms among *graphs* are known as such,
    which saves the closer look.
    """
    object_, _, last = rest.rpartition(" ")
    if object_ and (last in graphs or _is_graph(last)):
        return object_, last
    return rest, ""


def _is_graph(token: str) -> bool:
    return ((token[:1] == "<" and token[-1] == ">") or token[:2] == "_:") and '"' not in token


def triple_line(statement: Statement) -> str:
    """Return the N-Triples line of a statement, its graph dropped."""
    return f"{statement.subject} {statement.predicate} {statement.object} ."


def quads_of(lines: Iterable[str]) -> Iterator[Quad]:
    """Parse canonical lines back into quads.

    Their terms were checked when they were first read: Turtle's grammar has IRIs of a few characters that RFC 3987 has
    not, and a strict parser of N-Quads refuses these.
    """
    left = iter(lines)
    while some := list(islice(left, _LINES_AT_ONCE)):
        quads = parse("\n".join(some), RdfFormat.N_QUADS, lenient=True)
        yield from (quad if isinstance(quad, Quad) else Quad(*quad) for quad in quads)


def blank_nodes_in(statement: Quad | Triple) -> Iterator[BlankNode]:
    """Yield the blank nodes that a statement's subject and object are, or hold where they are triple terms."""
    for term in (statement.subject, statement.object):
        if isinstance(term, BlankNode):
            yield term
        elif isinstance(term, Triple):
            yield from blank_nodes_in(term)


def iri_in(token: str) -> str | None:
    """Return the IRI that a token is, or None where it is a literal, a blank node or a triple term."""
    return token[1:-1] if token[0] == "<" and not token.startswith("<<") else None
