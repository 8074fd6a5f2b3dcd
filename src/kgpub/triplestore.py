"""Write the SPARQL store of a release.

Each statement stays in its own named graph; the default graph holds the merge of the asserted ones as well, because
Oxigraph's own merge of several graphs gives a triple once per graph it stands in (0.5.13), which no RDF merge does.

A blank node is the same one in all graphs and keeps its canonical name, so that what is added later can refer to it.
Oxigraph's bulk loader gives blank nodes new names in every file it reads (0.5.13), so their lines are handed over as
quads; that takes about three times as long.
"""

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import IO, cast

from pyoxigraph import Literal, QuerySolutions, RdfFormat, Store, parse

from kgpub.nquads import split_line, triple_line

_BYTES_AT_ONCE = 1 << 18


def load_statements(folder: Path, paths: Iterable[Path]) -> None:
    """Create a store from files of canonical N-Quads lines."""
    store = Store(folder)
    for path in paths:
        with path.open("rb") as lines:
            _load(store, folder.parent, lines)


def add_lines(store: Store, scratch: Path, lines: Iterable[str], in_default_graph: Callable[[str], bool]) -> None:
    """Load more lines into a store, through files in the folder *scratch*."""
    with tempfile.TemporaryFile(dir=scratch) as file:
        file.writelines(f"{line}\n".encode() for line in _with_merge(lines, in_default_graph))
        file.seek(0)
        _load(store, scratch, file)


def _load(store: Store, scratch: Path, lines: IO[bytes]) -> None:
    with tempfile.NamedTemporaryFile(dir=scratch) as blank:
        plain = _Plain(lines, blank)
        store.bulk_load(input=cast("IO[bytes]", plain), format=RdfFormat.N_QUADS, lenient=True)
        blank.flush()
        store.bulk_extend(parse(path=blank.name, format=RdfFormat.N_QUADS, lenient=True))


class _Plain(io.RawIOBase):
    """Lets the store read lines; those in which a blank node may stand are put aside."""

    def __init__(self, lines: IO[bytes], blank: IO[bytes]) -> None:
        self._lines = lines
        self._blank = blank
        self._text = io.BytesIO()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not (piece := self._text.read(size)):
            text = self._lines.read(_BYTES_AT_ONCE) + self._lines.readline()
            if not text:
                break
            self._text = io.BytesIO(text if b"_:" not in text else self._without_blank(text))
        return piece

    def _without_blank(self, text: bytes) -> bytes:
        lines = io.BytesIO(text).readlines()
        self._blank.writelines(line for line in lines if b"_:" in line)
        return b"".join(line for line in lines if b"_:" not in line)


def default_graph_size(store: Store) -> int:
    """Return the number of triples in a store's default graph."""
    (solution,) = cast("QuerySolutions", store.query(files("kgpub").joinpath("queries/size.rq").read_text("utf-8")))
    return int(cast("Literal", solution["size"]).value)


def _with_merge(lines: Iterable[str], in_default_graph: Callable[[str], bool]) -> Iterator[str]:
    for line in lines:
        yield line
        statement = split_line(line)
        if statement.graph and in_default_graph(statement.graph_iri):
            yield triple_line(statement)
