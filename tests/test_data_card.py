"""The data card and the citation file, held against the release that they speak of."""

import re
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).parents[1]
SITE = "https://w3id.org/stca-kg/"
CARD = (ROOT / "docs" / "data-card.md").read_text("utf-8")
ROWS = {name: int(number) for name, number in re.findall(r"^\| ([^|]+?) \| (\d+) \|$", CARD, re.MULTILINE)}
CITATION = (ROOT / "CITATION.cff").read_text("utf-8")
PREFIXES = """
PREFIX cn: <ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom: <https://w3id.org/sssom/>
"""
NAMELESS = """SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), STR(<>)))
    FILTER NOT EXISTS {{ ?s rdfs:label|skos:prefLabel ?label FILTER(LANG(?label) = "{language}") }} }}"""
#: What each figure of the card counts: the rows of a query.
QUERIES = {
    "units of the announcement: sentences, headings and the like": "SELECT ?x { ?x a cn:Unit }",
    "positions": "SELECT ?x { ?x a cn:Position }",
    "of which claims": "SELECT ?x { ?x a cn:Claim }",
    "of which demands": "SELECT ?x { ?x a cn:Demand }",
    "propositions, each in its own quoted graph": "SELECT DISTINCT ?g { ?g a cn:Proposition GRAPH ?g { [] ?p [] } }",
    "utterances, each with its chain of attribution": "SELECT DISTINCT ?x { ?x a cn:Utterance ; cn:attribution [] }",
    "supports": "SELECT ?x { ?x a cn:Support }",
    "attacks": "SELECT ?x { ?x a cn:Attack }",
    "other links between positions": "SELECT ?x { ?x a cn:DiscourseLink }",
    "events that the announcement reports": "SELECT ?x { ?x a cn:ReportedEvent }",
    "mentions of things": "SELECT ?span ?thing { ?span cn:denotes ?thing }",
    "spans, by offset and hash": "SELECT ?x { ?x a cn:SourceSpan }",
    "statements of background facts, each with its source pages": "SELECT ?x { ?x a cn:ContextStatement }",
    "links to authorities, each with a mapping record": "SELECT ?x { ?x a sssom:Mapping }",
    "things described without an English label": NAMELESS.format(language="en"),
    "things described without a French label": NAMELESS.format(language="fr"),
}
AUTHORITIES = {
    "FAST": "http://id.worldcat.org/fast/",
    "EuroVoc": "http://eurovoc.europa.eu/",
    "UNBIS Thesaurus": "http://metadata.un.org/thesaurus/",
    "Library of Congress Subject Headings": "http://id.loc.gov/authorities/subjects/",
    "Wikidata": "http://www.wikidata.org/entity/",
    "GeoNames": "https://sws.geonames.org/",
    "DBpedia": "http://dbpedia.org/resource/",
    "EU country table": "http://publications.europa.eu/resource/authority/country/",
}
LINKS = """SELECT ?s ?p ?o {{
    VALUES ?p {{ schema:sameAs skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch }}
    ?s ?p ?o FILTER(STRSTARTS(STR(?o), "{namespace}")) }}"""


def size(store: ox.Store, query: str) -> int:
    solutions = store.query(PREFIXES + query, base_iri=SITE)
    assert isinstance(solutions, ox.QuerySolutions)
    return len(list(solutions))


def test_the_card_has_these_figures_and_no_others() -> None:
    assert set(ROWS) == set(QUERIES) | set(AUTHORITIES)


@pytest.mark.parametrize("figure", QUERIES)
def test_the_figures_of_the_card_are_those_of_the_release(announcement: ox.Store, figure: str) -> None:
    assert size(announcement, QUERIES[figure]) == ROWS[figure]


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_the_links_of_the_card_are_those_of_the_release(announcement: ox.Store, authority: str) -> None:
    assert size(announcement, LINKS.format(namespace=AUTHORITIES[authority])) == ROWS[authority]


def test_the_files_that_the_card_leads_to_are_there() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", CARD)
    assert len(targets) >= 5
    assert [target for target in targets if not (ROOT / "docs" / target).is_file()] == []


# The citation file --------------------------------------------------------------------------------


def stated(key: str) -> list[str]:
    """The values of a key, those of the reference after that of the data."""
    return [value.strip('"') for value in re.findall(rf"^ *{key}: (.+)$", CITATION, re.MULTILINE)]


def test_the_citation_has_the_keys_that_its_format_requires() -> None:
    """Citation File Format 1.2.0: authors, cff-version, message and title; of a reference authors, title and type."""
    top = set(re.findall(r"^([a-z-]+):", CITATION, re.MULTILINE))
    assert {"authors", "cff-version", "message", "title"} <= top
    assert top <= {
        *("abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers", "keywords"),
        *("license", "license-url", "message", "preferred-citation", "references", "repository", "repository-code"),
        *("repository-artifact", "title", "type", "url", "version"),
    }
    assert stated("cff-version") == ["1.2.0"]
    assert stated("type")[0] == "dataset"
    assert re.search(
        r"^references:\n  - type: software\n    title: .+\n(    .*\n)*    authors:\n", CITATION, re.MULTILINE
    )


def test_the_citation_says_what_the_project_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    publication = tomllib.loads((ROOT / "kgpub.toml").read_text("utf-8"))["publication"]
    assert set(stated("version")) == {project["version"]}
    assert sorted(stated("license")) == sorted(project["license"].split(" AND "))
    assert stated("title") == [publication["title"], project["name"]]
    assert stated("abstract") == [publication["description"], project["description"]]
    assert stated("url") == [publication["base_iri"]]
    assert stated("date-released") == [publication["catalog"]["issued"]]


def test_no_doi_is_made_up() -> None:
    assert "doi" not in CITATION.lower()
