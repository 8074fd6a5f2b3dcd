"""The same RDF terms in rdflib and in Oxigraph."""

import hashlib
from typing import Any, cast

import pyoxigraph as ox
from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

from kgpub.iris import is_iri


def to_rdflib(term: Any) -> Node:
    """Return a term of Oxigraph as one of rdflib, its lexical form untouched."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        return BNode(triple_term_as_node(term).value)
    if term.language:
        return Literal(term.value, lang=term.language)
    # pySHACL and rdflib's SPARQL write plain strings without a datatype, and rdflib compares terms as written.
    datatype = None if term.datatype.value == str(XSD.string) else URIRef(term.datatype.value)
    return Literal(term.value, datatype=datatype, normalize=False)


def triple_term_as_node(term: ox.Triple) -> ox.BlankNode:
    """Return a node of its own for a triple term (RDF 1.2): rdflib knows none, and so it counts as one value."""
    return ox.BlankNode("triple" + hashlib.sha256(str(term).encode()).hexdigest())


def to_oxigraph(term: Node | None) -> Any:
    """Return a term of rdflib as one of Oxigraph."""
    if isinstance(term, BNode):
        return ox.BlankNode(term)
    if isinstance(term, Literal) and term.language:
        return ox.Literal(term, language=term.language)
    if isinstance(term, Literal) and term.datatype:
        return ox.Literal(term, datatype=ox.NamedNode(term.datatype))
    if isinstance(term, URIRef) and is_iri(term):
        return _named_node(term)
    # What a query binds with IRI() need not be an IRI.
    return ox.Literal(str(term))


def _named_node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:  # Turtle's grammar has IRIs of a few characters that RFC 3987 has not
        (quad,) = ox.parse(f"<x:> <x:> <{iri}> .", ox.RdfFormat.N_TRIPLES, lenient=True)
        return cast("ox.NamedNode", quad.object)


def shown(term: Node | None) -> str:
    """Return a term of rdflib in the syntax of N-Triples."""
    return str(to_oxigraph(term))
