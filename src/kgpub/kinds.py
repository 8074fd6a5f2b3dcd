"""Find, for each class in use, the class of schema.org that fits best, so that documents can name it without work."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kgpub.nquads import iri_in, split_line
from kgpub.publication import Publication
from kgpub.schema_org import COMMON_CLASSES, THING, schema_term, stated_classes
from kgpub.vocabulary import OWL, RDFS, SKOS

#: Ways from a class to one that says no less.
_WAYS_UP = frozenset(
    f"<{iri}>"
    for iri in (
        f"{RDFS}subClassOf",
        f"{OWL}equivalentClass",
        f"{SKOS}exactMatch",
        f"{SKOS}closeMatch",
        f"{SKOS}broadMatch",
    )
)
#: Of more classes than this, those with most instances; each costs a few look-ups in a sorted file.
_CLASSES_AT_MOST = 20_000
_STEPS_AT_MOST = 12
#: Terms of common vocabularies give way to what a project says itself, however far up its ontology that stands.
_COMMON_AT = 100

LinesStarting = Callable[[str], Iterable[str]]


class Kind(NamedTuple):
    """A class of schema.org, and how well it fits compared with others: the lowest rank fits best."""

    rank: int
    term: str


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a class came to a term: over how many steps. Of classes at the same distance, the rarer says more."""

    steps: int
    instances: int
    term: str


def kinds_of(publication: Publication, classes: Mapping[str, int], lines_starting: LinesStarting) -> dict[str, Kind]:
    """Return the kind of each class that has one.

    *classes* are those in use with their numbers of instances, *lines_starting* gives the asserted statements that
    start with a text. Classes of common vocabularies have a kind even so: the catalog, which is not counted, uses some.
    """
    terms = _Terms(publication, lines_starting)
    most = sorted(classes, key=lambda iri: (-classes[iri], iri))[:_CLASSES_AT_MOST]
    instances = dict.fromkeys(COMMON_CLASSES, 0) | {iri: classes[iri] for iri in most}
    fits = {}
    for iri, number in instances.items():
        if (found := terms.find(iri)) is not None:
            fits[iri] = _Fit(found[0], number, found[1])
    ranked = sorted(set(fits.values()), key=lambda fit: (fit.term == THING, fit.steps, fit.instances, fit.term))
    ranks = {fit: rank for rank, fit in enumerate(ranked)}
    return {iri: Kind(ranks[fit], fit.term) for iri, fit in fits.items()}


class _Terms:
    """Looks for the term of a class, upwards in the ontology."""

    def __init__(self, publication: Publication, lines_starting: LinesStarting) -> None:
        self._stated = stated_classes(publication)
        self._lines_starting = lines_starting
        self._above: dict[str, tuple[str, ...]] = {}

    def find(self, iri: str) -> tuple[int, str] | None:
        """Return the nearest term of a class and the number of steps to it."""
        level, seen = [iri], {iri}
        common: tuple[int, str] | None = None
        for steps in range(_STEPS_AT_MOST):
            stated = sorted(term for each in level if (term := self._stated.get(each) or schema_term(each)))
            if stated:
                return steps, stated[0]
            if common is None and (known := sorted(COMMON_CLASSES[each] for each in level if each in COMMON_CLASSES)):
                common = _COMMON_AT + steps, known[0]
            level = sorted({above for each in level for above in self._superclasses(each)} - seen)
            seen.update(level)
        return common

    def _superclasses(self, iri: str) -> tuple[str, ...]:
        if iri not in self._above:
            said = (split_line(line) for line in self._lines_starting(f"<{iri}> "))
            above = (statement.object for statement in said if statement.predicate in _WAYS_UP)
            self._above[iri] = tuple(target for token in above if (target := iri_in(token)) is not None)
        return self._above[iri]
