"""Find where a SPARQL query asks for the value of a literal, and where for the term as it was written.

``FILTER(?x > 5)``, ``ORDER BY ?x`` and ``SUM(?x)`` ask for values; patterns, ``STR(?x)``, ``sameTerm`` and what a query
gives ask for terms. Which one a variable is asked for follows from the operators beside it, from the function that it
is an argument of, and else from the clause (SPARQL 1.1 Query, section 19.8). A stack of its own is kept, since queries
nest deeper than Python does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kgpub.sparql_tokens import Token, closings_in

_OPERATORS = frozenset("=!<>+-*/&|")
_ARITHMETIC = frozenset("!+-*/")
#: What stands for a function that an IRI names.
_OF_IRI = "an IRI"
_OF_VALUES = frozenset({
    "ABS", "ADJUST", "AVG", "CEIL", "DAY", "FLOOR", "HOURS", "IN", "ISNUMERIC", "MINUTES", "MONTH", "ROUND",
    "SECONDS", "SUBSTR", "SUM", "TIMEZONE", "TZ", "YEAR", _OF_IRI,
})  # fmt: skip
#: Functions that give one of the terms that they were given.
_OF_TERMS = ("MAX", "MIN", "OBJECT", "SAMPLE")
#: What a term stands in as in what stands around it.
_PASSING = ("", "COALESCE", "IF")
#: Clauses of expressions, and whether one that stands alone in them is asked for its value.
_CLAUSES = {"SELECT": False, "BIND": False, "GROUP": False, "FILTER": True, "HAVING": True, "ORDER": True}
#: What ends such a clause, or stands between two of them.
_OTHERS = frozenset({
    "ASK", "CONSTRUCT", "DESCRIBE", "FROM", "GRAPH", "LATERAL", "LIMIT", "MINUS", "OFFSET", "OPTIONAL", "SERVICE",
    "UNION", "VALUES", "WHERE",
})  # fmt: skip
#: Clauses that one pair of parentheses or braces ends.
_SHORT = ("BIND", "FILTER")
#: Words before a parenthesis that are no functions.
_NO_FUNCTIONS = frozenset({"ASC", "BY", "DESC", "DISTINCT", "REDUCED", *_CLAUSES})
_NUMBERS_ALONE = ("LIMIT", "OFFSET")
_BEGINNINGS, _ENDS = "({[", ")}]"
_TERMS = ("variable", "iri", "name", "string", "number", "language")


@dataclass(frozen=True, slots=True)
class Places:
    """Tokens of a query, by their numbers.

    *values* are variables that are asked for their value, *terms* literals that stand for themselves. Of calls there
    are the first and the last token: *datatypes* are those of ``DATATYPE``, *extremes* those of ``MIN`` and ``MAX``,
    *calls* those of functions that give a term which is asked for its value. *is_open*: a variable may stand for a
    predicate, or for any node.
    """

    values: tuple[int, ...]
    terms: tuple[int, ...]
    datatypes: tuple[tuple[int, int], ...]
    extremes: tuple[tuple[int, int], ...]
    calls: tuple[tuple[int, int], ...]
    is_open: bool


@dataclass(slots=True)
class _Frame:
    """What a bracket opened: whether an expression is in it, what that is asked for, and the function it belongs to.

    *clause* is the keyword of the clause that goes on in braces, *argument* the number of the function's argument.
    """

    is_expression: bool = False
    wants_value: bool = False
    function: str = ""
    clause: str = ""
    argument: int = 0

    @property
    def wants(self) -> bool:
        """Tell whether what stands alone in the argument is asked for its value."""
        if self.function == "IF" and self.argument == 0:
            return True
        return self.wants_value


def places_in(tokens: Sequence[Token]) -> Places:
    """Find the places in the tokens of a query; what is no SPARQL has some too, which mean nothing."""
    return _Walk(tokens).places()


@dataclass(slots=True)
class _Walk:
    tokens: Sequence[Token]
    _frames: list[_Frame] = field(default_factory=lambda: [_Frame()])
    _values: list[int] = field(default_factory=list)
    _terms: list[int] = field(default_factory=list)
    _datatypes: list[tuple[int, int]] = field(default_factory=list)
    _extremes: list[tuple[int, int]] = field(default_factory=list)
    _calls: list[tuple[int, int]] = field(default_factory=list)
    _is_open: bool = False
    _closing: Mapping[int, int] = field(default_factory=dict)

    def places(self) -> Places:
        self._closing = closings_in(self.tokens)
        for at, token in enumerate(self.tokens):
            if token.kind == "word":
                self._word(at, token)
            elif token.kind == "mark":
                self._mark(at, token.text)
            elif token.kind in ("variable", "string", "number"):
                self._leaf(at, token.kind)
        return Places(
            tuple(self._values),
            tuple(self._terms),
            tuple(self._datatypes),
            tuple(self._extremes),
            tuple(self._calls),
            self._is_open,
        )

    @property
    def _frame(self) -> _Frame:
        return self._frames[-1]

    def _text(self, at: int) -> str:
        """Return a token's text, a word's in upper case."""
        if not 0 <= at < len(self.tokens):
            return ""
        token = self.tokens[at]
        return token.text.upper() if token.kind == "word" else token.text

    def _kind(self, at: int) -> str:
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def _word(self, at: int, token: Token) -> None:
        word = token.text.upper()
        if not self._frame.is_expression and (word in _CLAUSES or word in _OTHERS):
            self._frame.clause = word
        elif word in ("DATATYPE", *_OF_TERMS) and self._text(at + 1) == "(":
            self._call(word, at, self._closing.get(at + 1, at + 1))

    def _call(self, function: str, first: int, last: int) -> None:
        if function == "DATATYPE":
            self._datatypes.append((first, last))
            return
        if function in ("MAX", "MIN"):
            self._extremes.append((first, last))
        if self._is_asked_for_value(first, last):
            self._calls.append((first, last))

    def _mark(self, at: int, mark: str) -> None:
        if mark in _BEGINNINGS:
            self._frames.append(self._opened(at, mark))
        elif mark in _ENDS and len(self._frames) > 1:
            self._frames.pop()
            if self._frame.clause in _SHORT:
                self._frame.clause = ""
        elif mark == ",":
            self._frame.argument += 1
        elif mark in "!?*" and self._is_pattern:  # what a path of no length meets is any node
            self._is_open = True

    @property
    def _is_pattern(self) -> bool:
        return not self._frame.is_expression and self._frame.clause not in _CLAUSES

    def _opened(self, at: int, bracket: str) -> _Frame:
        """Return what a bracket opens."""
        frame, before = self._frame, self._text(at - 1)
        is_expression = frame.is_expression or frame.clause in _CLAUSES
        is_term = before == "<" and self._text(at - 2) == "<"  # a triple term
        if bracket != "(" or not is_expression or is_term:
            return _Frame()
        function = self._function_before(at)
        wants_value = function in _OF_VALUES
        if function in _PASSING:
            wants_value = self._is_asked_for_value(at - 1 if function else at, self._closing.get(at, at))
        return _Frame(is_expression=True, wants_value=wants_value, function=function)

    def _function_before(self, at: int) -> str:
        """Return the function that a parenthesis belongs to; empty where it only holds an expression together."""
        if self._kind(at - 1) in ("name", "iri"):
            return _OF_IRI
        before = self._text(at - 1)
        return before if self._kind(at - 1) == "word" and before not in _NO_FUNCTIONS else ""

    def _is_asked_for_value(self, first: int, last: int) -> bool:
        """Tell whether what stands from one token to another is asked for its value."""
        if not self._frame.is_expression:
            return _CLAUSES.get(self._frame.clause, False)
        before, after = self._text(first - 1), self._text(last + 1)
        if before in _OPERATORS or after in _OPERATORS:
            return before in _ARITHMETIC or not self._is_held_against_an_iri(last + 1)
        if after in ("IN", "NOT") or (self._kind(last + 1) == "number" and after[0] in "+-"):
            return True
        return self._frame.wants

    def _is_held_against_an_iri(self, at: int) -> bool:
        """Tell whether ``=`` or ``!=`` stands here and an IRI behind it, which no literal is equal to."""
        at += self._text(at) == "!"
        is_iri = self._text(at) == "=" and self._kind(at + 1) in ("iri", "name")
        return is_iri and self._text(at + 2) in (")", "&", "|", ",")

    def _leaf(self, at: int, kind: str) -> None:
        before, is_typed = self._text(at - 1), self._text(at + 1) == "^^"
        wants_value = before != "AS" and self._is_asked_for_value(at, at + 2 if is_typed else at)
        if kind != "variable":
            if not (wants_value or before in _NUMBERS_ALONE or self._is_added(at)):
                self._terms.append(at)
        elif wants_value:
            self._values.append(at)
        elif self._is_pattern and self._is_between_terms(at):
            self._is_open = True

    def _is_added(self, at: int) -> bool:
        """Tell whether the sign of a number is an operator, as in ``?x -1``."""
        is_second = self._kind(at - 1) in _TERMS or self._text(at - 1) == ")"
        return self._frame.is_expression and is_second and self._text(at)[0] in "+-"

    def _is_between_terms(self, at: int) -> bool:
        """Tell whether a token may be a predicate: a subject stands before it, and an object behind it."""
        begins = self._text(at - 1) in ("]", ")", ">", ";", "[", "|") or self._kind(at - 1) in _TERMS
        ends = self._text(at + 1) in ("[", "(", "<", "_", "TRUE", "FALSE") or self._kind(at + 1) in _TERMS
        return begins and ends
