"""What a reconciliation service says, as the JSON of either version of its API."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kgpub.data_extension import Table
from kgpub.entity_names import Name
from kgpub.reconciliation import Candidate

Json = Any


def keyed_results(results: Mapping[str, Sequence[Candidate]]) -> Json:
    """Return a result batch of version 0.2 (section 4.2)."""
    return {key: {"result": [_candidate(found, is_old=True) for found in result]} for key, result in results.items()}


def listed_results(results: Iterable[Sequence[Candidate]]) -> Json:
    """Return a result batch of version 1.0 (section 4.2)."""
    return {"results": [{"candidates": [_candidate(found, is_old=False) for found in result]} for result in results]}


def _candidate(found: Candidate, *, is_old: bool) -> Json:
    features = [{"id": feature.id, "name": feature.name, "value": feature.value} for feature in found.features]
    document = named(found.iri, found.name, is_old=is_old) | {
        "type": [named(iri, name, is_old=is_old) for iri, name in found.types],
        "score": found.score,
        "match": found.is_match,
        "features": features,
    }
    return document | ({"description": found.description.text} if found.description else {})


def named(iri: str, name: Name, *, is_old: bool) -> dict[str, Json]:
    """Return a thing, a type or a property; from version 1.0 on with the language of its name."""
    language = {"lang": name.language} if name.language and not is_old else {}
    return {"id": iri, "name": name.text, **language}


def keyed_table(table: Table) -> Json:
    """Return a data extension response of version 0.2 (section 7.4), whose values have no language."""
    ids = [column.id for column, _, _ in table.columns]
    rows = {
        thing: dict(zip(ids, ([_without_language(value) for value in cell] for cell in cells), strict=True))
        for thing, cells in table.rows.items()
    }
    return {"meta": _meta(table, is_old=True), "rows": rows}


def listed_table(table: Table) -> Json:
    """Return a data extension response of version 1.0 (section 7.4)."""
    ids = [column.id for column, _, _ in table.columns]
    rows = [
        {"id": thing, "properties": [{"id": id_, "values": cell} for id_, cell in zip(ids, cells, strict=True)]}
        for thing, cells in table.rows.items()
    ]
    return {"meta": _meta(table, is_old=False), "rows": rows}


def _meta(table: Table, *, is_old: bool) -> list[Json]:
    return [
        named(column.id, name, is_old=is_old) | ({"type": named(*of_things, is_old=is_old)} if of_things else {})
        for column, name, of_things in table.columns
    ]


def _without_language(value: Mapping[str, Json]) -> Json:
    return {key: each for key, each in value.items() if key != "lang"}
