"""The W3C's SPARQL test suites, asked as clients ask: files served as they are, every syntax of results (0042)."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import pytest
import rdflib
from pyoxigraph import QueryBoolean, QueryResultsFormat, QueryTriples, Store
from rdflib import Graph

from kgpub.count_rewriting import CountRewriting
from kgpub.release import Release
from kgpub.sparql_tokens import tokens_of, verb_of
from kgpub.totals import TOTALS_FILE, read_totals
from kgpub.triple_order import TripleOrder
from projects import serve_ad_hoc
from sparql_results import Result, Table, as_csv, is_same, read_result, read_result_graph
from w3c_endpoint import DataSet, Endpoint
from w3c_suites import Case, Suite, read_cases, require_suites

require_suites()

SPARQL_1_1 = Suite("sparql11", "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/")
SPARQL_1_0 = Suite("dawg-data-r2", "http://www.w3.org/2001/sw/DataAccess/tests/data-r2/")
CASES = [
    *read_cases(SPARQL_1_1, "manifest-all.ttl"),
    *read_cases(SPARQL_1_0, "manifest-evaluation.ttl", "manifest-syntax.ttl"),
]
#: How each kind of result is asked for: the syntax, its media type, whether with POST.
TABLES = (
    ("srj", "application/sparql-results+json", True), ("srx", "application/sparql-results+xml", False),
    ("csv", "text/csv", True), ("tsv", "text/tab-separated-values", False),
)  # fmt: skip
GRAPHS = (
    ("turtle", "text/turtle", True), ("nt", "application/n-triples", False), ("xml", "application/rdf+xml", True),
    ("json-ld", "application/ld+json", False),
)  # fmt: skip
RDF_SYNTAXES = {".ttl": "turtle", ".rdf": "xml"}

_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^<>:]+)>")
#: What resolves against the base: a relative IRI, or what looks like one.
_DEPENDS = re.compile(r"\bFROM\b|<(?!\w+:)[^<>\s]*>", re.IGNORECASE)
_RARE = 2
_ELSEWHERE = re.compile(r"^[^#\n]*\bSERVICE\s+(?!SILENT)", re.MULTILINE)

# --- where the answer is another one ----------------------------------------------------------------------------

OLD_GRAMMAR = "SPARQL 1.0 read '123.' as a number with a full stop; since 1.1 the full stop ends the triple"
RDF_1_1 = "in RDF 1.1 a simple literal is an xsd:string, and this test tells them apart"
#: What SPARQL 1.1 over RDF 1.1 does not expect any more.
OUTDATED = {
    "sparql11/aggregates/agg-empty-group": "one row, but with GROUP BY nothing gives no group; corrected since",
    "sparql11/functions/strdt03": RDF_1_1,
    "sparql11/functions/strlang03": RDF_1_1,
    "dawg-data-r2/basic/term-6": OLD_GRAMMAR,
    "dawg-data-r2/basic/term-7": OLD_GRAMMAR,
    "dawg-data-r2/syntax-sparql1/syntax-lit-08": OLD_GRAMMAR,
    "dawg-data-r2/optional-filter/dawg-optional-filter-005-simplified": "never approved; its twin is passed",
    "dawg-data-r2/expr-builtin/dawg-datatype-2": RDF_1_1,
    "dawg-data-r2/distinct/distinct-2": RDF_1_1,
    "dawg-data-r2/distinct/distinct-9": RDF_1_1,
}


def test_what_is_outdated_is_in_the_suites() -> None:
    assert {str(case) for case in CASES} >= OUTDATED.keys()


def chosen(*kinds: str) -> list[Case]:
    """Return the tests of some kinds, but those that were withdrawn, and those of entailment and of SPARQL Update."""
    left_out = {"entailment", "delete-insert"}
    return [
        case for case in CASES
        if case.kinds & set(kinds) and case.manifest.path.parent.name not in left_out
        and not any(iri.endswith("#Withdrawn") for iri in case.values("approval"))
    ]  # fmt: skip


def parameters(cases: list[Case]) -> list[object]:
    """Return tests as parameters; what deviates is known to, and told if it does not any more."""
    return [
        pytest.param(case, id=str(case), marks=pytest.mark.xfail(strict=True, reason=OUTDATED[str(case)]))
        if str(case) in OUTDATED else pytest.param(case, id=str(case))
        for case in cases
    ]  # fmt: skip


def query_of(case: Case) -> str:
    (path,) = case.paths("action", "query") or case.paths("action")
    return path.read_text("utf-8")


def data_of(case: Case) -> DataSet:
    """Return the data of a test; where its manifest names none, the query does."""
    base = case.iri.rpartition("/")[0] + "/"
    default, named = case.values("action", "data"), case.values("action", "graphData")
    in_query = () if default or named else (base + name for name in _FROM.findall(query_of(case)))
    return DataSet(base, default, tuple(sorted({*named, *in_query})))


def expected_of(case: Case) -> Result:
    (path,) = case.paths("result")
    if path.suffix not in RDF_SYNTAXES:
        return read_result(path.read_bytes(), path.suffix[1:])
    address = case.manifest.suite.iri(path)
    return read_result_graph(Graph().parse(path, publicID=address, format=RDF_SYNTAXES[path.suffix]))


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    endpoint = Endpoint(tmp_path_factory.mktemp("w3c"))
    yield endpoint
    endpoint.close()


@pytest.fixture(autouse=True)
def literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


EVALUATED = chosen("QueryEvaluationTest", "CSVResultFormatTest")
FEDERATED = [case for case in EVALUATED if _ELSEWHERE.search(query_of(case))]
ANSWERED = [case for case in EVALUATED if case not in FEDERATED]
_ASKED = Counter(map(data_of, ANSWERED))


def is_shared(case: Case) -> bool:
    """Tell whether a test is asked of one release for many: with the protocol's parameters for its graphs.

    Few tests have its data, its query does not depend on the base, and no file is in it twice.
    """
    data = data_of(case)
    is_rare = _ASKED[data] <= _RARE and data.default + data.named and not set(data.default) & set(data.named)
    return bool(is_rare) and _DEPENDS.search(query_of(case)) is None


SHARED = {
    suite: DataSet(suite.address, (), tuple(sorted({
        iri for case in ANSWERED if case.manifest.suite == suite and is_shared(case)
        for iri in (*data_of(case).default, *data_of(case).named)
    })))
    for suite in (SPARQL_1_0, SPARQL_1_1)
}  # fmt: skip


def served_for(case: Case) -> DataSet:
    return SHARED[case.manifest.suite] if is_shared(case) else data_of(case)


@pytest.mark.parametrize("case", parameters(sorted(ANSWERED, key=served_for)))
def test_a_query_has_the_answer_that_the_suite_expects(endpoint: Endpoint, case: Case) -> None:
    expected, is_lax = expected_of(case), "LaxCardinality" in "".join(case.values("resultCardinality"))
    (path,) = case.paths("result")
    endpoint.serve(served_for(case), case.manifest.suite)
    chosen_data = data_of(case) if is_shared(case) else None
    for syntax, media_type, by_post in GRAPHS if isinstance(expected, Graph) else TABLES:
        response = endpoint.ask(query_of(case), media_type, by_post=by_post, data=chosen_data)
        assert (response.status_code, response.mimetype) == (200, media_type), response.data
        got = read_result(response.data, syntax)
        if syntax == "csv" and isinstance(got, Table) and isinstance(expected, Table):
            assert is_lax or as_csv(got) == as_csv(expected), response.data
        elif path.suffix != ".csv":  # which tells no term from another
            assert is_same(got, expected, is_lax=is_lax), response.data


POSITIVE = chosen("PositiveSyntaxTest", "PositiveSyntaxTest11")
FEDERATED += [case for case in POSITIVE if _ELSEWHERE.search(query_of(case))]
NOTHING = DataSet(SPARQL_1_1.address)


@pytest.mark.parametrize("case", parameters([case for case in POSITIVE if case not in FEDERATED]))
@pytest.mark.parametrize("by_post", [True, False], ids=["post", "get"])
def test_what_is_sparql_is_answered(endpoint: Endpoint, case: Case, *, by_post: bool) -> None:
    endpoint.serve(NOTHING, SPARQL_1_1)
    response = endpoint.ask(query_of(case), by_post=by_post)
    assert response.status_code == 200, response.data


@pytest.mark.parametrize("case", parameters(chosen("NegativeSyntaxTest", "NegativeSyntaxTest11")))
@pytest.mark.parametrize("by_post", [True, False], ids=["post", "get"])
def test_what_is_no_sparql_is_told_with_its_place(endpoint: Endpoint, case: Case, *, by_post: bool) -> None:
    endpoint.serve(NOTHING, SPARQL_1_1)
    query, before = query_of(case), endpoint.processes()
    response = endpoint.ask(query, by_post=by_post)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json"), response.data
    problem, lines = json.loads(response.data), [*query.splitlines(), ""]
    assert problem["type"].endswith("/malformed-query")
    assert 1 <= problem["line"] <= len(lines)
    assert 1 <= problem["column"] <= len(lines[problem["line"] - 1]) + 1
    assert endpoint.processes() == before, "the worker ended"


@pytest.mark.parametrize("case", [pytest.param(case, id=str(case)) for case in FEDERATED])
def test_a_query_to_another_endpoint_is_refused(endpoint: Endpoint, case: Case) -> None:
    endpoint.serve(NOTHING, SPARQL_1_1)
    response = endpoint.ask(query_of(case))
    assert response.status_code == 403
    assert json.loads(response.data)["type"].endswith("/query-refused")


@pytest.mark.parametrize(("kind", "module"), [
    ("ProtocolTest", "test_protocol.py"), ("ServiceDescriptionTest", "test_service_description.py"),
])  # fmt: skip
def test_each_case_of_the_protocol_is_a_test_of_that_name(kind: str, module: str) -> None:
    words = set(re.findall(r"\w+", Path(__file__).with_name(module).read_text("utf-8")))
    names = [case.iri.partition("#")[2].replace("-", "_") for case in CASES if kind in case.kinds]
    assert names
    assert [name for name in names if not {name, f"test_{name}"} & words] == []


# --- counts from the totals -------------------------------------------------------------------------------------


def answer(store: Store, text: str, base: str) -> Result:
    result = store.query(text, base_iri=base)
    if isinstance(result, QueryTriples):
        return read_result("\n".join(f"{triple} ." for triple in result).encode(), "nt")
    if isinstance(result, QueryBoolean):
        return bool(result)
    return read_result(result.serialize(None, QueryResultsFormat.JSON) or b"", "srj")


@pytest.fixture(scope="module")
def all_data(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """All data of the suites in one release, whose default graph is the union of its graphs."""
    files = {}
    for suite in (SPARQL_1_0, SPARQL_1_1):
        named = {iri for case in ANSWERED if case.manifest.suite == suite for iri in case.values("action", "data")}
        files[f"{suite.folder}.nq"] = DataSet(suite.address, (), tuple(sorted(named))).files(suite)["named.nq"]
    return serve_ad_hoc(tmp_path_factory.mktemp("all-data"), files, union=True)


def test_counts_from_the_totals_are_what_the_engine_counts(all_data: Release) -> None:
    store, totals = Store.read_only(str(all_data.store)), read_totals(all_data.store.parent / TOTALS_FILE)
    counts, texts = CountRewriting(totals), dict.fromkeys(map(query_of, [*ANSWERED, *POSITIVE]))
    rewritten = {text: counted for text in texts if (counted := counts.rewritten(text)) is not None}
    assert len(rewritten) >= 5, list(rewritten)
    base = all_data.manifest.publication.base_iri
    for text, counted in rewritten.items():
        assert is_same(answer(store, counted, base), answer(store, text, base)), text


def test_triple_patterns_in_another_order_have_the_same_solutions(all_data: Release) -> None:
    store, totals = Store.read_only(str(all_data.store)), read_totals(all_data.store.parent / TOTALS_FILE)
    order, base = TripleOrder(totals), all_data.manifest.publication.base_iri
    texts = dict.fromkeys(text for text in map(query_of, [*ANSWERED, *POSITIVE]) if "LIMIT" not in text.upper())
    ordered = {
        text: other for text in texts if (other := order.ordered(text)) != text and verb_of(tokens_of(text)) == "SELECT"
    }
    assert len(ordered) >= 10, list(ordered)
    for text, other in ordered.items():
        rows, expected = (
            Counter(map(str, cast("Iterable[object]", store.query(asked, base_iri=base)))) for asked in (other, text)
        )
        assert rows == expected, text
