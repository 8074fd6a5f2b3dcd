"""The table of mapping records, read by the standard's own library."""

import csv
import io
import logging
import warnings
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, Namespace, Node
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS

from kgpub import sssom_slots
from kgpub.mapping_table import write_mapping_table
from kgpub.release import Release
from projects import BASE, EX, content_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # sssom 0.4 uses what pandas 3 calls deprecated
    from sssom.constants import SchemaValidationType, SSSOMSchemaView
    from sssom.parsers import parse_sssom_table
    from sssom.util import MappingSetDataFrame
    from sssom.validators import validate
    from sssom.writers import to_rdf_graph

pytestmark = pytest.mark.filterwarnings("ignore")

SSSOM = Namespace("https://w3id.org/sssom/")
CHECKS = [
    SchemaValidationType.JsonSchema,
    SchemaValidationType.PrefixMapCompleteness,
    SchemaValidationType.StrictCurieFormat,
]
PREFIXES = """
@prefix sssom: <https://w3id.org/sssom/> .
@prefix semapv: <https://w3id.org/semapv/vocab/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
RECORD = """ex:m1 a sssom:Mapping ; sssom:subject_id ex:a ; sssom:predicate_id skos:exactMatch ; sssom:object_id ex:b ;
    sssom:mapping_justification semapv:ManualMappingCuration """
#: Values that would break a table, or the YAML above it, were they written as they are.
HOSTILE = (
    "a\tb",
    "two\nlines",
    'a "quoted" word',
    '"',
    "=1+1",
    "#comment",
    "# comment",
    "key: value",
    "- item",
    "a\u2028b",
    "a\x85b",
    "a\x0bb",
    "yes",
    "1.10",
    "2026-11-22T00:00:00Z",
    "{a: b}",
    "&anchor",
    "*alias",
    "!tag",
    "%directive",
    "@at",
    "back\\slash",
    " spaces ",
    "trailing:",
    "a #b",
    "\xe9t\xe9 \u2013 \u201c\xe7a\u201d \U0001f600",
)


@pytest.fixture(scope="module")
def path(announcement_release: Release) -> Path:
    return announcement_release.dumps / "links.sssom.tsv"


@pytest.fixture(scope="module")
def table(path: Path) -> MappingSetDataFrame:
    return parsed(path)


def parsed(path: Path) -> MappingSetDataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return parse_sssom_table(str(path), propagate=True)


def written(folder: Path, turtle: str, **settings: Any) -> Path:
    """Write the table of a few statements."""
    quads = ox.parse(EX + PREFIXES + turtle, ox.RdfFormat.TURTLE)
    content = content_of(folder, sorted(f"{quad.triple} ." for quad in quads), prefixes={"ex": ""}, **settings)
    assert write_mapping_table(content, folder) is not None
    return folder / "links.sssom.tsv"


def rows(path: Path) -> list[dict[str, str]]:
    """Read the rows of a table without the help of any SSSOM library."""
    lines = path.read_bytes().decode().split("\n")
    while lines[0].startswith("#"):
        del lines[0]
    return list(csv.DictReader(io.StringIO("\n".join(lines), newline=""), dialect="excel-tab"))


def cell(table: MappingSetDataFrame, slot: str) -> str:
    """The value of a slot of the first record."""
    return str(table.df[slot].iloc[0])


# The announcement -------------------------------------------------------------------------------


def test_the_library_reads_every_record(table: MappingSetDataFrame) -> None:
    assert len(table.df) == 159
    assert table.metadata["mapping_set_id"] == "https://w3id.org/stca-kg/id/mappings"
    assert table.metadata["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert table.metadata["creator_id"] == ["id:curator"]


def test_the_library_finds_nothing_to_complain_of(table: MappingSetDataFrame, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        reports = validate(table, CHECKS, fail_on_error=False)
    assert [result.message for report in reports.values() for result in report.results] == []
    assert len(reports) == 3
    assert caplog.messages == []


def test_reading_it_warns_of_nothing(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        parsed(path)
    assert caplog.messages == []


def test_it_comes_back_as_the_records_of_the_graph(table: MappingSetDataFrame, announcement: ox.Store) -> None:
    recorded = Graph().parse(
        data="\n".join(
            f"{ox.Triple(quad.subject, quad.predicate, quad.object)} ."
            for record in announcement.quads_for_pattern(
                None, ox.NamedNode(RDF.type), ox.NamedNode(SSSOM.Mapping), None
            )
            for quad in announcement.quads_for_pattern(record.subject, None, None, ox.DefaultGraph())
        ),
        format="nt",
    )
    named: dict[Node, Node] = {
        OWL.annotatedSource: SSSOM.subject_id,
        OWL.annotatedProperty: SSSOM.predicate_id,
        OWL.annotatedTarget: SSSOM.object_id,
        DCTERMS.created: SSSOM.mapping_date,
    }
    left_out = {RDF.type, SSSOM.subject_label, SSSOM.record_id}  # what the table adds
    came_back = {
        (s, named.get(p, p), str(o))
        for s, p, o in to_rdf_graph(table)
        if (s, RDF.type, SSSOM.Mapping) in recorded and p not in left_out
    }
    ours = {
        (s, p, str(o))
        for s, p, o in recorded
        if p not in {RDF.type, RDFS.label} and not (isinstance(o, Literal) and o.language == "fr")
    }
    assert came_back == ours
    assert len({s for s, _, _ in ours}) == 159


def test_it_is_canonical(path: Path, table: MappingSetDataFrame) -> None:
    text = path.read_bytes().decode()
    assert "\r" not in text
    header, *lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert header == [slot for slot in sssom_slots.RECORD_SLOTS if slot in header]
    assert lines == sorted(lines)
    prefixes = [line.split(":")[0] for line in text.splitlines() if line.startswith("#  ") and ": " in line]
    assert prefixes == sorted(prefixes)
    assert not {"#  skos", "#  semapv"} & set(prefixes)
    assert "mapping_date" not in header
    assert set(table.df["mapping_date"]) == {"2026-11-22"}


def test_subjects_bear_the_name_they_have_in_the_graph(table: MappingSetDataFrame) -> None:
    labels = dict(zip(table.df["subject_id"], table.df["subject_label"], strict=True))
    assert labels["id:canada"] == "Canada (territory)"
    assert "" not in labels.values()


# The standard -----------------------------------------------------------------------------------


def test_slots_are_those_of_the_schema() -> None:
    view = SSSOMSchemaView().view
    records, sets = view.get_class("mapping").slots, view.get_class("mapping set").slots
    assert list(sssom_slots.RECORD_SLOTS) == records
    not_written = {"sssom_version", "curie_map", "mappings", "extension_definitions"}
    assert list(sssom_slots.SET_SLOTS) == [slot for slot in sets if slot not in not_written]
    slots = {name: view.get_slot(name) for name in {*records, *sets}}
    entities = {name for name, slot in slots.items() if slot.range == "EntityReference"}
    assert entities == sssom_slots.ENTITY_SLOTS
    multivalued = {name for name, slot in slots.items() if slot.multivalued}
    assert multivalued - {"curie_map", "mappings", "extension_definitions"} == sssom_slots.MULTIVALUED_SLOTS
    assert set(SSSOMSchemaView().propagatable_slots) == sssom_slots.PROPAGATED_SLOTS


def test_properties_are_those_of_the_schema() -> None:
    view = SSSOMSchemaView().view
    for name in {*sssom_slots.RECORD_SLOTS, *sssom_slots.SET_SLOTS}:
        assert sssom_slots.slot_of(view.get_uri(view.get_slot(name), expand=True)) == name


# Any data ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_breaks_the_table(tmp_path: Path, text: str) -> None:
    title = ox.Literal(text)
    path = written(
        tmp_path,
        f"{RECORD} ; rdfs:comment {title} ; sssom:object_label {title} .\n"
        f"ex:set a sssom:MappingSet ; dcterms:title {title} ; sssom:mappings ex:m1 .",
    )
    assert [row["comment"] for row in rows(path)] == [text]
    table = parsed(path)
    assert len(table.df) == 1
    assert cell(table, "comment") == cell(table, "object_label") == text
    assert table.metadata["mapping_set_title"] == text


def test_without_records_there_is_no_table(tmp_path: Path) -> None:
    content = content_of(tmp_path, [f"<{BASE}s> <{BASE}p> <{BASE}o> ."])
    assert write_mapping_table(content, tmp_path) is None
    assert not (tmp_path / "links.sssom.tsv").exists()


def test_what_joins_nothing_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, f"{RECORD} . ex:m2 a sssom:Mapping ; sssom:subject_id ex:a ; sssom:object_id ex:b .")
    assert [row["record_id"] for row in rows(path)] == ["ex:m1"]


def test_without_a_set_the_table_is_one_of_its_own(tmp_path: Path) -> None:
    table = parsed(written(tmp_path, f"{RECORD} .", title="Things"))
    assert table.metadata["mapping_set_id"] == f"{BASE}dumps/links.sssom.tsv"
    assert table.metadata["mapping_set_title"] == "Things"
    assert table.metadata["license"] == "https://w3id.org/sssom/license/unspecified"
    assert validate(table, CHECKS)


def test_of_several_sets_the_table_is_made_from_both(tmp_path: Path) -> None:
    table = parsed(written(tmp_path, f"{RECORD} . ex:one a sssom:MappingSet . ex:two a sssom:MappingSet ."))
    assert table.metadata["mapping_set_id"] == f"{BASE}dumps/links.sssom.tsv"
    assert table.metadata["mapping_set_source"] == [f"{BASE}one", f"{BASE}two"]


def test_records_in_the_other_form_of_the_standard_are_read_too(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """[] a sssom:Mapping , owl:Axiom ; owl:annotatedSource ex:a ; owl:annotatedProperty skos:closeMatch ;
           owl:annotatedTarget <http://example.com/things#b> ; dcterms:creator ex:me , ex:you ;
           sssom:subject_type skos:Concept .""",
    )
    (row,) = rows(path)
    assert row == {
        "subject_id": "ex:a",
        "predicate_id": "skos:closeMatch",
        "object_id": "ns1:b",
        "mapping_justification": "semapv:UnspecifiedMatching",
        "creator_id": "ex:me|ex:you",
    }
    assert "#subject_type: skos concept\n" in path.read_text("utf-8")
    assert "#  ns1: http://example.com/things#\n" in path.read_text("utf-8")
    assert validate(parsed(path), CHECKS)


def test_a_prefix_of_the_project_that_the_standard_owns_is_not_used(tmp_path: Path) -> None:
    quads = ox.parse(EX + PREFIXES + f"{RECORD} .", ox.RdfFormat.TURTLE)
    lines = sorted(f"{quad.triple} ." for quad in quads)
    content = content_of(tmp_path, lines, prefixes={"skos": "", "ns1": "http://example.com/"})
    write_mapping_table(content, tmp_path)
    (row,) = rows(tmp_path / "links.sssom.tsv")
    assert (row["subject_id"], row["predicate_id"]) == ("ns2:a", "skos:exactMatch")


def test_texts_are_those_of_the_language_of_the_publication(tmp_path: Path) -> None:
    turtle = f"""{RECORD} ; rdfs:comment "en"@en , "fr"@fr .
        ex:a rdfs:label "name" , "nom"@fr ; skos:prefLabel "thing"@en .
        ex:b skos:prefLabel "Ding"@de , "zaak"@nl ."""
    (row,) = rows(written(tmp_path, turtle, language="fr"))
    assert (row["comment"], row["subject_label"], row["object_label"]) == ("fr", "nom", "Ding")


def test_what_records_agree_on_is_said_once_of_the_set(tmp_path: Path) -> None:
    other = RECORD.replace("ex:m1", "ex:m2").replace("ex:b", "ex:c")
    same = ' ; sssom:mapping_tool "hand" ; sssom:mapping_tool_version '
    path = written(tmp_path, f'{RECORD}{same} "1" .\n{other}{same} "2" .')
    assert "#mapping_tool: hand\n" in path.read_text("utf-8")
    assert [row["mapping_tool_version"] for row in rows(path)] == ["1", "2"]
    assert "mapping_tool" not in rows(path)[0]


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    def bytes_of(name: str) -> bytes:
        (tmp_path / name).mkdir()
        return written(
            tmp_path / name, f'{RECORD} ; rdfs:comment "b"@en , "a"@en ; rdfs:seeAlso ex:y , ex:x .'
        ).read_bytes()

    assert bytes_of("one") == bytes_of("other")
