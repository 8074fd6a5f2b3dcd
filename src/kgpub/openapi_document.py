"""The HTTP interface of one server as OpenAPI 3.1 (OpenAPI Initiative, version 3.1.1, 2024-10-24).

The areas in ``openapi/`` say what there can be; what is told is what this server routes, with examples from its
release.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from kgpub.api_areas import Area, Operation, api_areas, api_components
from kgpub.iris import licence_name
from kgpub.outline import first_unit
from kgpub.site import Site
from kgpub.vocabulary import TYPE

#: Where clients find the document, and readers what it says.
DOCUMENT, PAGE = "openapi.json", "api"
#: Methods that a server routes, by path as OpenAPI writes it.
Routes = Mapping[str, frozenset[str]]

_FLASK_VARIABLE = re.compile(r"<(?:[^:<>]+:)?_?([^<>]+)>")
_NAME = re.compile(r"\{(\w+)\}")


def path_of_rule(rule: str) -> str:
    """Return a Flask rule as a path of OpenAPI: ``/doc/<path:_local>`` → ``/doc/{local}``."""
    return _FLASK_VARIABLE.sub(r"{\1}", rule)


def offered_areas(routes: Routes) -> Iterator[tuple[Area, tuple[Operation, ...]]]:
    """Yield each area with those of its operations that a server routes."""
    for area in api_areas():
        there = tuple(op for op in area.operation if op.method.upper() in routes.get(op.path, ()))
        if there:
            yield area, there


def names_of(site: Site) -> Mapping[str, str]:
    """Return names of the release's own that stand in examples, as far as it has such things."""
    manifest, publication = site.release.manifest, site.publication
    things = [site.base.resolve(name) for group in publication.featured for name in group.resources]
    classes = [cls for cls, _ in site.documents.classes(1)]
    things += [subject for cls in classes for subject in _instances(site, cls)]
    found = {
        "iri": next(iter(things), ""),
        "thing": next((site.base.local(iri) for iri in things if site.base.holds(iri)), ""),
        "class": next(iter(classes), ""),
        "download": next((file.name for file in manifest.downloads), ""),
        "query": next((q.name for q in site.queries.values() if not q.federated and not q.is_changing), ""),
        "graph": next((graph.iri for graph in manifest.graphs if graph.iri and not graph.quoted), ""),
        "release": manifest.id,
        "nanopublication": _nanopublication(site),
        "unit": first_unit(site.views),
    }
    return {name: value for name, value in found.items() if value}


def _instances(site: Site, cls: str) -> tuple[str, ...]:
    page = site.documents.incoming_page(cls, TYPE, 1)
    return page.subjects if page is not None else ()


def _nanopublication(site: Site) -> str:
    codes = site.nanopublications.page(1, 1) if site.nanopublications is not None else ()
    return codes[0][0] if codes else ""


def filled(text: str, names: Mapping[str, str], *, in_address: bool = False) -> str | None:
    """Return an example with the names of a release; None where it has no such thing.

    *in_address* encodes them for the query of an address.
    """
    if any(name not in names for name in _NAME.findall(text)):
        return None
    encode = partial(quote, safe="/" if "?" not in text else "") if in_address else str
    return _NAME.sub(lambda found: encode(names[found[1]]), text)


def openapi_document(site: Site, routes: Routes, root: str) -> str:
    """Return the document as JSON; *root* is the path below which the server is mounted."""
    names = names_of(site)
    areas = list(offered_areas(routes))
    paths: dict[str, dict[str, Any]] = {}
    for area, operations in areas:
        for operation in operations:
            item = paths.setdefault(operation.path, {})
            item[operation.method] = _operation(area, operation)
            if operation.method == "get":
                item["head"] = _head(area, operation)
    document = {
        "openapi": "3.1.1",
        "info": _info(site),
        "servers": [{"url": root or "/"}],
        "tags": [{"name": area.title, "description": area.description} for area, _ in areas],
        "paths": paths,
        "components": _components(paths, names),
        "externalDocs": {"url": f"{root}/{PAGE}", "description": "The same, to read"},
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _info(site: Site) -> dict[str, Any]:
    publication = site.publication
    info: dict[str, Any] = {"title": publication.title, "version": site.release.manifest.id}
    if publication.description:
        info["description"] = publication.description
    if publication.licence:
        iri = site.base.resolve(publication.licence)
        info["license"] = {"name": licence_name(iri) or iri, "url": iri}
    return info


def _operation(area: Area, operation: Operation) -> dict[str, Any]:
    document: dict[str, Any] = {
        "operationId": _identifier(operation),
        "tags": [area.title],
        "summary": operation.summary,
        "parameters": [_reference("parameters", name) for name in operation.parameters],
        "responses": _responses(operation),
    }
    if operation.description:
        document["description"] = operation.description
    if operation.body:
        document["requestBody"] = _reference("requestBodies", operation.body)
    return document


def _head(area: Area, operation: Operation) -> dict[str, Any]:
    """Return the twin of a GET that has the same statuses and no content."""
    return _operation(area, operation) | {
        "operationId": f"head_{_identifier(operation)}",
        "summary": f"{operation.summary} (header fields alone)",
        "responses": {status: {"description": HTTPStatus(int(status)).phrase} for status in _responses(operation)},
    }


def _responses(operation: Operation) -> dict[str, Any]:
    found = {status: _reference("responses", name) for status, name in operation.answers.items()}
    if operation.method == "get" and "200" in found:
        found["304"] = _reference("responses", "not_modified")
    return found | {str(status): _reference("responses", "problem") for status in operation.problems}


def _identifier(operation: Operation) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "_", operation.path).strip("_") or "home"
    suffix = "_" if operation.path.endswith("/") and operation.path != "/" else ""
    return f"{operation.method}_{words}{suffix}"


def _reference(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _components(paths: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the components that paths name, and those that these name."""
    found: dict[str, dict[str, Any]] = {}
    waiting = list(_references(paths))
    while waiting:
        kind, name = waiting.pop().removeprefix("#/components/").split("/")
        if name in found.setdefault(kind, {}):
            continue
        component = _component(api_components()[kind][name], names)
        found[kind][name] = component
        waiting += _references(component)
    return {kind: dict(sorted(components.items())) for kind, components in sorted(found.items())}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _component(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    component = dict(given)
    media: list[str] = component.pop("media", [])
    if media:
        component["content"] = {**component.get("content", {}), **{media_type: {} for media_type in media}}
    if isinstance(example := component.get("example"), str):
        component["example"] = filled(example, names) if _NAME.search(example) and " " not in example else example
        if component["example"] is None:
            del component["example"]
    return component
