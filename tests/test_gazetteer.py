"""Places: each inside its own, with what is there, who says so, and coordinates where the data has them."""

import json
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient

from kgpub.site import Site
from kgpub.web.app import create_app

ID = "https://w3id.org/stca-kg/id/"


def data(client: FlaskClient, address: str) -> Any:
    return json.loads(client.get(address, headers={"Accept": "application/json"}).data)


def test_the_announcements_places_hold_what_positions_put_there(client: FlaskClient) -> None:
    places = data(client, "/places")
    assert places["total"] == 16  # of 18, two are in the United States
    first = places["places"][0]
    assert first["iri"] == f"{ID}us"  # most is there
    assert {part["iri"] for part in first["parts"]} == {f"{ID}minnesota", f"{ID}us-states-multiple"}
    raids = [each for part in first["parts"] for each in part["things"] if each["thing"]["iri"] == f"{ID}e07"]
    assert len(raids) == 2
    assert all(each["according"] for each in raids)
    (washington,) = [place for place in places["places"] if place["iri"] == f"{ID}washington-dc"]
    assert [(each["thing"]["iri"], each["according"]) for each in washington["things"]] == [(f"{ID}stca", [])]


def test_one_place_tells_what_it_is_in_and_what_is_in_it(client: FlaskClient) -> None:
    minnesota = data(client, "/places?place=id:minnesota")
    assert [each["iri"] for each in minnesota["around"]] == [f"{ID}us"]
    assert minnesota["places"][0]["thingsTotal"] == 2
    text = client.get("/places?place=id:minnesota", headers={"Accept": "text/html"}).get_data(as_text=True)
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    kicker = " ".join(
        "".join(next(each for each in page.iter("p") if each.get("class") == "kicker").itertext()).split()
    )
    assert kicker == "Places \u203a United States (territory)"


def test_coordinates_are_shown_and_lead_to_a_map_of_the_readers_own(village: Site) -> None:
    client = create_app(village).test_client()
    page = client.get("/places?place=b:village", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert '<a href="geo:46.5,-7.25">46.5° N, 7.25° W</a>' in page
    place = data(client, "/places?place=b:village")["places"][0]
    assert (place["latitude"], place["longitude"]) == (46.5, -7.25)
    assert [each["iri"] for each in data(client, "/places?place=b:mill")["around"]] == [
        "https://example.org/valley",
        "https://example.org/village",
    ]


def test_many_places_and_many_things_have_pages(village: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgpub.gazetteer.THINGS_A_PAGE", 1)
    monkeypatch.setattr("kgpub.gazetteer.PLACES_A_PAGE", 1)
    client = create_app(village).test_client()
    assert data(client, "/places")["pages"] == 1
    assert data(client, "/places?place=b:village")["pages"] == 1
    assert client.get("/places?place=b:village&page=2").status_code == 404
    assert client.get("/places?page=2").status_code == 404
