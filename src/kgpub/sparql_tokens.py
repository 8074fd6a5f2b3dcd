"""Cut a SPARQL text into tokens, as far as it takes to find a place in it without being misled.

What stands in a comment, in a string or in an IRI is one token or none, so that a word found is a word of the query
(SPARQL 1.1 Query Language, section 19.8). Nothing is parsed: the engine does that.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

#: What names and variables are made of, in a set of characters: the letters of Python's ``\\w``, and marks above and
#: below letters, vowel signs, joiners and the like (SPARQL 1.1 Query, PN_CHARS and VARNAME).
NAME_CHARACTERS = (
    r"\w\u00B7\u0300-\u037D\u037F-\u1FFF\u200C\u200D\u203F\u2040\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF"
    r"\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_C = NAME_CHARACTERS
_LOCAL = rf"(?:[{_C}:%-]|\\[_~.\-!$&'()*+,;=/?#@%]|\.(?=[{_C}:%.\\-]))*+"
_SMALL = rf"""
      (?P<number>[+-]?(?:\d*\.\d+|\d+\.(?=[eE][+-]?\d)|\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[{_C}]+)
    | (?P<mark>\^\^|.)
"""
#: No two tokens are looked for in the same stretch of text, or a hostile text would cost the square of its length: what
#: does not close is one match to its end, and so is what would be a prefix if a colon followed.
_TOKEN = re.compile(
    rf"""
      (?P<skipped>[\x20\t\r\n]+|\#[^\r\n]*)
    | (?P<iri><[^<>"{{}}|^`\x00-\x20]*>)
    | (?P<string>\"{{3}}(?:\"{{0,2}}(?:[^\"\\]|\\.))*+\"{{3}} | '{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*+'{{3}}
        | \"(?!\"\")(?:[^\"\\\r\n]|\\.)*+\" | '(?!'')(?:[^'\\\r\n]|\\.)*+')
    | (?P<unclosed>\"{{3}}.* | '{{3}}.* | \"(?:[^\"\\\r\n]|\\.)*+ | '(?:[^'\\\r\n]|\\.)*+)
    | (?P<variable>[?$][{_C}]+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:(?![\d_])[{_C}](?:[{_C}.-]*+(?<=[{_C}-]))?)?:{_LOCAL})
    | (?P<run>(?![\d_])[{_C}][{_C}.-]*+)
    | {_SMALL}
    """,
    re.VERBOSE | re.DOTALL,
)
#: What a run is made of that is no name.
_PART = re.compile(_SMALL, re.VERBOSE | re.DOTALL)
_BRACKETS: Mapping[str, str] = MappingProxyType({"(": ")", "[": "]", "{": "}"})
#: Functions of a group of solutions (SPARQL 1.1 Query, section 18.5.1).
AGGREGATES = ("AVG", "COUNT", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM")
_PROLOGUE = ("BASE", "PREFIX", "VERSION")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (iri, string, variable, language, name, number, word, mark), its text, where it begins."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Return where the token ends."""
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Tell whether this is one of several keywords, in any case; *words* are in upper case."""
        return self.kind == "word" and self.text.upper() in words


@dataclass(frozen=True, slots=True)
class Values:
    """One ``VALUES ?name { … }`` of a single variable: the tokens between its braces, and where that place is."""

    name: str
    inner: tuple[Token, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class GraphGroup:
    """One ``GRAPH name { … }``: the number of its keyword, what it names, the numbers of its braces."""

    keyword: int
    name: Token
    first: int
    last: int


def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of a SPARQL text, white space and comments left out.

    Of a string that is not closed there is the quotation mark alone; what stands behind it is no query's.
    """
    return tuple(_found_in(text))


def _found_in(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind, start = match.lastgroup or "", match.start()
        if kind == "run":
            parts = _PART.finditer(match[0])
            yield from (Token(part.lastgroup or "", part[0], start + part.start()) for part in parts)
        elif kind == "unclosed":
            yield Token("mark", match[0][0], start)
        elif kind != "skipped":
            yield Token(kind, match[0], start)


def iri_of(token: Token, prefixes: Mapping[str, str]) -> str:
    """Return an IRI or a prefixed name as ``<…>``; escapes in it are left."""
    if token.kind != "name":
        return token.text
    prefix, _, local = token.text.partition(":")
    return f"<{prefixes.get(prefix, '')}{local}>"


def closings_in(tokens: Sequence[Token]) -> Mapping[int, int]:
    """Return the number of the closing bracket of each that is opened, ``(``, ``[`` and ``{`` alike, by its number."""
    closings: dict[int, int] = {}
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind != "mark":
            continue
        if token.text in _BRACKETS:
            opened.append(at)
        elif token.text in _BRACKETS.values() and opened and _BRACKETS[tokens[opened[-1]].text] == token.text:
            closings[opened.pop()] = at
    return closings


def graph_groups_in(tokens: Sequence[Token], closings: Mapping[int, int]) -> list[GraphGroup]:
    """Return every ``GRAPH name { … }``, an outer one before those inside it."""
    keywords = (at for at, token in enumerate(tokens) if token.is_word("GRAPH") and at + 2 in closings)
    return [GraphGroup(at, tokens[at + 1], at + 2, closings[at + 2]) for at in keywords]


def verb_of(tokens: tuple[Token, ...]) -> str:
    """Return the first keyword after the prologue, in upper case: SELECT, INSERT and so on; empty without one."""
    words = (token.text.upper() for token in tokens if token.kind == "word")
    return next((word for word in words if word not in _PROLOGUE), "")


def prefixes_in(tokens: tuple[Token, ...]) -> Mapping[str, str]:
    """Return the prefixes that a text declares, their IRIs as written."""
    triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
    return {
        name.text.removesuffix(":"): iri.text[1:-1]
        for keyword, name, iri in triples
        if keyword.is_word("PREFIX") and name.kind == "name" and iri.kind == "iri"
    }


def data_set_in(tokens: Sequence[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the graphs that ``FROM`` and ``FROM NAMED`` name, as written."""
    chosen: tuple[list[str], list[str]] = [], []
    for one, two, three in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if one.is_word("FROM"):
            is_named = two.is_word("NAMED")
            chosen[is_named].append((three if is_named else two).text)
    return tuple(chosen[0]), tuple(chosen[1])


def values_in(tokens: tuple[Token, ...]) -> tuple[Values, ...]:
    """Return every ``VALUES ?name { … }`` with a single variable."""
    starts = range(len(tokens) - 3)
    return tuple(_values_at(tokens, at) for at in starts if _begins_values(tokens[at : at + 3]))


def _begins_values(three: tuple[Token, ...]) -> bool:
    keyword, variable, brace = three
    return keyword.is_word("VALUES") and variable.kind == "variable" and brace.text == "{"


def _values_at(tokens: tuple[Token, ...], at: int) -> Values:
    inner = []
    for token in tokens[at + 3 :]:
        if token.text == "}":
            break
        inner.append(token)
    end = inner[-1].end if inner else tokens[at + 2].end
    start = inner[0].start if inner else end
    return Values(tokens[at + 1].text[1:], tuple(inner), start, end)


def services_in(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """Return what each SERVICE names: an IRI, a prefixed name or a variable, as written."""
    named = []
    for at, token in enumerate(tokens):
        if token.is_word("SERVICE"):
            after = [t.text for t in tokens[at + 1 : at + 3] if not t.is_word("SILENT")]
            named.append(after[0] if after else "")
    return tuple(named)
