"""How a release uses its schema: which properties the instances of each class have, and how often."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgpub.distinct_objects import DistinctObjects
from kgpub.nquads import iri_in
from kgpub.statistics import types_in
from kgpub.vocabulary import OWL

#: Sequences of classes and predicates that are held in memory, and the length from which one is not.
_SEQUENCES_AT_ONCE, _LONG_SEQUENCE = 10_000, 1_000
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

    Distinct objects are told on disk, in a folder. Call ``close`` when done.
    """

    def __init__(self, base_iri: str, folder: Path) -> None:
        self._own = f"<{base_iri}"
        self._subject = ""
        self._predicates: list[str] = []
        self._types: list[str] = []
        self._sequences: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
        self._objects = DistinctObjects(folder)
        self._entities = 0
        self._ontologies: list[str] = []
        self._subjects: Counter[str] = Counter()
        self._cells: dict[str, dict[str, list[int]]] = {}

    def take(self, subject: str, predicates: Sequence[str], objects: Sequence[str]) -> None:
        """Count triples of one subject."""
        if subject != self._subject:
            self._finish_subject()
            self._subject = subject
        self._predicates += predicates
        self._types += types_in(predicates, objects)
        self._objects.extend([f"{object_} {predicate}" for predicate, object_ in zip(predicates, objects, strict=True)])

    def usage(self) -> Usage:
        """Return what was counted, once all triples are taken."""
        self._finish_subject()
        self._subject = ""
        self._take_apart()
        objects, by_predicate = self._objects.count()
        return Usage(
            self._entities,
            objects,
            {predicate[1:-1]: number for predicate, number in self._subjects.items()},
            {predicate[1:-1]: number for predicate, number in by_predicate.items()},
            dict(self._classes()),
            tuple(self._ontologies),
        )

    def close(self) -> None:
        """Remove from disk what was put there."""
        self._objects.close()

    def _finish_subject(self) -> None:
        self._entities += self._subject.startswith(self._own)
        if _ONTOLOGY in self._types and (iri := iri_in(self._subject)) is not None:
            self._ontologies.append(iri)
        self._sequences[tuple(self._types), tuple(self._predicates)] += 1
        if len(self._sequences) >= _SEQUENCES_AT_ONCE or len(self._predicates) >= _LONG_SEQUENCE:
            self._take_apart()
        self._predicates, self._types = [], []

    def _take_apart(self) -> None:
        """Count what subjects of the same classes and predicates have in common."""
        for (types, predicates), times in self._sequences.items():
            here = Counter(predicates)
            for predicate in here:
                self._subjects[predicate] += times
            for cls in types:
                cells = self._cells.setdefault(cls, {})
                for predicate, number in here.items():
                    cell = cells.setdefault(predicate, [0, 0])
                    cell[0] += number * times
                    cell[1] += times
        self._sequences.clear()

    def _classes(self) -> Iterator[tuple[str, ClassUsage]]:
        for cls, cells in self._cells.items():
            properties = {predicate[1:-1]: PropertyUsage(*cell) for predicate, cell in cells.items()}
            yield cls, ClassUsage(sum(used.triples for used in properties.values()), properties)
