"""IRIs, terms and statements as pages show them: links with labels, literals, blank nodes nested where they stand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kgpub.documents import Label
from kgpub.iris import path_of
from kgpub.release import INFERRED_GRAPH
from kgpub.site import Site
from kgpub.vocabulary import DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, RDF, SKOS, TYPE, XSD

#: Properties that tell in a sentence or two what a thing is, best first.
NOTE_PROPERTIES = (*DESCRIPTION_PROPERTIES, SKOS + "scopeNote")

#: Blank nodes inside blank nodes on a page; deeper ones are in the other representations.
_NESTING_SHOWN = 8
#: Properties whose values stand first on a page.
_LEADING = (TYPE, *LABEL_PROPERTIES, *NOTE_PROPERTIES)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an IRI: to our own page where we have one, what it is called, its prefixed name, the IRI in full.

    *href* is empty where there is nowhere to go. *language* is that of the text where it is not the site's.
    """

    href: str
    text: str
    iri: str
    is_ours: bool
    name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property.

    A link, a literal, a blank node with its own properties, an RDF list with its items or a triple with its terms.
    """

    link: Link | None = None
    text: str = ""
    language: str = ""
    datatype: Link | None = None
    properties: tuple["Property", ...] = ()
    items: tuple["Value", ...] = ()
    triple: tuple["Value", ...] = ()
    is_inferred: bool = False


@dataclass(frozen=True, slots=True)
class Property:
    """A property and its values on one thing."""

    link: Link
    values: tuple[Value, ...]


class Linker:
    """Turns IRIs into links, with the labels of one description and the addresses of one request."""

    def __init__(self, site: Site, labels: dict[str, dict[str, Label]], root: str) -> None:
        """Take the labels to use, and the path below which this server is mounted (empty, or ``/kg``)."""
        self._site = site
        self._labels = labels
        self._root = root
        self._links: dict[str, Link] = {}

    def label(self, iri: str) -> Label | None:
        """Return the label of an IRI in the site's language, in English, in none, or in any."""
        by_language = self._labels.get(iri)
        if not by_language:
            return None
        wanted = (self._site.publication.language, "en", "", *sorted(by_language))
        return next(by_language[language] for language in wanted if language in by_language)

    def text(self, iri: str) -> str:
        """Return what to call an IRI: its label, or a short name."""
        return self.link(iri).text

    def link(self, iri: str) -> Link:
        """Return a link to an IRI: to our page about it, else to the IRI itself if that is an http(s) address."""
        if iri not in self._links:
            self._links[iri] = self._link(iri)
        return self._links[iri]

    def _link(self, iri: str) -> Link:
        name = self._site.short_name(iri)
        label = self.label(iri)
        text = label.text.strip() if label else ""
        language = label.language if label and label.language != self._site.publication.language else ""
        href = self._own_address(iri)
        if href is not None:
            return Link(href, text or name, iri, is_ours=True, name=name, language=language)
        if iri.startswith(("http://", "https://")):
            return Link(iri, text or name, iri, is_ours=False, name=name, language=language)
        return Link("", text or self._site.curie(iri) or iri, iri, is_ours=False, name=name, language=language)

    def _own_address(self, iri: str) -> str | None:
        """Return where this server answers an IRI: below the base, or described here; None if it does not."""
        if self._site.base.holds(iri):
            local = self._site.base.local(iri)
            if _is_plain_path(local):
                return f"{self._root}/{path_of(local)}"
        elif self._site.documents.first_described([iri]) is None:
            return None
        return f"{self._root}/resource?iri={quote(iri, safe='')}"


def _is_plain_path(local: str) -> bool:
    """Tell whether a browser asks for this path as it stands: not ``//host``, no dots that it would resolve."""
    return not local.startswith("/") and not {".", ".."} & set(unquote(local).split("/"))


class Statements:
    """Turns statements into properties and values; blank nodes' own statements are at hand to be nested."""

    def __init__(self, site: Site, linker: Linker, nested: dict[str, list[Quad]]) -> None:
        """Take the statements of the blank nodes, by their names."""
        self._linker = linker
        self._nested = nested
        self._inferred = NamedNode(site.base.resolve(INFERRED_GRAPH))

    def properties(self, quads: Iterable[Quad], inside: tuple[str, ...] = ()) -> tuple[Property, ...]:
        """Group statements by property, those that say what and which a thing is first."""
        by_property: dict[str, dict[Value, None]] = {}
        for quad in quads:
            values = by_property.setdefault(quad.predicate.value, {})
            value = self.value(quad, inside)
            if replace(value, is_inferred=not value.is_inferred) not in values:  # said in another graph already
                values[value] = None
        iris = sorted(by_property, key=self._rank)
        return tuple(Property(self._linker.link(iri), tuple(by_property[iri])) for iri in iris)

    def _rank(self, iri: str) -> tuple[int, str]:
        return (_LEADING.index(iri) if iri in _LEADING else len(_LEADING), self._linker.text(iri).lower())

    def value(self, quad: Quad, inside: tuple[str, ...] = ()) -> Value:
        """Return the value of a statement; *inside* are the blank nodes that it is nested in."""
        return replace(self.term(quad.object, inside), is_inferred=quad.graph_name == self._inferred)

    def term(self, term: NamedNode | BlankNode | Literal | Triple, inside: tuple[str, ...] = ()) -> Value:
        """Return a term as a value."""
        if isinstance(term, NamedNode):
            link = self._linker.link(term.value)
            return Value(link=link, text=link.text)
        if isinstance(term, Literal):
            is_plain = term.language is not None or term.datatype.value == f"{XSD}string"
            datatype = None if is_plain else self._linker.link(term.datatype.value)
            return Value(text=term.value, language=term.language or "", datatype=datatype)
        if isinstance(term, Triple):
            return Value(triple=tuple(self.term(part, inside) for part in term))
        text = f"_:{term.value}"
        if term.value in inside or len(inside) >= _NESTING_SHOWN:
            return Value(text=text)
        inside = (*inside, term.value)
        items = self._list_items(term)
        if items is not None:
            return Value(text=text, items=tuple(self.value(item, inside) for item in items))
        return Value(text=text, properties=self.properties(self._nested.get(term.value, ()), inside))

    def _list_items(self, head: BlankNode) -> list[Quad] | None:
        """Return the statements that give the items of an RDF list, or None where the node is not a proper list."""
        items: list[Quad] = []
        seen: set[str] = set()
        node: object = head
        while node != NamedNode(RDF + "nil"):
            if not isinstance(node, BlankNode) or node.value in seen:
                return None
            seen.add(node.value)
            quads = [q for q in self._nested.get(node.value, ()) if q.predicate.value != TYPE]
            by_property = {q.predicate.value: q for q in quads}
            if len(quads) != 2 or set(by_property) != {RDF + "first", RDF + "rest"}:  # noqa: PLR2004 (first and rest)
                return None
            items.append(by_property[RDF + "first"])
            node = by_property[RDF + "rest"].object
        return items
