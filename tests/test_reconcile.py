"""The reconciliation service over HTTP: both versions' answers by their schemas, and the clients that people use."""

import json
import re
import time
from multiprocessing.pool import ThreadPool
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import html5lib
import pandas as pd
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from reconciler import reconcile

from conftest import Server
from kgpub.jsonp import checked_callback
from kgpub.reconciliation_query import QUERIES_AT_MOST
from reconciliation_schemas import (
    EXTENSION_0_2,
    EXTENSION_1_0,
    MANIFEST_0_2,
    MANIFEST_1_0,
    PROPOSED_PROPERTIES,
    RESULTS_0_2,
    RESULTS_1_0,
    SUGGESTED_ENTITIES,
    SUGGESTED_PROPERTIES,
    SUGGESTED_TYPES,
)

SITE = "https://w3id.org/stca-kg/"
CCR, CANADA = f"{SITE}id/ccr", f"{SITE}id/canada"
COUNTRY = "https://schema.org/Country"
VERSION_1 = "application/reconciliation.v1+json"


def valid(document: Any, schema: dict[str, Any]) -> Any:
    Draft202012Validator.check_schema(schema)
    faults = [
        f"{error.json_path}: {error.message[:200]}" for error in Draft202012Validator(schema).iter_errors(document)
    ]
    assert faults == []
    return document


def batch(*queries: dict[str, Any]) -> dict[str, str]:
    return {"queries": json.dumps({f"q{at}": query for at, query in enumerate(queries)})}


# --- manifests -----------------------------------------------------------------------------------------------


def test_the_manifest_is_that_of_0_2_for_who_does_not_say(client: FlaskClient) -> None:
    for accept in (None, "application/json", "*/*", "text/html", "application/json, text/javascript, */*; q=0.01"):
        response = client.get("/reconcile", headers={"Accept": accept} if accept else {})
        assert (response.status_code, response.mimetype) == (200, "application/json"), accept
        manifest = valid(response.json, MANIFEST_0_2)
    assert manifest["versions"] == ["0.2", "1.0-draft"]
    assert manifest["identifierSpace"] == SITE
    assert manifest["suggest"]["entity"] == {
        "service_url": "http://localhost/reconcile", "service_path": "/suggest/entity",
    }  # fmt: skip
    assert {type_["name"] for type_ in manifest["defaultTypes"]} >= {"Claim", "Proposition"}


def test_a_client_of_1_0_says_so_or_has_an_address_of_its_own(client: FlaskClient) -> None:
    negotiated = client.get("/reconcile", headers={"Accept": VERSION_1})
    assert negotiated.mimetype == VERSION_1
    assert set(negotiated.headers["Vary"].split(", ")) == {"Accept", "Accept-Language"}
    fixed = client.get("/reconcile/1.0-draft")
    assert fixed.mimetype == "application/json"
    assert valid(fixed.json, MANIFEST_1_0) == json.loads(negotiated.data)
    assert fixed.json is not None
    assert fixed.json["standardizedScore"] is True


def test_a_manifest_holds_the_address_that_was_used_and_no_cache_shares_it(client: FlaskClient) -> None:
    response = client.get("/reconcile", base_url="https://kg.example.org/", environ_overrides={"SCRIPT_NAME": "/kg"})
    manifest = valid(response.json, MANIFEST_0_2)
    assert manifest["view"]["url"] == "https://kg.example.org/kg/resource?iri={{id}}"
    assert manifest["extend"]["propose_properties"]["service_url"] == "https://kg.example.org/kg/reconcile"
    assert "private" in response.headers["Cache-Control"]


def test_every_address_in_the_manifest_answers(client: FlaskClient) -> None:
    manifest = client.get("/reconcile").json
    assert manifest is not None
    for suggest in manifest["suggest"].values():
        assert client.get(suggest["service_url"] + suggest["service_path"], query_string={"prefix": "c"}).json
    propose = manifest["extend"]["propose_properties"]
    assert client.get(propose["service_url"] + propose["service_path"] + "?type=" + COUNTRY).json
    assert client.get(manifest["documentation"]).mimetype == "text/html"
    with client.get(manifest["logo"]) as logo:
        assert logo.mimetype == "image/svg+xml"
    assert client.get(manifest["view"]["url"].replace("{{id}}", CCR)).headers["Location"] == "/doc/id/ccr"
    assert client.get(manifest["preview"]["url"].replace("{{id}}", CCR)).status_code == 200
    assert manifest["batchSize"] == QUERIES_AT_MOST


# --- 0.2 ---------------------------------------------------------------------------------------------------


def test_openrefine_s_requests_are_answered_in_their_order(client: FlaskClient) -> None:
    """What OpenRefine 3 sends for a column: manifest, types guessed from ten cells, batches, suggestions, extension."""
    manifest = client.get("/reconcile", headers={"Accept": "application/json, text/javascript, */*; q=0.01"}).json
    assert manifest is not None
    java = {"Accept": "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"}
    cells = ["Canadian Council for Refugees", "Government of Canada", "United States", "Minneapolis", "Minnesota",
             "Safe Third Country Agreement", "Canada", "refugee", "asylum", "nothing like it"]  # fmt: skip
    guessed = client.post("/reconcile", data=batch(*({"query": cell, "limit": 3} for cell in cells)), headers=java)
    results = valid(guessed.json, RESULTS_0_2)
    assert list(results) == [f"q{at}" for at in range(10)]
    assert results["q9"]["result"] == []
    assert all(len(result["result"]) <= 3 for result in results.values())
    type_ = results["q0"]["result"][0]["type"][0]
    column = client.post(
        "/reconcile",
        data=batch({"query": cells[0], "type": type_["id"], "type_strict": "should"}),
        headers=java,
    )
    best = valid(column.json, RESULTS_0_2)["q0"]["result"][0]
    assert (best["id"], best["match"]) == (CCR, True)

    suggest = manifest["suggest"]
    typed = {"prefix": "canad", "type": type_["id"], "type_strict": "should", "_": "1700000000000"}
    found = client.get(suggest["entity"]["service_url"] + suggest["entity"]["service_path"], query_string=typed)
    assert CCR in [one["id"] for one in valid(found.json, SUGGESTED_ENTITIES)["result"]]
    properties = client.get("/reconcile/suggest/property", query_string={"prefix": "held", "schema": type_["id"]})
    (held_by, *_) = valid(properties.json, SUGGESTED_PROPERTIES)["result"]
    assert held_by["id"] == f"{SITE}ontology/heldBy"

    proposed = client.get(f"/reconcile/extend/propose?type={type_['id']}")
    offered = [one["id"] for one in valid(proposed.json, PROPOSED_PROPERTIES)["properties"]]
    assert "https://schema.org/url" in offered or "http://www.w3.org/2000/01/rdf-schema#label" in offered
    extension = {"ids": [CCR], "properties": [{"id": offered[0]}, {"id": "skos:prefLabel", "settings": {"limit": "1"}}]}
    table = client.post("/reconcile", data={"extend": json.dumps(extension)}, headers=java)
    rows = valid(table.json, EXTENSION_0_2)["rows"]
    assert list(rows[CCR]) == [offered[0], "skos:prefLabel"]
    assert rows[CCR]["skos:prefLabel"] == [{"str": "Canadian Council for Refugees"}]


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # reconciler 0.2.2 uses what pandas 3.1 calls deprecated
def test_the_python_client_reconciles_a_column(server: Server) -> None:
    names = pd.Series(
        ["Canadian Council for Refugees", "Safe Third Country Agreement", "Conseil canadien pour les réfugiés"]
    )
    found = reconcile(names, reconciliation_endpoint=f"{server.address}/reconcile")
    by_name = dict(zip(found["input_value"], found["id"], strict=True))
    assert by_name == {names[0]: CCR, names[1]: f"{SITE}id/stca", names[2]: CCR}
    assert list(found["match"]) == [True, True, True]
    countries = pd.Series(["Canada", "United States"])
    typed = reconcile(countries, COUNTRY, 1, None, f"{server.address}/reconcile")
    assert list(typed["id"]) == [CANADA, f"{SITE}id/us"]
    assert set(typed["type_id"]) == {COUNTRY}
    everything = reconcile(countries, None, "all", {"rdfs:label": countries}, f"{server.address}/reconcile")
    assert len(everything) > 2


def test_a_batch_may_be_got_and_is_kept_by_its_address(client: FlaskClient) -> None:
    asked = batch({"query": "Canada"})
    got = client.get("/reconcile", query_string=asked)
    assert valid(got.json, RESULTS_0_2) == client.post("/reconcile", data=asked).json
    again = client.get("/reconcile", query_string=asked, headers={"If-None-Match": got.headers["ETag"]})
    assert again.status_code == 304
    other = client.get("/reconcile", query_string=asked, headers={"Accept-Language": "fr"})
    assert other.headers["ETag"] != got.headers["ETag"]
    assert client.head("/reconcile", query_string=asked).data == b""


def test_names_come_in_the_language_that_the_client_accepts(client: FlaskClient) -> None:
    asked = batch({"query": "Canadian Council for Refugees"})
    french = client.post("/reconcile", data=asked, headers={"Accept-Language": "fr-CA, en;q=0.5"})
    assert french.json is not None
    assert french.json["q0"]["result"][0]["name"] == "Conseil canadien pour les réfugiés"


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile?queries={}", "/reconcile/suggest/type?prefix=c",
                                  "/reconcile/extend/propose?type=x",
                                  "/reconcile?extend={%22ids%22:[],%22properties%22:[]}"])  # fmt: skip
def test_jsonp_calls_the_function_that_was_named(client: FlaskClient, path: str) -> None:
    plain = client.get(path).json
    response = client.get(path + ("&" if "?" in path else "?") + "callback=jQuery.cb_1&_=17")
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    text = response.get_data(as_text=True)
    assert text.isascii()
    found = re.fullmatch(r"/\*\*/jQuery\.cb_1\((.*)\);", text)
    assert found is not None
    assert json.loads(found[1]) == plain


@pytest.mark.parametrize("callback", ["", "alert(1)//", "a b", "1a", "a..b", "a.", "é", "x" * 101, "</script>", "a\n"])
def test_a_callback_is_a_name_or_an_error(client: FlaskClient, callback: str) -> None:
    for path in ("/reconcile", "/reconcile/suggest/entity"):
        response = client.get(path, query_string={"callback": callback, "prefix": "c"})
        assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert checked_callback("$.a_1.B") == "$.a_1.B"


# --- 1.0 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ["/reconcile", "/reconcile/1.0-draft"])
def test_queries_of_1_0_are_answered_in_their_order(client: FlaskClient, endpoint: str) -> None:
    queries = [
        {"type": COUNTRY, "limit": 5, "conditions": [{"matchType": "name", "propertyValue": "Canada"}]},
        {
            "conditions": [
                {"matchType": "property", "propertyId": f"{SITE}ontology/heldBy", "propertyValue": {"id": CCR}}
            ]
        },
        {"conditions": [{"matchType": "name", "propertyValue": "nothing like it at all"}]},
        {"lang": "fr", "conditions": [{"matchType": "id", "propertyValue": CCR}]},
    ]
    response = client.post(f"{endpoint}/match", json={"queries": queries})
    results = valid(response.json, RESULTS_1_0)["results"]
    assert [len(result["candidates"]) for result in results] == [1, 10, 0, 1]
    assert results[0]["candidates"][0]["id"] == CANADA
    ccr = results[3]["candidates"][0]
    assert (ccr["name"], ccr["lang"], ccr["match"]) == ("Conseil canadien pour les réfugiés", "fr", True)
    assert response.headers["Cache-Control"] == "no-store"


def test_values_are_fetched_with_their_languages_and_types(client: FlaskClient) -> None:
    claim = f"{SITE}id/claim-s01-c1"
    extension = {
        "ids": [claim, f"{SITE}id/nothing"],
        "properties": [
            {"id": f"{SITE}ontology/heldBy"},
            {"id": "rdfs:label"},
            {"id": "rdfs:label", "settings": {"language": "fr"}},
            {"id": f"{SITE}ontology/heldBy", "settings": {"content": "iri"}},
            {"id": f"{SITE}ontology/heldBy", "settings": {"content": "label"}},
            {"id": "rdfs:label", "settings": {"count": True}},
            {"id": "rdf:type", "settings": {"limit": 1}},
            {"id": "no such property"},
        ],
    }
    response = client.post("/reconcile/extend", json=extension)
    table = valid(response.json, EXTENSION_1_0)
    held, labels, french, iri, name, count, types, nothing = (p["values"] for p in table["rows"][0]["properties"])
    assert held == [{"id": CCR, "name": "Canadian Council for Refugees", "lang": "en"}]
    assert {value["lang"] for value in labels} == {"en", "fr"}
    assert french == [value for value in labels if value["lang"] == "fr"]
    assert iri == [{"str": CCR}]
    assert name == [{"str": "Canadian Council for Refugees", "lang": "en"}]
    assert count == [{"int": len(labels)}]
    assert len(types) == 1
    assert nothing == []
    assert all(p["values"] in ([], [{"int": 0}]) for p in table["rows"][1]["properties"])
    (of_agents,) = {json.dumps(column.get("type")) for column in table["meta"] if column["id"].endswith("heldBy")} - {
        "null"
    }
    assert json.loads(of_agents)["id"].startswith("http")


def test_dates_and_numbers_are_values_of_their_kind(client: FlaskClient) -> None:
    record = f"{SITE}id/mapping-canada-state-wikidata-q16"
    asked = {"ids": [record, f"{SITE}dataset/class/cn-claim"], "properties": [
        {"id": "https://w3id.org/sssom/mapping_date"}, {"id": "void:entities"}]}  # fmt: skip
    rows = valid(client.post("/reconcile/extend", json=asked).json, EXTENSION_1_0)["rows"]
    assert rows[0]["properties"][0]["values"] == [{"date": "2026-11-22T00:00:00"}]
    assert rows[1]["properties"][1]["values"][0].keys() == {"int"}


# --- suggestions and previews ----------------------------------------------------------------------------------


def test_suggestions_begin_with_the_prefix_and_are_paged(client: FlaskClient) -> None:
    first = valid(client.get("/reconcile/suggest/entity?prefix=canad&limit=3").json, SUGGESTED_ENTITIES)["result"]
    for parameter in ("cursor", "offset"):
        second = client.get(f"/reconcile/suggest/entity?prefix=canad&limit=3&{parameter}=3").json
        ids = [one["id"] for one in valid(second, SUGGESTED_ENTITIES)["result"]]
        assert len(ids) == 3
        assert not set(ids) & {one["id"] for one in first}
    by_id = client.get("/reconcile/suggest/entity", query_string={"prefix": CCR}).json
    assert valid(by_id, SUGGESTED_ENTITIES)["result"][0]["id"] == CCR
    assert valid(client.get("/reconcile/suggest/entity").json, SUGGESTED_ENTITIES) == {"result": []}
    typed = client.get("/reconcile/suggest/entity", query_string={"prefix": "canad", "type": COUNTRY}).json
    assert [one["id"] for one in valid(typed, SUGGESTED_ENTITIES)["result"]] == [CANADA]


def test_classes_and_properties_are_all_offered_before_a_letter_is_typed(client: FlaskClient) -> None:
    types = valid(client.get("/reconcile/suggest/type?limit=50").json, SUGGESTED_TYPES)["result"]
    assert len(types) == 50
    beginning = valid(client.get("/reconcile/suggest/type?prefix=dema").json, SUGGESTED_TYPES)["result"]
    assert [one["id"] for one in beginning] == [f"{SITE}ontology/Demand"]
    assert beginning[0]["broader"][0]["id"] == f"{SITE}ontology/Position"
    short = valid(client.get("/reconcile/suggest/type?prefix=schema:Coun").json, SUGGESTED_TYPES)["result"]
    assert [one["id"] for one in short] == [COUNTRY]
    french = client.get("/reconcile/suggest/property?prefix=soutenu", headers={"Accept-Language": "fr"}).json
    (result, *_) = valid(french, SUGGESTED_PROPERTIES)["result"] or [{}]
    assert result == {} or result["lang"] == "fr"
    assert len(valid(client.get("/reconcile/suggest/property").json, SUGGESTED_PROPERTIES)["result"]) == 10


def test_properties_are_proposed_for_a_class_and_for_an_unknown_one_those_of_all(client: FlaskClient) -> None:
    of_claims = valid(client.get(f"/reconcile/extend/propose?type={SITE}ontology/Claim").json, PROPOSED_PROPERTIES)
    ids = [one["id"] for one in of_claims["properties"]]
    assert {f"{SITE}ontology/heldBy", f"{SITE}ontology/polarity"} <= set(ids)
    limited = valid(
        client.get(f"/reconcile/extend/propose?type={SITE}ontology/Claim&limit=2").json, PROPOSED_PROPERTIES
    )
    assert [one["id"] for one in limited["properties"]] == ids[:2]
    unknown = valid(client.get("/reconcile/extend/propose?type=http://x.org/T").json, PROPOSED_PROPERTIES)
    assert len(unknown["properties"]) > 10


def test_a_preview_may_stand_in_a_frame_of_any_page_and_no_other_resource_may(client: FlaskClient) -> None:
    response = client.get("/reconcile/preview", query_string={"id": CCR}, environ_overrides={"SCRIPT_NAME": "/kg"})
    policies = response.headers.getlist("Content-Security-Policy")
    assert len(policies) == 1
    assert "frame-ancestors *" in policies[0]
    assert "default-src 'self'" in policies[0]
    for path in ("/reconcile", "/doc/id/ccr.html", "/reconcile/preview?id=nothing"):
        (policy,) = client.get(path).headers.getlist("Content-Security-Policy")
        assert "frame-ancestors 'self'" in policy
    tree = html5lib.parse(response.data, namespaceHTMLElements=False)
    text = "".join(tree.itertext())
    assert "Canadian Council for Refugees" in text
    assert CCR in text
    assert [a.get("href") for a in tree.iter("a")] == [f"/kg/resource?iri={quote(CCR, safe='')}"]
    assert {link.get("href", "")[:4] for link in tree.iter("link") if link.get("rel") == "stylesheet"} == {"/kg/"}


def test_an_unknown_preview_is_not_found(client: FlaskClient) -> None:
    for identifier in ("", "nothing", "javascript:alert(1)", "<script>"):
        assert client.get("/reconcile/preview", query_string={"id": identifier}).status_code == 404


# --- errors and manners ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "arguments", "status"),
    [
        ("/reconcile", {"data": {"queries": "{"}}, 400),
        ("/reconcile", {"data": {"queries": '{"q": {}}'}}, 400),
        ("/reconcile", {"data": {"extend": "[]"}}, 400),
        ("/reconcile", {"data": {"other": "x"}}, 400),
        ("/reconcile", {"data": {"queries": ["{}", "{}"]}}, 400),
        ("/reconcile", {"data": batch(*[{"query": "x"}] * (QUERIES_AT_MOST + 1))}, 413),
        ("/reconcile", {"json": {"queries": []}}, 415),
        ("/reconcile/match", {"data": {"queries": "{}"}}, 415),
        ("/reconcile/match", {"json": [1]}, 400),
        ("/reconcile/match", {"json": {"queries": [{}]}}, 400),
        ("/reconcile/extend", {"json": {"ids": ["x"] * 101, "properties": []}}, 413),
        ("/reconcile/extend", {"json": {"ids": [1], "properties": []}}, 400),
        ("/reconcile/extend", {"json": {"ids": [], "properties": [{"id": ""}]}}, 400),
        (
            "/reconcile/extend",
            {"json": {"ids": [], "properties": [{"id": "x", "settings": {"content": ["iri"]}}]}},
            400,
        ),
        ("/reconcile/extend", {"json": {"ids": [], "properties": [{"id": "x", "settings": {"limit": -1}}]}}, 400),
        ("/reconcile/extend", {"json": {"ids": [], "properties": [{"id": "x", "settings": [1]}]}}, 400),
        ("/reconcile/extend", {"json": {"ids": [], "properties": [{"id": "x", "settings": {"language": []}}]}}, 400),
        ("/reconcile/extend", {"json": {"ids": [], "properties": [{"id": "x", "settings": {"content": {}}}]}}, 400),
        (
            "/reconcile/match",
            {"json": {"queries": [{"lang": {}, "conditions": [{"matchType": "name", "propertyValue": "x"}]}]}},
            400,
        ),
    ],
)
def test_a_faulty_request_is_told_what_is_wrong(
    client: FlaskClient, path: str, arguments: dict[str, Any], status: int
) -> None:
    response = client.post(path, **arguments)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.json is not None
    assert response.json["detail"].endswith(".")


def test_a_faulty_parameter_is_told(client: FlaskClient) -> None:
    for query in ("prefix=c&limit=-1", "prefix=c&cursor=x", "prefix=a&prefix=b", "prefix=%FF"):
        assert client.get(f"/reconcile/suggest/type?{query}").status_code == 400, query
    assert client.get("/reconcile/suggest/type?prefix=c&limit=99999999999").status_code == 200


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/reconcile", {"GET", "HEAD", "OPTIONS", "POST"}), ("/reconcile/match", {"OPTIONS", "POST"}),
     ("/reconcile/suggest/entity", {"GET", "HEAD", "OPTIONS"}), ("/reconcile/preview", {"GET", "HEAD", "OPTIONS"})],
)  # fmt: skip
def test_methods_are_told_and_scripts_of_other_sites_may_ask(client: FlaskClient, path: str, methods: set[str]) -> None:
    preflight = client.options(path, headers={"Origin": "https://x.org", "Access-Control-Request-Method": "POST"})
    assert set(preflight.headers["Allow"].split(", ")) == methods
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    assert client.delete(path).status_code == 405


def test_it_answers_while_every_query_worker_is_busy(server: Server) -> None:
    """No query is asked: with the pool full, candidates come as quickly as ever."""
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f FILTER(?b != ?d && ?d != ?f) }"
    asked = urlencode(batch({"query": "Canada"}, {"query": "Minnesota"})).encode()
    with ThreadPool(6) as threads:
        bombs = [threads.apply_async(status_of, (f"{server.address}/sparql?{urlencode({'query': f'{bomb} #{n}'})}",))
                 for n in range(6)]  # fmt: skip
        time.sleep(0.3)
        start = time.monotonic()
        with urlopen(f"{server.address}/reconcile", asked, timeout=10) as answer:
            results = valid(json.load(answer), RESULTS_0_2)
        seconds = time.monotonic() - start
        assert not any(each.ready() for each in bombs)
        assert len(results["q0"]["result"]) >= 1
        assert seconds < 1.5
        assert {each.get(30) for each in bombs} == {422}


def status_of(address: str) -> int:
    try:
        with urlopen(address, timeout=30) as response:
            return int(response.status)
    except HTTPError as error:
        with error:
            return error.code


def test_the_page_about_it_names_the_address_and_the_limits(client: FlaskClient) -> None:
    page = client.get("/reconcile/about", base_url="http://kg.example.org/")
    text = "".join(html5lib.parse(page.data, namespaceHTMLElements=False).itertext())
    assert "http://kg.example.org/reconcile" in text
    assert f"{QUERIES_AT_MOST} queries" in text
