"""Put a finished release in place: all of it, or nothing.

A release is written beside the others under a hidden name, brought to disk, renamed, and only then does ``current``
point at it. A build that fails or is killed leaves the published releases as they were; what it left behind is
removed by the next one.
"""

import errno
import fcntl
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from kgpub.errors import BuildRunning, NotWritable
from kgpub.quad_orders import QUADS_FILE
from kgpub.release import CURRENT
from kgpub.totals import TOTALS_FILE, read_totals
from kgpub.triplestore import Triplestore

_STAGING_PREFIX = ".staging-"
#: The databases of every release, each with a table in it.
_TABLES = (
    ("index.sqlite", "document"),
    ("search.sqlite", "thing"),
    ("history.sqlite", "sitemap"),
    (QUADS_FILE, "block"),
)
_REMOVALS = 10
_SECONDS_BETWEEN_REMOVALS = 0.02
_NOT_WRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR}


@contextmanager
def staging(releases: Path) -> Iterator[Path]:
    """Give a fresh folder to build in, alone; whatever is still in it afterwards is removed.

    Raises ``BuildRunning`` while another build holds the releases folder, ``NotWritable`` where it may not write.
    """
    with _writing_to(releases):
        releases.mkdir(parents=True, exist_ok=True)
        lock = (releases / ".lock").open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildRunning(f"Another build is writing to {releases}; wait for it to end.") from error
        for stale in releases.glob(f"{_STAGING_PREFIX}*"):
            shutil.rmtree(stale, ignore_errors=True)
        with _writing_to(releases):
            folder = Path(tempfile.mkdtemp(prefix=_STAGING_PREFIX, dir=releases))
        try:
            yield folder
        finally:
            _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder, again where a store that an error has not let go of yet wrote into it meanwhile."""
    for _ in range(_REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_SECONDS_BETWEEN_REMOVALS)


@contextmanager
def _writing_to(releases: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NOT_WRITABLE:
            raise
        raise NotWritable(f"{releases} cannot be written to: {error.strerror}.") from error


def publish(staged: Path, release_id: str) -> Path:
    """Make the staged folder the current release and return where it is now.

    A folder in its place is a release that readers could not open, or this one would not have been built: it goes.
    """
    releases = staged.parent
    target = releases / release_id
    staged.chmod(0o755)
    for folder, _, names in os.walk(staged):
        for path in (Path(folder), *(Path(folder) / name for name in names)):
            _to_disk(path)
    if target.exists():
        target.rename(releases / f"{_STAGING_PREFIX}{release_id}")
    staged.rename(target)
    _to_disk(releases)
    point_current_at(target)
    return target


def point_current_at(target: Path) -> None:
    """Let ``current`` name this release; readers see the old one or the new one, never none."""
    link = target.parent / CURRENT
    fresh = target.parent / f"{_STAGING_PREFIX}{CURRENT}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    fresh.replace(link)
    _to_disk(target.parent)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def try_out(folder: Path) -> None:
    """Open a finished release as its readers will; raise what they would."""
    bool(Triplestore.of_release(folder).query("ASK { ?s ?p ?o }"))
    read_totals(folder / TOTALS_FILE)
    for name, table in _TABLES:
        with closing(sqlite3.connect(f"file:{quote(str(folder / name))}?mode=ro", uri=True)) as database:
            database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 (ours)
