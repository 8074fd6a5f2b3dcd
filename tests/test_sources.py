import gzip
import os
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgpub.errors import KgpubError, RdfSyntaxError, SourceNotUtf8, SourceUnreadable
from kgpub.sources import RDF_FORMATS, Source, named_sources, project_sources, rdf_files, read_quads
from projects import EX, write_files

TRIPLE = "<http://e/s> <http://e/p> <http://e/o> ."
RDF_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n{}</rdf:RDF>\n'
STATEMENT = '<rdf:Description rdf:about="http://e/s">\n<e:p rdf:resource="http://e/o"/>\n</rdf:Description>\n'
JSON_LD = '{"@id": "http://e/s", "http://e/p": {"@id": "http://e/o"}}'
CONTENT = {
    ".ttl": TRIPLE, ".nt": TRIPLE, ".nq": TRIPLE, ".trig": TRIPLE, ".jsonld": JSON_LD, ".json": JSON_LD,
    ".rdf": RDF_XML.format(STATEMENT), ".owl": RDF_XML.format(STATEMENT), ".xml": RDF_XML.format(STATEMENT),
}  # fmt: skip


def read(folder: Path, name: str, content: str | bytes, graph: str | None = None) -> list[ox.Quad]:
    write_files(folder, {name: content})
    return list(read_quads(Source(folder / name, name, graph), None))


def refusal(folder: Path, name: str, content: str | bytes) -> KgpubError:
    with pytest.raises(KgpubError) as error:
        read(folder, name, content)
    return error.value


def test_every_suffix_has_its_example() -> None:
    assert CONTENT.keys() == RDF_FORMATS.keys()


@pytest.mark.parametrize("suffix", CONTENT)
@pytest.mark.parametrize("change", [
    str.encode,
    lambda text: b"\xef\xbb\xbf" + text.encode(),
    lambda text: text.replace("\n", "\r\n").encode(),
], ids=["plain", "byte order mark", "CRLF"])  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_every_syntax_is_read(tmp_path: Path, suffix: str, change: object, packed: bool) -> None:  # noqa: FBT001
    content = change(CONTENT[suffix])  # type: ignore[operator]  # a function of a list of them
    name, body = (f"x{suffix.upper()}.gz", gzip.compress(content, mtime=0)) if packed else (f"x{suffix}", content)
    assert [f"{quad} ." for quad in read(tmp_path, name, body)] == [TRIPLE]


@pytest.mark.parametrize("suffix", CONTENT)
@pytest.mark.parametrize("content", ["", " \r\n\t\n", "\ufeff"])
def test_an_empty_file_holds_no_statement(tmp_path: Path, suffix: str, content: str) -> None:
    assert read(tmp_path, f"x{suffix}", content) == []


def test_triples_outside_a_graph_go_to_the_source_s_graph_and_others_stay(tmp_path: Path) -> None:
    quads = read(
        tmp_path, "x.trig", f"{TRIPLE} GRAPH <http://e/g> {{ {TRIPLE} }} GRAPH _:g {{ {TRIPLE} }}", "http://e/mine"
    )
    graphs = [quad.graph_name for quad in quads]
    assert graphs[:2] == [ox.NamedNode("http://e/mine"), ox.NamedNode("http://e/g")]
    assert isinstance(graphs[2], ox.BlankNode)


def test_blank_nodes_of_two_files_are_different_and_of_one_the_same(tmp_path: Path) -> None:
    one = read(tmp_path, "1.nt", "_:x <http://e/p> _:x .")
    two = read(tmp_path, "2.nt", "_:x <http://e/p> _:x .")
    assert one[0].subject == one[0].object
    assert one[0].subject != two[0].subject


@pytest.mark.parametrize("literal", ['"1.00"^^<http://www.w3.org/2001/XMLSchema#decimal>',
                                     '"2020-01-01T00:00:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
                                     '"not a number"^^<http://www.w3.org/2001/XMLSchema#integer>'])  # fmt: skip
def test_a_literal_keeps_its_lexical_form(tmp_path: Path, literal: str) -> None:
    assert str(read(tmp_path, "x.nt", f"<http://e/s> <http://e/p> {literal} .")[0].object) == literal


def test_relative_iris_resolve_against_the_file_where_no_base_is_given(tmp_path: Path) -> None:
    assert read(tmp_path, "x.ttl", "<#a> <p> <> .")[0].object == ox.NamedNode((tmp_path / "x.ttl").as_uri())


@pytest.mark.parametrize(("name", "content", "where"), [
    ("x.ttl", f"{EX}ex:a ex:b ex:c .\nex:d ex:e ;; 3 3 .\n", ", line 4, column "),
    ("x.ttl", f"{EX}ex:a ex:b 'open .\n", ", line 3, column "),
    ("x.ttl", f"{EX}no:a ex:b ex:c .\n", ", line 3, column 1: The prefix no: has not been declared."),
    ("x.ttl", "<a b> <p> <o> .", ", line 1, column 1: "),
    ("x.ttl", f"{EX}utf-8:a ex:b ex:c .\n", ", line 3, column 1: The prefix utf-8: has not been declared."),
    ("x.trig", f"{EX}GRAPH ex:g {{ ex:a ex:b ex:c \n", ", line 4, column 1: "),
    ("x.nt", f"{TRIPLE}\n<http://e/s> <http://e/p> .\n", ", line 2, column "),
    ("x.nq", f"{TRIPLE}\n{TRIPLE[:-1]} <g> .\n", ", line 2, column "),
    ("x.jsonld", '{\n"@id": }', ", line 2, column "),
    ("x.rdf", RDF_XML.format("<a>"), ", line 2, column 6: the XML is broken: mismatched tag."),
    ("x.rdf", RDF_XML.format(STATEMENT)[:-12], ", line 4, column 19: the XML is broken: no element found."),
    ("x.rdf", RDF_XML.format(STATEMENT.replace("e/o", "e/ o")), ", line 3: "),
    ("x.rdf", "nonsense", ", line 1, column 1: the XML is broken: syntax error."),
])  # fmt: skip
def test_a_syntax_error_tells_its_place(tmp_path: Path, name: str, content: str, where: str) -> None:
    error = refusal(tmp_path, name, content)
    assert isinstance(error, RdfSyntaxError)
    assert error.sentence.startswith(f"{tmp_path / name}{where}")


OWL_XML = '<?xml version="1.0"?>\n<Ontology xmlns="http://www.w3.org/2002/07/owl#">\n<Class IRI="#A"/></Ontology>'
GIT_LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


@pytest.mark.parametrize(("name", "content", "told"), [
    ("x.owl", f"# licence\n\n{EX}ex:a ex:b ex:c .", "Turtle; let its name end in .ttl."),
    ("x.nt", f"{EX}ex:a ex:b ex:c .", "Turtle; let its name end in .ttl."),
    ("x.nt", "PREFIX : <http://e/>\n:a :b :c .", "Turtle; let its name end in .ttl."),
    ("x.ttl", RDF_XML.format(STATEMENT), "RDF/XML; let its name end in .rdf."),
    ("x.ttl", "\ufeff<!-- x -->" + RDF_XML.format(STATEMENT), "RDF/XML; let its name end in .rdf."),
    ("x.ttl", '{"@id": "http://e/s", "http://e/p": 1}', "JSON-LD; let its name end in .jsonld."),
    ("x.ttl", f"{EX}GRAPH ex:g {{ ex:a ex:b ex:c }}", "TriG; let its name end in .trig."),
    ("x.nt", f'{TRIPLE}\n<http://e/s> <http://e/p> "a b"@en <http://e/g> .', "N-Quads; let its name end in .nq."),
    ("x.ttl", gzip.compress(b"x", mtime=0), "a gzip file; let its name end in .gz."),
    ("x.ttl.gz", gzip.compress(b"<!DOCTYPE html>\n<html></html>", mtime=0), "a page in HTML."),
    ("x.ttl", GIT_LFS, "a pointer of Git LFS; `git lfs pull` fetches the file itself."),
    ("x.owl", OWL_XML, "OWL/XML, no syntax of RDF; convert it, for example with ROBOT."),
    ("x.owl", "Prefix(:=<http://e/>)\nOntology(<http://e/>)", "OWL in functional syntax, no syntax of RDF; "),
    ("x.owl", "Prefix: : <http://e/>\nOntology: <http://e/>", "OWL in Manchester syntax, no syntax of RDF; "),
])  # fmt: skip
def test_a_file_whose_suffix_does_not_fit_is_told_what_it_looks_like(
    tmp_path: Path, name: str, content: str | bytes, told: str
) -> None:
    error = refusal(tmp_path, name, content)
    assert isinstance(error, RdfSyntaxError)
    assert f"; the file looks like {told}" in error.sentence


@pytest.mark.parametrize(("name", "content"), [
    ("x.ttl", f"{EX}ex:a ex:b ."), ("x.trig", f"{EX}GRAPH ex:g {{ ex:a ex:b }}"), ("x.nt", f"{TRIPLE}\n<http://e/s> ."),
    ("x.nq", f"{TRIPLE}\n<http://e/s> ."), ("x.jsonld", '{"@id": }'), ("x.rdf", RDF_XML.format("<a>")),
])  # fmt: skip
def test_a_mistake_in_a_file_whose_suffix_fits_is_told_alone(tmp_path: Path, name: str, content: str) -> None:
    assert "looks like" not in refusal(tmp_path, name, content).sentence


@pytest.mark.parametrize("suffix", CONTENT)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be-with-mark"])
def test_utf_16_is_refused_in_every_syntax(tmp_path: Path, suffix: str, encoding: str) -> None:
    content = (
        CONTENT[suffix].encode("utf-16") if encoding == "utf-16" else ("\ufeff" + CONTENT[suffix]).encode("utf-16-be")
    )
    assert isinstance(refusal(tmp_path, f"x{suffix}", content), SourceNotUtf8)


@pytest.mark.parametrize(("name", "content"), [
    ("x.ttl", f"{EX}ex:a ex:b 'é' ."), ("x.nt", f"{TRIPLE}\n\n<http://e/é> <http://e/p> 'x' ."),
    ("x.nq", f'{TRIPLE}\n\n<http://e/s> <http://e/p> "é" .'), ("x.trig", f"{EX}GRAPH <http://e/é> {{ }}"),
    ("x.jsonld", '{\n\n"http://e/p": "é"}'), ("x.rdf", RDF_XML.format("\n<!-- é -->")),
    ("x.rdf", '<?xml version="1.0" encoding="UTF-8"?>\n\n<a>é</a>'),
])  # fmt: skip
def test_latin_1_is_refused_with_its_line(tmp_path: Path, name: str, content: str) -> None:
    error = refusal(tmp_path, name, content.encode("latin-1"))
    assert isinstance(error, SourceNotUtf8)
    assert error.sentence.startswith(f"{tmp_path / name}, line 3, column ")


def test_xml_that_declares_another_encoding_is_refused(tmp_path: Path) -> None:
    content = '<?xml version="1.0" encoding="ISO-8859-1"?>\n' + RDF_XML.format(STATEMENT)
    error = refusal(tmp_path, "x.rdf", content)
    assert isinstance(error, SourceNotUtf8)
    assert "the XML declares another encoding than UTF-8" in error.sentence


def test_a_context_on_the_web_is_not_fetched(tmp_path: Path) -> None:
    error = refusal(tmp_path, "x.jsonld", '{"@context": "https://schema.org/", "@id": "http://e/s", "name": "x"}')
    assert isinstance(error, RdfSyntaxError)
    assert "a build fetches nothing" in error.sentence


@pytest.mark.parametrize(
    "content",
    [
        b"no gzip",
        gzip.compress(TRIPLE.encode() * 9, mtime=0)[:-12],
        gzip.compress(b"x", mtime=0)[:12] + b"\xff" * 20,
        b"\x1f\x8b",
    ],
)
def test_a_broken_gzip_file_is_unreadable(tmp_path: Path, content: bytes) -> None:
    error = refusal(tmp_path, "x.nt.gz", content)
    assert isinstance(error, SourceUnreadable)
    assert error.sentence.startswith(f"{tmp_path / 'x.nt.gz'} cannot be read: ")


def test_a_missing_file_and_a_folder_in_the_place_of_a_file_are_unreadable(tmp_path: Path) -> None:
    (tmp_path / "folder.ttl").mkdir()
    for name in ("missing.ttl", "folder.ttl"):
        with pytest.raises(SourceUnreadable, match="cannot be read"):
            list(read_quads(Source(tmp_path / name, name, None), None))


def test_the_place_of_a_project_s_file_names_its_graph(tmp_path: Path) -> None:
    write_files(tmp_path, dict.fromkeys(["meta.ttl", "claims/1.ttl", "claims/sub/2.trig.gz", "big.nt.gz"], ""))
    found = {source.name: source.graph for source in project_sources(tmp_path, "data", "g/")}
    assert found == {
        "data/meta.ttl": "g/meta", "data/claims/1.ttl": "g/claims", "data/claims/sub/2.trig.gz": "g/claims",
        "data/big.nt.gz": "g/big",
    }  # fmt: skip
    assert {source.graph for source in project_sources(tmp_path, "ontology", "g/")} == {"g/ontology"}


def test_the_name_of_a_file_with_blanks_makes_an_iri(tmp_path: Path) -> None:
    """A build said "Unexpected ValueError: Invalid IRI code point"."""
    for name in ("old claims.ttl", "a\n<b>.ttl", "é#1.ttl"):
        (tmp_path / name).write_text("<x:a> <x:b> <x:c> .")
    found = project_sources(tmp_path, "data", "http://g/")
    assert [source.graph for source in found] == ["http://g/a%0A%3Cb%3E", "http://g/old%20claims", "http://g/é#1"]
    assert [len(list(read_quads(source, None))) for source in found] == [1, 1, 1]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_name_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.ttl")).write_text("<x:a> <x:b> <x:c> .")
    told = r"\\xff\.ttl has a name that is not UTF-8"
    with pytest.raises(SourceUnreadable, match=told):
        project_sources(tmp_path, "data", "http://g/")
    with pytest.raises(SourceUnreadable, match=told):
        named_sources([tmp_path])


def test_only_a_default_folder_may_be_missing(tmp_path: Path) -> None:
    assert project_sources(tmp_path / "data", "data", "g/") == ()
    (tmp_path / "shapes").touch()
    for folder, kind in ((tmp_path / "dta", "data"), (tmp_path / "shapes", "shapes")):
        with pytest.raises(SourceUnreadable, match="is no folder"):
            project_sources(folder, kind, "g/")


def test_hidden_files_and_those_of_other_kinds_are_no_sources(tmp_path: Path) -> None:
    names = ["b.ttl", "a/z.nt", ".hidden.ttl", ".git/x.ttl", "notes.md", "package.json", "rule.rq", "pom.xml", "a.TTL"]
    write_files(tmp_path, dict.fromkeys(names, ""))
    (tmp_path / "lost.ttl").symlink_to("nowhere")
    assert [path.relative_to(tmp_path).as_posix() for path in rdf_files(tmp_path)] == [
        "a.TTL",
        "a/z.nt",
        "b.ttl",
        "lost.ttl",
    ]


def test_linked_folders_are_read_once_though_they_lead_in_a_circle(tmp_path: Path) -> None:
    write_files(tmp_path, {"data/a.ttl": "", "shared/b.ttl": ""})
    (tmp_path / "data" / "linked").symlink_to("../shared")
    (tmp_path / "data" / "linked-again").symlink_to("../shared")
    (tmp_path / "shared" / "back").symlink_to("../data")
    found = [path.relative_to(tmp_path).as_posix() for path in rdf_files(tmp_path / "data")]
    assert found == ["data/a.ttl", "data/linked/b.ttl"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, {"a/b.ttl": TRIPLE})
    for path in ("a/b.ttl", "a"):
        (tmp_path / path).chmod(0)
        with pytest.raises(SourceUnreadable, match=f"{path} cannot be read: Permission denied"):
            [quad for source in named_sources([tmp_path]) for quad in read_quads(source, None)]
    (tmp_path / "a").chmod(0o755)


def test_named_files_keep_their_graphs_and_folders_give_their_files(tmp_path: Path) -> None:
    write_files(tmp_path, {"one.json": JSON_LD, "folder/sub/two.ttl": TRIPLE, "folder/package.json": "{}"})
    sources = named_sources([tmp_path / "one.json", tmp_path / "folder"])
    assert [(source.name, source.graph) for source in sources] == [("one.json", None), ("sub/two.ttl", None)]


@pytest.mark.parametrize(("name", "told"), [
    ("none", "No such file"), ("none.ttl", "No such file"), ("notes.md", "no RDF syntax"),
    ("empty", "holds no RDF file"),
])  # fmt: skip
def test_what_cannot_be_served_is_told(tmp_path: Path, name: str, told: str) -> None:
    write_files(tmp_path, {"notes.md": "", "empty/notes.md": ""})
    with pytest.raises(SourceUnreadable, match=told):
        named_sources([tmp_path / name])
