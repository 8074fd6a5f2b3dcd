"""Boxes and arrows laid out as a picture: nothing covers a text, whatever the texts are."""

import itertools
import re

import pytest

from kgpub.diagram import Arrow, Box, Caption, Drawing, PlacedBox, draw


def box(key: str, title: str = "", *lines: str) -> Box:
    return Box(key, "class", Caption(title or key), tuple(Caption(line) for line in lines))


def drawn(boxes: list[Box], arrows: list[Arrow]) -> Drawing:
    drawing = draw(boxes, arrows)
    assert drawing is not None
    return drawing


def overlap(a: PlacedBox, b: PlacedBox) -> bool:
    return abs(2 * a.x + a.width - 2 * b.x - b.width) < a.width + b.width and (
        abs(2 * a.y + a.height - 2 * b.y - b.height) < a.height + b.height
    )


def points(path: str) -> list[tuple[float, float]]:
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def crosses(path: str, placed: PlacedBox) -> bool:
    """Tell whether a line of level and upright parts runs through the inside of a box."""
    return any(
        max(x1, x2) > placed.x + 1
        and min(x1, x2) < placed.x + placed.width - 1
        and max(y1, y2) > placed.y + 1
        and min(y1, y2) < placed.y + placed.height - 1
        for (x1, y1), (x2, y2) in itertools.pairwise(points(path))
    )


def texts(drawing: Drawing) -> list[str]:
    return [line.text for placed in drawing.boxes for caption in placed.captions for line in caption.lines]


GRID = [box(f"c{n}", f"Class {n}", *(f"property {n}.{m}" for m in range(n % 4))) for n in range(24)]
WEB = [Arrow(f"c{a}", f"c{b}", "to") for a, b in itertools.combinations(range(24), 2) if (a * b) % 11 == 3]


def test_no_boxes_overlap_and_all_lie_inside_the_picture() -> None:
    drawing = drawn(GRID, WEB)
    assert [(a, b) for a, b in itertools.combinations(drawing.boxes, 2) if overlap(a, b)] == []
    outside = [b for b in drawing.boxes if b.x < 0 or b.y < 0 or b.x + b.width > drawing.width]
    assert [*outside, *(b for b in drawing.boxes if b.y + b.height > drawing.height)] == []


def test_no_line_runs_through_a_box() -> None:
    drawing = drawn(GRID, WEB)
    assert [(a.path, b) for a in drawing.arrows for b in drawing.boxes if crosses(a.path, b)] == []


def test_the_same_picture_comes_out_every_time() -> None:
    assert draw(GRID, WEB) == draw(GRID, WEB)


def test_a_picture_of_nothing_is_none() -> None:
    assert draw([], []) is None


def test_a_cycle_is_drawn() -> None:
    arrows = [Arrow("a", "b", "to"), Arrow("b", "c", "to"), Arrow("c", "a", "to"), Arrow("a", "a", "to")]
    assert len(drawn([box("a"), box("b"), box("c")], arrows).arrows) == 4


def test_what_stands_at_the_top_stands_on_the_left() -> None:
    """A narrow screen shows the top left corner first."""
    arrows = [Arrow("top", f"low{n}", "to") for n in range(2)] + [Arrow("low0", f"leaf{n}", "to") for n in range(6)]
    names = ["top", "low0", "low1", *(f"leaf{n}" for n in range(6))]
    for order in (names, names[::-1]):
        drawing = drawn([box(name) for name in order], arrows)
        top = next(b for b in drawing.boxes if b.captions[0].caption.text == "top")
        assert top.x + top.width / 2 <= drawing.width / 2 + 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("line\nbreak\tand\x00 more", ["line break and more"]),
        ("Relation between positions and others", ["Relation between", "positions and others"]),
        ("word " * 30, ["word word word word", "word word word word …"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifffahrt…"]),
        ("<script>alert(1)</script>", ["<script>alert(1)</scr…"]),
        ("\u05e9\u05dc\u05d5\u05dd", ["\u05e9\u05dc\u05d5\u05dd"]),
        ("", [""]),
    ],
)
def test_a_title_takes_two_lines_at_most(text: str, shown: list[str]) -> None:
    assert texts(drawn([Box("a", "class", Caption(text))], [])) == shown


def test_what_is_cut_can_be_read_whole() -> None:
    long = "a property with a name that is longer than what a line can hold"
    (placed,) = drawn([box("a", "A", long, "short")], []).boxes
    assert [caption.caption.title for caption in placed.captions] == ["", long, ""]
    assert placed.captions[1].lines[0].text.endswith("…")


def test_capitals_and_wide_letters_have_room() -> None:
    """Measured in DejaVu Sans at 13 px, semi-bold, among the widest there are."""
    for title, pixels in (("PizzaComUmNome", 136.2), ("MammalWWMMm", 130.1), ("CoberturaPrinceCarlo", 157.9)):
        assert drawn([box("a", title)], []).boxes[0].width >= pixels, title


def test_wide_characters_get_wide_boxes() -> None:
    latin, chinese = (drawn([box("a", text)], []).boxes[0].width for text in ("abcdefghij", "\u56fd" * 10))
    assert chinese > 1.5 * latin
