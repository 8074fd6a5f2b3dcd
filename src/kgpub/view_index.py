"""Write the views of a release into one SQLite file, from the project's queries."""

import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from kgpub.content import Content
from kgpub.errors import ExportQueryInvalid
from kgpub.iris import last_segment
from kgpub.partial_dates import PartialDate, partial_date
from kgpub.selected_rows import Term, selected_rows
from kgpub.view_tables import DATES, PLACES, ROWS_AT_MOST, UNITS, VIEWS, VIEWS_FILE, Column, Holds, ViewTable

_REFERENCE = "docs/reference/views.md"
_PATTERNS = {
    Holds.WHOLE: re.compile(r"[0-9]{1,15}"),
    Holds.NUMBER: re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?"),
    Holds.SHA256: re.compile(r"[0-9A-Fa-f]{64}"),
}
#: What a unit's address can end in as it stands.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
#: How many things are at a place, or at one that is in it.
_COUNT_THERE = """
UPDATE "places.places" AS p SET there = (
  SELECT count(DISTINCT thing) FROM "places.things"
  WHERE place = p.place OR place IN (SELECT place FROM "places.places" WHERE within = p.place)
)
"""
_LAST_DEGREES = {"latitude": 90.0, "longitude": 180.0}

Record = dict[str, Any]


def write_views(content: Content, folder: Path) -> None:
    """Write the views that the settings ask for beside the folder of downloads; no file where they ask for none.

    Raises ``ExportQueryInvalid`` for a query that is missing, has other columns than its view, gives more rows than can
    be read, or a value that its column cannot hold.
    """
    wanted = {view: name.strip("/") for view, name in asdict(content.publication.views).items() if name}
    if not wanted:
        return
    with closing(sqlite3.connect(folder.parent / VIEWS_FILE)) as database:
        for view, name in wanted.items():
            for table in VIEWS[view]:
                _write(database, view, table, _records(content, f"{name}/{table.file}.rq", table))
        if "places" in wanted:
            database.execute(_COUNT_THERE)
        database.commit()
        database.execute("VACUUM")


def _write(database: sqlite3.Connection, view: str, table: ViewTable, records: list[Record]) -> None:
    columns = [*(column.name for column in table.columns), *_ADDED.get(table.file, ())]
    if table is UNITS:
        _name_units(records)
    elif table is DATES:
        _place_dates(records)
    named = ", ".join(f'"{column}"' for column in columns)
    database.execute(f'CREATE TABLE "{view}.{table.file}" ({named})')
    marks = ", ".join("?" * len(columns))
    rows = ([record.get(column) for column in columns] for record in records)
    database.executemany(f'INSERT INTO "{view}.{table.file}" VALUES ({marks})', rows)  # noqa: S608 (our own names)
    for column in _INDEXED.get(table.file, ()):
        database.execute(f'CREATE INDEX "{view}.{table.file}.{column}" ON "{view}.{table.file}" ("{column}")')


#: Columns that are computed, and those by which rows are looked up.
_ADDED = {"units": ("number", "name"), "dates": ("year", "sorted"), "places": ("there",)}
_INDEXED = {
    "units": ("number", "name", "unit"),
    "claims": ("unit", "claim"),
    "attributions": ("claim",),
    "spans": ("unit",),
    "positions": ("issue", "position"),
    "arguments": ("conclusion", "premise"),
    "dates": ("sorted", "year", "class", "thing"),
    "places": ("place", "within", "there"),
    "things": ("place", "thing"),
}


def _records(content: Content, file: str, table: ViewTable) -> list[Record]:
    """Return the rows of a table, each once, in an order that the same sources always give."""
    if table.is_optional and file not in dict(content.plan.query_files()):
        return []
    columns = {column.name: column for column in table.columns}
    required = [column.name for column in table.required]
    optional = [column.name for column in table.optional]
    found: dict[tuple[Any, ...], Record] = {}
    for row in selected_rows(content, file, required, optional, _REFERENCE):
        record = {name: _value(file, columns[name], term) for name, term in row.items()}
        found[tuple(record.get(name) for name in columns)] = record
        if len(found) > ROWS_AT_MOST:
            raise ExportQueryInvalid(
                f"{file}: the query gives more than {ROWS_AT_MOST:,} rows, more than anybody reads; "
                f"narrow it to what matters ({_REFERENCE})."
            )
    _check_keys(file, table, found.values())
    _check_order(file, found.values())
    if table is PLACES:
        _check_circles(file, {record["place"]: record.get("within", "") for record in found.values()})
    return sorted(found.values(), key=lambda record: [_sortable(record.get(name)) for name in columns])


def _check_keys(file: str, table: ViewTable, records: Any) -> None:
    keys = Counter(tuple(record.get(name) for name in table.key) for record in records) if table.key else Counter()
    for key, times in keys.items():
        if times > 1:
            raise ExportQueryInvalid(
                f"{file}: {times} rows differ about <{key[0]}>; each ?{table.key[0]} has one row ({_REFERENCE})."
            )


def _check_order(file: str, records: Any) -> None:
    """Raise ``ExportQueryInvalid`` for a span or an interval that ends before it begins."""
    for record in records:
        if "start" in record and "end" in record and record["end"] < record["start"]:
            raise ExportQueryInvalid(f"{file}: a span ends at {record['end']}, before it begins at {record['start']}.")
        if "date" in record and "end" in record and _date(record["end"]).is_before(_date(record["date"])):
            raise ExportQueryInvalid(f"{file}: an interval ends in {record['end']}, before {record['date']}.")


def _check_circles(file: str, within: dict[str, str]) -> None:
    """Raise ``ExportQueryInvalid`` for places that are in each other: no page would list them."""
    seen: set[str] = set()
    for place in within:
        path: dict[str, None] = {}
        at = place
        while at and at not in seen and at not in path:
            path[at] = None
            at = within.get(at, "")
        if at in path:
            raise ExportQueryInvalid(f"{file}: <{at}> is in itself, or in a place that is in it ({_REFERENCE}).")
        seen.update(path)


def _sortable(value: Any) -> tuple[bool, str, float, str]:
    is_number = isinstance(value, int | float)
    return value is not None, "" if is_number else "text", float(value) if is_number else 0.0, str(value)


def _value(file: str, column: Column, term: Term) -> str | int | float:
    """Return a term as its column holds it; raise ``ExportQueryInvalid`` where the column cannot."""
    if column.words:
        if isinstance(term, Literal) and term.value in column.words:
            return term.value
        raise _misfit(file, column, term, f"one of {', '.join(column.words)}")
    if column.holds is Holds.IRI:
        if isinstance(term, NamedNode):
            return term.value
        raise _misfit(file, column, term, column.holds.value)
    text = term.value if isinstance(term, Literal) else ""
    if column.holds is Holds.DATE:
        if partial_date(text) is not None:
            return text
    elif _PATTERNS[column.holds].fullmatch(text):
        return _number(file, column, term, text)
    raise _misfit(file, column, term, column.holds.value)


def _number(file: str, column: Column, term: Term, text: str) -> str | int | float:
    if column.holds is Holds.WHOLE:
        return int(text)
    if column.holds is Holds.SHA256:
        return text.lower()
    most = _LAST_DEGREES[column.name]
    if abs(float(text)) <= most:
        return float(text)
    raise _misfit(file, column, term, f"a number of degrees from -{most:.0f} to {most:.0f}")


def _misfit(file: str, column: Column, term: Term, wanted: str) -> ExportQueryInvalid:
    return ExportQueryInvalid(f"{file}: ?{column.name} must be {wanted}, not {str(term)[:200]} ({_REFERENCE}).")


def _name_units(records: list[Record]) -> None:
    """Number units in reading order, and give each the name that its address ends in."""
    records.sort(key=lambda record: (record.get("text", ""), record["order"], record["unit"]))
    segments = [last_segment(record["unit"]) for record in records]
    times = Counter(segments)
    for number, (record, segment) in enumerate(zip(records, segments, strict=True), 1):
        is_own = times[segment] == 1 and _PLAIN.fullmatch(segment) and not segment.isdecimal()
        record.update(number=number, name=segment if is_own else str(number))


def _place_dates(records: list[Record]) -> None:
    for record in records:
        date = _date(record["date"])
        record.update(year=date.year, sorted=date.place)
    records.sort(key=lambda record: (record["sorted"], record["thing"]))


def _date(text: str) -> PartialDate:
    date = partial_date(text)
    assert date is not None  # noqa: S101 (its column holds nothing else)
    return date
