"""Give a path without length to a term that no triple holds (SPARQL 1.1 Query, section 18.4).

``<x> ex:p* ?y`` has the solution ``?y = <x>`` whatever the graph says; the engine (pyoxigraph 0.5.13) has it where the
graph holds the term, and else none. To a term that the graph does not hold leads nothing else: ``VALUES`` takes the
place of the path.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kgpub.query_edits import Edit, edited
from kgpub.sparql_tokens import Token, closings_in, graph_groups_in, tokens_of

#: Of a query with more such paths, and of one that nests deeper or has more solutions, the engine says what it says.
_MOST_PATHS = 20
_MOST_NESTED = 20
_MOST_SOLUTIONS = 1_000
_AROUND = ("{", "}", ".", ")")
_NAMES = ("iri", "name")


def with_zero_length(text: str, is_held: Callable[[str, str], bool]) -> str:
    """Return a query in which a path from a term that the graph does not hold leads to that term, and the other way.

    *is_held* tells whether a graph holds a term, both as they stand in the query; the graph is empty where none is
    named, and a variable where all are meant.
    """
    tokens = tokens_of(text)
    found = [path for at in range(1, len(tokens)) if (path := path_at(tokens, at)) is not None]
    if not found or len(found) > _MOST_PATHS:
        return text
    groups = graph_groups_in(tokens, closings_in(tokens))
    edits = []
    for path in found:
        graph = next((one.name.text for one in reversed(groups) if one.first < path.first < one.last), "")
        if not is_held(path.term, graph):
            edits.append(Edit(tokens[path.first].start, tokens[path.last].end, path.values))
    return edited(text, edits)


@dataclass(frozen=True, slots=True)
class Path:
    """A triple's first and last token, its term and its variable, and how many solutions without length it has."""

    first: int
    last: int
    term: str
    variable: str
    solutions: int

    @property
    def values(self) -> str:
        """Return what gives the solutions without length."""
        if not self.variable:
            return f"VALUES () {{ {'() ' * self.solutions}}}"
        return f"VALUES {self.variable} {{ {f'{self.term} ' * self.solutions}}}"


def path_at(tokens: Sequence[Token], first: int) -> Path | None:
    """Return the path that begins at a token, if it is a triple of its own, may have no length and has a term."""
    if tokens[first - 1].text not in _AROUND or tokens[first].kind not in (*_NAMES, "variable"):
        return None
    solutions, last = _alternatives(tokens, first + 1, 0)
    if not 0 < solutions <= _MOST_SOLUTIONS or last >= len(tokens):
        return None
    end = _end_of_term(tokens, last)
    subject, object_ = tokens[first].text, "".join(token.text for token in tokens[last : end + 1])
    is_open = [tokens[at].kind == "variable" for at in (first, last)]
    behind = tokens[end + 1] if 0 <= end < len(tokens) - 1 else None
    if behind is None or not (behind.text in (".", "}", "{") or behind.kind == "word") or all(is_open):
        return None
    if not any(is_open) and subject != object_:
        return None
    term, variable = (object_, subject) if is_open[0] else (subject, object_ if is_open[1] else "")
    return Path(first, end, term, variable, solutions)


def _end_of_term(tokens: Sequence[Token], at: int) -> int:
    """Return the last token of a term; -1 of what is none, or a blank node."""
    kind, behind = tokens[at].kind, tokens[at + 1] if at + 1 < len(tokens) else None
    if kind == "string" and behind is not None:
        return at + (1 if behind.kind == "language" else 2 if behind.text == "^^" else 0)
    return at if kind in (*_NAMES, "variable", "string", "number") else -1


def _alternatives(tokens: Sequence[Token], at: int, depth: int) -> tuple[int, int]:
    """Return how many solutions without length a path has, and where it ends; -1 of what is no path."""
    solutions, at = _sequence(tokens, at, depth)
    while solutions >= 0 and _text(tokens, at) == "|":
        more, at = _sequence(tokens, at + 1, depth)
        solutions = -1 if more < 0 else solutions + more
    return solutions, at


def _sequence(tokens: Sequence[Token], at: int, depth: int) -> tuple[int, int]:
    solutions, at = _step(tokens, at, depth)
    while solutions >= 0 and _text(tokens, at) == "/":
        more, at = _step(tokens, at + 1, depth)
        solutions = -1 if more < 0 else min(solutions * more, _MOST_SOLUTIONS + 1)
    return solutions, at


def _step(tokens: Sequence[Token], at: int, depth: int) -> tuple[int, int]:
    at += _text(tokens, at) == "^"
    solutions, at = _primary(tokens, at, depth)
    modifier = _text(tokens, at)
    if solutions < 0 or modifier not in ("*", "?", "+"):
        return solutions, at
    return int(modifier != "+" or solutions > 0), at + 1


def _primary(tokens: Sequence[Token], at: int, depth: int) -> tuple[int, int]:
    if _text(tokens, at) == "!":
        return _left_out(tokens, at + 1)
    if _text(tokens, at) == "(" and depth < _MOST_NESTED:
        solutions, at = _alternatives(tokens, at + 1, depth + 1)
        return (solutions, at + 1) if _text(tokens, at) == ")" else (-1, at)
    is_name = at < len(tokens) and (tokens[at].kind in _NAMES or tokens[at].text == "a")
    return (0, at + 1) if is_name else (-1, at)


def _left_out(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """Read the properties that a path leaves out, which always has a length."""
    if _text(tokens, at) != "(":
        return 0, at + 1 + (_text(tokens, at) == "^")
    while _text(tokens, at) not in (*_AROUND, ""):
        at += 1
    return (0, at + 1) if _text(tokens, at) == ")" else (-1, at)


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""
