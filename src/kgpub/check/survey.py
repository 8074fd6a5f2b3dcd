"""Learn what there is at an address: where redirects lead, in which types it can be had, what it says."""

from urllib.parse import urlsplit

from kgpub.check.addresses import request_address
from kgpub.check.exchange import Answer
from kgpub.check.failures import NotReadable
from kgpub.check.matrix import ASKED_ALONE, HTML, RDF_TYPES, alone
from kgpub.check.mirror import NO_MIRROR, mirror_between
from kgpub.check.target import Target
from kgpub.check.visit import Visit
from kgpub.vocabulary import FOAF

_NAMES_THE_THING = ("describes", "cite-as", "canonical")


def survey(visit: Visit, asked: str) -> Target | None:
    """Return what there is at an address, None where it does not answer."""
    chain = visit.follow(asked, "*/*")
    if chain is None:
        return None
    for_rdf, for_page = visit.follow(asked, RDF_TYPES[0]), visit.follow(asked, HTML)
    is_same = for_rdf is not None and for_page is not None and for_rdf.url == for_page.url == chain.url
    address = chain.url if is_same else request_address(asked)
    target = Target(asked, chain, address, _offers(visit, asked, address))
    _read(visit, target)
    if visit.mirror == NO_MIRROR:
        _learn_mirror(visit, target)
    return target


def column_of(asked: str) -> str:
    """Return what a document is called in the matrix: its address without the host."""
    parts = urlsplit(asked)
    return (
        (parts.path or "/")
        + (f"?{parts.query}" if parts.query else "")
        + (f"#{parts.fragment}" if parts.fragment else "")
    )


def _offers(visit: Visit, asked: str, address: str) -> dict[str, Answer]:
    offers = {}
    for media_type in ASKED_ALONE:
        answer = visit.get(address, media_type)
        if answer is None:
            continue
        visit.matrix.add(alone(media_type), column_of(asked), answer.brief)
        if answer.is_ok and answer.media_type == media_type:
            offers[media_type] = answer
    return offers


def _read(visit: Visit, target: Target) -> None:
    for media_type in target.rdf_types:
        answer = target.offers[media_type]
        if answer.is_cut:
            visit.findings.add("rdf.large", answer, f"{len(answer.body):,} bytes were read, and there are more")
            continue
        try:
            target.graphs[media_type] = visit.graph(answer)
        except NotReadable as error:
            visit.findings.add(error.rule, answer, f"{media_type}: {error.sentence}")
    if target.html is not None:
        try:
            target.page = visit.page(target.html)
        except NotReadable as error:
            visit.findings.add("page.json-ld", target.html, error.sentence)


def _learn_mirror(visit: Visit, target: Target) -> None:
    """Take from what a document says of itself where its IRIs are at home, if that is not here."""
    if _is_named_here(target):
        return
    named = _of_the_thing(visit, target), _of_the_document(target)
    for iris in named if target.is_thing else reversed(named):
        mirrors = [mirror for iri in iris if (mirror := mirror_between(target.asked, iri)) is not None]
        if mirrors:
            visit.mirror = max(mirrors, key=lambda mirror: mirror.depth)
            came = f"its IRIs are below <{visit.mirror.canonical}>: it is a copy, or it is not there yet"
            visit.findings.add("identity.mirror", target.chain.answers[0], came)
            return


def _of_the_thing(visit: Visit, target: Target) -> list[str]:
    """Return the IRIs of what a document says it is about, and of its page."""
    named = []
    for answer in filter(None, (target.best, target.html)):
        links = visit.links(answer)
        named += [link.target for relation in _NAMES_THE_THING for link in links if relation in link.relations]
    if target.page is not None:
        named += [link.target for link in target.page.related("canonical")]
    return named + (target.graph.objects(f"{FOAF}primaryTopic") if target.graph is not None else [])


def _of_the_document(target: Target) -> list[str]:
    """Return the IRIs that a document has by what it says of itself."""
    graph = target.graph
    if graph is None:
        return []
    return [*graph.instances(f"{FOAF}Document"), *graph.having(f"{FOAF}primaryTopic")]


def _is_named_here(target: Target) -> bool:
    return target.graph is not None and target.asked in target.graph.nodes
