"""Numbered pages of a list: how many there are, their addresses, and what leads from one to the others."""

from collections.abc import Callable, Iterator

from kgpub.errors import NotDescribed
from kgpub.iris import with_parameter


def count_pages(total: int, a_page: int) -> int:
    """Return on how many pages so many items stand; an empty list has one page."""
    return max(1, -(-total // a_page))


def check_page(what: str, page: int, pages: int) -> None:
    """Raise ``NotDescribed`` for a page behind the last; *what* begins the sentence."""
    if page > pages:
        raise NotDescribed(f"{what} has no page {page}; it has {pages}.")


def page_address(address: str, page: int) -> str:
    """Return the address of one page of a document or a list; the first has none of its own."""
    return address if page == 1 else with_parameter(address, f"page={page}")


def page_links(address: str, page: int, pages: int) -> Iterator[tuple[str, str]]:
    """Yield the relations of a page to others of the same list (RFC 8288), with their addresses."""
    others = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages} if pages > 1 else {}
    for relation, other in others.items():
        if 1 <= other <= pages:
            yield relation, page_address(address, other)


def beside(address: str, page: int, pages: int, keep: Callable[[str], str]) -> tuple[str | None, str | None]:
    """Return the addresses of the page before and the one after, as a reader keeps them; None where there is none."""
    before = keep(page_address(address, page - 1)) if page > 1 else None
    after = keep(page_address(address, page + 1)) if page < pages else None
    return before, after
