"""The workbench of a query writer: examples, names completed, mistakes marked, results as table, chart and data."""

import csv
import io
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from browser.reader import Reader

#: CodeMirror ignores Enter for a moment after options appeared, since it may have been meant for the text.
_SETTLED_MS = 150
_COUNTS = "SELECT ?class (COUNT(?thing) AS ?things) { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things) LIMIT 12"


def write(page: Page, text: str) -> None:
    """Put a text in the place of what the editor holds."""
    box = page.get_by_role("textbox", name="SPARQL query")
    box.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def test_a_query_writer_goes_from_an_example_to_a_permanent_link(reader: Reader) -> None:
    page = reader.visit("/sparql")
    page.get_by_label("Examples").select_option(label="Which demands are made, of whom, for which act?")
    expect(page.locator(".editor .cm-content")).to_contain_text("Which demands are made")
    page.get_by_role("button", name="Run query").click()
    table = page.get_by_role("table")
    expect(table).to_be_visible()
    asked = parse_qs(urlsplit(page.url).query)["query"][0]
    assert "SELECT" in asked

    permanent = page.get_by_role("link", name="Permanent link").get_attribute("href") or ""
    assert permanent == page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8"))))
    assert len(rows) == table.get_by_role("row").count()

    again = reader.visit(permanent.removeprefix(reader.address))
    expect(again.get_by_role("table")).to_be_visible()


def test_an_example_takes_values(reader: Reader) -> None:
    page = reader.visit("/sparql")
    title = page.locator(".examples option", has_text="claimed in a sentence").first.inner_text()
    page.get_by_label("Examples").select_option(label=title)
    field = page.locator(".example-parameters input[data-parameter=unit]")
    field.fill("id/unit-s06")
    field.press("Tab")
    expect(page.locator(".editor .cm-content")).to_contain_text("id/unit-s06")


def test_a_mistake_is_marked_where_it_is(reader: Reader) -> None:
    page = reader.visit("/sparql")
    write(page, "SELECT * {\n  ?s ?p\n}")
    page.get_by_role("button", name="Run query").click()
    expect(page.get_by_role("alert")).to_contain_text("line 3, column 1")
    reader.expect_trouble("status of 400")
    expect(page.locator(".editor .cm-mistaken-line")).to_have_text("}")
    page.keyboard.insert_text("?o ")  # the cursor stands there
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.locator(".editor .cm-mistaken-line")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_page_of_a_mistake_marks_it_too(reader: Reader) -> None:
    page = reader.visit(f"/sparql?query={quote('SELECT * { ?s ?p }')}", 400)
    expect(page.locator(".editor .cm-mistaken-line")).to_have_text("SELECT * { ?s ?p }")
    write(page, "ASK { ?s ?p ?o }")
    page.get_by_role("button", name="Run again").click()
    expect(page.locator(".answer")).to_have_text("Yes")


def test_names_of_the_release_are_completed_and_their_prefixes_declared(reader: Reader) -> None:
    page = reader.visit("/sparql")
    write(page, "SELECT * { ?x a ")
    page.keyboard.type("demand")
    option = page.locator(".editor .cm-tooltip-autocomplete li").first
    expect(option).to_contain_text("cn:Demand")
    expect(option).to_contain_text("Demand · 11")
    page.wait_for_timeout(_SETTLED_MS)
    page.keyboard.press("Enter")
    expect(page.locator(".editor .cm-line").first).to_have_text("PREFIX cn: <https://w3id.org/stca-kg/ontology/>")
    page.keyboard.type("; cn:heldB")
    expect(option).to_contain_text("cn:heldBy")
    page.wait_for_timeout(_SETTLED_MS)
    page.keyboard.press("Enter")
    page.keyboard.type(" ?holder ")
    page.keyboard.press("Escape")
    page.keyboard.type("}")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(12)


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("SELECT * { ?x a cn:Unit ; ", {"cn:atSpan", "cn:order"}),
        ('SELECT * { ?p cn:heldBy/rdfs:label ?n FILTER(LANG(?n) = "en") ?x a cn:Unit . ?x ', {"cn:atSpan", "cn:order"}),
        ("SELECT * { ?u cn:partOf [ a cn:Unit ; ", {"cn:atSpan", "cn:order"}),
        ("SELECT * { ?x a cn:Unit . ?y a cn:Claim ; ", {"cn:polarity", "cn:proposition"}),
    ],
)
def test_the_properties_of_the_subject_s_class_come_first(query: str, offered: set[str], reader: Reader) -> None:
    page = reader.visit("/sparql")
    write(page, query)
    page.keyboard.press("Control+Space")
    options = page.locator(".editor .cm-tooltip-autocomplete li .cm-completionLabel")
    expect(options.first).to_be_visible()
    assert offered < set(options.all_inner_texts()[:5])


@pytest.mark.parametrize("kind", ["Bars", "Line", "Pie"])
def test_numbers_are_drawn(kind: str, reader: Reader) -> None:
    page = reader.visit(f"/sparql?query={quote(_COUNTS)}")
    page.get_by_role("button", name="Chart").click()
    page.get_by_role("combobox", name="Kind of chart").select_option(kind)
    chart = page.get_by_role("img", name="things by class; the table has the numbers")
    expect(chart).to_contain_text("Source span")
    assert chart.locator("circle").count() == {"Line": 12}.get(kind, 0)
    page.get_by_role("button", name="Table").click()
    expect(page.get_by_role("table")).to_be_visible()


def test_raw_results_are_shown_as_they_were_sent(reader: Reader) -> None:
    page = reader.visit(f"/sparql?query={quote(_COUNTS)}")
    page.get_by_role("button", name="Raw").click()
    expect(page.locator(".raw")).to_contain_text('"bindings": [')
    expect(page.get_by_role("table")).to_be_hidden()


def test_a_query_over_budget_is_told_and_the_workbench_goes_on(reader: Reader) -> None:
    page = reader.visit("/sparql")
    write(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.get_by_role("button", name="Run query").click()
    expect(page.get_by_role("alert")).to_contain_text("time budget of 3 s", timeout=10_000)
    reader.expect_trouble("status of 422")
    write(page, "ASK { ?s ?p ?o }")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".answer")).to_have_text("Yes")


def test_tab_leaves_the_editor(reader: Reader) -> None:
    page = reader.visit("/sparql")
    page.get_by_role("textbox", name="SPARQL query").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run query")).to_be_focused()
