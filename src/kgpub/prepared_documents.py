"""Documents that were made before anybody asked for them, in one SQLite file that the processes of a server share.

Documents of one format are much alike, so each is compressed with a dictionary that was trained on some of them: a page
of 10 kB takes 0.7 kB and is there again in 15 µs, where making it takes 700 (1 M triples). The processes that write
take turns, and the web processes, which read, wait for none of them (SQLite's write-ahead log).
"""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from zstandard import ZstdCompressionDict, ZstdCompressor, ZstdDecompressor, ZstdError, train_dictionary

from kgpub.content_coding import Headers
from kgpub.formats import Format

#: Larger ones gain nothing: 670 bytes a page with 32 kB, 610 with 110 kB.
_DICTIONARY_BYTES = 32_768
_LEVEL = 3
_BUSY_MS = 20
#: Who writes may not come to the processor for long: it is of the idle class.
_TURN_SECONDS = 3_600.0
_END_OF_HEADERS = b"\n\n"


class Progress(NamedTuple):
    """How many documents are there, how many bytes they take, whether there will be no more."""

    documents: int
    bytes: int
    is_over: bool


class PreparedDocuments:
    """The documents that are there so far, for readers; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Open the file, which ``create`` made."""
        self._lock = Lock()  # a decompressor is for one thread at a time
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.executescript(f"PRAGMA query_only=1; PRAGMA busy_timeout={_BUSY_MS}")
        self._decompressors: dict[str, ZstdDecompressor] = {}

    def get(self, iri: str, fmt: Format) -> tuple[Headers, bytes] | None:
        """Return the headers and the body of a document, None where it is not there, or the disk fails."""
        row = None
        with suppress(sqlite3.Error):
            query = "SELECT frame FROM document WHERE iri = ? AND format = ?"
            row = self._database.execute(query, (iri, fmt.suffix)).fetchone()
        if row is None:
            return None
        with self._lock:
            decompressor = self._decompressors.get(fmt.suffix) or self._decompressor(fmt)
            head, _, body = decompressor.decompress(row[0]).partition(_END_OF_HEADERS)
        fields = [line.split(b"\t", 1) for line in head.split(b"\n")]
        return [(name, value) for name, value in fields], body

    def progress(self) -> Progress:
        """Return how far the work is."""
        documents, size, is_over = self._database.execute(
            "SELECT documents, bytes, makers = 0 FROM progress"
        ).fetchone()
        return Progress(documents, size, bool(is_over))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _decompressor(self, fmt: Format) -> ZstdDecompressor:
        """Return what reads frames of a format, whose dictionary is there before the first of them."""
        row = self._database.execute("SELECT content FROM dictionary WHERE format = ?", (fmt.suffix,)).fetchone()
        made = self._decompressors[fmt.suffix] = ZstdDecompressor(dict_data=_dictionary(row[0]))
        return made


class DocumentShelf:
    """Puts documents into the file; several processes can, each with a shelf of its own."""

    def __init__(self, path: Path) -> None:
        """Open the file, which ``create`` made."""
        self._database = sqlite3.connect(path, isolation_level=None, timeout=_TURN_SECONDS)
        self._database.execute("PRAGMA synchronous=OFF")
        self._compressors: dict[str, ZstdCompressor] = {}
        self._frames: dict[tuple[str, str], bytes] = {}

    def train(self, fmt: Format, samples: Sequence[tuple[Headers, bytes]]) -> None:
        """Make the dictionary of a format from some documents, or take the one that is there. Done before ``put``."""
        trained = b""
        with suppress(ZstdError):  # there are too few
            trained = train_dictionary(_DICTIONARY_BYTES, [_frame(*sample) for sample in samples]).as_bytes()
        self._database.execute("INSERT OR IGNORE INTO dictionary VALUES (?, ?)", (fmt.suffix, trained))
        query = "SELECT content FROM dictionary WHERE format = ?"
        (content,) = self._database.execute(query, (fmt.suffix,)).fetchone()
        self._compressors[fmt.suffix] = ZstdCompressor(level=_LEVEL, dict_data=_dictionary(content))

    def holds(self, iri: str, fmt: Format) -> bool:
        """Tell whether a document is there."""
        query = "SELECT 1 FROM document WHERE iri = ? AND format = ?"
        key = iri, fmt.suffix
        return key in self._frames or self._database.execute(query, key).fetchone() is not None

    def put(self, iri: str, fmt: Format, headers: Headers, body: bytes) -> None:
        """Add a document."""
        self._frames[iri, fmt.suffix] = self._compressors[fmt.suffix].compress(_frame(headers, body))

    def show(self, *, is_over: bool = False) -> int:
        """Let readers see what was added; return how large the file is."""
        rows = [(*key, frame) for key, frame in self._frames.items()]
        before = self._database.total_changes
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany("INSERT OR IGNORE INTO document (iri, format, frame) VALUES (?, ?, ?)", rows)
        added = self._database.total_changes - before
        size = self._pragma("page_count") * self._pragma("page_size")
        update = "UPDATE progress SET documents = documents + ?, bytes = ?, makers = makers - ?"
        self._database.execute(update, (added, size, is_over))
        self._database.execute("COMMIT")
        self._frames.clear()
        return size

    def close(self) -> None:
        """Close the file; what was not shown is lost."""
        self._database.close()

    def _pragma(self, name: str) -> int:
        return int(self._database.execute(f"PRAGMA {name}").fetchone()[0])


def create(path: Path, makers: int = 1) -> None:
    """Create the file, empty, before anybody reads it, or one of so many processes writes it."""
    database = sqlite3.connect(path)
    try:
        database.executescript("PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF")
        database.executescript(files("kgpub").joinpath("prepared_documents.sql").read_text("utf-8"))
        with database:
            database.execute("INSERT INTO progress VALUES (0, 0, ?)", (makers,))
    finally:
        database.close()


def _dictionary(content: bytes) -> ZstdCompressionDict | None:
    return ZstdCompressionDict(content) if content else None


def _frame(headers: Headers, body: bytes) -> bytes:
    return b"\n".join([name + b"\t" + value for name, value in headers]) + _END_OF_HEADERS + body
