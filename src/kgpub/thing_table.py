"""A page of a list of things as a table: what is said of each with the properties that most of its class have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kgpub.description import Labels
from kgpub.facets import Facet, facet_figures
from kgpub.rows import is_iri_token, rows_of
from kgpub.site import Site
from kgpub.thing_page import ThingPage
from kgpub.vocabulary import TYPE

COLUMNS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class TableRow:
    """One thing: its classes, and its values, IRIs and literals as terms of N-Triples, by property."""

    iri: str
    types: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ThingTable:
    """The table, and the labels of all that it and its facets name."""

    listed: ThingPage
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    facets: tuple[Facet, ...]
    labels: Labels


def thing_table(site: Site, listed: ThingPage, facets: tuple[Facet, ...] = ()) -> ThingTable:
    """Return the table of a page, with facets whose labels are wanted too."""
    columns = _columns(site, listed)
    rows = tuple(_row(site, iri, columns) for iri in listed.iris)
    selection = listed.selection
    named = [selection.cls, *columns, *listed.iris]
    named += [iri for condition in selection.filters for iri in (condition.predicate, *_iri(condition.value))]
    named += [iri for row in rows for values in row.values.values() for value in values for iri in _iri(value)]
    named += [iri for row in rows for value in row.types for iri in _iri(value)]
    named += [iri for facet in facets for value in facet.values for iri in _iri(value.value)]
    named += [facet.property for facet in facets]
    return ThingTable(listed, columns, rows, facets, site.documents.labels(named))


def _columns(site: Site, listed: ThingPage) -> tuple[str, ...]:
    """Return the properties that most things of the class have, without those whose value the list is narrowed to."""
    narrowed = {condition.predicate for condition in listed.selection.filters if condition.range is None}
    found = (figures.property for figures in facet_figures(site, listed.selection.cls))
    return tuple([property_ for property_ in found if property_ != TYPE and property_ not in narrowed][:COLUMNS_SHOWN])


def _row(site: Site, iri: str, columns: tuple[str, ...]) -> TableRow:
    document = site.documents.get(iri)
    thing = f"<{iri}>"
    values: dict[str, dict[str, None]] = {property_: {} for property_ in (TYPE, *columns)}
    for subject, predicate, token, _ in rows_of(document.lines if document else ()):
        property_ = predicate[1:-1]
        if subject == thing and property_ in values and (token[0] == '"' or is_iri_token(token)):
            values[property_][token] = None
    return TableRow(iri, tuple(values.pop(TYPE)), {property_: tuple(of_one) for property_, of_one in values.items()})


def _iri(value: str) -> Iterator[str]:
    if is_iri_token(value):
        yield value[1:-1]
