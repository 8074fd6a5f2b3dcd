"""How a term relates to others: superterms, domain and range, what is used with it, what it is aligned with."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kgpub.class_expression import Expressions, Part
from kgpub.documents import Incoming
from kgpub.terminology import DOMAIN, RANGE, Kind, Object, Term, Terminology
from kgpub.values import Link
from kgpub.vocabulary import DCTERMS, OWL, RDFS, SKOS, TYPE

_DISJOINT = (OWL + "disjointWith", OWL + "propertyDisjointWith")
_CHARACTERISTICS = {
    OWL + "FunctionalProperty": "functional",
    OWL + "InverseFunctionalProperty": "inverse functional",
    OWL + "TransitiveProperty": "transitive",
    OWL + "SymmetricProperty": "symmetric",
    OWL + "AsymmetricProperty": "asymmetric",
    OWL + "ReflexiveProperty": "reflexive",
    OWL + "IrreflexiveProperty": "irreflexive",
}
#: Relations to terms of other vocabularies, and what to call them.
_ALIGNED = {
    SKOS + "exactMatch": "Same as, elsewhere",
    SKOS + "closeMatch": "Close to",
    SKOS + "broadMatch": "Narrower than",
    SKOS + "narrowMatch": "Broader than",
    SKOS + "relatedMatch": "Related to",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A relation and what it leads to: each value is words and links.

    Templates translate *label*, which is in English. *inherited_from* is the class whose properties these are, *traits*
    are characteristics that a property has, *more* is how many values there are besides.
    """

    label: str
    values: tuple[tuple[Part, ...], ...] = ()
    inherited_from: str = ""
    traits: tuple[str, ...] = ()
    more: int = 0


class TermFacts:
    """Tells the relations of the terms of one ontology."""

    def __init__(
        self,
        terminology: Terminology,
        codes: Mapping[str, Incoming],
        link: Callable[[str], Link],
        *,
        with_inherited: bool = False,
    ) -> None:
        """Take the terms, the codes of each code list, what makes a link, and whether to tell inherited properties."""
        self._terminology = terminology
        self._codes = codes
        self._link = link
        self._with_inherited = with_inherited
        self._expressions = Expressions(terminology, link)
        self._schemes = {term.iri for term in terminology.of_kind(Kind.SCHEME)}

    def of(self, term: Term) -> Iterator[Fact]:
        """Yield what there is to tell of a term, in the order in which readers ask."""
        told = {Kind.CLASS: self._of_class, Kind.SCHEME: self._of_scheme}.get(term.kind, self._of_property)
        facts = (*told(term), *self._of_any(term))
        return (fact for fact in facts if fact.values or fact.traits)

    def _of_class(self, term: Term) -> Iterator[Fact]:
        yield self._stated("Subclass of", term, RDFS + "subClassOf")
        yield self._stated("Equivalent to", term, OWL + "equivalentClass", OWL + "unionOf", OWL + "intersectionOf")
        yield self._stated("Made up of, disjointly", term, OWL + "disjointUnionOf")
        yield self._named("Subclasses", self._terminology.pointing_at(term.iri, RDFS + "subClassOf"))
        yield self._named("Disjoint with", self._disjoint(term))
        yield self._named("Properties", self._terminology.pointing_at(term.iri, *DOMAIN))
        if self._with_inherited:
            for ancestor in self._terminology.ancestors(term.iri):
                inherited = self._named("Properties", self._terminology.pointing_at(ancestor, *DOMAIN))
                yield replace(inherited, inherited_from=self._link(ancestor).text)
        yield self._named("Value of", self._terminology.pointing_at(term.iri, *RANGE))
        yield self._stated("Key", term, OWL + "hasKey")

    def _of_property(self, term: Term) -> Iterator[Fact]:
        yield self._stated("Domain", term, DOMAIN[0])
        yield self._stated("Used with", term, *DOMAIN[1:])
        yield self._stated("Range", term, RANGE[0])
        yield self._stated("Expected values", term, *RANGE[1:])
        yield self._named("Codes from", [iri for iri in term.iris(RDFS + "seeAlso") if iri in self._schemes])
        yield self._stated("Subproperty of", term, RDFS + "subPropertyOf")
        yield self._named("Subproperties", self._terminology.pointing_at(term.iri, RDFS + "subPropertyOf"))
        yield self._stated("Equivalent to", term, OWL + "equivalentProperty")
        yield self._stated("Follows from the chain", term, OWL + "propertyChainAxiom")
        yield self._named("Inverse of", self._both_ways(term, OWL + "inverseOf"))
        yield self._named("Disjoint with", self._disjoint(term))
        traits = tuple(name for cls, name in _CHARACTERISTICS.items() if cls in term.iris(TYPE))
        yield Fact("Characteristics", traits=traits)

    def _of_scheme(self, term: Term) -> Iterator[Fact]:
        codes = self._codes.get(term.iri)
        if codes is not None:
            yield replace(self._named("Codes", codes.subjects), more=codes.total - len(codes.subjects))
        yield self._named("Used by", self._terminology.pointing_at(term.iri, RDFS + "seeAlso"))

    def _of_any(self, term: Term) -> Iterator[Fact]:
        for property_, label in _ALIGNED.items():
            yield self._stated(label, term, property_)
        pointed = term.objects(RDFS + "seeAlso")
        others = (value for value in pointed if not (isinstance(value, NamedNode) and value.value in self._schemes))
        yield self._fact("See also", others if term.kind is not Kind.SCHEME else pointed)
        yield self._stated("Replaced by", term, DCTERMS + "isReplacedBy")

    def _stated(self, label: str, term: Term, *properties: str) -> Fact:
        """Tell the values of some properties: terms of this ontology first, then others, then expressions."""
        return self._fact(label, sorted(term.objects(*properties), key=self._rank))

    def _rank(self, value: Object) -> int:
        return (
            2 - isinstance(value, NamedNode) - (isinstance(value, NamedNode) and value.value in self._terminology.terms)
        )

    def _named(self, label: str, iris: Iterable[str]) -> Fact:
        links = {iri: self._link(iri) for iri in iris}
        return Fact(label, tuple((link,) for link in sorted(links.values(), key=lambda link: link.text.casefold())))

    def _fact(self, label: str, values: Iterable[Object]) -> Fact:
        return Fact(label, tuple(dict.fromkeys(self._parts(value) for value in values)))

    def _parts(self, value: Object) -> tuple[Part, ...]:
        items = self._terminology.items(value)
        if not items:
            return self._expressions.parts(value)
        written = [self._expressions.parts(item) for item in items]
        return tuple(part for at, parts in enumerate(written) for part in ((", ", *parts) if at else parts))

    def _disjoint(self, term: Term) -> tuple[str, ...]:
        return self._both_ways(term, *_DISJOINT)

    def _both_ways(self, term: Term, *properties: str) -> tuple[str, ...]:
        """Return what a symmetric relation leads to, whichever of the two terms states it."""
        return tuple(dict.fromkeys((*term.iris(*properties), *self._terminology.pointing_at(term.iri, *properties))))
