"""IRIs, terms and statements as pages show them: links with labels, literals, blank nodes nested where they stand."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kgpub.iris import is_path, licence_name, path_of
from kgpub.label import Label
from kgpub.reader import Reader
from kgpub.release import INFERRED_GRAPH
from kgpub.rows import Row, literal_parts, row_of, token_of
from kgpub.site import Site
from kgpub.vocabulary import DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, RDF, SKOS, TYPE, XSD

#: Properties that tell in a sentence or two what a thing is, best first.
NOTE_PROPERTIES = (*DESCRIPTION_PROPERTIES, SKOS + "scopeNote")

#: Blank nodes inside blank nodes on a page; deeper ones are in the other representations.
_NESTING_SHOWN = 8
_TYPE, _STRING = f"<{TYPE}>", f"{XSD}string"
_FIRST, _REST, _NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"
#: Properties whose values stand first on a page, by what they are written as.
_LEADING = {f"<{iri}>": rank for rank, iri in enumerate((TYPE, *LABEL_PROPERTIES, *NOTE_PROPERTIES))}
_FOLLOWED = ("http://", "https://", "mailto:", "tel:")
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


class Link(NamedTuple):
    """A link to an IRI: to our own page where we have one, what it is called, its prefixed name, the IRI in full.

    *href* is empty where there is nowhere to go. *language* is that of the text where markup must tell it.
    """

    href: str
    text: str
    iri: str
    is_ours: bool
    name: str = ""
    language: str = ""

    @property
    def shown(self) -> str:
        """Return the text, or for a licence without label its short name."""
        return self.text if self.text != self.name else licence_name(self.iri) or self.text

    @property
    def in_full(self) -> str:
        """Return the text, or the IRI of a foreign thing without label and prefix: its last segment says too little."""
        if self.text == self.name and not self.is_ours and ":" not in self.name and not licence_name(self.iri):
            return self.iri
        return self.shown


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
    """Turns IRIs into links, with the labels of one description, for one reader."""

    def __init__(self, site: Site, labels: Mapping[str, Mapping[str, Label]], reader: Reader) -> None:
        """Take the labels to use, and the reader in whose language they are chosen."""
        self._site = site
        self._base = site.base.iri
        self._labels = labels
        self._reader = reader
        self._first, *self._others = reader.languages
        self._key = reader.key
        self._links: dict[str, Link] = {}

    @property
    def reader(self) -> Reader:
        """Return for whom links are made."""
        return self._reader

    def label(self, iri: str) -> Label | None:
        """Return the label of an IRI that comes first in the reader's order of languages."""
        by_language = self._labels.get(iri)
        return self._best(by_language) if by_language else None

    def _best(self, by_language: Mapping[str, Label]) -> Label:
        found = by_language.get(self._first)
        if found is None:
            tag = next((tag for tag in self._others if tag in by_language), None)
            found = by_language[min(by_language) if tag is None else tag]
        return found

    def text(self, iri: str) -> str:
        """Return what to call an IRI: its label, or a short name."""
        return self.link(iri).text

    def link(self, iri: str) -> Link:
        """Return a link to an IRI: to our page about it, else to the IRI itself if browsers follow it."""
        link = self._links.get(iri)
        if link is None:
            link = self._links[iri] = self._link(iri, self._labels.get(iri))
        return link

    def term(self, iri: str) -> Link:
        """Return a link to a property, class, datatype or graph, whose label is read here; these are kept."""
        key = self._key, iri
        link: Link | None = self._site.recent_links.get(key)
        if link is None:
            link = self._link(iri, self._site.documents.labels((iri,)).get(iri))
            self._site.recent_links.keep(key, link)
        return link

    def _link(self, iri: str, labels: Mapping[str, Label] | None) -> Link:
        name = self._site.short_name(iri)
        text = language = ""
        if labels:
            label = self._best(labels)
            text = label.text.strip()
            language = self._reader.told(label.language)
        href = self._own_address(iri)
        if href is not None:
            return Link(href, text or name, iri, True, name, language)  # noqa: FBT003 (a name costs time)
        if iri.startswith(_FOLLOWED):
            return Link(iri, text or name, iri, is_ours=False, name=name, language=language)
        return Link("", text or self._site.curie(iri) or iri, iri, is_ours=False, name=name, language=language)

    def _own_address(self, iri: str) -> str | None:
        """Return where this server answers an IRI: below the base, or described here; None if it does not."""
        if iri.startswith(self._base):
            local = iri[len(self._base) :]
            if _PLAIN_LOCAL.fullmatch(local):
                return self._reader.at(local)
            if not local.startswith("/") and is_path(local):  # "//host" would lead there
                return self._reader.at(path_of(local))
        elif self._site.documents.first_described([iri]) is None:
            return None
        return self._reader.at(f"resource?iri={quote(iri, safe='')}")


class Statements:
    """Turns statements into properties and values; blank nodes' own statements are at hand to be nested."""

    def __init__(self, site: Site, linker: Linker, nested: Mapping[str, Sequence[Row]]) -> None:
        """Take the statements of the blank nodes, by their names."""
        self._linker = linker
        self._nested = nested
        self._rank = linker.reader.rank
        self._inferred = f"<{site.base.resolve(INFERRED_GRAPH)}>"

    def properties(self, quads: Iterable[Quad]) -> tuple[Property, ...]:
        """Group parsed statements as ``facts`` groups rows."""
        return self.facts(map(row_of, quads))

    def facts(self, rows: Iterable[Row], inside: tuple[str, ...] = ()) -> tuple[Property, ...]:
        """Group statements by property, those that say what and which a thing is first."""
        by_property: dict[str, dict[str, Value]] = {}
        for row in rows:
            values = by_property.get(row[1])
            if values is None:
                values = by_property[row[1]] = {}
            if row[2] not in values:  # said in another graph already
                values[row[2]] = self.value(row, inside)
        found = [
            (_LEADING.get(token, len(_LEADING)), link.text.lower(), at, link, values)
            for at, (token, values) in enumerate(by_property.items())
            for link in (self._linker.term(token[1:-1]),)
        ]
        found.sort()
        return tuple([Property(link, self._in_order(values)) for _, _, _, link, values in found])

    def _in_order(self, values: Mapping[str, Value]) -> tuple[Value, ...]:
        """Return values, those of them that are texts in several languages in the reader's order."""
        languages = {value.language for value in values.values()} if len(values) > 1 else ()
        if len(languages) > 1:
            return tuple(sorted(values.values(), key=lambda value: (self._rank(value.language), value.language)))
        return tuple(values.values())

    def value(self, row: Row, inside: tuple[str, ...] = ()) -> Value:
        """Return the value of a statement; *inside* are the blank nodes that it is nested in."""
        _, predicate, token, graph = row
        is_inferred = graph == self._inferred
        if token[0] == "<" and token[1] != "<":
            link = self._linker.term(token[1:-1]) if predicate == _TYPE else self._linker.link(token[1:-1])
            return Value(link, link.text, is_inferred=is_inferred)
        if token[0] == '"':
            text, language, datatype = literal_parts(token)
            link_of_type = self._linker.term(datatype) if datatype and datatype != _STRING else None
            return Value(None, text, language, link_of_type, is_inferred=is_inferred)
        if token[0] == "<":
            return Value(triple=tuple(map(self.term, _terms_of(token))), is_inferred=is_inferred)
        if token in inside or len(inside) >= _NESTING_SHOWN:
            return Value(text=token, is_inferred=is_inferred)
        inside = (*inside, token)
        items = self._list_items(token)
        if items is not None:
            shown = tuple(self.value(item, inside) for item in items)
            return Value(text=token, items=shown, is_inferred=is_inferred)
        properties = self.facts(self._nested.get(token, ()), inside)
        return Value(text=token, properties=properties, is_inferred=is_inferred)

    def term(self, term: NamedNode | BlankNode | Literal | Triple) -> Value:
        """Return a parsed term as a value."""
        return self.value(("", "", token_of(term), ""))

    def _list_items(self, head: str) -> list[Row] | None:
        """Return the statements that give the items of an RDF list, or None where the node is not a proper list."""
        items: list[Row] = []
        seen: set[str] = set()
        node = head
        while node != _NIL:
            if node[0] != "_" or node in seen:
                return None
            seen.add(node)
            rows = [row for row in self._nested.get(node, ()) if row[1] != _TYPE]
            by_property = {row[1]: row for row in rows}
            if len(rows) != 2 or by_property.keys() != {_FIRST, _REST}:  # noqa: PLR2004 (first and rest)
                return None
            items.append(by_property[_FIRST])
            node = by_property[_REST][2]
        return items


def _terms_of(token: str) -> Iterable[NamedNode | BlankNode | Literal | Triple]:
    (quad,) = parse(f"<x:> <x:> {token} .", RdfFormat.N_TRIPLES, lenient=True)
    triple = quad.object
    assert isinstance(triple, Triple)  # noqa: S101 (what stands between << and >>)
    return triple.subject, triple.predicate, triple.object
