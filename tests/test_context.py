"""The background: facts from outside, each with the page it was read on, apart from what the announcement says."""

import re

import pyoxigraph as ox
import pytest

BASE = "https://w3id.org/stca-kg/"
PREFIXES = """
PREFIX cn: <ontology/>
PREFIX cnv: <voc/>
PREFIX id: <id/>
PREFIX g: <graph/>
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX sem: <http://semanticweb.cs.vu.nl/2009/11/sem/>
PREFIX schema: <https://schema.org/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
#: The pages on which the background was read, and no others.
PAGES = {
    "http://ccrweb.ca/en/about-ccr",
    "http://ccrweb.ca/fr/tiers-pays-sur",
    "http://ccrweb.ca/sites/ccrweb.ca/files/static-files/s3cfeb07.html",
    "https://ca.vlex.com/vid/refugees-v-can-681013333",
    "https://canadaimmigration.news/ccr-calls-for-canada-to-exit-the-safe-third-country-agreement",
    "https://decisions.fca-caf.gc.ca/fca-caf/decisions/en/item/36041/index.do",
    "https://en.wikipedia.org/wiki/Canada%E2%80%93United_States_Safe_Third_Country_Agreement",
    "https://en.wikipedia.org/wiki/Canadian_Council_for_Refugees",
    "https://jriln.com/2020/07/federal-court-finds-safe-third-country-agreement-unconstitutional/",
    "https://justiceandpeace.ca/document-category/theme/refugees/page/2/",
    "https://supremeadvocacy.ca/2023/06/16/scc-today-immigration-safe-third-country-agreement/",
    "https://treaty-accord.gc.ca/text-texte.aspx?id=105722",
    "https://uclouvain.be/fr/node/82716",
    "https://www.cic.gc.ca/english/department/laws-policy/safe-third.asp",
    "https://www.globalopp.ca/news-blog/2026/2/4/ccr-urges-canada-to-withdraw-from-the-safe-third-country-agreement",
    "https://www.law360.ca/immigration/articles/47887/scc-rules-safe-3rd-country-agreement-with-u-s-doesn-t-infringe-asylum-seekers-charter-s-7-rights",
}


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(PREFIXES + query, base_iri=BASE)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(re.sub(rf"^{BASE}(id|voc)/", "", getattr(v, "value", "")) for v in s) for s in solutions]


# Every fact has its page --------------------------------------------------------------------------


def test_every_context_statement_has_pages_among_those_that_were_read(announcement: ox.Store) -> None:
    without = "SELECT ?s { ?s a cn:ContextStatement FILTER NOT EXISTS { ?s dcterms:source ?page } }"
    assert rows(announcement, without) == []
    pages = {page for (page,) in rows(announcement, "SELECT ?page { ?s a cn:ContextStatement ; dcterms:source ?page }")}
    assert pages == PAGES


def test_there_are_27_context_statements(announcement: ox.Store) -> None:
    found = rows(announcement, "SELECT ?s { GRAPH g:context { ?s a cn:ContextStatement } }")
    assert len(found) == 27
    assert all(name.startswith("ctx-") for (name,) in found)


def test_every_fact_of_the_background_is_vouched_for_by_a_statement(announcement: ox.Store) -> None:
    query = """SELECT ?x ?p ?value { GRAPH g:context {
        ?x ?p ?value
        FILTER NOT EXISTS { ?x a cn:ContextStatement }
        FILTER NOT EXISTS { ?statement cn:states ?x ; cn:statesProperty ?p }
        FILTER(?x != g:context)
        FILTER(?p NOT IN (rdf:type, skos:prefLabel, skos:definition, skos:scopeNote, cn:actsFor,
                          cn:possibleInstanceOf)) } }"""
    assert rows(announcement, "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n" + query) == []


def test_no_statement_vouches_for_what_is_not_there(announcement: ox.Store) -> None:
    query = """SELECT ?statement ?p { GRAPH g:context {
        ?statement cn:statesProperty ?p
        FILTER NOT EXISTS { ?statement cn:states ?x . ?x ?p ?value } } }"""
    assert rows(announcement, query) == []
    idle = """SELECT ?statement ?x { GRAPH g:context {
        ?statement cn:states ?x
        FILTER NOT EXISTS { ?statement cn:statesProperty ?p . ?x ?p ?value } } }"""
    assert rows(announcement, idle) == []


def test_one_query_lists_outside_facts_with_their_pages(announcement: ox.Store) -> None:
    query = """SELECT ?x ?p ?value ?page { GRAPH g:context {
        ?statement cn:states ?x ; cn:statesProperty ?p ; dcterms:source ?page . ?x ?p ?value } }"""
    facts = rows(announcement, query)
    assert ("ccr", "https://schema.org/foundingDate", "1978", "http://ccrweb.ca/en/about-ccr") in facts
    assert len({(x, p, value) for x, p, value, _ in facts}) == 119


# The facts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("thing", "path", "value"),
    [
        ("stca", "eli:date_document", "2002-12-05"),
        ("stca", "eli:first_date_entry_in_force", "2004-12-29"),
        ("stca", "dcterms:identifier", "CTS 2004/2"),
        ("stca", "cn:doneAt/skos:prefLabel", "Washington, D.C."),
        ("stca", "dcterms:isPartOf/skos:prefLabel", "Smart Border Action Plan"),
        ("stca-protocol", "cn:announcedOn", "2023-03-24"),
        ("stca-protocol", "cn:inEffectFrom", "2023-03-25T00:01:00-04:00"),
        ("stca-protocol", "cn:appliesWithin", "P14D"),
        ("stca-protocol", "cn:extends", "stca"),
        ("refugee-convention", "eli:date_document", "1951-07-28"),
        ("refugee-protocol", "eli:date_document", "1967-01-31"),
        ("torture-convention", "eli:date_document", "1984-12-10"),
        ("ccr", "schema:foundingDate", "1978"),
        ("ccr", "cn:formerName", "Standing Conference of Canadian Organizations Concerned for Refugees"),
        ("ccr", "foaf:homepage", "https://ccrweb.ca"),
        ("other-report", "schema:datePublished", "2026-02-04"),
        ("source", "cn:callNotAfter", "2026-02-04"),
        ("source", "schema:inLanguage", "en-CA"),
    ],
)
def test_a_fact_is_as_it_was_read(announcement: ox.Store, thing: str, path: str, value: str) -> None:
    query = f"SELECT ?v {{ id:{thing} {path} ?v FILTER(LANG(?v) IN ('', 'en')) }}"
    found = rows(announcement, query) or rows(announcement, f"SELECT ?v {{ id:{thing} {path} ?v }}")
    assert found == [(value,)]


def test_the_parties_are_the_two_governments(announcement: ox.Store) -> None:
    query = "SELECT ?party ?state { id:stca cn:treatyParty ?party . ?party cn:actsFor ?state } ORDER BY ?party"
    assert rows(announcement, query) == [("gov-canada", "canada-state"), ("gov-us", "us-state")]


def test_three_provisions_implement_the_agreement_and_one_designates_a_state(announcement: ox.Store) -> None:
    query = """SELECT ?provision ?act ?state { ?provision cn:implements id:stca ; dcterms:isPartOf ?act
        OPTIONAL { ?provision cn:designates ?state } } ORDER BY ?provision"""
    assert rows(announcement, query) == [
        ("irpa-s101-1-e", "irpa", ""),
        ("irpa-s102", "irpa", ""),
        ("irpr-s159-3", "irpr", "us-state"),
    ]


def test_decisions_by_date_with_court_outcome_and_what_they_review(announcement: ox.Store) -> None:
    query = """SELECT ?date ?decision ?court ?outcome ?below { ?decision a cn:CourtDecision ; cn:decidesOn id:stca ;
        dcterms:date ?date ; cn:court ?court ; cn:outcome ?outcome
        OPTIONAL { ?decision cn:onAppealFrom ?below } } ORDER BY ?date"""
    upheld, allowed = "outcome-challenge-upheld", "outcome-appeal-allowed"
    appeal, supreme = "federal-court-of-appeal", "supreme-court"
    assert rows(announcement, query) == [
        ("2007-11-29", "case-2007-fc-1262", "federal-court", upheld, ""),
        ("2008-06-27", "case-2008-fca-229", appeal, allowed, "case-2007-fc-1262"),
        ("2009-02-05", "leave-refused-2009", supreme, "outcome-leave-refused", "case-2008-fca-229"),
        ("2020-07-22", "case-2020-fc-770", "federal-court", upheld, ""),
        ("2021-04-15", "case-2021-fca-72", appeal, allowed, "case-2020-fc-770"),
        ("2023-06-16", "case-2023-scc-17", supreme, "outcome-part-sent-back", "case-2021-fca-72"),
    ]


def test_decisions_are_named_by_their_citations(announcement: ox.Store) -> None:
    query = "SELECT ?c { ?d cn:neutralCitation ?c } ORDER BY ?c"
    assert [c for (c,) in rows(announcement, query)] == [
        *("2007 FC 1262", "2008 FCA 229", "2020 FC 770", "2021 FCA 72", "2023 SCC 17"),
    ]
    assert set(rows(announcement, "SELECT ?d ?n { ?d cn:docketNumber ?n }")) == {
        ("case-2008-fca-229", "A-37-08"),
        ("case-2023-scc-17", "39749"),
    }


# Apart from the announcement ----------------------------------------------------------------------


def test_a_decision_and_the_announced_challenges_are_joined_by_a_possibility_only(announcement: ox.Store) -> None:
    query = """SELECT DISTINCT ?p { { ?decision ?p id:e32 } UNION { id:e32 ?p ?decision }
        ?decision a cn:CourtDecision }"""
    assert rows(announcement, query) == [(f"{BASE}ontology/possibleInstanceOf",)]
    assert len(rows(announcement, "SELECT ?d { ?d cn:possibleInstanceOf id:e32 }")) == 6


def test_no_individual_is_named(announcement: ox.Store) -> None:
    people = "SELECT ?x { VALUES ?person { foaf:Person schema:Person prov:Person } ?x a ?person }"
    assert rows(announcement, people) == []
    challengers = {who for (who,) in rows(announcement, "SELECT ?who { ?decision cn:challenger ?who }")}
    assert challengers == {"ccr", "amnesty-international", "canadian-council-of-churches"}
    styles = {
        style
        for (label,) in rows(
            announcement, "SELECT ?l { ?d a cn:CourtDecision ; skos:prefLabel|dcterms:description ?l }"
        )
        for style in re.findall(r".* v\. .*", label)
    }
    assert styles == {"Canadian Council for Refugees v. Canada, 2007 FC 1262"}


def test_the_background_asserts_no_event_and_nothing_of_a_reported_one(announcement: ox.Store) -> None:
    assert not announcement.query(PREFIXES + "ASK { ?e a sem:Event }", base_iri=BASE)
    assert rows(announcement, "SELECT ?p { GRAPH g:context { ?e ?p ?o } ?e a cn:ReportedEvent }") == []
    assert rows(announcement, "SELECT ?p { GRAPH g:context { ?x ?p ?o } ?x a cn:Position }") == []


def test_the_agency_that_another_report_names_is_nobody_in_the_announcement(announcement: ox.Store) -> None:
    query = """SELECT DISTINCT ?p { ?x ?p id:ice FILTER NOT EXISTS { ?x a cn:ContextStatement } } ORDER BY ?p"""
    assert rows(announcement, query) == [("http://xmlns.com/foaf/0.1/focus",), ("https://schema.org/mentions",)]


def test_foreign_resources_are_objects_only(announcement: ox.Store) -> None:
    query = """SELECT ?x { GRAPH ?g { ?x ?p ?o } FILTER(?g IN (g:context, g:links))
        FILTER(!STRSTARTS(STR(?x), STR(<>)) || ISBLANK(?x)) }"""
    assert rows(announcement, query) == []
