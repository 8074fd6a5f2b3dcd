"""What the RDF of a document says."""

from pyoxigraph import RdfFormat, Store, parse

from kgpub.description import describe, document_path
from kgpub.site import Site


def store_of(site: Site, local: str) -> Store:
    description = describe(site, site.base.resolve(local))
    assert description is not None
    store = Store()
    store.bulk_extend(parse("\n".join(description.triples()), RdfFormat.N_TRIPLES))
    return store


def asks(site: Site, store: Store, pattern: str) -> bool:
    return bool(store.query(f"ASK {{ {pattern} }}", prefixes=dict(site.prefixes)))


def test_a_document_names_its_topic_its_data_set_and_its_licence(site: Site) -> None:
    store = store_of(site, "id/ccr")
    document = "<https://w3id.org/stca-kg/doc/id/ccr>"
    assert asks(
        site, store, f"{document} foaf:primaryTopic id:ccr ; dcterms:isPartOf <https://w3id.org/stca-kg/dataset>"
    )
    assert asks(site, store, f"{document} dcterms:license <https://creativecommons.org/licenses/by/4.0/>")


def test_a_document_labels_what_it_names(site: Site) -> None:
    assert asks(site, store_of(site, "id/claim-s05-c1"), 'id:ccr skos:prefLabel "Canadian Council for Refugees"@en')


def test_a_document_holds_its_blank_nodes_statements(site: Site) -> None:
    assert asks(
        site, store_of(site, "id/span-1015-1164"), "id:span-1015-1164 oa:hasSelector [ oa:start 1015 ; oa:end 1164 ]"
    )


def test_a_document_says_what_points_at_its_topic(site: Site) -> None:
    assert asks(
        site, store_of(site, "id/claim-s05-c1"), "id:claim-s06-c1 <http://purl.org/spar/cito/supports> id:claim-s05-c1"
    )


def test_backlinks_that_are_left_out_are_counted_and_addressed(site: Site) -> None:
    assert asks(site, store_of(site, "id/ccr"), "?listing a hydra:Collection ; hydra:totalItems ?n FILTER(?n > 25)")


def test_an_ontology_is_described_with_its_terms_and_a_scheme_with_its_concepts(site: Site) -> None:
    assert asks(site, store_of(site, "ontology/"), "cn:Claim a owl:Class ; skos:definition ?d")
    assert asks(site, store_of(site, "voc/polarity"), "<https://w3id.org/stca-kg/voc/denies> skos:definition ?d")


def test_what_is_not_described_has_no_description(site: Site) -> None:
    assert describe(site, "https://w3id.org/stca-kg/id/nobody") is None
    assert describe(site, "https://w3id.org/stca-kg/id/ccr", page=99) is None


def test_iris_outside_the_base_or_with_a_fragment_have_documents_by_parameter(site: Site) -> None:
    assert document_path(site, "http://other.org/x y") == "doc?iri=http%3A%2F%2Fother.org%2Fx%20y"
    assert document_path(site, "https://w3id.org/stca-kg/a#b") == "doc?iri=https%3A%2F%2Fw3id.org%2Fstca-kg%2Fa%23b"
