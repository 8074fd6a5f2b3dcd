"""Build a release: sources → rules → SHACL → catalog → index → store → published."""

import errno
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import Store

from kgpub.catalog import catalog_lines
from kgpub.content import Content
from kgpub.edition import Edition
from kgpub.errors import DiskFull, ReleaseMissing, ShapeViolations
from kgpub.exports import write_downloads
from kgpub.figures import Figures, figures_of
from kgpub.gather import gather
from kgpub.index import write_index
from kgpub.infer import infer
from kgpub.linesort import merge, read_lines, write_lines
from kgpub.nquads import quads_of, split_line
from kgpub.plan import SHAPES_GRAPH, Plan
from kgpub.progress import Progress
from kgpub.publication import publication_to_json
from kgpub.publish import point_current_at, publish, staging
from kgpub.query_files import copy_queries
from kgpub.release import (
    CATALOG_GRAPH,
    MANIFEST,
    Counts,
    Download,
    FileInfo,
    GraphInfo,
    Manifest,
    Release,
    file_sha256,
    open_release,
)
from kgpub.report import Report, as_turtle
from kgpub.triplestore import add_lines, default_graph_size, load_store
from kgpub.vocabulary import LABEL_PROPERTIES

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SQLITE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}
_DISK_FULL_WORDS = ("no space left", "file too large", "disk is full", "quota exceeded")


@dataclass(frozen=True, slots=True)
class Built:
    """The outcome of a build: the release that is current now, and whether it is new."""

    release: Release
    report: Report | None
    is_new: bool


class GateClosed(ShapeViolations):
    """The shapes found violations; the report comes along."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.violations)
        self.report = report


def build(plan: Plan, progress: Progress) -> Built:
    """Build a release and make it the current one.

    Raises ``GateClosed`` where the data violates the shapes, ``DiskFull``, and what the single steps raise. Whatever
    is raised, the published releases stay as they were.
    """
    with _disk_errors_told(), staging(plan.releases) as folder:
        return _Build(plan, folder, progress).run()


class _Build:
    """The steps, in their order, each reading the sorted lines that the one before it wrote."""

    def __init__(self, plan: Plan, folder: Path, progress: Progress) -> None:
        self.plan = plan
        self.folder = folder
        self.progress = progress
        self.is_quoted = cache(plan.is_quoted)
        self.in_default_graph = cache(plan.in_default_graph)
        self.explicit, self.inferred, self.catalog, self.all = (
            folder / f"{name}.lines" for name in ("explicit", "inferred", "catalog", "all")
        )

    def run(self) -> Built:
        plan, step = self.plan, self.progress.step
        with step(f"reading {len(plan.sources)} sources"):
            copy_queries(plan, self.folder / "queries")
            gather(plan, self.explicit)
        with step("loading the store"):
            store = load_store(self.folder / "store", partial(read_lines, self.explicit), self.in_default_graph)
        with step(f"applying {len(plan.rules)} rules"):
            inferred = infer(store, plan)
            write_lines(self.inferred, sorted(set(inferred)))
            write_lines(self.all, merge([read_lines(self.explicit), read_lines(self.inferred)]))
        quads_sha256 = file_sha256(self.all)
        content = self._content_digest(quads_sha256)
        if (published := self._published(content)) is not None:
            point_current_at(published.folder)
            return Built(published, None, is_new=False)
        with step("validating"):
            report = self._gate()
        add = partial(add_lines, store, self.folder, in_default_graph=self.in_default_graph)
        with step("making downloads"):
            add(lines=partial(read_lines, self.inferred))
            downloads = self._downloads(store)
        with step("describing"):
            figures = figures_of(plan, read_lines(self.all), self.is_quoted, self.folder)
            release_id = f"{_now().date()}-{content[:12]}"
            manifest = self._describe(release_id, quads_sha256, figures, downloads, validated=report is not None)
        with step("indexing"):
            add(lines=partial(read_lines, self.catalog))
            store.optimize()
            size = default_graph_size(store)
            del store, add  # closed now, before it is tried out
            lines = partial(read_lines, self.all)
            classes = figures.statistics.classes
            write_index(self.folder / "index.sqlite", lines, self.is_quoted, classes)
        with step("publishing"):
            counts = replace(manifest.counts, default_graph=size)
            release = self._publish(replace(manifest, counts=counts))
        return Built(release, report, is_new=True)

    def _content_digest(self, quads_sha256: str) -> str:
        """Return a digest of everything that a release is made from."""
        settings = json.dumps(publication_to_json(self.plan.publication))
        queries = [f"{name} {file_sha256(path)}" for name, path in self.plan.query_files()]
        return hashlib.sha256("\n".join((quads_sha256, settings, version("kgpub"), *queries)).encode()).hexdigest()

    def _published(self, content: str) -> Release | None:
        for folder in sorted(self.plan.releases.glob(f"*-{content[:12]}")):
            with suppress(ReleaseMissing, OSError, sqlite3.Error):
                _try_out(folder)
                return open_release(folder)
        return None

    def _gate(self) -> Report | None:
        if not self.plan.is_project:
            return None
        shapes_graph = self.plan.base.resolve(SHAPES_GRAPH)
        shapes = [line for line in read_lines(self.all) if split_line(line).graph_iri == shapes_graph]
        if not shapes:
            return None
        from kgpub.shacl import validate  # noqa: PLC0415 (0.4 s and 60 MB, which a build without shapes does not need)

        report = validate(quads_of(self._asserted()), quads_of(shapes))
        if report.violations:
            raise GateClosed(report)
        (self.folder / "report.ttl").write_bytes(as_turtle(report))
        return report

    def _asserted(self) -> Iterator[str]:
        return (line for line in read_lines(self.all) if not self.is_quoted(split_line(line).graph_iri))

    def _downloads(self, store: Store) -> tuple[Download, ...]:
        if not self.plan.is_project:
            return ()
        return write_downloads(Content(self.plan, store, partial(read_lines, self.all)), self.folder)

    def _describe(
        self,
        release_id: str,
        quads_sha256: str,
        figures: Figures,
        downloads: tuple[Download, ...],
        *,
        validated: bool,
    ) -> Manifest:
        plan, statistics = self.plan, figures.statistics
        manifest = Manifest(
            id=release_id,
            quads_sha256=quads_sha256,
            created=_now().isoformat(timespec="seconds"),
            software=f"kgpub {version('kgpub')}",
            publication=plan.publication,
            counts=Counts(statistics.quads, statistics.triples, statistics.resources),
            graphs=self._graph_infos(statistics.graphs),
            sources=tuple(_file_info(source.name, source.path) for source in plan.sources),
            downloads=downloads,
            validated=validated,
        )
        own = self._catalog_lines(manifest, figures) if plan.is_project else []
        write_lines(self.catalog, own)
        write_lines(self.all, merge([read_lines(self.explicit), read_lines(self.inferred), own]))
        catalog = [GraphInfo(plan.base.resolve(CATALOG_GRAPH), len(own), quoted=False)] if own else []
        return replace(manifest, graphs=tuple(sorted((*manifest.graphs, *catalog), key=lambda graph: graph.iri)))

    def _graph_infos(self, graphs: Mapping[str, int]) -> tuple[GraphInfo, ...]:
        return tuple(GraphInfo(iri, n, self.is_quoted(iri)) for iri, n in sorted(graphs.items()))

    def _catalog_lines(self, manifest: Manifest, figures: Figures) -> list[str]:
        labels = {f"<{property_}>" for property_ in LABEL_PROPERTIES}
        about_graphs = (split_line(line) for line in read_lines(self.all) if line.startswith(self._graph_prefix))
        labelled = frozenset(s.subject[1:-1] for s in about_graphs if s.predicate in labels)
        return catalog_lines(Edition(manifest, figures, labelled, self._rule_files()))

    def _rule_files(self) -> tuple[FileInfo, ...]:
        rules = self.plan.rules
        folder = os.path.commonpath([path.parent for path in rules]) if rules else ""
        return tuple(_file_info(f"rules/{path.relative_to(folder).as_posix()}", path) for path in rules)

    @property
    def _graph_prefix(self) -> str:
        return f"<{self.plan.base.resolve('graph/')}"

    def _publish(self, manifest: Manifest) -> Release:
        for path in (self.explicit, self.inferred, self.catalog, self.all):
            path.unlink()
        (self.folder / MANIFEST).write_text(manifest.to_json(), "utf-8")
        _try_out(self.folder)
        return open_release(publish(self.folder, manifest.id))


def _file_info(name: str, path: Path) -> FileInfo:
    return FileInfo(name, path.stat().st_size, file_sha256(path))


def _try_out(folder: Path) -> None:
    """Open a finished release as its readers will; raise what they would."""
    bool(Store.read_only(str(folder / "store")).query("ASK { ?s ?p ?o }"))
    with closing(sqlite3.connect(f"file:{quote(str(folder / 'index.sqlite'))}?mode=ro", uri=True)) as index:
        index.execute("SELECT 1 FROM document LIMIT 1").fetchone()


def _now() -> datetime:
    """Return the time of the build, or the one that reproducible builds set (reproducible-builds.org)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)


@contextmanager
def _disk_errors_told() -> Iterator[None]:
    """Turn what the system, SQLite and the store say of a full disk into one sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        is_full = getattr(error, "errno", None) in _DISK_FULL or getattr(error, "sqlite_errorcode", 0) in _SQLITE_FULL
        if is_full or any(words in str(error).lower() for words in _DISK_FULL_WORDS):
            raise DiskFull("The disk is full: nothing was published; make room and build again.") from error
        raise
