"""What the engine is asked in place of a query, all of it together."""

from collections import Counter
from typing import Any

import pytest
from pyoxigraph import QuerySolutions, Store

from kgpub.count_rewriting import CountRewriting
from kgpub.errors import QueryMalformed
from kgpub.evaluation import Evaluation, Rewriting
from kgpub.lexical_forms import LexicalForms
from kgpub.lexical_rewriting import LexicalRewriting
from kgpub.totals import Totals
from kgpub.triple_order import TripleOrder
from trig_store import PREFIX, E, store_of

WRITTEN = "urn:x-kgpub:written:http://www.w3.org/2001/XMLSchema#"
STORE = store_of(f"""
    :a :p "01"^^<{WRITTEN}integer> , "x"@en .
    :g1 {{ :a :p "01"^^<{WRITTEN}integer> . :b :p 5 }} :g2 {{ :a :p "01"^^<{WRITTEN}integer> , "x"@en , "y"@en }}
""")


def answer(text: str, store: Store = STORE, **request: Any) -> Counter[str]:
    forms = LexicalForms(frozenset([f"{E}p"]))
    evaluation = Evaluation(
        store, Rewriting(E, CountRewriting(Totals()), LexicalRewriting(forms), TripleOrder(Totals()))
    )
    results = evaluation.results({"text": PREFIX + text, "default_graphs": None, "named_graphs": None} | request)
    assert isinstance(results, QuerySolutions)
    shown = [variable.value for variable in results.variables]
    return Counter(
        " ".join(
            f"{name}={getattr(value, 'value', value).removeprefix(E)}"
            for name, value in zip(shown, row, strict=True)
            if value is not None
        )
        for row in results
    )


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT * { GRAPH ?g { SELECT (SUM(?o) AS ?n) { ?s :p ?o FILTER(ISNUMERIC(?o)) } } }",
         ["g=g1 n=6", "g=g2 n=1"]),
        ("SELECT ?g ?m { GRAPH ?g { SELECT (COUNT(?o) AS ?n) (?n * 2 AS ?m) { ?s :p ?o } } }",
         ["g=g1 m=4", "g=g2 m=6"]),
        ("SELECT (COUNT(?o) AS ?n) (SUM(?o) AS ?m) FROM :g1 FROM :g2 { ?s :p ?o FILTER(?o > 0) }", ["n=2 m=6"]),
        ("SELECT (GROUP_CONCAT(?o) AS ?t) (LANG(?t) AS ?l) FROM :g2 { ?s ?p ?o FILTER(LANG(?o) = 'en') }",
         ["t=y x l="]),
        ("SELECT * FROM :g1 FROM :g2 { :b :p* ?x }", ["x=b", "x=5"]),
        ("SELECT ?o (BNODE('a') AS ?x) { SELECT ?o { ?s :p ?o FILTER(?o = 1) } } LIMIT 0", []),
        ("SELECT (BNODE('a', 'b') AS ?x) ?o { ?s :p ?o FILTER(?o = 1) }", None),
        ("SELECT ?o { ?s :p ?o FILTER(?o = 1 && (ISBLANK(BNODE('a b')) || TRUE)) }", ["o=01"]),
        ("SELECT * { ?s :p* 01 }", ["s=01", "s=a"]),
        ("SELECT * { ?s :p* 02 FILTER(?s = 2) }", ["s=02"]),
        ("SELECT * { ?s ?p 01 BIND(BNODE('b') AS ?b) FILTER(ISBLANK(?b)) MINUS { ?s ?p ?b } } LIMIT 0", []),
        ("SELECT * FROM NAMED :g2 { GRAPH ?g { VALUES ?o { 01 } } }", ["g=g2 o=01"]),
        ("SELECT * FROM :g1 { GRAPH ?g { VALUES ?o { 01 } } }", []),
        ("SELECT * FROM NAMED :g1 { { GRAPH :g1 { BIND(1 AS ?o) } } UNION { GRAPH <g2> { BIND(2 AS ?o) } } }", ["o=1"]),
        ("SELECT * { { GRAPH :g1 { BIND(1 AS ?o) } } UNION { GRAPH :none { FILTER(TRUE) } } }", ["o=1"]),
    ],
)  # fmt: skip
def test_rewritings_go_together(text: str, rows: list[str] | None) -> None:
    if rows is None:
        with pytest.raises(QueryMalformed):
            answer(text)
    else:
        assert answer(text) == Counter(rows)


def test_the_data_set_of_a_request_counts() -> None:
    asked = "SELECT * { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }"
    assert answer(asked, default_graphs=[f"{E}g1"], named_graphs=[f"{E}g2", f"{E}none"]) == Counter(
        ["g=g2 n=3", "g=none n=0"]
    )
    asked = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert answer(asked, default_graphs=[f"{E}g1", f"{E}g2"], named_graphs=[]) == Counter(["n=4"])


def test_a_graph_that_a_blank_node_names_cannot_be_asked_by_name() -> None:
    """What is made of the query is none, so the engine is asked as it was."""
    store = store_of("_:g { :a :p 1 } :g { :a :p 1 }")
    assert sum(answer("SELECT * { GRAPH ?g { SELECT ?s { ?s ?p ?o } } }", store).values()) == 2


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (SUM(?n) AS ?n) (?n + ?k AS ?m) { ?s :p ?o }",
        "SELECT (COUNT(?s) AS ?n) (?n + ?o AS ?m) { ?s :p ?o }",
        "SELECT * { GRAPH ?g { SELECT (COUNT(?s) AS ?n) ?o { ?s :p ?o } } }",
        "SELECT * { GRAPH 1 { :z :p* ?x } }",
        "SELECT * FROM 1 FROM 2 { ?s ?p ?o }",
        "SELECT * FROM true { :z :p* ?x }",
        "SELECT * FROM NAMED 'x' { GRAPH ?g { :z :p* ?x } }",
        "SELECT * FROM no:where { :z :p* ?x }",
    ],
)
def test_what_is_no_sparql_is_told_of_the_text_as_it_was_sent(text: str) -> None:
    with pytest.raises(QueryMalformed, match=r"line 1, column \d+: ") as refused:
        answer(text)
    assert refused.value.column is not None
    assert refused.value.column <= len(PREFIX + text) + 1
