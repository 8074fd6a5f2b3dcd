"""Describe in which forms a release can be had: downloads, and the SPARQL endpoint (DCAT 3, sections 6.8 and 6.9)."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kgpub.edition import ENDPOINT, Edition, Triple, labelled, links, rights, short, texts
from kgpub.release import Download
from kgpub.vocabulary import DCAT, DCTERMS, PROV, RDF, RDFS, VOID, XSD

_IANA = "https://www.iana.org/assignments/media-types/"
_SPDX = "http://spdx.org/rdf/terms#"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_SPARQL_PROTOCOL = "http://www.w3.org/TR/sparql11-protocol/"
#: The files that hold the data set itself (``kgpub.dump``); others are made from parts of it.
_WHOLE = ("all.nq.gz", "asserted.ttl.gz")

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
    """Yield every distribution, of the data set or of what is derived from it, and the service behind one of them."""
    for download in edition.manifest.downloads:
        yield from _offered(edition, download)
        yield from _download(edition, download)
    yield from _service(edition)
    yield from _query_access(edition)


def derived_datasets(edition: Edition) -> list[str]:
    """Return the IRIs of the data sets derived from the data set: one for each download that is not the whole of it."""
    return [edition.derived(download) for download in edition.manifest.downloads if download.name not in _WHOLE]


def _offered(edition: Edition, download: Download) -> Iterator[Triple]:
    """Yield of what a download is a distribution.

    Distributions of one data set are to say the same (DCAT 3, section 6.7, "informationally equivalent"). Links or
    arguments alone do not, so they are data sets of their own.
    """
    url = NamedNode(edition.base.resolve(download.path))
    if download.name in _WHOLE:
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
    yield url, DCAT + "mediaType", NamedNode(_IANA + download.media_type)
    if (file_type := _FILE_TYPES.get(download.media_type)) is not None:
        yield url, DCTERMS + "format", NamedNode(_FILE_TYPE + file_type)
    if download.is_compressed:
        yield url, DCAT + "compressFormat", NamedNode(_IANA + "application/gzip")
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


def _service(edition: Edition) -> Iterator[Triple]:
    endpoint = edition.base.resolve(ENDPOINT)
    yield edition.dataset, VOID + "sparqlEndpoint", NamedNode(endpoint)
    yield endpoint, RDF + "type", NamedNode(DCAT + "DataService")
    for property_ in (RDFS + "label", DCTERMS + "title"):
        yield from labelled(endpoint, "SPARQL endpoint", "Point d’accès SPARQL", property_)  # noqa: RUF001 (an apostrophe)
    yield from labelled(
        endpoint,
        "Answers SPARQL 1.1 queries over the whole graph; what it offers is in its service description.",
        "Répond aux requêtes SPARQL 1.1 sur tout le graphe; ce qu’il offre est dans sa description de service.",  # noqa: RUF001 (an apostrophe)
        DCTERMS + "description",
    )
    yield endpoint, DCAT + "endpointURL", NamedNode(endpoint)
    yield endpoint, DCAT + "endpointDescription", NamedNode(endpoint)
    yield endpoint, DCAT + "servesDataset", NamedNode(edition.dataset)
    yield endpoint, DCTERMS + "conformsTo", NamedNode(_SPARQL_PROTOCOL)
    yield from links(endpoint, DCTERMS + "publisher", [_publisher(edition)])
    yield from rights(endpoint, edition)


def _query_access(edition: Edition) -> Iterator[Triple]:
    """Yield the distribution that the endpoint gives access to: one without a file."""
    endpoint, access = edition.base.resolve(ENDPOINT), edition.below_dataset("sparql")
    yield edition.dataset, DCAT + "distribution", NamedNode(access)
    yield access, RDF + "type", NamedNode(DCAT + "Distribution")
    for property_ in (RDFS + "label", DCTERMS + "title"):
        yield from labelled(access, "By SPARQL query", "Par requête SPARQL", property_)
    yield access, DCAT + "accessURL", NamedNode(endpoint)
    yield access, DCAT + "accessService", NamedNode(endpoint)
    yield from rights(access, edition)


def _publisher(edition: Edition) -> str:
    publisher = edition.manifest.publication.publisher
    return edition.base.resolve(publisher) if publisher else ""
