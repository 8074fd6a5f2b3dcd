"""What the page of an ontology shows, and that of one of its terms: plain frozen values for the templates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from pyoxigraph import Literal, NamedNode

from kgpub.class_diagram import ClassDiagram, class_diagram
from kgpub.class_expression import Part
from kgpub.description import Description
from kgpub.iris import last_segment
from kgpub.reader import Reader
from kgpub.selection import Selection
from kgpub.site import Site
from kgpub.term_facts import Fact, TermFacts
from kgpub.terminology import Kind, Term, Terminology, ontology_of, terminology_of
from kgpub.thing_index import PropertyFigures
from kgpub.values import Link, Linker, Value
from kgpub.vocabulary import DCTERMS, DESCRIPTION_PROPERTIES, OWL, SCHEMA, SKOS

_VANN = "http://purl.org/vocab/vann/"
_STATUS = ("http://purl.org/ontology/bibo/status", SCHEMA + "creativeWorkStatus")
#: What the head of an ontology's page says, by the properties that say it.
_HEAD = {
    "Version": (OWL + "versionInfo", SCHEMA + "version"),
    "Version IRI": (OWL + "versionIRI",),
    "Earlier version": (OWL + "priorVersion",),
    "Status": _STATUS,
    "Prefix": (_VANN + "preferredNamespacePrefix",),
    "Namespace": (_VANN + "preferredNamespaceUri",),
    "Creator": (DCTERMS + "creator", "http://purl.org/dc/elements/1.1/creator", SCHEMA + "creator"),
    "Contributor": (DCTERMS + "contributor", "http://purl.org/dc/elements/1.1/contributor"),
    "Publisher": (DCTERMS + "publisher",),
    "Licence": (DCTERMS + "license", SCHEMA + "license"),
    "Created": (DCTERMS + "created",),
    "Issued": (DCTERMS + "issued",),
    "Modified": (DCTERMS + "modified",),
    "Imports": (OWL + "imports",),
    "Draws on": (DCTERMS + "source",),
}
_SHOWN_IN_FULL = (_HEAD["Version IRI"], _HEAD["Earlier version"], _HEAD["Imports"])
_ABSTRACT = (DCTERMS + "abstract", *DESCRIPTION_PROPERTIES)
_CITATION = (DCTERMS + "bibliographicCitation", SCHEMA + "citation")
_DEFINITION = (SKOS + "definition", *DESCRIPTION_PROPERTIES)
_NOTES = (SKOS + "scopeNote", SKOS + "note", SKOS + "editorialNote", SKOS + "changeNote", _VANN + "usageNote")
_EXAMPLE = (SKOS + "example", _VANN + "example")
#: Anchors of a page's own parts, which no term may take.
_OWN_ANCHORS = ("main", "prefixes", "incoming")
_LABELS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One term: what it is called in this and in other languages, what it means, how it relates to others."""

    link: Link
    anchor: str
    kind: str
    others: tuple[Value, ...]
    definition: Value | None
    notes: tuple[Value, ...]
    examples: tuple[str, ...]
    facts: tuple[Fact, ...]
    is_deprecated: bool

    @property
    def is_told_elsewhere(self) -> bool:
        """Tell whether only a page of its own says more than its name: that of a shape does, which defines nothing."""
        is_empty = not (self.definition or self.notes or self.examples or self.facts or self.is_deprecated)
        return is_empty and self.kind == Kind.OTHER.value


@dataclass(frozen=True, slots=True)
class Group:
    """The terms of one kind, by name."""

    anchor: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class OntologyPage:
    """The page of an ontology, which may be at the address of its IRI without a ``#``."""

    template: ClassVar[str] = "ontology.html"
    link: Link
    others: tuple[Value, ...]
    abstract: Value | None
    description: Value | None
    facts: tuple[Fact, ...]
    notes: tuple[Value, ...]
    citation: Value | None
    diagram: ClassDiagram | None
    groups: tuple[Group, ...]
    prefixes: tuple[tuple[str, str], ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class TermPage:
    """The page of a class or property of an ontology; *uses* are there for a property that is used."""

    template: ClassVar[str] = "term.html"
    entry: Entry
    ontology: Link
    instances: int
    instances_href: str
    uses: PropertyFigures | None
    diagram: ClassDiagram | None
    prefixes: tuple[tuple[str, str], ...]


def ontology_page(site: Site, description: Description, reader: Reader) -> OntologyPage | TermPage | None:
    """Return the page of an ontology or of one of its terms, or None where the thing described is neither.

    A term's page needs the ontology whole: what has it as domain is said of other terms.
    """
    iri = description.iri
    ontology = ontology_of(site, iri, description.rows) if description.page == 1 else None
    if ontology is None:
        return None
    terminology = terminology_of(site, ontology)
    writer = _Writer(site, terminology, reader)
    if ontology.removesuffix("#") == iri.removesuffix("#"):
        return writer.whole()
    term = terminology.terms.get(iri)
    if term is None or term.kind in (Kind.SCHEME, Kind.OTHER):
        return None
    return writer.one(term)


class _Writer:
    """Writes the terms of one ontology for one request."""

    def __init__(self, site: Site, terminology: Terminology, reader: Reader) -> None:
        schemes = (term.iri for term in terminology.of_kind(Kind.SCHEME))
        found = {iri: site.documents.incoming_page(iri, SKOS + "inScheme", 1) for iri in schemes}
        codes = {iri: links for iri, links in found.items() if links is not None}
        named = dict.fromkeys((*terminology.named, *(code for links in codes.values() for code in links.subjects)))
        self._site = site
        self._reader = reader
        self._labels = site.documents.labels(named)
        self._linker = Linker(site, self._labels, reader)
        self._terminology = terminology
        self._codes = codes
        self._anchors = _anchors(terminology)

    def whole(self) -> OntologyPage:
        """Return the page of the ontology; links between its terms stay on the page."""
        term = self._terminology.ontology
        facts = TermFacts(self._terminology, self._codes, self._here)
        abstract = self._best(term, _ABSTRACT)
        description = self._best(term, DESCRIPTION_PROPERTIES)
        groups = tuple(group for kind in Kind if (group := self._group(kind, facts)).entries)
        return OntologyPage(
            link=self._linker.link(term.iri),
            others=self._others(term.iri),
            abstract=abstract,
            description=description if description != abstract else None,
            facts=tuple(self._head(term)),
            notes=self._notes(term),
            citation=self._best(term, _CITATION),
            diagram=class_diagram(self._terminology, self._here),
            groups=groups,
            prefixes=self._prefixes(example for group in groups for e in group.entries for example in e.examples),
            left_out=self._terminology.left_out,
        )

    def one(self, term: Term) -> TermPage:
        """Return the page of a term; links lead to the pages of the others."""
        figures = self._site.things.class_figures(term.iri)
        is_class = term.kind is Kind.CLASS
        facts = TermFacts(self._terminology, self._codes, self._linker.link, with_inherited=True)
        entry = self._entry(term, facts)
        return TermPage(
            entry=entry,
            ontology=self._linker.link(self._terminology.ontology.iri),
            instances=figures.things if figures else 0,
            instances_href=self._reader.at(Selection(term.iri).address),
            uses=None if is_class else self._site.things.property_figures(term.iri),
            diagram=class_diagram(self._terminology, self._linker.link, term.iri) if is_class else None,
            prefixes=self._prefixes(entry.examples),
        )

    def _here(self, iri: str) -> Link:
        link = self._linker.link(iri)
        return link._replace(href=f"#{self._anchors[iri]}") if iri in self._anchors else link

    def _group(self, kind: Kind, facts: TermFacts) -> Group:
        entries = [self._entry(term, facts) for term in self._terminology.of_kind(kind)]
        by_name = sorted(entries, key=lambda entry: (entry.link.text.casefold(), entry.link.iri))
        return Group(_group_anchor(kind), kind.value, tuple(by_name))

    def _entry(self, term: Term, facts: TermFacts) -> Entry:
        return Entry(
            link=self._linker.link(term.iri),
            anchor=self._anchors[term.iri],
            kind=term.kind.value,
            others=self._others(term.iri),
            definition=self._best(term, _DEFINITION),
            notes=self._notes(term),
            examples=tuple(value.text for property_ in _EXAMPLE for value in self._texts(term, property_)),
            facts=tuple(facts.of(term)),
            is_deprecated=any(value.value in ("true", "1") for value in term.literals(OWL + "deprecated")),
        )

    def _others(self, iri: str) -> tuple[Value, ...]:
        """Return what a term is called in other languages."""
        shown = self._linker.label(iri)
        others = (label for _, label in sorted(self._labels.get(iri, {}).items()) if label != shown)
        return tuple(Value(text=label.text, language=self._reader.told(label.language)) for label in others)[
            :_LABELS_SHOWN
        ]

    def _texts(self, term: Term, property_: str) -> tuple[Value, ...]:
        """Return the texts of a property in the language that comes first in the reader's order."""
        by_language: dict[str, list[Value]] = {}
        for literal in term.literals(property_):
            language = literal.language or ""
            shown = self._reader.told(language)
            by_language.setdefault(language, []).append(Value(text=literal.value.strip(), language=shown))
        wanted = (*self._reader.languages, *sorted(by_language))
        return tuple(next((by_language[language] for language in wanted if language in by_language), ()))

    def _notes(self, term: Term) -> tuple[Value, ...]:
        return tuple(value for property_ in _NOTES for value in self._texts(term, property_))

    def _best(self, term: Term, properties: Iterable[str]) -> Value | None:
        return next((value for property_ in properties for value in self._texts(term, property_)), None)

    def _head(self, term: Term) -> Iterator[Fact]:
        for title, properties in _HEAD.items():
            values = [self._head_value(value, properties) for value in term.objects(*properties)]
            found = tuple(dict.fromkeys(value for value in values if value))
            if found:
                yield Fact(title, found)

    def _head_value(self, value: object, properties: tuple[str, ...]) -> tuple[Part, ...]:
        if isinstance(value, Literal):
            return (value.value,)
        if not isinstance(value, NamedNode):
            return ()
        link = self._linker.link(value.value)
        if properties is _STATUS and link.text == link.name:
            return (link._replace(text=last_segment(link.iri), name=""),)
        return (link._replace(text=link.iri) if properties in _SHOWN_IN_FULL else link,)

    def _prefixes(self, examples: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return the prefixes that examples are written with, so that they can be tried out."""
        text = " ".join(examples)
        return tuple((name, iri) for name, iri in sorted(self._site.prefixes.items()) if f" {name}:" in f" {text}")


def _group_anchor(kind: Kind) -> str:
    return kind.value.lower().replace(" ", "-")


def _anchors(terminology: Terminology) -> dict[str, str]:
    """Give each term an anchor after its name, its own on the page; those of the picture start with "diagram"."""
    taken = {*_OWN_ANCHORS, *map(_group_anchor, Kind)}
    anchors = {}
    for iri in sorted(terminology.terms):
        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in last_segment(iri)).strip("-") or "term"
        while name in taken or name.startswith("diagram"):
            name = f"term-{name}"
        taken.add(name)
        anchors[iri] = name
    return anchors
