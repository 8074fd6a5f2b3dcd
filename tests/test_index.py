"""The document index: what a build writes into it is what the readers find."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from kgpub.document_pages import STATEMENTS_A_PAGE
from kgpub.documents import Documents
from kgpub.index import write_index
from kgpub.label import Label
from kgpub.vocabulary import LABEL_PROPERTIES, OWL, RDFS, TYPE

B = "https://example.org/"
LABEL = f"<{RDFS}label>"


def index_of(folder: Path, lines: Iterable[str]) -> Documents:
    path = folder / "index.sqlite"
    write_index(path, lambda: sorted(set(lines)), lambda graph: graph.startswith("a:quoted"))
    assert [found.name for found in folder.iterdir()] == ["index.sqlite"]
    return Documents(path)


def lines_of(documents: Documents, iri: str, page: int = 1) -> tuple[str, ...]:
    document = documents.get(iri, page)
    assert document is not None
    return document.lines


def test_a_document_holds_the_asserted_statements_with_their_graphs_as_written(tmp_path: Path) -> None:
    lines = ['<a:s> <a:p> "1.00"^^<a:decimal> <a:g> .', '<a:s> <a:p> "+00:00 \u2028 _:b" .']
    documents = index_of(tmp_path, [*lines, "<a:s> <a:p> <a:o> <a:quoted> .", "<a:t> <a:p> <a:o> ."])
    assert sorted(lines_of(documents, "a:s")) == sorted(lines)
    assert documents.get("a:nothing") is None


def test_a_document_follows_blank_nodes_through_lists_and_circles(tmp_path: Path) -> None:
    lines = [
        "<a:s> <a:p> _:c14n0 .", "_:c14n0 <a:first> <a:x> .", "_:c14n0 <a:rest> _:c14n1 .",
        "_:c14n1 <a:first> _:c14n2 .", "_:c14n1 <a:rest> <a:nil> .", "_:c14n2 <a:back> _:c14n0 .",
    ]  # fmt: skip
    documents = index_of(tmp_path, [*lines, "_:c14n9 <a:p> <a:s> .", "<a:t> <a:p> _:c14n2 ."])
    assert sorted(lines_of(documents, "a:s")) == sorted(lines)
    assert "_:c14n2 <a:back> _:c14n0 ." in lines_of(documents, "a:t")


def test_what_is_quoted_about_a_blank_node_is_in_no_document(tmp_path: Path) -> None:
    lines = ["<a:s> <a:p> _:c14n0 .", "_:c14n0 <a:p> <a:o> ."]
    documents = index_of(tmp_path, [*lines, "_:c14n0 <a:denied> <a:o> <a:quoted> ."])
    assert sorted(lines_of(documents, "a:s")) == sorted(lines)


def test_a_thing_with_1200_statements_is_paged(tmp_path: Path) -> None:
    lines = [f'<a:s> <a:p> "{number:04}" .' for number in range(1200)]
    documents = index_of(tmp_path, [*lines, "<a:s> <a:q> _:c14n0 .", '_:c14n0 <a:p> "not counted" .'])
    first = documents.get("a:s")
    assert first is not None
    assert (first.page, first.pages, first.statements) == (1, 3, 1201)
    assert [len(lines_of(documents, "a:s", page)) for page in (1, 2, 3)] == [STATEMENTS_A_PAGE, STATEMENTS_A_PAGE, 202]
    assert documents.get("a:s", 4) is None


def test_250_incoming_links_are_paged_with_their_total(tmp_path: Path) -> None:
    lines = [f"<a:{number:03}> <a:p> <a:o> ." for number in range(250)]
    documents = index_of(tmp_path, [*lines, "<a:000> <a:p> <a:o> <a:g> .", "<a:s> <a:p> <a:o> <a:quoted> ."])
    (incoming,) = documents.incoming("a:o")
    assert (incoming.total, len(incoming.subjects)) == (250, 100)
    pages = [documents.incoming_page("a:o", "a:p", page) for page in (1, 2, 3)]
    assert [subject for page in pages if page for subject in page.subjects] == [f"a:{n:03}" for n in range(250)]
    assert documents.incoming_page("a:o", "a:p", 4) is None


def test_incoming_links_come_by_property_most_first(tmp_path: Path) -> None:
    documents = index_of(tmp_path, ["<a:s> <a:p> <a:o> .", "<a:s> <a:q> <a:o> .", "<a:t> <a:q> <a:o> ."])
    assert [(found.property, found.subjects) for found in documents.incoming("a:o")] == [
        ("a:q", ("a:s", "a:t")),
        ("a:p", ("a:s",)),
    ]
    assert documents.incoming("a:s") == ()


def test_the_best_label_of_each_language_is_kept(tmp_path: Path) -> None:
    labels = [f'<a:s> <{property_}> "{rank} \\"é\\u000B\\""@en .' for rank, property_ in enumerate(LABEL_PROPERTIES)]
    documents = index_of(
        tmp_path, [*labels, f'<a:s> {LABEL} "zwei"@de .', f'<a:s> {LABEL} "eins"@de .', f"<a:s> {LABEL} <a:x> ."]
    )
    assert documents.labels(["a:s", "a:x"]) == {
        "a:s": {"en": Label('0 "é\x0b"', "en", LABEL_PROPERTIES[0]), "de": Label("eins", "de", RDFS + "label")}
    }


def test_a_label_that_is_only_quoted_is_none(tmp_path: Path) -> None:
    documents = index_of(tmp_path, [f'<a:s> {LABEL} "said" <a:quoted> .', "<a:s> <a:p> <a:o> ."])
    assert documents.labels(["a:s"]) == {}


def test_many_labels_are_found_at_once(tmp_path: Path) -> None:
    documents = index_of(tmp_path, [f'<a:{number}> {LABEL} "{number}" .' for number in range(1100)])
    found = documents.labels(f"a:{number}" for number in range(1200))
    assert {iri: by_language[""].text for iri, by_language in found.items()} == {f"a:{n}": str(n) for n in range(1100)}


def test_a_quoted_graph_is_found_by_its_name_and_by_what_it_speaks_of(tmp_path: Path) -> None:
    lines = ["<a:s> <a:p> <a:o> <a:quoted/1> .", "<a:s> <a:p> <a:x> <a:quoted/2> ."]
    documents = index_of(tmp_path, lines)
    assert documents.quoted("a:quoted/1").lines == (lines[0],)
    assert documents.quotations("a:s").items == ("a:quoted/1", "a:quoted/2")
    assert documents.quotations("a:x").items == ("a:quoted/2",)
    assert documents.first_described(["a:s", "a:quoted/2"]) == "a:quoted/2"


def test_fragments_and_members_belong_to_the_document_they_are_defined_by(tmp_path: Path) -> None:
    documents = index_of(tmp_path, [
        f"<{B}o#A> <a:p> <a:x> .", f"<{B}o#B> <a:p> <a:x> .", f"<{B}o/C> <{RDFS}isDefinedBy> <{B}o> .",
        f"<{B}other#A> <a:p> <a:x> .",
    ])  # fmt: skip
    assert documents.first_described([B + "none", B + "o"]) == B + "o"
    assert documents.members(B + "o") == (B + "o#A", B + "o#B", B + "o/C")
    assert lines_of(documents, B + "o") == ()


def test_an_ontology_has_the_axioms_of_its_graph_that_no_term_leads_to(tmp_path: Path) -> None:
    axiom = [
        f"_:c14n0 <{TYPE}> <{OWL}AllDisjointClasses> <a:g> .", f"_:c14n0 <{OWL}members> _:c14n1 <a:g> .",
        "_:c14n1 <a:first> <a:C> <a:g> .", "_:c14n1 <a:rest> <a:nil> <a:g> .",
    ]  # fmt: skip
    own = f"<a:onto> <{TYPE}> <{OWL}Ontology> <a:g> ."
    other = [f"<a:other> <{TYPE}> <{OWL}Ontology> <a:h> .", f"_:c14n5 <{TYPE}> <{OWL}Axiom> <a:g> ."]
    documents = index_of(tmp_path, [*axiom, own, *other])
    assert sorted(lines_of(documents, "a:onto")) == sorted([own, *axiom])
    assert lines_of(documents, "a:other") == (other[0],)


@pytest.mark.parametrize("lines", [[], ["_:c14n0 <a:p> <a:o> ."]])
def test_an_index_may_describe_nothing(tmp_path: Path, lines: list[str]) -> None:
    write_index(tmp_path / "index.sqlite", lambda: lines, lambda _: False)
    assert Documents(tmp_path / "index.sqlite").get("a:o") is None
