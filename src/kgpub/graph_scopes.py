"""Ask for each graph by itself what ``GRAPH ?g { … }`` asks of all (SPARQL 1.1 Query, sections 13.3 and 18.6).

The variable has no value inside the braces, and what is grouped, counted or cut there is so in each graph. The engine
(pyoxigraph 0.5.13) gives the variable to every triple pattern instead: a subquery loses it, ``VALUES`` alone never gets
it, ``FILTER``, ``OPTIONAL`` and ``MINUS`` see it. What it would get wrong becomes a union of one group for each graph.
And where a graph is not there, nothing inside has a solution; to the engine, what is no triple pattern has.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from kgpub.query_edits import Edit, edited
from kgpub.sparql_tokens import Token, closings_in, graph_groups_in, tokens_of
from kgpub.zero_length_paths import path_at

#: A query that would ask more groups, or get longer, is asked as it is.
MOST_GROUPS, _MOST_CHARACTERS = 5_000, 1_000_000
#: So many branches a union has; more are in unions of their own, since the engine takes the square of their number:
#: with 5,000 graphs 0.2 s, where one union took over a minute.
_BRANCHES = 10
#: So is a text with more of these, or with groups deeper inside one another.
_MOST_GRAPHS, _MOST_NESTED = 50, 4
#: What a group may hold beside triples; what stands behind such a word is no triple of the group's own.
_ELEMENTS = ("BIND", "FILTER", "GRAPH", "LATERAL", "MINUS", "OPTIONAL", "SERVICE", "VALUES")
_OPENING = ("{", "(", "[")
_GRAPH = re.compile(r"\bGRAPH\b", re.IGNORECASE)


def without_missing_graphs(text: str, is_there: Callable[[str], bool]) -> str:
    """Return a query in which groups have no solution whose graph, named by an IRI, is not in the data set."""
    tokens = tokens_of(text)
    edits: list[Edit] = []
    done = 0
    for group in graph_groups_in(tokens, closings_in(tokens)):
        if group.keyword < done or group.name.kind not in ("iri", "name") or is_there(group.name.text):
            continue
        done = group.last
        edits += (
            Edit(tokens[group.keyword].start, group.name.end, "{ VALUES () { }"),
            Edit(tokens[done].end, tokens[done].end, " }"),
        )
    return edited(text, edits) if len(edits) <= _MOST_GRAPHS else text


def per_graph(text: str, named_graphs: Callable[[], Sequence[str]], depth: int = 0) -> str:
    """Return a query in which groups that have to be are asked for each graph by itself.

    *named_graphs* gives those of the query's data set, as they can be written in it; *depth* counts the groups around.

    >>> per_graph("SELECT * { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }", lambda: ["<a:>"])
    'SELECT * { { { GRAPH <a:> { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } VALUES ?g { <a:> } } } }'
    """
    tokens = tokens_of(text)
    if depth > _MOST_NESTED or sum(token.is_word("GRAPH") for token in tokens) > _MOST_GRAPHS:
        return text
    closings = closings_in(tokens)
    edits: list[Edit] = []
    done = 0
    for group in graph_groups_in(tokens, closings):
        first, last, variable = group.first, group.last, group.name.text
        if group.keyword < done or group.name.kind != "variable" or _is_right(tokens, closings, first, variable):
            continue
        done = last
        body = per_graph(text[tokens[first].end : tokens[last].start], named_graphs, depth + 1)
        if _can_be_repeated(tokens, first, last, body, graphs := named_graphs()):
            edits.append(Edit(tokens[group.keyword].start, tokens[last].end, _union(variable, body, graphs)))
    whole = edited(text, edits)
    is_short = len(whole) <= _MOST_CHARACTERS and len(_GRAPH.findall(whole)) <= MOST_GROUPS
    return whole if is_short else text


def _can_be_repeated(tokens: Sequence[Token], first: int, last: int, body: str, graphs: Sequence[str]) -> bool:
    """Tell whether a group can be asked for each graph: a few with names, and no blank node that is elsewhere too."""
    if len(graphs) > MOST_GROUPS or len(graphs) * len(body) > _MOST_CHARACTERS or any(g[0] == "_" for g in graphs):
        return False
    labels = _labels(tokens)
    inside = {tokens[at].text for at in labels if first < at < last}
    return inside.isdisjoint(tokens[at].text for at in labels if not first < at < last)


def _labels(tokens: Sequence[Token]) -> list[int]:
    """Return the tokens that are labels of blank nodes, each behind a ``_``."""
    return [at + 1 for at, (mark, name) in enumerate(pairwise(tokens)) if mark.text == "_" and name.kind == "name"]


def _union(variable: str, body: str, graphs: Sequence[str]) -> str:
    """Return the union of a group over graphs; each has blank nodes of its own, as every group has."""
    tokens = tokens_of(body)
    labels = [tokens[at].end for at in _labels(tokens)]
    groups = [
        f"{{ GRAPH {graph} {{{edited(body, [Edit(end, end, f'_{number}') for end in labels])}}} "
        f"VALUES {variable} {{ {graph} }} }}"
        for number, graph in enumerate(graphs)
    ]
    while len(groups) > _BRANCHES:
        groups = [f"{{ SELECT * {{ {' UNION '.join(branches)} }} }}" for branches in _batched(groups)]
    return f"{{ {' UNION '.join(groups)} }}" if graphs else f"{{ VALUES {variable} {{ }} {{{body}}} }}"


def _batched(groups: Sequence[str]) -> Iterator[Sequence[str]]:
    return (groups[first : first + _BRANCHES] for first in range(0, len(groups), _BRANCHES))


def _is_right(tokens: Sequence[Token], closings: Mapping[int, int], first: int, variable: str) -> bool:
    """Tell whether the engine answers a group as it should: the empty one, and one whose triples give the variable."""
    last = closings[first]
    if last == first + 1:
        return True
    if any(token.is_word("SELECT", "MINUS") for token in tokens[first:last]):
        return False
    return _has_triple(tokens, closings, first) and not _is_elsewhere(tokens, closings, first, variable)


def _is_elsewhere(tokens: Sequence[Token], closings: Mapping[int, int], first: int, variable: str) -> bool:
    """Tell whether a group names a variable in more than its own triples."""
    at = first + 1
    while at < closings[first]:
        token = tokens[at]
        if at in closings and token.text != "[":
            if any(_is_same(inner, variable) for inner in tokens[at : closings[at]]):
                return True
            at = closings[at]
        elif _is_same(token, variable) and tokens[at - 1].is_word("VALUES", "GRAPH"):
            return True
        at += 1
    return False


def _is_same(token: Token, variable: str) -> bool:
    return token.kind == "variable" and token.text[1:] == variable[1:]


def _has_triple(tokens: Sequence[Token], closings: Mapping[int, int], first: int, depth: int = 0) -> bool:
    """Tell whether each solution of a group comes with a triple of it; where groups nest too deep, yes."""
    if depth > _MOST_NESTED:
        return True
    at = first + 1
    while at < closings[first]:
        token = tokens[at]
        if token.is_word(*_ELEMENTS):
            at = _end_of_element(tokens, closings, at) + 1
        elif token.text == "{":
            every, at = _every_branch(tokens, closings, at, depth + 1)
            if every:
                return True
        elif token.text == ".":
            at += 1
        elif (path := path_at(tokens, at)) is not None:  # a term leads to itself in each graph
            at = path.last + 1
        else:
            return True
    return False


def _every_branch(tokens: Sequence[Token], closings: Mapping[int, int], first: int, depth: int) -> tuple[bool, int]:
    """Tell whether each branch of a union has a triple, and where it ends."""
    every = _has_triple(tokens, closings, first, depth)
    at = closings[first] + 1
    while at + 1 < len(tokens) and tokens[at].is_word("UNION") and at + 1 in closings:
        every = _has_triple(tokens, closings, at + 1, depth) and every
        at = closings[at + 1] + 1
    return every, at


def _end_of_element(tokens: Sequence[Token], closings: Mapping[int, int], at: int) -> int:
    """Return the last token of what a keyword begins: its last bracket's, ``VALUES`` having two of them at times."""
    is_values = tokens[at].is_word("VALUES")
    while at + 1 < len(tokens):
        at += 1
        if at in closings and tokens[at].text in _OPENING:
            at = closings[at]
            if not (is_values and tokens[at].text == ")"):
                return at
    return at
