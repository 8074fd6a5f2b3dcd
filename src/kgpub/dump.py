"""Write the whole-graph downloads of a release."""

import gzip
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, cast

from pyoxigraph import RdfFormat, parse, serialize

from kgpub.linesort import merge
from kgpub.nquads import split_line, triple_line
from kgpub.release import FileInfo, file_sha256


def write_dumps(
    folder: Path, lines: Callable[[], Iterable[str]], is_quoted: Callable[[str], bool], prefixes: dict[str, str]
) -> tuple[FileInfo, ...]:
    """Write ``all.nq.gz`` (every graph, the quoted ones too) and ``asserted.ttl.gz`` (the merge of the others).

    The statements are those of the sources, letter for letter. The files are the same at every build of the same
    sources: no time of day goes into them.
    """
    folder.mkdir()
    with _compressed(folder / "all.nq.gz") as file:
        file.writelines(f"{line}\n".encode() for line in lines())
    triples = (triple_line(s) for line in lines() if not is_quoted((s := split_line(line)).graph_iri))
    with _compressed(folder / "asserted.ttl.gz") as file:
        stream = cast("IO[bytes]", _Lines(merge([triples])))
        parsed = (quad.triple for quad in parse(stream, RdfFormat.N_TRIPLES))
        serialize(parsed, cast("IO[bytes]", file), RdfFormat.TURTLE, prefixes=prefixes)
    return tuple(
        FileInfo(f"dumps/{path.name}", path.stat().st_size, file_sha256(path)) for path in sorted(folder.iterdir())
    )


def _compressed(path: Path) -> gzip.GzipFile:
    return gzip.GzipFile(path, "wb", compresslevel=6, mtime=0)


class _Lines(io.RawIOBase):
    """Lets a parser read lines as they are made, so that no whole graph is held in memory."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._left = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._left) < size:
            line = next(self._lines, None)
            if line is None:
                break
            self._left += line.encode() + b"\n"
        taken, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
        return taken
