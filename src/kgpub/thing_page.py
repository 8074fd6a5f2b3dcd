"""One page of a list of things: who is on it, of how many, and where its other pages are."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from kgpub.errors import BadRequest, NotDescribed
from kgpub.facet_values import choosable, number_of
from kgpub.narrowing import AnyOf, Budget, Few, Found, Source, find, source_of
from kgpub.selection import Filter, Selection
from kgpub.site import Site
from kgpub.thing_index import Listed

THINGS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ThingPage:
    """A page of a list; *total* is exact or the least there are, *first_number* None where it is not known.

    *found* are all things of the list, as far as they were looked for.
    """

    selection: Selection
    iris: tuple[str, ...]
    found: Found
    first_number: int | None = 1
    first: Selection | None = None
    previous: Selection | None = None
    next: Selection | None = None
    last: Selection | None = None

    @property
    def total(self) -> int:
        """Return how many things there are, or at least."""
        return self.found.total


def thing_page(site: Site, selection: Selection, chunks: int | None = None) -> ThingPage:
    """Return the page that a selection asks for; *chunks* lowers how many chunks of lists may be read.

    Raises ``NotDescribed`` for a class or property that the release does not know, and for a page that begins after
    such a thing; ``BadRequest`` for values that nothing can be chosen by.
    """
    budget = Budget(chunks) if chunks is not None else Budget()
    sources = list(_sources(site, selection))
    start = _start(site, selection)
    found = find(sources, site.things.total, budget)
    if found.is_exact:
        return _exact(site, selection, found, start)
    return _at_least(site, selection, found, find(sources, site.things.total, budget.anew(), start, THINGS_A_PAGE + 1))


def _exact(site: Site, selection: Selection, found: Found, start: int) -> ThingPage:
    def page_at(number: int) -> Selection:
        """Return the page whose first thing has a number, counted from 0."""
        return selection.at(*site.things.iris([found.nth(number - 1)]) if number > 0 else "")

    iris = site.things.iris(islice(found.places(start), THINGS_A_PAGE))
    before = found.before(start)
    after = before + len(iris)
    is_whole = found.total <= THINGS_A_PAGE and not selection.after
    return ThingPage(
        selection,
        iris,
        found,
        before + 1,
        first=None if is_whole else selection.at(),
        previous=page_at(max(before - THINGS_A_PAGE, 0)) if before > 0 else None,
        next=selection.at(iris[-1]) if iris and after < found.total else None,
        last=None if is_whole else page_at((max(found.total, 1) - 1) // THINGS_A_PAGE * THINGS_A_PAGE),
    )


def _at_least(site: Site, selection: Selection, counted: Found, found: Found) -> ThingPage:
    """Return a page of a list that is too long to be counted; it may be short, and then still has a next one."""
    places = list(islice(found.places(), THINGS_A_PAGE + 1))
    iris = site.things.iris(places[:THINGS_A_PAGE])
    following = None
    if len(places) > THINGS_A_PAGE:
        following = selection.at(iris[-1])
    elif not found.is_exact:
        following = selection.at(*site.things.iris([found.looked_to - 1]))
    number = None if selection.after else 1
    return ThingPage(selection, iris, counted, number, first=selection.at(), next=following)


def _start(site: Site, selection: Selection) -> int:
    if not selection.after:
        return 0
    if site.documents.get(selection.after) is None:
        raise NotDescribed(
            f"No page begins after <{selection.after}>: this release does not describe it. The list begins at "
            f"{site.base.resolve(selection.at().address)}."
        )
    return site.things.place_after(selection.after)


def _sources(site: Site, selection: Selection) -> Iterable[Source]:
    if selection.cls:
        yield _class(site, selection.cls)
    for condition in selection.filters:
        figures = site.things.property_figures(condition.predicate)
        if figures is None:
            raise NotDescribed(f"Nothing in this release has the property <{condition.predicate}>.")
        if condition.value[0] != "<" and not figures.is_listed:
            raise BadRequest(
                f"The literals of <{condition.predicate}> are too many or too long to choose things by; ask in SPARQL."
            )
        yield _range(site, condition) if condition.range else _value(site, condition)


def _class(site: Site, iri: str) -> Source:
    figures = site.things.class_figures(iri)
    if figures is not None:
        return source_of(site.things, Listed(iri, figures.things, figures.places))
    if site.documents.first_described([iri]) is None:
        raise NotDescribed(f"This release knows no class <{iri}>.")
    return Few(())


def _value(site: Site, condition: Filter) -> Source:
    value = condition.value
    if value[0] == '"' and (listed := choosable(value)) != value:
        hint = f"; write {listed}, or a range such as {listed}..{listed}" if listed else ""
        raise BadRequest(f"Things cannot be chosen by the value {value[:200]}: dates are listed by their years{hint}.")
    return source_of(site.things, site.things.listed(condition.predicate, value))


def _range(site: Site, condition: Filter) -> Source:
    """Return the things with a value in a range, its bounds included; years and numbers are compared as numbers."""
    low, high = condition.range or (None, None)
    chosen = []
    for listed in site.things.literals(condition.predicate):
        number = number_of(listed.value)
        if number is not None and (low is None or number >= low) and (high is None or number <= high):
            chosen.append(source_of(site.things, listed))
    return AnyOf(chosen)
