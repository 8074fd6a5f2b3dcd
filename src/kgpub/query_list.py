"""The stored queries of a release: as a list in groups, as JSON, and in RDF.

The RDF is that of the SPARQL examples of the SIB (https://github.com/sib-swiss/sparql-examples), which editors load:
SHACL's executables with ``schema:target`` for the endpoint. The texts declare their own base and prefixes, so there is
no ``sh:prefixes``: tools put those in front of a text, and some engines refuse a prefix that is declared twice.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from kgpub.nquads import line_of
from kgpub.reader import Reader
from kgpub.release import DATASET
from kgpub.site import Site
from kgpub.stored_query import StoredQuery
from kgpub.texts import Text, text_for
from kgpub.vocabulary import DCAT, DCTERMS, FOAF, RDFS, SCHEMA, SH, TYPE

#: The folder of the stored queries on the web.
QUERIES = "queries"
_SPEX = "https://purl.expasy.org/sparql-examples/ontology#"
#: The class and the property of each form; SHACL has none for DESCRIBE.
_EXECUTABLES = {
    "SELECT": (f"{SH}SPARQLSelectExecutable", f"{SH}select"),
    "ASK": (f"{SH}SPARQLAskExecutable", f"{SH}ask"),
    "CONSTRUCT": (f"{SH}SPARQLConstructExecutable", f"{SH}construct"),
    "DESCRIBE": ("", f"{_SPEX}describe"),
}


@dataclass(frozen=True, slots=True)
class ListedQuery:
    """A query as lists show it."""

    query: StoredQuery
    href: str
    title: Text
    description: Text


@dataclass(frozen=True, slots=True)
class QueryGroup:
    """A titled group of queries."""

    title: str
    queries: tuple[ListedQuery, ...]


def listed(query: StoredQuery, reader: Reader) -> ListedQuery:
    """Return a query as lists show it."""
    title, description = text_for(reader, query.titles), text_for(reader, query.descriptions)
    return ListedQuery(query, reader.at(f"{QUERIES}/{query.name}"), title, description)


def query_groups(site: Site, reader: Reader) -> tuple[QueryGroup, ...]:
    """Return the queries in groups: those that answer a question, further ones, those that measure coverage."""
    coverage = set(site.publication.coverage)
    questions = [q for q in site.queries.values() if q.question and q.name not in coverage]
    others = [q for q in site.queries.values() if not q.question and q.name not in coverage]
    measures = [q for q in site.queries.values() if q.name in coverage]
    groups = (
        ("Questions", sorted(questions, key=_number)),
        ("Further queries", others),
        ("How complete the data is", measures),
    )
    return tuple(QueryGroup(title, tuple(listed(q, reader) for q in queries)) for title, queries in groups if queries)


def _number(query: StoredQuery) -> tuple[int, str]:
    """Return what a query is sorted by: the first number in what it says of its question, then its name."""
    found = re.search(r"\d{1,6}", query.question)
    return (int(found[0]) if found else 10**6, query.name)


def leading_questions(site: Site, reader: Reader, count: int) -> tuple[ListedQuery, ...]:
    """Return a query for each of the first questions, at most *count*."""
    by_question: dict[object, StoredQuery] = {}
    for query in sorted((q for q in site.queries.values() if q.question and not q.federated), key=_number):
        by_question.setdefault(_number(query)[0], query)
    return tuple(listed(query, reader) for query in list(by_question.values())[:count])


def queries_as_json(site: Site, root: str) -> bytes:
    """Return all queries as JSON: what each answers, what it takes, its text and its addresses."""
    queries = [_as_json(site, query, root) for query in site.queries.values()]
    document = {"release": site.release.manifest.id, "queries": queries}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _as_json(site: Site, query: StoredQuery, root: str) -> dict[str, object]:
    address = f"{root}/{QUERIES}/{query.name}"
    return {
        "name": query.name,
        "iri": _iri(site, query),
        "title": _by_language(site, query.titles),
        "description": _by_language(site, query.descriptions),
        "question": query.question or None,
        "form": query.form,
        "parameters": [
            {"name": p.name, "kind": p.kind.value, "description": p.description, "default": p.default}
            for p in query.parameters
        ],
        "federatesWith": query.federated or None,
        "href": address,
        "text": f"{address}.rq",
    }


def _by_language(site: Site, texts: Mapping[str, str]) -> dict[str, str]:
    """Return texts by language, the one without a tag under the site's, unless that is taken."""
    own = site.publication.language
    return {(own if tag == "" and own not in texts else tag): text for tag, text in texts.items()}


def _iri(site: Site, query: StoredQuery) -> str:
    return site.base.resolve(f"{QUERIES}/{query.name}")


def query_lines(site: Site) -> list[str]:
    """Return N-Triples lines that describe the list and each query in it."""
    return [line_of(quad) for quad in (*_list_quads(site), *_all_quads(site))]


def _list_quads(site: Site) -> Iterator[Quad]:
    page = site.base.resolve(f"{QUERIES}/")
    yield _quad(page, TYPE, NamedNode(f"{FOAF}Document"))
    yield _quad(page, f"{DCTERMS}title", Literal("Stored queries", language="en"))
    yield _quad(page, f"{DCAT}version", Literal(site.release.manifest.id))
    if site.has_catalog:
        yield _quad(page, f"{DCTERMS}isPartOf", NamedNode(site.base.resolve(DATASET)))
    for query in site.queries.values():
        yield _quad(page, f"{DCTERMS}hasPart", NamedNode(_iri(site, query)))


def _all_quads(site: Site) -> Iterable[Quad]:
    return (quad for query in site.queries.values() for quad in _quads(site, query))


def _quads(site: Site, query: StoredQuery) -> Iterator[Quad]:
    iri = _iri(site, query)
    class_, text = _EXECUTABLES[query.form]
    for executable in filter(None, (f"{SH}SPARQLExecutable", class_)):
        yield _quad(iri, TYPE, NamedNode(executable))
    for texts, property_ in ((query.titles, f"{RDFS}label"), (query.descriptions, f"{RDFS}comment")):
        for language, value in _by_language(site, texts).items():
            yield _quad(iri, property_, Literal(value, language=language or None))
    yield _quad(iri, f"{DCTERMS}identifier", Literal(query.name))
    yield _quad(iri, f"{SCHEMA}target", NamedNode(site.base.resolve("sparql")))
    if query.federated:
        yield _quad(iri, f"{_SPEX}federatesWith", NamedNode(query.federated))
    yield _quad(iri, text, Literal(query.text))


def _quad(subject: str, property_: str, value: NamedNode | Literal) -> Quad:
    return Quad(NamedNode(subject), NamedNode(property_), value)
