"""Write the SPARQL store of a release.

Each statement stays in its own named graph; the default graph holds the merge of the asserted ones as well, because
Oxigraph's own merge of several graphs gives a triple once per graph it stands in (0.5.13), which no RDF merge does.

A blank node is the same one in all graphs and keeps its canonical name, so that what is added later can refer to it.
Oxigraph's bulk loader gives blank nodes new names in every file it reads (0.5.13), so their lines are handed over as
quads; that takes about three times as long.
"""

from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import cast

from pyoxigraph import Literal, QuerySolutions, RdfFormat, Store, parse

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
    plain, blank = scratch / "plain.nq", scratch / "blank.nq"
    with (
        plain.open("w", encoding="utf-8", newline="\n") as plain_file,
        blank.open("w", encoding="utf-8", newline="\n") as blank_file,
    ):
        for line in _with_merge(lines(), in_default_graph):
            (blank_file if "_:" in line else plain_file).write(f"{line}\n")
    store.bulk_load(path=plain, format=RdfFormat.N_QUADS)
    store.bulk_extend(parse(path=blank, format=RdfFormat.N_QUADS))
    plain.unlink()
    blank.unlink()


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
