"""The explorer: a picture that grows, is filtered, saved, and told by a query."""

from typing import Literal
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

from playwright.sync_api import Page, expect

from browser.page_kinds import PAGE_KINDS
from browser.reader import Reader

_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_SVG = "{http://www.w3.org/2000/svg}"


def _saved(page: Page) -> ET.Element:
    """Return the picture as it is saved."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as SVG").click()
    return ET.parse(download.value.path()).getroot()  # noqa: S314  # it was made by our own page


def _things(svg: ET.Element) -> set[str]:
    return {a.get("href", "") for a in svg.iter(f"{_SVG}a")}


def _arrows(svg: ET.Element) -> int:
    return sum(1 for path in svg.iter(f"{_SVG}path") if path.get("marker-end"))


def _click(page: Page, svg: ET.Element, iri: str) -> None:
    """Click a thing: the whole picture is fitted into the stage, 30 px from its edges."""
    page.get_by_role("button", name="Fit").click()
    left, top, width, height = map(float, svg.get("viewBox", "").split())
    (circle,) = (a[0] for a in svg.iter(f"{_SVG}a") if a.get("href") == iri)
    box = page.locator(".stage").bounding_box()
    assert box is not None
    zoom = min((box["width"] - 60) / (width - 20), (box["height"] - 60) / (height - 20), 3)
    x = (float(circle.get("cx", "")) - left - width / 2) * zoom + box["width"] / 2
    y = (float(circle.get("cy", "")) - top - height / 2) * zoom + box["height"] / 2
    page.locator(".stage").click(position={"x": x, "y": y})


def _query(page: Page) -> str:
    href = page.get_by_role("link", name="The SPARQL of these links").get_attribute("href") or ""
    return parse_qs(urlsplit(href).query)["query"][0]


def test_a_picture_is_drawn_filtered_and_saved_and_has_its_query(reader: Reader) -> None:
    page = reader.visit(PAGE_KINDS["explore"].path)
    told = page.locator(".explorer [role=status]")
    expect(told).to_contain_text("links")
    before = _saved(page)
    assert "https://w3id.org/stca-kg/id/ccr" in _things(before)
    page.get_by_text("Properties", exact=True).click()
    page.get_by_label("held by").uncheck()
    assert _arrows(_saved(page)) < _arrows(before)
    assert "NOT IN (<https://w3id.org/stca-kg/ontology/heldBy>)" in _query(page)
    page.get_by_role("link", name="The SPARQL of these links").click()
    expect(page.get_by_role("table")).to_be_visible()


def test_a_saved_picture_has_the_colours_of_the_page_and_says_what_it_shows(reader: Reader) -> None:
    page = reader.visit(PAGE_KINDS["explore"].path)
    expect(page.locator(".explorer [role=status]")).to_contain_text("links")
    papers = []
    for scheme in _SCHEMES:
        page.emulate_media(color_scheme=scheme)
        svg = _saved(page)
        (ground,) = svg.findall(f"{_SVG}rect")
        papers.append(ground.get("fill"))
        assert papers[-1] == page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')")
        assert svg.get("fill") == page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink')")
    assert len(set(papers)) == 2
    assert "Canadian Council for Refugees" in (svg.findtext(f"{_SVG}title") or "")
    told = (svg.findtext(f"{_SVG}desc") or "").split("\n")
    assert len(told) == _arrows(svg)
    assert any(line.endswith("held by · Canadian Council for Refugees") for line in told)


def test_a_click_brings_in_the_links_of_a_neighbour(reader: Reader) -> None:
    page = reader.visit("/explore?iri=https%3A%2F%2Fw3id.org%2Fstca-kg%2Fid%2Funit-s05")
    told = page.locator(".explorer [role=status]")
    expect(told).to_contain_text("links")
    before, text = _saved(page), told.inner_text()
    neighbour = "https://w3id.org/stca-kg/id/para-p03"
    _click(page, before, neighbour)
    expect(told).not_to_have_text(text)
    assert _things(before) < _things(_saved(page))
    assert f"VALUES ?thing {{ <https://w3id.org/stca-kg/id/unit-s05> <{neighbour}> }}" in _query(page)


def test_the_lists_lead_on_without_the_picture(reader: Reader) -> None:
    page = reader.visit(PAGE_KINDS["explore"].path)
    page.get_by_role("link", name="explore", exact=False).first.click()
    expect(page.locator(".kicker")).to_have_text("Explore")
    assert page.url != reader.address + PAGE_KINDS["explore"].path
