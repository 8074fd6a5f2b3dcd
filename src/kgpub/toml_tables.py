"""Parsed TOML (or JSON) into frozen dataclasses: a table is a dataclass, its fields are the keys that exist.

An unknown key is an error that names the file, the line and the nearest key there is.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import GenericAlias, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from kgpub.errors import SettingsInvalid

_TABLE = re.compile(r"\s*\[(?P<many>\[)?\s*(?P<name>[^\[\]]+?)\s*\]")
_NAME = r"""([\w-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*(?P<name>{_NAME}(\s*\.\s*{_NAME})*)\s*=")

#: Where a value stands in a document: keys, and numbers of items in lists.
Place = tuple[str | int, ...]


class Texts(dict[str, str]):
    """A text by language, written as ``{ en = "…", fr = "…" }``; one that is written alone has the tag ''."""


class TableReader:
    """Turns tables into dataclasses, and knows which line of the file to blame."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    def table(
        self, cls: type[Any], values: object, place: Place = (), known: Mapping[str, object] | None = None
    ) -> Any:
        """Return a table as an instance of a dataclass; raise ``SettingsInvalid`` where it does not fit.

        *known* are fields that no file gives.
        """
        if not isinstance(values, Mapping):
            raise self.error(place, f"'{place[-1]}' must be a table")
        keys = {f.name: f for f in fields(cls) if f.name not in (known or {})}
        hints = get_type_hints(cls)
        for key in values:
            if key not in keys:
                hint = _hint(key, {name: hints[name] for name in keys}, place)
                raise self.error((*place, key), f"unknown key '{key}'; {hint}")
        given = {key: self._value(hints[key], value, (*place, key)) for key, value in values.items()}
        missing = [f.name for f in keys.values() if f.name not in given and _is_required(f)]
        if missing:
            names = ".".join(str(step) for step in place if isinstance(step, str))
            raise self.error(place, f"the key '{missing[0]}' is missing" + (f" in [{names}]" if names else ""))
        return cls(**given, **(known or {}))

    def _value(self, wanted: Any, value: object, place: Place) -> Any:
        if isinstance(wanted, type) and hasattr(wanted, "__dataclass_fields__"):
            return self.table(wanted, value, place)
        if wanted is Texts and isinstance(value, str | Mapping):
            return Texts({"": value} if isinstance(value, str) else self._value(Mapping[str, str], value, place))
        origin = get_origin(wanted)
        if origin is tuple and isinstance(value, list | tuple):
            return tuple(self._value(get_args(wanted)[0], item, (*place, at)) for at, item in enumerate(value))
        if origin is not None and issubclass(origin, Mapping) and isinstance(value, Mapping):
            return {str(k): self._value(get_args(wanted)[1], v, (*place, str(k))) for k, v in value.items()}
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        is_plain = not isinstance(wanted, GenericAlias | UnionType) and origin is None and type(value) is wanted
        if is_plain or (wanted is Path and isinstance(value, Path)):
            return value
        key = next(step for step in reversed(place) if isinstance(step, str))
        raise self.error(place, f"'{key}' must be {_type_name(wanted)}, not {type(value).__name__}")

    def error(self, place: Place, reason: str) -> SettingsInvalid:
        """Return the error that names the file, the line of a place, and what is wrong there."""
        lines = {found: line for line, found in _places(self.text) if found == place[: len(found)]}
        line = lines[max(lines, key=len)] if lines else None
        where = f"{self.path}" + (f", line {line}" if line else "")
        return SettingsInvalid(f"{where}: {reason}" + ("" if reason.endswith("?") else "."))


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


def _hint(key: str, keys: Mapping[str, Any], place: Place) -> str:
    """Return which key may be meant, or the table that an unknown key belongs to, else which keys there are."""
    near = difflib.get_close_matches(key, keys, n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    tables = [name for name, hint in keys.items() if is_dataclass(hint) and key in {f.name for f in fields(hint)}]
    if tables:
        return f"it belongs under [{'.'.join([*(str(step) for step in place), tables[0]])}]"
    return f"the keys here are {', '.join(sorted(keys))}"


def _is_required(field_: "Field[Any]") -> bool:
    return field_.default is MISSING and field_.default_factory is MISSING


def _type_name(wanted: Any) -> str:
    names = {
        str: "a text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        Texts: "a text, or one by language",
    }
    if wanted in names:
        return names[wanted]
    return "a list" if get_origin(wanted) is tuple else "a table"
