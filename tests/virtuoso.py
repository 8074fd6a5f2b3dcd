"""A Virtuoso of our own: a scratch database, free ports of this machine, no limit that cuts answers."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

_START_SECONDS = 15
#: Virtuoso goes on with a query after its client has left; without this it would do so during the other tests.
_QUERY_SECONDS = 2
#: What it is told besides the places of its files. CaseMode 2 is what Debian ships; without it ASK answers a table.
#: ResultSetMaxRows is left out, since a graph that it cuts looks whole.
_SETTINGS = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 100
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DirsAllowed = .
CaseMode = 2
NumberOfBuffers = 2000
MaxDirtyBuffers = 1500
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = .
ServerThreads = 8
MaxKeepAlives = 8
KeepAliveTimeout = 10
[SPARQL]
DefaultQuery = ASK {{}}
MaxQueryExecutionTime = {query_seconds}
"""


def require_virtuoso() -> None:
    """Skip the test where Virtuoso is not installed."""
    if shutil.which("virtuoso-t") is None or shutil.which("isql-vt") is None:
        pytest.skip("Virtuoso is not installed; on Debian: apt-get install virtuoso-opensource-7-bin")


@contextmanager
def virtuoso(folder: Path, ports: tuple[int, int], loading: str) -> Iterator[str]:
    """Run a server over a new database after *loading*, SQL that may name files of the folder; give its endpoint.

    *ports* are for HTTP and for SQL.
    """
    http_port, sql_port = ports
    settings = _SETTINGS.format(http_port=http_port, sql_port=sql_port, query_seconds=_QUERY_SECONDS)
    (folder / "virtuoso.ini").write_text(settings, "utf-8")
    (folder / "load.sql").write_text(loading, "utf-8")
    start = ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]
    with subprocess.Popen(start, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            endpoint = f"http://127.0.0.1:{http_port}/sparql"
            _wait_until_it_listens(server, endpoint)
            _load(folder, sql_port)
            yield endpoint
        finally:
            server.kill()


def _wait_until_it_listens(server: subprocess.Popen[bytes], endpoint: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(URLError, ConnectionError), urlopen(f"{endpoint}?query=ASK%7B%7D", timeout=1):
            return
        time.sleep(0.05)
    pytest.fail("Virtuoso does not answer")


def _load(folder: Path, sql_port: int) -> None:
    ask = ["isql-vt", f"127.0.0.1:{sql_port}", "dba", "dba", "VERBOSE=OFF", "ERRORS=STDOUT", "PROMPT=OFF", "load.sql"]
    told = subprocess.run(ask, cwd=folder, check=True, capture_output=True, text=True, timeout=_START_SECONDS)
    assert "Error" not in told.stdout, told.stdout
