"""The tables on the pages of a class."""

from dataclasses import replace

from kgpub.description import describe
from kgpub.pages import Table
from kgpub.reader import plain_reader
from kgpub.sections import tables_of
from kgpub.site import Site


def tables(site: Site, local: str) -> dict[str, Table]:
    description = describe(site, site.base.resolve(local))
    assert description is not None
    return {table.title.text: table for table in tables_of(site, description, plain_reader(site))}


def texts(table: Table, column: str) -> list[list[str]]:
    at = [title.text for title in table.columns].index(column)
    return [[value.text for value in row[at]] for row in table.rows]


def test_an_organisation_s_page_lists_the_positions_it_holds(site: Site) -> None:
    held = tables(site, "id/ccr")["Positions it holds"]
    at = texts(held, "Position").index(["CCR: the United States is not reliably safe for asylum seekers"])
    assert texts(held, "Polarity")[at] == ["denies"]
    assert texts(held, "Certainty")[at] == ["certain"]


def test_a_table_shows_things_of_one_class_where_the_settings_say_so(site: Site) -> None:
    assert "Headline" in str(texts(tables(site, "id/source")["Headline, headings, and what they put forward"], "Unit"))


def test_a_path_leads_over_several_steps(site: Site) -> None:
    found = tables(site, "id/unit-s05")["Positions put forward here"]
    assert texts(found, "Held by") == [["Canadian Council for Refugees"], ["Canada Immigration News"]]


def test_a_table_without_rows_is_left_out(site: Site) -> None:
    assert "What became of it on appeal" not in tables(site, "id/case-2023-scc-17")
    assert tables(site, "voc/polarity") == {}


def test_a_path_to_what_is_not_there_leads_nowhere(site: Site) -> None:
    section = next(s for s in site.publication.section if s.title["en"] == "Positions it holds")
    sections = (replace(section, path="ontology/nothing > ^ontology/nothing"),)
    publication = replace(site.publication, section=sections)
    manifest = replace(site.release.manifest, publication=publication)
    assert tables(replace(site, release=replace(site.release, manifest=manifest)), "id/ccr") == {}
