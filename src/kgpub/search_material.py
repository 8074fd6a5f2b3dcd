"""What search is made from: the types and texts of each thing, put aside while the document index is written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal

from kgpub.iris import Base, last_segment
from kgpub.linesort import read_lines
from kgpub.publication import Publication
from kgpub.search_marks import ALTERNATIVE, DESCRIPTION, LABEL
from kgpub.vocabulary import ALTERNATIVE_PROPERTIES, DESCRIPTION_PROPERTIES, LABEL_PROPERTIES

#: Texts of one thing that are searched; Wikidata's best known things have as many names.
TEXTS_AT_MOST = 1_000
#: The end of an IRI that is longer is no name.
_NAME_CHARACTERS = 80
_DIGEST = re.compile(r"[0-9A-Fa-f-]{16}")


class Property(NamedTuple):
    """A property whose values are searched, and what sort of text they are."""

    sort: int
    iri: str


@dataclass(frozen=True)
class Material:
    """A file with a line for each thing that has a text."""

    path: Path
    properties: tuple[Property, ...]

    def writer(self) -> "MaterialWriter":
        """Begin the file."""
        return MaterialWriter(self)

    def lines(self) -> Iterator[str]:
        """Yield the line of each thing: its IRI, its types with blanks between them, its texts; tabs between these."""
        return read_lines(self.path)


class MaterialWriter:
    """Writes the file; *numbers* are those of the properties, by how they stand in a line of N-Quads."""

    def __init__(self, material: Material) -> None:
        self.numbers = {f"<{found.iri}>": f"{number:02}" for number, found in enumerate(material.properties)}
        of_names = (f"{at:02} " for at, found in enumerate(material.properties) if found.sort != DESCRIPTION)
        self._names = tuple(of_names)
        self._no_property = f"{len(material.properties) - 1:02}"
        self._file = material.path.open("w", encoding="utf-8", newline="\n")

    def add(self, iri: str, types: Iterable[str], texts: Iterable[tuple[str, str]]) -> None:
        """Write a thing if it has a text that is searched; a text is a predicate and a literal as N-Quads has them.

        Where nothing names it, the end of its IRI does, if people can read that.
        """
        numbers = self.numbers
        searched = dict.fromkeys([f"{numbers[predicate]} {text}" for predicate, text in texts if predicate in numbers])
        if not any(text.startswith(self._names) for text in searched) and _is_readable(name := last_segment(iri)):
            searched[f"{self._no_property} {Literal(name)}"] = None
        if searched:
            few = islice(searched, TEXTS_AT_MOST)
            self._file.write("\t".join((iri, " ".join(dict.fromkeys(types)), *few)) + "\n")

    def close(self) -> None:
        """End the file."""
        self._file.close()


def searched_properties(publication: Publication) -> tuple[Property, ...]:
    """Return the properties whose values are searched: those of the settings, the usual ones; the best first.

    The last one has no IRI: it stands for the ends of things' own IRIs.
    """
    base, own = Base(publication.base_iri), publication.search
    of_sorts = (
        (LABEL, own.labels, LABEL_PROPERTIES),
        (ALTERNATIVE, own.alternatives, ALTERNATIVE_PROPERTIES),
        (DESCRIPTION, own.descriptions, DESCRIPTION_PROPERTIES),
    )
    found: dict[str, Property] = {}
    for sort, first, usual in of_sorts:
        for iri in (*map(base.resolve, first), *usual):
            found.setdefault(iri, Property(sort, iri))
    return (*sorted(found.values(), key=lambda property_: property_.sort), Property(ALTERNATIVE, ""))


def _is_readable(name: str) -> bool:
    """Tell whether the end of an IRI is more of a name than of a number or a digest."""
    letters = sum(character.isalpha() for character in name)
    return letters * 2 > len(name) and len(name) <= _NAME_CHARACTERS and _DIGEST.search(name) is None
