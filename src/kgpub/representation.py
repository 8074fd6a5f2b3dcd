"""Write a description in one of the RDF syntaxes, or as a table of its properties."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kgpub.description import Description
from kgpub.formats import DESCRIPTION_CSV, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from kgpub.jsonld import to_jsonld
from kgpub.nquads import quads_of
from kgpub.rdf_xml import well_formed, writable
from kgpub.site import Site
from kgpub.values import Linker

_NAMESPACE_OF = re.compile(r"<([^>\s]*[/#:])[^/#:>\s]*>")


def represent(site: Site, description: Description, fmt: Format) -> bytes:
    """Return a description in one of the document formats, HTML aside.

    Quad formats hold each statement in its own graph, and all of the document's triples in the default graph as well
    where the SPARQL endpoint has the merge of the asserted graphs there. Raises ``NotAcceptable`` where a syntax cannot
    write what there is to say.
    """
    if fmt is DESCRIPTION_CSV:
        return _table(site, description)
    lines = description.triples()
    if fmt is TRIG or fmt is N_QUADS:
        merged = lines if site.publication.union_default_graph else description.about
        lines = (*merged, *description.statements, *description.quoted)
    return serialize_lines(lines, fmt, site.prefixes)


def serialize_lines(lines: Iterable[str], fmt: Format, prefixes: Mapping[str, str]) -> bytes:
    """Return N-Triples or N-Quads lines in an RDF syntax, with the prefixes in use, the same bytes every time."""
    text = "".join(f"{line}\n" for line in lines)
    if fmt is N_TRIPLES or fmt is N_QUADS:
        return text.encode()
    quads = list(parse(text, RdfFormat.N_QUADS))
    used = _used(text, prefixes)
    if fmt is TRIG:
        return _sorted_prefixes(_serialized(quads, RdfFormat.TRIG, used))
    triples = [quad.triple if isinstance(quad, Quad) else quad for quad in quads]
    if fmt is TURTLE:
        return _sorted_prefixes(_serialized(triples, RdfFormat.TURTLE, used))
    if fmt is RDF_XML:
        return well_formed(_sorted_namespaces(_serialized(writable(triples), RdfFormat.RDF_XML, used)))
    if fmt is JSON_LD:
        return to_jsonld(triples, used)
    raise AssertionError(fmt)


def _serialized(statements: Sequence[Triple] | Sequence[Quad], syntax: RdfFormat, prefixes: dict[str, str]) -> bytes:
    data = serialize(statements, format=syntax, prefixes=prefixes)
    return data or b""


def _used(text: str, prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes whose namespaces occur, in the order of their names."""
    namespaces = set(_NAMESPACE_OF.findall(text))
    return {name: iri for name, iri in sorted(prefixes.items()) if iri in namespaces}


def _sorted_prefixes(data: bytes) -> bytes:
    """Bring the prefix declarations into order: Oxigraph's changes from call to call, and an ETag is strong."""
    lines = data.split(b"\n")
    header = [line for line in lines if line.startswith(b"@prefix")]
    count = len(header)
    return b"\n".join([*sorted(header), b"", *lines[count:]]) if count else data


def _sorted_namespaces(data: bytes) -> bytes:
    def ordered(tag: re.Match[bytes]) -> bytes:
        return tag[1] + b"".join(b" " + name for name in sorted(re.findall(rb'xmlns:[^\s=]+="[^"]*"', tag[2]))) + b">"

    return re.sub(rb'(<rdf:RDF)((?:\s+xmlns:[^\s=]+="[^"]*")+)>', ordered, data, count=1)


def _table(site: Site, description: Description) -> bytes:
    """Return the statements as CSV (RFC 4180), a row each, those of blank nodes and quoted ones too."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("subject", "property", "property_label", "value", "value_label", "datatype", "language", "graph"))
    linker = Linker(site, description.labels, "")
    for quad in quads_of((*description.statements, *description.quoted)):
        subject = quad.subject.value if isinstance(quad.subject, NamedNode) else str(quad.subject)
        label = linker.text(quad.predicate.value)
        graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        writer.writerow((subject, quad.predicate.value, label, *_cells(quad, linker), graph))
    return out.getvalue().encode()


def _cells(quad: Quad, linker: Linker) -> tuple[str, str, str, str]:
    """Return a value, its label, its datatype and its language."""
    value = quad.object
    if isinstance(value, Literal):
        return value.value, "", value.datatype.value, value.language or ""
    if isinstance(value, NamedNode):
        return value.value, linker.text(value.value), "", ""
    return str(value), "", "", ""
