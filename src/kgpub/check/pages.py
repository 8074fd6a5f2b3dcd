"""What pages tell machines: canonical and alternate addresses, embedded JSON-LD, language."""

from functools import partial

from kgpub.check.contexts import with_contexts
from kgpub.check.exchange import Answer
from kgpub.check.failures import NotReadable
from kgpub.check.graph import Graph
from kgpub.check.reader import HtmlPage
from kgpub.check.target import Target
from kgpub.check.visit import Visit
from kgpub.vocabulary import SCHEMA, SCHEMA_HTTP

_FOLLOWED_AT_MOST = 3
_SCRIPTS_AT_MOST = 10
_JSON_LD = "application/ld+json"
_SCHEMA_HOSTS = ("https://schema.org", "http://schema.org", "https://www.schema.org", "http://www.schema.org")
#: schema.org's own context in short: what is looked at here needs no coercion.
_SCHEMA_CONTEXT = b'{"@context": {"@vocab": "https://schema.org/"}}'


def check_pages(visit: Visit, target: Target, *, is_home: bool) -> None:
    """Look at the page of a document."""
    answer, page = target.html, target.page
    if answer is None or page is None:
        return
    _check_canonical(visit, answer, page)
    if target.rdf_types and not _has_alternate(visit, answer, page):
        visit.findings.add("page.alternate", answer, "no alternate in a type of RDF")
    if not page.language:
        visit.findings.add("page.language", answer, "<html> without lang")
    graphs = [
        graph for script in page.scripts[:_SCRIPTS_AT_MOST] if (graph := _graph_in(visit, answer, script)) is not None
    ]
    if is_home:
        _check_dataset(visit, answer, graphs)


def _check_canonical(visit: Visit, answer: Answer, page: HtmlPage) -> None:
    links = [*page.related("canonical"), *(link for link in visit.links(answer) if "canonical" in link.relations)]
    targets = sorted({link.target for link in links})
    if len(targets) > 1:
        visit.findings.add("page.canonical", answer, f"canonical: {', '.join(targets)}")
    for target in targets[:_FOLLOWED_AT_MOST]:
        url = visit.here(target)
        there = visit.get(url, "text/html, */*;q=0.5") if visit.is_ours(url) else None
        if there is not None and not there.is_ok:
            visit.findings.add("page.canonical", there, f"{there.brief} for the canonical address of {answer.ask.url}")


def _has_alternate(visit: Visit, answer: Answer, page: HtmlPage) -> bool:
    links = [*page.links, *visit.links(answer)]
    rdf = ("text/turtle", _JSON_LD, "application/rdf+xml", "application/n-triples")
    return any({"alternate", "describedby"} & set(link.relations) and link.media_type in rdf for link in links)


def _graph_in(visit: Visit, answer: Answer, script: str) -> Graph | None:
    body, missing = with_contexts(script.encode(), partial(_context, visit, answer))
    if missing:
        visit.findings.add("rdf.context", answer, f"its context {missing[0]} is elsewhere")
        return None
    try:
        return visit.reader.rdf(body, _JSON_LD, answer.ask.url)
    except NotReadable as error:
        visit.findings.add("page.json-ld", answer, error.sentence)
        return None


def _context(visit: Visit, answer: Answer, name: str) -> bytes | None:
    return _SCHEMA_CONTEXT if name.startswith(_SCHEMA_HOSTS) else visit.context(answer, name)


def _check_dataset(visit: Visit, answer: Answer, graphs: list[Graph]) -> None:
    names = [schema + name for schema in (SCHEMA, SCHEMA_HTTP) for name in ("Dataset", "DataCatalog")]
    found = [(graph, iri) for graph in graphs for iri in graph.instances(*names)]
    if not found:
        visit.findings.add("page.schema", answer, "no schema.org Dataset in JSON-LD")
    for graph, iri in found:
        for property_ in ("name", "description"):
            if not any(graph.objects(schema + property_, iri) for schema in (SCHEMA, SCHEMA_HTTP)):
                visit.findings.add("page.dataset", answer, f"{iri} has no {property_}")
