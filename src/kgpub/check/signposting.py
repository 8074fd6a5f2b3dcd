"""Do typed links lead where they say (FAIR Signposting), in fields, in pages and in linksets?"""

from collections.abc import Iterable

from kgpub.check.addresses import joined, request_address
from kgpub.check.exchange import Answer
from kgpub.check.failures import NotReadable
from kgpub.check.link_header import Link
from kgpub.check.linkset import LINKSET_JSON, LINKSET_TEXT, read_linkset
from kgpub.check.target import Target
from kgpub.check.visit import Visit

#: What nobody sends but for Signposting, and what it asks for where there is any of it.
_SIGNS = ("cite-as", "type", "item", "linkset")
_REQUIRED = ("cite-as", "describedby", "type")
#: Relations whose targets are documents to be had; "type" names a class.
_FOLLOWED = ("cite-as", "describedby", "item", "collection", "license", "author")
_TYPED = ("describedby", "item")
_BACK = (("describedby", "describes"), ("item", "collection"))
_IN_LINKSETS = (*_FOLLOWED, "type")
_FOLLOWED_AT_MOST = 20
_LINKSETS_AT_MOST = 4


def check_signposting(visit: Visit, target: Target) -> None:
    """Look at the typed links of a document's page, follow them, and compare them with its linkset."""
    answer = target.html or target.best
    if answer is None:
        return
    in_fields = visit.links(answer)
    links = [*in_fields, *(target.page.links if target.page is not None else ())]
    if target.best is not None and target.best is not answer:
        visit.links(target.best)
    if not _related(links, _SIGNS):
        visit.findings.add("signposting.absent", answer, "no cite-as, type, item or linkset")
        return
    _check_complete(visit, answer, links)
    _check_cite_as(visit, answer, links)
    for link in list(dict.fromkeys(_related(links, _FOLLOWED)))[:_FOLLOWED_AT_MOST]:
        _follow(visit, answer, link)
    for link in list(dict.fromkeys(_related(links, ("linkset",))))[:_LINKSETS_AT_MOST]:
        _check_linkset(visit, target, answer, link, in_fields)


def _related(links: Iterable[Link], relations: Iterable[str]) -> list[Link]:
    wanted = set(relations)
    return [link for link in links if wanted & set(link.relations)]


def _check_complete(visit: Visit, answer: Answer, links: Iterable[Link]) -> None:
    lacks = [relation for relation in _REQUIRED if not _related(links, (relation,))]
    if lacks:
        visit.findings.add("signposting.incomplete", answer, f"no {', '.join(lacks)}")
    for link in _related(links, _TYPED):
        if link.media_type is None:
            visit.findings.add("signposting.untyped", answer, f"{' '.join(link.relations)} to {link.target}")


def _check_cite_as(visit: Visit, answer: Answer, links: Iterable[Link]) -> None:
    targets = {link.target for link in _related(links, ("cite-as",))}
    if len(targets) > 1 or not all(target.startswith(("http://", "https://")) for target in targets):
        visit.findings.add("signposting.cite-as", answer, f"cite-as: {', '.join(sorted(targets))}")


def _follow(visit: Visit, page: Answer, link: Link) -> None:
    url = visit.here(link.target)
    if not visit.is_ours(url):
        return
    relation = next(relation for relation in link.relations if relation in _FOLLOWED)
    there = visit.get(url, f"{link.media_type}, */*;q=0.1" if link.media_type else "*/*")
    if there is None:
        return
    if not there.is_ok:
        visit.findings.add("signposting.status", there, f"{there.brief}; {relation} of {page.ask.url}")
        return
    if link.media_type not in (None, there.media_type):
        came = f"{there.brief}; {relation} of {page.ask.url} says {link.media_type}"
        visit.findings.add("signposting.type", there, came)
    for forth, back in _BACK:
        if relation == forth and not _related(visit.links(there), (back,)):
            visit.findings.add("signposting.back", there, f"no {back} back to {page.ask.url}")


def _check_linkset(visit: Visit, target: Target, page: Answer, link: Link, in_fields: Iterable[Link]) -> None:
    url = visit.here(link.target)
    if not visit.is_ours(url):
        return
    there = visit.get(url, f"{link.media_type or LINKSET_JSON}, */*;q=0.1")
    if there is None:
        return
    if not there.is_ok:
        visit.findings.add("signposting.status", there, f"{there.brief}; linkset of {page.ask.url}")
    elif there.media_type not in (LINKSET_JSON, LINKSET_TEXT):
        visit.findings.add("linkset.type", there, there.brief)
    elif link.media_type not in (None, there.media_type):
        visit.findings.add("signposting.type", there, f"{there.brief}; the link says {link.media_type}")
    else:
        try:
            links = read_linkset(there)
        except NotReadable as error:
            visit.findings.add("linkset.syntax", there, error.sentence)
            return
        _compare(visit, there, _links_about(visit, target, page, links), in_fields)


def _links_about(visit: Visit, target: Target, page: Answer, links: Iterable[Link]) -> list[Link]:
    """Return the links whose context is the page, by any of its addresses."""
    addresses = {target.asked, target.address, target.chain.url, page.ask.url}
    for answer in (page, *target.offers.values()):
        addresses.add(joined(answer.ask.url, answer.field("content-location") or ""))
    addresses |= {visit.mirror.canonical_of(address) for address in addresses}
    asked = {request_address(address) for address in addresses}
    return [link for link in links if request_address(link.anchor) in asked]


def _compare(visit: Visit, linkset: Answer, links: list[Link], in_fields: Iterable[Link]) -> None:
    if not links:
        visit.findings.add("linkset.anchor", linkset, "no link has the page as its anchor")
        return
    there = {(relation, visit.here(link.target)) for link in links for relation in link.relations}
    for link in in_fields:
        for relation in set(link.relations) & set(_IN_LINKSETS):
            if (relation, visit.here(link.target)) not in there:
                visit.findings.add("linkset.lacks", linkset, f"{relation} to {link.target}")
