"""Match a description of a thing with the things that the release describes: candidates with scores.

No query is asked: candidates come from the search index and from links in the document index, and each is read there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kgpub.candidate_pool import CandidatePool, Pooled
from kgpub.entity_names import EntityNames, Name
from kgpub.likeness import EQUAL, REORDERED, SAME_FROM, likeness, literal_likeness
from kgpub.property_values import PropertyValue, values_of
from kgpub.reconciliation_query import Condition, Kind, Quantifier, Query, Strictness, Value
from kgpub.site import Site

#: What the agreement of names, of a property and of a property that a candidate does not have weigh in a score.
NAME_WEIGHT, PROPERTY_WEIGHT, MISSING_WEIGHT = 1.0, 0.4, 0.2
#: What a score is multiplied by where a candidate is not of a type that it should be of.
OTHER_TYPE_FACTOR = 0.5
#: A candidate with a lower score is none.
SCORE_AT_LEAST = 30.0
#: A match has at least this score, and is ahead of the next candidate by so much.
MATCH_FROM, MATCH_MARGIN = 95.0, 5.0
_TYPES_SHOWN = 10
#: Values of a property whose texts are compared; identifiers are compared with all.
_TEXTS_COMPARED = 30


@dataclass(frozen=True, slots=True)
class Feature:
    """One of the measures that a score is made of."""

    id: str
    name: str
    value: float | bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a query may mean; *is_match* where there is hardly a doubt."""

    iri: str
    name: Name
    description: Name | None
    types: tuple[tuple[str, Name], ...]
    score: float
    features: tuple[Feature, ...]
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class _Assessed:
    """A candidate with its measures, before it is described."""

    pooled: Pooled
    score: float
    features: tuple[Feature, ...]
    is_certain: bool


class Reconciler:
    """Matches queries for one client, whose languages choose the names it reads."""

    def __init__(self, site: Site, names: EntityNames) -> None:
        self._site = site
        self._names = names
        self._pool = CandidatePool(site)

    def candidates(self, query: Query) -> tuple[Candidate, ...]:
        """Return the candidates for a query, the best first, independently of any other query."""
        names = EntityNames(self._site, (query.language, *self._names.languages)) if query.language else self._names
        assessed = [found for pooled in self._pool.candidates(query) for found in self._assessed(pooled, query)]
        assessed.sort(key=lambda one: (-one.score, -one.pooled.degree, one.pooled.iri))
        described = self._described(assessed[: query.limit], names)
        if described and _is_match(assessed):
            described[0] = replace(described[0], is_match=True)
        return tuple(described)

    def _assessed(self, pooled: Pooled, query: Query) -> Iterator[_Assessed]:
        """Yield the measures of a candidate, or nothing where it is none."""
        has_type = self._pool.has_types(pooled, query)
        if not has_type and query.strictness is not Strictness.SHOULD:
            return
        features = []
        weights: list[tuple[float, float]] = []
        properties = {condition.property for condition in query.conditions if condition.kind is Kind.PROPERTY}
        values = values_of(self._site, pooled.iri, properties) if properties else {}
        is_certain = has_type
        for condition in query.conditions:
            found = values.get(condition.property, [])
            agreement = self._agreement(pooled, condition, found)
            if condition.is_required and agreement < SAME_FROM:
                return
            is_about_name = condition.kind is not Kind.PROPERTY
            is_certain &= agreement >= (REORDERED if is_about_name else SAME_FROM)
            present = NAME_WEIGHT if is_about_name else PROPERTY_WEIGHT
            is_missing = not is_about_name and not found and condition.quantifier is not Quantifier.NONE
            weights.append((MISSING_WEIGHT if is_missing else present, agreement))
            features.append(_feature(condition, agreement))
        score = sum(weight * agreement for weight, agreement in weights) / sum(weight for weight, _ in weights)
        score *= 1 if has_type else OTHER_TYPE_FACTOR
        if score >= SCORE_AT_LEAST:
            yield _Assessed(
                pooled, round(score, 1), tuple(_unique((*features, *_facts(pooled, query, has_type)))), is_certain
            )

    def _agreement(self, pooled: Pooled, condition: Condition, found: list[PropertyValue]) -> float:
        """Return how well a candidate meets a condition."""
        best = [self._best(pooled, condition, value, found) for value in condition.values]
        if condition.quantifier is Quantifier.NONE:
            return EQUAL if all(agreement < SAME_FROM for agreement in best) else 0.0
        return (min if condition.quantifier is Quantifier.ALL else max)(best, default=0.0)

    def _best(self, pooled: Pooled, condition: Condition, value: Value, found: list[PropertyValue]) -> float:
        if condition.kind is Kind.PROPERTY:
            if value.iri and any(each.iri == value.iri for each in found):
                return EQUAL
            agreements = (self._value_agreement(value, each) for each in found[:_TEXTS_COMPARED])
        elif value.iri and value.iri in pooled.identifiers:
            return EQUAL
        elif condition.kind is Kind.ID:
            return 0.0
        else:
            agreements = (likeness(value.text, text) for text in pooled.texts)
        best = max(agreements, default=0.0)
        return best if not condition.is_exact or best == EQUAL else 0.0

    def _value_agreement(self, value: Value, found: PropertyValue) -> float:
        if not found.iri:
            return literal_likeness(value.text, found.text, found.datatype)
        if value.iri and value.iri != value.text:  # a thing, reconciled before: its name proves nothing
            return 0.0
        labels = self._site.documents.labels((found.iri,)).get(found.iri, {})
        return max((likeness(value.text, label.text) for label in labels.values()), default=0.0)

    def _described(self, assessed: list[_Assessed], names: EntityNames) -> list[Candidate]:
        types = {type_ for one in assessed for type_ in one.pooled.types[:_TYPES_SHOWN]}
        named = names.of((*(one.pooled.iri for one in assessed), *types))
        return [
            Candidate(
                one.pooled.iri,
                named[one.pooled.iri],
                names.description(one.pooled.iri),
                tuple((type_, named[type_]) for type_ in one.pooled.types[:_TYPES_SHOWN]),
                one.score,
                one.features,
            )
            for one in assessed
        ]


def _is_match(assessed: list[_Assessed]) -> bool:
    """Tell whether the first candidate is the one: it meets every condition, and no other comes near."""
    first, *others = assessed
    is_alone = not others or others[0].score <= first.score - MATCH_MARGIN
    return first.is_certain and first.score >= MATCH_FROM and is_alone


def _feature(condition: Condition, agreement: float) -> Feature:
    match condition.kind:
        case Kind.NAME:
            return Feature("name_similarity", "How alike the name asked for and the closest name are", agreement)
        case Kind.ID:
            return Feature("identifier_match", "Whether it has the identifier asked for", agreement == EQUAL)
        case Kind.PROPERTY:
            name = "How well the values of the property agree"
            return Feature(f"property_similarity:{condition.property}", name, agreement)


def _facts(pooled: Pooled, query: Query, has_type: bool) -> Iterator[Feature]:  # noqa: FBT001 (a fact about the candidate)
    if query.types:
        yield Feature("type_match", "Whether it is of a type asked for", has_type)
    if pooled.identifiers and not any(condition.kind is Kind.ID for condition in query.conditions):
        yield Feature("identifier_match", "Whether it has the identifier asked for", value=True)
    yield Feature("incoming_links", "How many links point at it here", pooled.degree)


def _unique(features: Iterable[Feature]) -> Iterator[Feature]:
    """Yield features with identifiers that differ: of two conditions about one thing, the second has a number."""
    seen: dict[str, int] = {}
    for feature in features:
        number = seen[feature.id] = seen.get(feature.id, 0) + 1
        yield feature if number == 1 else replace(feature, id=f"{feature.id}#{number}")
