"""An ontology's terms, read from the document index: what kind each is, what it says, how they hang together."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kgpub.iris import namespace_of
from kgpub.nquads import quads_of
from kgpub.release import MEMBERS_A_PAGE
from kgpub.rows import Row, is_iri_token
from kgpub.site import Site
from kgpub.vocabulary import OWL, RDF, RDFS, SCHEMA, SCHEMA_HTTP, SKOS, TYPE

Object = NamedNode | BlankNode | Literal | Triple

DOMAIN = (RDFS + "domain", SCHEMA + "domainIncludes", SCHEMA_HTTP + "domainIncludes")
RANGE = (RDFS + "range", SCHEMA + "rangeIncludes", SCHEMA_HTTP + "rangeIncludes")
PARENTS = (RDFS + "subClassOf", RDFS + "subPropertyOf")
_TYPE, _ONTOLOGY, _IS_DEFINED_BY = f"<{TYPE}>", f"<{OWL}Ontology>", f"<{RDFS}isDefinedBy>"
#: Literals of more characters are not kept in memory.
_CHARACTERS_KEPT = 2_000_000


class Kind(Enum):
    """What a term is, in the order in which an ontology's page shows its kinds."""

    CLASS = "Classes"
    OBJECT_PROPERTY = "Object properties"
    DATATYPE_PROPERTY = "Datatype properties"
    ANNOTATION_PROPERTY = "Annotation properties"
    PROPERTY = "Properties"
    SCHEME = "Code lists"
    OTHER = "Other terms"


_KINDS = {
    OWL + "Class": Kind.CLASS,
    RDFS + "Class": Kind.CLASS,
    OWL + "DatatypeProperty": Kind.DATATYPE_PROPERTY,
    OWL + "AnnotationProperty": Kind.ANNOTATION_PROPERTY,
    OWL + "ObjectProperty": Kind.OBJECT_PROPERTY,
    OWL + "SymmetricProperty": Kind.OBJECT_PROPERTY,
    OWL + "TransitiveProperty": Kind.OBJECT_PROPERTY,
    OWL + "InverseFunctionalProperty": Kind.OBJECT_PROPERTY,
    RDF + "Property": Kind.PROPERTY,
    OWL + "FunctionalProperty": Kind.PROPERTY,
    SKOS + "ConceptScheme": Kind.SCHEME,
}


@dataclass(frozen=True)
class Term:
    """A class, property or code list, or the ontology itself, with the statements about it."""

    iri: str
    statements: tuple[Quad, ...]

    @cached_property
    def kind(self) -> Kind:
        """Return what the term is, by the first class of ``_KINDS`` that it has."""
        types = set(self.iris(TYPE))
        return next((kind for cls, kind in _KINDS.items() if cls in types), Kind.OTHER)

    def objects(self, *properties: str) -> tuple[Object, ...]:
        """Return the values of some properties, each once, in the order of the properties."""
        found = (quad.object for wanted in properties for quad in self.statements if quad.predicate.value == wanted)
        return tuple(dict.fromkeys(found))

    def iris(self, *properties: str) -> tuple[str, ...]:
        """Return those values of some properties that are IRIs."""
        return tuple(value.value for value in self.objects(*properties) if isinstance(value, NamedNode))

    def literals(self, *properties: str) -> tuple[Literal, ...]:
        """Return those values of some properties that are literals."""
        return tuple(value for value in self.objects(*properties) if isinstance(value, Literal))


@dataclass(frozen=True)
class Terminology:
    """An ontology with its terms, by IRI, and the statements about the blank nodes that they lead to.

    *left_out* counts the terms beyond those that a document describes at most.
    """

    ontology: Term
    terms: Mapping[str, Term]
    nested: Mapping[str, tuple[Quad, ...]]
    left_out: int = 0

    def of_kind(self, kind: Kind) -> tuple[Term, ...]:
        """Return the terms of a kind."""
        return tuple(term for term in self.terms.values() if term.kind is kind)

    def properties(self) -> tuple[Term, ...]:
        """Return the properties of every kind."""
        no_property = (Kind.CLASS, Kind.SCHEME, Kind.OTHER)
        return tuple(term for term in self.terms.values() if term.kind not in no_property)

    def named_in(self, term: Term, *properties: str) -> tuple[str, ...]:
        """Return the named values of some properties; for a union, those it is made of."""
        found: dict[str, None] = {}
        waiting = [*term.objects(*properties)]
        seen: set[str] = set()
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, NamedNode):
                found[value.value] = None
            elif isinstance(value, BlankNode) and value.value not in seen:
                seen.add(value.value)
                waiting += self._united(value)
        return tuple(found)

    def ancestors(self, iri: str) -> tuple[str, ...]:
        """Return the named superterms of a term, nearest first; a term in a cycle is not its own."""
        found: dict[str, None] = {}
        waiting = [iri]
        while waiting:
            term = self.terms.get(waiting.pop(0))
            new = [parent for parent in term.iris(*PARENTS) if parent != iri and parent not in found] if term else []
            found.update(dict.fromkeys(new))
            waiting += new
        return tuple(found)

    def pointing_at(self, iri: str, *properties: str) -> tuple[str, ...]:
        """Return the terms that name an IRI with one of some properties, directly or inside a union."""
        found = (term for property_ in properties for term in self._pointers.get((property_, iri), ()))
        return tuple(dict.fromkeys(found))

    @cached_property
    def _pointers(self) -> Mapping[tuple[str, str], list[str]]:
        """The terms by what they name and with which property: looked through once, not once a term."""
        pointers: dict[tuple[str, str], list[str]] = {}
        for term in self.terms.values():
            for property_ in dict.fromkeys(quad.predicate.value for quad in term.statements):
                for target in self.named_in(term, property_):
                    pointers.setdefault((property_, target), []).append(term.iri)
        return pointers

    def items(self, head: Object) -> tuple[Object, ...]:
        """Return the items of an RDF list as far as it is a proper one."""
        items: list[Object] = []
        seen: set[str] = set()
        while isinstance(head, BlankNode) and head.value not in seen:
            seen.add(head.value)
            node = {quad.predicate.value: quad.object for quad in self.nested.get(head.value, ())}
            items += [node[RDF + "first"]] if RDF + "first" in node else []
            head = node.get(RDF + "rest", NamedNode(RDF + "nil"))
        return tuple(items)

    @property
    def characters(self) -> int:
        """Return how long the literals are, all together."""
        return sum(len(quad.object.value) for quad in self._statements() if isinstance(quad.object, Literal))

    @cached_property
    def named(self) -> tuple[str, ...]:
        """Return every IRI that the statements speak of, each once."""
        parts = (part for quad in self._statements() for part in (quad.subject, quad.predicate, quad.object))
        return tuple(dict.fromkeys(part.value for part in parts if isinstance(part, NamedNode)))

    def _statements(self) -> Iterator[Quad]:
        yield from self.ontology.statements
        for statements in (*(term.statements for term in self.terms.values()), *self.nested.values()):
            yield from statements

    def _united(self, node: BlankNode) -> Iterator[Object]:
        for quad in self.nested.get(node.value, ()):
            if quad.predicate.value == OWL + "unionOf":
                yield from self.items(quad.object)


def ontology_of(site: Site, iri: str, rows: Iterable[Row]) -> str | None:
    """Return the ontology that defines a term, itself if it is one, or None where none is described here.

    A document is an ontology's too whose IRI is that of the document with a ``#``. *rows* are the statements in the
    document about the term. Where a term does not say what defines it, its IRI does: an ontology's terms are its
    fragments, or lie right below it.
    """
    names = {f"<{name}>": name for name in (iri, f"{iri}#")}
    stated = [(names[subject], predicate, value) for subject, predicate, value, _ in rows if subject in names]
    for name in names.values():
        if (name, _TYPE, _ONTOLOGY) in stated:
            return name
    own = [(predicate, value) for name, predicate, value in stated if name == iri]
    defined_by = [value[1:-1] for predicate, value in own if predicate == _IS_DEFINED_BY and is_iri_token(value)]
    is_term = any(predicate == _TYPE and value[1:-1] in _KINDS for predicate, value in own)
    for candidate in (*defined_by, *(_ontologies_above(iri) if is_term or "#" in iri else ())):
        statement = f"<{candidate}> {_TYPE} {_ONTOLOGY} "
        document = site.documents.get(candidate)
        if document is not None and any(line.startswith(statement) for line in document.lines):
            return candidate
    return None


def terminology_of(site: Site, iri: str) -> Terminology:
    """Return an ontology with its terms, read once for many of its pages.

    One that holds books is read each time.
    """
    kept: Terminology | None = site.recent_terminologies.get(iri)
    if kept is not None:
        return kept
    terminology = read_terminology(site, iri)
    if terminology.characters <= _CHARACTERS_KEPT:
        site.recent_terminologies.keep(iri, terminology)
    return terminology


def read_terminology(site: Site, iri: str) -> Terminology:
    """Return an ontology with its terms.

    They are what points at it with ``rdfs:isDefinedBy``, its fragment IRIs, and the classes and properties right below
    its IRI that nothing else defines. A code is not among them: it belongs to its code list.
    """
    nested: dict[str, tuple[Quad, ...]] = {}
    ontology = _read(site, iri, nested)
    stated = site.documents.members(iri)
    below = tuple(dict.fromkeys(_terms_below(site, iri, known={iri, *stated})))
    shown = below[: MEMBERS_A_PAGE - len(stated)]
    terms = [term for member in stated if not (term := _read(site, member, nested)).iris(SKOS + "inScheme")]
    terms += [term for one in shown if not (term := _read(site, one, nested)).iris(RDFS + "isDefinedBy")]
    defined = site.documents.incoming_page(iri, RDFS + "isDefinedBy", 1)
    totals = defined.total if defined else 0, site.documents.fragments(iri.removesuffix("#")).total
    left_out = max(0, *(total - MEMBERS_A_PAGE for total in totals)) + len(below) - len(shown)
    return Terminology(ontology, {term.iri: term for term in terms}, nested, left_out)


def _ontologies_above(iri: str) -> tuple[str, ...]:
    """Return what an ontology may be called among whose terms an IRI is: its namespace, with its last character or not.

    >>> _ontologies_above("https://example.org/birds/Owl")
    ('https://example.org/birds', 'https://example.org/birds/')
    """
    namespace = namespace_of(iri)
    return namespace[:-1], namespace


def _terms_below(site: Site, ontology: str, known: AbstractSet[str]) -> Iterator[str]:
    """Yield the classes and properties right below an ontology's IRI, of each kind among the first thousand."""
    for kind in _KINDS:
        found = site.documents.subjects(kind, TYPE)
        yield from (iri for iri in found if iri not in known and ontology in _ontologies_above(iri))


def _read(site: Site, iri: str, nested: dict[str, tuple[Quad, ...]]) -> Term:
    """Read the statements about a term, and into *nested* those about its blank nodes."""
    document = site.documents.get(iri)
    own: dict[tuple[object, ...], Quad] = {}
    blank: dict[str, list[Quad]] = {}
    for quad in quads_of(document.lines) if document else ():
        if isinstance(quad.subject, BlankNode):
            blank.setdefault(quad.subject.value, []).append(quad)
        else:
            own.setdefault((quad.predicate, quad.object), quad)
    nested.update({node: tuple(quads) for node, quads in blank.items()})
    return Term(iri, tuple(own.values()))
