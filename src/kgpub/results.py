"""The result of a query as an HTML page shows it: a table with links and labels, or a truth value.

The page reads TSV or N-Triples, a line a row, and stops reading after the rows that it shows: what a stranger's query
makes the engine write is never held here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from kgpub.engine import Answer
from kgpub.errors import NotAcceptable
from kgpub.formats import GRAPH_FORMATS, RESULTS_TSV, SOLUTION_FORMATS, Format
from kgpub.reader import Reader
from kgpub.site import Site
from kgpub.values import Link, Linker, Value

#: Rows that the page shows; the links below it lead to all of them.
ROWS_SHOWN = 500
_BYTES_READ = 4_000_000
_CHARACTERS_SHOWN = 2_000
_NESTING_SHOWN = 8
_TRIPLE = ("subject", "predicate", "object")
_HIDDEN_DATATYPES = (
    "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
)


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What the page shows; *is_cut* tells that there are more rows, *truth* is the answer to an ASK query."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Value | None, ...], ...] = ()
    is_cut: bool = False
    truth: bool | None = None
    is_graph: bool = False

    @property
    def formats(self) -> tuple[Format, ...]:
        """Return the formats that the whole result can be had in."""
        return GRAPH_FORMATS if self.is_graph else SOLUTION_FORMATS


def result_page(site: Site, answer: Answer, reader: Reader) -> ResultPage:
    """Read the beginning of an answer in TSV or N-Triples and return what to show of it."""
    is_graph = answer.format is not RESULTS_TSV
    lines, is_cut = _first_lines(answer.chunks, ROWS_SHOWN + (0 if is_graph else 1))
    try:
        page = _from_triples(lines) if is_graph else _from_table(lines)
    except SyntaxError as error:  # terms nested deeper than the engine's own parser goes
        raise NotAcceptable("This result cannot be shown as a page; it can be had as data.") from error
    iris = (iri for row in page.rows for value in row if value is not None for iri in _iris_in(value))
    linker = Linker(site, site.documents.labels(iris), reader)
    rows = tuple(tuple(_linked(value, linker) for value in row) for row in page.rows)
    return replace(page, rows=rows, is_cut=is_cut)


def _first_lines(chunks: Iterator[bytes], count: int) -> tuple[bytes, bool]:
    """Return at most so many whole lines, and whether there is more; the engine is free again after that."""
    read = bytearray()
    for chunk in chunks:
        read += chunk
        if read.count(b"\n") > count or len(read) > _BYTES_READ:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
            break
    else:
        if read.count(b"\n") <= count:
            return bytes(read), False
    return b"".join(line for line in bytes(read).splitlines(keepends=True)[:count] if line.endswith(b"\n")), True


def _from_table(lines: bytes) -> ResultPage:
    results = parse_query_results(lines, QueryResultsFormat.TSV)
    if isinstance(results, QueryBoolean):
        return ResultPage(truth=bool(results))
    assert isinstance(results, QuerySolutions)  # noqa: S101 (what else a table can be)
    columns = tuple(variable.value for variable in results.variables)
    rows = tuple(tuple(_value(solution[name]) for name in columns) for solution in results)
    return ResultPage(columns, rows)


def _from_triples(lines: bytes) -> ResultPage:
    triples = parse(lines, RdfFormat.N_TRIPLES, lenient=True)
    return ResultPage(_TRIPLE, tuple(tuple(_terms(triple)) for triple in triples), is_graph=True)


def _terms(triple: object) -> Iterable[Value | None]:
    return (_value(getattr(triple, part)) for part in _TRIPLE)


def _value(term: object, depth: int = 0) -> Value | None:
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return Value(link=Link("", "", term.value, is_ours=False), text=term.value)
    if isinstance(term, Literal):
        datatype = (
            None if term.datatype.value in _HIDDEN_DATATYPES else Link("", "", term.datatype.value, is_ours=False)
        )
        return Value(text=_shown(term.value), language=term.language or "", datatype=datatype)
    if isinstance(term, Triple) and depth < _NESTING_SHOWN:
        parts = (_value(getattr(term, part), depth + 1) for part in _TRIPLE)
        return Value(triple=tuple(part for part in parts if part is not None))
    return Value(text="…" if isinstance(term, Triple) else str(term))


def _shown(text: str) -> str:
    return text if len(text) <= _CHARACTERS_SHOWN else f"{text[:_CHARACTERS_SHOWN]}…"


def _iris_in(value: Value) -> Iterator[str]:
    if value.link is not None:
        yield value.link.iri
    for part in value.triple:
        yield from _iris_in(part)


def _linked(value: Value | None, linker: Linker) -> Value | None:
    if value is None:
        return None
    if value.link is not None:
        link = linker.link(value.link.iri)
        return replace(value, link=link, text=link.text)
    if value.triple:
        return replace(value, triple=tuple(part for term in value.triple if (part := _linked(term, linker))))
    return value if value.datatype is None else replace(value, datatype=linker.link(value.datatype.iri))
