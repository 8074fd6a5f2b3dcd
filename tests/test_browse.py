"""Browsing: lists of things by class and value agree with SPARQL, have one address each, and take bounded work."""

import csv
import io
import itertools
import json
import random
import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from pyoxigraph import QuerySolutions
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import Namespace

from kgpub.facets import facets_of
from kgpub.reader import plain_reader
from kgpub.release import Release
from kgpub.selection import Filter, Selection, read_selection
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.site import Site
from kgpub.texts import site_title
from kgpub.thing_page import thing_page
from kgpub.triplestore import Triplestore
from kgpub.web.app import create_app
from kgpub.web.templates import environments
from projects import BASE, build_project

YEAR = re.compile(r'^"(\d{4})-.*#date(?:Time)?>$')
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
TURTLE = """
@base <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix o: <o/> . @prefix id: <id/> .
o:Dog rdfs:subClassOf o:Animal . o:Cat rdfs:subClassOf o:Animal , o:Pet . o:Animal rdfs:subClassOf o:Being .
o:Being rdfs:subClassOf o:Animal . o:Empty a rdfs:Class .
"""
COLOURS = ("red", "green", "blue", '<script>alert("x")</script>')
SETTINGS = f"""
[publication]
base_iri = "{BASE}"
union_default_graph = true
quoted_graphs = ["id/q"]
[publication.prefixes]
o = "o/"
id = "id/"
"""
RULE = """PREFIX o: <https://example.org/o/>
CONSTRUCT { ?x a o:Tall } WHERE { ?x o:size ?size FILTER(?size > 90) }"""


def things(count: int, seed: int = 7) -> Iterator[str]:
    """Yield Turtle about things of several classes, with links, numbers, dates, texts and blank nodes."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    for n in range(count):
        kinds = chance.sample(["o:Dog", "o:Cat", "o:Animal", "o:Stone"], chance.choice([1, 1, 1, 2]))
        yield f"id:t{n} a {', '.join(kinds)} ; rdfs:label {json.dumps(chance.choice('ÄbCdé') + f' thing {n}')}@en ;"
        yield f"  o:size {chance.randrange(100)} ; o:weight {chance.randrange(8)}.5 ;"
        yield f'  o:born "{chance.randrange(1990, 2020)}-0{chance.randrange(1, 10)}-01"^^xsd:date ;'
        yield f"  o:colour {', '.join(json.dumps(c) for c in chance.sample(COLOURS, chance.choice([1, 1, 2])))} ;"
        yield f"  o:likes {', '.join(f'id:t{min(count - 1, int(chance.expovariate(0.1)))}' for _ in range(2))} ;"
        yield f'  o:serial "{n}" ; o:part [ a o:Dog ; o:colour "red" ] .'


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Triplestore]:
    """A project of 1,500 things with sub-classes, a circle among them, and classes that a rule gives."""
    folder = tmp_path_factory.mktemp("browse")
    quoted = f"<{BASE}id/q> {{ <{BASE}id/t1> a <{BASE}o/Stone> }}"
    files = {"data/things.ttl": TURTLE + "\n".join(things(1_500)), "data/quoted.trig": quoted, "ontology/tall.rq": RULE}
    release = build_project(folder, files, SETTINGS).release
    return open_site(release, QuerySettings(), ""), Triplestore.of_release(release.folder)


@pytest.fixture(scope="module")
def pages(small: tuple[Site, Triplestore]) -> FlaskClient:
    return create_app(small[0]).test_client()


def expected(store: Triplestore, site: Site, selection: Selection) -> set[str]:
    """Return what the list's own query finds."""
    query = (
        environments(plain_reader(site), partial(site_title, site))["en"]
        .get_template("browse.rq")
        .render(selection=selection)
    )
    found = store.query(query)
    assert isinstance(found, QuerySolutions)
    return {row["thing"].value for row in found}


def listed(site: Site, selection: Selection) -> list[str]:
    """Return all things of a list, page after page."""
    found: list[str] = []
    page: Selection | None = selection
    while page is not None:
        one = thing_page(site, page)
        assert one.first_number == len(found) + 1
        found += one.iris
        page = one.next
    assert thing_page(site, selection).total == len(found)
    return found


def wanderings(site: Site, count: int, seed: int, most: int = 3) -> Iterator[Selection]:
    """Yield lists as a reader reaches them who narrows a class by one value after another."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    ranking = site.things.ranking("class", 1)
    assert ranking is not None
    for _ in range(count):
        selection = Selection(chance.choice(ranking.rows)[2])
        yield selection
        for _ in range(most):
            facets = facets_of(site, thing_page(site, selection))
            if not facets:
                break
            value = chance.choice(chance.choice(facets).values)
            selection = value.selection
            yield selection


def test_every_list_holds_what_its_own_query_finds_in_the_order_of_names(small: tuple[Site, Triplestore]) -> None:
    site, store = small
    selections = set(wanderings(site, 40, seed=1))
    assert len(selections) > 50
    for selection in selections:
        found = listed(site, selection)
        assert set(found) == expected(store, site, selection), selection
        assert found == sorted(found, key=site.things.place_after)


def test_lists_of_the_announcement_hold_what_their_own_queries_find(site: Site, announcement_release: Release) -> None:
    announcement = Triplestore.of_release(announcement_release.folder)
    for selection in set(wanderings(site, 20, seed=2)):
        assert set(listed(site, selection)) == expected(announcement, site, selection), selection


@pytest.mark.parametrize("seed", range(4))
def test_the_number_beside_a_value_is_the_length_of_the_list_it_leads_to(
    small: tuple[Site, Triplestore], seed: int
) -> None:
    site, _ = small
    for selection in wanderings(site, 6, seed):
        for facet in facets_of(site, thing_page(site, selection)):
            lengths = {value.value: thing_page(site, value.selection).total for value in facet.values}
            assert lengths == {value.value: value.things for value in facet.values}, (selection, facet.property)


def test_a_complete_facet_names_every_value_that_the_things_of_the_list_have(small: tuple[Site, Triplestore]) -> None:
    site, store = small
    for selection in wanderings(site, 6, seed=5):
        things_here = expected(store, site, selection)
        for facet in facets_of(site, thing_page(site, selection)):
            query = f"SELECT DISTINCT ?t ?v {{ ?t <{facet.property}> ?v FILTER(!isBlank(?v)) }}"
            said = store.query(query)
            assert isinstance(said, QuerySolutions)
            there = {YEAR.sub(r"\1", str(row["v"])) for row in said if row["t"].value in things_here}
            chosen = {condition.value for condition in selection.filters if condition.predicate == facet.property}
            chosen |= {f"<{selection.cls}>"} & there if facet.property == str(RDF.type) else set()
            if facet.is_complete:
                assert {value.value for value in facet.values} | chosen == there


@pytest.mark.parametrize(
    ("predicate", "value"),
    [("size", "20..40"), ("size", "95.."), ("size", "..3"), ("size", "17"), ("weight", "2.5..4"),
     ("born", "1995..1999"), ("born", "2003"), ("size", "200..300")],
)  # fmt: skip
def test_a_range_is_that_of_numbers_or_of_years(small: tuple[Site, Triplestore], predicate: str, value: str) -> None:
    site, store = small
    selection = Selection(f"{BASE}o/Animal", (Filter(f"{BASE}o/{predicate}", value),))
    assert set(listed(site, selection)) == expected(store, site, selection)
    narrowed = selection.also(Filter(f"{BASE}o/colour", '"red"'))
    assert set(listed(site, narrowed)) == expected(store, site, narrowed)


def test_things_of_sub_classes_and_inferred_ones_belong_to_a_class_in_circles_too(
    small: tuple[Site, Triplestore],
) -> None:
    site, store = small
    animals = set(listed(site, Selection(f"{BASE}o/Animal")))
    assert animals == set(listed(site, Selection(f"{BASE}o/Being")))
    assert animals > set(listed(site, Selection("", (Filter(str(RDF.type), f"<{BASE}o/Animal>"),))))
    assert len(listed(site, Selection(f"{BASE}o/Tall"))) > 50
    assert listed(site, Selection(f"{BASE}o/Empty")) == []
    assert f"{BASE}id/t1" in expected(store, site, Selection(f"{BASE}o/Being"))


def test_pages_lead_forward_back_to_the_first_and_to_the_last(small: tuple[Site, Triplestore]) -> None:
    site, _ = small
    selection = Selection(f"{BASE}o/Stone")
    forward = [page := thing_page(site, selection)]
    while page.next is not None:
        forward.append(page := thing_page(site, page.next))
    assert forward[0].last == page.selection
    assert (forward[0].previous, page.next, page.first) == (None, None, selection)
    backward = [page]
    while page.previous is not None:
        backward.append(page := thing_page(site, page.previous))
    assert [one.iris for one in reversed(backward)] == [one.iris for one in forward]


def test_a_page_begins_after_a_thing_even_if_that_is_not_in_the_list(small: tuple[Site, Triplestore]) -> None:
    site, _ = small
    dogs, stones = (listed(site, Selection(f"{BASE}o/{name}")) for name in ("Dog", "Stone"))
    stone = next(iri for iri in stones[40:] if iri not in dogs)
    page = thing_page(site, Selection(f"{BASE}o/Dog", after=stone))
    place = site.things.place_after(stone)
    assert page.iris[0] == next(iri for iri in dogs if site.things.place_after(iri) > place)
    assert page.first_number == dogs.index(page.iris[0]) + 1


def test_a_budget_that_is_spent_marks_the_total_and_still_leads_through_the_whole_list(
    small: tuple[Site, Triplestore],
) -> None:
    site, _ = small
    selection = Selection(f"{BASE}o/Animal", (Filter(f"{BASE}o/colour", '"red"'),))
    whole = listed(site, selection)
    found: list[str] = []
    page: Selection | None = selection
    while page is not None:
        one = thing_page(site, page, chunks=1)
        found += one.iris
        page = one.next
    assert found == whole


# --- over HTTP -----------------------------------------------------------------------------------------------


def test_parameters_in_any_order_and_spelling_are_one_list_with_one_address(pages: FlaskClient) -> None:
    o = f"{BASE}o/"
    pairs = [("class", f"{o}Dog"), (f"{o}colour", '"red"'), (f"{o}likes", f"{BASE}id/t1"), (f"{o}size", "10..90")]
    found = set()
    for order in itertools.permutations(pairs):
        address = "/browse?" + "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in order)
        response = pages.get(address, headers={"Accept": "application/json"})
        found.add((response.headers["Content-Location"], response.headers["ETag"], response.data))
    assert len(found) == 1
    ((location, _, body),) = found
    assert pages.get(location).data == body
    doubled = pages.get(f"{json.loads(body)['address'].removeprefix(BASE[:-1])}&{quote(o)}colour=%22red%22&format=json")
    assert doubled.data == body


def test_the_same_page_in_rdf_json_and_csv(pages: FlaskClient) -> None:
    address = f"/browse?class={BASE}o/Dog&{BASE}o/colour=%22red%22"
    document = json.loads(pages.get(f"{address}&format=json").data)
    members = [thing["iri"] for thing in document["things"]]
    assert len(members) == 50
    for suffix, parser in (("ttl", "turtle"), ("jsonld", "json-ld"), ("nt", "nt"), ("rdf", "xml")):
        graph = Graph().parse(data=pages.get(f"{address}&format={suffix}").data, format=parser)
        (collection,) = graph.subjects(RDF.type, HYDRA.Collection)
        assert {str(member) for member in graph.objects(collection, HYDRA.member)} == set(members)
        assert int(str(graph.value(collection, HYDRA.totalItems))) == document["total"]["value"]
        view = graph.value(collection, HYDRA.view)
        assert {str(graph.value(view, HYDRA[name])) for name in ("first", "next", "last")} == set(
            document["pages"].values()
        )
    rows = list(csv.reader(io.StringIO(pages.get(f"{address}&format=csv").text)))
    assert rows[0][:2] == ["iri", "label"]
    assert [row[0] for row in rows[1:]] == members
    assert {len(row) for row in rows} == {2 + len(document["columns"])}


def test_rdf_says_of_each_thing_what_the_table_shows(pages: FlaskClient) -> None:
    address = f"/browse?class={BASE}o/Cat"
    document = json.loads(pages.get(f"{address}&format=json").data)
    graph = Graph().parse(data=pages.get(f"{address}&format=ttl").data, format="turtle")
    for thing in document["things"]:
        for property_, values in thing["values"].items():
            told = {str(value) for value in graph.objects(URIRef(thing["iri"]), URIRef(property_))}
            assert told == {value.get("iri") or value["value"] for value in values}


def test_json_leads_from_every_value_to_its_list_and_from_every_filter_back(pages: FlaskClient) -> None:
    start = json.loads(pages.get(f"/browse?class={BASE}o/Dog&format=json").data)
    assert [facet["property"]["iri"] for facet in start["facets"]]
    for facet in start["facets"]:
        value = facet["values"][0]
        narrowed = json.loads(pages.get(f"{value['address'].removeprefix(BASE[:-1])}&format=json").data)
        assert narrowed["total"] == {"value": value["things"], "exact": True}
        (condition,) = narrowed["filters"]
        assert condition["property"] == facet["property"]
        assert condition["without"] == start["address"]


def test_the_overview_counts_as_sparql_does(pages: FlaskClient, small: tuple[Site, Triplestore]) -> None:
    document = json.loads(pages.get("/browse/classes?format=json").data)
    for item in document["classes"]["items"]:
        counted = small[1].query(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a <{item['iri']}> }}")
        assert isinstance(counted, QuerySolutions)
        assert [int(row["n"].value) for row in counted] == [item["instances"]]
        assert item["things"] == len(expected(small[1], small[0], Selection(item["iri"])))
    properties = json.loads(pages.get("/browse/properties?format=json").data)["properties"]["items"]
    for item in properties:
        counted = small[1].query(f"SELECT (COUNT(*) AS ?n) {{ ?x <{item['iri']}> ?y }}")
        assert isinstance(counted, QuerySolutions)
        assert [int(row["n"].value) for row in counted] == [item["triples"]]
    assert len(properties) == json.loads(pages.get("/browse/?format=json").data)["properties"]["total"]


def test_the_overview_is_also_a_table_and_partitions_of_the_data_set(pages: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(pages.get("/browse/?format=csv").text)))
    dogs = next(row for row in rows if row["iri"] == f"{BASE}o/Dog")
    graph = Graph().parse(data=pages.get("/browse/?format=ttl").data, format="turtle")
    void = Namespace("http://rdfs.org/ns/void#")
    (partition,) = graph.subjects(void["class"], URIRef(f"{BASE}o/Dog"))
    assert str(graph.value(partition, void.entities)) == dogs["stated"]
    assert str(graph.value(partition, HYDRA.totalItems)) == dogs["things"]
    assert pages.get(str(partition).removeprefix(BASE[:-1])).status_code == 200


def test_a_list_is_known_by_its_tag_before_it_is_made(pages: FlaskClient) -> None:
    address = f"/browse?class={BASE}o/Dog"
    first = pages.get(address, headers={"Accept": "text/csv"})
    again = pages.get(address, headers={"Accept": "text/csv", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = pages.get(f"/browse?class={BASE}o/Cat", headers={"Accept": "text/csv"})
    assert other.headers["ETag"] != first.headers["ETag"]
    assert first.headers["Vary"] == "Accept"
    links = first.headers["Link"]
    assert f'<{BASE}browse?class={BASE}o/Dog>; rel="canonical"' in links
    assert [relation for relation in ("first", "prev", "next", "last") if f'rel="{relation}"' in links] == [
        *("first", "next", "last")
    ]


def test_head_options_and_writing(pages: FlaskClient) -> None:
    address = f"/browse?class={BASE}o/Dog"
    head, get = pages.head(address), pages.get(address)
    assert (head.data, dict(head.headers)) == (b"", dict(get.headers))
    assert pages.post(address).status_code == 405
    assert "GET" in pages.options(address).headers["Allow"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("class=o:Nothing", 404),
        ("class=o:Dog&o:nothing=id:t1", 404),
        ("class=o:Dog&o:likes=id:nobody", 200),
        ("class=o:Dog&o:colour=%22violet%22", 200),
        ("class=o:Dog&after=id:nobody", 404),
        ("class=o:Dog&after=", 400),
        ("class=", 400),
        ("class=%3Cscript%3E", 400),
        ("class=o:Dog&class=o:Cat", 400),
        ("class=o:Dog&page=2", 400),
        ("colour=red", 400),
        ("class=o:Dog&o:colour=%22red", 400),
        ("class=o:Dog&o:colour=%22red%22%20.%20%3Ca:%3E%20%3Ca:%3E%20%3Ca:%3E", 400),
        ("class=o:Dog&o:colour=%22red%22%20%3Chttp://g%3E", 400),
        ("class=o:Dog&o:colour=%22red%22%0A", 400),
        ("class=o:Dog&o:serial=%2217%22", 400),
        ("class=o:Dog&o:size=" + "9" * 50 + "..", 400),
        ("class=o:Dog&o:size=9..1", 200),
        ("class=o:Dog&o:size=NaN..", 400),
        ("class=o:Dog&o:born=%221999-01-01%22%5E%5E%3Chttp://www.w3.org/2001/XMLSchema%23date%3E", 400),
        ("class=o:Dog&o:colour=%22" + "x" * 5_000 + "%22", 400),
        ("class=o:Dog&o:likes=http://" + "x" * 5_000, 400),
        ("&".join(f"o:likes=id:t{n}" for n in range(21)), 400),
        ("&".join(f"o:likes=id:t{n}" for n in range(100)), 400),
        ("&".join(f"o:likes=id:t{n}" for n in range(300)), 400),
        ("&".join(["o:likes=id:t1"] * 100), 200),
        ("%00=%00", 400),
        ("o:%00=id:t1", 400),
        ("format=exe", 406),
        ("after=id:t1", 404),
        ("page=2", 400),
        ("class=o:Dog&o:likes=id:t1&after=o:colour", 404),
    ],
)  # fmt: skip
def test_what_cannot_be_listed_says_why(pages: FlaskClient, query: str, status: int) -> None:
    for accept in ("application/json", "text/html", "text/turtle"):
        response = pages.get(f"/browse?{query}", headers={"Accept": accept})
        assert response.status_code == status, response.text[:300]
        assert accept != "text/html" or "<script>" not in response.text


def test_hostile_values_are_text_on_the_page_and_one_term_in_the_query(pages: FlaskClient) -> None:
    hostile = quote('"<script>alert(\\"x\\")</script>"', safe="")
    response = pages.get(f"/browse?class={BASE}o/Dog&{BASE}o/colour={hostile}", headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert "<script>" not in response.text
    assert "&lt;script&gt;" in response.text


def test_deeper_lists_are_not_for_search_engines(pages: FlaskClient) -> None:
    def is_kept_out(query: str) -> bool:
        page = pages.get(f"/browse?class={BASE}o/Dog{query}", headers={"Accept": "text/html"}).text
        return '<meta name="robots" content="noindex">' in page

    red, one = f"&{BASE}o/colour=%22red%22", f"&{BASE}o/likes={BASE}id/t1"
    assert [is_kept_out(query) for query in ("", red, red + one, f"&after={BASE}id/t1")] == [False, False, True, True]


def test_below_a_path_links_keep_it_and_addresses_in_data_do_not(pages: FlaskClient) -> None:
    address = f"/browse?class={BASE}o/Dog"
    page = pages.get(address, headers={"Accept": "text/html"}, base_url="http://localhost/kg")
    assert 'href="/kg/browse?class=' in page.text
    assert 'href="/browse' not in page.text
    assert "</kg/browse?" in page.headers["Link"]
    data = pages.get(f"{address}&format=json", base_url="http://localhost/kg")
    assert "/kg/" not in data.text


def test_prefixed_names_stand_for_iris(site: Site) -> None:
    names = site.names
    short = read_selection([("cn:heldBy", "id:ccr"), ("class", "cn:Position")], names)
    base = site.base.iri
    assert short == Selection(f"{base}ontology/Position", (Filter(f"{base}ontology/heldBy", f"<{base}id/ccr>"),))


def test_a_literal_is_the_same_in_whatever_spelling(site: Site) -> None:
    spellings = ['"a\\u0062"', '"ab"', '"ab"^^<http://www.w3.org/2001/XMLSchema#string>']
    found = {read_selection([("cn:note", value)], site.names) for value in spellings}
    assert len(found) == 1
