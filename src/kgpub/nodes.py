"""What is said of a node, by property, blank nodes at hand with the thing that they are part of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kgpub.documents import Documents
from kgpub.rows import Row, is_iri_token, literal_parts, rows_of
from kgpub.vocabulary import RDF

#: Items of a list that are read.
_ITEMS_READ = 200
_FIRST, _REST, _NIL = RDF + "first", RDF + "rest", f"<{RDF}nil>"

#: The values of each property.
Said = Mapping[str, list[str]]
_NOTHING: Said = {}


class Nodes:
    """Reads nodes from the document index for one page or form, each once."""

    def __init__(self, documents: Documents) -> None:
        """Take the document index."""
        self._documents = documents
        self._said: dict[str, Said] = {}

    def about(self, token: str) -> Said:
        """Return what is said of a node; nothing where it is not described."""
        if token not in self._said and is_iri_token(token):
            document = self._documents.get(token[1:-1])
            self._said[token] = _NOTHING
            self._take(rows_of(document.lines) if document else ())
        return self._said.get(token, _NOTHING)

    def items(self, heads: Iterable[str]) -> Iterator[str]:
        """Yield the items of RDF lists, as far as they are proper ones."""
        for head in heads:
            node = head
            seen: set[str] = set()
            while node[0] == "_" and node not in seen and len(seen) < _ITEMS_READ:
                seen.add(node)
                said = self.about(node)
                yield from said.get(_FIRST, ())
                node = said.get(_REST, [_NIL])[0]

    def _take(self, rows: Iterable[Row]) -> None:
        found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value, _ in rows:
            values = found[subject][predicate[1:-1]]
            if value not in values:
                values.append(value)
        for subject, said in found.items():
            self._said[subject] = dict(said)


def number_in(tokens: Iterable[str], otherwise: float) -> float:
    """Return the first number among some values, or what stands for none."""
    for token in tokens:
        try:
            return float(literal_parts(token)[0]) if token[0] == '"' else otherwise
        except ValueError:
            continue
    return otherwise
