"""The announcement's graph: complete, tied to its source, and silent about what happened."""

import hashlib
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/stca-kg/"
PREFIXES = """
PREFIX cn: <ontology/>
PREFIX cnv: <voc/>
PREFIX id: <id/>
PREFIX g: <graph/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX po: <http://www.essepuntato.it/2008/12/pattern#>
PREFIX sem: <http://semanticweb.cs.vu.nl/2009/11/sem/>
PREFIX cito: <http://purl.org/spar/cito/>
PREFIX schema: <https://schema.org/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
FRONT, SAFETY, INVOLVEMENT, LAW, LEAVING, REASSESSMENT = (f"section-s{n}" for n in range(6))


def short(term: Term | None) -> str:
    """The last part of an IRI below the base, or a literal's text."""
    value = getattr(term, "value", "")
    return re.sub(rf"^{re.escape(BASE)}(id|voc|ontology)/", "", value)


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(PREFIXES + query, base_iri=BASE)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(short(value) for value in solution) for solution in solutions]


def ask(store: ox.Store, query: str) -> bool:
    return bool(store.query(PREFIXES + query, base_iri=BASE))


def claims(*names: str) -> set[str]:
    return {f"claim-{name}" for name in names}


def own(term: Term, space: str = "") -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(BASE + space)


# Complete ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("thing", "number"),
    [
        ("?x a cn:Unit", 34),
        ("?x a cn:Unit , <http://purl.org/spar/doco/Sentence>", 27),
        ("{ ?x a cn:Claim } UNION { ?x a cn:Demand }", 76),
        ("?x a cn:Position", 76),
        ("?x a cn:Demand", 11),
        ("?x a cn:Proposition", 72),
        ("?x a cn:Utterance", 76),
        ("?x a cn:Relation", 70),
        ("?x cn:basis cnv:explicit-in-text", 44),
        ("?x a cn:ReportedEvent", 47),
        ("?x skos:inScheme <voc/event-kind>", 31),
        ("?x cn:noClaimReason ?reason", 3),
        ("?x cn:possiblyCorefersWith ?other BIND(CONCAT(STR(?x), STR(?other)) AS ?pair)", 13),
    ],
)
def test_everything_counted_in_the_source_is_there(announcement: ox.Store, thing: str, number: int) -> None:
    counted = "?pair" if "?pair" in thing else "?x"
    query = f"SELECT (COUNT(DISTINCT {counted}) AS ?n) WHERE {{ {thing} }}"
    assert rows(announcement, query) == [(str(number),)]


def test_there_are_164_mentions(announcement: ox.Store) -> None:
    query = "SELECT ?span ?thing WHERE { GRAPH g:source { ?span cn:denotes ?thing } }"
    assert len(rows(announcement, query)) == 164


def test_there_are_59_entities_besides_events(announcement: ox.Store) -> None:
    query = """SELECT DISTINCT ?x WHERE {
        { GRAPH g:entities { ?x skos:prefLabel ?l } } UNION { ?x a schema:NewsArticle }
        FILTER NOT EXISTS { ?x a cn:ReportedEvent } }"""
    assert len(rows(announcement, query)) == 59


def test_every_unit_is_accounted_for(announcement: ox.Store) -> None:
    query = """SELECT ?unit WHERE {
        GRAPH g:source { ?unit a cn:Unit . FILTER NOT EXISTS { ?unit cn:noClaimReason ?x } }
        FILTER NOT EXISTS { GRAPH g:claims { ?unit cn:yields ?u } } }"""
    assert rows(announcement, query) == []


def test_every_thing_that_is_not_implied_is_mentioned(announcement: ox.Store) -> None:
    query = """SELECT ?x WHERE {
        GRAPH g:entities { ?x skos:prefLabel ?l }
        FILTER NOT EXISTS { ?x cn:implicit true }
        FILTER NOT EXISTS { ?span cn:denotes ?x } }"""
    assert rows(announcement, query) == []


# Tied to the source -----------------------------------------------------------------------------


def test_content_and_cue_lie_in_their_unit(announcement: ox.Store) -> None:
    query = """SELECT ?utt WHERE {
        GRAPH g:claims { ?unit cn:yields ?utt . ?utt cn:contentSpan|cn:cueSpan ?sp . }
        GRAPH g:source {
            ?unit cn:atSpan/oa:hasSelector ?a . ?a oa:start ?us ; oa:end ?ue .
            ?sp oa:hasSelector ?b . ?b oa:start ?s ; oa:end ?e . }
        FILTER(?s < ?us || ?e > ?ue) }"""
    assert rows(announcement, query) == []


def test_mentions_lie_in_their_unit(announcement: ox.Store) -> None:
    query = """SELECT ?sp WHERE {
        ?sp cn:inUnit ?unit .
        ?unit cn:atSpan/oa:hasSelector ?a . ?a oa:start ?us ; oa:end ?ue .
        ?sp oa:hasSelector ?b . ?b oa:start ?s ; oa:end ?e .
        FILTER(?s < ?us || ?e > ?ue) }"""
    assert rows(announcement, query) == []


def spans(store: ox.Store) -> list[tuple[str, int, int, str]]:
    query = """SELECT ?span ?start ?end ?sha WHERE {
        ?span a cn:SourceSpan ; oa:hasSelector ?at ; spdx:checksum/spdx:checksumValue ?sha .
        ?at oa:start ?start ; oa:end ?end . }"""
    return [(span, int(start), int(end), sha) for span, start, end, sha in rows(store, query)]


def test_a_span_is_named_by_its_offsets_and_has_one_hash(announcement: ox.Store) -> None:
    found = spans(announcement)
    assert len(found) == 295
    assert all(name == f"span-{start}-{end}" for name, start, end, _ in found)
    assert len({(start, end) for _, start, end, _ in found}) == len(found)
    assert all(re.fullmatch("[0-9a-f]{64}", sha) for *_, sha in found)


def test_every_hash_is_the_hash_of_its_span(announcement: ox.Store, source_text: str | None) -> None:
    if source_text is None:
        pytest.skip("the source is not redistributed")
    for name, start, end, sha in spans(announcement):
        assert hashlib.sha256(source_text[start:end].encode()).hexdigest() == sha, name


def six_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[n : n + 6]) for n in range(len(words) - 5)}


def test_no_text_shares_six_words_in_a_row_with_the_source(announcement: ox.Store, source_text: str | None) -> None:
    if source_text is None:
        pytest.skip("the source is not redistributed")
    literals = {q.object.value for q in announcement if isinstance(q.object, ox.Literal)}
    files = [p for d in ("data", "ontology", "shapes") for p in (ROOT / d).rglob("*.*")]
    comments = {c for p in files for c in re.findall(r"(?m)^\s*#.*(?:\n#.*)*", p.read_text())}
    forbidden = six_words(source_text)
    assert [t for t in literals | comments if six_words(t) & forbidden] == []


# Discourse is asserted, events are not ----------------------------------------------------------


def test_no_event_is_asserted(announcement: ox.Store) -> None:
    assert not ask(announcement, "ASK { ?e a sem:Event }")


def proposition_graphs(store: ox.Store) -> list[ox.NamedNode]:
    graphs = [g for g in store.named_graphs() if isinstance(g, ox.NamedNode)]
    return [g for g in graphs if own(g, "id/prop-")]


def test_each_proposition_is_a_quoted_graph_with_content(announcement: ox.Store) -> None:
    described = rows(announcement, "SELECT ?p WHERE { GRAPH g:claims { ?p a cn:Proposition } }")
    assert {name for (name,) in described} == {short(g) for g in proposition_graphs(announcement)}


def test_what_a_proposition_says_is_never_asserted(announcement: ox.Store) -> None:
    for graph in proposition_graphs(announcement):
        for s, p, o, _ in announcement.quads_for_pattern(None, None, None, graph):
            assert ox.Quad(s, p, o, ox.DefaultGraph()) not in announcement, (graph, s, p, o)


def test_content_properties_occur_in_propositions_only(announcement: ox.Store) -> None:
    query = "SELECT ?p WHERE { ?p rdfs:subPropertyOf cn:contentProperty . ?s ?p ?o }"
    assert rows(announcement, query) == []


def test_no_two_propositions_have_the_same_content(announcement: ox.Store) -> None:
    contents = [
        frozenset((s, p, o) for s, p, o, _ in announcement.quads_for_pattern(None, None, None, g))
        for g in proposition_graphs(announcement)
    ]
    assert len(set(contents)) == len(contents)


#: Where the content of the first is a part of that of the second, and why that is right.
PART_OF_ANOTHER = {
    (
        "prop-s19-c2",
        "prop-s04-c1",
    ): "That enforcement changes is taken for granted; whom the change touches is claimed.",
}


def test_what_a_proposition_says_is_no_part_of_what_another_says(announcement: ox.Store) -> None:
    """Who affirms the whole would be recorded as affirming the part, which may be its condition only."""
    contents = {
        short(g): {quad.triple for quad in announcement.quads_for_pattern(None, None, None, g)}
        for g in proposition_graphs(announcement)
    }
    parts = {(part, whole) for part, a in contents.items() for whole, b in contents.items() if a < b}
    assert parts == set(PART_OF_ANOTHER)


def test_propositions_type_an_event_as_the_source_describes_it(announcement: ox.Store) -> None:
    query = """SELECT ?e ?in ?kind ?as WHERE {
        GRAPH ?in { ?e sem:eventType ?kind } ?e cn:describedAs ?as FILTER(?kind != ?as) }"""
    assert rows(announcement, query) == []


# Well-formed ------------------------------------------------------------------------------------


def test_every_term_used_is_defined(announcement: ox.Store) -> None:
    defined = {name for (name,) in rows(announcement, "SELECT ?t { ?t rdfs:isDefinedBy ?o }")}
    used = {
        short(term)
        for quad in announcement
        for term in (quad.predicate, quad.object)
        if own(term, "ontology/") and term.value not in (f"{BASE}ontology/", f"{BASE}ontology/1.0.0")
    }
    assert used - defined == set()


def test_names_of_things_are_lower_case(announcement: ox.Store) -> None:
    things = {term for quad in announcement for term in (quad.subject, quad.object) if own(term, "id/")}
    assert {short(term) for term in things if not re.fullmatch("[a-z0-9-]+", short(term))} == set()


def test_every_code_used_is_in_the_list_its_property_points_to(announcement: ox.Store) -> None:
    query = """SELECT ?s ?p ?code WHERE {
        ?p rdfs:range skos:Concept ; rdfs:seeAlso ?list . ?list a skos:ConceptScheme .
        { ?s ?p ?code } UNION { GRAPH ?proposition { ?s ?p ?code } }
        FILTER NOT EXISTS { ?code skos:inScheme ?list } }"""
    assert rows(announcement, query) == []


def test_every_code_is_defined_in_a_list_and_every_event_kind_is_used(announcement: ox.Store) -> None:
    in_lists = {code for code, _ in rows(announcement, "SELECT ?c ?list { ?c skos:inScheme ?list }")}
    lists = {name for (name,) in rows(announcement, "SELECT ?list { ?list a skos:ConceptScheme }")}
    used = {short(t) for quad in announcement for t in (quad.subject, quad.object) if own(t, "voc/")}
    assert used == in_lists | lists
    unused = "SELECT ?k { ?k skos:inScheme <voc/event-kind> FILTER NOT EXISTS { ?e cn:describedAs ?k } }"
    assert rows(announcement, unused) == []


#: The graph in which a build describes itself: its texts are the program's, not the curators'.
CATALOG = ox.NamedNode(f"{BASE}graph/catalog")
#: Names that are the same in both languages.
PROPER_NAMES = {"CCR", "Canada Immigration News", "Minnesota", "New York"}
#: Words that are the same in both languages.
COGNATES = {
    *("Attribution", "Code", "Position", "Population", "Proposition", "attribution", "certain", "conclusion"),
    *("condition", "possible", "proposition", "publication", "refoulement", "tenable"),
}


def texts(store: ox.Store, *predicates: str, graph: str = "") -> dict[str, dict[str, list[str]]]:
    """The texts of what is described here (or in one graph), by path below the base and by language."""
    found: dict[str, dict[str, list[str]]] = {}
    catalogued = {quad.subject for quad in store.quads_for_pattern(None, None, None, CATALOG)}
    where = ox.NamedNode(BASE + graph) if graph else ox.DefaultGraph()
    for quad in store.quads_for_pattern(None, None, None, where):
        if isinstance(quad.subject, ox.NamedNode) and own(quad.subject) and quad.subject not in catalogued:
            by_language = found.setdefault(quad.subject.value.removeprefix(BASE), {})
            if isinstance(quad.object, ox.Literal) and quad.predicate.value in predicates:
                by_language.setdefault(quad.object.language or "", []).append(quad.object.value)
    return found


def one_each(found: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    """What does not have one text in English, one in French and none in another language."""
    return {
        name: texts
        for name, texts in found.items()
        if {language: len(several) for language, several in texts.items()} != {"en": 1, "fr": 1}
    }


LABELS = (f"{rdflib.RDFS.label}", f"{rdflib.SKOS.prefLabel}")


def test_every_described_thing_has_a_label_in_both_languages(announcement: ox.Store) -> None:
    labels = texts(announcement, *LABELS)
    assert len(labels) > 1000
    assert one_each(labels) == {}


def test_terms_codes_and_code_lists_are_defined_in_both_languages(announcement: ox.Store) -> None:
    query = """SELECT DISTINCT ?path WHERE {
        { ?x rdfs:isDefinedBy <ontology/> } UNION { ?x skos:inScheme ?list . ?list rdfs:isDefinedBy <ontology/> }
        BIND(STRAFTER(STR(?x), STR(<>)) AS ?path) }"""
    names = {name for (name,) in rows(announcement, query)}
    definitions = texts(announcement, f"{rdflib.SKOS.definition}")
    assert len(names) > 200
    assert one_each({name: definitions[name] for name in names}) == {}


def test_positions_are_paraphrased_in_both_languages_by_a_sentence(announcement: ox.Store) -> None:
    positions = {f"id/{name}" for (name,) in rows(announcement, "SELECT ?x { ?x a cn:Position }")}
    paraphrases = texts(announcement, f"{rdflib.DCTERMS.description}")
    chosen = {name: paraphrases[name] for name in positions}
    assert one_each(chosen) == {}
    sentences = [text for by_language in chosen.values() for several in by_language.values() for text in several]
    assert [text for text in sentences if not re.fullmatch(r"[A-Z][^.?!]*\.", text)] == []


@pytest.mark.parametrize("graph", ["claims", "entities", "meta", "shapes", "source"])
@pytest.mark.parametrize("predicate", [rdflib.SKOS.scopeNote, rdflib.DCTERMS.description], ids=["note", "description"])
def test_what_has_a_note_has_it_in_both_languages(announcement: ox.Store, graph: str, predicate: str) -> None:
    found = texts(announcement, f"{predicate}", graph=f"graph/{graph}")
    assert one_each({name: by_language for name, by_language in found.items() if by_language}) == {}


def test_french_is_not_english(announcement: ox.Store) -> None:
    predicates = (*LABELS, f"{rdflib.SKOS.definition}", f"{rdflib.SKOS.scopeNote}", f"{rdflib.DCTERMS.description}")
    same = {
        text
        for by_language in texts(announcement, *predicates).values()
        for text in set(by_language.get("en", [])) & set(by_language.get("fr", []))
    }
    assert same - PROPER_NAMES - COGNATES == set()


def test_french_typography_is_the_same_everywhere(announcement: ox.Store) -> None:
    french = {q.object.value for q in announcement if isinstance(q.object, ox.Literal) and q.object.language == "fr"}
    assert [text for text in french if re.search(r"'|\u00a0|\u202f|\S:(?=\s)|«\S|\S»", text)] == []


def test_every_own_iri_that_is_linked_to_is_described(announcement: ox.Store) -> None:
    asserted = announcement.quads_for_pattern(None, None, None, ox.DefaultGraph())
    described = {quad.subject for quad in asserted}
    linked = {term for quad in announcement for term in (quad.subject, quad.object) if own(term)}
    assert {short(term) for term in linked - described} == set()


def test_every_class_is_the_target_of_a_shape(announcement: ox.Store) -> None:
    query = """SELECT ?c WHERE {
        ?c a owl:Class ; rdfs:isDefinedBy <ontology/>
        FILTER NOT EXISTS { ?shape sh:targetClass ?c } }"""
    assert rows(announcement, query) == []


# What a researcher asks -------------------------------------------------------------------------


def test_withdrawal_is_wanted_by_ccr_and_opposed_by_two_groups(announcement: ox.Store) -> None:
    query = """SELECT DISTINCT ?prop ?for ?forHow ?against ?againstHow WHERE { GRAPH g:claims {
        VALUES ?kind { cn:Claim cn:Demand }
        ?a a ?kind ; cn:proposition ?prop ; cn:polarity cnv:affirms ; cn:heldBy ?for ;
            cn:explicitness ?forHow .
        ?b a ?kind ; cn:proposition ?prop ; cn:polarity cnv:denies ; cn:heldBy ?against ;
            cn:explicitness ?againstHow . } } ORDER BY ?against"""
    assert rows(announcement, query) == [
        ("prop-withdraw", "ccr", "explicit", "federal-officials", "implied"),
        ("prop-withdraw", "ccr", "explicit", "opponents", "implied"),
    ]


def test_a_fear_and_a_wish_are_about_one_proposition_and_no_contradiction(announcement: ox.Store) -> None:
    query = """SELECT ?position ?kind ?polarity WHERE { GRAPH g:claims {
        VALUES ?kind { cn:Claim cn:Demand }
        ?position cn:proposition id:prop-s12-c3 ; a ?kind ; cn:polarity ?polarity . } } ORDER BY ?position"""
    assert rows(announcement, query) == [
        ("claim-s12-c3", "Demand", "denies"),
        ("claim-s12-c4", "Claim", "affirms"),
    ]
    attack = "ASK { ?x cn:relationType cnv:contradicts ; cn:premise|cn:conclusion id:claim-s12-c4 }"
    assert not ask(announcement, attack)


def test_no_condition_is_part_of_what_is_claimed_on_it(announcement: ox.Store) -> None:
    """A condition is an event that would cause or enable something in the content; nothing else is said of it there."""
    query = """SELECT ?position ?condition WHERE {
        ?position cn:condition ?condition ; cn:proposition ?prop
        FILTER NOT EXISTS { GRAPH ?prop { ?condition cn:wouldCause|cn:wouldEnable|cn:wouldPrevent ?effect } } }"""
    assert rows(announcement, query) == []
    assert len(rows(announcement, "SELECT ?p { ?p cn:condition ?c }")) == 5


def test_claims_about_detention_are_disputed_only_through_what_they_support(
    announcement: ox.Store,
) -> None:
    query = """SELECT DISTINCT ?claim ?mode ?contested ?opponent ?why WHERE {
        GRAPH g:claims { ?claim cn:aboutEvent ?e ; cn:proposition ?prop . }
        GRAPH ?prop { ?e sem:eventType ?kind . }
        FILTER(?kind IN (cnv:kind-Death, cnv:kind-DetentionCondition,
                         cnv:kind-DetentionPracticeChange))
        { ?x cito:disputes ?claim . BIND(?claim AS ?contested) BIND("direct" AS ?mode) }
        UNION
        { ?claim cito:supports+ ?contested . ?x cito:disputes ?contested .
          BIND("upstream" AS ?mode) }
        GRAPH g:claims { ?x cn:heldBy ?opponent . }
        OPTIONAL { ?why cito:supports ?x } }"""
    about_detention = claims("s02-c1", "s02-c3", "s02-c4", "s06-c1", "s06-c2", "s09-c2", "s09-c3", "s10-c1")
    grounds = {
        ("opponents", "claim-s22-c1"),  # the strain leaving would cause, behind their stance
        ("opponents", "claim-s23-c1"),  # capacity, behind that strain
        ("federal-officials", "claim-s23-c1"),
        ("federal-officials", "claim-s23-c2"),
    }
    assert set(rows(announcement, query)) == {
        (claim, "upstream", "claim-s01-c1", who, why) for claim in about_detention for who, why in grounds
    }


def test_each_demand_leads_to_its_evidence(announcement: ox.Store) -> None:
    query = """SELECT ?demand ?leaf ?start WHERE {
        GRAPH g:claims { ?demand a cn:Demand }
        ?leaf cito:supports+ ?demand FILTER NOT EXISTS { ?below cito:supports ?leaf }
        GRAPH g:claims { ?leaf cn:utteredIn/cn:contentSpan ?span }
        GRAPH g:source { ?span oa:hasSelector [ oa:start ?start ] } }"""
    leaves: dict[str, set[str]] = {}
    for demand, leaf, _ in rows(announcement, query):
        leaves.setdefault(demand.removeprefix("claim-"), set()).add(leaf)
    assert leaves == {
        "s01-c1": claims(
            *("s01-c2", "s02-c2", "s02-c3", "s02-c4", "s04-c1", "s06-c1", "s06-c2", "s06-c3"),
            *("s07-c1", "s08-c1", "s09-c2", "s09-c3", "s20-c1", "s21-c2"),
        ),
        "s12-c2": claims("s11-c1", "s13-c1", "s14-c2"),
        "s14-c1": claims("s14-c2"),
        "s19-c1": claims("s19-c2", "s19-c3"),
        "s22-c2": claims("s23-c1"),
        "s23-c3": claims("s23-c1", "s23-c2"),
        "s25-c1": claims("s25-c2"),
        "s26-c3": claims("s25-c2"),
    }


def test_places_are_known_through_propositions(announcement: ox.Store) -> None:
    query = """SELECT ?place ?kind (COUNT(DISTINCT ?claim) AS ?n) WHERE {
        GRAPH ?prop { ?e sem:eventType ?kind ; sem:hasPlace ?place . }
        GRAPH g:claims { ?claim cn:proposition ?prop } } GROUP BY ?place ?kind"""
    assert set(rows(announcement, query)) == {
        ("us", "kind-AggregateDevelopment", "1"),
        ("us", "kind-EnforcementEscalation", "1"),
        ("us", "kind-Death", "1"),
        ("us", "kind-DetentionPracticeChange", "1"),
        ("us", "kind-EquipmentUse", "1"),
        ("us-states-multiple", "kind-Raid", "1"),
        ("us-states-multiple", "kind-Confrontation", "1"),
        ("minnesota", "kind-Raid", "1"),
        ("minnesota", "kind-Confrontation", "1"),
    }


def test_six_claims_go_back_to_somebody_unidentified(announcement: ox.Store) -> None:
    query = """SELECT ?claim ?depth ?innermost ?relay WHERE { GRAPH g:claims {
        ?claim cn:utteredIn/cn:attribution/cn:embeds* ?last .
        ?last prov:agent ?innermost ; cn:level ?depth ; cn:attributionType cnv:unspecified .
        FILTER NOT EXISTS { ?last cn:embeds ?deeper }
        ?prev cn:embeds ?last ; prov:agent ?relay . } }"""
    assert set(rows(announcement, query)) == {
        ("claim-s06-c1", "3", "unspec-reporters", "ccr"),
        ("claim-s09-c2", "3", "unspec-allegers", "ccr"),
        ("claim-s09-c3", "3", "unspec-allegers", "ccr"),
        ("claim-s11-c1", "3", "unspec-reports", "ccr"),
        ("claim-h2-c1", "2", "unspec-concern", "cin"),
        ("claim-s26-c3", "2", "unspec-pressure", "cin"),
    }


def test_one_heading_loses_the_hedge_of_what_it_says_again(announcement: ox.Store) -> None:
    query = """SELECT ?strong ?weak ?cs ?cw ?es ?ew WHERE { GRAPH g:claims {
        ?r cn:relationType ?again ; cn:premise ?strong ; cn:conclusion ?weak .
        ?strong cn:certainty ?cs ; cn:explicitness ?es .
        ?weak cn:certainty ?cw ; cn:explicitness ?ew .
        FILTER(?again IN (cnv:restates, cnv:overstates))
        FILTER(?cs != ?cw || ?es != ?ew) } }"""
    assert rows(announcement, query) == [
        ("claim-h2-c1", "claim-s11-c1", "underspecified", "possible", "presupposed", "explicit")
    ]


def test_three_consequences_of_withdrawal_are_foreseen(announcement: ox.Store) -> None:
    query = """SELECT ?c ?side ?who ?certainty WHERE { GRAPH g:claims {
        ?c cn:modality cnv:hypothetical ; cn:aboutEvent id:e35 ; cn:heldBy ?who ;
            cn:certainty ?certainty . OPTIONAL { ?c cn:side ?side } } }"""
    assert set(rows(announcement, query)) == {
        ("claim-s20-c1", "pro-consequence", "cin", "certain"),
        ("claim-s21-c1", "pro-consequence", "refugee-orgs", "certain"),
        ("claim-s22-c1", "con", "opponents", "possible"),
    }


def test_how_much_of_the_support_is_stated_and_how_much_is_read_in(announcement: ox.Store) -> None:
    query = """SELECT ?demand (SUM(IF(?b = cnv:explicit-in-text, 1, 0)) AS ?explicit)
                              (SUM(IF(?b = cnv:inferred-by-curator, 1, 0)) AS ?inferred)
        WHERE { GRAPH g:claims {
            ?demand a cn:Demand . ?r a cn:Support ; cn:conclusion ?demand ; cn:basis ?b . } }
        GROUP BY ?demand"""
    assert set(rows(announcement, query)) == {
        ("claim-s01-c1", "2", "5"),
        ("claim-s12-c2", "0", "3"),
        ("claim-s14-c1", "0", "1"),
        ("claim-s19-c1", "1", "1"),
        ("claim-s22-c2", "1", "0"),
        ("claim-s23-c3", "2", "0"),
        ("claim-s25-c1", "1", "0"),
        ("claim-s26-c3", "0", "1"),
    }


def test_what_the_article_vouches_for_itself_by_section(announcement: ox.Store) -> None:
    query = """SELECT ?section (COUNT(?c) AS ?n) WHERE {
        GRAPH g:claims { ?unit cn:yields ?u . ?c cn:utteredIn ?u ; cn:heldBy id:cin . }
        GRAPH g:source {
            ?section po:contains+ ?unit . FILTER(CONTAINS(STR(?section), "section-")) } }
        GROUP BY ?section"""
    assert set(rows(announcement, query)) == {
        (FRONT, "7"),
        (SAFETY, "1"),
        (INVOLVEMENT, "2"),
        (LAW, "10"),
        (LEAVING, "2"),
        (REASSESSMENT, "7"),
    }
