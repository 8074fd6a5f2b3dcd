"""A date without a time zone may be one that has it, or not (XML Schema Part 2, section 3.2.7.4)."""

import pytest

from kgpub.undecided_dates import with_open_dates
from processor_time import is_in_proportion
from trig_store import rows_of, store_of

XSD = "http://www.w3.org/2001/XMLSchema#"
PROLOGUE = f"PREFIX xsd: <{XSD}> "
STORE = store_of(f"""
    :dt1 :r "2006-08-23T09:00:00+01:00"^^<{XSD}dateTime> . :dt2 :r "2006-08-23T09:00:00"^^<{XSD}dateTime> .
    :d1 :r "2006-08-23"^^<{XSD}date> . :d2 :r "2006-08-23Z"^^<{XSD}date> . :d3 :r "2006-08-23+00:00"^^<{XSD}date> .
    :d4 :r "2001-01-01"^^<{XSD}date> . :d5 :r "2001-01-01Z"^^<{XSD}date> . :n :r 1 . :i :r :i . :s :r "x" .
""")
DATE, ZULU, MOMENT = '"2006-08-23"^^xsd:date', f"'2006-08-23Z'^^<{XSD}date>", '"2006-08-23T09:00:00"^^xsd:dateTime'


@pytest.mark.parametrize(
    ("condition", "things"),
    [
        (f"?v != {DATE}", "d4 d5 dt1 dt2 i n s"),  # W3C: date-2
        (f"?v = {DATE}", "d1"),
        (f"!(?v = {DATE})", "d4 d5 dt1 dt2 i n s"),
        (f"{DATE}!=?v && ?x != :d4", "d5 dt1 dt2 i n s"),
        (f"?x = :n || $v={ZULU}", "d2 d3 n"),
        (f"COALESCE({ZULU} != ?v, 'undecided') = 'undecided'", "d1"),
        (f"?v != {MOMENT}", "d1 d2 d3 d4 d5 i n s"),
        (f"?v = {MOMENT}", "dt2"),
    ],
)
def test_what_is_undecided_is_an_error(condition: str, things: str) -> None:
    query = with_open_dates(f"{PROLOGUE}SELECT ?x {{ ?x :r ?v FILTER({condition}) }}")
    found = (value.removeprefix("<http://e/").rstrip(">") for row in rows_of(STORE, query) for _, value in row)
    assert " ".join(sorted(found)) == things


@pytest.mark.parametrize(
    "condition",
    ["?v > 'x'^^xsd:date", "?v = 'x'^^xsd:gYear", "?v = ?w", "!?v = 'x'^^xsd:date", "?v = 'x'^^xsd:date + 1",
     "1 + ?v = 'x'^^xsd:date", "?v = 'x'^^other:date", "'x'^^xsd:date = 'x'^^xsd:date", "?v = '?v = ^^xsd:date'"],
)  # fmt: skip
def test_other_comparisons_stay_as_they_are(condition: str) -> None:
    text = f"{PROLOGUE}SELECT * {{ ?x :r ?v FILTER({condition}) }} # date ?v = 'x'^^xsd:date"
    assert with_open_dates(text) == text


@pytest.mark.parametrize("unit", ["(?v='x'^^xsd:date", "(?v!=", "('x'^^", "date^^", "(?v='x'^^xsd:date) "])
def test_a_hostile_text_is_passed_over_once(unit: str) -> None:
    assert is_in_proportion(lambda text: with_open_dates(f"date^^ {PROLOGUE}{text}"), unit, 60_000)
