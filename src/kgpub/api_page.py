"""What the page about the HTTP interface shows: its operations by area, with examples that work."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kgpub.api_areas import Operation, api_components
from kgpub.openapi_document import Routes, filled, names_of, offered_areas
from kgpub.site import Site


@dataclass(frozen=True, slots=True)
class ShownParameter:
    """A parameter: what it is called, what for, and which values it may have where these are few."""

    name: str
    description: str
    values: tuple[str, ...]
    is_required: bool
    is_in_path: bool


@dataclass(frozen=True, slots=True)
class ShownOperation:
    """An operation: its statuses, the media types of its answers, an example for this server."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[ShownParameter, ...]
    media_types: tuple[str, ...]
    statuses: tuple[str, ...]
    example: str | None


@dataclass(frozen=True, slots=True)
class ShownArea:
    """An area with its operations; *anchor* is its name within the page."""

    anchor: str
    title: str
    description: str
    operations: tuple[ShownOperation, ...]


def api_page(site: Site, routes: Routes, root: str) -> tuple[ShownArea, ...]:
    """Return the areas of what a server routes; *root* is the path below which it is mounted."""
    names = names_of(site)
    return tuple(
        ShownArea(
            f"area-{number}",
            area.title,
            area.description,
            tuple(_operation(operation, names, root) for operation in operations),
        )
        for number, (area, operations) in enumerate(offered_areas(routes), 1)
    )


def _operation(operation: Operation, names: Mapping[str, str], root: str) -> ShownOperation:
    example = filled(operation.example, names, in_address=True) if operation.example else None
    return ShownOperation(
        method=operation.method.upper(),
        path=operation.path,
        summary=operation.summary,
        description=operation.description,
        parameters=tuple(_parameters(operation.parameters)),
        media_types=tuple(dict.fromkeys(_media_types(operation.answers.values()))),
        statuses=(*operation.answers, *map(str, operation.problems)),
        example=f"{root}{example}" if example else None,
    )


def _parameters(names: Iterable[str]) -> Iterator[ShownParameter]:
    for name in names:
        given: Mapping[str, Any] = api_components()["parameters"][name]
        yield ShownParameter(
            given["name"],
            given["description"],
            tuple(map(str, given.get("schema", {}).get("enum", ()))),
            given.get("required", False),
            given["in"] == "path",
        )


def _media_types(answers: Iterable[str]) -> Iterator[str]:
    for name in answers:
        response: Mapping[str, Any] = api_components()["responses"][name]
        yield from response.get("content", ())
        yield from response.get("media", ())
