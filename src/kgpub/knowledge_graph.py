"""A release as an object to ask from Python: SPARQL results and descriptions as rdflib knows them."""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import finalize

from rdflib import Graph
from rdflib.query import Result

from kgpub.description import describe
from kgpub.documents import Documents
from kgpub.engine import Budget, Query, Wanted
from kgpub.engine_local import LocalEngine
from kgpub.errors import NotDescribed, QueryRefused
from kgpub.formats import N_TRIPLES, RESULTS_JSON
from kgpub.pool import QueryPool
from kgpub.query_layout import with_names_spelt_out
from kgpub.release import Release, open_release
from kgpub.site import Site
from kgpub.stored_query import StoredQuery, find_query

_ANSWER_BYTES = 1 << 30


class KnowledgeGraph:
    """One release, open for queries until it is closed.

    Queries run in a process of their own, under the same limits as on a server, so that a query which needs too much
    costs its own process and never the notebook.
    """

    def __init__(self, folder: Path, *, seconds: float, memory_mb: int) -> None:
        self.release: Release = open_release(folder)
        base_iri = self.release.manifest.publication.base_iri
        pool = QueryPool(self.release.store, base_iri, workers=1, queue=8, memory_mb=memory_mb)
        self._end = finalize(self, pool.close)
        budget = Budget(seconds, memory_mb, _ANSWER_BYTES)
        self.site = Site(self.release, Documents(self.release.index), LocalEngine(pool.address), budget)

    def query(self, text: str) -> Result:
        """Answer a SPARQL query: rows, a truth value (``.askAnswer``) or a graph (``.graph``), as rdflib does.

        Raises ``QueryMalformed``, ``QueryOverBudget`` and the like, each with the sentence that says what happened.
        """
        query = Query(with_names_spelt_out(text))
        answer = self.site.engine.evaluate(query, Wanted(RESULTS_JSON, N_TRIPLES), self.site.budget)
        body = answer.read()
        if answer.format is RESULTS_JSON:
            return Result.parse(io.BytesIO(body), format="json")
        result = Result("CONSTRUCT")
        result.graph = Graph().parse(data=body, format="nt")
        return result

    @property
    def queries(self) -> Mapping[str, StoredQuery]:
        """Return the stored queries of the release by name, each with what it answers and what it takes."""
        return self.site.queries

    def run(self, name: str, /, **values: object) -> Result:
        """Answer a stored query, with values for its parameters in place of their defaults.

        An IRI may be given in full, as a prefixed name or as the end of one below the base; numbers, truth values and
        dates as Python's own; None matches anything. Raises ``NotDescribed`` for a name of no query,
        ``ParameterInvalid`` for a value that does not fit, ``QueryRefused`` for a query that asks another endpoint too,
        and what ``query`` raises.
        """
        query = find_query(self.queries, name)
        if query.federated:
            raise QueryRefused(f"The query '{name}' asks <{query.federated}> too, which is not done here.")
        return self.query(query.bind({key: _text(value) for key, value in values.items()}, self.site.names))

    def describe(self, iri: str) -> Graph:
        """Return what the release says of an IRI, as its document does; raise ``NotDescribed`` for an unknown one."""
        description = describe(self.site, iri)
        if description is None:
            raise NotDescribed(f"Nothing is described under <{iri}>.")
        graph = Graph()
        for name, namespace in self.site.prefixes.items():
            graph.bind(name, namespace)
        return graph.parse(data="\n".join(description.triples()), format="nt")

    def close(self) -> None:
        """End the process that answers queries."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _text(value: object) -> str | None:
    """Return a Python value as the parameter of a stored query would be written."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
