"""Several lines as one value of the document index or of the quads: a short body as text, a longer one compressed.

Zstandard takes a quarter of zlib's time to write a body of 1 kB and less than half to read it, at the same size, if its
contexts are kept: to make one takes as long as either. A context serves one thread at a time, so each has its own.
"""

from collections.abc import Iterable
from functools import cache
from threading import get_ident

from zstandard import ZstdCompressor, ZstdDecompressor

#: A shorter body gains less space than unpacking it costs time (4 µs).
_COMPRESSED_FROM_CHARACTERS = 512
_LEVEL = 1


def packed(lines: Iterable[str]) -> str | bytes:
    """Return lines as one body."""
    text = "\n".join(lines)
    return text if len(text) < _COMPRESSED_FROM_CHARACTERS else _compressor(get_ident()).compress(text.encode())


def lines_of(body: str | bytes) -> list[str]:
    """Return the lines of a body."""
    text = body if isinstance(body, str) else _decompressor(get_ident()).decompress(body).decode()
    return text.split("\n")


@cache
def _compressor(_thread: int) -> ZstdCompressor:
    return ZstdCompressor(level=_LEVEL)


@cache
def _decompressor(_thread: int) -> ZstdDecompressor:
    return ZstdDecompressor()
