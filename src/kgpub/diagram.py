"""A picture of boxes and arrows, laid out in layers so that no line crosses a text; templates write it as SVG.

Where things go is computed by graphlay (decision 0011), from sizes and connections alone: no text of the data reaches
it. Sizes are estimated from the number of characters, since the reader's font is not known.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import hypot

import graphlay

#: Characters of a title on one line, lines of a title, and characters of a smaller line.
_TITLE_CHARACTERS, _TITLE_LINES, _LINE_CHARACTERS = 22, 2, 30
_TITLE_PX, _LINE_PX = 7.6, 6.6  # a wide sans serif at 13 px and 12 px
_TITLE_HEIGHT_PX, _LINE_HEIGHT_PX = 17, 15
_PADDING_X_PX, _PADDING_Y_PX, _LEAST_WIDTH_PX = 10, 8, 64
_WIDE_LETTERS = frozenset("mwMW@%&")
_MARGIN_PX, _CORNER_PX = 8, 6
_OPTIONS = {
    "direction": "topbottom",
    "effort": "thorough",
    "routing": {"style": "orthogonal"},
    "spacing": {
        "layer_gap": 26,
        "node_gap": 12,
        "dummy_gap": 9,
        "port_gap": 10,
        "stub": 10,
        "isolated_gap": 16,
    },
}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Caption:
    """A text in a box, with where it leads; *title* is the whole text where *text* is cut.

    *language* is that of the text where markup must tell it.
    """

    text: str
    href: str = ""
    title: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A box with a title, smaller lines below it, or both. *kind* is its class in the style sheet.

    A title on more than *title_lines* is cut.
    """

    key: str
    kind: str
    title: Caption | None = None
    lines: tuple[Caption, ...] = ()
    title_lines: int = _TITLE_LINES


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line from one box to another. *kind* is its class in the style sheet, and says which head it has."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A line of text in the middle of its box."""

    x: float
    y: float
    text: str
    is_title: bool


@dataclass(frozen=True, slots=True)
class PlacedCaption:
    """A caption, whose lines are one link."""

    caption: Caption
    lines: tuple[PlacedText, ...]


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box where it stands."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    captions: tuple[PlacedCaption, ...]


@dataclass(frozen=True, slots=True)
class PlacedArrow:
    """An arrow as the path of an SVG."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A laid-out picture in pixels."""

    width: float
    height: float
    boxes: tuple[PlacedBox, ...]
    arrows: tuple[PlacedArrow, ...]


def draw(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Drawing | None:
    """Return a picture of some boxes and the arrows between them, or None where there is nothing to see."""
    if not boxes:
        return None
    graph = graphlay.Graph()
    for box in boxes:
        width, height = size_of(box)
        graph.node(box.key, width=width, height=height, label="")
    for arrow in arrows:
        graph.edge(arrow.source, arrow.target)
    layout = graphlay.layout(graph, options=_OPTIONS)
    onto = _frame(layout)
    centers = [onto(node["center"]) for node in layout.nodes]
    placed = [placed_at(box, x, y) for box, (x, y) in zip(boxes, centers, strict=True)]
    lines = [
        PlacedArrow(arrow.kind, _path([onto(point) for point in edge["points"]]))
        for arrow, edge in zip(arrows, layout.edges, strict=True)
    ]
    width, height = (layout.bounds["max"][axis] - layout.bounds["min"][axis] + 2 * _MARGIN_PX for axis in "xy")
    return Drawing(round(width), round(height), tuple(placed), tuple(lines))


def _frame(layout: graphlay.Layout) -> Callable[[dict[str, float]], Point]:
    """Return what moves a point of a layout into the picture.

    A reader begins at the top left, and a narrow screen shows no more: what is at the top on the right is mirrored.
    """
    low, high = layout.bounds["min"], layout.bounds["max"]
    top = [node["center"]["x"] for node in sorted(layout.nodes, key=lambda node: float(node["center"]["y"]))]
    first = top[: max(1, len(top) // 4)]
    if sum(first) / len(first) > (low["x"] + high["x"]) / 2:
        return lambda point: (high["x"] - point["x"] + _MARGIN_PX, point["y"] - low["y"] + _MARGIN_PX)
    return lambda point: (point["x"] - low["x"] + _MARGIN_PX, point["y"] - low["y"] + _MARGIN_PX)


def _texts(box: Box) -> list[tuple[Caption, list[str], bool]]:
    """Return each caption of a box with the lines it is written on, and whether it is the title."""
    title = [(box.title, _wrapped(box.title.text, box.title_lines), True)] if box.title else []
    return [*title, *((line, [_cut(spaced(line.text), _LINE_CHARACTERS)], False) for line in box.lines)]


def _padding(box: Box) -> float:
    return _PADDING_Y_PX if box.title else _PADDING_Y_PX / 2


def size_of(box: Box) -> tuple[float, float]:
    """Return how wide and how high a box is."""
    width, height = float(_LEAST_WIDTH_PX) if box.title else 0.0, 2 * _padding(box)
    for _, lines, is_title in _texts(box):
        height += len(lines) * (_TITLE_HEIGHT_PX if is_title else _LINE_HEIGHT_PX)
        width = max(width, *((_TITLE_PX if is_title else _LINE_PX) * _columns(line) for line in lines))
    return round(width + 2 * _PADDING_X_PX), round(height)


def placed_at(box: Box, x: float, y: float) -> PlacedBox:
    """Return a box around a point, with its texts."""
    width, height = size_of(box)
    down = y - height / 2 + _padding(box)
    captions = []
    for caption, lines, is_title in _texts(box):
        placed = []
        for line in lines:
            line_height = _TITLE_HEIGHT_PX if is_title else _LINE_HEIGHT_PX
            placed.append(PlacedText(round(x, 1), round(down + 0.75 * line_height, 1), line, is_title))
            down += line_height
        captions.append(PlacedCaption(_whole(caption, lines), tuple(placed)))
    return PlacedBox(box.kind, round(x - width / 2, 1), round(y - height / 2, 1), width, height, tuple(captions))


def _whole(caption: Caption, lines: list[str]) -> Caption:
    """Give a caption that is cut its whole text as a title."""
    return replace(caption, title=spaced(caption.text)) if lines[-1].endswith("…") else caption


def spaced(text: str) -> str:
    """Return a text on one line, without characters that neither show nor belong into XML."""
    visible = "".join(c if unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co") else " " for c in text)
    return " ".join(visible.split())


def _wrapped(text: str, most: int) -> list[str]:
    """Return a title on as many lines as it may have, at least one, the last one cut where it does not end."""
    lines: list[str] = []
    for word in spaced(text).split():
        if lines and len(lines[-1]) + 1 + len(word) <= _TITLE_CHARACTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    shown = [_cut(line, _TITLE_CHARACTERS) for line in lines[:most]] or [""]
    if len(lines) > len(shown) and not shown[-1].endswith("…"):
        shown[-1] += " …"
    return shown


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1].rstrip()}…"


def _columns(text: str) -> float:
    """Return how many characters of middling width a text is as wide as."""
    return sum(map(_width_of, text))


def _width_of(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    if character in _WIDE_LETTERS:
        return 1.5
    return 1.2 if character.isupper() else not unicodedata.combining(character)


def _path(points: list[Point]) -> str:
    """Return a row of points as a path with rounded corners."""
    start, *corners = points
    path = [f"M{_point(start)}"]
    for before, corner, after in zip(points, corners, corners[1:], strict=False):
        into, out = _towards(corner, before), _towards(corner, after)
        path.append(f"L{_point(into)}Q{_point(corner)} {_point(out)}")
    return "".join([*path, f"L{_point(points[-1])}"])


def _towards(corner: Point, other: Point) -> Point:
    """Return the point on the way from a corner where its rounding ends."""
    length = hypot(other[0] - corner[0], other[1] - corner[1])
    part = min(_CORNER_PX, length / 2) / length if length else 0.0
    return corner[0] + part * (other[0] - corner[0]), corner[1] + part * (other[1] - corner[1])


def _point(point: Point) -> str:
    return f"{point[0]:.4g},{point[1]:.4g}"
