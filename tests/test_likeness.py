"""How alike two values are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgpub.likeness import likeness, literal_likeness
from kgpub.vocabulary import XSD


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        ("Montréal", "Montréal", 100),
        ("MONTREAL", "Montréal", 98),
        ("St. John's", "St John's", 98),
        ("Trudeau, Justin", "Justin Trudeau", 96),
        ("Canada", "Canada (State)", 92),
        ("Canada (State)", "Canada (territory)", 92),
        ("Montréal", "Zürich", 0),
    ],
)
def test_texts_that_mean_the_same_have_fixed_scores(asked: str, text: str, expected: float) -> None:
    assert likeness(asked, text) == likeness(text, asked) == expected


def test_texts_that_differ_are_alike_by_what_they_share() -> None:
    near, far = likeness("Ministry of Justice", "Ministry of Justise"), likeness("Ministry of Justice", "Justice Now")
    assert 70 < near < 90
    assert 0 < far < near


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_have_a_score_between_0_and_100(asked: str, text: str) -> None:
    score = likeness(asked, text)
    assert 0 <= score <= 100
    assert likeness(asked, asked) == 100
    assert score == likeness(text, asked)


@pytest.mark.parametrize(
    ("asked", "text", "datatype", "is_same"),
    [
        ("7", "007", "integer", True),
        ("7.0", "7", "integer", True),
        ("7.5", "7", "integer", False),
        ("1e3", "1000.0", "double", True),
        ("NaN", "NaN", "double", True),
        ("nan", "INF", "double", False),
        ("x", "7", "integer", False),
        ("2019", "2019-05-01", "date", True),
        ("2019-05-01T00:00:00Z", "2019-05-01", "date", True),
        ("2019-05", "2019-05-01T10:00:00+01:00", "dateTime", True),
        ("2019-0", "2019-05-01", "date", False),
        ("201", "2019-05-01", "date", False),
        ("2020", "2019-05-01", "date", False),
        ("May 2019", "2019-05-01", "date", False),
    ],
)
def test_numbers_are_compared_by_worth_and_dates_by_the_part_that_is_given(
    asked: str, text: str, datatype: str, *, is_same: bool
) -> None:
    assert literal_likeness(asked, text, XSD + datatype) == (100 if is_same else 0)
