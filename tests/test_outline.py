"""The source, read closely: its outline says what the inventory counts, filtered as SPARQL would, bounded, escaped."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient
from pyoxigraph import QuerySolutions, Store

from kgpub.site import Site
from kgpub.web.app import create_app
from village import SENTENCE, TEXT

PREFIXES = "PREFIX cn: <https://w3id.org/stca-kg/ontology/> PREFIX cnv: <https://w3id.org/stca-kg/voc/> "


def parsed(client: FlaskClient, address: str) -> Element:
    """Return a page as somebody else's parser reads it."""
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.status_code == 200, address
    text = response.get_data(as_text=True)
    document: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    return document


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def by_class(document: Element, tag: str, name: str) -> list[Element]:
    return [each for each in document.iter(tag) if name in each.get("class", "").split()]


def data(client: FlaskClient, address: str) -> Any:
    return json.loads(client.get(address, headers={"Accept": "application/json"}).data)


def count(store: Store, pattern: str) -> int:
    found = store.query(f"{PREFIXES} SELECT (COUNT(DISTINCT ?claim) AS ?n) {{ {pattern} }}")
    assert isinstance(found, QuerySolutions)
    (row,) = found
    return int(row["n"].value)


def test_the_announcements_outline_is_what_the_inventory_counts(client: FlaskClient) -> None:
    outline = data(client, "/source/")
    units = outline["units"]
    assert outline["total"] == {"units": 34, "claims": 76}
    assert [unit["name"] for unit in units[:3]] == ["unit-k0", "unit-t0", "unit-s01"]
    assert Counter(unit["role"] for unit in units) == {"sentence": 27, "heading": 5, "title": 1, "label": 1}
    assert len({unit["section"]["iri"] for unit in units}) == 6
    assert len({unit["paragraph"]["iri"] for unit in units if unit["paragraph"]}) == 14
    assert sum(len(unit["claims"]) for unit in units) == 76
    assert sum(not unit["claims"] for unit in units) == sum(unit["reason"] is not None for unit in units) == 3
    starts = [unit["start"] for unit in units]
    assert starts == sorted(starts)
    claims = [claim for unit in units for claim in unit["claims"]]
    modalities = Counter(claim["modality"][0]["label"] for claim in claims)
    assert modalities == {"asserted": 54, "alleged": 4, "hypothetical": 7, "demanded": 11}
    assert Counter(len(claim["attribution"]) for claim in claims)[1] == 29  # the article's own voice
    (nested,) = [claim for claim in claims if claim["iri"].endswith("/claim-s11-c1")]
    assert [level["agent"]["iri"].rsplit("/", 1)[1] for level in nested["attribution"]] == [
        "cin",
        "ccr",
        "unspec-reports",
    ]


@pytest.mark.parametrize(
    ("query", "pattern"),
    [
        ("holder=id:ccr", "?claim cn:heldBy <https://w3id.org/stca-kg/id/ccr>"),
        ("modality=cnv:demanded", "?claim cn:modality cnv:demanded"),
        ("side=cnv:con", "?claim cn:side cnv:con"),
        (
            "holder=id:ccr&modality=cnv:asserted&side=cnv:pro",
            "?claim cn:heldBy <https://w3id.org/stca-kg/id/ccr> ; cn:modality cnv:asserted ; cn:side cnv:pro",
        ),
    ],
)
def test_a_choice_shows_the_claims_that_sparql_finds(
    client: FlaskClient, announcement: Store, query: str, pattern: str
) -> None:
    outline = data(client, f"/source/?{query}")
    expected = count(announcement, pattern)
    assert outline["total"]["claims"] == expected > 0
    assert sum(len(unit["claims"]) for unit in outline["units"]) == expected
    assert all(unit["claims"] for unit in outline["units"])
    page = parsed(client, f"/source/?{query}")
    assert len([each for each in page.iter("ol") if each.get("class") == "claims"]) == outline["total"]["units"]
    for name, values in outline["offered"].items():
        for offered in values:
            others = {key: value["iri"] for key, value in outline["chosen"].items() if key != name}
            narrowed = "&".join(f"{key}={value}" for key, value in {**others, name: offered["value"]["iri"]}.items())
            assert data(client, f"/source/?{narrowed}")["total"]["claims"] == offered["claims"]


def test_the_form_works_without_javascript_and_keeps_what_is_chosen(client: FlaskClient) -> None:
    page = parsed(client, "/source/?holder=id:ccr")
    (form,) = by_class(page, "form", "choose")
    assert (form.get("method"), form.get("action")) == ("get", "/source/")
    chosen = {
        select.get("name"): option.get("value")
        for select in form.iter("select")
        for option in select.iter("option")
        if option.get("selected") is not None
    }
    assert chosen == {"holder": "id:ccr"}
    assert all(form.find(f".//label[@for='{select.get('id')}']") is not None for select in form.iter("select"))
    (chip,) = by_class(page, "a", "remove")
    assert chip.get("href") == "/source/"


def test_pages_are_light_enough(client: FlaskClient) -> None:
    for address in ("/source/", "/debate", "/timeline", "/places"):
        assert len(client.get(address, headers={"Accept": "text/html"}).data) < 60_000, address


def test_a_unit_says_of_each_claim_who_holds_it_and_through_whom_it_comes(client: FlaskClient) -> None:
    page = parsed(client, "/source/unit-s11")
    comes, *_ = [words(each) for each in page.iter("dd") if "\N{RIGHTWARDS ARROW}" in words(each)]
    assert comes.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'") == (
        "Canada Immigration News (author's voice) \N{RIGHTWARDS ARROW} Canadian Council for Refugees (named) "
        "\N{RIGHTWARDS ARROW} Unidentified reports about equipment (unspecified)"
    )
    told = [{words(row[0]): words(row[1]) for row in claim} for claim in by_class(page, "dl", "relations")]
    (facts,) = [claim for claim in told if claim["Held by"] == "Unidentified reports about equipment"]
    assert (facts["Modality"], facts["Certainty"], facts["Explicitness"]) == ("alleged", "possible", "explicit")
    unit = data(client, "/source/unit-s11")["unit"]
    assert {span["role"] for span in unit["spans"]} == {"claim", "cue", "mention"}
    before, after = (page.find(f".//link[@rel='{relation}']") for relation in ("prev", "next"))
    assert before is not None
    assert after is not None
    assert (before.get("href"), after.get("href")) == ("/source/unit-h2", "/source/unit-s12")


def test_without_the_text_the_outline_stands_alone_and_says_why(client: FlaskClient) -> None:
    page = parsed(client, "/source/")
    assert "The text itself is not part of this data" in words(page)
    assert by_class(page, "p", "passage") == []


def test_csv_has_a_row_for_each_claim_and_none_of_the_text(village: Site, tmp_path: Path) -> None:
    pages = with_text(village, tmp_path, TEXT)
    rows = list(csv.DictReader(io.StringIO(pages.get("/source/?format=csv").get_data(as_text=True), newline="")))
    assert [(row["unit_label"], row["claim_label"]) for row in rows] == [
        ("Heading", ""),
        ("Line 2", "Ada: the bees sleep"),
        ("Line 2", "Bo: the bees do not sleep"),
        ("Line 3", ""),
    ]
    assert rows[2]["holder"] == "https://example.org/ada | https://example.org/bo"
    assert rows[3]["reason"] == "https://example.org/blank"
    for fmt in ("csv", "json"):
        for address in ("/source/", "/source/l2"):
            assert "and Bo doubts" not in pages.get(f"{address}?format={fmt}").get_data(as_text=True)


def with_text(site: Site, folder: Path, text: str | bytes) -> FlaskClient:
    """Return a client of a site whose operator has a text."""
    file = folder / "text.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return create_app(replace(site, source_text=file)).test_client()


def test_the_operators_text_is_shown_with_its_spans_where_the_hashes_match(village: Site, tmp_path: Path) -> None:
    pages = with_text(village, tmp_path, TEXT)
    page = parsed(pages, "/source/l2")
    (passage,) = by_class(page, "p", "passage")
    assert "All 6 spans have the SHA-256" in words(page)
    marks = [sup.text for sup in passage.iter("sup")]
    assert marks == ["1", "2"]
    for sup in passage.iter("sup"):
        sup.text = ""
    assert "".join(passage.itertext()).strip() == SENTENCE
    lines = {lane: words_under(passage, f"l{lane}") for lane in (0, 1)}
    assert lines == {0: "the bees 🐝 sleep, and Bo", 1: "Bo doubts it"}
    assert words_under(passage, "cue") == "Ada says"
    (name,) = passage.iter("a")
    assert (name.get("href"), name.text) == ("/bees", "bees 🐝")
    heading = by_class(parsed(pages, "/source/"), "p", "passage")[0]
    assert words(heading) == "Häuser & <Gärten> 🏡"  # escaped, or it would be an element


def words_under(passage: Element, name: str) -> str:
    return "".join("".join(each.itertext()) for each in passage.iter("span") if name in each.get("class", "").split())


def test_only_units_whose_words_are_those_of_the_data_are_shown(village: Site, tmp_path: Path) -> None:
    pages = with_text(village, tmp_path, TEXT.replace("doubts", "trusts"))
    page = parsed(pages, "/source/")
    assert [words(each) for each in by_class(page, "p", "passage")] == ["Häuser & <Gärten> 🏡"]
    assert "4 of 6 spans have the SHA-256" in words(page)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Another text altogether, as long as that one so that all of its offsets are inside it.",
            "has added another text",
        ),
        (TEXT.encode("utf-16"), "not plain UTF-8"),
        (f"\ufeff{TEXT}", "has added another text"),
    ],
)
def test_another_text_is_not_shown_and_the_page_says_so(
    village: Site, tmp_path: Path, text: str | bytes, sentence: str
) -> None:
    pages = with_text(village, tmp_path, text)
    for address in ("/source/", "/source/l2"):
        page = parsed(pages, address)
        assert by_class(page, "p", "passage") == []
        assert sentence in words(page)


def test_pages_with_and_without_the_text_have_different_tags(village: Site, tmp_path: Path) -> None:
    asked = {"Accept": "text/html"}
    tags = {client.get("/source/l2", headers=asked).headers["ETag"] for client in clients(village, tmp_path)}
    assert len(tags) == 3


def clients(site: Site, folder: Path) -> list[FlaskClient]:
    (folder / "other").mkdir()
    return [
        create_app(site).test_client(),
        with_text(site, folder, TEXT),
        with_text(site, folder / "other", TEXT.replace("doubts", "trusts")),
    ]


def test_labels_that_look_like_markup_are_escaped(village: Site) -> None:
    text = create_app(village).test_client().get("/source/", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "Bo &lt;b&gt;bold&lt;/b&gt;" in text
    assert "<b>bold" not in text


def test_labels_follow_the_reader(village: Site) -> None:
    pages = create_app(village).test_client()
    french = words(parsed(pages, "/source/l2?lang=fr"))
    assert "Adèle : les abeilles dorment" in french
    assert "Adèle" in words(parsed(pages, "/debate?lang=fr"))
    assert "Ada: the bees sleep" in words(parsed(pages, "/source/l2?lang=en"))


def test_long_outlines_have_pages(village: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgpub.outline.UNITS_A_PAGE", 2)
    pages = create_app(village).test_client()
    first, second = (data(pages, f"/source/?page={number}") for number in (1, 2))
    assert [unit["name"] for unit in (*first["units"], *second["units"])] == ["l1", "l2", "l3"]
    assert first["pages"] == 2
    links = pages.get("/source/?page=2").headers["Link"]
    assert '</source/>; rel="prev"' in links


def test_the_announcements_text_matches_where_it_is_at_hand(
    site: Site, source_text: str | None, tmp_path: Path
) -> None:
    if source_text is None:
        pytest.skip("the source is not redistributed")
    page = parsed(with_text(site, tmp_path, source_text), "/source/")
    assert "All 320 spans have the SHA-256" in words(page)
    assert len(by_class(page, "p", "passage")) == 34
    shown = with_text(site, tmp_path, source_text).get("/source/", headers={"Accept": "text/html"})
    assert len(shown.data) < 60_000
