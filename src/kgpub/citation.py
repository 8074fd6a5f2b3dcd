"""What there is to say when a thing of the data set is cited, and where it is to be had."""

import re
from dataclasses import dataclass
from enum import Enum

from kgpub.description import document_path, representation_address
from kgpub.formats import DESCRIPTION_CSV
from kgpub.iris import last_segment, licence_name, uri_of
from kgpub.reader import Reader
from kgpub.release import DATASET
from kgpub.rows import rows_of
from kgpub.site import Site
from kgpub.texts import site_title
from kgpub.values import Linker
from kgpub.vocabulary import DCAT, OWL, RDF, RDFS, SKOS, TYPE, VOID

_NOT_IN_A_KEY = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_KEY = 60


class Use(Enum):
    """How another data set would speak of a thing."""

    CLASS = "class"
    PROPERTY = "property"
    ATTRIBUTE = "attribute"
    CONCEPT = "concept"
    DATASET = "dataset"
    THING = "thing"


_USES = {
    OWL + "Class": Use.CLASS,
    RDFS + "Class": Use.CLASS,
    OWL + "DatatypeProperty": Use.ATTRIBUTE,
    OWL + "ObjectProperty": Use.PROPERTY,
    RDF + "Property": Use.PROPERTY,
    OWL + "AnnotationProperty": Use.PROPERTY,
    SKOS + "Concept": Use.CONCEPT,
    DCAT + "Dataset": Use.DATASET,
    VOID + "Dataset": Use.DATASET,
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A thing as it is cited.

    *title* is what it is called and *language* in which language, empty for a text without one. *address* is the URI to
    ask for it: its own where this server answers that, else its document's. *table* is that of its statements as CSV.
    *creator* and *licence* are empty where the settings name none.
    """

    iri: str
    title: str
    language: str
    use: Use
    address: str
    table: str
    key: str
    dataset_iri: str
    dataset: str
    creator: str
    licence: str
    release: str
    created: str

    @property
    def is_dataset(self) -> bool:
        """Tell whether the data set itself is cited, not a thing in it."""
        return self.iri == self.dataset_iri


def cite(site: Site, iri: str, reader: Reader) -> Citation:
    """Return how an IRI that is described here is cited, in a reader's language; addresses are the canonical ones."""
    publication, manifest = site.publication, site.release.manifest
    creator = site.base.resolve(publication.creator or publication.publisher) if _has_creator(site) else ""
    linker = Linker(site, site.documents.labels((iri, creator)), reader)
    label = linker.label(iri)
    document = site.base.resolve(document_path(site, iri))
    is_answered = site.base.holds(iri) and ("#" in iri or "?iri=" not in document)
    dataset_iri = site.base.resolve(DATASET) if site.has_catalog else site.base.iri
    title = site_title(site, reader).text
    return Citation(
        iri=iri,
        title=_line(label.text if label else title if iri == dataset_iri else linker.text(iri)),
        language=label.language if label else "",
        use=_use_of(site, iri),
        address=uri_of(iri if is_answered else document),
        table=uri_of(representation_address(document, DESCRIPTION_CSV.suffix)),
        key=_key(iri, manifest.created[:10]),
        dataset_iri=dataset_iri,
        dataset=_line(title),
        creator=_line(linker.text(creator)) if creator else "",
        licence=_licence(site),
        release=manifest.id,
        created=manifest.created,
    )


def _has_creator(site: Site) -> bool:
    return bool(site.publication.creator or site.publication.publisher)


def _licence(site: Site) -> str:
    iri = site.base.resolve(site.publication.licence) if site.publication.licence else ""
    return licence_name(iri) or iri


def _use_of(site: Site, iri: str) -> Use:
    document = site.documents.get(iri)
    start = f"<{iri}> <{TYPE}> "
    rows = rows_of(line for line in document.lines if line.startswith(start)) if document else []
    classes = {row[2][1:-1] for row in rows}
    return next((use for cls, use in _USES.items() if cls in classes), Use.THING)


def _key(iri: str, day: str) -> str:
    """Return a key for bibliographies: letters, digits and hyphens."""
    name = _NOT_IN_A_KEY.sub("-", last_segment(iri)).strip("-")
    return f"{name[:_LONGEST_KEY] or 'resource'}-{day}"


def _line(text: str) -> str:
    """Return a text on one line, without the characters that mean nothing in print."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
