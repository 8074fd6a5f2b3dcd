"""Find things by what they are called: bounded work for any text, over one read-only SQLite file."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from kgpub.errors import ReleaseMissing
from kgpub.iris import last_segment
from kgpub.label import Label
from kgpub.rows import literal_parts
from kgpub.search_candidates import FOUND_AT_MOST, Candidates, Finder, Wanted
from kgpub.search_closeness import Closeness, Said
from kgpub.search_kinds import Kinds
from kgpub.search_marks import ALTERNATIVE, LABEL
from kgpub.search_query import Asked, Match, read_query

_MMAP_BYTES = 1 << 30
#: Texts of a thing that are compared with a query; one that is equal is found wherever it stands.
_TEXTS_COMPARED = 64
_THINGS = "SELECT t.id, t.iri, t.degree, t.texts FROM json_each(?) j CROSS JOIN thing t ON t.id = j.value"


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found.

    *label* is what to call it: the label that matched, or the best one in the language that is wanted. *matched* is the
    text that matched, which may be an alternative label or a description. *score* is 100 where a label is what was
    asked for, letter for letter; *degree* counts the links that point at the thing.
    """

    iri: str
    label: Label
    matched: Label
    types: tuple[str, ...]
    score: float
    degree: int
    match: Match


@dataclass(frozen=True, slots=True)
class Found:
    """Some of the things that a text finds, how many there are in all, and how many of each class.

    Where *is_total_exact* is false, *total* and the counts are of those that were looked at: there are as many or more.
    *corrections* are texts without the mistakes that this one seems to have.
    """

    hits: tuple[Hit, ...]
    total: int
    is_total_exact: bool
    type_counts: tuple[tuple[str, int], ...]
    corrections: tuple[str, ...] = ()


class Search:
    """The search index of one release, safe to use from several threads."""

    def __init__(self, index: Path, language: str = "en") -> None:
        """Open the index; raise ``ReleaseMissing`` where there is none. *language* is that of labels by default."""
        if not index.is_file():
            raise ReleaseMissing(f"{index} is missing; the release is damaged, run `kgpub build` again.")
        address = f"file:{quote(str(index))}?mode=ro&immutable=1"
        self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._database.execute(f"PRAGMA mmap_size = {_MMAP_BYTES}")
        self._finder = Finder(self._database)
        self._kinds = Kinds(self._database)
        self._properties = self._database.execute("SELECT sort, iri FROM property ORDER BY id").fetchall()
        self._language = language

    def find(
        self, text: str, *, types: Sequence[str] = (), limit: int = 20, offset: int = 0, language: str = ""
    ) -> Found:
        """Return what a text finds among labels, alternative labels and descriptions in all languages.

        *types* are classes of which a thing must have one. No more than ``FOUND_AT_MOST`` things are found.
        """
        asked = read_query(text)
        found = self._candidates(asked, types)
        things = list(islice(found.matches, FOUND_AT_MOST))
        is_exact = found.is_complete and len(things) == len(found.matches)
        hits = self._hits(asked, found, things[offset : offset + limit], language)
        corrections = tuple(corrected.text for corrected in found.corrections)
        return Found(hits, len(things), is_exact, self._kinds.counts(things), corrections)

    def suggest(
        self, prefix: str, *, types: Sequence[str] = (), limit: int = 10, language: str = ""
    ) -> tuple[Hit, ...]:
        """Return what somebody may be about to type, by labels and alternative labels."""
        asked = read_query(prefix)
        found = self._candidates(asked, types, is_typing=True)
        return self._hits(asked, found, list(islice(found.matches, min(limit, FOUND_AT_MOST))), language)

    def _candidates(self, asked: Asked, types: Sequence[str], *, is_typing: bool = False) -> Candidates:
        if not types:
            return self._finder.candidates(asked, is_typing=is_typing)
        classes = self._kinds.numbers(types)
        if not classes:
            return Candidates()
        return self._finder.candidates(
            asked, Wanted(classes, self._kinds.things_of(classes).among), is_typing=is_typing
        )

    def _hits(self, asked: Asked, found: Candidates, things: list[int], language: str) -> tuple[Hit, ...]:
        rows = {thing: row for thing, *row in self._database.execute(_THINGS, (json.dumps(things),))}
        names = self._kinds.names({class_ for thing in things for class_ in self._kinds.classes_of(thing)})
        closeness = Closeness(asked, found.corrections[0] if found.corrections else None)
        best = language or self._language
        hits = []
        for thing in things:
            iri, degree, said = rows[thing]
            match = found.matches[thing]
            texts = sorted(self._texts(said), key=lambda text: _distance_of(text.label.language, best))
            matched, score = closeness.best(texts, match)
            label = _label(iri, matched, texts, is_wanted=bool(language))
            types = tuple(names[class_] for class_ in self._kinds.classes_of(thing))
            hits.append(Hit(iri, label, matched.label, types, score, degree, match))
        return tuple(hits)

    def _texts(self, said: str) -> list[Said]:
        texts = []
        for one in said.split("\t", _TEXTS_COMPARED)[:_TEXTS_COMPARED]:
            sort, property_ = self._properties[int(one[:2])]
            text, language, _ = literal_parts(one[3:])
            texts.append(Said(sort, Label(text, language, property_)))
        return texts


def _label(iri: str, matched: Said, texts: list[Said], *, is_wanted: bool) -> Label:
    """Return what to call a thing: the label that matched, unless a language is wanted or another text matched."""
    if matched.sort == LABEL and not is_wanted:
        return matched.label
    names = [text for text in texts if text.sort in (LABEL, ALTERNATIVE)]
    return min(names, key=lambda text: text.sort).label if names else Label(last_segment(iri), "", "")


def _distance_of(language: str, wanted: str) -> int:
    """Return how far a language is from the one that is wanted: its own variants first, then English, then none."""
    order = (wanted.lower(), wanted.partition("-")[0].lower(), "en", "")
    if language in order:
        return order.index(language)
    return 1 if language.partition("-")[0] == order[1] else len(order)
