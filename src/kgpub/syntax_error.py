"""Tell where a query leaves the SPARQL language, and what was expected there.

The engine (pyoxigraph 0.5.13) reports the furthest character that any of its rules looked at, up to fourteen behind
the mistake, and the last word tried there ("expected LATERAL, SERVICE" for a missing object). Once it has refused a
text, it is read again here by the grammar in ``sparql.ebnf``; where that finds nothing, the engine's words stand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from kgpub.errors import QueryMalformed
from kgpub.sparql_grammar import grammar
from kgpub.sparql_tokens import AGGREGATES, Token, prefixes_in, tokens_of
from kgpub.vocabulary import COMMON_PREFIXES

#: A longer text is not read again: the engine's words have to do.
_CHARACTERS_READ = 100_000
_NEAR_CHARACTERS = 40
_EXPECTED_SHOWN = 8
_OPERATORS = ("<<(", ")>>", "<<", ">>", "{|", "|}", "||", "&&", "!=", "<=", ">=")
_FUNCTIONS = frozenset({
    "ABS", "ADJUST", "AVG", "BNODE", "BOUND", "CEIL", "COALESCE", "CONCAT", "CONTAINS", "COUNT", "DATATYPE", "DAY",
    "ENCODE_FOR_URI", "FLOOR", "GROUP_CONCAT", "HASLANG", "HASLANGDIR", "HOURS", "IF", "IRI", "ISBLANK", "ISIRI",
    "ISLITERAL", "ISNUMERIC", "ISTRIPLE", "ISURI", "LANG", "LANGDIR", "LANGMATCHES", "LCASE", "MAX", "MD5", "MIN",
    "MINUTES", "MONTH", "NOW", "OBJECT", "PREDICATE", "RAND", "REGEX", "REPLACE", "ROUND", "SAMETERM", "SAMPLE",
    "SECONDS", "SHA1", "SHA256", "SHA384", "SHA512", "STR", "STRAFTER", "STRBEFORE", "STRDT", "STRENDS", "STRLANG",
    "STRLANGDIR", "STRLEN", "STRSTARTS", "STRUUID", "SUBJECT", "SUBSTR", "SUM", "TIMEZONE", "TRIPLE", "TZ", "UCASE",
    "URI", "UUID", "YEAR",
})  # fmt: skip
#: What the engine says of a SELECT that keeps to the grammar, and what it means.
_OF_SELECT = {
    "The SELECT contains a variable that is unbound": "a variable after this SELECT is neither in GROUP BY nor inside "
    "an aggregate such as COUNT",
    "The SELECT contains an expression with a variable that is unbound": "an expression after this SELECT has a "
    "variable that is neither in GROUP BY nor inside an aggregate such as COUNT",
    "The SELECT overrides an existing variable using an expression": "an expression after this SELECT is given the "
    "name of a variable that there is already",
}
_CLASSES = {"iri": "IRI", "variable": "VAR", "string": "STRING", "language": "LANG", "BLANK": "BLANK"}
#: Right in many places and hardly ever meant.
_RARE = frozenset({"'~'", "'{|'", "'^^'", "LANG", "SIGNED"})
#: Quotation marks that word processors write: code points, since they look alike.
_TYPOGRAPHIC = frozenset(map(chr, (0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0xAB, 0xBB)))


def malformed(message: str, text: str) -> QueryMalformed:
    """Return the error for a query that the engine refused as no SPARQL, with *message*."""
    where = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if where is None:
        return QueryMalformed(f"The query is not valid SPARQL: {message}.")
    furthest = int(where[1]), int(where[2])
    found = _reread(text, where[3]) if len(text) <= _CHARACTERS_READ else None
    line, column = _line_and_column(text, found.at) if found else furthest
    if found is None or (line, column) > furthest:  # the engine knows more, as how many values a function takes
        (line, column), reason = furthest, _readable(where[3])
    else:
        reason = found.reason
    return _malformed(line, column, reason)


def malformed_at(text: str, at: int, reason: str) -> QueryMalformed:
    """Return the error for a query that is no SPARQL from an offset on."""
    return _malformed(*_line_and_column(text, at), reason)


def _malformed(line: int, column: int, reason: str) -> QueryMalformed:
    stop = "" if reason.endswith("?") else "."
    return QueryMalformed(f"The query is not valid SPARQL: line {line}, column {column}: {reason}{stop}", line, column)


def line_at(text: str, line: int) -> str:
    """Return a line of a text by its number from 1, without tabs, which would move a mark below it."""
    lines = text.split("\n")
    return lines[line - 1].rstrip("\r").replace("\t", " ") if 0 < line <= len(lines) else ""


def near(text: str, line: int, column: int) -> str:
    """Return what stands at a place of a text: the rest of the line, at most forty characters."""
    return line_at(text, line)[column - 1 :][:_NEAR_CHARACTERS].strip()


@dataclass(frozen=True, slots=True)
class Mistake:
    """Where a text is wrong, as an offset, and why."""

    at: int
    reason: str


# --- reading a text again --------------------------------------------------------------------------------


def _reread(text: str, engine_says: str) -> Mistake | None:
    tokens = tuple(_joined(tokens_of(text)))
    if "Prefix not found" in engine_says and (mistake := _undeclared(tokens)):
        return mistake
    for told, meaning in _OF_SELECT.items():
        selects = [token for token in tokens if token.is_word("SELECT")]
        if told in engine_says and len(selects) == 1:
            return Mistake(selects[0].start, meaning)
    return _first_mistake(tokens, len(text.rstrip()))


def mistake_in(text: str) -> Mistake | None:
    """Return where a text leaves the grammar, None of one that keeps to it."""
    return _reread(text, "")


def _undeclared(tokens: tuple[Token, ...]) -> Mistake | None:
    declared = prefixes_in(tokens)
    for token in tokens:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and prefix not in declared:
            known = COMMON_PREFIXES.get(prefix)
            advice = f"; write PREFIX {prefix}: <{known}> before the query" if known else ""
            return Mistake(token.start, f"the prefix '{prefix}:' is not declared{advice}")
    return None


def _first_mistake(tokens: tuple[Token, ...], end: int) -> Mistake | None:
    """Read tokens by the grammar, with a stack of its own, since queries nest deeper than Python does."""
    rules, stack, passed, at = grammar(), [grammar().rules["Query"]], list[str](), 0
    while stack:
        node = stack.pop()
        classes = _classes(tokens[at] if at < len(tokens) else None)
        begins = bool(classes & rules.first(node))
        if begins and node.kind == "token":
            at, passed = at + 1, []
        elif begins:
            stack += rules.expanded(node, classes)
        elif rules.is_empty(node):
            passed += rules.called(node)
        else:
            return _mistake(tokens, min(at, len(tokens)), end, (*rules.called(node), *passed))
    return None


def _mistake(tokens: tuple[Token, ...], at: int, end: int, expected: tuple[str, ...]) -> Mistake:
    before = tokens[at - 1] if at else None
    if at == len(tokens):
        return Mistake(end, f"the query ends here; expected {_listed(expected)}")
    token = tokens[at]
    reason = next((reason for reason in _well_known(before, token, expected) if reason), None)
    return Mistake(token.start, reason or f"found '{token.text[:_NEAR_CHARACTERS]}', expected {_listed(expected)}")


def _well_known(before: Token | None, token: Token, expected: tuple[str, ...]) -> Iterator[str]:
    """Yield what is said of a mistake that many make."""
    yield from _quoting(token, expected)
    if "a variable or '(' with an expression" in expected:
        yield from _selecting(token)
    if token.text.lower() == "@prefix":
        yield "SPARQL writes PREFIX without '@', and no full stop after it"
    if token.is_word("UNION"):
        yield "what UNION joins stands within the braces of WHERE: { { … } UNION { … } }"
    if token.kind == "iri" and "an operator" in expected:
        yield f"'{token.text[:_NEAR_CHARACTERS]}' is an IRI here; write spaces around '<' and '>' to compare"
    if "AS" in expected:
        yield f"found '{token.text}', expected AS and a variable, which name the expression before it"
    if expected[0] == "a variable" and token.kind == "word":
        yield f"expected a variable, '?{token.text}' for example"
    if token.text == "." and before and before.text == ".":
        yield "there are two full stops"
    words = [word for name in expected for word in re.findall(r"[A-Z]{2,}", name)]
    if token.kind == "word" and (close := get_close_matches(token.text.upper(), words, 1)):
        yield f"found '{token.text}', expected {_listed(expected)}; is {close[0]} what you mean?"


def _quoting(token: Token, expected: tuple[str, ...]) -> Iterator[str]:
    if token.text in ('"', "'"):
        yield "the string that begins here is not closed; one of several lines stands in three quotation marks"
    if token.text in _TYPOGRAPHIC:
        yield f"found the typographic quotation mark {token.text}; SPARQL knows \" and ' only"
    if token.text == "<" and "an operator" not in expected:
        yield "the IRI that begins here is not closed, or holds a space or another character that no IRI has"
    if not token.text.isprintable():
        yield f"found the character U+{ord(token.text[0]):04X}, which has no meaning here"


def _selecting(token: Token) -> Iterator[str]:
    if token.is_word(*AGGREGATES):
        yield f"an expression after SELECT stands in parentheses with a name: ({token.text}(…) AS ?name)"
    if token.text == ",":
        yield "variables after SELECT are separated by spaces, without commas"


def _listed(expected: tuple[str, ...]) -> str:
    names = [name for name in dict.fromkeys(expected) if name not in _RARE] or list(expected)
    shown = ", ".join(names[:_EXPECTED_SHOWN])
    return shown if len(names) <= _EXPECTED_SHOWN else f"{shown} or something else"


def _classes(token: Token | None) -> frozenset[str]:
    if token is None:
        return frozenset({"END"})
    if token.kind == "word":
        word = token.text.upper()
        names = {word, "FUNCTION"} if word in _FUNCTIONS else {word}
        return frozenset(names | ({"a"} if token.text == "a" else set()))
    if token.kind == "name":
        return frozenset({"NAME", "NAMESPACE"} if token.text.endswith(":") else {"NAME"})
    if token.kind == "number":
        signed = {"SIGNED"} if token.text[0] in "+-" else set()
        return frozenset({"NUMBER"} | signed | ({"INTEGER"} if token.text.isdecimal() else set()))
    return frozenset({_CLASSES.get(token.kind, token.text)})


def _joined(tokens: tuple[Token, ...]) -> Iterator[Token]:
    """Yield tokens with operators of several marks, blank nodes and directions of languages as one token each."""
    at = 0
    while at < len(tokens):
        size, kind = _size_at(tokens, at)
        yield Token(kind, "".join(token.text for token in tokens[at : at + size]), tokens[at].start)
        at += size


def _size_at(tokens: tuple[Token, ...], at: int) -> tuple[int, str]:
    run = [tokens[at]]
    for before, token in pairwise(tokens[at : at + 4]):
        if token.start != before.end:
            break
        run.append(token)
    kinds, text = [token.kind for token in run], "".join(token.text for token in run)
    if run[0].text == "_" and kinds[1:2] == ["name"]:
        return 2, "BLANK"
    if kinds == ["language", "mark", "mark", "word"] and run[1].text == run[2].text == "-":
        return 4, "language"
    operator = next((o for o in _OPERATORS if text.startswith(o) and set(kinds[: len(o)]) == {"mark"}), None)
    return (len(operator), "mark") if operator else (1, kinds[0])


# --- the engine's own words ------------------------------------------------------------------------------


def _line_and_column(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _readable(reason: str) -> str:
    """Return what the engine says of a text that keeps to the grammar; word lists of its rules are left out."""
    tokens = reason.partition("expected ")[2].removeprefix("one of ").replace("\n", " ").split(", ")
    told = next((token for token in tokens if " " in token and not re.search(r"\[['_]|\.\.=|\| '|'\]", token)), None)
    return told or (
        "what stands before this keeps to the grammar and is not allowed, as a variable that AS sets twice, a function "
        "with too few values, a row of VALUES of another length, or the label of one blank node in two groups"
    )
