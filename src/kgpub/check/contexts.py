"""The contexts that a JSON-LD document names, put into it: the parser fetches nothing by itself."""

import json
from collections.abc import Callable, Iterator
from typing import Any

#: Returns the document at an address, None where it is not to be had.
Fetch = Callable[[str], bytes | None]

_CONTEXTS_AT_MOST = 5


def with_contexts(body: bytes, fetch: Fetch) -> tuple[bytes, tuple[str, ...]]:
    """Return a JSON-LD document with the contexts that it names put in, and the names of those that are not."""
    document = _json(body)
    names = list(dict.fromkeys(_names(document)))
    found = {name: _context_at(name, fetch) for name in names[:_CONTEXTS_AT_MOST]}
    missing = tuple(name for name in names if found.get(name) is None)
    if not names or missing:
        return body, missing
    for member in _holders(document):
        member["@context"] = [part for given in _list(member["@context"]) for part in _parts(given, found)]
    return json.dumps(document).encode(), ()


def _context_at(name: str, fetch: Fetch) -> Any:
    """Return the context at an address: None where there is none, or one that names further ones."""
    body = fetch(name)
    document = _json(body) if body is not None else None
    context = document.get("@context") if isinstance(document, dict) else None
    return None if any(isinstance(part, str) for part in _list(context)) else context


def _parts(given: Any, found: dict[str, Any]) -> list[Any]:
    return _list(found[given]) if isinstance(given, str) else [given]


def _holders(document: Any) -> list[dict[str, Any]]:
    """Return the objects at the top of a document that have a context."""
    return [member for member in _list(document) if isinstance(member, dict) and "@context" in member]


def _names(document: Any) -> Iterator[str]:
    for member in _holders(document):
        yield from (given for given in _list(member["@context"]) if isinstance(given, str))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None  # the parser will say what is wrong
