"""Spell queries in the engine's way that it refuses and that are SPARQL.

``SELECT (COUNT(?x) AS ?n) (?n / 10 AS ?tenth)`` uses a name that the expression before it gives (SPARQL 1.1 Query,
section 16.1.2); the engine (pyoxigraph 0.5.13) refuses that where there are aggregates, and gets the expression in
place of the name. ``TRUE`` is ``true``, as keywords are the same in any case (section 19.8).
"""

from collections.abc import Iterator, Mapping, Sequence

from kgpub.query_edits import Edit, edited
from kgpub.query_form import is_changing
from kgpub.sparql_tokens import Token, closings_in, tokens_of

#: A query that gets longer is left as it is.
_MOST_CHARACTERS = 100_000
_TRUTH_VALUES = ("TRUE", "FALSE")


def spelled_otherwise(text: str) -> str | None:
    """Return a query that says the same in another way, None where there is none.

    >>> spelled_otherwise("ASK { BIND(TRUE AS ?x) }")
    'ASK { BIND(true AS ?x) }'
    >>> spelled_otherwise("SELECT (COUNT(?x) AS ?n) (?n + 1 AS ?m) { ?x ?y ?z }")
    'SELECT (COUNT(?x) AS ?n) ((COUNT(?x)) + 1 AS ?m) { ?x ?y ?z }'
    """
    if len(text) > _MOST_CHARACTERS:
        return None
    words = [token for token in tokens_of(text) if token.is_word(*_TRUTH_VALUES)]
    lowered = edited(text, (Edit(token.start, token.end, token.text.lower()) for token in words))
    other = _with_names_spelled_out(lowered)
    return None if other == text else other


def _with_names_spelled_out(text: str) -> str:
    """Let SELECT expressions use no names of others, but those of expressions of the clock or of chance."""
    tokens = tokens_of(text)
    closings = closings_in(tokens)
    edits: list[Edit] = []
    for at, token in enumerate(tokens):
        if token.is_word("SELECT"):
            edits += _of_select(text, tokens, closings, at + 1)
    return text if sum(len(edit.text) for edit in edits) > _MOST_CHARACTERS else edited(text, edits)


def _of_select(text: str, tokens: Sequence[Token], closings: Mapping[int, int], at: int) -> Iterator[Edit]:
    meanings: dict[str, str] = {}
    while at < len(tokens) and (
        tokens[at].kind == "variable" or tokens[at].text == "(" or tokens[at].is_word("DISTINCT", "REDUCED")
    ):
        if at in closings:
            last = closings[at]
            inner = [
                Edit(token.start, token.end, f"({meanings[token.text[1:]]})")
                for token in tokens[at + 1 : last - 2]
                if token.kind == "variable" and token.text[1:] in meanings
            ]
            yield from inner
            start, end = tokens[at].end, tokens[last - 2].start
            moved = [Edit(edit.start - start, edit.end - start, edit.text) for edit in inner]
            meaning = edited(text[start:end], moved).strip()
            if len(meaning) <= _MOST_CHARACTERS and not is_changing(meaning):
                meanings[tokens[last - 1].text[1:]] = meaning
            at = last
        at += 1
