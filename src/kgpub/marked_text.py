"""A passage in pieces, so that spans that nest and overlap can all be shown: each piece tells what covers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Lines under the words, one for each claim that covers them; of more, the last ones share a line.
LANES = 4
#: Spans that are shown in one passage; a text with more would be all marks.
_SPANS_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that the same spans cover.

    *lanes* are the lines under them, *begins* the numbers of the claims whose words begin here, *is_cue* tells that
    they attribute or hedge, *about* is the thing that they name, if any.
    """

    words: str
    lanes: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()
    is_cue: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span inside a passage, its offsets counted from the passage's beginning; *number* is that of its claim."""

    start: int
    end: int
    role: str
    number: int = 0
    about: str = ""


def pieces_of(passage: str, stretches: Sequence[Stretch]) -> tuple[Piece, ...]:
    """Return a passage in pieces, all its characters in their order; stretches that leave the passage are left out."""
    inside = [each for each in stretches if 0 <= each.start < each.end <= len(passage)][:_SPANS_SHOWN]
    lanes = _lanes([each for each in inside if each.role == "claim"])
    ends = sorted({0, len(passage), *(offset for each in inside for offset in (each.start, each.end))})
    return tuple(
        _piece(passage[start:end], start, [each for each in inside if each.start <= start and end <= each.end], lanes)
        for start, end in pairwise(ends)
    )


def _piece(words: str, start: int, covering: list[Stretch], lanes: dict[Stretch, int]) -> Piece:
    claims = [each for each in covering if each.role == "claim"]
    named = [each for each in covering if each.role == "mention"]
    return Piece(
        words,
        tuple(sorted({lanes[each] for each in claims})),
        tuple(sorted({each.number for each in claims if each.start == start})),
        any(each.role == "cue" for each in covering),
        min(named, key=lambda each: (each.end - each.start, each.about)).about if named else "",
    )


def _lanes(claims: list[Stretch]) -> dict[Stretch, int]:
    """Return a line for each claim's words, so that two that overlap lie on different ones as long as there are any."""
    lanes: dict[Stretch, int] = {}
    free_from = [0] * LANES
    for each in sorted(claims, key=lambda each: (each.start, -each.end, each.number)):
        lane = next((at for at, free in enumerate(free_from) if free <= each.start), LANES - 1)
        lanes[each] = lane
        free_from[lane] = max(free_from[lane], each.end)
    return lanes
