"""What crawlers are told: sitemaps that keep the protocol's rules, and robots.txt."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import etree
from protego import Protego

from kgpub.documents import Documents
from kgpub.engine import Budget
from kgpub.engine_local import LocalEngine
from kgpub.release import THINGS_A_SITEMAP, Release
from kgpub.site import Site
from kgpub.web.app import create_app
from projects import BASE, SETTINGS, release_of, serve_ad_hoc

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "sitemap.xsd"))
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
THINGS = """
ex:dated <http://purl.org/dc/terms/modified> "2021-03-04"^^<http://www.w3.org/2001/XMLSchema#date>,
  "2022-05-06T07:08:09.5+02:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>, "2030-02-31", "lately" .
ex:local <https://schema.org/dateModified> "2020-01-01T10:00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
ex:plain a ex:P .
ex:caf\u00e9 a ex:P . <https://example.org/a&b> a ex:P . <https://example.org/part#x> a ex:P .
"""


def client_of(release: Release, address: str = "") -> FlaskClient:
    site = Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1), address=address)
    return create_app(site).test_client()


def entries(client: FlaskClient, path: str, **options: str) -> dict[str, str]:
    """Return the addresses of a sitemap with their dates; it keeps the rules."""
    response = client.get(path, **options)
    assert (response.status_code, response.mimetype) == (200, "application/xml")
    document = etree.fromstring(response.data)
    SCHEMA.assertValid(document)
    return {entry[0].text or "": entry[1].text or "" for entry in document}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release_of(tmp_path_factory.mktemp("crawled"), THINGS)


@pytest.fixture
def crawled(release: Release) -> FlaskClient:
    return client_of(release, "https://kg.example.net/")


def test_the_index_leads_to_every_sitemap_and_these_to_every_thing(client: FlaskClient, site: Site) -> None:
    parts = entries(client, "/sitemap.xml")
    assert [urlsplit(address).path for address in parts] == ["/sitemaps/pages.xml", "/sitemaps/1.xml"]
    pages, things = (entries(client, urlsplit(address).path) for address in parts)
    assert {"http://localhost/", "http://localhost/api", "http://localhost/validation"} <= set(pages)
    assert "http://localhost/doc/id/ccr" in things
    assert not any("/dataset/class/" in address for address in things)  # the catalog describes the release, no thing
    assert set(things.values()) <= {"2026-11-22", site.release.manifest.created}
    for address in (*pages, *list(things)[::40]):
        path = address.removeprefix("http://localhost")
        if not path.startswith("/queries/"):
            assert client.get(path, headers={"Accept": "text/html"}).status_code == 200, path


def test_a_thing_has_the_date_that_its_data_says_or_that_of_the_release(crawled: FlaskClient, release: Release) -> None:
    things = entries(crawled, "/sitemaps/1.xml")
    created = release.manifest.created
    assert things == {
        "https://kg.example.net/doc/dated": "2022-05-06T07:08:09+02:00",
        "https://kg.example.net/doc/local": "2020-01-01",  # without an offset, a time is no more than its day
        "https://kg.example.net/doc/plain": created,
        "https://kg.example.net/doc/caf%C3%A9": created,
        "https://kg.example.net/doc/a&b": created,
        "https://kg.example.net/doc?iri=https%3A%2F%2Fexample.org%2Fpart%23x": created,
    }
    assert max(created, *things.values()) == entries(crawled, "/sitemap.xml")["https://kg.example.net/sitemaps/1.xml"]
    for address in things:
        path = address.removeprefix("https://kg.example.net")
        assert crawled.get(path, headers={"Accept": "text/html"}).status_code == 200, path


def test_addresses_are_those_of_the_host_that_serves_them(release: Release) -> None:
    first = "/sitemaps/1.xml"
    client = client_of(release)
    at_base = entries(client, first, base_url="http://example.org")  # a proxy ends TLS; the base says how readers come
    elsewhere = entries(client, first, base_url="http://kg.example.net:8080")
    assert f"{BASE}doc/plain" in at_base
    assert "http://kg.example.net:8080/doc/plain" in elsewhere
    mounted = client.get(first, environ_overrides={"SCRIPT_NAME": "/kg"}).get_data(as_text=True)
    assert "<loc>http://localhost/kg/doc/plain</loc>" in mounted
    fixed = client_of(release, "https://kg.example.net/kg/").get(first, environ_overrides={"SCRIPT_NAME": "/kg"})
    assert "<loc>https://kg.example.net/kg/doc/plain</loc>" in fixed.get_data(as_text=True)


def test_what_depends_on_the_host_is_not_kept_by_path(release: Release) -> None:
    for path in ("/sitemap.xml", "/sitemaps/1.xml", "/robots.txt", "/feed.atom"):
        by_request = client_of(release).get(path)
        by_settings = client_of(release, "https://kg.example.net/").get(path)
        assert by_request.headers["Cache-Control"] == "max-age=300"
        assert by_settings.headers["Cache-Control"] == "public, max-age=300"
        assert by_request.headers["ETag"] != by_settings.headers["ETag"]


@pytest.mark.parametrize("host", ["a b", 'x"><y', "evil.example/<script>", "[::1"])
def test_a_host_that_is_none_gets_nowhere(release: Release, host: str) -> None:
    response = client_of(release).get("/sitemap.xml", headers={"Host": host})
    if response.status_code == 200:
        SCHEMA.assertValid(etree.fromstring(response.data))
    else:
        assert response.status_code == 400


def test_a_copy_is_validated_and_what_is_not_there_is_not_found(crawled: FlaskClient) -> None:
    tag = crawled.get("/sitemaps/1.xml").headers["ETag"]
    assert crawled.get("/sitemaps/1.xml", headers={"If-None-Match": tag}).status_code == 304
    for name in ("0", "2", "01", "999999999", "9999999999999999999999", "-1", "x", "1e3", "\u0661"):
        assert crawled.get(f"/sitemaps/{name}.xml").status_code == 404, name
    assert crawled.head("/sitemaps/1.xml").headers["ETag"] == tag
    assert crawled.post("/sitemap.xml").status_code == 405


def test_many_things_stand_in_several_sitemaps(tmp_path: Path) -> None:
    turtle = "".join(f"<https://example.org/{'n' * 2100 if n == 7 else 'n'}{n}> a ex:P .\n" for n in range(12_000))
    client = client_of(release_of(tmp_path, turtle), BASE)
    assert len(entries(client, "/sitemap.xml")) == 1 + 3
    sizes = [len(entries(client, f"/sitemaps/{number}.xml")) for number in (1, 2, 3)]
    assert sizes == [THINGS_A_SITEMAP, THINGS_A_SITEMAP, 12_000 - 2 * THINGS_A_SITEMAP - 1]  # one address is too long
    began = time.thread_time()
    client.get("/sitemaps/3.xml")
    assert time.thread_time() - began < 0.3


def test_files_served_ad_hoc_have_sitemaps_too(tmp_path: Path) -> None:
    release = serve_ad_hoc(tmp_path, {"a.ttl": "<https://ex.net/id/a> a <https://ex.net/P> ."})
    assert set(entries(client_of(release), "/sitemaps/1.xml")) == {"http://localhost/doc/a"}


@pytest.fixture
def robots(client: FlaskClient) -> Protego:
    response = client.get("/robots.txt")
    assert (response.status_code, response.mimetype) == (200, "text/plain")
    return Protego.parse(response.get_data(as_text=True))


@pytest.mark.parametrize(
    ("path", "is_open"),
    [("/", True), ("/id/ccr", True), ("/doc/id/ccr", True), ("/doc/id/ccr.ttl", True), ("/dumps/all.nq.gz", True),
     ("/doc?iri=https%3A%2F%2Fex.org%2Fa", True), ("/dcat", True), ("/queries/who-speaks", True), ("/validation", True),
     ("/static/style.css", True), ("/sitemap.xml", True), ("/feed.atom", True),
     ("/sparql", False), ("/sparql?query=ASK%7B%7D", False), ("/releases/2026-11-22-abc/sparql", False),
     ("/graphs?default", False), ("/resource?iri=x", False), ("/doc/id/ccr?page=2", False),
     ("/doc/id/ccr?incoming=x", False), ("/doc/id/ccr?incoming=x&page=3", False),
     ("/queries/who-speaks?agent=x", False), ("/validation?severity=Info", False), ("/readyz", False)],
)  # fmt: skip
def test_robots_may_read_pages_and_not_ask_queries(robots: Protego, path: str, *, is_open: bool) -> None:
    assert robots.can_fetch(f"http://localhost{path}", "any-crawler") is is_open


def test_robots_txt_names_the_sitemaps_and_asks_for_no_delay(robots: Protego) -> None:
    assert list(robots.sitemaps) == ["http://localhost/sitemap.xml"]
    assert robots.crawl_delay("any-crawler") is None


def test_below_a_path_the_rules_name_it(client: FlaskClient) -> None:
    text = client.get("/robots.txt", environ_overrides={"SCRIPT_NAME": "/kg"}).get_data(as_text=True)
    assert "Disallow: /kg/sparql\n" in text
    assert "Disallow: /sparql" not in text


def crawl(client: FlaskClient) -> Iterator[str]:
    for address in entries(client, "/sitemap.xml"):
        yield from entries(client, urlsplit(address).path)


def test_no_page_is_listed_that_robots_may_not_read(client: FlaskClient, robots: Protego) -> None:
    listed = list(crawl(client))
    assert len(listed) > 1_000
    assert [address for address in listed if not robots.can_fetch(address, "any-crawler")] == []


def test_an_address_in_the_settings_has_to_be_one(tmp_path: Path) -> None:
    from kgpub.errors import SettingsInvalid  # noqa: PLC0415 (only here)
    from kgpub.settings import read_settings  # noqa: PLC0415 (only here)

    file = tmp_path / "kgpub.toml"
    file.write_text(f'{SETTINGS}[server]\naddress = "kg.example.net"\n', "utf-8")
    with pytest.raises(SettingsInvalid, match=r"line 5: 'kg.example.net' must be an http\(s\) address"):
        read_settings(file)
