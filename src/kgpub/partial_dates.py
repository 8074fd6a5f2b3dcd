"""Dates as data has them: of a year, a month, a day or a moment, and no more exact than that (XSD 1.1, part 2)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from enum import Enum

#: Years have at most so many digits here: geology fits.
_YEAR_DIGITS = 9
_OFFSET = 10**_YEAR_DIGITS
_LEXICAL = re.compile(
    rf"(?P<year>-?[0-9]{{4,{_YEAR_DIGITS}}})"
    r"(-(?P<month>0[1-9]|1[0-2])(-(?P<day>0[1-9]|[12][0-9]|3[01])(T(?P<time>([01][0-9]|2[0-4]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,12})?))?)?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
#: The Gregorian calendar repeats after so many years, those before the first one included.
_CYCLE_YEARS = 400


class Precision(Enum):
    """How exact a date is."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date; *text* is as the data has it, *month* and *day* are 0 where it does not say."""

    text: str
    year: int
    month: int = 0
    day: int = 0
    time: str = ""
    zone: str = ""

    @property
    def precision(self) -> Precision:
        """Return how exact the date is."""
        if self.time:
            return Precision.MOMENT
        if self.day:
            return Precision.DAY
        return Precision.MONTH if self.month else Precision.YEAR

    @property
    def place(self) -> str:
        """Return what dates are ordered by as texts: a year comes before its months, a month before its days.

        Offsets of time zones are left aside: two moments of one day may stand in another order than they passed.
        """
        return f"{self.year + _OFFSET:010d}{self.month:02d}{self.day:02d}{self.time}"

    def is_before(self, other: "PartialDate") -> bool:
        """Tell whether a date lies before another, as far as both say: 1999 is not before May of 1999."""
        if self.year != other.year:
            return self.year < other.year
        if not (self.month and other.month) or self.month != other.month:
            return bool(self.month and other.month) and self.month < other.month
        return bool(self.day and other.day) and self.day < other.day


def partial_date(text: str) -> PartialDate | None:
    """Return a date as XSD writes it (``gYear``, ``gYearMonth``, ``date``, ``dateTime``); None for what is none."""
    found = _LEXICAL.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(found[part] or 0) for part in ("year", "month", "day"))
    if day and day > monthrange(2000 + year % _CYCLE_YEARS, month)[1]:
        return None
    return PartialDate(text, year, month, day, found["time"] or "", found["zone"] or "")
