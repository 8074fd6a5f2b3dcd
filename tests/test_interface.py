"""The words of pages in English and French: every one can be translated, and is."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from jinja2 import Environment

from kgpub.interface import ENGLISH, INTERFACE_LANGUAGES, translations

PACKAGE = Path(str(files("kgpub")))
TEMPLATES = sorted((PACKAGE / "templates").glob("*.html"))
TRANSLATED = [tag for tag in INTERFACE_LANGUAGES if tag != ENGLISH]
PAGE = {"Accept": "text/html"}
#: What needs no translation: names of languages, formats, programs and a time scale; "draft" is of a version of an API.
NAMES = {
    "SPARQL",
    "API",
    "OpenAPI",
    "HTML",
    "Turtle",
    "JSON",
    "LD",
    "BibTeX",
    "curl",
    "Python",
    "JavaScript",
    "draft",
    "SHA",
    "UTC",
}
#: Addresses, names of terms, and attributes that a macro writes.
NO_WORDS = re.compile(r"""https?://\S+|\b[a-z]+:[a-z]\w+|[\w-]+="[^"]*\"""")


def messages() -> set[str | tuple[str, ...]]:
    """Return the messages that the templates hold, singular and plural together."""
    mapping = [("**.html", "jinja2")]
    options = {"**.html": {"trimmed": "true", "silent": "false"}}
    found = extract_from_dir(PACKAGE / "templates", mapping, options)
    return {message for _, _, message, _, _ in found}


def catalog(tag: str) -> Catalog:
    with (PACKAGE / "translations" / f"{tag}.po").open("rb") as file:
        return read_po(file, locale=tag)


def words_of(template: Path) -> Iterator[str]:
    """Yield the words of a template that no translation reaches: outside tags, and in attributes that are shown."""
    markup, is_translated = "", False
    for _, kind, value in Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).lex(template.read_text("utf-8")):
        if kind == "name" and value in ("trans", "endtrans"):
            is_translated = value == "trans"
        elif kind == "data" and not is_translated:
            markup += value
        elif kind in ("variable_begin", "block_begin"):
            markup += "\N{REPLACEMENT CHARACTER}"
    markup = re.sub(r"<(code|pre|style|script)\b.*?</\1>", "", markup, flags=re.DOTALL)
    attributes = re.findall(r'\b(?:aria-label|title|placeholder|alt|data-word-[a-z-]+)="([^"]*)"', markup)
    for shown in (*attributes, re.sub(r"<[^<>]*>", " ", markup)):
        yield from re.findall(r"[A-Za-z]{2,}", NO_WORDS.sub(" ", shown))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_can_be_translated(template: Path) -> None:
    assert [word for word in words_of(template) if word not in NAMES] == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_every_message_is_translated_and_none_is_left_over(tag: str) -> None:
    found = catalog(tag)
    assert {message.id for message in found if message.id} == messages(), "run scripts/messages"
    for message in found:
        texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
        assert (texts and all(text.strip() for text in texts)) or not message.id, f"not translated: {message.id}"
        assert not message.fuzzy or not message.id, f"not looked over: {message.id}"


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_translation_has_the_places_and_the_markup_of_its_message(tag: str) -> None:
    parts = re.compile(r"%\(\w+\)[sd]|\{\w+\}|<[^>]*>")
    for message in catalog(tag):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
        for text in texts if message.id else ():
            assert sorted(parts.findall(text)) == sorted(parts.findall(ids[-1])), message.id
            assert re.sub(r"%\(\w+\)[sd]|%%", "", text).count("%") == 0, message.id


def test_messages_are_markup_already_and_can_stand_in_attributes() -> None:
    singulars = [text for message in messages() for text in ([message] if isinstance(message, str) else message)]
    translated = [text for tag in TRANSLATED for found in catalog(tag) if found.id for text in _texts(found.string)]
    for text in singulars + translated:
        words = re.sub(r"<code>[^<]*</code>|<[^<>]*>", "", text)
        assert re.search(r"""[<>"]|&(?!#?\w+;)""", words) is None, text


def _texts(string: object) -> Iterator[str]:
    yield from [string] if isinstance(string, str) else map(str, string) if isinstance(string, (list, tuple)) else ()


def test_each_catalog_is_a_language_of_the_interface() -> None:
    assert {path.stem for path in (PACKAGE / "translations").glob("*.po")} == set(TRANSLATED)
    assert translations("fr").gettext("Home") == "Accueil"
    assert translations(ENGLISH).gettext("Home") == "Home"


def shown(client: FlaskClient, address: str, language: str | None = None) -> tuple[str, str, str]:
    """Return the language of the words, the first link of the navigation, and the language of the content."""
    response = client.get(address, headers=PAGE | ({"Accept-Language": language} if language else {}))
    assert response.status_code == 200
    page = html5lib.parse(response.get_data(as_text=True), namespaceHTMLElements=False)
    link = page.find(".//header//nav/a")
    assert link is not None
    return page.get("lang") or "", link.text or "", response.headers["Content-Language"]


@pytest.mark.parametrize(
    ("address", "header", "expected"),
    [
        ("/doc/id/ccr", None, ("en", "Home", "en")),
        ("/doc/id/ccr", "fr-CA, en;q=0.5", ("fr", "Accueil", "fr")),
        ("/doc/id/ccr", "de", ("en", "Home", "en")),
        ("/doc/id/ccr?lang=fr", None, ("fr", "Accueil", "fr")),
        ("/doc/id/ccr?lang=fr", "en", ("fr", "Accueil", "fr")),
        ("/doc/id/ccr?ui=fr", "en", ("fr", "Accueil", "en")),
        ("/doc/id/ccr?ui=en&lang=fr", "fr", ("en", "Home", "fr")),
        ("/doc/id/ccr?ui=fr&lang=en", None, ("fr", "Accueil", "en")),
        ("/doc/id/ccr?ui=de", "fr", ("en", "Home", "fr")),
    ],
)
def test_the_words_and_the_content_each_have_their_language(
    client: FlaskClient, address: str, header: str | None, expected: tuple[str, str, str]
) -> None:
    assert shown(client, address, header) == expected


def french(client: FlaskClient, address: str, parameters: str) -> Element:
    """Return the content of a well-formed page in French."""
    response = client.get(f"{address}{'&' if '?' in address else '?'}{parameters}", headers=PAGE)
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.get_data(as_text=True))
    main: Element | None = page.find(".//main")
    assert response.status_code == 200
    assert main is not None
    return main


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/browse/", "Parcourir"),
        ("/browse/graphs", "Graphes nommés"),
        ("/fragments", "Motifs de triplets"),
        ("/search?q=ccr", "Rechercher"),
        ("/search?q=nothing+such", "Rechercher"),
        ("/queries/", "Requêtes"),
        ("/lookup", "Laquelle de nos ressources est-ce\N{NO-BREAK SPACE}?"),
        ("/reconcile/about", "Réconciliation"),
        ("/api", "API"),
    ],
)
def test_a_page_in_french_is_well_formed_and_headed_in_french(client: FlaskClient, address: str, heading: str) -> None:
    found = french(client, address, "ui=fr").find(".//h1")
    assert found is not None
    assert found.text == heading


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/", "Questions qui trouvent ici réponse"),
        ("/", "De quoi il s\N{RIGHT SINGLE QUOTATION MARK}agit"),
        ("/doc/id/ccr", "Positions soutenues"),
        ("/doc/voc/asserted", "Ses emplois"),
        ("/doc/id/unit-s05", "Soutenue par"),
        (
            "/doc/id/claim-s05-c1",
            "Le propos est affirmé. Le libellé est certain. Dans la source, le propos est explicite.",
        ),
        ("/doc/id/ccr", "Positions consignées"),
        ("/doc/id/stca", "Historique juridique"),
        ("/doc/id/ccr?provenance", "Provenance de chaque énoncé"),
        ("/doc/ontology/Claim", "ontologie\N{NO-BREAK SPACE}:"),
        ("/sparql", "Interrogez le graphe en SPARQL 1.1."),
    ],
)
def test_a_page_of_data_has_french_words_around_it(client: FlaskClient, address: str, told: str) -> None:
    main = french(client, address, "ui=fr&lang=fr")
    assert told in re.sub(r"[ \n]+", " ", "".join(main.itertext()))


def test_a_problem_is_headed_in_french_and_told_in_english(client: FlaskClient) -> None:
    page = html5lib.parse(client.get("/doc/id/none?ui=fr", headers=PAGE).data, namespaceHTMLElements=False)
    heading, detail = page.find(".//main//h1"), page.find(".//main//p[@class='lead literal']")
    assert heading is not None
    assert heading.text == "Introuvable"
    assert detail is not None
    assert detail.get("lang") == "en"


def test_sizes_are_written_as_the_language_has_them(client: FlaskClient) -> None:
    assert re.search(r">\d+(\.\d+)? [kM]B<", client.get("/?ui=en", headers=PAGE).text)
    assert re.search(r">\d+(,\d+)?\N{NO-BREAK SPACE}[kM]o<", client.get("/?ui=fr", headers=PAGE).text)


def test_links_keep_the_language_of_the_words_and_lead_to_the_others(client: FlaskClient) -> None:
    page = html5lib.parse(client.get("/doc/id/ccr?ui=fr", headers=PAGE).data, namespaceHTMLElements=False)
    for link in page.findall(".//header//nav[@aria-label='Site']/a"):
        assert "ui=fr" in (link.get("href") or "")
    choice = {link.get("lang"): link for link in page.findall(".//nav[@class='interface']/a")}
    assert {tag: link.get("href") for tag, link in choice.items()} == {
        "en": "/doc/id/ccr?ui=en",
        "fr": "/doc/id/ccr?ui=fr",
    }
    assert choice["fr"].get("aria-current") == "true"
    kept = {field.get("name"): field.get("value") for field in page.findall(".//header//input[@type='hidden']")}
    assert kept == {"ui": "fr"}


def test_a_language_of_the_words_that_is_none_is_refused(client: FlaskClient) -> None:
    response = client.get("/doc/id/ccr?ui=%3Cscript%3E", headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert "'ui'" in response.json["detail"] if response.json else False


def test_an_address_that_names_both_languages_says_so_and_others_vary(client: FlaskClient) -> None:
    def vary(address: str) -> str:
        return client.get(address, headers=PAGE).headers.get("Vary", "")

    assert "Accept-Language" in vary("/doc/id/ccr?ui=fr")
    assert "Accept-Language" not in vary("/doc/id/ccr?lang=fr")
    assert "Accept-Language" not in vary("/doc/id/ccr?ui=en&lang=fr")
    tags = {client.get(f"/doc/id/ccr?lang=en&ui={tag}", headers=PAGE).headers["ETag"] for tag in ("en", "fr")}
    assert len(tags) == 2
