"""Suggestions of the reconciliation service: things, classes and properties by the beginning of a name."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from kgpub.entity_names import EntityNames, Name
from kgpub.parameters import Pairs, parameters, single, whole_number
from kgpub.reconciliation_json import named
from kgpub.reconciliation_query import QUALIFIERS, TYPES_AT_MOST, QueryReader
from kgpub.schema_terms import SchemaTerms, Term, beginning_with
from kgpub.site import Site
from kgpub.web.reconcile_replies import ServiceReplies

#: Suggestions: where a client does not say how many, at most, and how far it may page.
_SUGGESTIONS, _SUGGESTIONS_AT_MOST, _SUGGESTIONS_SKIPPED = 10, 50, 200
_PREFIX_CHARACTERS = 200
_TYPES_SHOWN = 5

Json = Any


class Suggestions:
    """The views, with what they need."""

    def __init__(self, site: Site, replies: ServiceReplies, terms: SchemaTerms) -> None:
        self._site = site
        self._replies = replies
        self._terms = terms
        self._reader = QueryReader(site.names)

    def things(self) -> Response:
        """Answer which things somebody may be about to name."""
        pairs = parameters(request.query_string)
        prefix, skipped, limit = _asked(pairs)
        types = [iri for name, value in pairs if name == "type" and (iri := self._reader.iri(value))]

        def suggested() -> Json:
            names = self._replies.names()
            search = self._site.search
            hits = search.suggest(prefix, types=types[:TYPES_AT_MOST], limit=skipped + limit) if prefix else ()
            types_of = {hit.iri: hit.types[:_TYPES_SHOWN] for hit in hits}
            found = list(dict.fromkeys((*self._named_itself(prefix), *types_of)))[skipped : skipped + limit]
            type_names = names.of(type_ for iri in found for type_ in types_of.get(iri, ()))
            return {
                "result": [
                    _described(names, iri, name)
                    | {"notable": [_named(type_, type_names[type_]) for type_ in types_of.get(iri, ())]}
                    for iri, name in names.of(found).items()
                ]
            }

        return self._replies.computed(pairs, suggested)

    def classes(self) -> Response:
        """Answer which classes somebody may be about to name, those with most instances first."""
        return self._of_terms(lambda: self._terms.classes, self._broader)

    def properties(self) -> Response:
        """Answer which properties somebody may be about to name, the commonest first, and how values are compared."""
        qualifiers = [{"id": id_, "name": name} for id_, name in QUALIFIERS.items()]
        return self._of_terms(lambda: self._terms.properties, lambda _iri, _names: {"matchQualifiers": qualifiers})

    def _of_terms(
        self, terms: Callable[[], Iterable[Term]], more: Callable[[str, EntityNames], dict[str, Json]]
    ) -> Response:
        pairs = parameters(request.query_string)
        prefix, skipped, limit = _asked(pairs)

        def suggested() -> Json:
            names = self._replies.names()
            found = beginning_with(terms(), prefix, self._reader.iri(prefix))[skipped : skipped + limit]
            return {
                "result": [_described(names, iri, name) | more(iri, names) for iri, name in names.of(found).items()]
            }

        return self._replies.computed(pairs, suggested)

    def _named_itself(self, prefix: str) -> list[str]:
        """Return the thing whose identifier was typed in full, if one was."""
        iri = self._reader.iri(prefix) if ":" in prefix or "/" in prefix else ""
        return [iri] if iri and self._site.documents.first_described((iri,)) is not None else []

    def _broader(self, class_: str, names: EntityNames) -> dict[str, Json]:
        broader = [_named(iri, name) for iri, name in names.of(self._terms.superclasses(class_)).items()]
        return {"broader": broader} if broader else {}


def _asked(pairs: Pairs) -> tuple[str, int, int]:
    """Return what a client has typed, how many suggestions it skips, and how many it wants."""
    prefix = (single(pairs, "prefix") or "").strip()[:_PREFIX_CHARACTERS]
    skipped = max(whole_number(pairs, name, 0, _SUGGESTIONS_SKIPPED) for name in ("cursor", "offset"))
    return prefix, skipped, whole_number(pairs, "limit", _SUGGESTIONS, _SUGGESTIONS_AT_MOST)


def _named(iri: str, name: Name) -> dict[str, Json]:
    return named(iri, name, is_old=False)


def _described(names: EntityNames, iri: str, name: Name) -> dict[str, Json]:
    description = names.description(iri)
    return _named(iri, name) | ({"description": description.text} if description else {})
