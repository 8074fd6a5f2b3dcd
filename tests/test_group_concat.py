"""GROUP_CONCAT gives a simple literal, of whatever has a string (SPARQL 1.1 Query, sections 17.3.1 and 18.5.1.7)."""

import pytest

from kgpub.group_concat import with_plain_strings
from processor_time import is_in_proportion
from trig_store import rows_of, store_of, table

STORE = store_of("""
    :s :p "1"@en , "2"@en ; :q "a"@en , "a"@fr , "b" ; :r 1 , 2.5 , :x , "1"^^:t ; :b [ ] ; :one "1"@en .
""")


@pytest.mark.parametrize(
    ("call", "row"),
    [
        ("GROUP_CONCAT(?o)", {"p": "1 2", "q": "a a b", "r": "1 1 2.5 http://e/x", "one": "1"}),
        ("group_concat ( DISTINCT ?o ; separator = '' )", {"p": "12", "q": "aab", "r": "12.5http://e/x", "one": "1"}),
        ('GROUP_CONCAT(DISTINCT STR(?o);SEPARATOR=";)")', {"p": "1;)2", "q": "a;)b", "r": "1;)2.5;)http://e/x"}),
        ("STRLEN(GROUP_CONCAT(CONCAT(STR(?o), '!'))) + 1", {"p": "6", "q": "9"}),
        ("GROUP_CONCAT(UCASE(?o))", {"p": "1 2", "q": "A A B", "r": ""}),
    ],
)
def test_what_a_group_has_is_one_string(call: str, row: dict[str, str]) -> None:
    for name, expected in row.items():
        query = f"SELECT (DATATYPE(?x) AS ?type) ?x {{ SELECT ({call} AS ?x) {{ ?s :{name} ?o }} }}"
        (solution,) = rows_of(STORE, with_plain_strings(query))
        found = dict(solution)
        if not expected:
            assert found == {}
            continue
        value = found["x"].rpartition("^^")[0] or found["x"]
        assert sorted(value.strip('"')) == sorted(expected)
        assert found["type"].endswith("#string>" if "STRLEN" not in call else "#integer>")


def test_a_blank_node_has_no_string() -> None:
    assert rows_of(STORE, with_plain_strings("SELECT (GROUP_CONCAT(?o) AS ?x) { ?s :b ?o }")) == table({})


@pytest.mark.parametrize("text", ["SELECT (GROUP_CONCAT(?x AS", "SELECT * { ?s :p 'GROUP_CONCAT(?x)' }"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert with_plain_strings(text) == text


def test_a_call_in_a_call_s_subquery_is_left_alone() -> None:
    inner = "EXISTS { SELECT (GROUP_CONCAT(?y) AS ?k) { ?x :p ?y } }"
    text = f"SELECT (GROUP_CONCAT(IF({inner}, 'a', 'b')) AS ?n) {{ ?x :p ?z }}"
    assert rows_of(STORE, with_plain_strings(text)) == table({"n": '"a a"'})


@pytest.mark.parametrize("unit", ["GROUP_CONCAT(", "GROUP_CONCAT(?x) ", "GROUP_CONCAT(DISTINCT ;) ", "GROUP_CONCAT()"])
def test_a_hostile_text_is_passed_over_once(unit: str) -> None:
    assert is_in_proportion(with_plain_strings, unit, 60_000)
