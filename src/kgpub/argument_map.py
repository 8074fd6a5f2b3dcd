"""Write the argument map of a release as AIF-JSON.

The Argument Interchange Format keeps what is said (I-nodes) and its occurrences (L-nodes) apart from how they hang
together (RA: inference, CA: conflict, MA: rephrase, PA: preference, YA: illocution, TA: transition). The JSON is that
of AIFdb (https://www.aifdb.org), which argument viewers read. What becomes which node is for the project to say: two
SELECT queries give nodes and edges (docs/reference/downloads.md).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Triple

from kgpub.content import Content
from kgpub.errors import ExportQueryInvalid
from kgpub.iris import last_segment
from kgpub.release import Download, download
from kgpub.selected_rows import Row, Term, selected_rows

NAME = "argument-map.aif.json"

_AIF = "http://www.arg.dundee.ac.uk/aif#"
_INFORMATION_TYPES = ("I", "L")
_TYPES = (*_INFORMATION_TYPES, "RA", "CA", "MA", "PA", "YA", "TA")
_NODE_COLUMNS = ("node", "type", "text")
_SPEAKER_COLUMNS = ("speaker", "speakerName")
_EDGE_COLUMNS = ("from", "to")
_REFERENCE = "docs/reference/downloads.md"


@dataclass(frozen=True, slots=True)
class _Node:
    """A node, with its number in the file."""

    number: str
    term: Term
    type: str
    text: str
    scheme: str

    def to_json(self) -> dict[str, str]:
        node = {"nodeID": self.number, "text": self.text, "type": self.type}
        if self.scheme:
            node["scheme"] = self.scheme
        if isinstance(self.term, NamedNode):
            node["iri"] = self.term.value
        return node


def write_argument_map(content: Content, folder: Path) -> Download | None:
    """Write ``argument-map.aif.json``; None where the settings name no folder of queries for it.

    Raises ``ExportQueryInvalid`` where ``nodes.rq`` or ``edges.rq`` is missing or no SELECT query, lacks a column or
    has an unknown one, or gives nodes and edges that are no argument map.
    """
    name = content.publication.exports.argument_map.strip("/")
    if not name:
        return None
    nodes_file, edges_file = f"{name}/nodes.rq", f"{name}/edges.rq"
    rows = list(selected_rows(content, nodes_file, _NODE_COLUMNS, {"scheme", *_SPEAKER_COLUMNS}, _REFERENCE))
    nodes = _nodes(nodes_file, rows)
    names = _speakers(rows)
    people = {speaker: str(number) for number, speaker in enumerate(sorted(names, key=str), 1)}
    document = {
        "nodes": [node.to_json() for node in nodes.values()],
        "edges": _edges(edges_file, selected_rows(content, edges_file, _EDGE_COLUMNS, (), _REFERENCE), nodes),
        "schemefulfillments": [],
        "descriptorfulfillments": [],
        "participants": [
            {"participantID": number, "firstname": names[speaker], "surname": ""} for speaker, number in people.items()
        ],
        "locutions": _locutions(rows, nodes, people),
    }
    path = folder / NAME
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="")
    titles = {"en": "The argument map, as AIF-JSON", "fr": "La carte des arguments, en AIF-JSON"}
    return download(path, "application/json", titles, _AIF)


def _nodes(file: str, rows: list[Row]) -> dict[Term, _Node]:
    """Return the nodes, numbered in the order of what names them."""
    facts: dict[Term, tuple[str, str, str]] = {}
    for row in rows:
        term, type_, text = row["node"], _text(row["type"]), _text(row["text"])
        if type_ not in _TYPES:
            raise ExportQueryInvalid(f"{file}: '{type_}' is no type of node; the types are {', '.join(_TYPES)}.")
        fact = (type_, text, _text(row["scheme"]) if "scheme" in row else "")
        if facts.setdefault(term, fact) != fact:
            raise ExportQueryInvalid(
                f"{file}: the rows of {term} differ in type, text or scheme; a node has one of each."
            )
    in_order = sorted(facts, key=str)
    return {term: _Node(str(number), term, *facts[term]) for number, term in enumerate(in_order, 1)}


def _speakers(rows: list[Row]) -> dict[Term, str]:
    """Return who speaks in the L-nodes, each with a name."""
    names: dict[Term, str] = {}
    for row in rows:
        if "speaker" in row and _text(row["type"]) == "L":
            given = row.get("speakerName")
            names[row["speaker"]] = _text(given) if given is not None else last_segment(_text(row["speaker"]))
    return names


def _locutions(rows: list[Row], nodes: Mapping[Term, _Node], people: Mapping[Term, str]) -> list[dict[str, str]]:
    spoken = {
        (int(nodes[row["node"]].number), int(people[row["speaker"]])) for row in rows if row.get("speaker") in people
    }
    return [{"nodeID": str(node), "personID": str(person)} for node, person in sorted(spoken)]


def _edges(file: str, rows: Iterable[Row], nodes: Mapping[Term, _Node]) -> list[dict[str, Any]]:
    pairs = set()
    for row in rows:
        ends = row["from"], row["to"]
        if unknown := [end for end in ends if end not in nodes]:
            raise ExportQueryInvalid(f"{file}: an edge has the end {unknown[0]}, which is no node.")
        if all(nodes[end].type in _INFORMATION_TYPES for end in ends):
            raise ExportQueryInvalid(
                f"{file}: {ends[0]} and {ends[1]} are joined directly; between I- and L-nodes stands another type."
            )
        pairs.add((int(nodes[ends[0]].number), int(nodes[ends[1]].number)))
    return [
        {"edgeID": str(number), "fromID": str(start), "toID": str(end), "formEdgeID": None}
        for number, (start, end) in enumerate(sorted(pairs), 1)
    ]


def _text(term: Term) -> str:
    return "" if isinstance(term, Triple) else term.value
