"""Labels from outside: what other vocabularies call their terms, kept beside the data and never part of it.

They come from files that a build reads: those of ``src/kgpub/vocabularies/``, with the labels that the vocabularies
publish, and those of the project's folder of labels, which win. What the data labels itself, in whatever language, has
no label from outside. Nothing is fetched.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from kgpub.nquads import split_line
from kgpub.plan import Plan
from kgpub.release import Release
from kgpub.sources import Source, parsed
from kgpub.statistics import Statistics
from kgpub.vocabulary import LABEL_PROPERTIES

#: The property, the text and the file of a label, by IRI and language.
Labels = Mapping[tuple[str, str], tuple[str, str, str]]
#: How often each term is used, by kind of term.
Uses = Mapping[str, Mapping[str, int]]

_RANK = {property_: rank for rank, property_ in enumerate(LABEL_PROPERTIES)}
_IS_OURS = "EXISTS (SELECT 1 FROM label WHERE label.iri = ?1)"
_IS_THEIRS = "EXISTS (SELECT 1 FROM outside_label WHERE outside_label.iri = ?1)"
_ADD = f"INSERT INTO outside_label SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT {_IS_OURS}"
_NOTE = f"INSERT INTO unlabelled SELECT ?1, ?2, ?3 WHERE NOT {_IS_OURS} AND NOT {_IS_THEIRS}"
_LANGUAGES = """
INSERT INTO language
SELECT language, COUNT(*) FROM label WHERE NOT EXISTS (SELECT 1 FROM ours WHERE ours.iri = label.iri) GROUP BY language
"""
_TERMS = "SELECT iri, kind, uses FROM unlabelled ORDER BY kind DESC, uses DESC, iri"
_OTHERS = """
SELECT iri, 'resource', SUM(total) FROM incoming
WHERE page = 1 AND substr(iri, 1, ?2) <> ?1
  AND NOT EXISTS (SELECT 1 FROM label WHERE label.iri = incoming.iri)
  AND NOT EXISTS (SELECT 1 FROM outside_label WHERE outside_label.iri = incoming.iri)
  AND NOT EXISTS (SELECT 1 FROM unlabelled WHERE unlabelled.iri = incoming.iri)
GROUP BY iri ORDER BY 3 DESC, 1
"""


def label_sources(plan: Plan) -> tuple[Source, ...]:
    """Return the files of labels that a build reads: those that come with kgpub, then the project's."""
    folder = Path(str(files("kgpub").joinpath("vocabularies")))
    packaged = (Source(path, f"vocabularies/{path.name}", None) for path in sorted(folder.glob("*.ttl")))
    return (*packaged, *plan.labels)


def complete_labels(index: Path, plan: Plan, statistics: Statistics, catalog: Iterable[str]) -> int:
    """Complete a release's document index: its languages, labels from outside, and what has none all the same.

    What only the *catalog*, lines that the build writes itself, says in a language is not in a language of the data.
    Returns how many of the properties and classes that the data uses and that lie elsewhere than below the base have no
    label. Raises what ``read_labels`` raises.
    """
    uses = {"property": statistics.properties, "class": statistics.classes}
    ours = {(split_line(line).subject[1:-1],) for line in catalog}
    labels = read_labels(label_sources(plan))
    with closing(sqlite3.connect(index)) as database:
        _count_languages(database, ours)
        number = _add_labels(database, labels, uses, plan.base.iri)
        database.commit()
    return number


class Unlabelled(NamedTuple):
    """An IRI elsewhere than below the base that has no label: what it is, how often it is used."""

    iri: str
    kind: str
    uses: int


def unlabelled(release: Release, *, with_others: bool = False) -> Iterator[Unlabelled]:
    """Yield what of a release has no label: properties and classes, and on request whatever else is pointed at."""
    base_iri = release.manifest.publication.base_iri
    with closing(sqlite3.connect(f"file:{quote(str(release.index))}?mode=ro", uri=True)) as database:
        yield from map(Unlabelled._make, database.execute(_TERMS))
        if with_others:
            yield from map(Unlabelled._make, database.execute(_OTHERS, (base_iri, len(base_iri))))


def read_labels(sources: Iterable[Source]) -> Labels:
    """Return the best label of each IRI in each language; a later file wins over an earlier one.

    Raises what ``parsed`` raises for a file that cannot be read.
    """
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    for source in sources:
        found |= {key: (property_, text, source.name) for key, (_, text, property_) in _best_in(source).items()}
    return found


def _best_in(source: Source) -> dict[tuple[str, str], tuple[int, str, str]]:
    best: dict[tuple[str, str], tuple[int, str, str]] = {}
    for quad in parsed(source, None):
        rank = _RANK.get(quad.predicate.value)
        if rank is not None and isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            key = quad.subject.value, quad.object.language or ""
            label = rank, quad.object.value, quad.predicate.value
            best[key] = min(label, best.get(key, label))
    return best


def _count_languages(database: sqlite3.Connection, ours: Iterable[tuple[str]]) -> None:
    database.execute("CREATE TEMPORARY TABLE ours (iri TEXT PRIMARY KEY) WITHOUT ROWID")
    database.executemany("INSERT INTO ours VALUES (?)", ours)
    database.execute(_LANGUAGES)


def _add_labels(database: sqlite3.Connection, labels: Labels, uses: Uses, base_iri: str) -> int:
    database.executemany(_ADD, ((*key, *label) for key, label in labels.items()))
    database.executemany(_NOTE, _elsewhere(uses, base_iri))
    (number,) = database.execute("SELECT COUNT(DISTINCT iri) FROM unlabelled").fetchone()
    return int(number)


def _elsewhere(uses: Uses, base_iri: str) -> Iterator[tuple[str, str, int]]:
    for kind, of_kind in uses.items():
        yield from ((iri, kind, number) for iri, number in of_kind.items() if not iri.startswith(base_iri))
