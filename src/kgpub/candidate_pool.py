"""Where the candidates for a reconciliation query come from: the search index, identifiers, and links."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kgpub.counterparts import counterparts_of
from kgpub.folding import fold
from kgpub.iris import is_iri
from kgpub.likeness import REORDERED, likeness, without_brackets
from kgpub.property_values import values_of
from kgpub.reconciliation_query import Condition, Kind, Quantifier, Query, Strictness, Value
from kgpub.search import Hit
from kgpub.search_query import Match
from kgpub.site import Site
from kgpub.vocabulary import RDFS, TYPE

#: Things that are looked at for one name, and where properties choose among them.
_BY_NAME, _BY_NAME_AND_PROPERTIES = 20, 50
#: Things that are looked at because a property leads to them.
_BY_LINKS = 50
#: Names and identifiers of a query that are looked for, values that are followed, things that a value may name.
_NAMES_SOUGHT, _VALUES_FOLLOWED, _THINGS_OF_A_VALUE = 3, 5, 3
#: Shorter texts that are looked for where a name as a whole finds nothing like it.
_SHORTENED_AT_MOST = 6
_SUBCLASSES_AT_MOST = 200
#: Below this likeness a name was not found.
_FOUND_FROM = 60.0

_PART_END = re.compile(r"\s*[,;:/|]\s*|\s+[-\u2013\u2014]\s+")


@dataclass(frozen=True, slots=True)
class Pooled:
    """A thing to look at: its names, its classes, how many links point at it, the *identifiers* it was found by."""

    iri: str
    texts: tuple[str, ...]
    types: tuple[str, ...]
    degree: int = 0
    identifiers: frozenset[str] = frozenset()


class CandidatePool:
    """Finds the things that a query may mean, a bounded number."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._subclasses: dict[str, frozenset[str]] = {}

    def candidates(self, query: Query) -> list[Pooled]:
        """Return the things to look at, each once."""
        conditions = [c for c in query.conditions if c.quantifier is not Quantifier.NONE]
        named = [value for c in conditions if c.kind is not Kind.PROPERTY for value in c.values]
        texts = [v.text for c in conditions if c.kind is Kind.NAME for v in c.values if v.text and not is_iri(v.text)]
        hits = {hit.iri: hit for hit in self._hits(texts[:_NAMES_SOUGHT], query)}
        identifiers: dict[str, set[str]] = {}
        for value in [value for value in named if value.iri][:_NAMES_SOUGHT]:
            for iri in self._identified(value):
                identifiers.setdefault(iri, set()).add(value.iri)
        linked = () if named else self._linked(conditions)
        order = dict.fromkeys((*identifiers, *hits, *linked))
        return [self._pooled(iri, hits.get(iri), frozenset(identifiers.get(iri, ()))) for iri in order]

    def has_types(self, pooled: Pooled, query: Query) -> bool:
        """Tell whether a thing is of the types that a query names: of one of them, or of all where it says so."""
        if not query.types:
            return True
        types = set(pooled.types)
        found = (not types.isdisjoint(self._with_subclasses(type_)) for type_ in query.types)
        return all(found) if query.strictness is Strictness.ALL else any(found)

    def _hits(self, texts: Sequence[str], query: Query) -> Iterator[Hit]:
        """Yield what a search finds for names; where it finds nothing like one of them, for parts of that one."""
        is_refined = any(condition.kind is Kind.PROPERTY for condition in query.conditions)
        limit = max(_BY_NAME_AND_PROPERTIES if is_refined else _BY_NAME, query.limit)
        types = [each for type_ in query.types for each in self._with_subclasses(type_)]
        scopes = ([types] if types else []) + ([[]] if not types or query.strictness is Strictness.SHOULD else [])
        missing = ""
        for text in texts:
            found = [hit for scope in scopes for hit in self._site.search.find(text, types=scope, limit=limit).hits]
            yield from found
            if not any(likeness(text, hit.matched.text) >= _FOUND_FROM for hit in found):
                missing = missing or text
        for text in _shortened(missing):
            parts = self._site.search.find(text, types=scopes[0], limit=limit).hits
            yield from parts
            if parts:
                return

    def _identified(self, value: Value) -> list[str]:
        """Return the things that an identifier is one of: its own, or that of the same thing elsewhere."""
        found = counterparts_of(self._site, value.iri).found
        itself = [one.thing for one in found if not one.relation and one.iri == value.iri]
        return itself or [one.thing for one in found if one.is_identity]

    def _linked(self, conditions: Sequence[Condition]) -> Iterator[str]:
        """Yield things that have the values asked for, where no name is given."""
        followed = [(condition.property, value) for condition in conditions for value in condition.values]
        for property_, value in followed[:_VALUES_FOLLOWED]:
            yield from self._subjects(property_, value)

    def _subjects(self, property_: str, value: Value) -> Iterator[str]:
        hits = self._site.search.find(value.text, limit=_BY_LINKS).hits if value.text else ()
        yield from (hit.iri for hit in hits if hit.matched.property == property_)
        alike = [hit.iri for hit in hits if likeness(value.text, hit.matched.text) >= REORDERED]
        for target in (*filter(None, (value.iri,)), *alike[:_THINGS_OF_A_VALUE]):
            page = self._site.documents.incoming_page(target, property_, 1)
            yield from page.subjects[:_BY_LINKS] if page else ()

    def _pooled(self, iri: str, hit: Hit | None, identifiers: frozenset[str]) -> Pooled:
        labels = self._site.documents.labels((iri,)).get(iri, {})
        texts = [label.text for label in labels.values()]
        if hit is None:
            types = [value.iri for value in values_of(self._site, iri, (TYPE,))[TYPE] if value.iri]
            degree = sum(links.total for links in self._site.documents.incoming(iri))
            return Pooled(iri, tuple(texts), tuple(types), degree, identifiers)
        if hit.match is not Match.NOTES:
            texts.append(hit.matched.text)
        return Pooled(iri, tuple(texts), hit.types, hit.degree, identifiers)

    def _with_subclasses(self, class_: str) -> frozenset[str]:
        """Return a class and its subclasses, as far as the data states them."""
        known = self._subclasses.get(class_)
        if known is None:
            found, waiting = {class_}, [class_]
            while waiting and len(found) < _SUBCLASSES_AT_MOST:
                page = self._site.documents.incoming_page(waiting.pop(), RDFS + "subClassOf", 1)
                new = [iri for iri in (page.subjects if page else ()) if iri not in found]
                found.update(new)
                waiting += new
            known = self._subclasses[class_] = frozenset(found)
        return known


def _shortened(text: str) -> Iterator[str]:
    """Yield shorter texts that may find the name in a longer one: without brackets, parts of it, its longest words."""
    words = text.split()
    bare = without_brackets(text)
    parts = [part for part in _PART_END.split(text) if part]
    without_an_end = (" ".join(words[:-1]), " ".join(words[1:]))
    single = sorted(dict.fromkeys(words), key=len, reverse=True)[:2]
    tried = (bare, *(parts[:1] if len(parts) > 1 else ()), *without_an_end, *single)
    distinct = {fold(each): each for each in tried if each and each != text}
    yield from list(distinct.values())[:_SHORTENED_AT_MOST]
