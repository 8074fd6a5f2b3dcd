"""Write the search index: one SQLite file in which a search reads a bounded number of entries.

Things are numbered by how many links point at them. SQLite's full-text indexes give the entries of a word by number, so
whoever reads the first few has the best linked, and nothing is ever ranked.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from kgpub.folding import WORD_CHARACTERS, fold, is_unspaced, words_in
from kgpub.linesort import LineSorter
from kgpub.rows import literal_parts
from kgpub.search_marks import BEST, CLASS, DESCRIPTION, INDEXED_LETTERS, KEY_CHARACTERS, MOST_LINKED, START, spelt
from kgpub.search_material import Material

#: A longer text is cut, visibly: what is searched are names and short descriptions, not documents.
TEXT_CHARACTERS = 2_000
_MOST_LINKS = 10**15 - 1
_THINGS_AT_ONCE = 5_000
#: FTS5 sorts this many bytes of entries in memory before it writes them.
_HASH_BYTES = 64 << 20
#: A reader leaps over pages: the smaller they are, the nearer it comes down.
_PAGE_BYTES = 1_000
_FULL_TEXT = ("names", "notes", "spelling")
_SPELLING_LETTERS = range(3, WORD_CHARACTERS)
_DEGREE = "SELECT SUM(total) FROM incoming WHERE iri = ? AND page = 1"


class Text(NamedTuple):
    """One text of a thing, as the table has it."""

    kind: int
    property: int
    language: str
    text: str


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
        properties = ((number, found.iri) for number, found in enumerate(material.properties))
        database.executemany("INSERT INTO property VALUES (?, ?)", properties)
        _Writer(database, material, classes).write(by_degree)
        _write_words(database)
        for table in _FULL_TEXT:
            database.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608
        database.commit()


def _sort(material: Material, index: Path, by_degree: LineSorter) -> dict[str, int]:
    """Put the things in order, the most linked first, and return the numbers of classes, the commonest first."""
    classes: Counter[str] = Counter()
    with closing(sqlite3.connect(f"file:{quote(str(index))}?mode=ro&immutable=1", uri=True)) as links:
        for line, iri, types in material.lines():
            classes.update(types)
            degree = links.execute(_DEGREE, (iri,)).fetchone()[0] or 0
            by_degree.add(f"{_MOST_LINKS - degree:015}\t{line}")
    in_order = sorted(classes, key=lambda iri: (-classes[iri], iri))
    return {iri: number for number, iri in enumerate(in_order, 1)}


class _Writer:
    """Writes things in their order, a few thousand at a time."""

    def __init__(self, database: sqlite3.Connection, material: Material, classes: dict[str, int]) -> None:
        self._database = database
        self._kinds = [property_.kind for property_ in material.properties]
        self._classes = classes

    def write(self, lines: Iterator[str] | LineSorter) -> None:
        execute = self._database.executemany
        self._database.execute("CREATE TEMP TABLE unsorted (key TEXT, thing INTEGER, number INTEGER)")
        numbered = enumerate(lines, 1)
        while some := [self._entry(number, line) for number, line in islice(numbered, _THINGS_AT_ONCE)]:
            execute("INSERT INTO thing VALUES (?, ?, ?, ?)", [entry.thing for entry in some])
            execute("INSERT INTO text VALUES (?, ?, ?, ?, ?, ?)", chain.from_iterable(e.texts for e in some))
            execute("INSERT INTO unsorted VALUES (?, ?, ?)", chain.from_iterable(e.keys for e in some))
            execute("INSERT INTO names (rowid, words) VALUES (?, ?)", [(e.thing[0], e.names) for e in some])
            execute("INSERT INTO notes (rowid, words) VALUES (?, ?)", [(e.thing[0], e.notes) for e in some if e.notes])
        self._database.execute("INSERT INTO name SELECT DISTINCT * FROM unsorted ORDER BY key, thing, number")
        self._database.execute("DROP TABLE unsorted")

    def _entry(self, number: int, line: str) -> "_Entry":
        below, iri, types, *tokens = line.split("\t")
        texts = sorted({self._text(token) for token in tokens}, key=lambda text: (text.kind, text.property, text[2:]))
        classes = [self._classes[type_] for type_ in types.split()]
        thing = number, iri, _MOST_LINKS - int(below), " ".join(map(str, classes))
        rows, keys = [], []
        names: dict[str, None] = {}
        notes: dict[str, None] = {}
        for at, text in enumerate(texts):
            rows.append((number, at, *text))
            folded = fold(text.text)
            words = words_in(folded)
            if text.kind == DESCRIPTION:
                notes.update(dict.fromkeys(words))
                continue
            keys.append((folded[:KEY_CHARACTERS], number, at))
            names.update(dict.fromkeys(words))
            if words:
                names[START + words[0]] = None
        marks = [f"{CLASS}{class_}" for class_ in classes] + [BEST] * (number <= MOST_LINKED)
        with_notes = " ".join((*(notes | names), *marks)) if notes else ""
        return _Entry(thing, rows, keys, " ".join((*names, *marks)), with_notes)

    def _text(self, token: str) -> Text:
        number, _, literal = token.partition(" ")
        text, language, _ = literal_parts(literal)
        if len(text) > TEXT_CHARACTERS:
            text = text[: TEXT_CHARACTERS - 1] + "…"
        return Text(self._kinds[int(number)], int(number), language, text)


class _Entry(NamedTuple):
    """A thing as the tables have it."""

    thing: tuple[int, str, int, str]
    texts: list[tuple[int, int, int, int, str, str]]
    keys: list[tuple[str, int, int]]
    names: str
    notes: str


def _write_words(database: sqlite3.Connection) -> None:
    """Write the words, the commonest in names first, and the spellings of those that can be misspelt."""
    for table in ("names", "notes"):
        database.execute(f"CREATE VIRTUAL TABLE temp.{table}_words USING fts5vocab(main, {table}, row)")
    database.executescript("""
        INSERT INTO word (word, names, notes)
        SELECT term, SUM(names), SUM(notes) FROM (
          SELECT term, doc AS names, 0 AS notes FROM temp.names_words
          UNION ALL SELECT term, 0, doc FROM temp.notes_words)
        GROUP BY term ORDER BY 2 DESC, 3 DESC, 1;
        DROP TABLE temp.names_words;
        DROP TABLE temp.notes_words;
    """)
    for length in range(1, INDEXED_LETTERS + 1):
        database.execute(
            "INSERT INTO beginning SELECT SUBSTR(word, 1, ?1), SUM(names) FROM word WHERE names > 0"
            " AND LENGTH(word) >= ?1 GROUP BY 1",
            (length,),
        )
    words = database.execute("SELECT id, word FROM word WHERE names > 0 ORDER BY id")
    spellings = ((number, spelt(word)) for number, word in words if _can_be_misspelt(word))
    database.executemany("INSERT INTO spelling (rowid, word) VALUES (?, ?)", spellings)


def _can_be_misspelt(word: str) -> bool:
    return len(word) in _SPELLING_LETTERS and word.isalpha() and not is_unspaced(word)
