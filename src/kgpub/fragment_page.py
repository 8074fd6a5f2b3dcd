"""What the page of a fragment shows: the form of its pattern, a table of quads, and the way to the other pages."""

from dataclasses import dataclass

from kgpub.fragment import FragmentPage
from kgpub.fragment_controls import FragmentAddress, page_links
from kgpub.parameters import Pairs, single
from kgpub.reader import Reader
from kgpub.rows import Row, is_iri_token
from kgpub.site import Site
from kgpub.values import Linker, Statements, Value

_COLUMNS = ("subject", "predicate", "object", "graph")


@dataclass(frozen=True, slots=True)
class FragmentTable:
    """One page, for the template: what the form's *fields* hold, and the quads as a table.

    *first_number* is the place of the first quad, 0 where it is not known because rows were passed over.
    """

    fields: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: int
    is_exact: bool
    is_restricted: bool
    first_number: int
    first: str | None
    previous: str | None
    next: str | None


def fragment_table(
    site: Site, address: FragmentAddress, page: FragmentPage, pairs: Pairs, reader: Reader
) -> FragmentTable:
    """Return the page of a fragment for a reader, whose addresses begin with the root of this server."""
    links = {relation: reader.keep(other) for relation, other in page_links(address, page)}
    columns = _COLUMNS if address.has_graphs else _COLUMNS[:-1]
    named = {token[1:-1] for row in page.rows for token in row if token and is_iri_token(token)}
    statements = Statements(site, Linker(site, site.documents.labels(named), reader), {})
    return FragmentTable(
        fields=tuple((name, single(pairs, name) or "") for name, _ in address.properties),
        columns=columns,
        rows=tuple(_values(row, statements, len(columns)) for row in page.rows),
        total=page.total,
        is_exact=page.is_exact,
        is_restricted=bool(single(pairs, "values")),
        first_number=page.offset + 1 if page.is_exact else 0,
        first=links["first"] if page.offset else None,
        previous=links.get("previous"),
        next=links.get("next"),
    )


def _values(row: Row, statements: Statements, columns: int) -> tuple[Value, ...]:
    """Return the terms of a row as values; the predicate decides how the object is shown, as everywhere."""
    subject, predicate, _, graph = row
    shown = [statements.value((subject, "", token, "")) for token in (subject, predicate)]
    shown.append(statements.value((subject, predicate, row[2], "")))
    if columns > len(shown):
        shown.append(statements.value((subject, "", graph, "")) if graph else Value())
    return tuple(shown)
