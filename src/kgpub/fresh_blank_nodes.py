"""Make ``BNODE("a")`` the same blank node within a solution, and another one in the next (SPARQL 1.1, 17.4.2.9).

The engine (pyoxigraph 0.5.13) makes one of it for all solutions, and none where the string cannot be a label. So each
solution gets a key, and the node is named by both.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kgpub.query_edits import Edit, edited
from kgpub.query_prologue import prologue_end
from kgpub.sparql_tokens import AGGREGATES, Token, closings_in, tokens_of
from kgpub.vocabulary import XSD

#: How variables begin that no reader sees.
HIDDEN = "kgpub_solution_"
#: A query with more of them is asked as it is.
_MOST_CALLS = 50
_CALL = re.compile(r"BNODE\s*+(?:#|\(\s*+[^)\s])", re.IGNORECASE)
_STRING = f"<{XSD}string>"
_SELECT = re.compile(r"SELECT\s++DISTINCT\s*+\*", re.IGNORECASE)
_DISTINCT_STAR = re.compile(r"DISTINCT\s*+\*", re.IGNORECASE)


def with_fresh_nodes(text: str) -> str:
    """Return a query in which blank nodes of ``BIND`` and of SELECT expressions differ from solution to solution.

    Left as they are: those that an aggregating SELECT makes of its groups, and those of a query in which keys would
    make solutions distinct.
    """
    if not 0 < len(_CALL.findall(text)) <= _MOST_CALLS or HIDDEN in text or _counts_whole_solutions(text):
        return text
    tokens = tokens_of(text)
    return edited(text, _Walk(text, tokens, closings_in(tokens)).edits())


def _counts_whole_solutions(text: str) -> bool:
    """Tell whether DISTINCT stands before a star, but for the one of a whole query, whose columns are named."""
    first = _SELECT.match(text, prologue_end(text))
    return _DISTINCT_STAR.search(text, first.end() if first else 0) is not None


@dataclass(slots=True)
class _Walk:
    """Goes through a query; *keys* are told by where they are given, *runs* of ``BIND`` by where each of them ends."""

    text: str
    tokens: Sequence[Token]
    closings: Mapping[int, int]
    keys: dict[int, str] = field(default_factory=dict)
    runs: dict[int, int] = field(default_factory=dict)

    def edits(self) -> Iterator[Edit]:
        opened: list[int] = []
        done = 0
        for at, token in enumerate(self.tokens):
            if at in self.closings:
                opened.append(at)
            elif opened and at == self.closings[opened[-1]]:
                opened.pop()
            elif token.is_word("BIND") and at + 1 in self.closings:
                self.runs[self.closings[at + 1]] = self.runs.get(at - 1, at)
            elif token.is_word("BNODE") and at >= done and self.closings.get(at + 1, 0) > at + 2:
                done = self.closings[at + 1]
                yield from self._call(at, opened)

    def _call(self, at: int, opened: Sequence[int]) -> Iterator[Edit]:
        """Yield what makes a call one with a key: before its ``BIND``, or at the end of the group of its SELECT."""
        braces = [first for first in opened if self.tokens[first].text == "{"]
        outer = next((first for first in opened if first > (braces[-1] if braces else -1)), None)
        if outer is None or self.tokens[outer].text != "(":
            return
        if self.tokens[outer - 1].is_word("BIND") and braces:
            begin = self.runs[self.closings[outer]]
            place = self.tokens[begin].start
        elif (group := self._group_of_select(outer)) is not None:
            begin, place = group, self.tokens[self.closings[group]].start
        else:
            return
        if begin not in self.keys:
            self.keys[begin] = f"?{HIDDEN}{len(self.keys)}"
            is_nested = self.tokens[begin + 1].is_word("SELECT")
            yield Edit(place, place, f"{'}' * is_nested} BIND(STRUUID() AS {self.keys[begin]}) ")
            if is_nested:
                yield Edit(self.tokens[begin].end, self.tokens[begin].end, "{")
        first, last = self.tokens[at + 1], self.tokens[self.closings[at + 1]]
        argument = self.text[first.end : last.start] + "\n"  # a comment ends there
        node = f'BNODE(CONCAT("k",SHA1(CONCAT({self.keys[begin]},"/",STR({argument})))))'
        yield Edit(self.tokens[at].start, last.end, f"IF(DATATYPE({argument})={_STRING},{node},1/0)")

    def _group_of_select(self, outer: int) -> int | None:
        """Return where the group of the SELECT begins that a parenthesis belongs to, None of one that aggregates."""
        first = next((at for at in range(outer, -1, -1) if self.tokens[at].is_word("SELECT")), None)
        group = next((at for at in range(outer, len(self.tokens)) if self.tokens[at].text == "{"), None)
        if first is None or group is None or group not in self.closings:
            return None
        if any(self.tokens[at].text == "{" for at in range(first, outer)):
            return None
        behind = self.closings[group] + 1
        shown = (*self.tokens[first:group], *self.tokens[behind : behind + 1])
        return None if any(token.is_word("GROUP", *AGGREGATES) for token in shown) else group
