"""How a release uses its schema: which properties the instances of each class have, and how often."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgpub.linesort import LineSorter
from kgpub.nquads import iri_in
from kgpub.statistics import Stated
from kgpub.vocabulary import OWL, TYPE

_TYPE = f"<{TYPE}>"
_ONTOLOGY = OWL + "Ontology"


@dataclass(frozen=True, slots=True)
class PropertyUsage:
    """The triples of a property, and the distinct subjects that they have."""

    triples: int
    subjects: int


@dataclass(frozen=True, slots=True)
class ClassUsage:
    """What is said of the instances of a class: all triples, and those of each property."""

    triples: int
    properties: Mapping[str, PropertyUsage]


@dataclass(frozen=True, slots=True)
class Usage:
    """The figures of VoID that take more than adding up.

    *entities* are the IRIs below the base that something is asserted of, *objects* the distinct objects, of all triples
    and of each property's; *subjects* the distinct subjects of each property; *ontologies* the ontologies described.
    """

    entities: int = 0
    objects: int = 0
    property_subjects: Mapping[str, int] = field(default_factory=dict)
    property_objects: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, ClassUsage] = field(default_factory=dict)
    ontologies: tuple[str, ...] = ()


class UsageTally:
    """Counts triples that come subject by subject; memory grows with the schema, not with the graph.

    Distinct objects are told by sorting them on disk, in a folder. Call ``close`` when done.
    """

    def __init__(self, base_iri: str, folder: Path) -> None:
        self._own = f"<{base_iri}"
        self._subject = ""
        self._here: dict[str, int] = {}
        self._types: list[str] = []
        self._objects = LineSorter(folder)
        self._entities = 0
        self._ontologies: list[str] = []
        self._subjects: Counter[str] = Counter()
        self._cells: dict[str, dict[str, list[int]]] = {}

    def take(self, subject: str, stated: Sequence[Stated]) -> None:
        """Count triples of one subject."""
        if subject != self._subject:
            self._finish_subject()
            self._subject = subject
        here = self._here
        for predicate, _ in stated:
            here[predicate] = here.get(predicate, 0) + 1
        self._objects.extend([f"{object_} {predicate}" for predicate, object_ in stated])
        self._types += [cls for predicate, o in stated if predicate == _TYPE and (cls := iri_in(o)) is not None]

    def usage(self) -> Usage:
        """Return what was counted, once all triples are taken."""
        self._finish_subject()
        self._subject = ""
        objects, property_objects = self._distinct_objects()
        return Usage(
            self._entities,
            objects,
            {predicate[1:-1]: number for predicate, number in self._subjects.items()},
            property_objects,
            dict(self._classes()),
            tuple(self._ontologies),
        )

    def close(self) -> None:
        """Remove from disk what was sorted there."""
        self._objects.close()

    def _finish_subject(self) -> None:
        self._entities += self._subject.startswith(self._own)
        for predicate in self._here:
            self._subjects[predicate] += 1
        for cls in self._types:
            if cls == _ONTOLOGY and (iri := iri_in(self._subject)) is not None:
                self._ontologies.append(iri)
            cells = self._cells.setdefault(cls, {})
            for predicate, number in self._here.items():
                cell = cells.get(predicate)
                if cell is None:
                    cells[predicate] = [number, 1]
                else:
                    cell[0] += number
                    cell[1] += 1
        self._here.clear()
        self._types.clear()

    def _distinct_objects(self) -> tuple[int, dict[str, int]]:
        """Count distinct objects in all and for each property, from pairs: no object is the beginning of another."""
        total = 0
        by_property: Counter[str] = Counter()
        last = ""
        for block in self._objects.blocks():
            predicates = []
            for pair in block:
                object_, _, predicate = pair.rpartition(" ")
                predicates.append(predicate)
                if object_ != last:
                    total += 1
                    last = object_
            by_property.update(predicates)
        return total, {predicate[1:-1]: number for predicate, number in by_property.items()}

    def _classes(self) -> Iterator[tuple[str, ClassUsage]]:
        for cls, cells in self._cells.items():
            properties = {predicate[1:-1]: PropertyUsage(*cell) for predicate, cell in cells.items()}
            yield cls, ClassUsage(sum(used.triples for used in properties.values()), properties)
