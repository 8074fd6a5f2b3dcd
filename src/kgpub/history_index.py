"""Write what a release knows of time: when each thing last changed, and what changed in the release it replaces."""

import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from importlib.resources import files
from itertools import islice
from pathlib import Path

from kgpub.changes import Change, changes_between
from kgpub.errors import ReleaseMissing
from kgpub.linesort import LineSorter, read_lines
from kgpub.release import CATALOG_GRAPH, THINGS_A_SITEMAP, Changes, Manifest, PastRelease, Release, open_release

#: Changes whose things are named, and earlier releases that one remembers; their numbers tell of all.
CHANGES_KEPT = 10_000
RELEASES_KEPT = 50


def with_history(release: Release, things: Path, releases: Path) -> Release:
    """Write the history of a release whose index is complete, and return it with what it remembers in its manifest.

    *things* is a file with a line for each thing, in the order of their names in angle brackets: its IRI, and the date
    of its last change if its data says one; it is removed. *releases* is the folder in which the release will be the
    current one. A thing of which nothing is said otherwise than in the release that is current now keeps the date it
    had there; any other has that of this release.
    """
    replaced = _replaced(releases, release.manifest)
    changes = _write(release, things, replaced)
    things.unlink()
    return Release(release.folder, replace(release.manifest, changes=changes, history=_remembered(replaced)))


def _replaced(releases: Path, manifest: Manifest) -> Release | None:
    """Return the release that a new one is about to replace.

    None where there is none, or one of another base, or a damaged one, which may be the one that is built again.
    """
    try:
        release = open_release(releases)
        for file, table in ((release.index, "document"), (release.history, "sitemap")):
            with closing(_opened(file)) as database:
                database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 (names of ours)
    except (ReleaseMissing, sqlite3.Error):
        return None
    replaced = release.manifest
    is_before = replaced.id.rpartition("-")[2] != manifest.id.rpartition("-")[2]
    return release if is_before and replaced.publication.base_iri == manifest.publication.base_iri else None


def _remembered(release: Release | None) -> tuple[PastRelease, ...]:
    """Return what is to be remembered of the release that is replaced and of those before it, newest first."""
    if release is None:
        return ()
    manifest = release.manifest
    last = PastRelease(manifest.id, manifest.created, manifest.counts, manifest.changes)
    return (last, *manifest.history)[:RELEASES_KEPT]


def _write(release: Release, things: Path, replaced: Release | None) -> Changes | None:
    with ExitStack() as stack:
        database = stack.enter_context(closing(sqlite3.connect(release.history)))
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        database.executescript(files("kgpub").joinpath("history.sql").read_text("utf-8"))
        otherwise = stack.enter_context(closing(LineSorter(release.folder)))
        counted = _compare(release, replaced, database, otherwise) if replaced is not None else None
        known = _dates_of(stack.enter_context(closing(_opened(replaced.history)))) if replaced is not None else iter(())
        lines = _dated(read_lines(things), iter(otherwise), known, release.manifest)
        while block := list(islice(lines, THINGS_A_SITEMAP)):
            latest = max(line.rpartition("\t")[2] for line in block)
            body = zlib.compress("\n".join(block).encode(), 1)
            database.execute("INSERT INTO sitemap (modified, body) VALUES (?, ?)", (latest, body))
        database.commit()
    return counted


def _compare(release: Release, replaced: Release, database: sqlite3.Connection, otherwise: LineSorter) -> Changes:
    """Count the changes, name the first of them, and put aside the things that are not as they were."""
    catalog = f"{release.manifest.publication.base_iri}{CATALOG_GRAPH}"
    counts: Counter[str] = Counter()

    def noted() -> Iterator[Change]:
        for change in changes_between(replaced.index, release.index, catalog):
            counts[change.kind] += 1
            otherwise.add(f"{change.iri}>")
            yield change

    changes = noted()
    database.executemany("INSERT INTO change (iri, kind) VALUES (?, ?)", islice(changes, CHANGES_KEPT))
    for _ in changes:  # counted, not kept
        pass
    return Changes(replaced.manifest.id, counts["added"], counts["changed"], counts["removed"])


def _dated(things: Iterable[str], otherwise: Iterator[str], known: Iterator[str], manifest: Manifest) -> Iterator[str]:
    """Yield each thing with the date of its last change; all three come in the same order."""
    new, old = _Sought(otherwise), _Sought(known)
    for thing in things:
        iri, _, stated = thing.partition("\t")
        before = old.value(f"{iri}>")
        is_new = new.value(f"{iri}>") is not None
        yield f"{iri}\t{stated or (not is_new and before) or manifest.created}"


class _Sought:
    """Sorted lines, a key and perhaps a value each, in which keys are looked for in their order."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._pairs = (line.partition("\t")[::2] for line in lines)
        self._next: tuple[str, str] | None = ("", "")

    def value(self, key: str) -> str | None:
        """Return the value of a key; None where there is no such key."""
        while self._next is not None and self._next[0] < key:
            self._next = next(self._pairs, None)
        return self._next[1] if self._next is not None and self._next[0] == key else None


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _dates_of(database: sqlite3.Connection) -> Iterator[str]:
    """Yield the things of a release, each as its name and its date."""
    for (body,) in database.execute("SELECT body FROM sitemap ORDER BY number"):
        for line in zlib.decompress(body).decode().split("\n"):
            iri, _, date = line.partition("\t")
            yield f"{iri}>\t{date}"
