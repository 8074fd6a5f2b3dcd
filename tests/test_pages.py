"""The HTML pages: what they show, and that hostile or ugly data cannot break them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import quote
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient
from pyoxigraph import QuerySolutions, Store

from kgpub.adhoc import adhoc_plan
from kgpub.build import build
from kgpub.engine import Answer
from kgpub.errors import NotAcceptable
from kgpub.formats import N_TRIPLES, RESULTS_TSV
from kgpub.front import front_page
from kgpub.plan import project_plan
from kgpub.progress import Silence
from kgpub.reader import plain_reader
from kgpub.results import result_page
from kgpub.server import open_site
from kgpub.settings import QuerySettings, read_settings
from kgpub.site import Site
from kgpub.web.app import create_app

BASE = "https://example.org/kg/"
SETTINGS = f"""
[publication]
base_iri = "{BASE}"
title = "A <b>small</b> graph"
licence = "https://creativecommons.org/licenses/by/4.0/"
quoted_graphs = ["id/quote-*"]
union_default_graph = true

[[publication.featured]]
title = "First"
resources = ["id/hostile"]

[[publication.section]]
classes = ["o/Person"]
title = "Whom it knows"
path = "o/knows"
columns = {{ "Friend" = "", "Nothing" = "o/nothing", "Knows" = "o/knows" }}
"""
PREFIXES = """
@prefix id: <id/> . @prefix o: <o/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
THINGS = """
id:hostile a o:Person ; rdfs:label "<script>alert(1)</script>"@en ;
    rdfs:comment "An \\"odd\\" <i>thing</i>."@en , "\u05e9\u05dc\u05d5\u05dd"@he ;
    o:knows id:plain , id:other ; o:born "1999-01-01"^^xsd:date ;
    o:link <javascript:alert(1)> , <mailto:a@example.org> , <https://elsewhere.example/x> ;
    o:list ( 1 ( 2 ) [ o:deep [ o:deeper "bottom" ] ] ) .
id:other a o:Person ; rdfs:label "Other" ; o:knows id:plain .
id:plain o:note "no label" .
o: a owl:Ontology ; rdfs:label "The ontology"@en .
o:Person a owl:Class ; rdfs:label "Person"@en ; rdfs:comment "Somebody."@en ; rdfs:isDefinedBy o: .
id:quote-1 a o:Quote ; rdfs:label "That they met"@en .
"""
QUOTED = "id:quote-1 { id:hostile o:met id:other , [ o:note 'a stranger' ] . }\n"
RULE = f"CONSTRUCT {{ ?a <{BASE}o/isKnownTo> ?b }} WHERE {{ ?b <{BASE}o/knows> ?a }}"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A small project with everything that pages treat in a way of its own."""
    folder = tmp_path_factory.mktemp("small")
    for name in ("data", "ontology", "shapes"):
        (folder / name).mkdir()
    (folder / "kgpub.toml").write_text(SETTINGS, "utf-8")
    crowd = "".join(f'id:n{n} a o:Node ; o:to id:hostile ; rdfs:label "Node {n}" .\n' for n in range(130))
    many = "".join(f'id:many o:says "word {n}" .\n' for n in range(600))
    (folder / "data" / "things.ttl").write_text(PREFIXES + THINGS + crowd + many, "utf-8")
    (folder / "data" / "quoted.trig").write_text(PREFIXES + QUOTED, "utf-8")
    (folder / "ontology" / "known.rq").write_text(RULE, "utf-8")
    release = build(project_plan(read_settings(folder / "kgpub.toml")), Silence()).release
    return open_site(release, QuerySettings(), "")


@pytest.fixture(scope="module")
def pages(small: Site) -> FlaskClient:
    return create_app(small).test_client()


def html(pages: FlaskClient, path: str, root: str = "") -> str:
    response = pages.get(path, headers={"Accept": "text/html"}, base_url=f"http://localhost{root}")
    assert response.mimetype == "text/html"
    return response.text


def tree(page: str) -> Element:
    found: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return found


def text_of(page: str) -> str:
    return " ".join(" ".join(tree(page).itertext()).split())


def links(page: str) -> dict[str, str]:
    return {"".join(a.itertext()).strip(): a.get("href", "") for a in tree(page).iter("a")}


PAGES = [
    "/",
    "/sparql",
    "/nothing",
    "/doc/id/hostile",
    "/doc/id/plain",
    "/doc/id/many?page=2",
    "/doc/id/quote-1",
    "/doc/o/",
    "/doc/dataset",
    f"/doc/id/hostile?incoming={BASE}o/to",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_kind_of_page_is_valid_html_without_inline_script_or_style(pages: FlaskClient, path: str) -> None:
    elements = list(tree(html(pages, path)).iter())
    blocks = [e for e in elements if e.tag in ("script", "style") and e.get("type") != "application/ld+json"]
    assert [e.tag for e in blocks if e.tag == "style" or "src" not in e.attrib] == []
    assert [e.attrib for e in elements if "style" in e.attrib or any(name.startswith("on") for name in e.attrib)] == []


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_heading_a_main_landmark_and_a_way_past_the_header(pages: FlaskClient, path: str) -> None:
    page = tree(html(pages, path))
    assert len(list(page.iter("h1"))) == 1
    (main,) = page.iter("main")
    assert f"#{main.get('id')}" in [a.get("href") for a in page.iter("a")]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_from_elsewhere(pages: FlaskClient, path: str) -> None:
    page = tree(html(pages, path))
    loaded = [e.get("href", "") for e in page.iter("link") if e.get("rel") in ("stylesheet", "icon")]
    loaded += [e.get("src", "") for e in page.iter() if "src" in e.attrib]
    assert [address for address in loaded if not address.startswith("/static/")] == []


def test_a_hostile_label_is_text(pages: FlaskClient) -> None:
    page = html(pages, "/doc/id/hostile")
    assert "<script>" not in page
    assert next(tree(page).iter("h1")).text == "<script>alert(1)</script>"


def test_the_head_names_the_thing_and_its_representations(pages: FlaskClient) -> None:
    found = [e.attrib for e in tree(html(pages, "/doc/id/hostile")).iter("link")]
    assert {"rel": "canonical", "href": f"{BASE}doc/id/hostile"} in found
    assert {"rel": "cite-as", "href": f"{BASE}id/hostile"} in found
    alternates = {e["type"]: e["href"] for e in found if e["rel"] == "alternate" and "type" in e}
    assert alternates["text/turtle"] == "/doc/id/hostile.ttl"
    assert pages.get(alternates["application/ld+json"]).mimetype == "application/ld+json"


def test_only_addresses_that_lead_somewhere_are_links(pages: FlaskClient) -> None:
    page = html(pages, "/doc/id/hostile")
    assert "javascript:alert(1)" in text_of(page)
    schemes = {href.partition(":")[0] for href in links(page).values() if ":" in href.partition("/")[0]}
    assert "mailto" in schemes <= {"http", "https", "mailto"}
    assert links(page)["mailto:a@example.org"] == "mailto:a@example.org"


def test_literals_say_their_language_and_datatype(pages: FlaskClient) -> None:
    page = html(pages, "/doc/id/hostile")
    hebrew = [e for e in tree(page).iter("span") if e.get("lang") == "he"]
    assert [(e.text, e.get("dir")) for e in hebrew] == [("שלום", "auto")]
    assert "1999-01-01 xsd:date" in text_of(page)


def test_lists_and_blank_nodes_are_nested(pages: FlaskClient) -> None:
    page = html(pages, "/doc/id/hostile")
    lists = [e for e in tree(page).iter("ol") if e.get("class") == "items"]
    assert [len(e) for e in lists] == [3, 1]
    assert "deep deeper bottom" in text_of(page)
    assert "rdf:first" not in page


def test_what_the_head_of_a_page_says_is_not_repeated_below(pages: FlaskClient) -> None:
    text = text_of(html(pages, "/doc/id/hostile"))
    assert text.count('An "odd" <i>thing</i>.') == 1
    assert "rdf:type" not in text


def test_a_table_leaves_out_columns_without_a_value(pages: FlaskClient) -> None:
    table = next(tree(html(pages, "/doc/id/hostile")).iter("table"))
    assert [e.text for e in table.iter("th")] == ["Friend", "Knows"]


def test_derived_statements_are_marked(pages: FlaskClient) -> None:
    assert re.search(r"isKnownTo .*Other inferred", text_of(html(pages, "/doc/id/plain")))


def test_a_quoted_graph_says_plainly_that_it_is_not_asserted(pages: FlaskClient) -> None:
    (box,) = [e for e in tree(html(pages, "/doc/id/quote-1")).iter("section") if e.get("class") == "quoted"]
    text = " ".join(" ".join(box.itertext()).split())
    assert text.startswith("Quoted, not asserted")
    assert "met Other" in text
    assert "note a stranger" in text


def test_a_thing_leads_to_the_propositions_that_speak_of_it(pages: FlaskClient) -> None:
    page = html(pages, "/doc/id/other")
    assert "Quoted in 1" in text_of(page)
    assert links(page)["That they met"] == "/id/quote-1"


def test_what_points_here_is_counted_and_leads_to_the_whole_list(pages: FlaskClient) -> None:
    page = html(pages, "/doc/id/hostile")
    assert "to 130" in text_of(page)
    listing = html(pages, links(page)["All 130"])
    assert "130 in all; 1 to 100 on this page" in text_of(listing)
    second = tree(html(pages, links(listing)["Next page"]))
    assert [e.get("start") for e in second.iter("ol")] == ["101"]


def test_long_descriptions_are_paged_and_long_value_lists_fold(pages: FlaskClient) -> None:
    first = html(pages, "/doc/id/many")
    assert "600 statements on 2 pages" in text_of(first)
    assert "488 more" in text_of(first)
    second = html(pages, links(first)["Next page"])
    assert links(second)["Previous page"] == "/doc/id/many"
    assert links(second)["Turtle"] == "/doc/id/many.ttl?page=2"


def test_an_ontology_lists_its_terms_with_their_definitions(pages: FlaskClient) -> None:
    text = text_of(html(pages, "/doc/o/"))
    assert "Classes 1 Person" in text
    assert "Somebody." in text


def test_the_home_page_says_what_there_is(pages: FlaskClient) -> None:
    page = html(pages, "/")
    assert next(tree(page).iter("h1")).text == "A <b>small</b> graph"
    assert links(page)["CC BY 4.0"] == "https://creativecommons.org/licenses/by/4.0/"
    assert links(page)["130 instances of Node"].startswith(f"/browse?class={BASE}o/Node")
    assert "GROUP BY ?class" in page


def test_below_a_path_all_own_links_keep_it(pages: FlaskClient) -> None:
    for path in ("/", "/doc/id/hostile"):
        own = [href for href in links(html(pages, path, root="/kg")).values() if href.startswith("/")]
        assert [href for href in own if not href.startswith("/kg/")] == []


def test_the_site_s_own_classes_come_before_larger_foreign_ones(small: Site) -> None:
    ours = [count.link.is_ours for count in front_page(small, plain_reader(small)).classes]
    assert ours == sorted(ours, reverse=True)


def test_a_result_shows_labels_blank_nodes_and_nested_triples(small: Site) -> None:
    row = f'<{BASE}id/other>\t_:x\t<<( <{BASE}id/other> <urn:p> "hi"@en )>>\t'
    body = f"?a\t?b\t?c\t?d\n{row}\n".encode()
    result = result_page(small, Answer(RESULTS_TSV, iter([body])), plain_reader(small))
    ((other, blank, triple, unbound),) = result.rows
    assert other is not None
    assert blank is not None
    assert triple is not None
    assert unbound is None
    assert (other.text, other.link and other.link.href) == ("Other", "/id/other")
    assert blank.text.startswith("_:")
    assert [term.text for term in triple.triple] == ["Other", "urn:p", "hi"]


def test_of_a_long_result_no_more_is_read_than_is_shown(small: Site) -> None:
    def chunks() -> Iterator[bytes]:
        for number in range(10_000):
            read.append(number)
            yield b"<urn:s> <urn:p> <urn:o%d> .\n" % number * 10

    read: list[int] = []
    result = result_page(small, Answer(N_TRIPLES, chunks()), plain_reader(small))
    assert (len(result.rows), result.is_cut, result.is_graph) == (500, True, True)
    assert len(read) < 60


def test_a_huge_row_is_left_out_and_a_long_text_cut(small: Site) -> None:
    huge = b'?x\n"' + b"a" * 5_000_000 + b'"\n'
    assert (
        result_page(small, Answer(RESULTS_TSV, iter([huge[:4_500_000], huge[4_500_000:]])), plain_reader(small)).rows
        == ()
    )
    (row,) = result_page(
        small, Answer(RESULTS_TSV, iter([b'?x\n"' + b"a" * 50_000 + b'"\n'])), plain_reader(small)
    ).rows
    assert row[0] is not None
    assert len(row[0].text) < 3_000


def test_triples_nested_deeper_than_anybody_reads_are_cut(small: Site) -> None:
    for depth, shown in ((20, 1), (100, None)):
        term = "<<( <urn:s> <urn:p> " * depth + "1" + " )>>" * depth
        answer = Answer(RESULTS_TSV, iter([f"?x\n{term}\n".encode()]))
        if shown is not None:
            assert len(result_page(small, answer, plain_reader(small)).rows) == shown
        else:
            with pytest.raises(NotAcceptable):
                result_page(small, answer, plain_reader(small))


def test_a_result_is_a_table_that_can_be_had_as_data(client: FlaskClient) -> None:
    query = "SELECT ?c (COUNT(*) AS ?n) WHERE { ?x a ?c } GROUP BY ?c"
    page = html(client, f"/sparql?query={quote(query)}")
    assert next(tree(page).iter("textarea")).text == query
    assert "Source span 295" in text_of(page)
    assert client.get(links(page)["CSV"]).mimetype == "text/csv"


def test_a_malformed_query_comes_back_with_the_line_marked(client: FlaskClient) -> None:
    page = html(client, f"/sparql?query={quote('SELECT *' + chr(10) + 'WHERE { ?s ?p }')}")
    (wrong,) = [e for e in tree(page).iter("li") if e.get("class") == "wrong"]
    assert "".join(wrong.itertext()) == "WHERE { ?s ?p }"
    assert next(tree(page).iter("textarea")).text == "SELECT *\nWHERE { ?s ?p }"


def test_a_claim_says_at_once_who_holds_it_how_firmly_and_where(client: FlaskClient) -> None:
    text = text_of(html(client, "/doc/id/claim-s05-c1"))
    told = [
        "Canadian Council for Refugees denies The United States is consistently safe for asylum seekers",
        "The position is asserted . Its wording is certain .",
        "Paragraph 3 Sentence 5 here",
    ]
    assert [fact for fact in told if fact not in text] == []
    assert text.index("denies") < text.index("What supports it") < text.index("Properties")


@pytest.mark.parametrize("path", ["id/ccr", "id/issue-withdrawal", "shapes/PositionShape", "id/source"])
def test_pages_are_light(client: FlaskClient, path: str) -> None:
    assert len(html(client, f"/doc/{path}")) < 60_000


def test_the_page_of_the_data_set_is_light_although_it_names_every_download_and_service(client: FlaskClient) -> None:
    assert len(html(client, "/doc/dataset")) < 60_000


def test_a_malformed_address_gets_a_page_with_a_way_home(pages: FlaskClient) -> None:
    on = tree(html(pages, "/nothing")).findall(".//ul[@aria-label='Where to go on']//a")
    assert [a.get("href") for a in on] == ["/", "/search", "/browse/"]


def test_a_near_miss_leads_to_what_was_meant(pages: FlaskClient) -> None:
    href = links(html(pages, "/id/Hostile"))[f"{BASE}id/hostile"]
    assert pages.get(href).headers["Location"] == "/doc/id/hostile"


@pytest.fixture
def adhoc(tmp_path: Path) -> FlaskClient:
    file = tmp_path / "some.ttl"
    file.write_text(
        "<http://a.example/d/x> <http://a.example/p> <http://b.example/y> , <http://a.example//b.example/z> .\n"
        "<http://a.example/> <http://a.example/p> 1 . <http://a.example//b.example/z> <http://a.example/p> 2 .\n"
        "<http://b.example/y> <http://www.w3.org/2000/01/rdf-schema#label> 'Elsewhere'@de .\n",
        "utf-8",
    )
    plan = adhoc_plan([file], tmp_path / "releases", "http://a.example/", union_default_graph=False)
    return create_app(open_site(build(plan, Silence()).release, QuerySettings(), "")).test_client()


def test_files_served_without_a_project_have_a_home_page_too(adhoc: FlaskClient) -> None:
    page = html(adhoc, "/")
    assert next(tree(page).iter("h1")).text == "some.ttl"
    assert "Downloads" not in page
    assert "Licence" not in page


def test_what_is_described_here_is_linked_here_whatever_its_host(adhoc: FlaskClient) -> None:
    page = html(adhoc, "/doc/d/x")
    href = links(page)["Elsewhere"]
    assert href == "/resource?iri=http%3A%2F%2Fb.example%2Fy"
    assert [e.get("lang") for e in tree(page).iter("a") if e.get("href") == href] == ["de"]


def test_an_iri_with_two_slashes_does_not_lead_to_another_host(adhoc: FlaskClient) -> None:
    assert [href for href in links(html(adhoc, "/doc/d/x")).values() if href.startswith("//")] == []


def test_the_document_about_the_base_itself_has_representations(adhoc: FlaskClient) -> None:
    turtle = links(html(adhoc, "/doc/"))["Turtle"]
    assert adhoc.get(turtle).mimetype == "text/turtle"


def test_every_position_is_one_click_away_from_the_announcement_and_that_one_from_home(
    client: FlaskClient, announcement: Store
) -> None:
    assert "/id/source" in links(html(client, "/")).values()
    page = links(html(client, "/doc/id/source")).values()
    query = "SELECT ?x { ?x a <https://w3id.org/stca-kg/ontology/Position> }"
    positions = [row["x"].value for row in cast("QuerySolutions", announcement.query(query))]
    assert len(positions) == 76
    assert {iri.replace("https://w3id.org/stca-kg/", "/") for iri in positions} <= set(page)
