"""The engines over the same small data, as the tests start them."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from kgpub.engine import Engine
from kgpub.engine_local import LocalEngine
from kgpub.engine_remote import RemoteEngine
from kgpub.errors import EngineUnavailable
from kgpub.pool import QueryPool
from virtuoso import require_virtuoso, virtuoso

EX = "http://example.org/"
LABEL, ONE, TWO = EX + "label", EX + "graph/one", EX + "graph/two"
DEFAULT = f"""
<{EX}plain> <{LABEL}> "plain" .
<{EX}plain> <{EX}note> "tab\\t, comma, \\"quote\\",\\nand a line"@en .
<{EX}plain> <{EX}size> "42"^^<http://www.w3.org/2001/XMLSchema#integer> .
<{EX}plain> <{EX}flag> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .
<{EX}plain> <{EX}part> _:part .
_:part <{EX}of> <{EX}plain> .
<{EX}caf%C3%A9> <{LABEL}> "percent-encoded" .
<{EX}café> <{LABEL}> "non-ASCII" .
"""
NAMED = f'<{EX}a> <{LABEL}> "in one" <{ONE}> .\n<{EX}b> <{LABEL}> "in two" <{TWO}> .\n'

#: Virtuoso has no default graph of its own, only the name of one that a query means which names none; 512 is N-Quads.
DEFAULT_GRAPH = EX + "graph/default"
_LOAD = f"""
DB.DBA.TTLP(file_to_string_output('default.nt'), '', '{DEFAULT_GRAPH}', 0);
DB.DBA.TTLP(file_to_string_output('named.nq'), '', '{DEFAULT_GRAPH}', 512);
INSERT INTO DB.DBA.SYS_SPARQL_HOST (SH_HOST, SH_GRAPH_URI) VALUES ('%', '{DEFAULT_GRAPH}');
"""

_START_SECONDS = 20


def product(columns: int, last: int = 10) -> str:
    """Return patterns with ten solutions each, and *last* for one more: their product is as large as one likes."""
    ten = " ".join(map(str, range(10)))
    patterns = [f"VALUES ?v{n} {{ {ten} }}" for n in range(columns)]
    return " ".join([*patterns, f"VALUES ?last {{ {' '.join(map(str, range(last)))} }}"])


def write_store(folder: Path) -> Path:
    """Write the data as a store into a new folder, and return it."""
    store = Store(str(folder))
    store.load((DEFAULT + NAMED).encode(), RdfFormat.N_QUADS)
    store.flush()
    return folder


@contextmanager
def local_engine(folder: Path) -> Iterator[Engine]:
    """Run workers over the data."""
    pool = QueryPool(write_store(folder / "local"), EX, workers=2, queue=8, memory_mb=512)
    try:
        yield LocalEngine(pool.address)
    finally:
        pool.close()


@contextmanager
def remote_engine(folder: Path) -> Iterator[Engine]:
    """Run Oxigraph's own server over the data."""
    program, location, data = str(Path(sys.executable).parent / "oxigraph"), str(folder / "remote"), folder / "data.nq"
    data.write_text(DEFAULT + NAMED, "utf-8")
    subprocess.run([program, "load", "--location", location, "--file", str(data)], check=True, capture_output=True)
    address = f"127.0.0.1:{free_port()}"
    serve = [program, "serve-read-only", "--location", location, "--bind", address]
    with subprocess.Popen(serve, stderr=subprocess.DEVNULL) as server:
        try:
            with closing(RemoteEngine(f"http://{address}/query")) as engine:
                _wait_until_it_answers(engine)
                yield engine
        finally:
            server.kill()


@contextmanager
def virtuoso_engine(folder: Path) -> Iterator[Engine]:
    """Run Virtuoso over the data; whose default graph is a graph like others."""
    require_virtuoso()
    (folder / "default.nt").write_text(DEFAULT, "utf-8")
    (folder / "named.nq").write_text(NAMED, "utf-8")
    with (
        virtuoso(folder, (free_port(), free_port()), _LOAD) as endpoint,
        closing(RemoteEngine(endpoint)) as engine,
    ):
        yield engine


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_answers(engine: Engine) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with suppress(EngineUnavailable):
            engine.ping()
            return
        time.sleep(0.02)
    pytest.fail("the endpoint does not answer")
