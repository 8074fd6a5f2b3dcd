"""Reconciliation queries: what they may hold, which candidates they find, how these score, and which one is a match."""

from typing import Any

import pytest

from kgpub.documents import Documents
from kgpub.engine import Budget
from kgpub.engine_local import LocalEngine
from kgpub.entity_names import EntityNames
from kgpub.errors import BadRequest, PayloadTooLarge
from kgpub.parameters import json_document
from kgpub.reconciliation import Candidate, Reconciler
from kgpub.reconciliation_query import CANDIDATES_AT_MOST, QUERIES_AT_MOST, Query, QueryReader
from kgpub.site import Site
from projects import BASE, SETTINGS, release_of

TURTLE = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:City rdfs:subClassOf ex:Place ; rdfs:label "City"@en , "Ville"@fr .
ex:Capital rdfs:subClassOf ex:City .
ex:Country rdfs:subClassOf ex:Place .
ex:canada a ex:Country ; rdfs:label "Canada" ; owl:sameAs <http://x.org/Q16> .
ex:france a ex:Country ; rdfs:label "France" ; skos:closeMatch <http://x.org/Q142> .
ex:paris a ex:Capital ; rdfs:label "Paris" ; ex:in ex:france ; ex:founded "0250"^^xsd:gYear ; ex:size 105 ;
    rdfs:comment "Where the Seine flows"@en , "Où coule la Seine"@fr .
ex:paris-on a ex:City ; rdfs:label "Paris" ; ex:in ex:canada ; ex:size 14 .
ex:lyon a ex:City ; rdfs:label "Lyon"@fr , "Lyons"@en ; skos:altLabel "Lugdunum" ; ex:in ex:france .
ex:quebec a ex:City , ex:Capital ; rdfs:label "Québec" ; ex:in ex:canada , ex:france .
ex:novel a ex:Book ; rdfs:label "Lyon" ; rdfs:seeAlso ex:lyon .
ex:ottawa a ex:Capital ; rdfs:label "Ottawa (city)" ; ex:in ex:canada .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    release = release_of(tmp_path_factory.mktemp("reconciled"), TURTLE, SETTINGS)
    return Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1))


def read(site: Site, **query: Any) -> Query:
    return QueryReader(site.names).keyed_batch({"q": query})["q"]


def candidates(site: Site, **query: Any) -> tuple[Candidate, ...]:
    return Reconciler(site, EntityNames(site, ())).candidates(read(site, **query))


def listed(site: Site, *conditions: dict[str, Any], **query: Any) -> list[str]:
    batch = QueryReader(site.names).listed_batch({"queries": [{"conditions": list(conditions), **query}]})
    return names(Reconciler(site, EntityNames(site, ())).candidates(batch[0]))


def names(found: tuple[Candidate, ...]) -> list[str]:
    return [one.iri.removeprefix(BASE) for one in found]


def named(value: Any, **more: Any) -> dict[str, Any]:
    return {"matchType": "name", "propertyValue": value, **more}


def having(property_: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"matchType": "property", "propertyId": BASE + property_, "propertyValue": value, **more}


# --- names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "first", "score", "is_match"),
    [
        ("Québec", "quebec", 100, True),
        ("QUEBEC", "quebec", 98, True),
        ("Lugdunum", "lyon", 100, True),
        ("Ottawa", "ottawa", 92, False),
        ("http://x.org/Q16", "canada", 100, True),
        ("https://x.org/Q16/", "canada", 100, True),
        (f"{BASE}canada", "canada", 100, True),
    ],
)
def test_the_best_candidate_has_the_name_or_the_identifier(
    small: Site, query: str, first: str, score: float, *, is_match: bool
) -> None:
    best = candidates(small, query=query)[0]
    assert (best.iri.removeprefix(BASE), best.score, best.is_match) == (first, score, is_match)


def test_a_name_inside_a_longer_text_is_found_but_is_no_match(small: Site) -> None:
    for text in ("Canada, the country", "Government of Canada", "Canada [North America]", "Québec (QC), Canada"):
        found = candidates(small, query=text)
        assert {"canada", "quebec"} & set(names(found)), text
        assert not any(one.is_match for one in found)


def test_a_close_match_is_not_an_identifier(small: Site) -> None:
    assert names(candidates(small, query="http://x.org/Q142")) == []


def test_of_namesakes_none_is_a_match(small: Site) -> None:
    found = candidates(small, query="Paris")
    assert set(names(found)[:2]) == {"paris", "paris-on"}
    assert [one.score for one in found[:2]] == [100, 100]
    assert not any(one.is_match for one in found)


def test_a_candidate_says_what_it_is_in_the_client_s_language(small: Site) -> None:
    query = read(small, query="Paris")
    found = {one.iri: one for one in Reconciler(small, EntityNames(small, ("fr",))).candidates(query)}
    paris = found[f"{BASE}paris"]
    assert paris.description is not None
    assert paris.description.text == "Où coule la Seine"
    (lyon,) = [one for one in candidates(small, query="Lyons") if one.iri == f"{BASE}lyon"]
    assert (lyon.name.text, dict(lyon.types)[f"{BASE}City"].text) == ("Lyons", "City")


def test_features_are_the_measures_that_the_score_is_made_of(small: Site) -> None:
    query = {"query": "Paris", "type": f"{BASE}City", "properties": [{"pid": f"{BASE}in", "v": "Canada"}]}
    (best,) = [one for one in candidates(small, **query) if one.iri == f"{BASE}paris-on"]
    measures = {feature.id: feature.value for feature in best.features}
    assert measures == {
        "name_similarity": 100, f"property_similarity:{BASE}in": 100, "type_match": True, "incoming_links": 0,
    }  # fmt: skip


# --- types ---------------------------------------------------------------------------------------------------


def test_a_type_is_required_with_its_subclasses(small: Site) -> None:
    assert names(candidates(small, query="Lyon", type=f"{BASE}Book")) == ["novel"]
    assert names(candidates(small, query="Lyon", type=f"{BASE}Place")) == ["lyon"]
    assert names(candidates(small, query="Lyon", type=[f"{BASE}Place", {"id": f"{BASE}Book"}])) == ["lyon", "novel"]
    assert names(candidates(small, query="Lyon", type="http://nowhere.org/Type")) == []


def test_a_type_makes_a_name_unambiguous(small: Site) -> None:
    (lyon,) = candidates(small, query="Lyon", type=f"{BASE}City")
    assert lyon.is_match
    assert not candidates(small, query="Lyon")[0].is_match


def test_all_types_and_preferred_types(small: Site) -> None:
    both = [f"{BASE}City", f"{BASE}Book"]
    assert names(candidates(small, query="Lyon", type=both, type_strict="all")) == []
    found = candidates(small, query="Lyon", type=f"{BASE}Book", type_strict="should")
    assert [(one.iri.removeprefix(BASE), one.score, one.is_match) for one in found] == [
        ("novel", 100, True), ("lyon", 50, False),
    ]  # fmt: skip


# --- properties ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("property_", "value", "first"),
    [
        ("in", "France", "paris"),
        ("in", {"id": f"{BASE}canada", "name": "whatever"}, "paris-on"),
        ("in", f"{BASE}canada", "paris-on"),
        ("size", 14, "paris-on"),
        ("size", "105.0", "paris"),
        ("founded", "0250", "paris"),
    ],
)
def test_a_property_tells_namesakes_apart(small: Site, property_: str, value: Any, first: str) -> None:
    found = candidates(small, query="Paris", properties=[{"pid": BASE + property_, "v": value}])
    assert names(found)[0] == first
    assert found[0].score == 100
    assert found[0].is_match
    assert found[1].score < 90


def test_a_property_weighs_two_fifths_of_a_name_and_half_of_that_where_it_is_missing(small: Site) -> None:
    found = candidates(small, query="Paris", properties=[{"pid": f"{BASE}founded", "v": "0250"}])
    scores = {one.iri.removeprefix(BASE): one.score for one in found}
    assert scores["paris"] == 100
    assert scores["paris-on"] == round(100 / 1.2, 1)
    found = candidates(small, query="Paris", properties=[{"pid": f"{BASE}size", "v": 105}])
    assert {one.iri.removeprefix(BASE): one.score for one in found}["paris-on"] == round(100 / 1.4, 1)


def test_a_thing_with_the_name_of_another_is_not_that_thing(small: Site) -> None:
    found = candidates(
        small, query="Paris", properties=[{"pid": f"{BASE}in", "v": {"id": "x:other", "name": "Canada"}}]
    )
    assert {one.score for one in found[:2]} == {round(100 / 1.4, 1)}


def test_without_a_name_links_and_names_of_values_lead_to_candidates(small: Site) -> None:
    in_canada = {"paris-on", "quebec", "ottawa"}
    assert set(names(candidates(small, properties=[{"pid": f"{BASE}in", "v": "Canada"}]))) == in_canada
    assert set(names(candidates(small, properties=[{"pid": f"{BASE}in", "v": {"id": f"{BASE}canada"}}]))) == in_canada
    labelled = candidates(small, properties=[{"pid": "rdfs:label", "v": "Québec"}])
    assert names(labelled) == ["quebec"]


def test_names_of_properties_and_types_may_be_short(small: Site) -> None:
    found = candidates(small, query="Lyon", type="Book", properties=[{"pid": "rdfs:seeAlso", "v": "lyon"}])
    assert names(found) == ["novel"]


# --- the conditions of 1.0 -----------------------------------------------------------------------------------


def test_a_required_condition_filters_and_another_one_ranks(small: Site) -> None:
    assert listed(small, named("Paris"), having("in", "France", required=True)) == ["paris"]
    assert listed(small, named("Paris"), having("in", "France"))[0] == "paris"
    assert len(listed(small, named("Paris"), having("in", "France"))) == 2


def test_any_all_and_none_of_several_values(small: Site) -> None:
    both = [{"id": f"{BASE}canada"}, {"id": f"{BASE}france"}]

    def found(quantifier: str) -> set[str]:
        return set(listed(small, having("in", both, matchQuantifier=quantifier, required=True)))

    assert found("any") == {"paris", "paris-on", "lyon", "quebec", "ottawa"}
    assert found("all") == {"quebec"}
    without = listed(small, named("Paris"), having("in", both[0], matchQuantifier="none", required=True))
    assert without == ["paris"]


def test_an_exact_match_is_one_to_the_letter(small: Site) -> None:
    assert listed(small, named("quebec", required=True)) == ["quebec"]
    assert listed(small, named("quebec", required=True, matchQualifier="ExactMatch")) == []
    assert listed(small, named("Québec", required=True, matchQualifier="ExactMatch")) == ["quebec"]


def test_an_identifier_is_a_condition_of_its_own(small: Site) -> None:
    assert listed(small, {"matchType": "id", "propertyValue": "canada"}) == ["canada"]
    assert listed(small, {"matchType": "id", "v": "http://x.org/Q16"}) == ["canada"]
    assert listed(small, {"matchType": "id", "propertyValue": "nothing"}) == []


def test_earlier_names_of_members_are_read(small: Site) -> None:
    condition = {"matchType": "property", "pid": f"{BASE}in", "v": {"id": f"{BASE}canada"}}
    assert len(listed(small, condition)) == 3


# --- limits and errors ---------------------------------------------------------------------------------------


def test_a_limit_is_kept_and_does_not_make_a_match(small: Site) -> None:
    (one,) = candidates(small, query="Paris", limit=1)
    assert not one.is_match
    assert read(small, query="Paris", limit=10_000).limit == CANDIDATES_AT_MOST
    assert read(small, query="Paris", limit=2.0).limit == 2


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"type": "x"},
        {"query": ["x"]},
        {"query": "x", "limit": 0},
        {"query": "x", "limit": 1.5},
        {"query": "x", "limit": True},
        {"query": "x", "limit": "3"},
        {"query": "x", "limit": float("inf")},
        {"query": "x", "type": 3},
        {"query": "x", "type": ["x"] * 21},
        {"query": "x", "type_strict": "maybe"},
        {"query": "x", "type_strict": ["any"]},
        {"query": "x", "properties": {"pid": "x", "v": 1}},
        {"query": "x", "properties": ["x"]},
        {"query": "x", "properties": [{"v": 1}]},
        {"query": "x", "properties": [{"pid": "x"}]},
        {"query": "x", "properties": [{"pid": "x", "v": [["x"]]}]},
        {"query": "x", "properties": [{"pid": "x", "v": ["x"] * 20}]},
        {"query": "x", "properties": [{"pid": "x", "v": "x"}] * 11},
    ],
)
def test_a_faulty_query_is_refused_with_its_key(small: Site, query: dict[str, Any]) -> None:
    with pytest.raises(BadRequest, match="Query 'q'"):
        read(small, **query)


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"matchType": "name"},
        {"matchType": "colour", "propertyValue": "x"},
        {"matchType": "property", "propertyValue": "x"},
        {"matchType": "property", "propertyId": 3, "propertyValue": "x"},
        {"matchType": "name", "propertyValue": "x", "matchQuantifier": "some"},
        {"matchType": "name", "propertyValue": "x", "matchQualifier": "Wildcard"},
        {"matchType": "name", "propertyValue": "x", "matchQualifier": ["ExactMatch"]},
    ],
)
def test_a_faulty_condition_is_refused_with_the_number_of_its_query(small: Site, condition: dict[str, Any]) -> None:
    with pytest.raises(BadRequest, match="Query 0"):
        listed(small, condition)


@pytest.mark.parametrize("batch", [{"queries": [{"conditions": []}]}, {"queries": {}}, {}, [], {"queries": ["x"]}])
def test_what_is_no_batch_is_refused(small: Site, batch: Any) -> None:
    with pytest.raises(BadRequest):
        QueryReader(small.names).listed_batch(batch)


def test_a_batch_has_a_limit(small: Site) -> None:
    reader, many = QueryReader(small.names), QUERIES_AT_MOST + 1
    with pytest.raises(PayloadTooLarge, match=str(QUERIES_AT_MOST)):
        reader.keyed_batch({f"q{n}": {"query": "x"} for n in range(many)})
    with pytest.raises(PayloadTooLarge):
        reader.listed_batch({"queries": [{"conditions": [named("x")]}] * many})


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '"\\ud800"', b"\xff", "1" * 5_000])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadRequest):
        json_document(text)


@pytest.mark.parametrize(
    "text", ["", " ", "x" * 100_000, '" OR *', "NEAR(a b)", "a:b", "http://[", "\x00", "%", "﷽" * 50, "a/b/../c", "{}"]
)
def test_any_text_is_a_query(small: Site, text: str) -> None:
    found = candidates(small, query=text, properties=[{"pid": text or "x", "v": text}])
    assert not any(one.is_match for one in found)
