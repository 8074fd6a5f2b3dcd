"""Write the search index: one SQLite file in which a search reads a bounded number of entries.

Things are numbered by how many links point at them. SQLite's full-text indexes give the entries of a word by number, so
whoever reads the first few has the best linked, and nothing is ever ranked.
"""

import sqlite3
import sys
from array import array
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from pyoxigraph import Literal

from kgpub.folding import WORD_CHARACTERS, fold, is_unspaced, words_in
from kgpub.linesort import LineSorter
from kgpub.rows import literal_parts
from kgpub.search_bitmap_index import write_bitmaps
from kgpub.search_marks import (
    BEST,
    CLASS,
    DESCRIPTION,
    INDEXED_LETTERS,
    MOST_LINKED,
    START,
    digest_of_key,
    digest_of_text,
    spelt,
)
from kgpub.search_material import Material

#: A longer text is cut, visibly: what is searched are names and short descriptions, not documents.
TEXT_CHARACTERS = 2_000
_MOST_LINKS = 10**15 - 1
#: More would live long enough for the garbage collector to look at them again and again.
_THINGS_AT_ONCE = 250
_FULL_TEXT = ("names", "notes", "spelling")
#: FTS5 sorts this many bytes of entries in memory before it writes them.
_HASH_BYTES = 64 << 20
#: A reader leaps over pages: the smaller they are, the nearer it comes down.
_PAGE_BYTES = 1_000
_SPELLING_LETTERS = range(3, WORD_CHARACTERS)
_DEGREE = "SELECT SUM(total) FROM incoming WHERE iri = ? AND page = 1"
_WORDS = """
INSERT INTO word (word, names, notes)
SELECT term, SUM(names), SUM(notes) FROM (
  SELECT term, doc AS names, 0 AS notes FROM temp.names_words UNION ALL SELECT term, 0, doc FROM temp.notes_words)
GROUP BY term ORDER BY 2 DESC, 3 DESC, 1
"""
_BEGINNINGS = """
INSERT INTO beginning
SELECT SUBSTR(word, 1, ?1), SUM(names) FROM word WHERE names > 0 AND LENGTH(word) >= ?1 GROUP BY 1
"""


def write_search(path: Path, material: Material, index: Path) -> None:
    """Write the search index of a release from what was put aside, whose file goes, and the finished document index."""
    with closing(sqlite3.connect(path)) as database, closing(LineSorter(path.parent)) as by_degree:
        database.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192; PRAGMA cache_size=-{64 << 10};"
        )
        database.executescript(files("kgpub").joinpath("search.sql").read_text("utf-8"))
        for table in _FULL_TEXT:
            for setting, value in (("hashsize", _HASH_BYTES), ("pgsz", _PAGE_BYTES)):
                database.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('{setting}', {value})")  # noqa: S608
        classes = _sort(material, index, by_degree)
        material.path.unlink()
        database.executemany("INSERT INTO class VALUES (?, ?)", ((number, iri) for iri, number in classes.items()))
        properties = ((number, *property_) for number, property_ in enumerate(material.properties))
        database.executemany("INSERT INTO property VALUES (?, ?, ?)", properties)
        _Writer(database, material, classes).write(by_degree)
        _write_words(database)
        for table in _FULL_TEXT:
            database.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608
        write_bitmaps(database, database.execute("SELECT MAX(id) FROM thing").fetchone()[0] or 0)
        database.commit()


def _sort(material: Material, index: Path, by_degree: LineSorter) -> dict[str, int]:
    """Put the things in order, the most linked first, and return the numbers of classes, the commonest first."""
    alike: Counter[str] = Counter()
    with closing(sqlite3.connect(f"file:{quote(str(index))}?mode=ro&immutable=1", uri=True)) as links:
        for line in material.lines():
            iri, types, _ = line.split("\t", 2)
            alike[types] += 1
            degree = links.execute(_DEGREE, (iri,)).fetchone()[0] or 0
            by_degree.add(f"{_MOST_LINKS - degree:015}\t{line}")
    classes: Counter[str] = Counter()
    for types, number in alike.items():
        classes.update(dict.fromkeys(types.split(), number))
    in_order = sorted(classes, key=lambda iri: (-classes[iri], iri))
    return {iri: number for number, iri in enumerate(in_order, 1)}


class _Writer:
    """Writes things in their order, a few thousand at a time."""

    def __init__(self, database: sqlite3.Connection, material: Material, classes: dict[str, int]) -> None:
        self._database = database
        self._descriptions = {f"{at:02}" for at, found in enumerate(material.properties) if found.sort == DESCRIPTION}
        self._classes = classes
        self._kinds: dict[str, _Kind] = {}

    def write(self, lines: Iterable[str]) -> None:
        execute = self._database.executemany
        self._database.execute("CREATE TEMP TABLE unsorted (key INTEGER, thing INTEGER, written INTEGER)")
        kinds = array("I")
        numbered = enumerate(lines, 1)
        while some := [self._entry(number, line) for number, line in islice(numbered, _THINGS_AT_ONCE)]:
            kinds.extend([entry.kind for entry in some])
            execute("INSERT INTO thing VALUES (?, ?, ?, ?)", [entry.thing for entry in some])
            execute("INSERT INTO unsorted VALUES (?, ?, ?)", chain.from_iterable([entry.keys for entry in some]))
            execute("INSERT INTO names (rowid, words) VALUES (?, ?)", [(e.thing[0], e.names) for e in some])
            execute("INSERT INTO notes (rowid, words) VALUES (?, ?)", [(e.thing[0], e.notes) for e in some if e.notes])
        self._database.execute("INSERT INTO name SELECT * FROM unsorted ORDER BY key, thing, written")
        self._database.execute("DROP TABLE unsorted")
        execute("INSERT INTO kind VALUES (?, ?)", ((kind.number, kind.classes) for kind in self._kinds.values()))
        if sys.byteorder == "big":
            kinds.byteswap()
        self._database.execute("INSERT INTO kinds VALUES (?)", (kinds.tobytes(),))

    def _entry(self, number: int, line: str) -> "_Entry":
        below, iri, types, *texts = line.split("\t")
        kind = self._kinds.get(types) or self._new_kind(types)
        keys: list[tuple[int, int, int]] = []
        names: dict[str, None] = {}
        notes: dict[str, None] = {}
        texts.sort()
        for at, said in enumerate(texts):
            text = literal_parts(said[3:])[0]
            if len(text) > TEXT_CHARACTERS:
                texts[at], text = _cut(said)
            folded = fold(text)
            words = words_in(folded)
            if said[:2] in self._descriptions:
                notes |= dict.fromkeys(words)
                continue
            keys.append((digest_of_key(folded), number, digest_of_text(text)))
            if words:
                names |= dict.fromkeys((*words, START + words[0]))
        marks = kind.marks if number > MOST_LINKED else f"{kind.marks} {BEST}"
        with_notes = f"{' '.join(notes | names)} {marks}" if notes else ""
        thing = number, iri, _MOST_LINKS - int(below), "\t".join(texts)
        return _Entry(thing, kind.number, dict.fromkeys(keys), f"{' '.join(names)} {marks}", with_notes)

    def _new_kind(self, types: str) -> "_Kind":
        classes = sorted(self._classes[type_] for type_ in types.split())
        marks = " ".join(f"{CLASS}{class_}" for class_ in classes)
        kind = self._kinds[types] = _Kind(len(self._kinds), " ".join(map(str, classes)), marks)
        return kind


class _Kind(NamedTuple):
    """The classes that some things are of, and the marks of these."""

    number: int
    classes: str
    marks: str


class _Entry(NamedTuple):
    """A thing as the tables have it."""

    thing: tuple[int, str, int, str]
    kind: int
    keys: Iterable[tuple[int, int, int]]
    names: str
    notes: str


def _cut(said: str) -> tuple[str, str]:
    """Return a text that is too long as it was put aside and as it is meant, both cut."""
    text, language, _ = literal_parts(said[3:])
    text = text[: TEXT_CHARACTERS - 1] + "…"
    literal = Literal(text, language=language) if language else Literal(text)
    return f"{said[:3]}{literal}", text


def _write_words(database: sqlite3.Connection) -> None:
    """Write the words, the commonest in names first, and the spellings of those that can be misspelt."""
    for table in ("names", "notes"):
        database.execute(f"CREATE VIRTUAL TABLE temp.{table}_words USING fts5vocab(main, {table}, row)")
    database.execute(_WORDS)
    for table in ("names", "notes"):
        database.execute(f"DROP TABLE temp.{table}_words")
    for length in range(1, INDEXED_LETTERS + 1):
        database.execute(_BEGINNINGS, (length,))
    words = database.execute("SELECT id, word FROM word WHERE names > 0 ORDER BY id")
    spellings = ((number, spelt(word)) for number, word in words if _can_be_misspelt(word))
    database.executemany("INSERT INTO spelling (rowid, word) VALUES (?, ?)", spellings)


def _can_be_misspelt(word: str) -> bool:
    return len(word) in _SPELLING_LETTERS and word.isalpha() and not is_unspaced(word)
