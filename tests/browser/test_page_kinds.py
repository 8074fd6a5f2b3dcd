"""What holds for every kind of page, on a desk and on a phone, by day and at night."""

from collections.abc import Iterator, Mapping
from typing import Literal

import pytest
from playwright.sync_api import Browser, ViewportSize

from browser.conftest import DESKTOP, PHONE
from browser.page_kinds import PAGE_KINDS
from browser.reader import Reader, open_reader
from browser.scripts import axe
from conftest import Server

#: WCAG 2.2, levels A and AA, as axe-core marks its rules.
_WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
#: What changes with the scheme: nothing but colours does.
_OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
_LOOKS: tuple[tuple[ViewportSize, Literal["light", "dark"], Literal["light", "dark"]], ...] = (
    (DESKTOP, "light", "dark"),
    (PHONE, "dark", "light"),
)
_BYTES, _SHIFT = 60_000, 0.01


@pytest.fixture(scope="module")
def window(chromium: Browser, server: Server) -> Iterator[Reader]:
    """One window for all pages: what is slow is to open it, and to read axe-core."""
    context = chromium.new_context(reduced_motion="reduce")
    context.add_init_script(axe())
    yield open_reader(context, server.address)
    context.close()


@pytest.mark.parametrize("kind", PAGE_KINDS)
def test_a_page_keeps_nobody_out_and_is_light_and_stays_in_place(kind: str, window: Reader) -> None:
    page = window.page
    window.troubles.clear()
    for viewport, scheme, other in _LOOKS:
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        window.visit(PAGE_KINDS[kind].path, PAGE_KINDS[kind].status)
        assert PAGE_KINDS[kind].has_tool or window.transferred_bytes() < _BYTES
        assert page.locator("[role=search] [role=combobox]").count() == (kind != "preview")
        assert _stays_in_place(window, kind)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert list(_violations(window, _WCAG)) == [], (viewport, scheme)
        page.emulate_media(color_scheme=other)
        assert list(_violations(window, _OF_COLOURS)) == [], (viewport, other)
    assert window.troubles == []


def _stays_in_place(window: Reader, kind: str) -> bool:
    """Tell whether a page that is shown does not move: what moves because of how it is made, moves every time.

    On a busy machine the browser shows what it has read so far, half a row of links for example, and then the rest.
    """
    if window.shift() <= _SHIFT:
        return True
    window.visit(PAGE_KINDS[kind].path, PAGE_KINDS[kind].status)
    return window.shift() <= _SHIFT


def _violations(reader: Reader, rules: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    report = reader.page.evaluate("(rules) => axe.run({ runOnly: rules, resultTypes: ['violations'] })", rules)
    for violation in report["violations"]:
        for node in violation["nodes"]:
            yield violation["id"], node["html"][:200]
