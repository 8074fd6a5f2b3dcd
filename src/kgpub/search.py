"""Find things by what they are called: bounded work for any text, over one read-only SQLite file."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from kgpub.errors import ReleaseMissing
from kgpub.folding import fold
from kgpub.iris import last_segment
from kgpub.label import Label
from kgpub.search_candidates import FOUND_AT_MOST, Candidates, Finder, Match
from kgpub.search_marks import ALTERNATIVE, DESCRIPTION, LABEL
from kgpub.search_query import Asked, read_query
from kgpub.search_words import similarity, trigrams

_MMAP_BYTES = 1 << 30
#: Texts of a thing that are compared with a query; one that is equal is found wherever it stands.
_TEXTS_COMPARED = 64

_THINGS = """
SELECT t.id, t.iri, t.degree, t.types FROM json_each(?) j CROSS JOIN thing t ON t.id = j.value
"""
_TYPES = "SELECT t.id, t.types FROM json_each(?) j CROSS JOIN thing t ON t.id = j.value"
_TEXTS = """
SELECT t.thing, t.kind, t.text, t.language, p.iri
FROM json_each(?1) j CROSS JOIN text t ON t.thing = j.value AND t.number < ?2 CROSS JOIN property p ON p.id = t.property
"""
_CLASSES = "SELECT id, iri FROM class WHERE id IN (SELECT value FROM json_each(?))"
_CLASS_NUMBERS = "SELECT id FROM class WHERE iri IN (SELECT value FROM json_each(?))"


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


class _Text(NamedTuple):
    kind: int
    label: Label


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
        self._language = language

    def find(
        self, text: str, *, types: Sequence[str] = (), limit: int = 20, offset: int = 0, language: str = ""
    ) -> Found:
        """Return what a text finds among labels, alternative labels and descriptions in all languages.

        *types* are classes of which a thing must have one. No more than ``FOUND_AT_MOST`` things are found.
        """
        asked = read_query(text)
        found = self._candidates(asked, types)
        numbers = list(found.matches)
        is_cut = len(numbers) > FOUND_AT_MOST
        numbers = numbers[:FOUND_AT_MOST]
        counts = self._type_counts(numbers)
        hits = self._hits(asked, found, numbers[offset : offset + limit], language)
        corrections = tuple(corrected.text for corrected in found.corrections)
        return Found(hits, len(numbers), found.is_complete and not is_cut, counts, corrections)

    def suggest(
        self, prefix: str, *, types: Sequence[str] = (), limit: int = 10, language: str = ""
    ) -> tuple[Hit, ...]:
        """Return what somebody may be about to type, by labels and alternative labels."""
        asked = read_query(prefix)
        found = self._candidates(asked, types, is_typing=True)
        return self._hits(asked, found, list(islice(found.matches, limit)), language)

    def _candidates(self, asked: Asked, types: Sequence[str], *, is_typing: bool = False) -> Candidates:
        if not types:
            return self._finder.candidates(asked, is_typing=is_typing)
        rows = self._database.execute(_CLASS_NUMBERS, (json.dumps(types),))
        classes = [number for (number,) in rows]
        if not classes:
            return Candidates()
        found = self._finder.candidates(asked, classes, is_typing=is_typing)
        wanted = {str(number) for number in classes}
        kinds = self._database.execute(_TYPES, (json.dumps(list(found.matches)),))
        others = [number for number, of_thing in kinds if wanted.isdisjoint(of_thing.split())]
        for number in others:
            del found.matches[number]
        return found

    def _type_counts(self, numbers: list[int]) -> tuple[tuple[str, int], ...]:
        alike = Counter(of_thing for _, of_thing in self._database.execute(_TYPES, (json.dumps(numbers),)))
        counts: Counter[int] = Counter()
        for of_thing, number in alike.items():
            for class_ in of_thing.split():
                counts[int(class_)] += number
        names = self._class_names(counts)
        return tuple(sorted(((names[class_], n) for class_, n in counts.items()), key=lambda item: (-item[1], item[0])))

    def _class_names(self, numbers: Iterable[int]) -> Mapping[int, str]:
        return dict(self._database.execute(_CLASSES, (json.dumps(list(numbers)),)).fetchall())

    def _hits(self, asked: Asked, found: Candidates, numbers: list[int], language: str) -> tuple[Hit, ...]:
        listed = json.dumps(numbers)
        texts: dict[int, list[_Text]] = {number: [] for number in numbers}
        for number, kind, *label in self._database.execute(_TEXTS, (listed, _TEXTS_COMPARED)):
            texts[number].append(_Text(kind, Label(*label)))
        rows = {number: row for number, *row in self._database.execute(_THINGS, (listed,))}
        names = self._class_names({int(class_) for row in rows.values() for class_ in row[2].split()})
        hits = []
        for number in numbers:
            iri, degree, types = rows[number]
            match = found.matches[number]
            matched, score = _matched(asked, match, texts[number])
            label = _label(iri, matched, texts[number], language or self._language, is_wanted=bool(language))
            classes = tuple(names[int(class_)] for class_ in types.split())
            hits.append(Hit(iri, label, matched.label, classes, score, degree, match))
        return tuple(hits)


def _matched(asked: Asked, match: Match, texts: list[_Text]) -> tuple[_Text, float]:
    """Return the text of a thing that is closest to what was asked, and the score."""
    wanted = trigrams(asked.key)
    scored = ((_score(asked, match, text, wanted), -at) for at, text in enumerate(texts))
    score, at = max(scored)
    return texts[-at], round(score, 1)


def _score(asked: Asked, match: Match, text: _Text, wanted: frozenset[str]) -> float:
    folded = fold(text.label.text)
    is_label = text.kind == LABEL
    if text.label.text == asked.text:
        return 100.0 if is_label else 98.0
    if folded == asked.key:
        return 95.0 if is_label else 93.0
    if text.kind == DESCRIPTION:
        return 10 + 20 * similarity(wanted, trigrams(folded)) * (match is Match.NOTES)
    alike = similarity(wanted, trigrams(folded))
    if match is Match.SPELLING:
        return 85 * alike
    return (50 if folded.startswith(asked.key) else 40) + 40 * alike


def _label(iri: str, matched: _Text, texts: list[_Text], language: str, *, is_wanted: bool) -> Label:
    """Return what to call a thing: the label that matched, unless a language is wanted or another text matched."""
    if matched.kind == LABEL and not is_wanted:
        return matched.label
    for kind in (LABEL, ALTERNATIVE):
        labels = [text.label for text in texts if text.kind == kind]
        if labels:
            return min(labels, key=lambda label: _distance_of(label.language, language))
    return Label(last_segment(iri), "", "")


def _distance_of(language: str, wanted: str) -> int:
    """Return how far a language is from the one that is wanted: its own variants first, then English, then none."""
    order = (wanted.lower(), wanted.partition("-")[0].lower(), "en", "")
    if language in order:
        return order.index(language)
    return 1 if language.partition("-")[0] == order[1] else len(order)
