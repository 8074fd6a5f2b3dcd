"""The terms of published vocabularies that the software itself reads or writes."""

from pyoxigraph import Literal, NamedNode

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
DQV = "http://www.w3.org/ns/dqv#"
VOID = "http://rdfs.org/ns/void#"
SD = "http://www.w3.org/ns/sparql-service-description#"
FOAF = "http://xmlns.com/foaf/0.1/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
PROV = "http://www.w3.org/ns/prov#"
SH = "http://www.w3.org/ns/shacl#"
NP = "http://www.nanopub.org/nschema#"
NPX = "http://purl.org/nanopub/x/"
SCHEMA = "https://schema.org/"
SCHEMA_HTTP = "http://schema.org/"
HTTP = "http://www.w3.org/2011/http#"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
FORMATS = "http://www.w3.org/ns/formats/"
SSSOM = "https://w3id.org/sssom/"

TYPE = RDF + "type"

#: Properties that name a thing, best first. The first one a thing has, per language, is its label.
LABEL_PROPERTIES = (
    SKOS + "prefLabel",
    RDFS + "label",
    DCTERMS + "title",
    "http://purl.org/dc/elements/1.1/title",
    SCHEMA + "name",
    SCHEMA_HTTP + "name",
    FOAF + "name",
)

#: Properties that name a thing otherwise: synonyms, abbreviations, former names.
ALTERNATIVE_PROPERTIES = (
    SKOS + "altLabel",
    SCHEMA + "alternateName",
    SCHEMA_HTTP + "alternateName",
    DCTERMS + "alternative",
    FOAF + "nick",
    "http://www.geneontology.org/formats/oboInOwl#hasExactSynonym",
    SKOS + "hiddenLabel",
    SKOS + "notation",
)

#: Properties that describe a thing in a sentence or two, best first.
DESCRIPTION_PROPERTIES = (
    DCTERMS + "description",
    SKOS + "definition",
    RDFS + "comment",
    SCHEMA + "description",
    SCHEMA_HTTP + "description",
)

#: A document about the object of one of these holds the descriptions of all its subjects: an ontology's terms,
#: a concept scheme's concepts.
MEMBERSHIP_PROPERTIES = (RDFS + "isDefinedBy", SKOS + "inScheme")

#: What says that two things are one, as strongly as OWL, Schema.org and SKOS can say it.
IDENTITY_PROPERTIES = (OWL + "sameAs", SCHEMA + "sameAs", SCHEMA_HTTP + "sameAs", SKOS + "exactMatch")

#: The same, and what says how the meanings of two things lie to each other; the closest first.
LINK_PROPERTIES = (
    *IDENTITY_PROPERTIES,
    *(SKOS + f"{kind}Match" for kind in ("close", "narrow", "broad", "related")),
)

#: Prefixes that need no declaration in the settings (the common ones of prefix.cc).
COMMON_PREFIXES = {
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": DCAT,
    "dqv": DQV,
    "void": VOID,
    "sd": SD,
    "foaf": FOAF,
    "hydra": HYDRA,
    "prov": PROV,
    "sh": SH,
    "schema": SCHEMA,
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "vann": "http://purl.org/vocab/vann/",
    "np": NP,
    "npx": NPX,
}


def integer(number: int) -> Literal:
    """Return a whole number as an ``xsd:integer``."""
    return Literal(str(number), datatype=NamedNode(XSD + "integer"))
