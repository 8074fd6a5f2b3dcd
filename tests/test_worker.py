"""What a worker says and refuses; what happens around it is in test_pool, what both engines promise in test_engine."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import rdflib

from engines import EX, write_store
from kgpub.engine import Budget, Engine, Query, Wanted
from kgpub.engine_local import LocalEngine
from kgpub.errors import NotAcceptable, QueryMalformed, QueryRefused
from kgpub.formats import RDF_XML, RESULTS_CSV, TURTLE
from kgpub.pool import QueryPool

BUDGET = Budget(seconds=10, memory_mb=256, answer_bytes=10_000_000)
ANY = Wanted(RESULTS_CSV, TURTLE)
GEOF = "http://www.opengis.net/def/function/geosparql/"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("worker") / "store")


@pytest.fixture(scope="module")
def engine(store: Path) -> Iterator[Engine]:
    pool = QueryPool(store, EX, workers=1, queue=8, memory_mb=256)
    yield LocalEngine(pool.address)
    pool.close()


def ask(engine: Engine, text: str, wanted: Wanted = ANY, budget: Budget = BUDGET) -> str:
    return engine.evaluate(Query(text), wanted, budget).read().decode()


# --- messages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * WHERE { ?s ?p", 1, 23),
        ("SELECT *\nWHERE {\n  ?s ?p ?o ??\n}", 3, 12),
        ("ASK { <é> <p> 'é' é }", 1, 19),
        ("ASK { ?s unknown:name ?o }", 1, 10),
    ],
)
def test_a_syntax_error_has_the_line_and_the_column(engine: Engine, text: str, line: int, column: int) -> None:
    with pytest.raises(QueryMalformed, match=f"line {line}, column {column}: ") as caught:
        ask(engine, text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "text", ["SELECT * WHERE { ?s ?p", "SELEC *", "ASK { ?s ?p ?o . FILTER( }", "ASK { ?s ?p 'a }"]
)
def test_a_message_holds_no_character_classes_and_no_line_break(engine: Engine, text: str) -> None:
    with pytest.raises(QueryMalformed) as caught:
        ask(engine, text)
    assert not re.search(r"\.\.=|\\u\{|\['|\n", caught.value.sentence)
    assert len(caught.value.sentence) < 500


def test_a_graph_whose_iri_is_relative_is_named(engine: Engine) -> None:
    with pytest.raises(QueryMalformed, match="graph's IRI is not valid"):
        engine.evaluate(Query("ASK {}", ("no iri",)), ANY, BUDGET)


def test_a_relative_iri_is_resolved_against_the_base(engine: Engine) -> None:
    assert ask(engine, "SELECT ?label WHERE { <plain> <label> ?label }") == "label\r\nplain\r\n"


# --- functions of other engines --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("SELECT (<e:f>(?x, <e:g>()) AS ?y) (1 AS ?z) {}", "y,z\r\n,1\r\n"),
        ("SELECT (COALESCE(<e:f>(), 'none') AS ?y) {}", "y\r\nnone\r\n"),
        ("SELECT ?s { ?s <label> ?o FILTER <e:f>(?o) }", "s\r\n"),
        ("SELECT ?s { ?s <label> ?o FILTER(!<e:f>(?o)) }", "s\r\n"),
        ("SELECT ?o { <plain> <label> ?o } ORDER BY <e:f>(?o)", "o\r\nplain\r\n"),
        ("SELECT (COUNT(?s) AS ?n) { ?s ?p ?o FILTER(<e:f>(?p) || true) }", "n\r\n8\r\n"),
    ],
)
def test_a_function_of_another_engine_has_no_value(engine: Engine, text: str, answer: str) -> None:
    assert ask(engine, text) == answer


@pytest.mark.parametrize("function", ["http://www.w3.org/2001/XMLSchema#intger", f"{GEOF}distanse"])
def test_a_slip_of_the_pen_in_the_name_of_a_function_is_told(engine: Engine, function: str) -> None:
    with pytest.raises(QueryMalformed, match=re.escape(f"<{function}> is not known")):
        ask(engine, f"SELECT (<{function}>(1) AS ?x) {{}}")


def test_very_many_functions_of_other_engines_are_told(engine: Engine) -> None:
    calls = " ".join(f"(<e:f{n}>() AS ?x{n})" for n in range(17))
    with pytest.raises(QueryMalformed, match="is not known"):
        ask(engine, f"SELECT {calls} {{}}")
    assert ask(engine, "ASK {}") == "true"


# --- RDF/XML ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("predicate", [EX, EX + "2024", EX + "%41", "urn:x:1", EX + "p("])
def test_a_predicate_without_an_xml_name_cannot_be_had_as_rdf_xml(engine: Engine, predicate: str) -> None:
    text = f"CONSTRUCT {{ <a:a> <{predicate}> 1 }} WHERE {{}}"
    with pytest.raises(NotAcceptable, match=re.escape(f"<{predicate}>")):
        ask(engine, text, Wanted(None, RDF_XML))
    assert f"<{predicate}>" in ask(engine, text, Wanted(None, TURTLE))


@pytest.mark.parametrize("predicate", [EX + "2a", EX + "é", EX + "a/1-b", "urn:x:_1"])
def test_a_predicate_that_ends_in_an_xml_name_can(engine: Engine, predicate: str) -> None:
    content = ask(engine, f"CONSTRUCT {{ <a:a> <{predicate}> 1 }} WHERE {{}}", Wanted(None, RDF_XML))
    assert set(rdflib.Graph().parse(data=content, format="xml").predicates()) == {rdflib.URIRef(predicate)}


# --- refusals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "insert data { <a:a> <a:b> 1 }",
        "PREFIX a: <b:> # c\nBASE <d:>\nDELETE DATA { <a:a> <a:b> 1 }",
        "WITH <a:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "COPY DEFAULT TO <a:a>",
    ],
)
def test_an_update_is_told_from_a_mistake(engine: Engine, text: str) -> None:
    with pytest.raises(QueryRefused, match="no SPARQL Update"):
        ask(engine, text)


def test_a_mistake_is_told_from_an_update(engine: Engine) -> None:
    with pytest.raises(QueryMalformed):
        ask(engine, "SELEC * WHERE { <a:a> <a:insert> 'INSERT DATA' }")


def test_silent_federation_answers_as_if_the_other_end_had_failed(engine: Engine) -> None:
    assert ask(engine, "SELECT * WHERE { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }").count("\r\n") == 2


@contextmanager
def engine_without_seccomp(store: Path, folder: Path) -> Iterator[Engine]:
    """Run a pool as on a system that lacks the C library."""
    address = str(folder / "query.sock")
    arguments = [str(store), EX, address, "1", "8", "256"]
    script = f"import sys; sys.modules['pyseccomp'] = None; from kgpub.pool import main; main({arguments!r})"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as master:
        assert master.stdout is not None
        assert master.stdout.readline() == b"ready\n"
        yield LocalEngine(address)
        master.terminate()


def test_without_seccomp_the_word_service_is_refused_wherever_it_stands(
    store: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with engine_without_seccomp(store, tmp_path_factory.mktemp("bare")) as engine:
        assert ask(engine, "ASK {}") == "true"
        for text in ("ASK { SERVICE <a:a> {} }", "ASK { FILTER(1<2)Service:x#>\n{} }", "ASK { ?s ?p 'service' }"):
            with pytest.raises(QueryRefused, match="SERVICE is not allowed here"):
                ask(engine, text)
