"""List the things that a release describes, each with the time of its last change if its own data says one."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from kgpub.vocabulary import DCTERMS, SCHEMA, SCHEMA_HTTP

#: Properties whose value is the time of a thing's last change.
MODIFIED_PROPERTIES = (
    DCTERMS + "modified",
    SCHEMA + "dateModified",
    SCHEMA_HTTP + "dateModified",
    "http://purl.org/pav/lastUpdateOn",
)

#: A day or a time with its offset, as sitemaps and feeds write it (W3C note "Date and Time Formats").
_W3C_DATE = re.compile(r'"(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?|Z|[+-]\d\d:\d\d)?"')

_MODIFIED = frozenset(f"<{property_}>" for property_ in MODIFIED_PROPERTIES)
_STATED = re.compile(rf'> <(?:{"|".join(map(re.escape, MODIFIED_PROPERTIES))})> ("[^\n]*)')


class ThingList:
    """A file with a line for each thing: its IRI, and the time of its last change, empty where its data says none.

    What is described in the catalog alone is no thing, but a part of how the release describes itself.
    """

    def __init__(self, path: Path, catalog_graph: str) -> None:
        """Take where to write, and the IRI of the catalog's graph."""
        self.path = path
        self._catalog = f" <{catalog_graph}> ."
        self._file: TextIO | None = None

    def open(self) -> None:
        """Begin an empty list."""
        self._file = self.path.open("w", encoding="utf-8", newline="\n")

    def close(self) -> None:
        """End the list, so that it can be read."""
        if self._file is not None:
            self._file.close()

    def note(self, iri: str, lines: Sequence[str], predicates: Iterable[str]) -> None:
        """Note what is described by N-Quads lines, which have these predicates."""
        is_catalog = lines[-1].endswith(self._catalog) and all(line.endswith(self._catalog) for line in lines)
        if self._file is not None and not is_catalog:
            stated = () if _MODIFIED.isdisjoint(predicates) else _STATED.findall("\n".join(lines))
            self._file.write(f"{iri}\t{latest_date(stated)}\n")


def latest_date(literals: Iterable[str]) -> str:
    """Return the latest day or time among literals in N-Triples syntax, as W3C writes it; empty where there is none."""
    dates = [date for literal in literals if (date := _date(literal))]
    return max(dates, key=_as_time, default="")


def _date(literal: str) -> str:
    """Return what a literal says; a time without an offset is no more than its day."""
    found = _W3C_DATE.match(literal)
    if found is None:
        return ""
    day, time, offset = found.groups()
    date = f"{day}{time}{offset}" if time and offset else str(day)
    try:
        _as_time(date)
    except ValueError:  # the 30th of February
        return ""
    return date


def _as_time(date: str) -> datetime:
    time = datetime.fromisoformat(date)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
