"""The server under attack, and those who watch it meanwhile."""

import hashlib
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conftest import Server, serving
from hostile.processes import Census, census, descriptors, resident_mb
from hostile.slow import SlowClients
from hostile.wire import ATTACKER, VISITOR, Client
from kgpub.release import Release

# Addresses in 127.0.0.0/8, /proc and the sandbox are Linux's.
collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]

DEADLINE_SECONDS, MEMORY_MB, ANSWER_MB = 1, 256, 5
_SETTINGS = f"""\
[publication]
base_iri = "https://w3id.org/stca-kg/"
[folders]
releases = "{{releases}}"
[query]
workers = 2
seconds = {DEADLINE_SECONDS}
memory_mb = {MEMORY_MB}
answer_mb = {ANSWER_MB}
[server]
prepared_mb = 0  # the process that prepares would be counted
concurrent_queries = 1
"""
_PAUSE_SECONDS = 0.03
_BYSTANDER = "127.0.0.7"
_DOCUMENTS = ("/doc/id/ccr.ttl", "/doc/id/claim-s05-c1.html", "/doc/id/ccr.jsonld", "/doc/ontology/", "/queries/")
COUNT = "SELECT (COUNT(*) AS ?triples) { ?subject ?predicate ?object }"
_POINT = Path(__file__).with_name("point.rq").read_text("utf-8")


@dataclass
class Watch:
    """What bystanders saw: how long documents and cheap queries took, what failed, how much memory was taken."""

    document_seconds: list[float] = field(default_factory=list)
    query_seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    most_resident_mb: float = 0.0
    is_pool_taken: bool = False
    is_resting: bool = False

    def asks(self) -> bool:
        """Tell whether bystanders are to send queries now."""
        return not self.is_pool_taken

    @contextmanager
    def rest(self) -> Iterator[None]:
        """Ask for nothing for a while, so that nothing is open for us."""
        self.is_resting = True
        try:
            yield
        finally:
            self.is_resting = False

    @contextmanager
    def pool_taken(self) -> Iterator[None]:
        """Do without the bystanders' queries while all workers are meant to be busy."""
        self.is_pool_taken = True
        try:
            yield
        finally:
            self.is_pool_taken = False


@dataclass(frozen=True)
class Target:
    """The server under attack."""

    server: Server
    release: Release
    log: Path
    before: Census
    digests: dict[str, str]
    counted: bytes
    descriptors: Counter[str]

    @property
    def pid(self) -> int:
        return self.server.process.pid


@pytest.fixture(scope="session")
def target(announcement_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A server as users start it, with short budgets, warm."""
    folder = tmp_path_factory.mktemp("hostile")
    releases = announcement_release.folder.parent
    (folder / "kgpub.toml").write_text(_SETTINGS.format(releases=releases.as_posix()), "utf-8")
    log = folder / "log"
    with log.open("wb") as stderr, serving((), folder, stderr=stderr.fileno()) as server:
        client = Client(server.address)
        for turn in range(60):  # each web process and each worker has had its turn, and has opened what it keeps open
            for path in (*_DOCUMENTS, "/healthz", "/dumps/all.nq.gz", "/feed.atom", "/fragments"):
                assert client.get(path).status == 200
            assert client.ask(_POINT.replace("100", str(turn + 1_000))).status == 200
        before, seen = census(server.process.pid), descriptors(server.process.pid)
        counted = client.ask(f"{COUNT} # before").body
        yield Target(server, announcement_release, log, before, digests(announcement_release), counted, seen)


def percentile_99(seconds: list[float]) -> float:
    """Return what 99 of 100 took at most."""
    return sorted(seconds)[int(len(seconds) * 0.99)]


def digests(release: Release) -> dict[str, str]:
    """Return the digest of each file that is served; the store's log is written by whoever built it, here ourselves."""
    files = sorted(path for path in release.folder.rglob("*") if path.is_file() and path.name != "LOG")
    return {str(path.relative_to(release.folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="session", autouse=True)
def watch(target: Target) -> Iterator[Watch]:
    """Look on all the time: ask for documents and cheap queries, and weigh the server."""
    seen, is_over = Watch(), threading.Event()
    client = Client(target.server.address, _BYSTANDER)
    threads = [
        threading.Thread(target=_look_on, args=(client, seen, is_over)),
        threading.Thread(target=_weigh, args=(target.pid, seen, is_over)),
    ]
    for thread in threads:
        thread.start()
    yield seen
    is_over.set()
    for thread in threads:
        thread.join()


def _look_on(client: Client, seen: Watch, is_over: threading.Event) -> None:
    turn = 0
    while not is_over.wait(_PAUSE_SECONDS):
        if seen.is_resting:
            continue
        turn += 1
        document = client.get(_DOCUMENTS[turn % len(_DOCUMENTS)])
        seen.document_seconds.append(document.seconds)
        if document.status != 200:
            seen.failures.append(f"document {document.outcome}")
        if not seen.asks():
            continue
        answer = client.ask(_POINT.replace("100", str(turn + 2_000)))  # no cache has this one
        if not seen.asks():  # it came into the crowd
            continue
        seen.query_seconds.append(answer.seconds)
        if answer.status != 200:
            seen.failures.append(f"query {answer.outcome}")


def _weigh(pid: int, seen: Watch, is_over: threading.Event) -> None:
    while not is_over.wait(_PAUSE_SECONDS):
        seen.most_resident_mb = max(seen.most_resident_mb, resident_mb(pid))


@pytest.fixture(scope="session", autouse=True)
def slow_clients(target: Target) -> Iterator[SlowClients]:
    """Let clients loose that take all the time they get; ``test_what_remains`` tells what became of them."""
    clients = SlowClients(Client(target.server.address, "127.0.0.8", timeout_seconds=60))
    clients.start()
    yield clients
    clients.stop()


@pytest.fixture
def visitor(target: Target) -> Client:
    """Somebody who means well."""
    return Client(target.server.address, VISITOR)


@pytest.fixture
def attacker(target: Target) -> Iterator[Client]:
    """Somebody who does not; at the end the server must answer others within a second."""
    yield Client(target.server.address, ATTACKER)
    begun = time.monotonic()
    visitor = Client(target.server.address, VISITOR)
    assert visitor.ask(_POINT.replace("100", str(time.monotonic_ns()))).status == 200
    assert visitor.get("/doc/id/ccr.ttl").status == 200
    assert time.monotonic() - begun < 1.0
