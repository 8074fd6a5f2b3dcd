"""Remember what is no longer described: an IRI that an earlier release described is answered 410 for ever.

A build compares with the release that it replaces and carries over what that one remembered. Data may keep a tombstone
of its own too: a thing without a class that is deprecated, or replaced by another.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from kgpub.bodies import lines_of
from kgpub.linesort import LineSorter, read_lines, write_lines
from kgpub.nquads import iri_in, split_line
from kgpub.plan import Plan
from kgpub.release import CATALOG_GRAPH, CURRENT, MANIFEST
from kgpub.vocabulary import DCTERMS, OWL, XSD

#: Of more, those that the newest releases still described are remembered.
TOMBSTONES_AT_MOST = 1_000_000

_DEPRECATED, _REPLACED = f"<{OWL}deprecated>", f"<{DCTERMS}isReplacedBy>"
#: What is gone has one of these, as terms.
TOMBSTONE_PREDICATES = frozenset({_DEPRECATED, _REPLACED})
_TRUE = (f'"true"^^<{XSD}boolean>', f'"1"^^<{XSD}boolean>')


class Tombstone(NamedTuple):
    """What is known of a thing that is gone: the last release that described it, if one did, and what replaces it."""

    iri: str
    release: str
    replaced_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """Tombstones that a release takes over from the one before: a file of them, how many, and a digest of it."""

    path: Path
    total: int = 0
    sha256: str = ""

    def __iter__(self) -> Iterator[Tombstone]:
        if self.total:
            yield from (_tombstone(line) for line in read_lines(self.path))

    def remove(self) -> None:
        """Remove the file."""
        if self.total:
            self.path.unlink()


def replacements_in(lines: Iterable[str]) -> tuple[str, ...] | None:
    """Return what replaces a thing of which all statements are given; None where they are no tombstone.

    A thing that has a class is none: a deprecated term of an ontology goes on being described.
    """
    said = [split_line(line) for line in lines]
    replaced_by = [iri for s in said if s.predicate == _REPLACED and (iri := iri_in(s.object)) is not None]
    is_deprecated = any(s.predicate == _DEPRECATED and s.object in _TRUE for s in said)
    return tuple(dict.fromkeys(replaced_by)) if replaced_by or is_deprecated else None


def carry_over(plan: Plan, statements: Path, folder: Path) -> Carried:
    """Return the tombstones for a new release: what the current one described or remembered and the new one lacks.

    *statements* is a file of the new one's asserted statements, sorted. Names are kept as they stand below the base, so
    that a build with another base remembers the same. What the release describes itself with (its catalog) is a part
    of that release alone and leaves no tombstone. Where there is no project or no current release there are none.
    """
    carried = Carried(folder / "tombstones.tsv")
    previous = _Previous.open(plan.releases / CURRENT, plan.base.iri) if plan.is_project else None
    if previous is None:
        return carried
    with closing(previous), closing(LineSorter(folder)) as known, closing(LineSorter(folder)) as by_release:
        for line in previous.lines():
            known.add(line)
        for tombstone in _vanished(known, statements):
            if previous.keeps(tombstone):
                by_release.add(f"{tombstone.release}\t{tombstone.iri}\t{' '.join(tombstone.replaced_by)}")
        total = sum(1 for _ in by_release)
        newest = islice(by_release, max(0, total - TOMBSTONES_AT_MOST), None)
        write_lines(carried.path, newest)
    if not total:
        carried.path.unlink()
        return carried
    with carried.path.open("rb") as file:
        return Carried(carried.path, min(total, TOMBSTONES_AT_MOST), hashlib.file_digest(file, "sha256").hexdigest())


def count_tombstones(index: Path) -> int:
    """Return how many tombstones a document index holds, those of the data included."""
    with closing(sqlite3.connect(f"file:{quote(str(index))}?mode=ro", uri=True)) as database:
        total: int = database.execute("SELECT count(*) FROM gone").fetchone()[0]
    return total


def _tombstone(line: str) -> Tombstone:
    release, iri, replaced_by = line.split("\t")
    return Tombstone(iri, release, tuple(replaced_by.split()))


def _vanished(known: Iterable[str], statements: Path) -> Iterator[Tombstone]:
    """Yield what is known and no subject of any statement; both come in the order of subjects as they are written."""
    subjects = (subject for subject, _ in groupby(read_lines(statements), lambda line: line.partition(" ")[0]))
    subject = next(subjects, None)
    for line in known:
        token, release, replaced_by = line.split("\t")
        while subject is not None and subject < token:
            subject = next(subjects, None)
        if subject != token:
            yield Tombstone(token[1:-1], release, tuple(replaced_by.split()))


class _Previous:
    """The release that a build replaces, of whatever layout, as far as this module reads it."""

    def __init__(self, index: Path, release: str, bases: tuple[str, str]) -> None:
        self._database = sqlite3.connect(f"file:{quote(str(index))}?mode=ro&immutable=1", uri=True)
        self._release = release
        self._old_base, self._new_base = bases

    @classmethod
    def open(cls, folder: Path, base_iri: str) -> "_Previous | None":
        """Open a release; None where there is none, or one that is damaged and could be read by nobody."""
        with suppress(OSError, ValueError, KeyError, TypeError, sqlite3.Error):
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            bases = manifest["publication"]["base_iri"], base_iri
            previous = cls(folder.resolve() / "index.sqlite", manifest["id"], bases)
            previous.has_tombstones()
            return previous
        return None

    def has_tombstones(self) -> bool:
        """Tell whether it is of a layout that remembers what is gone."""
        query = "SELECT 1 FROM sqlite_master WHERE name = 'gone'"
        return self._database.execute(query).fetchone() is not None

    def lines(self) -> Iterator[str]:
        """Yield a line for each thing below the base: as a subject is written, its last release, what replaces it."""
        for (iri,) in self._database.execute("SELECT iri FROM document WHERE page = 1"):
            if iri.startswith(self._old_base):
                yield f"<{self._rebased(iri)}>\t{self._release}\t"
        if self.has_tombstones():
            for iri, release, replaced_by in self._database.execute("SELECT iri, release, replaced_by FROM gone"):
                replacements = " ".join(self._rebased(each) for each in replaced_by.split())
                yield f"<{self._rebased(iri)}>\t{release or self._release}\t{replacements}"

    def keeps(self, tombstone: Tombstone) -> bool:
        """Tell whether a thing that it knew is to be remembered: not if only its catalog spoke of it."""
        iri = self._old_base + tombstone.iri.removeprefix(self._new_base)
        row = self._database.execute("SELECT body FROM document WHERE iri = ? AND page = 1", (iri,)).fetchone()
        catalog = f"<{self._old_base}{CATALOG_GRAPH}> ."
        return row is None or any(not line.endswith(catalog) for line in lines_of(row[0]))

    def close(self) -> None:
        self._database.close()

    def _rebased(self, iri: str) -> str:
        return self._new_base + iri.removeprefix(self._old_base) if iri.startswith(self._old_base) else iri
