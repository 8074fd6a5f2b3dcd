"""An nginx of our own: the one that is installed, or that of the Debian package, unpacked beside this Python."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

#: Where ``scripts/install dev`` unpacks it: installing the package would start a server on port 80.
UNPACKED = Path(sys.prefix) / "debian" / "usr" / "sbin"
_START_SECONDS = 10
_MAIN = """\
{user}daemon off;
worker_processes 1;
error_log stderr warn;
pid nginx.pid;
events {{ worker_connections 256; }}
http {{
access_log off;
client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
{server}
}}
"""


def require_nginx() -> str:
    """Return the program; skip the test where there is none, and none can be had."""
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", str(UNPACKED)))
    program = shutil.which("nginx", path=path)
    if program is None:
        pytest.skip("nginx is not installed; on Debian, scripts/install dev unpacks the package beside this Python")
    return program


def make_certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """Make a certificate of a host and of this machine that signs itself, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed; on Debian: apt-get install openssl")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = [
        openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host},IP:127.0.0.1",
        "-keyout", str(key), "-out", str(certificate),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@contextmanager
def nginx(folder: Path, server: str, port: int) -> Iterator[None]:
    """Run nginx with a ``server`` block until it is no longer needed."""
    user = "user root;\n" if os.getuid() == 0 else ""  # root's folders are root's to read
    (folder / "nginx.conf").write_text(_MAIN.format(user=user, server=server), "utf-8")
    command = [require_nginx(), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    log = folder / "nginx.log"
    with log.open("wb") as stderr, subprocess.Popen(command, stdout=stderr, stderr=stderr) as process:
        try:
            _wait(process, port, log)
            yield
        finally:
            process.terminate()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:

    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail(f"nginx does not start: {log.read_text('utf-8')}")
