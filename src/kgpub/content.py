"""What a release in the making holds, for those who make downloads of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from pyoxigraph import QuerySolutions

from kgpub.iris import Base
from kgpub.lexical_forms import as_written
from kgpub.plan import Plan
from kgpub.publication import Publication
from kgpub.triplestore import Triplestore


@dataclass(frozen=True, slots=True)
class Content:
    """The statements of a release, its own description (the catalog) not yet among them.

    *lines* gives the sorted N-Quads lines of the sources and rules, letter for letter; *store* the same to query.
    """

    plan: Plan
    store: Triplestore
    lines: Callable[[], Iterable[str]]

    @property
    def publication(self) -> Publication:
        """Return the settings that the release is published with."""
        return self.plan.publication

    @property
    def base(self) -> Base:
        """Return the base of the release's IRIs."""
        return self.plan.base

    def is_quoted(self, graph: str) -> bool:
        """Tell whether the content of a named graph is quoted rather than asserted."""
        return self.plan.is_quoted(graph)

    def select(self, text: str) -> "Table":
        """Answer a SELECT query of the project's own or of kgpub's, over what is asserted.

        Relative IRIs in it resolve against the base. Raises ``SyntaxError`` for what is no SPARQL, ``TypeError`` for
        another form of query.
        """
        graphs = self.plan.asserted_graphs(self.store)
        results = self.store.query(text, base_iri=self.base.iri, default_graph=graphs)
        if not isinstance(results, QuerySolutions):
            del results  # pyoxigraph lets no other thread drop it, and the traceback of an error keeps this frame
            raise TypeError("not a SELECT query")
        return Table(tuple(variable.value for variable in results.variables), _rows(results))


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to a SELECT query: the names of its columns, and its rows, read once; None where nothing is bound."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


def _rows(solutions: QuerySolutions) -> Iterator[tuple[Any, ...]]:
    for solution in solutions:
        yield tuple(map(as_written, solution))


def packaged_query(name: str) -> str:
    """Return the text of a query that comes with kgpub: the one of the file ``queries/<name>.rq``."""
    return files("kgpub").joinpath(f"queries/{name}.rq").read_text("utf-8")
