"""From one address of a site to the rest: its home page, things it describes, its endpoint."""

from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from kgpub.check.addresses import request_address
from kgpub.check.catalog import RDF_ACCEPT
from kgpub.check.endpoint import is_endpoint
from kgpub.check.exchange import Ask
from kgpub.check.failures import NotReached
from kgpub.check.graph import Graph
from kgpub.check.target import Target
from kgpub.check.visit import Visit
from kgpub.vocabulary import DCAT, SD, VOID

_SEE_OTHER = 303
_CANDIDATES_AT_MOST = 40
_ENDPOINT_RELATION = f"{SD}endpoint"
_NAMES_ENDPOINT = (f"{VOID}sparqlEndpoint", f"{SD}endpoint", f"{DCAT}endpointURL")
_EXAMPLES = (f"{VOID}exampleResource", f"{VOID}rootResource")


def home_of(visit: Visit, start: Target | None, url: str) -> str:
    """Return the address of the home page: where the site begins, by what it says of itself, else its host's root."""
    if visit.mirror.served:
        return visit.mirror.served
    if start is not None and not start.is_thing and urlsplit(start.chain.url).path.endswith("/"):
        return start.chain.url
    return urljoin(start.chain.url if start is not None else url, "/")


def find_things(visit: Visit, home: Target, catalog: Graph | None, endpoint: str | None, wanted: int) -> list[str]:
    """Return addresses of things that a site describes: examples that it names, and links of its home page.

    A thing is told by its 303; where there is none, a document in RDF will do, which the endpoint is not.
    """
    documents = []
    things = []
    for url in _candidates(visit, home, catalog, endpoint):
        kind = _kind(visit, url)
        if kind == "thing":
            things.append(url)
        elif kind == "document":
            documents.append(url)
        if len(things) >= wanted:
            break
    return [*things, *documents][:wanted]


def _candidates(visit: Visit, home: Target, catalog: Graph | None, endpoint: str | None) -> Iterator[str]:
    named = [visit.here(iri) for predicate in _EXAMPLES for iri in (catalog.objects(predicate) if catalog else ())]
    anchors = home.page.anchors if home.page is not None else ()
    subjects = [visit.here(iri) for iri in sorted(home.graph.subjects)] if home.graph is not None else []
    seen = {request_address(url) for url in (home.chain.url, home.asked, endpoint) if url}
    below = urljoin(home.chain.url, ".")
    for number, url in enumerate(_fresh([*named, *anchors, *subjects], seen)):
        if number >= _CANDIDATES_AT_MOST:
            return
        if visit.is_ours(url) and url.startswith(below) and not urlsplit(url).query:
            yield url


def _fresh(urls: Iterable[str], seen: set[str]) -> Iterator[str]:
    for url in urls:
        address = request_address(url)
        if address not in seen:
            seen.add(address)
            yield url


def _kind(visit: Visit, url: str) -> str | None:
    try:
        answer = visit.client.send(Ask(request_address(url), RDF_ACCEPT))
    except NotReached:
        return None
    if answer.status == _SEE_OTHER:
        return "thing"
    is_rdf = answer.is_ok and answer.media_type in ("text/turtle", "application/ld+json", "application/rdf+xml")
    return "document" if is_rdf else None


def find_endpoint(visit: Visit, targets: Iterable[Target], catalog: Graph | None, home: str) -> str | None:
    """Return the endpoint that the site names, or the one at ``sparql`` below its home page."""
    for url in _named_endpoints(visit, targets, catalog):
        if visit.is_ours(url):
            return url
    usual = urljoin(home, "sparql")
    return usual if is_endpoint(visit, usual) else None


def _named_endpoints(visit: Visit, targets: Iterable[Target], catalog: Graph | None) -> Iterator[str]:
    targets = list(targets)
    for target in targets:
        for answer in filter(None, (target.best, target.html)):
            for link in visit.links(answer):
                if _ENDPOINT_RELATION.lower() in link.relations:
                    yield visit.here(link.target)
    for graph in filter(None, (catalog, *(target.graph for target in targets))):
        for predicate in _NAMES_ENDPOINT:
            yield from (visit.here(iri) for iri in graph.objects(predicate))
