"""Trusty URIs of RDF graphs: names that hold the SHA-256 of what they name, made and verified with ``nanopub``.

The specification is version 1, module RA, at trustyuri.net. Only the library's hasher is used: it needs no signing
key and asks no server.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Protocol, cast

import rdflib
from pyoxigraph import Literal, NamedNode, Quad
from rdflib.term import Node


class _Hasher(Protocol):
    def make_hash(self, quads: Sequence[tuple[Node, ...]], *, hashstr: str, baseuri: str) -> str: ...


def artifact_code(quads: Iterable[Quad], nanopublication: str) -> str:
    """Return the last part of the trusty URI of graphs without blank nodes and RDF 1.2 terms: ``RA`` and 43 characters.

    *nanopublication* is the IRI that the graphs bear now, a draft's or the trusty one; its last part, wherever it
    stands in the graphs, plays no part in the hash.
    """
    terms = [(_rdflib(q.graph_name), _rdflib(q.subject), _rdflib(q.predicate), _rdflib(q.object)) for q in quads]
    return _hasher().make_hash(terms, hashstr=" ", baseuri=f"{nanopublication}#")


def _rdflib(term: object) -> Node:
    """Return a term as rdflib has it, its lexical form untouched."""
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    assert isinstance(term, Literal)  # noqa: S101 (the caller has looked for other terms)
    if term.language is not None:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


@cache
def _hasher() -> _Hasher:
    """Return the library's hasher, rdflib as it was: importing the library turns its normalisation of literals off."""
    normalizes = rdflib.NORMALIZE_LITERALS
    from nanopub.trustyuri.rdf import RdfHasher  # noqa: PLC0415 (between two lines that undo what it does)

    rdflib.NORMALIZE_LITERALS = normalizes
    return cast("_Hasher", RdfHasher)
