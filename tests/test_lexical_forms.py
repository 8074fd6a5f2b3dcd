"""Which literals the store keeps as they are written, held against the store."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from kgpub.errors import ReleaseMissing
from kgpub.lexical_forms import WRITTEN, LexicalForms, as_kept, as_written, is_kept, read_lexical_forms
from kgpub.vocabulary import XSD

A = NamedNode("http://e/a")
DATATYPES = [
    "integer", "decimal", "double", "float", "boolean", "dateTime", "date", "time", "gYear", "gYearMonth", "gMonthDay",
    "gMonth", "gDay", "duration", "dayTimeDuration", "yearMonthDuration", "dateTimeStamp", "int", "nonNegativeInteger",
    "unsignedByte", "string", "anyURI", "token", "hexBinary",
]  # fmt: skip
ZONES = st.sampled_from(["", "Z", "+01:00", "-13:59", "+00:00", "-00:00", "+14:00", "+14:30", "+00:30"])
DIGITS = st.integers(-(10**20), 10**20).map(str)
NUMBERS = st.one_of(
    DIGITS,
    st.tuples(st.sampled_from(["", "-", "+", "0", "-0"]), st.integers(0, 10**17), st.integers(0, 10**17)).map(
        lambda t: f"{t[0]}{t[1]}.{t[2]}"
    ),
    st.floats().map(str),
    st.sampled_from(["INF", "-INF", "NaN", "0", "-0", "01", "+1", "1.0", ".5", "5.", "1e0", "true", "false", "1 "]),
)
MOMENTS = st.tuples(
    st.datetimes().map(lambda moment: moment.isoformat()), st.sampled_from(["", ".0", ".50", ".123456"]), ZONES
).map("".join)
DAYS = [
    "2026-02-28", "2026-02-30", "0001-01-01", "2025-02-29", "2024-02-29", "2026-04-31", "2026", "2026-12", "--02-29",
    "--02-30", "--04-31", "--12", "---31", "24:00:00", "23:59:59", "12:00:00.10", "00026", "-0044",
]  # fmt: skip
PARTS = st.tuples(st.sampled_from(DAYS), ZONES).map("".join)
DURATIONS = st.from_regex(
    r"-?P(\d{1,3}Y)?(\d{1,3}M)?(\d{1,3}D)?(T(\d{1,3}H)?(\d{1,3}M)?(\d{1,3}(\.\d)?S)?)?", fullmatch=True
)
FORMS = st.one_of(NUMBERS, MOMENTS, PARTS, DURATIONS, st.text(max_size=5))


def in_store(literal: Literal) -> object:
    store = Store()
    store.add(Quad(A, A, literal))
    (quad,) = store
    return quad.object


@given(FORMS, st.sampled_from(DATATYPES))
@settings(max_examples=1_500, deadline=None)
def test_what_is_told_to_be_kept_comes_back_as_it_was(form: str, datatype: str) -> None:
    literal = Literal(form, datatype=NamedNode(XSD + datatype))
    if is_kept(form, XSD + datatype):
        assert in_store(literal) == literal
    assert in_store(as_kept(literal)) == as_kept(literal)
    assert as_written(as_kept(literal)) == literal


@pytest.mark.parametrize(
    ("form", "datatype"),
    [
        ("5", "integer"), ("-17", "integer"), ("1.5", "decimal"), ("0.05", "decimal"), ("2", "double"),
        ("2.25", "double"), ("true", "boolean"), ("2026-12-31", "date"), ("2026-11-23T08:05:00Z", "dateTime"),
        ("2026-11-23T08:05:00.25+01:00", "dateTime"), ("2026", "gYear"), ("P1Y2M", "duration"), ("a", "string"),
    ],
)  # fmt: skip
def test_what_most_data_has_is_kept_without_more_ado(form: str, datatype: str) -> None:
    assert is_kept(form, XSD + datatype)


@pytest.mark.parametrize(("form", "datatype"), [("1.50", "decimal"), ("01", "integer"), ("5", "int"), ("1", "boolean")])
def test_another_form_of_a_value_is_another_term(form: str, datatype: str) -> None:
    assert not is_kept(form, XSD + datatype)
    assert as_kept(Literal(form, datatype=NamedNode(XSD + datatype))).datatype.value == WRITTEN + XSD + datatype


def test_terms_inside_others_are_kept_too() -> None:
    odd = Literal("01", datatype=NamedNode(XSD + "integer"))
    quad = Quad(A, A, Triple(A, A, Triple(A, A, odd)), A)
    assert "01" in str(as_kept(quad)) != str(quad)
    assert WRITTEN in str(as_kept(quad))
    assert as_written(as_kept(quad)) == quad
    assert as_kept(A) == A


def test_what_a_store_keeps_adds_up() -> None:
    some, others = LexicalForms(frozenset({"a:p"})), LexicalForms(frozenset({"a:q"}))
    assert some | others == LexicalForms(frozenset({"a:p", "a:q"}))
    assert some | LexicalForms(None) == LexicalForms(None)
    assert bool(some), bool(LexicalForms(None))
    assert not LexicalForms()


def test_too_many_predicates_are_any() -> None:
    assert LexicalForms() | LexicalForms(frozenset(f"a:{n}" for n in range(1_001))) == LexicalForms(None)


@pytest.mark.parametrize("forms", [LexicalForms(), LexicalForms(None), LexicalForms(frozenset({"a:é", "a:p"}))])
def test_a_release_remembers_what_it_keeps(tmp_path: Path, forms: LexicalForms) -> None:
    (tmp_path / "f.json").write_text(forms.to_json(), "utf-8")
    assert read_lexical_forms(tmp_path / "f.json") == forms


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"predicates": 1}'])
def test_a_damaged_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "f.json").write_text(text, "utf-8")
    with pytest.raises(ReleaseMissing, match="build"):
        read_lexical_forms(tmp_path / "f.json")
