"""Folders that last as long as what uses them, and that are not left behind for good.

A process that is killed cannot tidy up after itself: `kgpub serve FILE` leaves a whole release. So each folder is held
by a lock, which the system takes off when its process ends, however it ends; the next one removes what nobody holds.
"""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType

_PREFIX = "kgpub-"
_HELD = ".held"
#: A younger folder may be one whose process has not locked it yet.
_YOUNG_SECONDS = 60


class Scratch(AbstractContextManager[Path]):
    """A folder of one's own in another one, by default where the system keeps temporary files."""

    def __init__(self, parent: Path | None = None) -> None:
        """Make the folder; raise ``OSError`` where there is no room."""
        _remove_left_behind(parent or Path(tempfile.gettempdir()))
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX, dir=parent)
        self.path = Path(self._folder.name)
        self._held = (self.path / _HELD).open("wb")
        fcntl.flock(self._held, fcntl.LOCK_EX)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Remove the folder."""
        self.close()

    def close(self) -> None:
        """Remove the folder and what is in it."""
        self._folder.cleanup()
        self._held.close()


def _remove_left_behind(parent: Path) -> None:
    for held in parent.glob(f"{_PREFIX}*/{_HELD}"):
        with suppress(OSError), held.open("rb") as lock:
            found = held.parent.lstat()
            if found.st_uid == os.geteuid() and time.time() - found.st_mtime > _YOUNG_SECONDS:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(held.parent)
