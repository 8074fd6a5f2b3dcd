"""The timeline: dates in their order, no more exact than the data, by class, and who says so if not the graph."""

import csv
import io
import json
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient

from kgpub.site import Site
from kgpub.web.app import create_app


def data(client: FlaskClient, address: str) -> Any:
    return json.loads(client.get(address, headers={"Accept": "application/json"}).data)


def shown(client: FlaskClient, address: str) -> tuple[list[str], list[tuple[str | None, str]]]:
    """Return the years of a page, and its dates for programs and for readers."""
    text = client.get(address, headers={"Accept": "text/html"}).get_data(as_text=True)
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    (timeline,) = [each for each in document.iter("div") if each.get("class") == "timeline"]
    years = [head.text for head in timeline.iter("h2")]
    return years, [(each.get("datetime"), " ".join((each.text or "").split())) for each in timeline.iter("time")]


def test_the_announcements_dates_are_in_order(client: FlaskClient) -> None:
    timeline = data(client, "/timeline")
    assert timeline["total"] == 18
    dates = [each["date"] for each in timeline["dates"]]
    assert dates == sorted(dates)
    (claimed,) = [each for each in timeline["dates"] if each["according"]]
    assert claimed["date"] == "2004"
    assert claimed["precision"] == "year"
    assert claimed["according"]["iri"] == "https://w3id.org/stca-kg/id/claim-s15-c1"
    decisions = data(client, "/timeline?class=cn:CourtDecision")
    assert [each["date"][:4] for each in decisions["dates"]] == ["2007", "2008", "2009", "2020", "2021", "2023"]
    assert {each["dates"] for each in timeline["classes"] if each["value"]["label"] == "Court decision"} == {6}


def test_a_date_is_shown_as_exactly_as_the_data_has_it(village: Site) -> None:
    years, dates = shown(create_app(village).test_client(), "/timeline")
    assert years == ["44 BC", "1999"]
    assert dates == [
        ("-0043-03", "March 44 BC"),
        ("1999", "1999"),
        ("1999-05-31", "31 May 1999"),
        ("1999-06-02", "2 June 1999"),
        ("1999-05-31T12:00:00Z", "31 May 1999, 12:00:00 UTC"),
    ]
    page = create_app(village).test_client().get("/timeline", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "(year only)" in page
    assert 'Only according to: <a href="/c1"' in page


def test_intervals_and_claimed_dates_are_told_in_data_too(village: Site) -> None:
    rows = csv.DictReader(
        io.StringIO(create_app(village).test_client().get("/timeline?format=csv").get_data(as_text=True), newline="")
    )
    by_label = {row["thing_label"]: row for row in rows}
    assert (by_label["The feast"]["date"], by_label["The feast"]["end"]) == ("1999-05-31", "1999-06-02")
    assert by_label["The ford"]["precision"] == "month"
    assert by_label["The bell"]["according"] == "https://example.org/c1"


def test_long_timelines_have_pages(village: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgpub.timeline.DATES_A_PAGE", 3)
    client = create_app(village).test_client()
    pages = [data(client, f"/timeline?page={page}") for page in (1, 2)]
    assert [len(page["dates"]) for page in pages] == [3, 1]
    assert pages[0]["pages"] == 2
    assert '</timeline?page=2>; rel="next"' in client.get("/timeline").headers["Link"]
    assert client.get("/timeline?page=3").status_code == 404
