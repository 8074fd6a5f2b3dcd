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
    return {table.title: table for table in tables_of(site, description, plain_reader(site))}


def texts(table: Table, column: str) -> list[list[str]]:
    at = table.columns.index(column)
    return [[value.text for value in row[at]] for row in table.rows]


def test_a_claim_s_page_says_who_holds_it_and_how_firmly(site: Site) -> None:
    held = tables(site, "id/claim-s05-c1")["Who holds it, and how firmly"]
    assert texts(held, "Held by") == [["Canadian Council for Refugees"]]
    assert texts(held, "Polarity") == [["denies"]]
    assert texts(held, "Certainty") == [["certain"]]


def test_a_claim_s_page_says_in_which_sentence(site: Site) -> None:
    assert texts(tables(site, "id/claim-s05-c1")["In which sentence"], "Unit") == [["Sentence 5"]]


def test_a_demand_s_page_says_what_supports_and_what_attacks_it(site: Site) -> None:
    found = tables(site, "id/claim-s01-c1")
    assert len(found["What supports it"].rows) >= 5
    assert "opponents of withdrawal" in str(texts(found["What attacks it"], "Held by")).lower()


def test_a_table_without_rows_is_left_out(site: Site) -> None:
    assert "What attacks it" not in tables(site, "id/claim-s03-c2")
    assert tables(site, "voc/polarity") == {}


def test_a_path_to_what_is_not_there_leads_nowhere(site: Site) -> None:
    sections = (replace(site.publication.section[0], path="ontology/nothing > ^ontology/nothing"),)
    publication = replace(site.publication, section=sections)
    manifest = replace(site.release.manifest, publication=publication)
    assert tables(replace(site, release=replace(site.release, manifest=manifest)), "id/claim-s05-c1") == {}
