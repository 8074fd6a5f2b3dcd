"""Write the whole graph as files."""

import gzip
import io
from collections.abc import Iterable
from pathlib import Path
from typing import IO, cast

from pyoxigraph import RdfFormat, parse, serialize

from kgpub.content import Content
from kgpub.linesort import merge
from kgpub.nquads import split_line, triple_line
from kgpub.publication import all_prefixes
from kgpub.release import Download, download


def write_quads(content: Content, folder: Path) -> Download:
    """Write ``all.nq.gz``: every graph, the quoted ones too.

    The statements are those of the sources, letter for letter. The file is the same at every build of the same
    sources: no time of day goes into it.
    """
    path = folder / "all.nq.gz"
    with compressed(path) as file:
        file.writelines(f"{line}\n".encode() for line in content.lines())
    titles = {"en": "Every graph, quoted ones too, as N-Quads", "fr": "Tous les graphes, cités compris, en N-Quads"}
    return download(path, "application/n-quads", titles)


def write_asserted(content: Content, folder: Path) -> Download:
    """Write ``asserted.ttl.gz``: the merge of the graphs that are not quoted."""
    path = folder / "asserted.ttl.gz"
    statements = (split_line(line) for line in content.lines())
    triples = (triple_line(s) for s in statements if not content.is_quoted(s.graph_iri))
    with compressed(path) as file:
        stream = cast("IO[bytes]", _Lines(merge([triples])))
        parsed = (quad.triple for quad in parse(stream, RdfFormat.N_TRIPLES))
        prefixes = all_prefixes(content.publication)
        serialize(parsed, cast("IO[bytes]", file), RdfFormat.TURTLE, prefixes=prefixes)
    titles = {"en": "What is asserted, as Turtle", "fr": "Ce qui est affirmé, en Turtle"}
    return download(path, "text/turtle", titles)


def compressed(path: Path) -> gzip.GzipFile:
    """Open a file to be written through gzip, without a time in it."""
    return gzip.GzipFile(path, "wb", compresslevel=6, mtime=0)


class _Lines(io.RawIOBase):
    """Lets a parser read lines as they are made, so that no whole graph is held in memory."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._left = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._left) < size:
            line = next(self._lines, None)
            if line is None:
                break
            self._left += line.encode() + b"\n"
        taken, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
        return taken
