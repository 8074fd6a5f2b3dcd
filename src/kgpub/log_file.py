"""A log of JSON lines, written beside the answering.

A request leaves what is to be written in a queue; a thread makes lines of it and writes them a few at a time. Where the
reader of a pipe stands still, lines are lost and counted, and no request waits. Every line is ASCII JSON: nothing that
a client sends can end it early. No ``write`` is longer than a pipe takes at once, so the lines of several processes
do not tear (POSIX: ``PIPE_BUF``, and ``O_APPEND`` for files).
"""

import json
import os
import select
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event, Thread

from kgpub.errors import NotWritable

#: Lines leave together if they come within this time.
_GATHER_SECONDS = 0.2
#: Lines that wait to be written; more are lost.
_WAITING_LINES = 20_000
_WRITE_BYTES = min(getattr(select, "PIPE_BUF", 512), 4_096)
STANDARD_ERROR = "-"

Line = dict[str, object]


class LogFile:
    """Where lines go: a file, which may be moved away at any time, or standard error."""

    def __init__(self, name: str) -> None:
        """Open a file for appending, or standard error for ``-``; raise ``NotWritable`` where that is not possible."""
        self._path = None if name == STANDARD_ERROR else Path(name)
        self._descriptor = sys.stderr.fileno() if self._path is None else _opened(self._path)
        self._waiting: deque[Callable[[], Line]] = deque()
        self._has_lines = Event()
        self._encode = json.JSONEncoder(separators=(",", ":")).encode
        self._is_closing = False
        self.lost_lines = 0
        self._thread = Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def put(self, line: Callable[[], Line]) -> None:
        """Have a line written soon; *line* makes it, in another thread."""
        if len(self._waiting) >= _WAITING_LINES:
            self.lost_lines += 1
            return
        self._waiting.append(line)
        if not self._has_lines.is_set():
            self._has_lines.set()

    def close(self) -> None:
        """Write what waits, for two seconds at most."""
        self._is_closing = True
        self._has_lines.set()
        self._thread.join(2)

    def _run(self) -> None:
        gather = Event()
        while not self._is_closing:
            self._has_lines.wait()
            if not self._is_closing:
                gather.wait(_GATHER_SECONDS)
            self._has_lines.clear()
            self._write_waiting()
        self._write_waiting()  # what came while the last lines were written

    def _write_waiting(self) -> None:
        self._follow()
        for piece in _pieces(self._encoded()):
            self._write(piece)

    def _encoded(self) -> Iterator[bytes]:
        while self._waiting:
            yield self._encode(self._waiting.popleft()()).encode("ascii") + b"\n"

    def _write(self, piece: bytes) -> None:
        try:
            os.write(self._descriptor, piece)
        except OSError:  # the disk is full, or nobody reads the pipe any more: answering goes on
            self.lost_lines += piece.count(b"\n")

    def _follow(self) -> None:
        """Open the file anew if it was moved away, as programs that rotate logs do."""
        if self._path is None:
            return
        try:
            if self._path.stat().st_ino == os.fstat(self._descriptor).st_ino:
                return
        except OSError:  # it was moved away
            pass
        try:
            fresh = _opened(self._path)
        except NotWritable:
            return
        os.close(self._descriptor)
        self._descriptor = fresh


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise NotWritable(f"The log {path} cannot be written: {error.strerror}.") from error


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield whole lines together, up to what is written at once."""
    piece = b""
    for line in lines:
        if piece and len(piece) + len(line) > _WRITE_BYTES:
            yield piece
            piece = b""
        piece += line
    if piece:
        yield piece
