"""Describe the services through which a release is asked: SPARQL, and fragments (DCAT 3, section 6.9; Hydra)."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kgpub.edition import ENDPOINT, FRAGMENTS, QUAD_FRAGMENTS, Edition, Triple, labelled, links, rights
from kgpub.vocabulary import DCAT, DCTERMS, HYDRA, RDF, RDFS, VOID

_LDF = "http://linkeddatafragments.org/specification/"


@dataclass(frozen=True, slots=True)
class _Service:
    """One service: its local name, the standard that it keeps, what it is called and does in English and French."""

    local: str
    conforms_to: str
    english: str
    french: str
    does: str
    fait: str


_SERVICES = (
    _Service(
        ENDPOINT,
        "http://www.w3.org/TR/sparql11-protocol/",
        "SPARQL endpoint",
        "Point d’accès SPARQL",  # noqa: RUF001 (an apostrophe)
        "Answers SPARQL 1.1 queries over the whole graph; what it offers is in its service description.",
        "Répond aux requêtes SPARQL 1.1 sur tout le graphe; ce qu’il offre est dans sa description de service.",  # noqa: RUF001 (an apostrophe)
    ),
    _Service(
        FRAGMENTS,
        f"{_LDF}triple-pattern-fragments/",
        "Triple pattern fragments",
        "Fragments par motif de triplet",
        "Gives the asserted triples that match a pattern, a page at a time, with controls for clients that join them.",
        "Donne, page par page, les triplets affirmés qui correspondent à un motif, et de quoi les joindre.",
    ),
    _Service(
        QUAD_FRAGMENTS,
        f"{_LDF}quad-pattern-fragments/",
        "Quad pattern fragments",
        "Fragments par motif de quadruplet",
        "Gives the quads that match a pattern, those of quoted graphs too, a page at a time.",
        "Donne, page par page, les quadruplets qui correspondent à un motif, ceux des graphes cités compris.",
    ),
)


def service_iris(edition: Edition) -> Iterator[str]:
    """Yield the IRIs of all services."""
    yield from (edition.base.resolve(service.local) for service in _SERVICES)


def service_triples(edition: Edition) -> Iterator[Triple]:
    """Yield every service, what gives access by SPARQL, and the form in which fragments are asked for."""
    yield edition.dataset, VOID + "sparqlEndpoint", NamedNode(edition.base.resolve(ENDPOINT))
    for service in _SERVICES:
        yield from _service(edition, service)
    yield from _query_access(edition)
    yield from _search(edition)


def _service(edition: Edition, service: _Service) -> Iterator[Triple]:
    iri = edition.base.resolve(service.local)
    yield iri, RDF + "type", NamedNode(DCAT + "DataService")
    for property_ in (RDFS + "label", DCTERMS + "title"):
        yield from labelled(iri, service.english, service.french, property_)
    yield from labelled(iri, service.does, service.fait, DCTERMS + "description")
    yield iri, DCAT + "endpointURL", NamedNode(iri)
    yield iri, DCAT + "endpointDescription", NamedNode(iri)
    yield iri, DCAT + "servesDataset", NamedNode(edition.dataset)
    yield iri, DCTERMS + "conformsTo", NamedNode(service.conforms_to)
    publisher = edition.manifest.publication.publisher
    yield from links(iri, DCTERMS + "publisher", [edition.base.resolve(publisher) if publisher else ""])
    yield from rights(iri, edition)


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


def _search(edition: Edition) -> Iterator[Triple]:
    """Yield how a client that has read the data set's description asks for fragments of triples (Hydra)."""
    fragments = edition.base.resolve(FRAGMENTS)
    form = f"{fragments}#pattern"
    yield edition.dataset, HYDRA + "search", NamedNode(form)
    yield form, RDF + "type", NamedNode(HYDRA + "IriTemplate")
    yield from labelled(form, "triple pattern", "motif de triplet")
    yield form, HYDRA + "template", Literal(f"{fragments}{{?subject,predicate,object}}")
    yield form, HYDRA + "variableRepresentation", NamedNode(HYDRA + "ExplicitRepresentation")
    for name, french in (("subject", "sujet"), ("predicate", "prédicat"), ("object", "objet")):
        mapping = f"{fragments}#{name}"
        yield form, HYDRA + "mapping", NamedNode(mapping)
        yield mapping, RDF + "type", NamedNode(HYDRA + "IriTemplateMapping")
        yield from labelled(mapping, f"{name} of the pattern", f"{french} du motif")
        yield mapping, HYDRA + "variable", Literal(name)
        yield mapping, HYDRA + "property", NamedNode(RDF + name)
