"""What classes and properties are called in schema.org, the vocabulary that search engines read.

The settings come first (``[publication.schema_org]``), then schema.org's own terms, then those of vocabularies that
everybody uses. What an ontology says of its classes is followed at build time (``kgpub.kinds``).
"""

import re
from collections.abc import Mapping

from kgpub.iris import Base
from kgpub.publication import Publication
from kgpub.vocabulary import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SCHEMA, SCHEMA_HTTP, SKOS

_ORG = "http://www.w3.org/ns/org#"
_ELI = "http://data.europa.eu/eli/ontology#"
_BIBO = "http://purl.org/ontology/bibo/"
_CRM = "http://www.cidoc-crm.org/cidoc-crm/"
_GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_TERM = re.compile(r"[A-Za-z0-9]+")

#: What stands for a class that no more fitting term is known for.
THING = "Thing"
#: What every page about a thing is.
PAGE = "AboutPage"
#: What a list of a site is.
COLLECTION = "CollectionPage"

COMMON_CLASSES: Mapping[str, str] = {
    f"{FOAF}Person": "Person",
    f"{PROV}Person": "Person",
    f"{FOAF}Organization": "Organization",
    f"{PROV}Organization": "Organization",
    f"{_ORG}Organization": "Organization",
    f"{_ORG}FormalOrganization": "Organization",
    f"{PROV}Location": "Place",
    f"{DCTERMS}Location": "Place",
    f"{_GEO}SpatialThing": "Place",
    f"{_CRM}E53_Place": "Place",
    f"{_CRM}E5_Event": "Event",
    f"{_CRM}E21_Person": "Person",
    "http://www.w3.org/ns/locn#Location": "Place",
    "http://purl.org/NET/c4dm/event.owl#Event": "Event",
    "http://semanticweb.cs.vu.nl/2009/11/sem/Event": "Event",
    "http://linkedevents.org/ontology/Event": "Event",
    f"{_ELI}LegalResource": "Legislation",
    f"{_ELI}LegalExpression": "Legislation",
    f"{FOAF}Image": "ImageObject",
    f"{FOAF}Project": "Project",
    f"{_BIBO}Document": "CreativeWork",
    f"{_BIBO}Article": "Article",
    f"{_BIBO}AcademicArticle": "ScholarlyArticle",
    f"{_BIBO}Book": "Book",
    "http://purl.org/spar/fabio/JournalArticle": "ScholarlyArticle",
    "http://purl.org/spar/fabio/Book": "Book",
    f"{FOAF}Document": "CreativeWork",
    f"{DCTERMS}BibliographicResource": "CreativeWork",
    f"{SKOS}Concept": "DefinedTerm",
    f"{SKOS}ConceptScheme": "DefinedTermSet",
    f"{SKOS}Collection": "Collection",
    f"{OWL}Ontology": "DefinedTermSet",
    f"{OWL}Class": "DefinedTerm",
    f"{RDFS}Class": "DefinedTerm",
    f"{RDF}Property": "DefinedTerm",
    f"{OWL}ObjectProperty": "DefinedTerm",
    f"{OWL}DatatypeProperty": "DefinedTerm",
    f"{OWL}AnnotationProperty": "DefinedTerm",
    f"{DCAT}Dataset": "Dataset",
    f"{DCAT}Catalog": "DataCatalog",
    f"{DCAT}Distribution": "DataDownload",
    f"{DCAT}DataService": "WebAPI",
    f"{PROV}Activity": "Action",
}

COMMON_PROPERTIES: Mapping[str, str] = {
    f"{SKOS}altLabel": "alternateName",
    f"{OWL}sameAs": "sameAs",
    f"{SKOS}exactMatch": "sameAs",
    f"{SKOS}notation": "termCode",
    f"{SKOS}inScheme": "inDefinedTermSet",
    f"{RDFS}isDefinedBy": "inDefinedTermSet",
    f"{DCTERMS}creator": "creator",
    f"{DCTERMS}publisher": "publisher",
    f"{DCTERMS}license": "license",
    f"{DCTERMS}subject": "about",
    f"{DCTERMS}issued": "datePublished",
    f"{DCTERMS}modified": "dateModified",
    f"{DCTERMS}identifier": "identifier",
    f"{DCTERMS}isPartOf": "isPartOf",
    f"{FOAF}homepage": "url",
    f"{_ORG}subOrganizationOf": "parentOrganization",
}


def schema_term(iri: str) -> str | None:
    """Return the name of a term of schema.org, None for any other IRI; both spellings of its namespace are in use."""
    for namespace in (SCHEMA, SCHEMA_HTTP):
        if iri.startswith(namespace) and _TERM.fullmatch(iri, len(namespace)):
            return iri[len(namespace) :]
    return None


def stated_classes(publication: Publication) -> dict[str, str]:
    """Return what the settings say of classes, by IRI."""
    base = Base(publication.base_iri)
    return {base.resolve(iri): term for iri, term in publication.schema_org.classes.items()}


def known_properties(publication: Publication) -> dict[str, str]:
    """Return what properties are called in schema.org, by IRI: those of common vocabularies, and of the settings."""
    base = Base(publication.base_iri)
    stated = {base.resolve(iri): term for iri, term in publication.schema_org.properties.items()}
    return {**COMMON_PROPERTIES, **stated}
