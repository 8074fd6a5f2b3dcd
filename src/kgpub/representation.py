"""Write a description in one of the RDF syntaxes, or as a table of its properties."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from kgpub.description import Description
from kgpub.formats import DESCRIPTION_CSV, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from kgpub.iris import prefixes_of
from kgpub.jsonld import to_jsonld, without_reifiers
from kgpub.nquads import quads_of
from kgpub.rdf_xml import well_formed, writable
from kgpub.reader import plain_reader
from kgpub.rows import rows_of
from kgpub.site import Site
from kgpub.turtle import to_turtle
from kgpub.values import Linker


def represent(site: Site, description: Description, fmt: Format) -> bytes:
    """Return a description in one of the document formats, HTML aside.

    Quad formats hold each statement in its own graph, and in the default graph what the document adds; all its triples
    where the SPARQL endpoint has the merge of the asserted graphs there, or the release has no other graph. Raises
    ``NotAcceptable`` where a syntax cannot write what there is to say; JSON-LD leaves out annotations by triple terms.
    """
    if fmt is DESCRIPTION_CSV:
        return _table(site, description)
    if fmt is TURTLE:
        return to_turtle(description.triple_rows(), site.names_of_iris)
    if fmt is JSON_LD:
        return to_jsonld(without_reifiers(description.triple_rows()), site.names_of_iris)
    lines = description.triples()
    if (fmt is TRIG or fmt is N_QUADS) and site.release.manifest.graphs:
        if not site.publication.union_default_graph:
            stated = {f"{subject} {predicate} {value} ." for subject, predicate, value, _ in description.rows}
            lines = tuple(line for line in lines if line not in stated)
        lines = (*lines, *description.statements, *description.quoted.lines)
    return serialize_lines(lines, fmt, site.prefixes)


def serialize_lines(lines: Iterable[str], fmt: Format, prefixes: Mapping[str, str]) -> bytes:
    """Return canonical N-Triples or N-Quads lines in an RDF syntax, the same bytes every time."""
    if fmt is N_TRIPLES or fmt is N_QUADS:
        return "".join([f"{line}\n" for line in lines]).encode()
    if fmt is TURTLE or fmt is TRIG:
        return to_turtle(rows_of(lines), prefixes_of(prefixes))
    if fmt is JSON_LD:
        return to_jsonld(rows_of(lines), prefixes_of(prefixes))
    assert fmt is RDF_XML, fmt  # noqa: S101 (there is no other)
    return _rdf_xml("\n".join(lines), prefixes)


def _rdf_xml(text: str, prefixes: Mapping[str, str]) -> bytes:
    triples = writable(quad.triple for quad in parse(text, RdfFormat.N_TRIPLES, lenient=True))
    data = serialize(triples, format=RdfFormat.RDF_XML, prefixes=_used(text, prefixes)) or b""
    return well_formed(_sorted_namespaces(data))


def _used(text: str, prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes whose namespaces occur, in the order of their names."""
    return {name: iri for name, iri in sorted(prefixes.items()) if iri in text and _name_in(iri).search(text)}


@lru_cache(maxsize=1024)
def _name_in(namespace: str) -> re.Pattern[str]:
    """Return what finds an IRI that is a namespace and a name; there are as many as prefixes."""
    return re.compile(rf"<{re.escape(namespace)}[^/#:>\s]*>")


def _sorted_namespaces(data: bytes) -> bytes:
    def ordered(tag: re.Match[bytes]) -> bytes:
        return tag[1] + b"".join(b" " + name for name in sorted(re.findall(rb'xmlns:[^\s=]+="[^"]*"', tag[2]))) + b">"

    return re.sub(rb'(<rdf:RDF)((?:\s+xmlns:[^\s=]+="[^"]*")+)>', ordered, data, count=1)


def _table(site: Site, description: Description) -> bytes:
    """Return the statements as CSV (RFC 4180), a row each, those of blank nodes and quoted ones too."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("subject", "property", "property_label", "value", "value_label", "datatype", "language", "graph"))
    linker = Linker(site, description.labels, plain_reader(site))
    for quad in quads_of((*description.statements, *description.quoted.lines)):
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
