"""What a build and a server have to write alike in a search index: marks, digests, how the full text is asked."""

from hashlib import blake2b
from zlib import compress, crc32, decompress

#: In front of the first word of a name.
START = "^"
#: In front of the number of a class.
CLASS = "="
#: On the things that are linked most, as many as ``MOST_LINKED``.
BEST = "#"

#: A query that would compare too many entries looks among these things alone.
MOST_LINKED = 32_768

#: Words and beginnings that one of so many things has are kept as bits too: the commonest ones, up to a number.
COMMON_FROM, COMMON_AT_MOST = 512, 2_048
#: Things whose bits are read together, as a power of two.
BITMAP_SHIFT = 17
BITMAP_BYTES = (1 << BITMAP_SHIFT) // 8
#: Bits are kept packed where that leaves a quarter of them: where it does not, unpacking takes longest.
_PACKED_BYTES, _PACKING_LEVEL = BITMAP_BYTES // 4, 1

#: Beginnings of words of up to this many characters have an index of their own.
INDEXED_LETTERS = 4

#: Around the letters of a word in the index of spellings.
SPELLING_START, SPELLING_END = "^", "$"

LABEL, ALTERNATIVE, DESCRIPTION = range(3)


def spelt(word: str) -> str:
    """Return a word as the index of spellings holds it."""
    return f"{SPELLING_START}{word}{SPELLING_END}"


def quoted(word: str) -> str:
    """Return a word as a string of the full-text syntax (SQLite FTS5, section 3.1)."""
    return f'"{word}"'


def beginning(word: str) -> str:
    """Return what matches the words that begin with another."""
    return f'"{word}" *'


def packed(bits: bytes) -> bytes:
    """Return a bitmap as the index holds it: packed by zlib, or with all its bytes."""
    shorter = compress(bits, _PACKING_LEVEL)
    return shorter if len(shorter) <= _PACKED_BYTES else bits.ljust(BITMAP_BYTES, b"\0")


def unpacked(bits: bytes) -> bytes:
    """Return the bitmap that the index holds."""
    return bits if len(bits) == BITMAP_BYTES else decompress(bits, bufsize=BITMAP_BYTES)


def digest_of_key(folded: str) -> int:
    """Return 64 bits for a folded name: what equals it has the same."""
    return int.from_bytes(blake2b(folded.encode(), digest_size=8).digest(), "big", signed=True)


def digest_of_text(text: str) -> int:
    """Return 32 bits that tell a name from others that are the same when they are folded."""
    return crc32(text.encode())
