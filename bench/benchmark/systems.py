"""What is compared: how each system gets the data, how it is started, and where it answers what."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from benchmark.graph import BASE, Dataset
from benchmark.processes import Finished, run_measured
from benchmark.workloads import fill

BENCH = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent
_LOOK_SECONDS = 1.0
TURTLE, JSON_LD, HTML = "text/turtle", "application/ld+json", "text/html"


class Unavailable(Exception):
    """A system cannot be installed or started here; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a system of one run keeps its files, and where it listens."""

    cache: Path
    folder: Path
    port: int
    settings: tuple[str, ...] = ()

    @property
    def peers(self) -> Path:
        """Return the programs of the Python peers."""
        return self.cache / "peers" / "bin"

    def log(self, name: str) -> Path:
        """Return the file that a system's output goes to."""
        return self.folder / f"{name}.log"


@dataclass(frozen=True, slots=True)
class System:
    """A system under test. *documents* says how it is asked for a thing in a media type: ``{local}``, ``{query}``."""

    name: str
    sparql: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)
    is_slow: bool = False
    needs: str = ""
    ready: str = "/"

    def install(self, place: Place) -> None:
        """Install what is needed; raise ``Unavailable`` where that does not work."""

    def load(self, place: Place, data: Dataset) -> Finished | None:
        """Bring the data to where the server reads it; nothing where it reads the files when it starts."""

    def command(self, place: Place, data: Dataset) -> Sequence[str]:
        """Return the command that starts the server."""
        raise NotImplementedError

    def environment(self, place: Place) -> Mapping[str, str]:  # noqa: ARG002 (most need none)
        """Return what the server is told by its environment."""
        return {}

    def await_readiness(self, place: Place) -> None:
        """Wait until the server has done what it does on its own account after it started."""

    def version(self, place: Place) -> str:  # noqa: ARG002 (programs of ours have none)
        """Return the version that is measured."""
        return ""

    def query_path(self, text: str) -> str:
        """Return the path that a query is asked at."""
        return self.encoded_query_path(quote(text, safe=""))

    def encoded_query_path(self, encoded: str) -> str:
        """Return the path that a query is asked at, which is percent-encoded already."""
        return f"{self.sparql}query={encoded}"

    def document_path(self, local: str, media_type: str) -> str:
        """Return the path of the document about a thing, or of the query that asks for it."""
        template = self.documents[media_type]
        if "{query}" not in template:
            return template.format(local=local)
        return template.format(query=quote(fill("document", entity=f"{BASE}id/{local}").text, safe=""))


class Kgpub(System):
    """kgpub as a user has it: ``kgpub build``, ``kgpub serve``."""

    def load(self, place: Place, data: Dataset) -> Finished | None:
        """Write a project around the data and build it, without shapes."""
        project = place.folder / self.name
        shutil.rmtree(project, ignore_errors=True)
        (project / "data" / "things").mkdir(parents=True)
        for file in data.files:
            (project / "data" / "things" / file.name).symlink_to(file)
        (project / "kgpub.toml").write_text(kgpub_settings(place.settings), "utf-8")
        return run_measured([str(PROGRAMS / "kgpub"), "build", "--project", str(project)], place.log(self.name))

    def command(self, place: Place, data: Dataset) -> Sequence[str]:  # noqa: ARG002 (it is in the release)
        """Return ``kgpub serve``."""
        return [str(PROGRAMS / "kgpub"), "serve", "--project", str(place.folder / self.name), "--port", str(place.port)]

    def await_readiness(self, place: Place) -> None:
        """Wait until no more documents are prepared."""
        while _metric(place.port, "kgpub_preparation_over") == 0.0:
            time.sleep(_LOOK_SECONDS)

    def version(self, place: Place) -> str:  # noqa: ARG002 (installed beside this program)
        """Return the commit that is measured."""
        return _version_of(["git", "-C", str(BENCH), "describe", "--always", "--dirty"])


class KgpubAnew(Kgpub):
    """The same release served by kgpub with nothing prepared: what a document costs when it is made."""

    def load(self, place: Place, data: Dataset) -> None:  # noqa: ARG002 (it is there)
        """Write a project around the release of the other one."""
        project = place.folder / self.name
        project.mkdir()
        settings = (*place.settings, "server.prepared_mb=0", 'folders.releases="../kgpub/releases"')
        (project / "kgpub.toml").write_text(kgpub_settings(settings), "utf-8")


def _metric(port: int, name: str) -> float | None:
    """Return a figure of a server's own, None where it does not tell it."""
    with urlopen(f"http://127.0.0.1:{port}/metrics") as response:
        lines = response.read().decode().splitlines()
    return next((float(line.split()[1]) for line in lines if line.startswith(f"{name} ")), None)


def kgpub_settings(chosen: Sequence[str]) -> str:
    """Return a ``kgpub.toml``: budgets as wide as those of peers that have none, and the settings that were chosen.

    A chosen setting is ``table.key=value``, the value in TOML.
    """
    tables: dict[str, dict[str, str]] = {
        "publication": {"base_iri": f'"{BASE}"', "title": '"Benchmark"', "union_default_graph": "true"},
        "query": {"seconds": "60", "answer_mb": "2000"},
    }
    for setting in chosen:
        key, _, value = setting.partition("=")
        table, _, name = key.rpartition(".")
        tables.setdefault(table, {})[name] = value
    lines = ([f"[{table}]", *(f"{key} = {value}" for key, value in keys.items())] for table, keys in tables.items())
    return "\n".join(line for table in lines for line in table) + "\n"


class Hello(System):
    """The ceiling of kgpub's web layer: the same server with an application that answers a constant."""

    def command(self, place: Place, data: Dataset) -> Sequence[str]:  # noqa: ARG002 (it has none)
        """Return granian as kgpub starts it."""
        return _granian(PROGRAMS, "asginl", place.port, "hello:application")


class Oxigraph(System):
    """``oxigraph serve``: the same engine, a compiled server."""

    def load(self, place: Place, data: Dataset) -> Finished:
        """Load the files in parallel."""
        folder = place.folder / self.name
        shutil.rmtree(folder, ignore_errors=True)
        files = [str(file) for file in data.files]
        return run_measured(
            [str(_oxigraph(place)), "load", "--location", str(folder), "--file", *files], place.log(self.name)
        )

    def command(self, place: Place, data: Dataset) -> Sequence[str]:  # noqa: ARG002 (it is loaded)
        """Return ``oxigraph serve``."""
        address = f"127.0.0.1:{place.port}"
        return [str(_oxigraph(place)), "serve", "--location", str(place.folder / self.name), "--bind", address]

    def version(self, place: Place) -> str:
        """Return what ``oxigraph --version`` says."""
        return _version_of([str(_oxigraph(place)), "--version"])


class Toy(System):
    """Flask and pyoxigraph in sixty lines, under granian."""

    def load(self, place: Place, data: Dataset) -> Finished:
        """Load the files as the README of pyoxigraph does."""
        folder = place.folder / self.name
        shutil.rmtree(folder, ignore_errors=True)
        program = [str(place.peers / "python"), str(BENCH / "apps" / "toy.py"), str(folder)]
        return run_measured([*program, *map(str, data.files)], place.log(self.name))

    def command(self, place: Place, data: Dataset) -> Sequence[str]:  # noqa: ARG002 (it is loaded)
        """Return granian with two processes."""
        return _granian(place.peers, "wsgi", place.port, "toy:app")

    def environment(self, place: Place) -> Mapping[str, str]:
        """Return where the store is."""
        return {"TOY_STORE": str(place.folder / self.name), "TOY_BASE": BASE}

    def version(self, place: Place) -> str:
        """Return the engine's version."""
        return "pyoxigraph " + _package_version(place, "pyoxigraph")


class Naive(System):
    """Flask and rdflib as a first attempt has them."""

    def command(self, place: Place, data: Dataset) -> Sequence[str]:
        """Return the program, which parses the files when it starts."""
        program = [str(place.peers / "python"), str(BENCH / "apps" / "naive.py"), str(place.port)]
        return [*program, *map(str, data.files)]

    def version(self, place: Place) -> str:
        """Return rdflib's version."""
        return "rdflib " + _package_version(place, "rdflib")


class RdflibEndpoint(System):
    """``rdflib-endpoint serve``."""

    def command(self, place: Place, data: Dataset) -> Sequence[str]:
        """Return the program, which parses the files when it starts."""
        options = ["--host", "127.0.0.1", "--port", str(place.port)]
        return [str(place.peers / "rdflib-endpoint"), "serve", *options, *map(str, data.files)]

    def version(self, place: Place) -> str:
        """Return the package's version."""
        return _package_version(place, "rdflib-endpoint")


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def install_python_peers(cache: Path) -> None:
    """Install the peers that PyPI has into a virtual environment of their own."""
    wanted = BENCH / "requirements.txt"
    done = cache / "peers" / wanted.name
    if done.is_file() and done.read_text("utf-8") == wanted.read_text("utf-8"):
        return
    subprocess.run([sys.executable, "-m", "venv", str(cache / "peers")], check=True)
    pip = [str(cache / "peers" / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--requirement", str(wanted)], check=True)
    shutil.copy(wanted, done)


def _granian(programs: Path, interface: str, port: int, target: str) -> list[str]:
    options = ["--interface", interface, "--workers", "2", "--port", str(port), "--http", "1", "--no-ws"]
    return [str(programs / "granian"), *options, "--working-dir", str(BENCH / "apps"), target]


def _oxigraph(place: Place) -> Path:
    return place.peers / "oxigraph"


def _version_of(command: Sequence[str]) -> str:
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    return (asked.stdout or asked.stderr).strip().partition("\n")[0]


def _package_version(place: Place, package: str) -> str:
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return _version_of([str(place.peers / "python"), "-c", code])
