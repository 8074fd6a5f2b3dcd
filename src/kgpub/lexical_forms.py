"""Literals whose lexical form the store would not keep: which, and what they are kept as instead.

Oxigraph (0.5.13) keeps the value of a number, a date, a time, a duration or a truth value, not how it was written, and
of the types derived from ``xsd:integer`` only that: ``"1.50"^^xsd:decimal`` comes back as ``"1.5"``, ``"5"^^xsd:int``
as an ``xsd:integer``. RDF tells such terms apart (RDF 1.1 Concepts, section 3.3). So what is not written as the store
would write it is kept under a datatype of ours, whose values the store leaves alone; queries (``lexical_rewriting``)
and answers (``lexical_output``) say the real one.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kgpub.errors import ReleaseMissing
from kgpub.vocabulary import XSD

#: What the datatype begins with of a literal that is kept as it was written; the real datatype follows.
WRITTEN = "urn:x-kgpub:written:"
#: Where a release keeps what its store has of these.
LEXICAL_FORMS_FILE = "lexical-forms.json"
#: With more, queries are not compared with each: every one may meet a form that is kept.
_MOST_PREDICATES = 1_000

_ZONE = r"(?:Z|[+-](?:0[1-9]|1[0-3]):[0-5]\d)?"
_DATE = r"[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{0,5}[1-9])?"
_YEARS, _DAYS = r"(?:[1-9]\d{0,3}Y)?(?:(?:[1-9]|1[01])M)?", r"(?:[1-9]\d{0,3}D)?"
_HOURS = r"(?:T(?=.)(?:(?:[1-9]|1\d|2[0-3])H)?(?:(?:[1-9]|[1-5]\d)M)?(?:(?:[1-9]|[1-5]\d)S)?)?"
#: The forms that the store gives back as they are, by local name of the datatype. What does not match may be one too:
#: it is kept as written then, which costs time and changes nothing.
_AS_THE_STORE_WRITES = {
    "integer": r"0|-?[1-9]\d{0,17}",
    "decimal": r"0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,11})\.\d{0,11}[1-9]",
    "double": r"0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,6})\.\d{0,6}[1-9]|-?INF|NaN",
    "float": r"0|-?[1-9]\d{0,5}|-?(?:0|[1-9]\d{0,2})\.\d{0,2}[1-9]|-?INF|NaN",
    "boolean": r"true|false",
    "dateTime": f"{_DATE}T{_TIME}{_ZONE}",
    "date": _DATE + _ZONE,
    "time": _TIME + _ZONE,
    "gYear": rf"[1-9]\d{{3}}{_ZONE}",
    "gYearMonth": rf"[1-9]\d{{3}}-(?:0[1-9]|1[0-2]){_ZONE}",
    "gMonthDay": rf"--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]){_ZONE}",
    "gMonth": rf"--(?:0[1-9]|1[0-2]){_ZONE}",
    "gDay": rf"---(?:0[1-9]|[12]\d|3[01]){_ZONE}",
    "duration": rf"P(?=.){_YEARS}{_DAYS}{_HOURS}",
    "dayTimeDuration": rf"P(?=.){_DAYS}{_HOURS}",
    "yearMonthDuration": rf"P(?=.){_YEARS}",
    # Of these it keeps the values of a type that they are derived from.
    **dict.fromkeys(
        (
            "dateTimeStamp", "nonPositiveInteger", "negativeInteger", "nonNegativeInteger", "positiveInteger", "long",
            "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
        ),
        r"(?!)",
    ),
}  # fmt: skip
_PATTERNS = {name: re.compile(pattern, re.ASCII) for name, pattern in _AS_THE_STORE_WRITES.items()}

Term = TypeVar("Term")


def is_kept(text: str, datatype: str) -> bool:
    """Tell whether the store keeps a literal as it is written; *datatype* is an IRI.

    >>> is_kept("1.5", XSD + "decimal"), is_kept("1.50", XSD + "decimal"), is_kept("1.50", "urn:x-mine")
    (True, False, True)
    """
    if not datatype.startswith(XSD):
        return not datatype.startswith(WRITTEN)
    pattern = _PATTERNS.get(datatype[len(XSD) :])
    return pattern is None or pattern.fullmatch(text) is not None


def as_kept(term: Term) -> Term:
    """Return a term, a triple or a quad as it stands in the store."""
    return cast("Term", _changed(term, _literal_as_kept))


def as_written(term: Term) -> Term:
    """Return a term, a triple or a quad of the store as it was written."""
    return cast("Term", _changed(term, _literal_as_written))


def is_written(term: Any) -> bool:
    """Tell whether a term of the store is a literal that is kept as it was written."""
    return isinstance(term, Literal) and term.datatype.value.startswith(WRITTEN)


def _literal_as_kept(literal: Literal) -> Literal:
    datatype = literal.datatype.value
    return (
        literal if is_kept(literal.value, datatype) else Literal(literal.value, datatype=NamedNode(WRITTEN + datatype))
    )


def _literal_as_written(literal: Literal) -> Literal:
    if not is_written(literal):
        return literal
    return Literal(literal.value, datatype=NamedNode(literal.datatype.value.removeprefix(WRITTEN)))


def _changed(term: Any, change: Any) -> Any:
    if isinstance(term, Literal):
        return change(term)
    if isinstance(term, Triple):
        return Triple(term.subject, term.predicate, _changed(term.object, change))
    if isinstance(term, Quad):
        return Quad(term.subject, term.predicate, _changed(term.object, change), term.graph_name)
    return term


@dataclass(frozen=True, slots=True)
class LexicalForms:
    """The predicates that have a value which is kept as written, in a store; None if there is no telling."""

    predicates: frozenset[str] | None = frozenset()

    def __or__(self, other: "LexicalForms") -> "LexicalForms":
        """Return what a store has that holds both."""
        if self.predicates is None or other.predicates is None:
            return LexicalForms(None)
        together = self.predicates | other.predicates
        return LexicalForms(together if len(together) <= _MOST_PREDICATES else None)

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return self.predicates is None or bool(self.predicates)

    def to_json(self) -> str:
        """Return this as the text of ``lexical-forms.json``."""
        predicates = None if self.predicates is None else sorted(self.predicates)
        return json.dumps({"predicates": predicates}, indent=1, ensure_ascii=False) + "\n"


def read_lexical_forms(path: Path) -> LexicalForms:
    """Read what a release keeps as written; raise ``ReleaseMissing`` where that is lost or damaged."""
    try:
        predicates = json.loads(path.read_text("utf-8"))["predicates"]
        return LexicalForms(None if predicates is None else frozenset(predicates))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ReleaseMissing(f"{path} cannot be read; run `kgpub build` again.") from error
