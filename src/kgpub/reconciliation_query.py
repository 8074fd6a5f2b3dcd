"""Reconciliation queries, read from the JSON of either version of the API, once and to the end.

Version 0.2: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/, section 4.1; the draft of
1.0: https://reconciliation-api.github.io/specs/1.0-draft/, section 4.1, whose ``propertyId`` and ``propertyValue`` were
``pid`` and ``v`` until 2025.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from kgpub.errors import BadRequest, PayloadTooLarge
from kgpub.iris import is_iri
from kgpub.query_values import Names, resolved

#: Queries in one batch; OpenRefine sends 10.
QUERIES_AT_MOST = 25
#: Candidates of one query: where it does not say, and at most.
CANDIDATES = 10
CANDIDATES_AT_MOST = 50
#: Conditions of one query, values of all of them, types that it names.
CONDITIONS_AT_MOST = 10
VALUES_AT_MOST = 20
TYPES_AT_MOST = 20
#: Characters of a text that are compared; longer ones are no names.
TEXT_CHARACTERS = 500

Json = Any


class Kind(Enum):
    """What a condition is about."""

    NAME = "name"
    PROPERTY = "property"
    ID = "id"


class Quantifier(Enum):
    """How many of a condition's values must match."""

    ANY = "any"
    ALL = "all"
    NONE = "none"


class Strictness(Enum):
    """What becomes of candidates that are not of the types asked for.

    With ``ANY`` they must be of one of them, with ``ALL`` of all; with ``SHOULD`` others come too, behind.
    """

    ANY = "any"
    ALL = "all"
    SHOULD = "should"


#: How values may be compared, with the names that people read; the first one is the default.
QUALIFIERS = {"NearMatch": "Nearly the same text, number or date", "ExactMatch": "The same, letter for letter"}


@dataclass(frozen=True, slots=True)
class Value:
    """A value to match: a text; *iri* is set where it is, or can be, that of a thing."""

    text: str
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a candidate's names, its identifier or its values of a *property* should be."""

    kind: Kind
    values: tuple[Value, ...]
    property: str = ""
    is_required: bool = False
    quantifier: Quantifier = Quantifier.ANY
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """One reconciliation query; types and properties are IRIs."""

    conditions: tuple[Condition, ...]
    types: tuple[str, ...] = ()
    strictness: Strictness = Strictness.ANY
    limit: int = CANDIDATES
    language: str = ""


class QueryReader:
    """Reads batches of queries; *names* are what the identifiers in them resolve against."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def keyed_batch(self, document: Json) -> dict[str, Query]:
        """Return the queries of a batch of version 0.2, by their keys.

        Raises ``PayloadTooLarge`` for more queries than a batch may have, ``BadRequest`` for what is no batch.
        """
        batch = _object(document, "The batch")
        _check_size(batch)
        return {key: self._keyed(_object(query, f"Query '{key}'"), f"Query '{key}'") for key, query in batch.items()}

    def listed_batch(self, document: Json) -> list[Query]:
        """Return the queries of a batch of version 1.0; raises as ``keyed_batch`` does."""
        batch = _object(document, "The batch").get("queries")
        queries = _array(batch, "The member 'queries' of the batch", None)
        _check_size(queries)
        return [self._listed(_object(q, f"Query {at}"), f"Query {at}") for at, q in enumerate(queries)]

    def iri(self, identifier: str) -> str:
        """Return the IRI that an identifier means: in full, by a prefix that is known, or relative to the base."""
        found = resolved(identifier[:TEXT_CHARACTERS].strip(), self._names)
        return found if is_iri(found) else ""

    def _keyed(self, query: Mapping[str, Json], where: str) -> Query:
        text, properties = query.get("query"), query.get("properties")
        conditions = []
        if text is not None:
            conditions.append(Condition(Kind.NAME, (self._value(text, where),)))
        listed = _array(properties or [], f"{where}: 'properties'", CONDITIONS_AT_MOST)
        objects = (_object(each, f"{where}: a property") for each in listed)
        conditions += [self._property(each, where, ("pid",), ("v",)) for each in objects]
        if not conditions:
            raise BadRequest(f"{where} has neither 'query' nor 'properties'; one of them is needed.")
        _check_values(conditions, where)
        strictness = _choice(query, "type_strict", Strictness, Strictness.ANY, where)
        return Query(tuple(conditions), self._types(query.get("type"), where), strictness, _limit(query, where))

    def _listed(self, query: Mapping[str, Json], where: str) -> Query:
        listed = _array(query.get("conditions"), f"{where}: 'conditions'", CONDITIONS_AT_MOST)
        if not listed:
            raise BadRequest(f"{where} has no condition; at least one is needed.")
        conditions = tuple(self._condition(_object(each, f"{where}: a condition"), where) for each in listed)
        _check_values(conditions, where)
        types = self._types(query.get("type"), where)
        return Query(conditions, types, Strictness.ANY, _limit(query, where), _language(query, where))

    def _condition(self, condition: Mapping[str, Json], where: str) -> Condition:
        kind = _choice(condition, "matchType", Kind, None, where)
        read = self._property(condition, where, ("propertyId", "pid"), ("propertyValue", "v"), kind)
        qualifier = condition.get("matchQualifier")
        if qualifier is None or qualifier == "":
            qualifier = next(iter(QUALIFIERS))
        if not isinstance(qualifier, str) or qualifier not in QUALIFIERS:
            known = " and ".join(QUALIFIERS)
            raise BadRequest(f"{where}: there is no 'matchQualifier' of that name here; there are {known}.")
        return Condition(
            kind,
            read.values,
            read.property,
            condition.get("required") is True,
            _choice(condition, "matchQuantifier", Quantifier, Quantifier.ANY, where),
            qualifier == "ExactMatch",
        )

    def _property(
        self,
        condition: Mapping[str, Json],
        where: str,
        id_names: Sequence[str],
        value_names: Sequence[str],
        kind: Kind = Kind.PROPERTY,
    ) -> Condition:
        property_ = next((condition[name] for name in id_names if name in condition), "")
        value = next((condition[name] for name in value_names if name in condition), None)
        if kind is Kind.PROPERTY and (not isinstance(property_, str) or not property_):
            raise BadRequest(f"{where}: a property needs its identifier '{id_names[0]}', a text.")
        if value is None:
            raise BadRequest(f"{where}: a condition needs '{value_names[0]}', one value or several.")
        values = _array(value if isinstance(value, list) else [value], f"{where}: the values", None)
        read = tuple(self._value(each, where) for each in values)
        if kind is Kind.ID:
            read = tuple(Value(each.text, each.iri or self.iri(each.text)) for each in read)
        return Condition(kind, read, self.iri(property_) if kind is Kind.PROPERTY else "")

    def _value(self, value: Json, where: str) -> Value:
        match value:
            case {"id": str(identifier)}:
                name = value.get("name")
                return Value(name if isinstance(name, str) else identifier, self.iri(identifier))
            case str():
                text = value.strip()[:TEXT_CHARACTERS]
                return Value(text, self._iri_in(text))
            case bool() | int() | float():
                return Value(json.dumps(value)[:TEXT_CHARACTERS])
        raise BadRequest(f"{where}: a value must be a text, a number, a truth value, or an object with an 'id'.")

    def _iri_in(self, text: str) -> str:
        """Return the IRI that a text is: absolute, with a known prefix, or a path below the base, but no plain word."""
        is_name = ":" in text or "/" in text
        return self.iri(text) if is_name and not any(c.isspace() for c in text) else ""

    def _types(self, types: Json, where: str) -> tuple[str, ...]:
        if types is None or types == "":
            return ()
        listed = _array(types if isinstance(types, list) else [types], f"{where}: 'type'", TYPES_AT_MOST)
        identifiers = [each.get("id") if isinstance(each, dict) else each for each in listed]
        if not all(isinstance(each, str) for each in identifiers):
            raise BadRequest(f"{where}: a type must be its identifier, a text.")
        return tuple(dict.fromkeys(self.iri(each) or each for each in identifiers if each))


def _check_size(batch: Sequence[Json] | Mapping[str, Json]) -> None:
    if len(batch) > QUERIES_AT_MOST:
        raise PayloadTooLarge(f"The batch has {len(batch)} queries; {QUERIES_AT_MOST} is the limit (batchSize).")


def _check_values(conditions: Sequence[Condition], where: str) -> None:
    number = sum(len(condition.values) for condition in conditions)
    if number > VALUES_AT_MOST:
        raise BadRequest(f"{where} has {number} values in all; {VALUES_AT_MOST} is the limit.")


def _object(value: Json, what: str) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise BadRequest(f"{what} must be a JSON object.")
    return value


def _array(value: Json, what: str, at_most: int | None) -> list[Json]:
    if not isinstance(value, list):
        raise BadRequest(f"{what} must be a JSON array.")
    if at_most is not None and len(value) > at_most:
        raise BadRequest(f"{what} has {len(value)} items; {at_most} is the limit.")
    return value


def _limit(query: Mapping[str, Json], where: str) -> int:
    limit = query.get("limit")
    if limit is None:
        return CANDIDATES
    if isinstance(limit, bool) or not isinstance(limit, int | float) or limit != limit // 1 or limit < 1:
        raise BadRequest(f"{where}: 'limit' must be a whole number from 1 up.")
    return int(min(limit, CANDIDATES_AT_MOST))


def _language(query: Mapping[str, Json], where: str) -> str:
    language = query.get("lang")
    if language is None:
        return ""
    if not isinstance(language, str):
        raise BadRequest(f"{where}: 'lang' must be a language tag, a text.")
    return language[:TEXT_CHARACTERS]


def _choice(query: Mapping[str, Json], name: str, choices: type[Any], default: Any, where: str) -> Any:
    """Return the member of an enumeration that a query names; raise ``BadRequest`` for what is none."""
    value = query.get(name)
    if value is None and default is not None:
        return default
    known = {choice.value: choice for choice in choices}
    if not isinstance(value, str) or value not in known:
        raise BadRequest(f"{where}: '{name}' must be one of {', '.join(known)}.")
    return known[value]
