"""Describe the files in which a release can be had (DCAT 3, section 6.8)."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kgpub.edition import Edition, Triple, labelled, links, rights, short, texts
from kgpub.release import WHOLE_DUMPS, Download
from kgpub.vocabulary import DCAT, DCTERMS, MEDIA_TYPES, PROV, RDF, RDFS, VOID, XSD

_SPDX = "http://spdx.org/rdf/terms#"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"

#: Codes of the EU's list of file types, which DCAT-AP asks for (section "Controlled vocabularies to be used").
_FILE_TYPES = {
    "application/n-quads": "RDF_N_QUADS",
    "application/n-triples": "RDF_N_TRIPLES",
    "application/trig": "RDF_TRIG",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON_LD",
    "application/json": "JSON",
    "text/turtle": "RDF_TURTLE",
    "text/csv": "CSV",
    "text/tab-separated-values": "TSV",
}


def distribution_triples(edition: Edition) -> Iterator[Triple]:
    """Yield every file, as a distribution of the data set or of what is derived from it."""
    for download in edition.manifest.downloads:
        yield from _offered(edition, download)
        yield from _download(edition, download)


def derived_datasets(edition: Edition) -> list[str]:
    """Return the IRIs of the data sets derived from the data set: one for each download that is not the whole of it."""
    return [edition.derived(download) for download in edition.manifest.downloads if download.name not in WHOLE_DUMPS]


def _offered(edition: Edition, download: Download) -> Iterator[Triple]:
    """Yield of what a download is a distribution.

    Distributions of one data set are to say the same (DCAT 3, section 6.7, "informationally equivalent"). Links or
    arguments alone do not, so they are data sets of their own.
    """
    url = NamedNode(edition.base.resolve(download.path))
    if download.name in WHOLE_DUMPS:
        yield edition.dataset, DCAT + "distribution", url
        yield edition.dataset, VOID + "dataDump", url
        return
    derived, publication = edition.derived(download), edition.manifest.publication
    yield derived, RDF + "type", NamedNode(DCAT + "Dataset")
    yield derived, RDF + "type", NamedNode(PROV + "Entity")
    for property_ in (RDFS + "label", DCTERMS + "title"):
        yield from texts(derived, property_, download.titles)
    yield from labelled(
        derived,
        "Made from the data set by its build: a part of what the data set says, in a form of its own.",
        "Tiré du jeu de données à sa production : une partie de ce que dit celui-ci, sous une forme particulière.",
        DCTERMS + "description",
    )
    yield derived, DCTERMS + "identifier", Literal(derived)
    yield derived, DCTERMS + "isPartOf", NamedNode(edition.dataset)
    yield derived, PROV + "wasDerivedFrom", NamedNode(edition.dataset)
    yield from links(derived, DCTERMS + "publisher", [_publisher(edition)])
    yield from links(derived, DCAT + "theme", [edition.base.resolve(iri) for iri in publication.catalog.themes])
    yield derived, DCTERMS + "issued", edition.day
    yield from rights(derived, edition)
    yield derived, DCAT + "distribution", url


def _download(edition: Edition, download: Download) -> Iterator[Triple]:
    url = edition.base.resolve(download.path)
    yield url, RDF + "type", NamedNode(DCAT + "Distribution")
    for property_ in (RDFS + "label", DCTERMS + "title"):
        yield from texts(url, property_, download.titles)
    yield url, DCAT + "accessURL", NamedNode(url)
    yield url, DCAT + "downloadURL", NamedNode(url)
    yield url, DCAT + "mediaType", NamedNode(MEDIA_TYPES + download.media_type)
    if (file_type := _FILE_TYPES.get(download.media_type)) is not None:
        yield url, DCTERMS + "format", NamedNode(_FILE_TYPE + file_type)
    if download.is_compressed:
        yield url, DCAT + "compressFormat", NamedNode(MEDIA_TYPES + "application/gzip")
    yield url, DCAT + "byteSize", Literal(str(download.bytes), datatype=NamedNode(XSD + "nonNegativeInteger"))
    yield url, DCTERMS + "issued", edition.day
    yield from links(url, DCTERMS + "conformsTo", [download.conforms_to])
    yield from rights(url, edition)
    checksum = f"{url}#checksum"
    yield url, _SPDX + "checksum", NamedNode(checksum)
    yield checksum, RDF + "type", NamedNode(_SPDX + "Checksum")
    yield from labelled(checksum, f"checksum of {short(url)}", f"somme de contrôle de {short(url)}")
    yield checksum, _SPDX + "algorithm", NamedNode(_SPDX + "checksumAlgorithm_sha256")
    yield checksum, _SPDX + "checksumValue", Literal(download.sha256, datatype=NamedNode(XSD + "hexBinary"))


def _publisher(edition: Edition) -> str:
    publisher = edition.manifest.publication.publisher
    return edition.base.resolve(publisher) if publisher else ""
