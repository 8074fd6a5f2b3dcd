"""Bring triples into a form that RDF/XML can write (RDF 1.1 XML Syntax, section 6), or say why it cannot.

Property elements need an XML name, so a predicate has to end in one. Oxigraph (0.5.13) writes a subject's first type
as the name of its element and does not look whether it is one.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from pyoxigraph import NamedNode, Triple

from kgpub.errors import NotAcceptable
from kgpub.iris import has_xml_name
from kgpub.vocabulary import TYPE

#: Characters outside XML 1.0's Char, in UTF-8.
_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


def writable(triples: Iterable[Triple]) -> list[Triple]:
    """Return triples in an order in which RDF/XML can write them; raise ``NotAcceptable`` where there is none."""
    found = list(triples)
    for triple in found:
        if not has_xml_name(triple.predicate.value):
            raise _refusal(f"the predicate <{triple.predicate.value}>: it does not end in an XML name")
    return [triple for _, run in groupby(found, lambda triple: triple.subject) for triple in _ordered(run)]


def well_formed(xml: bytes) -> bytes:
    """Return a piece of XML with carriage returns escaped, which a parser would read as line feeds.

    Oxigraph (0.5.13) writes every character of a literal as it is. Raises ``NotAcceptable`` for one that XML 1.0 cannot
    hold at all.
    """
    found = _NOT_IN_XML.search(xml)
    if found is not None:
        raise NotAcceptable(
            f"XML 1.0 cannot hold the character U+{ord(found[0].decode()):04X} of a literal; ask for another syntax."
        )
    return xml.replace(b"\r", b"&#xD;")


def _ordered(run: Iterable[Triple]) -> Iterator[Triple]:
    """Put types that are no XML names behind a subject's other statements."""
    triples = sorted(run, key=_is_nameless_type)
    if _is_nameless_type(triples[0]):
        what = f"{triples[0].object} as the type of a thing of which nothing else is said"
        raise _refusal(f"{what}: it does not end in an XML name")
    yield from triples


def _is_nameless_type(triple: Triple) -> bool:
    if triple.predicate.value != TYPE:
        return False
    return not isinstance(triple.object, NamedNode) or not has_xml_name(triple.object.value)


def _refusal(what: str) -> NotAcceptable:
    return NotAcceptable(f"RDF/XML cannot write {what}. Ask for Turtle.")
