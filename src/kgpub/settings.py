"""The settings of a project: ``kgpub.toml``, read once into frozen dataclasses."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from kgpub.errors import SettingsInvalid, SourceUnreadable
from kgpub.iris import is_base, is_mount
from kgpub.publication import Publication, faults
from kgpub.toml_tables import Place, TableReader

FILE_NAME = "kgpub.toml"

_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a project's sources and releases are, relative to its settings file."""

    data: str = "data"
    ontology: str = "ontology"
    shapes: str = "shapes"
    queries: str = "queries"
    labels: str = "labels"
    releases: str = "releases"


@dataclass(frozen=True, slots=True)
class QuerySettings:
    """Which engine answers SPARQL, and what one query may cost."""

    engine: str = "local"
    sparql_endpoint: str = ""
    workers: int = 10
    queue: int = 16
    seconds: float = 10.0
    memory_mb: int = 768
    answer_mb: int = 256
    query_kb: int = 256
    slow_seconds: float = 1.0
    cache_mb: int = 256


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the web server listens, whom it believes, what it tells its operator, what one client may ask.

    *source_text* is a file with the text that the view ``/source/`` is of; it is in no release.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    mount: str = ""
    address: str = ""
    access_log: str = ""
    metrics: bool = True
    trusted_proxies: tuple[str, ...] = ()
    queries_per_minute: int = 0
    concurrent_queries: int = 0
    prepared_mb: int = 4000
    source_text: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """A whole ``kgpub.toml``, with the folder it stands in."""

    folder: Path
    publication: Publication
    folders: Folders = Folders()
    query: QuerySettings = QuerySettings()
    server: ServerSettings = ServerSettings()

    @property
    def releases(self) -> Path:
        """Return the folder that holds the releases."""
        return self.folder / self.folders.releases


def read_settings(path: Path, base_iri: str | None = None) -> Settings:
    """Read a settings file; *base_iri* replaces the one in it.

    Raises ``SettingsInvalid`` for TOML that does not parse, an unknown key, a value of the wrong type or a base IRI
    that nothing can be resolved against; ``SourceUnreadable`` where there is no such file.
    """
    if base_iri is not None:
        check_base_option(base_iri)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceUnreadable(f"{path} cannot be read; a project needs a {FILE_NAME} in UTF-8.") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid(f"{path}: {error}.") from error
    publication = document.get("publication")
    if base_iri is not None and isinstance(publication, dict):
        publication["base_iri"] = base_iri
    reader = TableReader(path, text)
    settings: Settings = reader.table(Settings, document, known={"folder": path.parent})
    for place, sentence in _faults(settings):
        raise reader.error(place, sentence)
    return settings


def check_base_option(base_iri: str) -> None:
    """Raise ``SettingsInvalid`` where a base IRI given on the command line can be none."""
    if not is_base(base_iri):
        raise SettingsInvalid(f"--base: '{base_iri}' must be an http(s) IRI that ends in '/'.")


def _faults(settings: Settings) -> Iterator[tuple[Place, str]]:
    """Yield what is wrong with the values of settings: the place of each, and a sentence."""
    for place, sentence in faults(settings.publication):
        yield ("publication", *place), sentence
    query = settings.query
    if query.engine not in ("local", "remote"):
        yield ("query", "engine"), f'\'engine\' must be "local" or "remote", not "{query.engine}"'
    if query.engine == "remote" and not query.sparql_endpoint.startswith(("http://", "https://")):
        yield ("query", "sparql_endpoint"), "a remote engine needs 'sparql_endpoint', an http(s) address"
    for name in ("workers", "queue", "seconds", "memory_mb", "answer_mb", "query_kb"):
        if not 0 < getattr(query, name) < float("inf"):
            yield ("query", name), f"'{name}' must be greater than zero"
    if not 0 <= query.slow_seconds < float("inf"):
        yield ("query", "slow_seconds"), "'slow_seconds' must be a number of seconds, or 0 for no log of slow queries"
    yield from _server_faults(settings.server)


def _server_faults(server: ServerSettings) -> Iterator[tuple[Place, str]]:
    if not is_mount(server.mount):
        yield ("server", "mount"), f"'{server.mount}' is no path to mount the server below; write it as \"/kg\""
    if server.address and not is_base(server.address):
        yield ("server", "address"), f"'{server.address}' must be an http(s) address that ends in '/'"
    if server.workers < 1:
        yield ("server", "workers"), "'workers' must be at least 1"
    if not 1 <= server.port <= _LAST_PORT:
        yield ("server", "port"), f"'port' must be between 1 and {_LAST_PORT}"
    for name, none in (("queries_per_minute", "no limit"), ("concurrent_queries", "no limit"), ("prepared_mb", "none")):
        if getattr(server, name) < 0:
            yield ("server", name), f"'{name}' must be at least 1, or 0 for {none}"
    for at, network in enumerate(server.trusted_proxies):
        try:
            ip_network(network, strict=False)
        except ValueError:
            yield ("server", "trusted_proxies", at), f"'{network}' is neither an IP address nor a network (10.0.0.0/8)"
