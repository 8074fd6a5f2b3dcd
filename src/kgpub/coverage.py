"""How much a release holds, and how complete it is: counts that fit any data, and the project's own queries."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from kgpub.engine import Query, Wanted
from kgpub.errors import QueryRefused
from kgpub.formats import RESULTS_JSON
from kgpub.reader import plain_reader
from kgpub.release import CATALOG_GRAPH
from kgpub.site import Site
from kgpub.stored_query import find_query
from kgpub.texts import text_for
from kgpub.vocabulary import XSD

#: Classes that are counted, those with most instances first.
_CLASSES_SHOWN = 15
_NUMBERS = (f"{XSD}integer", f"{XSD}decimal", f"{XSD}double")
_GENERIC = (
    ("classes", "Classes"),
    ("labels-per-language", "Labels per language"),
    ("links-to-other-hosts", "Links per authority"),
)

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class CoverageTable:
    """One table: *name* is that of its query, *total* the number of rows where *rows* are the first of them."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int


def coverage_tables(site: Site) -> Iterator[CoverageTable]:
    """Yield the tables of a release: its size, what fits any data, and the queries that its settings name.

    Raises what the engine raises, ``NotDescribed`` for a name of no stored query, ``QueryRefused`` for one that is no
    SELECT query of this graph alone.
    """
    counts = site.release.manifest.counts
    size = (("triples", counts.triples), ("resources", counts.resources), ("quads", counts.quads))
    yield CoverageTable("size", "Size", ("what", "number"), size, len(size))
    for name, title in _GENERIC:
        table = _select(site, name, title, _packaged(name))
        yield replace(table, rows=table.rows[:_CLASSES_SHOWN]) if name == "classes" else table
    for name in site.publication.coverage:
        query = find_query(site.queries, name)
        if query.form != "SELECT" or query.federated:
            raise QueryRefused(f"'coverage' names '{name}', which is not a SELECT query of this graph alone.")
        yield _select(site, name, text_for(plain_reader(site), query.titles).text, Query(query.text))


def _packaged(name: str) -> Query:
    return Query(files("kgpub").joinpath(f"queries/{name}.rq").read_text("utf-8"))


def _select(site: Site, name: str, title: str, query: Query) -> CoverageTable:
    """Return the answer to a query over what is asserted: the default graph, where it is that."""
    if not site.publication.union_default_graph:
        catalog = site.base.resolve(CATALOG_GRAPH)
        graphs = site.release.manifest.graphs
        asserted = tuple(graph.iri for graph in graphs if not graph.quoted and graph.iri != catalog)
        query = replace(query, default_graphs=asserted or None)
    answer = site.engine.evaluate(query, Wanted(RESULTS_JSON, None), site.budget)
    results = parse_query_results(answer.read(), QueryResultsFormat.JSON)
    assert isinstance(results, QuerySolutions)  # noqa: S101 (what else a SELECT query gives)
    columns = tuple(variable.value for variable in results.variables)
    rows = tuple(tuple(_cell(solution[column]) for column in columns) for solution in results)
    return CoverageTable(name, title, columns, rows, len(rows))


def _cell(term: object) -> Cell:
    if isinstance(term, Literal) and term.datatype.value in _NUMBERS:
        return int(term.value) if term.datatype.value == _NUMBERS[0] else float(term.value)
    if isinstance(term, Literal | NamedNode):
        return term.value
    return None if term is None else str(term)


def tables_as_json(site: Site, tables: Iterator[CoverageTable]) -> str:
    """Return tables as JSON: rows as objects, IRIs in full."""
    document = {
        "release": site.release.manifest.id,
        "tables": [
            {
                "name": table.name,
                "title": table.title,
                "columns": table.columns,
                "rows": [dict(zip(table.columns, row, strict=True)) for row in table.rows],
                "total": table.total,
            }
            for table in tables
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def tables_as_text(site: Site, tables: Iterator[CoverageTable]) -> str:
    """Return tables as text for a terminal: columns aligned, IRIs as prefixed names."""
    head = f"Release {site.release.manifest.id}\n"
    return "\n".join([head, *(_as_text(site, table) for table in tables)])


def _as_text(site: Site, table: CoverageTable) -> str:
    shown = [[_shown(site, cell) for cell in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(table.columns, *shown, strict=True)]
    is_number = [
        all(isinstance(cell, int | float | None) for cell in column) for column in zip(*table.rows, strict=True)
    ]
    lines = [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, is_number or [False] * len(widths), strict=True)
        ).rstrip()
        for row in (table.columns, *shown)
    ]
    heading = [table.title, "-" * len(table.title)]
    cut = [f"{len(table.rows)} of {table.total}"] if table.total > len(table.rows) else []
    return "\n".join([*heading, *(lines if table.rows else ["nothing"]), *cut]) + "\n"


def _shown(site: Site, cell: Cell) -> str:
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, str):
        printable = "".join(c if c.isprintable() else " " for c in cell)
        return (site.curie(cell) or printable) if ":" in cell else printable or "-"
    return "-" if cell is None else f"{cell:g}"
