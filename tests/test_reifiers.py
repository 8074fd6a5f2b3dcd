"""The RDF 1.2 download: what quoted graphs say, reified by those who speak of them, and asserted by nobody."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kgpub.content import Content
from kgpub.errors import KgpubError
from kgpub.publication import Exports
from kgpub.reifiers import compare, write_reifiers
from kgpub.release import Release
from kgpub.vocabulary import RDF
from projects import BASE, content_of

REIFIES = f"<{RDF}reifies>"
G, INFERRED = "<a:g>", f"<{BASE}graph/inferred>"


def content(folder: Path, lines: Sequence[str], **settings: Any) -> Content:
    exports = {"exports": Exports(reifies="proposition")}
    return content_of(folder, sorted(lines), **exports | {"quoted_graphs": ("q*",)} | settings)


def text_of(folder: Path, lines: Sequence[str], **settings: Any) -> bytes:
    (folder / "dumps").mkdir()
    info = write_reifiers(content(folder, lines, **settings), folder / "dumps")
    assert info is not None
    assert info.media_type == "text/turtle"
    assert info.conforms_to == "https://www.w3.org/TR/rdf12-turtle/"
    assert set(info.titles) == {"en", "fr"}
    assert [path.name for path in (folder / "dumps").iterdir()] == [info.name]
    return gzip.decompress((folder / info.path).read_bytes())


def written(folder: Path, lines: Sequence[str], **settings: Any) -> set[str]:
    return {f"{q.triple} ." for q in ox.parse(text_of(folder, lines, **settings), ox.RdfFormat.TURTLE)}


def test_a_thing_keeps_its_own_statements_and_reifies_each_triple_of_its_graph(tmp_path: Path) -> None:
    lines = [
        f"<{BASE}p> <{BASE}proposition> <{BASE}q1> {G} .",
        f'<{BASE}p> <{BASE}number> "007"^^<a:t> {G} .',
        f"<{BASE}p> <{BASE}derived> <a:x> {INFERRED} .",
        f"<a:s> <a:p> <a:o> <{BASE}q1> .",
        f'<a:s> <a:p> "literal"@en <{BASE}q1> .',
        f"<{BASE}bystander> <{BASE}x> <a:y> {G} .",
        f"<a:s> <a:p> <a:spoken-of-by-nobody> <{BASE}q2> .",
    ]
    assert written(tmp_path, lines) == {
        f"<{BASE}p> <{BASE}proposition> <{BASE}q1> .",
        f'<{BASE}p> <{BASE}number> "007"^^<a:t> .',
        f"<{BASE}p> <{BASE}derived> <a:x> .",
        f"<{BASE}p> {REIFIES} <<( <a:s> <a:p> <a:o> )>> .",
        f'<{BASE}p> {REIFIES} <<( <a:s> <a:p> "literal"@en )>> .',
    }


def test_the_first_line_announces_rdf_1_2(tmp_path: Path) -> None:
    lines = [f"<{BASE}p> <{BASE}proposition> <{BASE}q1> .", f"<a:s> <a:p> <a:o> <{BASE}q1> ."]
    assert text_of(tmp_path, lines).startswith(b'VERSION "1.2"\n@prefix ')


def test_two_that_disagree_reify_the_same_triple_and_the_polarity_stays_with_each(tmp_path: Path) -> None:
    lines = [
        f"<{BASE}for> <{BASE}proposition> <{BASE}q1> {G} .", f"<{BASE}for> <{BASE}polarity> <{BASE}affirms> {G} .",
        f"<{BASE}against> <{BASE}proposition> <{BASE}q1> {G} .",
        f"<{BASE}against> <{BASE}polarity> <{BASE}denies> {G} .",
        f"<a:s> <a:p> <a:o> <{BASE}q1> .",
    ]  # fmt: skip
    triples = written(tmp_path, lines)
    for speaker, polarity in (("for", "affirms"), ("against", "denies")):
        assert f"<{BASE}{speaker}> {REIFIES} <<( <a:s> <a:p> <a:o> )>> ." in triples
        assert f"<{BASE}{speaker}> <{BASE}polarity> <{BASE}{polarity}> ." in triples
    assert "<a:s> <a:p> <a:o> ." not in triples


def test_what_is_quoted_about_a_thing_that_speaks_is_not_asserted_of_it(tmp_path: Path) -> None:
    lines = [f"<{BASE}p> <{BASE}proposition> <{BASE}q1> {G} .", f"<{BASE}p> <{BASE}central> <a:o> <{BASE}q1> ."]
    assert written(tmp_path, lines) == {
        f"<{BASE}p> <{BASE}proposition> <{BASE}q1> .",
        f"<{BASE}p> {REIFIES} <<( <{BASE}p> <{BASE}central> <a:o> )>> .",
    }


def test_an_empty_graph_is_reified_by_nothing_and_of_several_graphs_each_counts(tmp_path: Path) -> None:
    lines = [
        f"<{BASE}p> <{BASE}proposition> <{BASE}q0> {G} .",
        f"<{BASE}r> <{BASE}proposition> <{BASE}q1> {G} .", f"<{BASE}r> <{BASE}proposition> <{BASE}q2> {G} .",
        f"<a:s> <a:p> <a:1> <{BASE}q1> .", f"<a:s> <a:p> <a:2> <{BASE}q2> .",
    ]  # fmt: skip
    reified = {triple for triple in written(tmp_path, lines) if REIFIES in triple}
    assert reified == {f"<{BASE}r> {REIFIES} <<( <a:s> <a:p> <a:{n}> )>> ." for n in (1, 2)}


def test_a_graph_that_is_asserted_is_not_reified(tmp_path: Path) -> None:
    lines = [f"<{BASE}p> <{BASE}proposition> {G} {G} .", f"<a:s> <a:p> <a:o> {G} ."]
    assert written(tmp_path, lines) == {f"<{BASE}p> <{BASE}proposition> {G} ."}


def test_a_blank_node_is_one_node_wherever_it_stands(tmp_path: Path) -> None:
    lines = [
        f"<{BASE}p> <{BASE}proposition> <{BASE}q1> {G} .",
        f"<{BASE}p> <{BASE}about> _:c14n0 {G} .", f"_:c14n0 <a:is> <a:asserted> {G} .",
        f"<{BASE}r> <{BASE}proposition> <{BASE}q1> {G} .",
        f"_:c14n0 <a:p> _:c14n1 <{BASE}q1> .", f"_:c14n1 <a:p> <<( <a:s> <a:p> _:c14n0 )>> <{BASE}q1> .",
    ]  # fmt: skip
    quoted = ("<<( _:c14n0 <a:p> _:c14n1 )>>", "<<( _:c14n1 <a:p> <<( <a:s> <a:p> _:c14n0 )>> )>>")
    assert written(tmp_path, lines) == {
        f"<{BASE}p> <{BASE}proposition> <{BASE}q1> .", f"<{BASE}r> <{BASE}proposition> <{BASE}q1> .",
        f"<{BASE}p> <{BASE}about> _:c14n0 .", "_:c14n0 <a:is> <a:asserted> .",
        *(f"<{BASE}{speaker}> {REIFIES} {term} ." for speaker in "pr" for term in quoted),
    }  # fmt: skip


def test_the_announcement_s_positions_reify_what_its_quoted_graphs_say(announcement_release: Release) -> None:
    """Counted from the store alone: nothing is lost, nothing is added, and no quoted triple is asserted."""
    base = announcement_release.manifest.publication.base_iri
    store = ox.Store.read_only(str(announcement_release.store))
    turtle = gzip.decompress((announcement_release.dumps / "reifiers.ttl.gz").read_bytes())
    triples = {quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)}
    leads = ox.NamedNode(f"{base}ontology/proposition")
    speakers = [(q.subject, q.object) for q in store.quads_for_pattern(None, leads, None, ox.DefaultGraph())]
    assert len(speakers) == 76
    quoted = {graph: {q.triple for q in store.quads_for_pattern(None, None, None, graph)} for _, graph in speakers}  # type: ignore[arg-type]
    expected = {(speaker, triple) for speaker, graph in speakers for triple in quoted[graph]}
    reifies = ox.NamedNode(f"{RDF}reifies")
    assert {(t.subject, t.object) for t in triples if t.predicate == reifies} == expected
    own = {q.triple for speaker, _ in speakers for q in store.quads_for_pattern(speaker, None, None, ox.DefaultGraph())}
    asserted = {t for t in triples if t.predicate != reifies}
    assert asserted == own
    assert asserted.isdisjoint({triple for _, triple in expected})


def test_the_file_can_be_asked_who_denies_what(announcement_release: Release) -> None:
    turtle = gzip.decompress((announcement_release.dumps / "reifiers.ttl.gz").read_bytes())
    store = ox.Store()
    store.load(turtle, ox.RdfFormat.TURTLE)
    query = """BASE <https://w3id.org/stca-kg/>
        SELECT ?position {
            ?position <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>
                <<( <id/us-state> <ontology/consistentlySafeFor> <id/asylum-seekers> )>> ;
                <ontology/polarity> <voc/denies> }"""
    rows = [row["position"].value for row in store.query(query)]  # type: ignore[union-attr]
    assert rows == ["https://w3id.org/stca-kg/id/claim-s05-c1"]


@pytest.mark.parametrize("settings", [{"exports": Exports()}, {"exports": Exports(reifies="nothing")}])
def test_nothing_is_written_where_nothing_is_asked_for_or_nothing_speaks(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    lines = [f"<{BASE}p> <{BASE}proposition> <{BASE}q1> .", f"<a:s> <a:p> <a:o> <{BASE}q1> ."]
    (tmp_path / "dumps").mkdir()
    assert write_reifiers(content(tmp_path, lines, **settings), tmp_path / "dumps") is None
    assert list((tmp_path / "dumps").iterdir()) == []


@pytest.mark.parametrize(
    "other",
    [b"<a:s> <a:p> <a:other> .", b"", b"<a:s> <a:p> <a:o> , <a:o2> .", b"<a:s> <a:p> <<( <a:s> <a:p> <a:o> )>> ."],
)
def test_a_file_that_reads_back_otherwise_stops_the_build(tmp_path: Path, other: bytes) -> None:
    file = tmp_path / "reifiers.ttl.gz"
    file.write_bytes(gzip.compress(b"<a:s> <a:p> <a:o> ."))
    compare(file, ["<a:s> <a:p> <a:o> ."])
    file.write_bytes(gzip.compress(other))
    with pytest.raises(KgpubError, match=r"reifiers\.ttl\.gz does not read back as it was written"):
        compare(file, ["<a:s> <a:p> <a:o> ."])


def test_the_same_lines_give_the_same_bytes(tmp_path: Path) -> None:
    lines = [f"<{BASE}p> <{BASE}proposition> <{BASE}q1> .", *(f"<a:s> <a:p> <a:{n}> <{BASE}q1> ." for n in range(50))]
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    assert text_of(tmp_path / "one", lines) == text_of(tmp_path / "other", lines)
