"""Make ``BNODE("a")`` the same blank node within a solution, and another one in the next (SPARQL 1.1, 17.4.2.9).

The engine (pyoxigraph 0.5.13) makes one of it for all solutions, and none where the string cannot be a label. So each
solution gets a key, and the node is named by both.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kgpub.query_edits import Edit, edited
from kgpub.sparql_tokens import Token, closings_in, tokens_of

#: How variables begin that no reader sees.
HIDDEN = "kgpub_solution_"
#: A query with more of them is asked as it is.
_MOST_CALLS = 50
_CALL = re.compile(r"BNODE\s*+(?:#|\(\s*+[^)\s])", re.IGNORECASE)
_AGGREGATES = ("AVG", "COUNT", "GROUP", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM")


def with_fresh_nodes(text: str) -> str:
    """Return a query in which blank nodes of ``BIND`` and of SELECT expressions differ from solution to solution.

    Those that an aggregating SELECT makes of its groups are left as they are.
    """
    if not 0 < len(_CALL.findall(text)) <= _MOST_CALLS or HIDDEN in text:
        return text
    return edited(text, _Walk(tokens_of(text)).edits())


@dataclass(slots=True)
class _Walk:
    tokens: Sequence[Token]
    _closings: Mapping[int, int] = field(default_factory=dict)
    _keys: dict[int, str] = field(default_factory=dict)

    def edits(self) -> Iterator[Edit]:
        self._closings = closings_in(self.tokens)
        opened: list[int] = []
        for at, token in enumerate(self.tokens):
            if at in self._closings:
                opened.append(at)
            elif opened and at == self._closings[opened[-1]]:
                opened.pop()
            elif token.is_word("BNODE") and self._closings.get(at + 1, 0) > at + 2:
                yield from self._call(at, opened)

    def _call(self, at: int, opened: Sequence[int]) -> Iterator[Edit]:
        """Yield what makes a call one with a key: in the group around a ``BIND``, or in the group of a SELECT."""
        parentheses = [first for first in opened if self.tokens[first].text == "("]
        braces = [first for first in opened if self.tokens[first].text == "{"]
        outer = next((first for first in parentheses if not braces or first > braces[-1]), None)
        if outer is None:
            return
        if self.tokens[outer - 1].is_word("BIND") and braces:
            group, place = braces[-1], self.tokens[outer - 1].start
        elif (select := self._group_of_select(outer)) is not None:
            group, place = select, self.tokens[self._closings[select]].start
        else:
            return
        if group not in self._keys:
            self._keys[group] = f"?{HIDDEN}{len(self._keys)}"
            yield Edit(place, place, f" BIND(STRUUID() AS {self._keys[group]}) ")
        start, end = self.tokens[at + 1].end, self.tokens[self._closings[at + 1]].start
        yield Edit(start, start, f'CONCAT("k",SHA1(CONCAT({self._keys[group]},"/",')
        yield Edit(end, end, ")))")

    def _group_of_select(self, outer: int) -> int | None:
        """Return where the group of the SELECT begins that a parenthesis belongs to, None of one that aggregates."""
        first = next((at for at in range(outer, -1, -1) if self.tokens[at].is_word("SELECT")), None)
        group = next((at for at in range(outer, len(self.tokens)) if self.tokens[at].text == "{"), None)
        if first is None or group is None or group not in self._closings:
            return None
        if any(self.tokens[at].text == "{" for at in range(first, outer)):
            return None
        behind = self._closings[group] + 1
        shown = (*self.tokens[first:group], *self.tokens[behind : behind + 1])
        return None if any(token.is_word(*_AGGREGATES) for token in shown) else group
