"""The head of every page: the title whole, the links beneath it, in one row on a desk."""

import pytest

from browser.reader import Reader


@pytest.mark.parametrize("address", ["/doc/id/ccr", "/doc/id/ccr?ui=fr&lang=fr", "/search?q=canada", "/"])
def test_the_title_is_whole_and_the_links_are_in_a_row(address: str, reader: Reader) -> None:
    page = reader.visit(address)
    for width, rows in ((1280, 1), (1024, 1), (390, 3), (320, 4)):
        page.set_viewport_size({"width": width, "height": 800})
        title, links, languages, find = page.evaluate(
            """() => {
              const brand = document.querySelector('.brand');
              const all = (selector) => [...document.querySelectorAll(selector)];
              const places = (selector) => all(selector).map((one) => one.getBoundingClientRect());
              return [
                [brand.scrollWidth - brand.clientWidth, brand.scrollHeight - brand.clientHeight],
                new Set(places('header nav:not(.languages) a').map(({ top }) => Math.round(top))).size,
                places('.languages')[0]?.right ?? 0,
                places('.find')[0]?.right ?? 0,
              ];
            }"""
        )
        assert title == [0, 0], width
        assert links <= rows, width
        assert max(languages, find) <= width
