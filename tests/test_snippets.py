"""Texts to copy: each is run, or parsed by somebody else's parser, with titles and names that mean harm."""

import csv
import io
import json
import re
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient
from pybtex.database import Entry, parse_string
from pybtex.richtext import Text
from pygments.lexers import get_lexer_by_name
from pygments.token import Error, Punctuation
from rdflib import RDFS, Graph, Literal, URIRef

from conftest import serving
from kgpub.build import build
from kgpub.progress import Silence
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.web.app import create_app
from projects import plan_of

BROWSER = {"Accept": "text/html"}
TITLE = "<script>alert(1)</script> \"50 %\" & $HOME `id` ${x} {a} \\b #1_x^~ 'é' 語 \U0001f989 \u202e -- */"
DATASET_TITLE = 'A "title" {of} <it>, 100 % & more'
#: What things are called, by their local names.
TITLES = {
    "id/plain": TITLE,
    "id/it's": TITLE,
    "id/a$(touch%20x)": TITLE,
    "id/a;b&c=d": TITLE,
    "id/caf\u00e9-\u8a9e": TITLE,
    "id/x?y=1&z=2": TITLE,
    "http://elsewhere.example/x": TITLE,
    "o#Class": "Class",
    "o#prop": "prop",
    "o#age": "age",
    "id/concept": "concept",
    "dataset": DATASET_TITLE,
}
DATA = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<id/me> rdfs:label "Ann {& Co}"@en .
<id/plain> rdfs:label %(title)s@en , "simple"@fr . <id/it's> rdfs:label %(title)s .
<id/a$(touch%%20x)> rdfs:label %(title)s . <id/a;b&c=d> rdfs:label %(title)s .
<id/caf\u00e9-\u8a9e> rdfs:label %(title)s . <id/x?y=1&z=2> rdfs:label %(title)s .
<o> a owl:Ontology . <o#Class> a owl:Class ; rdfs:label "Class"@en .
<o#prop> a owl:ObjectProperty ; rdfs:label "prop"@en .
<o#age> a owl:DatatypeProperty ; rdfs:label "age"@en . <id/concept> a skos:Concept ; rdfs:label "concept"@en .
<http://elsewhere.example/x> rdfs:label %(title)s@en . <id/bare> <o#prop> <id/plain> .
"""
SETTINGS = """[publication]
base_iri = "%s"
title = "A \\"title\\" {of} <it>, 100 %% & more"
licence = "https://creativecommons.org/licenses/by/4.0/"
creator = "id/me"
described_elsewhere = ["http://elsewhere.example/"]
union_default_graph = true
[publication.catalog]
titles = { fr = "Un titre" }
"""


def tree_of(page: str) -> Element:
    found: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return found


@dataclass(frozen=True)
class Published:
    """A data set whose IRIs resolve: its server listens at its base."""

    base: str
    client: FlaskClient

    def iri(self, local: str) -> str:
        return local if local.startswith("http") else self.base + local

    def page(self, local: str, **more: str) -> Element:
        response = self.client.get("/cite", query_string={"iri": self.iri(local), **more}, headers=BROWSER)
        assert response.status_code == 200, response.text
        return tree_of(response.text)

    def snippet(self, name: str, local: str, **more: str) -> str:
        (section,) = (e for e in self.page(local, **more).iter("section") if e.get("id") == name)
        (text,) = section.iter("pre")
        return "".join(text.itertext())


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    folder = tmp_path_factory.mktemp("cited")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    base = f"http://127.0.0.1:{port}/"
    text = DATA % {"title": json.dumps(TITLE, ensure_ascii=False)}
    release = build(plan_of(folder, {"data/things.ttl": text}, SETTINGS % base), Silence()).release
    client = create_app(open_site(release, QuerySettings(), "")).test_client()
    with serving(("--port", port, "--workers", "1"), folder):
        yield Published(base, client)


ALL = pytest.mark.parametrize("local", TITLES)


def printed(text: str) -> str:
    """Return a title as it is cited: on one line, without characters that are not printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@ALL
def test_turtle_is_a_statement_that_leads_to_the_thing(published: Published, local: str) -> None:
    graph = Graph().parse(data=published.snippet("turtle", local), format="turtle")
    thing, yours = URIRef(published.iri(local)), URIRef("https://example.org/your-thing")
    assert str(graph.value(thing, RDFS.label)) == printed(TITLES[local])
    assert len(graph) == 2
    assert thing in {term for predicate, value in graph.predicate_objects(yours) for term in (predicate, value)}


@pytest.mark.parametrize(
    ("local", "said"),
    [
        ("o#Class", "rdf-syntax-ns#type> <{}>"),
        ("o#prop", "<{}> <https://example.org/another-thing>"),
        ("o#age", '<{}> "a value"'),
        ("id/concept", "dc/terms/subject> <{}>"),
        ("dataset", "prov#wasDerivedFrom> <{}>"),
        ("id/plain", "rdf-schema#seeAlso> <{}>"),
    ],
)
def test_each_kind_of_thing_is_spoken_of_in_its_own_way(published: Published, local: str, said: str) -> None:
    lines = Graph().parse(data=published.snippet("turtle", local), format="turtle").serialize(format="nt")
    assert said.format(published.iri(local)) in lines


@ALL
def test_html_is_a_link_with_the_title_and_nothing_else(published: Published, local: str) -> None:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    found = parser.parseFragment(published.snippet("html", local))
    tags = [e.tag for e in found.iter()][1:]
    assert set(tags) == {"a", "cite"}
    link = next(found.iter("a"))
    assert link.text == printed(TITLES[local])
    with urllib.request.urlopen(
        urllib.request.Request(link.get("href", ""), headers={"Accept": "text/turtle"})
    ) as answer:
        assert answer.status == 200


def entry_of(text: str) -> Entry:
    (entry,) = parse_string(text, "bibtex").entries.values()
    return entry


@ALL
def test_bibtex_is_read_as_it_was_meant(published: Published, local: str) -> None:
    entry = entry_of(published.snippet("bibtex", local))
    assert entry.type == "misc"
    assert re.fullmatch(r"[A-Za-z0-9-]+", entry.key)
    printed_title = str(Text.from_latex(entry.fields["title"])).replace("{", "").replace("}", "")
    wanted = printed(TITLES[local]).replace("{", "").replace("}", "")
    assert decoded(printed_title) == decoded(wanted)
    assert [str(person) for person in entry.persons["author"]] == ["{Ann \\textbraceleft{}\\& Co\\textbraceright{}}"]
    assert (entry.fields["year"], entry.fields["month"]) == (entry.key[-10:-6], MONTHS[int(entry.key[-5:-3]) - 1])
    assert entry.fields["url"] == quote(published.iri(local), safe="/:@!$&'()*+,;=-._~%?#[]")
    assert ("howpublished" in entry.fields) == (local != "dataset")


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


def decoded(text: str) -> str:
    """Return a text without the commands that the decoder leaves as they are."""
    for command, meant in ((r"\$", "$"), (r"\textbackslash", "\\"),
                           (r"\textasciitilde", "~"), (r"\textasciicircum", "^"),
                           (r"\textquotedbl", '"'), (r"\textbraceleft", ""), (r"\textbraceright", "")):  # fmt: skip
        text = text.replace(command, meant)
    return text.replace("\u201d", '"').replace("\u2019", "'").replace("\u2013", "--").replace(" ", "")


@ALL
def test_curl_fetches_what_is_said_of_it(published: Published, local: str, tmp_path: Path) -> None:
    command = published.snippet("curl", local)
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} --silent --fail"], cwd=tmp_path, capture_output=True, check=True
    )
    labels = set(Graph().parse(data=done.stdout, format="turtle").objects(URIRef(published.iri(local)), RDFS.label))
    assert local == "dataset" or TITLES[local] in map(str, labels)
    assert done.stdout
    assert list(tmp_path.iterdir()) == []


@ALL
def test_python_prints_what_is_said_of_it(published: Published, local: str) -> None:
    out = io.StringIO()
    program = compile(published.snippet("python", local), "snippet", "exec")
    with redirect_stdout(out):
        exec(program, {})  # noqa: S102 (what the test is about)
    assert out.getvalue()
    assert local.startswith("dataset") or f"{RDFS.label} {TITLES[local]}" in out.getvalue()


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.parametrize(
    "local", ["id/plain", "id/it's", "id/caf\u00e9-\u8a9e", "id/x?y=1&z=2", "o#Class", "http://elsewhere.example/x"]
)
def test_javascript_fetches_what_is_said_of_it(published: Published, local: str) -> None:
    program = published.snippet("javascript", local).replace("console.log(data)", "console.log(JSON.stringify(data))")
    node = ["node", "--input-type=module", "--eval", program]
    done = subprocess.run(node, capture_output=True, check=True, text=True, timeout=30)
    graph = Graph().parse(data=done.stdout, format="json-ld")
    assert TITLES[local] in map(str, graph.objects(URIRef(published.iri(local)), RDFS.label))


@ALL
def test_r_reads_a_table_that_is_there(published: Published, local: str) -> None:
    program = published.snippet("r", local)
    tokens = list(get_lexer_by_name("r").get_tokens(program))
    assert [text for kind, text in tokens if kind is Error] == []
    brackets = "".join(text for kind, text in tokens if kind is Punctuation)
    assert [brackets.count(b) for b in "(["] == [brackets.count(b) for b in ")]"]
    (address,) = re.findall(r'read\.csv\("([^"]+)"', program)
    with urllib.request.urlopen(address) as answer:
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        table = csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline=""))
        rows = list(table)
    columns = re.findall(r'"(\w+)"', program.splitlines()[1])
    assert set(columns) <= set(table.fieldnames or ())
    assert rows
    if not local.startswith("dataset"):
        assert TITLES[local] in {row["value"] for row in rows}


def test_a_thing_without_a_label_is_cited_by_its_short_name(published: Published) -> None:
    assert "title = {{bare}}" in published.snippet("bibtex", "id/bare")
    graph = Graph().parse(data=published.snippet("turtle", "id/bare"), format="turtle")
    assert graph.value(URIRef(published.iri("id/bare")), RDFS.label) == Literal("bare")


def test_titles_are_in_the_reader_s_language(published: Published) -> None:
    assert 'lang="fr">simple</a>, in <cite>' in published.snippet("html", "id/plain", lang="fr")
    assert ">Un titre</a></cite>" in published.snippet("html", "id/plain", lang="fr")
    assert '"simple"@fr' in published.snippet("turtle", "id/plain", lang="fr")


def test_bibtex_is_what_a_program_gets(published: Published) -> None:
    client, query = published.client, {"iri": published.iri("id/plain")}
    plain = client.get("/cite", query_string=query)
    assert (plain.mimetype, plain.headers["Vary"]) == ("application/x-bibtex", "Accept, Accept-Language")
    assert plain.text == published.snippet("bibtex", "id/plain") + "\n"
    assert client.get(plain.headers["Content-Location"]).data == plain.data
    french = client.get("/cite", query_string=query | {"lang": "fr"}, headers={"Accept": "application/x-bibtex"})
    assert "title = {{simple}}" in french.text
    assert french.headers["ETag"] != plain.headers["ETag"]
    assert client.get("/cite", query_string=query, headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304
    assert client.get("/cite", query_string=query | {"format": "html"}).mimetype == "text/html"


def test_its_manners_are_those_of_every_resource(published: Published) -> None:
    client, path = published.client, "/cite?" + urlencode({"iri": published.iri("id/plain")})
    assert client.head(path).headers["ETag"] == client.get(path).headers["ETag"]
    assert client.post(path).status_code == 405
    assert {"GET", "HEAD", "OPTIONS"} == set(client.options(path).headers["Allow"].split(", "))
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406
    assert client.get(f"{path}&format=docx").status_code == 406
    for wrong in ("/cite", "/cite?iri=x", "/cite?iri=", f"{path}&iri=urn:x", f"{path}&lang=%3C"):
        assert client.get(wrong, headers=BROWSER).status_code == 400, wrong
    missing = client.get(
        "/cite?" + urlencode({"iri": published.iri("id/Plain")}), headers={"Accept": "application/json"}
    )
    assert (missing.status_code, missing.get_json()["nearMisses"]) == (404, [published.iri("id/plain")])


def test_below_a_path_the_page_s_links_keep_it_and_addresses_to_cite_do_not(published: Published) -> None:
    query = {"iri": published.iri("id/plain")}
    response = published.client.get("/cite", query_string=query, headers=BROWSER, base_url="http://localhost/kg")
    page = tree_of(response.text)
    inside = [href for a in page.iter("a") if (href := a.get("href") or "").startswith("/")]
    assert [href for href in inside if not href.startswith("/kg/")] == []
    assert f'read.csv("{published.base}doc/id/plain.csv"' in "".join(page.itertext())


@pytest.mark.parametrize("path", ["/doc/id/ccr", "/doc/ontology/", "/doc/ontology/Claim", "/doc/dataset", "/"])
def test_every_page_about_a_thing_leads_there(client: FlaskClient, path: str) -> None:
    page = tree_of(client.get(f"{path}?lang=fr", headers=BROWSER).text)
    (link,) = {href for a in page.iter("a") if (href := a.get("href") or "").startswith("/cite?")}
    assert link.endswith("&lang=fr")
    response = client.get(link, headers=BROWSER)
    assert response.status_code == 200
    assert len(response.data) < 20_000
