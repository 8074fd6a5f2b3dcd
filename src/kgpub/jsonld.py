"""Write triples as compact JSON-LD 1.1: prefixes in the context, nothing fetched, every literal as it was written."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgpub.errors import NotAcceptable
from kgpub.vocabulary import TYPE, XSD

Json = dict[str, Any]


def to_jsonld(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Return triples as a JSON-LD document with one object a subject, in the order in which they come.

    The context stands in the document, so that any parser reads it offline; it holds the prefixes in use. Literals
    keep their lexical form: numbers stay texts with a datatype. Raises ``NotAcceptable`` for a triple term.
    """
    namer = _Namer(prefixes)
    nodes: dict[str, Json] = {}
    for triple in triples:
        subject = _name(triple.subject, namer)
        node = nodes.setdefault(subject, {"@id": subject})
        if triple.predicate.value == TYPE and not isinstance(triple.object, Literal):
            node.setdefault("@type", []).append(_name(triple.object, namer))
        else:
            node.setdefault(namer.curie(triple.predicate.value), []).append(_value(triple.object, namer))
    compact = [{key: _unwrapped(value) for key, value in node.items()} for node in nodes.values()]
    document = {"@context": dict(sorted(namer.used.items())), "@graph": compact}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


class _Namer:
    """Shortens IRIs, and remembers with which prefixes."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        # A prefix that is also a scheme in use would turn a full IRI into a short one when read back.
        usable = {name: iri for name, iri in prefixes.items() if name and iri.endswith(("/", "#", ":", "?"))}
        self._by_length = sorted(usable.items(), key=lambda item: -len(item[1]))
        self.used: dict[str, str] = {}

    def curie(self, iri: str) -> str:
        for name, namespace in self._by_length:
            rest = iri[len(namespace) :]
            if iri.startswith(namespace) and rest and not rest.startswith("//"):
                self.used[name] = namespace
                return f"{name}:{rest}"
        return iri


def _name(term: object, namer: _Namer) -> str:
    if isinstance(term, NamedNode):
        return namer.curie(term.value)
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    raise NotAcceptable("JSON-LD 1.1 cannot write a triple term (RDF 1.2); ask for Turtle.")


def _value(term: object, namer: _Namer) -> Json | str:
    if not isinstance(term, Literal):
        return {"@id": _name(term, namer)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == f"{XSD}string":
        return term.value
    return {"@value": term.value, "@type": namer.curie(term.datatype.value)}


def _unwrapped(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
