"""The debate at a glance: counts, arguments and pictures say what the graph says, in words and shapes too."""

import csv
import io
import json
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient

from kgpub.argument_tree import Captions, columns_of, trees
from kgpub.debate import Argument, Debate, Position, debate_on
from kgpub.site import Site
from kgpub.view_tables import STANCES
from kgpub.web.app import create_app

ID = "https://w3id.org/stca-kg/id/"
SVG = "{http://www.w3.org/2000/svg}"


def data(client: FlaskClient, address: str) -> Any:
    return json.loads(client.get(address, headers={"Accept": "application/json"}).data)


def parsed(client: FlaskClient, address: str) -> Element:
    text = client.get(address, headers={"Accept": "text/html"}).get_data(as_text=True)
    document: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    return document


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_the_announcement_argues_two_issues_and_the_larger_one_comes_first(client: FlaskClient) -> None:
    issues = data(client, "/debate/")["issues"]
    assert [(issue["iri"].removeprefix(ID), issue["positions"]) for issue in issues] == [
        ("issue-withdrawal", {"for": 31, "against": 5, "context": 11}),
        ("issue-export", {"for": 6, "against": 0, "context": 1}),
    ]
    debate = data(client, "/debate")
    assert debate["address"] == "https://w3id.org/stca-kg/debate?issue=https://w3id.org/stca-kg/id/issue-withdrawal"
    assert debate == data(client, "/debate?issue=id:issue-withdrawal")


def test_a_debate_says_who_is_where_on_what_evidence(client: FlaskClient) -> None:
    debate = data(client, "/debate")
    stances = {position["iri"].removeprefix(ID): position["stance"] for position in debate["positions"]}
    assert Counter(stances.values()) == {"for": 31, "against": 5, "context": 11}
    assert {iri for iri, stance in stances.items() if stance == "against"} == {
        f"claim-s{number}" for number in ("22-c1", "22-c2", "23-c1", "23-c2", "23-c3")
    }
    against_the_demand = {
        (each["premise"].removeprefix(ID), each["effect"], each["basis"])
        for each in debate["arguments"]
        if each["conclusion"] == f"{ID}claim-s01-c1" and each["effect"] == "attacks"
    }
    assert ("claim-s22-c1", "attacks", "stated") in against_the_demand
    supports = [each for each in debate["arguments"] if each["effect"] == "supports"]
    for each in supports:
        assert each["basis"] in ("stated", "inferred")
    assert {"premise", "conclusion", "effect", "basis", "scheme", "relation"} == set(supports[0])


def test_the_page_tells_sides_and_bases_in_words(client: FlaskClient) -> None:
    page = parsed(client, "/debate")
    headings = [words(each) for each in page.iter("h2")]
    assert headings[:3] == ["For 31 positions", "Against 5 positions", "Context 11 positions"]
    text = words(page)
    assert "27 reasons for these: 17 stated in the source, 10 inferred by those who made the data." in text
    tables = [each for each in page.iter("table") if "positions" in each.get("class", "")]
    assert [len(list(table.iter("tr"))) - 1 for table in tables] == [31, 5, 11]
    heads = [[words(head) for head in table.iter("th") if head.get("scope") == "col"] for table in tables]
    assert heads[0] == ["Position", "Held by", "How", "Rests on", "Objections"]
    assert heads[2] == ["Position", "Held by", "How"]  # context has neither reasons nor objections


def test_whatever_is_drawn_stands_in_the_tables_too(client: FlaskClient) -> None:
    page = parsed(client, "/debate")
    (figure,) = page.iter("figure")
    pictures = list(figure.iter(f"{SVG}svg"))
    assert len(pictures) == 2
    for svg in pictures:
        assert svg.get("role") == "group"
        assert [svg.get(f"aria-{by}") for by in ("labelledby", "describedby")] == [part.get("id") for part in svg[:2]]
    tables = [each for each in page.iter("table") if "positions" in each.get("class", "")]
    listed = {link.get("href") for table in tables for link in table.iter("a")}
    drawn = {link.get("href") for link in figure.iter(f"{SVG}a")}
    assert len(drawn) > 20
    assert drawn <= listed
    told = Counter(words(each) for each in figure.iter(f"{SVG}tspan") if each.get("class") == "b")
    assert told["stated"] > 10
    assert told["inferred"] > 5
    assert told["objection, stated"] >= 1
    marks = {(each.get("{http://www.w3.org/1999/xlink}href") or each.get("href")) for each in figure.iter(f"{SVG}use")}
    assert marks == {"#mark-for", "#mark-against", "#mark-context"}


def test_csv_has_a_row_for_each_position(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/debate?format=csv").get_data(as_text=True), newline="")))
    assert len(rows) == 47
    (demand,) = [row for row in rows if row["position"] == f"{ID}claim-s01-c1"]
    assert demand["supported_stated"].count("|") == 1
    assert f"{ID}claim-s22-c1" in demand["attacked_stated"].split(" | ")
    issues = list(csv.reader(io.StringIO(client.get("/debate/?format=csv").get_data(as_text=True), newline="")))
    assert issues[0] == ["issue", "issue_label", "for", "against", "context"]
    assert [row[2:] for row in issues[1:]] == [["31", "5", "11"], ["6", "0", "1"]]


def test_a_foreign_debate_has_a_picture_of_its_own(village: Site) -> None:
    page = parsed(create_app(village).test_client(), "/debate")
    assert "Do the bees sleep?" in words(next(page.iter("h1")))
    told = [words(each) for each in page.iter(f"{SVG}tspan") if each.get("class") == "b"]
    assert sorted(told) == ["objection, inferred", "stated"]
    assert "Bo <b>bold</b>" in words(page)


def position(name: str, stance: str) -> Position:
    return Position(name, stance, dict.fromkeys(STANCES, ()))


def a_debate(*arguments: tuple[str, str, str], **stances: str) -> Debate:
    positions = tuple(position(name, stance) for name, stance in stances.items())
    made = tuple(Argument(premise, conclusion, effect, "stated") for premise, effect, conclusion in arguments)
    totals = {"for": 0, "against": 0, "context": 0} | Counter(stances.values())
    return Debate("issue", positions, (), made, totals)


def test_positions_that_support_each_other_in_a_circle_end() -> None:
    debate = a_debate(
        ("b", "supports", "a"), ("c", "supports", "b"), ("b", "supports", "c"), ("a", "supports", "a"),
        a="for", b="for", c="for",
    )  # fmt: skip
    nodes = trees(debate, "for")
    assert [(node.iri, node.depth, node.is_again) for node in nodes] == [
        ("a", 0, False), ("b", 1, False), ("c", 2, False), ("b", 3, True)
    ]  # fmt: skip


def test_a_reason_for_several_positions_has_its_own_reasons_where_it_is_nearest_to_the_top() -> None:
    debate = a_debate(
        ("b", "supports", "a"), ("c", "supports", "b"), ("c", "supports", "a"), ("d", "supports", "c"),
        a="for", b="for", c="for", d="for",
    )  # fmt: skip
    nodes = trees(debate, "for")
    assert [(node.iri, node.depth, node.is_again) for node in nodes] == [
        ("a", 0, False), ("b", 1, False), ("c", 2, True), ("c", 1, False), ("d", 2, False)
    ]  # fmt: skip


def test_an_objection_stands_on_both_sides_and_its_reasons_on_its_own() -> None:
    debate = a_debate(("x", "attacks", "a"), ("y", "supports", "x"), a="for", x="against", y="against")
    assert [node.iri for node in trees(debate, "for")] == ["a", "x"]
    assert [node.iri for node in trees(debate, "against")] == ["x", "y"]


@pytest.mark.parametrize("title", ["", "x" * 500, "日本語の長い見出し" * 30, "a\x00\u202eb <&>", "word " * 200])
def test_no_text_leaves_its_box_and_no_boxes_overlap(title: str) -> None:
    arguments = [(f"p{at}", "supports", f"p{at // 3}") for at in range(1, 30)]
    debate = a_debate(*arguments, **{f"p{at}": "for" for at in range(30)})
    (column, empty) = columns_of(debate, lambda _: Captions(title, title, ""))
    assert empty.nodes == ()
    bottom = 0
    for placed in column.nodes:
        assert placed.y >= bottom
        bottom = placed.y + placed.height
        assert placed.x + placed.width <= column.width
        for y, line in (*placed.title, placed.note):
            assert placed.y < y < bottom
            assert len(line) * 5.5 < placed.width
    assert bottom <= column.height


def test_a_debate_without_arguments_has_no_picture() -> None:
    assert columns_of(a_debate(a="for", b="against"), lambda iri: Captions(iri, "", "")) == ()


def test_of_very_many_positions_a_page_reads_some_and_says_so(village: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgpub.debate.POSITIONS_AT_MOST", 2)
    debate = debate_on(village.views, "https://example.org/q")
    assert len(debate.positions) == 2
    assert debate.is_cut
    page = create_app(village).test_client().get("/debate", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "There are more positions or reasons than one page shows" in page
    assert data(create_app(village).test_client(), "/debate")["complete"] is False
