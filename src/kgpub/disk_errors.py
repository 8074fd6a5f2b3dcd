"""A full disk, told in one sentence whoever met it."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from kgpub.errors import DiskFull

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SQLITE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}
_DISK_FULL_WORDS = ("no space left", "file too large", "disk is full", "quota exceeded")


@contextmanager
def disk_errors_told() -> Iterator[None]:
    """Turn what the system, SQLite and the store say of a full disk into ``DiskFull``."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        is_full = getattr(error, "errno", None) in _DISK_FULL or getattr(error, "sqlite_errorcode", 0) in _SQLITE_FULL
        if is_full or any(words in str(error).lower() for words in _DISK_FULL_WORDS):
            raise DiskFull("The disk is full: nothing was published; make room and build again.") from error
        raise
