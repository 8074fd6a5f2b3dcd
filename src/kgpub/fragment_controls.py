"""What a page of a fragment says beside its data: of what it is a part, how much there is, how all else is asked for.

Triple Pattern Fragments, Hydra W3C Community Group, sections "Metadata" and "Controls", and Quad Pattern Fragments for
the graph. Clients tell controls from data by ``foaf:primaryTopic``: the graph that says what the data set's description
is about holds the controls. One total is told, since clients take the first that they find.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal

from kgpub.fragment import QUADS_A_PAGE, FragmentPage
from kgpub.pattern_terms import DEFAULT_GRAPH
from kgpub.release import DATASET
from kgpub.rows import Row
from kgpub.site import Site
from kgpub.vocabulary import DCTERMS, FOAF, HYDRA, RDF, SD, TYPE, VOID, XSD

_TRIPLE_PARAMETERS = (("subject", RDF + "subject"), ("predicate", RDF + "predicate"), ("object", RDF + "object"))
_QUAD_PARAMETERS = (*_TRIPLE_PARAMETERS, ("graph", SD + "graph"))
_OFFSET = "offset"


@dataclass(frozen=True, slots=True)
class FragmentAddress:
    """The address that a page was asked for under: that of all fragments, and a pattern's parameters as they were sent.

    *collection* is absolute, with scheme and host as the client used them: a client follows these addresses and no
    others, wherever the base IRI leads.
    """

    collection: str
    parameters: str
    offset: int
    has_graphs: bool

    @property
    def dataset(self) -> str:
        """Return the IRI of the data set of which the fragments are parts."""
        return f"{self.collection}#dataset"

    @property
    def fragment(self) -> str:
        """Return the address of the fragment, which is that of its first page."""
        return f"{self.collection}?{self.parameters}" if self.parameters else self.collection

    @property
    def page(self) -> str:
        """Return the address of this page."""
        return self.page_at(self.offset)

    @property
    def metadata_graph(self) -> str:
        """Return the name of the graph of the controls."""
        return f"{self.page}#metadata"

    @property
    def template(self) -> str:
        """Return the URI template (RFC 6570) of all fragments."""
        return f"{self.collection}{{?{','.join(name for name, _ in self.properties)}}}"

    @property
    def properties(self) -> tuple[tuple[str, str], ...]:
        """Return the parameters of a pattern with the properties that they stand for."""
        return _QUAD_PARAMETERS if self.has_graphs else _TRIPLE_PARAMETERS

    def page_at(self, offset: int) -> str:
        """Return the address of the page that begins behind so many rows."""
        if not offset:
            return self.fragment
        return f"{self.fragment}{'&' if self.parameters else '?'}{_OFFSET}={offset}"


def control_rows(site: Site, address: FragmentAddress, page: FragmentPage, graph: str) -> Iterator[Row]:
    """Yield the controls and metadata of a page; *graph* is the token of their graph, empty for the default graph."""
    for subject, predicate, value in (*_dataset(site, address), *_search(address), *_page(site, address, page)):
        yield f"<{subject}>", f"<{predicate}>", value, graph
    topic = f"<{address.metadata_graph}>", f"<{FOAF}primaryTopic>", f"<{address.dataset}>"
    yield (*topic, graph)


def _dataset(site: Site, address: FragmentAddress) -> Iterator[tuple[str, str, str]]:
    dataset = address.dataset
    yield dataset, TYPE, f"<{VOID}Dataset>"
    yield dataset, TYPE, f"<{HYDRA}Collection>"
    for part in dict.fromkeys((address.fragment, address.page)):
        yield dataset, VOID + "subset", f"<{part}>"
    if address.has_graphs:
        yield dataset, SD + "defaultGraph", f"<{DEFAULT_GRAPH}>"
    if site.has_catalog:
        yield dataset, DCTERMS + "source", f"<{site.base.resolve(DATASET)}>"


def _search(address: FragmentAddress) -> Iterator[tuple[str, str, str]]:
    form = f"{address.collection}#pattern"
    yield address.dataset, HYDRA + "search", f"<{form}>"
    yield form, TYPE, f"<{HYDRA}IriTemplate>"
    yield form, HYDRA + "template", str(Literal(address.template))
    yield form, HYDRA + "variableRepresentation", f"<{HYDRA}ExplicitRepresentation>"
    mappings = [(f"{address.collection}#{name}", name, property_) for name, property_ in address.properties]
    for mapping, _, _ in mappings:
        yield form, HYDRA + "mapping", f"<{mapping}>"
    for mapping, name, property_ in mappings:
        yield mapping, TYPE, f"<{HYDRA}IriTemplateMapping>"
        yield mapping, HYDRA + "variable", str(Literal(name))
        yield mapping, HYDRA + "property", f"<{property_}>"


def _page(site: Site, address: FragmentAddress, page: FragmentPage) -> Iterator[tuple[str, str, str]]:
    fragment, here = address.fragment, address.page
    yield fragment, TYPE, f"<{HYDRA}Collection>"
    yield fragment, HYDRA + "totalItems", _integer(page.total)
    yield fragment, VOID + "triples", _integer(page.total)
    yield fragment, HYDRA + "view", f"<{here}>"
    yield here, TYPE, f"<{HYDRA}PartialCollectionView>"
    yield here, HYDRA + "itemsPerPage", _integer(QUADS_A_PAGE)
    for relation, other in page_links(address, page):
        yield here, HYDRA + relation, f"<{other}>"
    for said in site.imprint:
        predicate, _, value = said.removesuffix(" .").partition(" ")
        yield here, predicate[1:-1], value


def page_links(address: FragmentAddress, page: FragmentPage) -> Iterable[tuple[str, str]]:
    """Yield the other pages of a fragment by their relation to this one, Hydra's."""
    yield "first", address.fragment
    if page.previous_offset is not None:
        yield "previous", address.page_at(page.previous_offset)
    if page.next_offset is not None:
        yield "next", address.page_at(page.next_offset)


def _integer(number: int) -> str:
    return f'"{number}"^^<{XSD}integer>'
