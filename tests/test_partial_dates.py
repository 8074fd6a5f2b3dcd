"""Dates of any precision: read as XSD writes them, put in order, refused where they are none."""

import random

import pytest

from kgpub.partial_dates import Precision, partial_date


@pytest.mark.parametrize(
    ("text", "precision", "parts"),
    [
        ("2004", Precision.YEAR, (2004, 0, 0)),
        ("2004Z", Precision.YEAR, (2004, 0, 0)),
        ("2004-12", Precision.MONTH, (2004, 12, 0)),
        ("2004-12-29", Precision.DAY, (2004, 12, 29)),
        ("2024-02-29", Precision.DAY, (2024, 2, 29)),
        ("0000-02-29", Precision.DAY, (0, 2, 29)),
        ("-0043-03-15", Precision.DAY, (-43, 3, 15)),
        ("12004-01-01", Precision.DAY, (12004, 1, 1)),
        ("2023-03-25T00:01:00-04:00", Precision.MOMENT, (2023, 3, 25)),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(text: str, precision: Precision, parts: tuple[int, int, int]) -> None:
    date = partial_date(text)
    assert date is not None
    assert date.precision is precision
    assert (date.year, date.month, date.day) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "04",
        "2004-13",
        "2004-00-01",
        "2023-02-29",
        "1900-02-29",
        "2004-12-32",
        "2004-1-1",
        "May 2004",
        "2004-12-29T99:00:00",
        "9999999999",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    assert partial_date(text) is None


def test_dates_are_ordered_by_time_and_a_year_comes_before_its_days() -> None:
    ordered = [
        "-0500",
        "-0043-03-15",
        "0001",
        "1999",
        "1999-05",
        "1999-05-31",
        "1999-05-31T12:00:00",
        "1999-06-01",
        "12004",
    ]
    shuffled = random.Random(1).sample(ordered, len(ordered))  # noqa: S311 (no secret)
    places = {text: date.place for text in shuffled if (date := partial_date(text))}
    assert sorted(shuffled, key=lambda text: places[text]) == ordered


@pytest.mark.parametrize(
    ("one", "other", "is_before"),
    [
        ("1999", "1999-05-31", False),
        ("1999-05-31", "1999", False),
        ("1999-05", "1999-05-31", False),
        ("1998", "1999-05-31", True),
        ("1999-04", "1999-05-31", True),
        ("1999-05-30", "1999-05-31", True),
        ("-0044", "0001", True),
        ("1999-06-01", "1999-05-31", False),
    ],
)
def test_a_date_is_before_another_as_far_as_both_say(one: str, other: str, is_before: bool) -> None:  # noqa: FBT001
    first, second = partial_date(one), partial_date(other)
    assert first is not None
    assert second is not None
    assert first.is_before(second) is is_before
