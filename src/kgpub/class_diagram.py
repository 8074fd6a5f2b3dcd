"""The diagram of an ontology: its classes, which is a kind of which, and the properties that lead from one to another.

A property is drawn where its domain and its range are classes and one of the two is the ontology's own. Whatever is
drawn stands in the tables of the page too: they are the diagram's text equivalent.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from kgpub.diagram import Arrow, Box, Caption, Drawing, draw
from kgpub.terminology import DOMAIN, RANGE, Kind, Terminology
from kgpub.values import Link
from kgpub.vocabulary import OWL, RDF, RDFS, SKOS

#: Classes drawn at most: of more, those with most links.
CLASSES_DRAWN = 40
#: Pairs of classes between which properties are drawn at most, those of the classes with most links first.
_PAIRS_DRAWN = 40
#: Properties named at most where several lead from one class to the same other.
_PROPERTIES_NAMED = 4
#: A class of another vocabulary is drawn where this many classes of the ontology are linked with it.
_NEIGHBOURS_OF_FOREIGN = 2
_FOREIGN_DRAWN = 20
#: Classes that say nothing in a picture.
_GENERIC = frozenset(
    {OWL + "Thing", OWL + "Class", RDFS + "Resource", RDFS + "Literal", RDFS + "Class", RDF + "Property", RDF + "List"}
    | {SKOS + "Concept", SKOS + "ConceptScheme"}
)

Ends = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ClassDiagram:
    """The picture, and how much of the ontology is in it."""

    drawing: Drawing
    classes: int
    of_classes: int
    properties: int
    of_properties: int


@dataclass(frozen=True, slots=True)
class _Links:
    """What connects classes: subclass and superclass, and for two classes the properties from one to the other."""

    subclasses: tuple[Ends, ...]
    properties: dict[Ends, list[str]]

    def ends(self) -> Iterable[Ends]:
        """Return all pairs of classes that are connected."""
        return (*self.subclasses, *self.properties)

    def named(self) -> set[str]:
        """Return the properties."""
        return {property_ for properties in self.properties.values() for property_ in properties}


def class_diagram(
    terminology: Terminology, link: Callable[[str], Link], around: str | None = None
) -> ClassDiagram | None:
    """Return the diagram of an ontology, or of what is next to one class; None where that would be one box or none."""
    own = [term.iri for term in terminology.of_kind(Kind.CLASS)]
    links = _links(terminology, set(own))
    if around is not None:
        links = _kept(links, lambda ends: around in ends)
    degrees = Counter(iri for ends in links.ends() for iri in set(ends))
    wanted = [iri for iri in own if degrees[iri]] if around is not None else own
    drawn = sorted(wanted, key=lambda iri: (iri != around, -degrees[iri], iri))[:CLASSES_DRAWN]
    least = 1 if around is not None else _NEIGHBOURS_OF_FOREIGN
    foreign = [iri for iri in sorted(set(degrees) - set(own)) if len(_neighbours(links, iri)) >= least][:_FOREIGN_DRAWN]
    shown = _thinned(_kept(links, {*drawn, *foreign}.issuperset), degrees)
    boxed = [*drawn, *sorted({iri for ends in shown.ends() for iri in ends} - set(drawn))]
    drawing = draw(*_boxes_and_arrows(boxed, set(own), shown, link)) if len(boxed) > 1 else None
    if drawing is None:
        return None
    return ClassDiagram(drawing, len(drawn), len(wanted), len(shown.named()), len(links.named()))


def _links(terminology: Terminology, own: set[str]) -> _Links:
    properties: dict[Ends, list[str]] = {}
    for term in terminology.properties():
        pairs = ((a, b) for a in terminology.named_in(term, *DOMAIN) for b in terminology.named_in(term, *RANGE))
        for ends in pairs:
            if own.intersection(ends) and not _GENERIC.intersection(ends) and _are_classes(terminology, ends):
                properties.setdefault(ends, []).append(term.iri)
    known = own | {iri for ends in properties for iri in ends}
    parents = ((iri, parent) for iri in own for parent in terminology.terms[iri].iris(RDFS + "subClassOf"))
    return _Links(tuple(sorted(ends for ends in parents if ends[1] in known and ends[0] != ends[1])), properties)


def _thinned(links: _Links, degrees: Mapping[str, int]) -> _Links:
    """Leave out properties where there are too many to be told apart."""
    by_weight = sorted(links.properties, key=lambda ends: (-sum(degrees[iri] for iri in ends), ends))
    return replace(links, properties={ends: links.properties[ends] for ends in by_weight[:_PAIRS_DRAWN]})


def _neighbours(links: _Links, iri: str) -> set[str]:
    return {other for ends in links.ends() if iri in ends for other in ends if other != iri}


def _are_classes(terminology: Terminology, ends: Ends) -> bool:
    """Tell whether neither end is known to be something else; of a foreign one only datatypes can be told."""
    terms = [terminology.terms.get(iri) for iri in ends]
    return all(term is None or term.kind is Kind.CLASS for term in terms) and not any(
        iri.startswith("http://www.w3.org/2001/XMLSchema#") for iri in ends
    )


def _kept(links: _Links, is_wanted: Callable[[Ends], bool]) -> _Links:
    properties = {ends: found for ends, found in links.properties.items() if is_wanted(ends)}
    return _Links(tuple(ends for ends in links.subclasses if is_wanted(ends)), properties)


def _boxes_and_arrows(
    classes: list[str], own: set[str], links: _Links, link: Callable[[str], Link]
) -> tuple[list[Box], list[Arrow]]:
    """Return the classes as boxes; properties between two are a box of their own, those of one stand inside it."""
    boxes = [
        Box(
            iri,
            "class" if iri in own else "foreign",
            _caption(link(iri)),
            _captions(links.properties.get((iri, iri), []), link),
        )
        for iri in classes
    ]
    arrows = [Arrow(parent, child, "subclass") for child, parent in links.subclasses]
    for (source, target), properties in sorted(links.properties.items()):
        if source != target:
            key = f"{source} {target}"
            boxes.append(Box(key, "properties", None, _captions(properties, link)))
            arrows += [Arrow(source, key, "from"), Arrow(key, target, "to")]
    return boxes, arrows


def _captions(properties: list[str], link: Callable[[str], Link]) -> tuple[Caption, ...]:
    captions = sorted((_caption(link(iri)) for iri in properties), key=lambda caption: caption.text.lower())
    if len(captions) <= _PROPERTIES_NAMED:
        return tuple(captions)
    rest = captions[_PROPERTIES_NAMED - 1 :]
    more = Caption(f"and {len(rest)} more", title=", ".join(caption.text for caption in rest))
    return (*captions[: _PROPERTIES_NAMED - 1], more)


def _caption(link: Link) -> Caption:
    is_foreign = not link.is_ours and ":" in link.name
    return Caption(link.name, link.href) if is_foreign else Caption(link.text, link.href, language=link.language)
