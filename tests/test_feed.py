"""The feed, and what a release knows of the one that it replaces."""

import sqlite3
import zlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient
from lxml import etree

from asking import client_of
from kgpub.build import build
from kgpub.progress import Silence
from kgpub.release import Changes, Release
from projects import BASE, EX, SETTINGS, plan_of

ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
HOME = "https://kg.example.net"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
FIRST = f'ex:a {LABEL} "A" ; ex:p _:x . _:x ex:q "1", "2" . ex:b {LABEL} "B" . ex:c {LABEL} "C" .'
#: What is said of ex:a is the same, though its blank node is another one; ex:b changes, ex:c goes, ex:d comes.
SECOND = f'ex:a {LABEL} "A" ; ex:p [ ex:q "2", "1" ] . ex:b {LABEL} "Bee & co." . ex:d ex:p [ ex:q "0" ] .'


def at_home(release: Release) -> FlaskClient:
    return client_of(release, f"{HOME}/")


def released(folder: Path, monkeypatch: pytest.MonkeyPatch, day: int, turtle: str, settings: str = SETTINGS) -> Release:
    """Build a release on a day of January 1970."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str((day - 1) * 86_400))
    return build(plan_of(folder, {"data/things.ttl": EX + turtle}, settings), Silence()).release


@pytest.fixture
def second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    released(tmp_path, monkeypatch, 1, FIRST)
    return released(tmp_path, monkeypatch, 2, SECOND)


def dates_in(release: Release) -> Mapping[str, str]:
    with closing(sqlite3.connect(release.history)) as history:
        bodies = [zlib.decompress(body).decode() for (body,) in history.execute("SELECT body FROM sitemap")]
    return dict(line.split("\t") for body in bodies for line in body.split("\n"))


def read(client: FlaskClient, address: str = "/feed.atom") -> feedparser.FeedParserDict:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "application/atom+xml")
    keeps_the_rules(etree.fromstring(response.data))
    found = feedparser.parse(response.data)
    assert not found.bozo
    assert found.version == "atom10"
    return found


def keeps_the_rules(feed: etree._Element) -> None:
    """Hold a feed against what RFC 4287 demands of it (sections 4.1.1 and 4.1.2)."""
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        relations = [(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")]
        assert len(relations) == len(set(relations))
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None  # so that no entry needs one
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")].count("self") == 1
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    for entry in feed.iter(f"{ATOM}entry"):
        has_alternate = any(link.get("rel") == "alternate" for link in entry.findall(f"{ATOM}link"))
        assert has_alternate or entry.find(f"{ATOM}content") is not None


def test_a_first_release_knows_of_none_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = released(tmp_path, monkeypatch, 1, FIRST)
    assert (release.manifest.changes, release.manifest.history) == (None, ())
    (entry,) = read(at_home(release)).entries
    assert entry.id == f"{BASE}releases/{release.manifest.id}"
    assert "No release before it is known here." in entry.content[0].value


def test_a_release_counts_what_is_otherwise_than_in_the_one_that_it_replaces(second: Release) -> None:
    changes = second.manifest.changes
    assert changes == Changes(second.manifest.history[0].id, added=1, changed=1, removed=1)
    assert [past.created for past in second.manifest.history] == ["1970-01-01T00:00:00+00:00"]


def test_a_thing_keeps_its_date_for_as_long_as_nothing_is_said_otherwise(second: Release) -> None:
    first_day, second_day = "1970-01-01T00:00:00+00:00", "1970-01-02T00:00:00+00:00"
    assert dates_in(second) == {f"{BASE}a": first_day, f"{BASE}b": second_day, f"{BASE}d": second_day}


def test_dates_and_releases_are_remembered_over_several_releases(
    second: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = released(tmp_path, monkeypatch, 3, SECOND.replace('"0"', '"00"'))
    assert third.manifest.changes == Changes(second.manifest.id, added=0, changed=1, removed=0)
    assert [past.id for past in third.manifest.history] == [second.manifest.id, second.manifest.history[0].id]
    assert third.manifest.history[0].changes == second.manifest.changes
    assert [day[8:10] for day in dates_in(third).values()] == ["01", "02", "03"]
    assert [entry.updated[:10] for entry in read(at_home(third)).entries] == [
        "1970-01-03", "1970-01-02", "1970-01-01", "1970-01-03",
    ]  # fmt: skip


def test_the_feed_tells_of_releases_and_of_changed_things(second: Release) -> None:
    feed = read(at_home(second))
    assert feed.feed.id == f"{BASE}feed.atom"
    assert {link.rel: link.href for link in feed.feed.links} == {
        "self": f"{HOME}/feed.atom", "alternate": f"{HOME}/",
    }  # fmt: skip
    release, before, changed, added = feed.entries
    assert "1 things added, 1 changed, 1 removed" in release.content[0].value
    assert before.id == f"{BASE}releases/{second.manifest.history[0].id}"
    assert (changed.id, changed.title, changed.link, changed.tags[0].term) == (
        f"{BASE}doc/b", "Bee & co.", f"{HOME}/doc/b", "changed",
    )  # fmt: skip
    assert (added.id, added.title, added.tags[0].term) == (f"{BASE}doc/d", "d", "added")
    (gone,) = etree.fromstring(at_home(second).get("/feed.atom").data).iter(TOMBSTONE)
    assert (gone.get("ref"), gone.get("when")) == (f"{BASE}doc/c", "1970-01-02T00:00:00+00:00")


def test_many_changes_are_paged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    released(tmp_path, monkeypatch, 1, FIRST)
    monkeypatch.setattr("kgpub.history_index.CHANGES_KEPT", 250)
    turtle = FIRST + "".join(f'ex:t{n:03} {LABEL} "T" .\n' for n in range(300))
    client = at_home(released(tmp_path, monkeypatch, 2, turtle))
    pages = [read(client, f"/feed.atom?page={page}") for page in (1, 2, 3)]
    assert [len(page.entries) for page in pages] == [102, 100, 50]
    assert "300 things added" in pages[0].entries[0].content[0].value
    assert "The first 250 of these are entries of this feed." in pages[0].entries[0].content[0].value
    links = {link.rel: link.href for link in pages[1].feed.links}
    assert (links["previous"], links["next"]) == (f"{HOME}/feed.atom", f"{HOME}/feed.atom?page=3")
    assert client.get("/feed.atom?page=4").status_code == 404
    assert client.get("/feed.atom?page=0").status_code == 400


def test_a_release_of_another_base_is_no_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: Release
) -> None:
    other = SETTINGS.replace(BASE, "https://elsewhere.example/") + 'described_elsewhere = ["https://example.org/"]\n'
    release = released(tmp_path, monkeypatch, 3, SECOND, other)
    assert second.folder.parent == release.folder.parent
    assert (release.manifest.changes, release.manifest.history) == (None, ())


@pytest.mark.parametrize("lost", ["index.sqlite", "history.sqlite", "manifest.json"])
def test_a_damaged_release_before_is_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: Release, lost: str
) -> None:
    (second.folder / lost).write_bytes(b"no database")
    release = released(tmp_path, monkeypatch, 3, FIRST.replace('"1"', '"3"'))
    assert (release.manifest.changes, release.manifest.history) == (None, ())
    assert set(dates_in(release).values()) == {"1970-01-03T00:00:00+00:00"}


def test_characters_that_xml_cannot_hold_are_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    released(tmp_path, monkeypatch, 1, FIRST)
    turtle = FIRST + f'ex:odd {LABEL} "a\\u0001b<c>\\uFFFFd" .'
    (entry,) = read(at_home(released(tmp_path, monkeypatch, 2, turtle))).entries[2:]
    assert entry.title == "a\ufffdb<c>\ufffdd"


def test_pages_name_the_feed_and_a_copy_is_validated(client: FlaskClient) -> None:
    response = client.get("/feed.atom")
    assert client.get("/feed.atom", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    for path in ("/", "/doc/id/ccr", "/sparql", "/queries/"):
        page = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
        assert '<link rel="alternate" type="application/atom+xml" href="/feed.atom"' in page, path
    feed = read(client)
    assert feed.feed.rights == "https://creativecommons.org/licenses/by/4.0/"
