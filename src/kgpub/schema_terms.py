"""The classes of a release and the properties that their instances have, to choose from by the beginning of a name.

Properties are those of a sample: some instances of each of the classes with most. A client that knows of another one
may name it all the same.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from kgpub.folding import fold
from kgpub.property_values import properties_of, values_of
from kgpub.recent import Recent
from kgpub.site import Site
from kgpub.vocabulary import RDFS, TYPE

#: Classes that are offered; those with most instances.
_CLASSES_OFFERED = 1_000
#: The sample of a data set: classes, and instances of each; that of one class.
_CLASSES_SAMPLED, _INSTANCES_OF_EACH = 60, 5
_INSTANCES_SAMPLED = 50
#: Samples that are kept.
_SAMPLES_KEPT = 256


@dataclass(frozen=True, slots=True)
class Term:
    """A class or a property, its names folded for comparison."""

    iri: str
    keys: tuple[str, ...]


class SchemaTerms:
    """The classes and properties of one release."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._of_class = Recent[tuple[str, ...]](_SAMPLES_KEPT)

    @cached_property
    def classes(self) -> tuple[Term, ...]:
        """Return the classes, those with most instances first."""
        return tuple(self._terms(iri for iri, _ in self._site.documents.classes(_CLASSES_OFFERED)))

    @cached_property
    def properties(self) -> tuple[Term, ...]:
        """Return the properties of a sample of the data, those that most things in it have first."""
        classes = [iri for iri, _ in self._site.documents.classes(_CLASSES_SAMPLED)]
        sampled = (thing for class_ in classes for thing in self._instances(class_, _INSTANCES_OF_EACH))
        return tuple(self._terms(self._counted(sampled)))

    def properties_of(self, class_: str) -> tuple[str, ...]:
        """Return the properties of a sample of a class's instances, the commonest first; of all where it has none."""
        found = self._of_class.get(class_)
        if found is None:
            found = tuple(self._counted(self._instances(class_, _INSTANCES_SAMPLED)))
            self._of_class.keep(class_, found)
        return found or tuple(term.iri for term in self.properties)

    def superclasses(self, class_: str) -> tuple[str, ...]:
        """Return the classes that a class is stated to be a direct subclass of."""
        stated = values_of(self._site, class_, (RDFS + "subClassOf",))
        return tuple(value.iri for value in stated[RDFS + "subClassOf"] if value.iri)

    def _instances(self, class_: str, number: int) -> tuple[str, ...]:
        page = self._site.documents.incoming_page(class_, TYPE, 1)
        return page.subjects[:number] if page else ()

    def _counted(self, things: Iterable[str]) -> Iterator[str]:
        counts = Counter(property_ for thing in dict.fromkeys(things) for property_ in properties_of(self._site, thing))
        return (iri for iri, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def _terms(self, iris: Iterable[str]) -> Iterator[Term]:
        iris = list(iris)
        labels = self._site.documents.labels(iris)
        for iri in iris:
            names = (label.text for label in labels.get(iri, {}).values())
            yield Term(iri, tuple(dict.fromkeys(fold(name) for name in (*names, self._site.short_name(iri)))))


def beginning_with(terms: Iterable[Term], prefix: str, iri: str) -> list[str]:
    """Return the terms with an IRI, or whose names or words in them begin with a text: those as a whole first."""
    key = fold(prefix)
    ranked = [(_rank(term, key, iri), term.iri) for term in terms]
    return [found for rank, found in sorted(ranked, key=lambda item: item[0] or 0) if rank is not None]


def _rank(term: Term, key: str, iri: str) -> int | None:
    if term.iri == iri:
        return 0
    if any(name.startswith(key) for name in term.keys):
        return 1
    return 2 if any(f" {key}" in name or f":{key}" in name for name in term.keys) else None
