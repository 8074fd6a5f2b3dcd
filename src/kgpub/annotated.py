"""Which statements a node annotates: as RDF 1.2 has it, as OWL 2 writes it, and by the older reification of RDF."""

from collections.abc import Iterable, Iterator

from kgpub.vocabulary import OWL, RDF

REIFIES = f"<{RDF}reifies>"
#: The properties whose values are subject, predicate and object of the annotated statement.
_FORMS = (
    tuple(f"<{OWL}annotated{name}>" for name in ("Source", "Property", "Target")),
    tuple(f"<{RDF}{name}>" for name in ("subject", "predicate", "object")),
)
#: The properties that say what is annotated; the others say something about it.
POINTING = frozenset({REIFIES, *_FORMS[0], *_FORMS[1]})


def annotated_in(facts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the statements that a node annotates: ``subject predicate object``, as they begin a line.

    *facts* are the predicates and objects of all that is said of the node. One with several subjects, predicates or
    objects names no statement.
    """
    parts: dict[str, set[str]] = {}
    for predicate, value in facts:
        if predicate == REIFIES and value.startswith("<<("):
            yield value[4:-4]
        elif predicate in POINTING:
            parts.setdefault(predicate, set()).add(value)
    for form in _FORMS:
        if all(len(parts.get(part, ())) == 1 for part in form):
            yield " ".join(next(iter(parts[part])) for part in form)
