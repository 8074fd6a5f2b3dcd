"""Generate a graph of a chosen size, the same bytes for the same size on every machine.

A library's catalogue: works with authors, subjects, places, citations, dates, numbers and texts, labels in two
languages. Links go to popular things often and to most things seldom (Zipf, exponent 1), as in real data.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BASE = "https://bench.example/"
ONTOLOGY = BASE + "ontology/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
XSD = "http://www.w3.org/2001/XMLSchema#"
WORK_CLASSES = ("Article", "Report", "Book", "Letter", "Thesis", "Map", "Dataset")

_SEED = 20_261_122
_TRIPLES_PER_ENTITY = 11.87
_FILES = 4
_SCATTER = 7_919  # a prime: popular things are spread over the whole range, not its first ones
_SHARES = (("Place", 0.03), ("Topic", 0.05), ("Organization", 0.05), ("Person", 0.25), ("Event", 0.02))
_SYLLABLES = ("ba", "cor", "dan", "el", "fi", "gran", "hel", "in", "jo", "kar", "lum", "mo", "nes", "or", "pal",
              "que", "ri", "sol", "tan", "ur", "ver", "wil", "xan", "yor", "zel")  # fmt: skip
_FRENCH_ENDINGS = ("é", "eur", "ière", "ment", "age", "ône")
_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class Layout:
    """Which numbers are things of which kind: each kind has a range of its own."""

    entities: int

    def numbers(self, kind: str) -> range:
        """Return the numbers of the things of a kind; what no kind claims is a work."""
        first = 0
        for name, share in _SHARES:
            size = max(1, int(self.entities * share))
            if name == kind:
                return range(first, first + size)
            first += size
        return range(first, self.entities)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the names of all kinds."""
        return (*(name for name, _ in _SHARES), "Work")


@dataclass(frozen=True, slots=True)
class Dataset:
    """A generated graph: its files of N-Triples lines, and how much they hold."""

    files: tuple[Path, ...]
    triples: int
    layout: Layout


def layout_for(triples: int) -> Layout:
    """Return the layout of a graph of about so many triples."""
    return Layout(max(400, round(triples / _TRIPLES_PER_ENTITY)))


def entity_iri(number: int) -> str:
    """Return the IRI of a thing."""
    return f"{BASE}id/e{number}"


def write_graph(folder: Path, triples: int) -> Dataset:
    """Write a graph of about *triples* triples into four files, and return what was written."""
    layout = layout_for(triples)
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / f"{index}.nt" for index in range(_FILES))
    count = 0
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("w", encoding="utf-8", newline="\n")) for path in paths]
        for number, lines in enumerate(_entities(layout)):
            files[number % _FILES].writelines(lines)
            count += len(lines)
        ontology = list(_ontology())
        files[0].writelines(ontology)
    return Dataset(paths, count + len(ontology), layout)


@cache
def words(count: int = _WORDS) -> tuple[str, ...]:
    """Return the vocabulary of labels and texts, commonest first."""
    chance = random.Random(_SEED)
    return tuple("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(count))


def zipf(chance: random.Random, size: int) -> int:
    """Return a rank below *size* with a probability that falls as 1/rank (the inverse of a logarithm)."""
    return min(int((size + 1.0) ** chance.random()), size) - 1


def popular(numbers: range, rank: int) -> int:
    """Return the thing of a rank of popularity, 0 the most popular."""
    return numbers[rank * _SCATTER % len(numbers)]


def _ontology() -> Iterator[str]:
    for name in (*(kind for kind, _ in _SHARES), *WORK_CLASSES):
        iri = ONTOLOGY + name
        yield f"<{iri}> <{RDF_TYPE}> <http://www.w3.org/2002/07/owl#Class> .\n"
        yield f'<{iri}> <{LABEL}> "{name.lower()}"@en .\n'
        yield f'<{iri}> <{LABEL}> "{name.lower()}e"@fr .\n'


def _entities(layout: Layout) -> Iterator[list[str]]:
    author = _Author(layout)
    for kind in layout.kinds:
        for number in layout.numbers(kind):
            yield author.entity(kind, number)


class _Author:
    """Writes the statements about one thing after the other, from one stream of chance."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._chance = random.Random(_SEED)
        self._words = words()
        self._facts: dict[str, Callable[[], list[str]]] = {
            "Place": self._place,
            "Topic": self._topic,
            "Organization": self._organization,
            "Person": self._person,
            "Event": self._event,
            "Work": self._work,
        }

    def entity(self, kind: str, number: int) -> list[str]:
        class_ = WORK_CLASSES[zipf(self._chance, len(WORK_CLASSES))] if kind == "Work" else kind
        title = self._text(2, 4).capitalize()
        ending = self._chance.choice(_FRENCH_ENDINGS)
        facts = [
            f"<{RDF_TYPE}> <{ONTOLOGY}{class_}>",
            f'<{LABEL}> "{title} {number}"@en',
            f'<{LABEL}> "{title}{ending} {number}"@fr',
            *self._facts[kind](),
        ]
        subject = entity_iri(number)
        return [f"<{subject}> {fact} .\n" for fact in dict.fromkeys(facts)]

    def _place(self) -> list[str]:
        return [self._integer("population", 5_000_000), self._link("partOf", "Place")]

    def _topic(self) -> list[str]:
        return [self._link("broader", "Topic"), self._prose("definition")]

    def _organization(self) -> list[str]:
        return [self._link("locatedIn", "Place"), self._date("founded"), self._prose("description")]

    def _person(self) -> list[str]:
        return [self._link("memberOf", "Organization"), self._date("born"), self._link("bornIn", "Place")]

    def _event(self) -> list[str]:
        return [self._date("held"), self._link("locatedIn", "Place"), *self._links("attendedBy", "Person", 1, 8)]

    def _work(self) -> list[str]:
        facts = [
            self._date("issued"),
            self._integer("pages", 900),
            f'<{ONTOLOGY}price> "{self._chance.randint(1, 99)}.{self._chance.randint(1, 9)}"^^<{XSD}decimal>',
            self._link("locatedIn", "Place"),
            *self._links("author", "Person", 1, 3),
            *self._links("subject", "Topic", 1, 4),
            *self._links("cites", "Work", 0, 8),
        ]
        return [*facts, self._prose("description")] if self._chance.random() < 0.5 else facts

    def _text(self, least: int, most: int) -> str:
        count = self._chance.randint(least, most)
        return " ".join(self._words[zipf(self._chance, _WORDS)] for _ in range(count))

    def _prose(self, name: str) -> str:
        return f'<{ONTOLOGY}{name}> "{self._text(12, 40).capitalize()}."@en'

    def _date(self, name: str) -> str:
        day = f"{self._chance.randint(1950, 2025)}-{self._chance.randint(1, 12):02}-{self._chance.randint(1, 28):02}"
        return f'<{ONTOLOGY}{name}> "{day}"^^<{XSD}date>'

    def _integer(self, name: str, most: int) -> str:
        return f'<{ONTOLOGY}{name}> "{self._chance.randint(1, most)}"^^<{XSD}integer>'

    def _link(self, name: str, kind: str) -> str:
        numbers = self._layout.numbers(kind)
        target = popular(numbers, zipf(self._chance, len(numbers)))
        return f"<{ONTOLOGY}{name}> <{entity_iri(target)}>"

    def _links(self, name: str, kind: str, least: int, most: int) -> list[str]:
        return [self._link(name, kind) for _ in range(self._chance.randint(least, most))]
