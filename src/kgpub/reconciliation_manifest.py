"""The manifest of a reconciliation service: what it offers, and where, in either version of the API (section 3.1)."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from kgpub.data_extension import CONTENTS, VALUES_AT_MOST
from kgpub.entity_names import EntityNames
from kgpub.reconciliation_json import named
from kgpub.reconciliation_query import QUERIES_AT_MOST
from kgpub.schema_terms import SchemaTerms
from kgpub.site import Site
from kgpub.vocabulary import RDFS

#: The versions of the API that are spoken.
VERSIONS = ("0.2", "1.0-draft")
#: The path of the service below the root, and of the one that speaks the draft of 1.0 alone.
PATH, DRAFT_PATH = "reconcile", "reconcile/1.0-draft"

PREVIEW_WIDTH, PREVIEW_HEIGHT = 430, 300
_TYPES_OFFERED = 12

Json = Any


def keyed_manifest(site: Site, terms: SchemaTerms, names: EntityNames, server: str) -> Json:
    """Return the manifest of version 0.2; *server* is the address of this server, without a slash at its end."""
    endpoint = f"{server}/{PATH}"
    suggest = {
        kind: {"service_url": endpoint, "service_path": f"/suggest/{kind}"} for kind in ("entity", "property", "type")
    }
    return _common(site, terms, names, server, is_old=True) | {
        "identifierSpace": site.base.iri,
        "schemaSpace": RDFS + "Resource",
        "view": {"url": f"{server}/resource?iri={{{{id}}}}"},
        "preview": {
            "url": f"{endpoint}/preview?id={{{{id}}}}",
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": endpoint, "service_path": "/extend/propose"},
            "property_settings": list(_settings(is_old=True)),
        },
    }


def listed_manifest(site: Site, terms: SchemaTerms, names: EntityNames, server: str) -> Json:
    """Return the manifest of version 1.0, which says no addresses: the routes below the endpoint are fixed."""
    return _common(site, terms, names, server, is_old=False) | {
        "lang": site.publication.language,
        "view": {"url": f"{server}/resource?iri={{id}}"},
        "preview": {"width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {"proposeProperties": True, "propertySettings": list(_settings(is_old=False))},
        "standardizedScore": True,
    }


def _common(site: Site, terms: SchemaTerms, names: EntityNames, server: str, *, is_old: bool) -> dict[str, Json]:
    classes = sorted(terms.classes, key=lambda term: not site.base.holds(term.iri))[:_TYPES_OFFERED]  # our own first
    name_of = names.of(term.iri for term in classes)
    return {
        "versions": list(VERSIONS),
        "name": site.publication.title,
        "documentation": f"{server}/{PATH}/about",
        "logo": f"{server}/static/icon.svg",
        "serviceVersion": f"kgpub {version('kgpub')}",
        "defaultTypes": [named(term.iri, name_of[term.iri], is_old=is_old) for term in classes],
        "batchSize": QUERIES_AT_MOST,
    }


def _settings(*, is_old: bool) -> Iterable[Json]:
    """Yield what can be set for a property whose values are fetched."""
    choices = [{"value": value, "name": name} for value, name in CONTENTS.items()]
    for setting in (
        {"id": "limit", "name": "Limit", "type": "number", "default": 0,
         "helpText": f"The greatest number of values; 0 for as many as there are, up to {VALUES_AT_MOST}"},
        {"id": "content", "name": "Things as", "type": "select", "default": next(iter(CONTENTS)), "choices": choices,
         "helpText": "What to fetch where a value is a thing"},
        {"id": "language", "name": "Language", "type": "text", "default": "",
         "helpText": "Texts in this language only, such as fr; empty for all"},
        {"id": "count", "name": "Number of values", "type": "checkbox", "default": False,
         "helpText": "Fetch how many values there are instead of the values"},
    ):  # fmt: skip
        yield {_OLD_KEYS.get(key, key): value for key, value in setting.items()} if is_old else setting


#: What the members of a setting are called in version 0.2.
_OLD_KEYS = {"id": "name", "name": "label", "helpText": "help_text"}
