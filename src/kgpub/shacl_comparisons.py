"""Constraints that compare values, as SHACL has them: by SPARQL's operators, and what these cannot compare is wrong.

pySHACL (0.40.1) compares IRIs, values of unknown datatypes and broken ones as texts, gives up on the whole validation
at a blank node or at a decimal beside a NaN, and lets blank nodes pass ``sh:minLength 0``.
"""

import contextlib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, ClassVar

import pyoxigraph as ox
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core.property_pair_constraints import (
    LessThanConstraintComponent,
    LessThanOrEqualsConstraintComponent,
)
from pyshacl.constraints.core.string_based_constraints import MinLengthConstraintComponent
from pyshacl.constraints.core.value_range_constraints import (
    MaxExclusiveConstraintComponent,
    MaxInclusiveConstraintComponent,
    MinExclusiveConstraintComponent,
    MinInclusiveConstraintComponent,
)
from rdflib import SH, XSD, BNode, Graph, Literal
from rdflib.term import Node

from kgpub.rdflib_terms import to_oxigraph

_NUMBERS = (
    XSD.integer, XSD.decimal, XSD.float, XSD.double, XSD.nonPositiveInteger, XSD.negativeInteger, XSD.long, XSD.int,
    XSD.short, XSD.byte, XSD.nonNegativeInteger, XSD.unsignedLong, XSD.unsignedInt, XSD.unsignedShort, XSD.unsignedByte,
    XSD.positiveInteger,
)  # fmt: skip
#: Which values compare with which (SPARQL 1.1, section 17.3).
_SORTS = {**dict.fromkeys(_NUMBERS, "number"), XSD.boolean: "truth", XSD.string: "text"}
#: What the engine compares: rdflib has no value for some of them, and for others one without its time zone.
_TIMES = frozenset({
    XSD.date, XSD.time, XSD.dateTime, XSD.dateTimeStamp, XSD.duration, XSD.dayTimeDuration, XSD.yearMonthDuration,
    XSD.gYear, XSD.gYearMonth, XSD.gMonth, XSD.gMonthDay, XSD.gDay,
})  # fmt: skip
#: How long a date is that neither has a time zone nor lies before our era.
_PLAIN_DATE = len("2020-01-01")
_REMEMBERED = 1 << 16

_LESS, _EQUAL, _GREATER = -1, 0, 1
#: Values by focus node, and what pySHACL wants to know of them.
_ValueNodes = Mapping[Any, Any]
_Verdict = tuple[bool, list[Any]]


def order(one: Node, other: Node) -> int | None:
    """Return -1, 0 or 1 where one value is less than, equal to or greater than another; None for no such order."""
    if not (isinstance(one, Literal) and isinstance(other, Literal)):
        return None
    if one.datatype in _TIMES and other.datatype in _TIMES:
        return _order_in_time(one, other)
    sort = _sort(one)
    if sort is None or sort != _sort(other):
        return None
    return _order_in_python(*_promoted(one.value, other.value))


def _order_in_time(one: Literal, other: Literal) -> int | None:
    if (
        one.datatype == other.datatype == XSD.date
        and len(one) == len(other) == _PLAIN_DATE
        and one.value
        and other.value
    ):
        return _order_in_python(one.value, other.value)
    return _order_by_engine(to_oxigraph(one), to_oxigraph(other))


def _order_in_python(left: Any, right: Any) -> int | None:
    try:
        return _LESS if left < right else _GREATER if left > right else _EQUAL if left == right else None
    except (TypeError, ArithmeticError):  # a decimal is not a number
        return None


@lru_cache(_REMEMBERED)
def _order_by_engine(one: ox.Literal, other: ox.Literal) -> int | None:
    """Ask Oxigraph, whose operators are SPARQL's, and XPath's for what SPARQL leaves open."""
    values: dict[ox.Variable, Any] = {ox.Variable("one"): one, ox.Variable("other"): other}
    (answer,) = ox.Store().query(_order_query(), substitutions=values)  # type: ignore[misc]  # rows of a SELECT
    for sign, name in ((_LESS, "less"), (_EQUAL, "equal"), (_GREATER, "greater")):
        if (holds := answer[name]) is not None and holds.value == "true":
            return sign
    return None


@cache
def _order_query() -> str:
    return files("kgpub").joinpath("queries/order.rq").read_text("utf-8")


def _promoted(left: Any, right: Any) -> tuple[Any, Any]:
    """Return two values, both as doubles where one is (XPath 3.1, appendix B.1): 0.1 is then the same as 1e-1."""
    if isinstance(left, float) or isinstance(right, float):
        with contextlib.suppress(OverflowError, TypeError):  # an integer can be larger than any double
            return float(left), float(right)
    return left, right


def _sort(literal: Literal) -> str | None:
    """Return what sort of value a literal has, None for one that compares with none."""
    if literal.language or literal.value is None or literal.ill_typed:
        return None
    return "text" if literal.datatype is None else _SORTS.get(literal.datatype)


class _Limit(ConstraintComponent):
    """A constraint whose parameter is a limit."""

    _accepted: ClassVar[frozenset[int]]

    def evaluate(self, _executor: object, graph: Graph, values: _ValueNodes, _path: object) -> _Verdict:
        """Return whether all values keep to the limits, and a result for each that does not."""
        (parameter,) = self.constraint_parameters()
        wrong = [
            self.make_v_result(graph, focus, value_node=value)
            for limit in self.shape.objects(parameter)  # type: ignore[no-untyped-call]
            for focus, nodes in values.items()
            for value in nodes
            if order(value, limit) not in self._accepted
        ]
        return not wrong, wrong


class _MinExclusive(_Limit, MinExclusiveConstraintComponent):
    _accepted = frozenset({_GREATER})


class _MinInclusive(_Limit, MinInclusiveConstraintComponent):
    _accepted = frozenset({_GREATER, _EQUAL})


class _MaxExclusive(_Limit, MaxExclusiveConstraintComponent):
    _accepted = frozenset({_LESS})


class _MaxInclusive(_Limit, MaxInclusiveConstraintComponent):
    _accepted = frozenset({_LESS, _EQUAL})


class _Pair(ConstraintComponent):
    """A constraint on pairs of a value and one of another property."""

    _accepted: ClassVar[frozenset[int]]
    property_compare_set: set[Node]

    def evaluate(self, _executor: object, graph: Graph, values: _ValueNodes, _path: object) -> _Verdict:
        """Return whether all pairs are in order, and a result for each that is not."""
        wrong = [
            self.make_v_result(graph, focus, value_node=value)
            for other in self.property_compare_set
            for focus, nodes in values.items()
            for value in set(nodes)
            for bound in graph.objects(focus, other)
            if order(value, bound) not in self._accepted
        ]
        return not wrong, wrong


class _LessThan(_Pair, LessThanConstraintComponent):
    _accepted = frozenset({_LESS})


class _LessThanOrEquals(_Pair, LessThanOrEqualsConstraintComponent):
    _accepted = frozenset({_LESS, _EQUAL})


class _MinLength(MinLengthConstraintComponent):
    def _evaluate_string_rule(self, length: Literal, graph: Graph, values: _ValueNodes) -> _Verdict:
        if length.value != 0:
            return super()._evaluate_string_rule(length, graph, values)  # type: ignore[no-untyped-call, no-any-return]
        wrong = [
            self.make_v_result(graph, focus, value_node=value)
            for focus, nodes in values.items()
            for value in nodes
            if isinstance(value, BNode)
        ]
        return bool(wrong), wrong


_OURS: dict[Node, type[ConstraintComponent]] = {
    SH.minExclusive: _MinExclusive,
    SH.minInclusive: _MinInclusive,
    SH.maxExclusive: _MaxExclusive,
    SH.maxInclusive: _MaxInclusive,
    SH.lessThan: _LessThan,
    SH.lessThanOrEquals: _LessThanOrEquals,
    SH.minLength: _MinLength,
}


@contextlib.contextmanager
def values_compared() -> Iterator[None]:
    """Have pySHACL compare values in this way, in the meantime."""
    theirs = {parameter: CONSTRAINT_PARAMETERS_MAP[parameter] for parameter in _OURS}
    CONSTRAINT_PARAMETERS_MAP.update(_OURS)
    try:
        yield
    finally:
        CONSTRAINT_PARAMETERS_MAP.update(theirs)
