"""What a list of things is narrowed to, as its address says it: a class, and properties with their values.

The address is an API (docs/reference/browse.md): whatever the order and the spelling of its parameters, one selection
has one canonical address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pyoxigraph import DefaultGraph, Literal, RdfFormat, parse

from kgpub.errors import BadRequest, NotDescribed, ParameterInvalid
from kgpub.iris import parameter_of
from kgpub.languages import LANGUAGE_PARAMETERS
from kgpub.parameters import Pairs, single
from kgpub.query_values import Names, iri_of

BROWSE = "browse"
FILTERS_AT_MOST = 20
_CHARACTERS_AT_MOST = 2_000
_RESERVED = ("class", "after", "format", "page", *LANGUAGE_PARAMETERS)
_NUMBER = r"-?\d{1,30}(?:\.\d{1,30})?"
_RANGE = re.compile(rf"(?P<low>{_NUMBER})?(?P<dots>\.\.)?(?P<high>{_NUMBER})?")


@dataclass(frozen=True, slots=True, order=True)
class Filter:
    """A predicate and a value: an IRI in angle brackets, a literal as in N-Triples, or a range (``low..high``)."""

    predicate: str
    value: str

    @property
    def range(self) -> tuple[Decimal | None, Decimal | None] | None:
        """Return the bounds of a range, None for a value that is none."""
        if self.value[0] in '<"':
            return None
        low, dots, high = self.value.partition("..")
        bounds = (low, high if dots else low)
        return Decimal(bounds[0]) if bounds[0] else None, Decimal(bounds[1]) if bounds[1] else None

    @property
    def parameter(self) -> str:
        """Return the filter as it stands in an address."""
        value = self.value[1:-1] if self.value[0] == "<" else self.value
        return parameter_of(self.predicate, value)


@dataclass(frozen=True, slots=True)
class Selection:
    """A class, '' for any, and the filters in their order; *after* is the thing before the first one of the page."""

    cls: str
    filters: tuple[Filter, ...] = ()
    after: str = ""

    @property
    def address(self) -> str:
        """Return the canonical address of this page of the list, relative to the root."""
        return f"{BROWSE}?{'&'.join(self._parameters())}"

    def _parameters(self) -> Iterator[str]:
        if self.cls:
            yield parameter_of("class", self.cls)
        yield from (condition.parameter for condition in self.filters)
        if self.after:
            yield parameter_of("after", self.after)

    def at(self, after: str = "") -> "Selection":
        """Return another page of the same list, the first if *after* is empty."""
        return replace(self, after=after)

    def also(self, condition: Filter) -> "Selection":
        """Return the list narrowed by one more filter, its first page."""
        return replace(self, filters=tuple(sorted({*self.filters, condition})), after="")

    def without(self, condition: Filter) -> "Selection":
        """Return the list with one filter less, its first page."""
        return replace(self, filters=tuple(f for f in self.filters if f != condition), after="")


def read_selection(pairs: Pairs, names: Names) -> Selection | None:
    """Return what the parameters of a request select; None where they select nothing.

    Raises ``BadRequest`` for an unknown parameter, a value that is no term, or more than a request may hold, and
    ``NotDescribed`` for a place in no list.
    """
    filters = sorted({_filter(name, value, names) for name, value in pairs if name not in _RESERVED})
    if len(filters) > FILTERS_AT_MOST:
        raise BadRequest(f"A list can be narrowed by {FILTERS_AT_MOST} filters at most; {len(filters)} are given.")
    cls, after = (_iri(pairs, name, names) for name in ("class", "after"))
    if cls or filters:
        return Selection(cls, tuple(filters), after)
    if after:
        raise NotDescribed(f"There is no list of which a page begins after <{after}>: name a class or a property too.")
    return None


def _iri(pairs: Pairs, name: str, names: Names) -> str:
    value = single(pairs, name)
    return iri_parameter(name, value, names) if value is not None else ""


def iri_parameter(name: str, value: str, names: Names) -> str:
    """Return the IRI that a parameter means, in full or as a prefixed name.

    Raises ``BadRequest`` for a value that is too long, or neither.
    """
    if len(value) > _CHARACTERS_AT_MOST:
        raise BadRequest(f"A value has {len(value)} characters; {_CHARACTERS_AT_MOST} is the limit.")
    if ":" not in value:
        raise ParameterInvalid(f"The parameter '{name}' must be an IRI or a name with a known prefix.")
    return iri_of(name, value, names)


def _filter(name: str, value: str, names: Names) -> Filter:
    if ":" not in name:
        known = ", ".join(_RESERVED)
        raise BadRequest(
            f"There is no parameter '{name[:100]}': there are {known}, and properties by their IRIs or prefixed names."
        )
    property_ = iri_parameter("property", name, names)
    if value[:1] == '"':
        return Filter(property_, _literal(value))
    bounds = _RANGE.fullmatch(value)
    if bounds is not None and (bounds["low"] or bounds["high"]) and (bounds["dots"] or not bounds["high"]):
        return Filter(property_, value)
    return Filter(property_, f"<{iri_parameter(name[:100], value, names)}>")


def _literal(value: str) -> str:
    """Return a literal as it stands in canonical N-Triples."""
    if len(value) <= _CHARACTERS_AT_MOST and "\n" not in value:
        try:
            (quad,) = parse(f"<x:> <x:> {value} .", RdfFormat.N_QUADS)
        except (SyntaxError, ValueError):
            pass
        else:
            if isinstance(quad.object, Literal) and quad.graph_name == DefaultGraph():
                return str(quad.object)
    raise ParameterInvalid(
        f'\'{value[:100]}\' is no literal; write it as in N-Triples: "text", "texte"@fr, "1"^^<datatype>.'
    )
