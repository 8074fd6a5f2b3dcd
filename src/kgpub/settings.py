"""The settings of a project: ``kgpub.toml``, read once into frozen dataclasses.

A table of the file is a dataclass here; its fields are the keys that exist. An unknown key is an error that names
the file, the line and the nearest key there is.
"""

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from pathlib import Path
from types import GenericAlias, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from kgpub.errors import SettingsInvalid, SourceUnreadable
from kgpub.iris import Base, is_base, is_iri
from kgpub.vocabulary import COMMON_PREFIXES

FILE_NAME = "kgpub.toml"

_TABLE = re.compile(r"\s*\[(?P<many>\[)?\s*(?P<name>[^\[\]]+?)\s*\]")
_NAME = r"""([\w-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*(?P<name>{_NAME}(\s*\.\s*{_NAME})*)\s*=")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_PREFIX = re.compile(r"([A-Za-z]([\w.-]*[\w-])?)?")

_LAST_PORT = 65535

#: Where a value stands in a document: keys, and numbers of items in lists.
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One table on the pages of a class: the resources at the end of a path, a column for each fact about them.

    A path is names of properties, relative to the base, with ``>`` between them and ``^`` in front of one that is
    followed backwards: ``ontology/utteredIn > ^ontology/yields``. An empty path is the thing itself. *only* names a
    class that the things at the end of the path must have.
    """

    classes: tuple[str, ...]
    title: str
    path: str = ""
    only: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Featured:
    """One group of links on the home page."""

    title: str
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published: everything a reader of a release can see. It travels inside the release."""

    base_iri: str
    title: str = "Knowledge graph"
    description: str = ""
    licence: str = ""
    creator: str = ""
    publisher: str = ""
    language: str = "en"
    quoted_graphs: tuple[str, ...] = ()
    described_elsewhere: tuple[str, ...] = ()
    union_default_graph: bool = False
    prefixes: Mapping[str, str] = field(default_factory=dict)
    featured: tuple[Featured, ...] = ()
    section: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a project's sources and releases are, relative to its settings file."""

    data: str = "data"
    ontology: str = "ontology"
    shapes: str = "shapes"
    releases: str = "releases"


@dataclass(frozen=True, slots=True)
class QuerySettings:
    """Which engine answers SPARQL, and what one query may cost."""

    engine: str = "local"
    sparql_endpoint: str = ""
    workers: int = 2
    queue: int = 16
    seconds: float = 10.0
    memory_mb: int = 1024
    answer_mb: int = 256
    query_kb: int = 256


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the web server listens."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2


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
    reader = _Reader(path, text)
    settings: Settings = reader.table(Settings, {"folder": path.parent} | document, ())
    reader.check(settings)
    return settings


def check_base_option(base_iri: str) -> None:
    """Raise ``SettingsInvalid`` where a base IRI given on the command line can be none."""
    if not is_base(base_iri):
        raise SettingsInvalid(f"--base: '{base_iri}' must be an http(s) IRI that ends in '/'.")


def all_prefixes(publication: Publication) -> dict[str, str]:
    """Return the prefixes that names are shortened with: the project's own win over the common ones."""
    base = Base(publication.base_iri)
    own = {name: base.resolve(iri) for name, iri in publication.prefixes.items()}
    taken = set(own.values())
    return {name: iri for name, iri in COMMON_PREFIXES.items() if iri not in taken} | own


def publication_from_json(document: Mapping[str, Any]) -> Publication:
    """Rebuild the publication that a release's manifest holds."""
    publication: Publication = _Reader(Path("manifest.json"), "").table(Publication, document, ())
    return publication


def publication_to_json(publication: Publication) -> dict[str, Any]:
    """Return a publication as plain JSON values."""
    return asdict(publication)


class _Reader:
    """Turns parsed TOML into dataclasses, and knows which line of the file to blame."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    def table(self, cls: type[Any], values: object, place: Place) -> Any:
        if not isinstance(values, Mapping):
            raise self.error(place, f"'{place[-1]}' must be a table")
        known = {f.name: f for f in fields(cls)}
        for key in values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"; did you mean '{near[0]}'?" if near else f"; the keys here are {', '.join(sorted(known))}"
                raise self.error((*place, key), f"unknown key '{key}'{hint}")
        hints = get_type_hints(cls)
        given = {key: self.value(hints[key], value, (*place, key)) for key, value in values.items()}
        missing = [f.name for f in known.values() if f.name not in given and _is_required(f)]
        if missing:
            names = ".".join(str(step) for step in place if isinstance(step, str))
            raise self.error(place, f"the key '{missing[0]}' is missing" + (f" in [{names}]" if names else ""))
        return cls(**given)

    def value(self, wanted: Any, value: object, place: Place) -> Any:
        if isinstance(wanted, type) and hasattr(wanted, "__dataclass_fields__"):
            return self.table(wanted, value, place)
        origin = get_origin(wanted)
        if origin is tuple and isinstance(value, list | tuple):
            return tuple(self.value(get_args(wanted)[0], item, (*place, at)) for at, item in enumerate(value))
        if origin is not None and issubclass(origin, Mapping) and isinstance(value, Mapping):
            return {str(k): self.value(str, v, (*place, str(k))) for k, v in value.items()}
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if not isinstance(wanted, GenericAlias | UnionType) and origin is None and type(value) is wanted:
            return value
        if wanted is Path and isinstance(value, Path):
            return value
        key = next(step for step in reversed(place) if isinstance(step, str))
        raise self.error(place, f"'{key}' must be {_type_name(wanted)}, not {type(value).__name__}")

    def check(self, settings: Settings) -> None:
        self._check_publication(settings.publication)
        query = settings.query
        if query.engine not in ("local", "remote"):
            raise self.error(("query", "engine"), f'\'engine\' must be "local" or "remote", not "{query.engine}"')
        if query.engine == "remote" and not query.sparql_endpoint.startswith(("http://", "https://")):
            raise self.error(
                ("query", "sparql_endpoint"), "a remote engine needs 'sparql_endpoint', an http(s) address"
            )
        for name in ("workers", "queue", "seconds", "memory_mb", "answer_mb", "query_kb"):
            if not 0 < getattr(query, name) < float("inf"):
                raise self.error(("query", name), f"'{name}' must be greater than zero")
        if settings.server.workers < 1:
            raise self.error(("server", "workers"), "'workers' must be at least 1")
        if not 1 <= settings.server.port <= _LAST_PORT:
            raise self.error(("server", "port"), f"'port' must be between 1 and {_LAST_PORT}")

    def _check_publication(self, publication: Publication) -> None:
        if not is_base(publication.base_iri):
            reason = f"the base IRI '{publication.base_iri}' must be an http(s) IRI that ends in '/'"
            raise self.error(("publication", "base_iri"), reason)
        if not _LANGUAGE.fullmatch(publication.language):
            raise self.error(("publication", "language"), f"'{publication.language}' is no language tag, such as 'en'")
        base = Base(publication.base_iri)
        for place, iri in _iris(publication):
            if iri and not is_iri(base.resolve(iri)):
                raise self.error(
                    ("publication", *place), f"'{iri}' is neither an IRI nor the end of one below the base"
                )
        for name in publication.prefixes:
            if not _PREFIX.fullmatch(name):
                raise self.error(("publication", "prefixes", name), f"'{name}' cannot be a prefix in Turtle")

    def error(self, place: Place, reason: str) -> SettingsInvalid:
        lines = {found: line for line, found in _places(self.text) if found == place[: len(found)]}
        line = lines[max(lines, key=len)] if lines else None
        where = f"{self.path}" + (f", line {line}" if line else "")
        return SettingsInvalid(f"{where}: {reason}" + ("" if reason.endswith("?") else "."))


def _iris(publication: Publication) -> Iterator[tuple[Place, str]]:
    """Yield the IRIs that a publication names, each with its place."""
    for name in ("licence", "creator", "publisher"):
        yield (name,), getattr(publication, name)
    for prefix, iri in publication.prefixes.items():
        yield ("prefixes", prefix), iri
    for at, featured in enumerate(publication.featured):
        yield from ((("featured", at, "resources"), iri) for iri in featured.resources)
    for at, section in enumerate(publication.section):
        yield from ((("section", at, "classes"), iri) for iri in section.classes)


def _places(text: str) -> Iterator[tuple[int, Place]]:
    """Yield the lines of a TOML file that begin a table or give a key its value, with the place of that."""
    items: Counter[Place] = Counter()
    table: Place = ()
    for number, line in enumerate(text.split("\n"), 1):
        if (header := _TABLE.match(line)) is not None:
            names = _names(header["name"])
            items[names] += bool(header["many"])
            table = ()
            for end, name in enumerate(names, 1):
                item = items[names[:end]]
                table += (name, item - 1) if item else (name,)
            yield number, table
        elif (key := _KEY.match(line)) is not None:
            yield number, table + _names(key["name"])


def _names(dotted: str) -> Place:
    return tuple(name.strip().strip("\"'") for name in dotted.split("."))


def _is_required(field_: "Field[Any]") -> bool:
    return field_.default is MISSING and field_.default_factory is MISSING


def _type_name(wanted: Any) -> str:
    names = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
    if wanted in names:
        return names[wanted]
    return "a list" if get_origin(wanted) is tuple else "a table"
