"""The syntaxes kgpub reads and writes: media type, suffix, and what each can hold."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a format can hold."""

    TRIPLES = "triples"
    QUADS = "quads"
    SOLUTIONS = "solutions"
    PAGE = "page"


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """One syntax with its registered media type and the suffix it has in our addresses; there is one object of each."""

    suffix: str
    media_type: str
    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """Return the Content-Type header: text types name their charset, which is always UTF-8."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


TURTLE = Format(
    "ttl",
    "text/turtle",
    "Turtle",
    Kind.TRIPLES,
    ("turtle", "n3", "application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3"),
)
N_TRIPLES = Format("nt", "application/n-triples", "N-Triples", Kind.TRIPLES, ("ntriples", "text/plain"))
JSON_LD = Format(
    "jsonld",
    "application/ld+json",
    "JSON-LD",
    Kind.TRIPLES,
    ("json-ld", "json", "application/json", "application/x-json+ld"),
)
RDF_XML = Format(
    "rdf", "application/rdf+xml", "RDF/XML", Kind.TRIPLES, ("xml", "rdfxml", "rdf+xml", "application/xml", "text/xml")
)
TRIG = Format("trig", "application/trig", "TriG", Kind.QUADS, ("application/x-trig",))
N_QUADS = Format("nq", "application/n-quads", "N-Quads", Kind.QUADS, ("nquads", "text/x-nquads"))
HTML = Format("html", "text/html", "HTML", Kind.PAGE, ("application/xhtml+xml",))
XML = Format("xml", "application/xml", "XML", Kind.PAGE)
ATOM = Format("atom", "application/atom+xml", "Atom", Kind.PAGE, ("application/xml", "text/xml"))
JSON = Format("json", "application/json", "JSON", Kind.PAGE)
#: JSON whose labels are in one language, the reader's.
SPOKEN_JSON = Format("json", "application/json", "JSON", Kind.PAGE)
DESCRIPTION_CSV = Format("csv", "text/csv", "CSV", Kind.PAGE)
#: Suggestions for a browser's search box (OpenSearch Suggestions 1.1), and what tells browsers of them.
SUGGESTIONS = Format("suggestions", "application/x-suggestions+json", "OpenSearch suggestions", Kind.PAGE)
OPENSEARCH = Format("xml", "application/opensearchdescription+xml", "OpenSearch description", Kind.PAGE)
#: No type is registered for BibTeX; this is what programs ask DOI resolvers for.
BIBTEX = Format("bib", "application/x-bibtex", "BibTeX", Kind.PAGE, ("bibtex", "text/x-bibtex"))

RESULTS_JSON = Format(
    "srj", "application/sparql-results+json", "SPARQL JSON", Kind.SOLUTIONS,
    ("json", "application/json", "application/x-sparqlstar-results+json"),
)  # fmt: skip
RESULTS_XML = Format(
    "srx", "application/sparql-results+xml", "SPARQL XML", Kind.SOLUTIONS, ("xml", "application/xml", "text/xml")
)
RESULTS_CSV = Format("csv", "text/csv", "CSV", Kind.SOLUTIONS)
RESULTS_TSV = Format("tsv", "text/tab-separated-values", "TSV", Kind.SOLUTIONS)

LINKSET_JSON = Format(
    "json", "application/linkset+json", "Link set (JSON)", Kind.PAGE, ("linkset+json", "application/json")
)
LINKSET_TEXT = Format("txt", "application/linkset", "Link set (text)", Kind.PAGE, ("linkset", "text/plain"))

#: A program that reads JSON of any kind reads a problem as JSON too.
PROBLEM_JSON = Format(
    "json", "application/problem+json", "Problem JSON", Kind.PAGE,
    ("application/json", "application/sparql-results+json", "application/linkset+json"),
)  # fmt: skip
PLAIN_TEXT = Format("txt", "text/plain", "Text", Kind.PAGE)

#: Order is preference: the first one answers a client that does not say what it wants.
DOCUMENT_FORMATS = (TURTLE, JSON_LD, HTML, N_TRIPLES, RDF_XML, TRIG, N_QUADS, DESCRIPTION_CSV)
#: What a list of our own making can be had as.
LIST_FORMATS = (TURTLE, JSON, JSON_LD, HTML, DESCRIPTION_CSV, N_TRIPLES, RDF_XML, TRIG, N_QUADS)
GRAPH_FORMATS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
LINKSET_FORMATS = (LINKSET_JSON, LINKSET_TEXT)
SOLUTION_FORMATS = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
CITATION_FORMATS = (BIBTEX, HTML)
#: What is written in one language, the reader's; data holds all.
SPOKEN_FORMATS = (HTML, SPOKEN_JSON, BIBTEX)
#: A problem is told in RDF to who asks for that alone.
PROBLEM_FORMATS = (PROBLEM_JSON, HTML, PLAIN_TEXT, *GRAPH_FORMATS)
#: Every syntax that something here can be had in.
ALL_FORMATS = (*DOCUMENT_FORMATS, *SOLUTION_FORMATS, *LINKSET_FORMATS, JSON, BIBTEX)


def named(name: str, offered: tuple[Format, ...]) -> Format | None:
    """Return the offered format with this suffix, alias or media type, or None.

    A media type's parameters are left out. A space stands for the plus sign that a form decoded: ``+`` unescaped in
    ``format=application/sparql-results+json``.
    """
    wanted = name.partition(";")[0].strip().lower().replace(" ", "+")
    for fmt in offered:
        if wanted in (fmt.suffix, fmt.media_type):
            return fmt
    return next((fmt for fmt in offered if wanted in fmt.aliases), None)
