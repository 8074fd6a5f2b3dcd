"""The pages of a document: none holds more than a reader, a writer and a request can take."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kgpub.blank_nodes import BlankNodes
from kgpub.vocabulary import DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, TYPE

#: Statements of its own on one page of a document; a page is read, parsed and shown as a whole.
STATEMENTS_A_PAGE = 500
#: Lines on one page, those of blank nodes too, and characters, unless a single literal has more.
LINES_A_PAGE = 2_500
CHARACTERS_A_PAGE = 400_000

_LEADING = {f"<{iri}>" for iri in (TYPE, *LABEL_PROPERTIES, *DESCRIPTION_PROPERTIES)}


class Page(NamedTuple):
    """One page: its number, how many there are, how many statements the thing has on all of them, its lines."""

    number: int
    pages: int
    statements: int
    lines: list[str]


def pages_about(asserted: list[str], blank_nodes: BlankNodes) -> Iterator[Page]:
    """Yield the pages of the lines about a thing, with all that is said of the blank nodes they lead to.

    A statement leads to the blank nodes that annotate it: they are part of its concise bounded description.
    What a thing is and what it is called stands on the first page. What a single statement leads to may take several
    pages; its blank nodes have the same names on all of them, and are then not told again.
    """
    if len(asserted) <= STATEMENTS_A_PAGE:
        body = _body(asserted, blank_nodes)
        if len(body) <= LINES_A_PAGE and sum(map(len, body)) <= CHARACTERS_A_PAGE:
            yield Page(1, 1, len(asserted), body)
            return
    leading_first = sorted(asserted, key=lambda line: line.split(" ", 2)[1] not in _LEADING)
    pages = list(_split(leading_first, blank_nodes))
    for number, lines in enumerate(pages, 1):
        yield Page(number, len(pages), len(asserted), lines)


def pages_of(lines: Iterable[str]) -> Iterator[Page]:
    """Yield the pages of lines that lead nowhere."""
    pages: list[list[str]] = []
    characters = total = 0
    for line in lines:
        total += 1
        characters += len(line)
        if not pages or len(pages[-1]) >= STATEMENTS_A_PAGE or characters > CHARACTERS_A_PAGE:
            pages.append([])
            characters = len(line)
        pages[-1].append(line)
    for number, page in enumerate(pages, 1):
        yield Page(number, len(pages), total, page)


def _body(lines: list[str], blank_nodes: BlankNodes) -> list[str]:
    """Return lines, and all that is said of the blank nodes they lead to, each once."""
    if "_:" not in "\n".join(lines) and not blank_nodes.leading(lines[:1]):
        return lines
    seen: set[str] = set()
    return list(dict.fromkeys(found for line in lines for found in blank_nodes.closure(line, seen)))


def _split(asserted: list[str], blank_nodes: BlankNodes) -> Iterator[list[str]]:
    page: dict[str, None] = {}
    own = characters = 0
    seen: set[str] = set()
    seen_on_earlier_pages: set[str] = set()
    for line in asserted:
        if own >= STATEMENTS_A_PAGE or len(page) >= LINES_A_PAGE or characters >= CHARACTERS_A_PAGE:
            yield list(page)
            page, own, characters, seen = {}, 0, 0, set(seen_on_earlier_pages)
        own += 1
        closure = blank_nodes.closure(line, seen)
        if len(closure) > LINES_A_PAGE:
            seen_on_earlier_pages.update(found.split(" ", 1)[0] for found in closure[1:])
        for found in closure:
            if len(page) >= LINES_A_PAGE or characters >= CHARACTERS_A_PAGE:
                yield list(page)
                page, own, characters = {}, 0, 0
            page[found] = None
            characters += len(found)
    if page:
        yield list(page)
