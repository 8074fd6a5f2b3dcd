"""The statements of a document, and whether two documents say the same.

Blank nodes are told apart by what is said of them, to any depth (colour refinement). That never calls two equal graphs
different, and calls two different ones equal only where their blank nodes are as regular as those of a crystal; unlike
an exact comparison (RDFC-1.0), nobody can make it run for hours.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

from kgpub.vocabulary import TYPE, XSD

Statement = tuple[str, str, str, str]

_ROUNDS_AT_MOST = 60
#: In all rounds together: some ten seconds.
_STATEMENTS_COLOURED = 3_000_000
_BLANK = re.compile(r"_:[^\s>\)]+")
_TYPED = re.compile(r'"((?:[^"\\]|\\.)*)"\^\^<' + re.escape(XSD) + r"(\w+)>\Z", re.DOTALL)
_DECIMALS = ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "positiveInteger")


@dataclass(frozen=True)
class Graph:
    """Statements: subject, predicate, object, and the graph's name or nothing; terms in N-Triples syntax."""

    statements: frozenset[Statement]

    @cached_property
    def triples(self) -> "Graph":
        """Return the statements of all graphs together."""
        return Graph(frozenset((s, p, o, "") for s, p, o, _ in self.statements))

    @cached_property
    def default(self) -> "Graph":
        """Return the statements outside of named graphs."""
        return Graph(frozenset(statement for statement in self.statements if not statement[3]))

    @cached_property
    def nodes(self) -> frozenset[str]:
        """Return the subjects and the objects, IRIs without their brackets."""
        return frozenset(iri_of(term) for s, _, o, _ in self.statements for term in (s, o))

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Return the subjects, IRIs without their brackets."""
        return frozenset(iri_of(s) for s, _, _, _ in self.statements)

    def objects(self, predicate: str, subject: str | None = None) -> list[str]:
        """Return the objects of statements with a predicate, of one subject or of any, in a stable order."""
        return sorted({o for s, o in self._by_predicate.get(predicate, ()) if subject in (None, s)})

    def holders(self, predicate: str, object_: str) -> list[str]:
        """Return the subjects of statements with a predicate and an object."""
        return sorted({s for s, o in self._by_predicate.get(predicate, ()) if o == object_})

    def having(self, predicate: str) -> list[str]:
        """Return the subjects of statements with a predicate."""
        return sorted({s for s, _ in self._by_predicate.get(predicate, ())})

    def instances(self, *classes: str) -> list[str]:
        """Return the subjects that are of one of some classes."""
        return sorted({s for s, o in self._by_predicate.get(TYPE, ()) if o in classes})

    @cached_property
    def _by_predicate(self) -> dict[str, list[tuple[str, str]]]:
        """Return subjects and objects by predicate, IRIs without their brackets."""
        index: dict[str, list[tuple[str, str]]] = {}
        for s, p, o, _ in self.statements:
            index.setdefault(iri_of(p), []).append((iri_of(s), iri_of(o)))
        return index

    @cached_property
    def described(self) -> "Counter[Statement]":
        """Return the statements with their blank nodes named by what is said of them."""
        return _described(self.statements)

    @cached_property
    def by_value(self) -> "Counter[Statement]":
        """Return the same, with numbers, truth values and times as their values: ``1.0`` and ``1`` are one decimal."""
        return _described({(s, p, _value(o), g) for s, p, o, g in self.statements})


def iri_of(term: str) -> str:
    """Return an IRI without its brackets; another term as it is."""
    return term[1:-1] if term.startswith("<") and term.endswith(">") and not term.startswith("<<") else term


def difference(one: Graph, other: Graph) -> str:
    """Return in a sentence what differs between two graphs; nothing where they say the same."""
    only_one, only_other = one.described - other.described, other.described - one.described
    parts = [
        f"{sum(only.values())} only {where}, as {_shown(min(only))}"
        for only, where in ((only_one, "there"), (only_other, "here"))
        if only
    ]
    return "; ".join(parts)


def _shown(statement: Statement) -> str:
    text = " ".join(term for term in statement if term)
    return text if len(text) < 240 else text[:240] + "…"  # noqa: PLR2004 (what fits three lines)


def _described(statements: Iterable[Statement]) -> "Counter[Statement]":
    statements = list(statements)
    blanks = {label for statement in statements for term in statement for label in _blanks_in(term)}
    colours = dict.fromkeys(blanks, "")
    for _ in range(min(_ROUNDS_AT_MOST, _STATEMENTS_COLOURED // max(1, len(statements)))):
        before = len(set(colours.values()))
        colours = _refined(statements, colours)
        if len(set(colours.values())) == before:
            break
    names = {label: f"_:{colour}" for label, colour in colours.items()}
    return Counter(tuple(_renamed(term, names) for term in statement) for statement in statements)  # type: ignore[misc]  # four terms stay four


def _refined(statements: list[Statement], colours: dict[str, str]) -> dict[str, str]:
    """Return colours that tell apart what the statements about each blank node tell apart."""
    said: dict[str, list[str]] = {label: [] for label in colours}
    for statement in statements:
        inside = {label for term in statement for label in _blanks_in(term)}
        if not inside:
            continue
        names = {label: f"_:{colours[label]}" for label in inside}
        for label in inside:
            said[label].append(" ".join(_renamed(term, names | {label: "_:itself"}) for term in statement))
    return {
        label: hashlib.sha256("\n".join((colours[label], *sorted(lines))).encode()).hexdigest()[:16]
        for label, lines in said.items()
    }


def _blanks_in(term: str) -> Iterator[str]:
    if term.startswith("_:"):
        yield term
    elif term.startswith("<<"):
        yield from _BLANK.findall(term)


def _renamed(term: str, names: dict[str, str]) -> str:
    if term.startswith("_:"):
        return names.get(term, term)
    if term.startswith("<<"):
        return _BLANK.sub(lambda found: names.get(found[0], found[0]), term)
    return term


def _value(term: str) -> str:
    """Return a literal as its value, where its datatype has several spellings of one."""
    typed = _TYPED.match(term)
    if typed is None:
        return term
    text, datatype = typed[1].strip(), typed[2]
    if datatype in _DECIMALS:
        try:
            text = format(Decimal(text).normalize(), "f") if len(text) < 40 else text  # noqa: PLR2004 (no bomb: 1e999999)
        except InvalidOperation:
            return term
    elif datatype == "boolean":
        text = {"1": "true", "0": "false"}.get(text, text)
    elif datatype in ("dateTime", "time"):
        text = re.sub(r"(\.\d*?)0+(?=[Z+-]|\Z)", r"\1", text).replace("+00:00", "Z")
    return f'"{text}"^^<{XSD}{datatype}>'
