"""Describe how a release came to be (PROV-O): from which files, by which software, and that it was validated.

The only time in it is that of the manifest, which reproducible builds set (SOURCE_DATE_EPOCH).
"""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from kgpub.edition import Edition, Triple, labelled, links, texts
from kgpub.plan import SHAPES_GRAPH
from kgpub.release import CATALOG_GRAPH, INFERRED_GRAPH, REPORT, VALIDATION, FileInfo
from kgpub.vocabulary import DCTERMS, FOAF, PROV, RDF, RDFS, SCHEMA, SH, XSD


def provenance_triples(edition: Edition) -> Iterator[Triple]:
    """Yield the build and its parts, the software that did it, and the files that it read."""
    yield from _software(edition)
    yield from _build(edition)
    if edition.base.resolve(INFERRED_GRAPH) in edition.figures.statistics.graphs:
        yield from _inference(edition)
    if edition.manifest.validated:
        yield from _validation(edition)
    for file in (*edition.manifest.sources, *edition.rules):
        yield from _file(edition, file)


def _software(edition: Edition) -> Iterator[Triple]:
    name, _, version = edition.manifest.software.partition(" ")
    agent = _agent(edition)
    yield agent, RDF + "type", NamedNode(PROV + "Agent")
    yield agent, RDF + "type", NamedNode(PROV + "SoftwareAgent")
    yield agent, RDF + "type", NamedNode(SCHEMA + "SoftwareApplication")
    yield from labelled(agent, edition.manifest.software, edition.manifest.software)
    yield agent, SCHEMA + "name", Literal(name)
    if version:
        yield agent, SCHEMA + "softwareVersion", Literal(version)


def _build(edition: Edition) -> Iterator[Triple]:
    manifest, activity = edition.manifest, edition.below_dataset("build")
    yield edition.dataset, PROV + "wasGeneratedBy", NamedNode(activity)
    yield edition.base.resolve(CATALOG_GRAPH), PROV + "wasGeneratedBy", NamedNode(activity)
    yield from _activity(
        edition, activity, f"build of release {manifest.id}", f"construction de la version {manifest.id}"
    )
    yield from labelled(
        activity,
        "The sources were read, the rules applied, the result validated, described and written as files.",
        "Les sources ont été lues, les règles appliquées, le résultat validé, décrit et écrit en fichiers.",
        DCTERMS + "description",
    )
    yield activity, PROV + "endedAtTime", Literal(manifest.created, datatype=NamedNode(XSD + "dateTime"))
    yield from links(activity, PROV + "used", _iris(edition, manifest.sources))


def _inference(edition: Edition) -> Iterator[Triple]:
    activity, inferred = edition.below_dataset("inference"), edition.base.resolve(INFERRED_GRAPH)
    yield edition.below_dataset("build"), DCTERMS + "hasPart", NamedNode(activity)
    yield inferred, PROV + "wasGeneratedBy", NamedNode(activity)
    yield from _activity(edition, activity, "application of the rules", "application des règles")
    yield from links(activity, PROV + "used", _iris(edition, edition.rules))
    asserted = (graph.iri for graph in edition.manifest.graphs if not graph.quoted and graph.iri != inferred)
    yield from links(activity, PROV + "used", asserted)


def _validation(edition: Edition) -> Iterator[Triple]:
    activity, report = edition.below_dataset("validation"), edition.base.resolve(REPORT)
    yield edition.below_dataset("build"), DCTERMS + "hasPart", NamedNode(activity)
    yield from _activity(edition, activity, "validation with SHACL", "validation par SHACL")
    yield activity, PROV + "used", NamedNode(edition.dataset)
    yield activity, PROV + "used", NamedNode(edition.base.resolve(SHAPES_GRAPH))
    yield report, RDF + "type", NamedNode(PROV + "Entity")
    yield report, RDF + "type", NamedNode(SH + "ValidationReport")
    page = edition.base.resolve(VALIDATION)
    yield report, FOAF + "isPrimaryTopicOf", NamedNode(page)
    yield page, RDF + "type", NamedNode(FOAF + "Document")
    yield from labelled(page, "validation", "validation")
    yield report, PROV + "wasGeneratedBy", NamedNode(activity)
    yield from labelled(report, "validation report", "rapport de validation")
    yield from labelled(
        report,
        "The shapes found no violation: a release with one is not published. Warnings are in the release's report.",
        "Les formes n’ont relevé aucune violation : une version qui en a n’est pas publiée. Les avertissements sont "  # noqa: RUF001 (an apostrophe)
        "dans le rapport de la version.",
        DCTERMS + "description",
    )


def _activity(edition: Edition, activity: str, english: str, french: str) -> Iterator[Triple]:
    yield activity, RDF + "type", NamedNode(PROV + "Activity")
    yield from labelled(activity, english, french)
    yield activity, PROV + "wasAssociatedWith", NamedNode(_agent(edition))


def _file(edition: Edition, file: FileInfo) -> Iterator[Triple]:
    iri = edition.file(file)
    yield iri, RDF + "type", NamedNode(PROV + "Entity")
    yield iri, RDF + "type", NamedNode(SCHEMA + "MediaObject")
    yield from texts(iri, RDFS + "label", {"en": f"file {file.path}", "fr": f"fichier {file.path}"})
    yield iri, SCHEMA + "contentSize", Literal(f"{file.bytes} B")
    yield iri, SCHEMA + "sha256", Literal(file.sha256)


def _agent(edition: Edition) -> str:
    return edition.base.resolve("software/kgpub")


def _iris(edition: Edition, files: Iterable[FileInfo]) -> list[str]:
    return [edition.file(file) for file in files]
