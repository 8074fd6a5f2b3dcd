"""What several tests share: the announcement's release, a site on it, and a server that serves it."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import Store

from kgpub.build import build
from kgpub.plan import project_plan
from kgpub.pool import QueryPool
from kgpub.progress import Silence
from kgpub.release import CURRENT, Release, open_release
from kgpub.server import open_site
from kgpub.settings import QuerySettings, read_settings
from kgpub.site import Site
from kgpub.web.app import create_app
from scheduler import Scheduler, place_of
from village import village_release

ROOT = Path(__file__).parents[1]
#: The announcement's text is not part of the project; where it is at hand, hashes are checked against it.
SOURCE_TEXT = ROOT.parent / "shared" / "source" / "000_fb9e49cb6ccd7021.txt"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run groups of tests that take long first."""
    items.sort(key=lambda item: place_of(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> Scheduler:
    """Keep groups of tests together, in the order that they are in."""
    config.option.loadscopereorder = False
    return Scheduler(config, log)


@pytest.hookimpl(tryfirst=True)  # before fixtures are made
def pytest_runtest_setup() -> None:
    """Let each test find rdflib as it comes: importing nanopub turns its normalisation off, pySHACL turns it on."""
    rdflib.NORMALIZE_LITERALS = True


@pytest.fixture(scope="session")
def announcement_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the announcement, a copy for each process; the first one that needs it builds it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # pytest-xdist makes a folder for each process in it
    with (shared / "announcement.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "announcement" / CURRENT).exists():
            plan = project_plan(read_settings(ROOT / "kgpub.toml"))
            build(replace(plan, releases=shared / "announcement"), Silence())
    copied = tmp_path_factory.mktemp("releases") / "announcement"
    return open_release(shutil.copytree(shared / "announcement", copied, symlinks=True))


@pytest.fixture(scope="session")
def announcement(announcement_release: Release) -> Store:
    """The announcement's store: the default graph is the merge of the asserted graphs."""
    return Store.read_only(str(announcement_release.store))


@pytest.fixture(scope="session")
def source_text() -> str | None:
    return SOURCE_TEXT.read_text("utf-8") if SOURCE_TEXT.is_file() else None


@pytest.fixture(scope="session")
def site(announcement_release: Release) -> Iterator[Site]:
    """The announcement, ready to be served, with a query pool of its own."""
    query = QuerySettings(seconds=3.0, answer_mb=20)
    base_iri = announcement_release.manifest.publication.base_iri
    pool = QueryPool(announcement_release.store, base_iri, workers=2, queue=16, memory_mb=512)
    yield open_site(announcement_release, query, pool.address)
    pool.close()


@pytest.fixture(scope="session")
def app(site: Site) -> Flask:
    """The application, whose templates are compiled once a process."""
    return create_app(site)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application itself, without a server."""
    return app.test_client()


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A small foreign project with all views, without a query pool."""
    return open_site(village_release(tmp_path_factory.mktemp("village")), QuerySettings(), "")


@dataclass(frozen=True)
class Server:
    """A running ``kgpub serve``."""

    address: str
    process: "subprocess.Popen[str]"


@contextmanager
def serving(
    arguments: Sequence[str],
    folder: Path,
    program: Sequence[str] = (sys.executable, "-m", "kgpub.cli"),
    stderr: int | None = None,
) -> Iterator[Server]:
    """Run ``kgpub serve`` on a free port until it is no longer needed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*program, "serve", "--port", str(port), *arguments]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=stderr, text=True, env=os.environ | {"PYTHONWARNINGS": ""}
    )
    try:
        assert process.stdout is not None
        announced = re.search(r"at (http://\S+/)", process.stdout.readline())
        assert announced is not None
        yield Server(announced[1].rstrip("/"), process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture(scope="session")
def server(announcement_release: Release) -> Iterator[Server]:
    """A real server of the announcement, with a deadline of three seconds a query."""
    folder = announcement_release.folder.parent
    (folder / "kgpub.toml").write_text(
        '[publication]\nbase_iri = "https://w3id.org/stca-kg/"\n[folders]\nreleases = "."\n[query]\nseconds = 3\n',
        "utf-8",
    )
    with serving((), folder) as running:
        yield running
