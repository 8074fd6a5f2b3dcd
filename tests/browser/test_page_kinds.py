"""What holds for every kind of page, on a desk by day and on a phone at night."""

from collections.abc import Iterator
from typing import Any

import pytest

from browser.conftest import DESKTOP, PHONE, OpenReader
from browser.page_kinds import PAGE_KINDS
from browser.reader import Reader
from browser.scripts import axe

#: WCAG 2.2, levels A and AA, as axe-core marks its rules.
_WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_BYTES, _SHIFT = 60_000, 0.01


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
@pytest.mark.parametrize("kind", PAGE_KINDS)
def test_a_page_keeps_nobody_out_and_is_light_and_stays_in_place(
    kind: str, viewport: Any, scheme: str, open_window: OpenReader
) -> None:
    reader = open_window(axe(), viewport=viewport, color_scheme=scheme)
    page = reader.visit(PAGE_KINDS[kind].path, PAGE_KINDS[kind].status)
    assert PAGE_KINDS[kind].has_tool or reader.transferred_bytes() < _BYTES
    assert page.locator("[role=search] [role=combobox]").count() == (kind != "preview")
    assert reader.shift() <= _SHIFT
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert list(_violations(reader)) == []


def _violations(reader: Reader) -> Iterator[tuple[str, str]]:
    report = reader.page.evaluate(
        "(tags) => axe.run({ runOnly: tags, resultTypes: ['violations'] })", list(_WCAG)
    )  # fmt: skip
    for violation in report["violations"]:
        for node in violation["nodes"]:
            yield violation["id"], node["html"][:200]
