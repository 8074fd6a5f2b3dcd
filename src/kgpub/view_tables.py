"""The views of a release that read well as pages: which queries give them, with which columns, and where they lie.

A view is a folder of SELECT queries, each of which fills one table of the file of views. What an argument, a unit or a
place is in the project's own terms is for its queries to say (docs/reference/views.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

#: The file of a release that holds its views; a release without views has none.
VIEWS_FILE = "views.sqlite"
#: Rows that one query may give: a view is there to be read.
ROWS_AT_MOST = 200_000


class Holds(Enum):
    """What the values of a column are."""

    IRI = "an IRI"
    WHOLE = "a whole number from 0 up"
    NUMBER = "a number"
    DATE = "a year, a month, a day or a moment, as XSD writes them"
    SHA256 = "the 64 hexadecimal digits of a SHA-256"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view's query; *words* are all the values it may have, if they are not of a kind."""

    name: str
    holds: Holds = Holds.IRI
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewTable:
    """A query ``<file>.rq`` and the table that it fills.

    The columns of *required* are in each row. *key* are those by which rows differ: two rows with one key are an error;
    without a key, rows that differ in anything stand side by side. *is_optional* tells that a view may do without it.
    """

    file: str
    required: tuple[Column, ...]
    optional: tuple[Column, ...] = ()
    key: tuple[str, ...] = ()
    is_optional: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return all columns."""
        return (*self.required, *self.optional)


def _columns(*columns: str | Column) -> tuple[Column, ...]:
    return tuple(Column(column) if isinstance(column, str) else column for column in columns)


#: How somebody stands to what is said, each as a code of the project's own.
STANCES = ("kind", "holder", "polarity", "modality", "certainty", "explicitness", "side")
_START, _END = Column("start", Holds.WHOLE), Column("end", Holds.WHOLE)
_SHA256 = Column("sha256", Holds.SHA256)

UNITS = ViewTable(
    "units",
    _columns("unit", Column("order", Holds.WHOLE)),
    _columns(
        "section",
        "paragraph",
        "text",
        "reason",
        Column("role", words=("title", "heading", "label", "sentence")),
        _START,
        _END,
        _SHA256,
    ),
    key=("unit",),
)
CLAIMS = ViewTable("claims", _columns("claim", "unit"), _columns(Column("order", Holds.WHOLE), "issue", *STANCES))
ATTRIBUTIONS = ViewTable(
    "attributions", _columns("claim", Column("level", Holds.WHOLE), "agent"), _columns("manner"), is_optional=True
)
SPANS = ViewTable(
    "spans",
    _columns("unit", "about", Column("role", words=("claim", "cue", "mention")), _START, _END, _SHA256),
    is_optional=True,
)
POSITIONS = ViewTable(
    "positions",
    _columns("issue", "position", Column("stance", words=("for", "against", "context"))),
    _columns(*STANCES),
)
ARGUMENTS = ViewTable(
    "arguments",
    _columns(
        "premise",
        "conclusion",
        Column("effect", words=("supports", "attacks")),
        Column("basis", words=("stated", "inferred")),
    ),
    _columns("scheme", "relation"),
    is_optional=True,
)
DATES = ViewTable(
    "dates",
    _columns("thing", Column("date", Holds.DATE)),
    _columns(Column("end", Holds.DATE), "property", "class", "according"),
)
PLACES = ViewTable(
    "places",
    _columns("place"),
    _columns("within", "class", Column("latitude", Holds.NUMBER), Column("longitude", Holds.NUMBER)),
    key=("place",),
)
PLACED = ViewTable("things", _columns("place", "thing"), _columns("property", "according"), is_optional=True)

#: The views by their names, which are keys of the settings too, with their tables.
VIEWS: Mapping[str, tuple[ViewTable, ...]] = {
    "source": (UNITS, CLAIMS, ATTRIBUTIONS, SPANS),
    "debate": (POSITIONS, ARGUMENTS),
    "timeline": (DATES,),
    "places": (PLACES, PLACED),
}
