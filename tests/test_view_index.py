"""Views are written from the project's queries, and whatever a query gives that its view cannot hold ends the build."""

import sqlite3
from pathlib import Path

import pytest

from kgpub.errors import ExportQueryInvalid, SettingsInvalid
from kgpub.view_tables import VIEWS_FILE
from projects import SETTINGS, build_project
from village import village_views

_UNIT = "PREFIX v: <v/> SELECT ?unit ?order {extra} WHERE {{ VALUES (?unit ?order {extra}) {{ {rows} }} }}"


def units(extra: str, *rows: str) -> str:
    return _UNIT.format(extra=extra, rows=" ".join(f"({row})" for row in rows))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reading__units": None}, "There is no reading/units.rq in the folder of queries"),
        ({"reading__units": "SELECT ?unit WHERE { ?unit <v/n> 1 }"}, "reading/units.rq: the column ?order is missing"),
        ({"reading__units": "ASK {}"}, "reading/units.rq: the query must be a SELECT query"),
        ({"reading__units": "SELECT ?unit {"}, "reading/units.rq: "),
        ({"reading__units": units("?colour", "<a> 1 <b>")}, "reading/units.rq: nothing is known of the column ?colour"),
        ({"reading__units": units("", "<a> UNDEF")}, "reading/units.rq: a row has no ?order"),
        ({"reading__units": units("", "<a> -1")}, "?order must be a whole number from 0 up"),
        ({"reading__units": units("", '"a" 1')}, "?unit must be an IRI"),
        ({"reading__units": units("?role", '<a> 1 "chorus"')}, "?role must be one of title, heading, label, sentence"),
        ({"reading__units": units("?sha256", '<a> 1 "beef"')}, "?sha256 must be the 64 hexadecimal digits"),
        ({"reading__units": units("", "<a> 1", "<a> 2")}, "2 rows differ about <https://example.org/a>"),
        ({"reading__units": units("?start ?end", "<a> 1 9 3")}, "a span ends at 3, before it begins at 9"),
        ({"days__dates": 'SELECT ?thing ?date { VALUES (?thing ?date) { (<a> "May") } }'}, "?date must be a year"),
        (
            {"days__dates": 'SELECT ?thing ?date ?end { VALUES (?thing ?date ?end) { (<a> "1999-05" "1999-04-30") } }'},
            "an interval ends in 1999-04-30, before 1999-05",
        ),
        (
            {"map__places": "SELECT ?place ?latitude { VALUES (?place ?latitude) { (<a> 91.5) } }"},
            "?latitude must be a number of degrees from -90 to 90",
        ),
        (
            {"map__places": "SELECT ?place ?within { VALUES (?place ?within) { (<a> <b>) (<b> <c>) (<c> <b>) } }"},
            "is in itself, or in a place that is in it",
        ),
        ({"quarrel__positions": units("", "<a> 1")}, "quarrel/positions.rq: the column ?issue is missing"),
    ],
)
def test_what_a_view_cannot_hold_ends_the_build_with_a_sentence(
    tmp_path: Path, changed: dict[str, str | None], sentence: str
) -> None:
    with pytest.raises(ExportQueryInvalid) as caught:
        village_views(tmp_path, **changed)
    assert sentence in caught.value.sentence
    assert caught.value.exit_code == 16


def test_more_rows_than_anybody_reads_end_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgpub.view_index.ROWS_AT_MOST", 3)
    with pytest.raises(ExportQueryInvalid, match="the query gives more than 3 rows"):
        village_views(tmp_path)


def test_queries_that_a_view_can_do_without_may_be_missing(tmp_path: Path) -> None:
    file = village_views(tmp_path, reading__spans=None, reading__attributions=None, quarrel__arguments=None)
    with sqlite3.connect(file) as database:
        assert database.execute('SELECT count(*) FROM "source.spans"').fetchone() == (0,)
        assert database.execute('SELECT count(*) FROM "source.units"').fetchone() == (3,)


def test_a_project_without_views_has_no_file_of_them(tmp_path: Path) -> None:
    release = build_project(tmp_path, {"data/a.ttl": "<https://example.org/a> a <https://example.org/B> ."}).release
    assert not (release.folder / VIEWS_FILE).exists()


def test_an_unknown_view_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="did you mean 'timeline'"):
        build_project(tmp_path, {}, f'{SETTINGS}[publication.views]\ntimelines = "x"\n')


def test_the_same_sources_give_the_same_rows(tmp_path: Path) -> None:
    rows = []
    for name in ("one", "two"):
        with sqlite3.connect(village_views(tmp_path / name)) as database:
            rows.append(list(database.iterdump()))
    assert rows[0] == rows[1]
    assert len(rows[0]) > 40


def test_units_whose_iris_end_alike_are_named_by_their_numbers(tmp_path: Path) -> None:
    file = village_views(tmp_path, reading__units=units("", "<x/1> 1", "<y/line> 2", "<z/line> 3", "<w/own> 4"))
    with sqlite3.connect(file) as database:
        names = database.execute('SELECT name FROM "source.units" ORDER BY number').fetchall()
    assert names == [("1",), ("2",), ("3",), ("own",)]
