"""Answers tell literals as they were written, in every format, wherever the pieces of an answer are cut."""

from collections.abc import Iterator

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, QueryTriples, RdfFormat, Store, parse_query_results
from pyoxigraph import QueryResultsFormat as Results

from kgpub.engine import Budget, Engine, Query, Wanted
from kgpub.engine_local import LocalEngine
from kgpub.formats import GRAPH_FORMATS, RESULTS_CSV, RESULTS_JSON, SOLUTION_FORMATS, TURTLE, Format
from kgpub.lexical_forms import WRITTEN
from kgpub.lexical_output import as_written
from kgpub.pool import QueryPool
from kgpub.release import Release
from kgpub.vocabulary import XSD
from projects import BASE, build_project

ODD = [("1.50", "decimal"), ("01", "integer"), ("5", "nonNegativeInteger"), ("1", "boolean"), ("2E0", "double")]
#: A text that looks like what is looked for.
TEXT = f'"datatype":"{WRITTEN}x ^^<{WRITTEN}y'
RULE = """PREFIX ex: <https://example.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
CONSTRUCT { ?s ex:copied ?o ; ex:next ?n } { ?s ex:has ?o FILTER(?o >= 5 && DATATYPE(?o) != xsd:int)
  BIND(?o + 1 AS ?n) }
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    objects = ", ".join(f'"{text}"^^xsd:{name}' for text, name in ODD)
    turtle = f"@prefix xsd: <{XSD}> . @prefix ex: <{BASE}> . ex:a ex:has {objects} ; ex:says '{TEXT}' ."
    files = {"data/a.ttl": turtle, "ontology/rules/copy.rq": RULE}
    return build_project(tmp_path_factory.mktemp("odd"), files).release


@pytest.fixture(scope="module")
def engine(release: Release) -> Iterator[Engine]:
    pool = QueryPool(release.store, BASE, workers=1, queue=8, memory_mb=256)
    yield LocalEngine(pool.address)
    pool.close()


def ask(engine: Engine, text: str, wanted: Wanted) -> bytes:
    return engine.evaluate(Query(text), wanted, Budget(10, 256, 10_000_000)).read()


@pytest.mark.parametrize("fmt", SOLUTION_FORMATS)
def test_solutions_have_the_terms_of_the_source(engine: Engine, fmt: Format) -> None:
    body = ask(engine, f"SELECT ?o {{ <{BASE}a> <{BASE}has>|<{BASE}says> ?o }}", Wanted(fmt, TURTLE))
    expected = {f'"{text}"^^<{XSD}{name}>' for text, name in ODD} | {str(Literal(TEXT))}
    if fmt is RESULTS_CSV:
        assert {text for text, _ in ODD} < set(body.decode().splitlines())
        return
    known = {"srj": Results.JSON, "srx": Results.XML, "tsv": Results.TSV}
    solutions = parse_query_results(body, known[fmt.suffix])
    assert isinstance(solutions, QuerySolutions)
    assert {str(row["o"]) for row in solutions} == expected


@pytest.mark.parametrize("fmt", GRAPH_FORMATS)
def test_graphs_have_the_terms_of_the_source(engine: Engine, fmt: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    body = ask(engine, f"CONSTRUCT WHERE {{ <{BASE}a> <{BASE}has> ?o ; <{BASE}says> ?t }}", Wanted(RESULTS_JSON, fmt))
    names = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml", "trig": "trig", "nq": "nquads"}
    graph = rdflib.Dataset(default_union=True).parse(data=body, format=names[fmt.suffix])
    has = rdflib.URIRef(f"{BASE}has")
    found = {(str(o), str(o.datatype)) for o in graph.objects(None, has) if isinstance(o, rdflib.Literal)}
    assert found == {(text, XSD + name) for text, name in ODD}
    assert {str(text) for text in graph.objects(None, rdflib.URIRef(f"{BASE}says"))} == {TEXT}


def test_rules_see_values_and_hand_terms_on(engine: Engine, release: Release) -> None:
    query = f"SELECT ?p ?o {{ <{BASE}a> ?p ?o FILTER(?p IN (<{BASE}copied>, <{BASE}next>)) }} ORDER BY ?p"
    body = ask(engine, query, Wanted(SOLUTION_FORMATS[-1], TURTLE)).decode()
    assert f'<{BASE}copied>\t"5"^^<{XSD}nonNegativeInteger>' in body
    assert f"<{BASE}next>\t6" in body
    assert WRITTEN.encode() not in (release.folder / "lexical-forms.json").read_bytes()


@pytest.mark.parametrize("fmt", [*SOLUTION_FORMATS, *GRAPH_FORMATS])
def test_pieces_may_be_cut_anywhere(fmt: Format) -> None:
    whole = _written(fmt)
    assert fmt is RESULTS_CSV or WRITTEN.encode() in whole
    for size in (1, 7, 33, 64):
        data, sent = bytearray(), b""
        for at in range(0, len(whole), size):
            data += whole[at : at + size]
            sent += as_written(data, fmt, is_last=False)
            assert len(data) < len(WRITTEN) + 20
        sent += as_written(data, fmt, is_last=True)
        assert sent == as_written(bytearray(whole), fmt, is_last=True)
        assert WRITTEN.encode() not in sent


def _written(fmt: Format) -> bytes:
    """Return an answer of the engine's, as it comes out of a store."""
    store, node = Store(), NamedNode("http://e/a")
    for text, name in ODD:
        store.add(Quad(node, node, Literal(text, datatype=NamedNode(WRITTEN + XSD + name))))
    if fmt in SOLUTION_FORMATS:
        solutions = store.query("SELECT * { ?s ?p ?o }")
        assert isinstance(solutions, QuerySolutions)
        known = {"srj": Results.JSON, "srx": Results.XML, "tsv": Results.TSV, "csv": Results.CSV}
        return solutions.serialize(None, known[fmt.suffix]) or b""
    triples, syntax = store.query("CONSTRUCT WHERE { ?s ?p ?o }"), RdfFormat.from_media_type(fmt.media_type)
    assert isinstance(triples, QueryTriples)
    return triples.serialize(None, syntax) or b""
