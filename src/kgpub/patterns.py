"""Triple and quad patterns: which terms are given, which places are variables, which rows match."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kgpub.errors import BadRequest
from kgpub.parameters import Pairs, single
from kgpub.pattern_terms import PLACES, TermReader, Variable
from kgpub.quad_orders import GRAPH, PREDICATE, SUBJECT
from kgpub.rows import Row

#: Places where no literal stands.
_NO_LITERALS = (SUBJECT, PREDICATE, GRAPH)
#: Values for some variables, by their names.
Binding = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern: the tokens that are given and the names of the variables, by their places.

    *is_merge* if it is one of triples of the default graph, and says nothing of graphs.
    """

    terms: Mapping[int, str]
    variables: Mapping[int, str] = field(default_factory=dict)
    is_merge: bool = False

    @property
    def repeated(self) -> tuple[tuple[int, int], ...]:
        """Return the pairs of places with the same variable, whose terms must be the same."""
        first: dict[str, int] = {}
        pairs = [(first.setdefault(name, place), place) for place, name in self.variables.items() if name]
        return tuple(pair for pair in pairs if pair[0] != pair[1])

    def matches(self, row: Row) -> bool:
        """Tell whether a row has the terms that are given, and the same term where the same variable stands."""
        has_terms = all(row[place] == term for place, term in self.terms.items())
        return has_terms and all(row[one] == other for one, other in ((a, row[b]) for a, b in self.repeated))

    def holds(self, other: "Pattern") -> bool:
        """Tell whether whatever matches another pattern matches this one."""
        return not self.repeated and all(other.terms.get(place) == term for place, term in self.terms.items())

    def bound(self, binding: Binding) -> "Pattern | None":
        """Return the pattern with values in the places of variables; None where no quad has such a term there."""
        given = {place: binding[name] for place, name in self.variables.items() if name in binding}
        if any(given[place].startswith('"') for place in _NO_LITERALS if place in given):
            return None
        left = {place: name for place, name in self.variables.items() if place not in given}
        return Pattern({**self.terms, **given}, left, self.is_merge)


def triple_pattern(pairs: Pairs, reader: TermReader) -> Pattern:
    """Return the triple pattern that a request asks for, of the default graph; raise ``BadRequest`` for none."""
    if single(pairs, "graph"):
        raise BadRequest("Fragments of triples are parts of the default graph; /fragments/quads takes a graph.")
    terms, variables = _read(pairs, reader, tuple(PLACES)[:-1])
    return Pattern(terms, variables, is_merge=True)


def quad_pattern(pairs: Pairs, reader: TermReader) -> Pattern:
    """Return the quad pattern that a request asks for; raise ``BadRequest`` for none."""
    terms, variables = _read(pairs, reader, tuple(PLACES))
    if terms.get(GRAPH) == "":
        return Pattern({place: term for place, term in terms.items() if place != GRAPH}, variables, is_merge=True)
    return Pattern(terms, variables)


def _read(pairs: Pairs, reader: TermReader, parameters: Sequence[str]) -> tuple[dict[int, str], dict[int, str]]:
    terms: dict[int, str] = {}
    variables: dict[int, str] = {}
    for parameter in parameters:
        read = reader.read(parameter, single(pairs, parameter) or "")
        if isinstance(read, Variable):
            variables[PLACES[parameter]] = read.name
        else:
            terms[PLACES[parameter]] = read
    return terms, variables


def bound_patterns(pattern: Pattern, bindings: Sequence[Binding]) -> Iterator[Pattern]:
    """Yield the patterns that several bindings make of one, those left out whose matches another one has as well."""
    made = [bound for binding in bindings if (bound := pattern.bound(binding)) is not None]
    kept: list[Pattern] = []
    for one in sorted(made, key=lambda made_one: len(made_one.terms)):
        if not any(other.holds(one) for other in kept):
            kept.append(one)
            yield one
