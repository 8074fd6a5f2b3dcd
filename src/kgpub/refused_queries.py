"""Spell queries in the engine's way that it refuses and that are SPARQL.

``SELECT (COUNT(?x) AS ?n) (?n / 10 AS ?tenth)`` uses a name that the expression before it gives (SPARQL 1.1 Query,
section 16.1.2); the engine (pyoxigraph 0.5.13) refuses that where there are aggregates, and gets the expression in
place of the name. ``TRUE`` is ``true``, as keywords are the same in any case (section 19.8). And a CONSTRUCT, an ASK or
a DESCRIBE that groups gets a SELECT inside that does.
"""

from collections.abc import Iterator, Mapping, Sequence

from kgpub.query_edits import Edit, edited
from kgpub.query_form import is_changing
from kgpub.sparql_tokens import AGGREGATES, Token, closings_in, tokens_of, verb_of

#: A query that gets longer is left as it is.
_MOST_CHARACTERS = 100_000
_TRUTH_VALUES = ("TRUE", "FALSE")


def spelled_otherwise(text: str) -> Iterator[str]:
    """Yield queries that say the same in another way.

    >>> list(spelled_otherwise("ASK { BIND(TRUE AS ?x) }"))
    ['ASK { BIND(true AS ?x) }']
    >>> list(spelled_otherwise("SELECT (COUNT(?x) AS ?n) (?n + 1 AS ?m) { ?x ?y ?z }"))
    ['SELECT (COUNT(?x) AS ?n) ((COUNT(?x)) + 1 AS ?m) { ?x ?y ?z }']
    """
    if len(text) > _MOST_CHARACTERS:
        return
    tokens = tokens_of(text)
    closings = closings_in(tokens)
    words = (token for token in tokens if token.is_word(*_TRUTH_VALUES))
    lowered = edited(text, (Edit(token.start, token.end, token.text.lower()) for token in words))  # as long as it was
    others = (
        lowered,
        _with_names_spelled_out(lowered, tokens, closings),
        _with_groups_selected(lowered, tokens, closings),
    )
    yield from (other for other in dict.fromkeys(others) if other != text)


def _with_names_spelled_out(text: str, tokens: tuple[Token, ...], closings: Mapping[int, int]) -> str:
    """Let SELECT expressions use no names of others, but those of expressions of the clock or of chance."""
    edits: list[Edit] = []
    for at, token in enumerate(tokens):
        if token.is_word("SELECT"):
            edits += _of_select(text, tokens, closings, at + 1)
            if sum(len(edit.text) for edit in edits) > _MOST_CHARACTERS:
                return text
    return edited(text, edits)


def _with_groups_selected(text: str, tokens: tuple[Token, ...], closings: Mapping[int, int]) -> str:
    """Let a SELECT inside group the solutions of a query of another form."""
    if verb_of(tokens) not in ("ASK", "CONSTRUCT", "DESCRIBE"):
        return text
    first = at = 0
    while at < len(tokens) and not tokens[at].is_word("GROUP"):
        first = at if tokens[at].text == "{" and at in closings else first
        at = closings.get(at, at) + 1
    if at == len(tokens) or not first:
        return text
    begin = first - tokens[first - 1].is_word("WHERE")
    columns = " ".join(dict.fromkeys(_columns(tokens, closings, at)))
    start, end = tokens[begin].start, tokens[-1].end
    return edited(text, (Edit(start, start, f"{{ SELECT {columns} "), Edit(end, end, "\n}")))


def _columns(tokens: Sequence[Token], closings: Mapping[int, int], at: int) -> Iterator[str]:
    """Yield the variables that a grouped solution has: what it is grouped by, and what ``VALUES`` adds."""
    is_column = True
    while at < len(tokens):
        if tokens[at].is_word("GROUP", "VALUES", "HAVING", "ORDER", "LIMIT", "OFFSET"):
            is_column = tokens[at].is_word("GROUP", "VALUES")
        if is_column and tokens[at].kind == "variable":
            yield tokens[at].text
        elif is_column and at in closings and tokens[at].text == "(":
            last = closings[at]
            is_named = tokens[last - 2].is_word("AS")
            inner = tokens[last - 1 : last] if is_named else tokens[at:last] if tokens[at - 1].is_word("VALUES") else ()
            yield from (token.text for token in inner if token.kind == "variable")
        at = closings.get(at, at) + 1


def _of_select(text: str, tokens: Sequence[Token], closings: Mapping[int, int], at: int) -> list[Edit]:
    """Return what one SELECT's expressions become, nothing where they would get too long."""
    edits: list[Edit] = []
    meanings: dict[str, str] = {}
    left = _MOST_CHARACTERS
    while at < len(tokens) and (
        tokens[at].kind == "variable" or tokens[at].text == "(" or tokens[at].is_word("DISTINCT", "REDUCED")
    ):
        if at in closings:
            last = closings[at]
            variables = _outside_aggregates(tokens, closings, at + 1, last - 2)
            used = [token for token in variables if token.text[1:] in meanings]
            left -= sum(len(meanings[token.text[1:]]) for token in used)
            if left < 0:
                return []
            inner = [Edit(token.start, token.end, f"({meanings[token.text[1:]]})") for token in used]
            edits += inner
            start, end = tokens[at].end, tokens[last - 2].start
            moved = [Edit(edit.start - start, edit.end - start, edit.text) for edit in inner]
            meaning = edited(text[start:end], moved).strip()
            if not is_changing(meaning):
                meanings[tokens[last - 1].text[1:]] = meaning + "\n" * ("#" in meaning)  # a comment ends there
            at = last
        at += 1
    return edits


def _outside_aggregates(tokens: Sequence[Token], closings: Mapping[int, int], at: int, end: int) -> Iterator[Token]:
    """Yield the variables of an expression that are not in the argument of an aggregate, which is asked before."""
    while at < end:
        if tokens[at].kind == "variable":
            yield tokens[at]
        at = closings.get(at + 1, at) + 1 if tokens[at].is_word(*AGGREGATES) else at + 1
