"""The style sheet: both themes can be read, and what moves or is printed is seen to."""

import re
from importlib.resources import files
from itertools import product

import pytest

SHEET, TOOLS = (files("kgpub").joinpath(f"static/{name}.css").read_text("utf-8") for name in ("style", "tools"))
STYLE = f"{SHEET}\n{TOOLS}"
VARIABLE = re.compile(r"(--[a-z0-9-]+): (#[0-9a-f]{3,6});")
LIGHT, DARK = (dict(VARIABLE.findall(block)) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2])

#: Texts, and what they stand on.
TEXTS = ("--ink", "--soft", "--accent", "--accent-strong")
GROUNDS = ("--paper", "--raised", "--tint", "--quote-tint")
PAIRS = [
    *product(TEXTS, GROUNDS),
    ("--quote", "--quote-tint"),
    ("--wrong", "--wrong-tint"),
    ("--wrong", "--raised"),
    ("--paper", "--accent"),
    ("--paper", "--accent-strong"),
]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, LIGHT | DARK], ids=["light", "dark"])
def test_texts_have_enough_contrast_in_both_themes(theme: dict[str, str]) -> None:
    low = {pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


def test_every_colour_is_a_variable_of_both_themes() -> None:
    assert DARK.keys() == LIGHT.keys()
    rules = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{3,8}\b(?=[;, )])", rules) == []


def test_nothing_moves_for_who_does_not_want_it() -> None:
    moving = [m.start() for m in re.finditer(r"\b(transition|animation)\s*:", STYLE)]
    wanted = [m.span() for m in re.finditer(r"@media \(prefers-reduced-motion: no-preference\) \{.*?\} \}", STYLE)]
    assert moving
    assert all(any(start < at < end for start, end in wanted) for at in moving)


def test_the_style_sheet_fetches_nothing_and_is_light() -> None:
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    assert len(SHEET) < 45_000
