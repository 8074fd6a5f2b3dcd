"""Count a lone pattern's solutions by adding up a table: what to write in a query in place of what.

*Solutions* are rows before they are grouped. The table has a row for each value of the pattern's key, with the number
of its solutions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kgpub.lone_pattern import LoneSelect
from kgpub.query_edits import Edit
from kgpub.sparql_tokens import Token

#: What the names of the table's columns begin with: a query that uses it is left alone.
RESERVED = "kgpub_"
_SOLUTIONS, _SUBJECTS = f"?{RESERVED}solutions", f"?{RESERVED}subjects"
#: A table of more rows takes the engine 4 ms or more to read (pyoxigraph 0.5.13).
_MOST_ROWS = 1_000
#: Aggregates that tell how often a row came.
_OTHER_AGGREGATES = ("SUM", "AVG", "GROUP_CONCAT")
_AFTER_GROUPS = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


class NotCountable(Exception):
    """The table does not tell the answer."""


@dataclass(frozen=True, slots=True)
class Row:
    """How many solutions there are, and how many distinct subjects they have, None where nobody knows."""

    solutions: int
    subjects: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """What a pattern's solutions add up to: in all, and for each value of its key (``?name``), if it has one."""

    total: Row
    key: str = ""
    rows: Mapping[str, Row] | None = None


@dataclass(frozen=True, slots=True)
class _Count:
    """One ``COUNT``: where it stands, and what it counts: ``*`` or ``?name``."""

    start: int
    end: int
    argument: str
    is_distinct: bool


class Counting:
    """One SELECT over one table."""

    def __init__(self, select: LoneSelect, table: Table) -> None:
        self._pattern = select.pattern
        self._table = table
        self._head, self._tail = select.head, select.tail
        tokens = (*select.head, *select.tail)
        self._counts = tuple(_counts(tokens))
        self._used = {
            _argument(token)
            for token in (*tokens, *select.filters)
            if token.kind == "variable" and not any(count.start < token.start < count.end for count in self._counts)
        }
        self._used |= {count.argument for count in self._counts if count.is_distinct and count.argument == table.key}

    def edits(self) -> Iterator[Edit]:
        """Yield what to write; raise ``NotCountable`` where the answer could become another one."""
        self._check_variables()
        self._check_multiplicity()
        of_subjects = [count for count in self._counts if count.is_distinct and count.argument != self._table.key]
        yield Edit(self._pattern.start, self._pattern.end, self._values(has_subjects=bool(of_subjects)))
        for count in self._counts:
            if count in of_subjects:
                yield Edit(count.start, count.end, f"SUM({_SUBJECTS})")
            elif not count.is_distinct:
                yield Edit(count.start, count.end, f"SUM({_SOLUTIONS})")

    def _check_variables(self) -> None:
        """Refuse a variable of the pattern that stands elsewhere, and a COUNT of what the table does not tell."""
        pattern, key = self._pattern, self._table.key
        variables = {pattern.subject, pattern.predicate, pattern.object, pattern.graph or ""}
        hidden = {term for term in variables if term.startswith("?")} - {key}
        if self._used & hidden:
            raise NotCountable
        for count in self._counts:
            countable = {pattern.subject, key} if count.is_distinct else {"*", *hidden, key}
            if count.argument not in countable - {""}:
                raise NotCountable

    def _check_multiplicity(self) -> None:
        """Refuse what shows how often a row comes by other means than COUNT."""
        is_distinct = bool(self._head) and self._head[0].is_word("DISTINCT")
        if "*" in (token.text for token in self._head[:2] if token.kind == "mark"):
            raise NotCountable
        if any(token.is_word(*_OTHER_AGGREGATES) for token in (*self._head, *self._tail)):
            raise NotCountable
        is_grouped = any(token.is_word("GROUP") for token in self._tail)
        if not (self._counts or is_grouped or is_distinct):
            raise NotCountable

    def _values(self, *, has_subjects: bool) -> str:
        """Return the table as a ``VALUES`` block, with its key where that is asked for."""
        names = [_SOLUTIONS, *([_SUBJECTS] if has_subjects else [])]
        key = self._table.key
        if key not in self._used:
            return _block(names, [("", self._table.total)], has_subjects=has_subjects)
        rows = self._table.rows
        if rows is None or len(rows) > _MOST_ROWS or (has_subjects and key not in _grouped_by(self._tail)):
            raise NotCountable
        keyed = [(f"<{iri}> ", row) for iri, row in sorted(rows.items())]
        return _block([key, *names], keyed, has_subjects=has_subjects)


def _block(names: Sequence[str], rows: Sequence[tuple[str, Row]], *, has_subjects: bool) -> str:
    """Return a ``VALUES`` block; a row without solutions is none."""
    if has_subjects and any(row.subjects is None for _, row in rows):
        raise NotCountable
    shown = (
        f"({key}{row.solutions}{f' {row.subjects}' if has_subjects else ''})" for key, row in rows if row.solutions
    )
    return f"VALUES ({' '.join(names)}) {{ {' '.join(shown)} }}"


def _counts(tokens: Sequence[Token]) -> Iterator[_Count]:
    """Yield each ``COUNT``; raise ``NotCountable`` where one counts values of an expression."""
    for at, token in enumerate(tokens):
        if not token.is_word("COUNT"):
            continue
        is_distinct = at + 2 < len(tokens) and tokens[at + 2].is_word("DISTINCT")
        inside = tokens[at + 2 + is_distinct : at + 4 + is_distinct]
        if len(inside) < 2 or tokens[at + 1].text != "(" or inside[1].text != ")":  # noqa: PLR2004 (an argument and its bracket)
            raise NotCountable
        yield _Count(token.start, inside[1].end, _argument(inside[0]), is_distinct)


def _argument(token: Token) -> str:
    return f"?{token.text[1:]}" if token.kind == "variable" else token.text


def _grouped_by(tail: Sequence[Token]) -> set[str]:
    """Return the variables, ``?name``, that a GROUP BY groups by as they are."""
    names, depth, is_inside = set(), 0, False
    for token in tail:
        depth += (token.text == "(") - (token.text == ")")
        is_inside = (is_inside or token.is_word("GROUP")) and not token.is_word(*_AFTER_GROUPS)
        if is_inside and depth == 0 and token.kind == "variable":
            names.add(_argument(token))
    return names
