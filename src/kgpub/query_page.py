"""What the page of one stored query shows: its parameters as a form, its text, its result and its addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from kgpub.formats import GRAPH_FORMATS, SOLUTION_FORMATS, Format, Kind
from kgpub.iris import is_iri
from kgpub.query_list import QUERIES, ListedQuery, listed
from kgpub.query_values import Kind as ValueKind
from kgpub.query_values import resolved
from kgpub.reader import Reader
from kgpub.results import ResultPage
from kgpub.site import Site
from kgpub.stored_query import UNDEFINED, Parameter, StoredQuery, header_length
from kgpub.texts import Text
from kgpub.values import Link, Linker

#: The text of a query itself (SPARQL 1.1 Query Language, section 21).
SPARQL_TEXT = Format("rq", "application/sparql-query", "SPARQL", Kind.PAGE)
#: A longer text is not put into the address of the SPARQL form: servers refuse addresses of that length.
_ADDRESS_CHARACTERS = 8_000
_INPUTS = {
    ValueKind.INTEGER: ("number", "1"),
    ValueKind.DECIMAL: ("number", "any"),
    ValueKind.DATE: ("date", ""),
}


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """A query with the values that a reader gave it, and the text that these are bound in."""

    query: StoredQuery
    values: Mapping[str, str]
    text: str

    def address(self, suffix: str = "") -> str:
        """Return the local address of the answer, or of one format of it."""
        name = f"{self.query.name}.{suffix}" if suffix else self.query.name
        return f"{QUERIES}/{name}" + (f"?{urlencode(self.values)}" if self.values else "")


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter in the form: *value* is what stands there, *default* what an empty field means."""

    parameter: Parameter
    value: str
    default: str
    input_type: str
    step: str
    link: Link | None


@dataclass(frozen=True, slots=True)
class Address:
    """The address of one format of the result."""

    name: str
    href: str
    media_type: str


@dataclass(frozen=True, slots=True)
class QueryPage:
    """The page; *result* is None where the query asks another endpoint, which this server does not."""

    listed: ListedQuery
    translations: tuple[Text, ...]
    fields: tuple[Field, ...]
    text: str
    text_href: str
    form_href: str
    formats: tuple[Address, ...]
    result: ResultPage | None

    @property
    def comments(self) -> int:
        """Return how many lines the text begins with that the page says in other words."""
        lines = self.text.splitlines()
        at = header_length(self.text)
        return next((at for at in range(at, len(lines)) if lines[at].strip()), at)

    @property
    def query(self) -> StoredQuery:
        """Return the query."""
        return self.listed.query


def result_formats(query: StoredQuery) -> tuple[Format, ...]:
    """Return the formats that the result of a query can be had in."""
    return GRAPH_FORMATS if query.gives_graph else SOLUTION_FORMATS


def query_page(site: Site, bound: BoundQuery, result: ResultPage | None, reader: Reader) -> QueryPage:
    """Return the page of a query."""
    query, text, root = bound.query, bound.text, reader.root
    shown = listed(query, reader)
    others = {tag: title for tag, title in query.titles.items() if title != shown.title.text}
    formats = [] if query.federated else result_formats(query)
    return QueryPage(
        shown,
        tuple(Text(title, reader.told(tag)) for tag, title in others.items()),
        _fields(site, bound, reader),
        text,
        f"{root}/{bound.address(SPARQL_TEXT.suffix)}",
        reader.at(f"sparql?query={quote(text, safe='')}") if len(text) < _ADDRESS_CHARACTERS else "",
        tuple(Address(fmt.name, f"{root}/{bound.address(fmt.suffix)}", fmt.media_type) for fmt in formats),
        result,
    )


def _fields(site: Site, bound: BoundQuery, reader: Reader) -> tuple[Field, ...]:
    query = bound.query
    given = {p.name: bound.values.get(p.name, p.default or "") for p in query.parameters}
    named = [p.name for p in query.parameters if p.kind is ValueKind.IRI and given[p.name] not in {"", UNDEFINED}]
    iris = {name: resolved(given[name], site.names) for name in named}
    linker = Linker(site, site.documents.labels(iris.values()), reader)
    links = {name: linker.link(iri) for name, iri in iris.items() if is_iri(iri)}
    return tuple(_field(site, p, given[p.name], links.get(p.name)) for p in query.parameters)


def _field(site: Site, parameter: Parameter, value: str, link: Link | None) -> Field:
    input_type, step = _INPUTS.get(parameter.kind, ("text", ""))
    return Field(parameter, _short(site, value), _short(site, parameter.default or ""), input_type, step, link)


def _short(site: Site, value: str) -> str:
    """Return an IRI below the base as its local name, which means the same."""
    return site.base.local(value) if site.base.holds(value) and value != site.base.iri else value
