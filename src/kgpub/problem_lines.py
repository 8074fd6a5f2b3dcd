"""A problem document in RDF, for clients that read nothing else: the response, and what it says of the thing asked for.

Sources: RFC 9457; "HTTP Vocabulary in RDF 1.0" (W3C Note); what is known of the thing in terms that its own document
would use (``owl:deprecated``, ``dcterms:isReplacedBy``, ``rdfs:seeAlso``, ``dcterms:hasFormat``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kgpub.iris import is_iri
from kgpub.nquads import line_of
from kgpub.vocabulary import DCTERMS, HTTP, MEDIA_TYPES, OWL, RDFS, TYPE, XSD, integer

#: What a request may hold and some syntax of RDF cannot: characters outside XML 1.0's Char.
_NOT_WRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request was for: the IRI of a thing if there is one, and the canonical address."""

    iri: str
    address: str


def problem_lines(problem: Mapping[str, Any], asked: Asked) -> list[str]:
    """Return a problem document (its JSON members) as N-Triples lines."""
    return [*_response(problem), *_thing(problem, asked), *_representations(problem, asked)]


def _response(problem: Mapping[str, Any]) -> Iterator[str]:
    response = BlankNode("c14n0")
    yield _line(response, TYPE, NamedNode(f"{HTTP}Response"))
    if problem["type"] != "about:blank":
        yield _line(response, TYPE, NamedNode(problem["type"]))
    yield _line(response, f"{HTTP}statusCodeValue", integer(problem["status"]))
    yield _line(response, f"{HTTP}reasonPhrase", Literal(problem["title"]))
    yield _line(
        response, f"{DCTERMS}description", Literal(_NOT_WRITABLE.sub(_REPLACEMENT, problem["detail"]), language="en")
    )


def _thing(problem: Mapping[str, Any], asked: Asked) -> Iterator[str]:
    if not _is_writable(asked.iri):
        return
    thing = NamedNode(asked.iri)
    if "replacedBy" in problem:
        yield _line(thing, f"{OWL}deprecated", Literal("true", datatype=NamedNode(f"{XSD}boolean")))
        yield from (_line(thing, f"{DCTERMS}isReplacedBy", iri) for iri in _named(problem["replacedBy"]))
    yield from (_line(thing, f"{RDFS}seeAlso", iri) for iri in _named(problem.get("nearMisses", ())))


def _representations(problem: Mapping[str, Any], asked: Asked) -> Iterator[str]:
    document = NamedNode(asked.address)
    for offered in problem.get("representations", ()):
        representation = NamedNode(f"{asked.address.partition('?')[0]}?{offered['href'].partition('?')[2]}")
        yield _line(document, f"{DCTERMS}hasFormat", representation)
        yield _line(representation, f"{DCTERMS}format", NamedNode(MEDIA_TYPES + offered["type"]))


def _named(iris: Iterable[str]) -> Iterator[NamedNode]:
    return (NamedNode(iri) for iri in iris if _is_writable(iri))


def _is_writable(iri: str) -> bool:
    return is_iri(iri) and not _NOT_WRITABLE.search(iri)


def _line(subject: NamedNode | BlankNode, property_: str, value: NamedNode | Literal) -> str:
    return line_of(Quad(subject, NamedNode(property_), value))
