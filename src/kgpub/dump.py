"""Write the whole graph as files."""

import gzip
import shutil
from pathlib import Path
from typing import IO, cast

from pyoxigraph import RdfFormat, parse, serialize

from kgpub.publication import Publication, all_prefixes
from kgpub.release import Download, download

_BYTES_AT_ONCE = 1 << 18


def write_quads(quads: Path, folder: Path) -> Download:
    """Write ``all.nq.gz``: every graph, the quoted ones too, from a file of sorted N-Quads lines.

    The statements are those of the sources, letter for letter. The file is the same at every build of the same
    sources: no time of day goes into it.
    """
    path = folder / "all.nq.gz"
    with compressed(path) as file, quads.open("rb") as lines:
        shutil.copyfileobj(lines, file, _BYTES_AT_ONCE)
    titles = {"en": "Every graph, quoted ones too, as N-Quads", "fr": "Tous les graphes, cités compris, en N-Quads"}
    return download(path, "application/n-quads", titles)


def write_asserted(triples: Path, publication: Publication, folder: Path) -> Download:
    """Write ``asserted.ttl.gz``: the merge of the graphs that are not quoted, from a file of sorted N-Triples lines."""
    path = folder / "asserted.ttl.gz"
    with compressed(path) as file:
        parsed = parse(path=triples, format=RdfFormat.N_TRIPLES, lenient=True)
        serialize(parsed, cast("IO[bytes]", file), RdfFormat.TURTLE, prefixes=all_prefixes(publication))
    titles = {"en": "What is asserted, as Turtle", "fr": "Ce qui est affirmé, en Turtle"}
    return download(path, "text/turtle", titles)


def compressed(path: Path) -> gzip.GzipFile:
    """Open a file to be written through gzip, without a time in it."""
    return gzip.GzipFile(path, "wb", compresslevel=6, mtime=0)
