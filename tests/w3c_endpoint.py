"""An endpoint over the data of one test after the other, as ``kgpub serve FILE…`` serves them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize
from werkzeug.test import TestResponse

from kgpub.engine import Answer, Budget, Engine, Query, Wanted
from kgpub.engine_local import LocalEngine
from kgpub.pool import QueryPool
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.web.app import create_app
from projects import serve_ad_hoc
from w3c_suites import Suite

_SPARQL_QUERY = "application/sparql-query"


@dataclass(frozen=True, order=True)
class DataSet:
    """The addresses of files: the default graph, the named graphs, and the folder that relative IRIs start from."""

    base: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def files(self, suite: Suite) -> dict[str, bytes]:
        """Return the files to serve: those of the default graph as they are, the named graphs in one of N-Quads."""
        files = {suite.path(iri).name: suite.path(iri).read_bytes() for iri in self.default}
        quads = [quad for iri in self.named for quad in _quads(suite.path(iri), iri)]
        return files | {"named.nq": serialize(quads, format=RdfFormat.N_QUADS) or b""}


def _quads(path: Path, iri: str) -> Iterator[Quad]:
    for quad in parse(path=path, base_iri=iri, rename_blank_nodes=True):
        yield Quad(quad.subject, quad.predicate, quad.object, NamedNode(iri))


class Endpoint:
    """One application, which is made once, over one release after the other; one worker each."""

    def __init__(self, folder: Path) -> None:
        self._folders = (folder / str(number) for number in count())
        self._engine = _Switch()
        self._pool: QueryPool | None = None
        self._served: DataSet | None = None
        release = serve_ad_hoc(next(self._folders), {"nothing.ttl": b""})
        site = replace(open_site(release, QuerySettings(), ""), engine=self._engine)
        self._client = create_app(site).test_client()

    def serve(self, data: DataSet, suite: Suite) -> None:
        """Serve a data set from now on, if it is not served already."""
        if data == self._served:
            return
        self.close()
        release = serve_ad_hoc(next(self._folders), data.files(suite), data.base)
        self._pool = QueryPool(release.store, data.base, workers=1, queue=8, memory_mb=512)
        self._engine.engine = LocalEngine(self._pool.address)
        self._served = data

    def ask(
        self, query: str, accept: str = "*/*", *, by_post: bool = True, data: DataSet | None = None
    ) -> TestResponse:
        """Ask a query, with POST or with GET, of the whole data set or of another one made of its graphs."""
        pairs = [("default-graph-uri", iri) for iri in (data.default if data else ())]
        pairs += [("named-graph-uri", iri) for iri in (data.named if data else ())]
        fields = {"Accept": accept}
        if not by_post:
            return self._client.get("/sparql", query_string=urlencode([("query", query), *pairs]), headers=fields)
        address = f"/sparql?{urlencode(pairs)}"
        return self._client.post(address, data=query.encode(), content_type=_SPARQL_QUERY, headers=fields)

    def processes(self) -> str:
        """Return the process ids of the worker and of what watches it."""
        assert self._pool is not None
        pid = self._pool.master_pid
        return Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")

    def close(self) -> None:
        """End the worker."""
        if self._pool is not None:
            self._pool.close()


class _Switch:
    """The engine of the application, which asks the pool of the day."""

    def __init__(self) -> None:
        self.engine: Engine | None = None

    def evaluate(self, query: Query, wanted: Wanted, budget: Budget) -> Answer:
        assert self.engine is not None
        return self.engine.evaluate(query, wanted, budget)

    def ping(self) -> None:
        """Nobody asks whether it is ready."""

    def close(self) -> None:
        """Leave that to the endpoint."""
