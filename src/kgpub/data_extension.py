"""Data extension: the values of some properties for things that were reconciled (Reconciliation API, section 7)."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgpub.entity_names import EntityNames, Name
from kgpub.errors import BadRequest, PayloadTooLarge
from kgpub.property_values import PropertyValue, values_of
from kgpub.site import Site
from kgpub.vocabulary import RDFS, XSD

#: Things and properties of one request, values of one cell.
IDS_AT_MOST = 100
PROPERTIES_AT_MOST = 20
VALUES_AT_MOST = 100
#: Values in one answer.
_VALUES_IN_ALL = 20_000

#: What a cell may hold for a thing, with the names that people read; the first one is the default.
CONTENTS = {"thing": "the thing, reconciled", "label": "its name", "iri": "its IRI"}
_ON = (True, "on", "true")

_INTEGERS = frozenset(
    XSD + name for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
)
_DECIMALS = frozenset(XSD + name for name in ("decimal", "double", "float"))
#: Larger numbers lose digits in JSON (RFC 8259, section 6).
_EXACT_BELOW = 2**53
_DATE = re.compile(r"(-?\d{4,}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?")
_DATE_TIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")

Json = Any


@dataclass(frozen=True, slots=True)
class Column:
    """A property to fetch: its identifier as it was given, its IRI, and what its cells are to hold."""

    id: str
    iri: str
    limit: int = VALUES_AT_MOST
    content: str = "thing"
    language: str = ""
    is_count: bool = False


@dataclass(frozen=True, slots=True)
class Extension:
    """What to fetch: columns, for things by the identifiers that were given."""

    ids: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What was fetched: the name of each column and the class of the things in it, a row of cells for each thing."""

    columns: tuple[tuple[Column, Name, tuple[str, Name] | None], ...]
    rows: Mapping[str, tuple[list[Json], ...]]


def read_extension(document: Json, iri_of: Callable[[str], str]) -> Extension:
    """Read a data extension query; *iri_of* returns the IRI that an identifier means.

    Raises ``BadRequest`` for what is none, ``PayloadTooLarge`` for one that asks for too much.
    """
    if not isinstance(document, dict):
        raise BadRequest("The data extension query must be a JSON object.")
    ids, properties = document.get("ids"), document.get("properties")
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise BadRequest("'ids' must be an array of identifiers, each a text.")
    if not isinstance(properties, list):
        raise BadRequest("'properties' must be an array of objects, each with an 'id'.")
    if len(ids) > IDS_AT_MOST or len(properties) > PROPERTIES_AT_MOST:
        raise PayloadTooLarge(f"A request may have {IDS_AT_MOST} 'ids' and {PROPERTIES_AT_MOST} 'properties' at most.")
    return Extension(tuple(dict.fromkeys(ids)), tuple(_column(each, iri_of) for each in properties))


def _column(document: Json, iri_of: Callable[[str], str]) -> Column:
    match document:
        case {"id": str(identifier)} if identifier:
            settings = _given(document, "settings", {})
        case _:
            raise BadRequest("Each of the 'properties' must be an object with an 'id', a text.")
    if not isinstance(settings, dict):
        raise BadRequest(f"The settings of the property '{identifier[:100]}' must be an object.")
    content = _given(settings, "content", "thing")
    if not isinstance(content, str) or content not in CONTENTS:
        raise BadRequest(f"The setting 'content' must be one of {', '.join(CONTENTS)}.")
    language = _given(settings, "language", "")
    if not isinstance(language, str):
        raise BadRequest("The setting 'language' must be a language tag, a text.")
    is_count = settings.get("count") in _ON
    return Column(identifier, iri_of(identifier), _limit(settings.get("limit")), content, language.lower(), is_count)


def _given(document: Mapping[str, Json], name: str, default: Json) -> Json:
    """Return a member of an object; clients leave one out by null, and by the empty text of a form, too."""
    value = document.get(name)
    return default if value is None or value == "" else value


def _limit(value: Json) -> int:
    """Return the setting ``limit``, which forms send as text; 0 and nothing stand for as many as there may be."""
    if value in (None, ""):
        return VALUES_AT_MOST
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdecimal():
        raise BadRequest("The setting 'limit' must be a whole number from 0 up.")
    number = int(text[:9])
    return min(number, VALUES_AT_MOST) or VALUES_AT_MOST


class DataExtension:
    """Fetches values for one client, whose languages choose the names it reads."""

    def __init__(self, site: Site, names: EntityNames, give_way: Callable[[], None]) -> None:
        """Take the release, the names, and what lets other requests go on between two things."""
        self._site = site
        self._names = names
        self._give_way = give_way

    def table(self, extension: Extension, iri_of: Callable[[str], str]) -> Table:
        """Return the values of all columns for all things; none for a thing that is not described here.

        Raises ``PayloadTooLarge`` for more values than one answer may have.
        """
        rows: dict[str, tuple[list[Json], ...]] = {}
        size = 0
        for identifier in extension.ids:
            self._give_way()
            row = rows[identifier] = self._row(iri_of(identifier), extension.columns)
            size += sum(map(len, row))
            if size > _VALUES_IN_ALL:
                raise PayloadTooLarge(
                    f"There are more than {_VALUES_IN_ALL} values; ask for fewer things at once, or set a 'limit'."
                )
        named = self._names.of(column.iri for column in extension.columns if column.iri)
        columns = ((c, named[c.iri] if c.iri else Name(c.id), self._range(c)) for c in extension.columns)
        return Table(tuple(columns), rows)

    def _range(self, column: Column) -> tuple[str, Name] | None:
        """Return the class of the things that a property leads to, where the data says that there is one."""
        stated = values_of(self._site, column.iri, (RDFS + "range",))[RDFS + "range"]
        classes = [value.iri for value in stated if value.iri and not value.iri.startswith((XSD, RDFS))]
        if len(classes) != 1 or column.content != "thing":
            return None
        return classes[0], self._names.of(classes)[classes[0]]

    def _row(self, iri: str, columns: Sequence[Column]) -> tuple[list[Json], ...]:
        values = values_of(self._site, iri, {column.iri for column in columns}) if iri else {}
        return tuple(self._cell(column, values.get(column.iri, [])) for column in columns)

    def _cell(self, column: Column, values: list[PropertyValue]) -> list[Json]:
        if column.language:
            values = [value for value in values if value.iri or value.language.lower() == column.language]
        if column.is_count:
            return [{"int": len(values)}]
        values = values[: column.limit]
        named = self._names.of(value.iri for value in values if value.iri)
        return [self._thing(column, value.iri, named[value.iri]) if value.iri else _literal(value) for value in values]

    def _thing(self, column: Column, iri: str, name: Name) -> Json:
        if column.content == "label":
            return _text(name)
        if column.content == "iri" or self._site.documents.first_described((iri,)) is None:
            return {"str": iri}  # what is not described here is no thing of this service
        return {"id": iri, "name": name.text, **({"lang": name.language} if name.language else {})}


def _literal(value: PropertyValue) -> Json:
    text, datatype = value.text, value.datatype
    if datatype in _INTEGERS and re.fullmatch(r"[+-]?\d{1,16}", text) and abs(int(text)) < _EXACT_BELOW:
        return {"int": int(text)}
    if datatype in _DECIMALS and (number := _finite(text)) is not None:
        return {"float": number}
    if datatype == XSD + "dateTime" and _DATE_TIME.fullmatch(text):
        return {"date": text}
    if datatype == XSD + "date" and (found := _DATE.fullmatch(text)):
        return {"date": f"{found[1]}T00:00:00{found[2] or ''}"}
    return _text(Name(text, value.language))


def _text(name: Name) -> Json:
    return {"str": name.text, **({"lang": name.language} if name.language else {})}


def _finite(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
