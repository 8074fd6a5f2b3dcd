"""Choose what a thing is called: its best label in each language."""

from collections.abc import Iterable, Iterator, Mapping

from kgpub.rows import unescaped
from kgpub.vocabulary import LABEL_PROPERTIES

#: The properties that give labels, as terms of N-Quads, best first.
LABEL_RANK: Mapping[str, int] = {f"<{iri}>": rank for rank, iri in enumerate(LABEL_PROPERTIES)}
#: A longer text names nothing: it would stand in every document that speaks of the thing.
LABEL_CHARACTERS = 1_000


def best_labels(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield each language, '' for none, with the property that gives the best label in it, and the label.

    A text is a predicate and a literal, as N-Quads has them; those of other properties are passed over.
    """
    best: dict[str, tuple[int, str, str]] = {}
    for predicate, literal in texts:
        if predicate in LABEL_RANK and len(literal) <= LABEL_CHARACTERS:
            text, _, ending = literal[1:].rpartition('"')
            candidate = (LABEL_RANK[predicate], text, predicate[1:-1])
            language = ending[1:].partition("--")[0] if ending.startswith("@") else ""
            if language not in best or candidate < best[language]:
                best[language] = candidate
    return ((language, property_, unescaped(text)) for language, (_, text, property_) in best.items())
