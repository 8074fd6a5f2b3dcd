"""Nanopublications: what goes into them, and that their names hold its hash."""

import base64
import gzip
import hashlib
import re
import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from nanopub.nanopub import Nanopub
from nanopub.utils import MalformedNanopubError
from rdflib import ConjunctiveGraph, URIRef
from rdflib.compare import isomorphic

from kgpub.content import Content
from kgpub.errors import ExportQueryInvalid, SettingsInvalid
from kgpub.nanopublications import Nanopublication, nanopublications, write_nanopublications
from kgpub.publication import Exports
from kgpub.release import Release
from kgpub.vocabulary import DCTERMS, PROV, RDF, RDFS, XSD
from projects import BASE, content_of

EXPORTS = Exports(nanopublications="Position", created="2026-11-22")
NPX = "http://purl.org/nanopub/x/"
A, G = f"<{RDF}type> <{BASE}Position>", "<a:g>"
POSITION = [
    f"<{BASE}p1> {A} {G} .",
    f'<{BASE}p1> <{RDFS}label> "Denies it"@en {G} .',
    f'<{BASE}p1> <{RDFS}label> "Le nie"@fr {G} .',
    f"<{BASE}p1> <{BASE}proposition> <{BASE}q1> {G} .",
]


@pytest.fixture(autouse=True)
def _literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library turns rdflib's normalisation off where it is imported; others turn it on again."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def content(folder: Path, lines: Sequence[str], **settings: Any) -> Content:
    folder.mkdir(exist_ok=True)
    return content_of(folder, sorted(lines), **{"exports": EXPORTS, "quoted_graphs": ("q*",)} | settings)


def made(folder: Path, lines: Sequence[str], **settings: Any) -> list[Nanopublication]:
    return list(nanopublications(content(folder, lines, **settings), folder))


def one(folder: Path, lines: Sequence[str], **settings: Any) -> Nanopublication:
    (nanopublication,) = made(folder, lines, **settings)
    return nanopublication


def part(nanopublication: Nanopublication, name: str) -> set[tuple[str, str, str]]:
    """The triples of one part, the nanopublication's own IRI shortened."""
    ending = f" <{nanopublication.iri}#{name}> ."
    lines = [line.removesuffix(ending) for line in nanopublication.lines if line.endswith(ending)]
    return {tuple(line.replace(nanopublication.iri, "np").split(" ", 2)) for line in lines}  # type: ignore[misc]


def graph_of(lines: Sequence[str]) -> ConjunctiveGraph:
    graph = ConjunctiveGraph()
    graph.parse(data="\n".join(lines) + "\n", format="nquads")
    return graph


# --- the name, by a reading of the specification of our own -------------------------------------------------------


def code_by_the_specification(lines: Sequence[str], code: str) -> str:
    """The artifact code by trusty URI specification, version 1, "Module RA": nothing of ours or of nanopub's in it."""
    quads = {(str(q.graph_name.value), *_preprocessed(q)) for q in ox.parse("\n".join(lines), ox.RdfFormat.N_QUADS)}
    rows = sorted({tuple(_blanked(term, code) for term in quad) for quad in quads}, key=_order)
    text = "".join(f"{graph}\n{subject}\n{predicate}\n{_object(value)}\n" for graph, subject, predicate, value in rows)
    digest = hashlib.sha256(text.encode()).digest()
    return "RA" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _preprocessed(quad: Any) -> tuple[str, str, Any]:
    value = quad.object
    if isinstance(value, ox.Literal):
        return quad.subject.value, quad.predicate.value, (value.value, value.datatype.value, value.language or "")
    return quad.subject.value, quad.predicate.value, value.value


def _blanked(term: Any, code: str) -> Any:
    return term.replace(code, " ") if isinstance(term, str) else term


def _order(row: Any) -> Any:
    """Rules 1 to 9: graph, subject, predicate; IRIs before literals; label; a tag after a datatype's absence."""
    value = row[3]
    if isinstance(value, str):
        return (*row[:3], False, value)
    label, datatype, language = value
    return (*row[:3], True, label, not language, language or datatype)


def _object(value: Any) -> str:
    if isinstance(value, str):
        return value
    label, datatype, language = value
    label = label.replace("\\", "\\\\").replace("\n", "\\n")
    return f"@{language.lower()} {label}" if language else f"^{datatype} {label}"


AWKWARD = [
    f'<{BASE}p1> <{BASE}note> "two\\nlines, a \\\\ and a \\"quotation\\" é 中 \U0001f980" {G} .',
    f'<{BASE}p1> <{BASE}note> "same" {G} .',
    f'<{BASE}p1> <{BASE}note> "same"@en {G} .',
    f'<{BASE}p1> <{BASE}note> "same"@fr-ca {G} .',
    f'<{BASE}p1> <{BASE}note> "same"^^<{BASE}type> {G} .',
    f"<{BASE}p1> <{BASE}note> <{BASE}same> {G} .",
    f'<{BASE}p1> <{BASE}number> "007"^^<{XSD}integer> {G} .',
    f'<{BASE}p1> <{BASE}number> "1.0"^^<{XSD}decimal> {G} .',
    f'<{BASE}p1> <{BASE}number> "1.00"^^<{XSD}decimal> {G} .',
    f'<{BASE}p1> <{BASE}written> "{BASE}np/draft and <{BASE}np/draft>" {G} .',
]


def test_the_name_holds_the_hash_that_the_specification_asks_for(tmp_path: Path) -> None:
    nanopublication = one(tmp_path, [*POSITION, *AWKWARD])
    assert nanopublication.iri == f"{BASE}np/{nanopublication.code}"
    assert re.fullmatch(r"RA[\w-]{43}", nanopublication.code)
    assert code_by_the_specification(nanopublication.lines, nanopublication.code) == nanopublication.code


def test_the_library_finds_it_valid_and_a_forgery_not(tmp_path: Path) -> None:
    nanopublication = one(tmp_path, [*POSITION, *AWKWARD])
    genuine = Nanopub(rdf=graph_of(nanopublication.lines))
    assert genuine.is_valid
    assert genuine.has_valid_trusty
    assert genuine.introduces_concept == URIRef(f"{BASE}p1")
    forged = Nanopub(rdf=graph_of([line.replace("Denies", "Affirms") for line in nanopublication.lines]))
    with pytest.raises(MalformedNanopubError, match="not valid"):
        _ = forged.has_valid_trusty


def test_every_position_of_the_announcement_has_one_that_both_find_valid(announcement_release: Release) -> None:
    found = published(announcement_release)
    assert len(found) == 76
    for code, (_, lines) in found.items():
        nanopublication = Nanopub(rdf=graph_of(lines))
        assert nanopublication.is_valid
        assert nanopublication.has_valid_trusty
        assert code_by_the_specification(lines, code) == code


def test_rdflib_normalizes_literals_as_before(tmp_path: Path) -> None:
    before = rdflib.NORMALIZE_LITERALS
    one(tmp_path, POSITION)
    assert rdflib.NORMALIZE_LITERALS is before


# --- what changes the name, and what does not ---------------------------------------------------------------------


def test_what_else_the_release_holds_changes_nothing(tmp_path: Path) -> None:
    blank = [f"<{BASE}p1> <{BASE}at> _:c14n0 {G} .", f'_:c14n0 <{BASE}value> "1" {G} .']
    renamed = [line.replace("c14n0", "c14n7") for line in blank]
    others = [
        f"_:c14n0 <{BASE}other> <{BASE}p1> {G} .",
        f"<{BASE}p0> {A} {G} .",
        f"<{BASE}p1> <{BASE}x> <a:o> <{BASE}q9> .",
    ]
    inferred = [f"<{BASE}p1> <{BASE}supports> <{BASE}p0> <{BASE}graph/inferred> ."]
    alone = one(tmp_path / "alone", [*POSITION, *blank])
    among = made(tmp_path / "among", [*POSITION, *renamed, *others, *inferred])
    assert alone in among
    assert len(among) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"exports": replace(EXPORTS, created="2026-11-23")},
        {"licence": "https://creativecommons.org/publicdomain/zero/1.0/"},
        {"creator": "id/curator"},
    ],
)
def test_another_date_licence_or_creator_gives_another_name(tmp_path: Path, changed: dict[str, Any]) -> None:
    assert one(tmp_path / "a", POSITION).code != one(tmp_path / "b", POSITION, **changed).code


# --- what is in it ------------------------------------------------------------------------------------------------


def test_the_assertion_is_what_is_stated_of_the_thing_and_nothing_quoted_or_inferred(tmp_path: Path) -> None:
    lines = [
        *POSITION,
        f"<{BASE}p1> <{BASE}subject> <{BASE}s> <a:other> .",
        f"<{BASE}p1> <{BASE}denied> <{BASE}o> <{BASE}q1> .",
        f"<{BASE}e> <{BASE}denied> <{BASE}o> <{BASE}q1> .",
        f"<{BASE}p1> <{BASE}derived> <{BASE}o> <{BASE}graph/inferred> .",
        f"<{BASE}other> <{BASE}about> <{BASE}p1> {G} .",
    ]
    assert part(one(tmp_path, lines), "assertion") == {
        (f"<{BASE}p1>", f"<{RDF}type>", f"<{BASE}Position>"),
        (f"<{BASE}p1>", f"<{RDFS}label>", '"Denies it"@en'),
        (f"<{BASE}p1>", f"<{RDFS}label>", '"Le nie"@fr'),
        (f"<{BASE}p1>", f"<{BASE}proposition>", f"<{BASE}q1>"),
        (f"<{BASE}p1>", f"<{BASE}subject>", f"<{BASE}s>"),
    }


def test_a_class_may_be_given_by_a_rule_but_a_thing_of_which_only_rules_speak_has_none(tmp_path: Path) -> None:
    inferred = f"<{BASE}graph/inferred>"
    lines = [f"<{BASE}p1> {A} {inferred} .", f"<{BASE}p1> <{BASE}x> <a:o> {G} .", f"<{BASE}p2> {A} {inferred} ."]
    assert [n.thing for n in made(tmp_path, lines)] == [f"{BASE}p1"]


def test_blank_nodes_become_names_of_the_nanopublication_s_own(tmp_path: Path) -> None:
    lines = [
        f"<{BASE}p1> <{BASE}at> _:c14n5 {G} .",
        f"_:c14n5 <{BASE}next> _:c14n6 {G} .",
        f'_:c14n6 <{BASE}value> "_:c14n5" {G} .',
    ]
    nanopublication = one(tmp_path, [*POSITION, *lines])
    assert not any(re.search(r"(?<!\")_:", line) for line in nanopublication.lines)
    expected = {line.rsplit(" ", 2)[0] for line in (*POSITION, *lines)}
    written = {" ".join(triple).replace("<np#_", "<np:_") for triple in part(nanopublication, "assertion")}
    as_blank = "\n".join(re.sub(r"<np:_(\d+)>", r"_:b\1", triple) + " ." for triple in written)
    theirs = rdflib.Graph().parse(data="\n".join(f"{t} ." for t in expected), format="nt")
    assert isomorphic(rdflib.Graph().parse(data=as_blank, format="nt"), theirs)


def test_the_publication_info_says_who_when_and_under_which_licence(tmp_path: Path) -> None:
    settings = {"creator": "id/curator", "licence": "https://creativecommons.org/licenses/by/4.0/"}
    assert part(one(tmp_path, POSITION, **settings), "pubinfo") == {
        ("<np>", f"<{DCTERMS}created>", f'"2026-11-22"^^<{XSD}date>'),
        ("<np>", f"<{DCTERMS}creator>", f"<{BASE}id/curator>"),
        ("<np>", f"<{DCTERMS}license>", "<https://creativecommons.org/licenses/by/4.0/>"),
        ("<np>", f"<{DCTERMS}isPartOf>", f"<{BASE}dataset>"),
        ("<np>", f"<{NPX}introduces>", f"<{BASE}p1>"),
        ("<np>", f"<{RDFS}label>", '"Denies it"@en'),
        ("<np>", f"<{RDFS}label>", '"Le nie"@fr'),
    }


ABOUT_GRAPH = [f"{G} <{PROV}wasDerivedFrom> <{BASE}source> .", f"{G} <{PROV}wasGeneratedBy> <{BASE}modelling> ."]


def test_the_provenance_is_that_of_the_graph_and_of_the_project_s_query(tmp_path: Path) -> None:
    lines = [
        *POSITION,
        *ABOUT_GRAPH,
        f"{G} <{PROV}wasDerivedFrom> <a:denied> <{BASE}q1> .",
        f"<{BASE}p1> <{BASE}in> <a:span> {G} .",
    ]
    base = content(tmp_path, lines, creator="id/curator")
    (nanopublication,) = nanopublications(with_query(base, "SELECT ?thing ?source { ?thing <in> ?source }"), tmp_path)
    assert part(nanopublication, "provenance") == {
        ("<np#assertion>", f"<{PROV}wasDerivedFrom>", "<a:span>"),
        ("<np#assertion>", f"<{PROV}wasDerivedFrom>", f"<{BASE}source>"),
        ("<np#assertion>", f"<{PROV}wasGeneratedBy>", f"<{BASE}modelling>"),
        ("<np#assertion>", f"<{PROV}wasAttributedTo>", f"<{BASE}id/curator>"),
    }


def test_a_graph_s_own_attribution_comes_before_the_creator_of_the_whole(tmp_path: Path) -> None:
    lines = [*POSITION, f"{G} <{PROV}wasAttributedTo> <{BASE}someone> ."]
    assert part(one(tmp_path, lines, creator="id/curator"), "provenance") == {
        ("<np#assertion>", f"<{PROV}wasAttributedTo>", f"<{BASE}someone>")
    }


def test_a_thing_of_unknown_origin_comes_from_the_data_set(tmp_path: Path) -> None:
    lines = [line.replace(f" {G} .", " .") for line in POSITION]
    assert part(one(tmp_path, lines), "provenance") == {
        ("<np#assertion>", f"<{PROV}wasDerivedFrom>", f"<{BASE}dataset>")
    }


def test_a_position_of_the_announcement_comes_from_its_spans_and_is_not_laid_into_the_curators_mouth(
    announcement_release: Release,
) -> None:
    base = announcement_release.manifest.publication.base_iri
    found = {thing: (code, lines) for code, (thing, lines) in published(announcement_release).items()}
    code, lines = found[f"{base}id/claim-s05-c1"]
    nanopublication = Nanopublication(f"{base}np/{code}", code, f"{base}id/claim-s05-c1", tuple(lines))
    assert part(nanopublication, "provenance") == {
        ("<np#assertion>", f"<{PROV}wasDerivedFrom>", f"<{base}id/span-1067-1163>"),
        ("<np#assertion>", f"<{PROV}wasDerivedFrom>", f"<{base}id/span-1052-1066>"),
        ("<np#assertion>", f"<{PROV}wasDerivedFrom>", f"<{base}id/source>"),
        ("<np#assertion>", f"<{PROV}wasGeneratedBy>", f"<{base}id/modelling>"),
        ("<np#assertion>", f"<{PROV}wasAttributedTo>", f"<{base}id/curator>"),
    }
    assertion = part(nanopublication, "assertion")
    assert (f"<{base}id/claim-s05-c1>", f"<{base}ontology/polarity>", f"<{base}voc/denies>") in assertion
    assert not any("consistentlySafeFor" in line for line in lines)


# --- what is written ----------------------------------------------------------------------------------------------


def published(release: Release) -> dict[str, tuple[str, list[str]]]:
    database = sqlite3.connect(release.folder / "nanopublications.sqlite")
    rows = database.execute("SELECT code, thing, body FROM nanopublication ORDER BY number").fetchall()
    database.close()
    return {code: (thing, zlib.decompress(body).decode().split("\n")) for code, thing, body in rows}


def test_the_download_holds_what_is_served_and_other_readers_read_it(announcement_release: Release) -> None:
    trig = gzip.decompress((announcement_release.dumps / "nanopublications.trig.gz").read_bytes())
    lines = {line for _, of_one in published(announcement_release).values() for line in of_one}
    assert {f"{quad} ." for quad in ox.parse(trig, ox.RdfFormat.TRIG)} == lines
    by_rdflib = ConjunctiveGraph().parse(data=trig, format="trig")
    assert len(by_rdflib) == len(lines)
    assert isomorphic(by_rdflib, graph_of(sorted(lines)))


def test_the_same_positions_give_the_same_file(tmp_path: Path) -> None:
    files = []
    for name in ("one", "other"):
        (tmp_path / name / "dumps").mkdir(parents=True)
        info = write_nanopublications(content(tmp_path / name, [*POSITION, *AWKWARD]), tmp_path / name / "dumps")
        assert info is not None
        assert set(info.titles) == {"en", "fr"}
        files.append((tmp_path / name / info.path).read_bytes())
        assert sorted(path.name for path in (tmp_path / name / "dumps").iterdir()) == ["nanopublications.trig.gz"]
    assert files[0] == files[1]


@pytest.mark.parametrize("exports", [Exports(), replace(EXPORTS, nanopublications="Nothing")])
def test_nothing_is_written_where_nothing_is_asked_for_or_nothing_is_of_the_class(
    tmp_path: Path, exports: Exports
) -> None:
    (tmp_path / "dumps").mkdir()
    assert write_nanopublications(content(tmp_path, POSITION, exports=exports), tmp_path / "dumps") is None
    assert list((tmp_path / "dumps").iterdir()) == []
    assert not (tmp_path / "nanopublications.sqlite").exists()


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["<<( <a:s> <a:p> <a:o> )>>", '"left"@en--ltr'])
def test_rdf_1_2_is_refused_with_the_thing_and_the_setting(tmp_path: Path, value: str) -> None:
    lines = [*POSITION, f"<{BASE}p1> <{BASE}said> {value} {G} ."]
    with pytest.raises(SettingsInvalid, match=r"p1> cannot be a nanopublication.*'nanopublications'"):
        made(tmp_path, lines)


def with_query(base: Content, text: str) -> Content:
    file = base.plan.releases / "queries" / "nanopublications" / "sources.rq"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return replace(base, plan=replace(base.plan, queries=base.plan.releases / "queries"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT", "sources.rq: "),
        ("ASK {}", "must be a SELECT query"),
        ("SELECT ?thing { ?thing ?p ?o }", r"\?thing and \?source"),
    ],
)
def test_a_query_of_sources_that_is_none_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ExportQueryInvalid, match=told):
        list(nanopublications(with_query(content(tmp_path, POSITION), text), tmp_path))
