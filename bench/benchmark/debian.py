"""Peers and tools that Debian packages: unpacked below the cache, so that nothing on the system changes."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmark.graph import BASE, Dataset
from benchmark.processes import Finished, Running, run_measured
from benchmark.systems import HTML, TURTLE, Place, System, Unavailable, free_port

_SUFFIXES = {TURTLE: "ttl", HTML: "html"}
_VIRTUOSO_SECONDS = 60


def debian_program(cache: Path, package: str, program: str) -> Path:
    """Return a program: the one on the path, or that of a Debian package, unpacked into the cache.

    Raises ``Unavailable`` where the package cannot be had or lacks a library here.
    """
    if (installed := shutil.which(program)) is not None:
        return Path(installed)
    folder = cache / "debian" / package
    if not folder.is_dir():
        _unpack(package, folder)
    found = next((path for path in folder.rglob(program) if path.is_file() and path.stat().st_mode & 0o100), None)
    if found is None:
        raise Unavailable(f"the Debian package {package} has no program {program}")
    linked = subprocess.run(["ldd", str(found)], capture_output=True, text=True, check=False).stdout  # noqa: S607
    if missing := [line.split()[0] for line in linked.splitlines() if "not found" in line]:
        raise Unavailable(f"{program} of the Debian package {package} lacks {', '.join(missing)} here")
    return found


def _unpack(package: str, folder: Path) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise Unavailable(f"{package} is neither installed nor to be had: this is no Debian")
    folder.parent.mkdir(parents=True, exist_ok=True)
    got = subprocess.run(
        ["apt-get", "--quiet", "download", package],  # noqa: S607 (Debian's own)
        cwd=folder.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    archive = next(folder.parent.glob(f"{package}_*.deb"), None)
    if got.returncode or archive is None:
        raise Unavailable(f"apt-get download {package} failed: {got.stderr.strip().rpartition(chr(10))[2]}")
    subprocess.run(["dpkg", "-x", str(archive), str(folder)], check=True)  # noqa: S607 (the same)


class Nginx(System):
    """nginx with documents as files: what any server of documents can do at most."""

    def install(self, place: Place) -> None:
        """Unpack nginx."""
        debian_program(place.cache, "nginx", "nginx")

    def command(self, place: Place, data: Dataset) -> Sequence[str]:  # noqa: ARG002 (the files are written later)
        """Return nginx in the foreground, with a configuration of its own."""
        folder = place.folder / self.name
        (folder / "files").mkdir(parents=True, exist_ok=True)
        configuration = (Path(__file__).with_name("nginx.conf")).read_text("utf-8")
        text = configuration.replace("@FOLDER@", str(folder)).replace("@PORT@", str(place.port))
        text = text.replace("@USER@", "" if os.getuid() else "user root;\n")  # root's files are root's to read
        (folder / "nginx.conf").write_text(text, "utf-8")
        program = str(debian_program(place.cache, "nginx", "nginx"))
        return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]

    def version(self, place: Place) -> str:
        """Return what ``nginx -v`` says."""
        program = str(debian_program(place.cache, "nginx", "nginx"))
        return subprocess.run([program, "-v"], capture_output=True, text=True, check=False).stderr.strip()

    @staticmethod
    def write_file(place: Place, local: str, media_type: str, body: bytes) -> None:
        """Put a document where nginx finds it."""
        (place.folder / "nginx" / "files" / f"{local}.{_SUFFIXES[media_type]}").write_bytes(body)


class Virtuoso(System):
    """Virtuoso Open Source, as Debian builds it."""

    def install(self, place: Place) -> None:
        """Unpack the server and its command line."""
        self._program(place, "virtuoso-t")
        self._program(place, "isql-vt")

    def load(self, place: Place, data: Dataset) -> Finished:
        """Load the files with the bulk loader, by a server that is ended afterwards."""
        folder = place.folder / self.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        sql_port = free_port()
        text = Path(__file__).with_name("virtuoso.ini").read_text("utf-8").replace("@FOLDER@", str(folder))
        text = text.replace("@DATA@", str(data.files[0].parent)).replace("@SQL@", str(sql_port))
        (folder / "virtuoso.ini").write_text(text.replace("@PORT@", str(place.port)), "utf-8")
        server = Running(self.command(place, data), place.log(self.name), {}, folder)
        try:
            _await_port(server, sql_port)
            isql = [str(self._program(place, "isql-vt")), f"127.0.0.1:{sql_port}", "dba", "dba"]
            sql = f"ld_dir('{data.files[0].parent}', '*.nt', '{BASE}'); rdf_loader_run(); checkpoint;"
            loaded = run_measured([*isql, "ERRORS=STDOUT", f"EXEC={sql}"], place.log(self.name))
            peak_mb = max(server.private_mb().values())
        finally:
            server.stop()
        return Finished(loaded.seconds, peak_mb)

    def command(self, place: Place, data: Dataset) -> Sequence[str]:  # noqa: ARG002 (it is loaded)
        """Return the server in the foreground."""
        configuration = str(place.folder / self.name / "virtuoso.ini")
        return [str(self._program(place, "virtuoso-t")), "+foreground", "+configfile", configuration]

    def environment(self, place: Place) -> Mapping[str, str]:  # noqa: ARG002 (the configuration says it all)
        """Return nothing."""
        return {}

    def version(self, place: Place) -> str:
        """Return the version that the server names."""
        asked = subprocess.run(
            [str(self._program(place, "virtuoso-t")), "-?"], capture_output=True, text=True, check=False
        )
        return next((line for line in asked.stderr.splitlines() if line.startswith("Version")), "")

    @staticmethod
    def _program(place: Place, program: str) -> Path:
        return debian_program(place.cache, "virtuoso-opensource-7-bin", program)


def _await_port(server: Running, port: int) -> None:
    import socket  # noqa: PLC0415 (only here)
    import time  # noqa: PLC0415 (only here)

    ends = time.monotonic() + _VIRTUOSO_SECONDS
    while time.monotonic() < ends and not server.has_ended:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Unavailable("the server did not start")
