"""What blank nodes say of the statements that they annotate, as pages show it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kgpub.annotated import POINTING, annotated_in
from kgpub.rows import Row
from kgpub.values import Link, Linker, Statements, Value
from kgpub.vocabulary import OWL, RDF, TYPE

_TYPE = f"<{TYPE}>"
#: Classes that say no more than that a node annotates.
_FORMAL = {f"<{OWL}Axiom>", f"<{OWL}Annotation>", f"<{RDF}Statement>"}


@dataclass(frozen=True, slots=True)
class AnnotatedValue:
    """A value of a property, and what each node that annotates the statement says, as a value with properties."""

    value: Value
    notes: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AnnotatedProperty:
    """A property, and those of its values whose statements are annotated."""

    link: Link
    values: tuple[AnnotatedValue, ...]


def annotation_notes(
    own: Iterable[Row], nested: Mapping[str, Sequence[Row]], statements: Statements, linker: Linker
) -> tuple[AnnotatedProperty, ...]:
    """Return the annotated statements of a thing, and those of the nodes that annotate them, by property.

    *own* are the thing's statements, *nested* those of blank nodes by node.
    """
    annotating = _annotating(nested)
    if not annotating:
        return ()
    found: dict[str, list[AnnotatedValue]] = {}
    for row, nodes in _annotated(own, nested, annotating):
        notes = tuple(note for node in nodes if (note := _note(node, nested[node], statements)).properties)
        if notes:
            found.setdefault(row[1], []).append(AnnotatedValue(statements.value(row), notes))
    return tuple(AnnotatedProperty(linker.term(token[1:-1]), tuple(values)) for token, values in found.items())


def _annotating(nested: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """Return the nodes that annotate a statement, by the statement."""
    nodes: dict[str, list[str]] = {}
    for node, rows in nested.items():
        for key in annotated_in((row[1], row[2]) for row in rows):
            nodes.setdefault(key, []).append(node)
    return nodes


def _annotated(
    own: Iterable[Row], nested: Mapping[str, Sequence[Row]], annotating: dict[str, list[str]]
) -> Iterator[tuple[Row, list[str]]]:
    """Yield the annotated statements with the nodes that annotate them; each once, in whichever graphs it stands."""
    waiting = list(reversed(list(own)))
    while waiting:
        row = waiting.pop()
        nodes = annotating.pop(" ".join(row[:3]), None)
        if nodes is not None:
            yield row, nodes
            waiting += (row for node in nodes for row in reversed(nested[node]))


def _note(node: str, rows: Iterable[Row], statements: Statements) -> Value:
    said = [row for row in rows if row[1] not in POINTING and not (row[1] == _TYPE and row[2] in _FORMAL)]
    return Value(text=node, properties=statements.facts(said, (node,)))
