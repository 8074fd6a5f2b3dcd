"""A release on disk: its layout, its manifest, and how readers find it.

A release is a folder that never changes after its publication (ARCHITECTURE.md, invariant 3). ``kgpub build``
writes releases, ``kgpub serve`` reads them; this module is all that the two share about them.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kgpub.errors import ReleaseMissing
from kgpub.publication import Publication, publication_from_json, publication_to_json
from kgpub.quad_orders import QUADS_FILE

#: Rises when a reader of this version cannot read releases of an earlier one, or would miss something in them.
LAYOUT_VERSION = 13
#: IRIs on one page of a list in the document index, such as that of incoming links.
SUBJECTS_A_PAGE = 100
#: Properties that a thing is pointed at with, in its document; there is a list of all where they are more.
WAYS_SHOWN = 25
#: Members that the document about a collection (an ontology, a concept scheme) describes; there are lists of all.
MEMBERS_A_PAGE = 1_000
#: Things in one row of a release's history, and in one sitemap: a request for it does no more work than that.
THINGS_A_SITEMAP = 5_000
CURRENT = "current"
#: The folder of the downloads, in a release and on the web.
DUMPS = "dumps"
#: The files that hold the data set itself; others are made from parts of it.
WHOLE_DUMPS = ("all.nq.gz", "asserted.ttl.gz")
#: The local name of the data set that a release is, as its catalog describes it.
DATASET = "dataset"
#: What follows it in the names of data sets that are made from it.
DERIVED = "derived"
#: The local names of the catalog that lists it, and of the graph that all this is described in.
CATALOG = "catalog"
CATALOG_GRAPH = "graph/catalog"
#: The local name of the graph that rules fill.
INFERRED_GRAPH = "graph/inferred"
#: Where the outcome of the validation is told, and the local names of the report and of its results, without number.
VALIDATION = "validation"
REPORT = f"{VALIDATION}#report"
RESULT = f"{VALIDATION}#result-"
MANIFEST = "manifest.json"
#: Which source files describe which thing.
SOURCES_FILE = "sources.sqlite"


@dataclass(frozen=True, slots=True)
class GraphInfo:
    """One named graph of a release."""

    iri: str
    triples: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class FileInfo:
    """One file a release was made from; *graph* is the named graph that its place gives its triples, if any."""

    path: str
    bytes: int
    sha256: str
    graph: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """One file that a release offers: *titles* by language, *conforms_to* the IRI of the standard it keeps, if any.

    *media_type* is that of the content; a name that ends in ``.gz`` says that it is compressed. *triples* is how many
    statements it holds, 0 where nobody counted.
    """

    path: str
    bytes: int
    sha256: str
    media_type: str
    titles: Mapping[str, str]
    conforms_to: str = ""
    triples: int = 0

    @property
    def name(self) -> str:
        """Return the file's name."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def is_compressed(self) -> bool:
        """Tell whether the file has to be unpacked before it is of its media type."""
        return self.path.endswith(".gz")


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a release holds: quoted graphs count in *quads* alone, the catalog in *default_graph* alone.

    *gone* are the things that it remembers to be gone: earlier releases described them, or the data says so.
    """

    quads: int
    triples: int
    resources: int = 0
    default_graph: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """How many things changed from the release *since* to this one."""

    since: str
    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class PastRelease:
    """What a release remembers of one before it."""

    id: str
    created: str
    counts: Counts
    changes: Changes | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release says of itself; everything a reader needs before it opens the store."""

    id: str
    quads_sha256: str
    created: str
    software: str
    publication: Publication
    counts: Counts
    graphs: tuple[GraphInfo, ...] = ()
    sources: tuple[FileInfo, ...] = ()
    downloads: tuple[Download, ...] = ()
    validated: bool = False
    changes: Changes | None = None
    history: tuple[PastRelease, ...] = ()
    layout: int = LAYOUT_VERSION

    def to_json(self) -> str:
        """Return the manifest as the text of ``manifest.json``."""
        document = asdict(self) | {"publication": publication_to_json(self.publication)}
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Release:
    """A release folder and its manifest."""

    folder: Path
    manifest: Manifest = field(repr=False)

    @property
    def store(self) -> Path:
        """Return the folder of the SPARQL store."""
        return self.folder / "store"

    @property
    def index(self) -> Path:
        """Return the file of the document index."""
        return self.folder / "index.sqlite"

    @property
    def search(self) -> Path:
        """Return the file of the search index."""
        return self.folder / "search.sqlite"

    @property
    def quads(self) -> Path:
        """Return the file of the quads, ordered for patterns."""
        return self.folder / QUADS_FILE

    @property
    def report(self) -> Path:
        """Return the SHACL validation report, in Turtle."""
        return self.folder / "report.ttl"

    @property
    def history(self) -> Path:
        """Return the file of what the release knows of time: when each thing last changed, and what did."""
        return self.folder / "history.sqlite"

    @property
    def validation(self) -> Path:
        """Return the file of the outcome of the validation; there is none where nothing was validated."""
        return self.folder / "validation.sqlite"

    @property
    def dumps(self) -> Path:
        """Return the folder of the downloads."""
        return self.folder / DUMPS

    @property
    def queries(self) -> Path:
        """Return the folder of the stored queries."""
        return self.folder / "queries"


def open_release(folder: Path) -> Release:
    """Open a release folder, or the newest of a folder of releases.

    A symbolic link is resolved once, here, so that a reader keeps the release it started with when ``current``
    moves on. Raises ``ReleaseMissing`` where there is none, or one of another layout.
    """
    if not (folder / MANIFEST).is_file() and (folder / CURRENT / MANIFEST).is_file():
        folder = folder / CURRENT
    folder = folder.resolve()
    try:
        document = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ReleaseMissing(f"{folder} holds no release; run `kgpub build` first.") from error
    if not isinstance(document, dict) or document.get("layout") != LAYOUT_VERSION:
        raise ReleaseMissing(f"{folder} was built by another version of kgpub; run `kgpub build` again.")
    return Release(folder, _manifest(document))


def _manifest(document: Mapping[str, Any]) -> Manifest:
    values = dict(document)
    values["publication"] = publication_from_json(values["publication"])
    values["counts"] = Counts(**values["counts"])
    values["graphs"] = tuple(GraphInfo(**g) for g in values["graphs"])
    values["sources"] = tuple(FileInfo(**f) for f in values["sources"])
    values["downloads"] = tuple(Download(**d) for d in values["downloads"])
    values["changes"] = _changes(values["changes"])
    values["history"] = tuple(
        PastRelease(past["id"], past["created"], Counts(**past["counts"]), _changes(past["changes"]))
        for past in values["history"]
    )
    return Manifest(**values)


def _changes(document: Mapping[str, Any] | None) -> Changes | None:
    return None if document is None else Changes(**document)


def download(path: Path, media_type: str, titles: Mapping[str, str], conforms_to: str = "") -> Download:
    """Return what a release says of a finished file in its folder of downloads."""
    return Download(
        f"{DUMPS}/{path.name}", path.stat().st_size, file_sha256(path), media_type, dict(titles), conforms_to
    )


def file_info(name: str, path: Path, graph: str = "") -> FileInfo:
    """Return what a release says of a file it is made from; *graph* is the named graph that the file's place gives."""
    return FileInfo(name, path.stat().st_size, file_sha256(path), graph)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
