"""Does the data set describe itself, and is what it names there?"""

from urllib.parse import urljoin

from kgpub.check.addresses import request_address
from kgpub.check.exchange import Answer, Ask
from kgpub.check.failures import NotReadable
from kgpub.check.graph import Graph
from kgpub.check.matrix import RDF_TYPES
from kgpub.check.visit import Visit
from kgpub.vocabulary import DCAT, DCTERMS, SCHEMA, SCHEMA_HTTP, VOID

#: What asks for RDF in any syntax.
RDF_ACCEPT = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, application/n-triples;q=0.7, */*;q=0.1"
DATASETS = (f"{VOID}Dataset", f"{DCAT}Dataset")
_LICENCES = (f"{DCTERMS}license", f"{DCTERMS}rights", f"{SCHEMA}license", f"{SCHEMA_HTTP}license")
_EXAMPLES = (f"{VOID}exampleResource", f"{VOID}rootResource")
_DOWNLOADS = (f"{VOID}dataDump", f"{DCAT}downloadURL")
_MEDIA_TYPES = "://www.iana.org/assignments/media-types/"


def read_catalog(visit: Visit, home: str, of_home: Graph | None) -> Graph | None:
    """Return the data set's description: what ``/.well-known/void`` leads to, else what the home page says in RDF."""
    for place in dict.fromkeys((urljoin(home, "/.well-known/void"), urljoin(home, ".well-known/void"))):
        answer = visit.get(place, RDF_ACCEPT)
        if answer is not None and answer.is_ok:
            return _graph_of(visit, answer)
    visit.findings.add("void.absent", Ask(urljoin(home, "/.well-known/void"), RDF_ACCEPT), "it is not there")
    return of_home if of_home is not None and of_home.instances(*DATASETS) else None


def check_catalog(visit: Visit, home: str, catalog: Graph) -> None:
    """Look at a data set's description and at what it names."""
    about = Ask(urljoin(home, "/.well-known/void"), RDF_ACCEPT)
    if not any(catalog.objects(licence) for licence in _LICENCES):
        visit.findings.add("dataset.licence", about, "no dcterms:license")
    for predicate in _EXAMPLES:
        for iri in catalog.objects(predicate)[: visit.sample]:
            _check_example(visit, iri)
    for predicate in _DOWNLOADS:
        for iri in catalog.objects(predicate)[: 3 * visit.sample]:
            _check_download(visit, catalog, iri)


def _graph_of(visit: Visit, answer: Answer) -> Graph | None:
    if answer.media_type not in RDF_TYPES:
        visit.findings.add("void.dataset", answer, f"{answer.brief}, which is no RDF")
        return None
    try:
        graph = visit.graph(answer)
    except NotReadable as error:
        visit.findings.add(error.rule, answer, error.sentence)
        return None
    if not graph.instances(*DATASETS):
        visit.findings.add("void.dataset", answer, "neither a void:Dataset nor a dcat:Dataset")
    return graph


def _check_example(visit: Visit, iri: str) -> None:
    url = visit.here(iri)
    answer = visit.get(url, RDF_ACCEPT) if visit.is_ours(url) else None
    if answer is not None and not answer.is_ok:
        visit.findings.add("dataset.example", answer, answer.brief)


def _check_download(visit: Visit, catalog: Graph, iri: str) -> None:
    url = visit.here(iri)
    answer = visit.send(Ask(request_address(url), "*/*", "HEAD")) if visit.is_ours(url) else None
    if answer is None:
        return
    if not (answer.is_ok or answer.is_redirect):
        visit.findings.add("dataset.download", answer, answer.brief)
        return
    for distribution in _distributions(catalog, iri):
        _check_size(visit, catalog, distribution, answer)
        _check_type(visit, catalog, distribution, answer)


def _distributions(catalog: Graph, download: str) -> list[str]:
    return catalog.holders(f"{DCAT}downloadURL", download)


def _check_size(visit: Visit, catalog: Graph, distribution: str, answer: Answer) -> None:
    length = answer.field("content-length")
    for size in catalog.objects(f"{DCAT}byteSize", distribution):
        told = size.split('"')[1] if size.startswith('"') else size
        if length is not None and answer.is_ok and told != length:
            visit.findings.add("dataset.size", answer, f"Content-Length {length}, where dcat:byteSize is {told}")


def _check_type(visit: Visit, catalog: Graph, distribution: str, answer: Answer) -> None:
    told = [
        iri.partition(_MEDIA_TYPES)[2]
        for name in ("mediaType", "compressFormat", "packageFormat")
        for iri in catalog.objects(DCAT + name, distribution)
        if _MEDIA_TYPES in iri
    ]
    if told and answer.is_ok and answer.media_type not in told:
        visit.findings.add("dataset.type", answer, f"{answer.media_type}, where {', '.join(told)} is told")
