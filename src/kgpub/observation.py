"""What an operator sees of a web process, put together from the settings: log, metrics, limits, health."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing.util import Finalize
from pathlib import Path

from flask import Flask
from prometheus_client import CollectorRegistry
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from kgpub.client_address import ClientAddresses
from kgpub.client_limits import ClientLimits
from kgpub.engine import Engine
from kgpub.log_file import STANDARD_ERROR, LogFile
from kgpub.metered_engine import MeteredEngine, NotedEngine, Watch
from kgpub.metrics import FOLDER_VARIABLE, Metrics
from kgpub.mount import Mount
from kgpub.observer import NO_ROUTE, Application, Observer
from kgpub.prepared_documents import PreparedDocuments
from kgpub.scratch import Scratch
from kgpub.server_state import ServerState
from kgpub.settings import QuerySettings, ServerSettings
from kgpub.site import Site
from kgpub.web.health import metrics_route

#: Before the last step of a process, which ends it.
_BEFORE_THE_END = 10
_PATHS_REMEMBERED = 4_096
_LONGEST_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a web process shares with the others of its server."""

    server: ServerSettings
    query: QuerySettings
    pool_address: str
    folder: Path


@contextmanager
def shared_folder(server: ServerSettings) -> Iterator[Path]:
    """Lend a folder for what web processes share while they run.

    The variable of the environment by which prometheus_client knows where to count is set meanwhile. Raises
    ``NotWritable`` for an access log that cannot be written, before anything is served.
    """
    if server.access_log:
        LogFile(server.access_log).close()
    with Scratch() as folder, _counting_in(server, folder):
        yield folder


@contextmanager
def _counting_in(server: ServerSettings, folder: Path) -> Iterator[None]:
    """Tell web processes that start meanwhile where to count."""
    if server.metrics:
        os.environ[FOLDER_VARIABLE] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(FOLDER_VARIABLE, None)


def _no_cache(engine: Engine) -> Engine:
    return engine


class Observation:
    """What watches one web process."""

    def __init__(self, site: Site, around: Surroundings, cache: Callable[[Engine], Engine] = _no_cache) -> None:
        """Open the logs and the shared tables; *cache* puts a cache of results before an engine."""
        server, query = around.server, around.query
        self._release = site.release.manifest.id
        self._around = around
        self._clients = ClientAddresses(server.trusted_proxies)
        self._mount = Mount(server.mount, self._clients)
        self._metrics = Metrics(CollectorRegistry()) if server.metrics else None
        self._log = _log(server.access_log) if server.access_log else None
        slow_log = (self._log or _log(STANDARD_ERROR)) if query.slow_seconds else None
        has_limits = server.queries_per_minute or server.concurrent_queries
        limits = ClientLimits(around.folder, server) if has_limits else None
        watch = Watch(self._release, self._metrics, limits, slow_log, query.slow_seconds)
        self.site = replace(site, engine=NotedEngine(cache(MeteredEngine(site.engine, watch))))

    def around(self, application: Application, app: Flask, prepared: PreparedDocuments | None = None) -> Observer:
        """Return an ASGI application, observed; give its Flask application the metrics to tell."""
        if self._metrics is not None:
            workers = self._around.query.workers
            state = ServerState(self._release, self._around.pool_address, workers, os.getppid(), prepared)
            app.register_blueprint(metrics_route(self._metrics, state))
        routes = routes_of(app.url_map)
        return Observer(application, self._release, self._clients, self._mount, routes, self._metrics, self._log)


def _log(name: str) -> LogFile:
    log = LogFile(name)
    Finalize(None, log.close, exitpriority=_BEFORE_THE_END)
    return log


def routes_of(url_map: Map) -> Callable[[str, str], str]:
    """Return what finds the route of a path: asked for kept answers, so for a few paths again and again."""
    adapter = url_map.bind("localhost")

    def find(path: str, method: str) -> str:
        try:
            return str(adapter.match(path, method)[0])
        except HTTPException:
            return NO_ROUTE

    remembered = lru_cache(_PATHS_REMEMBERED)(find)

    def route_of(path: str, method: str) -> str:
        return remembered(path, method) if len(path) + len(method) <= _LONGEST_REMEMBERED else find(path, method)

    return route_of
