"""The SPARQL store of a release in the making.

Each statement stays in its own named graph; the default graph holds the merge of the asserted ones as well, because
Oxigraph's own merge of several graphs gives a triple once per graph it stands in (0.5.13), which no RDF merge does.

A blank node is the same one in all graphs and keeps its canonical name, so that what is added later can refer to it.
Oxigraph's bulk loader gives blank nodes new names in every file it reads (0.5.13), so their lines are handed over as
quads; that takes about three times as long.

Literals are what the sources wrote (``lexical_forms``), for whoever asks.
"""

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store, parse

from kgpub.lexical_forms import LEXICAL_FORMS_FILE, LexicalForms, as_kept, as_written, read_lexical_forms
from kgpub.lexical_functions import AGGREGATES, FUNCTIONS
from kgpub.lexical_lines import LexicalLines
from kgpub.lexical_rewriting import LexicalRewriting
from kgpub.nquads import split_line, triple_line
from kgpub.standard_rewriting import StandardRewriting, first_taken, with_data_set

_BYTES_AT_ONCE = 1 << 18


def load_statements(folder: Path, paths: Iterable[Path]) -> LexicalForms:
    """Create a store from files of canonical N-Quads lines, and return what it keeps as it was written."""
    store, forms = Store(folder), LexicalForms()
    for path in paths:
        with path.open("rb") as lines:
            forms |= _load(store, folder.parent, lines)
    return forms


class Triplestore:
    """A store, and what it keeps as it was written."""

    def __init__(self, store: Store, forms: LexicalForms | None = None) -> None:
        """Take an open store; without *forms*, nothing in it is kept otherwise than written."""
        self.store = store
        self.forms = forms or LexicalForms()

    @classmethod
    def of_release(cls, folder: Path) -> "Triplestore":
        """Open the store of a finished release, to read; raise ``ReleaseMissing`` where a part of it is lost."""
        return cls(Store.read_only(str(folder / "store")), read_lexical_forms(folder / LEXICAL_FORMS_FILE))

    def __len__(self) -> int:
        """Return the number of quads."""
        return len(self.store)

    def __contains__(self, quad: Quad) -> bool:
        """Tell whether there is a quad."""
        return as_kept(quad) in self.store

    def add_lines(self, scratch: Path, lines: Iterable[str], in_default_graph: Callable[[str], bool]) -> None:
        """Load more lines, through files in the folder *scratch*."""
        with tempfile.TemporaryFile(dir=scratch) as file:
            file.writelines(f"{line}\n".encode() for line in _with_merge(lines, in_default_graph))
            file.seek(0)
            self.forms |= _load(self.store, scratch, file)

    def add_quads(self, quads: Iterable[Quad]) -> None:
        """Add quads one by one, where there are few."""
        self.store.extend(map(as_kept, quads))
        self.forms = LexicalForms(None)

    def quads(self, subject: Any, predicate: NamedNode | None, graph: Any = None) -> Iterator[Quad]:
        """Yield the quads of a subject, a predicate, a graph, each None for any."""
        return map(as_written, self.store.quads_for_pattern(subject, predicate, None, graph))

    def query(self, text: str, **options: Any) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Ask a query; ``as_written`` tells what terms of the answer are.

        Raises ``SyntaxError`` for what is no SPARQL, with its place.
        """
        options = with_data_set(text, options)
        rewriting = StandardRewriting(self.store, LexicalRewriting(self.forms))
        alternatives = rewriting.alternatives(text, options)
        return first_taken(alternatives, text, lambda asked: self._asked(asked, options))

    def _asked(self, text: str, options: dict[str, Any]) -> QuerySolutions | QueryBoolean | QueryTriples:
        functions, aggregates = dict(FUNCTIONS), dict(AGGREGATES)
        return self.store.query(text, custom_functions=functions, custom_aggregate_functions=aggregates, **options)

    def default_graph_size(self) -> int:
        """Return the number of triples in the default graph."""
        text = files("kgpub").joinpath("queries/size.rq").read_text("utf-8")
        (solution,) = cast("QuerySolutions", self.store.query(text))
        return int(cast("Literal", solution["size"]).value)


def _load(store: Store, scratch: Path, lines: IO[bytes]) -> LexicalForms:
    lexical = LexicalLines()
    with tempfile.NamedTemporaryFile(dir=scratch) as blank:
        plain = _Plain(lines, blank, lexical)
        store.bulk_load(input=cast("IO[bytes]", plain), format=RdfFormat.N_QUADS, lenient=True)
        blank.flush()
        store.bulk_extend(parse(path=blank.name, format=RdfFormat.N_QUADS, lenient=True))
    return lexical.forms


class _Plain(io.RawIOBase):
    """Lets the store read lines as it is to keep them; those in which a blank node may stand are put aside."""

    def __init__(self, lines: IO[bytes], blank: IO[bytes], lexical: LexicalLines) -> None:
        self._lines = lines
        self._blank = blank
        self._lexical = lexical
        self._text = io.BytesIO()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not (piece := self._text.read(size)):
            text = self._lexical.as_kept(self._lines.read(_BYTES_AT_ONCE) + self._lines.readline())
            if not text:
                break
            self._text = io.BytesIO(text if b"_:" not in text else self._without_blank(text))
        return piece

    def _without_blank(self, text: bytes) -> bytes:
        lines = io.BytesIO(text).readlines()
        self._blank.writelines(line for line in lines if b"_:" in line)
        return b"".join(line for line in lines if b"_:" not in line)


def _with_merge(lines: Iterable[str], in_default_graph: Callable[[str], bool]) -> Iterator[str]:
    for line in lines:
        yield line
        statement = split_line(line)
        if statement.graph and in_default_graph(statement.graph_iri):
            yield triple_line(statement)
