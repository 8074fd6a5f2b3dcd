"""Give blank nodes names that depend on nothing but the graph (RDF Dataset Canonicalization, RDFC-1.0)."""

from collections.abc import Iterable

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad

from kgpub.nquads import blank_nodes_in, line_of


def mentions_blank_node(quad: Quad) -> bool:
    """Tell whether a quad names a blank node anywhere, in a triple term too."""
    return isinstance(quad.graph_name, BlankNode) or any(blank_nodes_in(quad))


def canonical_lines(quads: Iterable[Quad]) -> Iterable[str]:
    """Return the canonical N-Quads lines of quads, unsorted, with RDFC-1.0 names for blank nodes.

    A quad without a blank node plays no part in the naming (RDFC-1.0, section 4.4), so handing over only those with
    one gives the names that the whole data set would get.
    """
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return (line_of(quad) for quad in dataset)
