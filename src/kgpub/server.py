"""Serve a release: the query pool, and web processes under granian."""

import gc
import logging
import multiprocessing
import os
import shutil
import signal
import socket
import sqlite3
import sys
import time
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from kgpub.asgi import AsgiApplication
from kgpub.child_processes import IdleProcess, end_with_parent
from kgpub.documents import Documents
from kgpub.engine import Engine, budget_of
from kgpub.engine_local import LocalEngine
from kgpub.errors import PortInUse
from kgpub.listeners import give_up_unread
from kgpub.observation import Observation, Surroundings, shared_folder
from kgpub.observer import Observer
from kgpub.pool import QueryPool
from kgpub.preparation import Preparation, Share
from kgpub.prepared_documents import DocumentShelf, PreparedDocuments, create
from kgpub.release import Release, open_release
from kgpub.response_cache import ResponseCache
from kgpub.result_cache import CachedEngine, ResultCache
from kgpub.settings import QuerySettings, ServerSettings
from kgpub.site import Site
from kgpub.text_spans import text_body
from kgpub.turns import Turns
from kgpub.web.app import create_app, document_replies, with_shortcuts

#: Threads of a web process beyond those that the pool can use: downloads, health checks.
_SPARE_THREADS = 8
#: Parts of paths whose requests ask the engine.
_ASK_ENGINE = frozenset(("sparql", "readyz", "queries", "graphs"))
#: Responses that a web process keeps: those of a small graph all, of a large one those asked for most.
_CACHE_BYTES = 64_000_000
_CONNECTIONS = 8_192
_HEADER_BYTES = 65_536
#: A server that is stopped soon again, as in tests, has nothing prepared.
_PREPARES_AFTER_SECONDS = 3.0
#: Processes that prepare documents, if there are as many processors; each takes some 80 MB.
_MOST_MAKERS = 4
#: What they make takes no more than this part of what is free on the disk: temporary files may lie in memory.
_PART_OF_FREE = 4
_LOG_FORMAT = "%(asctime)s %(name)s %(message)s"


@dataclass(frozen=True, slots=True)
class Handover:
    """What the main process tells its web processes."""

    release: Path
    surroundings: Surroundings

    @property
    def prepared(self) -> Path:
        """Return the file of the documents that are made before anybody asks."""
        return self.surroundings.folder / "documents.sqlite"


def open_site(release: Release, query: QuerySettings, pool_address: str, web_processes: int = 1) -> Site:
    """Return a release with the engine that the settings choose, for one of so many web processes."""
    return Site(
        release,
        Documents(release.index),
        _engine(query, pool_address, web_processes),
        budget_of(query),
        query.query_kb * 1024,
        has_fixed_answers=query.engine == "local",
    )


def _engine(query: QuerySettings, pool_address: str, web_processes: int) -> Engine:
    if query.engine == "remote":
        from kgpub.engine_remote import RemoteEngine  # noqa: PLC0415 (SPARQLWrapper imports rdflib: 60 MB a process)

        return RemoteEngine(query.sparql_endpoint)
    return LocalEngine(pool_address, Turns(max(1, (os.cpu_count() or 1) // web_processes)))


def serve(release: Release, server: ServerSettings, query: QuerySettings) -> None:
    """Serve a release until SIGTERM or SIGINT; requests that are being answered then are answered.

    Raises ``PortInUse`` where another program listens on the address, ``SourceUnreadable`` where the text that the
    settings name cannot be read.
    """
    _check_address(server.host, server.port)
    if server.source_text:
        text_body(Path(server.source_text))  # what cannot be read is told now, not by each web process
    pool = None
    if query.engine == "local":
        pool = QueryPool(
            release.store,
            release.manifest.publication.base_iri,
            workers=query.workers,
            queue=query.queue,
            memory_mb=query.memory_mb,
        )
        pool.on_end(partial(os.kill, os.getpid(), signal.SIGTERM))
    # A web process starts from nothing: it inherits no module that a build imported, and no lock that a thread held.
    multiprocessing.set_start_method("spawn", force=True)
    try:
        with shared_folder(server) as folder:
            handover = Handover(release.folder, Surroundings(server, query, pool.address if pool else "", folder))
            with _preparing(handover):
                _granian(release, server).serve(target_loader=partial(load, handover), wrap_loader=False)
    finally:
        if pool is not None:
            pool.close()


def _preparing(handover: Handover) -> AbstractContextManager[object]:
    """Return what makes documents while the server serves, if the settings have room for them."""
    if not handover.surroundings.server.prepared_mb:
        return nullcontext()
    makers = min(os.cpu_count() or 1, _MOST_MAKERS)
    create(handover.prepared, makers)
    processes = ExitStack()
    for number in range(makers):
        work = partial(prepare, handover, Share(number, makers))
        processes.enter_context(IdleProcess(work, _PREPARES_AFTER_SECONDS))
    return processes


def prepare(handover: Handover, share: Share) -> None:
    """Make a share of the documents of a release, until all are made or there is no room; most of the disk is left."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format=_LOG_FORMAT)
    site = _site_of(handover)
    room_bytes = handover.surroundings.server.prepared_mb * 1_000_000
    try:
        with closing(DocumentShelf(handover.prepared)) as shelf:
            max_bytes = min(room_bytes, shutil.disk_usage(handover.prepared.parent).free // _PART_OF_FREE)
            replies = document_replies(create_app(site), site, handover.surroundings.server.mount)
            Preparation(site, replies, shelf, max_bytes, share).run()
    except sqlite3.Error as error:
        logging.getLogger(__name__).warning("No more documents are prepared: %s.", error)


def _site_of(handover: Handover) -> Site:
    around = handover.surroundings
    site = open_site(open_release(handover.release), around.query, around.pool_address, around.server.workers)
    text = Path(around.server.source_text) if around.server.source_text else None
    return replace(site, address=around.server.address, source_text=text)


def load(handover: Handover) -> Observer:
    """Return the application of one web process, which resolves its release once."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format=_LOG_FORMAT)
    around, query = handover.surroundings, handover.surroundings.query
    site = _site_of(handover)
    observation = Observation(site, around, partial(_with_cache, site=site, around=around))
    site = observation.site
    end_with_parent()
    # Once granian has drained its requests, Python must not finalise under Rust's threads: they panic (1 stop in 9).
    Finalize(None, os._exit, args=(0,), exitpriority=0)
    threads = query.workers + query.queue + _SPARE_THREADS
    is_slow = partial(may_wait, is_remote=query.engine == "remote")
    app = create_app(site)
    prepared = PreparedDocuments(handover.prepared) if around.server.prepared_mb else None
    bridge = AsgiApplication(
        with_shortcuts(app, site, prepared, around.server.mount),
        ResponseCache(_CACHE_BYTES),
        body_bytes=3 * site.query_bytes,
        threads=threads,
        is_slow=is_slow,
    )
    observed = observation.around(bridge, app, prepared)
    Thread(target=give_up_unread, args=(around.server.port,), daemon=True).start()
    gc.collect()
    gc.freeze()  # what is there now stays: the collector need not look at it again, a few ms each time
    return observed


def _with_cache(engine: Engine, site: Site, around: Surroundings) -> Engine:
    """Return an engine that keeps its answers, if they stay as they are: another endpoint's data may change."""
    if not site.has_fixed_answers or not around.query.cache_mb:
        return engine
    path, release = around.folder / "results.sqlite", site.release.manifest.id
    return CachedEngine(engine, ResultCache(path, release, around.query.cache_mb * 1_000_000))


def may_wait(path: str, *, is_remote: bool) -> bool:
    """Tell whether a request for a path may read a large file, or ask an engine that a thread has to wait for."""
    parts = path.strip("/").split("/")
    return "dumps" in parts or (is_remote and not _ASK_ENGINE.isdisjoint(parts))


def _granian(release: Release, server: ServerSettings) -> MPServer:
    granian = MPServer(
        "kgpub",
        address=server.host,
        port=server.port,
        interface=Interfaces.ASGINL,
        workers=server.workers,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        # granian's own 512 connections a process, idle ones included, are soon taken; a connection costs about 20 kB.
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=_HEADER_BYTES),
        workers_kill_timeout=15,
    )

    granian.on_startup(Thread(target=_announce, args=(release, server), daemon=True).start)
    return granian


def _announce(release: Release, server: ServerSettings) -> None:
    """Tell the address once a web process answers there."""
    connect_to = urlsplit(address_of(server))
    while True:
        try:
            socket.create_connection((str(connect_to.hostname), server.port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            break
    sys.stdout.write(f"Serving release {release.manifest.id} at {address_of(server)} (Ctrl-C ends)\n")
    sys.stdout.flush()


def address_of(server: ServerSettings) -> str:
    """Return the address to open in a browser on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(server.host, server.host)  # noqa: S104 (read, not bound)
    return f"http://{host}:{server.port}{server.mount}/"


def _check_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortInUse(
                f"{host} port {port} cannot be used ({error.strerror}); choose another with --port."
            ) from error
