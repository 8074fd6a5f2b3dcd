"""A release as an object to ask from Python: SPARQL results and descriptions as rdflib knows them."""

import io
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
from kgpub.errors import NotDescribed
from kgpub.formats import N_TRIPLES, RESULTS_JSON
from kgpub.pool import QueryPool
from kgpub.release import Release, open_release
from kgpub.site import Site

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
        self._site = Site(self.release, Documents(self.release.index), LocalEngine(pool.address), budget)

    def query(self, text: str) -> Result:
        """Answer a SPARQL query: rows, a truth value (``.askAnswer``) or a graph (``.graph``), as rdflib does.

        Raises ``QueryMalformed``, ``QueryOverBudget`` and the like, each with the sentence that says what happened.
        """
        answer = self._site.engine.evaluate(Query(text), Wanted(RESULTS_JSON, N_TRIPLES), self._site.budget)
        body = answer.read()
        if answer.format is RESULTS_JSON:
            return Result.parse(io.BytesIO(body), format="json")
        result = Result("CONSTRUCT")
        result.graph = Graph().parse(data=body, format="nt")
        return result

    def describe(self, iri: str) -> Graph:
        """Return what the release says of an IRI, as its document does; raise ``NotDescribed`` for an unknown one."""
        description = describe(self._site, iri)
        if description is None:
            raise NotDescribed(f"Nothing is described under <{iri}>.")
        graph = Graph()
        for name, namespace in self._site.prefixes.items():
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
