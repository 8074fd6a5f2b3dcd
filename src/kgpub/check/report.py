"""What was seen of a site, for a person and for a program."""

import json
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kgpub.check.findings import Finding
from kgpub.check.inspection import Inspection
from kgpub.check.matrix import Matrix
from kgpub.check.rules import SEVERITIES

#: A site's text may hold characters that a terminal obeys.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PLACES_SHOWN = 3
_COLUMNS_A_TABLE = 4
_SHORT = (
    ("application/", ""),
    ("text/", ""),
    ("sparql-results+", "results "),
    ("tab-separated-values", "tsv"),
)
_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def as_text(seen: Inspection, *, width: int = 120, colour: bool = False) -> str:
    """Return the matrix, then every finding with the request that shows it; equal ones together."""
    output = StringIO()
    console = Console(file=output, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    console.print(
        Text(_clean(f"{seen.url}: {len(seen.targets)} documents, {_endpoint(seen)}, {seen.requests} requests"))
    )
    titled = ((seen.matrix, "Content negotiation"), (seen.results, "SPARQL results"))
    for table in (table for matrix, title in titled for table in _tables(matrix, title)):
        console.print()
        console.print(table)
    for _, findings in groupby(seen.findings, lambda finding: finding.rule):
        console.print()
        for line in _lines(list(findings)):
            console.print(line, soft_wrap=True)
    console.print()
    console.print(Text(_count(seen.findings)))
    return output.getvalue()


def as_json(seen: Inspection) -> str:
    """Return the same as JSON: ``matrix`` is a list of rows, ``findings`` a list of objects with ``curl`` in each."""
    document = {
        "url": seen.url,
        "documents": seen.targets,
        "endpoint": seen.endpoint,
        "requests": seen.requests,
        "counts": {severity: len(_of(seen.findings, severity)) for severity in SEVERITIES},
        "matrix": _rows(seen.matrix),
        "results": _rows(seen.results),
        "findings": [
            {
                "id": finding.rule.id,
                "severity": finding.rule.severity,
                "expected": finding.rule.expected,
                "specification": finding.rule.clause,
                "came": finding.came,
                "url": finding.ask.url,
                "curl": finding.ask.curl,
            }
            for finding in seen.findings
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _endpoint(seen: Inspection) -> str:
    return f"SPARQL at {seen.endpoint}" if seen.endpoint else "no SPARQL endpoint"


def _rows(matrix: Matrix) -> list[dict[str, object]]:
    return [
        {"request": row.name, "accept": row.accept, "answers": dict(zip(matrix.columns, cells, strict=True))}
        for row, cells in matrix.rows()
    ]


def _tables(matrix: Matrix, title: str) -> Iterator[Table]:
    """Yield a matrix in tables that a terminal has room for."""
    columns = matrix.columns
    for first in range(0, len(columns), _COLUMNS_A_TABLE):
        chosen = range(first, min(first + _COLUMNS_A_TABLE, len(columns)))
        table = Table(title=title if first == 0 else None, title_justify="left", box=None, pad_edge=False)
        table.add_column("Accept", no_wrap=True)
        for column in chosen:
            table.add_column(Text(_clean(columns[column])), overflow="fold")
        for row, cells in matrix.rows():
            table.add_row(Text(row.name), *(Text(_short(cells[column])) for column in chosen))
        yield table


def _short(cell: str) -> str:
    for long, short in _SHORT:
        cell = cell.replace(long, short)
    return _clean(cell)


def _lines(findings: list[Finding]) -> Iterator[Text]:
    rule = findings[0].rule
    yield Text.assemble((f"{rule.severity} ", _STYLES[rule.severity]), (rule.id, "bold"))
    yield Text(f"  expected  {rule.expected} ({rule.clause})")
    for finding in findings[:_PLACES_SHOWN]:
        yield Text(f"  came      {_clean(finding.came)}")
        yield Text(f"  asked     {_clean(finding.ask.curl)}", style="dim")
    if len(findings) > _PLACES_SHOWN:
        yield Text(f"  and {len(findings) - _PLACES_SHOWN} more of these (--format json lists all)")


def _count(findings: Iterable[Finding]) -> str:
    findings = list(findings)
    counts = [(len(_of(findings, severity)), severity) for severity in SEVERITIES]
    told = [f"{number} {severity}{'' if number == 1 else 's'}" for number, severity in counts if number]
    return ", ".join(told) if told else "Nothing found."


def _of(findings: Iterable[Finding], severity: str) -> list[Finding]:
    return [finding for finding in findings if finding.rule.severity == severity]


def _clean(text: str) -> str:
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
