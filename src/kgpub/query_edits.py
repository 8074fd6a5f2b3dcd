"""Changes to a query's text, each at its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Edit:
    """A text to write in place of what stands between two places."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with changes made that do not overlap."""
    made: list[str] = []
    read = 0
    for edit in sorted(edits, key=attrgetter("start", "end")):
        made += (text[read : edit.start], edit.text)
        read = edit.end
    return "".join((*made, text[read:]))
