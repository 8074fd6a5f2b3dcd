"""Write which things have the commonest words of a search index, as bits: the lists that take longest to walk over."""

import sqlite3
from collections.abc import Iterator
from itertools import count

from kgpub.search_marks import (
    BEST,
    BITMAP_BYTES,
    CLASS,
    COMMON_AT_MOST,
    COMMON_FROM,
    MOST_LINKED,
    START,
    beginning,
    packed,
    quoted,
)

_COMMON_WORDS = {
    "names": "SELECT word FROM word WHERE names >= ? ORDER BY names DESC, word LIMIT ?",
    "notes": "SELECT word FROM word WHERE notes >= ? ORDER BY notes DESC, word LIMIT ?",
}
_COMMON_BEGINNINGS = "SELECT letters FROM beginning WHERE names >= ? ORDER BY names DESC, letters LIMIT ?"
_MATCHING = {
    "names": "SELECT rowid FROM names WHERE names MATCH ?",
    "notes": "SELECT rowid FROM notes WHERE notes MATCH ?",
}
#: A byte with one bit, by the number of the thing.
_BIT = tuple(1 << at for at in range(8))


def write_bitmaps(database: sqlite3.Connection, things: int) -> None:
    """Write the bits; a few things need none."""
    if things <= MOST_LINKED:
        return
    rows = count(1)
    for table, expression in _common(database, things // COMMON_FROM):
        bits = _bits(database, table, expression, things)
        first = next(rows)
        database.execute("INSERT INTO common VALUES (?, ?, ?)", (table, expression, first))
        for at in range(0, len(bits), BITMAP_BYTES):
            row = first if at == 0 else next(rows)
            database.execute("INSERT INTO bitmap VALUES (?, ?)", (row, packed(bytes(bits[at : at + BITMAP_BYTES]))))


def _common(database: sqlite3.Connection, least: int) -> Iterator[tuple[str, str]]:
    """Yield what a search may ask the full-text indexes for and *least* things have, with the index."""
    for table, words in _COMMON_WORDS.items():
        never_asked = (BEST,) if table == "names" else (BEST, START)
        for (word,) in database.execute(words, (least, COMMON_AT_MOST)).fetchall():
            if not word.startswith(never_asked):
                yield table, quoted(word)
    for (letters,) in database.execute(_COMMON_BEGINNINGS, (least, COMMON_AT_MOST)).fetchall():
        if not letters.startswith((BEST, CLASS)):
            yield "names", beginning(letters)


def _bits(database: sqlite3.Connection, table: str, expression: str, things: int) -> bytearray:
    bits = bytearray(things // 8 + 1)
    for (number,) in database.execute(_MATCHING[table], (expression,)):
        bits[number >> 3] |= _BIT[number & 7]
    return bits
