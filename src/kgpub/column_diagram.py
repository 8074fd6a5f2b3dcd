"""A picture of boxes in columns, with arrows from one column to the next: small enough to need no layout engine."""

from collections.abc import Sequence

from kgpub.diagram import Arrow, Box, Drawing, PlacedArrow, PlacedBox, placed_at, size_of

_MARGIN_PX, _BETWEEN_COLUMNS_PX, _BETWEEN_BOXES_PX = 8, 72, 14
#: Space between the ends of arrows that meet at a box, at most.
_BETWEEN_ENDS_PX = 16


def draw_columns(columns: Sequence[Sequence[Box]], arrows: Sequence[Arrow]) -> Drawing | None:
    """Return boxes in columns from left to right, each column in the middle of the height; None for a single box.

    Arrows lead from a box to one in a column further to the right.
    """
    columns = [column for column in columns if column]
    if sum(map(len, columns)) < 2:  # noqa: PLR2004 (one box is no picture)
        return None
    height = max(map(_height, columns))
    boxes: dict[str, PlacedBox] = {}
    left = float(_MARGIN_PX)
    for column in columns:
        width = max(size_of(box)[0] for box in column)
        top = _MARGIN_PX + (height - _height(column)) / 2
        for box in column:
            tall = size_of(box)[1]
            boxes[box.key] = placed_at(box, left + width / 2, top + tall / 2)
            top += tall + _BETWEEN_BOXES_PX
        left += width + _BETWEEN_COLUMNS_PX
    width = left - _BETWEEN_COLUMNS_PX + _MARGIN_PX
    lines = tuple(_line(arrow, boxes, arrows) for arrow in arrows)
    return Drawing(round(width), round(height + 2 * _MARGIN_PX), tuple(boxes.values()), lines)


def _height(column: Sequence[Box]) -> float:
    return sum(size_of(box)[1] for box in column) + _BETWEEN_BOXES_PX * (len(column) - 1)


def _line(arrow: Arrow, boxes: dict[str, PlacedBox], arrows: Sequence[Arrow]) -> PlacedArrow:
    """Return an arrow as a curve that leaves and arrives level."""
    source, target = boxes[arrow.source], boxes[arrow.target]
    x, y = source.x + source.width, _end(source, arrow, [a for a in arrows if a.source == arrow.source])
    to_x, to_y = target.x, _end(target, arrow, [a for a in arrows if a.target == arrow.target])
    half = (to_x - x) / 2
    return PlacedArrow(
        arrow.kind, f"M{x:.4g},{y:.4g}C{x + half:.4g},{y:.4g} {to_x - half:.4g},{to_y:.4g} {to_x:.4g},{to_y:.4g}"
    )


def _end(box: PlacedBox, arrow: Arrow, beside: Sequence[Arrow]) -> float:
    """Return at which height an arrow ends at a box, beside the others that do."""
    step = min(_BETWEEN_ENDS_PX, box.height / (len(beside) + 1))
    return box.y + box.height / 2 + step * (beside.index(arrow) - (len(beside) - 1) / 2)
