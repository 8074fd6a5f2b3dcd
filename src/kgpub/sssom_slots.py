"""The slots of SSSOM mapping sets and records: their order, what they hold, and how RDF names them.

From the schema of the Simple Standard for Sharing Ontological Mappings, version 1.1
(https://mapping-commons.github.io/sssom/, package sssom-schema 1.1.0a5).
"""

from kgpub.vocabulary import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, SSSOM

SEMAPV = "https://w3id.org/semapv/vocab/"

#: Prefixes that no set may declare otherwise.
BUILT_IN_PREFIXES = {"sssom": SSSOM, "owl": OWL, "rdf": RDF, "rdfs": RDFS, "skos": SKOS, "semapv": SEMAPV}

#: The slots of a record, in the standard's order.
RECORD_SLOTS = (
    "record_id",
    "subject_id",
    "subject_label",
    "subject_category",
    "predicate_id",
    "predicate_label",
    "predicate_modifier",
    "object_id",
    "object_label",
    "object_category",
    "mapping_justification",
    "author_id",
    "author_label",
    "reviewer_id",
    "reviewer_label",
    "creator_id",
    "creator_label",
    "license",
    "subject_type",
    "subject_source",
    "subject_source_version",
    "object_type",
    "object_source",
    "object_source_version",
    "predicate_type",
    "mapping_provider",
    "mapping_source",
    "mapping_cardinality",
    "cardinality_scope",
    "mapping_tool",
    "mapping_tool_id",
    "mapping_tool_version",
    "mapping_date",
    "publication_date",
    "review_date",
    "confidence",
    "reviewer_agreement",
    "curation_rule",
    "curation_rule_text",
    "subject_match_field",
    "object_match_field",
    "match_string",
    "subject_preprocessing",
    "object_preprocessing",
    "similarity_score",
    "similarity_measure",
    "see_also",
    "issue_tracker_item",
    "other",
    "comment",
)
#: The slots of a set, in the standard's order.
SET_SLOTS = (
    "mapping_set_id",
    "mapping_set_version",
    "mapping_set_source",
    "mapping_set_title",
    "mapping_set_description",
    "mapping_set_confidence",
    "creator_id",
    "creator_label",
    "license",
    "subject_type",
    "subject_source",
    "subject_source_version",
    "object_type",
    "object_source",
    "object_source_version",
    "predicate_type",
    "mapping_provider",
    "cardinality_scope",
    "mapping_tool",
    "mapping_tool_id",
    "mapping_tool_version",
    "mapping_date",
    "publication_date",
    "subject_match_field",
    "object_match_field",
    "subject_preprocessing",
    "object_preprocessing",
    "similarity_measure",
    "curation_rule",
    "curation_rule_text",
    "see_also",
    "issue_tracker",
    "other",
    "comment",
)
#: Slots that hold references to entities, which a table writes as CURIEs.
ENTITY_SLOTS = frozenset(
    [
        "record_id",
        "subject_id",
        "predicate_id",
        "object_id",
        "mapping_justification",
        "author_id",
        "reviewer_id",
        "creator_id",
        "subject_source",
        "object_source",
        "mapping_source",
        "mapping_tool_id",
        "curation_rule",
        "subject_match_field",
        "object_match_field",
        "subject_preprocessing",
        "object_preprocessing",
        "issue_tracker_item",
    ]
)
MULTIVALUED_SLOTS = frozenset(
    [
        "author_id",
        "author_label",
        "reviewer_id",
        "reviewer_label",
        "creator_id",
        "creator_label",
        "cardinality_scope",
        "curation_rule",
        "curation_rule_text",
        "subject_match_field",
        "object_match_field",
        "match_string",
        "subject_preprocessing",
        "object_preprocessing",
        "see_also",
        "mapping_set_source",
    ]
)
#: Slots that a set holds for its records where all of these agree.
PROPAGATED_SLOTS = frozenset(
    [
        "subject_type",
        "subject_source",
        "subject_source_version",
        "object_type",
        "object_source",
        "object_source_version",
        "predicate_type",
        "mapping_provider",
        "cardinality_scope",
        "mapping_tool",
        "mapping_tool_id",
        "mapping_tool_version",
        "mapping_date",
        "curation_rule",
        "curation_rule_text",
        "subject_match_field",
        "object_match_field",
        "subject_preprocessing",
        "object_preprocessing",
        "similarity_measure",
    ]
)
#: Properties that name a slot otherwise than by its own name in the standard's namespace.
_SLOT_OF = {
    OWL + "annotatedSource": "subject_id",
    OWL + "annotatedProperty": "predicate_id",
    OWL + "annotatedTarget": "object_id",
    OWL + "versionInfo": "mapping_set_version",
    PROV + "wasDerivedFrom": "mapping_set_source",
    "http://purl.org/pav/authoredBy": "author_id",
    DCTERMS + "title": "mapping_set_title",
    DCTERMS + "description": "mapping_set_description",
    DCTERMS + "creator": "creator_id",
    DCTERMS + "license": "license",
    DCTERMS + "created": "mapping_date",
    DCTERMS + "issued": "publication_date",
    RDFS + "seeAlso": "see_also",
    RDFS + "comment": "comment",
}
#: Codes that a table writes as words.
WORDS = {
    OWL + "Class": "owl class",
    OWL + "ObjectProperty": "owl object property",
    OWL + "DataProperty": "owl data property",
    OWL + "AnnotationProperty": "owl annotation property",
    OWL + "NamedIndividual": "owl named individual",
    SKOS + "Concept": "skos concept",
    RDFS + "Resource": "rdfs resource",
    RDFS + "Class": "rdfs class",
    RDFS + "Literal": "rdfs literal",
    RDFS + "Datatype": "rdfs datatype",
    RDF + "Property": "rdf property",
    SSSOM + "ComposedEntityExpression": "composed entity expression",
    SSSOM + "NegatedPredicate": "Not",
}


def slot_of(property_iri: str) -> str:
    """Return the slot that a property stands for: its local name in SSSOM's namespace, or what SSSOM maps it to."""
    return _SLOT_OF.get(property_iri, property_iri.removeprefix(SSSOM))
