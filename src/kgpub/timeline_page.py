"""What the page of the timeline shows, and the same as JSON and CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from kgpub.numbered_pages import beside
from kgpub.partial_dates import PartialDate
from kgpub.reader import Reader
from kgpub.site import Site
from kgpub.timeline import Dated, Timeline
from kgpub.values import Link, Linker
from kgpub.view_data import Labelled, csv_body, json_body

_COLUMNS = ("date", "precision", "end", "end_precision", "thing", "thing_label", "property", "class", "according")


@dataclass(frozen=True, slots=True)
class ShownDate:
    """A date with what is dated, in what sense, and who says so where the graph does not."""

    date: PartialDate
    end: PartialDate | None
    thing: Link
    property: Link | None
    cls: Link | None
    according: Link | None


@dataclass(frozen=True, slots=True)
class Year:
    """The dates of one year."""

    number: int
    dates: tuple[ShownDate, ...]


@dataclass(frozen=True, slots=True)
class OfferedClass:
    """A class to narrow to, as the parameter has it."""

    value: str
    link: Link
    dates: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """The page of a timeline."""

    years: tuple[Year, ...]
    classes: tuple[OfferedClass, ...]
    previous: str | None
    next: str | None


def timeline_page(site: Site, timeline: Timeline, reader: Reader) -> TimelinePage:
    """Return the page of a timeline."""
    linker = Linker(site, site.documents.labels(dict.fromkeys(_iris(timeline))), reader)
    period = timeline.period

    def link(iri: str) -> Link | None:
        return linker.link(iri) if iri else None

    shown = (
        ShownDate(
            each.date, each.end, linker.link(each.thing), link(each.property), link(each.cls), link(each.according)
        )
        for each in timeline.dates
    )
    offered = dict(timeline.classes) | ({period.cls: timeline.total} if period.cls else {})
    previous, following = beside(period.list_address, period.page, timeline.pages, reader.at)
    return TimelinePage(
        tuple(Year(year, tuple(dates)) for year, dates in groupby(shown, key=lambda each: each.date.year)),
        tuple(
            OfferedClass(site.curie(cls) or cls, linker.link(cls), dates, cls == period.cls)
            for cls, dates in offered.items()
        ),
        previous,
        following,
    )


def _iris(timeline: Timeline) -> Iterator[str]:
    yield from timeline.classes
    yield from filter(None, [timeline.period.cls])
    for each in timeline.dates:
        yield from filter(None, (each.thing, each.property, each.cls, each.according))


def timeline_as_json(site: Site, timeline: Timeline) -> bytes:
    """Return a page of the timeline as JSON; docs/reference/views.md describes its members, which stay."""
    named = Labelled(site, _iris(timeline))
    period = timeline.period
    members = {
        "class": named.thing(period.cls),
        "total": timeline.total,
        "page": period.page,
        "pages": timeline.pages,
        "classes": [{"value": named.thing(cls), "dates": dates} for cls, dates in timeline.classes.items()],
        "dates": [_date(named, each) for each in timeline.dates],
    }
    return json_body(site, period.address, members)


def _date(named: Labelled, each: Dated) -> dict[str, object]:
    return {
        "date": each.date.text,
        "precision": each.date.precision.value,
        "end": each.end.text if each.end else None,
        "endPrecision": each.end.precision.value if each.end else None,
        "thing": named.thing(each.thing),
        "property": named.thing(each.property),
        "class": named.thing(each.cls),
        "according": named.thing(each.according),
    }


def timeline_as_csv(site: Site, timeline: Timeline) -> bytes:
    """Return a page of the timeline as CSV."""
    named = Labelled(site, (each.thing for each in timeline.dates))
    rows = (
        (
            each.date.text,
            each.date.precision.value,
            *((each.end.text, each.end.precision.value) if each.end else ("", "")),
            each.thing,
            named.text(each.thing),
            each.property,
            each.cls,
            each.according,
        )
        for each in timeline.dates
    )
    return csv_body(_COLUMNS, rows)
