"""Places: each with the place that it is in, those in it, and what is there; a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kgpub.errors import NotDescribed
from kgpub.iris import parameter_of, with_parameter
from kgpub.languages import LANGUAGE_PARAMETERS
from kgpub.numbered_pages import check_page, count_pages, page_address
from kgpub.parameters import Pairs, page_number, refuse_unknown, single
from kgpub.query_values import Names
from kgpub.selection import iri_parameter
from kgpub.views import Views

PLACES = "places"
PLACES_A_PAGE = 50
#: Things and places that are listed with one place, before its own page takes over; there a page has so many things.
LISTED_AT_MOST, THINGS_A_PAGE = 10, 100
#: Steps from a place to those around it.
_AROUND_AT_MOST = 12
_KNOWN = ("place", "format", *LANGUAGE_PARAMETERS, "page")
_PLACE = 'SELECT place, within, "class", latitude, longitude FROM "places.places"'
#: A place that is in none that is listed.
_TOP = 'WHERE within IS NULL OR NOT EXISTS (SELECT 1 FROM "places.places" q WHERE q.place = p.within)'


@dataclass(frozen=True, slots=True)
class Region:
    """What is asked for: one place, or all that are in no other; *page* is a number."""

    place: str = ""
    page: int = 1

    @property
    def address(self) -> str:
        """Return the canonical address of the page, relative to the root."""
        return page_address(self.list_address, self.page)

    @property
    def list_address(self) -> str:
        """Return the address of the first page, relative to the root."""
        return with_parameter(PLACES, parameter_of("place", self.place)) if self.place else PLACES


@dataclass(frozen=True, slots=True)
class Found:
    """A thing at a place: in what sense, and who says so where the graph does not assert it."""

    thing: str
    property: str = ""
    according: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place: its class, its coordinates where the data has them; places in it and things there, and how many."""

    iri: str
    within: str = ""
    cls: str = ""
    latitude: float | None = None
    longitude: float | None = None
    parts: tuple["Place", ...] = ()
    parts_total: int = 0
    things: tuple[Found, ...] = ()
    things_total: int = 0


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """A page of places; *around* are those that a single place is in, the widest first."""

    region: Region
    places: tuple[Place, ...]
    total: int
    pages: int
    around: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def read_region(pairs: Pairs, names: Names) -> Region:
    """Return what the parameters of a request ask for; raise ``BadRequest`` for what is no such parameter."""
    refuse_unknown(pairs, _KNOWN)
    place = single(pairs, "place")
    return Region(iri_parameter("place", place, names) if place is not None else "", page_number(pairs))


def gazetteer_of(views: Views, region: Region) -> Gazetteer:
    """Return a page of places; raise ``NotDescribed`` for a place that there is not, or a page."""
    return _one(views, region) if region.place else _all(views, region)


def _all(views: Views, region: Region) -> Gazetteer:
    total = views.number(f'SELECT count(*) FROM "places.places" p {_TOP}')  # noqa: S608 (ours)
    pages = count_pages(total, PLACES_A_PAGE)
    check_page("The list of places", region.page, pages)
    rows = views.rows(
        f"{_PLACE} p {_TOP} ORDER BY there DESC, place LIMIT {PLACES_A_PAGE} OFFSET {(region.page - 1) * PLACES_A_PAGE}"
    )
    places = tuple(_place(views, row, LISTED_AT_MOST, 0, depth=1) for row in rows)
    counts = {
        "places": views.number('SELECT count(*) FROM "places.places"'),
        "things": views.number('SELECT count(DISTINCT thing) FROM "places.things"'),
    }
    return Gazetteer(region, places, total, pages, counts=counts)


def _one(views: Views, region: Region) -> Gazetteer:
    rows = views.rows(f"{_PLACE} WHERE place = ?", region.place)
    if not rows:
        raise NotDescribed(f"<{region.place}> is no place of this release; /{PLACES} lists all.")
    place = _place(views, rows[0], THINGS_A_PAGE, (region.page - 1) * THINGS_A_PAGE, depth=1)
    pages = count_pages(place.things_total, THINGS_A_PAGE)
    check_page(f"The list of what is at <{place.iri}>", region.page, pages)
    return Gazetteer(region, (place,), place.things_total, pages, around=_around(views, place))


def _around(views: Views, place: Place) -> tuple[str, ...]:
    found: list[str] = []
    within = place.within
    while within and len(found) < _AROUND_AT_MOST:
        found.append(within)
        rows = views.rows('SELECT within FROM "places.places" WHERE place = ?', within)
        within = rows[0][0] if rows else ""
    return tuple(reversed(found))


def _place(views: Views, row: tuple[str | float | None, ...], things: int, start: int, *, depth: int) -> Place:
    iri, within, cls, latitude, longitude = row
    inside = 'FROM "places.places" WHERE within = ?1'
    parts = views.rows(
        f'SELECT place, within, "class", latitude, longitude {inside} ORDER BY there DESC, place LIMIT 50', str(iri)
    )
    return Place(
        str(iri),
        str(within or ""),
        str(cls or ""),
        None if latitude is None else float(latitude),
        None if longitude is None else float(longitude),
        parts=tuple(_place(views, part, LISTED_AT_MOST, 0, depth=depth - 1) for part in parts) if depth else (),
        parts_total=views.number(f"SELECT count(*) {inside}", str(iri)),
        things=_things(views, str(iri), things, start),
        things_total=views.number('SELECT count(DISTINCT thing) FROM "places.things" WHERE place = ?', str(iri)),
    )


def _things(views: Views, place: str, limit: int, start: int) -> tuple[Found, ...]:
    rows = views.rows(
        'SELECT thing, property, according FROM "places.things" WHERE place = ?1 AND thing IN '  # noqa: S608 (ours)
        f'(SELECT DISTINCT thing FROM "places.things" WHERE place = ?1 ORDER BY thing LIMIT {limit} OFFSET {start}) '
        f"ORDER BY thing, property, according LIMIT {4 * limit}",
        place,
    )
    found: dict[tuple[str, str], list[str]] = {}
    for thing, property_, according in rows:
        found.setdefault((thing, property_ or ""), []).extend([according] if according else [])
    return tuple(Found(thing, property_, tuple(according)) for (thing, property_), according in found.items())
