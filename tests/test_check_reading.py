"""What ``kgpub check`` reads: links, linksets, graphs, contexts; and the commands it prints."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from rdflib import Graph as RdflibGraph
from rdflib.compare import isomorphic

from kgpub.check.contexts import with_contexts
from kgpub.check.exchange import Answer, Ask
from kgpub.check.failures import NotReadable
from kgpub.check.graph import Graph, difference
from kgpub.check.link_header import parse_links
from kgpub.check.linkset import LINKSET_JSON, LINKSET_TEXT, read_linkset
from kgpub.check.mirror import Mirror, mirror_between
from kgpub.check.reader import Reader
from planted import Reply, Sent, planted

HERE = "http://ex.org/doc/a"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with closing(Reader()) as shared:
        yield shared


@pytest.mark.parametrize(
    ("field", "links"),
    [
        ('<b>; rel="next"', [("http://ex.org/doc/b", ("next",), None)]),
        ("</b>;rel=next;type=text/html", [("http://ex.org/b", ("next",), "text/html")]),
        ('<b>; rel="a B"; type="text/html;charset=utf-8"', [("http://ex.org/doc/b", ("a", "b"), "text/html")]),
        ('<b>; title="a, <c>; \\"d\\""; rel=x, , <c> ; REL = y ;', [("http://ex.org/doc/b", ("x",), None),
                                                                 ("http://ex.org/doc/c", ("y",), None)]),
        ("<>; rel=self; rel=other", [(HERE, ("self",), None)]),
        ("", []),
    ],
)  # fmt: skip
def test_links_of_a_field(field: str, links: list[tuple[str, tuple[str, ...], str | None]]) -> None:
    assert [(link.target, link.relations, link.media_type) for link in parse_links(field, HERE)] == links


@pytest.mark.parametrize(
    "field", ["b; rel=x", "<b; rel=x", "<b>", '<b>; rel="x', "<b>; rel=x <c>; rel=y", "<b>; type=x"]
)
def test_a_broken_field_is_told_with_its_place(field: str) -> None:
    with pytest.raises(ValueError, match=r"at character \d+"):
        parse_links(field, HERE)


def linkset(text: str, media_type: str) -> Answer:
    return Answer(Ask("http://ex.org/links"), 200, (("content-type", media_type),), text.encode())


def test_both_forms_of_a_linkset_hold_the_same_links() -> None:
    text = f'<http://ex.org/b>; rel="item"; anchor="{HERE}"; type="text/csv",\n <c>\n ; rel=license ; anchor="{HERE}"\n'
    document = {"linkset": [{"anchor": HERE, "item": [{"href": "http://ex.org/b", "type": "text/csv"}],
                             "license": [{"href": "/c"}]}]}  # fmt: skip
    assert read_linkset(linkset(text, LINKSET_TEXT)) == read_linkset(linkset(json.dumps(document), LINKSET_JSON))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"linkset": [1]}', '{"linkset": [{"item": {"href": "x"}}]}', '{"linkset": [{"item": [{}]}]}',
     '{"linkset": [{"anchor": 1}]}', "[" * 100_000],
)  # fmt: skip
def test_a_broken_linkset_is_told(text: str) -> None:
    with pytest.raises(NotReadable):
        read_linkset(linkset(text, LINKSET_JSON))
    with pytest.raises(NotReadable):
        read_linkset(linkset(text + "x", LINKSET_TEXT))


def turtle(reader: Reader, text: str) -> Graph:
    return reader.rdf(f"PREFIX : <http://ex.org/> {text}".encode(), "text/turtle", HERE)


PAIRS = [
    (":a :b [ :c 1 ], [ :c 2 ] .", ":a :b _:x, _:y . _:y :c 1 . _:x :c 2 ."),
    (":a :b ( 1 2 3 ) .", ":a :b ( 1 3 2 ) ."),
    ("_:a :b _:b . _:b :b _:c . _:c :b :end .", "_:c :b _:a . _:a :b _:b . _:b :b :end ."),
    ("_:a :b _:b . _:b :b _:a .", "_:a :b _:a . _:b :b _:b ."),
    (":a :b [ :c [] ] .", ":a :b [ :c :d ] ."),
    (":a :b [] , [] .", ":a :b [] ."),
    (":a :b 1.0 .", ":a :b 1 ."),
    (":a :b 'x' .", ":a :b 'x'@en ."),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_graphs_are_compared_as_rdflib_compares_them(one: str, other: str, reader: Reader) -> None:
    ours = difference(turtle(reader, one), turtle(reader, other)) == ""
    graphs = [RdflibGraph().parse(data=f"PREFIX : <http://ex.org/> {text}", format="turtle") for text in (one, other)]
    assert ours == isomorphic(*graphs)


def test_values_are_alike_where_their_spelling_is_not(reader: Reader) -> None:
    one, other = turtle(reader, ":a :b 1.50, 7, true, 1.0e0 ."), turtle(reader, ":a :b 1.5, 007, true, 1e0 .")
    assert one.described != other.described
    assert one.by_value == other.by_value
    assert difference(turtle(reader, ":a :b 'x'@en-CA ."), turtle(reader, ":a :b 'x'@en-ca .")) == ""
    assert turtle(reader, ":a :b 1 .").by_value != turtle(reader, ":a :b 2 .").by_value


def test_a_graph_made_to_be_slow_is_compared_quickly(reader: Reader) -> None:
    """A strongly regular graph: each exact comparison tries very many namings of its blank nodes."""
    edges = " ".join(f"_:n{a} :b _:n{(a + step) % 60} ." for a in range(60) for step in (1, 5, 11, 25))
    assert (
        difference(turtle(reader, edges), turtle(reader, edges.replace("_:n1 ", "_:n1 ").replace("_:n", "_:m"))) == ""
    )


def test_contexts_are_put_in_or_told_to_be_missing() -> None:
    body = json.dumps({"@context": ["c", {"x": "http://x/"}], "x:y": 1}).encode()
    filled, missing = with_contexts(body, lambda _: b'{"@context": {"z": "http://z/"}}')
    assert (json.loads(filled)["@context"], missing) == ([{"z": "http://z/"}, {"x": "http://x/"}], ())
    assert with_contexts(body, lambda _: None) == (body, ("c",))
    assert with_contexts(body, lambda _: b'{"@context": "further"}') == (body, ("c",))
    assert with_contexts(b"{", lambda _: None) == (b"{", ())


def test_a_mirror_is_what_two_addresses_do_not_have_in_common() -> None:
    mirror = mirror_between("http://127.0.0.1:8000/kg/id/x", "https://w3id.org/kg/id/x")
    assert mirror == Mirror("https://w3id.org/", "http://127.0.0.1:8000/")
    assert mirror_between("http://127.0.0.1:8000/id/x", "https://w3id.org/kg/id/x") == Mirror(
        "https://w3id.org/kg/", "http://127.0.0.1:8000/"
    )
    assert mirror_between("http://127.0.0.1:8000/id/x", "https://w3id.org/kg/id/y") is None
    assert mirror_between("https://w3id.org/id/x", "https://w3id.org/doc/id/x") is None
    assert mirror.served_at("https://w3id.org/kg/id/y") == "http://127.0.0.1:8000/kg/id/y"
    assert mirror.canonical_of("http://127.0.0.1:8000/") == "https://w3id.org/"


@pytest.mark.parametrize(
    "ask",
    [
        Ask("doc/a", "text/turtle"),
        Ask("doc/a"),
        Ask("doc/a", "text/html", "HEAD"),
        Ask("doc/a", "a/b", fields=(("If-None-Match", '"it\'s"'),)),
        Ask("sparql", "*/*", "POST", (("Content-Type", "application/sparql-query"),), "ASK {} # it's é"),
    ],
)
def test_the_command_that_is_printed_asks_the_same(ask: Ask) -> None:
    sent: list[tuple[str, str, dict[str, str], bytes]] = []

    def note(asked: Sent, came: Reply) -> Reply:
        sent.append((asked.method, asked.path, asked.fields, asked.body))
        return came

    with planted(note) as base:
        asked = replace(ask, url=base + ask.url)
        subprocess.run(f"{asked.curl} -o /dev/null", shell=True, check=True, timeout=20)  # noqa: S602 (it is what is tried)
    (method, path, fields, body) = sent[0]
    assert (method, path, body) == (ask.method, f"/{ask.url}", (ask.body or "").encode())
    assert fields.get("accept") == ask.accept
    assert all(fields[name.lower()] == value for name, value in ask.fields)
