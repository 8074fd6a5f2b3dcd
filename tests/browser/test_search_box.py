"""The search box of every page: a combobox as the WAI-ARIA Authoring Practices describe it."""

import re

from playwright.sync_api import expect

from browser.conftest import PHONE, OpenReader
from browser.reader import Reader
from browser.scripts import bundler

_BYTES = 5_000


def test_the_script_is_small() -> None:
    (script,) = bundler()["BUNDLES"].glob("search-box-*.js")
    assert script.stat().st_size < _BYTES


def test_what_is_typed_is_completed_and_followed_with_the_keyboard(reader: Reader) -> None:
    page = reader.visit("/")
    box = page.get_by_role("combobox", name="Search")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("canadian cou")
    expect(options.first).to_contain_text("Canadian Council for Refugees")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").first).to_have_text(re.compile(r"^Suggestions: \d$"))
    assert box.get_attribute("aria-activedescendant") is None

    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    box.press("ArrowUp")  # back in the box
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("canadian cou")
    expect(box).to_be_focused()

    box.press("ArrowDown")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/doc/id/ccr")


def test_without_a_choice_enter_searches(reader: Reader) -> None:
    page = reader.visit("/")
    box = page.get_by_role("combobox", name="Search")
    box.press_sequentially("canada")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Enter")
    page.wait_for_url("**/search?q=canada")


def test_a_finger_follows_a_suggestion(open_window: OpenReader) -> None:
    page = open_window(viewport=PHONE, has_touch=True).visit("/search")
    page.get_by_role("combobox").press_sequentially("safe third")
    option = page.get_by_role("option").first
    box = option.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    option.tap()
    page.wait_for_url("**/doc/id/*")


def test_suggestions_close_when_the_reader_goes_on(reader: Reader) -> None:
    page = reader.visit("/")
    page.get_by_role("combobox", name="Search").press_sequentially("canada")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("option")).to_have_count(0)


def test_a_search_of_one_class_suggests_things_of_that_class(reader: Reader) -> None:
    page = reader.visit("/search?q=canada&type=https%3A%2F%2Fw3id.org%2Fstca-kg%2Fontology%2FClaim")
    page.get_by_role("combobox").fill("")
    page.get_by_role("combobox").press_sequentially("canada")
    expect(page.get_by_role("option").first).to_contain_text("Claim")
