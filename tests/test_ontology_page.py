"""The page of an ontology and those of its terms, of the announcement's and of one that nobody took care of."""

import gzip
import itertools
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
import rdflib
from flask.testing import FlaskClient

from asking import client_of
from kgpub import terminology
from kgpub.release import MEMBERS_A_PAGE
from kgpub.terminology import read_terminology
from projects import release_of

PREFIXES = """
@prefix o: <o#> . @prefix v: <v/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix schema: <https://schema.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
"""
FOREIGN = """
<o> a owl:Ontology .
o:A a owl:Class ; rdfs:isDefinedBy <o> ; owl:disjointWith o:D ; skos:closeMatch foaf:Agent ;
    skos:example "ex:a a o:A .", "<b> & </pre>" ;
    rdfs:subClassOf o:B , [ a owl:Restriction ; owl:onProperty o:p ; owl:someValuesFrom o:B ] ,
        [ a owl:Restriction ; owl:onProperty o:age ; owl:maxCardinality 1 ] .
o:B a owl:Class ; rdfs:subClassOf o:A ; rdfs:label "<script>alert(1)</script>" ; rdfs:comment "About B."@de .
o:C a rdfs:Class ; rdfs:label "\u05e9\u05dc\u05d5\u05dd"@he , "See"@en , "Mer"@fr ; owl:deprecated true ;
    rdfs:subClassOf o:C ; dcterms:isReplacedBy o:D .
o:main a owl:Class ; rdfs:label "Donaudampfschifffahrtselektrizit\u00e4tenhauptbetriebswerkbauunterbeamter" .
o:D a owl:Class ; owl:equivalentClass [ owl:oneOf ( v:one v:two ) ] .
o:p a owl:ObjectProperty ; rdfs:domain [ a owl:Class ; owl:unionOf ( o:A o:C ) ] ;
    rdfs:range [ owl:intersectionOf ( o:B [ owl:complementOf o:A ] ) ] .
o:q a owl:ObjectProperty , owl:SymmetricProperty , owl:FunctionalProperty ; rdfs:label "line\\nbreak" ;
    rdfs:domain o:A ; rdfs:range o:main ; rdfs:subPropertyOf o:q ; owl:inverseOf o:r .
o:r a owl:ObjectProperty ; schema:domainIncludes o:D ; schema:rangeIncludes foaf:Agent .
o:age a owl:DatatypeProperty ; rdfs:domain o:A ; rdfs:range [ a rdfs:Datatype ;
    owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 0 ] [ xsd:maxInclusive 9 ] ) ] .
o:odd a owl:ObjectProperty ; rdfs:domain [ owl:unionOf _:loop ] ; rdfs:range [] .
_:loop rdf:first o:A ; rdf:rest _:loop .
o:list a skos:ConceptScheme . v:one skos:inScheme o:list ; rdfs:label "one"@en . v:two rdfs:label "two"@en .
<x> a o:A .
o:diagram a owl:Class . o:classes a owl:Class . o:incoming a owl:Class .
v: a owl:Ontology . v:bare a owl:Class ; rdfs:isDefinedBy v: . v:empty a owl:Ontology .
"""


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    release = release_of(tmp_path_factory.mktemp("foreign"), PREFIXES + FOREIGN)
    return client_of(release)


def html(pages: FlaskClient, path: str, root: str = "") -> str:
    response = pages.get(path, headers={"Accept": "text/html"}, base_url=f"http://localhost{root}")
    assert (response.status_code, response.mimetype) == (200, "text/html")
    return response.text


def tree(page: str) -> Element:
    """Return a page as a tree, its SVG too without namespace."""
    found: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    for element in found.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return found


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def entry(page: str, anchor: str) -> Element:
    return next(e for e in tree(page).iter("div") if e.get("id") == anchor)


def facts(element: Element) -> dict[str, str]:
    rows = [row for dl in element.iter("dl") if dl.get("class") == "relations" for row in dl]
    told = {text_of(row[0]): ", ".join(text_of(value) for value in row[1:]) for row in rows}
    return {label: value.replace("\N{NO-BREAK SPACE}", " ") for label, value in told.items()}


ABOUT = "/doc?iri=https://example.org/o%23"
PAGES = ["/doc/o", "/doc/v/", "/doc/v/empty", *(ABOUT + name for name in ("A", "B", "C", "D", "p", "q", "age", "odd"))]
OURS = [
    "/doc/ontology/",
    "/doc/ontology/Claim",
    "/doc/ontology/Position",
    "/doc/ontology/heldBy",
    "/doc/ontology/level",
]


@pytest.fixture(params=[*PAGES, *OURS])
def page(request: pytest.FixtureRequest, foreign: FlaskClient, client: FlaskClient) -> tuple[FlaskClient, str]:
    pages = client if request.param in OURS else foreign
    return pages, html(pages, request.param)


def test_every_page_is_valid_html_without_inline_script_or_style(page: tuple[FlaskClient, str]) -> None:
    elements = list(tree(page[1]).iter())
    blocks = [e for e in elements if e.tag in ("script", "style") and e.get("type") != "application/ld+json"]
    assert [e.tag for e in blocks if e.tag == "style" or "src" not in e.attrib] == []
    assert [e.attrib for e in elements if "style" in e.attrib or any(name.startswith("on") for name in e.attrib)] == []


def test_no_two_elements_have_one_id_and_every_reference_finds_its_own(page: tuple[FlaskClient, str]) -> None:
    elements = list(tree(page[1]).iter())
    ids = Counter(e.get("id") for e in elements if e.get("id"))
    assert [name for name, count in ids.items() if count > 1 or re.search(r"\s", str(name))] == []
    named = [name for e in elements for name in e.get("aria-labelledby", "").split()]
    named += [href[1:] for e in elements if (href := e.get("href", "")).startswith("#")]
    named += [found for e in elements for value in e.attrib.values() for found in re.findall(r"url\(#(.+?)\)", value)]
    assert [name for name in named if name not in ids] == []


def test_headings_go_down_one_level_at_a_time(page: tuple[FlaskClient, str]) -> None:
    levels = [int(e.tag[1]) for e in tree(page[1]).iter() if re.fullmatch("h[1-6]", str(e.tag))]
    assert levels.count(1) == 1
    assert [(a, b) for a, b in itertools.pairwise(levels) if b > a + 1] == []


def test_landmarks_that_are_more_than_one_have_names(page: tuple[FlaskClient, str]) -> None:
    navigations = [e.get("aria-label") for e in tree(page[1]).iter("nav")]
    assert None not in navigations
    assert len(set(navigations)) == len(navigations)


def test_every_link_of_our_own_is_answered(page: tuple[FlaskClient, str]) -> None:
    pages, content = page
    hrefs = {e.get("href", "").partition("#")[0] for e in tree(content).iter("a")} - {""}
    own = [href for href in sorted(hrefs) if not urlsplit(href).scheme]
    assert [h for h in own if pages.get(h, headers={"Accept": "text/html"}).status_code not in (200, 303)] == []


def test_a_term_without_a_label_goes_by_its_name(foreign: FlaskClient) -> None:
    a = entry(html(foreign, "/doc/o"), "A")
    assert text_of(a).startswith("A https://example.org/o#A No definition is given.")


def test_class_expressions_are_readable(foreign: FlaskClient) -> None:
    page = html(foreign, "/doc/o")
    assert facts(entry(page, "p"))["Domain"] == "A or See"
    assert facts(entry(page, "p"))["Range"] == "<script>alert(1)</script> and (not A)"
    superclasses = facts(entry(page, "A"))["Subclass of"]
    assert superclasses.startswith("<script>alert(1)</script>, ")
    assert "p some <script>alert(1)</script>" in superclasses
    assert "age max 1" in superclasses
    assert facts(entry(page, "age"))["Range"] == "xsd:integer [≥ 0, ≤ 9]"
    assert facts(entry(page, "D"))["Equivalent to"] == "one of one, two"


def test_a_malformed_expression_is_said_to_be_nameless(foreign: FlaskClient) -> None:
    odd = facts(entry(html(foreign, "/doc/o"), "odd"))
    assert odd == {"Domain": "A", "Range": "something without a name"}


def test_a_class_in_a_union_has_the_property_too(foreign: FlaskClient) -> None:
    page = html(foreign, "/doc/o")
    assert "p" in facts(entry(page, "A"))["Properties"].split(", ")
    assert facts(entry(page, "C"))["Properties"] == "p"


def test_a_cycle_of_subclasses_ends(foreign: FlaskClient) -> None:
    assert facts(tree(html(foreign, ABOUT + "B")))["Properties, from A"] == "age, line break, odd, p"
    assert "Properties, from See" not in facts(tree(html(foreign, ABOUT + "C")))


def test_what_holds_both_ways_is_told_on_both_sides(foreign: FlaskClient) -> None:
    page = html(foreign, "/doc/o")
    assert facts(entry(page, "D"))["Disjoint with"] == "A"
    assert facts(entry(page, "r"))["Inverse of"] == "line break"


def test_looser_domains_characteristics_and_alignments_are_told(foreign: FlaskClient) -> None:
    page = html(foreign, "/doc/o")
    assert facts(entry(page, "r"))["Used with"] == "D"
    assert facts(entry(page, "r"))["Expected values"] == "Agent foaf:Agent"
    assert facts(entry(page, "q"))["Characteristics"] == "functional, symmetric"
    assert facts(entry(page, "A"))["Close to"] == "Agent foaf:Agent"


def test_a_deprecated_term_says_so_and_what_replaces_it(foreign: FlaskClient) -> None:
    for element in (entry(html(foreign, "/doc/o"), "C"), next(tree(html(foreign, ABOUT + "C")).iter("article"))):
        assert [text_of(e) for e in element.iter("del")] == ["See"]
        assert "Deprecated" in text_of(element)
        assert facts(element)["Replaced by"] == "D"


def test_a_name_in_another_language_stands_second_and_says_which(foreign: FlaskClient) -> None:
    others = [e for e in entry(html(foreign, "/doc/o"), "C").iter("span") if e.get("class") == "other"]
    assert [(e.get("lang"), e.text) for e in others] == [("fr", "Mer"), ("he", "\u05e9\u05dc\u05d5\u05dd")]


def test_an_example_stands_as_it_is_written(foreign: FlaskClient) -> None:
    assert [e.text for e in entry(html(foreign, "/doc/o"), "A").iter("pre")] == ["<b> & </pre>", "ex:a a o:A ."]


def test_a_term_that_is_called_like_a_part_of_the_page_gets_another_anchor(foreign: FlaskClient) -> None:
    page = html(foreign, "/doc/o")
    assert "Donaudampf" in text_of(entry(page, "term-main"))


def test_a_hostile_label_is_text_in_the_diagram_too(foreign: FlaskClient) -> None:
    page = html(foreign, "/doc/o")
    assert "<script>" not in page
    drawn = [text_of(e) for e in tree(page).iter("text")]
    assert "<script>alert(1)</scr…" in drawn
    assert "line break" in drawn


def test_an_ontology_of_one_class_has_no_diagram_and_one_of_none_says_why(foreign: FlaskClient) -> None:
    assert tree(html(foreign, "/doc/v/")).find(".//main//svg") is None
    assert "No class or property says that this ontology defines it" in text_of(tree(html(foreign, "/doc/v/empty")))


def test_instances_are_counted_and_lead_to_their_list(foreign: FlaskClient) -> None:
    page = tree(html(foreign, ABOUT + "A"))
    (link,) = [e for e in page.iter("a") if text_of(e) == "1 instance"]
    assert "1 thing" in text_of(tree(html(foreign, link.get("href", ""))))
    assert "No instance in this release" in html(foreign, ABOUT + "D")


def test_below_a_path_all_own_links_keep_it(foreign: FlaskClient) -> None:
    for path in ("/doc/o", ABOUT + "A"):
        own = [e.get("href", "") for e in tree(html(foreign, path, root="/kg")).iter("a")]
        assert [href for href in own if href.startswith("/") and not href.startswith("/kg/")] == []


def test_a_thing_that_no_ontology_defines_keeps_its_usual_page(foreign: FlaskClient, client: FlaskClient) -> None:
    assert "Relations" not in html(foreign, "/doc/x")
    assert "Described here" not in html(client, "/doc/voc/polarity")
    assert "affirms" in html(client, "/doc/voc/polarity")


def test_of_two_hundred_classes_the_most_linked_are_drawn_and_the_page_says_so(tmp_path: Path) -> None:
    classes = "".join(
        f"v:C{n} a owl:Class ; rdfs:isDefinedBy v: ; rdfs:subClassOf v:C{n // 3} .\n"
        f"v:p{n} a owl:ObjectProperty ; rdfs:isDefinedBy v: ; rdfs:domain v:C{n} ; rdfs:range v:C{n * 7 % 200} .\n"
        for n in range(200)
    )
    release = release_of(tmp_path, f"{PREFIXES} v: a owl:Ontology . {classes}")
    page = html(client_of(release), "/doc/v/")
    assert "The 40 of 200 classes that are linked most" in page
    assert re.search(r"properties between classes\.\sA hollow arrow leads", page)
    assert len([e for e in tree(page).iter("g") if e.get("class") == "class"]) == 40
    assert len(list(tree(page).iter("h3"))) == 400


def test_an_ontology_without_terms_has_no_empty_list_of_contents(foreign: FlaskClient) -> None:
    assert 'class="contents"' not in html(foreign, "/doc/v/empty")
    assert 'class="contents"' in html(foreign, "/doc/v/")


def test_terms_beyond_those_of_a_page_are_counted(tmp_path: Path) -> None:
    terms = "".join(f"v:C{n} a owl:Class ; rdfs:isDefinedBy v: .\n" for n in range(MEMBERS_A_PAGE + 50))
    release = release_of(tmp_path, f"{PREFIXES} v: a owl:Ontology . {terms}")
    page = html(client_of(release), "/doc/v/")
    assert "50 further terms are not on this page" in page


NAMED = """
{ontology} a owl:Ontology ; rdfs:label "Birds" .
<{namespace}Bird> a owl:Class . <{namespace}eats> a owl:ObjectProperty ; rdfs:domain <{namespace}Bird> .
<{namespace}other/Deep> a owl:Class . <{namespace}Foreign> a owl:Class ; rdfs:isDefinedBy v: .
<{namespace}tit> a <{namespace}Bird> . v: a owl:Ontology .
"""


@pytest.mark.parametrize(
    ("ontology", "namespace", "document"),
    [("birds", "birds#", "birds"), ("birds#", "birds#", "birds"), ("birds", "birds/", "birds"), ("birds/",) * 3],
)
def test_terms_belong_to_the_ontology_that_their_iri_names(
    tmp_path: Path, ontology: str, namespace: str, document: str
) -> None:
    turtle = NAMED.format(ontology=f"<https://example.org/{ontology}>", namespace=f"https://example.org/{namespace}")
    pages = client_of(release_of(tmp_path, PREFIXES + turtle))
    whole = tree(html(pages, f"/doc/{document}"))
    assert [text_of(heading) for heading in whole.iter("h1")] == ["Birds"]
    terms = {text_of(heading).partition(" ")[0] for heading in whole.iter("h3")}
    is_document = namespace.endswith("#")  # a fragment is read where the ontology is, whatever defines it
    assert terms == {"Bird", "eats"} | ({"Foreign", "Deep"} if is_document else set())
    term = html(pages, f"/doc?iri=https://example.org/{namespace.replace('#', '%23')}Bird")
    assert facts(tree(term))["Properties"] == "eats"
    assert "Relations" not in html(pages, f"/doc?iri=https://example.org/{namespace.replace('#', '%23')}tit")


def test_the_document_of_an_ontology_that_ends_with_a_hash_describes_it(tmp_path: Path) -> None:
    turtle = NAMED.format(ontology="<https://example.org/birds#>", namespace="https://example.org/birds#")
    pages = client_of(release_of(tmp_path, PREFIXES + turtle))
    led = pages.get("/birds", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=pages.get(led.headers["Location"] + ".ttl").data, format="turtle")
    ontology = rdflib.URIRef("https://example.org/birds#")
    assert (ontology, rdflib.RDF.type, rdflib.OWL.Ontology) in graph
    assert (ontology + "Bird", rdflib.RDF.type, rdflib.OWL.Class) in graph


def test_fragments_beyond_those_of_a_page_are_counted(tmp_path: Path) -> None:
    terms = "".join(f"<big#t{n}> a owl:Class .\n" for n in range(MEMBERS_A_PAGE + 50))
    release = release_of(tmp_path, f"{PREFIXES} <big#> a owl:Ontology . {terms}")
    page = html(client_of(release), "/doc/big")
    assert "51 further terms are not on this page" in page  # the ontology's own IRI is a fragment too


def test_terms_below_an_ontology_beyond_those_of_a_page_are_counted(tmp_path: Path) -> None:
    kinds = "owl:Class", "owl:ObjectProperty"
    terms = "".join(f"v:t{n} a {kinds[n % 2]} .\n" for n in range(MEMBERS_A_PAGE + 50))
    page = html(client_of(release_of(tmp_path, f"{PREFIXES} v: a owl:Ontology . {terms}")), "/doc/v/")
    assert len(list(tree(page).iter("h3"))) == MEMBERS_A_PAGE
    assert "50 further terms are not on this page" in page


def test_an_ontology_is_read_once_for_the_pages_of_its_terms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text, readings in (("short", "", 1), ("long", "x" * 1_500_000, 3)):
        turtle = f'{PREFIXES} v: a owl:Ontology ; rdfs:comment "{text}" . v:A a owl:Class ; rdfs:comment "{text}" .'
        pages = client_of(release_of(tmp_path / name, turtle))
        read: list[str] = []
        monkeypatch.setattr(terminology, "read_terminology", lambda site, iri, read=read: (
            read.append(iri) or read_terminology(site, iri)
        ))  # fmt: skip
        assert len({len(html(pages, address)) for address in ("/doc/v/A", "/doc/v/A?ui=fr", "/doc/v/")}) == 3
        assert read == ["https://example.org/v/"] * readings


def test_our_ontology_says_in_its_head_who_made_which_version(client: FlaskClient) -> None:
    head = facts(next(tree(html(client, "/doc/ontology/")).iter("article")))
    assert head["Version IRI"].startswith("https://w3id.org/stca-kg/ontology/")
    assert head["Prefix"] == "cn"
    assert head["Namespace"] == "https://w3id.org/stca-kg/ontology/"
    assert head["Licence"] == "CC BY 4.0"
    assert {"Version", "Creator", "Created", "Modified", "Status"} <= head.keys()


def test_our_ontology_shows_each_class_and_property_with_its_definition(client: FlaskClient) -> None:
    page = html(client, "/doc/ontology/")
    claim = text_of(entry(page, "Claim"))
    assert "Affirmation" in claim
    assert "it can be right or wrong" in claim
    assert facts(entry(page, "heldBy")) | {"Domain": "Position", "Range": "Agent prov:Agent"} == facts(
        entry(page, "heldBy")
    )
    assert facts(entry(page, "Claim"))["Disjoint with"] == "Demand"
    assert facts(entry(page, "polarity"))["Codes from"] == "Polarity"
    assert "No definition is given" not in page


def test_the_diagram_is_for_the_eyes_and_its_boxes_lead_to_their_terms(client: FlaskClient) -> None:
    page = tree(html(client, "/doc/ontology/"))
    (svg,) = page.findall(".//main//svg")
    assert svg.get("aria-hidden") == "true"  # the links in it are for the mouse; its words stand in the text
    boxes = {
        text_of(a): a.get("href") for g in svg.iter("g") if g.get("class") == "class" for a in list(g.iter("a"))[:1]
    }
    assert boxes["Claim"] == "#Claim"
    assert boxes["Position"] == "#Position"
    assert [a.get("href") for a in svg.iter("a") if a.get("tabindex") != "-1"] == []


def test_a_class_tells_what_it_inherits_and_how_many_there_are(client: FlaskClient) -> None:
    page = tree(html(client, "/doc/ontology/Claim"))
    assert "held by" in facts(page)["Properties, from Position"]
    assert re.search(r"\d+ instances in this release", text_of(page))
    assert "Where it stands" in [text_of(e) for e in page.iter("h2")]


def test_what_only_a_page_of_its_own_tells_of_is_named_and_leads_there(client: FlaskClient) -> None:
    page = html(client, "/doc/shapes/")
    index = {text_of(a): a.get("href") for a in tree(page).findall(".//ul[@class='index']//a")}
    assert index["Position"] == "/shapes/PositionShape"
    assert "No definition is given" not in page
    assert len(page) < 60_000


def test_our_ontology_travels_light(client: FlaskClient) -> None:
    assert len(gzip.compress(html(client, "/doc/ontology/").encode())) < 40_000
    assert len(html(client, "/doc/ontology/Position")) < 60_000
