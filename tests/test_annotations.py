"""Annotations by blank nodes: they belong to the document of the thing whose statement they annotate."""

import gzip
import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph

from kgpub.annotated import annotated_in
from kgpub.annotations import Annotations
from kgpub.description import describe
from kgpub.documents import Documents
from kgpub.errors import NotAcceptable
from kgpub.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from kgpub.index import write_index
from kgpub.jsonld import without_reifiers
from kgpub.release import Release
from kgpub.representation import represent
from kgpub.rows import rows_of
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.site import Site
from kgpub.vocabulary import OWL, RDF
from kgpub.web.app import create_app
from projects import BASE, EX, build_project, serve_ad_hoc

REIFIES = f"<{RDF}reifies>"
DATA = """
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:X rdfs:label "The thing"@en ; ex:p ex:Y {| ex:source ex:Z {| ex:found "nested" |} ; ex:by [ ex:name "Ada" ] |} ;
  ex:q "definition" ; ex:r ex:W .
[] a owl:Axiom ; owl:annotatedSource ex:X ; owl:annotatedProperty ex:q ; owl:annotatedTarget "definition" ;
  rdfs:comment "an axiom" .
[] a rdf:Statement ; rdf:subject ex:X ; rdf:predicate ex:r ; rdf:object ex:W ; ex:certainty "reified" .
[] a owl:Axiom ; owl:annotatedSource ex:X ; owl:annotatedProperty ex:q ; owl:annotatedTarget "not stated" ;
  rdfs:comment "of nothing" .
<< ex:Undescribed ex:p ex:Y >> ex:note "of what nobody asserts" .
ex:Named rdf:reifies <<( ex:X ex:p ex:Y )>> ; ex:note "has a document of its own" .
"""
SAID = ("nested", "Ada", "an axiom", "reified")
NOT_SAID = ("of nothing", "of what nobody asserts", "a document of its own")


def written(site: Site, local: str, fmt: Format) -> str:
    description = describe(site, BASE + local)
    assert description is not None
    return represent(site, description, fmt).decode()


@pytest.fixture(scope="module", params=["project", "files"])
def release(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("annotated")
    if request.param == "project":
        return build_project(folder, {"data/things.ttl": EX + DATA}).release
    return serve_ad_hoc(folder, {"things.ttl": EX + DATA}, BASE)


@pytest.fixture
def site(release: Release) -> Site:
    return open_site(release, QuerySettings(), "")


def index_of(folder: Path, lines: list[str]) -> Documents:
    write_index(folder / "index.sqlite", lambda: sorted(lines), lambda graph: graph.startswith("a:quoted"))
    assert [found.name for found in folder.iterdir()] == ["index.sqlite"]
    return Documents(folder / "index.sqlite")


def lines_of(documents: Documents, iri: str, page: int = 1) -> list[str]:
    document = documents.get(iri, page)
    assert document is not None
    return list(document.lines)


@pytest.mark.parametrize("fmt", [TURTLE, TRIG, N_TRIPLES, N_QUADS, RDF_XML], ids=lambda fmt: fmt.suffix)
def test_every_syntax_with_triple_terms_has_all_three_forms(site: Site, fmt: Format) -> None:
    text = written(site, "X", fmt)
    assert [said for said in SAID if said not in text] == []
    assert [said for said in NOT_SAID if said in text] == []
    syntax = RdfFormat.from_extension(fmt.suffix)
    assert syntax is not None
    read = {quad.triple for quad in parse(text, syntax)}
    terms = sorted(
        (str(triple.object) for triple in read if triple.predicate.value == f"{RDF}reifies"),
        key=lambda term: term[0] != "<",
    )
    assert len(terms) == 2
    assert terms[0] == f"<{BASE}X> <{BASE}p> <{BASE}Y>"
    assert terms[1].endswith(f" <{BASE}source> <{BASE}Z>")


def test_turtle_tells_each_blank_node_in_one_piece(site: Site) -> None:
    subjects = [line.split(" ", 1)[0] for line in written(site, "X", TURTLE).splitlines() if line.startswith("_:")]
    assert len(subjects) == 5
    assert len(set(subjects)) == 5


def test_json_ld_leaves_out_what_annotates_by_triple_terms_and_no_more(site: Site) -> None:
    text = written(site, "X", JSON_LD)
    graph = Graph().parse(data=text, format="json-ld")
    assert "an axiom" in text
    assert "reified" in text
    assert "nested" not in text
    assert "Ada" not in text
    nodes = [node["@id"] for node in json.loads(text)["@graph"] if node["@id"].startswith("_:")]
    assert len(nodes) == 2
    assert len(graph) > 12
    with pytest.raises(NotAcceptable, match="triple term"):
        written(site, "Named", JSON_LD)


def test_the_page_shows_annotations_with_their_statements(site: Site) -> None:
    html = create_app(site).test_client().get("/doc/X.html").get_data(as_text=True)
    part = html[html.index('id="annotations"') :].partition("</section>")[0]
    assert [said for said in SAID if said not in part] == []
    assert [said for said in NOT_SAID if said in html] == []
    assert "annotatedSource" not in html
    assert "_:" not in part
    other = create_app(site).test_client().get("/doc/Named.html").get_data(as_text=True)
    assert 'id="annotations"' not in other


def test_what_is_not_described_otherwise_has_no_document(site: Site) -> None:
    assert describe(site, BASE + "Undescribed") is None


def test_documents_and_dump_say_the_same(tmp_path: Path) -> None:
    release = build_project(tmp_path, {"data/things.ttl": EX + DATA}).release
    dumped = set(gzip.decompress((release.dumps / "all.nq.gz").read_bytes()).decode().splitlines())
    lines = lines_of(Documents(release.index), BASE + "X")
    assert set(lines) <= dumped
    assert len([line for line in lines if line.startswith("_:")]) == 3 + 1 + 2 + 5 + 5
    again = serve_ad_hoc(tmp_path / "again", {"all.nq": "\n".join(sorted(dumped))}, BASE)
    assert lines_of(Documents(again.index), BASE + "X") == lines


def test_annotations_of_a_blank_nodes_statement_and_circles_of_annotations(tmp_path: Path) -> None:
    lines = [
        "<a:s> <a:p> _:c14n0 .", "_:c14n0 <a:q> <a:o> .",
        f"_:c14n1 {REIFIES} <<( _:c14n0 <a:q> <a:o> )>> .", "_:c14n1 <a:note> <a:x> .",
        f"_:c14n2 {REIFIES} <<( _:c14n1 <a:note> <a:x> )>> .", "_:c14n2 <a:note> <a:y> .",
        f"_:c14n1 {REIFIES} <<( _:c14n2 <a:note> <a:y> )>> .",
    ]  # fmt: skip
    assert sorted(lines_of(index_of(tmp_path, lines), "a:s")) == sorted(lines)


def test_a_thing_whose_name_begins_like_another_s_has_only_its_own(tmp_path: Path) -> None:
    own = ["<a:s> <a:p> <a:o> <a:g> .", f"_:c14n0 {REIFIES} <<( <a:s> <a:p> <a:o> )>> <a:h> ."]
    other = ["<a:s1> <a:p> <a:o> .", f"_:c14n1 {REIFIES} <<( <a:s1> <a:p> <a:o> )>> ."]
    documents = index_of(tmp_path, [*own, *other, "<a:t> <a:p> <a:s> ."])
    assert sorted(lines_of(documents, "a:s")) == sorted(own)
    assert sorted(lines_of(documents, "a:s1")) == sorted(other)
    assert lines_of(documents, "a:t") == ["<a:t> <a:p> <a:s> ."]


def test_what_is_quoted_annotates_nothing_and_is_not_annotated(tmp_path: Path) -> None:
    own = "<a:s> <a:p> <a:o> ."
    documents = index_of(tmp_path, [
        own, "<a:s> <a:q> <a:o> <a:quoted> .",
        f"_:c14n0 {REIFIES} <<( <a:s> <a:p> <a:o> )>> <a:quoted> .",
        f"_:c14n1 {REIFIES} <<( <a:s> <a:q> <a:o> )>> .",
    ])  # fmt: skip
    assert lines_of(documents, "a:s") == [own]


def test_ten_thousand_annotations_take_several_pages_each_beside_its_statement(tmp_path: Path) -> None:
    lines, total = [], 10_000
    for number in range(total):
        lines += [
            f'<a:s> <a:p> "{number}" .',
            f'_:c14n{number} {REIFIES} <<( <a:s> <a:p> "{number}" )>> .',
            f'_:c14n{number} <a:note> "note {number}" .',
        ]
    documents = index_of(tmp_path, lines)
    first = documents.get("a:s")
    assert first is not None
    assert (first.pages, first.statements) == (20, total)
    pages = [lines_of(documents, "a:s", page) for page in range(1, 21)]
    assert sorted(line for page in pages for line in page) == sorted(lines)
    assert all(len(page) == 1500 for page in pages)


def test_one_statement_with_ten_thousand_annotations_takes_several_pages(tmp_path: Path) -> None:
    own = ["<a:s> <a:p> <a:o> .", "<a:s> <a:q> <a:o> ."]
    notes = [f"_:c14n{number} {REIFIES} <<( <a:s> <a:p> <a:o> )>> ." for number in range(10_000)]
    documents = index_of(tmp_path, [*own, *notes])
    first = documents.get("a:s")
    assert first is not None
    assert (first.pages, first.statements) == (5, 2)
    found = [line for page in range(1, 6) for line in lines_of(documents, "a:s", page)]
    assert sorted(found) == sorted([*own, *notes])


def test_no_file_is_written_where_nothing_is_annotated(tmp_path: Path) -> None:
    annotations = Annotations(tmp_path / "annotations")
    annotations.take("_:c14n0", "_:c14n0 <a:p> <a:o> .\n_:c14n0 <http://example.org/22-rdf-syntax-ns#subject> <a:s> .")
    assert not annotations.settle()
    assert not annotations.concern("<a:s>")
    annotations.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ([(REIFIES, '<<( <a:s> <a:p> "x y" )>>'), (REIFIES, "<<( <a:s> <a:p> <a:o> )>>")],
         ['<a:s> <a:p> "x y"', "<a:s> <a:p> <a:o>"]),
        ([(REIFIES, "<a:statement>")], []),
        ([(f"<{RDF}subject>", "<a:s>"), (f"<{RDF}predicate>", "<a:p>")], []),
        ([(f"<{OWL}annotatedSource>", s) for s in ("<a:s>", "<a:t>")]
         + [(f"<{OWL}annotatedProperty>", "<a:p>"), (f"<{OWL}annotatedTarget>", "<a:o>")], []),
        ([(f"<{OWL}annotatedSource>", "<a:s>"), (f"<{RDF}predicate>", "<a:p>"), (f"<{RDF}object>", "<a:o>")], []),
    ],
)  # fmt: skip
def test_a_node_annotates_what_it_names_in_full(facts: list[tuple[str, str]], found: list[str]) -> None:
    assert list(annotated_in(facts)) == found


def test_json_ld_keeps_blank_nodes_that_lead_elsewhere_too() -> None:
    kept = ["<a:s> <a:p> _:shared .", "_:shared <a:q> <a:o> .", "_:axiom <a:about> <a:s> ."]
    left = [f"_:r {REIFIES} <<( <a:s> <a:p> _:shared )>> .", "_:r <a:by> _:shared .", "_:r <a:by> _:own .",
            "_:own <a:q> <a:o> ."]  # fmt: skip
    assert without_reifiers(rows_of([*kept, *left])) == rows_of(kept)
    led_to = ["<a:s> <a:p> _:r .", *left]
    assert without_reifiers(rows_of(led_to)) == rows_of(led_to)
