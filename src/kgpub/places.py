"""Lists of things by their places: a thing's place is its number in the order of all things' names.

Lists of places are what browsing is made of: those of one list that are in another as well are found by an AND of
two numbers, a hundred thousand places at a time, and they come in the order in which they are shown.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping

from kgpub.folding import fold

#: Places in one row of a long list: 16 kB as bits.
PLACES_A_CHUNK = 1 << 17
#: Things in one row of the table of things.
THINGS_A_ROW = 128

_KEY_CHARACTERS = 100
_PLACE_BYTES = 4
_AS_IT_IS, _DEFLATED = b"\0", b"\1"
#: Bits that are no fewer than this part of what they would take deflated are kept as they are: it costs no time.
_WORTH_DEFLATING = 0.5
_SET_BYTE = re.compile(rb"[^\0]")


def name_key(name: str) -> str:
    """Return what a name is sorted by."""
    return fold(name)[:_KEY_CHARACTERS]


def best_name(labels: Mapping[str, str], language: str) -> str:
    """Return that of some labels by language which names a thing: in a language, in English, in none, or in any."""
    if not labels:
        return ""
    return labels.get(language) or labels.get("en") or labels.get("") or labels[min(labels)]


def packed_places(places: Iterable[int]) -> bytes:
    """Return a short list of places as one body."""
    places = sorted(places)
    return struct.pack(f"<{len(places)}I", *places)


def unpacked_places(body: bytes) -> tuple[int, ...]:
    """Return the places of a short list."""
    return struct.unpack(f"<{len(body) // _PLACE_BYTES}I", body)


def chunks_of(places: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the rows of a long list: the number of each chunk that holds a place, and its bits."""
    chunks: dict[int, bytearray] = {}
    for place in places:
        number, at = divmod(place, PLACES_A_CHUNK)
        chunk = chunks.get(number)
        if chunk is None:
            chunk = chunks[number] = bytearray(PLACES_A_CHUNK // 8)
        chunk[at >> 3] |= 1 << (at & 7)
    for number in sorted(chunks):
        yield number, packed_bits(bytes(chunks[number]))


def packed_bits(bits: bytes) -> bytes:
    """Return the bits of a chunk as the body of a row."""
    bits = bits.rstrip(b"\0")
    deflated = zlib.compress(bits, 1)
    is_worth_it = len(deflated) < len(bits) * _WORTH_DEFLATING
    return _DEFLATED + deflated if is_worth_it else _AS_IT_IS + bits


def bits_of(body: bytes) -> int:
    """Return the body of a chunk as a number whose bits are the chunk's places."""
    bits = body[1:] if body[:1] == _AS_IT_IS else zlib.decompress(body[1:])
    return int.from_bytes(bits, "little")


def offsets_in(bits: int, start: int = 0) -> Iterator[int]:
    """Yield which bits of a number are set, from one on, in ascending order."""
    bits = (bits >> start) << start
    for byte in _SET_BYTE.finditer(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        first, value = byte.start() << 3, byte[0][0]
        for bit in range(8):
            if value >> bit & 1:
                yield first + bit


def nth_offset(bits: int, number: int) -> int:
    """Return which bit of a number is its *number*-th one that is set, counted from 0."""
    low, high = 0, PLACES_A_CHUNK
    while high - low > 1:
        middle = (low + high) // 2
        below = (bits & ((1 << middle) - 1)).bit_count()
        low, high = (low, middle) if below > number else (middle, high)
    return low
