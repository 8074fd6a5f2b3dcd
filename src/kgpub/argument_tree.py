"""A debate as trees side by side: each position with what supports and attacks it beneath, laid out for a picture.

The layout is a list with indents, so that it reads in one direction and no line crosses a text. Whatever is drawn
stands in the tables of the page too.
"""

import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kgpub.debate import Argument, Debate
from kgpub.diagram import spaced

#: Positions drawn on one side at most: more would be no picture.
DRAWN_AT_MOST = 40
#: Measures in pixels; a character of the title is as wide as that of a wide sans serif at 13 px.
_SIDE_WIDTH, _INDENT, _GAP, _TOP = 528, 30, 10, 2
_LINE_HEIGHT, _PADDING, _CHARACTER, _SMALL_CHARACTER = 17, 9, 7.0, 6.1
_DEEPEST, _TITLE_LINES = 6, 2
_DRAWN = ("for", "against")


@dataclass(frozen=True, slots=True)
class Node:
    """A position in a tree.

    *argument* is how it bears on the one at the place *above*. A position that bears on several stands under each; but
    its own reasons are under the one that is nearest to the top, and those of an objection on its own side of the
    picture: *is_again* tells that they are elsewhere.
    """

    iri: str
    stance: str
    depth: int
    above: int
    argument: Argument | None = None
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Captions:
    """What is written on a box: its title, and below it who holds the position and how; *href* is where it leads."""

    title: str
    note: str
    href: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A box where it stands, with its lines of text and the path from the box above it."""

    node: Node
    captions: Captions
    x: int
    y: int
    width: int
    height: int
    title: tuple[tuple[int, str], ...]
    note: tuple[int, str]
    path: str = ""
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One side of the picture, in pixels; *drawn* of *total* positions are in it."""

    stance: str
    width: int
    height: int
    nodes: tuple[PlacedNode, ...]
    drawn: int
    total: int


def trees(debate: Debate, stance: str) -> tuple[Node, ...]:
    """Return the positions of one side that arguments join, in reading order: conclusions before their premises."""
    beneath: dict[str, list[Argument]] = {}
    for argument in debate.arguments:
        if argument.premise != argument.conclusion:
            beneath.setdefault(argument.conclusion, []).append(argument)
    own = {position.iri for position in debate.of_stance(stance)}
    homes: dict[str, Argument | None] = {}
    leading = {each.premise for arguments in beneath.values() for each in arguments if each.conclusion in own}
    # Positions that nothing on their side rests on come first; what is left then rests on each other in a circle.
    for root in sorted(own & beneath.keys(), key=lambda iri: (iri in leading, -_size(iri, beneath), iri)):
        if root not in homes:
            _find_homes(root, beneath, homes)
    stances = {position.iri: position.stance for position in debate.positions}
    nodes: list[Node] = []

    def enter(iri: str, depth: int, above: int, argument: Argument | None) -> None:
        is_opposite = stances.get(iri) in _DRAWN and stances[iri] != stance
        is_again = is_opposite or homes.get(iri) is not argument
        nodes.append(Node(iri, stances.get(iri, ""), depth, above, argument, is_again))
        if not is_again and depth < _DEEPEST:
            at = len(nodes) - 1
            for each in beneath.get(iri, ()):
                enter(each.premise, depth + 1, at, each)

    for root in [iri for iri, argument in homes.items() if argument is None]:
        enter(root, 0, -1, None)
    return tuple(nodes)


def _find_homes(root: str, beneath: Mapping[str, list[Argument]], homes: dict[str, Argument | None]) -> None:
    """Find for each position below a root the argument under which its own reasons stand: that nearest to the top."""
    homes[root] = None
    level = [root]
    while level:
        arguments = [argument for iri in level for argument in beneath.get(iri, ())]
        level = []
        for argument in arguments:
            if argument.premise not in homes:
                homes[argument.premise] = argument
                level.append(argument.premise)


def _size(root: str, beneath: Mapping[str, list[Argument]]) -> int:
    """Return how many positions bear on one, directly or not."""
    met = {root}
    open_ = [root]
    while open_:
        for argument in beneath.get(open_.pop(), ()):
            if argument.premise not in met:
                met.add(argument.premise)
                open_.append(argument.premise)
    return len(met)


def columns_of(debate: Debate, captions: Callable[[str], Captions]) -> tuple[Column, ...]:
    """Return the picture of what speaks for and against; none where no argument joins anything."""
    columns = tuple(_column(debate, stance, captions) for stance in _DRAWN)
    return columns if any(column.nodes for column in columns) else ()


def _column(debate: Debate, stance: str, captions: Callable[[str], Captions]) -> Column:
    nodes = trees(debate, stance)[:DRAWN_AT_MOST]
    placed = tuple(_placed(nodes, captions))
    drawn = {node.iri for node in nodes if node.stance == stance}
    height = placed[-1].y + placed[-1].height + _TOP if placed else 0
    return Column(stance, _SIDE_WIDTH, height, placed, len(drawn), debate.totals[stance])


def _placed(nodes: tuple[Node, ...], captions: Callable[[str], Captions]) -> Iterator[PlacedNode]:
    down = _TOP
    corners: list[tuple[int, int]] = []
    for node in nodes:
        written = captions(node.iri)
        x = 1 + node.depth * _INDENT
        width = _SIDE_WIDTH - node.depth * _INDENT - 2
        if node.depth == 0 and corners:
            down += _GAP
        room = width - 2 * _PADDING - 18  # for the mark of its stance
        lines = _wrapped(written.title, int(room / _CHARACTER), 1 if node.is_again else _TITLE_LINES)
        height = 2 * _PADDING + _LINE_HEIGHT * (len(lines) + 1) - 3
        title = tuple((round(down + _PADDING + _LINE_HEIGHT * (at + 0.72)), line) for at, line in enumerate(lines))
        # The word for the basis stands before it.
        note = _cut(spaced(written.note), int((room - 110) / _SMALL_CHARACTER))
        base = round(down + _PADDING + _LINE_HEIGHT * (len(lines) + 0.68))
        path = ""
        if node.argument is not None:
            start_x, start_y = corners[node.above]
            path = f"M{start_x},{start_y}V{down + height // 2}H{x}"
        corners.append((x + _INDENT // 2, down + height))
        is_cut = lines[-1].endswith("…")
        yield PlacedNode(node, written, x, down, width, height, title, (base, note), path, is_cut=is_cut)
        down += height + _GAP


def _wrapped(text: str, characters: int, lines: int) -> list[str]:
    text = spaced(text)
    if any(unicodedata.east_asian_width(character) in "WF" for character in text):
        characters //= 2
    return textwrap.wrap(text, max(characters, 8), max_lines=lines, placeholder=" …") or [""]


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1].rstrip()}…"
