"""Conditions of a request that mean nothing."""

import pytest

from kgpub.preconditions import leave_out_what_means_nothing

SINCE, RANGE, IF_RANGE = "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE"
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize("date", [DATE, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
def test_a_date_in_any_of_the_three_forms_stays(date: str) -> None:
    """RFC 9110, section 5.6.7, with its examples."""
    environment: dict[str, object] = {SINCE: date, IF_RANGE: date, RANGE: "bytes=0-1"}
    leave_out_what_means_nothing(environment)
    assert environment == {SINCE: date, IF_RANGE: date, RANGE: "bytes=0-1"}


@pytest.mark.parametrize(
    "date", ["", "0", f"{DATE}x", "Thu, 01 Jan 99999 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 -9"]
)
def test_what_is_no_date_goes_and_so_does_a_range_under_such_a_condition(date: str) -> None:
    environment: dict[str, object] = {SINCE: date, IF_RANGE: date, RANGE: "bytes=0-1"}
    leave_out_what_means_nothing(environment)
    assert environment == {IF_RANGE: date}


@pytest.mark.parametrize(
    ("value", "stays"),
    [("bytes=0-", True), ("bytes=-5", True), ("Bytes=1-2", True), ("bytes=0-1,3-4", False), ("lines=1-2", False)],
)
def test_one_range_of_bytes_stays(value: str, *, stays: bool) -> None:
    environment: dict[str, object] = {RANGE: value, IF_RANGE: '"a"'}
    leave_out_what_means_nothing(environment)
    assert (RANGE in environment) is stays
