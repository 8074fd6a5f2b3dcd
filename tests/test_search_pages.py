"""``/search``, ``/suggest`` and ``/opensearch.xml``: the same in every format, for readers, programs and browsers."""

import json
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree as ET

import html5lib
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, SKOS, Graph, Namespace, URIRef
from werkzeug.test import TestResponse

from kgpub.opensearch import opensearch_description
from kgpub.publication import Publication
from kgpub.site import Site
from kgpub.web.app import create_app

BASE = "https://w3id.org/stca-kg/"
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
HTML = {"Accept": "text/html"}


def page_of(response: TestResponse) -> ET.Element:
    page: ET.Element = html5lib.parse(response.get_data(as_text=True), namespaceHTMLElements=False)
    return page


def texts(page: ET.Element, path: str) -> list[str]:
    return [" ".join("".join(found.itertext()).split()) for found in page.iterfind(path)]


def found(client: FlaskClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.text
    document: dict[str, Any] = json.loads(response.data)
    return document


def test_a_label_is_found_with_its_thing_classes_and_address(client: FlaskClient) -> None:
    document = found(client, "/search?q=government+of+canada&format=json")
    hit = document["hits"][0]
    assert (hit["iri"], hit["href"]) == (f"{BASE}id/gov-canada", "/id/gov-canada")
    assert hit["label"] == {"text": "Government of Canada", "language": "en", "property": str(SKOS.prefLabel)}
    assert (hit["match"], hit["score"]) == ("folded", 95.0)
    assert document["total"] == len(document["hits"])
    assert document["isTotalExact"] is True
    assert client.get(hit["href"]).status_code == 303


def test_the_page_says_what_matched_in_which_language_and_of_which_class(client: FlaskClient) -> None:
    response = client.get("/search?q=ccr", headers=HTML)
    page = page_of(response)
    first = page.find(".//ol[@class='results']/li")
    assert first is not None
    assert texts(first, ".//a[@href='/id/ccr']") == ["Canadian Council for Refugees"]
    assert texts(first, ".//bdi") == ["CCR"]
    assert texts(first, ".//mark") == ["CCR"]
    assert "Organization" in texts(first, ".//ul/li")
    assert f"{BASE}id/ccr" in texts(first, ".//code")
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert page.find(".//meta[@name='robots'][@content='noindex']") is not None


def test_the_search_box_stands_on_every_page_and_works_without_a_script(client: FlaskClient) -> None:
    for address in ("/", "/doc/id/ccr.html", "/sparql", "/doc/ontology/.html", "/search"):
        page = page_of(client.get(address, headers=HTML))
        (form,) = (form for form in page.iterfind(".//form") if form.get("action") == "/search")
        assert form.get("method") == "get"
        assert form.find(".//input[@name='q']") is not None
        assert page.find(".//link[@rel='search'][@href='/opensearch.xml']") is not None


@pytest.mark.parametrize("asked", [f"{BASE}id/ccr", f"<{BASE}id/ccr>", "id/ccr", "http://w3id.org/stca-kg/id/ccr/"])
def test_an_iri_leads_to_its_document(client: FlaskClient, asked: str) -> None:
    response = client.get("/search", query_string={"q": asked}, headers=HTML)
    assert (response.status_code, response.headers["Location"]) == (303, "/doc/id/ccr")
    assert "Accept" in response.headers["Vary"]


def test_a_prefixed_name_leads_to_its_document(client: FlaskClient) -> None:
    response = client.get("/search?q=cn:Demand", headers=HTML)
    assert (response.status_code, response.headers["Location"]) == (303, "/doc/ontology/Demand")
    assert client.get("/search?q=cn:Nothing", headers=HTML).status_code == 200


def test_the_rdf_is_a_hydra_collection_of_the_same_things(client: FlaskClient) -> None:
    document = found(client, "/search?q=refugee&format=json")
    graph = Graph().parse(data=client.get("/search?q=refugee", headers={"Accept": "text/turtle"}).data, format="turtle")
    collection = URIRef(f"{BASE}search?q=refugee")
    assert (collection, RDF.type, HYDRA.Collection) in graph
    assert {str(member) for member in graph.objects(collection, HYDRA.member)} == {h["iri"] for h in document["hits"]}
    assert [int(str(total)) for total in graph.objects(collection, HYDRA.totalItems)] == [document["total"]]
    for hit in document["hits"]:
        thing = URIRef(hit["iri"])
        assert hit["label"]["text"] in {str(label) for label in graph.objects(thing)}
        assert {str(type_) for type_ in graph.objects(thing, RDF.type)} == {type_["iri"] for type_ in hit["types"]}


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf", "trig", "nq"])
def test_every_syntax_says_the_same(client: FlaskClient, suffix: str) -> None:
    expected = Graph().parse(data=client.get("/search?q=agreement&format=nt").data, format="nt")
    response = client.get(f"/search?q=agreement&format={suffix}")
    assert "Vary" not in response.headers or "Accept" not in response.headers["Vary"].split(", ")
    syntax = {"jsonld": "json-ld", "rdf": "xml", "nq": "nquads", "ttl": "turtle"}.get(suffix, suffix)
    graph = Graph().parse(data=response.data, format=syntax) if suffix not in {"trig", "nq"} else None
    if graph is not None:
        assert set(graph) == set(expected)


def test_pages_lead_on_until_everything_was_shown(client: FlaskClient) -> None:
    address, seen = "/search?q=the&format=json", []
    total = found(client, address)["total"]
    assert total > 20
    for number in range(1, 100):
        document = found(client, address)
        assert document["page"] == number
        seen += [hit["iri"] for hit in document["hits"]]
        if document["next"] is None:
            break
        address = f"{document['next']}&format=json"
    assert len(seen) == len(set(seen)) == total
    assert client.get(f"/search?q=the&page={document['pages'] + 1}").status_code == 404
    page = page_of(client.get("/search?q=the&page=2", headers=HTML))
    assert [a.get("rel") for a in page.iterfind(".//nav[@class='paging']/a")] == ["prev", "next"]
    assert page.find(".//ol[@class='results']").get("start") == "21"  # type: ignore[union-attr]  # it is there


def test_classes_narrow_a_search_and_can_be_left_again(client: FlaskClient) -> None:
    document = found(client, "/search?q=canada&format=json")
    class_ = document["types"][0]
    narrowed = found(client, f"/search?q=canada&format=json&type={quote(class_['iri'], safe='')}")
    assert narrowed["total"] == class_["count"]
    page = page_of(client.get("/search", query_string={"q": "canada", "type": class_["iri"]}, headers=HTML))
    filters = {a.get("href"): a for a in page.iterfind(".//ul[@class='plain filters']/li/a")}
    (chosen,) = (a for a in filters.values() if a.get("aria-current"))
    assert parse_qs(urlsplit(str(chosen.get("href"))).query) == {"q": ["canada"]}
    assert len(filters) > 1
    (hidden,) = page.iterfind(".//input[@type='hidden']")
    assert (hidden.get("name"), hidden.get("value")) == ("type", class_["iri"])


def test_a_class_may_be_a_prefixed_name(client: FlaskClient) -> None:
    by_name = found(client, "/search?q=canada&format=json&type=cn:Proposition")
    by_iri = found(client, f"/search?q=canada&format=json&type={BASE}ontology/Proposition")
    assert by_name["total"] == by_iri["total"] > 0


def test_a_language_chooses_labels_and_not_what_is_found(client: FlaskClient) -> None:
    english = found(client, "/search?q=gouvernement+du+canada&lang=en&format=json")
    french = found(client, "/search?q=gouvernement+du+canada&lang=fr&format=json")
    assert [hit["iri"] for hit in english["hits"]] == [hit["iri"] for hit in french["hits"]]
    assert english["hits"][0]["label"]["text"] == "Government of Canada"
    assert french["hits"][0]["label"]["text"] == "Gouvernement du Canada"


def test_data_names_a_thing_by_the_label_that_was_found_whoever_asks(client: FlaskClient) -> None:
    address = "/search?q=gouvernement+du+canada&format=json"
    answers = [client.get(address, headers={"Accept-Language": tag}) for tag in ("en", "fr")]
    assert answers[0].data == answers[1].data
    assert answers[0].get_json()["hits"][0]["label"]["language"] == "fr"
    assert "Accept-Language" not in answers[0].headers.get("Vary", "")


def test_nothing_found_offers_what_was_meant(client: FlaskClient) -> None:
    page = page_of(client.get("/search?q=goverment+of+cannada", headers=HTML))
    (correction,) = (a for a in page.iterfind(".//section//a") if a.text == "government of canada")
    assert client.get(str(correction.get("href")), headers=HTML).status_code == 200
    assert "Government of Canada" in texts(page, ".//ol[@class='results']/li//a")
    nothing = client.get("/search?q=xqzzyw", headers=HTML)
    assert nothing.status_code == 200
    assert "Nothing here is called" in nothing.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/search?format=json", 400),
        ("/search?q=&format=ttl", 400),
        ("/search?q=a&q=b", 400),
        ("/search?q=a&page=0", 400),
        ("/search?q=a&page=x", 400),
        ("/search?q=a&page=99999999999", 400),
        ("/search?q=a&page=26", 404),
        ("/search?q=a&lang=no+tag", 400),
        ("/search?q=a&type=no%20iri%20<>", 400),
        ("/search?q=a" + "&type=a:b" * 3 + "".join(f"&type=a:{n}" for n in range(11)), 400),
        ("/search?q=" + "a" * 1_001, 400),
        ("/search?q=%FF", 400),
        ("/search?q=a&format=pdf", 406),
        ("/suggest?q=a&limit=x", 400),
        ("/suggest?q=a&format=ttl", 406),
        ("/suggest?q=" + "a" * 1_001, 400),
        ("/suggest?q=&limit=0", 200),
        ("/suggest", 200),
        ("/suggest?q=a&limit=100000", 200),
        ("/search", 200),
        ("/search?q=a&type=a:b", 200),
        ("/search?q=" + "%22*" * 300, 200),
    ],
)
def test_parameters_are_checked(client: FlaskClient, address: str, status: int) -> None:
    html = HTML if address == "/search" else {}
    assert client.get(address, headers=html).status_code == status


def test_what_is_asked_is_written_as_text(client: FlaskClient) -> None:
    for asked in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "javascript:alert(1)"):
        response = client.get("/search", query_string={"q": asked}, headers=HTML)
        page = page_of(response)
        assert page.find(".//main//script") is None
        assert [box.get("value") for box in page.iterfind(".//input[@id='q']")] == [asked]
        assert not [a for a in page.iterfind(".//a") if str(a.get("href")).startswith("javascript:")]


def test_answers_have_validators_that_tell_the_question(client: FlaskClient) -> None:
    tags = {
        client.get(address).headers["ETag"]
        for address in ("/search?q=a", "/search?q=b", "/search?q=a&page=2", "/search?q=a&lang=fr", "/suggest?q=a",
                        "/search?q=a&format=ttl", "/search?q=a&type=cn:Claim", "/suggest?q=a&limit=3")
    }  # fmt: skip
    assert len(tags) == 8
    tag = client.get("/search?q=a").headers["ETag"]
    assert not tag.startswith("W/")
    assert client.get("/search?q=a", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/search?q=canada", "/suggest?q=canada", "/opensearch.xml"])
def test_methods_are_those_of_reading(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.data == b""
    assert dict(head.headers) == dict(got.headers)
    assert client.options(path).headers["Allow"] == "GET, HEAD, OPTIONS"
    assert client.post(path).status_code == 405


def test_the_content_location_is_the_same_answer(client: FlaskClient) -> None:
    response = client.get("/search?q=a+%26+b&type=cn:Claim&lang=FR&page=1", headers={"Accept": "application/json"})
    assert "Accept" in response.headers["Vary"]
    assert client.get(response.headers["Content-Location"]).data == response.data


def test_suggestions_come_for_programs_and_for_browsers(client: FlaskClient) -> None:
    rich = found(client, "/suggest?q=gover&limit=5")
    assert rich["query"] == "gover"
    assert rich["suggestions"][0]["label"]["text"].startswith("Gover")
    response = client.get("/suggest?q=gover&limit=5&format=suggestions")
    assert response.mimetype == "application/x-suggestions+json"
    text, completions, descriptions, addresses = json.loads(response.data)
    assert text == "gover"
    assert completions == [hit["label"]["text"] for hit in rich["suggestions"]]
    assert len(completions) == len(descriptions) == len(addresses) <= 5
    assert all(urlsplit(address).scheme for address in addresses)
    assert json.loads(client.get("/suggest?q=&format=suggestions").data) == ["", [], [], []]


#: Elements of a description document: how often, and how long their text may be (OpenSearch 1.1, draft 6).
ELEMENTS = {
    "ShortName": (1, 1, 16),
    "Description": (1, 1, 1_024),
    "Url": (1, 100, 0),
    "Contact": (0, 1, 1_000),
    "Tags": (0, 1, 256),
    "LongName": (0, 1, 48),
    "Image": (0, 100, 1_000),
    "Query": (0, 100, 0),
    "Developer": (0, 1, 64),
    "Attribution": (0, 1, 256),
    "SyndicationRight": (0, 1, 10),
    "AdultContent": (0, 1, 10),
    "Language": (0, 100, 100),
    "InputEncoding": (0, 100, 100),
    "OutputEncoding": (0, 100, 100),
}


def checked_description(text: str) -> ET.Element:
    document = ET.fromstring(text)  # noqa: S314 (our own)
    assert document.tag == f"{OPENSEARCH}OpenSearchDescription"
    assert {child.tag.removeprefix(OPENSEARCH) for child in document} <= set(ELEMENTS)
    for name, (least, most, characters) in ELEMENTS.items():
        children = document.findall(f"{OPENSEARCH}{name}")
        assert least <= len(children) <= most, name
        assert all(len(child.text or "") <= characters for child in children), name
        assert all((child.text or "").strip() for child in children if characters), name
    for url in document.iterfind(f"{OPENSEARCH}Url"):
        assert url.get("type")
        assert str(url.get("template")).startswith("https://")
    return document


def test_the_description_for_browsers_is_valid_and_its_templates_work(client: FlaskClient) -> None:
    response = client.get("/opensearch.xml", base_url="https://w3id.org")
    assert response.mimetype == "application/opensearchdescription+xml"
    document = checked_description(response.text)
    urls = {str(url.get("type")): str(url.get("template")) for url in document.iterfind(f"{OPENSEARCH}Url")}
    assert urls.pop("application/opensearchdescription+xml").endswith("/opensearch.xml")
    for media_type, template in urls.items():
        filled = template.replace("{searchTerms}", "r%C3%A9fugi%C3%A9s").replace("{startPage?}", "")
        parts = urlsplit(filled)
        answered = client.get(f"{parts.path.removeprefix('/stca-kg')}?{parts.query}")
        assert (answered.status_code, answered.mimetype) == (200, media_type)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=100), st.text(max_size=10))
def test_any_title_makes_a_valid_description(title: str, description: str) -> None:
    if all(character.isprintable() for character in description):
        publication = Publication("https://ex.org/", title=title, description=description)
        checked_description(opensearch_description(publication, "https://ex.org"))


def test_below_a_path_every_link_stays_below_it(site: Site) -> None:
    client = create_app(site).test_client()
    mounted = {"SCRIPT_NAME": "/kg"}
    document = json.loads(client.get("/search?q=the&format=json", environ_overrides=mounted).data)
    assert all(hit["href"].startswith("/kg/") for hit in document["hits"] if hit["iri"].startswith(BASE))
    assert document["next"].startswith("/kg/search?")
    page = page_of(client.get("/search?q=goverment", headers=HTML, environ_overrides=mounted))
    own = [str(a.get("href")) for a in page.iterfind(".//a") if str(a.get("href")).startswith("/")]
    assert own
    assert all(address.startswith("/kg/") for address in own)
    response = client.get("/search?q=id/ccr", headers=HTML, environ_overrides=mounted)
    assert response.headers["Location"] == "/kg/doc/id/ccr"
    graph = Graph().parse(data=client.get("/search?q=ccr&format=nt", environ_overrides=mounted).data, format="nt")
    assert URIRef(f"{BASE}search?q=ccr") in set(graph.subjects())


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_has_a_page_data_and_suggestions(client: FlaskClient, text: str) -> None:
    for path, accept in (("/search", "text/html"), ("/search", "text/turtle"), ("/suggest", "application/json")):
        response = client.get(path, query_string={"q": text}, headers={"Accept": accept})
        assert response.status_code in ({200} if text.strip() else {200, 400}) | {303}
    page_of(client.get("/search", query_string={"q": text}, headers=HTML))
