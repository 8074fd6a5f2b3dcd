"""JSON schemas of what a reconciliation service answers, written from the text of the two versions of the API.

They are stricter than the specifications' own: a member that the text does not name is an error, unless the text lets
objects have it (``lang`` and ``dir`` in 1.0, section 8.2), so that a misspelt one is noticed.
"""

from typing import Any

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
URL = {"type": "string", "pattern": r"^https?://[^\s{}]+$"}
TEXT = {"type": "string", "minLength": 1}
FLAG = {"type": "boolean"}
TAG = {"type": "string", "pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"}
DATE = r"^(-?(?:[1-9][0-9]*)?[0-9]{4})-(1[0-2]|0[1-9])-(3[01]|0[1-9]|[12][0-9])T(2[0-3]|[01][0-9]):([0-5][0-9]):([0-5][0-9])(\.[0-9]+)?(Z|[+-](?:2[0-3]|[01][0-9]):[0-5][0-9])?$"  # noqa: E501 (one pattern)


def record(required: Schema, optional: Schema | None = None) -> Schema:
    properties = required | (optional or {})
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def array(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def mapping(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def document(schema: Schema) -> Schema:
    return {"$schema": DRAFT, **schema}


# --- 0.2 ---------------------------------------------------------------------------------------------------

_TYPE_0_2 = record({"id": TEXT, "name": TEXT}, {"broader": array({"type": "object", "required": ["id", "name"]})})
_SUGGEST_0_2 = record({"service_url": URL, "service_path": {"type": "string", "pattern": "^/"}})


def _setting(names: dict[str, str]) -> Schema:
    texts = {names[key]: TEXT for key in ("id", "name", "help")}
    choice = record({"value": TEXT, "name": TEXT})
    kinds: list[Schema] = [
        record(texts | {"type": {"const": "number"}, "default": {"type": "number"}}),
        record(texts | {"type": {"const": "text"}, "default": {"type": "string"}}),
        record(texts | {"type": {"const": "checkbox"}, "default": FLAG}),
        record(texts | {"type": {"const": "select"}, "default": TEXT, "choices": array(choice, minItems=2)}),
    ]
    return {"oneOf": kinds}


MANIFEST_0_2 = document(
    record(
        {
            "versions": array(TEXT, contains={"const": "0.2"}),
            "name": TEXT,
            "identifierSpace": URL,
            "schemaSpace": URL,
            "view": record({"url": {"type": "string", "pattern": r"^https?://[^\s]*\{\{id\}\}"}}),
        },
        {
            "documentation": URL,
            "logo": URL,
            "serviceVersion": TEXT,
            "defaultTypes": array(_TYPE_0_2, uniqueItems=True),
            "batchSize": {"type": "integer", "minimum": 1},
            "preview": record({
                "url": {"type": "string", "pattern": r"^https?://[^\s]*\{\{id\}\}"},
                "width": {"type": "integer"}, "height": {"type": "integer"},
            }),
            "suggest": record({}, {"entity": _SUGGEST_0_2, "property": _SUGGEST_0_2, "type": _SUGGEST_0_2}),
            "extend": record({}, {
                "propose_properties": _SUGGEST_0_2,
                "property_settings": array(_setting({"id": "name", "name": "label", "help": "help_text"})),
            }),
        },
    )
)  # fmt: skip

_FEATURE = record({"id": TEXT, "name": TEXT, "value": {"type": ["boolean", "number"]}}, {"lang": TAG})
_SCORE = {"type": "number", "minimum": 0, "maximum": 100}
_CANDIDATE_0_2 = record(
    {"id": TEXT, "name": TEXT, "type": array(_TYPE_0_2), "score": _SCORE, "match": FLAG},
    {"description": TEXT, "features": array(_FEATURE)},
)
RESULTS_0_2 = document(mapping(record({"result": array(_CANDIDATE_0_2)})))

_VALUE_0_2: Schema = {
    "oneOf": [
        record({"id": TEXT, "name": TEXT}),
        record({"str": {"type": "string"}}),
        record({"float": {"type": "number"}}),
        record({"int": {"type": "integer"}}),
        record({"date": {"type": "string", "pattern": DATE}}),
    ]
}
EXTENSION_0_2 = document(
    record({
        "meta": array(record({"id": TEXT, "name": TEXT}, {"type": record({"id": TEXT, "name": TEXT})})),
        "rows": mapping(mapping(array(_VALUE_0_2))),
    })
)  # fmt: skip

# --- 1.0-draft ---------------------------------------------------------------------------------------------

_NAMED = {"id": TEXT, "name": TEXT}
_LANGUAGE = {"lang": TAG, "dir": {"enum": ["ltr", "rtl", "auto"]}}
_TYPE_1_0 = record(_NAMED, _LANGUAGE | {"broader": array({"type": "object", "required": ["id"]})})

MANIFEST_1_0 = document(
    record(
        {
            "versions": array(TEXT, contains={"const": "1.0-draft"}),
            "name": TEXT,
            "view": record({"url": {"type": "string", "pattern": r"^https?://[^{}\s]*\{\+?id\}[^{}\s]*$"}}),
        },
        {
            "documentation": URL,
            "logo": URL,
            "serviceVersion": TEXT,
            "defaultTypes": array(_TYPE_1_0, uniqueItems=True),
            "batchSize": {"type": "integer", "minimum": 1},
            "lang": TAG,
            "preview": record({"width": {"type": "integer"}, "height": {"type": "integer"}}),
            "suggest": record({"entity": FLAG, "property": FLAG, "type": FLAG}),
            "extend": record({}, {
                "proposeProperties": FLAG,
                "propertySettings": array(_setting({"id": "id", "name": "name", "help": "helpText"})),
            }),
            "standardizedScore": FLAG,
        },
    )
)  # fmt: skip

_CANDIDATE_1_0 = record(
    {"id": TEXT, "name": TEXT, "type": array(_TYPE_1_0), "score": _SCORE, "match": FLAG},
    _LANGUAGE | {"description": TEXT, "features": array(_FEATURE)},
)
RESULTS_1_0 = document(record({"results": array(record({"candidates": array(_CANDIDATE_1_0)}))}))

_VALUE_1_0: Schema = {
    "oneOf": [
        record(_NAMED, _LANGUAGE),
        record({"str": {"type": "string"}}, _LANGUAGE),
        record({"float": {"type": "number"}}),
        record({"int": {"type": "integer"}}),
        record({"date": {"type": "string", "pattern": DATE}}),
    ]
}
EXTENSION_1_0 = document(
    record({
        "meta": array(record(_NAMED, _LANGUAGE | {"type": record(_NAMED, _LANGUAGE)})),
        "rows": array(record({
            "id": TEXT, "properties": array(record({"id": TEXT, "values": array(_VALUE_1_0)})),
        })),
    })
)  # fmt: skip

# --- both: what 0.2 does not name it lets be -----------------------------------------------------------------

_QUALIFIERS = array(record(_NAMED, _LANGUAGE), minItems=1)
SUGGESTED_ENTITIES = document(
    record({"result": array(record(_NAMED, _LANGUAGE | {"description": TEXT, "notable": array(_TYPE_1_0)}))})
)
SUGGESTED_TYPES = document(
    record({"result": array(record(_NAMED, _LANGUAGE | {"description": TEXT, "broader": array(_TYPE_1_0)}))})
)
SUGGESTED_PROPERTIES = document(
    record({"result": array(record(_NAMED | {"matchQualifiers": _QUALIFIERS}, _LANGUAGE | {"description": TEXT}))})
)
PROPOSED_PROPERTIES = document(
    record({"properties": array(record(_NAMED, _LANGUAGE)), "type": {"type": "string"}, "limit": {"type": "integer"}})
)
