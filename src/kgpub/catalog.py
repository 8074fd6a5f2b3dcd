"""Describe a release in RDF: the data set, its graphs, its figures, its downloads (DCAT 3, VoID, PROV)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from kgpub.iris import Base, last_segment
from kgpub.nquads import line_of
from kgpub.release import DATASET, Manifest
from kgpub.statistics import Statistics
from kgpub.vocabulary import DCAT, DCTERMS, FOAF, PROV, RDF, RDFS, SD, VOID, XSD, integer

CATALOG_GRAPH = "graph/catalog"

_IANA = "https://www.iana.org/assignments/media-types/"
_SPDX = "http://spdx.org/rdf/terms#"


@dataclass(frozen=True, slots=True)
class Edition:
    """What is known of a release when its catalog is written; *labelled* are the graphs that the data names itself."""

    manifest: Manifest
    statistics: Statistics
    labelled: frozenset[str] = frozenset()


def catalog_lines(edition: Edition) -> list[str]:
    """Return the catalog as sorted N-Quads lines in a graph of its own."""
    base = Base(edition.manifest.publication.base_iri)
    graph = NamedNode(base.resolve(CATALOG_GRAPH))
    triples = [
        *_dataset(edition, base),
        *_graphs(edition, base),
        *_downloads(edition, base),
        *_partitions(edition, base),
    ]
    return sorted({line_of(Quad(NamedNode(s), NamedNode(p), o, graph)) for s, p, o in triples})


Triple = tuple[str, str, NamedNode | Literal]


def _dataset(edition: Edition, base: Base) -> Iterator[Triple]:
    publication, numbers = edition.manifest.publication, edition.statistics
    dataset = base.resolve(DATASET)
    for cls in (DCAT + "Dataset", VOID + "Dataset", PROV + "Entity"):
        yield dataset, RDF + "type", NamedNode(cls)
    for name in (DCTERMS + "title", RDFS + "label"):
        yield dataset, name, Literal(publication.title, language=publication.language)
    if publication.description:
        yield dataset, DCTERMS + "description", Literal(publication.description, language=publication.language)
    for name, value in (("license", publication.licence), ("creator", publication.creator),
                        ("publisher", publication.publisher)):  # fmt: skip
        if value:
            yield dataset, DCTERMS + name, NamedNode(base.resolve(value))
    yield dataset, DCTERMS + "identifier", Literal(dataset)
    yield dataset, DCTERMS + "issued", Literal(edition.manifest.created[:10], datatype=NamedNode(XSD + "date"))
    yield dataset, DCAT + "version", Literal(edition.manifest.id)
    yield dataset, DCAT + "landingPage", NamedNode(base.iri)
    yield dataset, FOAF + "homepage", NamedNode(base.iri)
    yield base.iri, RDF + "type", NamedNode(FOAF + "Document")
    yield base.iri, RDFS + "label", Literal("home page", language="en")
    endpoint = base.resolve("sparql")
    yield dataset, VOID + "sparqlEndpoint", NamedNode(endpoint)
    yield endpoint, RDF + "type", NamedNode(DCAT + "DataService")
    yield endpoint, RDFS + "label", Literal("SPARQL endpoint", language="en")
    yield endpoint, DCAT + "endpointURL", NamedNode(endpoint)
    yield endpoint, DCAT + "endpointDescription", NamedNode(endpoint)
    yield endpoint, DCAT + "servesDataset", NamedNode(dataset)
    yield dataset, VOID + "uriSpace", Literal(base.iri)
    for name, number in (("triples", numbers.triples), ("distinctSubjects", numbers.subjects),
                         ("classes", len(numbers.classes)), ("properties", len(numbers.properties))):  # fmt: skip
        yield dataset, VOID + name, integer(number)


def _graphs(edition: Edition, base: Base) -> Iterator[Triple]:
    catalog = base.resolve(CATALOG_GRAPH)
    asserted = {graph.iri: graph.triples for graph in edition.manifest.graphs if not graph.quoted}
    for graph, triples in (asserted | {catalog: 0}).items():
        yield graph, RDF + "type", NamedNode(SD + "NamedGraph")
        yield graph, SD + "name", NamedNode(graph)
        yield graph, DCTERMS + "isPartOf", NamedNode(base.resolve(DATASET))
        if graph not in edition.labelled:
            yield graph, RDFS + "label", Literal(f"graph {last_segment(graph)}", language="en")
        if graph != catalog:  # which would have to count this very triple
            yield graph, VOID + "triples", integer(triples)


def _downloads(edition: Edition, base: Base) -> Iterator[Triple]:
    for dump in edition.manifest.downloads:
        url = base.resolve(dump.path)
        yield base.resolve(DATASET), DCAT + "distribution", NamedNode(url)
        yield base.resolve(DATASET), VOID + "dataDump", NamedNode(url)
        yield url, RDF + "type", NamedNode(DCAT + "Distribution")
        for language, title in dump.titles.items():
            yield url, RDFS + "label", Literal(title, language=language)
        yield url, DCAT + "downloadURL", NamedNode(url)
        yield url, DCAT + "mediaType", NamedNode(_IANA + dump.media_type)
        if dump.is_compressed:
            yield url, DCAT + "compressFormat", NamedNode(_IANA + "application/gzip")
        yield url, DCAT + "byteSize", Literal(str(dump.bytes), datatype=NamedNode(XSD + "nonNegativeInteger"))
        checksum = f"{url}#checksum"
        yield url, _SPDX + "checksum", NamedNode(checksum)
        yield checksum, RDF + "type", NamedNode(_SPDX + "Checksum")
        yield checksum, RDFS + "label", Literal(f"checksum of {last_segment(url)}", language="en")
        yield checksum, _SPDX + "algorithm", NamedNode(_SPDX + "checksumAlgorithm_sha256")
        yield checksum, _SPDX + "checksumValue", Literal(dump.sha256, datatype=NamedNode(XSD + "hexBinary"))


def _partitions(edition: Edition, base: Base) -> Iterator[Triple]:
    dataset = base.resolve(DATASET)
    for kind, counts, number in (("class", edition.statistics.classes, "entities"),
                                 ("property", edition.statistics.properties, "triples")):  # fmt: skip
        for iri, name in _partition_names(counts).items():
            partition = base.resolve(f"{DATASET}/{kind}/{name}")
            yield dataset, VOID + f"{kind}Partition", NamedNode(partition)
            yield partition, VOID + kind, NamedNode(iri)
            yield partition, VOID + number, integer(counts[iri])
            yield partition, RDFS + "label", Literal(f"{kind} {last_segment(iri)}", language="en")


def _partition_names(iris: Iterable[str]) -> dict[str, str]:
    """Return a readable name for each IRI; a number tells those apart that differ only in what a name leaves out."""
    names: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for iri in sorted(iris):
        readable = "".join(c if c.isascii() and c.isalnum() else "-" for c in iri.split("://", 1)[-1])
        name = readable.strip("-").lower()
        taken[name] += 1
        names[iri] = name if taken[name] == 1 else f"{name}_{taken[name]}"
    return names
