"""The argument map, read by a library for argument graphs, and held against the graph it is made from."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import arguebuf
import pyoxigraph as ox
import pytest

from kgpub.argument_map import write_argument_map
from kgpub.content import Content
from kgpub.errors import ExportQueryInvalid
from kgpub.publication import Exports
from kgpub.release import Release
from projects import BASE, SETTINGS, content_of, run_kgpub, write_files

A = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
CN = "https://w3id.org/stca-kg/ontology/"
NODES = """SELECT ?node ?type ?text WHERE {
    VALUES (?node ?type ?text) { (<a> "I" "A") (<b> "I" "B") ("a to b" "RA" "because") } }"""
EDGES = 'SELECT ?from ?to WHERE { VALUES (?from ?to) { (<a> "a to b") ("a to b" <b>) } }'


@pytest.fixture(scope="module")
def path(announcement_release: Release) -> Path:
    return announcement_release.dumps / "argument-map.aif.json"


@pytest.fixture(scope="module")
def document(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_bytes())
    return read


@pytest.fixture(scope="module")
def nodes(document: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {node["nodeID"]: node for node in document["nodes"]}


def things(store: ox.Store, class_: str) -> set[str]:
    found = store.quads_for_pattern(None, A, ox.NamedNode(CN + class_), ox.DefaultGraph())
    return {quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)}


def iris(nodes: dict[str, dict[str, str]], type_: str) -> list[str]:
    return sorted(node["iri"] for node in nodes.values() if node["type"] == type_)


# The announcement -------------------------------------------------------------------------------


def test_a_library_for_argument_graphs_reads_all_of_the_argument(path: Path) -> None:
    graph = arguebuf.load.file(path)
    schemes = Counter(type(node.scheme).__name__ for node in graph.scheme_nodes.values())
    assert len(graph.atom_nodes) == 76
    assert schemes == {"Support": 36, "Attack": 4, "Rephrase": 5}
    assert len(graph.edges) == 2 * 45
    for node in graph.scheme_nodes.values():
        assert (len(graph.incoming_nodes(node)), len(graph.outgoing_nodes(node))) == (1, 1)


def test_it_knows_the_schemes_that_have_a_name_everywhere(path: Path) -> None:
    graph = arguebuf.load.file(path)
    named = Counter(node.scheme for node in graph.scheme_nodes.values())
    assert named[arguebuf.Support.POSITIVE_CONSEQUENCES] == 2
    assert named[arguebuf.Support.NEGATIVE_CONSEQUENCES] == 2


def test_nodes_are_the_positions_relations_and_utterances_of_the_graph(
    nodes: dict[str, dict[str, str]], announcement: ox.Store
) -> None:
    assert iris(nodes, "I") == sorted(things(announcement, "Position"))
    assert iris(nodes, "L") == sorted(things(announcement, "Utterance"))
    assert iris(nodes, "RA") == sorted(things(announcement, "Support"))
    assert iris(nodes, "CA") == sorted(things(announcement, "Attack"))
    assert set(iris(nodes, "MA")) < things(announcement, "DiscourseLink")


def test_edges_lead_from_premise_over_relation_to_conclusion(
    document: dict[str, Any], nodes: dict[str, dict[str, str]], announcement: ox.Store
) -> None:
    relations = {*iris(nodes, "RA"), *iris(nodes, "CA"), *iris(nodes, "MA")}
    recorded = {
        (quad.object.value, quad.subject.value) if end == "premise" else (quad.subject.value, quad.object.value)
        for end in ("premise", "conclusion")
        for quad in announcement.quads_for_pattern(None, ox.NamedNode(CN + end), None, ox.DefaultGraph())
        if isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
        and quad.subject.value in relations
    }
    ends = [(nodes[edge["fromID"]], nodes[edge["toID"]]) for edge in document["edges"]]
    drawn = {(start["iri"], end["iri"]) for start, end in ends if "YA" not in (start["type"], end["type"])}
    assert drawn == recorded
    assert len(drawn) == 90


def test_one_illocution_joins_each_utterance_to_its_position(
    document: dict[str, Any], nodes: dict[str, dict[str, str]]
) -> None:
    into: Counter[tuple[str, str]] = Counter()
    out: Counter[tuple[str, str]] = Counter()
    for edge in document["edges"]:
        start, end = nodes[edge["fromID"]], nodes[edge["toID"]]
        if end["type"] == "YA":
            into[end["nodeID"], start["type"]] += 1
        if start["type"] == "YA":
            out[start["nodeID"], end["type"]] += 1
    illocutions = [number for number, node in nodes.items() if node["type"] == "YA"]
    assert into == Counter((number, "L") for number in illocutions)
    assert out == Counter((number, "I") for number in illocutions)
    assert len(illocutions) == 76
    assert {nodes[number]["text"] for number in illocutions} == {"Asserting", "Conceding", "Default Illocuting"}


def test_the_holder_of_a_position_speaks(document: dict[str, Any], nodes: dict[str, dict[str, str]]) -> None:
    names = {person["participantID"]: person["firstname"] for person in document["participants"]}
    speakers = {nodes[spoken["nodeID"]]["iri"]: names[spoken["personID"]] for spoken in document["locutions"]}
    assert len(speakers) == 76
    assert speakers["https://w3id.org/stca-kg/id/utt-s05-c1"] == "Canadian Council for Refugees"
    assert speakers["https://w3id.org/stca-kg/id/utt-s22-c1"] == "Opponents of withdrawal"
    assert set(names) == {spoken["personID"] for spoken in document["locutions"]}


def test_numbers_name_one_node_or_edge_each(document: dict[str, Any], nodes: dict[str, dict[str, str]]) -> None:
    edges = [edge["edgeID"] for edge in document["edges"]]
    assert len(nodes) == len(document["nodes"]) == 273
    assert len(set(edges)) == len(edges) == 242
    assert all(number.isdecimal() for number in [*nodes, *edges])


def test_no_text_is_of_the_source(document: dict[str, Any], source_text: str | None) -> None:
    if source_text is None:
        pytest.skip("the source is not redistributed")

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[at : at + 6]) for at in range(len(words) - 5)}

    said = runs(source_text)
    assert [node["text"] for node in document["nodes"] if runs(node["text"]) & said] == []


# Any project ------------------------------------------------------------------------------------


def content(folder: Path, nodes: str | bytes | None = NODES, edges: str | bytes | None = EDGES) -> Content:
    """A project whose queries give an argument map from nothing but themselves."""
    given = {"queries/map/nodes.rq": nodes, "queries/map/edges.rq": edges}
    write_files(folder, {name: text for name, text in given.items() if text is not None})
    made = content_of(folder, [], exports=Exports(argument_map="map"))
    return replace(made, plan=replace(made.plan, queries=folder / "queries"))


def written(folder: Path, **queries: str | bytes | None) -> dict[str, Any]:
    assert write_argument_map(content(folder, **queries), folder) is not None
    document: dict[str, Any] = json.loads((folder / "argument-map.aif.json").read_bytes())
    return document


def test_a_name_that_is_no_iri_only_joins(tmp_path: Path) -> None:
    document = written(tmp_path)
    assert document["nodes"] == [
        {"nodeID": "1", "text": "because", "type": "RA"},
        {"nodeID": "2", "text": "A", "type": "I", "iri": f"{BASE}a"},
        {"nodeID": "3", "text": "B", "type": "I", "iri": f"{BASE}b"},
    ]
    assert [(edge["fromID"], edge["toID"]) for edge in document["edges"]] == [("1", "3"), ("2", "1")]
    assert document["locutions"] == document["participants"] == []
    assert len(arguebuf.load.file(tmp_path / "argument-map.aif.json").edges) == 2


def test_a_speaker_without_a_name_bears_the_end_of_the_iri(tmp_path: Path) -> None:
    nodes = """SELECT * WHERE { VALUES (?node ?type ?text ?speaker ?speakerName) {
        (<l> "L" "said" <id/ann> UNDEF) (<l> "L" "said" <id/bob> "Bob") (<i> "I" "A" <id/eve> "Eve") } }"""
    document = written(tmp_path, nodes=nodes, edges="SELECT ?from ?to WHERE { VALUES (?from ?to) { } }")
    assert [(p["participantID"], p["firstname"]) for p in document["participants"]] == [("1", "ann"), ("2", "Bob")]
    assert document["locutions"] == [{"nodeID": "2", "personID": "1"}, {"nodeID": "2", "personID": "2"}]


def test_without_the_setting_there_is_no_map(tmp_path: Path) -> None:
    assert write_argument_map(content_of(tmp_path, []), tmp_path) is None


def one_node(values: str, columns: str = "?node ?type ?text") -> str:
    return f"SELECT * WHERE {{ VALUES ({columns}) {{ {values} }} }}"


@pytest.mark.parametrize(
    ("queries", "sentence"),
    [
        ({"nodes": None}, "There is no map/nodes.rq in the folder of queries"),
        ({"edges": None}, "There is no map/edges.rq in the folder of queries"),
        ({"nodes": "SELECT ?node ?type WHERE { }"}, r"map/nodes.rq: the column \?text is missing"),
        ({"edges": "SELECT ?from ?end WHERE { }"}, r"map/edges.rq: the column \?to is missing"),
        ({"edges": "SELECT ?from ?to ?by WHERE { }"}, r"map/edges.rq: nothing is known of the column \?by"),
        ({"nodes": one_node('(<a> "I" UNDEF)')}, r"map/nodes.rq: a row has no \?text"),
        ({"nodes": one_node('(<a> "X" "A")')}, "map/nodes.rq: 'X' is no type of node; the types are I, L, RA"),
        ({"nodes": one_node('(<a> "I" "A") (<a> "I" "B")')}, "the rows of <https://example.org/a> differ"),
        ({"nodes": one_node('(<a> "I" "A")')}, "map/edges.rq: an edge has the end .*, which is no node"),
        (
            {"edges": "SELECT * WHERE { VALUES (?from ?to) { (<a> <b>) } }"},
            "<https://example.org/a> and <https://example.org/b> are joined directly",
        ),
        ({"nodes": "CONSTRUCT { <a> <b> <c> } WHERE { }"}, "map/nodes.rq: the query must be a SELECT query"),
        ({"nodes": "SELECT ?node WHERE {"}, "map/nodes.rq: .*expected"),
        ({"nodes": b"# \xe9"}, "map/nodes.rq cannot be read as UTF-8 text"),
    ],
    ids=lambda value: re.sub(r"\W+", " ", value) if isinstance(value, str) else "",
)
def test_queries_that_give_no_argument_map_are_told(tmp_path: Path, queries: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ExportQueryInvalid, match=sentence):
        write_argument_map(content(tmp_path, **queries), tmp_path)
    assert not (tmp_path / "argument-map.aif.json").exists()


def test_a_build_that_misses_the_queries_publishes_nothing(tmp_path: Path) -> None:
    settings = SETTINGS + '[publication.exports]\nargument_map = "map"\n'
    write_files(tmp_path, {"kgpub.toml": settings, "data/a.ttl": "<id/a> <p> <id/b> ."})
    done = run_kgpub("build", cwd=tmp_path)
    assert done.returncode == 16
    assert "There is no map/nodes.rq" in done.stderr
    assert not (tmp_path / "releases" / "current").exists()
