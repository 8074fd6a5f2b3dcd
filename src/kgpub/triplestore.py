"""Write the SPARQL store of a release.

Each statement stays in its own named graph; the default graph holds the merge of the asserted ones as well, because
Oxigraph's own merge of several graphs gives a triple once per graph it stands in (0.5.13), which no RDF merge does.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kgpub.linesort import write_lines
from kgpub.nquads import split_line, triple_line


def load_store(folder: Path, lines: Callable[[], Iterable[str]], in_default_graph: Callable[[str], bool]) -> Store:
    """Create a store and load sorted N-Quads lines into it.

    *in_default_graph* tells for the IRI of a named graph whether the default graph shows its statements too.
    """
    store = Store(folder)
    add_lines(store, folder.parent, lines, in_default_graph)
    return store


def add_lines(
    store: Store, scratch: Path, lines: Callable[[], Iterable[str]], in_default_graph: Callable[[str], bool]
) -> None:
    """Load more lines into a store, through files in the folder *scratch*."""
    for name, syntax, content in (
        ("load.nq", RdfFormat.N_QUADS, lines()),
        ("load.nt", RdfFormat.N_TRIPLES, _merged(lines(), in_default_graph)),
    ):
        path = scratch / name
        write_lines(path, content)
        store.bulk_load(path=path, format=syntax)
        path.unlink()


def _merged(lines: Iterable[str], in_default_graph: Callable[[str], bool]) -> Iterator[str]:
    for line in lines:
        statement = split_line(line)
        if statement.graph and in_default_graph(statement.graph[1:-1]):
            yield triple_line(statement)
