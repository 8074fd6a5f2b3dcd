"""The result of a query as an HTML page shows it: a table with links and labels, or a truth value."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pyoxigraph import RdfFormat, parse

from kgpub.engine import Answer
from kgpub.formats import GRAPH_FORMATS, RESULTS_JSON, SOLUTION_FORMATS, Format
from kgpub.nquads import iri_in
from kgpub.site import Site
from kgpub.values import Link, Linker, Value

_TRIPLE = ("subject", "predicate", "object")


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What the page shows. *rows* are the first of *total*; *truth* is the answer to an ASK query."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Value | None, ...], ...] = ()
    total: int = 0
    truth: bool | None = None
    is_graph: bool = False

    @property
    def is_cut(self) -> bool:
        """Tell whether there are more rows than these."""
        return len(self.rows) < self.total

    @property
    def formats(self) -> tuple[Format, ...]:
        """Return the formats that the whole result can be had in."""
        return GRAPH_FORMATS if self.is_graph else SOLUTION_FORMATS


def result_page(site: Site, answer: Answer, rows_shown: int, root: str) -> ResultPage:
    """Read an answer in SPARQL JSON or N-Triples and return what to show of it."""
    body = answer.read()
    page = (
        _from_json(json.loads(body), rows_shown) if answer.format is RESULTS_JSON else _from_triples(body, rows_shown)
    )
    iris = (iri for row in page.rows for value in row if value is not None for iri in _iris_in(value))
    linker = Linker(site, site.documents.labels(iris), root)
    return replace(page, rows=tuple(tuple(_linked(value, linker) for value in row) for row in page.rows))


def _from_json(document: dict[str, Any], rows_shown: int) -> ResultPage:
    if "boolean" in document:
        return ResultPage(truth=bool(document["boolean"]))
    columns = tuple(document["head"]["vars"])
    bindings = document["results"]["bindings"]
    rows = tuple(tuple(_json_value(row.get(name)) for name in columns) for row in bindings[:rows_shown])
    return ResultPage(columns, rows, len(bindings))


def _from_triples(body: bytes, rows_shown: int) -> ResultPage:
    triples = parse(body, RdfFormat.N_TRIPLES)
    rows = tuple(tuple(_terms(triple)) for triple in islice(triples, rows_shown))
    return ResultPage(_TRIPLE, rows, body.count(b"\n"), is_graph=True)


def _terms(triple: Any) -> Iterator[Value]:
    for term in (triple.subject, triple.predicate, triple.object):
        token = str(term)
        iri = iri_in(token)
        if iri is not None:
            yield _reference(iri)
        else:
            datatype = getattr(term, "datatype", None)
            yield Value(
                text=getattr(term, "value", token) if datatype is not None else token,
                language=getattr(term, "language", None) or "",
                datatype=_datatype(datatype.value) if datatype is not None else None,
            )


def _json_value(binding: dict[str, Any] | None) -> Value | None:
    return None if binding is None else _json_term(binding)


def _json_term(binding: dict[str, Any]) -> Value:
    if binding["type"] == "uri":
        return _reference(binding["value"])
    if binding["type"] == "bnode":
        return Value(text=f"_:{binding['value']}")
    if binding["type"] == "triple":
        return Value(triple=tuple(_json_term(binding["value"][part]) for part in _TRIPLE))
    return Value(
        text=binding["value"], language=binding.get("xml:lang", ""), datatype=_datatype(binding.get("datatype"))
    )


def _reference(iri: str) -> Value:
    return Value(link=Link("", "", iri, is_ours=False), text=iri)


def _datatype(iri: str | None) -> Link | None:
    hidden = ("http://www.w3.org/2001/XMLSchema#string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
    return None if iri is None or iri in hidden else Link("", "", iri, is_ours=False)


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
