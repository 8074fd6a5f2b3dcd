"""The page of a shape: what it is for, what it asks of a thing and of each property, and what it found.

The words for the constraints of SHACL (W3C Recommendation of 2017-07-20, section 4) are in the template; what is not
known there is named as it stands in the data.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import ClassVar

from kgpub.nodes import Nodes, Said, number_in
from kgpub.roles import Roles
from kgpub.rows import integer_in, is_iri_token, literal_parts
from kgpub.stances import Values
from kgpub.validation import Choice, ShapeOutcome
from kgpub.validation_report import address_of
from kgpub.values import Link
from kgpub.vocabulary import SH

#: Checks of one shape that are shown, those with all inside them, shapes inside shapes, and steps of a path.
_CHECKS_SHOWN, _CHECKS_IN_ALL, _NESTING_SHOWN, _STEPS_SHOWN = 200, 400, 3, 8
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
#: What a shape says that is no constraint, or is told elsewhere.
_TOLD = frozenset(
    SH + name
    for name in (
        *_TARGETS,
        *("path", "name", "description", "group", "order", "message", "severity", "property", "deactivated"),
        *("minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount", "flags"),
    )
)
_OF_SHAPES = frozenset(SH + name for name in ("and", "or", "xone", "not", "node", "qualifiedValueShape"))
_OF_LISTS = frozenset(SH + name for name in ("and", "or", "xone", "in", "languageIn", "ignoredProperties"))
_SIGNS = {"inversePath": ("^", ""), "zeroOrMorePath": ("", "*"), "oneOrMorePath": ("", "+"), "zeroOrOnePath": ("", "?")}

#: A path as signs and links.
Path = tuple[str | Link, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One constraint: its name in SHACL, its values; *checks* are shapes without a name."""

    name: str
    property: Link
    values: Values
    checks: tuple["Check", ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What is asked of the values of a path; of the thing itself where the path is empty.

    *least* and *most* are how many values there may be, None where nothing is said.
    """

    path: Path
    shape: Link | None
    name: Values
    least: int | None
    most: int | None
    rules: tuple[Rule, ...]
    messages: Values
    severity: str


@dataclass(frozen=True, slots=True)
class ShapePage:
    """*targets* are which things it is for, by kind of target; *results* lead to what it found.

    Statements in the terms of SHACL, *told*, need not be listed again.
    """

    template: ClassVar[str] = "kind_shape.html"
    told: ClassVar[str] = SH
    targets: tuple[tuple[str, Values], ...]
    own: Check
    checks: tuple[Check, ...]
    outcome: ShapeOutcome | None
    results: str
    is_deactivated: bool


def shape_page(roles: Roles, shape: str) -> ShapePage:
    """Return the page of a shape."""
    writer = _Writer(roles)
    said = writer.nodes.about(shape)
    targets = ((name, roles.shown(said.get(SH + name, ()))) for name in _TARGETS)
    validation = roles.site.validation
    return ShapePage(
        targets=tuple((name, values) for name, values in targets if values),
        own=writer.check(shape, 0),
        checks=tuple(
            writer.check(inner, 0) for inner in writer.in_order(said.get(SH + "property", []))[:_CHECKS_SHOWN]
        ),
        outcome=validation.of_shape(shape) if validation else None,
        results=roles.reader.at(address_of(Choice(shape))),
        is_deactivated=any(literal_parts(term)[0] in ("true", "1") for term in said.get(SH + "deactivated", ())),
    )


class _Writer:
    """Reads constraints from the document index."""

    def __init__(self, roles: Roles) -> None:
        self._roles = roles
        self.nodes = Nodes(roles.site.documents)
        self._left = _CHECKS_IN_ALL

    def check(self, shape: str, depth: int) -> Check:
        """Return what a shape asks."""
        self._left -= 1
        said = self.nodes.about(shape)
        severity = said.get(SH + "severity", [f"<{SH}Violation>"])[0][1:-1]
        return Check(
            path=tuple(part for path in said.get(SH + "path", ())[:1] for part in self._path(path)),
            shape=self._roles.link(shape) if is_iri_token(shape) else None,
            name=self._roles.shown(said.get(SH + "name", ())),
            least=_number(said, "minCount", "qualifiedMinCount"),
            most=_number(said, "maxCount", "qualifiedMaxCount"),
            rules=tuple(self._rules(said, depth)),
            messages=self._roles.shown(said.get(SH + "message", ())),
            severity=severity.removeprefix(SH),
        )

    def in_order(self, shapes: list[str]) -> list[str]:
        """Return property shapes by the order of their groups, and by their own in these."""
        return sorted(shapes, key=self._order)

    def _order(self, shape: str) -> tuple[float, float]:
        said = self.nodes.about(shape)
        groups = said.get(SH + "group", ())
        return min((_order(self.nodes.about(group)) for group in groups), default=inf), _order(said)

    def _rules(self, said: Said, depth: int) -> Iterator[Rule]:
        for property_, values in said.items():
            if not property_.startswith(SH) or property_ in _TOLD:
                continue
            terms = list(self.nodes.items(values)) if property_ in _OF_LISTS else values
            nameless = [term for term in terms if term[0] == "_"] if property_ in _OF_SHAPES else []
            parts = [part for term in nameless for part in (term, *self._inside(term))]
            checks = [self.check(part, depth + 1) for part in parts if depth < _NESTING_SHOWN and self._left > 0]
            shown = self._roles.shown(term for term in terms if term[0] == '"' or is_iri_token(term))
            asked = tuple(check for check in checks if check.path or check.rules)
            yield Rule(property_.removeprefix(SH), self._roles.property(property_), shown, asked)

    def _inside(self, shape: str) -> list[str]:
        """Return the property shapes inside a shape without a name."""
        return self.nodes.about(shape).get(SH + "property", [])

    def _path(self, token: str, depth: int = 0) -> Iterator[str | Link]:
        """Yield a path as SPARQL writes it."""
        if is_iri_token(token):
            yield self._roles.link(token)
        elif token[:1] == "_" and depth <= _NESTING_SHOWN:
            said = self.nodes.about(token)
            yield from self._joined(list(self.nodes.items([token])), " / ", depth)
            yield from self._joined(list(self.nodes.items(said.get(SH + "alternativePath", ()))), " | ", depth)
            for name, (before, behind) in _SIGNS.items():
                for inner in said.get(SH + name, ()):
                    yield from filter(None, (before, *self._path(inner, depth + 1), behind))

    def _joined(self, tokens: list[str], sign: str, depth: int) -> Iterator[str | Link]:
        for at, token in enumerate(tokens[:_STEPS_SHOWN]):
            if at:
                yield sign
            yield from self._path(token, depth + 1)


def _number(said: Said, *names: str) -> int | None:
    found = (integer_in(token) for name in names for token in said.get(SH + name, ()))
    return next((number for number in found if number is not None), None)


def _order(said: Said) -> float:
    """Return the place that a group or a property shape is given, behind all others where it has none."""
    return number_in(said.get(SH + "order", ()), inf)
