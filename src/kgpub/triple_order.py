"""Put the triple patterns of a query into the order of how many triples they match, the fewest first.

A group of triple patterns is a set: in whatever order they are written, they mean the same (SPARQL 1.1 Query, section
18.2.2.5). The engine (pyoxigraph 0.5.13) goes through them from the one that seems to match least, judging by how many
of its terms are known; of those that seem alike, it takes the one that is written first. It knows no figures, and does
not see that a filter leaves few. A release has the figures of its classes and properties.

Only such patterns change places as are alike to the engine: those with a property alone, and those with a class. What
is not read here, such as paths, blank nodes in brackets and triple terms, is left as it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kgpub.query_edits import Edit, edited
from kgpub.query_prologue import SKIPPED
from kgpub.totals import Totals
from kgpub.vocabulary import TYPE

#: A text of more characters is left as it is, and so are its groups but the first.
_MOST_CHARACTERS, _MOST_GROUPS = 10_000, 20
#: What a filter leaves of the triples with a value that it looks at, where nothing better is known (Selinger et al.:
#: Access path selection in a relational database management system, SIGMOD 1979, table 1).
_LEFT_BY_FILTER = 1 / 3
#: Patterns, and no tokens (``sparql_tokens``): every query is looked at, and to cut one takes 30 µs, all this 15 µs.
_IRI = r'<[^<>"{}|^`\\\s]*+>'
_NAME = r"[\w-]*+:(?:[\w%:-]|\.(?=[\w%:.-]))*+"
_VARIABLE = r"[?$]\w++"
_STRING = r"""(?:"(?:[^"\\\r\n]|\\.)*+"(?!")|'(?:[^'\\\r\n]|\\.)*+'(?!'))"""
_NUMBER = r"[+-]?(?:\d*\.\d++|\d++)(?:[eE][+-]?\d++)?+(?![\w:]|\.\w)"
_LITERAL = rf"(?:{_STRING}(?:@[\w-]++|\^\^(?:{_IRI}|{_NAME}))?+|{_NUMBER}|(?:true|false)(?![\w:.-]))"
_SUBJECT = rf"(?:{_VARIABLE}|{_IRI}|{_NAME})"
_VERB = rf"(?:{_SUBJECT}|a(?![\w:.-]))"
_OBJECT = rf"(?:{_SUBJECT}|{_LITERAL})"
_VALUES = rf"{_VERB}{SKIPPED}{_OBJECT}(?:{SKIPPED},{SKIPPED}{_OBJECT})*+"
_STATEMENT = rf"{_SUBJECT}{SKIPPED}{_VALUES}(?:{SKIPPED};{SKIPPED}(?:{_VALUES})?+)*+"
_ELEMENT = r"(?i:FILTER|OPTIONAL|MINUS|BIND|VALUES|GRAPH|SERVICE|LATERAL)(?![\w:.-])"
#: Triples, and nothing that belongs to them: what stands behind is the end of the group, or an element of another kind.
_TRIPLES = re.compile(
    rf"({_STATEMENT}(?:{SKIPPED}\.{SKIPPED}{_STATEMENT})*+)(?={SKIPPED}\.?+{SKIPPED}(?:\}}|\{{(?!\|)|{_ELEMENT}))"
)
#: What stands before a group, and its brace. A brace in a string, in an IRI or in a comment begins none.
_UP_TO_GROUP = re.compile(rf"""(?:[^"'\#<{{]++|{_IRI}|<|{_STRING}|\#[^\r\n]*+)*+\{{{SKIPPED}""")
_TOKEN = re.compile(rf"\s++|\#[^\r\n]*+|({_LITERAL}|{_VERB}|[.;,])")
_FLAT = r"""(?:[^()"'{}]|""" + _STRING + ")"
_NESTED = rf"\((?:{_FLAT}|\((?:{_FLAT}|\((?:{_FLAT}|\({_FLAT}*+\))*+\))*+\))*+\)"
_FILTERS = re.compile(rf"(?:{SKIPPED}\.?+{SKIPPED}FILTER(?![\w:.-]){SKIPPED}\w*+{SKIPPED}{_NESTED})++", re.IGNORECASE)
_ANY_VARIABLE = re.compile(_VARIABLE)
#: What stands between triples: behind ``.`` all is new, behind ``;`` the subject stays, behind ``,`` the verb too.
_MARKS = ".;,"
_PREFIX = re.compile(rf"\bPREFIX{SKIPPED}([\w-]*+:){SKIPPED}<([^<>\s]*+)>", re.IGNORECASE)


class _Triple(NamedTuple):
    """A triple pattern, its terms as they are written."""

    subject: str
    verb: str
    object: str

    @property
    def is_open(self) -> bool:
        """Tell whether its property alone is known."""
        return self.subject[0] in "?$" and self.object[0] in "?$" and self.verb[0] not in "?$"

    @property
    def is_typing(self) -> bool:
        """Tell whether it asks for the instances of a class."""
        return self.subject[0] in "?$" and self.object[0] not in "?$" and self.verb == "a"


class TripleOrder:
    """Orders the triple patterns of queries by the totals of one release."""

    def __init__(self, totals: Totals) -> None:
        self._properties = {iri: total.triples for iri, total in (totals.properties or {}).items()}
        self._classes = totals.classes or {}

    def ordered(self, text: str) -> str:
        """Return a query with its triple patterns in order; the same where they are, or are not understood.

        >>> TripleOrder(Totals()).ordered("SELECT * { ?x <a:> ?y ; <b:> ?z FILTER(?z > 5) }")
        'SELECT * { ?x <b:> ?z . ?x <a:> ?y FILTER(?z > 5) }'
        """
        if len(text) > _MOST_CHARACTERS or not any(mark in text for mark in _MARKS):
            return text
        edits: list[Edit] = []
        prefixes: Mapping[str, str] | None = None
        for triples, filtered, place in _groups_of(text):
            prefixes = dict(_PREFIX.findall(text)) if prefixes is None else prefixes
            if (better := self._in_order(triples, filtered, prefixes)) != triples:
                edits.append(Edit(*place, " . ".join(" ".join(triple) for triple in better)))
        return edited(text, edits) if edits else text

    def _in_order(
        self, triples: Sequence[_Triple], filtered: frozenset[str], prefixes: Mapping[str, str]
    ) -> Sequence[_Triple]:
        """Return triples with those in order that are alike to the engine, each sort at the places that it has."""

        def matches(triple: _Triple) -> float:
            if triple.is_typing:
                return self._classes.get(_iri(triple.object, prefixes), 0)
            property_ = TYPE if triple.verb == "a" else _iri(triple.verb, prefixes)
            # Properties are counted in the default graph; those of another one are alike.
            number = self._properties.get(property_, 1)
            return number * _LEFT_BY_FILTER if triple.object[1:] in filtered else number

        opens = iter(sorted((triple for triple in triples if triple.is_open), key=matches))
        typings = iter(sorted((triple for triple in triples if triple.is_typing), key=matches))
        return [next(opens) if one.is_open else next(typings) if one.is_typing else one for one in triples]


def _groups_of(text: str) -> Iterator[tuple[list[_Triple], frozenset[str], tuple[int, int]]]:
    """Yield the triples that groups begin with, the variables that filters behind them look at, and their place."""
    at = 0
    for _ in range(_MOST_GROUPS):
        if (before := _UP_TO_GROUP.match(text, at)) is None:
            return
        at = before.end()
        if (found := _TRIPLES.match(text, at)) is None:
            continue
        at = found.end()
        triples = list(_triples_in(found[1]))
        if len(triples) > 1:
            filters = _FILTERS.match(text, at)
            yield triples, _filtered(filters[0] if filters else ""), found.span(1)


def _triples_in(text: str) -> Iterator[_Triple]:
    """Yield the triples of statements."""
    terms: list[str] = []
    for part in filter(None, _TOKEN.findall(text)):
        if part in _MARKS:
            del terms[_MARKS.index(part) :]
            continue
        terms.append(part)
        if len(terms) == len(_Triple._fields):
            yield _Triple(*terms)


def _filtered(filters: str) -> frozenset[str]:
    """Return the variables that a filter, or a part of one, compares with what is known, which leaves few values."""
    parts = filters.split("&&") if "||" not in filters else [filters]
    names = (set(_ANY_VARIABLE.findall(part)) for part in parts if "!" not in part and "BOUND" not in part.upper())
    return frozenset(found.pop()[1:] for found in names if len(found) == 1)


def _iri(term: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI that a term is, as far as can be told without the base."""
    if term[0] == "<":
        return term[1:-1]
    prefix, _, local = term.partition(":")
    return prefixes.get(f"{prefix}:", "") + local
