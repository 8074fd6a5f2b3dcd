"""Bring triples into a form that RDF/XML can write (RDF 1.1 XML Syntax, section 6), or say why it cannot.

Property elements need an XML name, so a predicate has to end in one. Oxigraph (0.5.13) writes a subject's first type
as the name of its element and does not look whether it is one.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from pyoxigraph import NamedNode, Triple

from kgpub.errors import NotAcceptable
from kgpub.iris import has_xml_name
from kgpub.vocabulary import TYPE


def writable(triples: Iterable[Triple]) -> list[Triple]:
    """Return triples in an order in which RDF/XML can write them; raise ``NotAcceptable`` where there is none."""
    found = list(triples)
    for triple in found:
        if not has_xml_name(triple.predicate.value):
            raise _refusal(f"the predicate <{triple.predicate.value}>")
    return [triple for _, run in groupby(found, lambda triple: triple.subject) for triple in _ordered(run)]


def _ordered(run: Iterable[Triple]) -> Iterator[Triple]:
    """Put types that are no XML names behind a subject's other statements."""
    triples = sorted(run, key=_is_nameless_type)
    if _is_nameless_type(triples[0]):
        raise _refusal(f"{triples[0].object} as the type of a thing of which nothing else is said")
    yield from triples


def _is_nameless_type(triple: Triple) -> bool:
    if triple.predicate.value != TYPE:
        return False
    return not isinstance(triple.object, NamedNode) or not has_xml_name(triple.object.value)


def _refusal(what: str) -> NotAcceptable:
    return NotAcceptable(f"RDF/XML cannot write {what}: it does not end in an XML name. Ask for Turtle.")
