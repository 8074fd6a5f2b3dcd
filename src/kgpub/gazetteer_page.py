"""What the pages of places show, and the same as JSON and CSV."""

from collections.abc import Iterator
from dataclasses import dataclass

from kgpub.gazetteer import Found, Gazetteer, Place, Region
from kgpub.numbered_pages import beside
from kgpub.reader import Reader
from kgpub.site import Site
from kgpub.values import Link, Linker
from kgpub.view_data import CELL_SEPARATOR, Labelled, csv_body, json_body

_COLUMNS = ("place", "place_label", "within", "class", "latitude", "longitude",
            "thing", "thing_label", "property", "according")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownThing:
    """A thing at a place, in what sense, and who says so where the graph does not."""

    link: Link
    property: Link | None
    according: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A place: the thing itself, the page of what is there, its class, its coordinates, what is in it."""

    link: Link
    href: str
    cls: Link | None
    place: Place
    parts: tuple["ShownPlace", ...]
    things: tuple[ShownThing, ...]


@dataclass(frozen=True, slots=True)
class GazetteerPage:
    """A page of places."""

    places: tuple[ShownPlace, ...]
    around: tuple[tuple[Link, str], ...]
    previous: str | None
    next: str | None


def gazetteer_page(site: Site, gazetteer: Gazetteer, reader: Reader) -> GazetteerPage:
    """Return a page of places."""
    linker = Linker(site, site.documents.labels(dict.fromkeys(_iris(gazetteer))), reader)

    def thing(found: Found) -> ShownThing:
        property_ = linker.link(found.property) if found.property else None
        return ShownThing(linker.link(found.thing), property_, tuple(map(linker.link, found.according)))

    def shown(place: Place) -> ShownPlace:
        return ShownPlace(
            linker.link(place.iri),
            reader.at(Region(place.iri).address),
            linker.link(place.cls) if place.cls else None,
            place,
            tuple(map(shown, place.parts)),
            tuple(map(thing, place.things)),
        )

    region = gazetteer.region
    previous, following = beside(region.list_address, region.page, gazetteer.pages, reader.at)
    return GazetteerPage(
        tuple(map(shown, gazetteer.places)),
        tuple((linker.link(iri), reader.at(Region(iri).address)) for iri in gazetteer.around),
        previous,
        following,
    )


def _iris(gazetteer: Gazetteer) -> Iterator[str]:
    yield from gazetteer.around
    for place in _with_parts(gazetteer):
        yield from filter(None, (place.iri, place.within, place.cls))
        for found in place.things:
            yield from filter(None, (found.thing, found.property, *found.according))


def _with_parts(gazetteer: Gazetteer) -> Iterator[Place]:
    for place in gazetteer.places:
        yield place
        yield from place.parts


def gazetteer_as_json(site: Site, gazetteer: Gazetteer) -> bytes:
    """Return a page of places as JSON; docs/reference/views.md describes its members, which stay."""
    named = Labelled(site, _iris(gazetteer))
    region = gazetteer.region
    members = {
        "total": gazetteer.total,
        "page": region.page,
        "pages": gazetteer.pages,
        "around": named.things(gazetteer.around),
        "places": [_place(named, place) for place in gazetteer.places],
    }
    return json_body(site, region.address, members)


def _place(named: Labelled, place: Place) -> dict[str, object]:
    things = [
        {
            "thing": named.thing(found.thing),
            "property": named.thing(found.property),
            "according": named.things(found.according),
        }
        for found in place.things
    ]
    return {
        **(named.thing(place.iri) or {}),
        "within": named.thing(place.within),
        "class": named.thing(place.cls),
        "latitude": place.latitude,
        "longitude": place.longitude,
        "parts": [_place(named, part) for part in place.parts],
        "partsTotal": place.parts_total,
        "things": things,
        "thingsTotal": place.things_total,
    }


def gazetteer_as_csv(site: Site, gazetteer: Gazetteer) -> bytes:
    """Return a page of places as CSV: a row for each thing at each place, one for a place with none."""
    named = Labelled(site, _iris(gazetteer))
    rows = (row for place in _with_parts(gazetteer) for row in _rows(named, place))
    return csv_body(_COLUMNS, rows)


def _rows(named: Labelled, place: Place) -> Iterator[tuple[object, ...]]:
    degrees = ("" if value is None else value for value in (place.latitude, place.longitude))
    head = (place.iri, named.text(place.iri), place.within, place.cls, *degrees)
    for found in place.things or (Found(""),):
        yield (*head, found.thing, named.text(found.thing), found.property, CELL_SEPARATOR.join(found.according))
