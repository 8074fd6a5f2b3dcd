"""What people come for, from the first page to the end: on a desk, with the keyboard alone, without scripts."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import OpenReader
from browser.page_kinds import PAGE_KINDS
from browser.reader import Reader

_TABS = 60


def test_a_newcomer_finds_an_organisation_and_its_data(reader: Reader) -> None:
    page = reader.visit("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Safe Third Country Agreement")
    page.get_by_role("combobox", name="Search").press_sequentially("canadian council")
    page.get_by_role("option", name="Canadian Council for Refugees").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Canadian Council for Refugees")
    page.locator('main a[href^="/id/claim-"]').first.click()
    page.wait_for_url("**/doc/id/claim-*")
    page.go_back()

    data = page.get_by_role("link", name="Turtle", exact=True)
    answer = page.request.get(reader.address + (data.get_attribute("href") or ""))
    assert answer.headers["content-type"].startswith("text/turtle")
    assert "Canadian Council for Refugees" in answer.text()


def test_a_linker_finds_which_of_our_things_theirs_is_and_how_to_cite_it(reader: Reader) -> None:
    page = reader.visit("/lookup")
    page.get_by_label("IRI").first.fill("http://www.wikidata.org/entity/Q16")
    page.get_by_role("button", name="Look up").click()
    page.get_by_role("main").get_by_role("link", name="Canada").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Canada")
    iri = page.locator(".iri code").first.inner_text()
    assert iri.startswith("https://w3id.org/stca-kg/")
    expect(page.locator(".cite")).to_contain_text(iri)
    assert page.locator("link[rel=canonical]").get_attribute("href") == iri.replace("/id/", "/doc/id/")
    expect(page.locator('main a[href="http://www.wikidata.org/entity/Q16"]').first).to_be_visible()


def test_everything_can_be_reached_with_the_keyboard_and_shows_where_it_is(reader: Reader) -> None:
    page = reader.visit("/doc/id/ccr")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    reached = list(_tabbed_through(page))
    assert len(reached) > 20
    assert [name for name, is_marked in reached if not is_marked] == []


def _tabbed_through(page: Page) -> Iterator[tuple[str, bool]]:
    """Press Tab many times; yield what has the focus, and whether it shows."""
    for _ in range(_TABS):
        page.keyboard.press("Tab")
        name, is_marked = page.evaluate(
            """() => {
              const focused = document.activeElement;
              const { outlineStyle, outlineWidth } = getComputedStyle(focused);
              const place = focused.getBoundingClientRect();
              return [focused.outerHTML.slice(0, 90),
                outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && place.width > 0 && place.height > 0];
            }"""
        )
        if name.startswith("<body"):
            return
        yield name, is_marked


def test_a_query_is_found_and_asked_with_the_keyboard_alone(reader: Reader) -> None:
    page = reader.visit("/")
    page.get_by_role("link", name="Queries", exact=True).press("Enter")
    page.get_by_role("link", name="Which demands are made").press("Enter")
    expect(page.get_by_role("table").first).to_be_visible()


@pytest.mark.parametrize("kind", ["home", "search-results", "organisation", "ontology", "stored-query", "sparql-rows"])
def test_without_scripts_a_page_says_the_same(kind: str, open_window: OpenReader) -> None:
    with_scripts = open_window().visit(PAGE_KINDS[kind].path)
    without = open_window(java_script_enabled=False).page
    without.goto(with_scripts.url)
    assert without.locator("main h1").inner_text() == with_scripts.locator("main h1").inner_text()
    assert without.locator("main h2").all_inner_texts() == with_scripts.locator("main h2").all_inner_texts()


def test_without_scripts_a_reader_searches_and_asks(open_window: OpenReader) -> None:
    reader = open_window(java_script_enabled=False)
    page = reader.page
    page.goto(reader.address)
    page.get_by_role("searchbox", name="Search").fill("canadian council")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Canadian Council for Refugees").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Canadian Council for Refugees")
    page.get_by_role("link", name="SPARQL", exact=True).click()
    page.get_by_role("textbox", name="SPARQL query").fill("SELECT ?class { ?thing a ?class } LIMIT 3")
    page.get_by_role("button", name="Run query").click()
    assert urlsplit(page.url).path == "/sparql"
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(4)
