"""Is one thing known under one address: by its redirects, its slashes, its schemes?"""

from urllib.parse import urlsplit, urlunsplit

from kgpub.check.exchange import Answer
from kgpub.check.target import NO_DOCUMENTS, Target
from kgpub.check.visit import Visit
from kgpub.vocabulary import FOAF


def check_identity(visit: Visit, target: Target) -> None:
    """Look at the ways that lead to a document."""
    last = target.chain.last
    if not last.is_ok:
        visit.findings.add("thing.status", last, last.brief)
        return
    _check_redirects(visit, target)
    _check_slash(visit, target)
    _check_scheme(visit, target)


def _check_redirects(visit: Visit, target: Target) -> None:
    """A thing that is described in a document elsewhere is named by another redirect than 303."""
    redirects = target.chain.answers[:-1]
    graph = target.graph
    if not redirects or target.is_thing or graph is None:
        return
    asked = {target.asked, visit.mirror.canonical_of(target.asked)}
    topics = {topic for topic in graph.objects(f"{FOAF}primaryTopic") if topic != target.chain.url}
    if asked & (topics | set(graph.instances(*NO_DOCUMENTS))):
        came = ", ".join(f"{answer.status} to {answer.field('location')}" for answer in redirects)
        visit.findings.add("thing.redirect", redirects[0], came)


def _check_slash(visit: Visit, target: Target) -> None:
    """Ask for the address with a slash more or less; a root has no other spelling."""
    parts = urlsplit(target.chain.url)
    if parts.path in ("", "/") or parts.query or visit.mirror.served == target.chain.url:
        return
    path = parts.path.rstrip("/") if parts.path.endswith("/") else f"{parts.path}/"
    there = visit.get(urlunsplit((parts.scheme, parts.netloc, path, "", "")), "text/html, */*;q=0.5")
    here = visit.get(target.chain.url, "text/html, */*;q=0.5")
    if here is None or there is None or there.ask.url == here.ask.url or not there.is_ok:
        return
    if there.body == here.body and not _names_canonical(visit, there):
        visit.findings.add("identity.slash", there, "the same document, without a redirect or a canonical address")


def _names_canonical(visit: Visit, answer: Answer) -> bool:
    return b'"canonical"' in answer.body or any(
        {"canonical", "cite-as", "describes"} & set(link.relations) for link in visit.links(answer)
    )


def _check_scheme(visit: Visit, target: Target) -> None:
    parts = urlsplit(target.chain.url)
    if parts.scheme != "https" or parts.port not in (None, 443):
        return
    there = visit.get(urlunsplit(("http", parts.netloc, parts.path, parts.query, "")), "*/*")
    if there is not None and there.is_ok and there.ask.url.startswith("http:"):
        visit.findings.add("identity.scheme", there, f"{there.brief} without a redirect to https")
