"""Describe a release's structure and its links: VoID figures, partitions and linksets.

All figures are of what the sources and rules assert: quoted graphs and the catalog itself are left out.
"""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kgpub.edition import Edition, Triple, labelled, links, short
from kgpub.identity_links import IDENTITY_RELATIONS
from kgpub.linksets import Linkset, namespace_of
from kgpub.publication import all_prefixes
from kgpub.usage import ClassUsage
from kgpub.vocabulary import FORMATS, RDF, VOID, integer

#: Classes and properties that get a partition each; of more, the totals alone tell.
_PARTITIONS_AT_MOST = 1_000
#: The syntaxes in which every document is served.
_SYNTAXES = ("Turtle", "JSON-LD", "N-Triples", "RDF_XML", "TriG", "N-Quads")


def void_triples(edition: Edition) -> Iterator[Triple]:
    """Yield the data set as a ``void:Dataset``."""
    yield from _figures(edition)
    yield from _access(edition)
    yield from _property_partitions(edition)
    yield from _class_partitions(edition)
    yield from _linksets(edition)
    yield from _identity_linksets(edition)


def _figures(edition: Edition) -> Iterator[Triple]:
    numbers, usage = edition.figures.statistics, edition.figures.usage
    yield edition.dataset, RDF + "type", NamedNode(VOID + "Dataset")
    for name, number in (
        ("triples", numbers.triples),
        ("entities", usage.entities),
        ("distinctSubjects", numbers.subjects),
        ("distinctObjects", usage.objects),
        ("classes", len(numbers.classes)),
        ("properties", len(numbers.properties)),
    ):
        yield edition.dataset, VOID + name, integer(number)


def _access(edition: Edition) -> Iterator[Triple]:
    base, dataset, publication = edition.base, edition.dataset, edition.manifest.publication
    yield dataset, VOID + "uriSpace", Literal(base.iri)
    yield from links(dataset, VOID + "feature", [FORMATS + name for name in _SYNTAXES])
    yield from links(dataset, VOID + "vocabulary", _vocabularies(edition))
    examples = (featured.resources[0] for featured in publication.featured if featured.resources)
    yield from links(dataset, VOID + "exampleResource", [base.resolve(iri) for iri in examples])
    yield from links(dataset, VOID + "rootResource", [base.resolve(iri) for iri in publication.catalog.roots])


def _vocabularies(edition: Edition) -> list[str]:
    """Return the namespaces of the terms in use; below the base, only those that an ontology is described under."""
    used = {namespace_of(iri) for iri in (*edition.figures.statistics.classes, *edition.figures.statistics.properties)}
    return sorted(iri for iri in used if not edition.base.holds(iri) or iri in edition.figures.usage.ontologies)


def _property_partitions(edition: Edition) -> Iterator[Triple]:
    usage = edition.figures.usage
    for iri, name in _named(edition, edition.figures.statistics.properties).items():
        partition = edition.below_dataset("property", name)
        yield edition.dataset, VOID + "propertyPartition", NamedNode(partition)
        yield partition, VOID + "property", NamedNode(iri)
        yield partition, VOID + "triples", integer(edition.figures.statistics.properties[iri])
        yield from labelled(partition, f"property {short(iri)}", f"propriété {short(iri)}")
        if iri in usage.property_subjects:
            yield partition, VOID + "distinctSubjects", integer(usage.property_subjects[iri])
            yield partition, VOID + "distinctObjects", integer(usage.property_objects[iri])


def _class_partitions(edition: Edition) -> Iterator[Triple]:
    properties = _named(edition, edition.figures.statistics.properties)
    for iri, name in _named(edition, edition.figures.statistics.classes).items():
        partition = edition.below_dataset("class", name)
        yield edition.dataset, VOID + "classPartition", NamedNode(partition)
        yield partition, VOID + "class", NamedNode(iri)
        yield partition, VOID + "entities", integer(edition.figures.statistics.classes[iri])
        yield from labelled(partition, f"class {short(iri)}", f"classe {short(iri)}")
        if iri in edition.figures.usage.classes:
            yield from _cells(partition, iri, edition.figures.usage.classes[iri], properties)


def _cells(partition: str, cls: str, used: ClassUsage, names: dict[str, str]) -> Iterator[Triple]:
    """Yield how the instances of one class use each property."""
    yield partition, VOID + "triples", integer(used.triples)
    yield partition, VOID + "properties", integer(len(used.properties))
    for iri, usage in used.properties.items():
        if iri not in names:
            continue
        cell = f"{partition}/property/{names[iri]}"
        yield partition, VOID + "propertyPartition", NamedNode(cell)
        yield cell, VOID + "property", NamedNode(iri)
        yield cell, VOID + "triples", integer(usage.triples)
        yield cell, VOID + "distinctSubjects", integer(usage.subjects)
        what, of = short(iri), short(cls)
        yield from labelled(cell, f"property {what} of class {of}", f"propriété {what} de la classe {of}")


def _named(edition: Edition, counts: dict[str, int]) -> dict[str, str]:
    """Return readable names for the IRIs that count most."""
    chosen = sorted(counts, key=lambda iri: (-counts[iri], iri))[:_PARTITIONS_AT_MOST]
    return edition.names(chosen)


def _linksets(edition: Edition) -> Iterator[Triple]:
    names = _authority_names(edition)
    titles = {authority.prefix: authority.titles for authority in edition.manifest.publication.catalog.authorities}
    for namespace, linkset in edition.figures.linksets.items():
        name = names[namespace]
        target = edition.below_dataset("authority", name)
        yield target, RDF + "type", NamedNode(VOID + "Dataset")
        english, french = (titles.get(name, {}).get(language, name) for language in ("en", "fr"))
        yield from labelled(target, f"{english}: {namespace}", f"{french} : {namespace}")
        yield target, VOID + "uriSpace", Literal(namespace)
        iri = edition.below_dataset("links", name)
        yield edition.dataset, VOID + "subset", NamedNode(iri)
        yield iri, VOID + "subjectsTarget", NamedNode(edition.dataset)
        yield iri, VOID + "objectsTarget", NamedNode(target)
        yield from _linkset(edition, iri, (f"links to {english}", f"liens vers : {french}"), linkset)


def _authority_names(edition: Edition) -> dict[str, str]:
    """Return what each namespace that is linked to is called: its prefix, or a readable name."""
    prefixes = {iri: name for name, iri in all_prefixes(edition.manifest.publication).items()}
    names = edition.names(edition.figures.linksets)
    return {namespace: prefixes.get(namespace) or name for namespace, name in names.items()}


def _linkset(edition: Edition, iri: str, labels: tuple[str, str], linkset: Linkset) -> Iterator[Triple]:
    english, french = labels
    yield iri, RDF + "type", NamedNode(VOID + "Linkset")
    yield from labelled(iri, english, french)
    yield iri, VOID + "triples", integer(linkset.triples)
    yield iri, VOID + "distinctSubjects", integer(linkset.subjects)
    for property_, step in edition.names(linkset.properties).items():
        part = f"{iri}/property/{step}"
        yield iri, VOID + "linkPredicate", NamedNode(property_)
        yield iri, VOID + "propertyPartition", NamedNode(part)
        yield part, VOID + "property", NamedNode(property_)
        yield part, VOID + "triples", integer(linkset.properties[property_])
        yield from labelled(part, f"{english}: {short(property_)}", f"{french} ({short(property_)})")


def _identity_linksets(edition: Edition) -> Iterator[Triple]:
    """Yield the downloads of identity links as linksets, of one relation each, to all authorities together.

    A linkset has two targets (VoID, section 5), so what the authorities publish is one data set with parts.
    """
    files = {download.name: download for download in edition.manifest.downloads}
    offered = [(relation, files[relation.file]) for relation in IDENTITY_RELATIONS if relation.file in files]
    if not offered:
        return
    elsewhere = edition.below_dataset("authorities")
    yield elsewhere, RDF + "type", NamedNode(VOID + "Dataset")
    yield from labelled(elsewhere, "what the data set links to", "ce à quoi le jeu de données est relié")
    for name in _authority_names(edition).values():
        yield elsewhere, VOID + "subset", NamedNode(edition.below_dataset("authority", name))
    for relation, download in offered:
        linkset = edition.derived(download)
        yield edition.dataset, VOID + "subset", NamedNode(linkset)
        yield linkset, RDF + "type", NamedNode(VOID + "Linkset")
        yield linkset, VOID + "subjectsTarget", NamedNode(edition.dataset)
        yield linkset, VOID + "objectsTarget", NamedNode(elsewhere)
        used = [iri for iri in relation.properties if iri in edition.figures.statistics.properties]
        yield from links(linkset, VOID + "linkPredicate", used)
        yield linkset, VOID + "triples", integer(download.triples)
        yield linkset, VOID + "dataDump", NamedNode(edition.base.resolve(download.path))
