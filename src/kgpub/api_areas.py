"""What the HTTP interface offers, as the files of ``openapi/`` describe it: areas of operations.

A file is an area. Its keys are the fields of ``Area``; ``[components.<kind>.<name>]`` is OpenAPI as it stands, but for
``media`` of a response: the names of its media types, where there is no more to say of them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kgpub.toml_tables import TableReader

_COMPONENTS = "components"


@dataclass(frozen=True, slots=True)
class Operation:
    """What one path answers to a method; HEAD comes with GET.

    *path* is as in OpenAPI, ``/queries/{name}``. *parameters*, *body* and the values of *answers*, which are by status,
    name components. *problems* are the statuses of errors. *example* is an address that shows the operation; what
    stands in braces there is filled with names of the release that is served.
    """

    path: str
    summary: str
    method: str = "get"
    description: str = ""
    parameters: tuple[str, ...] = ()
    body: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[int, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """One area of the interface.

    *disallow* are paths below it that crawlers are to leave alone (RFC 9309). A publication has an area that
    *is_optional* where it has what is shown there.
    """

    title: str
    description: str
    operation: tuple[Operation, ...] = ()
    disallow: tuple[str, ...] = ()
    is_optional: bool = False


@cache
def api_areas() -> tuple[Area, ...]:
    """Return all areas, in the order of their files' names; raise ``SettingsInvalid`` for a file that is none."""
    return tuple(area for area, _ in _read())


@cache
def api_components() -> Mapping[str, Mapping[str, Any]]:
    """Return the components of all areas, by kind and name."""
    together: dict[str, dict[str, Any]] = {}
    for _, components in _read():
        for kind, named in components.items():
            together.setdefault(kind, {}).update(named)
    return together


@cache
def _read() -> tuple[tuple[Area, Mapping[str, Mapping[str, Any]]], ...]:
    found = sorted(files("kgpub").joinpath("openapi").iterdir(), key=lambda file: file.name)
    return tuple(_area(file.name, file.read_text("utf-8")) for file in found if file.name.endswith(".toml"))


def _area(name: str, text: str) -> tuple[Area, Mapping[str, Mapping[str, Any]]]:
    document = tomllib.loads(text)
    components = document.pop(_COMPONENTS, {})
    return TableReader(Path(name), text).table(Area, document), components
