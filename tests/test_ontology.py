"""The ontology: every term explained, shown at work, kept apart from others, never removed; nothing contradicts it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import combinations
from pathlib import Path

import owlrl  # type: ignore[import-untyped]
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, VANN, XSD, BNode, Graph, Literal, Namespace, URIRef

from kgpub.settings import read_settings

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/stca-kg/"
CN, CNV, ID = Namespace(f"{BASE}ontology/"), Namespace(f"{BASE}voc/"), Namespace(f"{BASE}id/")
BIBO, SCHEMA = Namespace("http://purl.org/ontology/bibo/"), Namespace("https://schema.org/")
VOAF = Namespace("http://purl.org/vocommons/voaf#")
CRMINF = Namespace("http://www.cidoc-crm.org/extensions/crminf/")
ONTOLOGY = URIRef(CN)

#: What other vocabularies say of their own terms, as far as it can clash with what is said here.
FOREIGN = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix schema: <https://schema.org/> .
prov:Entity owl:disjointWith prov:Activity .
prov:Organization rdfs:subClassOf prov:Agent .
prov:wasAttributedTo rdfs:domain prov:Entity ; rdfs:range prov:Agent .
prov:qualifiedAttribution rdfs:domain prov:Entity ; rdfs:range prov:Attribution .
prov:actedOnBehalfOf rdfs:domain prov:Agent ; rdfs:range prov:Agent .
prov:wasDerivedFrom rdfs:domain prov:Entity ; rdfs:range prov:Entity .
prov:wasGeneratedBy rdfs:domain prov:Entity ; rdfs:range prov:Activity .
prov:used rdfs:domain prov:Activity ; rdfs:range prov:Entity .
prov:wasAssociatedWith rdfs:domain prov:Activity ; rdfs:range prov:Agent .
skos:Concept owl:disjointWith skos:ConceptScheme , skos:Collection .
skos:Collection owl:disjointWith skos:ConceptScheme .
skos:inScheme rdfs:range skos:ConceptScheme .
skos:hasTopConcept rdfs:domain skos:ConceptScheme ; rdfs:range skos:Concept .
skos:topConceptOf rdfs:subPropertyOf skos:inScheme ; owl:inverseOf skos:hasTopConcept .
skos:semanticRelation rdfs:domain skos:Concept ; rdfs:range skos:Concept .
skos:mappingRelation rdfs:subPropertyOf skos:semanticRelation .
skos:exactMatch rdfs:subPropertyOf skos:closeMatch ; owl:propertyDisjointWith skos:broadMatch , skos:narrowMatch .
skos:closeMatch rdfs:subPropertyOf skos:mappingRelation .
skos:member rdfs:domain skos:Collection .
foaf:Group rdfs:subClassOf foaf:Agent .
foaf:Organization rdfs:subClassOf foaf:Agent ; owl:disjointWith foaf:Document , foaf:Person .
foaf:focus rdfs:domain skos:Concept .
org:Organization rdfs:subClassOf foaf:Agent .
org:FormalOrganization rdfs:subClassOf org:Organization .
schema:Country rdfs:subClassOf schema:Place .
schema:State rdfs:subClassOf schema:Place .
schema:City rdfs:subClassOf schema:Place .
"""


def graph(quads: Iterable[ox.Quad | ox.Triple]) -> Graph:
    """The statements, whatever graphs they are in, for rdflib."""
    triples = [quad.triple if isinstance(quad, ox.Quad) else quad for quad in quads]
    buffer = BytesIO()
    ox.serialize(triples, buffer, format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=buffer.getvalue(), format="nt")


def files(*paths: Path) -> Iterator[ox.Quad]:
    for path in paths:
        yield from ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=BASE, rename_blank_nodes=True)


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return graph(files(*sorted((ROOT / "ontology").rglob("*.ttl"))))


@pytest.fixture(scope="module")
def data() -> Graph:
    """What the project asserts: the quoted propositions are in a TriG file and so are left out."""
    return graph(files(*sorted((ROOT / "data").rglob("*.ttl"))))


@pytest.fixture(scope="module")
def foreign() -> Graph:
    return Graph().parse(data=FOREIGN, format="turtle")


def resources(ontology: Graph, *kinds: URIRef) -> set[URIRef]:
    return {term for kind in kinds for term in ontology.subjects(RDF.type, kind) if isinstance(term, URIRef)}


def classes(ontology: Graph) -> set[URIRef]:
    return resources(ontology, OWL.Class)


def properties(ontology: Graph) -> set[URIRef]:
    return resources(ontology, OWL.ObjectProperty, OWL.DatatypeProperty)


def codes(ontology: Graph) -> set[URIRef]:
    return resources(ontology, SKOS.Concept)


def lists(ontology: Graph) -> set[URIRef]:
    return resources(ontology, SKOS.ConceptScheme)


def text(ontology: Graph, term: URIRef, predicate: URIRef, language: str) -> str:
    found = [o for o in ontology.objects(term, predicate) if isinstance(o, Literal) and o.language == language]
    return str(found[0]) if found else ""


def names(terms: Iterable[object]) -> set[str]:
    return {str(term).removeprefix(BASE) for term in terms}


# Examples ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def prefixes() -> str:
    """The project's own prefixes, and those that need no declaration there."""
    publication = read_settings(ROOT / "kgpub.toml").publication
    known = {"prov": "http://www.w3.org/ns/prov#", "oa": "http://www.w3.org/ns/oa#", "schema": f"{SCHEMA}",
             "skos": f"{SKOS}", "dcterms": f"{DCTERMS}", "xsd": f"{XSD}"}  # fmt: skip
    pairs = (known | dict(publication.prefixes)).items()
    return "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in pairs)


@pytest.fixture(scope="module")
def examples(ontology: Graph, prefixes: str) -> dict[URIRef, list[ox.Quad]]:
    """The statements of each term's snippets; a quoted proposition is written as in TriG."""
    return {
        term: [
            quad
            for snippet in ontology.objects(term, SKOS.example)
            for quad in ox.parse(f"{prefixes}{snippet}", format=ox.RdfFormat.TRIG, base_iri=BASE)
        ]
        for term in classes(ontology) | properties(ontology)
    }


@pytest.fixture(scope="module")
def world(examples: dict[URIRef, list[ox.Quad]]) -> Graph:
    """All examples together: they speak of one bridge, and of one mayor."""
    return graph(quad for quads in examples.values() for quad in quads)


@pytest.fixture(scope="module")
def hierarchy(ontology: Graph, foreign: Graph) -> Graph:
    """Which class is a subclass of which, ours and others'."""
    found = Graph()
    for triple in (*ontology.triples((None, RDFS.subClassOf, None)), *foreign.triples((None, RDFS.subClassOf, None))):
        found.add(triple)
    return found


def kinds(hierarchy: Graph, of: Iterable[object]) -> set[object]:
    """Classes with all that they are subclasses of."""
    return {up for cls in of if isinstance(cls, URIRef) for up in hierarchy.transitive_objects(cls, RDFS.subClassOf)}


def test_every_example_uses_its_term(ontology: Graph, hierarchy: Graph, examples: dict[URIRef, list[ox.Quad]]) -> None:
    def is_used(term: URIRef) -> bool:
        shown = graph(examples[term])
        types = kinds(hierarchy, shown.objects(None, RDF.type))
        return term in types if term in classes(ontology) else term in set(shown.predicates())

    assert names(term for term in examples if not is_used(term)) == set()


def test_examples_quote_what_is_said_and_nothing_else(ontology: Graph, examples: dict[URIRef, list[ox.Quad]]) -> None:
    content = {f"{p}" for p in ontology.transitive_subjects(RDFS.subPropertyOf, CN.contentProperty)}
    mixed = {
        f"{term}"
        for term, quads in examples.items()
        for quad in quads
        if (quad.predicate.value in content) != f"{quad.graph_name}".startswith(f"<{ID}prop-")
    }
    assert mixed == set()


def test_examples_use_terms_and_codes_that_there_are(ontology: Graph, world: Graph) -> None:
    used = {term for triple in world for term in triple if f"{term}".startswith((CN, CNV))}
    assert names(used - classes(ontology) - properties(ontology) - codes(ontology)) == set()


def misfits(ontology: Graph, hierarchy: Graph, statements: Graph) -> set[str]:
    """Statements whose subject or object has types, none of which is what the property asks for."""
    found = set()
    for s, p, o in statements:
        for thing, wanted in ((s, ontology.value(p, RDFS.domain)), (o, ontology.value(p, RDFS.range))):
            if wanted is None:
                continue
            if isinstance(thing, Literal):
                is_misfit = wanted not in (RDFS.Literal, thing.datatype or XSD.string)
            else:
                types = {*statements.objects(thing, RDF.type), *ontology.objects(thing, RDF.type)}
                is_misfit = bool(types) and wanted not in kinds(hierarchy, types)
            if is_misfit:
                found.add(f"{p} {thing}".replace(CN, "").replace(ID, ""))
    return found


def test_examples_keep_to_domains_and_ranges(ontology: Graph, hierarchy: Graph, world: Graph) -> None:
    assert misfits(ontology, hierarchy, world) == set()


def test_the_announcement_keeps_to_domains_and_ranges(ontology: Graph, hierarchy: Graph, data: Graph) -> None:
    quoted = graph(ox.parse(path=ROOT / "data" / "propositions.trig", base_iri=BASE))
    assert misfits(ontology, hierarchy, data + quoted) == set()


def test_a_statement_outside_domain_or_range_is_noticed(ontology: Graph, hierarchy: Graph) -> None:
    wrong = Graph()
    wrong.add((ID.mayor, RDF.type, CN.State))
    wrong.add((ID.mayor, CN.level, Literal("first")))
    assert misfits(ontology, hierarchy, wrong) == {"level mayor", "level first"}


# Domains, ranges, inverses ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "english", "french"),
    [
        (RDFS.domain, r"No domain( and no range)?: ", r"(Sans domaine|Ni domaine ni codomaine) : "),
        (RDFS.range, r"No (domain and no )?range: ", r"(Sans codomaine|Ni domaine ni codomaine) : "),
    ],
    ids=["domain", "range"],
)
def test_a_property_has_a_domain_and_a_range_or_says_why_not(
    ontology: Graph, end: URIRef, english: str, french: str
) -> None:
    def says_why(term: URIRef) -> bool:
        notes = (text(ontology, term, VANN.usageNote, "en"), text(ontology, term, VANN.usageNote, "fr"))
        return bool(re.match(english, notes[0]) and re.match(french, notes[1]))

    declared = {term: (term, end, None) in ontology for term in properties(ontology)}
    assert names(term for term, has in declared.items() if has == says_why(term)) == set()


def test_a_property_with_codes_for_values_points_to_their_list(ontology: Graph) -> None:
    coded = set(ontology.subjects(RDFS.range, SKOS.Concept))
    assert len(coded) > 15
    assert names(p for p in coded if len(set(ontology.objects(p, RDFS.seeAlso)) & lists(ontology)) != 1) == set()


def test_no_property_repeats_another_backwards(ontology: Graph, data: Graph) -> None:
    pairs = {p: frozenset(data.subject_objects(p)) for p in properties(ontology)}
    backwards = {p: frozenset((o, s) for s, o in found) for p, found in pairs.items()}
    repeated = {(p, q) for p, q in combinations(sorted(pairs), 2) if pairs[p] and pairs[p] == backwards[q]}
    assert repeated == set()


# Contradictions ---------------------------------------------------------------------------------

#: Where owlrl puts what it finds contradictory.
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")


def closure(*graphs: Graph) -> Graph:
    """What follows by the rules of OWL 2 RL, the contradictions found on the way included.

    Texts and the lists of versions are left out: nothing follows from them, and they take time.
    """
    closed = Graph()
    for s, p, o in (triple for part in graphs for triple in part):
        is_text = isinstance(o, Literal) and (o.language or p == SKOS.example)
        if not is_text and p != DCTERMS.hasPart:
            closed.add((s, p, o))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    return closed


def contradictions(closed: Graph) -> list[str]:
    impossible = set(closed.subjects(RDF.type, OWL.Nothing)) - {OWL.Nothing}
    return sorted(map(str, closed.objects(None, ERROR))) + sorted(map(str, impossible))


@pytest.fixture(scope="module")
def closed(ontology: Graph, data: Graph, foreign: Graph) -> Graph:
    """What follows from the ontology and the announcement; offsets and hashes, which are blank nodes, left out."""
    named = Graph()
    for triple in data:
        if not any(isinstance(term, BNode) for term in triple):
            named.add(triple)
    return closure(ontology, named, foreign)


def test_nothing_that_follows_contradicts_the_ontology(closed: Graph) -> None:
    assert contradictions(closed) == []


def test_the_examples_together_contradict_nothing(ontology: Graph, foreign: Graph, world: Graph) -> None:
    assert contradictions(closure(ontology, foreign, world)) == []


def test_a_contradiction_is_found(ontology: Graph) -> None:
    wrong = Graph()
    for thing, *types in (
        (ID.claim_and_demand, CN.Claim, CN.Demand),
        (ID.support_and_attack, CN.Support, CN.Attack),
        (ID.position_and_proposition, CN.Claim, CN.Proposition),
        (ID.standard_and_span, CN.NormativeStandard, CN.SourceSpan),
    ):
        for cls in types:
            wrong.add((thing, RDF.type, cls))
    wrong.add((ID.unit_that_is_uttered, RDF.type, CN.Unit))
    wrong.add((ID.unit_that_is_uttered, CN.utteredIn, ID.utterance))
    found = " ".join(contradictions(closure(ontology, wrong)))
    assert [name for name in names(wrong.subjects()) if name not in found] == []


def test_domains_and_ranges_tell_nothing_new_about_the_announcement(
    ontology: Graph, data: Graph, hierarchy: Graph, closed: Graph
) -> None:
    things = {thing for thing in (*data.subjects(), *data.objects()) if isinstance(thing, URIRef)}
    new = {
        (thing, cls)
        for thing in things - set(ontology.subjects())
        for cls in set(closed.objects(thing, RDF.type)) - kinds(hierarchy, data.objects(thing, RDF.type))
        if cls not in (OWL.Thing, RDFS.Resource)
    }
    assert {(thing, cls) for thing, cls in new if thing.startswith(BASE)} == set()
    assert {cls for _, cls in new} == {SKOS.Concept}, "what a concept of ours is mapped to is a concept"


def test_every_class_is_kept_apart_from_another_and_joined_to_one(ontology: Graph) -> None:
    apart = {
        member
        for axiom in ontology.subjects(RDF.type, OWL.AllDisjointClasses)
        for members in ontology.objects(axiom, OWL.members)
        for member in ontology.items(members)
    }
    apart |= {cls for pair in ontology.subject_objects(OWL.disjointWith) for cls in pair}
    joined = set(ontology.objects(None, RDFS.domain)) | set(ontology.objects(None, RDFS.range))
    joined |= {cls for pair in ontology.subject_objects(RDFS.subClassOf) for cls in pair}
    assert (names(classes(ontology) - apart), names(classes(ontology) - joined)) == (set(), set())


# The header and the versions --------------------------------------------------------------------


@pytest.mark.parametrize(
    "predicate",
    [
        *(DCTERMS.title, DCTERMS.description, DCTERMS.abstract, DCTERMS.license, DCTERMS.creator, DCTERMS.publisher),
        *(DCTERMS.created, DCTERMS.issued, DCTERMS.modified, DCTERMS.bibliographicCitation, DCTERMS.source),
        *(OWL.versionIRI, OWL.versionInfo, VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri),
        *(FOAF.logo, BIBO.status, SKOS.editorialNote),
    ],
    ids=lambda predicate: predicate.rsplit("/")[-1].rsplit("#")[-1],
)
def test_the_header_has_what_directories_look_for(ontology: Graph, predicate: URIRef) -> None:
    values = list(ontology.objects(ONTOLOGY, predicate))
    languages = {value.language for value in values if isinstance(value, Literal)}
    assert values
    assert languages in (set(), {None}, {"en", "fr"})


def test_the_header_claims_no_more_than_is_so(ontology: Graph) -> None:
    assert {p for p in ontology.predicates(ONTOLOGY) if p in (BIBO.doi, OWL.priorVersion, OWL.imports)} == set()
    logo = f"{ontology.value(ONTOLOGY, FOAF.logo)}".removeprefix(BASE)
    assert (ROOT / "src" / "kgpub" / logo).is_file()
    counted = (ontology.value(ONTOLOGY, VOAF.classNumber), ontology.value(ONTOLOGY, VOAF.propertyNumber))
    assert [int(f"{number}") for number in counted] == [len(classes(ontology)), len(properties(ontology))]


def test_no_class_is_below_a_temporal_entity_of_the_cidoc_crm(ontology: Graph) -> None:
    """A belief of CRMinf (I2) is one (E2), and E2 is disjoint with the persistent items that our classes are."""
    assert set(ontology.subjects(RDFS.subClassOf, CRMINF.I2_Belief)) == set()
    assert (CN.Claim, RDFS.seeAlso, CRMINF.I2_Belief) in ontology


def test_the_version_iri_leads_to_the_ontology_and_its_document_lists_the_parts(client: FlaskClient) -> None:
    """OWL 2 Structural Specification, section 3.2: under a version IRI lies the ontology in that version."""
    response = client.get("/ontology/1.0.0")
    assert (response.status_code, response.headers["Location"]) == (303, "/doc/ontology/")
    by_iri = client.get("/resource", query_string={"iri": CN["1.0.0"], "format": "ttl"})
    assert (by_iri.status_code, by_iri.headers["Location"]) == (303, "/doc/ontology.ttl")
    returned = Graph().parse(data=client.get("/doc/ontology/?format=nt").data, format="nt")
    assert (ONTOLOGY, OWL.versionIRI, CN["1.0.0"]) in returned
    listed = Graph().parse(data=client.get("/doc/ontology/1.0.0?format=nt").data, format="nt")
    assert (CN["1.0.0"], DCTERMS.hasPart, CN.Claim) in listed


def test_the_current_version_is_described_by_all_it_has(ontology: Graph) -> None:
    number = ontology.value(ONTOLOGY, OWL.versionInfo)
    version = ontology.value(ONTOLOGY, OWL.versionIRI)
    assert version == CN[f"{number}"]
    assert ontology.value(version, OWL.versionInfo) == number
    terms = classes(ontology) | properties(ontology) | codes(ontology) | lists(ontology)
    assert names(terms ^ set(ontology.objects(version, DCTERMS.hasPart))) == set()


def removed(ontology: Graph) -> set[str]:
    """What a version lists and the ontology no longer has."""
    versions = ontology.subjects(DCTERMS.isVersionOf, ONTOLOGY)
    listed = {part for version in versions for part in ontology.objects(version, DCTERMS.hasPart)}
    return names(part for part in listed if (part, SKOS.definition, None) not in ontology)


def test_no_term_of_a_version_is_ever_removed(ontology: Graph) -> None:
    assert removed(ontology) == set()
    changed = ontology - Graph()
    changed.remove((CN.heldBy, None, None))
    assert removed(changed) == {"ontology/heldBy"}


def retired_in_use(ontology: Graph, statements: Graph) -> set[str]:
    """Deprecated terms and codes that statements are still made with."""
    retired = set(ontology.subjects(OWL.deprecated, Literal(lexical_or_value=True)))
    return names(retired & {term for triple in statements for term in triple})


def test_no_deprecated_term_is_used(ontology: Graph, data: Graph) -> None:
    assert retired_in_use(ontology, data) == set()
    marked = ontology - Graph()
    marked.add((CN.heldBy, OWL.deprecated, Literal(lexical_or_value=True)))
    assert retired_in_use(marked, data) == {"ontology/heldBy"}


# Words ------------------------------------------------------------------------------------------


def plain(words: str) -> str:
    """Words in lower case without a leading article."""
    return re.sub("^(an?|the|une?|les?|la) |^l\N{RIGHT SINGLE QUOTATION MARK}", "", words.lower())


def is_circular(label: str, definition: str) -> bool:
    """Whether a definition begins with the very label it defines."""
    return re.match(re.escape(plain(label)) + r"\b", plain(definition)) is not None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_definition_begins_with_what_it_defines(ontology: Graph, language: str) -> None:
    circular = {
        term
        for term in classes(ontology) | properties(ontology) | codes(ontology) | lists(ontology)
        for name in (RDFS.label, SKOS.prefLabel)
        if (label := text(ontology, term, name, language))
        if is_circular(label, text(ontology, term, SKOS.definition, language))
    }
    assert names(circular) == set()
    assert is_circular("Bridge", "A bridge that crosses a river.")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_labels_tell_terms_apart_and_classes_from_properties(ontology: Graph, language: str) -> None:
    label_of = {term: text(ontology, term, RDFS.label, language) for term in classes(ontology) | properties(ontology)}
    assert [label for label, n in Counter(label_of.values()).items() if n > 1] == []
    assert {term for term, label in label_of.items() if label[0].isupper() != (term in classes(ontology))} == set()


def test_apostrophes_and_spaces_are_the_same_everywhere(ontology: Graph) -> None:
    texts = {o for o in ontology.objects() if isinstance(o, Literal) and o.language}
    assert len(texts) > 1000
    assert {o for o in texts if re.search(r"['\"]|\s\s|^\s|\s$|\.\.", o)} == set()


def test_every_text_of_the_ontology_is_in_both_languages(ontology: Graph) -> None:
    languages: dict[tuple[object, object], list[str]] = {}
    for s, p, o in ontology:
        if isinstance(o, Literal) and o.language:
            languages.setdefault((s, p), []).append(o.language)
    assert {key for key, found in languages.items() if sorted(found) != ["en", "fr"]} == set()


# Code lists -------------------------------------------------------------------------------------


def test_a_code_is_in_one_list_at_its_top_and_the_list_says_so_too(ontology: Graph) -> None:
    def homes(code: URIRef) -> tuple[set[object], ...]:
        return (
            set(ontology.objects(code, SKOS.inScheme)),
            set(ontology.objects(code, SKOS.topConceptOf)),
            set(ontology.subjects(SKOS.hasTopConcept, code)),
        )

    found = {code: homes(code) for code in codes(ontology)}
    assert (
        names(c for c, (a, b, d) in found.items() if not (a == b == d and len(a) == 1 and a <= lists(ontology)))
        == set()
    )
    assert names(set(ontology.objects(None, SKOS.hasTopConcept)) - set(found)) == set()


@pytest.mark.parametrize("predicate", [SKOS.prefLabel, SKOS.definition], ids=["name", "definition"])
def test_names_and_definitions_tell_the_codes_of_a_list_apart(ontology: Graph, predicate: URIRef) -> None:
    said = Counter(
        (ontology.value(code, SKOS.inScheme), value.language, str(value).casefold())
        for code in codes(ontology)
        for value in ontology.objects(code, predicate)
        if isinstance(value, Literal)
    )
    assert [key for key, n in said.items() if n > 1] == []


def test_code_lists_are_flat_and_local_concepts_form_no_cycle(ontology: Graph, data: Graph) -> None:
    assert set(ontology.subject_objects(SKOS.broader)) | set(ontology.subject_objects(SKOS.narrower)) == set()
    up = Graph()
    for narrow, broad in [
        *data.subject_objects(SKOS.broader),
        *((n, b) for b, n in data.subject_objects(SKOS.narrower)),
    ]:
        up.add((narrow, SKOS.broader, broad))
    assert {
        c for c in up.subjects() for b in up.objects(c) if c in set(up.transitive_objects(b, SKOS.broader))
    } == set()


def test_every_code_list_is_pointed_to_by_the_property_that_takes_its_codes(ontology: Graph) -> None:
    assert names(lists(ontology) - set(ontology.objects(None, RDFS.seeAlso))) == set()
