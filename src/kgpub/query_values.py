"""Values of a stored query's parameters: from what a person writes to a SPARQL term, and from a term to that.

A value never reaches a query as it was given. It is read as what its parameter holds, checked, and written anew, so
that no value can end its own term, whatever it holds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from pyoxigraph import NamedNode

from kgpub.errors import ParameterInvalid
from kgpub.iris import Base, is_iri
from kgpub.sparql_tokens import Token
from kgpub.vocabulary import XSD

_SURROGATES_AND_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([tbnrf\"'\\]))")
_CURIE = re.compile(r"(?P<prefix>[^:/?#]*):(?P<rest>(?!//).*)", re.DOTALL)
_TIME_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_LONG_QUOTE = 3


class Kind(Enum):
    """What a parameter holds."""

    IRI = "IRI"
    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"


_LEXICAL = {
    Kind.INTEGER: re.compile(r"[+-]?[0-9]{1,1000}"),
    Kind.DECIMAL: re.compile(r"[+-]?(?:[0-9]{1,1000}(?:\.[0-9]{0,1000})?|\.[0-9]{1,1000})"),
    Kind.BOOLEAN: re.compile(r"true|false|1|0"),
    Kind.DATE: re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_TIME_ZONE}"),
}
_EXPECTED = {
    Kind.INTEGER: "a whole number, such as 42",
    Kind.DECIMAL: "a number, such as 4.2",
    Kind.BOOLEAN: "true or false",
    Kind.DATE: "a date, such as 2026-11-22",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A term of a query as a person would give it: its kind, its value, the language of a text."""

    kind: Kind
    value: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What names in values resolve against: the base, and prefixes with their namespaces in full."""

    base: Base
    prefixes: Mapping[str, str]


def term_of(name: str, kind: Kind, value: str, language: str, names: Names) -> str:
    """Return a value as a SPARQL term of a kind; *language* tags a text.

    An IRI may be absolute, a name with one of the prefixes, or local, in which case it resolves against the base.
    Raises ``ParameterInvalid``, with the parameter's *name*, for a value that is not of the kind.
    """
    if kind is Kind.IRI:
        return str(NamedNode(iri_of(name, value, names)))
    if kind is Kind.STRING:
        return _string(name, value) + (f"@{language}" if language else "")
    found = _LEXICAL[kind].fullmatch(value)
    if found is None or (kind is Kind.DATE and not _is_date(found[1])):
        raise ParameterInvalid(f"The parameter '{name}' must be {_EXPECTED[kind]}.")
    return f'"{value}"^^<{XSD}{kind.value}>'


def iri_of(name: str, value: str, names: Names) -> str:
    """Return the IRI that a value of a parameter means; raise ``ParameterInvalid`` for a value that means none."""
    expanded = resolved(value, names)
    try:
        return NamedNode(expanded if is_iri(expanded) else "").value
    except ValueError as error:
        raise ParameterInvalid(
            f"The parameter '{name}' must be an IRI, a name with a known prefix, or the end of an IRI below the base."
        ) from error


def resolved(value: str, names: Names) -> str:
    """Return the IRI that a value means, unchecked; nothing for an empty one."""
    curie = _CURIE.fullmatch(value)
    if curie is not None and curie["prefix"] in names.prefixes:
        return names.prefixes[curie["prefix"]] + curie["rest"]
    return names.base.resolve(value) if value else ""


def _string(name: str, value: str) -> str:
    if _SURROGATES_AND_CONTROLS.search(value):
        raise ParameterInvalid(f"The parameter '{name}' holds a control character, which no text needs.")
    escaped = "".join(_ESCAPED.get(character, character) for character in value)
    # Some engines decode \u before anything else (SPARQL 1.1, section 19.2) and would take the second backslash of
    # an escaped one for the beginning of such a code. Its u, written as a code itself, cannot be misread either way.
    escaped = re.sub(r"(?<=\\\\)[uU]", lambda letter: f"\\u{ord(letter[0]):04X}", escaped)
    return f'"{escaped}"'


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def written(term: tuple[Token, ...], prefixes: Mapping[str, str]) -> Written | None:
    """Return a single term of a query as a person would give it, or None where the tokens are not one.

    *prefixes* are those that the query declares, as it writes them.
    """
    if not term:
        return None
    first, *rest = term
    if not rest:
        return _simple(first, prefixes)
    if first.kind != "string":
        return None
    text = unescaped(first.text)
    if len(rest) == 1 and rest[0].kind == "language":
        return Written(Kind.STRING, text, rest[0].text[1:])
    if len(rest) == 2 and rest[0].text == "^^":  # noqa: PLR2004 (the mark and the datatype)
        datatype = _iri_of(rest[1], prefixes) or ""
        kind = next((kind for kind in Kind if datatype == f"{XSD}{kind.value}"), None)
        return Written(kind, text) if kind else None
    return None


def _simple(token: Token, prefixes: Mapping[str, str]) -> Written | None:
    iri = _iri_of(token, prefixes)
    if iri is not None:
        return Written(Kind.IRI, iri)
    if token.kind == "string":
        return Written(Kind.STRING, unescaped(token.text))
    if token.is_word("TRUE", "FALSE"):
        return Written(Kind.BOOLEAN, token.text.lower())
    if token.kind == "number" and not re.search("[eE]", token.text):
        return Written(Kind.DECIMAL if "." in token.text else Kind.INTEGER, token.text)
    return None


def _iri_of(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, rest = token.text.partition(":")
    if token.kind == "name" and prefix in prefixes:
        return prefixes[prefix] + re.sub(r"\\(.)", r"\1", rest)
    return None


def unescaped(string: str) -> str:
    """Return the text that a string of a query stands for (SPARQL 1.1, section 19.7)."""
    quotes = _LONG_QUOTE if string[:_LONG_QUOTE] in ('"""', "'''") and len(string) >= 2 * _LONG_QUOTE else 1
    return _ESCAPE.sub(
        lambda found: _UNESCAPED[found[3]] if found[3] else chr(int(found[1] or found[2], 16)), string[quotes:-quotes]
    )
