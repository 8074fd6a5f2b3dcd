"""Read what a site sent, in a process of its own: a text can be made to fill the memory of any parser, or to crash it.

Started as ``python -m kgpub.check.parsing`` by ``check.reader``: a line of JSON says what follows and how long it is,
the answer is the length of a JSON text in a line, and the text.
"""

import json
import resource
import sys
import zlib
from collections.abc import Callable, Mapping
from typing import IO, Any
from xml.etree import ElementTree as ET

import html5rdf
from pyoxigraph import DefaultGraph, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, parse
from pyoxigraph import parse_query_results as parse_results

_MEMORY_BYTES = 2_000_000_000
_STATEMENTS_AT_MOST = 200_000
_ANCHORS_AT_MOST = 2_000
_ENTRIES_AT_MOST = 60_000
_GZIP = b"\x1f\x8b"
_SITEMAP_BYTES = 52_428_800
_XHTML = "{http://www.w3.org/1999/xhtml}"

Parsed = dict[str, Any]


def read_rdf(body: bytes, media_type: str, base: str) -> Parsed:
    """Return the statements of an RDF document as terms in N-Triples syntax; raise ``SyntaxError``."""
    fmt = RdfFormat.from_media_type(media_type)
    if fmt is None:
        raise SyntaxError(f"{media_type} is no syntax of RDF")
    statements = []
    for quad in parse(body, format=fmt, base_iri=base):
        graph = "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)
        statements.append((str(quad.subject), str(quad.predicate), str(quad.object), graph))
        if len(statements) > _STATEMENTS_AT_MOST:
            raise SyntaxError(f"it holds more than {_STATEMENTS_AT_MOST:,} statements, which are too many to compare")
    return {"statements": statements}


def read_html(body: bytes, charset: str, _base: str) -> Parsed:
    """Return what a page tells machines: links, embedded JSON-LD, language, charset, base, anchors."""
    root = html5rdf.parse(body, transport_encoding=charset or None)
    elements = list(root.iter())
    links = [_attributes(e) for e in elements if e.tag == f"{_XHTML}link"]
    scripts = [e for e in elements if e.tag == f"{_XHTML}script"]
    anchors = [e.get("href") for e in elements if e.tag == f"{_XHTML}a" and e.get("href")]
    metas = [_attributes(e) for e in elements if e.tag == f"{_XHTML}meta"]
    declared = [m.get("charset") or m.get("content", "") for m in metas if "charset" in str(m).lower()]
    return {
        "links": [link for link in links if link.get("rel") and link.get("href")],
        "scripts": ["".join(e.itertext()) for e in scripts if e.get("type", "").lower() == "application/ld+json"],
        "anchors": anchors[:_ANCHORS_AT_MOST],
        "language": root.get("lang", ""),
        "charset": declared[0] if declared else "",
        "base": next((e.get("href", "") for e in elements if e.tag == f"{_XHTML}base"), ""),
    }


def read_results(body: bytes, media_type: str, _base: str) -> Parsed:
    """Return what SPARQL results say: a truth value, or the number of rows; raise ``SyntaxError``."""
    fmt = QueryResultsFormat.from_media_type(media_type)
    if fmt is None:
        raise SyntaxError(f"{media_type} is no syntax of SPARQL results")
    results: object = parse_results(body, fmt)
    if isinstance(results, QueryBoolean):
        return {"boolean": bool(results)}
    if not isinstance(results, QuerySolutions):
        raise SyntaxError("it holds triples where rows are expected")  # noqa: TRY004 (it is the document that is wrong)
    variables = results.variables
    first = next(results, None)
    shown = {} if first is None else {v.value: str(first[v]) for v in variables if first[v] is not None}
    return {"variables": [v.value for v in variables], "first": shown, "rows": sum(1 for _ in results) + bool(first)}


def read_sitemap(body: bytes, _media_type: str, _base: str) -> Parsed:
    """Return the entries of a sitemap or of an index of sitemaps, gzipped or not; raise ``SyntaxError``."""
    try:
        if body.startswith(_GZIP):
            body = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, _SITEMAP_BYTES)
        root = ET.fromstring(body)  # noqa: S314 (this process may be filled; it is its purpose)
    except (ET.ParseError, zlib.error) as error:
        raise SyntaxError(str(error)) from error
    entries = [{_local(child.tag): (child.text or "").strip() for child in entry} for entry in root[:_ENTRIES_AT_MOST]]
    return {"root": _local(root.tag), "namespace": root.tag.partition("}")[0].strip("{"), "entries": entries}


READERS: Mapping[str, Callable[[bytes, str, str], Parsed]] = {
    "rdf": read_rdf,
    "html": read_html,
    "results": read_results,
    "sitemap": read_sitemap,
}


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _attributes(element: Any) -> dict[str, str]:
    return {name: value for name, value in element.attrib.items() if isinstance(name, str)}


def answer(request: bytes, source: IO[bytes]) -> Parsed:
    """Read what a line of JSON announces, and return what it says or why it cannot be read."""
    told = json.loads(request)
    body = source.read(told["bytes"])
    try:
        return READERS[told["kind"]](body, told["type"], told["base"])
    except (SyntaxError, ValueError, RecursionError, LookupError) as error:
        return {"error": " ".join(str(error).split())[:300] or type(error).__name__}


def main() -> None:
    """Answer until there is no more to read."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    for request in source:
        text = json.dumps(answer(request, source)).encode()
        sink.write(f"{len(text)}\n".encode() + text)
        sink.flush()


if __name__ == "__main__":
    main()
