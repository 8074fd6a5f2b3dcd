"""Constraints that ask queries, as SHACL-SPARQL has them: a solution is a result, with the messages for it.

pySHACL (0.40.1) keeps one of several like solutions, drops languages, ``?message`` and the value that an ASK judged,
adds a finding's messages to the next one, takes one of several values of a parameter, binds ``$value`` where a query is
to find values itself, so that it finds none, and gives up on the whole validation at a value with a backslash.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.sparql.sparql_based_constraint_components import (
    AskConstraintValidator,
    BoundShapeValidatorComponent,
    SPARQLConstraintComponentValidator,
)
from pyshacl.constraints.sparql.sparql_based_constraints import SPARQLBasedConstraint
from pyshacl.errors import ValidationFailure
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from rdflib import SH, Graph, Literal
from rdflib.term import Node

from kgpub.rdflib_terms import shown

_NAMED = re.compile(r"\{[$?](\w+)\}")

#: What a query's variables are, by name.
_Solution = Mapping[str, Any]
_Verdict = tuple[bool, list[Any]]


class _SparqlConstraint(SPARQLBasedConstraint):
    """The queries of ``sh:sparql`` (section 5.3)."""

    def evaluate(self, _executor: object, graph: Graph, values: Mapping[Node, Any], _path: object) -> _Verdict:
        """Return whether no query has a solution, and a result for each solution."""
        results = [
            _result(self, graph, focus, solution, query.messages, source_constraint=query.node)
            for query in self.sparql_constraints
            if not query.deactivated
            for focus in values
            for solution in _solutions(query, graph, focus, {})
        ]
        return not results, results


def _evaluate_component(
    self: BoundShapeValidatorComponent, _executor: object, graph: Graph, values: Mapping[Node, Any], _path: object
) -> _Verdict:
    """Return whether a component's validator finds nothing, and a result for each thing it finds (section 6.3)."""
    query = self.query_helper
    asks = isinstance(self.validator, AskConstraintValidator)
    results = []
    for parameters in _parameters(self):
        for focus, nodes in values.items():
            refused = _refused(query, graph, focus, nodes, parameters) if asks else ()
            found = () if asks else _solutions(query, graph, focus, parameters)
            results += [
                _result(
                    self,
                    graph,
                    focus,
                    {**parameters, **solution},
                    query.unbound_messages,
                    constraint_component=self.constraint.node,
                )
                for solution in (*refused, *found)
            ]
    return not results, results


def _parameters(component: BoundShapeValidatorComponent) -> Iterator[dict[str, Node]]:
    """Yield the values of a component's parameters at a shape; of one with several, one after the other."""
    given = {
        parameter.localname: list(component.shape.objects(parameter.path()))  # type: ignore[no-untyped-call]
        for parameter in component.constraint.parameters
    }
    named = {name: values for name, values in given.items() if values}
    for values in product(*named.values()):
        yield dict(zip(named, values, strict=True))


def _refused(query: Any, graph: Graph, focus: Node, nodes: Any, parameters: _Solution) -> Iterator[_Solution]:
    """Yield the values that an ASK refuses."""
    for node in nodes:
        bound, text = query.pre_bind_variables(focus, valuenode=shown(node), extravars=parameters.keys())
        answer = graph.query(query.apply_prefixes(text), initBindings={**bound, **parameters, "value": node})
        if not answer.askAnswer:
            yield {"this": focus, "value": node}


def _solutions(query: Any, graph: Graph, focus: Node, parameters: _Solution) -> Iterator[_Solution]:
    """Yield the solutions of a SELECT, like ones once: rdflib (7.6) overlooks ``FILTER (false)`` in a union."""
    bound, text = query.pre_bind_variables(focus, extravars=parameters.keys())
    rows: Iterable[Any] = graph.query(query.apply_prefixes(text), initBindings={**bound, **parameters})
    for solution in _distinct(row.asdict() for row in rows):
        if str(solution.get("failure")) in {"true", "1"}:
            failure = f"a query of theirs reports a failure at {shown(focus)}"
            raise ValidationFailure(failure)  # type: ignore[no-untyped-call]
        yield {"this": focus, **solution}


def _distinct(solutions: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    return {frozenset(solution.items()): solution for solution in solutions}.values()


def _result(
    component: ConstraintComponent, graph: Graph, focus: Any, solution: _Solution, messages: Any, **source: Any
) -> Any:
    """Return a result as pySHACL makes it, its messages filled with what the solution has."""
    own = solution.get("message")
    about = solution.get("this", focus)
    description, node, triples = component.make_v_result(
        graph,
        about,
        value_node=solution.get("value", None if component.shape.is_property_shape else about),
        result_path=solution.get("path"),
        extra_messages=[own] if isinstance(own, Literal) else list(messages or ()),
        **source,
    )
    said = [(s, p, _filled(o, solution) if p == SH.resultMessage else o) for s, p, o in triples]
    return description, node, said


def _filled(message: Any, solution: _Solution) -> Any:
    def value(found: re.Match[str]) -> str:
        return str(solution.get(found[1], found[0]))

    return Literal(_NAMED.sub(value, str(message)), lang=message.language) if isinstance(message, Literal) else message


def _leave_messages(_query: object, _values: object = None) -> None:
    """Fill no message: that is done for each result."""


#: What is put in the place of pySHACL's own.
_OURS: tuple[tuple[type, str, Any], ...] = (
    (BoundShapeValidatorComponent, "evaluate", _evaluate_component),
    (SPARQLQueryHelper, "bind_messages", _leave_messages),
)


@contextlib.contextmanager
def queries_asked() -> Iterator[None]:
    """Have pySHACL ask the queries of shapes in this way, in the meantime."""
    theirs = [(owner, name, getattr(owner, name)) for owner, name, _ in _OURS]
    for owner, name, ours in _OURS:
        setattr(owner, name, ours)
    constraint = CONSTRAINT_PARAMETERS_MAP[SH.sparql]
    CONSTRAINT_PARAMETERS_MAP[SH.sparql] = _SparqlConstraint
    try:
        yield
    finally:
        CONSTRAINT_PARAMETERS_MAP[SH.sparql] = constraint
        for owner, name, their in theirs:
            setattr(owner, name, their)
        SPARQLConstraintComponentValidator.validator_cache.clear()  # it knows graphs by where they lay in memory
