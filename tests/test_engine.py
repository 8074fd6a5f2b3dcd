"""The contract of an engine, held against both of them: the workers of this machine and a SPARQL endpoint."""

import csv
import json
import re
import socket
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from io import BytesIO, StringIO
from pathlib import Path
from typing import cast

import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.query import Result

from engines import DEFAULT, EX, LABEL, ONE, TWO, free_port, local_engine, product, remote_engine, virtuoso_engine
from kgpub.engine import Answer, Budget, Engine, Query, Wanted
from kgpub.engine_local import LocalEngine
from kgpub.engine_remote import RemoteEngine
from kgpub.errors import (
    AnswerIncomplete,
    EngineUnavailable,
    NotAcceptable,
    QueryMalformed,
    QueryOverBudget,
    QueryRefused,
)
from kgpub.formats import (
    GRAPH_FORMATS,
    HTML,
    N_TRIPLES,
    RESULTS_CSV,
    RESULTS_JSON,
    RESULTS_TSV,
    RESULTS_XML,
    SOLUTION_FORMATS,
    TURTLE,
    Format,
)

LABELS = {"plain", "percent-encoded", "non-ASCII"}

BUDGET = Budget(seconds=20, memory_mb=512, answer_bytes=10_000_000)
ANY = Wanted(RESULTS_JSON, N_TRIPLES)
PREFIX = f"PREFIX : <{EX}>\n"
ALL_LABELS = PREFIX + "SELECT ?label WHERE { ?s :label ?label }"
ALL_GRAPHS = PREFIX + "SELECT ?label WHERE { GRAPH ?g { ?s :label ?label } }"
NOTHING = "SELECT * WHERE {}"


#: Takes seconds on any machine, and yet ends: an endpoint goes on with it after its client hung up.
SLOW = f"SELECT (COUNT(*) AS ?n) WHERE {{ {product(7, last=6)} }}"
LARGE = f"SELECT * WHERE {{ {product(5)} }}"
#: Virtuoso writes slowly, and nothing before it has everything.
LARGE_IN_VIRTUOSO = LARGE + " LIMIT 1000"

#: Where Virtuoso 7.2.5 differs: a test, what the name of its case holds, and why. Each case must fail for it, so that
#: this list stays true; docs/reference/remote-engine.md tells the same.
DIFFERENCES = [
    ("test_a_truth_value", "csv", "its CSV for ASK is a table with the column bool"),
    ("test_a_graph", "jsonld", "its JSON-LD loses language tags"),
    ("test_the_data_set", "unnamed", "what stands in for the default graph is a named graph too"),
    ("test_the_data_set", "default only", "default graphs without named ones leave all named graphs in sight"),
    ("test_the_data_set", "unknown", "default graphs without named ones leave all named graphs in sight"),
    ("test_the_data_set", "named only", "the graph that stands in for the default graph stays"),
    ("test_a_malformed_query", "SELECT *", "it tells the line after the last one"),
    ("test_a_malformed_query", "ASK", "it tells a line and no column"),
]


@pytest.fixture(
    scope="module", params=[local_engine, remote_engine, virtuoso_engine], ids=["local", "oxigraph", "virtuoso"]
)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with request.param(tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(autouse=True)
def _difference(request: pytest.FixtureRequest) -> None:
    name = request.node.name
    for test, case, reason in DIFFERENCES:
        if "virtuoso" in name and name.startswith(test) and case in name:
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.fixture
def large(request: pytest.FixtureRequest) -> str:
    """Return a query whose answer is larger than what is on its way anywhere."""
    return LARGE_IN_VIRTUOSO if "virtuoso" in request.node.name else LARGE


def ask(engine: Engine, text: str, wanted: Wanted = ANY, budget: Budget = BUDGET) -> Answer:
    return engine.evaluate(Query(text), wanted, budget)


def column(answer: Answer) -> list[str]:
    """Return the values of the only column of a JSON answer."""
    return [cell["value"] for row in json.loads(answer.read())["results"]["bindings"] for cell in row.values()]


# --- formats ---------------------------------------------------------------------------------------------


def parse_table(content: bytes, fmt: Format) -> set[tuple[str, ...]]:
    if fmt is RESULTS_JSON:
        document = json.loads(content)
        names, rows = document["head"]["vars"], document["results"]["bindings"]
        return {tuple(row[name]["value"] for name in names) for row in rows}
    if fmt is RESULTS_CSV:
        return set(map(tuple, list(csv.reader(StringIO(content.decode(), newline="")))[1:]))
    syntax = {RESULTS_XML: "xml", RESULTS_TSV: "tsv"}[fmt]
    result = Result.parse(BytesIO(content), format=syntax)
    return {tuple(str(value) for value in row) for row in result if not isinstance(row, bool)}


def parse_truth(content: bytes, fmt: Format) -> bool:
    if fmt is RESULTS_JSON:
        truth: bool = json.loads(content)["boolean"]
        return truth
    if fmt is RESULTS_XML:
        return bool(Result.parse(BytesIO(content), format="xml").askAnswer)
    return {b"true": True, b"false": False}[content.strip()]


@pytest.mark.parametrize("fmt", SOLUTION_FORMATS, ids=lambda fmt: fmt.suffix)
def test_a_table_comes_in_each_format(engine: Engine, fmt: Format) -> None:
    answer = ask(engine, PREFIX + "SELECT ?s ?o WHERE { ?s :label|:note|:size ?o }", Wanted(fmt, None))
    assert answer.format is fmt
    assert parse_table(answer.read(), fmt) == {
        (EX + "plain", "plain"),
        (EX + "plain", """tab\t, comma, "quote",\nand a line"""),
        (EX + "plain", "42"),
        (EX + "caf%C3%A9", "percent-encoded"),
        (EX + "café", "non-ASCII"),
    }


@pytest.mark.parametrize("fmt", SOLUTION_FORMATS, ids=lambda fmt: fmt.suffix)
@pytest.mark.parametrize(("subject", "truth"), [("plain", True), ("absent", False)])
def test_a_truth_value_comes_in_each_format(engine: Engine, fmt: Format, subject: str, *, truth: bool) -> None:
    answer = ask(engine, f"{PREFIX}ASK {{ :{subject} ?p ?o }}", Wanted(fmt, None))
    assert answer.format is fmt
    assert parse_truth(answer.read(), fmt) is truth


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its parsers use what it deprecates
@pytest.mark.parametrize("fmt", GRAPH_FORMATS, ids=lambda fmt: fmt.suffix)
@pytest.mark.parametrize("form", ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "DESCRIBE ?s WHERE { ?s ?p ?o }"])
def test_a_graph_comes_in_each_format(engine: Engine, fmt: Format, form: str) -> None:
    answer = ask(engine, form, Wanted(None, fmt))
    assert answer.format is fmt
    expected = rdflib.Graph().parse(data=DEFAULT, format="nt")
    parsed = rdflib.Dataset()
    parsed.parse(data=answer.read(), format=fmt.media_type)
    assert isomorphic(parsed.default_graph, expected)


def test_a_table_is_not_acceptable_where_only_graphs_are(engine: Engine) -> None:
    with pytest.raises(NotAcceptable) as caught:
        ask(engine, NOTHING, Wanted(None, TURTLE)).read()
    assert caught.value.offered == tuple(fmt.media_type for fmt in (*SOLUTION_FORMATS, HTML))


def test_a_graph_is_not_acceptable_where_only_tables_are(engine: Engine) -> None:
    with pytest.raises(NotAcceptable) as caught:
        ask(engine, "DESCRIBE <a:a>", Wanted(RESULTS_CSV, None)).read()
    assert caught.value.offered == tuple(fmt.media_type for fmt in (*GRAPH_FORMATS, HTML))


# --- the data set and the text ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("default", "named", "labels", "labels_in_graphs"),
    [
        (None, None, LABELS, {"in one", "in two"}),
        ((ONE,), (TWO,), {"in one"}, {"in two"}),
        ((ONE, TWO), (), {"in one", "in two"}, set()),
        ((), (ONE,), set(), {"in one"}),
        ((EX + "graph/none",), (), set(), set()),
    ],
    ids=["unnamed", "both", "default only", "named only", "unknown"],
)
def test_the_data_set_of_the_protocol_is_honoured(
    engine: Engine,
    default: tuple[str, ...] | None,
    named: tuple[str, ...] | None,
    labels: set[str],
    labels_in_graphs: set[str],
) -> None:
    def answered(text: str) -> set[str]:
        return set(column(engine.evaluate(Query(text, default, named), ANY, BUDGET)))

    assert answered(ALL_LABELS) == labels
    assert answered(ALL_GRAPHS) == labels_in_graphs


@pytest.mark.parametrize(("iri", "label"), [("caf%C3%A9", "percent-encoded"), ("café", "non-ASCII")])
def test_an_iri_arrives_as_it_was_written(engine: Engine, iri: str, label: str) -> None:
    assert column(ask(engine, f"SELECT ?o WHERE {{ <{EX}{iri}> <{LABEL}> ?o }}")) == [label]


def test_a_text_arrives_as_it_was_written(engine: Engine) -> None:
    text = "a+b & c=d; 100%25 “é” \N{GRINNING FACE} #?/"
    assert column(ask(engine, f'SELECT ("{text}" AS ?text) WHERE {{}}')) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "# one\n# insert two\nASK {}",
        "prefix load: <http://add.example/#clear> # drop\nASK {}",
        "BASE <http://example.org/>PREFIX\ninsert:<x>ASK{}",
        "PREFIX delete: <a:>PREFIX : <b:>\r\n# copy\rask {}",
        "ASK { FILTER('INSERT DATA' != 'DESCRIBE') } # move",
    ],
)
def test_a_query_that_looks_like_something_else_is_answered(engine: Engine, text: str) -> None:
    assert json.loads(ask(engine, text).read())["boolean"] is True


# --- refusals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["SELECT *\nWHERE { ?s ?p", "ASK\n{ nonsense }", "PREFIX a: <b:>\nSELEC * {}"])
def test_a_malformed_query_is_refused_with_its_line(engine: Engine, text: str) -> None:
    with pytest.raises(QueryMalformed, match=r"^The query is not valid SPARQL: .*line 2|2:\d+") as caught:
        ask(engine, text).read()
    assert caught.value.line == 2
    assert caught.value.column is not None


@pytest.mark.parametrize("text", ["", " # nothing", "PREFIX", "SELECT", "\N{REPLACEMENT CHARACTER}", "ASK {\udc80}"])
def test_a_text_that_is_no_query_is_malformed(engine: Engine, text: str) -> None:
    with pytest.raises(QueryMalformed):
        ask(engine, text).read()


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:a> <a:b> 1 }",
        "# one\n# two\nPREFIX a: <b:>\nDELETE WHERE { ?s ?p ?o }",
        "BASE <a:> with <g> delete { ?s ?p ?o } where { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:9/>",
        "CLEAR ALL",
    ],
)
def test_an_update_is_refused(engine: Engine, text: str) -> None:
    with pytest.raises(QueryRefused, match="Update"):
        ask(engine, text).read()
    assert set(column(ask(engine, ALL_LABELS))) == LABELS


@pytest.mark.parametrize(
    "pattern",
    [
        "SERVICE <{}> {{ ?a ?b ?c }}",
        "SERVICE SILENT <{}> {{ ?a ?b ?c }}",
        "service<{}>{{?a ?b ?c}}",
        "VALUES (?a ?b) {{ (1 2) }} FILTER(?a<?b)SERVICE<{}#>\n{{ ?s ?p ?o }}",
        ":plain :flag trueSERVICE <{}> {{ ?a ?b ?c }}",
        "OPTIONAL {{ SERVICE # <a:>\n <{}> {{ ?a ?b ?c }} }}",
        "\\u0053ERVICE <{}> {{ ?a ?b ?c }}",
    ],
)
def test_no_query_connects_to_another_endpoint(engine: Engine, pattern: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with suppress(QueryRefused, QueryMalformed):
            ask(engine, PREFIX + "SELECT * WHERE { " + pattern.format(address) + " }").read()
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_service_is_refused_with_a_sentence(engine: Engine) -> None:
    with pytest.raises(QueryRefused, match="SERVICE is not allowed here"):
        ask(engine, "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }").read()


def test_a_name_that_ends_in_service_is_no_federation(engine: Engine) -> None:
    assert column(ask(engine, PREFIX + "SELECT ?s WHERE { ?s a :GovernmentService }")) == []


# --- budgets ---------------------------------------------------------------------------------------------


def test_a_query_over_its_time_is_stopped_and_the_next_one_answered(engine: Engine) -> None:
    started = time.monotonic()
    with pytest.raises(QueryOverBudget, match=r"time budget of 0\.4 s") as caught:
        ask(engine, SLOW, budget=Budget(0.4, 512, 1_000_000)).read()
    stopped = time.monotonic()
    assert caught.value.budget == "time"
    assert stopped - started < 0.4 + 1.5
    engine.ping()
    assert time.monotonic() - stopped < 1


def test_an_answer_over_its_size_is_stopped_and_the_next_one_given(engine: Engine, large: str) -> None:
    with pytest.raises(QueryOverBudget, match=r"answer budget of 0\.05 MB") as caught:
        ask(engine, large, budget=Budget(20, 512, 50_000)).read()
    assert caught.value.budget == "answer"
    engine.ping()


def test_an_answer_of_exactly_its_size_is_given(engine: Engine) -> None:
    size = len(ask(engine, ALL_LABELS).read())
    assert len(ask(engine, ALL_LABELS, budget=Budget(20, 512, size)).read()) == size


def test_an_answer_that_nobody_reads_on_frees_the_engine(engine: Engine, large: str) -> None:
    for _ in range(4):
        chunks = cast("Generator[bytes, None, None]", ask(engine, large).chunks)
        assert next(chunks)
        chunks.close()
    engine.ping()


@pytest.mark.parametrize("engine", [virtuoso_engine], ids=["virtuoso"], indirect=True)
def test_a_limit_of_the_endpoint_itself_is_told_and_no_part_given(engine: Engine) -> None:
    with pytest.raises(AnswerIncomplete):
        ask(engine, SLOW).read()
    engine.ping()


# --- reach -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["local", "remote"])
def test_an_engine_out_of_reach_says_so_without_its_address(kind: str, tmp_path: Path) -> None:
    address, port = str(tmp_path / "query.sock"), free_port()
    engine: Engine = LocalEngine(address) if kind == "local" else RemoteEngine(f"http://127.0.0.1:{port}/query")
    with pytest.raises(EngineUnavailable, match=r"cannot be reached\.$") as caught:
        ask(engine, NOTHING)
    assert not re.search(rf"127|{port}|query\.sock", caught.value.sentence)
    with pytest.raises(EngineUnavailable):
        engine.ping()
