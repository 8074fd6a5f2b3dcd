"""What a build and a server have to write alike in a search index: marks beside words, digests of names."""

from hashlib import blake2b
from zlib import crc32

#: In front of the first word of a name.
START = "^"
#: In front of the number of a class.
CLASS = "="
#: On the things that are linked most, as many as ``MOST_LINKED``.
BEST = "#"

#: A query that would compare too many entries looks among these things alone.
MOST_LINKED = 32_768

#: Beginnings of words of up to this many characters have an index of their own.
INDEXED_LETTERS = 4

#: Around the letters of a word in the index of spellings.
SPELLING_START, SPELLING_END = "^", "$"

LABEL, ALTERNATIVE, DESCRIPTION = range(3)


def spelt(word: str) -> str:
    """Return a word as the index of spellings holds it."""
    return f"{SPELLING_START}{word}{SPELLING_END}"


def digest_of_key(folded: str) -> int:
    """Return 64 bits for a folded name: what equals it has the same."""
    return int.from_bytes(blake2b(folded.encode(), digest_size=8).digest(), "big", signed=True)


def digest_of_text(text: str) -> int:
    """Return 32 bits that tell a name from others that are the same when they are folded."""
    return crc32(text.encode())
