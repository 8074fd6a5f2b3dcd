"""The kinds of page: on the announcement, and on a project that shares no term with it."""

from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient

from kgpub.errors import SettingsInvalid
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.web.app import create_app
from projects import build_project, plan_of, release_of

SVG = "{http://www.w3.org/2000/svg}"
SETTINGS = """
[publication]
base_iri = "https://example.org/"
quoted_graphs = ["id/say-*"]

[[publication.page]]
kind = "position"
classes = ["o/Opinion"]

[publication.page.roles]
holder = "o/by"
proposition = "o/on"
polarity = "o/how"
modality = "o/mood"
certainty = "o/sure"
unit = "o/line"
outline = "^o/has"
order = "o/number"
voices = "o/voice"
embeds = "o/passes"
voice = "o/who"
relations = "^o/to"
relations_out = "^o/from"
premise = "o/from"
conclusion = "o/to"
relation_type = "o/tie"
support = "o/For"
attack = "o/Against"

[[publication.page]]
kind = "proposition"
classes = ["o/Thesis"]
roles = { positions = "^o/on", holder = "o/by", polarity = "o/how" }

[[publication.page]]
kind = "event"
classes = ["o/Incident"]
roles = { reports = "^o/tells", holder = "o/by", certainty = "o/sure", place = "o/at" }

[[publication.page]]
kind = "organisation"
classes = ["o/Club"]
roles = { founded = "o/since", seat = "o/in", positions = "^o/by" }

[[publication.page]]
kind = "agreement"
classes = ["o/Pact"]
roles = { parties = "o/between" }
history = [
    { date = "o/signed" },
    { path = "^o/ends", date = "o/day", what = "o/result" },
    { path = "^o/amends", date = "o/day" },
]
"""
DATA = """
@prefix id: <https://example.org/id/> . @prefix o: <https://example.org/o/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
id:a a o:Opinion ; rdfs:label "A: tea is better" ; o:by id:club ; o:on id:tea ; o:how id:yes ; o:mood id:firm ;
    o:sure id:quite ; o:line id:l2 ; o:tells id:spill .
id:b a o:Opinion ; rdfs:label "B: tea is not better" ; o:by id:bob ; o:on id:tea ; o:how id:no ; o:tells id:spill .
id:c a o:Opinion ; rdfs:label "C: tea keeps warm" ; o:by id:bob ; o:on id:warm ; o:how id:yes .
id:d a o:Opinion ; rdfs:label "D: it cools like any drink" ; o:by id:club ; o:on id:cool ; o:how id:yes .
id:e a o:Opinion ; rdfs:label "E: circles <b>exist</b>" ; o:by id:club ; o:on id:cool ; o:how id:yes .
id:r1 a o:For ; o:from id:c ; o:to id:a ; o:tie id:backs .
id:r2 a o:Against ; o:from id:b ; o:to id:a ; o:tie id:rebuts .
id:r3 a o:Against ; o:from id:d ; o:to id:c ; o:tie id:rebuts .
id:r4 a o:Tie ; o:from id:a ; o:to id:e ; o:tie id:recalls .
id:r5 a o:Tie ; o:from id:e ; o:to id:a ; o:tie id:recalls .
id:yes rdfs:label "for" . id:no rdfs:label "against" . id:firm rdfs:label "stated" . id:quite rdfs:label "sure" .
id:backs rdfs:label "backs" . id:rebuts rdfs:label "rebuts" . id:recalls rdfs:label "recalls" .
id:tea a o:Thesis ; rdfs:label "Tea is better than coffee" .
id:bob rdfs:label "Bob" .
id:club a o:Club ; rdfs:label "Tea club" ; o:since "1901"^^xsd:gYear ; o:in id:york .
id:york rdfs:label "York" .
id:text o:has id:p1 ; rdfs:label "The text" . id:p1 o:has id:l3 , id:l1 , id:l2 ; rdfs:label "First part" .
id:l1 o:number 1 ; rdfs:label "Line one" . id:l2 o:number 2 ; rdfs:label "Line two" .
id:l3 o:number 10 ; rdfs:label "Line ten" .
id:spill a o:Incident ; rdfs:label "The spill" .
id:never o:ends id:pact ; o:day "99999999999999999999-01-01" , "someday" , id:york .
id:pact a o:Pact ; rdfs:label "The pact" ; o:signed "1910-05-01"^^xsd:date ; o:between id:club , id:bob .
id:end o:ends id:pact ; o:day "1930-01-01"^^xsd:date ; o:result id:void ; rdfs:label "The end" .
id:void rdfs:label "declared void" .
id:change o:amends id:pact ; o:day "1915"^^xsd:gYear ; rdfs:label "The change" .
id:alone a o:Opinion ; rdfs:label "Alone" ; o:voice id:v1 ; o:line id:odd .
id:v1 o:who id:bob ; o:passes id:v2 . id:v2 o:who id:club ; o:passes id:v1 .
id:odd rdfs:label "Odd line" . id:ring o:has id:odd , id:ring ; rdfs:label "Ring" .
id:odd o:number "\u00b2" , 99999999999999999999999999 . id:wheel o:has id:ring . id:ring o:has id:wheel .
id:drinks a skos:ConceptScheme ; rdfs:label "Drinks" ; skos:hasTopConcept id:hot .
id:hot a skos:Concept ; skos:prefLabel "Hot drinks" ; skos:inScheme id:drinks .
id:green a skos:Concept ; skos:prefLabel "Green tea" ; skos:definition "A tea." ; skos:broader id:leaf ;
    skos:inScheme id:drinks .
id:leaf a skos:Concept ; skos:prefLabel "Tea leaves" ; skos:broader id:hot ; skos:inScheme id:drinks .
id:tea o:of id:green . id:club o:likes id:green .
"""
QUOTED = """
@prefix id: <https://example.org/id/> . @prefix o: <https://example.org/o/> .
id:say-1 { id:spill o:at id:york . }
"""
SHAPES = """
@prefix id: <https://example.org/id/> . @prefix o: <https://example.org/o/> . @prefix s: <https://example.org/s/> .
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
s:Club a sh:NodeShape ; sh:targetClass o:Club ;
    sh:property [ sh:path o:in ; sh:name "town"@en , "ville"@fr ; sh:group s:Where ; sh:order 2 ] ;
    sh:property [ sh:path o:since ; sh:name "founded in" ; sh:group s:Who ; sh:order 1 ;
        sh:datatype <http://www.w3.org/2001/XMLSchema#gYear> ] ;
    sh:property [ sh:path o:chair ; sh:name "chair" ; sh:group s:Who ; sh:order 2 ; sh:minCount 1 ; sh:maxCount 3 ;
        sh:severity sh:Warning ; sh:message "Name a chair." ] ;
    sh:property [ sh:path ( o:in [ sh:inversePath o:near ] ) ; sh:pattern "^x" ; sh:severity sh:Info ] ;
    sh:property [ sh:path o:motto ; sh:minCount 1 ; sh:deactivated true ] ;
    sh:or ( [ sh:path o:since ; sh:minCount 1 ] [ sh:class o:Secret ] ) .
s:Who a sh:PropertyGroup ; rdfs:label "Who they are" ; sh:order 1 .
s:Where a sh:PropertyGroup ; rdfs:label "Where they are"@en , "Où ils sont"@fr ; sh:order 2 .
"""


def tree(client: FlaskClient, path: str) -> Element:
    response = client.get(f"/doc/{path}", headers={"Accept": "text/html"})
    assert response.status_code == 200
    found: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.text)
    return found


def words(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def section(page: Element, heading: str) -> Element:
    """Return the section with a heading, the innermost one."""
    found = [s for s in page.iter("section") if any(words(h).startswith(heading) for h in s if h.tag in ("h2", "h3"))]
    assert found, f"no section {heading}: {[words(h) for h in page.iter('h2')]}"
    return found[-1]


def headings(page: Element) -> list[str]:
    return [words(e) for e in page.iter() if e.tag in ("h2", "h3")]


@pytest.fixture(scope="module")
def clubs(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    files = {"data/things.ttl": DATA, "data/quoted.trig": QUOTED, "shapes/shapes.ttl": SHAPES}
    release = build_project(tmp_path_factory.mktemp("clubs"), files, SETTINGS).release
    return create_app(open_site(release, QuerySettings(), "")).test_client()


def test_a_position_s_page_says_who_holds_it_how_and_in_which_line(clubs: FlaskClient) -> None:
    page = tree(clubs, "id/a")
    assert words(section(page, "Who holds it")).startswith(
        "Who holds it, and how firmly Tea club for Tea is better than coffee The position is stated . Its wording is"
    )
    assert words(section(page, "In which sentence")) == (
        "In which sentence The text First part Line one Line two here Line ten"
    )


def test_a_position_s_page_tells_what_speaks_for_and_against_it(clubs: FlaskClient) -> None:
    argument = section(tree(clubs, "id/a"), "The argument around it")
    supports, inner, attacks = (e for e in argument.iter("li") if e.get("class") in ("support", "attack"))
    assert words(inner) == "rebuts D: it cools like any drink"
    assert "C: tea keeps warm" in words(supports)
    assert "1 position bears on this one rebuts D: it cools like any drink" in words(supports)
    assert words(attacks) == "B: tea is not better Held by Bob"
    assert "recalls E: circles <b>exist</b>" in words(argument)


def test_the_picture_of_an_argument_is_told_in_words_and_shows_each_way_by_more_than_colour(clubs: FlaskClient) -> None:
    argument = section(tree(clubs, "id/a"), "The argument around it")
    (picture,) = argument.iter(f"{SVG}svg")
    assert picture.get("aria-hidden") == "true"
    drawn = {words(g) for g in picture.iter(f"{SVG}g") if g.get("class") != "focus"}
    listed = " ".join(words(ul) for ul in argument.iter("ul"))
    assert [title for title in drawn if title not in listed] == []
    (caption,) = argument.iter("figcaption")
    assert "A solid arrow supports, a dashed one attacks" in words(caption)
    kinds = [e.get("class") for e in picture.iter(f"{SVG}path") if e.get("class")]
    assert sorted(map(str, kinds)) == ["attack", "relates", "support"]


def test_texts_in_the_picture_tell_their_language(client: FlaskClient) -> None:
    argument = section(tree(client, "id/claim-s22-c1?ui=en&lang=fr"), "The argument around it")
    assert {text.get("lang") for text in argument.iter(f"{SVG}text")} == {"fr"}


def test_a_position_s_page_says_who_holds_the_opposite_or_that_nobody_does(clubs: FlaskClient) -> None:
    assert "Bob against B: tea is not better" in words(section(tree(clubs, "id/a"), "Who holds the opposite"))
    assert "No position with another polarity" in words(section(tree(clubs, "id/c"), "Who holds the opposite"))
    assert "Tea club for E: circles" in words(section(tree(clubs, "id/d"), "Who holds the opposite"))


def test_a_position_of_which_little_is_said_has_a_page_all_the_same(clubs: FlaskClient) -> None:
    page = tree(clubs, "id/alone")
    assert "Nobody named" in words(section(page, "Who holds it"))
    assert "who passes on Tea club" in words(section(page, "In which sentence"))
    assert "The argument around it" not in headings(page)


def test_a_proposition_s_page_groups_positions_by_polarity(clubs: FlaskClient) -> None:
    page = tree(clubs, "id/tea")
    assert {"for 1", "against 1"} <= set(headings(page))


def test_an_event_s_page_says_who_reports_it_and_where_it_is_put(clubs: FlaskClient) -> None:
    found = words(section(tree(clubs, "id/spill"), "Who reports it"))
    assert "Said to be in York" in found
    assert "Tea club A: tea is better Wording sure" in found


def test_an_organisation_s_page_gives_the_facts_at_a_glance(clubs: FlaskClient) -> None:
    assert words(section(tree(clubs, "id/club"), "At a glance")) == (
        "At a glance Founded 1901 Seat York Positions recorded 3"
    )


def test_an_agreement_s_history_is_an_ordered_list_with_dates(clubs: FlaskClient) -> None:
    history = section(tree(clubs, "id/pact"), "Legal history")
    (listed,) = history.iter("ol")
    assert [(time.get("datetime"), words(li)) for li in listed for time in li.iter("time")] == [
        ("1910-05-01", "1910-05-01 signed"),
        ("1915", "1915 The change day"),
        ("1930-01-01", "1930-01-01 The end declared void"),
    ]


def test_a_concept_s_page_shows_its_place_and_its_use(clubs: FlaskClient) -> None:
    page = tree(clubs, "id/green")
    assert "Hot drinks Tea leaves Green tea" in words(section(page, "Where it stands"))
    assert "likes 1" in words(section(page, "Where it is used")).replace(" with likes", "")


def test_a_code_list_s_page_tells_how_often_each_concept_is_used(clubs: FlaskClient) -> None:
    rows = [words(row) for row in section(tree(clubs, "id/drinks"), "Its concepts").iter("tr")]
    assert any(row.startswith("Green tea") and row.endswith("A tea. 2 times") for row in rows)
    assert any(row.startswith("Hot drinks") and "top concept" in row and row.endswith("never") for row in rows)


def test_a_code_list_s_page_has_notations_where_there_are_any(tmp_path: Path) -> None:
    scheme = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    <l> a skos:ConceptScheme . <l/1> a skos:Concept ; skos:inScheme <l> ; skos:prefLabel "Animals"@en ;
      skos:notation "A.1" , "A.1"^^<dewey> , "590"^^<dewey> , <l/2> .
    <l/2> a skos:Concept ; skos:inScheme <l> ; skos:prefLabel "Plants"@en ."""
    client = create_app(open_site(release_of(tmp_path, scheme), QuerySettings(), "")).test_client()
    rows = [words(row) for row in section(tree(client, "l"), "Its concepts").iter("tr")]
    assert rows[1:] == ["Animals 590, A.1 never", "Plants 2 never"]


def test_a_shape_s_page_is_a_table_of_constraints_in_words(clubs: FlaskClient) -> None:
    page = tree(clubs, "s/Club")
    assert "Instances of Club" in words(section(page, "What it is for"))
    assert "1 thing checked. 1 result in this release." in words(section(page, "What it is for"))
    asked = section(page, "What it asks")
    rows = [words(row) for row in asked.iter("tr")]
    assert rows[2] == "chair 1 to 3 Warning Name a chair."
    assert any("in / ^ near Matches ^x Info" in row for row in rows)
    assert "At least one of: since At least 1 An instance of Secret" in words(asked).replace("  ", " ")
    assert [th.get("scope") for th in asked.iter("th")] == ["col"] * 4 + ["row"] * 5


def test_a_shape_that_leads_in_a_circle_has_a_page_all_the_same(tmp_path: Path) -> None:
    circle = """
@prefix s: <https://example.org/s/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
s:A a sh:NodeShape ; sh:node s:A , s:B ; sh:targetClass s:Thing ;
    sh:property [ sh:path ( s:a ( s:b [ sh:alternativePath ( s:c [ sh:zeroOrMorePath s:d ] ) ] ) ) ; sh:minCount 2 ] .
s:B a sh:NodeShape ; sh:and ( s:A [ sh:not [ sh:not [ sh:not [ sh:not [ sh:class s:Deep ] ] ] ] ] ) .
s:thing a s:Thing .
"""
    release = build_project(tmp_path, {"data/things.ttl": circle}, SETTINGS).release
    circles = create_app(open_site(release, QuerySettings(), "")).test_client()
    assert "a / b / c | d *" in words(section(tree(circles, "s/A"), "What it asks"))
    assert "All of: A" in words(section(tree(circles, "s/B"), "What it asks"))
    assert headings(tree(circles, "s/thing"))[:1] != []


def test_a_graph_s_page_says_what_it_is_and_from_which_files(clubs: FlaskClient) -> None:
    found = words(section(tree(clubs, "id/say-1"), "What this graph is"))
    assert "reported, not asserted" in found
    assert "Triples 1" in found


def test_properties_stand_in_the_groups_and_order_of_the_shapes_under_their_names(clubs: FlaskClient) -> None:
    found = words(section(tree(clubs, "id/club"), "Properties"))
    assert found.startswith("Properties Who they are founded in since 1901")
    assert found.index("Where they are") < found.index("town in York") < found.index("Further statements likes")
    french = words(section(tree(clubs, "id/club?ui=en&lang=fr"), "Properties"))
    assert "Où ils sont ville in" in french


def test_an_expected_property_that_is_missing_is_shown_as_missing(clubs: FlaskClient) -> None:
    missing = [words(e) for e in tree(clubs, "id/club").iter("div") if e.get("class") == "missing"]
    assert missing == ["chair Not stated"]


def test_headings_follow_each_other_without_a_gap(clubs: FlaskClient) -> None:
    for path in ("id/a", "id/tea", "id/spill", "id/club", "id/pact", "id/green", "id/drinks", "s/Club", "id/say-1"):
        levels = [int(e.tag[1]) for e in tree(clubs, path).iter() if e.tag in ("h1", "h2", "h3", "h4")]
        assert all(b - a <= 1 for a, b in pairwise(levels)), (path, levels)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ('kind = "opinion"\nclasses = ["o/A"]', "'opinion' is no kind of page; the kinds are position, proposition"),
        ('kind = "proposition"\nclasses = ["o/A"]\nroles = { holder = "o/b" }', "needs the role 'positions'"),
        (
            'kind = "organisation"\nclasses = ["o/A"]\nroles = { owner = "o/b" }',
            "has no role 'owner', only former_names",
        ),
        ('kind = "organisation"\nclasses = ["o/A"]\nroles = { seat = "^a b" }', "'^a b' is neither an IRI"),
    ],
)
def test_a_kind_of_page_that_cannot_be_is_refused_with_a_sentence(tmp_path: Path, page: str, told: str) -> None:
    settings = f'[publication]\nbase_iri = "https://example.org/"\n\n[[publication.page]]\n{page}\n'
    with pytest.raises(SettingsInvalid) as refused:
        plan_of(tmp_path, {"data/a.ttl": ""}, settings)
    assert told in str(refused.value)


def test_the_announcement_s_pages_are_of_their_kinds(client: FlaskClient) -> None:
    demand = tree(client, "id/claim-s01-c1")
    assert "It is addressed to Government of Canada" in words(section(demand, "Who holds it"))
    assert "Opponents: leaving the STCA could strain" in words(section(demand, "The argument around it"))
    assert "Opponents of withdrawal denies" in words(section(demand, "Who holds the opposite"))
    assert "Said to be in Several US states Minnesota" in words(section(tree(client, "id/e07"), "Who reports it"))
    assert "Founded 1978" in words(section(tree(client, "id/ccr"), "At a glance"))
    history = section(tree(client, "id/stca"), "Legal history")
    dates = [e.get("datetime") or "" for e in history.iter("time")]
    assert dates == sorted(dates)
    assert (dates[0], dates[-1]) == ("2002-12-05", "2023-06-16")
    assert "71 times" in words(section(tree(client, "voc/polarity"), "Its concepts"))
    assert "data/claims/1-safety.ttl" in words(section(tree(client, "graph/claims"), "What this graph is"))
    assert "76 statements about 76 things" in words(section(tree(client, "ontology/heldBy"), "Relations"))
    asked = words(section(tree(client, "shapes/PositionShape"), "What it asks"))
    assert "polarity Exactly 1 One of affirms , denies" in asked


@pytest.mark.parametrize("path", ["id/claim-s01-c1", "shapes/PositionShape", "id/ccr", "id/stca", "voc/event-kind"])
def test_pages_of_every_kind_are_light(client: FlaskClient, path: str) -> None:
    assert len(client.get(f"/doc/{path}", headers={"Accept": "text/html"}).data) < 60_000


def test_the_graph_and_the_files_of_each_statement_are_told_on_demand(clubs: FlaskClient) -> None:
    (link,) = [a for a in tree(clubs, "id/club").iter("a") if words(a) == "Graph and file of each statement"]
    assert link.get("href") == "/doc/id/club?provenance"
    told = section(tree(clubs, "id/club?provenance"), "graph things")
    assert "https://example.org/graph/things From the file data/things.ttl ." in words(told)
    assert "since 1901" in words(told)


def test_each_statement_stands_below_its_own_graph(client: FlaskClient) -> None:
    page = tree(client, "id/ccr?provenance")
    background = words(section(page, "Background"))
    entities = words(section(page, "Entities and names of events"))
    assert ("1978" in background, "1978" in entities) == (True, False)
    assert "From the file data/context/organizations.ttl ." in background
    assert "From the file data/entities/agents.ttl ." in entities
    own = words(section(tree(client, "id/prop-withdraw?provenance"), "The graph of this name"))
    assert "from the file data/propositions.trig ." in own
    derived = words(section(tree(client, "id/claim-s05-c1?provenance"), "Derived statements"))
    assert "Derived from other statements by the rules" in derived
    assert "wasAttributedTo" in derived


def test_the_page_of_sources_has_an_address_of_its_own_and_data_has_none(clubs: FlaskClient) -> None:
    page = clubs.get("/doc/id/club?provenance&lang=fr", headers={"Accept": "text/html"})
    assert page.headers["Content-Location"] == "/doc/id/club.html?provenance&lang=fr"
    assert clubs.get("/doc/id/club.html?provenance").data != clubs.get("/doc/id/club.html").data
    assert clubs.get("/doc/id/club.ttl?provenance").data == clubs.get("/doc/id/club.ttl").data
    again = clubs.get(
        "/doc/id/club?provenance&lang=fr", headers={"Accept": "text/html", "If-None-Match": page.headers["ETag"]}
    )
    assert again.status_code == 304
