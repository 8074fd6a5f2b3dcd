"""Tell queries that the engine (pyoxigraph 0.5.13) takes, and that are no SPARQL.

``SUM(COUNT(?x))`` has no meaning (SPARQL 1.1 Query, erratum 5). In ``?a<?b&&?c>?d``, which is read as two comparisons,
the longest token counts (section 19.8), and that is the IRI ``<?b&&?c>``. The subject of a triple term in an expression
is an IRI or a variable (SPARQL 1.2 Query, rule ExprTripleTermSubject).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kgpub.errors import QueryMalformed
from kgpub.sparql_tokens import AGGREGATES, Token, closings_in, tokens_of
from kgpub.syntax_error import malformed_at, mistake_in

#: A longer text is not looked at: the engine's reading has to do.
_MOST_CHARACTERS = 100_000
#: An IRI directly behind what may be an operand.
_ADJOINING_IRI = re.compile(r"<(?<=[\w)\"']<)[^<>\"{}|^`\\\x00-\x20]*+>")
_CALL = re.compile(rf"\b(?:{'|'.join(AGGREGATES)})\s*+[(#]")
_HIDING = frozenset("\"'#")
_TRIPLE_TERM = re.compile(r"<<\s*+[(#]")


def misread(text: str) -> QueryMalformed | None:
    """Return the error for a query that is none, None of all others."""
    if len(text) > _MOST_CHARACTERS:
        return None
    if (at := _nested_aggregate(text)) is not None:
        return malformed_at(text, at, "an aggregate stands inside another one")
    if (at := _triple_term_about_no_thing(text)) is not None:
        reason = "the subject of a triple term in an expression is an IRI or a variable"
        return malformed_at(text, at, reason)
    return _comparison_that_is_an_iri(text)


def _comparison_that_is_an_iri(text: str) -> QueryMalformed | None:
    read_as_iris = {match.start() for match in _ADJOINING_IRI.finditer(text) if "?" in match[0] or "$" in match[0]}
    found = mistake_in(text) if read_as_iris else None
    if found is None or found.at not in read_as_iris:
        return None
    return malformed_at(text, found.at, found.reason)


def _nested_aggregate(text: str) -> int | None:
    """Return where an aggregate stands in the argument of another one, None where none does."""
    if not _may_nest(text):
        return None
    tokens = tokens_of(text)
    closings = closings_in(tokens)
    opened: list[tuple[int, bool]] = []  # where it ends, and whether it is an aggregate
    for at, token in enumerate(tokens):
        while opened and at >= opened[-1][0]:
            opened.pop()
        if token.text == "{" and at in closings:
            opened.append((closings[at], False))
        elif token.is_word(*AGGREGATES) and at + 1 in closings:
            if opened and opened[-1][1]:
                return token.start
            opened.append((closings[at + 1], True))
    return None


def _may_nest(text: str) -> bool:
    """Tell at a glance whether an aggregate may stand in another: a parenthesis is open, or a string may hide it."""
    upper = text.upper()
    if sum(upper.count(name) for name in AGGREGATES) < 2:  # noqa: PLR2004 (one inside another)
        return False
    calls = [(call.end(), call.start()) for call in _CALL.finditer(upper)]
    between = (upper[one[0] - 1 : other[1]] for one, other in pairwise(calls))
    return any(part.count("(") > part.count(")") or not _HIDING.isdisjoint(part) for part in between)


def _triple_term_about_no_thing(text: str) -> int | None:
    """Return where a triple term in an expression has a literal or another triple term as its subject."""
    if _TRIPLE_TERM.search(text) is None:
        return None
    tokens = tokens_of(text)
    subjects = (tokens[at + 3] for at in _triple_terms_in_expressions(tokens))
    return next((subject.start for subject in subjects if _is_no_thing(subject)), None)


def _triple_terms_in_expressions(tokens: Sequence[Token]) -> Iterator[int]:
    """Yield the tokens that begin a triple term inside the parentheses of an expression, at any depth."""
    closings = closings_in(tokens)
    opened: list[tuple[int, bool]] = []  # where it ends, and whether an expression is in it
    for at in range(len(tokens) - 3):
        while opened and at > opened[-1][0]:
            opened.pop()
        is_inside = bool(opened) and opened[-1][1]
        is_term = [token.text for token in tokens[at : at + 3]] == ["<", "<", "("]
        if is_term and is_inside:
            yield at
        if at in closings and tokens[at].text != "[":
            is_row = tokens[at - 1].text in ("{", ")") and not is_inside
            is_term = [token.text for token in tokens[at - 2 : at]] == ["<", "<"]
            is_expression = tokens[at].text == "(" and (is_inside if is_term else not is_row)
            opened.append((closings[at], is_expression))


def _is_no_thing(token: Token) -> bool:
    return token.kind in ("string", "number") or token.text == "<" or token.is_word("TRUE", "FALSE")
