"""Pages for readers of different languages: what they say, and what their headers and links tell of it."""

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kgpub.reader import Asked, plain_reader, reader_of
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.web.app import create_app
from projects import EX, build_project

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SETTINGS = """
[publication]
base_iri = "https://example.org/"
title = "Animals"
union_default_graph = true
[publication.catalog]
titles = { fr = "Animaux" }
descriptions = { fr = "Des animaux." }
[[publication.featured]]
title = "First"
resources = ["cat"]
"""
ANIMALS = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:cat a ex:Animal ; rdfs:label "cat"@en , "chat"@fr-CA ;
  ex:near ex:dog , ex:bird , ex:fish , <https://elsewhere.example/x> ;
  rdfs:comment "It mews."@en , "Il miaule."@fr-CA ; ex:says "mew"@en , "miaou"@fr , "meow" .
ex:dog a ex:Animal ; rdfs:label "dog"@en , "Hund"@de ; ex:near ex:cat .
ex:bird a ex:Animal ; rdfs:label "oiseau"@fr , "Vogel"@de .
ex:fish a ex:Animal ; rdfs:label "plain fish" ; ex:many ex:cat .
ex:Animal a owl:Class ; rdfs:label "Animal"@en , "Bête"@fr ; rdfs:isDefinedBy ex:o ;
  skos:definition "It lives."@en , "Ça vit."@fr .
ex:near a owl:ObjectProperty ; rdfs:label "near"@en , "près de"@fr ; rdfs:isDefinedBy ex:o ; rdfs:range ex:Animal .
ex:o a owl:Ontology ; rdfs:label "The ontology"@en , "L'ontologie"@fr .
"""
INCOMING = "/doc/cat?incoming=https%3A%2F%2Fexample.org%2Fto"
QUERY = "# title: What there is\n# title@fr: Ce qu'il y a\n# description: All.\nSELECT ?x { ?x ?p ?o } LIMIT 1\n"


@pytest.fixture(scope="module")
def animals(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    crowd = "".join(f"ex:n{n} ex:to ex:cat .\n" for n in range(120))
    many = "".join(f'ex:dog ex:note "word {n}" .\n' for n in range(600))
    files = {"data/a.ttl": EX + ANIMALS + crowd + many, "queries/all.rq": QUERY}
    release = build_project(tmp_path_factory.mktemp("animals"), files, SETTINGS).release
    return create_app(open_site(release, QuerySettings(), "")).test_client()


def get(client: FlaskClient, path: str, language: str | None = None, **more: str) -> TestResponse:
    headers = {"Accept": BROWSER} | ({"Accept-Language": language} if language else {}) | more
    return client.get(path, headers=headers)


def tree(response: TestResponse) -> Element:
    assert response.status_code == 200, response.text
    found: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.text)
    return found


def heading(response: TestResponse) -> tuple[str | None, str | None]:
    (h1,) = tree(response).iter("h1")
    return h1.text, h1.get("lang")


@pytest.mark.parametrize(
    ("path", "language", "shown"),
    [
        ("/doc/cat", None, ("cat", None)),
        ("/doc/cat", "fr", ("chat", "fr-ca")),
        ("/doc/cat", "fr-CA", ("chat", "fr-ca")),
        ("/doc/cat", "de", ("cat", None)),
        ("/doc/cat", "nonsense;;q", ("cat", None)),
        ("/doc/cat", "de, fr;q=0.5", ("chat", "fr-ca")),
        ("/doc/cat?lang=fr", "de, en", ("chat", "fr-ca")),
        ("/doc/cat?lang=en", "fr", ("cat", None)),
        ("/doc/cat?lang=tlh", "fr", ("cat", None)),
        ("/doc/bird", None, ("Vogel", "de")),
        ("/doc/bird", "en", ("Vogel", "de")),
        ("/doc/bird?lang=fr", None, ("oiseau", None)),
        ("/doc/dog", "fr", ("dog", "en")),
        ("/doc/fish", "fr", ("plain fish", "en")),
        ("/", "fr", ("Animaux", None)),
        ("/?ui=en", "fr", ("Animaux", "fr")),
        ("/queries/?ui=en", "fr", ("Queries", None)),
        ("/queries/", "fr", ("Requêtes", None)),
        ("/doc/o?lang=fr", None, ("L'ontologie", None)),
        ("/doc/Animal", "fr", ("Bête", None)),
    ],
)
def test_a_label_is_in_the_first_language_of_the_order_that_it_is_there_in(
    animals: FlaskClient, path: str, language: str | None, shown: tuple[str, str | None]
) -> None:
    assert heading(get(animals, path, language)) == shown


def test_words_of_the_interface_stay_in_its_own_language(animals: FlaskClient) -> None:
    page = tree(get(animals, "/doc/cat?ui=en", "fr"))
    assert page.get("lang") == "en"
    assert [e.get("lang") for e in page.iter("h2")] == [None] * len(list(page.iter("h2")))


def test_links_descriptions_and_definitions_are_in_the_reader_s_language(animals: FlaskClient) -> None:
    page = tree(get(animals, "/doc/cat?ui=en", "fr"))
    texts = {"".join(e.itertext()).strip(): e.get("lang") for e in page.iter() if e.tag in {"a", "p", "span"}}
    expected = {"Bête": "fr", "près de": "fr", "oiseau": "fr", "Il miaule.": "fr-ca", "dog": None, "plain fish": None}
    assert {text: texts.get(text, "missing") for text in expected} == expected
    definition = tree(get(animals, "/doc/Animal?ui=en", "fr"))
    assert "Ça vit." in {e.text for e in definition.iter("p") if e.get("lang") == "fr"}


def test_of_values_in_several_languages_the_reader_s_comes_first(animals: FlaskClient) -> None:
    said = [
        [e.text for e in tree(get(animals, "/doc/cat", of)).iter("span") if e.text in {"mew", "miaou", "meow"}]
        for of in ("en", "fr", "de")
    ]
    assert said == [["mew", "meow", "miaou"], ["miaou", "mew", "meow"], ["mew", "meow", "miaou"]]


PAGES = [
    "/",
    "/doc/cat",
    "/doc/cat.html",
    "/doc/dog?page=2",
    INCOMING,
    "/doc/o",
    "/doc/Animal",
    "/queries/",
    "/queries/?format=html",
    "/sparql",
    "/doc?iri=https%3A%2F%2Fexample.org%2Fcat",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_tells_its_language_and_that_it_was_chosen(animals: FlaskClient, path: str) -> None:
    french, german, plain = (get(animals, path, of) for of in ("fr-CA", "de", None))
    told = [response.headers["Content-Language"] for response in (french, german, plain)]
    assert told == ["fr-ca", "de", "en"]
    assert "Accept-Language" in french.headers["Vary"]
    fixed = get(animals, f"{path}{'&' if '?' in path else '?'}lang=fr", "de")
    assert fixed.headers["Content-Language"].startswith("fr")
    assert "Accept-Language" not in fixed.headers.get("Vary", "")


@pytest.mark.parametrize("path", ["/", "/doc/cat", "/doc/cat.html", "/doc/o", "/queries/"])
def test_each_language_has_a_validator_of_its_own(animals: FlaskClient, path: str) -> None:
    tags = {
        of: get(animals, path, of).headers["ETag"]
        for of in (None, "en", "en-GB, en;q=0.9", "fr", "de", "fr, de", "de, fr")
    }
    assert len(set(tags.values())) == 5
    assert tags[None] == tags["en"] == tags["en-GB, en;q=0.9"]
    for language, tag in tags.items():
        assert get(animals, path, language, **{"If-None-Match": tag}).status_code == 304
    assert get(animals, path, "fr", **{"If-None-Match": tags[None]}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/doc/cat.ttl", "/doc/cat.jsonld", "/doc/cat.csv", "/doc/cat?format=nq", "/?format=ttl", "/dcat"]
)
def test_data_holds_all_languages_whatever_the_reader_s(animals: FlaskClient, path: str) -> None:
    plain, french = animals.get(path), animals.get(path, headers={"Accept-Language": "fr"})
    asked = animals.get(f"{path}{'&' if '?' in path else '?'}lang=fr")
    assert plain.data == french.data == asked.data
    assert plain.headers["ETag"] == french.headers["ETag"] == asked.headers["ETag"]
    assert "Accept-Language" not in french.headers.get("Vary", "")
    assert "Content-Language" not in french.headers


def test_links_keep_the_language_that_the_address_names(animals: FlaskClient) -> None:
    for path in ("/", "/doc/cat", "/doc/dog?page=2", INCOMING, "/doc/o", "/doc/Animal", "/queries/"):
        page = tree(get(animals, f"{path}{'&' if '?' in path else '?'}lang=fr"))
        switch = {e.get("href") for nav in page.iter("nav") if nav.get("class") == "languages" for e in nav}
        data = {e.get("href") for e in page.iter("a") if e.get("type")}
        links = [e.get("href", "") for e in page.iter("a")]
        inside = [
            href
            for href in links
            if href.startswith("/") and not href.startswith("/dumps/") and href not in switch | data
        ]
        assert len(inside) > 3
        assert [href for href in inside if "lang=fr" not in href] == []
    assert "lang=" not in get(animals, "/doc/cat", "fr").text.replace("hreflang=", "").replace("?lang=", "").replace(
        " lang=", ""
    )


def test_a_redirect_keeps_the_language(animals: FlaskClient) -> None:
    assert get(animals, "/cat?lang=fr").headers["Location"] == "/doc/cat?lang=fr"
    assert get(animals, "/cat?lang=fr&format=html").headers["Location"] == "/doc/cat.html?lang=fr"
    assert get(animals, "/cat?lang=fr&format=ttl").headers["Location"] == "/doc/cat.ttl"
    assert get(animals, "/cat?lang=tlh").headers["Location"] == "/doc/cat"
    assert get(animals, "/resource?iri=https://example.org/cat&lang=de").headers["Location"] == "/doc/cat?lang=de"


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("/doc/cat", "/doc/cat"),
        ("/doc/dog?page=2", "/doc/dog?page=2"),
        ("/", "/"),
        ("/queries/?format=html", "/queries/"),
        ("/sparql", "/sparql"),
    ],
)
def test_the_head_leads_to_the_page_in_each_language_of_the_data(animals: FlaskClient, path: str, at: str) -> None:
    for asked in ("", "lang=fr"):
        page = tree(get(animals, path + ((("&" if "?" in path else "?") + asked) if asked else "")))
        found = {e.get("hreflang"): e.get("href", "") for e in page.iter("link") if e.get("hreflang")}
        join = "&" if "?" in at else "?"
        assert found == {tag: f"{at}{join}lang={tag}" for tag in ("en", "fr", "de", "fr-ca")} | {"x-default": at}
    for tag in ("fr", "de"):
        assert get(animals, found[tag]).headers["Content-Language"] == tag


def test_the_switch_marks_the_language_of_the_page(animals: FlaskClient) -> None:
    (switch,) = [e for e in tree(get(animals, "/doc/bird?lang=de")).iter("nav") if e.get("class") == "languages"]
    assert [e.text for e in switch if e.get("aria-current")] == ["de"]


def test_below_a_path_links_keep_both(animals: FlaskClient) -> None:
    response = animals.get("/doc/cat?lang=fr", headers={"Accept": BROWSER}, base_url="http://localhost/kg")
    inside = [e.get("href", "") for e in tree(response).iter() if e.get("href", "").startswith("/") and e.tag == "a"]
    assert [href for href in inside if not href.startswith("/kg/")] == []
    assert response.headers["Content-Location"] == "/kg/doc/cat.html?lang=fr"


@pytest.mark.parametrize("value", ["", "<script>", "fr_CA", "fr&lang=en", "%FF", "x" * 200])
def test_a_language_that_is_none_is_400_on_a_page_with_words(animals: FlaskClient, value: str) -> None:
    response = get(animals, f"/doc/cat?lang={value}")
    assert response.status_code == 400
    assert "<script>" not in response.text
    for path in ("/cat", "/doc/cat.ttl", "/queries/?format=json"):
        assert get(animals, f"{path}{'&' if '?' in path else '?'}lang={value}").status_code == 400


def test_where_there_is_one_language_only_the_interface_s_is_chosen(tmp_path: Path) -> None:
    files = {"data/a.ttl": EX + "ex:a <http://www.w3.org/2000/01/rdf-schema#label> 'Ding'@de ; ex:p ex:b ."}
    release = build_project(
        tmp_path, files, '[publication]\nbase_iri = "https://example.org/"\nlanguage = "de"\n'
    ).release
    client = create_app(open_site(release, QuerySettings(), "")).test_client()
    response = get(client, "/doc/a", "fr")
    assert (response.headers["Content-Language"], response.headers["Vary"]) == ("de", "Accept, Accept-Language")
    assert (tree(response).get("lang"), *heading(response)) == ("fr", "Ding", "de")
    assert "Accept-Language" not in get(client, "/doc/a?ui=en", "fr").headers["Vary"]
    assert [e for e in tree(response).iter() if e.get("hreflang")] == []


def test_a_text_without_a_tag_counts_as_in_the_site_s_language(tmp_path: Path) -> None:
    files = {"data/a.ttl": EX + 'ex:a <http://www.w3.org/2000/01/rdf-schema#label> "Ding" ; ex:p "Wort" , 5 , ex:b .'}
    release = build_project(
        tmp_path, files, '[publication]\nbase_iri = "https://example.org/"\nlanguage = "de"\n'
    ).release
    page = tree(get(create_app(open_site(release, QuerySettings(), "")).test_client(), "/doc/a"))
    told = {
        e.text: e.get("lang")
        for e in page.iter()
        if e.text in {"Ding", "Wort", "5", "b"} and e.tag in {"h1", "span", "a"}
    }
    assert told == {"Ding": "de", "Wort": "de", "5": None, "b": None}


def test_configured_languages_stand_in_before_any_other(tmp_path: Path) -> None:
    settings = '[publication]\nbase_iri = "https://example.org/"\nlanguage = "fi"\nfallback_languages = ["sv", "en"]\n'
    labels = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        ex:a rdfs:label "a-en"@en , "a-sv"@sv , "a-de"@de . ex:b rdfs:label "b-en"@en , "b-de"@de .
        ex:c rdfs:label "c-fr"@fr , "c-de"@de . ex:d rdfs:label "d-none" , "d-de"@de ."""
    files = {"data/a.ttl": EX + labels}
    client = create_app(open_site(build_project(tmp_path, files, settings).release, QuerySettings(), "")).test_client()
    shown = [heading(get(client, f"/doc/{name}"))[0] for name in "abcd"]
    assert shown == ["a-sv", "b-en", "c-de", "d-none"]


def test_the_announcement_speaks_french_to_a_french_reader(client: FlaskClient) -> None:
    page = tree(get(client, "/doc/id/ccr?ui=en", "fr-CA,fr;q=0.9,en;q=0.5"))
    assert next(page.iter("h1")).text == "Conseil canadien pour les réfugiés"
    ours = [e for e in page.iter("a") if e.get("href", "").startswith(("/id/", "/ontology/", "/voc/"))]
    assert len(ours) > 20
    assert {e.get("lang") for e in ours} == {"fr"}


def test_kept_links_of_one_reader_are_not_shown_to_another(client: FlaskClient) -> None:
    pages: dict[str, Any] = {}
    for language in ("en", "fr", "en", "fr", "de"):
        body = get(client, "/doc/id/claim-s05-c1", language).data
        assert pages.setdefault("en" if language == "de" else language, body) == body
    assert pages["en"] != pages["fr"]


def test_readers_for_whom_a_page_is_the_same_are_equal(site: Any) -> None:
    assert reader_of(site, "", "en-CA, de;q=0.3").languages == plain_reader(site).languages
    assert json.dumps(reader_of(site, "/kg", None, Asked("fr")).keep("/kg/doc/x#y")) == '"/kg/doc/x?lang=fr#y"'
