"""What a build is to do: which sources, which shapes, which rules, under which settings."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.metadata import version
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode

from kgpub.iris import Base
from kgpub.publication import Publication, publication_to_json
from kgpub.release import file_sha256
from kgpub.settings import Settings
from kgpub.sources import Source, files_passed_over, project_sources
from kgpub.triplestore import Triplestore

SHAPES_GRAPH = "graph/shapes"

#: Files that a note names.
_NAMED = 5

Graph = DefaultGraph | NamedNode | BlankNode


@dataclass(frozen=True, slots=True)
class Plan:
    """One build. A project has a catalog and must describe only its own IRIs; files served ad hoc are left alone.

    *labels* are files with labels of other vocabularies' terms, which pages show and the data does not say.
    """

    publication: Publication
    releases: Path
    sources: tuple[Source, ...]
    rules: tuple[Path, ...] = ()
    queries: Path | None = None
    labels: tuple[Source, ...] = ()
    is_project: bool = True
    #: Files that may be RDF by their names and are not read.
    passed_over: tuple[Path, ...] = ()

    @property
    def note(self) -> str:
        """Return a sentence about files that are not read; '' where there are none."""
        if not self.passed_over:
            return ""
        more = f" and {len(self.passed_over) - _NAMED:,} more" if len(self.passed_over) > _NAMED else ""
        return f"Not read, by their suffixes: {', '.join(map(str, self.passed_over[:_NAMED]))}{more}."

    @property
    def base(self) -> Base:
        """Return the base of the release's IRIs."""
        return Base(self.publication.base_iri)

    def is_quoted(self, graph: str) -> bool:
        """Tell whether the content of a named graph is quoted rather than asserted."""
        patterns = (self.base.resolve(pattern) for pattern in self.publication.quoted_graphs)
        return any(fnmatchcase(graph, pattern) for pattern in patterns)

    def in_default_graph(self, graph: str) -> bool:
        """Tell whether SPARQL's default graph shows the statements of a named graph."""
        return self.publication.union_default_graph and not self.is_quoted(graph)

    def digest(self, quads_sha256: str, gone_sha256: str, labels: Iterable[Source]) -> str:
        """Return a digest of everything that a release is made from.

        That is data, settings, queries, labels from elsewhere, and what it remembers to be gone.
        """
        settings = json.dumps(publication_to_json(self.publication))
        named = (*self.query_files(), *((source.name, source.path) for source in labels))
        files = [f"{name} {file_sha256(path)}" for name, path in named]
        parts = (quads_sha256, settings, version("kgpub"), *files, *filter(None, [gone_sha256]))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def query_files(self) -> list[tuple[str, Path]]:
        """Return the files below the folder of queries, each with its name relative to it, in stable order."""
        folder = self.queries
        return [(path.relative_to(folder).as_posix(), path) for path in rule_files(folder)] if folder else []

    def asserted_graphs(self, store: Triplestore) -> list[Graph]:
        """Return the graphs whose merge is what is asserted: the default graph, where it is that merge already."""
        if self.publication.union_default_graph:
            return [DefaultGraph()]
        named = (graph for graph in store.store.named_graphs() if not self.is_quoted(graph.value))
        return [DefaultGraph(), *named]


def rule_files(folder: Path) -> list[Path]:
    """Return the ``*.rq`` files below a folder, in stable order, hidden ones not."""
    return sorted(path for path in folder.rglob("[!.]*.rq") if not path.is_dir())


def project_plan(settings: Settings) -> Plan:
    """Return the plan of a project's build."""
    folders = settings.folders
    graph_base = settings.publication.base_iri + "graph/"
    by_kind = (("data", folders.data), ("ontology", folders.ontology), ("shapes", folders.shapes))
    sources = [source for kind, name in by_kind for source in project_sources(settings.folder / name, kind, graph_base)]
    return Plan(
        settings.publication,
        settings.releases,
        tuple(sources),
        tuple(rule_files(settings.folder / folders.ontology)),
        settings.folder / folders.queries,
        project_sources(settings.folder / folders.labels, "labels", graph_base),
        passed_over=tuple(
            path.relative_to(settings.folder) if path.is_relative_to(settings.folder) else path
            for _, name in by_kind
            for path in files_passed_over(settings.folder / name)
        ),
    )
