"""Numbered pages: how many, where they are, and what leads from one to the others."""

import pytest

from kgpub.errors import NotDescribed
from kgpub.numbered_pages import beside, check_page, count_pages, page_address, page_links


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_a_list_has_at_least_one_page(total: int, pages: int) -> None:
    assert count_pages(total, 50) == pages


def test_the_first_page_has_the_address_of_the_list() -> None:
    assert page_address("browse/classes", 1) == "browse/classes"
    assert page_address("browse/classes", 2) == "browse/classes?page=2"
    assert page_address("places?place=x", 2) == "places?place=x&page=2"


def test_a_page_leads_to_those_that_there_are() -> None:
    assert dict(page_links("a", 1, 1)) == {}
    assert dict(page_links("a", 1, 3)) == {"first": "a", "next": "a?page=2", "last": "a?page=3"}
    assert dict(page_links("a", 3, 3)) == {"first": "a", "prev": "a?page=2", "last": "a?page=3"}
    assert beside("a", 2, 3, "/{}".format) == ("/a", "/a?page=3")
    assert beside("a", 1, 1, str) == (None, None)


def test_a_page_behind_the_last_is_told() -> None:
    check_page("The list", 3, 3)
    with pytest.raises(NotDescribed, match=r"The list has no page 4; it has 3\."):
        check_page("The list", 4, 3)
