"""Where each statement of a document comes from: its named graph, and the source files that say so there."""

from collections.abc import Iterator
from dataclasses import dataclass

from kgpub.description import Description
from kgpub.graph_page import FILES_SHOWN, GraphPage, GraphRole, graph_page, role_of
from kgpub.numbered_pages import page_address
from kgpub.reader import Reader
from kgpub.rows import Row
from kgpub.site import Site
from kgpub.values import Link, Linker, Property, Statements


@dataclass(frozen=True, slots=True)
class GraphStatements:
    """What one graph says of a thing; *graph* is None for the default graph, *files* describe the thing there."""

    graph: Link | None
    role: GraphRole
    files: tuple[str, ...]
    files_total: int
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """The statements of one page of a document by graph; *address* is that of the document.

    *own* tells of the thing as the named graph that it is, if it is one.
    """

    thing: Link
    address: str
    own: GraphPage | None
    graphs: tuple[GraphStatements, ...]
    page: int
    pages: int


def sources_page(site: Site, description: Description, address: str, reader: Reader) -> SourcesPage:
    """Return the sources of the statements that a description holds about its own thing."""
    linker = Linker(site, description.labels, reader)
    nested: dict[str, list[Row]] = {}
    by_graph: dict[str, list[Row]] = {}
    thing = f"<{description.iri}>"
    for row in description.rows:
        if row[0] == thing:
            by_graph.setdefault(row[3], []).append(row)
        elif row[0][0] == "_":
            nested.setdefault(row[0], []).append(row)
    statements = Statements(site, linker, nested)
    return SourcesPage(
        linker.link(description.iri),
        reader.keep(page_address(address, description.page)),
        graph_page(site, description.iri, reader) if description.iri in site.graphs else None,
        tuple(_of_graphs(site, description.iri, by_graph, statements, linker)),
        description.page,
        description.pages,
    )


def _of_graphs(
    site: Site, iri: str, by_graph: dict[str, list[Row]], statements: Statements, linker: Linker
) -> Iterator[GraphStatements]:
    for token, rows in by_graph.items():
        graph = token[1:-1] if token[:1] == "<" else ""
        files = site.source_files.of(iri, graph)
        yield GraphStatements(
            linker.term(graph) if graph else None,
            role_of(site, graph),
            files[:FILES_SHOWN],
            len(files),
            statements.facts(rows),
        )
