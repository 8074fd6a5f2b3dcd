"""What a list of things can be narrowed by: properties, their commonest values, and how many of its things have each.

Of a whole class the figures are counted at build; those of a list that is narrowed already are counted here, from the
things themselves where they are few, else from the lists of those values that are commonest in the class.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kgpub.facet_values import choosable
from kgpub.narrowing import Budget, Found, source_of
from kgpub.rows import is_iri_token, rows_of
from kgpub.selection import Filter, Selection
from kgpub.site import Site
from kgpub.thing_index import FacetFigures
from kgpub.thing_page import ThingPage
from kgpub.vocabulary import DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, TYPE

#: Properties of a class that are looked at, and those that are shown.
_PROPERTIES_READ, PROPERTIES_SHOWN = 60, 12
#: Values of a property that are told of; of a long list that is narrowed, fewer are counted.
VALUES_SHOWN, _VALUES_COUNTED = 30, 10
#: A list of no more things has its values counted from what is said of each.
_THINGS_READ = 200
#: Chunks of lists that are read for all facets together.
_CHUNKS_READ = 2_048
_NO_FACETS = {*LABEL_PROPERTIES, *DESCRIPTION_PROPERTIES}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value, how many things of the list have it, and the list of those."""

    value: str
    things: int
    selection: Selection


@dataclass(frozen=True, slots=True)
class Facet:
    """A property with its values, most common first; *is_complete* if there are no others in the list.

    The numbers are exact if *is_exact*, else the least there are.
    """

    property: str
    values: tuple[FacetValue, ...]
    is_complete: bool
    is_exact: bool = True


def facets_of(site: Site, listed: ThingPage) -> tuple[Facet, ...]:
    """Return what a list can be narrowed by; values that all filters together leave nothing of are left out."""
    selection = listed.selection
    figures = facet_figures(site, selection.cls)
    if not selection.filters:
        found: Iterable[Facet] = (_of_class(facet, selection) for facet in figures)
    elif listed.found.is_exact and listed.total <= _THINGS_READ:
        found = _of_few(site, listed, figures)
    else:
        found = _of_many(site, listed, figures)
    return tuple(facet for facet in found if facet.values)[:PROPERTIES_SHOWN]


def facet_figures(site: Site, class_: str) -> list[FacetFigures]:
    """Return the properties of a class that things can be chosen by, those that most things have first.

    Of several that as many have, the site's own come first.
    """
    read = site.things.facets(class_, _PROPERTIES_READ)
    usable = (figures for figures in read if figures.commonest and figures.property not in _NO_FACETS)
    return sorted(usable, key=lambda figures: (-figures.things, not site.base.holds(figures.property)))


def _of_class(figures: FacetFigures, selection: Selection) -> Facet:
    values = _values(figures.property, ((value, things) for things, value in figures.commonest), selection)
    return Facet(figures.property, values, is_complete=len(figures.commonest) == figures.values)


def _values(property_: str, counts: Iterable[tuple[str, int]], selection: Selection) -> tuple[FacetValue, ...]:
    """Return values with the lists they lead to, without those that the list is narrowed to already.

    That things have the class they are listed by is no choice either.
    """
    filters = ((Filter(property_, value), things) for value, things in counts)
    return tuple(
        FacetValue(condition.value, things, selection.also(condition))
        for condition, things in filters
        if condition not in selection.filters and condition != Filter(TYPE, f"<{selection.cls}>")
    )


def _of_few(site: Site, listed: ThingPage, figures: list[FacetFigures]) -> Iterator[Facet]:
    counts: dict[str, Counter[str]] = {facet.property: Counter() for facet in figures}
    is_exact = True
    for iri in site.things.iris(listed.found.places()):
        document = site.documents.get(iri)
        is_exact &= document is not None and document.pages == 1
        for property_, value in dict.fromkeys(_choosable(iri, document.lines if document else ())):
            if property_ in counts:
                counts[property_][value] += 1
    for property_, of_one in counts.items():
        commonest = sorted(of_one.items(), key=lambda item: (-item[1], item[0]))
        values = _values(property_, commonest[:VALUES_SHOWN], listed.selection)
        yield Facet(property_, values, is_exact and len(commonest) <= VALUES_SHOWN, is_exact)


def _choosable(iri: str, lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    thing = f"<{iri}>"
    for subject, predicate, token, _ in rows_of(lines):
        value = choosable(token) if token[0] == '"' else token if is_iri_token(token) else None
        if subject == thing and value is not None:
            yield predicate[1:-1], value


def _of_many(site: Site, listed: ThingPage, figures: list[FacetFigures]) -> Iterator[Facet]:
    budget = Budget(_CHUNKS_READ)
    for facet in figures[:PROPERTIES_SHOWN]:
        counts: dict[str, int] = {}
        for _, value in facet.commonest[:_VALUES_COUNTED]:
            if budget.is_spent:
                break
            counts[value] = _common(site, facet.property, value, listed.found, budget)
        commonest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        values = _values(facet.property, [(value, count) for value, count in commonest if count], listed.selection)
        yield Facet(facet.property, values, len(counts) == facet.values, listed.found.is_exact)


def _common(site: Site, property_: str, value: str, found: Found, budget: Budget) -> int:
    """Return how many of the things found have a value."""
    source = source_of(site.things, site.things.listed(property_, value))
    known = source.chunks()
    chunks = found.chunks if known is None else (chunk for chunk in known if chunk in found.chunks)
    return sum((found.chunks[chunk] & source.bits(chunk, budget)).bit_count() for chunk in chunks)
