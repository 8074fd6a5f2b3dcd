"""The outline of a source: its units in reading order, each with what it puts forward, chosen by holder and the like.

Every page reads a bounded part of the file: so many units, and the first of their claims.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from kgpub.iris import parameter_of, with_parameter
from kgpub.languages import LANGUAGE_PARAMETERS
from kgpub.numbered_pages import check_page, count_pages, page_address
from kgpub.parameters import Pairs, page_number, refuse_unknown, single
from kgpub.query_values import Names
from kgpub.selection import iri_parameter
from kgpub.view_tables import STANCES
from kgpub.views import Views

SOURCE = "source"
UNITS_A_PAGE = 50
#: Claims and spans on one page at most, and values offered to choose by.
CLAIMS_A_PAGE = 500
_SPANS_A_PAGE, _VALUES_OFFERED = 5_000, 100
#: What claims can be chosen by: each a parameter and a column.
CHOSEN_BY = ("holder", "modality", "side")
_UNIT = 'SELECT unit, name, number, role, section, paragraph, "text", reason, start, "end", sha256 FROM "source.units"'
_AROUND = 'SELECT number, name FROM "source.units" WHERE number IN (?, ?)'
_OF_THING = """
SELECT name FROM "source.units"
WHERE unit = ?1 OR unit IN (SELECT unit FROM "source.claims" WHERE claim = ?1) ORDER BY number LIMIT 1
"""
_SAID = ("issue", *STANCES)


@dataclass(frozen=True, slots=True)
class Choice:
    """What claims are chosen by: an IRI for each of ``CHOSEN_BY``, as far as one is given; *page* is a number."""

    values: Mapping[str, str] = field(default_factory=dict)
    page: int = 1

    @property
    def address(self) -> str:
        """Return the canonical address of the page, relative to the root."""
        return page_address(self.list_address, self.page)

    @property
    def list_address(self) -> str:
        """Return the address of the first page, relative to the root."""
        chosen = (parameter_of(name, self.values[name]) for name in CHOSEN_BY if name in self.values)
        return reduce(with_parameter, chosen, f"{SOURCE}/")

    def where(self, but: str = "") -> tuple[str, list[str]]:
        """Return the condition on claims in SQL and its values, one of the dimensions left out."""
        kept = [name for name in CHOSEN_BY if name in self.values and name != but]
        return "WHERE " + " AND ".join(["1", *(f'"{name}" = ?' for name in kept)]), [self.values[name] for name in kept]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of an attribution: who speaks, and in what manner."""

    level: int
    agent: str
    manner: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A claim in a unit: for each of the columns about it the values, and through whom it comes, outermost first."""

    claim: str
    unit: str
    values: Mapping[str, tuple[str, ...]]
    chain: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A span inside a unit: what it is the words, the cue or the name of."""

    unit: str
    about: str
    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the source; *start* and *end* are -1 where the data does not say."""

    iri: str
    name: str
    number: int
    role: str = "sentence"
    section: str = ""
    paragraph: str = ""
    text: str = ""
    reason: str = ""
    start: int = -1
    end: int = -1
    sha256: str = ""
    said: tuple[Said, ...] = ()
    marked: tuple[Marked, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlinePage:
    """A page of the outline; *offered* are the values to choose by, with the number of claims that have each.

    *is_cut* tells that some of the claims of its units are left out.
    """

    choice: Choice
    units: tuple[Unit, ...]
    units_total: int
    claims_total: int
    pages: int
    offered: Mapping[str, tuple[tuple[str, int], ...]]
    is_cut: bool = False


def read_choice(pairs: Pairs, names: Names) -> Choice:
    """Return what the parameters of a request choose.

    Raises ``BadRequest`` for an unknown parameter, one given twice, or a value that can be no IRI.
    """
    refuse_unknown(pairs, (*CHOSEN_BY, "format", *LANGUAGE_PARAMETERS, "page"))
    given = {name: value for name in CHOSEN_BY if (value := single(pairs, name))}
    return Choice({name: iri_parameter(name, value, names) for name, value in given.items()}, page_number(pairs))


def outline_page(views: Views, choice: Choice) -> OutlinePage:
    """Return a page of the outline; raise ``NotDescribed`` where there is none of that number."""
    condition, values = choice.where()
    chosen = f' WHERE unit IN (SELECT unit FROM "source.claims" {condition})' if values else ""  # noqa: S608 (ours)
    total = views.number(f'SELECT count(*) FROM "source.units"{chosen}', *values)  # noqa: S608 (ours)
    pages = count_pages(total, UNITS_A_PAGE)
    check_page("The outline", choice.page, pages)
    query = f"{_UNIT}{chosen} ORDER BY number LIMIT {UNITS_A_PAGE} OFFSET {(choice.page - 1) * UNITS_A_PAGE}"
    units = [_unit(row) for row in views.rows(query, *values)]
    claims = f'SELECT count(DISTINCT claim) FROM "source.claims" {condition}'  # noqa: S608 (ours)
    said = _said(views, [unit.iri for unit in units], choice)
    return OutlinePage(
        choice,
        tuple(_complete(views, units, said[:CLAIMS_A_PAGE])),
        total,
        views.number(claims, *values),
        pages,
        {name: _offered(views, choice, name) for name in CHOSEN_BY},
        is_cut=len(said) > CLAIMS_A_PAGE,
    )


def outline_unit(views: Views, name: str) -> tuple[Unit, str, str] | None:
    """Return a unit by its name, and the names of the ones before and after it; None where there is none."""
    rows = views.rows(f"{_UNIT} WHERE name = ?", name)
    if not rows:
        return None
    unit = _unit(rows[0])
    (complete,) = _complete(views, [unit], _said(views, [unit.iri], Choice())[:CLAIMS_A_PAGE])
    around = dict(views.rows(_AROUND, unit.number - 1, unit.number + 1))
    return complete, around.get(unit.number - 1, ""), around.get(unit.number + 1, "")


def first_unit(views: Views) -> str:
    """Return the name of a unit that there is, empty where there is none."""
    rows = views.rows('SELECT name FROM "source.units" ORDER BY number LIMIT 1') if views.has(SOURCE) else []
    return str(rows[0][0]) if rows else ""


def unit_of(views: Views, iri: str) -> str | None:
    """Return the name of the unit that an IRI is, or in which the claim is that it is; None where it is neither."""
    if not views.has(SOURCE):
        return None
    rows = views.rows(_OF_THING, iri)
    return rows[0][0] if rows else None


def _unit(row: tuple[str | int | None, ...]) -> Unit:
    iri, name, number, role, section, paragraph, text, reason, start, end, sha256 = row
    return Unit(
        str(iri),
        str(name),
        int(number or 0),
        role=str(role or "sentence"),
        section=str(section or ""),
        paragraph=str(paragraph or ""),
        text=str(text or ""),
        reason=str(reason or ""),
        start=-1 if start is None else int(start),
        end=-1 if end is None else int(end),
        sha256=str(sha256 or ""),
    )


def _offered(views: Views, choice: Choice, name: str) -> tuple[tuple[str, int], ...]:
    condition, values = choice.where(but=name)
    query = (
        f'SELECT "{name}", count(DISTINCT claim) AS claims FROM "source.claims" {condition} '  # noqa: S608 (ours)
        f'AND "{name}" IS NOT NULL GROUP BY "{name}" ORDER BY claims DESC, "{name}" LIMIT {_VALUES_OFFERED}'
    )
    return tuple((value, claims) for value, claims in views.rows(query, *values))


def _said(views: Views, units: list[str], choice: Choice) -> list[Said]:
    """Return the claims in some units that are chosen, one more than a page holds if there are more."""
    condition, values = choice.where()
    columns = ", ".join(f'"{name}"' for name in _SAID)
    query = (
        f'SELECT claim, unit, {columns} FROM "source.claims" {condition} AND unit IN ({_marks(units)}) '  # noqa: S608
        f'ORDER BY "order", claim LIMIT {4 * CLAIMS_A_PAGE}'
    )
    found: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
    for claim, unit, *row in views.rows(query, *values, *units):
        kept = found.setdefault((claim, unit), {name: {} for name in _SAID})
        for name, value in zip(_SAID, row, strict=True):
            if value is not None:
                kept[name][value] = None
    said = [
        Said(claim, unit, {name: tuple(given) for name, given in kept.items()}) for (claim, unit), kept in found.items()
    ]
    return said[: CLAIMS_A_PAGE + 1]


def _complete(views: Views, units: Iterable[Unit], said: list[Said]) -> Iterator[Unit]:
    """Yield units with their claims, those with their attributions, and with the spans inside them."""
    units = list(units)
    chains: dict[str, list[Level]] = {}
    claims = list({each.claim for each in said})
    query = (
        'SELECT claim, level, agent, manner FROM "source.attributions" '  # noqa: S608 (ours)
        f"WHERE claim IN ({_marks(claims)}) ORDER BY level"
    )
    for claim, level, agent, manner in views.rows(query, *claims):
        chains.setdefault(claim, []).append(Level(level, agent, manner or ""))
    iris = [unit.iri for unit in units]
    query = (
        f'SELECT unit, about, role, start, "end" FROM "source.spans" WHERE unit IN ({_marks(iris)}) '  # noqa: S608 (ours)
        f'ORDER BY start, "end" DESC LIMIT {_SPANS_A_PAGE}'
    )
    marked: dict[str, list[Marked]] = {}
    for row in views.rows(query, *iris):
        marked.setdefault(row[0], []).append(Marked(*row))
    for unit in units:
        own = (replace(each, chain=tuple(chains.get(each.claim, ()))) for each in said if each.unit == unit.iri)
        yield replace(unit, said=tuple(own), marked=tuple(marked.get(unit.iri, ())))


def _marks(values: list[str]) -> str:
    return ", ".join("?" * len(values))
