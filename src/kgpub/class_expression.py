"""Class expressions as a person reads them: ``Person or Group``, ``knows some Person``.

The words are those of the OWL 2 Manchester Syntax (W3C Note, section 2.4), for its readers know them.
"""

from collections.abc import Callable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kgpub.terminology import Object, Terminology
from kgpub.values import Link
from kgpub.vocabulary import OWL, TYPE, XSD

#: A word or a link; a row of them is an expression.
Part = str | Link

_NAMELESS = "something without a name"
_NESTING_SHOWN = 4
_JOINED = {OWL + "unionOf": " or ", OWL + "intersectionOf": " and "}
_QUANTIFIED = {
    OWL + "someValuesFrom": " some ",
    OWL + "allValuesFrom": " only ",
    OWL + "hasValue": " value ",
}
_COUNTED = {
    OWL + "minCardinality": " min ",
    OWL + "maxCardinality": " max ",
    OWL + "cardinality": " exactly ",
    OWL + "minQualifiedCardinality": " min ",
    OWL + "maxQualifiedCardinality": " max ",
    OWL + "qualifiedCardinality": " exactly ",
}
_FACETS = {
    XSD + "minInclusive": "≥ ",
    XSD + "maxInclusive": "≤ ",
    XSD + "minExclusive": "> ",
    XSD + "maxExclusive": "< ",
    XSD + "minLength": "length ≥ ",
    XSD + "maxLength": "length ≤ ",
    XSD + "length": "length ",
    XSD + "pattern": "pattern ",
}


class Expressions:
    """Writes terms and class expressions as words and links."""

    def __init__(self, terminology: Terminology, link: Callable[[str], Link]) -> None:
        """Take what is said of the blank nodes, and what turns an IRI into a link."""
        self._terminology = terminology
        self._link = link

    def parts(self, term: Object, depth: int = 0) -> tuple[Part, ...]:
        """Return a named term as a link, a literal as text, and a blank node as what it expresses."""
        if isinstance(term, NamedNode):
            return (self._link(term.value),)
        if isinstance(term, Literal):
            return (term.value,)
        if isinstance(term, Triple) or depth >= _NESTING_SHOWN:
            return (_NAMELESS,)
        return tuple(self._expression(term, depth)) or (_NAMELESS,)

    def _expression(self, node: BlankNode, depth: int) -> Iterator[Part]:
        said = _by_property(self._terminology.nested.get(node.value, ()))
        if OWL + "onProperty" in said:
            yield from self._restriction(said, depth)
        elif OWL + "onDatatype" in said:
            yield from self._datatype(said, depth)
        elif OWL + "complementOf" in said:
            yield from ("not ", *self._inner(said[OWL + "complementOf"], depth))
        elif OWL + "inverseOf" in said:
            yield from ("inverse of ", *self._inner(said[OWL + "inverseOf"], depth))
        elif OWL + "oneOf" in said:
            yield from ("one of ", *self._joined(said[OWL + "oneOf"], ", ", depth))
        for property_, word in _JOINED.items():
            if property_ in said:
                yield from self._joined(said[property_], word, depth)

    def _restriction(self, said: dict[str, Object], depth: int) -> Iterator[Part]:
        yield from self._inner(said[OWL + "onProperty"], depth)
        for property_, word in _QUANTIFIED.items():
            if property_ in said:
                yield from (word, *self._inner(said[property_], depth))
        for property_, word in _COUNTED.items():
            if property_ in said:
                yield from (word, *self.parts(said[property_]))
        if OWL + "onClass" in said:
            yield from (" ", *self._inner(said[OWL + "onClass"], depth))
        if OWL + "hasSelf" in said:
            yield " itself"

    def _datatype(self, said: dict[str, Object], depth: int) -> Iterator[Part]:
        yield from self._inner(said[OWL + "onDatatype"], depth)
        facets = self._terminology.items(said[OWL + "withRestrictions"]) if OWL + "withRestrictions" in said else ()
        bounds = []
        for facet in facets:
            of_one = self._terminology.nested.get(facet.value, ()) if isinstance(facet, BlankNode) else ()
            bounds += [
                _FACETS[quad.predicate.value] + quad.object.value
                for quad in of_one
                if quad.predicate.value in _FACETS and isinstance(quad.object, Literal)
            ]
        if bounds:
            yield f" [{', '.join(bounds)}]"

    def _joined(self, head: Object, word: str, depth: int) -> Iterator[Part]:
        for at, item in enumerate(self._terminology.items(head)):
            if at:
                yield word
            yield from self._inner(item, depth)

    def _inner(self, term: Object, depth: int) -> tuple[Part, ...]:
        """Return a part of an expression, in brackets where it is made of several itself."""
        parts = self.parts(term, depth + 1)
        return parts if len(parts) == 1 else ("(", *parts, ")")


def _by_property(quads: tuple[Quad, ...]) -> dict[str, Object]:
    return {quad.predicate.value: quad.object for quad in quads if quad.predicate.value != TYPE}
