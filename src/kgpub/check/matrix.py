"""The content-negotiation matrix: what each ``Accept`` is answered with, for each document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

#: Syntaxes of RDF by their registered types (the first ones are asked for most).
RDF_TYPES = (
    "text/turtle",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-triples",
    "application/trig",
    "application/n-quads",
)
HTML = "text/html"
CSV = "text/csv"
#: Each is asked for alone, to learn what there is.
ASKED_ALONE = (*RDF_TYPES, HTML, CSV)
RESULT_TYPES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)

UNKNOWN = "application/x-kgpub-unknown"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
#: What common clients send (rdflib 7, Apache Jena 5, Comunica 4).
CLIENTS = (
    (
        "rdflib",
        (
            "application/ld+json, application/rdf+xml, text/n3, text/turtle, application/n-triples, "
            "application/n-quads, application/trix, application/trig"
        ),
    ),
    (
        "Jena",
        "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3",
    ),
    (
        "Comunica",
        (
            "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
            "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,text/html;q=0.2"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of request: what it is called, the ``Accept`` that it sends (None: none at all)."""

    name: str
    accept: str | None


SILENT = Row("no Accept", None)
WILDCARD = Row("anything", "*/*")
BROWSER_ROW = Row("a browser", BROWSER)
TEXT_RANGE = Row("any text", "text/*")
IMPOSSIBLE = Row("nothing there is", UNKNOWN)


def alone(media_type: str) -> Row:
    """Return the row that asks for one type."""
    return Row(media_type, media_type)


def rows_for(offered: Sequence[str]) -> Iterator[Row]:
    """Yield the rows beyond the single types that make sense where some types are to be had."""
    yield from (SILENT, WILDCARD, BROWSER_ROW, TEXT_RANGE)
    if offered:
        first = offered[0]
        yield Row("unknown type first", f"{UNKNOWN}, {first};q=0.9")
        yield Row("upper case", first.upper())
        yield Row("a parameter", f"{first};charset=utf-8")
    if len(offered) > 1:
        first, second = offered[0], offered[1]
        yield Row("second preferred", f"{first};q=0.2, {second};q=0.9")
        yield Row("first preferred", f"{second};q=0.2, {first};q=0.9")
        yield Row("first excluded", f"{first};q=0, {second};q=0.1")
    yield from (Row(name, accept) for name, accept in CLIENTS)
    yield IMPOSSIBLE


@dataclass(slots=True)
class Matrix:
    """Answers by row and document, in the order in which they came."""

    columns: list[str] = field(default_factory=list)
    _cells: dict[Row, dict[str, str]] = field(default_factory=dict)

    def add(self, row: Row, column: str, came: str) -> None:
        """Add a cell."""
        if column not in self.columns:
            self.columns.append(column)
        self._cells.setdefault(row, {})[column] = came

    def rows(self) -> Iterator[tuple[Row, list[str]]]:
        """Yield the rows with their cells, empty where a row was not asked of a document."""
        for row, cells in self._cells.items():
            yield row, [cells.get(column, "") for column in self.columns]
