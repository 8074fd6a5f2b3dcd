"""Every view answers as the other resources do: negotiated, known before work, at one address, below a path."""

import csv
import io
import json
import re
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient

from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.site import Site
from kgpub.web.app import create_app
from projects import release_of

ADDRESSES = [
    "/source/",
    "/source/?holder=b:ada",
    "/source/l2",
    "/debate",
    "/debate/",
    "/debate?issue=b:q",
    "/timeline",
    "/timeline?class=v:Day",
    "/places",
    "/places?place=b:village",
]


@pytest.fixture(scope="module")
def pages(village: Site) -> FlaskClient:
    return create_app(village).test_client()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_view_is_a_page_json_or_csv(pages: FlaskClient, address: str) -> None:
    page = pages.get(address, headers={"Accept": "text/html"})
    html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page.get_data(as_text=True))
    assert page.headers["Vary"] in ("Accept", "Accept, Accept-Language")
    as_json = pages.get(address)
    assert as_json.mimetype == "application/json"
    canonical = json.loads(as_json.data)["address"]
    assert f'<{canonical}>; rel="canonical"' in as_json.headers["Link"]
    assert f'<link rel="canonical" href="{canonical.replace("&", "&amp;")}">' in page.get_data(as_text=True)
    again = pages.get(
        canonical.removeprefix("https://example.org") + ("&" if "?" in canonical else "?") + "format=json"
    )
    assert again.data == as_json.data
    as_csv = pages.get(address, headers={"Accept": "text/csv"})
    rows = list(csv.reader(io.StringIO(as_csv.get_data(as_text=True), newline="")))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert pages.get(page.headers["Content-Location"]).data == page.data


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_view_keeps_the_manners_of_http(pages: FlaskClient, address: str) -> None:
    for accept in ("text/html", "application/json", "text/csv"):
        response = pages.get(address, headers={"Accept": accept})
        head = pages.head(address, headers={"Accept": accept})
        assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", response.headers["ETag"])
        known = {"Accept": accept, "If-None-Match": response.headers["ETag"]}
        assert pages.get(address, headers=known).status_code == 304
    assert pages.get(address, headers={"Accept": "image/png"}).status_code == 406
    mark = "&" if "?" in address else "?"
    assert pages.get(f"{address}{mark}format=ttl").status_code == 406
    assert pages.get(f"{address}{mark}colour=red").status_code == 400
    assert pages.get(f"{address}{mark}lang=no%20tag").status_code == 400
    assert pages.post(address).status_code == 405
    options = pages.options(address)
    assert "GET" in options.headers["Allow"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/source/nowhere", 404),
        ("/source/l2?holder=b:ada", 400),
        (f"/source/{'x' * 3000}", 404),
        ("/source/?page=0", 400),
        ("/source/?page=99999999999", 400),
        ("/source/?page=2", 404),
        ("/source/?holder=b:ada&holder=b:bo", 400),
        (f"/source/?holder={'x' * 3000}", 400),
        ("/source/?holder=a%20b%3E", 400),
        ("/source/?side=%00", 400),
        ("/source/?holder=%27%20OR%201=1--", 400),
        ("/source/?holder=b:nobody", 200),
        ("/source/?holder=nobody", 400),
        ("/timeline?class=null", 400),
        ("/source/?holder=&modality=&side=", 200),
        ("/debate?issue=", 400),
        ("/places?place=", 400),
        ("/debate?issue=b:nothing", 404),
        ("/debate?issue=b:q&issue=b:q2", 400),
        ("/debate?issue=%FF", 400),
        ("/timeline?page=2", 404),
        ("/timeline?class=v:Nothing", 200),
        ("/places?place=b:nowhere", 404),
        ("/places?place=b:village&page=2", 404),
        ("/places?page=x", 400),
    ],
)
def test_hostile_and_mistaken_parameters_are_answered_with_a_sentence(
    pages: FlaskClient, address: str, status: int
) -> None:
    response = pages.get(address, headers={"Accept": "application/json"})
    assert response.status_code == status
    if status != 200:
        assert len(json.loads(response.data)["detail"]) > 20


@pytest.mark.parametrize("address", ADDRESSES)
def test_below_a_path_all_links_stay_below_it_and_keep_the_language(pages: FlaskClient, address: str) -> None:
    mark = "&" if "?" in address else "?"
    response = pages.get(
        f"{address}{mark}lang=fr", headers={"Accept": "text/html"}, environ_overrides={"SCRIPT_NAME": "/kg"}
    )
    page = response.get_data(as_text=True)
    hrefs = re.findall(r'href="([^"]*)"', page)
    assert all(href.startswith(("/kg/", "#", "https://", "geo:")) for href in hrefs), hrefs
    inside = re.findall(r'<a [^>]*href="(/kg/[^"]*)"', page[page.index("<main") : page.index("</main")])
    assert len(inside) > 2
    assert all("lang=fr" in href or "format=" in href for href in inside), inside
    assert "/kg/" in response.headers["Content-Location"]


def test_a_project_without_views_has_no_such_pages_and_no_links_to_them(tmp_path: Path) -> None:
    site = open_site(release_of(tmp_path, "ex:a a ex:P ."), QuerySettings(), "")
    client = create_app(site).test_client()
    for path in ("/source/", "/source/a", "/debate", "/debate/", "/timeline", "/places"):
        assert client.get(path).status_code == 404, path
    home = client.get("/", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert not re.search(r'href="/(source|debate|timeline|places)', home)
    assert "/source/" not in client.get("/sitemaps/pages.xml").get_data(as_text=True)


def test_the_home_page_and_the_sitemap_lead_to_the_views(pages: FlaskClient) -> None:
    home = pages.get("/", headers={"Accept": "text/html"}).get_data(as_text=True)
    sitemap = pages.get("/sitemaps/pages.xml").get_data(as_text=True)
    for path in ("/source/", "/debate", "/timeline", "/places"):
        assert f'href="{path}"' in home
        assert f"https://example.org{path}" in sitemap or f"localhost{path}" in sitemap


def test_pages_of_things_lead_to_where_they_stand_in_the_views(pages: FlaskClient) -> None:
    def links(local: str) -> str:
        return pages.get(f"/doc/{local}.html").get_data(as_text=True)

    assert 'href="/source/l2">Read it in the source' in links("c1")
    assert 'href="/debate?issue=https://example.org/q">See the debate' in links("c1")
    assert 'href="/source/l3">Read it in the source' in links("l3")
    assert 'href="/debate?issue=https://example.org/q">See the debate' in links("q")
    assert 'href="/places?place=https://example.org/village">See what is here' in links("village")
    assert "Read it in the source" not in links("ada")
