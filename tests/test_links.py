"""Links to authorities: one record each, SKOS kept whole, every position catalogued."""

import re
from collections import Counter

import pyoxigraph as ox

BASE = "https://w3id.org/stca-kg/"
PREFIXES = """
PREFIX cn: <ontology/>
PREFIX cnv: <voc/>
PREFIX id: <id/>
PREFIX g: <graph/>
PREFIX schema: <https://schema.org/>
PREFIX sssom: <https://w3id.org/sssom/>
PREFIX semapv: <https://w3id.org/semapv/vocab/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
MAPPING = "skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch"
LINK_PROPERTIES = "schema:sameAs, " + MAPPING.replace("|", ", ")
#: How many links there are to each authority, by the namespace of its identifiers.
LINKS = {
    "http://id.worldcat.org/fast/": 38,
    "http://eurovoc.europa.eu/": 34,
    "http://metadata.un.org/thesaurus/": 32,
    "http://id.loc.gov/authorities/subjects/": 31,
    "http://www.wikidata.org/entity/": 15,
    "https://sws.geonames.org/": 4,
    "http://dbpedia.org/resource/": 3,
    "http://publications.europa.eu/resource/authority/country/": 2,
}


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(PREFIXES + query, base_iri=BASE)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(re.sub(rf"^{BASE}(id|voc)/", "", getattr(v, "value", "")) for v in s) for s in solutions]


def records(store: ox.Store) -> list[tuple[str, ...]]:
    query = """SELECT ?s ?p ?o { GRAPH g:links { ?m a sssom:Mapping ;
        sssom:subject_id ?s ; sssom:predicate_id ?p ; sssom:object_id ?o } }"""
    return rows(store, query)


# One record for each link -------------------------------------------------------------------------


def test_there_are_159_links_by_authority(announcement: ox.Store) -> None:
    links = rows(announcement, f"SELECT ?s ?p ?o {{ GRAPH g:links {{ ?s ?p ?o FILTER(?p IN ({LINK_PROPERTIES})) }} }}")
    assert len(links) == 159
    assert Counter(authority for authority in LINKS for *_, o in links if o.startswith(authority)) == LINKS


def test_every_link_has_its_record_and_every_record_its_link(announcement: ox.Store) -> None:
    links = rows(announcement, f"SELECT ?s ?p ?o {{ GRAPH g:links {{ ?s ?p ?o FILTER(?p IN ({LINK_PROPERTIES})) }} }}")
    recorded = records(announcement)
    assert len(recorded) == 159
    assert set(links) == set(recorded)
    assert len(set(recorded)) == len(recorded)


def test_no_link_stands_outside_the_links_graph(announcement: ox.Store) -> None:
    query = f"""SELECT ?s ?o {{ GRAPH ?g {{ ?s ?p ?o FILTER(?p IN ({LINK_PROPERTIES})) }}
        FILTER(?g NOT IN (g:links, g:ontology)) }}"""
    assert rows(announcement, query) == []


#: The vocabularies to which concepts belong, each by its own IRI; of the others none was found.
VOCABULARIES = {
    "http://id.worldcat.org/fast/": "http://id.worldcat.org/fast/ontology/1.0/#fast",
    "http://eurovoc.europa.eu/": "http://eurovoc.europa.eu/100141",
    "http://metadata.un.org/thesaurus/": "http://metadata.un.org/thesaurus/00",
    "http://id.loc.gov/authorities/subjects/": "http://id.loc.gov/authorities/subjects",
    "http://publications.europa.eu/resource/authority/country/": (
        "http://publications.europa.eu/resource/authority/country"
    ),
}


def test_a_record_names_the_vocabulary_of_its_object_where_it_is_known(announcement: ox.Store) -> None:
    query = """SELECT ?o ?source { ?m sssom:object_id ?o OPTIONAL { ?m sssom:object_source ?source } }"""
    named = rows(announcement, query)
    expected = [(o, next((v for a, v in VOCABULARIES.items() if o.startswith(a)), "")) for o, _ in named]
    assert len(named) == 159
    assert named == expected


def test_a_record_says_why_when_where_and_under_which_licence(announcement: ox.Store) -> None:
    query = """SELECT ?m { ?m a sssom:Mapping FILTER NOT EXISTS {
        ?m sssom:mapping_justification semapv:ManualMappingCuration ; sssom:mapping_date ?date ;
            sssom:object_label ?label ; rdfs:comment ?seen .
        ?set sssom:mappings ?m ; dcterms:license <https://creativecommons.org/licenses/by/4.0/> } }"""
    assert rows(announcement, "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n" + query) == []


# Kept whole ---------------------------------------------------------------------------------------


def test_concepts_are_mapped_and_individuals_are_the_same(announcement: ox.Store) -> None:
    mapped = f"SELECT ?x {{ GRAPH g:links {{ ?x {MAPPING} ?o }} FILTER NOT EXISTS {{ ?x a skos:Concept }} }}"
    assert rows(announcement, mapped) == []
    same = "SELECT DISTINCT ?x { GRAPH g:links { ?x schema:sameAs ?o } } ORDER BY ?x"
    assert rows(announcement, same) == [
        (name,) for name in ("canada", "canada-state", "minnesota", "ottawa", "us", "us-state")
    ]
    assert rows(announcement, "SELECT ?x { ?x schema:sameAs ?o ; a skos:Concept }") == []


def test_a_state_is_what_wikidata_describes_and_its_territory_what_geonames_does(announcement: ox.Store) -> None:
    query = """SELECT ?x ?kind ?o { GRAPH g:links { ?x schema:sameAs ?o }
        VALUES ?kind { cn:State schema:Country } ?x a ?kind } ORDER BY ?x ?o"""
    assert rows(announcement, query) == [
        ("canada", "https://schema.org/Country", "https://sws.geonames.org/6251999/"),
        ("canada-state", f"{BASE}ontology/State", "http://dbpedia.org/resource/Canada"),
        ("canada-state", f"{BASE}ontology/State", "http://www.wikidata.org/entity/Q16"),
        ("us", "https://schema.org/Country", "https://sws.geonames.org/6252001/"),
        ("us-state", f"{BASE}ontology/State", "http://www.wikidata.org/entity/Q30"),
    ]


def test_an_exact_match_is_nothing_else_as_well(announcement: ox.Store) -> None:
    query = """SELECT ?x ?o { ?x skos:exactMatch ?o ; skos:broadMatch|skos:narrowMatch|skos:relatedMatch ?o }"""
    assert rows(announcement, query) == []


def test_no_two_concepts_are_exactly_the_same_thing_elsewhere(announcement: ox.Store) -> None:
    query = "SELECT ?x ?y ?o { ?x skos:exactMatch ?o . ?y skos:exactMatch ?o FILTER(?x != ?y) }"
    assert rows(announcement, query) == []


def test_what_is_related_is_not_broader_as_well(announcement: ox.Store) -> None:
    query = """SELECT ?x ?y { ?x skos:related|^skos:related ?y
        FILTER EXISTS { ?x (skos:broader|^skos:narrower)+ ?y } }"""
    assert rows(announcement, query) == []


def test_every_local_concept_is_in_the_collection_and_linked(announcement: ox.Store) -> None:
    members = {x for (x,) in rows(announcement, "SELECT ?x { id:subjects skos:member ?x }")}
    local = {x for (x,) in rows(announcement, "SELECT ?x { GRAPH g:links { ?x a skos:Concept } }")}
    linked = {x for (x,) in rows(announcement, f"SELECT ?x {{ ?x {MAPPING} ?o }}")}
    assert len(members) == 48
    assert members == local
    assert members - linked == set()
    assert all(re.match("concept-|topic-", x) for x in members)


def test_a_subject_heading_of_an_entity_has_it_as_its_focus(announcement: ox.Store) -> None:
    query = "SELECT ?x { GRAPH g:links { ?x a skos:Concept } FILTER NOT EXISTS { ?x foaf:focus ?thing } }"
    without = {x for (x,) in rows(announcement, query) if x.startswith("topic-")}
    assert without == {"topic-cbsa", "topic-irb", "topic-ircc"}  # agencies that occur nowhere else in this data


# Positions by subject -----------------------------------------------------------------------------


def test_every_position_has_a_subject_with_a_eurovoc_and_one_with_an_lcsh_link(announcement: ox.Store) -> None:
    assert len(rows(announcement, "SELECT ?x { ?x a cn:Position }")) == 76
    for authority in ("http://eurovoc.europa.eu/", "http://id.loc.gov/authorities/subjects/"):
        query = f"""SELECT ?position {{ ?position a cn:Position FILTER NOT EXISTS {{
            ?position dcterms:subject ?subject . ?subject a skos:Concept .
            GRAPH g:links {{ ?subject {MAPPING} ?o }} FILTER(STRSTARTS(STR(?o), "{authority}")) }} }}"""
        assert rows(announcement, query) == [], authority


def test_subjects_of_positions_are_local_concepts(announcement: ox.Store) -> None:
    query = """SELECT ?position ?subject { ?position a cn:Position ; dcterms:subject ?subject
        FILTER NOT EXISTS { ?subject a skos:Concept } }"""
    assert rows(announcement, query) == []
    foreign = "SELECT ?s { ?x a cn:Position ; dcterms:subject ?s FILTER(!STRSTARTS(STR(?s), STR(<>))) }"
    assert rows(announcement, foreign) == []


def test_what_the_call_and_its_opponents_share_is_the_agreement(announcement: ox.Store) -> None:
    query = """SELECT DISTINCT ?subject { id:claim-s01-c1 dcterms:subject ?subject .
        id:claim-s22-c2 dcterms:subject ?subject } ORDER BY ?subject"""
    assert rows(announcement, query) == [("concept-treaty",), ("concept-treaty-withdrawal",), ("topic-canada",)]
