"""Find the things that are in several lists, with a bound on the work: chunk by chunk, an AND of numbers.

A chunk that one list has nothing in is not read of the others. Where more would have to be read than a request may,
what was found until then is told, and that it is not all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kgpub.places import PLACES_A_CHUNK, bits_of, nth_offset, offsets_in, unpacked_places
from kgpub.thing_index import Listed, Things

#: Chunks that are read to find things and count them, and to count the values of facets: 30 µs each at most.
CHUNKS_READ = 4_096


class Budget:
    """How many more chunks may be read."""

    def __init__(self, chunks: int = CHUNKS_READ) -> None:
        self._chunks = chunks
        self.left = chunks

    def anew(self) -> "Budget":
        """Return another one, as large as this was."""
        return Budget(self._chunks)

    @property
    def is_spent(self) -> bool:
        """Tell whether nothing more may be read."""
        return self.left <= 0


class Source(Protocol):
    """A list of places, read a chunk at a time."""

    things: int

    def chunks(self) -> list[int] | None:
        """Return the chunks that the list has anything in, in ascending order; None where that is not known."""

    def bits(self, chunk: int, budget: Budget) -> int:
        """Return a chunk as a number; what it takes is taken off the budget."""


class Few:
    """A short list, which is at hand."""

    def __init__(self, places: Iterable[int]) -> None:
        self._bits: dict[int, int] = {}
        self.things = 0
        for place in places:
            chunk, at = divmod(place, PLACES_A_CHUNK)
            self._bits[chunk] = self._bits.get(chunk, 0) | 1 << at
            self.things += 1

    def chunks(self) -> list[int]:
        """Return the chunks that have anything."""
        return sorted(self._bits)

    def bits(self, chunk: int, budget: Budget) -> int:  # noqa: ARG002 (it takes nothing)
        """Return a chunk."""
        return self._bits.get(chunk, 0)


class Many:
    """A long list, whose chunks are read from the index."""

    def __init__(self, things: Things, list_: int, total: int) -> None:
        self._read = things
        self._list = list_
        self.things = total

    def chunks(self) -> None:
        """Return None: it may be any."""

    def bits(self, chunk: int, budget: Budget) -> int:
        """Return a chunk."""
        budget.left -= 1
        body = self._read.bits(self._list, chunk)
        return bits_of(body) if body else 0


class AnyOf:
    """What is in one of several lists or more."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self.things = sum(source.things for source in sources)

    def chunks(self) -> list[int] | None:
        """Return the chunks that have anything, if all lists know."""
        known = [source.chunks() for source in self._sources]
        return sorted({chunk for of_one in known for chunk in of_one or ()}) if None not in known else None

    def bits(self, chunk: int, budget: Budget) -> int:
        """Return a chunk."""
        found = 0
        for source in self._sources:
            found |= source.bits(chunk, budget)
        return found


def source_of(things: Things, listed: Listed) -> Source:
    """Return the list of the things that have a value."""
    if isinstance(listed.places, int):
        return Many(things, listed.places, listed.things)
    return Few(unpacked_places(listed.places))


@dataclass(slots=True)
class Found:
    """The places that are in all of some lists, by chunk; *is_exact* if they are all, else those before *looked_to*."""

    chunks: dict[int, int] = field(default_factory=dict)
    total: int = 0
    is_exact: bool = True
    looked_to: int = 0

    def before(self, place: int) -> int:
        """Return how many of them come before a place."""
        limit, at = divmod(place, PLACES_A_CHUNK)
        whole = sum(bits.bit_count() for chunk, bits in self.chunks.items() if chunk < limit)
        return whole + (self.chunks.get(limit, 0) & ((1 << at) - 1)).bit_count()

    def nth(self, number: int) -> int:
        """Return the place of the *number*-th of them, counted from 0; there must be so many."""
        for chunk in sorted(self.chunks):
            bits = self.chunks[chunk]
            count = bits.bit_count()
            if number < count:
                return chunk * PLACES_A_CHUNK + nth_offset(bits, number)
            number -= count
        raise IndexError(number)

    def places(self, start: int = 0) -> Iterator[int]:
        """Yield them from a place on."""
        first, at = divmod(start, PLACES_A_CHUNK)
        for chunk in sorted(self.chunks):
            if chunk >= first:
                offsets = offsets_in(self.chunks[chunk], at if chunk == first else 0)
                yield from (chunk * PLACES_A_CHUNK + offset for offset in offsets)


def find(sources: Sequence[Source], total: int, budget: Budget, start: int = 0, enough: int | None = None) -> Found:
    """Return the places that are in all lists, from a place on; *total* is how many things there are.

    It ends with the budget, or when *enough* are found; what was found until then is then not exact.
    """
    ordered = sorted(sources, key=lambda source: source.things)
    first, at = divmod(start, PLACES_A_CHUNK)
    found = Found()
    for chunk in _candidates(ordered, total):
        if chunk < first:
            continue
        if found.looked_to and (budget.is_spent or (enough is not None and found.total >= enough)):
            found.is_exact = False
            break
        bits = _in_all(ordered, chunk, budget)
        if chunk == first:
            bits = bits >> at << at
        if bits:
            found.chunks[chunk] = bits
            found.total += bits.bit_count()
        found.looked_to = (chunk + 1) * PLACES_A_CHUNK
    return found


def _in_all(sources: Sequence[Source], chunk: int, budget: Budget) -> int:
    bits = sources[0].bits(chunk, budget)
    for source in sources[1:]:
        if not bits:
            break
        bits &= source.bits(chunk, budget)
    return bits


def _candidates(sources: Sequence[Source], total: int) -> Iterable[int]:
    """Return the chunks in which anything can be: those of the list that has fewest, as far as that is known."""
    known = [chunks for source in sources if (chunks := source.chunks()) is not None]
    everything: Sequence[int] = range(-(-total // PLACES_A_CHUNK))
    return min(known, key=len, default=everything)
