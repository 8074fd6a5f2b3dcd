"""The page of a named graph: how much is in it, whether it is asserted, and which files it was filled from."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar
from urllib.parse import quote

from kgpub.reader import Reader
from kgpub.release import CATALOG_GRAPH, INFERRED_GRAPH
from kgpub.site import Site

#: Files that are named.
FILES_SHOWN = 100


class GraphRole(Enum):
    """What a graph is in the release."""

    ASSERTED = "asserted"
    INFERRED = "inferred"
    QUOTED = "quoted"
    CATALOG = "catalog"


@dataclass(frozen=True, slots=True)
class GraphPage:
    """A named graph; *download* is the address of all of it, *fragment* that of its quads a page at a time."""

    template: ClassVar[str] = "kind_graph.html"
    role: GraphRole
    triples: int
    files: tuple[str, ...]
    files_total: int
    download: str
    fragment: str


def graph_page(site: Site, graph: str, reader: Reader) -> GraphPage:
    """Return the page of a named graph of the release."""
    files = site.source_files.of_graph(graph)
    named = quote(graph, safe="")
    return GraphPage(
        role=role_of(site, graph),
        triples=site.graphs[graph].triples,
        files=files[:FILES_SHOWN],
        files_total=len(files),
        download=f"{reader.root}/graphs?graph={named}",
        fragment=reader.at(f"fragments?graph={named}"),
    )


def role_of(site: Site, graph: str) -> GraphRole:
    """Return what a graph is in the release."""
    if graph in site.quoted_graphs:
        return GraphRole.QUOTED
    own = {site.base.resolve(INFERRED_GRAPH): GraphRole.INFERRED, site.base.resolve(CATALOG_GRAPH): GraphRole.CATALOG}
    return own.get(graph, GraphRole.ASSERTED)
