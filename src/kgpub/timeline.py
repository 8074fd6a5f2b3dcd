"""The timeline: things by their dates, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kgpub.iris import parameter_of, with_parameter
from kgpub.languages import LANGUAGE_PARAMETERS
from kgpub.numbered_pages import check_page, count_pages, page_address
from kgpub.parameters import Pairs, page_number, refuse_unknown, single
from kgpub.partial_dates import PartialDate, partial_date
from kgpub.query_values import Names
from kgpub.selection import iri_parameter
from kgpub.views import Views

TIMELINE = "timeline"
DATES_A_PAGE = 100
_CLASSES_OFFERED = 100
_KNOWN = ("class", "format", *LANGUAGE_PARAMETERS, "page")


@dataclass(frozen=True, slots=True)
class Period:
    """What a timeline is narrowed to: things of one class, any if empty; *page* is a number."""

    cls: str = ""
    page: int = 1

    @property
    def address(self) -> str:
        """Return the canonical address of the page, relative to the root."""
        return page_address(self.list_address, self.page)

    @property
    def list_address(self) -> str:
        """Return the address of the first page, relative to the root."""
        return with_parameter(TIMELINE, parameter_of("class", self.cls)) if self.cls else TIMELINE


@dataclass(frozen=True, slots=True)
class Dated:
    """A thing with a date, or with the first and the last one of an interval.

    *property* says in what sense it is dated, *according* who says so where the graph does not assert it.
    """

    thing: str
    date: PartialDate
    end: PartialDate | None = None
    property: str = ""
    cls: str = ""
    according: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of dates in their order; *classes* are those to narrow to, with the number of their dates."""

    period: Period
    dates: tuple[Dated, ...]
    total: int
    pages: int
    classes: Mapping[str, int] = field(default_factory=dict)


def read_period(pairs: Pairs, names: Names) -> Period:
    """Return what the parameters of a request narrow to; raise ``BadRequest`` for what is no such parameter."""
    refuse_unknown(pairs, _KNOWN)
    cls = single(pairs, "class")
    return Period(iri_parameter("class", cls, names) if cls else "", page_number(pairs))


def timeline_of(views: Views, period: Period) -> Timeline:
    """Return a page of the timeline; raise ``NotDescribed`` where there is none of that number."""
    where, values = (' WHERE "class" = ?', [period.cls]) if period.cls else ("", [])
    total = views.number(f'SELECT count(*) FROM "timeline.dates"{where}', *values)  # noqa: S608 (ours)
    pages = count_pages(total, DATES_A_PAGE)
    check_page("The timeline", period.page, pages)
    rows = views.rows(
        f'SELECT thing, date, "end", property, "class", according FROM "timeline.dates"{where} '  # noqa: S608 (ours)
        f"ORDER BY sorted, thing, rowid LIMIT {DATES_A_PAGE} OFFSET {(period.page - 1) * DATES_A_PAGE}",
        *values,
    )
    classes = views.rows(
        'SELECT "class", count(*) AS dates FROM "timeline.dates" WHERE "class" IS NOT NULL '  # noqa: S608 (ours)
        f'GROUP BY "class" ORDER BY dates DESC, "class" LIMIT {_CLASSES_OFFERED}'
    )
    return Timeline(period, tuple(_dated(row) for row in rows), total, pages, dict(classes))


def _dated(row: tuple[str | None, ...]) -> Dated:
    thing, date, end, property_, cls, according = row
    first = partial_date(date or "")
    assert first is not None  # noqa: S101 (the build checked it)
    last = partial_date(end) if end else None
    return Dated(thing or "", first, last, property_ or "", cls or "", according or "")
