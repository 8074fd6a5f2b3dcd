"""Rows of the document index: lists of IRIs, a page at a time."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from kgpub.bodies import packed
from kgpub.release import MEMBERS_A_PAGE, SUBJECTS_A_PAGE, WAYS_SHOWN

Row = tuple[object, ...]
#: Returns the places of the things that have a value: the property, the value as a term, the numbers of the things.
ListOf = Callable[[str, str, Sequence[int]], bytes | int]

_ROWS_AT_ONCE = 10_000


def insert(database: sqlite3.Connection, table: str, columns: int, rows: Iterable[Row]) -> None:
    """Write rows into a table, some thousand at a time."""
    statement = f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608 (both parts are ours)
    remaining = iter(rows)
    while batch := list(islice(remaining, _ROWS_AT_ONCE)):
        database.executemany(statement, batch)


def list_pages(items: Sequence[str]) -> Iterator[tuple[int, int, str | bytes]]:
    """Yield the pages of a list: their number, the list's length, the items one a line."""
    for at in range(0, len(items), SUBJECTS_A_PAGE):
        yield at // SUBJECTS_A_PAGE + 1, len(items), packed(items[at : at + SUBJECTS_A_PAGE])


def incoming_rows(database: sqlite3.Connection, links: Iterable[str], list_of: ListOf) -> None:
    """Write what points at each IRI, from sorted lines of target, property, subject, and the subject's number.

    A subject that is gone has no number: what it points at shows it, but it is in no list of things.
    """
    insert(database, "incoming", 6, _Incoming(database, list_of).rows(links))


class _Incoming:
    def __init__(self, database: sqlite3.Connection, list_of: ListOf) -> None:
        self._database = database
        self._list_of = list_of

    def rows(self, links: Iterable[str]) -> Iterator[Row]:
        target = ""
        ways: list[tuple[int, str]] = []
        for way, subjects, numbers in _runs(links):
            here, _, property_ = way.partition("\t")
            if here != target:
                self._write_ways(target, ways)
                target, ways = here, []
            ways.append((-len(subjects), property_))
            places = self._list_of(property_, f"<{target}>", numbers)
            for page, total, body in list_pages(subjects):
                yield target, page, property_, total, body, places if page == 1 else None
        self._write_ways(target, ways)

    def _write_ways(self, target: str, ways: list[tuple[int, str]]) -> None:
        if len(ways) > WAYS_SHOWN:
            lines = [f"{-total}\t{property_}" for total, property_ in sorted(ways)]
            insert(self._database, "ways", 4, ((target, *page) for page in list_pages(lines)))


def _runs(links: Iterable[str]) -> Iterator[tuple[str, list[str], list[int]]]:
    """Yield each target with a property, the subjects of its links, and the numbers that they have."""
    way = ""
    subjects: list[str] = []
    numbers: list[int] = []
    for link in links:
        here, subject, number = link.rsplit("\t", 2)
        if here != way:
            if subjects:
                yield way, subjects, numbers
            way, subjects, numbers = here, [], []
        subjects.append(subject)
        if number:
            numbers.append(int(number))
    if subjects:
        yield way, subjects, numbers


class FragmentRows:
    """Takes the IRIs of documents in their order, and lists the fragments of those that have very many."""

    def __init__(self) -> None:
        self._document = ""
        self._fragments: list[str] = []

    def take(self, iri: str) -> Iterable[Row]:
        """Take one IRI; return rows about the fragments before it, if they are complete."""
        document, mark, _ = iri.partition("#")
        if not mark or document == self._document:
            if mark:
                self._fragments.append(iri)
            return ()
        done = self.rest()
        self._document, self._fragments = document, [iri]
        return done

    def rest(self) -> Iterable[Row]:
        """Return rows about the fragments that were taken last."""
        if len(self._fragments) <= MEMBERS_A_PAGE:
            return ()
        document = self._document
        return ((document, *page) for page in list_pages(self._fragments))
