"""Build a release: sources → rules → SHACL → catalog → index → store → published."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from pyoxigraph import Store

from kgpub.catalog import catalog_lines
from kgpub.content import Content
from kgpub.disk_errors import disk_errors_told
from kgpub.edition import Edition
from kgpub.errors import ReleaseMissing, ShapeViolations
from kgpub.exports import exporters, start_dumps
from kgpub.figures import Figures, figures_of
from kgpub.gather import gather
from kgpub.history_index import with_history
from kgpub.indexes import write_indexes
from kgpub.infer import infer
from kgpub.kinds import kinds_of
from kgpub.lexical_forms import LEXICAL_FORMS_FILE, LexicalForms
from kgpub.linesort import SortedFiles, write_lines
from kgpub.nquads import split_line
from kgpub.outside_labels import complete_labels, label_sources
from kgpub.plan import SHAPES_GRAPH, Plan
from kgpub.progress import Progress
from kgpub.publish import point_current_at, publish, staging, try_out
from kgpub.quad_index import write_quad_index
from kgpub.quad_orders import QUADS_FILE
from kgpub.query_files import copy_queries
from kgpub.release import (
    CATALOG_GRAPH,
    DUMPS,
    MANIFEST,
    Counts,
    Download,
    FileInfo,
    GraphInfo,
    Manifest,
    Release,
    file_info,
    open_release,
)
from kgpub.report import Report, as_turtle
from kgpub.search_material import searched_properties
from kgpub.sources import size_of
from kgpub.statements import Statements, write_statements
from kgpub.tasks import Crew, Task, processors
from kgpub.things import ThingList
from kgpub.tombstones import Carried, carry_over, count_tombstones
from kgpub.totalling import write_totals
from kgpub.triplestore import Triplestore, load_statements
from kgpub.validation_index import write_validation
from kgpub.vocabulary import LABEL_PROPERTIES

#: Sources of fewer bytes are built before several processes would have started.
_LARGE_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Built:
    """The outcome of a build: the release that is current now, and whether it is new.

    *unlabelled* counts the properties and classes of other vocabularies that nothing gives a label.
    """

    release: Release
    report: Report | None
    is_new: bool
    unlabelled: int = 0


class GateClosed(ShapeViolations):
    """The shapes found violations; the report comes along."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.violations)
        self.report = report


def build(plan: Plan, progress: Progress, processes: int | None = None) -> Built:
    """Build a release and make it the current one.

    Large sources are worked on in several processes, as many as there are processors if *processes* does not say.
    Raises ``GateClosed`` where the data violates the shapes, ``DiskFull``, and what the single steps raise. Whatever
    is raised, the published releases stay as they were.
    """
    if processes is None:
        is_large = sum(size_of(source.path) for source in plan.sources) >= _LARGE_BYTES
        processes = processors() if is_large else 1
    with disk_errors_told(), staging(plan.releases) as folder, Crew(processes) as crew:
        return _Build(plan, folder, crew, progress).run()


class _Build:
    """The steps in their order; where there is a crew, the store is loaded while what does not need it goes on."""

    def __init__(self, plan: Plan, folder: Path, crew: Crew, progress: Progress) -> None:
        self.plan = plan
        self.folder = folder
        self.crew = crew
        self.progress = progress
        self.is_quoted = cache(plan.is_quoted)
        self.store = folder / "store"
        self._things = ThingList(folder / "things.txt", plan.base.resolve(CATALOG_GRAPH))
        self._opened: Triplestore | None = None

    def run(self) -> Built:
        plan, step = self.plan, self.progress.step
        with step(f"reading {len(plan.sources)} source{'' if len(plan.sources) == 1 else 's'}"):
            copy_queries(plan, self.folder / "queries")
            statements = gather(plan, self.folder, self.crew)
        with step("loading the store"):
            loading = self.crew.start(load_statements, self.store, self._to_load(statements))
        with step(f"applying {len(plan.rules)} rules"):
            inferred = self._inferred(loading)
            if inferred:
                statements = self._with_inferred(statements, inferred)
        gone = carry_over(plan, statements.triples, self.folder)
        content_sha256 = plan.digest(statements.sha256, gone.sha256, label_sources(plan))
        if (published := self._published(content_sha256)) is not None:
            point_current_at(published.folder)
            return Built(published, None, is_new=False)
        with step("validating"):
            report = self._gate(statements)
        with step("making downloads"):
            if inferred:
                self._loaded(loading).add_lines(self.folder, inferred, plan.in_default_graph)
            figures, downloads = self._figures_and_downloads(statements, loading)
        with step("describing"):
            release_id = f"{_now().date()}-{content_sha256[:12]}"
            manifest = self._manifest(release_id, statements, figures, downloads, validated=report is not None)
            catalog = self._catalog_lines(manifest, figures, statements, report) if plan.is_project else []
        with step("indexing"):
            size = self._indexed(statements, catalog, figures, gone, loading)
            unlabelled = complete_labels(self.folder / "index.sqlite", plan, figures.statistics, catalog)
            manifest = self._completed(manifest, len(catalog), size)
        with step("comparing with the release before"):
            release = with_history(Release(self.folder, manifest), self._things.path, plan.releases)
        with step("publishing"):
            release = self._publish(release.manifest)
        return Built(release, report, is_new=True, unlabelled=unlabelled)

    def _to_load(self, statements: Statements) -> tuple[Path, ...]:
        is_union = self.plan.publication.union_default_graph
        return (statements.quads, statements.triples) if is_union else (statements.quads,)

    def _inferred(self, loading: Task[LexicalForms]) -> list[str]:
        if not self.plan.rules:
            return []
        return sorted(set(infer(self._loaded(loading), self.plan)))

    def _with_inferred(self, explicit: Statements, inferred: list[str]) -> Statements:
        with explicit.quads.open("rb") as quads:
            runs = quads, [f"{line}\n".encode() for line in inferred]
            together = write_statements(self.folder, "all", runs, self.is_quoted)
        explicit.remove()
        return together

    def _loaded(self, loading: Task[LexicalForms]) -> Triplestore:
        """Return the store when it is loaded; it is opened once, since its lock lasts as long as any reference."""
        forms = loading.result()
        if self._opened is None:
            self._opened = Triplestore(Store(self.store), forms)
        return self._opened

    def _published(self, content: str) -> Release | None:
        for folder in sorted(self.plan.releases.glob(f"*-{content[:12]}")):
            with suppress(ReleaseMissing, OSError, sqlite3.Error):
                try_out(folder)
                return open_release(folder)
        return None

    def _gate(self, statements: Statements) -> Report | None:
        shapes_graph = self.plan.base.resolve(SHAPES_GRAPH)
        if not self.plan.is_project or shapes_graph not in statements.graphs:
            return None
        from kgpub.gate import validate_statements  # noqa: PLC0415 (0.4 s and 60 MB, in vain without shapes)

        report = validate_statements(statements, shapes_graph, self.folder)
        if report.violations:
            raise GateClosed(report)
        (self.folder / "report.ttl").write_bytes(as_turtle(report))
        write_validation(self.folder / "validation.sqlite", report, self.plan.base)
        return report

    def _figures_and_downloads(
        self, statements: Statements, loading: Task[LexicalForms]
    ) -> tuple[Figures, tuple[Download, ...]]:
        publication, folder = self.plan.publication, self.folder / DUMPS
        dumps = []
        if self.plan.is_project:
            folder.mkdir()
            dumps = start_dumps(statements, publication, folder, self.crew)
        figures = figures_of(self.plan, statements, self.folder)
        others = []
        if self.plan.is_project and (export := tuple(exporters(publication, figures.statistics))):
            content = Content(self.plan, self._loaded(loading), statements.lines)
            others = [made for write in export if (made := write(content, folder)) is not None]
        return figures, (*(dump.result() for dump in dumps), *others)

    def _indexed(
        self, statements: Statements, catalog: list[str], figures: Figures, gone: Carried, loading: Task[LexicalForms]
    ) -> int:
        """Write the indexes, complete the store beside that, and return the size of its default graph."""
        write_lines(catalog_file := self.folder / "catalog.nq", catalog)
        lines, classes = SortedFiles((statements.quads, catalog_file)), figures.statistics.classes
        indexing = self.crew.start_second(
            write_indexes,
            self.folder,
            lines,
            self.plan.is_quoted,
            self.plan.publication.language,
            about_blank_nodes=partial(lines.starting, "_:"),
            searched=searched_properties(self.plan.publication),
            things=self._things,
            kinds=kinds_of(self.plan.publication, classes, SortedFiles((statements.triples,)).starting),
            gone=gone,
        )
        shown, quads = self.plan.in_default_graph, self.folder / QUADS_FILE
        ordering = self.crew.start_giving_way(write_quad_index, quads, lines, shown, statements.largest_graph)
        totals = write_totals(self.folder, self.plan, figures, catalog, store := self._loaded(loading))
        store.add_lines(self.folder, catalog, shown)
        store.store.optimize()
        (self.folder / LEXICAL_FORMS_FILE).write_text(store.forms.to_json(), "utf-8")
        size = totals.triples or store.default_graph_size()
        del store
        self._opened = None  # closed before it is tried out
        indexing.result()
        ordering.result()
        statements.remove()
        gone.remove()
        catalog_file.unlink()
        return size

    def _manifest(
        self,
        release_id: str,
        statements: Statements,
        figures: Figures,
        downloads: tuple[Download, ...],
        *,
        validated: bool,
    ) -> Manifest:
        plan, statistics = self.plan, figures.statistics
        return Manifest(
            id=release_id,
            quads_sha256=statements.sha256,
            created=_now().isoformat(timespec="seconds"),
            software=f"kgpub {version('kgpub')}",
            publication=plan.publication,
            counts=Counts(statistics.quads, statistics.triples, statistics.resources),
            graphs=self._graph_infos(statistics.graphs),
            sources=tuple(file_info(source.name, source.path, source.graph or "") for source in plan.sources),
            downloads=downloads,
            validated=validated,
        )

    def _completed(self, manifest: Manifest, catalog_size: int, default_graph_size: int) -> Manifest:
        own = [GraphInfo(self.plan.base.resolve(CATALOG_GRAPH), catalog_size, quoted=False)] if catalog_size else []
        graphs = tuple(sorted((*manifest.graphs, *own), key=lambda graph: graph.iri))
        gone = count_tombstones(self.folder / "index.sqlite")
        counts = replace(manifest.counts, default_graph=default_graph_size, gone=gone)
        return replace(manifest, graphs=graphs, counts=counts)

    def _graph_infos(self, graphs: Mapping[str, int]) -> tuple[GraphInfo, ...]:
        return tuple(GraphInfo(iri, n, self.is_quoted(iri)) for iri, n in sorted(graphs.items()))

    def _catalog_lines(
        self, manifest: Manifest, figures: Figures, statements: Statements, report: Report | None
    ) -> list[str]:
        labels = {f"<{property_}>" for property_ in LABEL_PROPERTIES}
        starts = (f"<{self.plan.base.resolve('graph/')}", f"<{self.plan.base.iri}> ")
        about = (split_line(line) for start in starts for line in statements.lines.starting(start))
        labelled = frozenset(s.subject[1:-1] for s in about if s.predicate in labels)
        findings = report.counts if report is not None else None
        return catalog_lines(Edition(manifest, figures, labelled, self._rule_files(), findings))

    def _rule_files(self) -> tuple[FileInfo, ...]:
        rules = self.plan.rules
        folder = os.path.commonpath([path.parent for path in rules]) if rules else ""
        return tuple(file_info(f"rules/{path.relative_to(folder).as_posix()}", path) for path in rules)

    def _publish(self, manifest: Manifest) -> Release:
        (self.folder / MANIFEST).write_text(manifest.to_json(), "utf-8")
        try_out(self.folder)
        return open_release(publish(self.folder, manifest.id))


def _now() -> datetime:
    """Return the time of the build, or the one that reproducible builds set (reproducible-builds.org)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
