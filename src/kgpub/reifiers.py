"""Write what things say of quoted graphs in RDF 1.2: each reifies every triple of its graph, and asserts none.

The terms are those of RDF 1.2 Concepts, section "Triple Terms and Reification"; the syntax is RDF 1.2 Turtle.
"""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from itertools import groupby, zip_longest
from pathlib import Path
from typing import IO, cast

from pyoxigraph import RdfFormat, Triple, parse

from kgpub.blank_nodes import BlankNodes
from kgpub.content import Content
from kgpub.dump import compressed
from kgpub.errors import KgpubError
from kgpub.linesort import LineSorter
from kgpub.nquads import Statement, iri_in, line_of, quads_of, split_line, triple_line
from kgpub.publication import all_prefixes
from kgpub.release import Download, download
from kgpub.turtle_pieces import piece, prefix_lines
from kgpub.vocabulary import RDF

_SPECIFICATION = "https://www.w3.org/TR/rdf12-turtle/"
_VERSION = b'VERSION "1.2"\n'
#: In what order the entries for one graph come: who speaks of it, then what it says.
_SPEAKER, _QUOTED = "0", "1"


def write_reifiers(content: Content, folder: Path) -> Download | None:
    """Write ``reifiers.ttl.gz``: each thing with its own statements, and the content of its quoted graph reified.

    The file is read back and compared with what it was made from. Its media type is that of Turtle, whose version 1.2
    the file announces in its first line.
    """
    if not content.publication.exports.reifies:
        return None
    path = folder / "reifiers.ttl.gz"
    with closing(LineSorter(folder)) as triples:
        for line in reified(content, folder):
            triples.add(line)
        written = _write(path, triples, all_prefixes(content.publication))
        if not written:
            path.unlink()
            return None
        compare(path, triples)
    titles = {
        "en": "Quoted content reified as RDF 1.2 triple terms, as Turtle",
        "fr": "Contenu cité réifié en termes triplets RDF 1.2, en Turtle",
    }
    return download(path, "text/turtle", titles, _SPECIFICATION)


def reified(content: Content, workspace: Path) -> Iterator[str]:
    """Yield N-Triples lines, in any order: all asserted of the things that speak of a graph, and what they reify.

    A thing reifies each triple of its graph, those of several graphs if it has several, none of an empty one. Blank
    nodes keep their names: one that is in two places is the same in both.
    """
    is_quoted = cache(content.is_quoted)
    leads_to_graph = f"<{content.base.resolve(content.publication.exports.reifies)}>"
    blank_nodes = BlankNodes(workspace / "reifiers.blank", content.lines(), is_quoted)
    with closing(LineSorter(workspace)) as by_graph, closing(blank_nodes):
        for subject, run in groupby(content.lines(), lambda line: line.split(" ", 1)[0]):
            asserted, graphs = [], set()
            for line in run:
                statement = split_line(line)
                if is_quoted(statement.graph_iri):
                    by_graph.add(f"{statement.graph_iri}\t{_QUOTED}{_triple_term(statement)}")
                    continue
                asserted.append(line)
                if statement.predicate == leads_to_graph and (graph := iri_in(statement.object)) is not None:
                    graphs.add(graph)
            for graph in graphs:
                by_graph.add(f"{graph}\t{_SPEAKER}{subject}")
            seen: set[str] = set()
            said = (found for line in asserted for found in blank_nodes.closure(line, seen)) if graphs else ()
            yield from (triple_line(split_line(line)) for line in said)
        yield from _joined(by_graph)


def _triple_term(statement: Statement) -> str:
    return f"<<( {statement.subject} {statement.predicate} {statement.object} )>>"


def _joined(by_graph: Iterable[str]) -> Iterator[str]:
    for _, run in groupby(by_graph, lambda entry: entry.split("\t", 1)[0]):
        speakers: list[str] = []
        for entry in run:
            tagged = entry.split("\t", 1)[1]
            if tagged.startswith(_SPEAKER):
                speakers.append(tagged[1:])
            else:
                yield from (f"{speaker} <{RDF}reifies> {tagged[1:]} ." for speaker in speakers)


def _write(path: Path, lines: Iterable[str], prefixes: dict[str, str]) -> int:
    """Write sorted N-Triples lines as Turtle, a subject at a time, and return how many subjects there are."""
    written = 0
    with compressed(path) as file:
        file.write(_VERSION + prefix_lines(prefixes) + b"\n")
        for _, run in groupby(lines, lambda line: line.split(" ", 1)[0]):
            triples = [Triple(quad.subject, quad.predicate, quad.object) for quad in quads_of(run)]
            file.write(piece(triples, RdfFormat.TURTLE, prefixes))
            written += 1
    return written


def compare(path: Path, expected: Iterable[str]) -> None:
    """Read a file back and compare it with the sorted lines it was made from; raise ``KgpubError`` if they differ."""
    with gzip.open(path) as file, closing(LineSorter(path.parent)) as found:
        for quad in parse(cast("IO[bytes]", file), RdfFormat.TURTLE, lenient=True):
            found.add(line_of(quad))
        for made, read in zip_longest(expected, found):
            if made != read:
                raise KgpubError(f"{path.name} does not read back as it was written: {read} instead of {made}.")
