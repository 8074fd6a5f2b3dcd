"""Let GROUP_CONCAT give a simple literal (SPARQL 1.1 Query, section 18.5.1.7), and take what STR makes a string of.

The engine (pyoxigraph 0.5.13) keeps a language that all strings have, and has no value for a group with a number, a
date or an IRI in it. The specification has none either, and lets an implementation put a result in place of such an
error (section 17.3.1); others do.
"""

from collections.abc import Mapping, Sequence

from kgpub.query_edits import Edit, edited
from kgpub.sparql_tokens import Token, closings_in, tokens_of


def with_plain_strings(text: str) -> str:
    """Return a query in which GROUP_CONCAT gives no language and takes anything but blank nodes.

    >>> with_plain_strings("SELECT (GROUP_CONCAT(?x; SEPARATOR=',') AS ?all) { ?s ?p ?x }")
    "SELECT (STR(GROUP_CONCAT(COALESCE(CONCAT(?x),STR(?x)); SEPARATOR=',')) AS ?all) { ?s ?p ?x }"
    """
    tokens = tokens_of(text)
    closings = closings_in(tokens)
    edits: list[Edit] = []
    done = 0
    for at, token in enumerate(tokens):
        if at < done or not token.is_word("GROUP_CONCAT") or at + 1 not in closings:
            continue
        done = closings[at + 1]
        first = at + 2 + tokens[at + 2].is_word("DISTINCT")
        start, end = tokens[first].start, tokens[_end_of_argument(tokens, closings, first)].start
        argument = text[start:end].rstrip()
        edits += (
            Edit(token.start, token.start, "STR("),
            Edit(start, end, f"COALESCE(CONCAT({argument}),STR({argument}))"),
            Edit(tokens[done].end, tokens[done].end, ")"),
        )
    return edited(text, edits)


def _end_of_argument(tokens: Sequence[Token], closings: Mapping[int, int], at: int) -> int:
    """Return the semicolon or the parenthesis behind an argument."""
    while tokens[at].text not in (";", ")"):
        at = closings.get(at, at) + 1
    return at
