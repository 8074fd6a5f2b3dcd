"""A page of a list of things as data: RDF, JSON and CSV."""

import csv
import io
import json
from collections.abc import Iterator

from kgpub.description import Description, label_lines
from kgpub.facets import Facet
from kgpub.reader import plain_reader
from kgpub.rows import literal_parts
from kgpub.selection import Filter, Selection
from kgpub.site import Site
from kgpub.thing_page import ThingPage
from kgpub.thing_table import ThingTable
from kgpub.values import Linker
from kgpub.vocabulary import HYDRA, RDFS, TYPE, XSD, integer

#: Between two values in one cell of a CSV table.
CELL_SEPARATOR = " | "


def as_description(site: Site, table: ThingTable) -> Description:
    """Return a page as RDF: a Hydra collection with its members, what the table says of each, and labels."""
    listed = table.listed
    address = site.base.resolve(listed.selection.at().address)
    said = tuple(line for row in table.rows for line in _row_lines(row.iri, {TYPE: row.types, **row.values}))
    return Description(
        iri=address,
        document_iri=address,
        page=1,
        pages=1,
        statements=said,
        incoming=(),
        labels=table.labels,
        context=tuple(label_lines(table.labels, "")),
        about=tuple(_collection(site, listed, address)),
    )


def _row_lines(iri: str, values: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for property_, tokens in values.items():
        yield from (f"<{iri}> <{property_}> {token} ." for token in tokens)


def _collection(site: Site, listed: ThingPage, address: str) -> Iterator[str]:
    selection = listed.selection
    yield f"<{address}> <{TYPE}> <{HYDRA}Collection> ."
    if listed.found.is_exact:
        yield f"<{address}> <{HYDRA}totalItems> {integer(listed.total)} ."
    else:
        yield f'<{address}> <{RDFS}comment> "At least {listed.total} things; the list is too long to be counted."@en .'
    yield from (f"<{address}> <{HYDRA}member> <{iri}> ." for iri in listed.iris)
    view = site.base.resolve(selection.address)
    for relation, other in _pages(listed):
        yield f"<{view}> <{HYDRA}{relation}> <{site.base.resolve(other.address)}> ."
    if listed.first or listed.next:
        yield f"<{address}> <{HYDRA}view> <{view}> ."
        yield f"<{view}> <{TYPE}> <{HYDRA}PartialCollectionView> ."
    yield from _assertions(selection, address)


def _assertions(selection: Selection, address: str) -> Iterator[str]:
    """Yield what is so of all members (Hydra: member assertions); a range has no term to say it with."""
    meant = [(TYPE, f"<{selection.cls}>")] if selection.cls else []
    meant += [(condition.predicate, condition.value) for condition in selection.filters if condition.range is None]
    for number, (property_, value) in enumerate(meant, 1):
        node = f"<{address}#assertion-{number}>"
        yield f"<{address}> <{HYDRA}memberAssertion> {node} ."
        yield f"{node} <{HYDRA}property> <{property_}> ."
        yield f"{node} <{HYDRA}object> {value} ."


def _pages(listed: ThingPage) -> Iterator[tuple[str, Selection]]:
    pages = {"first": listed.first, "previous": listed.previous, "next": listed.next, "last": listed.last}
    yield from ((relation, other) for relation, other in pages.items() if other is not None)


def as_json(site: Site, table: ThingTable) -> bytes:
    """Return a page as JSON; docs/reference/browse.md describes its members, which stay."""
    listed, writer = table.listed, _Json(site, table)
    selection = listed.selection
    document = {
        "release": site.release.manifest.id,
        "address": site.base.resolve(selection.address),
        "class": writer.resource(selection.cls) if selection.cls else None,
        "filters": [writer.filter(condition) for condition in selection.filters],
        "total": {"value": listed.total, "exact": listed.found.is_exact},
        "firstNumber": listed.first_number,
        "columns": [writer.resource(property_) for property_ in table.columns],
        "things": [
            writer.resource(row.iri)
            | {"types": [value[1:-1] for value in row.types]}
            | {"values": {p: [writer.value(value) for value in values] for p, values in row.values.items()}}
            for row in table.rows
        ],
        "facets": [writer.facet(facet) for facet in table.facets],
        "pages": {relation: site.base.resolve(other.address) for relation, other in _pages(listed)},
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


class _Json:
    """Writes resources and values with their labels."""

    def __init__(self, site: Site, table: ThingTable) -> None:
        self._site = site
        self._linker = Linker(site, table.labels, plain_reader(site))
        self._selection = table.listed.selection

    def resource(self, iri: str) -> dict[str, object]:
        label = self._linker.label(iri)
        return {
            "iri": iri,
            "label": label.text if label else None,
            "language": (label.language or None) if label else None,
        }

    def value(self, value: str) -> dict[str, object]:
        if value[0] == "<":
            return {"type": "iri", **self.resource(value[1:-1])}
        if value[0] != '"':
            return {"type": "range", "value": value}
        text, language, datatype = literal_parts(value)
        typed = {"language": language} if language else {"datatype": datatype or f"{XSD}string"}
        return {"type": "literal", "value": text, **typed}

    def filter(self, condition: Filter) -> dict[str, object]:
        without = self._selection.without(condition)
        is_list = without.cls or without.filters
        return {
            "property": self.resource(condition.predicate),
            "value": self.value(condition.value),
            "without": self._site.base.resolve(without.address) if is_list else None,
        }

    def facet(self, facet: Facet) -> dict[str, object]:
        return {
            "property": self.resource(facet.property),
            "complete": facet.is_complete,
            "exact": facet.is_exact,
            "values": [
                {
                    "value": self.value(value.value),
                    "things": value.things,
                    "address": self._site.base.resolve(value.selection.address),
                }
                for value in facet.values
            ],
        }


def as_csv(site: Site, table: ThingTable) -> bytes:
    """Return a page as CSV (RFC 4180) with a header; several values stand in one cell, divided by `` | ``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("iri", "label", *table.columns))
    linker = Linker(site, table.labels, plain_reader(site))
    for row in table.rows:
        label = linker.label(row.iri)
        cells = (CELL_SEPARATOR.join(map(_plain, row.values[property_])) for property_ in table.columns)
        writer.writerow((row.iri, label.text if label else "", *cells))
    return out.getvalue().encode()


def _plain(value: str) -> str:
    return value[1:-1] if value[0] == "<" else literal_parts(value)[0]
