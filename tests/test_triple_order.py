"""Triple patterns in another order have the solutions of the query as it was sent; what is not understood stays."""

import time
from collections import Counter

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from pyoxigraph import QuerySolutions, RdfFormat, Store

from kgpub.totals import PropertyTotal, Totals
from kgpub.triple_order import TripleOrder

ORDER = TripleOrder(
    Totals(
        properties={f"a:{name}": PropertyTotal(triples, None) for name, triples in (("few", 10), ("some", 100))}
        | {"a:many": PropertyTotal(1_000, None)},
        classes={"a:Small": 5, "a:Large": 500},
    )
)

ORDERED = {
    "the fewest first": ("{ ?x <a:many> ?y ; <a:few> ?z }", "{ ?x <a:few> ?z . ?x <a:many> ?y }"),
    "in statements of their own": (
        "{ ?x <a:many> ?y . ?x <a:few> ?z . }", "{ ?x <a:few> ?z . ?x <a:many> ?y . }"),
    "a filter leaves a third": (
        "{ ?x <a:some> ?y , ?z FILTER(?z > 5) }", "{ ?x <a:some> ?z . ?x <a:some> ?y FILTER(?z > 5) }"),
    "each part of a filter by itself": (
        "{ ?x <a:some> ?y ; <a:some> ?z . FILTER(?x != <a:b> && lang(?z) = 'en') }",
        "{ ?x <a:some> ?z . ?x <a:some> ?y . FILTER(?x != <a:b> && lang(?z) = 'en') }"),
    "a filter of many is less than others": (
        "{ ?x <a:few> ?y ; <a:many> ?z FILTER(?z > 5) }", None),
    "one that compares two leaves what it leaves": ("{ ?x <a:some> ?y , ?z FILTER(?z > ?y) }", None),
    "one that leaves out leaves most": ("{ ?x <a:some> ?y , ?z FILTER(?z != 5) }", None),
    "small classes": (
        "{ ?x a <a:Large> . ?y a <a:Small> ; <a:few> ?x }", "{ ?y a <a:Small> . ?x a <a:Large> . ?y <a:few> ?x }"),
    "what is not in the data": ("{ ?x <a:few> ?y . ?x <a:none> ?z }", "{ ?x <a:none> ?z . ?x <a:few> ?y }"),
    "only those that are alike": (
        "{ ?x <a:many> ?y ; <a:many> <a:b> ; ?p ?o ; <a:few> ?z }",
        "{ ?x <a:few> ?z . ?x <a:many> <a:b> . ?x ?p ?o . ?x <a:many> ?y }"),
    "comments": (
        "# { ?x\n{ # a\n ?x <a:many> ?y ; # ; b .\n <a:few> ?z . # }\n }",
        "# { ?x\n{ # a\n ?x <a:few> ?z . ?x <a:many> ?y . # }\n }"),
    "literals": (
        "{ ?x <a:many> ?y ; <a:few> ?z ; <a:b> 'a ; b'@en , .5 , 'x'^^<a:t> , true }",
        "{ ?x <a:few> ?z . ?x <a:many> ?y . ?x <a:b> 'a ; b'@en . ?x <a:b> .5 . ?x <a:b> 'x'^^<a:t> . ?x <a:b> true }"),
    "groups in groups": (
        "{ { ?x <a:many> ?y ; <a:few> ?z } UNION { ?x <a:few> ?z } OPTIONAL { ?x <a:some> ?y ; <a:few> ?z } }",
        "{ { ?x <a:few> ?z . ?x <a:many> ?y } UNION { ?x <a:few> ?z } OPTIONAL { ?x <a:few> ?z . ?x <a:some> ?y } }"),
}  # fmt: skip

LEFT_ALONE = {
    "one triple": "{ ?x <a:many> ?y . }",
    "a path": "{ ?x <a:many> ?y ; <a:few>+ ?z }",
    "a path of two": "{ ?x <a:many> ?y ; <a:few>/<a:some> ?z }",
    "brackets": "{ ?x <a:many> ?y ; <a:few> [] }",
    "a collection": "{ ?x <a:many> ?y ; <a:few> (1) }",
    "a triple term": "{ ?x <a:many> ?y ; <a:few> <<( ?x <a:few> ?z )>> }",
    "an annotation": "{ ?x <a:many> ?y ; <a:few> ?z {| <a:b> 1 |} }",
    "a reifier": "{ ?x <a:many> ?y ; <a:few> ?z ~ <a:r> }",
    "values": "{ VALUES ?x { <a:b> <a:c> <a:d> } }",
    "text": "{ BIND('{ ?x <a:many> ?y ; <a:few> ?z }' AS ?t) }",
    "a long text": "{ BIND('''{ ?x <a:many> ?y ; <a:few> ?z }''' AS ?t) }",
    "behind a long text": "{ BIND('''a''' AS ?t) { ?x <a:many> ?y ; <a:few> ?z } }",
    "a text with quotation marks": "{ BIND('\\'{ ?x <a:many> ?y ; <a:few> ?z }' AS ?t) }",
    "a comment": "{ ?x <a:few> ?y } # { ?x <a:many> ?y ; <a:few> ?z }",
    "an upper-case a": "{ ?x <a:many> ?y ; A ?z ; <a:few> ?u }",
    "a number that goes on": "{ ?x <a:many> ?y ; <a:few> ?z ; <a:b> 5.e3:x ?x <a:few> ?y }",
    "no end": "{ ?x <a:many> ?y ; <a:few> ?z",
    "two texts": "{ ?x <a:many> ?y ; <a:few> 'a' 'b' }",
    "a name with an escape": "{ ?x <a:many> ?y ; <a:few> p:a\\,b }",
}


@pytest.mark.parametrize(("sent", "asked"), ORDERED.values(), ids=ORDERED)
def test_patterns_stand_in_the_order_of_what_they_match(sent: str, asked: str | None) -> None:
    assert ORDER.ordered(f"SELECT * {sent}") == f"SELECT * {asked or sent}"


@pytest.mark.parametrize("sent", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_is_not_understood_is_left_alone(sent: str) -> None:
    assert ORDER.ordered(f"SELECT * {sent}") == f"SELECT * {sent}"


def test_names_are_those_of_the_prologue() -> None:
    prologue = "PREFIX a: <a:>\nprefix : <a:> # <b>\nSELECT * "
    assert ORDER.ordered(prologue + "{ ?x a:many ?y ; :few ?z.?z a:some ?u }") == (
        prologue + "{ ?x :few ?z . ?z a:some ?u . ?x a:many ?y }"
    )


def test_of_what_other_graphs_hold_filters_decide() -> None:
    sent, asked = "?x <a:b> ?y ; <a:c> ?z FILTER(?z > 5)", "?x <a:c> ?z . ?x <a:b> ?y FILTER(?z > 5)"
    assert ORDER.ordered(f"{{ GRAPH ?g {{ {sent} }} }}") == f"{{ GRAPH ?g {{ {asked} }} }}"


def test_without_figures_filters_decide() -> None:
    order = TripleOrder(Totals())
    assert order.ordered("{ ?x <a:b> ?y ; <a:c> ?z FILTER(?z > 5) }") == "{ ?x <a:c> ?z . ?x <a:b> ?y FILTER(?z > 5) }"
    assert order.ordered(text := "{ ?x <a:b> ?y ; <a:c> ?z }") == text


HOSTILE = [
    "{ ?x <a:b> ?y ;" * 600,
    "{" * 9_999,
    "{ ?x a ?y" + " ; a ?y" * 1_400,
    "(" * 5_000 + "{",
    "{ ?x ?y " + '"' * 9_000,
    "{ ?x a ?y . ?x a ?y FILTER(" + "(" * 9_000,
    "{ ?x a ?y ; a ?z FILTER" + " (1) FILTER" * 800,
    "{ ?x <a:many> ?y ; <a:few> ?z " + "# }\n" * 2_400,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_takes_no_time(text: str) -> None:
    begun = time.process_time()
    assert ORDER.ordered(text) == text
    assert time.process_time() - begun < 0.1


# --- any graph, any group ------------------------------------------------------------------------------------

NODES = ["<a:a>", "<a:b>", "<a:c>"]
PROPERTIES = ["<a:few>", "<a:some>", "<a:many>", "a"]
VARIABLES = ["?x", "?y", "?z"]
STATEMENTS = st.tuples(
    st.sampled_from(NODES), st.sampled_from(["<a:few>", "<a:some>", "<a:many>"]), st.sampled_from([*NODES, "1", "2.5"])
)
TYPES = st.tuples(st.sampled_from(NODES), st.just("a"), st.sampled_from(["<a:Small>", "<a:Large>"]))
PATTERNS = st.tuples(
    st.sampled_from([*VARIABLES, *NODES[:1]]),
    st.sampled_from([*PROPERTIES, *PROPERTIES, "?p", "<a:few>*"]),
    st.sampled_from([*VARIABLES, *VARIABLES, "<a:a>", "<a:Small>", "1"]),
)
BEHIND = [
    "",
    "FILTER(?y > 1)",
    "FILTER(isIRI(?z)) FILTER(?x = <a:a> && ?y < 2)",
    "OPTIONAL { ?z <a:few> ?u }",
    "MINUS { ?x a ?y }",
]


@st.composite
def groups(draw: st.DrawFn) -> str:
    """Draw a group of triples, written in one of the ways there are."""
    text, last = "", ""
    for subject, verb, object_ in draw(st.lists(PATTERNS, min_size=2, max_size=5)):
        text += f" ; {verb} {object_}" if subject == last else f"{' . ' if text else ''}{subject} {verb} {object_}"
        last = subject
    return f"{{ {text} {draw(st.sampled_from(['', '.', '# . {']))}\n {draw(st.sampled_from(BEHIND))} }}"


def solutions(store: Store, text: str) -> Counter[str]:
    results = store.query(text)
    assert isinstance(results, QuerySolutions)
    return Counter(str(solution) for solution in results)


@settings(max_examples=400, deadline=None)
@given(statements=st.lists(STATEMENTS | TYPES, max_size=20), group=groups())
def test_over_any_graph_the_solutions_are_the_same(statements: list[tuple[str, str, str]], group: str) -> None:
    store = Store()
    store.load("".join(f"{' '.join(statement)} .\n" for statement in statements).encode(), format=RdfFormat.TURTLE)
    sent = f"SELECT ?x ?y ?z {group}"
    asked = ORDER.ordered(sent)
    event("ordered" if asked != sent else "left alone")
    assert solutions(store, asked) == solutions(store, sent)
