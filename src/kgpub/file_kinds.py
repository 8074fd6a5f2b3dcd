"""What the beginning of a file looks like, to tell whoever gave it a suffix that does not fit."""

import re

from pyoxigraph import RdfFormat

#: As much of a file as tells its kind, licence texts in comments included.
START_BYTES = 8_192

_COMMENTS = re.compile(rb"(?:\s+|#[^\n]*\n)+")
_XML_PROLOGUE = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)+", re.DOTALL)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: Syntaxes by how a file in them begins, behind comments; some begin like others that are not meant here.
_RDF = (
    (re.compile(rb"<(?:\w+:)?RDF[\s>]"), RdfFormat.RDF_XML),
    (re.compile(rb"@prefix\s|@base\s|PREFIX\s+[\w.-]*:\s*<|BASE\s+<"), RdfFormat.TURTLE),
    (re.compile(rb'\{\s*"|\[\s*\{\s*"'), RdfFormat.JSON_LD),
)
_NO_RDF = ", no syntax of RDF; convert it, for example with ROBOT"
_OTHERS = (
    (re.compile(rb"\x1f\x8b"), "a gzip file; let its name end in .gz"),
    (re.compile(rb"PK\x03\x04|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd"), "an archive; unpack it"),
    (re.compile(rb"version https://git-lfs"), "a pointer of Git LFS; `git lfs pull` fetches the file itself"),
    (re.compile(rb"(?i)<!doctype\s+html|<html[\s>]"), "a page in HTML"),
    (re.compile(rb"<Ontology\s[^>]*(?:ontologyIRI|2002/07/owl#)"), f"OWL/XML{_NO_RDF}"),
    (re.compile(rb"Prefix\s*\(|Ontology\s*\("), f"OWL in functional syntax{_NO_RDF}"),
    (re.compile(rb"Prefix:|Ontology:"), f"OWL in Manchester syntax{_NO_RDF}"),
    (re.compile(rb"format-version:"), f"OBO{_NO_RDF}"),
    (re.compile(rb"<(?:\w+:)?TriX[\s>]"), "TriX, which is not read; convert it to N-Quads"),
)  # fmt: skip
#: What only one of two syntaxes has that are alike, anywhere in the file.
_GRAPHS = {
    RdfFormat.TURTLE: (
        re.compile(rb"^[ \t]*(?:GRAPH\s+)?(?:<[^<>\s]*>|[\w.-]*:[\w.-]*)\s*\{", re.MULTILINE),
        RdfFormat.TRIG,
    ),
    RdfFormat.N_TRIPLES: (
        re.compile(rb"^[ \t]*(?:<[^>]*>|_:\S+)\s*<[^>]*>\s*(?:<[^>]*>|_:\S+|\".*\"\S*)\s*<[^>]*>\s*\.", re.MULTILINE),
        RdfFormat.N_QUADS,
    ),
}


def resemblance(start: bytes, syntax: RdfFormat) -> str:
    """Return what a file that is not in *syntax* looks like by its *start*, and what to do; '' where nothing tells."""
    bare = _behind(_COMMENTS, start.removeprefix(_BYTE_ORDER_MARK))
    for text in (bare, _behind(_XML_PROLOGUE, bare)):
        for pattern, kind in _OTHERS:
            if pattern.match(text):
                return f"the file looks like {kind}"
        for pattern, found in _RDF:
            if pattern.match(text) and not _may_be(found, syntax):
                return _renamed(found)
    with_graphs, found = _GRAPHS.get(syntax, (None, syntax))
    return _renamed(found) if with_graphs and with_graphs.search(start) else ""


def _renamed(found: RdfFormat) -> str:
    return f"the file looks like {found.name}; let its name end in .{found.file_extension}"


def _behind(pattern: re.Pattern[bytes], text: bytes) -> bytes:
    found = pattern.match(text)
    return text[found.end() :] if found else text


def _may_be(found: RdfFormat, syntax: RdfFormat) -> bool:
    """Tell whether what looks like one syntax may be in another: all Turtle is TriG."""
    return syntax == found or (found == RdfFormat.TURTLE and syntax == RdfFormat.TRIG)
