"""What pages say of themselves to search engines: schema.org as JSON-LD, in a block of data that no browser runs.

Sources: schema.org; "Dataset structured data" (Google Search Central). Texts are in the site's language, since readers
of such blocks expect plain texts; those in other languages are alternative names.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kgpub.description import Description
from kgpub.label import Label
from kgpub.reader import plain_reader
from kgpub.recent import Recent
from kgpub.release import DATASET, DERIVED, WHOLE_DUMPS, Download
from kgpub.rows import Row, is_iri_token, literal_parts
from kgpub.schema_org import THING, known_properties, schema_term
from kgpub.site import Site
from kgpub.values import NOTE_PROPERTIES, Linker
from kgpub.vocabulary import LABEL_PROPERTIES, TYPE

Block = dict[str, Any]

_CONTEXT = "https://schema.org/"
_VALUES_AT_MOST = 20
#: Kinds of things that others name, kept; at most twice as many, less than 1 MB.
_KINDS_KEPT = 2_048
#: Classes that a data set's page lists.
_VARIABLES_AT_MOST = 20
#: A shorter description is not taken for one.
_SHORTEST_DESCRIPTION = 50
#: Of a longer one search engines read the beginning; the page has the whole of it.
_LONGEST_DESCRIPTION = 5_000
#: Properties whose values are addresses and nothing more.
_ADDRESSES = frozenset(("sameAs", "license", "url", "image"))
_AGENTS = frozenset(("Person", "Organization"))
_OWN = {*LABEL_PROPERTIES, *NOTE_PROPERTIES, TYPE}


class StructuredData:
    """Makes the blocks of a release."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._plain = plain_reader(site)
        self._properties = known_properties(site.publication)
        self._dataset = site.base.resolve(DATASET)
        self._kinds = Recent[str](_KINDS_KEPT)

    def of_thing(self, description: Description) -> Block:
        """Return the block of the page about a thing; all about the data set is on the home page."""
        site, linker = self._site, Linker(self._site, description.labels, self._plain)
        thing = f"<{description.iri}>"
        own = [row for row in description.rows if row[0] == thing]
        block: Block = {
            "@context": _CONTEXT,
            "@type": site.documents.kind(description.iri) or THING,
            "@id": description.iri,
            "mainEntityOfPage": description.document_iri,
            **self._names(linker, description.iri, description.labels),
        }
        if (note := _note(own, site.publication.language)) is not None:
            block["description"] = _beginning(note)
        if description.iri == self._dataset:
            block["url"] = site.base.iri
        elif site.has_catalog:
            block["subjectOf"] = {"@type": "Dataset", "@id": self._dataset, "name": site.publication.title}
        return block | self._facts(own, linker)

    def of_dataset(self) -> Block:
        """Return the block of the data set: everything that Google's data set search asks for or recommends."""
        site, publication = self._site, self._site.publication
        manifest, entry = site.release.manifest, publication.catalog
        block: Block = {
            "@context": _CONTEXT,
            "@type": "Dataset",
            "@id": self._dataset,
            "identifier": self._dataset,
            "url": site.base.iri,
            "name": publication.title,
            "alternateName": [_in(language, text) for language, text in sorted(entry.titles.items())],
            "description": self._description(),
            "license": site.base.resolve(publication.licence) if publication.licence else "",
            "creator": self._agent(publication.creator),
            "publisher": self._agent(publication.publisher),
            "version": manifest.id,
            "datePublished": entry.issued,
            "dateModified": manifest.created,
            "inLanguage": sorted({publication.language, *entry.titles}),
            "keywords": list(dict.fromkeys(word for each in entry.keywords for _, word in sorted(each.items()))),
            "spatialCoverage": [{"@type": "Place", "@id": site.base.resolve(iri)} for iri in entry.spatial],
            "variableMeasured": self._variables(),
            "isAccessibleForFree": True,  # whoever asks this server gets all of it
            "distribution": [self._file(file) for file in manifest.downloads if file.name in WHOLE_DUMPS],
            "hasPart": [self._part(file) for file in manifest.downloads if file.name not in WHOLE_DUMPS],
        }
        return {name: value for name, value in block.items() if value not in ("", [], None)}

    def _description(self) -> str:
        publication, counts = self._site.publication, self._site.release.manifest.counts
        given = publication.description.strip()
        if len(given) >= _SHORTEST_DESCRIPTION:
            return _beginning(given)
        said = f"{given or publication.title}: {counts.triples} RDF triples on {counts.resources} resources"
        return f"{said}, published as linked data."

    def _agent(self, name: str) -> Block | None:
        if not name:
            return None
        iri = self._site.base.resolve(name)
        kind = self._site.documents.kind(iri)
        agent: Block = {"@type": kind if kind in _AGENTS else "Organization", "@id": iri}
        return agent | self._names(
            Linker(self._site, labels := self._site.documents.labels([iri]), self._plain), iri, labels
        )

    def _variables(self) -> list[Block]:
        """Return what is counted: the site's own classes, with their numbers of instances."""
        classes = [(iri, n) for iri, n in self._site.documents.classes(500) if self._site.base.holds(iri)]
        shown = classes[:_VARIABLES_AT_MOST]
        linker = Linker(self._site, self._site.documents.labels(iri for iri, _ in shown), self._plain)
        return [
            {"@type": "PropertyValue", "propertyID": iri, "name": linker.text(iri), "value": instances}
            for iri, instances in shown
        ]

    def _file(self, file: Download) -> Block:
        media_types = [file.media_type, "application/gzip"] if file.is_compressed else file.media_type
        return {
            "@type": "DataDownload",
            "@id": (url := self._site.base.resolve(file.path)),
            "contentUrl": url,
            "encodingFormat": media_types,
            "contentSize": f"{file.bytes} B",
            "sha256": file.sha256,
            "name": self._title(file),
        }

    def _part(self, file: Download) -> Block:
        publication, title = self._site.publication, self._title(file)
        part = {
            "@type": "Dataset",
            "@id": f"{self._dataset}/{DERIVED}/{file.name.partition('.')[0]}",
            "name": title,
            "description": f"{title}. Made from the data set “{publication.title}”: a part of what it says.",
            "license": self._site.base.resolve(publication.licence) if publication.licence else "",
            "creator": self._agent(publication.creator),
            "distribution": [self._file(file)],
        }
        return {name: value for name, value in part.items() if value}

    def _title(self, file: Download) -> str:
        return file.titles.get(self._site.publication.language) or file.titles["en"]

    def _names(self, linker: Linker, iri: str, labels: Mapping[str, Mapping[str, Label]]) -> Block:
        label = linker.label(iri)
        if label is None:
            return {"name": linker.text(iri)}
        others = [_in(each.language, each.text) for each in labels[iri].values() if each != label]
        return {"name": label.text, **({"alternateName": others} if others else {})}

    def _facts(self, own: Iterable[Row], linker: Linker) -> Block:
        """Return what schema.org has a property for, with at most so many values each."""
        facts: dict[str, list[Any]] = {}
        for _, predicate, value, _ in own:
            property_ = predicate[1:-1]
            name = None if property_ in _OWN else self._properties.get(property_) or schema_term(property_)
            if name is None or not name[0].islower() or value[0] == "_" or value.startswith("<<"):
                continue
            values = facts.setdefault(name, [])
            said = self._value(name, value, linker)
            if said not in values and len(values) < _VALUES_AT_MOST:
                values.append(said)
        return {name: values[0] if len(values) == 1 else values for name, values in facts.items()}

    def _value(self, name: str, token: str, linker: Linker) -> str | Block:
        if not is_iri_token(token):
            text, language, _ = literal_parts(token)
            return _in(language, text) if language else text
        iri = token[1:-1]
        if name in _ADDRESSES:
            return iri
        kind = self._kinds.get(iri)
        if kind is None:
            kind = self._site.documents.kind(iri)
            self._kinds.keep(iri, kind)
        named = {"@id": iri, "name": linker.text(iri)}
        return {"@type": kind, **named} if kind else named


def _in(language: str, text: str) -> Block:
    return {"@value": text, "@language": language} if language else {"@value": text}


def _note(own: Iterable[Row], language: str) -> str | None:
    """Return the text that describes a thing best, in the site's language or in none."""
    ranks = {f"<{iri}>": rank for rank, iri in enumerate(NOTE_PROPERTIES)}
    notes = ((ranks[row[1]], literal_parts(row[2])) for row in own if row[1] in ranks and row[2][0] == '"')
    return min(((rank, text) for rank, (text, tag, _) in notes if tag in (language, "")), default=(0, None))[1]


def _beginning(text: str) -> str:
    """Return a text, a long one up to a word's end."""
    if len(text) <= _LONGEST_DESCRIPTION:
        return text
    return text[: _LONGEST_DESCRIPTION - 1].rpartition(" ")[0] + " …"
