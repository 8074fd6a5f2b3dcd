"""Something that is looked at closely: a thing with its document, or a document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kgpub.check.exchange import Answer, Chain
from kgpub.check.graph import Graph
from kgpub.check.matrix import HTML, RDF_TYPES
from kgpub.check.reader import HtmlPage

#: Classes whose instances are no documents, so that their IRIs cannot be those of documents.
NO_DOCUMENTS = (
    "http://xmlns.com/foaf/0.1/Person",
    "http://xmlns.com/foaf/0.1/Agent",
    "http://xmlns.com/foaf/0.1/Organization",
    "http://www.w3.org/ns/prov#Agent",
    "http://www.w3.org/ns/prov#Person",
    "http://www.w3.org/ns/prov#Organization",
    "http://www.w3.org/ns/org#Organization",
    "http://www.w3.org/2003/01/geo/wgs84_pos#SpatialThing",
    "http://dbpedia.org/ontology/Person",
    "http://dbpedia.org/ontology/Place",
    *(
        f"{schema}{name}"
        for schema in ("http://schema.org/", "https://schema.org/")
        for name in ("Person", "Organization", "Place", "Event")
    ),
)


@dataclass
class Target:
    """An IRI that was asked for, and what came.

    *address* is where ``Accept`` is to be sent: the document, unless the redirects themselves depend on it. *offers*
    has, by media type, the answer to a request for that type alone; *graphs* those in RDF, read.
    """

    asked: str
    chain: Chain
    address: str
    offers: Mapping[str, Answer]
    graphs: dict[str, Graph] = field(default_factory=dict)
    page: HtmlPage | None = None

    @cached_property
    def rdf_types(self) -> list[str]:
        """Return the syntaxes of RDF that it can be had in."""
        return [media_type for media_type in RDF_TYPES if media_type in self.offers]

    @property
    def html(self) -> Answer | None:
        """Return the page, None where there is none."""
        return self.offers.get(HTML)

    @property
    def best(self) -> Answer | None:
        """Return the representation to look at where one will do: the first in RDF, else the page."""
        return next((self.offers[t] for t in self.rdf_types), self.html)

    @property
    def graph(self) -> Graph | None:
        """Return its statements, of the first syntax that could be read."""
        return next(iter(self.graphs.values()), None)

    @property
    def is_thing(self) -> bool:
        """Tell whether its IRI is of a thing, not of a document: it has a fragment, or answers 303."""
        return "#" in self.asked or any(answer.status == 303 for answer in self.chain.answers)  # noqa: PLR2004
