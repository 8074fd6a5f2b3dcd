"""Describe a release in RDF: the catalog that it is in, the data set, its graphs (DCAT 3).

Downloads, figures and provenance are described by modules of their own. Source: DCAT 3 (W3C Recommendation of
2024-08-22); what DCAT-AP 3 adds is in docs/decisions/0015-catalog.md.
"""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from kgpub.distributions import derived_datasets, distribution_triples
from kgpub.edition import Edition, Triple, date, labelled, links, rights, short, texts
from kgpub.nquads import line_of
from kgpub.provenance import provenance_triples
from kgpub.quality import quality_triples
from kgpub.release import CATALOG, CATALOG_GRAPH
from kgpub.services import service_iris, service_triples
from kgpub.vocabulary import DCAT, DCTERMS, FOAF, PROV, RDF, RDFS, SD, VOID, integer
from kgpub.void_description import void_triples

_ADMS = "http://www.w3.org/ns/adms#"
_VCARD = "http://www.w3.org/2006/vcard/ns#"


def catalog_lines(edition: Edition) -> list[str]:
    """Return the catalog as sorted N-Quads lines in a graph of its own."""
    graph = NamedNode(edition.base.resolve(CATALOG_GRAPH))
    triples = [
        *_catalog(edition),
        *_dataset(edition),
        *_subject_matter(edition),
        *_contact(edition),
        *_home_page(edition),
        *_graphs(edition),
        *distribution_triples(edition),
        *service_triples(edition),
        *void_triples(edition),
        *provenance_triples(edition),
        *quality_triples(edition),
    ]
    return sorted({line_of(Quad(NamedNode(s), NamedNode(p), o, graph)) for s, p, o in triples})


def _catalog(edition: Edition) -> Iterator[Triple]:
    base, catalog = edition.base, edition.base.resolve(CATALOG)
    yield catalog, RDF + "type", NamedNode(DCAT + "Catalog")
    for language, title in _titles(edition).items():
        text = {"en": f"Catalogue: {title}", "fr": f"Catalogue : {title}"}.get(language, title)
        for property_ in (DCTERMS + "title", RDFS + "label"):
            yield catalog, property_, Literal(text, language=language)
    yield from labelled(
        catalog,
        "The data set that is published here, its downloads and the services that answer queries.",
        "Le jeu de données publié ici, ses téléchargements et les services qui répondent aux requêtes.",
        DCTERMS + "description",
    )
    yield from links(catalog, DCAT + "dataset", [edition.dataset, *derived_datasets(edition)])
    yield from links(catalog, DCAT + "service", service_iris(edition))
    # foaf:homepage is inverse functional: what shares one is one thing. So the data set has a landing page alone.
    yield catalog, FOAF + "homepage", NamedNode(base.iri)
    entry = edition.manifest.publication.catalog
    yield from links(catalog, DCAT + "themeTaxonomy", [base.resolve(iri) for iri in entry.theme_taxonomies])
    yield from links(catalog, DCTERMS + "license", [_resolved(edition, edition.manifest.publication.licence)])
    yield from _common(edition, catalog)


def _dataset(edition: Edition) -> Iterator[Triple]:
    publication, dataset = edition.manifest.publication, edition.dataset
    for cls in (DCAT + "Dataset", PROV + "Entity"):
        yield dataset, RDF + "type", NamedNode(cls)
    for property_ in (DCTERMS + "title", RDFS + "label"):
        yield from texts(dataset, property_, _titles(edition))
    given = {publication.language: publication.description} if publication.description else {}
    yield from texts(dataset, DCTERMS + "description", {**given, **publication.catalog.descriptions})
    yield dataset, DCTERMS + "identifier", Literal(dataset)
    yield dataset, DCAT + "version", Literal(edition.manifest.id)
    yield from texts(dataset, _ADMS + "versionNotes", publication.catalog.version_notes)
    yield dataset, DCAT + "landingPage", NamedNode(edition.base.iri)
    yield from links(dataset, DCTERMS + "creator", [_resolved(edition, publication.creator)])
    yield from links(dataset, PROV + "wasAttributedTo", [_resolved(edition, publication.creator)])
    own_ontologies = [iri for iri in edition.figures.usage.ontologies if edition.base.holds(iri)]
    yield from links(dataset, DCTERMS + "conformsTo", own_ontologies)
    yield from rights(dataset, edition)
    yield from _common(edition, dataset)


def _subject_matter(edition: Edition) -> Iterator[Triple]:
    entry, dataset = edition.manifest.publication.catalog, edition.dataset
    for keyword in entry.keywords:
        yield from texts(dataset, DCAT + "keyword", keyword)
    yield from links(dataset, DCAT + "theme", [edition.base.resolve(iri) for iri in entry.themes])
    yield from links(dataset, DCTERMS + "spatial", [edition.base.resolve(iri) for iri in entry.spatial])


def _common(edition: Edition, iri: str) -> Iterator[Triple]:
    """Yield what the catalog and the data set have in common: publisher, languages, dates."""
    publication = edition.manifest.publication
    yield from links(iri, DCTERMS + "publisher", [_resolved(edition, publication.publisher)])
    yield from links(iri, DCTERMS + "language", publication.catalog.languages)
    yield iri, DCTERMS + "issued", date(publication.catalog.issued) if publication.catalog.issued else edition.day
    yield iri, DCTERMS + "modified", edition.day


def _contact(edition: Edition) -> Iterator[Triple]:
    contact = edition.manifest.publication.catalog.contact
    if not contact.name:
        return
    point = edition.below_dataset("contact")
    yield edition.dataset, DCAT + "contactPoint", NamedNode(point)
    yield point, RDF + "type", NamedNode(_VCARD + "Kind")
    yield from labelled(point, contact.name, contact.name)
    yield point, _VCARD + "fn", Literal(contact.name)
    yield from links(point, _VCARD + "hasURL", [contact.url])
    yield from links(point, _VCARD + "hasEmail", [f"mailto:{contact.email}" if contact.email else ""])


def _home_page(edition: Edition) -> Iterator[Triple]:
    yield edition.base.iri, RDF + "type", NamedNode(FOAF + "Document")
    if edition.base.iri not in edition.labelled:
        yield from labelled(edition.base.iri, "home page", "page d’accueil")  # noqa: RUF001 (an apostrophe)


def _graphs(edition: Edition) -> Iterator[Triple]:
    catalog = edition.base.resolve(CATALOG_GRAPH)
    asserted = {graph.iri: graph.triples for graph in edition.manifest.graphs if not graph.quoted}
    for graph, triples in (asserted | {catalog: 0}).items():
        # The graph itself; an sd:NamedGraph would be the pair of a graph and its name, which the service describes.
        yield graph, RDF + "type", NamedNode(SD + "Graph")
        yield graph, RDF + "type", NamedNode(PROV + "Entity")
        yield graph, DCTERMS + "isPartOf", NamedNode(edition.dataset)
        if graph == catalog and graph not in edition.labelled:
            yield from labelled(graph, "The release’s description of itself", "La version décrite par elle-même")  # noqa: RUF001 (an apostrophe)
        elif graph not in edition.labelled:
            yield from labelled(graph, f"graph {short(graph)}", f"graphe {short(graph)}")
        if graph != catalog:  # which would have to count this very triple
            yield graph, VOID + "triples", integer(triples)


def _titles(edition: Edition) -> dict[str, str]:
    publication = edition.manifest.publication
    return {publication.language: publication.title, **publication.catalog.titles}


def _resolved(edition: Edition, iri: str) -> str:
    return edition.base.resolve(iri) if iri else ""
